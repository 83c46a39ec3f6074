//! What comes by itself when a time has come: cards, escalation, the end of a suspension, silent closing. Each step is
//! one transaction on one dispute, locked so that other instances pass it over: killed anywhere, nothing is lost or
//! done twice.

use std::sync::Arc;

use super::case::Case;
use super::clock::ClockStep;
use super::clocks::TimedStep;
use super::filing::vacant;
use super::in_force::InForce;
use super::model::DisputeFields;
use super::progress::{Card, ClockKind};
use super::rules::finish;
use super::states::Status;
use super::{store, store_time};
use crate::access::policy::resource::Disputes;
use crate::access::scope::Authorized;
use crate::calendar::midnight;
use crate::changes::write::{Record, Tx};
use crate::http::problem::Problem;
use crate::resources::calendars::store as calendars;

/// A year of a calendar was set or corrected: what reaches into it is looked at again.
pub async fn apply_news(tx: &Tx, scope: &Authorized<Disputes>) -> Result<Option<Vec<Record>>, Problem> {
    let Some(year) = calendars::claim_news(tx).await? else { return Ok(None) };
    let begin = chrono::NaiveDate::from_ymd_opt(year.year, 1, 1).unwrap_or_default();
    store_time::reconsider(tx, year.jurisdiction, midnight(begin), scope.now).await?;
    calendars::applied(tx, &year).await?;
    Ok(Some(Vec::new()))
}

/// Disputes that came in before there were words to find them by get theirs.
pub async fn complete_words(tx: &Tx, _: &Authorized<Disputes>) -> Result<Option<Vec<Record>>, Problem> {
    Ok(store::complete_words(tx, 500).await?.then(Vec::new))
}

/// A dispute that came in before there were clocks is routed, and what is to be done is due from now on.
pub async fn start_clocks(tx: &Tx, scope: &Authorized<Disputes>) -> Result<Option<Vec<Record>>, Problem> {
    let Some(before) = store_time::claim_without_clocks(tx).await? else { return Ok(None) };
    let in_force = InForce::at(tx.connection(), before.jurisdiction, &before.category, scope.today()).await?;
    let mut case = Case::of(&before, &Arc::new(in_force))?;
    case.route_anew(tx, scope.today(), None).await?;
    match before.status {
        Status::Submitted => case.start(ClockKind::Accept, scope.now),
        Status::Resolved => case.resolve(before.resolution.clone().unwrap_or_default(), scope.now),
        _ => case.start(ClockKind::Resolve, scope.now),
    }
    Ok(Some(vec![finish(tx, scope, &before, case, ("recompute", None)).await?]))
}

/// The next step of the dispute whose time has come first.
pub async fn step(tx: &Tx, scope: &Authorized<Disputes>) -> Result<Option<Vec<Record>>, Problem> {
    let Some(before) = store_time::claim(tx, scope.now).await? else { return Ok(None) };
    let done = tx.attempt(async || take(tx, scope, &before).await).await;
    match done {
        Ok(records) => Ok(Some(records)),
        // What cannot be done now must not keep the others waiting.
        Err(problem) => {
            let cause = problem.private_cause().unwrap_or_default();
            log::error!(target: "scheduler", dispute:% = before.id, cause; "a step failed");
            store_time::look_again(tx, before.id, Some(scope.now + chrono::TimeDelta::minutes(10))).await?;
            Ok(Some(Vec::new()))
        }
    }
}

async fn take(tx: &Tx, scope: &Authorized<Disputes>, before: &DisputeFields) -> Result<Vec<Record>, Problem> {
    let in_force = InForce::at(tx.connection(), before.jurisdiction, &before.category, scope.today()).await?;
    let mut case = Case::of(before, &Arc::new(in_force))?;
    // The calendar or the time may tell otherwise by now than when this was planned.
    case.settle(scope.now);
    let (action, note) = match case.next_step().filter(|(at, _)| *at <= scope.now) {
        Some((_, step)) => carry_out(tx, scope, &mut case, step).await?,
        None => ("recompute", None),
    };
    let planned = (case.fields.due_at, case.fields.status, case.fields.card);
    let same = planned == (before.due_at, before.status, before.card) && case.progress == before.progress.read()?;
    if action == "recompute" && same {
        store_time::look_again(tx, before.id, case.fields.next_step_at).await?;
        return Ok(Vec::new());
    }
    Ok(vec![finish(tx, scope, before, case, (action, note)).await?])
}

async fn carry_out(
    tx: &Tx,
    scope: &Authorized<Disputes>,
    case: &mut Case,
    step: TimedStep,
) -> Result<(&'static str, Option<String>), Problem> {
    Ok(match step {
        TimedStep::Resume => {
            case.resume(scope.now);
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
            case.escalate(tx, scope.now).await?;
            let steps = case.progress.route.as_ref().filter(|route| route.alarm).map(|route| vacant(&route.steps));
            ("escalate", Some(steps.unwrap_or_else(|| kind.as_str().to_owned())))
        }
    })
}
