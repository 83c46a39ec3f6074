//! Merges of learners.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::access::code::JurisdictionCode;
use crate::changes::record::impl_feed_record;
use crate::db::schema::learner_merges;
use crate::http::openapi::page;

/// Two entries that became one.
#[derive(Clone, Debug, PartialEq, Queryable, Selectable, Insertable, Serialize, ToSchema)]
#[diesel(table_name = learner_merges, treat_none_as_default_value = false)]
pub struct LearnerMerge {
    pub id: Uuid,
    /// Where the entry that stays works.
    pub jurisdiction: JurisdictionCode,
    /// The entry that stays.
    pub into_id: Uuid,
    /// The entry that is one with it now.
    pub learner_id: Uuid,
    #[schema(max_length = 1000)]
    pub reason: String,
    /// How many enrollments and certificates went over.
    pub enrollment_count: i32,
    pub certificate_count: i32,
    pub version: i64,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    #[serde(skip)]
    pub created_by: String,
}

impl_feed_record!(LearnerMerge as LearnerMerge);
page!(LearnerMergePage of LearnerMerge, "A page of merges of learners.");

/// Two entries to be merged.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "into_id": "019c0000-0000-7000-8000-000000000010", "learner_id": "019c0000-0000-7000-8000-000000000011",
    "reason": "同一人重复登记"
}))]
pub struct NewLearnerMerge {
    /// A UUID of version 7 made by the client.
    #[schema(nullable = false)]
    pub id: Option<Uuid>,
    /// The entry that stays.
    pub into_id: Uuid,
    /// The entry that becomes one with it.
    pub learner_id: Uuid,
    #[schema(min_length = 1, max_length = 1000, pattern = "\\S")]
    pub reason: String,
}

/// Which merges to list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct LearnerMergeFilter {
    /// Only this jurisdiction and what lies below it.
    #[param(inline)]
    pub r#in: Option<JurisdictionCode>,
    /// Only those into this entry.
    pub into_id: Option<Uuid>,
}
