//! What is taken about sessions of courses.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::model::TrainingSessionFields;
use super::states::TrainingSessionStatus;
use crate::access::code::JurisdictionCode;
use crate::http::json::{clearable, replace};

/// Where and when a session is held.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "training_id": "019c0000-0000-7000-8000-000000000009", "starts_at": "2026-04-01T09:00:00+08:00",
    "ends_at": "2026-04-01T17:00:00+08:00", "place": "街道党群服务中心", "capacity": 60
}))]
pub struct NewTrainingSession {
    /// A UUID of version 7 made by the client.
    #[schema(nullable = false)]
    pub id: Option<Uuid>,
    /// A published course.
    pub training_id: Uuid,
    pub starts_at: DateTime<Utc>,
    pub ends_at: DateTime<Utc>,
    #[schema(min_length = 1, max_length = 200, pattern = "\\S")]
    pub place: String,
    #[schema(min_length = 1, max_length = 100, pattern = "\\S")]
    pub teacher: Option<String>,
    #[schema(minimum = 1, maximum = 5000)]
    pub capacity: i32,
    /// Half an hour before the beginning when not given.
    pub check_in_opens_at: Option<DateTime<Utc>>,
    /// A quarter of an hour after the beginning when not given.
    pub check_in_closes_at: Option<DateTime<Utc>>,
}

/// Sessions that are held regularly.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "training_id": "019c0000-0000-7000-8000-000000000009", "starts_at": "2026-04-07T09:00:00+08:00",
    "ends_at": "2026-04-07T11:00:00+08:00", "place": "街道党群服务中心", "capacity": 60,
    "recurrence": "FREQ=WEEKLY;BYDAY=TU;COUNT=8"
}))]
pub struct NewTrainingSeries {
    /// A published course.
    pub training_id: Uuid,
    /// When the first one begins, if the rule gives that day.
    pub starts_at: DateTime<Utc>,
    pub ends_at: DateTime<Utc>,
    #[schema(min_length = 1, max_length = 200, pattern = "\\S")]
    pub place: String,
    #[schema(min_length = 1, max_length = 100, pattern = "\\S")]
    pub teacher: Option<String>,
    #[schema(minimum = 1, maximum = 5000)]
    pub capacity: i32,
    /// A recurrence rule of RFC 5545 for days, by the clock of Qingdao, with `UNTIL` in UTC: at most 100 sessions within
    /// two years. Each session is the whole course.
    #[schema(
        max_length = 200,
        pattern = "^FREQ=(DAILY|WEEKLY|MONTHLY|YEARLY)(;(INTERVAL|COUNT|UNTIL|WKST|BYDAY|BYMONTHDAY|BYYEARDAY|BYWEEKNO|BYMONTH|BYSETPOS)=[A-Z0-9,+-]+)*$"
    )]
    pub recurrence: String,
}

/// Changes to a session that is to be held (JSON merge patch).
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"capacity": 80}))]
pub struct TrainingSessionPatch {
    /// The end and check-in move along, unless they are given too.
    #[schema(nullable = false)]
    pub starts_at: Option<DateTime<Utc>>,
    #[schema(nullable = false)]
    pub ends_at: Option<DateTime<Utc>>,
    #[schema(min_length = 1, max_length = 200, pattern = "\\S", nullable = false)]
    pub place: Option<String>,
    #[serde(default, deserialize_with = "clearable")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 100, pattern = "\\S")]
    pub teacher: Option<Option<String>>,
    #[schema(minimum = 1, maximum = 5000, nullable = false)]
    pub capacity: Option<i32>,
    #[schema(nullable = false)]
    pub check_in_opens_at: Option<DateTime<Utc>>,
    #[schema(nullable = false)]
    pub check_in_closes_at: Option<DateTime<Utc>>,
    /// Moves it also onto another session of some of its learners, whose hours then count once.
    #[serde(default)]
    pub despite_learners_elsewhere: bool,
}

impl TrainingSessionPatch {
    /// Puts the given members into the record.
    pub fn apply(self, to: &mut TrainingSessionFields) {
        if let Some(starts_at) = self.starts_at {
            let later = starts_at - to.starts_at;
            (to.check_in_opens_at, to.check_in_closes_at) = (to.check_in_opens_at + later, to.check_in_closes_at + later);
            (to.starts_at, to.ends_at) = (starts_at, to.ends_at + later);
        }
        replace(&mut to.ends_at, self.ends_at);
        replace(&mut to.place, self.place);
        replace(&mut to.teacher, self.teacher);
        replace(&mut to.capacity, self.capacity);
        replace(&mut to.check_in_opens_at, self.check_in_opens_at);
        replace(&mut to.check_in_closes_at, self.check_in_closes_at);
    }
}

/// Which sessions to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct TrainingSessionFilter {
    /// Only what this jurisdiction itself and those below it organize.
    #[param(inline)]
    pub r#in: Option<JurisdictionCode>,
    /// States, separated by commas.
    #[param(inline, style = Form, explode = false, max_items = 5)]
    pub status: Option<Vec<TrainingSessionStatus>>,
    /// Only those of this course.
    pub training_id: Option<Uuid>,
    /// Only those of this series.
    pub series_id: Option<Uuid>,
    /// Only those with a seat for whoever comes next, or only those without.
    pub has_room: Option<bool>,
    /// Only those that begin at this time or later.
    #[serde(rename = "starts_at.gte")]
    pub starts_from: Option<DateTime<Utc>>,
    /// Only those that begin before this time.
    #[serde(rename = "starts_at.lt")]
    pub starts_before: Option<DateTime<Utc>>,
}
