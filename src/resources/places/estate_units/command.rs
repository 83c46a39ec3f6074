//! What can be done to a unit.

use std::convert::Infallible;

use super::inputs::EstateUnitPatch;
use super::model::{EstateUnit, EstateUnitFields, view};
use super::owners::{UnitOwner, owner_faults};
use crate::access::authority::Authority;
use crate::access::permissions::resource::EstateUnits;
use crate::access::scope::Authorized;
use crate::changes::execute::Aggregate;
use crate::changes::write::Tx;
use crate::db::json_value::JsonValue;
use crate::http::bodies::Reason;
use crate::http::problem::{FieldError, Problem};

/// What can be done to a unit.
pub enum Command {
    Update(EstateUnitPatch),
    ChangeOwners { sold: bool, owners: Vec<UnitOwner>, reason: String },
    Void(Reason),
}

impl Aggregate for EstateUnitFields {
    type Command = Command;
    type Facts = ();
    type Effect = Infallible;
    type View = EstateUnit;

    const PATH: &'static str = "/v1/estate-units";
    const NOUN: &'static str = "unit";

    async fn facts(&self, _: &Tx, _: &Authorized<EstateUnits>, _: &Command) -> Result<(), Problem> {
        Ok(())
    }

    fn decide(&self, after: &mut Self, command: Command, (): &(), who: &Authority) -> Result<Vec<Infallible>, Problem> {
        match command {
            Command::Update(patch) => {
                patch.apply(after);
                Problem::fail_if_any(after.faults(who))?;
            }
            Command::ChangeOwners { sold, owners, reason } => {
                Problem::fail_if_any(owner_faults(sold, &owners, "/owners"))?;
                (after.sold, after.owners, after.reason) = (sold, JsonValue(owners), Some(reason));
                if !sold {
                    after.delivered_on = None;
                }
            }
            Command::Void(Reason { reason }) => after.reason = Some(reason),
        }
        Ok(Vec::new())
    }

    async fn answer(self, _: &Tx, who: &Authorized<EstateUnits>) -> Result<EstateUnit, Problem> {
        Ok(view(who, self))
    }
}

impl EstateUnitFields {
    /// The rules that the schema cannot say: what is not sold is not handed over, and nothing is before its day.
    pub fn faults(&self, who: &Authority) -> Vec<FieldError> {
        use crate::http::codes;
        let early = self.delivered_on.filter(|_| !self.sold).map(|_| FieldError::at("/delivered_on", &codes::NOT_APPLICABLE));
        let late = self.delivered_on.and_then(|day| FieldError::after("/delivered_on", day, Some(who.today())));
        let empty = |place: &'static str, text: &str| text.is_empty().then(|| FieldError::at(place, &codes::REQUIRED));
        early.or(late).into_iter().chain(empty("/building", &self.building)).chain(empty("/number", &self.number)).collect()
    }
}
