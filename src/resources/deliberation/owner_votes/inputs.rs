//! What is said about votes before they begin.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::model::{OwnersRequest, PostingKind};
use super::plan::{Convener, Replacement, SilenceClause, VoteCause};
use super::records::Secrecy;
use super::roll::HeadsBasis;
use super::states::OwnerVoteStatus;
use crate::access::code::JurisdictionCode;

/// One thing that is to be voted on.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewVoteTopic {
    #[schema(min_length = 1, max_length = 200, pattern = "\\S")]
    pub title: String,
    #[schema(max_length = 5000)]
    pub text: Option<String>,
    /// The matter, by its code: `/v1/vote-matters`. It says how many must approve.
    #[schema(min_length = 1, max_length = 50)]
    pub matter: String,
    /// For an election, those who can be chosen: more than there are seats.
    #[serde(default)]
    #[schema(max_items = 50, min_length = 1, max_length = 100, pattern = "\\S")]
    pub candidates: Vec<String>,
    /// For an election, how many are elected: an odd number, unless seats are filled that fell vacant.
    #[schema(minimum = 1, maximum = 21)]
    pub seats: Option<i64>,
    /// True where seats are filled that fell vacant.
    #[serde(default)]
    pub by_election: bool,
}

/// A vote that is to be prepared.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "estate_id": "019c0000-0000-7000-8000-000000000001", "title": "2026年第一次业主大会会议", "background": "电梯已使用二十年。",
    "convener": "owners_committee", "organization_id": "019c0000-0000-7000-8000-000000000002", "cause": "own_decision",
    "cause_on": "2026-03-01", "topics": [{"title": "使用维修资金更换电梯", "matter": "use_fund"}], "secrecy": "named",
    "starts_at": "2026-04-01T01:00:00Z", "ends_at": "2026-04-15T10:00:00Z"
}))]
pub struct NewOwnerVote {
    /// A client may choose the id, a UUID of version 7, so that it knows it before the answer.
    pub id: Option<Uuid>,
    pub estate_id: Uuid,
    #[schema(min_length = 1, max_length = 200, pattern = "\\S")]
    pub title: String,
    #[serde(default)]
    #[schema(max_length = 5000)]
    pub background: String,
    pub convener: Convener,
    /// The owners' committee, where it convenes the vote.
    pub organization_id: Option<Uuid>,
    pub cause: VoteCause,
    /// When it was decided, asked for or ordered.
    pub cause_on: NaiveDate,
    /// Who asked for it, where owners did.
    pub request: Option<OwnersRequest>,
    /// By when the committee was to call the vote, where the street ordered it.
    pub ordered_until: Option<NaiveDate>,
    /// True for the first assembly of an estate, whose papers are posted for longer.
    #[serde(default)]
    pub first_assembly: bool,
    #[schema(min_items = 1, max_items = 20)]
    pub topics: Vec<NewVoteTopic>,
    pub secrecy: Secrecy,
    /// All units of one owner are a head when not given.
    pub heads_basis: Option<HeadsBasis>,
    /// The decision of the assembly by which each unit is a head.
    #[schema(min_length = 1, max_length = 500, pattern = "\\S")]
    pub heads_decision: Option<String>,
    /// The last ballot of a head counts when not given.
    pub replacement: Option<Replacement>,
    /// What the covenant makes of owners who were reached and say nothing; nothing when not given.
    pub silence: Option<SilenceClause>,
    /// A consultation of this place or above, which is no draft, from which it comes.
    pub consultation_id: Option<Uuid>,
    /// A dispute of this place, neither confidential nor over, which the vote is to decide.
    pub dispute_id: Option<Uuid>,
    pub starts_at: DateTime<Utc>,
    pub ends_at: DateTime<Utc>,
}

/// Changes to a vote before it is announced (JSON merge patch). What the street confirmed is to be confirmed again.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"ends_at": "2026-04-20T10:00:00Z"}))]
pub struct OwnerVotePatch {
    #[schema(min_length = 1, max_length = 200, pattern = "\\S", nullable = false)]
    pub title: Option<String>,
    #[schema(max_length = 5000, nullable = false)]
    pub background: Option<String>,
    /// All of them, in place of those of before.
    #[schema(min_items = 1, max_items = 20, nullable = false)]
    pub topics: Option<Vec<NewVoteTopic>>,
    #[schema(nullable = false)]
    pub secrecy: Option<Secrecy>,
    #[schema(nullable = false)]
    pub replacement: Option<Replacement>,
    #[serde(default, deserialize_with = "crate::http::json::clearable")]
    #[schema(value_type = Option<SilenceClause>)]
    pub silence: Option<Option<SilenceClause>>,
    #[schema(nullable = false)]
    pub starts_at: Option<DateTime<Utc>>,
    #[schema(nullable = false)]
    pub ends_at: Option<DateTime<Utc>>,
}

/// Where something hangs in the estate, and for how long.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPosting {
    #[schema(min_length = 1, max_length = 200, pattern = "\\S")]
    pub place: String,
    /// The last day. The first is today.
    pub until_on: NaiveDate,
    /// Where a picture of it can be seen.
    #[schema(min_length = 9, max_length = 500, pattern = "^https://\\S+$")]
    pub evidence: Option<String>,
}

/// The roll is made of the units as they are registered, and posted.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"posting": {"place": "小区公告栏", "until_on": "2026-03-20"}}))]
pub struct RollPublication {
    pub posting: NewPosting,
    /// Why it is corrected, where it was published before.
    #[schema(min_length = 1, max_length = 1000, pattern = "\\S")]
    pub reason: Option<String>,
}

/// What the street confirms.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"version": 3}))]
pub struct VoteConfirmation {
    /// The version of the vote that was read.
    pub version: i64,
    /// True where the roll may have fewer units than the estate is registered with.
    #[serde(default)]
    pub despite_missing_units: bool,
}

/// What an owner has against the roll or the result.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"text": "3号楼2单元501室面积应为89.56平方米。"}))]
pub struct NewVoteObjection {
    #[schema(min_length = 1, max_length = 2000, pattern = "\\S")]
    pub text: String,
    /// Where an office records it for an owner: how they have told so, such as by a letter.
    #[schema(min_length = 1, max_length = 100, pattern = "\\S")]
    pub paper: Option<String>,
}

/// What is answered.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"objection_id": "019c0000-0000-7000-8000-000000000001", "answer": "已按登记簿更正。"}))]
pub struct VoteObjectionAnswer {
    pub objection_id: Uuid,
    #[schema(min_length = 1, max_length = 2000, pattern = "\\S")]
    pub answer: String,
}

/// Another posting.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"kind": "announcement", "place": "北门公告栏", "from_on": "2026-03-02", "until_on": "2026-03-20"}))]
pub struct OtherPosting {
    pub kind: PostingKind,
    #[schema(min_length = 1, max_length = 200, pattern = "\\S")]
    pub place: String,
    pub from_on: NaiveDate,
    pub until_on: NaiveDate,
    #[schema(min_length = 9, max_length = 500, pattern = "^https://\\S+$")]
    pub evidence: Option<String>,
}

/// A posting that does not count, such as one that was torn off.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"posting_id": "019c0000-0000-7000-8000-000000000001", "reason": "次日被撕毁"}))]
pub struct PostingStrike {
    pub posting_id: Uuid,
    #[schema(min_length = 1, max_length = 1000, pattern = "\\S")]
    pub reason: String,
}

/// The vote is announced: the roll is frozen, and what is voted on does not change any more.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"posting": {"place": "小区公告栏", "until_on": "2026-04-15"}, "observer": "居委会副主任", "committee_told_on": "2026-03-10"}))]
pub struct VoteAnnouncement {
    pub posting: NewPosting,
    /// Who sits in for the neighborhood committee.
    #[schema(min_length = 1, max_length = 100, pattern = "\\S")]
    pub observer: String,
    /// When the neighborhood committee was told.
    pub committee_told_on: NaiveDate,
}

/// A vote goes on for longer, since something kept owners from it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"ends_at": "2026-04-17T10:00:00Z", "reason": "系统故障一天"}))]
pub struct VoteExtension {
    pub ends_at: DateTime<Utc>,
    #[schema(min_length = 1, max_length = 1000, pattern = "\\S")]
    pub reason: String,
}

/// Which votes to list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct OwnerVoteFilter {
    /// Only this jurisdiction and what lies below it.
    #[param(inline)]
    pub r#in: Option<JurisdictionCode>,
    /// States, separated by commas.
    #[param(inline, style = Form, explode = false, max_items = 9)]
    pub status: Option<Vec<OwnerVoteStatus>>,
    /// Only those of this estate.
    pub estate_id: Option<Uuid>,
    /// Only those that come from this consultation.
    pub consultation_id: Option<Uuid>,
    /// Only those that are to decide this dispute.
    pub dispute_id: Option<Uuid>,
    /// True for those in which the caller votes for a head, wherever that is.
    pub own: Option<bool>,
}
