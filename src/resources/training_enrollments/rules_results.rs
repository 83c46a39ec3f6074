//! How long a learner was there, what came of it, and what it earns.

use chrono::{DateTime, Datelike, Utc};

use super::model::{Correction, TrainingEnrollmentFields};
use super::model_input::{ExaminationResult, NewCorrection, Presence};
use super::rules::not_own;
use super::states::TrainingEnrollmentStatus as Status;
use crate::access::policy::resource::TrainingEnrollments;
use crate::access::scope::Authorized;
use crate::calendar::civil_date;
use crate::changes::record::also;
use crate::changes::write::{Record, Tx};
use crate::http::codes;
use crate::http::problem::{FieldError, Problem, refused};
use crate::resources::learners::model::LearnerFields;
use crate::resources::rules::model::RuleName;
use crate::resources::rules::store as rules;
use crate::resources::training_sessions::model::TrainingSessionFields;
use crate::resources::training_sessions::states::TrainingSessionStatus;
use crate::resources::training_sessions::store as sessions;
use crate::resources::trainings::model::TrainingFields;
use crate::resources::trainings::store as trainings;

/// How often a result can be corrected.
const MOST_CORRECTIONS: usize = 100;

/// How long a session takes, in minutes.
fn length(session: &TrainingSessionFields) -> i64 {
    (session.ends_at - session.starts_at).num_minutes()
}

/// How many minutes of the session a learner was there: what somebody recorded, or from check-in to check-out or the end.
fn presence(session: &TrainingSessionFields, enrollment: &TrainingEnrollmentFields) -> i64 {
    if let Some(recorded) = enrollment.presence_minutes {
        return recorded.into();
    }
    let Some(came) = enrollment.checked_in_at else { return 0 };
    let left = enrollment.checked_out_at.unwrap_or(session.ends_at).min(session.ends_at);
    (left - came.max(session.starts_at)).num_minutes().max(0)
}

/// True when a learner was there for as many hundredths of a session as it takes to earn its hours.
fn was_there(present: i64, length: i64, percent: i64) -> bool {
    present * 100 >= length * percent
}

/// What comes of an enrollment when its session is over.
fn outcome(session: &TrainingSessionFields, enrollment: &TrainingEnrollmentFields, examined: bool, percent: i64) -> Status {
    match enrollment.status {
        _ if session.status == TrainingSessionStatus::Cancelled => Status::Cancelled,
        Status::Waitlisted => Status::Cancelled,
        Status::Confirmed => Status::Absent,
        Status::Excused => Status::Excused,
        _ if !was_there(presence(session, enrollment), length(session), percent) => Status::Failed,
        _ if examined => Status::Attended,
        _ => Status::Passed,
    }
}

/// Gives an enrollment of a session that is over its result; its learner is locked.
pub async fn settle(
    tx: &Tx,
    now: DateTime<Utc>,
    (session, learner): (&TrainingSessionFields, &LearnerFields),
    enrollment: &mut TrainingEnrollmentFields,
) -> Result<Vec<Record>, Problem> {
    let training = trainings::known(tx, session.training_id).await?;
    let day = civil_date(session.starts_at);
    let percent = rules::value(tx, RuleName::TrainingPresencePercent, session.jurisdiction, day).await?;
    let status = outcome(session, enrollment, training.examined, percent);
    enrollment.settled_at = Some(now);
    match status {
        Status::Cancelled => enrollment.reason = session.reason.clone().or(Some("未获得名额".to_owned())),
        Status::Absent | Status::Excused => {}
        _ => enrollment.presence_minutes = i32::try_from(presence(session, enrollment)).ok(),
    }
    award(tx, now, (session, &training, learner), enrollment, status).await
}

/// Sets a result of a locked learner, with the hours and the certificate that follow from it.
async fn award(
    tx: &Tx,
    now: DateTime<Utc>,
    (session, training, learner): (&TrainingSessionFields, &TrainingFields, &LearnerFields),
    enrollment: &mut TrainingEnrollmentFields,
    status: Status,
) -> Result<Vec<Record>, Problem> {
    let passes = |status| status == Status::Passed;
    let hours = if passes(status) { training.hours } else { 0 };
    let more = hours - enrollment.hours;
    let ends = passes(status) != passes(enrollment.status) || enrollment.corrections.is_empty();
    enrollment.certificate_due |= training.certified && status != Status::Attended && ends;
    (enrollment.status, enrollment.hours) = (status, hours);
    if more == 0 {
        return Ok(Vec::new());
    }
    let year = civil_date(session.starts_at).year();
    Ok(vec![also(tx, now, learner, |learner| learner.hours.add(year, more)).await?])
}

fn presence_fault(session: &TrainingSessionFields, minutes: i32, at: &'static str) -> Option<FieldError> {
    (i64::from(minutes) > length(session)).then(|| FieldError::at(at, &codes::MAXIMUM).with("limit", length(session)))
}

/// Records how long a learner was there, while the result does not follow from it yet.
pub async fn record_presence(tx: &Tx, enrollment: &mut TrainingEnrollmentFields, new: &Presence) -> Result<Vec<Record>, Problem> {
    let session = sessions::known(tx, enrollment.session_id).await?;
    let mut errors: Vec<_> = presence_fault(&session, new.minutes, "/minutes").into_iter().collect();
    if !matches!(session.status, TrainingSessionStatus::InProgress | TrainingSessionStatus::Completed) {
        errors.push(FieldError::at("", &codes::NOT_YET));
    } else if enrollment.settled_at.is_some() {
        errors.push(FieldError::at("", &codes::ALREADY_DONE));
    }
    Problem::unless_right(errors)?;
    enrollment.presence_minutes = Some(new.minutes);
    Ok(Vec::new())
}

/// Records the result of the examination of a learner who was there.
pub async fn record_result(
    tx: &Tx,
    scope: &Authorized<TrainingEnrollments>,
    learner: &LearnerFields,
    enrollment: &mut TrainingEnrollmentFields,
    new: &ExaminationResult,
) -> Result<Vec<Record>, Problem> {
    let session = sessions::known(tx, enrollment.session_id).await?;
    let training = trainings::known(tx, enrollment.training_id).await?;
    not_own(scope, enrollment)?;
    if !training.examined {
        return refused("", &codes::NOT_EXAMINED);
    }
    if enrollment.settled_at.is_none() {
        return refused("", &codes::NOT_YET);
    }
    enrollment.score = new.score;
    let status = if new.passed { Status::Passed } else { Status::Failed };
    award(tx, scope.now, (&session, &training, learner), enrollment, status).await
}

/// Changes a result afterwards; hours and certificate follow.
pub async fn correct(
    tx: &Tx,
    scope: &Authorized<TrainingEnrollments>,
    learner: &LearnerFields,
    enrollment: &mut TrainingEnrollmentFields,
    new: NewCorrection,
) -> Result<Vec<Record>, Problem> {
    let session = sessions::known(tx, enrollment.session_id).await?;
    let training = trainings::known(tx, enrollment.training_id).await?;
    not_own(scope, enrollment)?;
    if enrollment.settled_at.is_none() {
        return refused("", &codes::NOT_YET);
    }
    if enrollment.corrections.0.len() >= MOST_CORRECTIONS {
        return Err(Problem::invalid(vec![FieldError::at("", &codes::MAX_ITEMS).with("limit", MOST_CORRECTIONS)]));
    }
    let fault = new.presence_minutes.and_then(|minutes| presence_fault(&session, minutes, "/presence_minutes"));
    Problem::unless_right(fault.into_iter().collect())?;
    let to = new.outcome.status();
    enrollment.corrections.0.push(Correction { at: scope.now, from: enrollment.status, to, reason: new.reason });
    enrollment.presence_minutes = new.presence_minutes.or(enrollment.presence_minutes);
    award(tx, scope.now, (&session, &training, learner), enrollment, to).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn presence_is_counted_with_whole_numbers(length in 1_i64..1440, percent in 1_i64..=100, present in 0_i64..1440) {
            let needed = (length * percent + 99) / 100;
            prop_assert_eq!(was_there(present, length, percent), present >= needed);
            prop_assert!(was_there(length, length, percent));
        }
    }
}
