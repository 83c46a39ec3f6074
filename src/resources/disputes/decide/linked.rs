//! Disputes that belong together: mergers, and mass cases whose parts are answered together.

use std::sync::Arc;

use uuid::Uuid;

use crate::access::authority::Authority;
use crate::changes::lifecycle::Lifecycle;
use crate::http::bodies::Reason;
use crate::http::codes;
use crate::http::problem::{FieldError, Problem, invalid};
use crate::resources::disputes::command::{Decision, DisputeChange, Effect};
use crate::resources::disputes::details::{ApprovalKind, HoldKind, Rejection};
use crate::resources::disputes::effective_rules::EffectiveRules;
use crate::resources::disputes::facts::Facts;
use crate::resources::disputes::inputs::{AddedParts, DisputeMerger, NewReferral, NewRejection, Resolution};
use crate::resources::disputes::model::DisputeFields;
use crate::resources::disputes::states::Status;
use crate::resources::disputes::transition::DisputeTransition;
use crate::resources::reference::dispute_categories::model::Risk;

/// They are locked, answered and told of in one transaction, for which readers of the feed wait.
const MOST_PARTS: usize = 500;

fn too_many_parts(place: &'static str, there: usize, more: usize) -> Option<FieldError> {
    (there + more > MOST_PARTS).then(|| FieldError::at(place, &codes::TOO_MANY_PARTS).with("limit", MOST_PARTS))
}

fn all(others: impl Iterator<Item = Result<DisputeChange, Problem>>) -> Result<Vec<Effect>, Problem> {
    others.map(|other| other.map(Effect::Other)).collect()
}

/// Makes the dispute a part of another one that goes on.
pub fn merge(case: &mut DisputeTransition, body: DisputeMerger, facts: &Facts, who: &Authority) -> Result<Decision, Problem> {
    let into = facts.others.first().filter(|into| into.id != case.fields.id);
    let Some(into) = into else { return invalid("/into_id", &codes::UNKNOWN_RECORD) };
    if into.status.is_over() || matches!(into.status, Status::Merged | Status::Resolved) {
        return invalid("/into_id", &codes::NOT_ACTIVE);
    }
    if into.concerns(&who.actor.caller) {
        return invalid("/into_id", &codes::OWN_MATTER);
    }
    if is_handled_above(who, into) {
        return invalid("/into_id", &codes::HANDLED_ABOVE);
    }
    if case.fields.is_graver_than(into) {
        return invalid("", &codes::GRAVER);
    }
    if into.parent_id.is_some() || facts.has_parts {
        return invalid("", &codes::BELONGS_TOGETHER);
    }
    Problem::fail_if_any(too_many_parts("/into_id", facts.part_count, 1))?;
    case.hold(HoldKind::Merged, None, who.now);
    case.clear_approval();
    case.fields.parent_id = Some(into.id);
    let step = ("merge", Some(case.fields.number.clone()));
    let target = DisputeChange::of(into, &case.rules, who, step, |_| {})?;
    Ok(Decision { note: Some(body.reason), effects: vec![Effect::Other(target)] })
}

/// Lets a merged dispute go on by itself.
pub fn unmerge(case: &mut DisputeTransition, body: Reason, who: &Authority) -> Result<Decision, Problem> {
    case.resume(who.now);
    case.fields.parent_id = None;
    Ok(Decision::noted(Some(body.reason)))
}

/// True for what a higher level handles than the caller's.
fn is_handled_above(who: &Authority, dispute: &DisputeFields) -> bool {
    !dispute.allows(who.action, who.acting_level(who.action, &dispute.jurisdiction))
}

/// Does not take it up. The applicant is told why and where else to go, and can ask for a review for as long as they could
/// come back with a result.
pub fn reject(case: &mut DisputeTransition, body: NewRejection, facts: &Facts, who: &Authority) -> Result<Decision, Problem> {
    let NewRejection { code, reason, other_ways } = body;
    case.allow_reopening(who.today());
    case.progress.rejection = Some(Rejection { code, reason: reason.clone(), other_ways, at: who.now });
    end(case, Some(reason), facts, who)
}

pub fn refer_out(case: &mut DisputeTransition, body: NewReferral, facts: &Facts, who: &Authority) -> Result<Decision, Problem> {
    case.progress.referral = Some(body.referral);
    end(case, body.note, facts, who)
}

/// Takes the dispute back. What is graded red only the level above lets go: the applicant asks for it.
pub fn withdraw(case: &mut DisputeTransition, body: Reason, facts: &Facts, who: &Authority) -> Result<Decision, Problem> {
    if case.fields.risk == Risk::Red && case.fields.is_filed_by_caller(who) {
        case.fields.status = case.previous_status;
        case.request(ApprovalKind::Withdraw, body.reason.clone(), who);
        return Ok(Decision::noted(Some(body.reason)));
    }
    end(case, Some(body.reason), facts, who)
}

/// The dispute ends without a result: what was merged into it goes on by itself, and the parts of a mass case too.
pub fn end(case: &mut DisputeTransition, note: Option<String>, facts: &Facts, who: &Authority) -> Result<Decision, Problem> {
    let going_on = facts.others.iter().filter(|part| !part.status.is_over() && part.status != Status::Resolved);
    Ok(Decision { note, effects: all(going_on.map(|part| release(part, &case.fields, &case.rules, who)))? })
}

/// A part goes on by itself.
fn release(
    part: &DisputeFields,
    whole: &DisputeFields,
    rules: &Arc<EffectiveRules>,
    who: &Authority,
) -> Result<DisputeChange, Problem> {
    DisputeChange::of(part, rules, who, ("detach", Some(whole.number.clone())), |part| {
        if part.fields.status == Status::Merged {
            part.resume(who.now);
        }
        part.fields.parent_id = None;
    })
}

/// Takes the dispute out of its mass case.
pub fn detach(case: &mut DisputeTransition, body: Reason) -> Result<Decision, Problem> {
    match case.fields.parent_id.take() {
        Some(_) => Ok(Decision::noted(Some(body.reason))),
        None => invalid("", &codes::NOT_APPLICABLE),
    }
}

/// Makes disputes parts of this one, to be answered together with it.
pub fn add_to_mass_case(
    case: &mut DisputeTransition,
    body: AddedParts,
    facts: &Facts,
    who: &Authority,
) -> Result<Decision, Problem> {
    let parent = case.fields.id;
    let fault = |(at, id): (usize, &Uuid)| {
        let place = format!("/dispute_ids/{at}");
        match facts.others.iter().find(|dispute| dispute.id == *id) {
            None => Some(FieldError::at(place, &codes::UNKNOWN_RECORD)),
            Some(part) if part.id == parent || part.parent_id.is_some() || facts.with_parts.contains(id) => {
                Some(FieldError::at(place, &codes::BELONGS_TOGETHER))
            }
            Some(part) if part.concerns(&who.actor.caller) => Some(FieldError::at(place, &codes::OWN_MATTER)),
            Some(part) if is_handled_above(who, part) => Some(FieldError::at(place, &codes::HANDLED_ABOVE)),
            Some(part) if part.is_graver_than(&case.fields) => Some(FieldError::at(place, &codes::GRAVER)),
            Some(part) if !is_open(part) => Some(FieldError::at(place, &codes::NOT_ACTIVE)),
            Some(part) => part.withdrawal_waits(place),
        }
    };
    let faults = body.dispute_ids.iter().enumerate().filter_map(fault);
    let too_many = too_many_parts("/dispute_ids", facts.part_count, body.dispute_ids.len());
    Problem::fail_if_any(faults.chain(too_many))?;
    let join = |part: &DisputeFields| {
        let step = ("add_parts", Some(case.fields.number.clone()));
        DisputeChange::of(part, &case.rules, who, step, |part| part.fields.parent_id = Some(parent))
    };
    Ok(Decision { note: body.note, effects: all(facts.others.iter().map(join))? })
}

fn is_open(dispute: &DisputeFields) -> bool {
    matches!(dispute.status, Status::Submitted | Status::Accepted | Status::Assigned | Status::InHandling)
}

/// Resolves the dispute and with it the parts of a mass case that are open: one answer, whose times are those of the
/// whole.
pub fn resolve(case: &mut DisputeTransition, body: Resolution, facts: &Facts, who: &Authority) -> Result<Decision, Problem> {
    let answered = answer_parts(&facts.others, &case.fields, &case.rules, who, &body.resolution)?;
    case.resolve(body.resolution, who);
    Ok(Decision { note: None, effects: answered.into_iter().map(Effect::Other).collect() })
}

/// Gives the parts of a dispute that are open its answer. One that has become graver meanwhile, or that its applicant wants to
/// withdraw, goes on by itself.
pub fn answer_parts(
    parts: &[DisputeFields],
    whole: &DisputeFields,
    rules: &Arc<EffectiveRules>,
    who: &Authority,
    resolution: &str,
) -> Result<Vec<DisputeChange>, Problem> {
    if parts.iter().filter(|part| waits(part)).any(|part| part.concerns(&who.actor.caller)) {
        return invalid("", &codes::OWN_MATTER);
    }
    let answer = |part: &DisputeFields| {
        if part.is_graver_than(whole) || part.withdrawal_waits("").is_some() {
            return release(part, whole, rules, who);
        }
        let step = ("resolve", Some(whole.number.clone()));
        DisputeChange::of(part, rules, who, step, |part| part.resolve(resolution.to_owned(), who))
    };
    parts.iter().filter(|part| waits(part)).map(answer).collect()
}

/// A part that waits for the answer to the whole.
fn waits(part: &DisputeFields) -> bool {
    is_open(part) || part.status == Status::Merged
}
