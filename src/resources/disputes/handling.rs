//! What the less simple actions do: transfers, approvals of the level above, mergers and mass cases, invitations.

use chrono::Days;

use super::case::Case;
use super::model_actions::{NewApprovalRequest, Suspension, Transfer};
use super::progress::{ApprovalKind, ApprovalRequest, ClockKind, Hold, HoldKind, Satisfaction};
use super::rules::is_own;
use super::states::Status;
use crate::access::code::Level;
use crate::access::policy::resource::Disputes;
use crate::access::scope::Authorized;
use crate::calendar::term::{Term, last_calendar_day};
use crate::changes::write::Tx;
use crate::http::codes;
use crate::http::problem::{FieldError, Problem, refused};
use crate::resources::jurisdictions::store as jurisdictions;
use crate::resources::rules::model::RuleName;

/// Records that the case was accepted: contact and result are due from now on.
pub fn accept(scope: &Authorized<Disputes>, case: &mut Case) {
    if case.was == Status::Transferred {
        case.fields.assignee = None;
    }
    case.start(ClockKind::FirstContact, scope.now);
    case.start(ClockKind::Resolve, scope.now);
}

/// Hands the dispute to another level or to a neighboring place, which has its own time to accept it.
pub async fn transfer(tx: &Tx, scope: &Authorized<Disputes>, case: &mut Case, body: &Transfer) -> Result<(), Problem> {
    let (handler, place) = (case.handler(), case.fields.jurisdiction);
    let from_above = scope.standing(scope.action, &place).is_some_and(|level| level < handler.level() || level == Level::City);
    if case.progress.returned && !from_above {
        return refused("", &codes::DECIDED_ABOVE);
    }
    let target = body.jurisdiction.unwrap_or(place);
    let level = body.level.unwrap_or(handler.level()).min(target.level());
    if body.jurisdiction.is_some() {
        let reach = handler.parent().unwrap_or(handler);
        let inside = reach.contains(&target) && target.level() >= handler.level();
        if !inside || !jurisdictions::is_active(tx, target).await? {
            return refused("/jurisdiction", &codes::UNKNOWN_JURISDICTION);
        }
    }
    // From below it goes up one level at a time.
    let above = handler.parent().filter(|_| !from_above).map_or(Level::City, |above| above.level());
    let possible = |level: &Level| *level != Level::Grid && *level >= above;
    let levels: Vec<_> = target.path().iter().map(|code| code.level()).filter(possible).collect();
    if !levels.contains(&level.min(Level::Community)) {
        let names: Vec<_> = levels.iter().map(|level| level.as_str()).collect();
        return Err(Problem::invalid(vec![FieldError::at("/level", &codes::WRONG_LEVEL).with("levels", names)]));
    }
    let same_place = target.at(handler.level()).unwrap_or(target) == handler;
    if same_place && level == handler.level() {
        return refused("", &codes::SAME_HANDLER);
    }
    let days = case.in_force.days(RuleName::DisputeReturnDays);
    let last = Term { starts_on: scope.today(), days, pauses: &[] }.last_day(&case.in_force.calendar);
    case.hold(HoldKind::Transferred, last, scope.now);
    let before = case.fields.clone();
    case.fields.jurisdiction = target;
    case.leave_estate(&before);
    case.route_anew(tx, scope.today(), Some(level.min(Level::Community))).await?;
    case.decide();
    case.stop(ClockKind::Accept, scope.now);
    case.start(ClockKind::Accept, scope.now);
    Ok(())
}

/// The receiver gives a dispute back, once and in time.
pub fn give_back(scope: &Authorized<Disputes>, case: &mut Case) -> Result<(), Problem> {
    let Some(Hold { level, jurisdiction, organization_id, estate_id, until_on, .. }) = case.progress.hold.clone() else {
        return refused("", &codes::NOT_APPLICABLE);
    };
    if case.progress.returned {
        return refused("", &codes::DECIDED_ABOVE);
    }
    Problem::unless_right(FieldError::after("", scope.today(), until_on).into_iter().collect())?;
    case.resume(scope.now);
    (case.fields.level, case.fields.jurisdiction, case.fields.organization_id) = (level, jurisdiction, organization_id);
    case.fields.estate_id = estate_id;
    case.progress.returned = true;
    case.stop(ClockKind::Accept, scope.now);
    if case.fields.status == Status::Submitted {
        case.start(ClockKind::Accept, scope.now);
    }
    Ok(())
}

/// Asks the level above for something, one thing at a time; the city decides by itself.
pub fn request(scope: &Authorized<Disputes>, case: &mut Case, body: &NewApprovalRequest) -> Result<(), Problem> {
    if case.progress.approval.is_some() {
        return refused("", &codes::ALREADY_DONE);
    }
    let handler = case.handler();
    case.progress.approval = Some(ApprovalRequest { kind: body.kind, reason: body.reason.clone(), requested_at: scope.now });
    case.fields.approver = Some(handler.parent().unwrap_or(handler));
    Ok(())
}

/// Lets all clocks stand still, not longer than the rule allows for all suspensions together.
pub fn suspend(scope: &Authorized<Disputes>, case: &mut Case, body: &Suspension) -> Result<(), Problem> {
    let left = case.in_force.days(RuleName::DisputeSuspensionDays) - case.progress.suspended_days;
    if left < 1 {
        return refused("", &codes::SUSPENDED_LONG_ENOUGH);
    }
    let longest = last_calendar_day(scope.today(), left);
    let until = body.until_on.unwrap_or(longest);
    let tomorrow = scope.today().checked_add_days(Days::new(1)).unwrap_or(scope.today());
    let early = FieldError::before("/until_on", until, Some(tomorrow));
    let fault = early.or_else(|| FieldError::after("/until_on", until, Some(longest)));
    Problem::unless_right(fault.into_iter().collect())?;
    case.hold(HoldKind::Suspended, Some(until), scope.now);
    case.answer(ApprovalKind::Suspend);
    Ok(())
}

/// Gives more time to resolve, once.
pub fn extend(case: &mut Case) -> Result<(), Problem> {
    let days = case.in_force.extension();
    if case.progress.clocks.iter().any(|clock| clock.extension_days > 0) {
        return refused("", &codes::ALREADY_DONE);
    }
    let running = case.progress.clocks.iter_mut().find(|clock| clock.is_running() && clock.kind == ClockKind::Resolve);
    let Some(clock) = running else { return refused("", &codes::NOT_APPLICABLE) };
    clock.extension_days = days;
    case.answer(ApprovalKind::Extend);
    Ok(())
}

/// Takes a resolved dispute up again, in the place to which its jurisdiction went.
pub async fn reopen(tx: &Tx, scope: &Authorized<Disputes>, case: &mut Case) -> Result<(), Problem> {
    Problem::unless_right(FieldError::after("", scope.today(), case.progress.reopens_until).into_iter().collect())?;
    if let Some(heir) = jurisdictions::heir(tx, case.fields.jurisdiction).await? {
        case.move_to(heir);
    }
    case.fields.status = if case.fields.assignee.is_some() { Status::Assigned } else { Status::Accepted };
    case.take_up_again(scope.now);
    Ok(())
}

/// Records what the applicant says of the result. What they have said themselves nobody else changes.
pub fn rate(scope: &Authorized<Disputes>, case: &mut Case, satisfaction: Satisfaction) -> Result<(), Problem> {
    let own = is_own(scope, &case.fields);
    if case.progress.rated_by_applicant && !own {
        return refused("/satisfaction", &codes::SAID_BY_APPLICANT);
    }
    (case.progress.satisfaction, case.progress.rated_by_applicant) = (Some(satisfaction), own);
    Ok(())
}

/// Closes what was resolved: the applicant does, or an officer whom they told what they think of the result.
pub fn close(scope: &Authorized<Disputes>, case: &mut Case, said: Option<Satisfaction>) -> Result<(), Problem> {
    match said {
        Some(said) => rate(scope, case, said),
        None if case.progress.satisfaction.is_some() || is_own(scope, &case.fields) => Ok(()),
        None => refused("/satisfaction", &codes::REQUIRED),
    }
}

/// Says no to what waits for an answer.
pub fn decline(case: &mut Case) -> Result<(), Problem> {
    if case.decide() { Ok(()) } else { refused("", &codes::NOT_APPLICABLE) }
}

/// Hands the dispute to the level above.
pub async fn escalate(tx: &Tx, scope: &Authorized<Disputes>, case: &mut Case) -> Result<(), Problem> {
    if case.escalate(tx, scope.now).await? { Ok(()) } else { refused("", &codes::NO_LEVEL_ABOVE) }
}
