//! What happened to a dispute on its way and what is due: everything that is read only together with it.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::deadline::Deadline;
use super::states::Status;
use crate::access::code::{JurisdictionCode, Level};
use crate::db::text_enum::text_enum;
use crate::resources::grid::responsibilities::model::ResponsibilityDuty;
use crate::resources::parties::organizations::model::OrganizationKind;

/// Who was looked for at a level.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct RoutingStep {
    pub level: Level,
    pub place: JurisdictionCode,
    /// The entry of the responsibility list; null where the list names nobody at this level and the usual office was
    /// looked for.
    #[schema(required)]
    pub responsibility_id: Option<Uuid>,
    #[schema(required)]
    pub duty: Option<ResponsibilityDuty>,
    #[schema(max_length = 500, required)]
    pub legal_basis: Option<String>,
    pub organization_kind: OrganizationKind,
    /// Null when nobody holds the post: then the level above is responsible.
    #[schema(required)]
    pub organization_id: Option<Uuid>,
    #[schema(max_length = 100, required)]
    pub organization_name: Option<String>,
}

/// How it was found who is responsible.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct RoutingTrace {
    /// The matter of the responsibility list.
    #[schema(max_length = 100)]
    pub matter: String,
    /// The level at which the search began.
    pub first_level: Level,
    /// The day whose responsibility list counted.
    pub as_of: NaiveDate,
    /// Level by level; the last one holds it, if anybody does.
    #[schema(max_items = 5)]
    pub steps: Vec<RoutingStep>,
    /// True when a post was vacant.
    pub alarm: bool,
    /// The level of the category where the search began at another one, since that is where the list names a lead.
    #[serde(default)]
    #[schema(required)]
    pub category_level: Option<Level>,
}

text_enum! {
    /// By which way a dispute came, which decides by which rules its time is counted.
    #[derive(Default)]
    pub enum DisputeChannel {
        /// To the office itself.
        #[default]
        Direct = "direct",
        /// Through the 12345 hotline.
        Hotline = "hotline",
        /// As a petition (xinfang).
        Petition = "petition",
    }
}

text_enum! {
    /// What only the level above may grant.
    pub enum ApprovalKind {
        Suspend = "suspend",
        Extend = "extend",
        /// To withdraw what is graded red.
        Withdraw = "withdraw",
        /// To let somebody see a confidential case.
        Invite = "invite",
        /// To grade a red dispute lower.
        LowerRisk = "lower_risk",
        /// To make a confidential case an open one.
        LiftConfidentiality = "lift_confidentiality",
        /// To look again at a rejection, as the applicant asks.
        ReviewRejection = "review_rejection",
        /// To answer an applicant who is dissatisfied with the result: nobody asks for it, it is asked for by what they said.
        AnswerComplaint = "answer_complaint",
    }
}

/// Something that waits for the level above.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ApprovalRequest {
    pub kind: ApprovalKind,
    #[schema(max_length = 1000)]
    pub reason: String,
    pub requested_at: DateTime<Utc>,
}

text_enum! {
    /// Why a dispute does not go on for now.
    pub enum HoldKind {
        Suspended = "suspended",
        Transferred = "transferred",
        Merged = "merged",
    }
}

/// What a dispute was before it was put on hold.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Hold {
    pub kind: HoldKind,
    /// The status to which it returns.
    pub status: Status,
    /// Who handled it.
    pub level: Level,
    pub jurisdiction: JurisdictionCode,
    #[schema(required)]
    pub organization_id: Option<Uuid>,
    #[serde(default)]
    pub estate_id: Option<Uuid>,
    /// How it was found who handled it.
    #[serde(default)]
    pub route: Option<RoutingTrace>,
    pub since: DateTime<Utc>,
    /// Suspended: the day on which it goes on by itself. Transferred: the last day to return it.
    #[schema(required)]
    pub until_on: Option<NaiveDate>,
}

text_enum! {
    /// Where a dispute was referred to.
    pub enum ReferralKind {
        Arbitration = "arbitration",
        Court = "court",
        Police = "police",
        Department = "department",
    }
}

text_enum! {
    /// Why a dispute is not taken up.
    pub enum RejectionCode {
        /// It is nothing that the service handles.
        NotInScope = "not_in_scope",
        /// A court or an arbitration body has it, or has decided it.
        InCourt = "in_court",
        /// A law or a regulation excludes its kind from mediation and handling.
        ExcludedKind = "excluded_kind",
        /// The applicant is not concerned by it.
        NoStanding = "no_standing",
    }
}

/// Why a dispute was not taken up, and where else the applicant can go.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Rejection {
    pub code: RejectionCode,
    #[schema(max_length = 1000)]
    pub reason: String,
    #[schema(max_items = 4)]
    pub other_ways: Vec<ReferralKind>,
    pub at: DateTime<Utc>,
}

/// Where a dispute goes on outside.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Referral {
    pub kind: ReferralKind,
    #[schema(min_length = 1, max_length = 100, pattern = "\\S")]
    pub body: String,
    /// The number under which it is known there.
    #[schema(min_length = 1, max_length = 100, pattern = "\\S")]
    pub reference_number: String,
}

text_enum! {
    /// What the applicant says of the result.
    pub enum Satisfaction {
        Satisfied = "satisfied",
        BasicallySatisfied = "basically_satisfied",
        Dissatisfied = "dissatisfied",
        /// The applicant could not be reached.
        Unreachable = "unreachable",
    }
}

text_enum! {
    /// What a party or the responsible organization says to a dispute.
    pub enum AnswerKind {
        AcceptResponsibility = "accept_responsibility",
        DenyResponsibility = "deny_responsibility",
        ProposeSolution = "propose_solution",
        ReportCompletion = "report_completion",
    }
}

impl AnswerKind {
    /// What people call it.
    pub fn title(self) -> &'static str {
        match self {
            Self::AcceptResponsibility => "承认责任",
            Self::DenyResponsibility => "不认可责任",
            Self::ProposeSolution => "提出方案",
            Self::ReportCompletion => "报告完成",
        }
    }
}

/// What a party or the responsible organization said to a dispute.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PartyAnswer {
    pub kind: AnswerKind,
    /// Whose answer it is; null for the responsible organization, where that is no party.
    #[schema(required)]
    pub position: Option<i16>,
    /// The organization that was responsible then, where that says it.
    #[serde(default)]
    pub organization_id: Option<Uuid>,
    #[schema(max_length = 1000)]
    pub text: String,
    /// What shows it, such as where photographs are kept.
    #[schema(max_items = 5, max_length = 300)]
    pub evidence: Vec<String>,
    pub at: DateTime<Utc>,
}

text_enum! {
    /// What came of a dispute in a council.
    pub enum CouncilOutcome {
        Adopted = "adopted",
        NotAdopted = "not_adopted",
        /// Only the owners can decide it, by a vote.
        ReservedToOwners = "reserved_to_owners",
        /// The meeting came to its end before it, or was called off.
        NotDecided = "not_decided",
    }
}

/// What a council says to a dispute.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct CouncilAnswer {
    pub meeting_id: Uuid,
    /// The item of its agenda.
    pub item_id: Uuid,
    pub outcome: CouncilOutcome,
    /// What was adopted.
    #[schema(max_length = 5000, required)]
    pub resolution: Option<String>,
    pub at: DateTime<Utc>,
}

impl CouncilAnswer {
    /// True where another one says the same.
    pub fn says(&self, other: &Self) -> bool {
        (self.outcome, &self.resolution) == (other.outcome, &other.resolution)
    }

    /// As the history of a dispute tells it: parties read there, and the words of a resolution once they are published.
    pub fn note(&self) -> &'static str {
        match self.outcome {
            CouncilOutcome::Adopted => "会议议定",
            CouncilOutcome::NotAdopted => "会议未通过",
            CouncilOutcome::ReservedToOwners => "须由业主共同决定",
            CouncilOutcome::NotDecided => "会议未作决定",
        }
    }
}

/// A dispute waits for the meeting of a council.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct CouncilWait {
    pub meeting_id: Uuid,
    /// What it was before.
    pub status: Status,
}

/// What happened to a dispute on its way and what is due.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct CaseDetails {
    #[serde(default)]
    pub channel: DisputeChannel,
    /// How it was found who is responsible.
    #[serde(default)]
    pub route: Option<RoutingTrace>,
    /// How it was found before, the first time first: each time that it went up, was moved or was put right.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub earlier_routes: Vec<RoutingTrace>,
    #[serde(default)]
    #[schema(max_items = 200)]
    pub clocks: Vec<Deadline>,
    /// What waits for the level above.
    #[serde(default)]
    pub approval: Option<ApprovalRequest>,
    #[serde(default)]
    pub hold: Option<Hold>,
    /// True when a receiver has returned it once: the next level above decides from now on.
    #[serde(default)]
    pub returned: bool,
    #[serde(default)]
    pub contacted_at: Option<DateTime<Utc>>,
    #[serde(default)]
    pub resolved_at: Option<DateTime<Utc>>,
    /// The day on which it closes by itself; it does not move over rest days.
    #[serde(default)]
    pub closes_on: Option<NaiveDate>,
    /// The last day on which it can be reopened; it does not move over rest days.
    #[serde(default)]
    pub reopens_until: Option<NaiveDate>,
    #[serde(default)]
    pub satisfaction: Option<Satisfaction>,
    /// The last day of the mediation's own term, until which the time to resolve stands still.
    #[serde(default)]
    pub mediation_until: Option<NaiveDate>,
    /// The meeting for which it waits.
    #[serde(default)]
    pub council: Option<CouncilWait>,
    /// The last day until which the time to resolve stands still while it is before a council; it does so once.
    #[serde(default)]
    pub council_until: Option<NaiveDate>,
    /// What councils said to it, the latest last.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub council_answers: Vec<CouncilAnswer>,
    /// How often it was taken up again.
    #[serde(default)]
    pub reopenings: i64,
    /// Since when the responsible organization is asked: when it became responsible, or when the dispute was taken up again.
    #[serde(default)]
    pub asked_at: Option<DateTime<Utc>>,
    /// Whether the applicant has filed it themselves; nothing where that was not kept.
    #[serde(default)]
    pub filed_by_applicant: Option<bool>,
    /// Whether nobody is to know who the applicants are.
    #[serde(default)]
    pub anonymous: bool,
    /// True when the applicant has said so themselves.
    #[serde(default)]
    pub rated_by_applicant: bool,
    /// Calendar days for which it has been suspended, of those that the rule allows.
    #[serde(default)]
    pub suspended_days: i64,
    #[serde(default)]
    pub referral: Option<Referral>,
    /// Why it was not taken up.
    #[serde(default)]
    pub rejection: Option<Rejection>,
    /// True when the applicant has asked once for a review of that.
    #[serde(default)]
    pub review_requested: bool,
    /// What parties and the responsible organization said to it, the latest last.
    #[serde(default)]
    #[schema(max_items = 300)]
    pub answers: Vec<PartyAnswer>,
    /// The organization in whose name a member, or for which an office has filed it.
    #[serde(default)]
    pub filed_for: Option<Uuid>,
    /// Which of the parties has filed it by themselves.
    #[serde(default)]
    pub filed_by: Option<i16>,
    /// The highest position of a party that was taken out.
    #[serde(default)]
    pub last_removed_party: Option<i16>,
    /// Its mediations, the first one first.
    #[serde(default)]
    #[schema(max_items = 100)]
    pub mediation_ids: Vec<Uuid>,
}

impl CaseDetails {
    /// The position of whoever filed it by themselves; of what was filed before that was kept, the first.
    pub fn filer_position(&self) -> Option<i16> {
        self.filed_by.or(if self.filed_by_applicant == Some(true) { Some(0) } else { None })
    }
}
