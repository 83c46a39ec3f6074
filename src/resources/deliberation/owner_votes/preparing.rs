//! What is decided before a vote begins: its roll, what is said against it, and that it is announced.

use chrono::Days;
use serde_json::json;
use uuid::Uuid;

use super::canonical::canonical_of;
use super::command::{Effect, Facts};
use super::creation::{end_fault, time_faults};
use super::inputs::{
    NewVoteObjection, OwnerVotePatch, RollPublication, VoteAnnouncement, VoteConfirmation, VoteExtension, VoteObjectionAnswer,
};
use super::merkle::sha256;
use super::model::{Objection, OwnerVoteFields, PostingKind};
use super::postings::{MOST_POSTINGS, post};
use super::records::Manifest;
use super::roll::RollSummary;
use super::roll::building::differences;
use super::sealing::BoxKey;
use super::states::OwnerVoteStatus;
use super::topics::{plan_faults, topics};
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

/// Changes it before it is announced; what the street confirmed is to be confirmed again.
pub fn update(vote: &mut OwnerVoteFields, patch: OwnerVotePatch, facts: &Facts, who: &Authority) -> Result<(), Problem> {
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
    Problem::fail_if_any(times.into_iter().chain(plan_faults(&vote.plan, &facts.place)))?;
    if *vote != before {
        vote.preparation.0.confirmed_at = None;
        vote.taken_steps.add(Action::Update, who);
    }
    Ok(())
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
    if !facts.serves {
        errors.push(FieldError::at("", &codes::NO_COMMITTEE));
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
    preparation.roll_changed_on = Some(who.today());
    preparation.confirmed_at = None;
    if !is_first {
        preparation.corrections = preparation.corrections.saturating_add(1);
    }
    vote.roll = Document::of(&Some(roll.summary.clone()))?;
    vote.taken_steps.add(Action::PublishRoll, who);
    let changes = if is_first { Vec::new() } else { differences(&facts.lines, &roll.rows) };
    Ok(Effect::Roll { roll, changes, reason })
}

pub fn object(vote: &mut OwnerVoteFields, body: NewVoteObjection, facts: &Facts, who: &Authority) -> Result<(), Problem> {
    let caller = who.actor.caller.as_str();
    // What was said against the roll leaves room for what is said against the result.
    let about = if vote.counted_at.is_some() { PostingKind::Result } else { PostingKind::Roll };
    let all = || vote.objections.0.iter().filter(|known| known.about == about);
    let own = all().filter(|known| known.subject == caller).count();
    if own >= MOST_OWN || all().count() >= MOST_OBJECTIONS {
        let limit = if own >= MOST_OWN { MOST_OWN } else { MOST_OBJECTIONS };
        return Err(Problem::invalid(vec![FieldError::at("", &codes::MAX_ITEMS).with("limit", limit)]));
    }
    vote.objections.0.push(Objection {
        id: Uuid::now_v7(),
        about,
        text: body.text,
        at: who.now,
        due_on: facts.place.last_working_day(who.today(), RuleName::VoteAnswerDays),
        subject: caller.to_owned(),
        answer: None,
        answered_at: None,
    });
    Ok(())
}

pub fn answer(vote: &mut OwnerVoteFields, body: VoteObjectionAnswer, who: &Authority) -> Result<(), Problem> {
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
    if !facts.serves {
        errors.push(FieldError::at("", &codes::NO_COMMITTEE));
    }
    errors.extend(post(vote, PostingKind::Announcement, body.posting, facts, who));
    Problem::fail_if_any(errors)?;
    let roll = vote.roll.get()?.clone().ok_or_else(|| Problem::internal("a published vote has no roll"))?;
    if facts.frozen.as_ref() != Some(&roll) {
        return Err(Problem::internal(format!("the roll of vote {} is not what was published", vote.id)));
    }
    vote.roll_hash = Some(sha256(&roll.line().map_err(Problem::internal)?));
    vote.manifest_hash = Some(vote.manifest(roll, String::new(), Vec::new())?.hash().map_err(Problem::internal)?);
    vote.announced_at = Some(who.now);
    vote.box_key.0 = Some(key);
    let preparation = &mut vote.preparation.0;
    (preparation.observer, preparation.committee_told_on) = (Some(body.observer), Some(body.committee_told_on));
    Ok(())
}

/// The roll hung long enough, also since it was corrected, and from the announcement to the first day there are as many whole
/// days as the law wants.
fn announcement_faults(vote: &OwnerVoteFields, body: &VoteAnnouncement, facts: &Facts, who: &Authority) -> Vec<FieldError> {
    let of_roll = if vote.plan.first_assembly { RuleName::VoteFirstRollDays } else { RuleName::VoteRollDays };
    let hung = [(vote.preparation.roll_published_on, of_roll), (vote.preparation.roll_changed_on, RuleName::VotePostingDays)];
    let mut errors = Vec::new();
    for (from, rule) in hung {
        let days = vote.days_hung(PostingKind::Roll, from.unwrap_or(who.today()), who.today());
        if i64::try_from(days).unwrap_or(i64::MAX) < facts.place.value(rule) {
            let fault = FieldError::at("", &codes::ROLL_NOT_POSTED).with("rule", rule.as_str());
            errors.push(fault.with("days", days).with("limit", facts.place.value(rule)));
        }
    }
    let roll = vote.roll.get().ok().and_then(Option::as_ref);
    if let (Some(request), Some(roll)) = (&vote.preparation.request, roll)
        && request.heads.saturating_mul(5) < roll.heads
    {
        errors.push(FieldError::at("", &codes::TOO_FEW_ASK).with("heads", request.heads).with("total", roll.heads));
    }
    let notice = facts.place.value(RuleName::VoteNoticeDays).unsigned_abs();
    let first = who.today().checked_add_days(Days::new(notice + 1));
    let early = FieldError::before("/starts_at", civil_date(vote.starts_at), first);
    errors.extend(early.map(|fault| fault.with("rule", RuleName::VoteNoticeDays.as_str())));
    errors.extend(who.day_faults("/committee_told_on", body.committee_told_on, Some(vote.plan.cause_on)));
    errors
}

/// Confirms, for the street, what was read.
pub fn confirm(vote: &mut OwnerVoteFields, body: &VoteConfirmation, before: i64, who: &Authority) -> Result<(), Problem> {
    if body.version != before {
        return invalid("/version", &codes::OTHER_VERSION);
    }
    vote.preparation.0.confirmed_at = Some(who.now);
    Ok(())
}

/// Nothing is counted of what is cancelled, and nobody opens its box; but where the time was over somebody may have to look why.
pub fn cancel(vote: &mut OwnerVoteFields, reason: String, before: OwnerVoteStatus) {
    vote.reason = Some(reason);
    if before != OwnerVoteStatus::Counting {
        vote.box_key.0 = vote.box_key.0.as_ref().map(BoxKey::destroyed);
    }
}

impl OwnerVoteFields {
    /// What is announced, in one line: with the box and those whom the ballot reached once they are known.
    pub fn manifest(&self, roll: RollSummary, box_root: String, delivered: Vec<i64>) -> Result<Manifest, Problem> {
        Ok(Manifest {
            box_root,
            heads_basis: self.plan.heads_basis,
            roll,
            secrecy: self.plan.secrecy,
            silence: self.plan.silence.as_ref().map(|silence| silence.counted(delivered)),
            t: "manifest".to_owned(),
            topics: self.plan.counted(),
            v: 1,
            plan_hash: Some(sha256(&self.plan_line()?)),
            vote: self.id,
        })
    }

    /// All that is voted on and by which rules, with every text, in one line.
    pub fn plan_line(&self) -> Result<String, Problem> {
        let plan = json!({
            "ends_at": self.preparation.extended_from.unwrap_or(self.ends_at), "estate": self.estate_id,
            "organization": self.organization_id, "plan": self.plan.0, "starts_at": self.starts_at, "title": self.title, "vote": self.id
        });
        canonical_of(&plan).map_err(Problem::internal)
    }
}
