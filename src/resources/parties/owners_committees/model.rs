//! Owners' committees: one record for each term.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::duties::{CommitteeDeadline, CommitteeDuty};
use super::states::{CommitteeStatus, Stage};
use crate::access::code::JurisdictionCode;
use crate::access::privacy::masked_phone;
use crate::changes::record::impl_feed_record;
use crate::db::json_value::JsonList;
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
    /// Why a membership ends (Qingdao's regulation, article 40).
    pub enum LeaveGround {
        /// The member owns nothing in the estate any more.
        NoLongerOwner = "no_longer_owner",
        /// The member resigned in writing.
        Resigned = "resigned",
        /// Health keeps the member from it.
        Health = "health",
        /// The owners' assembly ended it.
        ByAssembly = "by_assembly",
    }
}

text_enum! {
    /// What can be done about the end of a term.
    pub enum TermMeasureKind {
        /// The owners' assembly prolonged it.
        Prolonged = "prolonged",
        /// The street formed a group that holds the next election in the committee's stead.
        ElectionGroup = "election_group",
    }
}

/// Something that was done about the end of a term.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct TermMeasure {
    pub kind: TermMeasureKind,
    pub on: NaiveDate,
    /// The last day of the prolonged term.
    #[schema(required)]
    pub term_ends_on: Option<NaiveDate>,
    /// The assembly's decision.
    #[schema(max_length = 200, required)]
    pub decision: Option<String>,
    /// How many owners are in the group.
    #[schema(required)]
    pub owners: Option<i16>,
    /// How many others are in the group.
    #[schema(required)]
    pub others: Option<i16>,
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
    /// What was done about the end of the term: once each.
    #[schema(value_type = Vec<TermMeasure>, max_items = 2)]
    pub measures: JsonList<TermMeasure>,
    /// The first day by which something of its deadlines is undone.
    #[schema(required)]
    pub next_due_on: Option<NaiveDate>,
    #[serde(skip)]
    pub duties: JsonList<CommitteeDuty>,
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
    /// Why, by law; null for those who left before this was told.
    #[schema(required)]
    pub leave_ground: Option<LeaveGround>,
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
