//! What the service does with consultations by itself.

use super::command::Command;
use super::model::ConsultationFields;
use super::store;
use crate::access::permissions::resource::Consultations;
use crate::access::scope::Authorized;
use crate::changes::execute::run_command;
use crate::changes::jobs::{Job, run_batch};
use crate::changes::write::{Record, Tx};
use crate::http::problem::Problem;

pub const JOBS: &[Job] =
    &[Job { name: "consultations.run_due_step", run: |db, due| Box::pin(run_batch(db, due, store::claim, run_due_step)) }];

async fn run_due_step(tx: &Tx, who: &Authorized<Consultations>, before: &ConsultationFields) -> Result<Vec<Record>, Problem> {
    run_command(tx, who, before, Command::RunDueStep).await.map(|(_, records)| records)
}
