//! Sessions of a mediation that is over, or has another mediator, are called off; one that is running ends.

use super::command::Command;
use super::model::MediationSessionFields;
use super::store;
use crate::access::permissions::resource::MediationSessions;
use crate::access::scope::Authorized;
use crate::changes::execute::run_command;
use crate::changes::jobs::{Job, run_batch};
use crate::changes::write::{Record, Tx};
use crate::http::problem::Problem;

pub const JOBS: &[Job] =
    &[Job { name: "mediation_sessions.call_off", run: |db, due| Box::pin(run_batch(db, due, store::claim_orphaned, call_off)) }];

async fn call_off(tx: &Tx, who: &Authorized<MediationSessions>, before: &MediationSessionFields) -> Result<Vec<Record>, Problem> {
    run_command(tx, who, before, Command::CallOff).await.map(|(_, records)| records)
}
