//! Certificates follow from results.

use super::rules;
use crate::access::policy::resource::Certificates;
use crate::access::scope::Authorized;
use crate::changes::write::{Record, Tx};
use crate::http::problem::Problem;
use crate::resources::training_enrollments::store as enrollments;
use crate::resources::trainings::store as trainings;

/// Issues or takes back what follows from the next result.
pub async fn step(tx: &Tx, scope: &Authorized<Certificates>) -> Result<Option<Vec<Record>>, Problem> {
    let Some(enrollment) = enrollments::claim_certificate(tx).await? else { return Ok(None) };
    let training = trainings::known(tx, enrollment.training_id).await?;
    let told = rules::follow(tx, scope, &enrollment, &training).await?;
    enrollments::certified(tx, enrollment.id).await?;
    Ok(Some(told))
}
