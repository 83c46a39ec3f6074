//! What can be done to an entry of the responsibility list.

use super::creation::faults;
use super::model::{
    Publication, Responsibility, ResponsibilityDuty, ResponsibilityFields, ResponsibilityPatch, ResponsibilityStatus,
    Supersession, view,
};
use super::store;
use crate::access::authority::Authority;
use crate::access::permissions::resource::Responsibilities;
use crate::access::scope::Authorized;
use crate::changes::execute::Aggregate;
use crate::changes::record::Related;
use crate::changes::write::{Record, Tx};
use crate::http::bodies::Reason;
use crate::http::codes;
use crate::http::problem::{FieldError, Problem, invalid};
use crate::resources::reference::policies::model::PolicyFields;
use crate::resources::reference::policies::store as policies;

/// What can be done to an entry.
pub enum Command {
    Update(ResponsibilityPatch),
    Publish(Publication),
    Supersede(Supersession),
    Void(Reason),
}

/// What must be known to decide on an entry; what a command does not need stays empty.
#[derive(Default)]
pub struct Facts {
    /// The policies that it may cite, of those that it names.
    pub citable: Vec<PolicyFields>,
    /// Whether a jurisdiction above has named who leads.
    pub led_from_above: bool,
    /// The entry whose place it is to take, locked.
    pub old: Option<ResponsibilityFields>,
}

/// What a decision changes besides the entry.
#[derive(Debug)]
pub enum Effect {
    /// The entry whose place it takes ends.
    Supersede(Related<ResponsibilityFields>),
}

impl Aggregate for ResponsibilityFields {
    type Command = Command;
    type Facts = Facts;
    type Effect = Effect;
    type View = Responsibility;

    const PATH: &'static str = "/v1/responsibilities";
    const NOUN: &'static str = "entry";

    async fn facts(&self, tx: &Tx, who: &Authorized<Responsibilities>, command: &Command) -> Result<Facts, Problem> {
        match command {
            Command::Update(patch) => {
                let cited = patch.citations.as_ref().unwrap_or(&self.citations.0);
                Ok(Facts { citable: policies::cited(tx, self.jurisdiction, cited).await?, ..Facts::default() })
            }
            Command::Publish(body) => {
                let leads = self.duty == ResponsibilityDuty::Lead;
                let led_from_above = leads && store::is_led_from_above(tx, self, body.valid_from).await?;
                let old = match self.supersedes_id {
                    Some(old) => store::named(tx, who, old).await?,
                    None => None,
                };
                Ok(Facts { led_from_above, old, ..Facts::default() })
            }
            Command::Supersede(_) | Command::Void(_) => Ok(Facts::default()),
        }
    }

    fn decide(&self, after: &mut Self, command: Command, facts: &Facts, who: &Authority) -> Result<Vec<Effect>, Problem> {
        match command {
            Command::Update(patch) => {
                patch.apply(after);
                Problem::fail_if_any(faults(after, &facts.citable))?;
                Ok(Vec::new())
            }
            Command::Publish(body) => publish(after, body, facts),
            Command::Supersede(body) => {
                end_faults(after, "/valid_until", body.valid_until)?;
                after.valid_until = Some(body.valid_until);
                Ok(Vec::new())
            }
            Command::Void(Reason { reason }) => {
                let today = who.today();
                after.valid_until = after.valid_from.max(Some(after.valid_until.map_or(today, |until| until.min(today))));
                (after.voided_on, after.void_reason) = (Some(today), Some(reason));
                Ok(Vec::new())
            }
        }
    }

    async fn apply(&self, tx: &Tx, who: &Authority, effects: Vec<Effect>) -> Result<Vec<Record>, Problem> {
        let mut records = Vec::new();
        for Effect::Supersede(old) in effects {
            records.push(old.store(tx, who.now).await?);
        }
        Ok(records)
    }

    async fn answer(self, _: &Tx, who: &Authorized<Responsibilities>) -> Result<Responsibility, Problem> {
        Ok(view(who, self))
    }
}

/// Publishes a draft: nobody above leads already, and the entry whose place it takes ends the same day.
fn publish(entry: &mut ResponsibilityFields, body: Publication, facts: &Facts) -> Result<Vec<Effect>, Problem> {
    if facts.led_from_above {
        return invalid("/duty", &codes::STANDS_ABOVE);
    }
    let from = body.valid_from;
    entry.valid_from = Some(from);
    if entry.supersedes_id.is_none() {
        return Ok(Vec::new());
    }
    let Some(old) = facts.old.as_ref().filter(|old| old.status == ResponsibilityStatus::Published) else {
        return invalid("/supersedes_id", &codes::NOT_ACTIVE);
    };
    end_faults(old, "/valid_from", from)?;
    let end = |old: &mut ResponsibilityFields| (old.status, old.valid_until) = (ResponsibilityStatus::Superseded, Some(from));
    Ok(vec![Effect::Supersede(Related::new(old, end))])
}

/// Nothing ends before it began.
fn end_faults(entry: &ResponsibilityFields, place: &'static str, day: chrono::NaiveDate) -> Result<(), Problem> {
    Problem::fail_if_any(FieldError::before(place, day, entry.valid_from))
}
