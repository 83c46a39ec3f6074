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
use crate::http::codes;
use crate::http::problem::{FieldError, Problem};
use crate::resources::parties::organizations::model::OrganizationFields;
use crate::resources::parties::organizations::store as organizations;

/// What can be done to a learner.
pub enum Command {
    Update(LearnerPatch),
    Leave(LearnerLeaving),
}

/// What must be known to decide on a learner.
pub struct Facts {
    /// The organization that a patch names, where the caller may name it.
    organization: Option<OrganizationFields>,
    /// Whether somebody else signs in as the subject that a patch names.
    subject_is_taken: bool,
}

impl Aggregate for LearnerFields {
    type Command = Command;
    type Facts = Facts;
    type Effect = Infallible;
    type View = Learner;

    const PATH: &'static str = "/v1/learners";
    const NOUN: &'static str = "learner";

    async fn facts(&self, tx: &Tx, who: &Authorized<Learners>, command: &Command) -> Result<Facts, Problem> {
        let mut facts = Facts { organization: None, subject_is_taken: false };
        let Command::Update(patch) = command else { return Ok(facts) };
        let mut after = self.clone();
        patch.clone().apply(&mut after);
        if let Some(id) = after.organization_id.filter(|_| after.organization_id != self.organization_id) {
            facts.organization = organizations::named(tx, who, &[id], after.jurisdiction).await?.pop();
        }
        if let Some(subject) = after.subject.as_ref().filter(|_| after.subject != self.subject) {
            facts.subject_is_taken = store::is_taken(tx, who, subject, self.id).await?;
        }
        Ok(facts)
    }

    fn decide(&self, after: &mut Self, command: Command, facts: &Facts, who: &Authority) -> Result<Vec<Infallible>, Problem> {
        match command {
            Command::Update(patch) => {
                patch.apply(after);
                let taken = facts.subject_is_taken.then(|| FieldError::at("/subject", &codes::TAKEN));
                let faults = faults(who, Some(self), after, facts.organization.as_ref());
                Problem::fail_if_any(faults.into_iter().chain(taken))?;
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
        let alike = store::alike(tx.connection(), who, self.id).await?;
        Ok(Learner { possible_duplicate_ids: Some(alike), ..view(who, self, year, quota) })
    }
}
