//! What is said with an action on a dispute.

use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::details::{ApprovalKind, Referral, ReferralKind, RejectionCode, Satisfaction};
use crate::access::code::{JurisdictionCode, Level};
use crate::db::text_enum::text_enum;
use crate::resources::reference::rules::names::RuleName;

/// A remark of somebody who sees the case.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"note": "相邻小区也有类似情况"}))]
pub struct Comment {
    #[schema(min_length = 1, max_length = 1000, pattern = "\\S")]
    pub note: String,
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

/// That a party is content, or that nothing more is to be done.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"note": "已修复", "satisfaction": "satisfied"}))]
pub struct Closing {
    #[schema(max_length = 1000)]
    pub note: Option<String>,
    pub satisfaction: Option<Satisfaction>,
}

/// What the applicant said when asked.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"satisfaction": "satisfied", "note": "电话回访"}))]
pub struct VisitBack {
    pub satisfaction: Satisfaction,
    #[schema(max_length = 1000)]
    pub note: Option<String>,
}

/// Where the dispute goes: to another level, or to a neighboring place that was meant.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"level": "street", "reason": "涉及多个社区"}))]
pub struct Transfer {
    /// Another level of the same place.
    pub level: Option<Level>,
    /// Another place below the jurisdiction above the one that handles it.
    pub jurisdiction: Option<JurisdictionCode>,
    #[schema(min_length = 1, max_length = 1000, pattern = "\\S")]
    pub reason: String,
}

/// Why a dispute is not taken up.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"code": "in_court", "reason": "法院已立案", "other_ways": ["court"]}))]
pub struct NewRejection {
    pub code: RejectionCode,
    #[schema(min_length = 1, max_length = 1000, pattern = "\\S")]
    pub reason: String,
    /// Where else the applicant can go: the answer names at least one way.
    #[schema(min_items = 1, max_items = 4)]
    pub other_ways: Vec<ReferralKind>,
}

/// What is asked of the level above.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"kind": "extend", "reason": "等待检测结果"}))]
pub struct NewApprovalRequest {
    pub kind: ApprovalKind,
    #[schema(min_length = 1, max_length = 1000, pattern = "\\S")]
    pub reason: String,
}

text_enum! {
    /// Why a dispute can be suspended.
    pub enum SuspensionReason {
        /// A court or an arbitration decides on it.
        PendingJudgment = "pending_judgment",
        /// An inspection or an appraisal is under way.
        PendingInspection = "pending_inspection",
        /// Maintenance funds are awaited.
        PendingFunds = "pending_funds",
        /// The owners are to vote on it, which takes longer than other reasons.
        PendingOwnerVote = "pending_owner_vote",
        /// A party that is needed cannot be reached.
        PartyUnreachable = "party_unreachable",
        ForceMajeure = "force_majeure",
    }
}

impl SuspensionReason {
    /// The rule that says how long a dispute stands still for it, with all other suspensions.
    pub fn longest(self) -> RuleName {
        match self {
            Self::PendingOwnerVote => RuleName::OwnerVoteSuspensionDays,
            _ => RuleName::DisputeSuspensionDays,
        }
    }
}

/// Why, and for how long, the dispute stands still.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"reason": "pending_inspection", "note": "第三方检测机构已受理"}))]
pub struct Suspension {
    pub reason: SuspensionReason,
    #[schema(max_length = 900)]
    pub note: Option<String>,
    /// The day on which it goes on by itself; the longest that the rule allows when not given.
    pub until_on: Option<NaiveDate>,
}

/// Which dispute this one is the same as.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"into_id": "019c0000-0000-7000-8000-000000000000", "reason": "同一漏水点"}))]
pub struct DisputeMerger {
    pub into_id: Uuid,
    #[schema(min_length = 1, max_length = 1000, pattern = "\\S")]
    pub reason: String,
}

/// The disputes of many households about one matter, which are answered together.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"dispute_ids": ["019c0000-0000-7000-8000-000000000000"]}))]
pub struct AddedParts {
    #[schema(min_items = 1, max_items = 200)]
    pub dispute_ids: Vec<Uuid>,
    #[schema(max_length = 1000)]
    pub note: Option<String>,
}

/// Where the dispute goes on outside.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "referral": {"kind": "court", "body": "市南区人民法院", "reference_number": "（2026）鲁0202民初1号"}, "note": "申请人起诉"
}))]
pub struct NewReferral {
    pub referral: Referral,
    #[schema(max_length = 1000)]
    pub note: Option<String>,
}

/// Who else shall see the case: a jurisdiction or an organization.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"jurisdiction": "370202002", "reason": "协助核实"}))]
pub struct Invitation {
    pub jurisdiction: Option<JurisdictionCode>,
    pub organization_id: Option<Uuid>,
    #[schema(min_length = 1, max_length = 1000, pattern = "\\S")]
    pub reason: String,
}
