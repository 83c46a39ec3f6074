//! Who did what: append only, refused otherwise by the database itself.

use std::io::Write;

use chrono::{DateTime, Utc};
use diesel::deserialize::FromSqlRow;
use diesel::expression::AsExpression;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::Json;
use serde::Serialize;
use uuid::Uuid;

use crate::access::code::JurisdictionCode;
use crate::db::schema::audit_entries;
use crate::http::problem::Problem;

/// JSON text that was serialized once and is stored as it is.
#[derive(Clone, Debug, AsExpression, FromSqlRow)]
#[diesel(sql_type = Json)]
pub struct JsonText(pub String);

impl JsonText {
    pub fn of(record: &impl Serialize) -> Result<Self, Problem> {
        serde_json::to_string(record).map(Self).map_err(Problem::internal)
    }
}

impl ToSql<Json, Pg> for JsonText {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        out.write_all(self.0.as_bytes())?;
        Ok(IsNull::No)
    }
}

/// One audited write.
#[derive(Insertable)]
#[diesel(table_name = audit_entries, treat_none_as_default_value = false)]
pub struct AuditEntry<'a> {
    pub id: Uuid,
    pub at: DateTime<Utc>,
    pub caller: &'a str,
    pub client_id: Option<&'a str>,
    pub role: &'a str,
    pub action: String,
    pub kind: &'a str,
    pub record_id: &'a str,
    pub jurisdiction: JurisdictionCode,
    pub request_id: Uuid,
    pub before: Option<&'a JsonText>,
    pub after: Option<&'a JsonText>,
}
