//! What is decided once the time of a vote is over: the count, its end, and that a decision does not stand.

use std::collections::BTreeMap;

use serde_json::json;

use super::command::{Effect, Facts};
use super::counting::count;
use super::inputs::{EndingStrike, TopicsEnding};
use super::merkle::{Hash, hex, parse, root};
use super::model::{EndingKind, OwnerVoteFields, PostingKind, TopicEnding};
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

/// As much as a vote keeps.
const MOST_ENDINGS: usize = 100;

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
    let ended_on = civil_date(vote.ends_at);
    let due_on = facts.place.last_working_day(ended_on, RuleName::VotePaperDays);
    if tally.papers > 0 && who.today() <= due_on {
        let fault = FieldError::at("", &codes::PAPERS_OPEN).with("papers", tally.papers).with("due_on", due_on.to_string());
        return Err(Problem::invalid(vec![fault]));
    }
    let silence = vote.plan.silence.as_ref().map(|silence| silence.counted(tally.delivered.clone()));
    let said: Vec<_> = tally.opened.iter().map(|ballot| (ballot.head, &ballot.choices)).collect();
    let counted = count(vote.id, (&vote.plan.counted(), silence.as_ref()), &tally.areas, &said).map_err(Problem::internal)?;
    let objections_until = last_calendar_day(who.today(), facts.place.value(RuleName::VoteResultDays));
    let mut result = OwnerVoteResult {
        total: counted.total,
        topics: counted.topics.into_iter().map(TopicCount::of).collect(),
        box_root: root_of(tally.receipts.iter().map(String::as_str))?,
        delivered_hash: silence.as_ref().map(|silence| delivered_hash(&silence.delivered)),
        objections_until,
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
    if i64::try_from(vote.result_hung(who)).unwrap_or(i64::MAX) < facts.place.value(RuleName::VoteResultDays) {
        return invalid("", &codes::RESULT_NOT_POSTED);
    }
    if let Some(what) = facts.fault {
        return Err(Problem::invalid(vec![FieldError::at("", &codes::NOT_AS_PUBLISHED).with("what", what)]));
    }
    vote.concluded_at = Some(who.now);
    if vote.plan.secrecy == Secrecy::Secret {
        // Nobody opens the box again.
        vote.box_key.0 = vote.box_key.0.as_ref().map(super::sealing::BoxKey::destroyed);
    }
    Ok(())
}

/// Keeps that decisions do not stand, with the paper that says so.
pub fn end_topics(vote: &mut OwnerVoteFields, kind: EndingKind, body: TopicsEnding, who: &Authority) -> Result<(), Problem> {
    let counted_on = vote.counted_at.map(civil_date);
    let mut errors = who.day_faults("/on", body.on, counted_on);
    for (at, no) in body.topics.iter().enumerate() {
        let is_ended = |ending: &TopicEnding| (ending.no, ending.kind) == (*no, kind) && ending.struck.is_none();
        let ended = vote.endings.0.iter().any(is_ended) || body.topics[..at].contains(no);
        if vote.plan.topics.iter().all(|topic| topic.no != *no) {
            errors.push(FieldError::at(format!("/topics/{at}"), &codes::UNKNOWN_RECORD));
        } else if ended {
            errors.push(FieldError::at(format!("/topics/{at}"), &codes::ALREADY_DONE));
        }
    }
    Problem::fail_if_any(errors)?;
    let TopicsEnding { topics, paper, on, reason } = body;
    let ending = |no| TopicEnding { no, kind, paper: paper.clone(), on, reason: reason.clone(), struck: None };
    vote.endings.0.extend(topics.into_iter().map(ending));
    vote.taken_steps.add(who.action, who);
    if vote.endings.0.len() > MOST_ENDINGS {
        return Err(Problem::invalid(vec![FieldError::at("", &codes::MAX_ITEMS).with("limit", MOST_ENDINGS)]));
    }
    Ok(())
}

/// Takes back that a decision does not stand: it was recorded by mistake.
pub fn strike_ending(vote: &mut OwnerVoteFields, body: EndingStrike) -> Result<(), Problem> {
    let is_meant = |ending: &&mut TopicEnding| (ending.no, ending.kind) == (body.topic, body.kind) && ending.struck.is_none();
    let Some(ending) = vote.endings.0.iter_mut().find(is_meant) else { return invalid("/topic", &codes::UNKNOWN_RECORD) };
    ending.struck = Some(body.reason);
    Ok(())
}

impl OwnerVoteFields {
    /// On how many whole days the result has hung.
    pub fn result_hung(&self, who: &Authority) -> usize {
        self.counted_at.map_or(0, |at| self.days_hung(PostingKind::Result, civil_date(at), who.today()))
    }

    /// Until when owners object to what was counted.
    pub fn objections_until(&self) -> Option<chrono::NaiveDate> {
        let result = self.result.get().ok()?.as_ref()?;
        (self.status == OwnerVoteStatus::Counted).then_some(result.objections_until)
    }
}
