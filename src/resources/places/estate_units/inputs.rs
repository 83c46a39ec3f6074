//! What is said about units.

use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::model::{AreaBasis, EstateUnitFields};
use super::owners::NewUnitOwner;
use crate::http::json::{clearable, replace};
use crate::http::normal_form::label;

/// A unit to be registered.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "estate_id": "019c0000-0000-7000-8000-000000000001", "building": "3", "entrance": "2", "number": "501", "area": 8956,
    "area_basis": "registered", "sold": true, "delivered_on": "2019-06-30",
    "owners": [{"kind": "person", "name": "王小明", "phone": "13800001234", "share": "1/2"},
        {"kind": "person", "name": "李小红", "share": "1/2"}]
}))]
pub struct NewEstateUnit {
    /// A UUID of version 7 made by the client.
    #[schema(nullable = false)]
    pub id: Option<Uuid>,
    pub estate_id: Uuid,
    #[schema(min_length = 1, max_length = 20, pattern = "\\S")]
    pub building: String,
    /// Empty where the building has only one.
    #[serde(default)]
    #[schema(max_length = 20)]
    pub entrance: String,
    #[schema(min_length = 1, max_length = 20, pattern = "\\S")]
    pub number: String,
    /// In 0.01 square meters.
    #[schema(minimum = 1, maximum = 100_000_000)]
    pub area: i64,
    pub area_basis: AreaBasis,
    /// False for what the developer has not sold; then it has no owners.
    pub sold: bool,
    /// When it was handed over to whoever bought it.
    pub delivered_on: Option<NaiveDate>,
    #[serde(default)]
    #[schema(max_items = 50)]
    pub owners: Vec<NewUnitOwner>,
}

/// Changes to a unit (JSON merge patch). Owners change by `change-owners`.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"area": 9012, "area_basis": "surveyed"}))]
pub struct EstateUnitPatch {
    #[schema(min_length = 1, max_length = 20, pattern = "\\S", nullable = false)]
    pub building: Option<String>,
    #[schema(max_length = 20, nullable = false)]
    pub entrance: Option<String>,
    #[schema(min_length = 1, max_length = 20, pattern = "\\S", nullable = false)]
    pub number: Option<String>,
    #[schema(minimum = 1, maximum = 100_000_000, nullable = false)]
    pub area: Option<i64>,
    #[schema(nullable = false)]
    pub area_basis: Option<AreaBasis>,
    #[serde(default, deserialize_with = "clearable")]
    #[schema(value_type = Option<NaiveDate>)]
    pub delivered_on: Option<Option<NaiveDate>>,
}

impl EstateUnitPatch {
    /// Puts the given members into the record.
    pub fn apply(self, to: &mut EstateUnitFields) {
        replace(&mut to.building, self.building.as_deref().map(label));
        replace(&mut to.entrance, self.entrance.as_deref().map(label));
        replace(&mut to.number, self.number.as_deref().map(label));
        replace(&mut to.area, self.area);
        replace(&mut to.area_basis, self.area_basis);
        replace(&mut to.delivered_on, self.delivered_on);
    }
}

/// Who owns a unit from now on: by a sale, by inheritance, or since it was put down wrongly.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"sold": true, "owners": [{"kind": "person", "name": "赵强", "phone": "13900001234"}], "reason": "二手房过户"}))]
pub struct OwnersChange {
    /// False for what goes back to the developer; then it has no owners.
    pub sold: bool,
    #[schema(max_items = 50)]
    pub owners: Vec<NewUnitOwner>,
    #[schema(min_length = 1, max_length = 1000, pattern = "\\S")]
    pub reason: String,
}
