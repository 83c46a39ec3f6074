//! What the service does by itself when a time has come: cards, escalation, the end of a suspension, silent closing.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::access::authority::Authority;
use crate::http::problem::Problem;
use crate::resources::disputes::command::{Effect, event};
use crate::resources::disputes::deadline::{Card, DeadlineStep};
use crate::resources::disputes::effective_rules::EffectiveRules;
use crate::resources::disputes::facts::Facts;
use crate::resources::disputes::filing::vacant;
use crate::resources::disputes::model::DisputeFields;
use crate::resources::disputes::states::Status;
use crate::resources::disputes::transition::{DisputeTransition, TimedStep};

/// The next step, if its time has come. The calendar or the time may tell otherwise by now than when it was planned.
fn due(case: &mut DisputeTransition, now: DateTime<Utc>) -> Option<TimedStep> {
    case.recompute(now);
    case.next_step().filter(|(at, _)| *at <= now).map(|(_, step)| step)
}

/// True when the next step hands the dispute to the level above, so that it must be known who is responsible there.
pub fn escalates(before: &DisputeFields, rules: &Arc<EffectiveRules>, now: DateTime<Utc>) -> Result<bool, Problem> {
    let step = due(&mut DisputeTransition::of(before, rules)?, now);
    Ok(matches!(step, Some(TimedStep::Clock(_, DeadlineStep::Escalate))))
}

/// Does what has come due; where nothing has, only the time of the next look changes.
pub fn run_due_step(
    before: &DisputeFields,
    after: &mut DisputeFields,
    mut case: DisputeTransition,
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

fn take(
    case: &mut DisputeTransition,
    step: TimedStep,
    facts: &Facts,
    now: DateTime<Utc>,
) -> Result<(&'static str, Option<String>), Problem> {
    Ok(match step {
        TimedStep::Resume => {
            case.resume(now);
            ("resume", None)
        }
        TimedStep::Close => {
            case.fields.status = Status::Closed;
            ("close", None)
        }
        TimedStep::Clock(kind, DeadlineStep::Yellow) => {
            case.issue_card(kind, Card::Yellow);
            ("yellow_card", Some(kind.as_str().to_owned()))
        }
        TimedStep::Clock(kind, DeadlineStep::Red) => {
            case.issue_card(kind, Card::Red);
            ("red_card", Some(kind.as_str().to_owned()))
        }
        TimedStep::Clock(kind, DeadlineStep::Escalate) => {
            case.escalate(facts.holders()?, now);
            let steps = case.progress.route.as_ref().filter(|route| route.alarm).map(|route| vacant(&route.steps));
            ("escalate", Some(steps.unwrap_or_else(|| kind.as_str().to_owned())))
        }
    })
}
