//! What can be done to an estate.

use std::convert::Infallible;

use super::model::{Estate, EstateFields, EstatePatch, view};
use crate::access::authority::Authority;
use crate::access::permissions::resource::Estates;
use crate::access::scope::Authorized;
use crate::changes::execute::Aggregate;
use crate::changes::write::Tx;
use crate::http::problem::Problem;

/// What can be done to an estate.
pub enum Command {
    Update(EstatePatch),
}

impl Aggregate for EstateFields {
    type Command = Command;
    type Facts = ();
    type Effect = Infallible;
    type View = Estate;

    const PATH: &'static str = "/v1/estates";
    const NOUN: &'static str = "estate";

    async fn facts(&self, _: &Tx, _: &Authorized<Estates>, _: &Command) -> Result<(), Problem> {
        Ok(())
    }

    fn decide(&self, after: &mut Self, command: Command, (): &(), _: &Authority) -> Result<Vec<Infallible>, Problem> {
        let Command::Update(patch) = command;
        patch.apply(after);
        Problem::fail_if_any(after.faults())?;
        Ok(Vec::new())
    }

    async fn answer(self, _: &Tx, who: &Authorized<Estates>) -> Result<Estate, Problem> {
        Ok(view(who, self))
    }
}
