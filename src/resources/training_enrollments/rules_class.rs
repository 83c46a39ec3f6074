//! Who may take part in a session, and who gets its seats.

use futures_util::try_join;
use uuid::Uuid;

use super::model::TrainingEnrollmentFields;
use super::states::TrainingEnrollmentStatus;
use crate::access::actor::Grant;
use crate::access::authority::Authority;
use crate::access::code::Level;
use crate::access::policy::is_officer;
use crate::changes::write::Tx;
use crate::db::json_list::JsonList;
use crate::http::codes;
use crate::http::problem::{FieldError, Problem, refused};
use crate::resources::learners::model::{LearnerFields, LearnerRole};
use crate::resources::training_sessions::model::TrainingSessionFields;
use crate::resources::training_sessions::store as sessions;
use crate::resources::trainings::model::TrainingFields;
use crate::resources::trainings::store as trainings;

/// A session to enroll in, with its course; whoever gives or takes its seats waits for each other.
pub struct Class {
    pub session: TrainingSessionFields,
    training: TrainingFields,
}

impl Class {
    /// Locks a session that takes learners. Whether the learners may know of it is checked with each of them.
    pub async fn lock(tx: &Tx, id: Uuid) -> Result<Self, Problem> {
        match try_join!(sessions::locked(tx, id), trainings::of_session(tx, id))? {
            (Some(session), Some(training)) => Ok(Self { session, training }),
            _ => refused("/session_id", &codes::UNKNOWN_RECORD),
        }
    }

    /// What keeps a learner out, named by the pointer of the learner.
    pub fn fault(&self, scope: &Authority, learner: &LearnerFields, mandatory: bool, at: &str) -> Option<FieldError> {
        let by_themselves = !scope.extent.covers(&learner.jurisdiction);
        if !self.session.jurisdiction.contains(&learner.jurisdiction) {
            Some(FieldError::at("/session_id", &codes::UNKNOWN_RECORD))
        } else if !self.session.takes_learners() {
            Some(FieldError::at("/session_id", &codes::NOT_ACTIVE))
        } else if by_themselves && scope.now >= self.session.starts_at {
            Some(FieldError::at("/session_id", &codes::HAS_BEGUN))
        } else if !self.training.is_for(learner) {
            Some(FieldError::at(at, &codes::OUTSIDE_AUDIENCE))
        } else if mandatory && obliging(scope, learner).is_none() {
            Some(FieldError::at(at, &codes::NOT_BELOW))
        } else {
            None
        }
    }

    /// Gives a learner a seat, or a place in the queue where all are taken.
    pub fn seat(&mut self, scope: &Authority, id: Uuid, learner: &LearnerFields, mandatory: bool) -> TrainingEnrollmentFields {
        let status = if self.session.has_room() {
            self.session.confirmed_count += 1;
            TrainingEnrollmentStatus::Confirmed
        } else {
            self.session.waiting_count += 1;
            TrainingEnrollmentStatus::Waitlisted
        };
        TrainingEnrollmentFields {
            id,
            jurisdiction: learner.jurisdiction,
            session_id: self.session.id,
            training_id: self.training.id,
            learner_id: learner.id,
            learner_name: learner.name.clone(),
            mandatory,
            obliged_by: obliging(scope, learner).filter(|_| mandatory),
            status,
            checked_in_at: None,
            checked_out_at: None,
            presence_minutes: None,
            score: None,
            hours: 0,
            reason: None,
            corrections: JsonList(Vec::new()),
            settled_at: None,
            version: 1,
            created_at: scope.now,
            updated_at: scope.now,
            subject: learner.subject.clone(),
            certificate_due: false,
            created_by: scope.actor.caller.clone(),
        }
    }
}

/// The level at which the caller can oblige a learner. Only downward: the learner works below one of the caller's
/// offices, or in it without being an officer, and is not the caller.
fn obliging(scope: &Authority, learner: &LearnerFields) -> Option<Level> {
    let is_officer_too = learner.roles.0.contains(&LearnerRole::Officer);
    let obliges = |grant: &&Grant| {
        let same = grant.jurisdiction == learner.jurisdiction;
        is_officer(grant.role) && grant.jurisdiction.contains(&learner.jurisdiction) && !(same && is_officer_too)
    };
    let offices = scope.actor.grants.iter().filter(obliges).map(|grant| grant.jurisdiction.level());
    offices.min().filter(|_| learner.subject.as_deref() != Some(&scope.actor.caller))
}
