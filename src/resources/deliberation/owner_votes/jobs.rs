//! What the service does with votes by itself.

use super::command::Command;
use super::model::OwnerVoteFields;
use super::store::{self, checks};
use super::verification::look_through;
use crate::access::permissions::resource::OwnerVotes;
use crate::access::scope::Authorized;
use crate::changes::execute::run_command;
use crate::changes::jobs::{Job, run_batch};
use crate::changes::write::{Record, Tx};
use crate::http::problem::Problem;

pub const JOBS: &[Job] = &[
    Job { name: "owner_votes.run_due_step", run: |db, due| Box::pin(run_batch(db, due, store::claim, run_due_step)) },
    Job { name: "owner_votes.verify", run: |db, due| Box::pin(run_batch(db, due, checks::claim, verify)) },
];

/// Looks a counted vote through. What is not what was published fails until somebody has looked at it, and operators see it.
async fn verify(tx: &Tx, who: &Authorized<OwnerVotes>, vote: &OwnerVoteFields) -> Result<Vec<Record>, Problem> {
    if let Some(what) = look_through(tx, vote).await? {
        return Err(Problem::internal(format!("{what} of vote {} is not what was published", vote.id)));
    }
    checks::passed(tx, vote.id, who.now).await?;
    Ok(Vec::new())
}

async fn run_due_step(tx: &Tx, who: &Authorized<OwnerVotes>, before: &OwnerVoteFields) -> Result<Vec<Record>, Problem> {
    run_command(tx, who, before, Command::RunDueStep).await.map(|(_, records)| records)
}
