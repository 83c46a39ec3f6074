//! What the service does with disputes by itself. Each step is decided like any other command; killed anywhere, nothing
//! is lost or done twice.

use chrono::NaiveDate;

use super::command::Command;
use super::model::DisputeFields;
use super::store;
use crate::access::permissions::resource::Disputes;
use crate::access::scope::Authorized;
use crate::calendar::midnight;
use crate::changes::execute::run_command;
use crate::changes::jobs::{Job, run_batch};
use crate::changes::write::{Record, Tx};
use crate::http::problem::Problem;
use crate::resources::reference::calendars::model::CalendarYear;
use crate::resources::reference::calendars::store as calendars;

pub const JOBS: &[Job] = &[
    Job { name: "disputes.follow_calendar", run: |db, due| Box::pin(run_batch(db, due, calendars::claim_news, follow_calendar)) },
    Job { name: "disputes.run_due_step", run: |db, due| Box::pin(run_batch(db, due, store::due::claim, run_due_step)) },
];

/// So many disputes are looked at again in one transaction.
const MOST_AT_ONCE: usize = 2000;

/// A year of a calendar was set or corrected: what reaches into it is looked at again, some at a time.
async fn follow_calendar(tx: &Tx, who: &Authorized<Disputes>, year: &CalendarYear) -> Result<Vec<Record>, Problem> {
    let begin = NaiveDate::from_ymd_opt(year.year, 1, 1).unwrap_or_default();
    let after = calendars::applied_up_to(tx, year).await?;
    let looked_at = store::due::reconsider(tx, year.jurisdiction, midnight(begin), after, MOST_AT_ONCE, who.now).await?;
    let last = if looked_at.len() == MOST_AT_ONCE { looked_at.last().copied() } else { None };
    calendars::keep_applied(tx, year, last).await?;
    Ok(Vec::new())
}

async fn run_due_step(tx: &Tx, who: &Authorized<Disputes>, dispute: &DisputeFields) -> Result<Vec<Record>, Problem> {
    run_command(tx, who, dispute, Command::RunDueStep).await.map(|(_, records)| records)
}
