//! Which organizations and estates belong to a grid unit, and since when.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::access::code::JurisdictionCode;
use crate::access::permissions::Action;
use crate::access::permissions::resource::GridEnrollments;
use crate::access::scope::Authorized;
use crate::changes::lifecycle::{Lifecycle, Step, next_actions};
use crate::changes::record::impl_feed_record;
use crate::db::schema::grid_enrollments;
use crate::db::text_enum::text_enum;
use crate::http::openapi::page;

text_enum! {
    /// Whether what was invited belongs to the grid unit.
    pub enum EnrollmentStatus {
        Invited = "invited",
        Joined = "joined",
        Left = "left",
    }
}

/// The enrollment of an organization or an estate in a grid unit.
#[derive(Clone, Debug, PartialEq, Queryable, Selectable, Insertable, AsChangeset, Serialize, ToSchema)]
#[diesel(table_name = grid_enrollments, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct GridEnrollmentFields {
    pub id: Uuid,
    /// The grid unit's code.
    pub jurisdiction: JurisdictionCode,
    /// Either this or `estate_id`.
    #[schema(required)]
    pub organization_id: Option<Uuid>,
    /// An estate is in one grid unit at a time.
    #[schema(required)]
    pub estate_id: Option<Uuid>,
    pub status: EnrollmentStatus,
    pub invited_on: NaiveDate,
    /// The first day on which it belongs to the unit.
    #[schema(required)]
    pub joined_on: Option<NaiveDate>,
    /// The first day on which it no longer does.
    #[schema(required)]
    pub left_on: Option<NaiveDate>,
    /// Why it left, or would not join.
    #[schema(max_length = 1000, required)]
    pub reason: Option<String>,
    /// Grows by one with every change.
    pub version: i64,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    #[serde(skip)]
    pub created_by: String,
}

impl_feed_record!(GridEnrollmentFields as GridEnrollment);

impl Lifecycle for GridEnrollmentFields {
    type Status = EnrollmentStatus;
    const ACTIONS: &'static [Step<EnrollmentStatus>] = &[
        (Action::Join, &[EnrollmentStatus::Invited], Some(EnrollmentStatus::Joined)),
        (Action::Leave, &[EnrollmentStatus::Invited, EnrollmentStatus::Joined], Some(EnrollmentStatus::Left)),
    ];

    fn status(&self) -> EnrollmentStatus {
        self.status
    }

    fn set_status(&mut self, status: Self::Status) {
        self.status = status;
    }
}

/// An enrollment as a caller sees it.
#[derive(Serialize, ToSchema)]
pub struct GridEnrollment {
    #[serde(flatten)]
    pub fields: GridEnrollmentFields,
    /// What the caller may do to it now.
    #[schema(max_items = 20, max_length = 50)]
    pub next_actions: Vec<&'static str>,
}

page!(GridEnrollmentPage of GridEnrollment, "A page of enrollments.");

/// An invitation into a grid unit.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "jurisdiction": "370202001001001", "organization_id": "019c0000-0000-7000-8000-000000000002", "invited_on": "2026-03-01"
}))]
pub struct NewGridEnrollment {
    /// A UUID of version 7 made by the client.
    #[schema(nullable = false)]
    pub id: Option<Uuid>,
    /// The grid unit's code.
    pub jurisdiction: JurisdictionCode,
    /// Either this or `estate_id`.
    #[schema(nullable = false)]
    pub organization_id: Option<Uuid>,
    /// Either this or `organization_id`.
    #[schema(nullable = false)]
    pub estate_id: Option<Uuid>,
    /// Today or earlier.
    pub invited_on: NaiveDate,
}

/// When it joined.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"joined_on": "2026-03-01"}))]
pub struct Joining {
    /// The first day, today or earlier.
    pub joined_on: NaiveDate,
}

/// When and why it left.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"left_on": "2026-09-01", "reason": "网格调整"}))]
pub struct Leaving {
    /// The first day on which it no longer belongs to the unit, today or earlier.
    pub left_on: NaiveDate,
    #[schema(min_length = 1, max_length = 1000, pattern = "\\S")]
    pub reason: String,
}

/// Which enrollments to list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct GridEnrollmentFilter {
    /// Only this jurisdiction, such as one grid unit, and what lies below it.
    #[param(inline)]
    pub r#in: Option<JurisdictionCode>,
    /// States, separated by commas.
    #[param(inline, style = Form, explode = false, max_items = 3)]
    pub status: Option<Vec<EnrollmentStatus>>,
    /// Only those of this organization.
    pub organization_id: Option<Uuid>,
    /// Only those of this estate.
    pub estate_id: Option<Uuid>,
    /// Only what belonged to its unit on this day.
    pub as_of: Option<NaiveDate>,
}

/// The enrollment as the caller sees it.
pub fn view(scope: &Authorized<GridEnrollments>, fields: GridEnrollmentFields) -> GridEnrollment {
    GridEnrollment { next_actions: next_actions(scope, &fields), fields }
}
