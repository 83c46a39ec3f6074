//! What comes of enrollments by itself: results when a session is over, and seats for those who wait.

use super::command::Command;
use super::model::TrainingEnrollmentFields;
use super::seats::Vacancy;
use super::store;
use crate::access::permissions::resource::TrainingEnrollments;
use crate::access::scope::Authorized;
use crate::changes::execute::run_command;
use crate::changes::jobs::{Due, Job, run_batch, try_each};
use crate::changes::write::{Record, Tx};
use crate::http::problem::Problem;
use crate::resources::training::learners::store as learners;
use crate::resources::training::training_sessions::model::TrainingSessionFields;
use crate::resources::training::training_sessions::store as sessions;

pub const JOBS: &[Job] = &[
    Job {
        name: "training_enrollments.finalize",
        run: |db, due| {
            let step = async move |tx: &Tx, who: &Authorized<TrainingEnrollments>, session: &TrainingSessionFields| {
                finalize(tx, who, session, Due { limit: MOST_RESULTS, ..due }).await
            };
            Box::pin(run_batch(db, due, claim_over, step))
        },
    },
    Job { name: "training_enrollments.close_session", run: |db, due| Box::pin(run_batch(db, due, claim_done, close)) },
    Job { name: "training_enrollments.fill_seats", run: |db, due| Box::pin(run_batch(db, due, sessions::claim_with_room, fill)) },
];

/// So many enrollments of a session get their results in one transaction.
const MOST_RESULTS: i64 = 50;

/// Sessions that are over while results are open.
async fn claim_over(tx: &Tx, due: &Due) -> Result<Vec<TrainingSessionFields>, Problem> {
    // One session at a time: each of its learners is locked.
    sessions::claim_over(tx, &Due { limit: 1, ..*due }, store::has_open_result(Some(*due))).await
}

/// Gives learners of a session that is over their results.
async fn finalize(
    tx: &Tx,
    who: &Authorized<TrainingEnrollments>,
    session: &TrainingSessionFields,
    due: Due,
) -> Result<Vec<Record>, Problem> {
    let open = store::open_results(tx, session.id, &due).await?;
    try_each(tx, &due, &open, async |enrollment: &TrainingEnrollmentFields| {
        // The learner before the enrollment, as everywhere.
        learners::locked(tx, enrollment.learner_id).await?;
        let before = store::locked(tx, enrollment.id).await?;
        run_command(tx, who, &before, Command::Finalize).await.map(|(_, records)| records)
    })
    .await
}

/// Sessions that are over and whose learners all have results.
async fn claim_done(tx: &Tx, due: &Due) -> Result<Vec<TrainingSessionFields>, Problem> {
    sessions::claim_over(tx, due, diesel::dsl::not(store::has_open_result(None))).await
}

/// Nobody waits for a session any more that is over.
async fn close(tx: &Tx, _: &Authorized<TrainingEnrollments>, session: &TrainingSessionFields) -> Result<Vec<Record>, Problem> {
    sessions::keep_seats(tx, &session.clone().closed()).await.map(|()| Vec::new())
}

/// Gives the seats that were added to a session to those who are next.
async fn fill(tx: &Tx, who: &Authorized<TrainingEnrollments>, session: &TrainingSessionFields) -> Result<Vec<Record>, Problem> {
    let mut change = Vacancy::find(tx, session.clone(), None).await?.fill();
    // A count that nobody stands behind must not be looked at for ever.
    if change.seated.is_empty() {
        change.session.waiting_count = 0;
    }
    change.store(tx, who.now).await
}
