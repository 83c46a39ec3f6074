//! The usual way of a dispute, and what the level above grants.

use chrono::Days;

use crate::access::authority::Authority;
use crate::access::code::Level;
use crate::access::permissions::Action;
use crate::calendar::term::last_calendar_day;
use crate::http::bodies::{Reason, Remark};
use crate::http::codes;
use crate::http::problem::{FieldError, Problem, invalid};
use crate::resources::disputes::command::Decision;
use crate::resources::disputes::deadline::DeadlineKind;
use crate::resources::disputes::details::{ApprovalKind, HoldKind, Satisfaction};
use crate::resources::disputes::facts::Facts;
use crate::resources::disputes::inputs::{Assignment, Closing, NewApprovalRequest, Suspension, VisitBack};
use crate::resources::disputes::states::Status;
use crate::resources::disputes::transition::DisputeTransition;
use crate::resources::disputes::view::speaks_for_applicant;

/// Contact and result are due from now on.
pub fn accept(case: &mut DisputeTransition, body: Remark, who: &Authority) -> Result<Decision, Problem> {
    if case.previous_status == Status::Transferred {
        case.fields.assignee = None;
    }
    case.start(DeadlineKind::FirstContact, who.now);
    case.start(DeadlineKind::Resolve, who.now);
    Ok(Decision::noted(body.note))
}

pub fn assign(case: &mut DisputeTransition, body: Assignment) -> Result<Decision, Problem> {
    case.fields.assignee = Some(body.assignee);
    Ok(Decision::noted(body.note))
}

pub fn contact(case: &mut DisputeTransition, body: Remark, who: &Authority) -> Result<Decision, Problem> {
    case.progress.contacted_at = case.progress.contacted_at.or(Some(who.now));
    Ok(Decision::noted(body.note))
}

pub fn visit_back(case: &mut DisputeTransition, body: VisitBack, who: &Authority) -> Result<Decision, Problem> {
    rate(case, body.satisfaction, who)?;
    // It may have been closed over the applicant's head.
    let in_time = case.progress.reopens_until.is_none_or(|last| who.today() <= last);
    let is_answered = case.previous_status == Status::Resolved || who.action == Action::Rate && in_time;
    if body.satisfaction != Satisfaction::Dissatisfied {
        // One applicant does not settle what another one complains about.
        if case.complaint_waited() && case.fields.somebody_else_complains(&who.actor.caller) {
            return invalid("/satisfaction", &codes::COMPLAINT_WAITS);
        }
        case.settle_complaint(who);
        case.fields.taken_steps.settle(Action::Rate);
    } else if is_answered {
        if who.action == Action::Rate {
            case.fields.taken_steps.note(Action::Rate, &who.actor.caller);
        }
        case.fields.status = Status::Resolved;
        case.complain(body.note.clone().unwrap_or_default(), who.now);
    }
    Ok(Decision::noted(body.note))
}

/// Records what the applicant says of the result. What they have said themselves nobody else changes. Whoever is
/// dissatisfied is answered by the level above, and silence closes nothing meanwhile.
fn rate(case: &mut DisputeTransition, satisfaction: Satisfaction, who: &Authority) -> Result<(), Problem> {
    let own = speaks_for_applicant(who, &case.fields);
    if case.progress.rated_by_applicant && !own {
        return invalid("/satisfaction", &codes::SAID_BY_APPLICANT);
    }
    (case.progress.satisfaction, case.progress.rated_by_applicant) = (Some(satisfaction), own);
    Ok(())
}

/// The applicant closes what was resolved, or an officer whom they told what they think of the result.
pub fn close(case: &mut DisputeTransition, body: Closing, who: &Authority) -> Result<Decision, Problem> {
    let (own, complained) = (speaks_for_applicant(who, &case.fields), case.complaint_waited());
    // Officers do not close over what somebody complains about; the level above does, and tells why.
    let dissatisfied = body.satisfaction.or(case.progress.satisfaction) == Some(Satisfaction::Dissatisfied);
    if dissatisfied && !own && !complained {
        return invalid("/satisfaction", &codes::COMPLAINT_WAITS);
    }
    if complained && own && case.fields.somebody_else_complains(&who.actor.caller) {
        return invalid("", &codes::COMPLAINT_WAITS);
    }
    if complained && !own {
        if body.satisfaction.is_some() {
            return invalid("/satisfaction", &codes::SAID_BY_APPLICANT);
        }
        if body.note.as_deref().is_none_or(|note| note.trim().is_empty()) {
            return invalid("/note", &codes::REQUIRED);
        }
        // The applicant is told today, and may come back from today on.
        case.allow_reopening(who.today());
    }
    match body.satisfaction {
        Some(said) => rate(case, said, who)?,
        None if case.progress.satisfaction.is_some() || own => {}
        None => return invalid("/satisfaction", &codes::REQUIRED),
    }
    Ok(Decision::noted(body.note))
}

/// Takes a resolved dispute up again, in the place to which its jurisdiction went.
pub fn reopen(case: &mut DisputeTransition, body: Reason, facts: &Facts, who: &Authority) -> Result<Decision, Problem> {
    let asked = case.fields.approver.filter(|_| case.complaint_waited() && !speaks_for_applicant(who, &case.fields));
    if let Some(successor) = facts.successor {
        case.move_to(successor);
    }
    // Whoever answers the complaint handles it from now on; what comes back again does not go to the community again.
    let answering = asked.map_or(case.fields.level, |above| above.level());
    let highest = if case.progress.reopenings > 0 { answering.min(Level::Street) } else { answering };
    if highest < case.fields.level {
        case.route(facts.holders()?, Some(highest));
        case.fields.assignee = None;
    }
    // What was not taken up comes back for the first time.
    if case.previous_status == Status::Rejected {
        case.start(DeadlineKind::FirstContact, who.now);
    } else {
        case.progress.reopenings += 1;
    }
    case.fields.status = if case.fields.assignee.is_some() { Status::Assigned } else { Status::Accepted };
    case.take_up_again(who.now);
    Ok(Decision::noted(Some(body.reason)))
}

/// Asks the level above to look again at a rejection, once.
pub fn request_review(case: &mut DisputeTransition, body: Reason, who: &Authority) -> Result<Decision, Problem> {
    case.progress.review_requested = true;
    case.request(ApprovalKind::ReviewRejection, body.reason.clone(), who);
    Ok(Decision::noted(Some(body.reason)))
}

/// Asks the level above for something, one thing at a time.
pub fn request_approval(case: &mut DisputeTransition, body: NewApprovalRequest, who: &Authority) -> Result<Decision, Problem> {
    let begun = !matches!(case.previous_status, Status::Submitted | Status::Transferred);
    match body.kind {
        ApprovalKind::AnswerComplaint | ApprovalKind::ReviewRejection => return invalid("/kind", &codes::NOT_APPLICABLE),
        ApprovalKind::Withdraw if case.progress.filed_by_applicant == Some(true) => {
            return invalid("/kind", &codes::APPLICANT_DECIDES);
        }
        ApprovalKind::Suspend | ApprovalKind::Extend if !begun => return invalid("/kind", &codes::NOT_YET),
        ApprovalKind::Suspend if case.previous_status == Status::Suspended => return invalid("/kind", &codes::ALREADY_DONE),
        ApprovalKind::Extend if case.progress.clocks.iter().any(|clock| clock.extension_days > 0) => {
            return invalid("/kind", &codes::ALREADY_DONE);
        }
        _ => {}
    }
    let note = Some(body.reason.clone());
    case.request(body.kind, body.reason, who);
    Ok(Decision::noted(note))
}

/// Says no to what waits for an answer.
pub fn decline(case: &mut DisputeTransition, body: Reason) -> Result<Decision, Problem> {
    if case.clear_approval() { Ok(Decision::noted(Some(body.reason))) } else { invalid("", &codes::NOT_APPLICABLE) }
}

/// Lets all clocks stand still, not longer than the rule allows for all suspensions together.
pub fn suspend(case: &mut DisputeTransition, body: Suspension, who: &Authority) -> Result<Decision, Problem> {
    let left = case.rules.days(body.reason.longest()) - case.progress.suspended_days;
    if left < 1 {
        return invalid("", &codes::SUSPENDED_LONG_ENOUGH);
    }
    let longest = last_calendar_day(who.today(), left);
    let until = body.until_on.unwrap_or(longest);
    let tomorrow = who.today().checked_add_days(Days::new(1)).unwrap_or(who.today());
    let early = FieldError::before("/until_on", until, Some(tomorrow));
    let fault = early.or_else(|| FieldError::after("/until_on", until, Some(longest)));
    Problem::fail_if_any(fault)?;
    case.hold(HoldKind::Suspended, Some(until), who.now);
    case.grant(ApprovalKind::Suspend);
    let reason = body.reason.as_str();
    let note = body.note.map_or_else(|| reason.to_owned(), |note| format!("{reason}: {note}"));
    Ok(Decision::noted(Some(note)))
}

pub fn resume(case: &mut DisputeTransition, body: Remark, who: &Authority) -> Result<Decision, Problem> {
    case.resume(who.now);
    Ok(Decision::noted(body.note))
}

/// Gives more time to resolve, once.
pub fn extend(case: &mut DisputeTransition, body: Reason) -> Result<Decision, Problem> {
    let days = case.rules.extension(case.progress.channel);
    let running = case.progress.clocks.iter_mut().find(|clock| clock.is_running() && clock.kind == DeadlineKind::Resolve);
    let Some(clock) = running else { return invalid("", &codes::NOT_APPLICABLE) };
    clock.extension_days = days;
    case.grant(ApprovalKind::Extend);
    Ok(Decision::noted(Some(body.reason)))
}
