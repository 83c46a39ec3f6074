//! Hours of training, year by year.

use std::collections::BTreeMap;

use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::pg::{Pg, PgValue};
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::Jsonb;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value;
use utoipa::ToSchema;

/// Hours of training in a year.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct YearHours {
    pub year: i32,
    pub hours: i32,
}

/// Hours by year: a list for readers, an object in the database, where figures look years up.
#[derive(Clone, Debug, Default, PartialEq, AsExpression, FromSqlRow)]
#[diesel(sql_type = Jsonb)]
pub struct Hours(BTreeMap<i32, i32>);

impl Hours {
    pub fn of(&self, year: i32) -> i32 {
        self.0.get(&year).copied().unwrap_or_default()
    }

    /// Adds what somebody else has earned, year by year.
    pub fn add_all(&mut self, other: &Self) {
        other.0.iter().for_each(|(year, hours)| self.add(*year, *hours));
    }

    /// Adds hours to a year, or takes some away.
    pub fn add(&mut self, year: i32, hours: i32) {
        let total = self.0.entry(year).or_default();
        *total = (*total + hours).max(0);
    }
}

impl Serialize for Hours {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.collect_seq(self.0.iter().map(|(year, hours)| YearHours { year: *year, hours: *hours }))
    }
}

impl ToSql<Jsonb, Pg> for Hours {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        <Value as ToSql<Jsonb, Pg>>::to_sql(&serde_json::to_value(&self.0)?, &mut out.reborrow())
    }
}

impl FromSql<Jsonb, Pg> for Hours {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        Ok(Self(serde_json::from_value(<Value as FromSql<Jsonb, Pg>>::from_sql(value)?)?))
    }
}
