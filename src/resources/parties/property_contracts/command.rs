//! What can be done to a property contract.

use std::convert::Infallible;

use super::model::{PropertyContract, PropertyContractFields, Termination, view};
use crate::access::authority::Authority;
use crate::access::permissions::resource::PropertyContracts;
use crate::access::scope::Authorized;
use crate::changes::execute::Aggregate;
use crate::changes::write::Tx;
use crate::http::bodies::Reason;
use crate::http::problem::{FieldError, Problem};

/// What can be done to a contract.
pub enum Command {
    Terminate(Termination),
    Void(Reason),
}

impl Aggregate for PropertyContractFields {
    type Command = Command;
    type Facts = ();
    type Effect = Infallible;
    type View = PropertyContract;

    const PATH: &'static str = "/v1/property-contracts";
    const NOUN: &'static str = "contract";

    async fn facts(&self, _: &Tx, _: &Authorized<PropertyContracts>, _: &Command) -> Result<(), Problem> {
        Ok(())
    }

    fn decide(&self, after: &mut Self, command: Command, (): &(), who: &Authority) -> Result<Vec<Infallible>, Problem> {
        match command {
            Command::Terminate(Termination { terminated_on, reason }) => {
                let mut errors = Vec::new();
                errors.extend(FieldError::before("/terminated_on", terminated_on, Some(after.starts_on)));
                errors.extend(FieldError::after("/terminated_on", terminated_on, Some(after.ends_on)));
                Problem::fail_if_any(errors)?;
                (after.terminated_on, after.termination_reason) = (Some(terminated_on), Some(reason));
            }
            Command::Void(Reason { reason }) => (after.voided_on, after.void_reason) = (Some(who.today()), Some(reason)),
        }
        Ok(Vec::new())
    }

    async fn answer(self, _: &Tx, who: &Authorized<PropertyContracts>) -> Result<PropertyContract, Problem> {
        Ok(view(who, self))
    }
}
