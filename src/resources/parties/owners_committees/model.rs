//! Owners' committees: one record for each term.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::states::{CommitteeDeadline, CommitteeStatus, Stage};
use crate::access::code::JurisdictionCode;
use crate::access::privacy::masked_phone;
use crate::changes::record::impl_feed_record;
use crate::db::schema::{owners_committee_handover, owners_committee_members, owners_committees};
use crate::db::text_enum::text_enum;
use crate::http::openapi::page;

text_enum! {
    /// The post of a member.
    pub enum MemberPost {
        Chair = "chair",
        DeputyChair = "deputy_chair",
        Member = "member",
    }
}

text_enum! {
    /// What an outgoing committee hands over.
    pub enum HandoverItem {
        Seal = "seal",
        Archives = "archives",
        Accounts = "accounts",
        CommonIncome = "common_income",
        Contracts = "contracts",
        MaintenanceFundRecords = "maintenance_fund_records",
        Property = "property",
    }
}

/// A term of an estate's owners' committee.
#[derive(Clone, Debug, PartialEq, Queryable, Selectable, Insertable, AsChangeset, Serialize, ToSchema)]
#[diesel(table_name = owners_committees, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct OwnersCommitteeFields {
    pub id: Uuid,
    /// The estate's community.
    pub jurisdiction: JurisdictionCode,
    pub estate_id: Uuid,
    /// The organization of which this is a term.
    pub organization_id: Uuid,
    /// The first, the second ... of the estate.
    pub term: i16,
    /// The step that was recorded last.
    #[diesel(column_name = status)]
    pub stage: Stage,
    /// How many members it shall have.
    pub seats: i16,
    /// How many are in office.
    pub member_count: i16,
    #[schema(required)]
    pub candidates_announced_on: Option<NaiveDate>,
    #[schema(required)]
    pub elected_on: Option<NaiveDate>,
    #[schema(required)]
    pub first_meeting_on: Option<NaiveDate>,
    #[schema(required)]
    pub street_filed_on: Option<NaiveDate>,
    #[schema(max_length = 50, required)]
    pub street_filing_number: Option<String>,
    #[schema(required)]
    pub district_filed_on: Option<NaiveDate>,
    #[schema(max_length = 50, required)]
    pub district_filing_number: Option<String>,
    /// The first day of the term.
    #[schema(required)]
    pub term_starts_on: Option<NaiveDate>,
    /// The last day of the term.
    #[schema(required)]
    pub term_ends_on: Option<NaiveDate>,
    /// From this day on the next election has to be prepared.
    #[schema(required)]
    pub re_election_due_on: Option<NaiveDate>,
    /// When it began to hand over.
    #[schema(required)]
    pub handover_on: Option<NaiveDate>,
    /// When it ended or was dissolved.
    #[schema(required)]
    pub ended_on: Option<NaiveDate>,
    #[schema(max_length = 1000, required)]
    pub end_reason: Option<String>,
    /// Grows by one with every change.
    pub version: i64,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    #[serde(skip)]
    pub created_by: String,
}

impl_feed_record!(OwnersCommitteeFields as OwnersCommittee);

/// A term of an owners' committee as a caller sees it.
#[derive(Serialize, ToSchema)]
pub struct OwnersCommittee {
    #[serde(flatten)]
    pub fields: OwnersCommitteeFields,
    /// Where it stands today.
    pub status: CommitteeStatus,
    /// Those in office first, then those who left; lists leave them out.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_items = 1000, nullable = false)]
    pub members: Option<Vec<CommitteeMember>>,
    /// What is to be handed over; lists leave it out.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_items = 7, nullable = false)]
    pub handover: Option<Vec<HandedOver>>,
    /// What the caller may do to it now.
    #[schema(max_items = 20, max_length = 50)]
    pub next_actions: Vec<&'static str>,
}

page!(OwnersCommitteePage of OwnersCommittee, "A page of terms of owners' committees.");

/// A member of a committee.
#[derive(Debug, Queryable, Selectable, Serialize, ToSchema)]
#[diesel(table_name = owners_committee_members)]
pub struct CommitteeMember {
    pub id: Uuid,
    #[schema(max_length = 100)]
    pub name: String,
    /// Masked but for the first three and the last four digits.
    #[schema(max_length = 20)]
    #[serde(serialize_with = "masked_phone")]
    pub phone: String,
    pub post: MemberPost,
    pub starts_on: NaiveDate,
    /// When the member left.
    #[schema(required)]
    pub left_on: Option<NaiveDate>,
    #[schema(max_length = 1000, required)]
    pub leave_reason: Option<String>,
}

/// A member of a committee, in full.
#[derive(Debug, Queryable, Selectable, Serialize, ToSchema)]
#[diesel(table_name = owners_committee_members)]
pub struct DisclosedMember {
    pub id: Uuid,
    #[schema(max_length = 100)]
    pub name: String,
    #[schema(max_length = 20)]
    pub phone: String,
    /// What the member owns in the estate.
    #[schema(max_length = 100)]
    pub owned_unit: String,
}

/// The members of a committee, in full.
#[derive(Serialize, ToSchema)]
pub struct DisclosedMembers {
    #[schema(max_items = 500)]
    pub members: Vec<DisclosedMember>,
}

/// One thing that is handed over.
#[derive(Debug, Queryable, Selectable, Serialize, ToSchema)]
#[diesel(table_name = owners_committee_handover)]
pub struct HandedOver {
    pub item: HandoverItem,
    /// When it was handed over.
    #[schema(required)]
    pub done_on: Option<NaiveDate>,
    #[schema(max_length = 1000, required)]
    pub note: Option<String>,
}

/// What is due when.
#[derive(Serialize, ToSchema)]
pub struct CommitteeDeadlines {
    #[schema(max_items = 10)]
    pub items: Vec<CommitteeDeadline>,
}

/// A term to be prepared.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "estate_id": "019c0000-0000-7000-8000-000000000001", "organization_id": "019c0000-0000-7000-8000-000000000002", "seats": 7
}))]
pub struct NewOwnersCommittee {
    /// A UUID of version 7 made by the client.
    #[schema(nullable = false)]
    pub id: Option<Uuid>,
    pub estate_id: Uuid,
    /// The organization of kind `owners_committee` in the same community.
    pub organization_id: Uuid,
    /// 5 to 11, an odd number.
    #[schema(minimum = 5, maximum = 11)]
    pub seats: i16,
}

/// When something was done.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"done_on": "2026-03-01"}))]
pub struct Done {
    /// Today or earlier.
    pub done_on: NaiveDate,
}

/// The result of an election.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "elected_on": "2026-03-01", "term_starts_on": "2026-03-01", "term_ends_on": "2031-02-28",
    "members": [{"name": "业主甲", "phone": "13800000001", "owned_unit": "1号楼1单元101"}]
}))]
pub struct Election {
    pub elected_on: NaiveDate,
    /// The first day of the term.
    pub term_starts_on: NaiveDate,
    /// The last day of the term, at most five years after the first.
    pub term_ends_on: NaiveDate,
    /// As many as there are seats.
    #[schema(min_items = 1, max_items = 11)]
    pub members: Vec<NewMember>,
}

/// Somebody who was elected.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewMember {
    #[schema(min_length = 1, max_length = 100, pattern = "\\S")]
    pub name: String,
    /// Tells people of the same name apart.
    #[schema(min_length = 5, max_length = 20, pattern = "^[+]?[0-9]+([ -][0-9]+)*$")]
    pub phone: String,
    /// The unit by which the member is an owner. It is kept but not shown.
    #[schema(min_length = 1, max_length = 100, pattern = "\\S")]
    pub owned_unit: String,
}

/// The first meeting, which chooses the chair and the deputies.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "held_on": "2026-03-05", "posts": {"chair_id": "019c0000-0000-7000-8000-000000000003", "deputy_chair_ids": []}
}))]
pub struct FirstMeeting {
    pub held_on: NaiveDate,
    pub posts: Posts,
}

/// Who has which post; everybody else is a plain member.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"chair_id": "019c0000-0000-7000-8000-000000000003", "deputy_chair_ids": []}))]
pub struct Posts {
    /// A member.
    pub chair_id: Uuid,
    /// Members.
    #[serde(default)]
    #[schema(max_items = 5)]
    pub deputy_chair_ids: Vec<Uuid>,
}

/// A filing that was received.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"filed_on": "2026-03-10", "number": "备字〔2026〕12号"}))]
pub struct Filing {
    pub filed_on: NaiveDate,
    #[schema(min_length = 1, max_length = 50, pattern = "\\S")]
    pub number: String,
}

/// Somebody who was elected into a vacant seat.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"member": {"name": "业主乙", "phone": "13800000002", "owned_unit": "2号楼1单元102"}, "starts_on": "2026-06-01"}))]
pub struct AddedMember {
    pub member: NewMember,
    pub starts_on: NaiveDate,
}

/// A member who left.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"member_id": "019c0000-0000-7000-8000-000000000003", "left_on": "2026-06-01", "reason": "房屋已转让"}))]
pub struct RemovedMember {
    pub member_id: Uuid,
    pub left_on: NaiveDate,
    #[schema(min_length = 1, max_length = 1000, pattern = "\\S")]
    pub reason: String,
}

/// Something that was handed over.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"item": "seal", "done_on": "2026-03-08"}))]
pub struct ItemHandedOver {
    pub item: HandoverItem,
    pub done_on: NaiveDate,
    #[schema(max_length = 1000)]
    pub note: Option<String>,
}

/// Why and when a term ended early.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"done_on": "2026-06-01", "reason": "业主大会决定重新选举"}))]
pub struct Dissolution {
    pub done_on: NaiveDate,
    #[schema(min_length = 1, max_length = 1000, pattern = "\\S")]
    pub reason: String,
}

/// Which terms to list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct OwnersCommitteeFilter {
    /// Only this jurisdiction and what lies below it.
    #[param(inline)]
    pub r#in: Option<JurisdictionCode>,
    /// Where they stand today, separated by commas.
    #[param(inline, style = Form, explode = false, max_items = 11)]
    pub status: Option<Vec<CommitteeStatus>>,
    /// Only those of this estate.
    pub estate_id: Option<Uuid>,
    /// Only those of this organization.
    pub organization_id: Option<Uuid>,
    /// Only those with something undone that is due on this day or earlier.
    pub due_by: Option<NaiveDate>,
}
