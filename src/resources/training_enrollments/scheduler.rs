//! What comes of enrollments by itself: results when a session is over, and seats for those who wait.

use super::{rules, rules_results, store};
use crate::access::policy::resource::TrainingEnrollments;
use crate::access::scope::Authorized;
use crate::changes::record::Stored;
use crate::changes::write::{Record, Tx};
use crate::http::problem::Problem;
use crate::resources::learners::store as learners;
use crate::resources::training_sessions::states::TrainingSessionStatus;
use crate::resources::training_sessions::store as sessions;

/// Gives the next learner of a session that is over the result.
pub async fn settle(tx: &Tx, scope: &Authorized<TrainingEnrollments>) -> Result<Option<Vec<Record>>, Problem> {
    let Some(mut session) = sessions::claim_over(tx).await? else { return Ok(None) };
    let Some((id, learner)) = store::unsettled(tx, session.id).await? else {
        (session.settled, session.waiting_count) = (true, 0);
        if session.status == TrainingSessionStatus::Cancelled {
            session.confirmed_count = 0;
        }
        sessions::keep_seats(tx, &session).await?;
        return Ok(Some(Vec::new()));
    };
    // The learner before the enrollment, as everywhere.
    let learner = learners::locked(tx, learner).await?;
    let before = store::locked(tx, id).await?;
    let mut after = before.clone();
    let mut told = rules_results::settle(tx, scope.now, (&session, &learner), &mut after).await?;
    after.save(tx, scope.now).await?;
    told.push(Record::of(Some(&before), &after)?);
    Ok(Some(told))
}

/// Gives the seats that were added to a session to those who are next.
pub async fn fill(tx: &Tx, scope: &Authorized<TrainingEnrollments>) -> Result<Option<Vec<Record>>, Problem> {
    let Some(mut session) = sessions::claim_with_room(tx).await? else { return Ok(None) };
    let told = rules::promote(tx, scope.now, &mut session, None).await?;
    // A count that nobody stands behind must not be looked at for ever.
    if told.is_empty() {
        session.waiting_count = 0;
        sessions::keep_seats(tx, &session).await?;
    }
    Ok(Some(told))
}
