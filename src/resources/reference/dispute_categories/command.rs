//! What can be done to what was set for a category.

use std::convert::Infallible;

use super::model::DisputeCategory;
use crate::access::authority::Authority;
use crate::access::permissions::resource::DisputeCategories;
use crate::access::scope::Authorized;
use crate::changes::execute::Aggregate;
use crate::changes::write::Tx;
use crate::http::bodies::Reason;
use crate::http::problem::Problem;

/// What can be done to what was set for a category.
pub enum Command {
    Void(Reason),
}

impl Aggregate for DisputeCategory {
    type Command = Command;
    type Facts = ();
    type Effect = Infallible;
    type View = Self;

    const PATH: &'static str = "/v1/dispute-categories";
    const NOUN: &'static str = "category";

    async fn facts(&self, _: &Tx, _: &Authorized<DisputeCategories>, _: &Command) -> Result<(), Problem> {
        Ok(())
    }

    fn decide(&self, after: &mut Self, command: Command, (): &(), who: &Authority) -> Result<Vec<Infallible>, Problem> {
        let Command::Void(Reason { reason }) = command;
        (after.voided_on, after.void_reason) = (Some(who.today()), Some(reason));
        Ok(Vec::new())
    }

    async fn answer(self, _: &Tx, _: &Authorized<DisputeCategories>) -> Result<Self, Problem> {
        Ok(self)
    }
}
