//! Enrolling, leaving, and moving up.

use chrono::{DateTime, Utc};
use futures_util::try_join;
use uuid::Uuid;

use super::model::{TrainingEnrollment, TrainingEnrollmentFields};
use super::model_input::NewTrainingEnrollments;
use super::rules_class::Class;
use super::states::TrainingEnrollmentStatus;
use super::store;
use crate::access::authority::Authority;
use crate::access::policy::Action;
use crate::access::policy::resource::TrainingEnrollments;
use crate::access::scope::Authorized;
use crate::changes::lifecycle::next_actions;
use crate::changes::record::also_all;
use crate::changes::write::{Record, Tx};
use crate::http::codes;
use crate::http::problem::{FieldError, Problem, refused};
use crate::resources::learners::store as learners;
use crate::resources::training_sessions::model::TrainingSessionFields;
use crate::resources::training_sessions::store as sessions;

/// The enrollment as the caller sees it.
pub fn view(scope: &Authorized<TrainingEnrollments>, fields: TrainingEnrollmentFields) -> TrainingEnrollment {
    let mut next_actions = next_actions(scope, &fields);
    if is_own(scope, &fields) {
        next_actions.retain(|action| !JUDGING.contains(action));
    }
    TrainingEnrollment { next_actions, fields }
}

/// What nobody does to their own enrollment.
const JUDGING: [&str; 4] =
    [Action::RecordPresence.as_str(), Action::RecordResult.as_str(), Action::Excuse.as_str(), Action::Correct.as_str()];

fn is_own(scope: &Authorized<TrainingEnrollments>, enrollment: &TrainingEnrollmentFields) -> bool {
    enrollment.subject.as_deref() == Some(&scope.actor.caller)
}

/// Refuses what would judge the caller.
pub fn not_own(scope: &Authorized<TrainingEnrollments>, enrollment: &TrainingEnrollmentFields) -> Result<(), Problem> {
    if is_own(scope, enrollment) { refused("", &codes::OWN_ENROLLMENT) } else { Ok(()) }
}

/// Enrolls one learner, or the caller; `place` is the member that named the learner.
pub async fn enroll(
    tx: &Tx,
    scope: &Authority,
    (id, session): (Uuid, Uuid),
    (learner, place): (Option<Uuid>, &str),
    mandatory: bool,
) -> Result<TrainingEnrollmentFields, Problem> {
    let Some(known) = learners::reached_one(tx, scope, learner).await? else {
        return refused(place, if learner.is_some() { &codes::UNKNOWN_RECORD } else { &codes::NOT_REGISTERED });
    };
    // The session last: the others wait for it.
    let mut class = Class::lock(tx, session).await?;
    Problem::unless_right(class.fault(scope, &known, mandatory, place).into_iter().collect())?;
    let enrollment = class.seat(scope, id, &known, mandatory);
    try_join!(store::insert(tx, std::slice::from_ref(&enrollment)), sessions::keep_seats(tx, &class.session))?;
    Ok(enrollment)
}

/// Enrolls many, all or none of them; those who are enrolled already stay as they are.
pub async fn enroll_all(
    tx: &Tx,
    scope: &Authorized<TrainingEnrollments>,
    new: &NewTrainingEnrollments,
) -> Result<Vec<TrainingEnrollmentFields>, Problem> {
    let mut class = Class::lock(tx, new.session_id).await?;
    if !class.session.takes_learners() {
        return refused("/session_id", &codes::NOT_ACTIVE);
    }
    let known = learners::reached(tx, scope, &new.learner_ids).await?;
    let already = store::enrolled(tx, new.session_id, &new.learner_ids).await?;
    let busy = store::busy(tx, class.session.training_id, new.session_id, &new.learner_ids).await?;
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
        } else if let Some(fault) = class.fault(scope, learner, new.mandatory, &place) {
            errors.push(fault);
        } else if !already.contains(id) {
            enrollments.push(class.seat(scope, Uuid::now_v7(), learner, new.mandatory));
        }
    }
    errors.truncate(100);
    Problem::unless_right(errors)?;
    store::insert(tx, &enrollments).await?;
    sessions::keep_seats(tx, &class.session).await?;
    Ok(enrollments)
}

/// A learner leaves a locked session before its result is known: whoever is next gets the seat.
pub async fn vacate(
    tx: &Tx,
    now: DateTime<Utc>,
    session: &mut TrainingSessionFields,
    leaving: &TrainingEnrollmentFields,
) -> Result<Vec<Record>, Problem> {
    match leaving.status {
        TrainingEnrollmentStatus::Waitlisted => session.waiting_count -= 1,
        _ => session.confirmed_count -= 1,
    }
    promote(tx, now, session, Some(leaving.id)).await
}

/// Gives the free seats of a locked session to those who are next.
pub async fn promote(
    tx: &Tx,
    now: DateTime<Utc>,
    session: &mut TrainingSessionFields,
    but: Option<Uuid>,
) -> Result<Vec<Record>, Problem> {
    let free = if session.takes_learners() { session.capacity - session.confirmed_count } else { 0 };
    let next = store::queue(tx, session.id, but, free).await?;
    let seated = i32::try_from(next.len()).unwrap_or(free);
    (session.confirmed_count, session.waiting_count) = (session.confirmed_count + seated, session.waiting_count - seated);
    sessions::keep_seats(tx, session).await?;
    also_all(tx, now, &next, |enrollment| enrollment.status = TrainingEnrollmentStatus::Confirmed).await
}
