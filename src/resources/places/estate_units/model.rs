//! Units of estates: what is owned in them, and by whom.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::owners::{DisclosedOwner, ShownOwner, UnitOwner};
use crate::access::code::JurisdictionCode;
use crate::access::permissions::Action;
use crate::access::permissions::resource::EstateUnits;
use crate::access::scope::Authorized;
use crate::changes::lifecycle::{Lifecycle, Step, next_actions};
use crate::changes::record::impl_feed_record;
use crate::db::json_value::JsonList;
use crate::db::schema::estate_units;
use crate::db::text_enum::text_enum;
use crate::http::openapi::page;

text_enum! {
    /// Where the area of a unit is from (SPC on building ownership, article 8).
    pub enum AreaBasis {
        Registered = "registered",
        Surveyed = "surveyed",
        Contract = "contract",
    }
}

text_enum! {
    /// Whether a unit is there.
    pub enum UnitStatus {
        Registered = "registered",
        /// It was put down by mistake, or is no more.
        Voided = "voided",
    }
}

/// A unit of an estate that is owned by itself.
#[derive(Clone, Debug, PartialEq, Queryable, Selectable, Insertable, AsChangeset, Serialize, ToSchema)]
#[diesel(table_name = estate_units, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct EstateUnitFields {
    pub id: Uuid,
    /// The community of its estate.
    pub jurisdiction: JurisdictionCode,
    pub estate_id: Uuid,
    #[schema(max_length = 20)]
    pub building: String,
    /// Empty where the building has only one.
    #[schema(max_length = 20)]
    pub entrance: String,
    #[schema(max_length = 20)]
    pub number: String,
    /// In 0.01 square meters.
    pub area: i64,
    pub area_basis: AreaBasis,
    /// False for what the developer has not sold.
    pub sold: bool,
    /// When it was handed over to whoever bought it.
    #[schema(required)]
    pub delivered_on: Option<NaiveDate>,
    pub status: UnitStatus,
    /// Why its owners changed, or why it was voided.
    #[schema(max_length = 1000, required)]
    pub reason: Option<String>,
    /// Grows by one with every change.
    pub version: i64,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    #[serde(skip)]
    pub owners: JsonList<UnitOwner>,
    #[serde(skip)]
    pub created_by: String,
}

impl_feed_record!(EstateUnitFields as EstateUnit);

impl EstateUnitFields {
    /// By what it is known in its estate.
    pub fn label(&self) -> (&str, &str, &str) {
        (&self.building, &self.entrance, &self.number)
    }
}

impl Lifecycle for EstateUnitFields {
    type Status = UnitStatus;
    const ACTIONS: &'static [Step<UnitStatus>] = {
        use UnitStatus::*;
        &[
            (Action::Update, &[Registered], None),
            (Action::ChangeOwners, &[Registered], None),
            (Action::Void, &[Registered], Some(Voided)),
        ]
    };

    fn status(&self) -> UnitStatus {
        self.status
    }

    fn set_status(&mut self, status: Self::Status) {
        self.status = status;
    }
}

/// A unit as a caller sees it.
#[derive(Serialize, ToSchema)]
pub struct EstateUnit {
    #[serde(flatten)]
    pub fields: EstateUnitFields,
    /// Masked; in full for a purpose at `/disclosure`.
    #[schema(max_items = 50)]
    pub owners: Vec<ShownOwner>,
    /// What the caller may do to it now.
    #[schema(max_items = 20, max_length = 50)]
    pub next_actions: Vec<&'static str>,
}

page!(EstateUnitPage of EstateUnit, "A page of units.");

/// The owners of a unit in full.
#[derive(Debug, Serialize, ToSchema)]
pub struct DisclosedOwners {
    #[schema(max_items = 50)]
    pub owners: Vec<DisclosedOwner>,
}

/// The unit as the caller sees it.
pub fn view(scope: &Authorized<EstateUnits>, fields: EstateUnitFields) -> EstateUnit {
    let owners = fields.owners.0.iter().map(UnitOwner::shown).collect();
    EstateUnit { owners, next_actions: next_actions(scope, &fields), fields }
}

/// Which units to list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct EstateUnitFilter {
    /// Only this jurisdiction and what lies below it.
    #[param(inline)]
    pub r#in: Option<JurisdictionCode>,
    /// Only those of this estate.
    pub estate_id: Option<Uuid>,
    /// Only those of this building.
    #[param(min_length = 1, max_length = 20)]
    pub building: Option<String>,
    /// Only the unit of this number, in any building.
    #[param(min_length = 1, max_length = 20)]
    pub number: Option<String>,
    /// Only those that are there, or only those that were voided.
    #[param(inline)]
    pub status: Option<UnitStatus>,
    /// Only those that are sold, or only those that are not.
    pub sold: Option<bool>,
    /// Only those that were handed over, or only those that were not.
    pub delivered: Option<bool>,
}
