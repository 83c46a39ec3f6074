//! What requests about owners' committees say.

use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::model::{HandoverItem, LeaveGround};
use super::states::CommitteeStatus;
use crate::access::code::JurisdictionCode;

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
    /// An odd number, within what the rules of the place say.
    #[schema(minimum = 1, maximum = 99)]
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
    #[schema(min_items = 1, max_items = 99)]
    pub members: Vec<NewMember>,
    /// The vote of owners that elected them: the members must be those. Required while owners are called to elect, or have elected
    /// somebody whom no term names.
    pub vote_id: Option<Uuid>,
    /// The votes that filled what it left open, each in turn: by-elections of the same estate that were announced once the first one was
    /// counted.
    #[serde(default)]
    #[schema(max_items = 5)]
    pub run_off_vote_ids: Vec<Uuid>,
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
#[schema(example = json!({"member_id": "019c0000-0000-7000-8000-000000000003", "left_on": "2026-06-01", "ground": "no_longer_owner", "reason": "房屋已转让"}))]
pub struct RemovedMember {
    pub member_id: Uuid,
    pub left_on: NaiveDate,
    /// Why, by law.
    pub ground: LeaveGround,
    #[schema(min_length = 1, max_length = 1000, pattern = "\\S")]
    pub reason: String,
}

/// That the owners' assembly prolonged a term, once.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"decided_on": "2030-12-01", "term_ends_on": "2033-02-28", "decision": "业主大会决议〔2030〕3号"}))]
pub struct Prolongation {
    /// Not after the end of the term.
    pub decided_on: NaiveDate,
    /// The last day of the longer term, at most five years after the end that it had.
    pub term_ends_on: NaiveDate,
    /// The vote of owners that decided it, where it was held here.
    pub vote_id: Option<Uuid>,
    /// The decision of the assembly.
    #[schema(min_length = 1, max_length = 200, pattern = "\\S")]
    pub decision: String,
}

/// A group that holds the next election in the committee's stead; the street chairs it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"formed_on": "2031-01-10", "owners": 4, "others": 3}))]
pub struct NewElectionGroup {
    pub formed_on: NaiveDate,
    /// At least half of its members.
    #[schema(minimum = 0, maximum = 99)]
    pub owners: i16,
    /// Those of the street, the community's party organization, the neighborhood committee, the developer and the enterprise.
    #[schema(minimum = 0, maximum = 99)]
    pub others: i16,
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
