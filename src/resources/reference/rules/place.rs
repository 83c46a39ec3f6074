//! What time is counted by at a place: its rules and its working days.

use chrono::NaiveDate;
use diesel::QueryResult;
use diesel_async::AsyncPgConnection;
use futures_util::try_join;

use super::model::EffectiveRule;
use super::names::RuleName;
use super::store;
use crate::access::code::JurisdictionCode;
use crate::calendar::term::{LastDay, Term};
use crate::calendar::working::WorkCalendar;
use crate::resources::reference::calendars::store as calendars;

/// The rules and the working days of a place on a day.
#[derive(Default)]
pub struct PlaceRules {
    pub rules: Vec<EffectiveRule>,
    pub calendar: WorkCalendar,
}

impl PlaceRules {
    /// Loads them in one round trip.
    pub async fn at(connection: &AsyncPgConnection, place: JurisdictionCode, on: NaiveDate) -> QueryResult<Self> {
        let known = (store::in_force(connection, place, on), calendars::working_days(connection, place));
        let (rules, calendar) = try_join!(known.0, known.1)?;
        Ok(Self { rules, calendar })
    }

    /// The value of a rule.
    pub fn value(&self, name: RuleName) -> i64 {
        EffectiveRule::value_of(&self.rules, name)
    }

    /// The last day of a term that begins the day after one, of as many days as a rule says.
    pub fn last_day(&self, after: NaiveDate, days: RuleName) -> LastDay {
        LastDay::after(after, self.value(days), &self.calendar)
    }

    /// The last day of a term that begins the day after one, of as many working days as a rule says.
    pub fn last_working_day(&self, after: NaiveDate, days: RuleName) -> NaiveDate {
        let term = Term { starts_on: after, days: self.value(days), pauses: &[] };
        term.last_day(&self.calendar).unwrap_or(after)
    }
}
