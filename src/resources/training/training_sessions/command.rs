//! What can be done to a session of a course.

use std::convert::Infallible;

use serde_json::json;
use uuid::Uuid;

use super::inputs::TrainingSessionPatch;
use super::model::{TrainingSession, TrainingSessionFields, view};
use super::store;
use super::times::{faults, moved_too_late};
use crate::access::authority::Authority;
use crate::access::permissions::resource::TrainingSessions;
use crate::access::scope::Authorized;
use crate::changes::execute::Aggregate;
use crate::changes::write::Tx;
use crate::http::bodies::Reason;
use crate::http::codes;
use crate::http::problem::{FieldError, Problem};

/// What can be done to a session.
pub enum Command {
    Update(TrainingSessionPatch),
    Open,
    Start,
    Complete,
    Cancel(Reason),
}

impl Aggregate for TrainingSessionFields {
    type Command = Command;
    /// The learners who take part in something else then.
    type Facts = Vec<Uuid>;
    type Effect = Infallible;
    type View = TrainingSession;

    const PATH: &'static str = "/v1/training-sessions";
    const NOUN: &'static str = "session";

    async fn facts(&self, tx: &Tx, _: &Authorized<TrainingSessions>, command: &Command) -> Result<Vec<Uuid>, Problem> {
        match command {
            Command::Update(patch) if !patch.despite_learners_elsewhere => {
                let mut after = self.clone();
                patch.clone().apply(&mut after);
                store::learners_elsewhere(tx, self, &after).await
            }
            _ => Ok(Vec::new()),
        }
    }

    fn decide(&self, after: &mut Self, command: Command, busy: &Vec<Uuid>, who: &Authority) -> Result<Vec<Infallible>, Problem> {
        match command {
            Command::Update(patch) => {
                patch.apply(after);
                let mut errors = faults(who.now, after);
                if !busy.is_empty() {
                    errors.push(FieldError::at("/starts_at", &codes::LEARNERS_ELSEWHERE).with("learner_ids", json!(busy)));
                }
                errors.extend(moved_too_late(who.now, self, after));
                Problem::fail_if_any(errors)?;
            }
            Command::Open | Command::Start | Command::Complete => {}
            Command::Cancel(body) => after.reason = Some(body.reason),
        }
        Ok(Vec::new())
    }

    async fn answer(self, _: &Tx, who: &Authorized<TrainingSessions>) -> Result<TrainingSession, Problem> {
        Ok(view(who, self))
    }
}
