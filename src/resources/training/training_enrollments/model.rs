//! Who takes part in a session of a course, and what came of it.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::states::{TrainingEnrollmentStatus, session_refuses};
use crate::access::code::{JurisdictionCode, Level};
use crate::access::permissions::resource::TrainingEnrollments as Enrollments;
use crate::access::privacy::hidden_name;
use crate::access::scope::Authorized;
use crate::changes::lifecycle::next_actions_if;
use crate::changes::record::impl_feed_record;
use crate::db::json_value::JsonList;
use crate::db::schema::training_enrollments;
use crate::http::openapi::page;
use crate::resources::training::training_sessions::times::SessionTimes;

/// A result that was changed afterwards.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Correction {
    pub at: DateTime<Utc>,
    pub from: TrainingEnrollmentStatus,
    pub to: TrainingEnrollmentStatus,
    #[schema(max_length = 1000)]
    pub reason: String,
}

/// A learner in a session of a course.
#[derive(Clone, Debug, PartialEq, Queryable, Selectable, Insertable, AsChangeset, Serialize, ToSchema)]
#[diesel(table_name = training_enrollments, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct TrainingEnrollmentFields {
    pub id: Uuid,
    /// Where the learner worked then.
    pub jurisdiction: JurisdictionCode,
    pub session_id: Uuid,
    pub training_id: Uuid,
    pub learner_id: Uuid,
    /// Masked but for the first character.
    #[schema(max_length = 100)]
    #[serde(serialize_with = "hidden_name")]
    pub learner_name: String,
    /// True when somebody above obliged the learner.
    pub mandatory: bool,
    pub status: TrainingEnrollmentStatus,
    #[schema(required)]
    pub checked_in_at: Option<DateTime<Utc>>,
    #[schema(required)]
    pub checked_out_at: Option<DateTime<Utc>>,
    /// How many minutes of the session the learner was there.
    #[schema(required)]
    pub presence_minutes: Option<i32>,
    /// The points of the examination, of 100.
    #[schema(required)]
    pub score: Option<i32>,
    /// Hours that it earned.
    pub hours: i32,
    /// Why the learner was excused, or why it was cancelled.
    #[schema(max_length = 1000, required)]
    pub reason: Option<String>,
    #[schema(value_type = Vec<Correction>, max_items = 100)]
    pub corrections: JsonList<Correction>,
    /// Since when the result follows from how the session ended.
    #[schema(required)]
    pub settled_at: Option<DateTime<Utc>>,
    /// Grows by one with every change.
    pub version: i64,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    /// The level that obliged the learner.
    #[schema(required)]
    pub obliged_by: Option<Level>,
    #[serde(skip)]
    pub subject: Option<String>,
    /// Every subject that was ever the learner's.
    #[serde(skip)]
    pub linked_subjects: JsonList<String>,
    /// True while it is open what the end of the enrollment means for certificates.
    #[serde(skip)]
    pub certificate_due: bool,
    #[serde(skip)]
    pub created_by: String,
}

impl_feed_record!(TrainingEnrollmentFields as TrainingEnrollment);

/// A learner in a session of a course, as a caller sees it.
#[derive(Serialize, ToSchema)]
pub struct TrainingEnrollment {
    #[serde(flatten)]
    pub fields: TrainingEnrollmentFields,
    /// What the caller may do to it now.
    #[schema(max_items = 20, max_length = 50)]
    pub next_actions: Vec<&'static str>,
}

page!(TrainingEnrollmentPage of TrainingEnrollment, "A page of enrollments.");

/// What came of many enrollments.
#[derive(Serialize, ToSchema)]
pub struct TrainingEnrollments {
    pub confirmed: usize,
    pub waitlisted: usize,
    /// Learners who were enrolled already.
    pub unchanged: usize,
    /// What is new, in the order in which it was asked for.
    #[schema(max_items = 500)]
    pub items: Vec<TrainingEnrollment>,
}

/// The enrollment as the caller sees it, of a session at these times.
pub fn view(scope: &Authorized<Enrollments>, fields: TrainingEnrollmentFields, session: &SessionTimes) -> TrainingEnrollment {
    let next_actions = next_actions_if(scope, &fields, |action| session_refuses(action, session, scope).is_none());
    TrainingEnrollment { next_actions, fields }
}
