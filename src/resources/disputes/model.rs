//! A property-management dispute between parties: what is stored, shown and taken.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::access::code::JurisdictionCode;
use crate::access::privacy::masked_optional_phone;
use crate::changes::record::{id_or_new, told};
use crate::db::schema::{dispute_events, dispute_parties, disputes};
use crate::db::text_enum::text_enum;
use crate::http::codes;
use crate::http::json::clearable;
use crate::http::openapi::page;
use crate::http::problem::{FieldError, Problem};
use crate::resources::disputes::states::Status;

text_enum! {
    /// What a dispute is about.
    pub enum Category {
        Fee = "fee",
        MaintenanceFund = "maintenance_fund",
        Parking = "parking",
        Leakage = "leakage",
        Elevator = "elevator",
        Noise = "noise",
        CommonIncome = "common_income",
        CommitteeElection = "committee_election",
        Handover = "handover",
        ServiceQuality = "service_quality",
        IllegalConstruction = "illegal_construction",
        Pets = "pets",
        Heating = "heating",
        Other = "other",
    }
}

text_enum! {
    /// The part that a party has in a dispute.
    pub enum PartyRole {
        Applicant = "applicant",
        Respondent = "respondent",
        ThirdParty = "third_party",
    }
}

text_enum! {
    /// What a party is.
    pub enum PartyKind {
        Person = "person",
        Organization = "organization",
    }
}

text_enum! {
    /// The order of a list of disputes.
    pub enum Sort {
        NewestUpdate = "-updated_at",
        OldestUpdate = "updated_at",
        NewestReport = "-reported_at",
        OldestReport = "reported_at",
    }
}

/// A property-management dispute.
#[derive(Clone, Debug, Queryable, Selectable, Serialize, ToSchema)]
#[diesel(table_name = disputes)]
pub struct DisputeFields {
    pub id: Uuid,
    /// The number that people use.
    #[schema(max_length = 20)]
    pub number: String,
    pub jurisdiction: JurisdictionCode,
    #[schema(max_length = 200)]
    pub title: String,
    #[schema(max_length = 5000, required)]
    pub description: Option<String>,
    pub category: Category,
    /// Name of the residential estate.
    #[schema(max_length = 100, required)]
    pub estate_name: Option<String>,
    pub status: Status,
    /// Who handles it.
    #[schema(max_length = 100, required)]
    pub assignee: Option<String>,
    /// How it was resolved.
    #[schema(max_length = 5000, required)]
    pub resolution: Option<String>,
    /// When the applicant raised it.
    pub reported_at: DateTime<Utc>,
    /// Grows by one with every change.
    pub version: i64,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    #[serde(skip)]
    pub created_by: String,
}

told!(DisputeFields as Dispute);

/// A dispute as a caller sees it.
#[derive(Serialize, ToSchema)]
pub struct Dispute {
    #[serde(flatten)]
    pub fields: DisputeFields,
    /// The parties; lists leave them out.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_items = 20, nullable = false)]
    pub parties: Option<Vec<Party>>,
    /// What the caller may do to it now.
    #[schema(max_items = 20, max_length = 50)]
    pub next_actions: Vec<&'static str>,
}

page!(DisputePage of Dispute, "A page of disputes.");

/// A party of a dispute. Phone numbers are masked.
#[derive(Clone, Debug, Queryable, Selectable, Serialize, ToSchema)]
#[diesel(table_name = dispute_parties)]
pub struct Party {
    pub role: PartyRole,
    pub kind: PartyKind,
    #[schema(max_length = 100)]
    pub name: String,
    /// Who acts for it.
    #[schema(max_length = 100, required)]
    pub representative: Option<String>,
    /// Masked but for the first three and the last four digits.
    #[schema(max_length = 20, required)]
    #[serde(serialize_with = "masked_optional_phone")]
    pub phone: Option<String>,
}

/// A dispute to be filed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "jurisdiction": "370202001001", "title": "楼上漏水，厨房顶棚受损", "category": "leakage",
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
    pub category: Category,
    /// Name of the residential estate.
    #[schema(min_length = 1, max_length = 100, pattern = "\\S")]
    pub estate_name: Option<String>,
    /// When the applicant raised it; now when not given.
    #[schema(nullable = false)]
    pub reported_at: Option<DateTime<Utc>>,
    /// At least one of them is an applicant.
    #[schema(min_items = 1, max_items = 20)]
    pub parties: Vec<NewParty>,
}

/// A party of a dispute to be filed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewParty {
    pub role: PartyRole,
    pub kind: PartyKind,
    #[schema(min_length = 1, max_length = 100, pattern = "\\S")]
    pub name: String,
    /// Who acts for it.
    #[schema(min_length = 1, max_length = 100, pattern = "\\S")]
    pub representative: Option<String>,
    #[schema(min_length = 5, max_length = 20, pattern = "^[+]?[0-9]+([ -][0-9]+)*$")]
    pub phone: Option<String>,
}

/// 1949-01-01: nobody reports an older dispute.
const EARLIEST_REPORT: DateTime<Utc> = DateTime::from_timestamp(-662_688_000, 0).unwrap();
/// How far a client's clock may run ahead of ours.
const CLOCK_TOLERANCE: TimeDelta = TimeDelta::minutes(5);

impl NewDispute {
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
        Problem::unless_right(errors)
    }
}

/// Changes to a dispute (JSON merge patch). The jurisdiction can change only before acceptance.
#[derive(Debug, Default, PartialEq, Deserialize, ToSchema, AsChangeset)]
#[serde(deny_unknown_fields)]
#[diesel(table_name = disputes)]
#[schema(example = json!({"title": "楼上漏水，厨房与客厅顶棚受损", "estate_name": null}))]
pub struct DisputePatch {
    #[schema(nullable = false)]
    pub jurisdiction: Option<JurisdictionCode>,
    #[schema(min_length = 1, max_length = 200, pattern = "\\S", nullable = false)]
    pub title: Option<String>,
    #[serde(default, deserialize_with = "clearable")]
    #[schema(value_type = Option<String>, max_length = 5000)]
    pub description: Option<Option<String>>,
    #[schema(nullable = false)]
    pub category: Option<Category>,
    #[serde(default, deserialize_with = "clearable")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 100, pattern = "\\S")]
    pub estate_name: Option<Option<String>>,
}

impl DisputePatch {
    /// The same patch without what the dispute holds already.
    pub fn without_what_is(self, dispute: &DisputeFields) -> Self {
        Self {
            jurisdiction: self.jurisdiction.filter(|new| *new != dispute.jurisdiction),
            title: self.title.filter(|new| *new != dispute.title),
            description: self.description.filter(|new| *new != dispute.description),
            category: self.category.filter(|new| *new != dispute.category),
            estate_name: self.estate_name.filter(|new| *new != dispute.estate_name),
        }
    }
}

/// What an action changes.
#[derive(Debug, Default, AsChangeset)]
#[diesel(table_name = disputes)]
pub struct Step {
    pub status: Option<Status>,
    pub assignee: Option<String>,
    pub resolution: Option<String>,
}

/// Which disputes to list, and in which order.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct DisputeFilter {
    /// Only this jurisdiction and what lies below it.
    #[param(inline)]
    pub r#in: Option<JurisdictionCode>,
    /// States, separated by commas.
    #[param(inline, style = Form, explode = false, max_items = 8)]
    pub status: Option<Vec<Status>>,
    /// Categories, separated by commas.
    #[param(inline, style = Form, explode = false, max_items = 14)]
    pub category: Option<Vec<Category>>,
    /// The number that people use.
    #[param(min_length = 1, max_length = 20)]
    pub number: Option<String>,
    /// The exact name of the estate.
    #[param(min_length = 1, max_length = 100)]
    pub estate_name: Option<String>,
    /// Reported at this time or later.
    #[serde(rename = "reported_at.gte")]
    pub reported_from: Option<DateTime<Utc>>,
    /// Reported later than this.
    #[serde(rename = "reported_at.gt")]
    pub reported_after: Option<DateTime<Utc>>,
    /// Reported at this time or earlier.
    #[serde(rename = "reported_at.lte")]
    pub reported_until: Option<DateTime<Utc>>,
    /// Reported earlier than this.
    #[serde(rename = "reported_at.lt")]
    pub reported_before: Option<DateTime<Utc>>,
    /// Changed at this time or later.
    #[serde(rename = "updated_at.gte")]
    pub updated_from: Option<DateTime<Utc>>,
    /// Changed later than this.
    #[serde(rename = "updated_at.gt")]
    pub updated_after: Option<DateTime<Utc>>,
    /// Changed at this time or earlier.
    #[serde(rename = "updated_at.lte")]
    pub updated_until: Option<DateTime<Utc>>,
    /// Changed earlier than this.
    #[serde(rename = "updated_at.lt")]
    pub updated_before: Option<DateTime<Utc>>,
    /// The order; the latest change first when not given.
    #[param(inline)]
    pub sort: Option<Sort>,
    /// How many to return, 50 when not given.
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<i64>,
    /// `next_cursor` of the page before.
    #[param(max_length = 2000)]
    pub cursor: Option<String>,
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
    /// Issuer and subject of who did it.
    #[schema(max_length = 1000)]
    pub caller: String,
}

page!(DisputeEventPage of DisputeEvent, "A page of the history of a dispute.");

/// An action with a remark.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"note": "已电话联系申请人"}))]
pub struct Remark {
    #[schema(max_length = 1000)]
    pub note: Option<String>,
}

/// An action that needs a reason.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"reason": "不属于物业管理纠纷"}))]
pub struct Reason {
    #[schema(min_length = 1, max_length = 1000, pattern = "\\S")]
    pub reason: String,
}

/// Who shall handle the dispute.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"assignee": "社区物业管理办公室"}))]
pub struct Assignment {
    #[schema(min_length = 1, max_length = 100, pattern = "\\S")]
    pub assignee: String,
    #[schema(max_length = 1000)]
    pub note: Option<String>,
}

/// How the dispute was resolved.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"resolution": "双方同意由物业企业三日内修复防水层"}))]
pub struct Resolution {
    #[schema(min_length = 1, max_length = 5000, pattern = "\\S")]
    pub resolution: String,
}
