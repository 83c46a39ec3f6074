//! Duties: what a council or the owners have decided, by whom and by when it is done.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::states::DutyStatus;
use crate::access::code::JurisdictionCode;
use crate::access::permissions::resource::Duties;
use crate::access::scope::Authorized;
use crate::changes::lifecycle::next_actions;
use crate::changes::record::impl_feed_record;
use crate::changes::taken_steps::TakenSteps;
use crate::db::json_value::JsonList;
use crate::db::schema::duties;
use crate::http::openapi::page;
use crate::resources::disputes::deadline::Card;

/// What was done about a duty.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DutyProgress {
    #[schema(max_length = 2000)]
    pub text: String,
    /// What shows it, such as where photographs are kept.
    #[schema(max_items = 5, max_length = 300)]
    pub evidence: Vec<String>,
    /// True where everything is said to be done.
    pub complete: bool,
    pub at: DateTime<Utc>,
}

/// What another seat says to a report that everything is done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DutyReview {
    pub accepted: bool,
    /// The organization whose member reviewed it; null for an officer.
    #[schema(required)]
    pub organization_id: Option<Uuid>,
    #[schema(max_length = 1000)]
    pub note: String,
    pub at: DateTime<Utc>,
}

/// What a council or the owners have decided, by whom and by when it is done.
#[derive(Clone, Debug, PartialEq, Queryable, Selectable, Insertable, AsChangeset, Serialize, ToSchema)]
#[diesel(table_name = duties, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct DutyFields {
    pub id: Uuid,
    /// The community.
    pub jurisdiction: JurisdictionCode,
    #[schema(required)]
    pub estate_id: Option<Uuid>,
    /// The council that decided it; null where the owners did.
    #[schema(required)]
    pub council_id: Option<Uuid>,
    #[schema(required)]
    pub meeting_id: Option<Uuid>,
    /// The item of that meeting's agenda.
    #[schema(required)]
    pub item_id: Option<Uuid>,
    /// The seat of the council that does it.
    #[schema(required)]
    pub position: Option<i16>,
    /// The vote of owners that decided it.
    #[schema(required)]
    pub vote_id: Option<Uuid>,
    /// Who does it, such as whoever held the seat then.
    pub organization_id: Uuid,
    #[schema(max_length = 200)]
    pub title: String,
    #[schema(max_length = 2000)]
    pub task: String,
    /// The day from which working days are counted, which is not counted itself.
    pub starts_on: NaiveDate,
    pub working_days: i32,
    /// Working days that were granted on top.
    #[schema(required)]
    pub extension_days: Option<i32>,
    /// Its last day.
    pub due_on: NaiveDate,
    /// True when that lies in a year whose holidays are not known yet.
    pub provisional: bool,
    pub status: DutyStatus,
    /// How late it is: yellow on the last working day before it is due, red on the first working day after.
    pub card: Card,
    #[schema(value_type = Vec<DutyProgress>, max_items = 100)]
    pub progress: JsonList<DutyProgress>,
    #[schema(value_type = Vec<DutyReview>, max_items = 20)]
    pub reviews: JsonList<DutyReview>,
    /// When it was last said to be done.
    #[schema(required)]
    pub reported_on: Option<NaiveDate>,
    /// Once it is done: whether it was reported in time.
    #[schema(required)]
    pub in_time: Option<bool>,
    /// Why it was extended or cancelled.
    #[schema(max_length = 1000, required)]
    pub reason: Option<String>,
    /// Grows by one with every change.
    pub version: i64,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    /// When a card comes next.
    #[serde(skip)]
    pub next_step_on: Option<NaiveDate>,
    #[serde(skip)]
    pub taken_steps: TakenSteps,
}

impl_feed_record!(DutyFields as Duty);

/// A duty as a caller sees it.
#[derive(Serialize, ToSchema)]
pub struct Duty {
    #[serde(flatten)]
    pub fields: DutyFields,
    /// What the caller may do to it now.
    #[schema(max_items = 20, max_length = 50)]
    pub next_actions: Vec<&'static str>,
}

page!(DutyPage of Duty, "A page of duties.");

/// A duty to be given: of a resolution whose minutes are signed or published to a seat, or of a decision of owners that stands to an
/// organization.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "meeting_id": "019c0000-0000-7000-8000-000000000001", "item_id": "019c0000-0000-7000-8000-000000000002", "position": 3,
    "task": "完成车库照明改造并通过验收", "working_days": 30
}))]
pub struct NewDuty {
    /// A UUID of version 7 made by the client.
    #[schema(nullable = false)]
    pub id: Option<Uuid>,
    /// The meeting; left out where the owners decided it.
    #[schema(nullable = false)]
    pub meeting_id: Option<Uuid>,
    /// An item of the meeting that was adopted.
    #[schema(nullable = false)]
    pub item_id: Option<Uuid>,
    /// The seat that does it.
    #[schema(minimum = 0, maximum = 29, nullable = false)]
    pub position: Option<i16>,
    /// The vote of owners; left out where a council decided it.
    #[schema(nullable = false)]
    pub vote_id: Option<Uuid>,
    /// A topic of the vote that passed and has led to nothing yet.
    #[schema(minimum = 1, maximum = 20, nullable = false)]
    pub topic: Option<i64>,
    /// Who does what the owners decided.
    #[schema(nullable = false)]
    pub organization_id: Option<Uuid>,
    #[schema(min_length = 1, max_length = 2000, pattern = "\\S")]
    pub task: String,
    /// From today, which is not counted.
    #[schema(minimum = 1, maximum = 500)]
    pub working_days: i32,
}

/// What was done.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"text": "已完成二号车库照明更换", "evidence": ["验收单2026-15"], "complete": true}))]
pub struct NewDutyProgress {
    #[schema(min_length = 1, max_length = 2000, pattern = "\\S")]
    pub text: String,
    #[serde(default)]
    #[schema(max_items = 5, min_length = 1, max_length = 300)]
    pub evidence: Vec<String>,
    /// True when everything is done, which another seat or an officer reviews.
    #[serde(default)]
    pub complete: bool,
}

/// Whether it is done.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"accepted": true, "note": "现场查看属实"}))]
pub struct NewDutyReview {
    pub accepted: bool,
    #[schema(min_length = 1, max_length = 1000, pattern = "\\S")]
    pub note: String,
}

/// More time, once, before it is over.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"working_days": 10, "reason": "材料到货延迟"}))]
pub struct DutyExtension {
    #[schema(minimum = 1, maximum = 250)]
    pub working_days: i32,
    #[schema(min_length = 1, max_length = 1000, pattern = "\\S")]
    pub reason: String,
}

/// Which duties to list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct DutyFilter {
    /// Only this jurisdiction and what lies below it.
    #[param(inline)]
    pub r#in: Option<JurisdictionCode>,
    /// States, separated by commas.
    #[param(inline, style = Form, explode = false, max_items = 4)]
    pub status: Option<Vec<DutyStatus>>,
    /// Only those of this council.
    pub council_id: Option<Uuid>,
    /// Only those of this meeting.
    pub meeting_id: Option<Uuid>,
    /// Only those of this vote of owners.
    pub vote_id: Option<Uuid>,
    /// Only those of this estate.
    pub estate_id: Option<Uuid>,
    /// Only those of this organization.
    pub organization_id: Option<Uuid>,
    /// Only those that were done, or whose last day is over; or only the others. What was cancelled before that is neither.
    pub fallen_due: Option<bool>,
    /// Only those that were done in time.
    pub in_time: Option<bool>,
}

/// The duty as the caller sees it.
pub fn view(scope: &Authorized<Duties>, fields: DutyFields) -> Duty {
    Duty { next_actions: next_actions(scope, &fields), fields }
}
