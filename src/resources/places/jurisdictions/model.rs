//! The administrative tree: city, district, street, community and grid.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::access::code::{JurisdictionCode, Level};
use crate::changes::kinds::RecordType;
use crate::changes::record::FeedRecord;
use crate::db::schema::jurisdictions;
use crate::http::openapi::page;

/// A jurisdiction of the administrative tree.
#[derive(Clone, Debug, Queryable, Selectable, Serialize, ToSchema)]
#[diesel(table_name = jurisdictions)]
#[schema(example = json!({
    "code": "370202001001", "level": "community", "name": "武胜关社区居委会", "parent_code": "370202001", "revoked_on": null, "successor_code": null,
    "version": 1, "created_at": "2026-01-05T01:30:00Z", "updated_at": "2026-01-05T01:30:00Z"
}))]
pub struct Jurisdiction {
    pub code: JurisdictionCode,
    pub level: Level,
    /// The official name.
    #[schema(max_length = 100)]
    pub name: String,
    /// The jurisdiction above; null for a province.
    #[schema(required)]
    pub parent_code: Option<JurisdictionCode>,
    /// Since when it no longer exists; its records stay readable.
    #[schema(required)]
    pub revoked_on: Option<NaiveDate>,
    /// Where its open work went when it was revoked.
    #[schema(required)]
    pub successor_code: Option<JurisdictionCode>,
    /// Grows by one with every change.
    pub version: i64,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

impl FeedRecord for Jurisdiction {
    const KIND: RecordType = RecordType::Jurisdiction;

    fn key(&self) -> String {
        self.code.to_string()
    }

    fn jurisdiction(&self) -> JurisdictionCode {
        self.code
    }

    fn version(&self) -> i64 {
        self.version
    }

    fn advance(&mut self, now: DateTime<Utc>) {
        (self.version, self.updated_at) = (self.version + 1, now);
    }
}

page!(JurisdictionPage of Jurisdiction, "A page of jurisdictions.");

/// The jurisdictions from the province down to the one above.
#[derive(Serialize, ToSchema)]
pub struct Ancestors {
    /// From the province downward.
    #[schema(max_items = 6)]
    pub items: Vec<Jurisdiction>,
}

/// Which jurisdictions to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct JurisdictionFilter {
    /// Levels, separated by commas.
    #[param(inline, style = Form, explode = false, max_items = 6)]
    pub level: Option<Vec<Level>>,
    /// Only this jurisdiction and what lies below it.
    #[param(inline)]
    pub r#in: Option<JurisdictionCode>,
    /// Whether it was revoked.
    pub revoked: Option<bool>,
    /// Part of the name.
    #[param(min_length = 1, max_length = 100)]
    pub q: Option<String>,
}
