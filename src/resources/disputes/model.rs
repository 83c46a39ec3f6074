//! A property-management dispute between parties: what is stored, shown and taken.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::deadline::Card;
use super::details::{CaseDetails, DisputeChannel};
use super::parties::{Guest, NewParty, Party, PartyRole};
use super::states::Status;
use crate::access::code::{JurisdictionCode, Level};
use crate::access::privacy::null_if_empty;
use crate::changes::record::{id_or_new, impl_feed_record};
use crate::changes::taken_steps::TakenSteps;
use crate::db::document::Document;
use crate::db::schema::{dispute_events, disputes};
use crate::http::codes;
use crate::http::json::{clearable, replace};
use crate::http::openapi::page;
use crate::http::problem::{FieldError, Problem};
use crate::resources::reference::dispute_categories::model::Risk;

/// A property-management dispute.
#[derive(Clone, Debug, PartialEq, Queryable, Selectable, Insertable, AsChangeset, Serialize, ToSchema)]
#[diesel(table_name = disputes, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct DisputeFields {
    pub id: Uuid,
    /// The number that people use.
    #[schema(max_length = 80)]
    pub number: String,
    /// Where it lies.
    pub jurisdiction: JurisdictionCode,
    /// The level that handles it.
    pub level: Level,
    #[schema(max_length = 200)]
    pub title: String,
    #[schema(max_length = 5000, required)]
    pub description: Option<String>,
    /// What it is about, such as `leakage` or `leakage.neighbor`.
    #[schema(max_length = 100)]
    pub category: String,
    pub risk: Risk,
    /// True when only those who handle it may learn who the parties are.
    pub confidential: bool,
    #[schema(required)]
    pub estate_id: Option<Uuid>,
    /// Name of the residential estate.
    #[schema(max_length = 100, required)]
    pub estate_name: Option<String>,
    pub status: Status,
    /// The organization that is responsible; null while no post at any level is held.
    #[schema(required)]
    pub organization_id: Option<Uuid>,
    /// Who handles it there.
    #[schema(max_length = 100, required)]
    pub assignee: Option<String>,
    /// How it was resolved.
    #[schema(max_length = 5000, required)]
    pub resolution: Option<String>,
    /// The dispute that it was merged into, or the mass case that it belongs to.
    #[schema(required)]
    pub parent_id: Option<Uuid>,
    /// The worst card that was given for it.
    pub card: Card,
    /// The first moment at which the next thing to be done is late.
    #[schema(required)]
    pub due_at: Option<DateTime<Utc>>,
    /// Who decides on what was asked of the level above.
    #[schema(required)]
    pub approver: Option<JurisdictionCode>,
    /// What happened to it on its way and what is due; lists leave it out.
    #[serde(skip_serializing_if = "Document::is_left_out")]
    #[schema(value_type = Option<CaseDetails>, nullable = false)]
    pub progress: Document<CaseDetails>,
    /// When the applicant raised it.
    pub reported_at: DateTime<Utc>,
    /// Grows by one with every change.
    pub version: i64,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    #[serde(skip)]
    pub created_by: String,
    #[serde(skip)]
    pub taken_steps: TakenSteps,
    #[serde(skip)]
    pub next_step_at: Option<DateTime<Utc>>,
}

impl_feed_record!(DisputeFields as Dispute);

/// A dispute as a caller sees it.
#[derive(Serialize, ToSchema)]
pub struct Dispute {
    #[serde(flatten)]
    pub fields: DisputeFields,
    /// The parties; lists leave them out.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_items = 20, nullable = false)]
    pub parties: Option<Vec<Party>>,
    /// The positions of the parties that the caller or their organization is; lists leave them out.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_items = 20, nullable = false)]
    pub own_positions: Option<Vec<i16>>,
    /// By which way it came; lists leave it out.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub channel: Option<DisputeChannel>,
    /// True where nobody is to know who the applicants are; lists leave it out.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub anonymous: Option<bool>,
    /// Who else sees it; lists leave them out.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_items = 100, nullable = false)]
    pub guests: Option<Vec<Guest>>,
    /// What the caller may do to it now.
    #[schema(max_items = 40, max_length = 50)]
    pub next_actions: Vec<&'static str>,
}

page!(DisputePage of Dispute, "A page of disputes.");

/// A dispute to be filed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "jurisdiction": "370202001001", "title": "楼上漏水，厨房顶棚受损", "category": "leakage.neighbor",
    "estate_name": "示范小区", "parties": [{"role": "applicant", "kind": "person", "name": "业主甲", "phone": "13800000000"}]
}))]
pub struct NewDispute {
    /// A UUID of version 7 made by the client, so that an offline app can refer to the record before it is sent.
    #[schema(nullable = false)]
    pub id: Option<Uuid>,
    pub jurisdiction: JurisdictionCode,
    #[schema(min_length = 1, max_length = 200, pattern = "\\S")]
    pub title: String,
    #[schema(max_length = 5000)]
    pub description: Option<String>,
    /// One of `/v1/dispute-categories/resolve`.
    #[schema(max_length = 100, pattern = "^[a-z][a-z0-9_]*([.][a-z][a-z0-9_]*)*$")]
    pub category: String,
    /// True when only those who handle it may learn who the parties are.
    #[serde(default)]
    pub confidential: bool,
    /// The residential estate, where it is registered.
    pub estate_id: Option<Uuid>,
    /// Name of the residential estate; the registered one when `estate_id` is given.
    #[schema(min_length = 1, max_length = 100, pattern = "\\S")]
    pub estate_name: Option<String>,
    /// By which way it came: offices and systems tell it, whoever files their own comes directly.
    #[serde(default)]
    pub channel: DisputeChannel,
    /// True for an applicant who does not want to be known, where the rule `dispute_anonymous_filing` allows it: nothing that
    /// tells who the applicants are is kept, and by which subject it was filed is told to nobody.
    #[serde(default)]
    pub anonymous: bool,
    /// When the applicant raised it; now when not given.
    #[schema(nullable = false)]
    pub reported_at: Option<DateTime<Utc>>,
    /// At least one of them is an applicant.
    #[schema(min_items = 1, max_items = 20)]
    pub parties: Vec<NewParty>,
}

/// 1949-01-01: nobody reports an older dispute.
const EARLIEST_REPORT: DateTime<Utc> = DateTime::from_timestamp(-662_688_000, 0).unwrap();
/// How far a client's clock may run ahead of ours.
const CLOCK_TOLERANCE: TimeDelta = TimeDelta::minutes(5);

impl NewDispute {
    /// Keeps nothing of applicants who do not want to be known.
    pub fn forget_applicants(&mut self) {
        let applicants = self.parties.iter_mut().filter(|party| self.anonymous && party.role == PartyRole::Applicant);
        applicants.for_each(NewParty::forget_who);
    }

    /// The rules that the schema cannot say.
    pub fn check(&self, now: DateTime<Utc>) -> Result<(), Problem> {
        let mut errors = Vec::new();
        if !self.parties.iter().any(|party| party.role == PartyRole::Applicant) {
            errors.push(FieldError::at("/parties", &codes::APPLICANT_REQUIRED));
        }
        id_or_new(self.id, &mut errors);
        if self.reported_at.is_some_and(|at| at < EARLIEST_REPORT) {
            errors.push(FieldError::at("/reported_at", &codes::TOO_EARLY).with("limit", EARLIEST_REPORT.to_rfc3339()));
        }
        if self.reported_at.is_some_and(|at| at > now + CLOCK_TOLERANCE) {
            errors.push(FieldError::at("/reported_at", &codes::IN_FUTURE));
        }
        Problem::fail_if_any(errors)
    }
}

/// Changes to a dispute (JSON merge patch). Jurisdiction and category can change only before acceptance.
#[derive(Debug, Default, PartialEq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"title": "楼上漏水，厨房与客厅顶棚受损", "estate_name": null}))]
pub struct DisputePatch {
    #[schema(nullable = false)]
    pub jurisdiction: Option<JurisdictionCode>,
    #[schema(min_length = 1, max_length = 200, pattern = "\\S", nullable = false)]
    pub title: Option<String>,
    #[serde(default, deserialize_with = "clearable")]
    #[schema(value_type = Option<String>, max_length = 5000)]
    pub description: Option<Option<String>>,
    #[schema(max_length = 100, pattern = "^[a-z][a-z0-9_]*([.][a-z][a-z0-9_]*)*$", nullable = false)]
    pub category: Option<String>,
    /// Officers only.
    #[schema(nullable = false)]
    pub risk: Option<Risk>,
    #[schema(nullable = false)]
    pub confidential: Option<bool>,
    /// The residential estate, where it is registered; before acceptance it is looked anew who is responsible.
    #[serde(default, deserialize_with = "clearable")]
    #[schema(value_type = Option<Uuid>)]
    pub estate_id: Option<Option<Uuid>>,
    /// Only where no registered estate is named.
    #[serde(default, deserialize_with = "clearable")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 100, pattern = "\\S")]
    pub estate_name: Option<Option<String>>,
    /// The level above only: it decides how much time there is.
    #[schema(nullable = false)]
    pub channel: Option<DisputeChannel>,
}

impl DisputePatch {
    /// Puts the given members into the record, but for the channel, which is not a part of it.
    pub fn apply(self, to: &mut DisputeFields) {
        replace(&mut to.jurisdiction, self.jurisdiction);
        replace(&mut to.title, self.title);
        replace(&mut to.description, self.description);
        replace(&mut to.category, self.category);
        replace(&mut to.risk, self.risk);
        replace(&mut to.confidential, self.confidential);
        replace(&mut to.estate_id, self.estate_id);
        replace(&mut to.estate_name, self.estate_name);
    }
}

/// One step in the history of a dispute.
#[derive(Debug, Queryable, Selectable, Insertable, Serialize, ToSchema)]
#[diesel(table_name = dispute_events, treat_none_as_default_value = false)]
pub struct DisputeEvent {
    #[serde(skip)]
    pub dispute_id: Uuid,
    /// The dispute's version that this step led to.
    pub version: i64,
    pub at: DateTime<Utc>,
    /// What was done.
    #[schema(max_length = 50)]
    pub action: String,
    #[schema(required)]
    pub from_status: Option<Status>,
    pub to_status: Status,
    /// Reason or remark.
    #[schema(max_length = 5000, required)]
    pub note: Option<String>,
    /// The role in which it was done.
    #[schema(max_length = 50)]
    pub role: String,
    /// Issuer and subject of who did it, for themselves and for those who oversee the place; null for others.
    #[schema(value_type = Option<String>, max_length = 1000, required)]
    #[serde(serialize_with = "null_if_empty")]
    pub caller: String,
}

/// A step in the history of a dispute, as a caller sees it.
#[derive(Serialize, ToSchema)]
pub struct ShownEvent {
    #[serde(flatten)]
    pub event: DisputeEvent,
    /// What people call whoever did it.
    #[schema(max_length = 50)]
    pub caller_title: &'static str,
}

page!(DisputeEventPage of ShownEvent, "A page of the history of a dispute.");
