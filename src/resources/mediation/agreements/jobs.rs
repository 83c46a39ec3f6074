//! What the service does with agreements by itself.

use super::command::Command;
use super::model::AgreementFields;
use super::store;
use crate::access::permissions::resource::Agreements;
use crate::access::scope::Authorized;
use crate::changes::execute::run_command;
use crate::changes::jobs::{Job, run_batch};
use crate::changes::write::{Record, Tx};
use crate::http::problem::Problem;

pub const JOBS: &[Job] = &[
    Job { name: "agreements.give_up", run: |db, due| Box::pin(run_batch(db, due, store::claim_orphaned, give_up)) },
    Job { name: "agreements.run_due_step", run: |db, due| Box::pin(run_batch(db, due, store::claim, run_due_step)) },
];

async fn give_up(tx: &Tx, who: &Authorized<Agreements>, before: &AgreementFields) -> Result<Vec<Record>, Problem> {
    run_command(tx, who, before, Command::GiveUp).await.map(|(_, records)| records)
}

async fn run_due_step(tx: &Tx, who: &Authorized<Agreements>, before: &AgreementFields) -> Result<Vec<Record>, Problem> {
    run_command(tx, who, before, Command::RunDueStep).await.map(|(_, records)| records)
}
