//! Enrolling, leaving, and moving up.

use futures_util::try_join;
use uuid::Uuid;

use super::inputs::NewTrainingEnrollments;
use super::model::TrainingEnrollmentFields;
use super::seats::SessionSeats;
use super::store;
use crate::access::authority::Authority;
use crate::access::permissions::resource::TrainingEnrollments;
use crate::access::scope::Authorized;
use crate::changes::write::Tx;
use crate::http::codes;
use crate::http::problem::{FieldError, Problem, invalid};
use crate::resources::training::learners::store as learners;
use crate::resources::training::training_sessions::store as sessions;
use crate::resources::training::training_sessions::times::SessionTimes;

/// Enrolls one learner, or the caller; `place` is the member that named the learner.
pub async fn enroll(
    tx: &Tx,
    scope: &Authority,
    (id, session): (Uuid, Uuid),
    (learner, place): (Option<Uuid>, &str),
    mandatory: bool,
) -> Result<(TrainingEnrollmentFields, SessionTimes), Problem> {
    let Some(known) = learners::reached_one(tx, scope, learner).await? else {
        return invalid(place, if learner.is_some() { &codes::UNKNOWN_RECORD } else { &codes::NOT_REGISTERED });
    };
    // The session last: the others wait for it.
    let mut seats = SessionSeats::lock(tx, session).await?;
    let fault = match seats.fault(scope, &known, mandatory, place) {
        None if !store::elsewhere(tx, &seats.session, &[known.id], false).await?.is_empty() => {
            Some(FieldError::at(place, &codes::ELSEWHERE_THEN))
        }
        fault => fault,
    };
    Problem::fail_if_any(fault)?;
    let enrollment = seats.assign(scope, id, &known, mandatory);
    try_join!(store::insert(tx, std::slice::from_ref(&enrollment)), sessions::keep_seats(tx, &seats.session))?;
    // Whoever merged the learner meanwhile has let the row go by now.
    if learners::reached(tx, scope, &[known.id]).await?.is_empty() {
        return invalid(place, &codes::UNKNOWN_RECORD);
    }
    Ok((enrollment, (&seats.session).into()))
}

/// Enrolls many, all or none of them; those who are enrolled already stay as they are.
pub async fn enroll_all(
    tx: &Tx,
    scope: &Authorized<TrainingEnrollments>,
    new: &NewTrainingEnrollments,
) -> Result<(Vec<TrainingEnrollmentFields>, SessionTimes), Problem> {
    let mut seats = SessionSeats::lock(tx, new.session_id).await?;
    if !seats.session.status.takes_learners() {
        return invalid("/session_id", &codes::NOT_ACTIVE);
    }
    let known = learners::reached(tx, scope, &new.learner_ids).await?;
    let already = store::enrolled(tx, new.session_id, &new.learner_ids).await?;
    let busy = store::busy(tx, seats.session.training_id, new.session_id, &new.learner_ids).await?;
    let elsewhere = store::elsewhere(tx, &seats.session, &new.learner_ids, false).await?;
    let (mut errors, mut enrollments) = (Vec::new(), Vec::new());
    for (at, id) in new.learner_ids.iter().enumerate() {
        let place = format!("/learner_ids/{at}");
        let Some(learner) = known.iter().find(|known| known.id == *id) else {
            errors.push(FieldError::at(place, &codes::UNKNOWN_RECORD));
            continue;
        };
        if new.learner_ids[..at].contains(id) {
            errors.push(FieldError::at(place, &codes::DUPLICATE_ITEM));
        } else if busy.contains(id) {
            errors.push(FieldError::at(place, &codes::ENROLLED));
        } else if let Some(fault) = seats.fault(scope, learner, new.mandatory, &place) {
            errors.push(fault);
        } else if elsewhere.contains(id) && !already.contains(id) {
            errors.push(FieldError::at(place, &codes::ELSEWHERE_THEN));
        } else if !already.contains(id) {
            enrollments.push(seats.assign(scope, Uuid::now_v7(), learner, new.mandatory));
        }
    }
    errors.truncate(100);
    Problem::fail_if_any(errors)?;
    store::insert(tx, &enrollments).await?;
    // Whoever merged one of them meanwhile has let the row go by now.
    let left: Vec<_> = learners::reached(tx, scope, &new.learner_ids).await?.into_iter().map(|learner| learner.id).collect();
    let gone = new.learner_ids.iter().enumerate().filter(|(_, id)| !left.contains(id));
    let gone = gone.map(|(at, _)| FieldError::at(format!("/learner_ids/{at}"), &codes::UNKNOWN_RECORD));
    Problem::fail_if_any(gone)?;
    sessions::keep_seats(tx, &seats.session).await?;
    Ok((enrollments, (&seats.session).into()))
}
