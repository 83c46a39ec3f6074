//! Mediators who were registered before there were learners become some.

use super::model::MediatorFields;
use super::{creation, store};
use crate::access::permissions::resource::Mediators;
use crate::access::scope::Authorized;
use crate::changes::jobs::{Job, run_batch};
use crate::changes::record::update_related;
use crate::changes::write::{Record, Tx};
use crate::http::problem::Problem;
use crate::resources::training::learners::mediators as learners;
use crate::resources::training::learners::model::LearnerFields;

pub const JOBS: &[Job] = &[Job {
    name: "mediators.register_learners",
    run: |db, due| Box::pin(run_batch(db, due, store::claim_unregistered, register)),
}];

/// Registers a mediator as a learner, with the hours that were recorded by hand.
async fn register(tx: &Tx, who: &Authorized<Mediators>, before: &MediatorFields) -> Result<Vec<Record>, Problem> {
    let hours = store::recorded_hours(tx, before.id).await?;
    let (learner, mut records) = learners::of_mediator(tx, who, creation::mediating(before)).await?;
    if !hours.is_empty() {
        let add = |learner: &mut LearnerFields| hours.0.iter().for_each(|one| learner.hours.add(one.year, one.hours));
        records.push(update_related(tx, who.now, &learner, add).await?);
    }
    records.push(update_related(tx, who.now, before, |known: &mut MediatorFields| known.learner_id = Some(learner.id)).await?);
    Ok(records)
}
