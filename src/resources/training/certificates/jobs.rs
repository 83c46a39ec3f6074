//! Certificates follow from results.

use super::follow::{Consequence, earns_one, follow};
use super::{issuing, store};
use crate::access::permissions::resource::Certificates;
use crate::access::scope::Authorized;
use crate::changes::jobs::{Due, Job, run_batch};
use crate::changes::write::{Record, Tx};
use crate::http::problem::Problem;
use crate::resources::training::training_enrollments::model::TrainingEnrollmentFields;
use crate::resources::training::training_enrollments::store as enrollments;

pub const JOBS: &[Job] = &[Job {
    name: "certificates.follow_results",
    // One at a time: a certificate also holds its learner, whom others lock before the enrollment.
    run: |db, due| Box::pin(run_batch(db, Due { limit: 1, ..due }, enrollments::claim_certificate, follow_result)),
}];

/// Issues or takes back what follows from a result.
async fn follow_result(
    tx: &Tx,
    who: &Authorized<Certificates>,
    enrollment: &TrainingEnrollmentFields,
) -> Result<Vec<Record>, Problem> {
    let held = store::held(tx, enrollment.learner_id, enrollment.training_id).await?;
    let new = if earns_one(enrollment, &held) { Some(issuing::issued(tx, who, enrollment).await?) } else { None };
    let mut records = Vec::new();
    for consequence in follow(enrollment, &held, new, who.today()) {
        records.push(match consequence {
            Consequence::Change(change) => change.store(tx, who.now).await?,
            Consequence::Issue(certificate) => {
                store::insert(tx, &certificate).await?;
                Record::of(None, &*certificate)?
            }
        });
    }
    enrollments::certified(tx, enrollment.id).await?;
    Ok(records)
}
