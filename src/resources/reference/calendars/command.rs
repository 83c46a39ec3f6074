//! What can be done to a year of a calendar.

use std::convert::Infallible;

use super::model::{CalendarYear, CalendarYearPatch};
use crate::access::authority::Authority;
use crate::access::permissions::resource::Calendars;
use crate::access::scope::Authorized;
use crate::changes::execute::Aggregate;
use crate::changes::write::Tx;
use crate::http::bodies::Reason;
use crate::http::problem::Problem;

/// What can be done to a year.
pub enum Command {
    Update(CalendarYearPatch),
    Void(Reason),
}

impl Aggregate for CalendarYear {
    type Command = Command;
    type Facts = ();
    type Effect = Infallible;
    type View = Self;

    const PATH: &'static str = "/v1/calendars";
    const NOUN: &'static str = "year";

    async fn facts(&self, _: &Tx, _: &Authorized<Calendars>, _: &Command) -> Result<(), Problem> {
        Ok(())
    }

    fn decide(&self, after: &mut Self, command: Command, (): &(), who: &Authority) -> Result<Vec<Infallible>, Problem> {
        match command {
            Command::Update(patch) => {
                patch.apply(after);
                Problem::fail_if_any(after.faults())?;
            }
            Command::Void(Reason { reason }) => (after.voided_on, after.void_reason) = (Some(who.today()), Some(reason)),
        }
        Ok(Vec::new())
    }

    async fn answer(self, _: &Tx, _: &Authorized<Calendars>) -> Result<Self, Problem> {
        Ok(self)
    }
}
