//! What the service does by itself when a time has come: cards, escalation, the end of a suspension, silent closing.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::access::authority::Authority;
use crate::http::problem::Problem;
use crate::resources::disputes::command::Effect;
use crate::resources::disputes::command::event;
use crate::resources::disputes::deadline::ClockStep;
use crate::resources::disputes::deadline::{Card, ClockKind};
use crate::resources::disputes::effective_rules::InForce;
use crate::resources::disputes::facts::Facts;
use crate::resources::disputes::filing::vacant;
use crate::resources::disputes::model::DisputeFields;
use crate::resources::disputes::states::Status;
use crate::resources::disputes::transition::Case;
use crate::resources::disputes::transition::TimedStep;

/// The next step, if its time has come. The calendar or the time may tell otherwise by now than when it was planned.
fn due(case: &mut Case, now: DateTime<Utc>) -> Option<TimedStep> {
    case.settle(now);
    case.next_step().filter(|(at, _)| *at <= now).map(|(_, step)| step)
}

/// True when the next step hands the dispute to the level above, so that it must be known who is responsible there.
pub fn escalates(before: &DisputeFields, in_force: &Arc<InForce>, now: DateTime<Utc>) -> Result<bool, Problem> {
    let step = due(&mut Case::of(before, in_force)?, now);
    Ok(matches!(step, Some(TimedStep::Clock(_, ClockStep::Escalate))))
}

/// Does what has come due; where nothing has, only the time of the next look changes.
pub fn keep_time(
    before: &DisputeFields,
    after: &mut DisputeFields,
    mut case: Case,
    facts: &Facts,
    who: &Authority,
) -> Result<Vec<Effect>, Problem> {
    let (action, note) = match due(&mut case, who.now) {
        Some(step) => take(&mut case, step, facts, who.now)?,
        None => ("recompute", None),
    };
    let planned = (case.fields.due_at, case.fields.status, case.fields.card);
    let same = planned == (before.due_at, before.status, before.card) && case.progress == *before.progress.get()?;
    if action == "recompute" && same {
        return Ok(vec![Effect::LookAgain(case.fields.next_step_at)]);
    }
    *after = case.into_fields(who.now)?;
    Ok(vec![Effect::Step(event(who, action, Some(before), after, note))])
}

fn take(case: &mut Case, step: TimedStep, facts: &Facts, now: DateTime<Utc>) -> Result<(&'static str, Option<String>), Problem> {
    Ok(match step {
        TimedStep::Resume => {
            case.resume(now);
            ("resume", None)
        }
        TimedStep::Close => {
            case.fields.status = Status::Closed;
            ("close", None)
        }
        TimedStep::Clock(kind, ClockStep::Yellow) => {
            case.give(kind, Card::Yellow);
            ("yellow_card", Some(kind.as_str().to_owned()))
        }
        TimedStep::Clock(kind, ClockStep::Red) => {
            case.give(kind, Card::Red);
            ("red_card", Some(kind.as_str().to_owned()))
        }
        TimedStep::Clock(kind, ClockStep::Escalate) => {
            case.escalate(facts.holders()?, now);
            let steps = case.progress.route.as_ref().filter(|route| route.alarm).map(|route| vacant(&route.steps));
            ("escalate", Some(steps.unwrap_or_else(|| kind.as_str().to_owned())))
        }
    })
}

/// A dispute that came in before there were clocks is routed, and what is to be done is due from now on.
pub fn start_clocks(
    before: &DisputeFields,
    after: &mut DisputeFields,
    mut case: Case,
    facts: &Facts,
    who: &Authority,
) -> Result<Vec<Effect>, Problem> {
    case.route(facts.holders()?, None);
    match before.status {
        Status::Submitted => case.start(ClockKind::Accept, who.now),
        Status::Resolved => case.resolve(before.resolution.clone().unwrap_or_default(), who.now),
        _ => case.start(ClockKind::Resolve, who.now),
    }
    *after = case.into_fields(who.now)?;
    Ok(vec![Effect::Step(event(who, "recompute", Some(before), after, None))])
}
