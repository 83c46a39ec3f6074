//! Where enrollments stand, and what can be done with them.

use chrono::TimeDelta;

use super::model::TrainingEnrollmentFields;
use crate::access::authority::Authority;
use crate::access::code::Level;
use crate::access::permissions::{Action, Resource};
use crate::changes::lifecycle::{Lifecycle, Step};
use crate::db::text_enum::text_enum;
use crate::http::codes;
use crate::http::problem::FieldError;
use crate::resources::training::training_sessions::states::TrainingSessionStatus;
use crate::resources::training::training_sessions::times::SessionTimes;

/// How long after the end of a session learners can check out, in minutes.
const CHECK_OUT_MINUTES: i64 = 30;

text_enum! {
    /// Where an enrollment stands.
    pub enum TrainingEnrollmentStatus {
        Confirmed = "confirmed",
        /// All seats are taken.
        Waitlisted = "waitlisted",
        Attended = "attended",
        Absent = "absent",
        Excused = "excused",
        Passed = "passed",
        Failed = "failed",
        /// Withdrawn, called off, or in vain on the waiting list.
        Cancelled = "cancelled",
    }
}

text_enum! {
    /// What can come of an enrollment.
    pub enum TrainingOutcome {
        Passed = "passed",
        Failed = "failed",
        Absent = "absent",
        Excused = "excused",
    }
}

impl TrainingOutcome {
    pub fn status(self) -> TrainingEnrollmentStatus {
        match self {
            Self::Passed => TrainingEnrollmentStatus::Passed,
            Self::Failed => TrainingEnrollmentStatus::Failed,
            Self::Absent => TrainingEnrollmentStatus::Absent,
            Self::Excused => TrainingEnrollmentStatus::Excused,
        }
    }
}

impl Lifecycle for TrainingEnrollmentFields {
    type Status = TrainingEnrollmentStatus;
    const ACTIONS: &'static [Step<TrainingEnrollmentStatus>] = {
        use TrainingEnrollmentStatus::*;
        &[
            (Action::Withdraw, &[Confirmed, Waitlisted], Some(Cancelled)),
            (Action::CheckIn, &[Confirmed], Some(Attended)),
            (Action::CheckOut, &[Attended], None),
            (Action::RecordPresence, &[Confirmed, Attended], Some(Attended)),
            (Action::RecordResult, &[Attended], None),
            (Action::Excuse, &[Confirmed, Waitlisted], Some(Excused)),
            (Action::Correct, &[Attended, Absent, Excused, Passed, Failed], None),
        ]
    };

    fn status(&self) -> TrainingEnrollmentStatus {
        self.status
    }

    fn set_status(&mut self, status: Self::Status) {
        self.status = status;
    }

    fn is_owned_by(&self, who: &Authority) -> bool {
        self.subject.as_deref() == Some(who.actor.caller.as_str())
    }

    fn allows(&self, action: Action, standing: Option<Level>) -> bool {
        match action {
            // Whoever was obliged is let go by the level that obliged them, or above.
            Action::Withdraw | Action::Excuse => {
                self.obliged_by.is_none_or(|level| standing.is_some_and(|standing| standing <= level))
            }
            Action::CheckOut => self.checked_in_at.is_some() && self.checked_out_at.is_none(),
            _ => true,
        }
    }

    fn refuses(&self, action: Action, who: &Authority) -> Option<FieldError> {
        let is_own = self.subject.as_ref() == Some(&who.actor.caller) || self.linked_subjects.0.contains(&who.actor.caller);
        let rule = match action {
            // Nobody judges themselves, and nobody lets themselves go who was obliged.
            Action::RecordPresence | Action::RecordResult | Action::Excuse | Action::Correct if is_own => &codes::OWN_ENROLLMENT,
            Action::Withdraw if is_own && self.mandatory => &codes::OWN_ENROLLMENT,
            Action::CheckOut | Action::RecordPresence if self.settled_at.is_some() => &codes::ALREADY_DONE,
            Action::RecordResult | Action::Correct if self.settled_at.is_none() => &codes::NOT_YET,
            _ => return None,
        };
        Some(FieldError::at("", rule))
    }
}

/// Why the session of an enrollment refuses an action now, whatever is said with it.
pub fn session_refuses(action: Action, session: &SessionTimes, who: &Authority) -> Option<FieldError> {
    let now = who.now;
    let (opens, closes) = (session.check_in_opens_at, session.check_in_closes_at);
    let begun = matches!(session.status, TrainingSessionStatus::InProgress | TrainingSessionStatus::Completed);
    let rule = match action {
        Action::Withdraw if now >= session.starts_at => &codes::HAS_BEGUN,
        // Whoever can show the code does not vouch for themselves with it.
        Action::CheckIn | Action::CheckOut if shows_code(who, session) => &codes::OWN_ENROLLMENT,
        Action::CheckIn | Action::CheckOut if !session.status.takes_learners() => &codes::NOT_ACTIVE,
        Action::CheckIn if now < opens || now > closes => {
            let outside = FieldError::at("", &codes::OUTSIDE_WINDOW);
            return Some(outside.with("from", opens.to_rfc3339()).with("until", closes.to_rfc3339()));
        }
        Action::CheckOut if now > session.ends_at + TimeDelta::minutes(CHECK_OUT_MINUTES) => &codes::NOT_ACTIVE,
        Action::RecordPresence if !begun => &codes::NOT_YET,
        _ => return None,
    };
    Some(FieldError::at("", rule))
}

fn shows_code(who: &Authority, session: &SessionTimes) -> bool {
    let area = who.actor.right(Action::ShowCode, Resource::TrainingSessions).area.as_ref();
    area.is_some_and(|area| area.covers(&session.jurisdiction))
}
