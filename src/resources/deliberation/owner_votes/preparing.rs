//! What is decided before a vote begins: its roll, what is said against it, and that it is announced.

use uuid::Uuid;

use super::command::{Effect, Facts};
use super::creation::{end_fault, time_faults};
use super::inputs::{NewVoteObjection, OwnerVotePatch, RollPublication, VoteConfirmation, VoteExtension, VoteObjectionAnswer};
use super::model::{Objection, OwnerVoteFields, PostingKind};
use super::postings::{MOST_POSTINGS, post};
use super::roll::building::differences;
use super::sealing::BoxKey;
use super::states::OwnerVoteStatus;
use super::topics::{plan_faults, topics};
use crate::access::actor::Role;
use crate::access::authority::Authority;
use crate::access::permissions::{Action, is_officer};
use crate::db::document::Document;
use crate::http::codes;
use crate::http::json::replace;
use crate::http::problem::{FieldError, Problem, invalid};
use crate::resources::reference::rules::names::RuleName;

/// As much as a vote keeps of what is said against its roll, in all and of one person.
const MOST_OBJECTIONS: usize = 200;
const MOST_OWN: usize = 5;
/// What an office records leaves room for what owners say themselves.
const MOST_BY_PAPER: usize = 100;

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
    let (roll_days, changed_days) = (facts.place.value(vote.roll_rule()), facts.place.value(RuleName::VotePostingDays));
    let preparation = &mut vote.preparation.0;
    (preparation.roll_days, preparation.changed_days) = (roll_days, changed_days);
    preparation.registered_units = facts.registered_units;
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
    let (officer, owner) = (has_role(vote, who, is_officer), has_role(vote, who, |role| role == Role::Resident));
    match &body.paper {
        None if officer && !owner => return invalid("/paper", &codes::REQUIRED),
        Some(_) if !officer => return invalid("/paper", &codes::NOT_APPLICABLE),
        _ => {}
    }
    // What was said against the roll leaves room for what is said against the result.
    let about = if vote.counted_at.is_some() { PostingKind::Result } else { PostingKind::Roll };
    let all = || vote.objections.0.iter().filter(|known| known.about == about);
    // An office tells what many owners say.
    let own = all().filter(|known| known.subject == caller && known.paper.is_none() && body.paper.is_none()).count();
    let by_paper = all().filter(|known| known.paper.is_some()).count();
    let limits =
        [(MOST_OWN, own), (MOST_BY_PAPER, if body.paper.is_some() { by_paper } else { 0 }), (MOST_OBJECTIONS, all().count())];
    if let Some((limit, _)) = limits.into_iter().find(|(limit, known)| known >= limit) {
        return Err(Problem::invalid(vec![FieldError::at("", &codes::MAX_ITEMS).with("limit", limit)]));
    }
    vote.objections.0.push(Objection {
        id: Uuid::now_v7(),
        about,
        text: body.text,
        paper: body.paper,
        at: who.now,
        due_on: facts.place.last_working_day(who.today(), RuleName::VoteAnswerDays),
        subject: caller.to_owned(),
        answer: None,
        answered_at: None,
    });
    Ok(())
}

/// True for whoever may do it there in such a role.
fn has_role(vote: &OwnerVoteFields, who: &Authority, wanted: impl Fn(Role) -> bool) -> bool {
    who.acting_roles(&vote.jurisdiction).any(wanted)
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

/// Confirms, for the street, what was read.
pub fn confirm(vote: &mut OwnerVoteFields, body: &VoteConfirmation, before: i64, who: &Authority) -> Result<(), Problem> {
    if body.version != before {
        return invalid("/version", &codes::OTHER_VERSION);
    }
    let units = vote.roll.get()?.as_ref().map_or(0, |roll| roll.units);
    let registered = vote.preparation.registered_units.unwrap_or_default();
    if units < registered && !body.despite_missing_units {
        let fault = FieldError::at("/despite_missing_units", &codes::VOTE_UNITS_MISSING);
        return Err(Problem::invalid(vec![fault.with("units", units).with("registered", registered)]));
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
