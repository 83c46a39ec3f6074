//! The register of those who are to be trained.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use serde::{Serialize, Serializer};
use utoipa::ToSchema;
use uuid::Uuid;

use super::hours::{Hours, YearHours};
use crate::access::authority::Authority;
use crate::access::code::JurisdictionCode;
use crate::access::permissions::Action;
use crate::access::privacy::{hidden_name, masked_optional_phone};
use crate::changes::lifecycle::{Lifecycle, Step};
use crate::changes::record::impl_feed_record;
use crate::db::json_value::JsonList;
use crate::db::schema::learners;
use crate::db::text_enum::text_enum;
use crate::http::codes;
use crate::http::openapi::page;
use crate::http::problem::FieldError;
use crate::resources::parties::organizations::model::OrganizationKind;

text_enum! {
    /// What somebody is trained as. The rule `<role>_yearly_hours` tells how many hours a year that takes.
    pub enum LearnerRole {
        PartySecretary = "party_secretary",
        PartyMember = "party_member",
        Officer = "officer",
        GridWorker = "grid_worker",
        /// A people's mediator.
        Mediator = "mediator",
        /// Of a neighborhood committee.
        NeighborhoodWorker = "neighborhood_worker",
        /// Of an owners' committee.
        CommitteeMember = "committee_member",
        /// Of a property enterprise.
        PropertyManager = "property_manager",
    }
}

text_enum! {
    /// Whether a learner is still to be trained.
    pub enum LearnerStatus {
        Active = "active",
        Left = "left",
        /// It was somebody who is registered once more, and is one entry with that now.
        Merged = "merged",
    }
}

/// Somebody who is to be trained.
#[derive(Clone, Debug, PartialEq, Queryable, Selectable, Insertable, AsChangeset, Serialize, ToSchema)]
#[diesel(table_name = learners, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct LearnerFields {
    pub id: Uuid,
    /// Where the learner works.
    pub jurisdiction: JurisdictionCode,
    /// Issuer and subject of the learner's tokens.
    #[schema(max_length = 1000, required)]
    pub subject: Option<String>,
    /// Masked but for the first character.
    #[schema(max_length = 100)]
    #[serde(serialize_with = "hidden_name")]
    pub name: String,
    /// Masked but for the first three and the last four digits.
    #[schema(max_length = 20, required)]
    #[serde(serialize_with = "masked_optional_phone")]
    pub phone: Option<String>,
    /// Without those in the party, which are protected.
    #[schema(value_type = Vec<LearnerRole>, max_items = 8)]
    #[serde(serialize_with = "outside_party")]
    pub roles: JsonList<LearnerRole>,
    #[schema(required)]
    pub organization_id: Option<Uuid>,
    #[schema(required)]
    pub organization_kind: Option<OrganizationKind>,
    /// Hours earned, year by year.
    #[schema(value_type = Vec<YearHours>, max_items = 100)]
    pub hours: Hours,
    pub status: LearnerStatus,
    #[schema(required)]
    pub left_on: Option<NaiveDate>,
    /// The entry that it became one with.
    #[schema(required)]
    pub merged_into_id: Option<Uuid>,
    /// Grows by one with every change.
    pub version: i64,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    #[serde(skip)]
    pub created_by: String,
    /// Every subject that was ever linked: whoever it is decides nothing about this learner.
    #[serde(skip)]
    pub linked_subjects: JsonList<String>,
}

impl_feed_record!(LearnerFields as Learner);

impl LearnerFields {
    /// True for whoever signs in as the learner, or ever did.
    pub fn is(&self, caller: &str) -> bool {
        self.subject.as_deref() == Some(caller) || self.linked_subjects.0.iter().any(|subject| subject == caller)
    }

    /// Becomes one with another entry of the same person: what that earned and who it was is this one's now.
    pub fn take_over(&mut self, other: &Self) {
        let subject = self.subject.clone();
        other.linked_subjects.0.iter().chain(&other.subject).for_each(|known| self.link(Some(known.clone())));
        self.link(subject.or_else(|| other.subject.clone()));
        let roles = other.roles.0.iter().filter(|role| !self.roles.0.contains(role)).copied().collect::<Vec<_>>();
        self.roles.0.extend(roles);
        self.hours.add_all(&other.hours);
    }

    /// Lets a subject sign in as the learner; nobody when there is none.
    pub fn link(&mut self, subject: Option<String>) {
        let new = subject.iter().filter(|subject| !self.is(subject)).cloned().collect::<Vec<_>>();
        self.linked_subjects.0.extend(new);
        self.subject = subject;
    }
}

impl LearnerRole {
    /// True for a role that tells of party membership.
    pub fn is_of_party(self) -> bool {
        matches!(self, Self::PartySecretary | Self::PartyMember)
    }
}

fn outside_party<S: Serializer>(roles: &JsonList<LearnerRole>, out: S) -> Result<S::Ok, S::Error> {
    out.collect_seq(roles.0.iter().filter(|role| !role.is_of_party()))
}

impl Lifecycle for LearnerFields {
    type Status = LearnerStatus;
    const ACTIONS: &'static [Step<LearnerStatus>] =
        &[(Action::Update, &[LearnerStatus::Active], None), (Action::Leave, &[LearnerStatus::Active], Some(LearnerStatus::Left))];

    fn status(&self) -> LearnerStatus {
        self.status
    }

    fn set_status(&mut self, status: Self::Status) {
        self.status = status;
    }

    fn is_own_matter(&self, _: Action, person: &str) -> bool {
        self.is(person)
    }

    fn refuses(&self, action: Action, _: &Authority) -> Option<FieldError> {
        let mediates = action == Action::Leave && self.roles.0.contains(&LearnerRole::Mediator);
        mediates.then(|| FieldError::at("", &codes::REGISTERED_AS_MEDIATOR))
    }

    fn is_owned_by(&self, who: &Authority) -> bool {
        self.subject.as_deref() == Some(who.actor.caller.as_str())
    }
}

/// How a learner stands in a year.
#[derive(Serialize, ToSchema)]
pub struct LearnerBalance {
    pub year: i32,
    pub hours: i32,
    /// The most that one of the learner's roles asks for where the learner works, as it holds at the end of the year.
    pub quota: i64,
    /// How many hours are missing.
    pub missing: i64,
}

/// Somebody who is to be trained, as a caller sees them.
#[derive(Serialize, ToSchema)]
pub struct Learner {
    #[serde(flatten)]
    pub fields: LearnerFields,
    /// Roles in the party, for the officers of the learner's jurisdictions and the learner; null for others.
    #[schema(max_items = 2, required)]
    pub party_roles: Option<Vec<LearnerRole>>,
    pub balance: LearnerBalance,
    /// Who of those whom the caller oversees has the same name and number, and may be the same person: see
    /// `/v1/learner-merges`. Lists leave it out.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_items = 20, nullable = false)]
    pub possible_duplicate_ids: Option<Vec<Uuid>>,
    /// What the caller may do to it now.
    #[schema(max_items = 20, max_length = 50)]
    pub next_actions: Vec<&'static str>,
}

page!(LearnerPage of Learner, "A page of the register of learners.");

/// Who a learner is.
#[derive(Serialize, ToSchema)]
pub struct DisclosedLearner {
    #[schema(max_length = 100)]
    pub name: String,
    #[schema(max_length = 20, required)]
    pub phone: Option<String>,
}
