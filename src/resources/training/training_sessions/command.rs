//! What can be done to a session of a course.

use std::convert::Infallible;

use super::inputs::TrainingSessionPatch;
use super::model::{TrainingSession, TrainingSessionFields, view};
use super::times::{faults, moved_too_late};
use crate::access::authority::Authority;
use crate::access::permissions::resource::TrainingSessions;
use crate::access::scope::Authorized;
use crate::changes::execute::Aggregate;
use crate::changes::write::Tx;
use crate::http::bodies::Reason;
use crate::http::problem::Problem;

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
    type Facts = ();
    type Effect = Infallible;
    type View = TrainingSession;

    const PATH: &'static str = "/v1/training-sessions";
    const NOUN: &'static str = "session";

    async fn facts(&self, _: &Tx, _: &Authorized<TrainingSessions>, _: &Command) -> Result<(), Problem> {
        Ok(())
    }

    fn decide(&self, after: &mut Self, command: Command, (): &(), who: &Authority) -> Result<Vec<Infallible>, Problem> {
        match command {
            Command::Update(patch) => {
                patch.apply(after);
                let mut errors = faults(who.now, after);
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
