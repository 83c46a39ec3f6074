//! A meeting of a course.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::states::TrainingSessionStatus;
use crate::access::code::JurisdictionCode;
use crate::access::permissions::resource::TrainingSessions;
use crate::access::scope::Authorized;
use crate::changes::lifecycle::next_actions;
use crate::changes::record::impl_feed_record;
use crate::db::schema::training_sessions;
use crate::http::openapi::page;

/// A meeting of a course. Who has a seat is no part of its versions.
#[derive(Clone, Debug, PartialEq, Queryable, Selectable, Insertable, AsChangeset, Serialize, ToSchema)]
#[diesel(table_name = training_sessions, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct TrainingSessionFields {
    pub id: Uuid,
    /// Who organizes it, for itself and everything below.
    pub jurisdiction: JurisdictionCode,
    pub training_id: Uuid,
    /// The title of the course.
    #[schema(max_length = 200)]
    pub title: String,
    /// The series with which it was scheduled.
    #[schema(required)]
    pub series_id: Option<Uuid>,
    /// The rule of that series (RFC 5545).
    #[schema(max_length = 200, required)]
    pub recurrence: Option<String>,
    pub status: TrainingSessionStatus,
    pub starts_at: DateTime<Utc>,
    pub ends_at: DateTime<Utc>,
    #[schema(max_length = 200)]
    pub place: String,
    #[schema(max_length = 100, required)]
    pub teacher: Option<String>,
    /// How many seats there are.
    pub capacity: i32,
    pub check_in_opens_at: DateTime<Utc>,
    pub check_in_closes_at: DateTime<Utc>,
    /// Why it was called off.
    #[schema(max_length = 1000, required)]
    pub reason: Option<String>,
    /// Grows by one with every change.
    pub version: i64,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    #[serde(skip)]
    pub confirmed_count: i32,
    #[serde(skip)]
    pub waiting_count: i32,
    /// True when everybody's result follows from how the session ended.
    #[serde(skip)]
    pub settled: bool,
    #[serde(skip)]
    pub created_by: String,
}

impl_feed_record!(TrainingSessionFields as TrainingSession);

/// Who has a seat, and who waits for one.
#[derive(Serialize, ToSchema)]
pub struct Seats {
    pub confirmed: i32,
    pub waiting: i32,
}

/// A meeting of a course as a caller sees it.
#[derive(Serialize, ToSchema)]
pub struct TrainingSession {
    #[serde(flatten)]
    pub fields: TrainingSessionFields,
    /// As it is now, which no version tells.
    pub seats: Seats,
    /// What the caller may do to it now.
    #[schema(max_items = 20, max_length = 50)]
    pub next_actions: Vec<&'static str>,
}

page!(TrainingSessionPage of TrainingSession, "A page of sessions of courses.");

/// The sessions of a new series.
#[derive(Serialize, ToSchema)]
pub struct TrainingSeries {
    pub series_id: Uuid,
    #[schema(max_items = 100)]
    pub items: Vec<TrainingSession>,
}

/// The code with which learners check in and out.
#[derive(Serialize, ToSchema)]
pub struct CheckInCode {
    #[schema(max_length = 8)]
    pub code: String,
    /// From then on another code is shown; this one is taken for a minute more.
    pub next_at: DateTime<Utc>,
}

/// The session as the caller sees it.
pub fn view(scope: &Authorized<TrainingSessions>, fields: TrainingSessionFields) -> TrainingSession {
    let seats = Seats { confirmed: fields.confirmed_count, waiting: fields.waiting_count };
    TrainingSession { next_actions: next_actions(scope, &fields), seats, fields }
}
