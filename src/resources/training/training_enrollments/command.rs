//! What can be done to an enrollment.

use std::sync::Arc;

use uuid::Uuid;

use super::inputs::{ExaminationResult, NewCorrection, Presence, ShownCode};
use super::model::{TrainingEnrollment, TrainingEnrollmentFields, view};
use super::seats::{SeatChange, Vacancy};
use super::states::session_refuses;
use super::{results, store};
use crate::access::authority::Authority;
use crate::access::permissions::resource::TrainingEnrollments;
use crate::access::scope::Authorized;
use crate::calendar::civil_date;
use crate::changes::execute::Aggregate;
use crate::changes::record::{LockInScope, Related};
use crate::changes::write::{Record, Tx};
use crate::http::bodies::Reason;
use crate::http::problem::Problem;
use crate::resources::reference::rules::names::RuleName;
use crate::resources::reference::rules::store as rules;
use crate::resources::training::learners::model::LearnerFields;
use crate::resources::training::learners::store as learners;
use crate::resources::training::training_sessions::check_in_code::CheckInKey;
use crate::resources::training::training_sessions::model::TrainingSessionFields;
use crate::resources::training::training_sessions::store as sessions;
use crate::resources::training::trainings::model::TrainingFields;
use crate::resources::training::trainings::store as trainings;

/// What can be done to an enrollment.
pub enum Command {
    Withdraw,
    Excuse(Reason),
    /// With the key that tells which code the session shows.
    CheckIn(ShownCode, Arc<CheckInKey>),
    CheckOut(ShownCode, Arc<CheckInKey>),
    RecordPresence(Presence),
    RecordResult(ExaminationResult),
    Correct(NewCorrection),
    /// The service gives it its result, once the session is over.
    Finalize,
}

/// What must be known to decide on an enrollment; what a command does not need stays empty.
pub struct Facts {
    pub session: TrainingSessionFields,
    training: Option<TrainingFields>,
    learner: Option<LearnerFields>,
    /// The seat that becomes free.
    vacancy: Option<Vacancy>,
    /// True when hours of the same time count already.
    pub counted_elsewhere: bool,
    /// How many hundredths of a session earn its hours.
    pub presence_percent: i64,
}

impl Facts {
    pub fn training(&self) -> Result<&TrainingFields, Problem> {
        self.training.as_ref().ok_or_else(|| Problem::internal("nobody looked for the course"))
    }

    pub fn learner(&self) -> Result<&LearnerFields, Problem> {
        self.learner.as_ref().ok_or_else(|| Problem::internal("nobody looked for the learner"))
    }
}

/// What a decision changes besides the enrollment.
#[derive(Debug)]
pub enum Effect {
    Seats(Box<SeatChange>),
    Learner(Related<LearnerFields>),
}

impl LockInScope for TrainingEnrollmentFields {
    type Resource = TrainingEnrollments;

    async fn lock_in_scope(tx: &Tx, who: &Authorized<TrainingEnrollments>, id: Uuid) -> Result<Self, Problem> {
        store::lock(tx, who, id).await
    }
}

impl Aggregate for TrainingEnrollmentFields {
    type Command = Command;
    type Facts = Facts;
    type Effect = Effect;
    type View = TrainingEnrollment;

    const PATH: &'static str = "/v1/training-enrollments";
    const NOUN: &'static str = "enrollment";

    /// The session before it, as whoever gives seats does; the learner before it, as whoever changes their subject does.
    async fn lock(tx: &Tx, who: &Authorized<TrainingEnrollments>, id: Uuid, command: &Command) -> Result<Self, Problem> {
        match command {
            Command::Withdraw | Command::Excuse(_) => {
                let session = store::session_of(tx, who, id).await?;
                sessions::locked(tx, session).await?;
            }
            Command::RecordResult(_) | Command::Correct(_) => {
                let learner = store::learner_of(tx, who, id).await?;
                learners::locked(tx, learner).await?;
            }
            _ => {}
        }
        Self::lock_in_scope(tx, who, id).await
    }

    async fn facts(&self, tx: &Tx, _: &Authorized<TrainingEnrollments>, command: &Command) -> Result<Facts, Problem> {
        let session = sessions::known(tx, self.session_id).await?;
        let mut facts =
            Facts { session, training: None, learner: None, vacancy: None, counted_elsewhere: false, presence_percent: 0 };
        match command {
            Command::Withdraw | Command::Excuse(_) => {
                facts.vacancy = Some(Vacancy::find(tx, facts.session.clone(), Some(self)).await?);
            }
            Command::RecordResult(_) | Command::Correct(_) | Command::Finalize => {
                facts.training = Some(trainings::known(tx, self.training_id).await?);
                facts.learner = Some(learners::known(tx, self.learner_id).await?);
                facts.counted_elsewhere = !store::elsewhere(tx, &facts.session, &[self.learner_id], true).await?.is_empty();
            }
            Command::CheckIn(..) | Command::CheckOut(..) | Command::RecordPresence(_) => {}
        }
        if matches!(command, Command::Finalize) {
            let (place, day) = (facts.session.jurisdiction, civil_date(facts.session.starts_at));
            facts.presence_percent = rules::value(tx, RuleName::TrainingPresencePercent, place, day).await?;
        }
        Ok(facts)
    }

    fn decide(&self, after: &mut Self, command: Command, facts: &Facts, who: &Authority) -> Result<Vec<Effect>, Problem> {
        Problem::fail_if_any(session_refuses(who.action, &(&facts.session).into(), who))?;
        match command {
            Command::Withdraw => {
                after.certificate_due = true;
                Ok(vacate(facts))
            }
            Command::Excuse(body) => {
                (after.reason, after.certificate_due) = (Some(body.reason), true);
                Ok(vacate(facts))
            }
            Command::CheckIn(body, key) => check_in(after, &body, &key, &facts.session, who),
            Command::CheckOut(body, key) => check_out(after, &body, &key, &facts.session, who),
            Command::RecordPresence(body) => results::record_presence(after, &body, facts),
            Command::RecordResult(body) => results::record_result(after, &body, facts),
            Command::Correct(body) => results::correct(after, body, facts, who),
            Command::Finalize => results::finalize(after, facts, who.now),
        }
    }

    async fn apply(&self, tx: &Tx, who: &Authority, effects: Vec<Effect>) -> Result<Vec<Record>, Problem> {
        let mut records = Vec::new();
        for effect in effects {
            match effect {
                Effect::Seats(change) => records.extend(change.store(tx, who.now).await?),
                Effect::Learner(learner) => records.push(learner.store(tx, who.now).await?),
            }
        }
        Ok(records)
    }

    async fn answer(self, tx: &Tx, who: &Authorized<TrainingEnrollments>) -> Result<TrainingEnrollment, Problem> {
        let session = sessions::known(tx, self.session_id).await?;
        Ok(view(who, self, &(&session).into()))
    }
}

/// Whoever is next gets the seat.
fn vacate(facts: &Facts) -> Vec<Effect> {
    facts.vacancy.iter().map(|vacancy| Effect::Seats(Box::new(vacancy.fill()))).collect()
}

fn check_in(
    enrollment: &mut TrainingEnrollmentFields,
    body: &ShownCode,
    key: &CheckInKey,
    session: &TrainingSessionFields,
    who: &Authority,
) -> Result<Vec<Effect>, Problem> {
    Problem::fail_if_any(key.refuses(session.id, who.now, &body.code, &who.actor.caller))?;
    enrollment.checked_in_at = Some(who.now);
    Ok(Vec::new())
}

fn check_out(
    enrollment: &mut TrainingEnrollmentFields,
    body: &ShownCode,
    key: &CheckInKey,
    session: &TrainingSessionFields,
    who: &Authority,
) -> Result<Vec<Effect>, Problem> {
    Problem::fail_if_any(key.refuses(session.id, who.now, &body.code, &who.actor.caller))?;
    enrollment.checked_out_at = Some(who.now);
    Ok(Vec::new())
}
