//! The register of mediators.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::access::code::JurisdictionCode;
use crate::access::permissions::Action;
use crate::access::permissions::resource::Mediators;
use crate::access::privacy::masked_phone;
use crate::access::scope::Authorized;
use crate::changes::lifecycle::{Lifecycle, Step, next_actions};
use crate::changes::record::impl_feed_record;
use crate::db::json_value::JsonList;
use crate::db::schema::mediators;
use crate::db::text_enum::text_enum;
use crate::http::json::{clearable, replace};
use crate::http::openapi::page;

text_enum! {
    /// Women are among the members of every committee.
    pub enum Gender {
        Female = "female",
        Male = "male",
    }
}

text_enum! {
    /// Whether a mediator is there.
    pub enum MediatorStatus {
        Active = "active",
        Left = "left",
    }
}

/// A people's mediator.
#[derive(Clone, Debug, PartialEq, Queryable, Selectable, Insertable, AsChangeset, Serialize, ToSchema)]
#[diesel(table_name = mediators, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct MediatorFields {
    pub id: Uuid,
    /// Where the mediation committee stands.
    pub jurisdiction: JurisdictionCode,
    /// The mediation committee.
    pub organization_id: Uuid,
    #[schema(max_length = 100)]
    pub name: String,
    /// Masked but for the first three and the last four digits.
    #[schema(max_length = 20)]
    #[serde(serialize_with = "masked_phone")]
    pub phone: String,
    pub gender: Gender,
    /// True for a member of the committee, false for a mediator whom it has engaged.
    pub committee_member: bool,
    /// Issuer and subject of the mediator's tokens.
    #[schema(max_length = 1000, required)]
    pub subject: Option<String>,
    #[schema(max_length = 200)]
    pub qualification: String,
    /// Categories of disputes that the mediator knows well.
    #[schema(value_type = Vec<Specialty>, max_items = 20)]
    pub specialties: JsonList<Specialty>,
    /// The mediator's entry in the register of learners, which tells of hours; null for a moment after an upgrade.
    #[schema(required)]
    pub learner_id: Option<Uuid>,
    pub status: MediatorStatus,
    #[schema(required)]
    pub left_on: Option<NaiveDate>,
    /// Grows by one with every change.
    pub version: i64,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    #[serde(skip)]
    pub created_by: String,
    /// Every subject that was ever linked: whoever it is decides nothing about this mediator.
    #[serde(skip)]
    pub linked_subjects: JsonList<String>,
}

impl_feed_record!(MediatorFields as Mediator);

/// A category that a mediator knows well.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(max_length = 100, pattern = "^[a-z][a-z0-9_]*([.][a-z][a-z0-9_]*)*$")]
pub struct Specialty(pub String);

impl MediatorFields {
    /// True for whoever signs in as the mediator, or ever did.
    pub fn is(&self, caller: &str) -> bool {
        self.subject.as_deref() == Some(caller) || self.linked_subjects.0.iter().any(|subject| subject == caller)
    }

    /// True when the mediator knows a category or one above it well.
    pub fn knows(&self, category: &str) -> bool {
        let above = |code: &str| category == code || category.strip_prefix(code).is_some_and(|rest| rest.starts_with('.'));
        self.specialties.0.iter().any(|known| above(&known.0))
    }
}

impl Lifecycle for MediatorFields {
    type Status = MediatorStatus;
    const ACTIONS: &'static [Step<MediatorStatus>] = &[
        (Action::Update, &[MediatorStatus::Active], None),
        (Action::Leave, &[MediatorStatus::Active], Some(MediatorStatus::Left)),
    ];

    fn status(&self) -> MediatorStatus {
        self.status
    }

    fn set_status(&mut self, status: Self::Status) {
        self.status = status;
    }

    fn is_own_matter(&self, _: Action, person: &str) -> bool {
        self.is(person)
    }
}

/// A people's mediator as a caller sees it.
#[derive(Serialize, ToSchema)]
pub struct Mediator {
    #[serde(flatten)]
    pub fields: MediatorFields,
    /// What the caller may do to it now.
    #[schema(max_items = 20, max_length = 50)]
    pub next_actions: Vec<&'static str>,
}

page!(MediatorPage of Mediator, "A page of the register of mediators.");

/// A mediator to be registered.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "organization_id": "019c0000-0000-7000-8000-000000000005", "name": "调解员甲", "phone": "13800000000", "gender": "female",
    "committee_member": true, "qualification": "人民调解员证第1号", "specialties": ["leakage", "noise"]
}))]
pub struct NewMediator {
    /// A UUID of version 7 made by the client.
    #[schema(nullable = false)]
    pub id: Option<Uuid>,
    /// A mediation committee.
    pub organization_id: Uuid,
    #[schema(min_length = 1, max_length = 100, pattern = "\\S")]
    pub name: String,
    #[schema(min_length = 5, max_length = 20, pattern = "^[+]?[0-9]+([ -][0-9]+)*$")]
    pub phone: String,
    pub gender: Gender,
    #[serde(default)]
    pub committee_member: bool,
    #[schema(min_length = 1, max_length = 1000, pattern = "\\S")]
    pub subject: Option<String>,
    #[schema(min_length = 1, max_length = 200, pattern = "\\S")]
    pub qualification: String,
    #[serde(default)]
    #[schema(max_items = 20)]
    pub specialties: Vec<Specialty>,
}

/// Changes to a mediator (JSON merge patch).
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"qualification": "一级人民调解员"}))]
pub struct MediatorPatch {
    #[schema(min_length = 1, max_length = 100, pattern = "\\S", nullable = false)]
    pub name: Option<String>,
    #[schema(min_length = 5, max_length = 20, pattern = "^[+]?[0-9]+([ -][0-9]+)*$", nullable = false)]
    pub phone: Option<String>,
    #[schema(nullable = false)]
    pub committee_member: Option<bool>,
    #[serde(default, deserialize_with = "clearable")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 1000, pattern = "\\S")]
    pub subject: Option<Option<String>>,
    #[schema(min_length = 1, max_length = 200, pattern = "\\S", nullable = false)]
    pub qualification: Option<String>,
    #[schema(max_items = 20, nullable = false)]
    pub specialties: Option<Vec<Specialty>>,
}

impl MediatorPatch {
    /// Puts the given members into the record.
    pub fn apply(self, to: &mut MediatorFields) {
        replace(&mut to.name, self.name);
        replace(&mut to.phone, self.phone);
        replace(&mut to.committee_member, self.committee_member);
        replace(&mut to.subject, self.subject);
        replace(&mut to.qualification, self.qualification);
        replace(&mut to.specialties.0, self.specialties);
    }
}

/// When a mediator left.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"left_on": "2026-03-01"}))]
pub struct MediatorLeaving {
    pub left_on: NaiveDate,
}

/// How to reach a mediator.
#[derive(Serialize, ToSchema)]
pub struct DisclosedMediator {
    #[schema(max_length = 100)]
    pub name: String,
    #[schema(max_length = 20)]
    pub phone: String,
}

/// Which mediators to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct MediatorFilter {
    /// Only this jurisdiction and what lies below it.
    #[param(inline)]
    pub r#in: Option<JurisdictionCode>,
    /// Only those of this mediation committee.
    pub organization_id: Option<Uuid>,
    /// States, separated by commas.
    #[param(inline, style = Form, explode = false, max_items = 2)]
    pub status: Option<Vec<MediatorStatus>>,
}

/// What the directory tells of a mediator: what a committee posts of its mediators, and nothing to reach them by.
#[derive(Queryable, Selectable, Serialize, ToSchema)]
#[diesel(table_name = mediators)]
pub struct DirectoryMediator {
    pub id: Uuid,
    /// Where the mediation committee stands.
    pub jurisdiction: JurisdictionCode,
    /// The mediation committee.
    pub organization_id: Uuid,
    #[schema(max_length = 100)]
    pub name: String,
    pub gender: Gender,
    /// True for a member of the committee, false for a mediator whom it has engaged.
    pub committee_member: bool,
    #[schema(max_length = 200)]
    pub qualification: String,
    /// Categories of disputes that the mediator knows well.
    #[schema(value_type = Vec<Specialty>, max_items = 20)]
    pub specialties: JsonList<Specialty>,
    #[serde(skip)]
    pub updated_at: DateTime<Utc>,
}

page!(DirectoryMediatorPage of DirectoryMediator, "A page of mediators who can be chosen.");

/// Which mediators to look for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct DirectoryMediatorFilter {
    /// Only those who can mediate in this jurisdiction: of committees there, below or above.
    #[param(inline)]
    pub r#in: Option<JurisdictionCode>,
    /// Those of this mediation committee, wherever it stands.
    pub organization_id: Option<Uuid>,
}

/// The mediator as the caller sees it.
pub fn view(scope: &Authorized<Mediators>, mut fields: MediatorFields) -> Mediator {
    let next_actions = next_actions(scope, &fields);
    fields.subject = scope.actor.shown_subject(fields.subject.take(), &fields.jurisdiction);
    Mediator { next_actions, fields }
}
