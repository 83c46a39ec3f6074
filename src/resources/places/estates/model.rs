//! Residential estates.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::access::code::{JurisdictionCode, Level};
use crate::access::permissions::Action;
use crate::access::permissions::resource::Estates;
use crate::access::scope::Authorized;
use crate::changes::lifecycle::{Lifecycle, Step, next_actions};
use crate::changes::record::impl_feed_record;
use crate::db::schema::estates;
use crate::http::codes;
use crate::http::json::{clearable, replace};
use crate::http::openapi::page;
use crate::http::problem::FieldError;

/// A residential estate.
#[derive(Clone, Debug, PartialEq, Queryable, Selectable, Insertable, AsChangeset, Serialize, ToSchema)]
#[diesel(table_name = estates, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct EstateFields {
    pub id: Uuid,
    /// Its community, or its grid once it joined one.
    pub jurisdiction: JurisdictionCode,
    #[schema(max_length = 100)]
    pub name: String,
    #[schema(max_length = 200, required)]
    pub address: Option<String>,
    /// How many units of property it has.
    pub units: i32,
    /// How many households live there.
    pub households: i32,
    /// In 0.01 square meters.
    pub area: i64,
    /// WGS 84, in degrees.
    #[schema(required)]
    pub longitude: Option<f64>,
    /// WGS 84, in degrees.
    #[schema(required)]
    pub latitude: Option<f64>,
    /// The owners' committee that took office last.
    #[schema(required)]
    pub committee_id: Option<Uuid>,
    /// The last day of that committee's term: from the next day on it has expired.
    #[schema(required)]
    pub committee_ends_on: Option<NaiveDate>,
    /// Grows by one with every change.
    pub version: i64,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    #[serde(skip)]
    pub created_by: String,
}

impl_feed_record!(EstateFields as Estate);

impl Lifecycle for EstateFields {
    /// It has no states.
    type Status = ();
    const ACTIONS: &'static [Step<()>] = &[(Action::Update, &[()], None)];

    fn status(&self) {}
}

/// An estate as a caller sees it.
#[derive(Serialize, ToSchema)]
pub struct Estate {
    #[serde(flatten)]
    pub fields: EstateFields,
    /// What the caller may do to it now.
    #[schema(max_items = 20, max_length = 50)]
    pub next_actions: Vec<&'static str>,
}

page!(EstatePage of Estate, "A page of estates.");

/// An estate to be registered.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "jurisdiction": "370202001001", "name": "示范小区", "address": "示范路1号", "units": 480, "households": 452,
    "area": 4_512_000, "longitude": 120.3826, "latitude": 36.0671
}))]
pub struct NewEstate {
    /// A UUID of version 7 made by the client.
    #[schema(nullable = false)]
    pub id: Option<Uuid>,
    /// The community; a grid unit is joined by an enrollment.
    pub jurisdiction: JurisdictionCode,
    #[schema(min_length = 1, max_length = 100, pattern = "\\S")]
    pub name: String,
    #[schema(max_length = 200)]
    pub address: Option<String>,
    #[schema(minimum = 1, maximum = 100_000)]
    pub units: i32,
    #[schema(minimum = 0, maximum = 100_000)]
    pub households: i32,
    /// In 0.01 square meters.
    #[schema(minimum = 1, maximum = 10_000_000_000_i64)]
    pub area: i64,
    #[schema(minimum = -180, maximum = 180)]
    pub longitude: Option<f64>,
    #[schema(minimum = -90, maximum = 90)]
    pub latitude: Option<f64>,
}

/// Changes to an estate (JSON merge patch).
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"households": 460, "longitude": 120.3827, "latitude": 36.0672}))]
pub struct EstatePatch {
    #[schema(min_length = 1, max_length = 100, pattern = "\\S", nullable = false)]
    pub name: Option<String>,
    #[serde(default, deserialize_with = "clearable")]
    #[schema(value_type = Option<String>, max_length = 200)]
    pub address: Option<Option<String>>,
    #[schema(minimum = 1, maximum = 100_000, nullable = false)]
    pub units: Option<i32>,
    #[schema(minimum = 0, maximum = 100_000, nullable = false)]
    pub households: Option<i32>,
    #[schema(minimum = 1, maximum = 10_000_000_000_i64, nullable = false)]
    pub area: Option<i64>,
    #[serde(default, deserialize_with = "clearable")]
    #[schema(value_type = Option<f64>, minimum = -180, maximum = 180)]
    pub longitude: Option<Option<f64>>,
    #[serde(default, deserialize_with = "clearable")]
    #[schema(value_type = Option<f64>, minimum = -90, maximum = 90)]
    pub latitude: Option<Option<f64>>,
}

impl EstatePatch {
    /// Puts the given members into the record.
    pub fn apply(self, to: &mut EstateFields) {
        replace(&mut to.name, self.name);
        replace(&mut to.address, self.address);
        replace(&mut to.units, self.units);
        replace(&mut to.households, self.households);
        replace(&mut to.area, self.area);
        replace(&mut to.longitude, self.longitude);
        replace(&mut to.latitude, self.latitude);
    }
}

impl EstateFields {
    /// The rules that the schema cannot say.
    pub fn faults(&self) -> Vec<FieldError> {
        let mut errors = Vec::new();
        if !matches!(self.jurisdiction.level(), Level::Community | Level::Grid) {
            errors.push(FieldError::at("/jurisdiction", &codes::WRONG_LEVEL).with("levels", vec!["community", "grid"]));
        }
        if self.longitude.is_some() != self.latitude.is_some() {
            let missing = if self.longitude.is_none() { "/longitude" } else { "/latitude" };
            errors.push(FieldError::at(missing, &codes::REQUIRED));
        }
        errors
    }
}

/// Which estates to list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct EstateFilter {
    /// Only this jurisdiction and what lies below it.
    #[param(inline)]
    pub r#in: Option<JurisdictionCode>,
    /// Part of the name.
    #[param(min_length = 1, max_length = 100)]
    pub q: Option<String>,
    /// Whether an owners' committee is in office today.
    pub committee_in_office: Option<bool>,
}

/// What the directory tells of an estate.
#[derive(Queryable, Selectable, Serialize, ToSchema)]
#[diesel(table_name = estates)]
pub struct DirectoryEstate {
    pub id: Uuid,
    /// Its community, or its grid once it joined one.
    pub jurisdiction: JurisdictionCode,
    #[schema(max_length = 100)]
    pub name: String,
    #[schema(max_length = 200, required)]
    pub address: Option<String>,
    #[serde(skip)]
    pub updated_at: DateTime<Utc>,
}

page!(DirectoryEstatePage of DirectoryEstate, "A page of estates that can be named.");

/// Which estates to look for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct DirectoryEstateFilter {
    /// Only this jurisdiction and what lies below it.
    #[param(inline)]
    pub r#in: Option<JurisdictionCode>,
    /// Part of the name.
    #[param(min_length = 1, max_length = 100)]
    pub q: Option<String>,
}

/// The estate as the caller sees it.
pub fn view(scope: &Authorized<Estates>, fields: EstateFields) -> Estate {
    Estate { next_actions: next_actions(scope, &fields), fields }
}
