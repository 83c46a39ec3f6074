//! Courses: what is taught, to whom, and what it earns.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::access::code::{JurisdictionCode, Level};
use crate::access::permissions::Action;
use crate::access::permissions::resource::Trainings;
use crate::access::scope::Authorized;
use crate::changes::lifecycle::{Lifecycle, Step, next_actions};
use crate::changes::record::impl_feed_record;
use crate::db::json_value::JsonList;
use crate::db::schema::trainings;
use crate::db::text_enum::text_enum;
use crate::http::openapi::page;
use crate::resources::parties::organizations::model::OrganizationKind;
use crate::resources::reference::policies::model::Citation;
use crate::resources::training::learners::model::{LearnerFields, LearnerRole};

text_enum! {
    /// What a course is about.
    pub enum TrainingTopic {
        Policy = "policy",
        Regulation = "regulation",
        /// How to negotiate and to mediate.
        Negotiation = "negotiation",
        Law = "law",
    }
}

text_enum! {
    /// Where a course stands.
    pub enum TrainingStatus {
        Draft = "draft",
        /// Readable and open to enrollment in its jurisdiction and below.
        Published = "published",
        /// No new sessions are held.
        Retired = "retired",
    }
}

/// A course.
#[derive(Clone, Debug, PartialEq, Queryable, Selectable, Insertable, AsChangeset, Serialize, ToSchema)]
#[diesel(table_name = trainings, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct TrainingFields {
    pub id: Uuid,
    /// Who organizes it, for itself and everything below.
    pub jurisdiction: JurisdictionCode,
    #[schema(max_length = 200)]
    pub title: String,
    pub topic: TrainingTopic,
    #[schema(max_length = 5000, required)]
    pub description: Option<String>,
    /// Hours that whoever passes earns.
    pub hours: i32,
    /// True when being there is not enough to pass.
    pub examined: bool,
    /// True when whoever passes gets a certificate.
    pub certified: bool,
    /// How many months a certificate holds; null for good.
    #[schema(required)]
    pub certificate_months: Option<i32>,
    /// As what learners are to be trained; empty for all.
    #[schema(value_type = Vec<LearnerRole>, max_items = 8)]
    pub audience_roles: JsonList<LearnerRole>,
    /// The kinds of organizations whose people are meant; empty for all, also those of none.
    #[schema(value_type = Vec<OrganizationKind>, max_items = 20)]
    pub audience_kinds: JsonList<OrganizationKind>,
    /// The levels at which learners work; empty for all.
    #[schema(value_type = Vec<Level>, max_items = 5)]
    pub audience_levels: JsonList<Level>,
    /// What it teaches of the policy library.
    #[schema(value_type = Vec<Citation>, max_items = 50)]
    pub citations: JsonList<Citation>,
    pub status: TrainingStatus,
    /// Grows by one with every change.
    pub version: i64,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    #[serde(skip)]
    pub created_by: String,
}

impl_feed_record!(TrainingFields as Training);

impl TrainingFields {
    /// True when the course is meant for a learner, who works where it is held or below.
    pub fn is_for(&self, learner: &LearnerFields) -> bool {
        let (roles, kinds, levels) = (&self.audience_roles.0, &self.audience_kinds.0, &self.audience_levels.0);
        self.jurisdiction.contains(&learner.jurisdiction)
            && (roles.is_empty() || learner.roles.0.iter().any(|role| roles.contains(role)))
            && (kinds.is_empty() || learner.organization_kind.is_some_and(|kind| kinds.contains(&kind)))
            && (levels.is_empty() || levels.contains(&learner.jurisdiction.level()))
    }
}

impl Lifecycle for TrainingFields {
    type Status = TrainingStatus;
    const ACTIONS: &'static [Step<TrainingStatus>] = {
        use TrainingStatus::*;
        &[
            (Action::Update, &[Draft], None),
            (Action::Publish, &[Draft], Some(Published)),
            (Action::Retire, &[Published], Some(Retired)),
        ]
    };

    fn status(&self) -> TrainingStatus {
        self.status
    }

    fn set_status(&mut self, status: Self::Status) {
        self.status = status;
    }
}

/// A course as a caller sees it.
#[derive(Serialize, ToSchema)]
pub struct Training {
    #[serde(flatten)]
    pub fields: TrainingFields,
    /// What the caller may do to it now.
    #[schema(max_items = 20, max_length = 50)]
    pub next_actions: Vec<&'static str>,
}

page!(TrainingPage of Training, "A page of courses.");

/// The course as the caller sees it.
pub fn view(scope: &Authorized<Trainings>, fields: TrainingFields) -> Training {
    Training { next_actions: next_actions(scope, &fields), fields }
}
