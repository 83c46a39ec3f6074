//! What is taken about courses.

use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::model::{TrainingFields, TrainingStatus, TrainingTopic};
use crate::access::code::{JurisdictionCode, Level};
use crate::http::json::{clearable, replace};
use crate::resources::parties::organizations::model::OrganizationKind;
use crate::resources::reference::policies::model::Citation;
use crate::resources::training::learners::model::LearnerRole;

/// A course to be drafted.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "jurisdiction": "370202", "title": "物业矛盾调解实务", "topic": "negotiation", "hours": 8, "certified": true,
    "certificate_months": 24, "audience_roles": ["mediator"], "audience_levels": ["community"]
}))]
pub struct NewTraining {
    /// A UUID of version 7 made by the client.
    #[schema(nullable = false)]
    pub id: Option<Uuid>,
    /// Who organizes it, for itself and everything below.
    pub jurisdiction: JurisdictionCode,
    #[schema(min_length = 1, max_length = 200, pattern = "\\S")]
    pub title: String,
    pub topic: TrainingTopic,
    #[schema(min_length = 1, max_length = 5000, pattern = "\\S")]
    pub description: Option<String>,
    /// Hours that whoever passes earns.
    #[schema(minimum = 1, maximum = 200)]
    pub hours: i32,
    /// True when being there is not enough to pass.
    #[serde(default)]
    pub examined: bool,
    /// True when whoever passes gets a certificate.
    #[serde(default)]
    pub certified: bool,
    /// How many months a certificate holds; null for good.
    #[schema(minimum = 1, maximum = 240)]
    pub certificate_months: Option<i32>,
    /// As what learners are to be trained; all when not given.
    #[serde(default)]
    #[schema(max_items = 8)]
    pub audience_roles: Vec<LearnerRole>,
    /// The kinds of organizations whose people are meant; all when not given.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub audience_kinds: Vec<OrganizationKind>,
    /// The levels at which learners work; all when not given.
    #[serde(default)]
    #[schema(max_items = 5)]
    pub audience_levels: Vec<Level>,
    #[serde(default)]
    #[schema(max_items = 50)]
    pub citations: Vec<Citation>,
}

/// Changes to a draft (JSON merge patch).
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"hours": 12}))]
pub struct TrainingPatch {
    #[schema(min_length = 1, max_length = 200, pattern = "\\S", nullable = false)]
    pub title: Option<String>,
    #[schema(nullable = false)]
    pub topic: Option<TrainingTopic>,
    #[serde(default, deserialize_with = "clearable")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 5000, pattern = "\\S")]
    pub description: Option<Option<String>>,
    #[schema(minimum = 1, maximum = 200, nullable = false)]
    pub hours: Option<i32>,
    #[schema(nullable = false)]
    pub examined: Option<bool>,
    #[schema(nullable = false)]
    pub certified: Option<bool>,
    #[serde(default, deserialize_with = "clearable")]
    #[schema(value_type = Option<i32>, minimum = 1, maximum = 240)]
    pub certificate_months: Option<Option<i32>>,
    #[schema(max_items = 8, nullable = false)]
    pub audience_roles: Option<Vec<LearnerRole>>,
    #[schema(max_items = 20, nullable = false)]
    pub audience_kinds: Option<Vec<OrganizationKind>>,
    #[schema(max_items = 5, nullable = false)]
    pub audience_levels: Option<Vec<Level>>,
    #[schema(max_items = 50, nullable = false)]
    pub citations: Option<Vec<Citation>>,
}

impl TrainingPatch {
    /// Puts the given members into the record.
    pub fn apply(self, to: &mut TrainingFields) {
        replace(&mut to.title, self.title);
        replace(&mut to.topic, self.topic);
        replace(&mut to.description, self.description);
        replace(&mut to.hours, self.hours);
        replace(&mut to.examined, self.examined);
        replace(&mut to.certified, self.certified);
        replace(&mut to.certificate_months, self.certificate_months);
        replace(&mut to.audience_roles.0, self.audience_roles);
        replace(&mut to.audience_kinds.0, self.audience_kinds);
        replace(&mut to.audience_levels.0, self.audience_levels);
        replace(&mut to.citations.0, self.citations);
    }
}

/// Which courses to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct TrainingFilter {
    /// Only what this jurisdiction itself and those below it organize.
    #[param(inline)]
    pub r#in: Option<JurisdictionCode>,
    /// A part of the title.
    #[param(min_length = 1, max_length = 100)]
    pub q: Option<String>,
    /// Topics, separated by commas.
    #[param(inline, style = Form, explode = false, max_items = 4)]
    pub topic: Option<Vec<TrainingTopic>>,
    /// States, separated by commas.
    #[param(inline, style = Form, explode = false, max_items = 3)]
    pub status: Option<Vec<TrainingStatus>>,
    /// Only what is meant for those who are trained as this, or for all.
    #[param(inline)]
    pub role: Option<LearnerRole>,
    /// Only what teaches this version of the policy library.
    pub policy_id: Option<Uuid>,
}
