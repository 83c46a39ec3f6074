//! What is taken about learners.

use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::model::{LearnerFields, LearnerRole, LearnerStatus};
use crate::access::code::JurisdictionCode;
use crate::http::json::{clearable, replace};

/// A learner to be registered.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "jurisdiction": "370202001001", "name": "学员甲", "phone": "13800000000", "roles": ["grid_worker", "party_member"]
}))]
pub struct NewLearner {
    /// A UUID of version 7 made by the client.
    #[schema(nullable = false)]
    pub id: Option<Uuid>,
    /// Where the learner works.
    pub jurisdiction: JurisdictionCode,
    /// Issuer and subject of the learner's tokens, as `<issuer>|<sub>`.
    #[schema(min_length = 1, max_length = 1000, pattern = "\\S")]
    pub subject: Option<String>,
    #[schema(min_length = 1, max_length = 100, pattern = "\\S")]
    pub name: String,
    #[schema(min_length = 5, max_length = 20, pattern = "^[+]?[0-9]+([ -][0-9]+)*$")]
    pub phone: Option<String>,
    /// Mediators are registered at `/v1/mediators`.
    #[schema(min_items = 1, max_items = 8)]
    pub roles: Vec<LearnerRole>,
    pub organization_id: Option<Uuid>,
}

/// Changes to a learner (JSON merge patch).
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"roles": ["party_secretary"]}))]
pub struct LearnerPatch {
    #[schema(nullable = false)]
    pub jurisdiction: Option<JurisdictionCode>,
    #[serde(default, deserialize_with = "clearable")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 1000, pattern = "\\S")]
    pub subject: Option<Option<String>>,
    #[schema(min_length = 1, max_length = 100, pattern = "\\S", nullable = false)]
    pub name: Option<String>,
    #[serde(default, deserialize_with = "clearable")]
    #[schema(value_type = Option<String>, min_length = 5, max_length = 20, pattern = "^[+]?[0-9]+([ -][0-9]+)*$")]
    pub phone: Option<Option<String>>,
    #[schema(min_items = 1, max_items = 8, nullable = false)]
    pub roles: Option<Vec<LearnerRole>>,
    #[serde(default, deserialize_with = "clearable")]
    #[schema(value_type = Option<Uuid>)]
    pub organization_id: Option<Option<Uuid>>,
}

impl LearnerPatch {
    /// Puts the given members into the record.
    pub fn apply(self, to: &mut LearnerFields) {
        replace(&mut to.jurisdiction, self.jurisdiction);
        if let Some(subject) = self.subject {
            to.link(subject);
        }
        replace(&mut to.name, self.name);
        replace(&mut to.phone, self.phone);
        replace(&mut to.roles.0, self.roles);
        replace(&mut to.organization_id, self.organization_id);
    }
}

/// When a learner left.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"left_on": "2026-03-01"}))]
pub struct LearnerLeaving {
    pub left_on: NaiveDate,
}

/// Which learners to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct LearnerFilter {
    /// Only this jurisdiction and what lies below it.
    #[param(inline)]
    pub r#in: Option<JurisdictionCode>,
    /// States, separated by commas.
    #[param(inline, style = Form, explode = false, max_items = 3)]
    pub status: Option<Vec<LearnerStatus>>,
    /// Only those with this role.
    #[param(inline)]
    pub role: Option<LearnerRole>,
    /// Only those of this organization.
    pub organization_id: Option<Uuid>,
    /// Only those who lack hours in this year; `balance` tells of it.
    #[param(minimum = 2000, maximum = 2200)]
    pub short_in: Option<i32>,
    /// Only those who lack no hours in this year; `balance` tells of it.
    #[param(minimum = 2000, maximum = 2200)]
    pub complete_in: Option<i32>,
    /// Only those who earned hours in this year; `balance` tells of it.
    #[param(minimum = 2000, maximum = 2200)]
    pub trained_in: Option<i32>,
}

impl LearnerFilter {
    /// The year of which `balance` tells, when one is asked for.
    pub fn year(&self) -> Option<i32> {
        self.short_in.or(self.complete_in).or(self.trained_in)
    }
}
