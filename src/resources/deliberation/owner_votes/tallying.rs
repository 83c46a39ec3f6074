//! What is decided once the time of a vote is over: the count, its end, and that a decision does not stand.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde_json::json;

use super::command::{Effect, Facts};
use super::counting::count;
use super::merkle::{Hash, hex, parse, root};
use super::model::{OwnerVoteFields, PostingKind};
use super::opening::OpenedBallot;
use super::records::{Secrecy, delivered_hash};
use super::result::{OwnerVoteResult, TopicCount};
use super::states::OwnerVoteStatus;
use crate::access::authority::Authority;
use crate::access::keys::Signer;
use crate::access::permissions::Action;
use crate::calendar::civil_date;
use crate::calendar::term::last_calendar_day;
use crate::db::document::Document;
use crate::http::codes;
use crate::http::problem::{FieldError, Problem, invalid};
use crate::resources::reference::rules::names::RuleName;
use crate::resources::reference::rules::place::PlaceRules;

/// What the box of a vote holds, opened, and who could put something in.
#[derive(Debug, Default)]
pub struct Tally {
    pub areas: BTreeMap<i64, i64>,
    /// The heads to whom the ballot was delivered.
    pub delivered: Vec<i64>,
    /// The receipts of those that count.
    pub receipts: Vec<String>,
    pub opened: Vec<OpenedBallot>,
    /// How many papers are not entered yet.
    pub papers: i64,
}

/// The hash over all receipts that count.
pub fn root_of<'a>(receipts: impl Iterator<Item = &'a str>) -> Result<String, Problem> {
    let mut receipts: Vec<&str> = receipts.collect();
    receipts.sort_unstable();
    let leaves: Option<Vec<Hash>> = receipts.into_iter().map(parse).collect();
    Ok(hex(&root(&leaves.ok_or_else(|| Problem::internal("a receipt is no hash"))?)))
}

/// Counts what is in the box.
pub fn count_ballots(
    vote: &mut OwnerVoteFields,
    facts: &Facts,
    signer: &Signer,
    who: &Authority,
) -> Result<Vec<Effect>, Problem> {
    if facts.threw_out {
        return invalid("", &codes::SECOND_PERSON);
    }
    let tally = &facts.tally;
    let due_on = vote.preparation.papers_until.unwrap_or_else(|| vote.papers_due(&facts.place));
    if tally.papers > 0 && who.today() <= due_on {
        let fault = FieldError::at("", &codes::PAPERS_OPEN).with("papers", tally.papers).with("due_on", due_on.to_string());
        return Err(Problem::invalid(vec![fault]));
    }
    let silence = vote.plan.silence.as_ref().map(|silence| silence.counted(tally.delivered.clone()));
    let said: Vec<_> = tally.opened.iter().map(|ballot| (ballot.head, &ballot.choices)).collect();
    let counted = count(vote.id, (&vote.plan.counted(), silence.as_ref()), &tally.areas, &said).map_err(Problem::internal)?;
    let posting_days = facts.place.value(RuleName::VoteResultDays);
    let objections_until = last_calendar_day(who.today(), posting_days);
    let mut result = OwnerVoteResult {
        total: counted.total,
        topics: counted.topics.into_iter().map(TopicCount::of).collect(),
        box_root: root_of(tally.receipts.iter().map(String::as_str))?,
        delivered_hash: silence.as_ref().map(|silence| delivered_hash(&silence.delivered)),
        objections_until,
        posting_days,
        result_hash: String::new(),
        signature: String::new(),
    };
    result.result_hash = result.plain(vote.id).hash().map_err(Problem::internal)?;
    let signed = json!({"vote": vote.id, "roll_hash": vote.roll_hash, "manifest_hash": vote.manifest_hash, "box_root": result.box_root,
        "result_hash": result.result_hash, "iat": who.now.timestamp()});
    result.signature = signer.sign(&signed).map_err(Problem::internal)?;
    vote.result = Document::of(&Some(result))?;
    vote.counted_at = Some(who.now);
    vote.taken_steps.add(Action::Count, who);
    // Of a secret vote nothing is kept but what it came to.
    let opened = if vote.plan.secrecy == Secrecy::Named { tally.opened.clone() } else { Vec::new() };
    Ok(vec![Effect::Counted(opened)])
}

/// Ends a vote whose result hung as long as owners could object to it, and which is what was published.
pub fn conclude(vote: &mut OwnerVoteFields, facts: &Facts, who: &Authority) -> Result<(), Problem> {
    // Once the street has cancelled all that was voted on, it ends all the same.
    let is_over = |no: i64| vote.endings.0.iter().any(|ending| ending.no == no && ending.struck.is_none());
    let all_over = vote.plan.topics.iter().all(|topic| is_over(topic.no));
    if let Some(what) = facts.fault.filter(|_| !all_over) {
        return Err(Problem::invalid(vec![FieldError::at("", &codes::NOT_AS_PUBLISHED).with("what", what)]));
    }
    vote.concluded_at = Some(who.now);
    if vote.plan.secrecy == Secrecy::Secret {
        // Nobody opens the box again.
        vote.box_key.0 = vote.box_key.0.as_ref().map(super::sealing::BoxKey::destroyed);
    }
    Ok(())
}

impl OwnerVoteFields {
    /// The last day on which papers are entered that were handed in before the end.
    pub fn papers_due(&self, place: &PlaceRules) -> NaiveDate {
        place.last_working_day(civil_date(self.ends_at), RuleName::VotePaperDays)
    }

    /// On how many whole days the result has hung.
    pub fn result_hung(&self, who: &Authority) -> usize {
        self.counted_at.map_or(0, |at| self.days_hung(PostingKind::Result, civil_date(at), who.today()))
    }

    /// Until when owners object to what was counted.
    pub fn objections_until(&self) -> Option<NaiveDate> {
        let result = self.result.get().ok()?.as_ref()?;
        (self.status == OwnerVoteStatus::Counted).then_some(result.objections_until)
    }
}
