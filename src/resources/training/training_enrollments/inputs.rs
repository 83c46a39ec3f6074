//! What is taken about enrollments.

use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::states::{TrainingEnrollmentStatus, TrainingOutcome};
use crate::access::code::JurisdictionCode;

/// An enrollment to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"session_id": "019c0000-0000-7000-8000-000000000010"}))]
pub struct NewTrainingEnrollment {
    /// A UUID of version 7 made by the client.
    #[schema(nullable = false)]
    pub id: Option<Uuid>,
    /// A session that takes learners.
    pub session_id: Uuid,
    /// The caller's own entry in the register when not given.
    pub learner_id: Option<Uuid>,
    /// Obliges the learner, who must work below the officer.
    #[serde(default)]
    pub mandatory: bool,
}

/// Many enrollments in a session.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "session_id": "019c0000-0000-7000-8000-000000000010", "mandatory": true,
    "learner_ids": ["019c0000-0000-7000-8000-000000000011", "019c0000-0000-7000-8000-000000000012"]
}))]
pub struct NewTrainingEnrollments {
    /// A session that takes learners.
    pub session_id: Uuid,
    #[schema(min_items = 1, max_items = 500)]
    pub learner_ids: Vec<Uuid>,
    /// Obliges the learners, who must work below the officer.
    #[serde(default)]
    pub mandatory: bool,
}

/// The code that the session shows.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"code": "7K3M-Q8ZP"}))]
pub struct ShownCode {
    /// Case, spaces and hyphens do not matter.
    #[schema(min_length = 8, max_length = 20)]
    pub code: String,
}

/// How long a learner was there.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"minutes": 240}))]
pub struct Presence {
    #[schema(minimum = 0, maximum = 1440)]
    pub minutes: i32,
}

/// The result of an examination.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"passed": true, "score": 86}))]
pub struct ExaminationResult {
    pub passed: bool,
    /// Points, of 100.
    #[schema(minimum = 0, maximum = 100)]
    pub score: Option<i32>,
}

/// What a result should have been.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"outcome": "passed", "presence_minutes": 460, "reason": "签到设备故障，经核对签到表"}))]
pub struct NewCorrection {
    pub outcome: TrainingOutcome,
    #[schema(minimum = 0, maximum = 1440)]
    pub presence_minutes: Option<i32>,
    #[schema(min_length = 1, max_length = 1000, pattern = "\\S")]
    pub reason: String,
}

/// Which enrollments to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct TrainingEnrollmentFilter {
    /// Only of learners of this jurisdiction and what lies below it.
    #[param(inline)]
    pub r#in: Option<JurisdictionCode>,
    /// States, separated by commas.
    #[param(inline, style = Form, explode = false, max_items = 8)]
    pub status: Option<Vec<TrainingEnrollmentStatus>>,
    /// Only in this session.
    pub session_id: Option<Uuid>,
    /// Only in sessions of this course.
    pub training_id: Option<Uuid>,
    /// Only of this learner.
    pub learner_id: Option<Uuid>,
    /// Only of this organization's learners.
    pub organization_id: Option<Uuid>,
    /// Only of those who were obliged, or only of the others.
    pub mandatory: Option<bool>,
}

/// Whose trainings to show: the caller's own when nothing is given.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct TrainingCalendarParams {
    /// Those of this learner.
    pub learner_id: Option<Uuid>,
    /// Those of this organization's learners.
    pub organization_id: Option<Uuid>,
}
