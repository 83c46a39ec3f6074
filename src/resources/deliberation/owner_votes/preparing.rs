//! What is decided before a vote begins: its roll, what is said against it, and that it is announced.

use chrono::{Days, NaiveDate};
use uuid::Uuid;

use super::command::{Effect, Facts};
use super::creation::{end_fault, time_faults};
use super::inputs::{
    NewPosting, NewRollObjection, OtherPosting, OwnerVotePatch, PostingStrike, RollObjectionAnswer, RollPublication,
    VoteAnnouncement, VoteExtension,
};
use super::merkle::sha256;
use super::model::{Objection, OwnerVoteFields, Posting, PostingKind};
use super::records::Manifest;
use super::roll::RollSummary;
use super::roll::building::differences;
use super::sealing::BoxKey;
use super::topics::{silence_faults, topics};
use crate::access::authority::Authority;
use crate::access::permissions::Action;
use crate::calendar::civil_date;
use crate::db::document::Document;
use crate::http::codes;
use crate::http::json::replace;
use crate::http::problem::{FieldError, Problem, invalid};
use crate::resources::reference::rules::names::RuleName;

/// As much as a vote keeps of what is said against its roll, in all and of one person.
const MOST_OBJECTIONS: usize = 200;
const MOST_OWN: usize = 5;
const MOST_POSTINGS: usize = 100;

/// Changes it before it is announced; what the street confirmed is to be confirmed again.
pub fn update(vote: &mut OwnerVoteFields, patch: OwnerVotePatch, who: &Authority) -> Result<(), Problem> {
    let before = vote.clone();
    replace(&mut vote.plan.0.topics, patch.topics.map(topics).transpose().map_err(Problem::invalid)?);
    replace(&mut vote.title, patch.title);
    replace(&mut vote.plan.0.background, patch.background);
    replace(&mut vote.plan.0.secrecy, patch.secrecy);
    replace(&mut vote.plan.0.replacement, patch.replacement);
    replace(&mut vote.plan.0.silence, patch.silence);
    replace(&mut vote.starts_at, patch.starts_at);
    replace(&mut vote.ends_at, patch.ends_at);
    let times = (vote.starts_at, vote.ends_at) != (before.starts_at, before.ends_at);
    let times = if times { time_faults(who.now, vote.starts_at, vote.ends_at) } else { Vec::new() };
    Problem::fail_if_any(times.into_iter().chain(silence_faults(&vote.plan)))?;
    if *vote != before {
        vote.preparation.0.confirmed_at = None;
    }
    Ok(())
}

/// The last day of as many days as a rule says, from a day on.
fn through(first: NaiveDate, days: i64) -> NaiveDate {
    first.checked_add_days(Days::new(days.unsigned_abs().saturating_sub(1))).unwrap_or(NaiveDate::MAX)
}

/// Something hangs from today on, for as long as the rule says.
fn post(vote: &mut OwnerVoteFields, kind: PostingKind, new: NewPosting, facts: &Facts, who: &Authority) -> Option<FieldError> {
    let least = through(who.today(), facts.place.value(RuleName::VotePostingDays));
    if let Some(fault) = FieldError::before("/posting/until_on", new.until_on, Some(least)) {
        return Some(fault.with("rule", RuleName::VotePostingDays.as_str()));
    }
    let NewPosting { place, until_on, evidence } = new;
    vote.postings.0.push(Posting { id: Uuid::now_v7(), kind, place, from_on: who.today(), until_on, evidence, struck: None });
    None
}

/// The roll is that of the units as they are registered now.
pub fn publish_roll(
    vote: &mut OwnerVoteFields,
    body: RollPublication,
    facts: &Facts,
    who: &Authority,
) -> Result<Effect, Problem> {
    let roll = facts.roll.clone().ok_or_else(|| Problem::internal("no roll was made"))?;
    let reason = body.reason.clone().unwrap_or_default();
    let is_first = vote.preparation.roll_published_on.is_none();
    let mut errors = Vec::new();
    match body.reason {
        None if !is_first => errors.push(FieldError::at("/reason", &codes::REQUIRED)),
        Some(_) if is_first => errors.push(FieldError::at("/reason", &codes::NOT_APPLICABLE)),
        _ => {}
    }
    if roll.rows.is_empty() {
        errors.push(FieldError::at("", &codes::ROLL_EMPTY));
    }
    if vote.postings.0.len() >= MOST_POSTINGS {
        errors.push(FieldError::at("/posting", &codes::MAX_ITEMS).with("limit", MOST_POSTINGS));
    }
    errors.extend(post(vote, PostingKind::Roll, body.posting, facts, who));
    Problem::fail_if_any(errors)?;
    let preparation = &mut vote.preparation.0;
    preparation.roll_published_on.get_or_insert(who.today());
    preparation.confirmed_at = None;
    if !is_first {
        preparation.corrections = preparation.corrections.saturating_add(1);
    }
    vote.roll = Document::of(&Some(roll.summary.clone()))?;
    vote.taken_steps.add(Action::PublishRoll, who);
    let changes = if is_first { Vec::new() } else { differences(&facts.lines, &roll.rows) };
    Ok(Effect::Roll { roll, changes, reason })
}

pub fn object(vote: &mut OwnerVoteFields, body: NewRollObjection, facts: &Facts, who: &Authority) -> Result<(), Problem> {
    let caller = who.actor.caller.as_str();
    let own = vote.objections.0.iter().filter(|known| known.subject == caller).count();
    if own >= MOST_OWN || vote.objections.0.len() >= MOST_OBJECTIONS {
        let limit = if own >= MOST_OWN { MOST_OWN } else { MOST_OBJECTIONS };
        return Err(Problem::invalid(vec![FieldError::at("", &codes::MAX_ITEMS).with("limit", limit)]));
    }
    vote.objections.0.push(Objection {
        id: Uuid::now_v7(),
        text: body.text,
        at: who.now,
        due_on: facts.place.last_working_day(who.today(), RuleName::VoteAnswerDays),
        subject: caller.to_owned(),
        answer: None,
        answered_at: None,
    });
    Ok(())
}

pub fn answer(vote: &mut OwnerVoteFields, body: RollObjectionAnswer, who: &Authority) -> Result<(), Problem> {
    let Some(known) = vote.objections.0.iter_mut().find(|known| known.id == body.objection_id) else {
        return invalid("/objection_id", &codes::UNKNOWN_RECORD);
    };
    if known.answered_at.is_some() {
        return invalid("/objection_id", &codes::ALREADY_DONE);
    }
    if known.subject == who.actor.caller {
        return invalid("/objection_id", &codes::OWN_MATTER);
    }
    (known.answer, known.answered_at) = (Some(body.answer), Some(who.now));
    Ok(())
}

/// Something hangs at another place too, or did.
pub fn add_posting(vote: &mut OwnerVoteFields, body: OtherPosting, who: &Authority) -> Result<(), Problem> {
    let mut errors: Vec<_> = FieldError::after("/from_on", body.from_on, Some(who.today())).into_iter().collect();
    errors.extend(FieldError::before("/until_on", body.until_on, Some(body.from_on)));
    let (first, rule) = match body.kind {
        PostingKind::Roll => (vote.preparation.roll_published_on, &codes::NOT_YET),
        PostingKind::Announcement => (vote.announced_at.map(civil_date), &codes::NOT_YET),
        PostingKind::Result => (vote.counted_at.map(civil_date), &codes::NOT_YET),
    };
    match first {
        None => errors.push(FieldError::at("/kind", rule)),
        Some(first) => errors.extend(FieldError::before("/from_on", body.from_on, Some(first))),
    }
    if vote.postings.0.len() >= MOST_POSTINGS {
        errors.push(FieldError::at("", &codes::MAX_ITEMS).with("limit", MOST_POSTINGS));
    }
    Problem::fail_if_any(errors)?;
    let OtherPosting { kind, place, from_on, until_on, evidence } = body;
    vote.postings.0.push(Posting { id: Uuid::now_v7(), kind, place, from_on, until_on, evidence, struck: None });
    Ok(())
}

pub fn strike_posting(vote: &mut OwnerVoteFields, body: PostingStrike) -> Result<(), Problem> {
    match vote.postings.0.iter_mut().find(|posting| posting.id == body.posting_id) {
        None => invalid("/posting_id", &codes::UNKNOWN_RECORD),
        Some(posting) if posting.struck.is_some() => invalid("/posting_id", &codes::ALREADY_DONE),
        Some(posting) => {
            posting.struck = Some(body.reason);
            Ok(())
        }
    }
}

/// What kept owners from it is made up for, once.
pub fn extend(vote: &mut OwnerVoteFields, body: VoteExtension) -> Result<(), Problem> {
    let early = body.ends_at <= vote.ends_at;
    let early = early.then(|| FieldError::at("/ends_at", &codes::TOO_EARLY).with("limit", vote.ends_at.to_rfc3339()));
    Problem::fail_if_any(early.or_else(|| end_fault(vote.starts_at, body.ends_at)))?;
    vote.preparation.0.extended_from = Some(vote.ends_at);
    (vote.ends_at, vote.reason) = (body.ends_at, Some(body.reason));
    Ok(())
}

/// Freezes the roll and what is voted on.
pub fn announce(
    vote: &mut OwnerVoteFields,
    (body, key): (VoteAnnouncement, BoxKey),
    facts: &Facts,
    who: &Authority,
) -> Result<(), Problem> {
    let mut errors = announcement_faults(vote, &body, facts, who);
    errors.extend(post(vote, PostingKind::Announcement, body.posting, facts, who));
    Problem::fail_if_any(errors)?;
    let roll = vote.roll.get()?.clone().ok_or_else(|| Problem::internal("a published vote has no roll"))?;
    if facts.frozen.as_ref() != Some(&roll) {
        return Err(Problem::internal(format!("the roll of vote {} is not what was published", vote.id)));
    }
    vote.roll_hash = Some(sha256(&roll.line().map_err(Problem::internal)?));
    vote.manifest_hash = Some(vote.manifest(roll, String::new(), Vec::new()).hash());
    vote.announced_at = Some(who.now);
    vote.box_key.0 = Some(key);
    let preparation = &mut vote.preparation.0;
    (preparation.observer, preparation.committee_told_on) = (Some(body.observer), Some(body.committee_told_on));
    Ok(())
}

/// The roll hung long enough, and from the announcement to the first day there are as many whole days as the law wants.
fn announcement_faults(vote: &OwnerVoteFields, body: &VoteAnnouncement, facts: &Facts, who: &Authority) -> Vec<FieldError> {
    let rule = if vote.plan.first_assembly { RuleName::VoteFirstRollDays } else { RuleName::VoteRollDays };
    let published = vote.preparation.roll_published_on.unwrap_or(who.today());
    let hangs = through(published, facts.place.value(rule));
    let mut errors = Vec::new();
    if who.today() <= hangs {
        let fault = FieldError::at("", &codes::BEFORE_ITS_TIME).with("rule", rule.as_str());
        errors.push(fault.with("limit", hangs.succ_opt().unwrap_or(hangs).to_string()));
    }
    let notice = facts.place.value(RuleName::VoteNoticeDays).unsigned_abs();
    let first = who.today().checked_add_days(Days::new(notice + 1));
    let early = FieldError::before("/starts_at", civil_date(vote.starts_at), first);
    errors.extend(early.map(|fault| fault.with("rule", RuleName::VoteNoticeDays.as_str())));
    errors.extend(who.day_faults("/committee_told_on", body.committee_told_on, None));
    errors
}

impl OwnerVoteFields {
    /// What is announced, in one line: with the box and those whom the ballot reached once they are known.
    pub fn manifest(&self, roll: RollSummary, box_root: String, delivered: Vec<i64>) -> Manifest {
        Manifest {
            box_root,
            heads_basis: self.plan.heads_basis,
            roll,
            secrecy: self.plan.secrecy,
            silence: self.plan.silence.as_ref().map(|silence| silence.counted(delivered)),
            t: "manifest".to_owned(),
            topics: self.plan.counted(),
            v: 1,
            vote: self.id,
        }
    }
}
