//! What can be done to a learner.

use std::convert::Infallible;

use chrono::Datelike;

use super::creation::faults;
use super::inputs::{LearnerLeaving, LearnerPatch};
use super::model::{Learner, LearnerFields};
use super::store;
use super::view::view;
use crate::access::authority::Authority;
use crate::access::permissions::resource::Learners;
use crate::access::scope::Authorized;
use crate::calendar::civil_date;
use crate::changes::execute::Aggregate;
use crate::changes::write::Tx;
use crate::http::problem::Problem;
use crate::resources::parties::organizations::model::OrganizationFields;
use crate::resources::parties::organizations::store as organizations;

/// What can be done to a learner.
pub enum Command {
    Update(LearnerPatch),
    Leave(LearnerLeaving),
}

impl Aggregate for LearnerFields {
    type Command = Command;
    /// The organization that a patch names, where the caller may name it.
    type Facts = Option<OrganizationFields>;
    type Effect = Infallible;
    type View = Learner;

    const PATH: &'static str = "/v1/learners";
    const NOUN: &'static str = "learner";

    async fn facts(&self, tx: &Tx, who: &Authorized<Learners>, command: &Command) -> Result<Option<OrganizationFields>, Problem> {
        let Command::Update(patch) = command else { return Ok(None) };
        let mut after = self.clone();
        patch.clone().apply(&mut after);
        match after.organization_id {
            Some(id) if after.organization_id != self.organization_id => {
                Ok(organizations::named(tx, who, &[id], after.jurisdiction).await?.pop())
            }
            _ => Ok(None),
        }
    }

    fn decide(
        &self,
        after: &mut Self,
        command: Command,
        organization: &Option<OrganizationFields>,
        who: &Authority,
    ) -> Result<Vec<Infallible>, Problem> {
        match command {
            Command::Update(patch) => {
                patch.apply(after);
                Problem::fail_if_any(faults(who, Some(self), after, organization.as_ref()))?;
            }
            Command::Leave(LearnerLeaving { left_on }) => {
                Problem::fail_if_any(who.day_faults("/left_on", left_on, Some(civil_date(after.created_at))))?;
                after.left_on = Some(left_on);
            }
        }
        Ok(Vec::new())
    }

    /// As the learner stands this year.
    async fn answer(self, tx: &Tx, who: &Authorized<Learners>) -> Result<Learner, Problem> {
        let year = who.today().year();
        let quota = store::quota(tx, self.id, year).await?;
        Ok(view(who, self, year, quota))
    }
}
