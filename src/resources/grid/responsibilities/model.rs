//! The responsibility list: who leads, assists or supervises in a matter.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::access::code::{JurisdictionCode, Level};
use crate::access::permissions::Action;
use crate::access::permissions::resource::Responsibilities;
use crate::access::scope::Authorized;
use crate::changes::lifecycle::{Lifecycle, Step, next_actions};
use crate::changes::record::impl_feed_record;
use crate::db::json_value::JsonList;
use crate::db::schema::responsibilities;
use crate::db::text_enum::text_enum;
use crate::http::json::replace;
use crate::http::openapi::page;
use crate::resources::parties::organizations::model::OrganizationKind;
use crate::resources::reference::policies::model::Citation;

text_enum! {
    /// What an organization has to do in a matter.
    pub enum ResponsibilityDuty {
        Lead = "lead",
        Assist = "assist",
        Supervise = "supervise",
    }
}

text_enum! {
    /// Where an entry of the list stands.
    pub enum ResponsibilityStatus {
        Draft = "draft",
        Published = "published",
        /// It holds until `valid_until`, and is readable for good.
        Superseded = "superseded",
        /// It was a mistake; until it was voided it held.
        Voided = "voided",
    }
}

/// An entry of the responsibility list. It holds for its jurisdiction and everything below it.
#[derive(Clone, Debug, PartialEq, Queryable, Selectable, Insertable, AsChangeset, Serialize, ToSchema)]
#[diesel(table_name = responsibilities, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct ResponsibilityFields {
    pub id: Uuid,
    /// Who issued it.
    pub jurisdiction: JurisdictionCode,
    /// The matter, such as `leakage` or `elevator.outage`.
    #[schema(max_length = 100)]
    pub matter: String,
    #[schema(max_length = 200)]
    pub title: String,
    /// The level at which the organization stands.
    pub level: Level,
    pub organization_kind: OrganizationKind,
    pub duty: ResponsibilityDuty,
    #[schema(max_length = 500)]
    pub legal_basis: String,
    /// What it goes by in the policy library.
    #[schema(value_type = Vec<Citation>, max_items = 20)]
    pub citations: JsonList<Citation>,
    pub status: ResponsibilityStatus,
    /// Its first day.
    #[schema(required)]
    pub valid_from: Option<NaiveDate>,
    /// The first day on which it no longer holds.
    #[schema(required)]
    pub valid_until: Option<NaiveDate>,
    /// The entry of the same jurisdiction whose place it takes.
    #[schema(required)]
    pub supersedes_id: Option<Uuid>,
    /// When it was voided as a mistake.
    #[schema(required)]
    pub voided_on: Option<NaiveDate>,
    #[schema(max_length = 1000, required)]
    pub void_reason: Option<String>,
    /// Grows by one with every change.
    pub version: i64,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    #[serde(skip)]
    pub created_by: String,
}

impl_feed_record!(ResponsibilityFields as Responsibility);

impl Lifecycle for ResponsibilityFields {
    type Status = ResponsibilityStatus;
    const ACTIONS: &'static [Step<ResponsibilityStatus>] = {
        use ResponsibilityStatus::*;
        &[
            (Action::Update, &[Draft], None),
            (Action::Publish, &[Draft], Some(Published)),
            (Action::Supersede, &[Published], Some(Superseded)),
            (Action::Void, &[Published], Some(Voided)),
        ]
    };

    fn status(&self) -> ResponsibilityStatus {
        self.status
    }

    fn set_status(&mut self, status: Self::Status) {
        self.status = status;
    }
}

/// An entry of the responsibility list as a caller sees it.
#[derive(Serialize, ToSchema)]
pub struct Responsibility {
    #[serde(flatten)]
    pub fields: ResponsibilityFields,
    /// What the caller may do to it now.
    #[schema(max_items = 20, max_length = 50)]
    pub next_actions: Vec<&'static str>,
}

page!(ResponsibilityPage of Responsibility, "A page of the responsibility list.");

/// An entry to be drafted.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "jurisdiction": "370202", "matter": "leakage", "title": "房屋渗漏纠纷的调处", "level": "street",
    "organization_kind": "street_office", "duty": "lead", "legal_basis": "《山东省物业管理条例》"
}))]
pub struct NewResponsibility {
    /// A UUID of version 7 made by the client.
    #[schema(nullable = false)]
    pub id: Option<Uuid>,
    /// Who issues it.
    pub jurisdiction: JurisdictionCode,
    #[schema(max_length = 100, pattern = "^[a-z][a-z0-9_]*([.][a-z][a-z0-9_]*)*$")]
    pub matter: String,
    #[schema(min_length = 1, max_length = 200, pattern = "\\S")]
    pub title: String,
    /// The level at which the organization stands: the issuer's or below.
    pub level: Level,
    pub organization_kind: OrganizationKind,
    pub duty: ResponsibilityDuty,
    #[schema(min_length = 1, max_length = 500, pattern = "\\S")]
    pub legal_basis: String,
    /// What it goes by in the policy library.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub citations: Vec<Citation>,
    /// A published entry of the same jurisdiction and matter whose place it takes.
    pub supersedes_id: Option<Uuid>,
}

/// Changes to a draft (JSON merge patch).
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"duty": "assist"}))]
pub struct ResponsibilityPatch {
    #[schema(min_length = 1, max_length = 200, pattern = "\\S", nullable = false)]
    pub title: Option<String>,
    #[schema(nullable = false)]
    pub level: Option<Level>,
    #[schema(nullable = false)]
    pub organization_kind: Option<OrganizationKind>,
    #[schema(nullable = false)]
    pub duty: Option<ResponsibilityDuty>,
    #[schema(min_length = 1, max_length = 500, pattern = "\\S", nullable = false)]
    pub legal_basis: Option<String>,
    #[schema(max_items = 20, nullable = false)]
    pub citations: Option<Vec<Citation>>,
}

impl ResponsibilityPatch {
    /// Puts the given members into the record.
    pub fn apply(self, to: &mut ResponsibilityFields) {
        replace(&mut to.title, self.title);
        replace(&mut to.level, self.level);
        replace(&mut to.organization_kind, self.organization_kind);
        replace(&mut to.duty, self.duty);
        replace(&mut to.legal_basis, self.legal_basis);
        replace(&mut to.citations.0, self.citations);
    }
}

/// From when a draft holds.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"valid_from": "2026-04-01"}))]
pub struct Publication {
    /// Its first day, and the day on which the entry that it supersedes no longer holds.
    pub valid_from: NaiveDate,
}

/// Until when an entry holds.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"valid_until": "2027-01-01"}))]
pub struct Supersession {
    /// The first day on which it no longer holds.
    pub valid_until: NaiveDate,
}

/// Which entries to list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ResponsibilityFilter {
    /// Only what was issued by this jurisdiction and those below it.
    #[param(inline)]
    pub r#in: Option<JurisdictionCode>,
    /// Only this matter.
    #[param(min_length = 1, max_length = 100)]
    pub matter: Option<String>,
    /// States, separated by commas.
    #[param(inline, style = Form, explode = false, max_items = 4)]
    pub status: Option<Vec<ResponsibilityStatus>>,
    /// Only what holds on this day.
    pub as_of: Option<NaiveDate>,
}

/// The entry as the caller sees it.
pub fn view(scope: &Authorized<Responsibilities>, fields: ResponsibilityFields) -> Responsibility {
    Responsibility { next_actions: next_actions(scope, &fields), fields }
}
