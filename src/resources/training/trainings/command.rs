//! What can be done to a course.

use std::convert::Infallible;

use super::creation::faults;
use super::inputs::TrainingPatch;
use super::model::{Training, TrainingFields, view};
use crate::access::authority::Authority;
use crate::access::permissions::resource::Trainings;
use crate::access::scope::Authorized;
use crate::changes::execute::Aggregate;
use crate::changes::write::Tx;
use crate::http::problem::Problem;
use crate::resources::reference::policies::model::PolicyFields;
use crate::resources::reference::policies::store as policies;

/// What can be done to a course.
pub enum Command {
    Update(TrainingPatch),
    Publish,
    Retire,
}

impl Aggregate for TrainingFields {
    type Command = Command;
    /// The policies that it may cite, of those that it names.
    type Facts = Vec<PolicyFields>;
    type Effect = Infallible;
    type View = Training;

    const PATH: &'static str = "/v1/trainings";
    const NOUN: &'static str = "course";

    async fn facts(&self, tx: &Tx, _: &Authorized<Trainings>, command: &Command) -> Result<Vec<PolicyFields>, Problem> {
        match command {
            Command::Update(patch) => {
                let cited = patch.citations.as_ref().unwrap_or(&self.citations.0);
                policies::cited(tx, self.jurisdiction, cited).await
            }
            Command::Publish | Command::Retire => Ok(Vec::new()),
        }
    }

    fn decide(
        &self,
        after: &mut Self,
        command: Command,
        citable: &Vec<PolicyFields>,
        _: &Authority,
    ) -> Result<Vec<Infallible>, Problem> {
        if let Command::Update(patch) = command {
            patch.apply(after);
            Problem::fail_if_any(faults(after, citable))?;
        }
        Ok(Vec::new())
    }

    async fn answer(self, _: &Tx, who: &Authorized<Trainings>) -> Result<Training, Problem> {
        Ok(view(who, self))
    }
}
