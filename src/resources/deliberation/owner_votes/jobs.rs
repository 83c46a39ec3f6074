//! What the service does with votes by itself.

use super::command::Command;
use super::model::OwnerVoteFields;
use super::store;
use crate::access::permissions::resource::OwnerVotes;
use crate::access::scope::Authorized;
use crate::changes::execute::run_command;
use crate::changes::jobs::{Job, run_batch};
use crate::changes::write::{Record, Tx};
use crate::http::problem::Problem;

pub const JOBS: &[Job] =
    &[Job { name: "owner_votes.run_due_step", run: |db, due| Box::pin(run_batch(db, due, store::claim, run_due_step)) }];

async fn run_due_step(tx: &Tx, who: &Authorized<OwnerVotes>, before: &OwnerVoteFields) -> Result<Vec<Record>, Problem> {
    run_command(tx, who, before, Command::RunDueStep).await.map(|(_, records)| records)
}
