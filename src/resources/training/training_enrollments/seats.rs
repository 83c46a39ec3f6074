//! Who may take part in a session, and who gets its seats.

use chrono::{DateTime, Utc};
use futures_util::try_join;
use uuid::Uuid;

use super::model::TrainingEnrollmentFields;
use super::states::TrainingEnrollmentStatus;
use super::store;
use crate::access::actor::Grant;
use crate::access::authority::Authority;
use crate::access::code::Level;
use crate::access::permissions::is_officer;
use crate::changes::record::Related;
use crate::changes::write::{Record, Tx};
use crate::db::json_value::JsonValue;
use crate::http::codes;
use crate::http::problem::{FieldError, Problem, invalid};
use crate::resources::training::learners::model::{LearnerFields, LearnerRole};
use crate::resources::training::training_sessions::model::TrainingSessionFields;
use crate::resources::training::training_sessions::store as sessions;
use crate::resources::training::trainings::model::TrainingFields;

/// A session to enroll in, with its course, locked: whoever gives or takes its seats waits for each other.
#[derive(Clone, Debug)]
pub struct SessionSeats {
    pub session: TrainingSessionFields,
    pub training: TrainingFields,
}

impl SessionSeats {
    /// Whether the learners may know of the session is checked with each of them.
    pub async fn find(tx: &Tx, id: Uuid) -> Result<Option<Self>, Problem> {
        let (session, training) = try_join!(sessions::locked(tx, id), sessions::course_of(tx, id))?;
        Ok(session.zip(training).map(|(session, training)| Self { session, training }))
    }

    /// The same for a body that names the session.
    pub async fn lock(tx: &Tx, id: Uuid) -> Result<Self, Problem> {
        match Self::find(tx, id).await? {
            Some(seats) => Ok(seats),
            None => invalid("/session_id", &codes::UNKNOWN_RECORD),
        }
    }

    /// What keeps a learner out, named by the pointer of the learner.
    pub fn fault(&self, who: &Authority, learner: &LearnerFields, mandatory: bool, at: &str) -> Option<FieldError> {
        let by_themselves = !who.area.covers(&learner.jurisdiction);
        if !self.session.jurisdiction.contains(&learner.jurisdiction) {
            Some(FieldError::at("/session_id", &codes::UNKNOWN_RECORD))
        } else if !self.session.status.takes_learners() {
            Some(FieldError::at("/session_id", &codes::NOT_ACTIVE))
        } else if by_themselves && who.now >= self.session.starts_at {
            Some(FieldError::at("/session_id", &codes::HAS_BEGUN))
        } else if !self.training.is_for(learner) {
            Some(FieldError::at(at, &codes::OUTSIDE_AUDIENCE))
        } else if mandatory && !who.actor.grants.iter().any(|grant| is_officer(grant.role)) {
            Some(FieldError::at("/mandatory", &codes::OFFICERS_OBLIGE))
        } else if mandatory && obliging_level(who, learner).is_none() {
            Some(FieldError::at(at, &codes::NOT_BELOW))
        } else {
            None
        }
    }

    /// Gives a learner a seat, or a place in the queue where all are taken.
    pub fn assign(&mut self, who: &Authority, id: Uuid, learner: &LearnerFields, mandatory: bool) -> TrainingEnrollmentFields {
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
            obliged_by: if mandatory { obliging_level(who, learner) } else { None },
            status,
            checked_in_at: None,
            checked_out_at: None,
            presence_minutes: None,
            score: None,
            hours: 0,
            reason: None,
            corrections: JsonValue(Vec::new()),
            settled_at: None,
            version: 1,
            created_at: who.now,
            updated_at: who.now,
            subject: learner.subject.clone(),
            linked_subjects: learner.linked_subjects.clone(),
            certificate_due: false,
            created_by: who.actor.caller.clone(),
        }
    }
}

/// The level at which the caller can oblige a learner. Only downward: the learner works below one of the caller's
/// offices, or in it without being an officer, and is not the caller.
fn obliging_level(who: &Authority, learner: &LearnerFields) -> Option<Level> {
    let is_officer_too = learner.roles.0.contains(&LearnerRole::Officer);
    let obliges = |grant: &&Grant| {
        let same = grant.jurisdiction == learner.jurisdiction;
        is_officer(grant.role) && grant.jurisdiction.contains(&learner.jurisdiction) && !(same && is_officer_too)
    };
    let offices = who.actor.grants.iter().filter(obliges).map(|grant| grant.jurisdiction.level());
    if learner.is(&who.actor.caller) { None } else { offices.min() }
}

/// The seats of a locked session when somebody leaves it, and those who are next.
#[derive(Clone, Debug)]
pub struct Vacancy {
    pub session: TrainingSessionFields,
    next: Vec<TrainingEnrollmentFields>,
}

impl Vacancy {
    /// Looks who is next once the leaving one, if any, is gone.
    pub async fn find(
        tx: &Tx,
        mut session: TrainingSessionFields,
        leaving: Option<&TrainingEnrollmentFields>,
    ) -> Result<Self, Problem> {
        match leaving.map(|one| one.status) {
            Some(TrainingEnrollmentStatus::Waitlisted) => session.waiting_count -= 1,
            Some(_) => session.confirmed_count -= 1,
            None => {}
        }
        let free = if session.status.takes_learners() { session.capacity - session.confirmed_count } else { 0 };
        let next = store::queue(tx, session.id, leaving.map(|one| one.id), free).await?;
        Ok(Self { session, next })
    }

    /// Gives the free seats to those who are next.
    pub fn fill(&self) -> SeatChange {
        let mut session = self.session.clone();
        let seated = i32::try_from(self.next.len()).unwrap_or_default();
        (session.confirmed_count, session.waiting_count) = (session.confirmed_count + seated, session.waiting_count - seated);
        let confirm = |next: &TrainingEnrollmentFields| {
            Related::new(next, |enrollment| enrollment.status = TrainingEnrollmentStatus::Confirmed)
        };
        SeatChange { session, seated: self.next.iter().map(confirm).collect() }
    }
}

/// Who has a seat from now on.
#[derive(Clone, Debug)]
pub struct SeatChange {
    pub session: TrainingSessionFields,
    pub seated: Vec<Related<TrainingEnrollmentFields>>,
}

impl SeatChange {
    pub async fn store(self, tx: &Tx, now: DateTime<Utc>) -> Result<Vec<Record>, Problem> {
        sessions::keep_seats(tx, &self.session).await?;
        Related::store_all(self.seated, tx, now).await
    }
}
