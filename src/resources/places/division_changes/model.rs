//! Changes of the administrative tree: renamed, merged, split and revoked jurisdictions.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::access::code::JurisdictionCode;
use crate::changes::record::impl_feed_record;
use crate::db::json_list::JsonList;
use crate::db::schema::division_changes;
use crate::db::text_enum::text_enum;
use crate::http::openapi::page;

text_enum! {
    /// What happens to jurisdictions.
    pub enum DivisionChangeKind {
        Rename = "rename",
        Merge = "merge",
        Split = "split",
        Revoke = "revoke",
    }
}

text_enum! {
    /// What a change did to one jurisdiction.
    pub enum DivisionEffect {
        Renamed = "renamed",
        Created = "created",
        Revoked = "revoked",
    }
}

/// What a change did to one jurisdiction.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DivisionStep {
    pub effect: DivisionEffect,
    pub code: JurisdictionCode,
    /// Its name afterwards, or the last one.
    #[schema(max_length = 100)]
    pub name: String,
    /// Its name before.
    #[schema(max_length = 100, required)]
    pub former_name: Option<String>,
    /// Where its open work went.
    #[schema(required)]
    pub successor_code: Option<JurisdictionCode>,
}

/// A change of the administrative tree.
#[derive(Clone, Debug, Queryable, Selectable, Insertable, Serialize, ToSchema)]
#[diesel(table_name = division_changes, treat_none_as_default_value = false)]
pub struct DivisionChange {
    pub id: Uuid,
    /// The jurisdiction above, or the city itself.
    pub jurisdiction: JurisdictionCode,
    pub kind: DivisionChangeKind,
    pub effective_on: NaiveDate,
    #[schema(max_length = 500)]
    pub legal_basis: String,
    /// What it did to each jurisdiction.
    #[schema(value_type = Vec<DivisionStep>, max_items = 100)]
    pub steps: JsonList<DivisionStep>,
    /// How many records it moved.
    pub moved: i64,
    pub version: i64,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    #[serde(skip)]
    pub created_by: String,
}

impl_feed_record!(DivisionChange as DivisionChange);
page!(DivisionChangePage of DivisionChange, "A page of changes of the administrative tree.");

/// A change of the administrative tree to be carried out.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "kind": "merge", "codes": ["370202001001"], "successor": {"code": "370202001002"},
    "effective_on": "2026-03-01", "legal_basis": "区政府关于调整社区设置的批复"
}))]
pub struct NewDivisionChange {
    /// A UUID of version 7 made by the client.
    #[schema(nullable = false)]
    pub id: Option<Uuid>,
    pub kind: DivisionChangeKind,
    /// What is renamed, merged, split or revoked: one, but for merging and revoking.
    #[schema(min_items = 1, max_items = 20)]
    pub codes: Vec<JurisdictionCode>,
    /// The new name, when it is renamed.
    #[schema(min_length = 1, max_length = 100, pattern = "\\S", nullable = false)]
    pub name: Option<String>,
    /// Where open work goes. When merging it may be a new one. When splitting it is one of the parts; without it the
    /// old jurisdiction stays.
    #[schema(nullable = false)]
    pub successor: Option<NewDivision>,
    /// The new jurisdictions of a split.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub parts: Vec<DivisionPart>,
    /// Today or earlier.
    pub effective_on: NaiveDate,
    #[schema(min_length = 1, max_length = 500, pattern = "\\S")]
    pub legal_basis: String,
}

/// A jurisdiction that is there, or one to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewDivision {
    pub code: JurisdictionCode,
    /// Its name, when it is to be made.
    #[schema(min_length = 1, max_length = 100, pattern = "\\S", nullable = false)]
    pub name: Option<String>,
}

/// A new jurisdiction that takes a part of an old one.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DivisionPart {
    pub code: JurisdictionCode,
    #[schema(min_length = 1, max_length = 100, pattern = "\\S")]
    pub name: String,
    /// Estates of the old community that belong to this part.
    #[serde(default)]
    #[schema(max_items = 500)]
    pub estate_ids: Vec<Uuid>,
}

/// Which changes to list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct DivisionChangeFilter {
    /// Only this jurisdiction and what lies below it.
    #[param(inline)]
    pub r#in: Option<JurisdictionCode>,
    /// Kinds, separated by commas.
    #[param(inline, style = Form, explode = false, max_items = 4)]
    pub kind: Option<Vec<DivisionChangeKind>>,
    /// How many to return, 50 when not given.
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<i64>,
    /// `next_cursor` of the page before.
    #[param(max_length = 2000)]
    pub cursor: Option<String>,
}
