//! Party-building grid units: what they are and what they were.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::access::code::JurisdictionCode;
use crate::access::permissions::Action;
use crate::access::permissions::resource::GridUnits;
use crate::access::privacy::masked_optional_phone;
use crate::access::scope::Authorized;
use crate::changes::kinds::RecordType;
use crate::changes::lifecycle::{Lifecycle, Step, next_actions};
use crate::changes::record::FeedRecord;
use crate::changes::taken_steps::TakenSteps;
use crate::db::schema::{grid_unit_periods, grid_units};
use crate::db::text_enum::text_enum;
use crate::http::json::{clearable, replace};
use crate::http::openapi::page;

text_enum! {
    /// Where a grid unit stands.
    pub enum GridUnitStatus {
        /// Waiting for the street's approval.
        Proposed = "proposed",
        Active = "active",
        Rejected = "rejected",
        /// It went into another unit.
        Merged = "merged",
        Retired = "retired",
    }
}

/// What never changes of a grid unit, and where it went.
#[derive(Clone, Debug, PartialEq, Queryable, Selectable, Insertable, AsChangeset, Serialize, ToSchema)]
#[diesel(table_name = grid_units, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct GridUnitIdentity {
    pub id: Uuid,
    /// Its code: the community's and three digits more.
    pub jurisdiction: JurisdictionCode,
    /// The unit into which it was merged.
    #[schema(required)]
    pub successor_id: Option<Uuid>,
    /// Grows by one with every change.
    pub version: i64,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    #[serde(skip)]
    pub created_by: String,
    #[serde(skip)]
    pub taken_steps: TakenSteps,
}

/// What a grid unit is from one day until before another.
#[derive(Clone, Debug, PartialEq, Queryable, Selectable, Insertable, AsChangeset, Serialize, ToSchema)]
#[diesel(table_name = grid_unit_periods, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct GridUnitPeriod {
    #[serde(skip)]
    pub grid_unit_id: Uuid,
    /// The first day on which it was so.
    pub valid_from: NaiveDate,
    /// The first day on which it was different; null while it is so.
    #[schema(required)]
    pub valid_until: Option<NaiveDate>,
    pub status: GridUnitStatus,
    #[schema(max_length = 100)]
    pub name: String,
    /// Who leads its party work.
    #[schema(max_length = 100, required)]
    pub lead_name: Option<String>,
    /// Masked but for the first three and the last four digits.
    #[schema(max_length = 20, required)]
    #[serde(serialize_with = "masked_optional_phone")]
    pub lead_phone: Option<String>,
    /// The grid worker.
    #[schema(max_length = 100, required)]
    pub worker_name: Option<String>,
    /// Masked but for the first three and the last four digits.
    #[schema(max_length = 20, required)]
    #[serde(serialize_with = "masked_optional_phone")]
    pub worker_phone: Option<String>,
    /// Its party group.
    #[schema(max_length = 100, required)]
    pub party_group: Option<String>,
    pub households: i32,
    /// How many party members it counts.
    #[schema(required)]
    pub party_members: Option<i32>,
    /// Whether the grid worker does nothing else.
    #[schema(required)]
    pub worker_full_time: Option<bool>,
    /// Why it became so.
    #[schema(max_length = 1000, required)]
    pub reason: Option<String>,
}

/// A grid unit as it was on a day.
#[derive(Clone, Debug, PartialEq, Queryable, Selectable, Serialize, ToSchema)]
pub struct GridUnitFields {
    #[serde(flatten)]
    #[diesel(embed)]
    pub identity: GridUnitIdentity,
    #[serde(flatten)]
    #[diesel(embed)]
    pub period: GridUnitPeriod,
}

impl FeedRecord for GridUnitFields {
    const KIND: RecordType = RecordType::GridUnit;

    fn key(&self) -> String {
        self.identity.id.to_string()
    }

    fn jurisdiction(&self) -> JurisdictionCode {
        self.identity.jurisdiction
    }

    fn version(&self) -> i64 {
        self.identity.version
    }

    fn advance(&mut self, now: DateTime<Utc>) {
        (self.identity.version, self.identity.updated_at) = (self.identity.version + 1, now);
    }
}

impl Lifecycle for GridUnitFields {
    type Status = GridUnitStatus;
    const ACTIONS: &'static [Step<GridUnitStatus>] = {
        use GridUnitStatus::*;
        &[
            (Action::Adjust, &[Proposed, Active], None),
            (Action::Approve, &[Proposed], Some(Active)),
            (Action::Reject, &[Proposed], Some(Rejected)),
            (Action::Merge, &[Active], Some(Merged)),
            (Action::Retire, &[Active], Some(Retired)),
        ]
    };
    const SECOND_PERSON: &'static [(Action, Action)] = &[(Action::Approve, Action::Create)];

    fn status(&self) -> GridUnitStatus {
        self.period.status
    }

    fn set_status(&mut self, status: Self::Status) {
        self.period.status = status;
    }

    fn taken_steps(&self) -> Option<&TakenSteps> {
        Some(&self.identity.taken_steps)
    }
}

/// A grid unit as a caller sees it.
#[derive(Serialize, ToSchema)]
pub struct GridUnit {
    #[serde(flatten)]
    pub fields: GridUnitFields,
    /// What the caller may do to it now; empty for what it was on an earlier day.
    #[schema(max_items = 20, max_length = 50)]
    pub next_actions: Vec<&'static str>,
}

page!(GridUnitPage of GridUnit, "A page of grid units.");
page!(GridUnitPeriodPage of GridUnitPeriod, "A page of the history of a grid unit.");

/// A grid unit to be proposed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "community": "370202001001", "name": "第一网格", "lead_name": "网格长甲", "worker_name": "网格员乙",
    "party_group": "第一党小组", "households": 320
}))]
pub struct NewGridUnit {
    /// A UUID of version 7 made by the client.
    #[schema(nullable = false)]
    pub id: Option<Uuid>,
    pub community: JurisdictionCode,
    /// Its code; the next free one of the community when not given.
    #[schema(nullable = false)]
    pub code: Option<JurisdictionCode>,
    #[schema(min_length = 1, max_length = 100, pattern = "\\S")]
    pub name: String,
    /// Its first day, today or earlier; today when not given.
    #[schema(nullable = false)]
    pub established_on: Option<NaiveDate>,
    #[schema(min_length = 1, max_length = 100, pattern = "\\S")]
    pub lead_name: Option<String>,
    #[schema(min_length = 5, max_length = 20, pattern = "^[+]?[0-9]+([ -][0-9]+)*$")]
    pub lead_phone: Option<String>,
    #[schema(min_length = 1, max_length = 100, pattern = "\\S")]
    pub worker_name: Option<String>,
    #[schema(min_length = 5, max_length = 20, pattern = "^[+]?[0-9]+([ -][0-9]+)*$")]
    pub worker_phone: Option<String>,
    #[schema(min_length = 1, max_length = 100, pattern = "\\S")]
    pub party_group: Option<String>,
    /// 0 where nobody has counted them yet.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 100_000)]
    pub households: i32,
    #[schema(minimum = 0, maximum = 100_000)]
    pub party_members: Option<i32>,
    pub worker_full_time: Option<bool>,
}

/// What is different from a day on. What is not named stays; null clears.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"effective_on": "2026-03-01", "reason": "网格员调整", "worker_name": "网格员丙", "households": 330}))]
pub struct Adjustment {
    /// Today or earlier, but not before the day of the last change.
    pub effective_on: NaiveDate,
    #[schema(min_length = 1, max_length = 1000, pattern = "\\S")]
    pub reason: String,
    #[schema(min_length = 1, max_length = 100, pattern = "\\S", nullable = false)]
    pub name: Option<String>,
    #[serde(default, deserialize_with = "clearable")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 100, pattern = "\\S")]
    pub lead_name: Option<Option<String>>,
    #[serde(default, deserialize_with = "clearable")]
    #[schema(value_type = Option<String>, min_length = 5, max_length = 20, pattern = "^[+]?[0-9]+([ -][0-9]+)*$")]
    pub lead_phone: Option<Option<String>>,
    #[serde(default, deserialize_with = "clearable")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 100, pattern = "\\S")]
    pub worker_name: Option<Option<String>>,
    #[serde(default, deserialize_with = "clearable")]
    #[schema(value_type = Option<String>, min_length = 5, max_length = 20, pattern = "^[+]?[0-9]+([ -][0-9]+)*$")]
    pub worker_phone: Option<Option<String>>,
    #[serde(default, deserialize_with = "clearable")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 100, pattern = "\\S")]
    pub party_group: Option<Option<String>>,
    #[schema(minimum = 0, maximum = 100_000, nullable = false)]
    pub households: Option<i32>,
    #[serde(default, deserialize_with = "clearable")]
    #[schema(value_type = Option<i32>, minimum = 0, maximum = 100_000)]
    pub party_members: Option<Option<i32>>,
    #[serde(default, deserialize_with = "clearable")]
    #[schema(value_type = Option<bool>)]
    pub worker_full_time: Option<Option<bool>>,
}

impl Adjustment {
    /// Puts the given members into the period.
    pub fn apply(self, to: &mut GridUnitPeriod) {
        to.valid_from = self.effective_on;
        to.reason = Some(self.reason);
        replace(&mut to.name, self.name);
        replace(&mut to.lead_name, self.lead_name);
        replace(&mut to.lead_phone, self.lead_phone);
        replace(&mut to.worker_name, self.worker_name);
        replace(&mut to.worker_phone, self.worker_phone);
        replace(&mut to.party_group, self.party_group);
        replace(&mut to.households, self.households);
        replace(&mut to.party_members, self.party_members);
        replace(&mut to.worker_full_time, self.worker_full_time);
    }
}

/// The street's decision.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"reason": "边界清晰，同意设立"}))]
pub struct Decision {
    #[schema(min_length = 1, max_length = 1000, pattern = "\\S")]
    pub reason: String,
}

/// How a unit ends. What is enrolled goes with it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"effective_on": "2026-03-01", "reason": "小区拆迁"}))]
pub struct Retirement {
    /// Today or earlier, but not before the day of the last change.
    pub effective_on: NaiveDate,
    #[schema(min_length = 1, max_length = 1000, pattern = "\\S")]
    pub reason: String,
}

/// How a unit goes into another one, with all that is enrolled and all open work.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "into_id": "019c0000-0000-7000-8000-000000000004", "effective_on": "2026-03-01", "reason": "两网格合并"
}))]
pub struct Merger {
    /// An active unit of the same community.
    pub into_id: Uuid,
    /// Today or earlier, but not before the day of the last change.
    pub effective_on: NaiveDate,
    #[schema(min_length = 1, max_length = 1000, pattern = "\\S")]
    pub reason: String,
}

/// On which day to look.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct OnDay {
    /// As it was on this day; today when not given.
    pub as_of: Option<NaiveDate>,
}

/// Which grid units to list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct GridUnitFilter {
    /// Only this jurisdiction and what lies below it.
    #[param(inline)]
    pub r#in: Option<JurisdictionCode>,
    /// States, separated by commas.
    #[param(inline, style = Form, explode = false, max_items = 5)]
    pub status: Option<Vec<GridUnitStatus>>,
    /// As they were on this day; today when not given.
    pub as_of: Option<NaiveDate>,
}

/// How to reach who leads a grid unit and who works in it.
#[derive(Serialize, ToSchema)]
pub struct DisclosedGridUnit {
    #[schema(max_length = 100, required)]
    pub lead_name: Option<String>,
    #[schema(max_length = 20, required)]
    pub lead_phone: Option<String>,
    #[schema(max_length = 100, required)]
    pub worker_name: Option<String>,
    #[schema(max_length = 20, required)]
    pub worker_phone: Option<String>,
}

impl DisclosedGridUnit {
    pub fn of(period: &GridUnitPeriod) -> Self {
        let GridUnitPeriod { lead_name, lead_phone, worker_name, worker_phone, .. } = period.clone();
        Self { lead_name, lead_phone, worker_name, worker_phone }
    }
}

/// The grid unit as the caller sees it.
pub fn view(scope: &Authorized<GridUnits>, fields: GridUnitFields) -> GridUnit {
    let is_now = fields.period.valid_until.is_none();
    GridUnit { next_actions: if is_now { next_actions(scope, &fields) } else { Vec::new() }, fields }
}
