//! What can be done to a grid unit.

use chrono::NaiveDate;

use super::creation::{close_if_open, effective_faults, place, successor_fault};
use super::model::{Adjustment, Decision, GridUnit, GridUnitFields, GridUnitStatus, Merger, Retirement, view};
use super::store;
use crate::access::authority::Authority;
use crate::access::code::JurisdictionCode;
use crate::access::permissions::Action;
use crate::access::permissions::resource::GridUnits;
use crate::access::scope::Authorized;
use crate::changes::execute::Aggregate;
use crate::changes::write::{Record, Tx};
use crate::http::codes;
use crate::http::problem::{FieldError, Problem};

/// What can be done to a grid unit.
pub enum Command {
    Approve(Decision),
    Reject(Decision),
    Adjust(Adjustment),
    Merge(Merger),
    Retire(Retirement),
}

/// What a decision changes besides the unit.
#[derive(Debug)]
pub enum Effect {
    /// Its code is a jurisdiction of its own, of its name.
    Place,
    /// Its grid is closed: what is enrolled joins the successor or leaves, open work goes there or to the community.
    Close { successor: Option<JurisdictionCode>, day: NaiveDate, reason: String },
}

/// What must be known to decide.
#[derive(Default)]
pub struct Facts {
    /// The unit into which it is to go, locked.
    into: Option<GridUnitFields>,
    /// Whether another unit of the community bears the new name.
    taken: bool,
}

impl Aggregate for GridUnitFields {
    type Command = Command;
    type Facts = Facts;
    type Effect = Effect;
    type View = GridUnit;

    const PATH: &'static str = "/v1/grid-units";
    const NOUN: &'static str = "grid unit";

    async fn facts(&self, tx: &Tx, who: &Authorized<GridUnits>, command: &Command) -> Result<Facts, Problem> {
        let community = self.identity.jurisdiction.parent();
        Ok(match command {
            Command::Merge(body) => Facts { into: store::find_in_scope(tx, who, body.into_id).await?, ..Facts::default() },
            Command::Adjust(Adjustment { name: Some(name), .. }) => {
                Facts { taken: store::is_named(tx, community, name, self.identity.id).await?, ..Facts::default() }
            }
            _ => Facts::default(),
        })
    }

    fn decide(&self, after: &mut Self, command: Command, facts: &Facts, who: &Authority) -> Result<Vec<Effect>, Problem> {
        match command {
            Command::Approve(body) => {
                after.period.reason = Some(body.reason);
                Ok(vec![Effect::Place])
            }
            Command::Reject(body) => {
                after.period.reason = Some(body.reason);
                Ok(Vec::new())
            }
            Command::Adjust(body) => {
                let mut errors = effective_faults(who, after, body.effective_on);
                errors.extend(facts.taken.then(|| FieldError::at("/name", &codes::TAKEN)));
                Problem::fail_if_any(errors)?;
                body.apply(&mut after.period);
                // Whoever says otherwise what is to be approved proposes it too.
                after.identity.taken_steps.add(Action::Create, who);
                let placed = after.period.status == GridUnitStatus::Active;
                Ok(placed.then_some(Effect::Place).into_iter().collect())
            }
            Command::Merge(Merger { into_id, effective_on, reason }) => {
                let mut errors = effective_faults(who, after, effective_on);
                errors.extend(successor_fault(after, facts.into.as_ref()));
                Problem::fail_if_any(errors)?;
                after.identity.successor_id = Some(into_id);
                let successor = facts.into.as_ref().map(|into| into.identity.jurisdiction);
                Ok(vec![end(after, successor, effective_on, reason)])
            }
            Command::Retire(Retirement { effective_on, reason }) => {
                Problem::fail_if_any(effective_faults(who, after, effective_on))?;
                Ok(vec![end(after, None, effective_on, reason)])
            }
        }
    }

    async fn apply(&self, tx: &Tx, who: &Authority, effects: Vec<Effect>) -> Result<Vec<Record>, Problem> {
        let mut records = Vec::new();
        for effect in effects {
            records.extend(match effect {
                Effect::Place => place(tx, who, self).await?,
                Effect::Close { successor, day, reason } => {
                    close_if_open(tx, who, self.identity.jurisdiction, successor, (day, &reason)).await?
                }
            });
        }
        Ok(records)
    }

    async fn answer(self, _: &Tx, who: &Authorized<GridUnits>) -> Result<GridUnit, Problem> {
        Ok(view(who, self))
    }
}

/// What it was until then stays readable.
fn end(unit: &mut GridUnitFields, successor: Option<JurisdictionCode>, day: NaiveDate, reason: String) -> Effect {
    unit.period.valid_from = day;
    unit.period.reason = Some(reason.clone());
    Effect::Close { successor, day, reason }
}
