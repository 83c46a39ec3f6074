//! Mediators who were registered before there were learners become some.

use super::model::MediatorFields;
use super::{rules, store};
use crate::access::policy::resource::Mediators;
use crate::access::scope::Authorized;
use crate::changes::record::also;
use crate::changes::write::{Record, Tx};
use crate::http::problem::Problem;
use crate::resources::learners::model::LearnerFields;
use crate::resources::learners::rules_mediators as learners;

/// Registers the next mediator as a learner, with the hours that were recorded by hand.
pub async fn register(tx: &Tx, scope: &Authorized<Mediators>) -> Result<Option<Vec<Record>>, Problem> {
    let Some((before, hours)) = store::claim_unregistered(tx).await? else { return Ok(None) };
    let (learner, mut told) = learners::of_mediator(tx, scope, rules::mediating(&before)).await?;
    if !hours.is_empty() {
        let add = |learner: &mut LearnerFields| hours.0.iter().for_each(|one| learner.hours.add(one.year, one.hours));
        told.push(also(tx, scope.now, &learner, add).await?);
    }
    told.push(also(tx, scope.now, &before, |known: &mut MediatorFields| known.learner_id = Some(learner.id)).await?);
    Ok(Some(told))
}
