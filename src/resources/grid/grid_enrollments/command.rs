//! What can be done to an enrollment in a grid unit.

use chrono::NaiveDate;

use super::creation::Member;
use super::model::{GridEnrollment, GridEnrollmentFields, Joining, Leaving, view};
use super::store;
use crate::access::authority::Authority;
use crate::access::code::Level;
use crate::access::permissions::resource::GridEnrollments;
use crate::access::scope::Authorized;
use crate::changes::execute::Aggregate;
use crate::changes::write::{Record, Tx};
use crate::http::problem::Problem;

/// What can be done to an enrollment.
pub enum Command {
    Join(Joining),
    Leave(Leaving),
}

/// What must be known to decide on an enrollment.
pub struct Facts {
    /// The first day of the unit.
    pub begun_on: Option<NaiveDate>,
    /// The organization or the estate, locked.
    pub member: Member,
}

impl Aggregate for GridEnrollmentFields {
    type Command = Command;
    type Facts = Facts;
    type Effect = Member;
    type View = GridEnrollment;

    const PATH: &'static str = "/v1/grid-enrollments";
    const NOUN: &'static str = "enrollment";

    async fn facts(&self, tx: &Tx, _: &Authorized<GridEnrollments>, command: &Command) -> Result<Facts, Problem> {
        let begun_on = match command {
            Command::Join(_) => store::begins_on(tx, self.jurisdiction).await?,
            Command::Leave(_) => None,
        };
        let member = match command {
            // Whoever never joined is counted nowhere.
            Command::Leave(_) if self.joined_on.is_none() => Member::default(),
            _ => Member::lock(tx, self).await?,
        };
        Ok(Facts { begun_on, member })
    }

    fn decide(&self, after: &mut Self, command: Command, facts: &Facts, who: &Authority) -> Result<Vec<Member>, Problem> {
        match command {
            Command::Join(Joining { joined_on }) => {
                let first = facts.begun_on.max(Some(after.invited_on));
                Problem::fail_if_any(who.day_faults("/joined_on", joined_on, first))?;
                after.joined_on = Some(joined_on);
                Ok(vec![facts.member.joins(after.jurisdiction)])
            }
            Command::Leave(Leaving { left_on, reason }) => {
                let since = after.joined_on.unwrap_or(after.invited_on);
                Problem::fail_if_any(who.day_faults("/left_on", left_on, Some(since)))?;
                (after.left_on, after.reason) = (Some(left_on), Some(reason));
                let community = after.jurisdiction.at(Level::Community).unwrap_or(after.jurisdiction);
                Ok(after.joined_on.map(|_| facts.member.leaves(community)).into_iter().collect())
            }
        }
    }

    async fn apply(&self, tx: &Tx, who: &Authority, effects: Vec<Member>) -> Result<Vec<Record>, Problem> {
        let mut records = Vec::new();
        for member in effects {
            records.extend(member.store(tx, who.now).await?);
        }
        Ok(records)
    }

    async fn answer(self, _: &Tx, who: &Authorized<GridEnrollments>) -> Result<GridEnrollment, Problem> {
        Ok(view(who, self))
    }
}
