//! Counts a published vote again, from its files alone.

use std::collections::{BTreeSet, HashSet};
use std::path::Path;

use self::bundle::{Bundle, Line, MOST_FAULTS};
use self::files::Files;
use self::form::{silence_fault, topic_faults};
use self::totals::total_faults;
use super::canonical::canonical_of;
use super::counting::model::{TopicResult, VoteResult};
use super::counting::{Choices, count};
use super::merkle::{hex, leaf, parse, root, sha256};
use super::records::{Ballot, Manifest, Secrecy, SetAside, delivered_hash};
use super::roll::{DEVELOPER, LARGEST_UNIT, RollLine, RollSummary, areas, heads};
use crate::http::normal_form::plain;

mod bundle;
mod files;
mod form;
mod totals;

/// What somebody holds against it: the hashes on the posting, and their own receipt.
#[derive(Default)]
pub struct Held {
    pub roll_hash: Option<String>,
    /// That of everything which is voted on, and how.
    pub manifest_hash: Option<String>,
    pub box_root: Option<String>,
    /// That of the heads whom the ballot reached, where silence means something.
    pub delivered_hash: Option<String>,
    pub result_hash: Option<String>,
    pub receipt: Option<String>,
}

/// What was counted.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Recount {
    pub units: usize,
    pub heads: usize,
    /// Heads that have taken part.
    pub cast: usize,
    /// Ballots that were counted again; none where they are secret and only the totals are told.
    pub ballots: Option<usize>,
    /// True where the ballots were counted again, or the totals are those of the posting.
    pub is_verified: bool,
    /// What each topic came to, as it stands in the files.
    pub topics: Vec<String>,
    /// The hash of the topics, the secrecy and the rules, to be compared with the posting.
    pub manifest_hash: String,
}

/// Counts a bundle again; an error tells everything that is wrong with it, each with the word for its kind.
pub fn recount(path: &Path, held: &Held) -> Result<Recount, Vec<String>> {
    let mut bundle = Bundle::open(path).map_err(|error| vec![format!("FORMAT {error}")])?;
    let files = Files::read(&mut bundle)?;
    let mut faults = Vec::new();
    let heads = files.check_roll(held, &mut faults);
    files.check_box(held, &heads, &mut faults);
    files.check_ballots(&mut faults);
    files.check_form(held, &heads, &mut faults);
    if faults.is_empty() {
        match &files.ballots {
            Some(ballots) => files.check_count(ballots, &mut faults),
            None => files.check_totals(&mut faults),
        }
    }
    let ballots = files.ballots.as_ref().map(Vec::len);
    faults.truncate(MOST_FAULTS);
    let told = Recount {
        units: files.rows.len(),
        heads: heads.len(),
        cast: files.cast.len(),
        ballots,
        is_verified: ballots.is_some() || held.result_hash.is_some(),
        topics: files.result.topics.iter().map(told).collect(),
        manifest_hash: files.manifest.hash().unwrap_or_default(),
    };
    if faults.is_empty() { Ok(told) } else { Err(faults) }
}

/// A topic's result in its one form.
fn told(topic: &TopicResult) -> String {
    canonical_of(topic).unwrap_or_default()
}

impl Files {
    /// Order, one vote, each unit once, the rule of heads, the sums, and what was posted. Gives back the heads.
    fn check_roll(&self, held: &Held, faults: &mut Vec<String>) -> BTreeSet<i64> {
        let Manifest { vote, heads_basis, roll, .. } = &self.manifest;
        let rows = || self.rows.iter().map(|row| &row.value);
        let is_right = |row: &RollLine| (1..=LARGEST_UNIT).contains(&row.area) && row.vote == *vote && row.t == "unit";
        let in_order = rows().zip(1..).all(|(row, seq)| row.seq == seq && is_right(row));
        if !in_order {
            faults.push("ROLL sequence, area or vote".to_owned());
        }
        let labels =
            |row: &RollLine| [&row.building, &row.entrance, &row.number].into_iter().all(|label| plain(label) == **label);
        if !rows().all(labels) {
            faults.push("FORMAT a label of a unit is not in its one form".to_owned());
        }
        // What is not sold or not delivered is the developer's, all together one head.
        let of_developer = |row: &&RollLine| !(row.sold && row.delivered) && row.holder != DEVELOPER;
        faults.extend(
            rows().filter(of_developer).take(MOST_FAULTS).map(|row| format!("HEADS unit {} is the developer's", row.seq)),
        );
        let units: HashSet<_> = rows().map(|row| (&row.building, &row.entrance, &row.number)).collect();
        if units.len() < self.rows.len() {
            faults.push("ROLL a unit stands twice".to_owned());
        }
        let by_rule = heads(*heads_basis, rows().map(|row| row.holder.as_str()));
        for (row, head) in rows().zip(&by_rule).filter(|(row, head)| row.head != **head).take(MOST_FAULTS) {
            faults.push(format!("HEADS unit {} has head {}, the rule gives {head}", row.seq, row.head));
        }
        let rows: Vec<RollLine> = rows().cloned().collect();
        let summary = RollSummary::of(*vote, &rows, self.rows.iter().map(|row| row.text.as_str()));
        if summary != *roll {
            faults.push("ROLL differs from the frozen summary".to_owned());
        }
        let hash = summary.line().map(|line| sha256(&line)).unwrap_or_default();
        if held.roll_hash.as_ref().is_some_and(|posted| *posted != hash) {
            faults.push("POSTED roll hash differs".to_owned());
        }
        by_rule.into_iter().collect()
    }

    /// One receipt of each head, none twice, the root over them, and what was posted.
    fn check_box(&self, held: &Held, heads: &BTreeSet<i64>, faults: &mut Vec<String>) {
        let receipts: BTreeSet<&str> = self.cast.iter().map(|one| one.receipt.as_str()).collect();
        if receipts.len() < self.cast.len() || self.aside.iter().any(|one| receipts.contains(one.receipt.as_str())) {
            faults.push("BOX two heads share a receipt, or one is counted and set aside".to_owned());
        }
        let voted: BTreeSet<i64> = self.cast.iter().map(|one| one.head).collect();
        if voted.len() < self.cast.len() || !voted.is_subset(heads) {
            faults.push("BOX a head stands twice or is not on the roll".to_owned());
        }
        let mut sorted: Vec<&str> = self.cast.iter().map(|one| one.receipt.as_str()).collect();
        sorted.sort_unstable();
        let leaves: Option<Vec<_>> = sorted.into_iter().map(parse).collect();
        let Some(leaves) = leaves else {
            faults.push("FORMAT a receipt is no hash".to_owned());
            return;
        };
        let root = hex(&root(&leaves));
        if root != self.manifest.box_root {
            faults.push("BOX root differs".to_owned());
        } else if held.box_root.as_ref().is_some_and(|posted| *posted != root) {
            faults.push("POSTED box root differs".to_owned());
        }
        if let Some(own) = held.receipt.as_deref().filter(|own| !receipts.contains(own)) {
            let reason = self.aside.iter().find(|one| one.receipt == own).map(|one| one.reason.as_str());
            faults.push(
                reason.map_or_else(|| "RECEIPT is not in the box".to_owned(), |reason| format!("RECEIPT set aside: {reason}")),
            );
        }
    }

    /// Each ballot opens the receipt of its own head; none is missing, and none is added.
    fn check_ballots(&self, faults: &mut Vec<String>) {
        let Some(ballots) = &self.ballots else {
            if self.manifest.secrecy == Secrecy::Named {
                faults.push("BALLOT file of a named vote is missing".to_owned());
            }
            return;
        };
        let Manifest { vote, topics, .. } = &self.manifest;
        let fits = |ballot: &Ballot| {
            let nonce = ballot.nonce.len() == 32 && ballot.nonce.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
            let whole = ballot.choices.len() == topics.len() && nonce;
            ballot.vote == *vote && ballot.t == "ballot" && whole
        };
        if !ballots.iter().all(|ballot| fits(&ballot.value)) {
            faults.push("BALLOT of another vote or form".to_owned());
        }
        let opened: BTreeSet<_> =
            ballots.iter().map(|ballot| (ballot.value.head, ballot.value.channel.as_str(), hex(&leaf(&ballot.text)))).collect();
        let kept: BTreeSet<_> =
            self.cast.iter().filter_map(|one| Some((one.head, one.channel?.as_str(), one.receipt.clone()))).collect();
        if opened.len() < ballots.len() || opened != kept {
            faults.push("BALLOT content and receipts differ".to_owned());
        }
    }

    /// The form of everything that the hashes do not bind.
    fn check_form(&self, held: &Held, heads: &BTreeSet<i64>, faults: &mut Vec<String>) {
        let Manifest { topics, silence, t, v, .. } = &self.manifest;
        let rows = self.rows.iter().all(|row| row.value.v == 1);
        let ballots = self.ballots.as_ref().is_none_or(|ballots| ballots.iter().all(|ballot| ballot.value.v == 1));
        let result = self.result.t == "result" && self.result.v == 1 && self.result.vote == self.manifest.vote;
        if t != "manifest" || *v != 1 || !rows || !ballots || !result {
            faults.push("FORMAT a line is of another kind or version".to_owned());
        }
        faults.extend(topic_faults(topics));
        faults.extend(silence.as_ref().and_then(|silence| silence_fault(silence, topics, heads)));
        let aside = |one: &SetAside| parse(&one.receipt).is_some() && heads.contains(&one.head) && !one.reason.is_empty();
        if !self.aside.iter().all(aside) {
            faults.push("FORMAT what is set aside is no ballot of a head".to_owned());
        }
        let hash = self.manifest.hash();
        if held.manifest_hash.as_ref().is_some_and(|posted| hash.as_ref() != Ok(posted)) {
            faults.push("POSTED manifest hash differs".to_owned());
        }
        let plan = self.plan.as_ref().map(|line| sha256(line));
        if self.manifest.plan_hash.is_some() && plan != self.manifest.plan_hash {
            faults.push("FORMAT plan.json is not what the manifest says".to_owned());
        }
        let result = self.result.hash();
        if held.result_hash.as_ref().is_some_and(|posted| result.as_ref() != Ok(posted)) {
            faults.push("POSTED result hash differs".to_owned());
        }
        let delivered = silence.as_ref().map(|silence| delivered_hash(&silence.delivered));
        if held.delivered_hash.is_some() && held.delivered_hash != delivered {
            faults.push("POSTED hash of those whom the ballot reached differs".to_owned());
        }
    }

    fn counted(&self, ballots: &[(i64, &Choices)]) -> Result<VoteResult, &'static str> {
        let areas = areas(&self.rows.iter().map(|row| row.value.clone()).collect::<Vec<_>>());
        let Manifest { vote, topics, silence, .. } = &self.manifest;
        count(*vote, (topics, silence.as_ref()), &areas, ballots)
    }

    /// The count, again from nothing.
    fn check_count(&self, ballots: &[Line<Ballot>], faults: &mut Vec<String>) {
        let said: Vec<_> = ballots.iter().map(|ballot| (ballot.value.head, &ballot.value.choices)).collect();
        match self.counted(&said) {
            Ok(result) if result == self.result => {}
            Ok(result) => {
                faults.push("RESULT differs from the recount".to_owned());
                let topics = result.topics.iter().zip(&self.result.topics).filter(|(mine, theirs)| mine != theirs);
                faults.extend(topics.map(|(mine, _)| format!("RESULT topic {} comes to {}", mine.no, told(mine))));
            }
            Err(why) => faults.push(format!("FORMAT {why}")),
        }
    }

    /// Without the ballots, that the totals add up and that the outcome follows from them.
    fn check_totals(&self, faults: &mut Vec<String>) {
        let blank: Choices = vec![Vec::new(); self.manifest.topics.len()];
        let said: Vec<_> = self.cast.iter().map(|one| (one.head, &blank)).collect();
        let again = match self.counted(&said) {
            Ok(again) => again,
            Err(why) => return faults.push(format!("FORMAT {why}")),
        };
        if self.result.topics.len() != again.topics.len() || again.total != self.result.total {
            return faults.push("RESULT of other topics, or of another total".to_owned());
        }
        let topics = self.manifest.topics.iter().zip(&again.topics).zip(&self.result.topics);
        faults.extend(topics.filter_map(|((topic, mine), theirs)| total_faults(topic, again.total, mine, theirs)));
    }
}

#[cfg(test)]
mod tests;
