//! How long a learner was there, what came of it, and what it earns.

use chrono::{DateTime, Datelike, Utc};

use super::command::{Effect, Facts};
use super::inputs::{ExaminationResult, NewCorrection, Presence};
use super::model::{Correction, TrainingEnrollmentFields};
use super::states::TrainingEnrollmentStatus as Status;
use crate::access::authority::Authority;
use crate::calendar::civil_date;
use crate::changes::record::Related;
use crate::http::codes;
use crate::http::problem::{FieldError, Problem, invalid};
use crate::resources::training::training_sessions::model::TrainingSessionFields;
use crate::resources::training::training_sessions::states::TrainingSessionStatus;

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

/// Gives an enrollment of a session that is over its result.
pub fn finalize(enrollment: &mut TrainingEnrollmentFields, facts: &Facts, now: DateTime<Utc>) -> Result<Vec<Effect>, Problem> {
    let (session, training) = (&facts.session, facts.training()?);
    let status = outcome(session, enrollment, training.examined, facts.presence_percent);
    enrollment.settled_at = Some(now);
    match status {
        Status::Cancelled => enrollment.reason = session.reason.clone().or(Some("未获得名额".to_owned())),
        Status::Absent | Status::Excused => {}
        _ => enrollment.presence_minutes = i32::try_from(presence(session, enrollment)).ok(),
    }
    award(enrollment, facts, status)
}

/// Sets a result, with the hours and the certificate that follow from it.
fn award(enrollment: &mut TrainingEnrollmentFields, facts: &Facts, status: Status) -> Result<Vec<Effect>, Problem> {
    let (session, training, learner) = (&facts.session, facts.training()?, facts.learner()?);
    let passes = |status| status == Status::Passed;
    // Nobody learns twice at a time.
    let counts = passes(status) && !facts.counted_elsewhere;
    if passes(status) && !counts {
        enrollment.reason = Some("同一时间的另一场培训已计学时".to_owned());
    }
    let hours = if counts { training.hours } else { 0 };
    let more = hours - enrollment.hours;
    let ends = passes(status) != passes(enrollment.status) || enrollment.corrections.is_empty();
    enrollment.certificate_due |= training.certified && status != Status::Attended && ends;
    (enrollment.status, enrollment.hours) = (status, hours);
    if more == 0 {
        return Ok(Vec::new());
    }
    let year = civil_date(session.starts_at).year();
    Ok(vec![Effect::Learner(Related::new(learner, |learner| learner.hours.add(year, more)))])
}

fn presence_fault(session: &TrainingSessionFields, minutes: i32, at: &'static str) -> Option<FieldError> {
    (i64::from(minutes) > length(session)).then(|| FieldError::at(at, &codes::MAXIMUM).with("limit", length(session)))
}

/// Records how long a learner was there, while the result does not follow from it yet.
pub fn record_presence(enrollment: &mut TrainingEnrollmentFields, new: &Presence, facts: &Facts) -> Result<Vec<Effect>, Problem> {
    Problem::fail_if_any(presence_fault(&facts.session, new.minutes, "/minutes"))?;
    enrollment.presence_minutes = Some(new.minutes);
    Ok(Vec::new())
}

/// Records the result of the examination of a learner who was there.
pub fn record_result(
    enrollment: &mut TrainingEnrollmentFields,
    new: &ExaminationResult,
    facts: &Facts,
) -> Result<Vec<Effect>, Problem> {
    if !facts.training()?.examined {
        return invalid("", &codes::NOT_EXAMINED);
    }
    enrollment.score = new.score;
    award(enrollment, facts, if new.passed { Status::Passed } else { Status::Failed })
}

/// Changes a result afterwards; hours and certificate follow.
pub fn correct(
    enrollment: &mut TrainingEnrollmentFields,
    new: NewCorrection,
    facts: &Facts,
    who: &Authority,
) -> Result<Vec<Effect>, Problem> {
    if enrollment.corrections.0.len() >= MOST_CORRECTIONS {
        return Err(Problem::invalid(vec![FieldError::at("", &codes::MAX_ITEMS).with("limit", MOST_CORRECTIONS)]));
    }
    let fault = new.presence_minutes.and_then(|minutes| presence_fault(&facts.session, minutes, "/presence_minutes"));
    Problem::fail_if_any(fault)?;
    let to = new.outcome.status();
    enrollment.corrections.0.push(Correction { at: who.now, from: enrollment.status, to, reason: new.reason });
    enrollment.presence_minutes = new.presence_minutes.or(enrollment.presence_minutes);
    award(enrollment, facts, to)
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
