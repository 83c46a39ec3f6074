//! What waits for a caller.

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::access::code::JurisdictionCode;
use crate::changes::kinds::RecordType;
use crate::db::text_enum::text_enum;

text_enum! {
    /// What is to be done.
    pub enum WorkKind {
        AcceptDispute = "accept_dispute",
        AssignDispute = "assign_dispute",
        StartDispute = "start_dispute",
        ResolveDispute = "resolve_dispute",
        MediateDispute = "mediate_dispute",
        /// The time to speak with the applicant runs.
        ContactApplicant = "contact_applicant",
        /// It waits for the meeting of a council.
        DiscussDispute = "discuss_dispute",
        /// The level below asks for something.
        DecideRequest = "decide_request",
        /// A grave dispute is handled below.
        WatchDispute = "watch_dispute",
        /// The caller's own dispute was resolved: is the result good?
        ConfirmResult = "confirm_result",
        /// The caller's organization is responsible for it.
        AnswerDispute = "answer_dispute",
        /// Consents or a mediator are missing.
        PrepareMediation = "prepare_mediation",
        FinishMediation = "finish_mediation",
        HoldSession = "hold_session",
        /// A mediation of the caller's own dispute, or of their organization's: do they want it?
        ConsentToMediation = "consent_to_mediation",
        /// An offer of the other side.
        AnswerOffer = "answer_offer",
        /// A session about the caller's own dispute.
        AttendSession = "attend_session",
        /// Signatures are missing.
        SignAgreement = "sign_agreement",
        /// All have signed: somebody who recorded no signature and did not mediate puts the seal of the committee to it.
        SealAgreement = "seal_agreement",
        /// An obligation is to be met.
        FollowAgreement = "follow_agreement",
        /// The parties are to be visited.
        VisitParties = "visit_parties",
        /// The parties can still ask a court to confirm it.
        AskCourt = "ask_court",
        /// A court has it before it.
        AwaitCourt = "await_court",
        /// A training in which the caller has a seat.
        AttendTraining = "attend_training",
        /// A training that the caller's jurisdiction is to hold or to end.
        HoldTraining = "hold_training",
        /// A grid unit that a community proposes.
        ApproveGridUnit = "approve_grid_unit",
        /// Something that was noticed in the caller's grid or community.
        DecideClue = "decide_clue",
        /// An owners' committee with a duty that is due within a month.
        FollowCommittee = "follow_committee",
        /// The members of a mediation committee leave office within a month, or have left it: others are to be elected.
        RenewMediationCommittee = "renew_mediation_committee",
        /// A property contract whose filing is due within a month.
        FileContract = "file_contract",
        /// A seat asks for a meeting of a council, or the street orders one.
        AnswerCouncilRequest = "answer_council_request",
        /// The minutes of a council are to be signed or published, or an objection is to be answered.
        FollowMeeting = "follow_meeting",
        /// A meeting of a council is to be called, opened or concluded.
        HoldMeeting = "hold_meeting",
        /// A seat is asked for its voice.
        GiveVoice = "give_voice",
        /// The time of a consultation is over, and its opinions are to be answered and published.
        AnswerConsultation = "answer_consultation",
        /// What a council has given to the caller's organization to do.
        DoDuty = "do_duty",
        /// A duty is said to be done by another seat.
        ReviewDuty = "review_duty",
        /// The caller's organization is invited to a council.
        AnswerInvitation = "answer_invitation",
        /// The caller's organization was in a council, whose minutes it is to sign.
        SignMinutes = "sign_minutes",
        /// A vote of owners waits: for the street's confirmation, an answer, its count, a posting or its end.
        FollowVote = "follow_vote",
        /// Papers of owners wait until two persons have entered the same, none of them after the day that is due.
        EnterPapers = "enter_papers",
        /// Letters to owners wait for another person to print their second half.
        CompleteLetters = "complete_letters",
        /// Powers of owners wait for another person to record the same.
        ConfirmPowers = "confirm_powers",
        /// The owners have decided something, and no term, contract or duty says yet that it was done.
        CarryOutVote = "carry_out_vote",
        /// The caller votes for a head that has said nothing yet.
        CastBallot = "cast_ballot",
        /// A certificate of the caller, or of somebody in their jurisdiction, has expired.
        RenewCertificate = "renew_certificate",
    }
}

/// Something that waits for the caller.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct WorkItem {
    pub kind: WorkKind,
    /// What kind of record it is about.
    pub record_type: RecordType,
    pub id: Uuid,
    /// The number or the title that people use.
    #[schema(max_length = 300)]
    pub title: String,
    pub jurisdiction: JurisdictionCode,
    /// The first moment at which it is late.
    #[schema(required)]
    pub due_at: Option<DateTime<Utc>>,
    /// True when it is late.
    pub late: bool,
}

/// Everything that waits for the caller, the most urgent first.
#[derive(Serialize, ToSchema)]
pub struct Work {
    #[schema(max_items = 200)]
    pub items: Vec<WorkItem>,
    /// True when there is more than is told.
    pub more: bool,
}
