//! Documents: what belongs to a record and is read only together with it.

use std::io::Write;
use std::sync::OnceLock;

use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::pg::{Pg, PgValue};
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::Json;
use serde::de::DeserializeOwned;
use serde::ser::Error;
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

use crate::http::problem::Problem;

/// A `T` as JSON text. It is taken apart only where it is needed and passes unread through lists and answers.
#[derive(Debug, AsExpression, FromSqlRow)]
#[diesel(sql_type = Json)]
pub struct Document<T> {
    text: String,
    /// What the text says, once somebody has asked.
    value: OnceLock<Box<T>>,
}

impl<T> Clone for Document<T> {
    fn clone(&self) -> Self {
        Self { text: self.text.clone(), value: OnceLock::new() }
    }
}

impl<T> PartialEq for Document<T> {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl<T: Serialize + DeserializeOwned> Document<T> {
    pub fn of(value: &T) -> Result<Self, Problem> {
        let text = serde_json::to_string(value).map_err(Problem::internal)?;
        Ok(Self { text, value: OnceLock::new() })
    }

    /// What it says, taken apart once.
    pub fn get(&self) -> Result<&T, Problem> {
        if let Some(value) = self.value.get() {
            return Ok(value);
        }
        let value = serde_json::from_str(&self.text).map_err(Problem::internal)?;
        Ok(self.value.get_or_init(|| Box::new(value)))
    }
}

impl<T> Document<T> {
    /// Leaves it out of an answer.
    pub fn leave_out(&mut self) {
        (self.text, self.value) = (String::new(), OnceLock::new());
    }

    pub fn is_left_out(&self) -> bool {
        self.text.is_empty()
    }
}

impl<T> Serialize for Document<T> {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        serde_json::from_str::<&RawValue>(&self.text).map_err(S::Error::custom)?.serialize(out)
    }
}

impl<T: std::fmt::Debug> ToSql<Json, Pg> for Document<T> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        out.write_all(self.text.as_bytes())?;
        Ok(IsNull::No)
    }
}

impl<T> FromSql<Json, Pg> for Document<T> {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        Ok(Self { text: std::str::from_utf8(value.as_bytes())?.to_owned(), value: OnceLock::new() })
    }
}
