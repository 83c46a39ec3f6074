//! What the service does with mediations by itself: it ends those whose disputes have gone another way, follows mediators
//! who leave, and announces the end.

use super::command::Command;
use super::model::MediationFields;
use super::store;
use crate::access::permissions::resource::Mediations;
use crate::access::scope::Authorized;
use crate::changes::execute::run_command;
use crate::changes::jobs::{Job, run_batch};
use crate::changes::write::{Record, Tx};
use crate::http::problem::Problem;

pub const JOBS: &[Job] = &[
    Job { name: "mediations.end_orphaned", run: |db, due| Box::pin(run_batch(db, due, store::claim_orphaned, end_orphaned)) },
    Job {
        name: "mediations.follow_mediator",
        run: |db, due| Box::pin(run_batch(db, due, store::claim_mediator_changed, follow_mediator)),
    },
    Job { name: "mediations.run_due_step", run: |db, due| Box::pin(run_batch(db, due, store::claim, run_due_step)) },
];

async fn end_orphaned(tx: &Tx, who: &Authorized<Mediations>, before: &MediationFields) -> Result<Vec<Record>, Problem> {
    run_command(tx, who, before, Command::EndOrphaned).await.map(|(_, records)| records)
}

async fn follow_mediator(tx: &Tx, who: &Authorized<Mediations>, before: &MediationFields) -> Result<Vec<Record>, Problem> {
    run_command(tx, who, before, Command::FollowMediator).await.map(|(_, records)| records)
}

async fn run_due_step(tx: &Tx, who: &Authorized<Mediations>, before: &MediationFields) -> Result<Vec<Record>, Problem> {
    run_command(tx, who, before, Command::RunDueStep).await.map(|(_, records)| records)
}
