//! Disputes on their way between levels and places.

use crate::access::authority::Authority;
use crate::access::code::{JurisdictionCode, Level};
use crate::calendar::term::Term;
use crate::http::bodies::Reason;
use crate::http::codes;
use crate::http::problem::{FieldError, Problem, invalid};
use crate::resources::disputes::command::Decision;
use crate::resources::disputes::deadline::DeadlineKind;
use crate::resources::disputes::details::{Hold, HoldKind};
use crate::resources::disputes::facts::Facts;
use crate::resources::disputes::inputs::Transfer;
use crate::resources::disputes::states::Status;
use crate::resources::disputes::transition::DisputeTransition;
use crate::resources::reference::rules::names::RuleName;

/// Hands the dispute to another level or to a neighboring place, which has its own time to accept it.
pub fn transfer(case: &mut DisputeTransition, body: Transfer, facts: &Facts, who: &Authority) -> Result<Decision, Problem> {
    let (handler, place) = (case.handler(), case.fields.jurisdiction);
    let from_above = who.acting_level(who.action, &place).is_some_and(|level| level < handler.level() || level == Level::City);
    let target = body.jurisdiction.unwrap_or(place);
    let level = body.level.unwrap_or(handler.level()).min(target.level());
    if body.jurisdiction.is_some() && !(facts.is_there && is_in_reach(handler, target)) {
        return invalid("/jurisdiction", &codes::UNKNOWN_JURISDICTION);
    }
    let levels = levels_of(handler, target, from_above);
    if !levels.contains(&level.min(Level::Community)) {
        let names: Vec<_> = levels.iter().map(|level| level.as_str()).collect();
        return Err(Problem::invalid(vec![FieldError::at("/level", &codes::WRONG_LEVEL).with("levels", names)]));
    }
    let same_place = target.at(handler.level()).unwrap_or(target) == handler;
    if same_place && level == handler.level() {
        return invalid("", &codes::SAME_HANDLER);
    }
    let days = case.rules.days(RuleName::DisputeReturnDays);
    let last = Term { starts_on: who.today(), days, pauses: &[] }.last_day(&case.rules.calendar);
    case.hold(HoldKind::Transferred, last, who.now);
    case.fields.jurisdiction = target;
    case.leave_estate(place);
    case.route(facts.holders()?, Some(level.min(Level::Community)));
    case.clear_approval();
    case.stop(DeadlineKind::Accept, who.now);
    case.start(DeadlineKind::Accept, who.now);
    Ok(Decision::noted(Some(body.reason)))
}

/// A place that was meant lies below the jurisdiction above the handler, and not above the handler's level.
fn is_in_reach(handler: JurisdictionCode, target: JurisdictionCode) -> bool {
    let reach = handler.parent().unwrap_or(handler);
    reach.contains(&target) && target.level() >= handler.level()
}

/// The levels that can get it. From below it goes up one level at a time.
fn levels_of(handler: JurisdictionCode, target: JurisdictionCode, from_above: bool) -> Vec<Level> {
    let above = if from_above { None } else { handler.parent() };
    let highest = above.map_or(Level::City, |above| above.level());
    let levels = target.path().into_iter().map(|code| code.level());
    levels.filter(|level| *level != Level::Grid && *level >= highest).collect()
}

/// The receiver gives a dispute back, once and in time.
pub fn give_back(case: &mut DisputeTransition, body: Reason, facts: &Facts, who: &Authority) -> Result<Decision, Problem> {
    let Some(Hold { level, jurisdiction, organization_id, estate_id, route, .. }) = case.progress.hold.clone() else {
        return invalid("", &codes::NOT_APPLICABLE);
    };
    case.resume(who.now);
    (case.fields.level, case.fields.jurisdiction, case.fields.organization_id) = (level, jurisdiction, organization_id);
    case.fields.estate_id = estate_id;
    if let Some(successor) = facts.successor.filter(|successor| *successor != jurisdiction) {
        case.move_to(successor);
    }
    if let Some(route) = route {
        case.found_by(route);
    }
    case.readdress_approval();
    case.progress.returned = true;
    case.stop(DeadlineKind::Accept, who.now);
    if case.fields.status == Status::Submitted {
        case.start(DeadlineKind::Accept, who.now);
    }
    Ok(Decision::noted(Some(body.reason)))
}

/// Hands the dispute to the level above.
pub fn escalate(case: &mut DisputeTransition, body: Reason, facts: &Facts, who: &Authority) -> Result<Decision, Problem> {
    if case.escalate(facts.holders()?, who.now) {
        Ok(Decision::noted(Some(body.reason)))
    } else {
        invalid("", &codes::NO_LEVEL_ABOVE)
    }
}
