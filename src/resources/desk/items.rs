//! What is to be done with a record, and by when.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use uuid::Uuid;

use super::DAYS_AFTER;
use super::model::{WorkItem, WorkKind};
use crate::access::code::JurisdictionCode;
use crate::access::permissions::Action;
use crate::calendar::term::end_of;
use crate::changes::kinds::RecordType;
use crate::changes::record::FeedRecord;
use crate::resources::deliberation::consultations::model::ConsultationFields;
use crate::resources::deliberation::council_meetings::model::CouncilMeetingFields;
use crate::resources::deliberation::councils::model::CouncilFields;
use crate::resources::deliberation::duties::model::DutyFields;
use crate::resources::deliberation::owner_votes::model::OwnerVoteFields;
use crate::resources::disputes::states::Status;
use crate::resources::disputes::store::work::Waiting;
use crate::resources::grid::grid_records::model::GridRecordFields;
use crate::resources::grid::grid_units::model::GridUnitFields;
use crate::resources::mediation::agreements::court::{Confirmation, ConfirmationStatus};
use crate::resources::mediation::agreements::model::AgreementFields;
use crate::resources::mediation::agreements::parts::ObligationStatus;
use crate::resources::mediation::agreements::states::AgreementStatus;
use crate::resources::mediation::mediation_sessions::model::MediationSessionFields;
use crate::resources::mediation::mediations::model::MediationFields;
use crate::resources::parties::organizations::model::OrganizationFields;
use crate::resources::parties::owners_committees::model::OwnersCommitteeFields;
use crate::resources::parties::property_contracts::model::PropertyContractFields;
use crate::resources::training::certificates::model::CertificateFields;
use crate::resources::training::training_sessions::model::TrainingSessionFields;

/// Makes items of records.
#[derive(Clone, Copy)]
pub struct Items {
    pub now: DateTime<Utc>,
}

impl Items {
    fn item(
        self,
        kind: WorkKind,
        (record_type, id): (RecordType, Uuid),
        title: String,
        jurisdiction: JurisdictionCode,
        due_at: Option<DateTime<Utc>>,
    ) -> WorkItem {
        WorkItem { kind, record_type, id, title, jurisdiction, due_at, late: due_at.is_some_and(|due| due <= self.now) }
    }

    /// What comes next of a dispute that somebody handles.
    pub fn handled(self, waiting: Waiting) -> WorkItem {
        let kind = match waiting.status {
            Status::Submitted | Status::Transferred => WorkKind::AcceptDispute,
            Status::Accepted => WorkKind::AssignDispute,
            Status::Assigned => WorkKind::StartDispute,
            Status::InMediation => WorkKind::MediateDispute,
            Status::InCouncil => WorkKind::DiscussDispute,
            _ if waiting.awaits_contact => WorkKind::ContactApplicant,
            _ => WorkKind::ResolveDispute,
        };
        self.dispute(kind, waiting)
    }

    pub fn dispute(self, kind: WorkKind, waiting: Waiting) -> WorkItem {
        let title = format!("{} {}", waiting.number, waiting.title);
        let due_at = if kind == WorkKind::ConfirmResult { waiting.next_step_at } else { waiting.due_at };
        self.item(kind, (RecordType::Dispute, waiting.id), title, waiting.jurisdiction, due_at)
    }

    pub fn mediation(self, kind: WorkKind, one: MediationFields) -> WorkItem {
        self.item(kind, (RecordType::Mediation, one.id), one.number, one.jurisdiction, one.due_on.map(end_of))
    }

    /// A session is held by its mediator and attended by whoever filed the dispute.
    pub fn session(self, one: MediationSessionFields, caller: &str) -> WorkItem {
        let mediates = one.mediator_subject.as_deref() == Some(caller);
        let kind = if mediates { WorkKind::HoldSession } else { WorkKind::AttendSession };
        self.item(kind, (RecordType::MediationSession, one.id), one.place, one.jurisdiction, Some(one.starts_at))
    }

    pub fn training(self, kind: WorkKind, one: TrainingSessionFields) -> WorkItem {
        self.item(kind, (RecordType::TrainingSession, one.id), one.title, one.jurisdiction, Some(one.starts_at))
    }

    pub fn certificate(self, one: CertificateFields) -> WorkItem {
        let title = format!("{} {}", one.number, one.title);
        let due_at = one.expires_on.map(end_of);
        self.item(WorkKind::RenewCertificate, (RecordType::Certificate, one.id), title, one.jurisdiction, due_at)
    }

    /// What a person or their organization, who are the parties at these seats, has to say in open mediations.
    pub fn said_by_party(
        self,
        person: &str,
        mediations: &[MediationFields],
        seats: &[(Uuid, i16)],
        unsigned: &[AgreementFields],
    ) -> Vec<WorkItem> {
        let mut items = Vec::new();
        for one in mediations {
            let linked: Vec<_> = seats.iter().filter(|(dispute, _)| *dispute == one.dispute_id).map(|(_, at)| *at).collect();
            let own = one.own_positions(person, &linked);
            let asked = one.asks(&own).map(|action| match action {
                Action::RecordConsent => WorkKind::ConsentToMediation,
                _ => WorkKind::AnswerOffer,
            });
            items.extend(asked.map(|kind| self.mediation(kind, one.clone())));
            let waits = |agreement: &&AgreementFields| {
                agreement.mediation_id == one.id && own.iter().any(|position| !agreement.is_signed_by(*position))
            };
            let signing = unsigned.iter().filter(waits).map(|agreement| {
                let (id, number) = ((AgreementFields::KIND, agreement.id), agreement.number.clone());
                self.item(WorkKind::SignAgreement, id, number, agreement.jurisdiction, None)
            });
            items.extend(signing);
        }
        items
    }

    pub fn grid_unit(self, one: GridUnitFields) -> WorkItem {
        let place = one.jurisdiction();
        self.item(WorkKind::ApproveGridUnit, (RecordType::GridUnit, one.identity.id), one.period.name, place, None)
    }

    pub fn clue(self, one: GridRecordFields) -> WorkItem {
        self.item(WorkKind::DecideClue, (RecordType::GridRecord, one.id), one.title, one.jurisdiction, None)
    }

    pub fn committee(self, one: OwnersCommitteeFields, name: String) -> WorkItem {
        let due_at = one.next_due_on.map(end_of);
        self.item(WorkKind::FollowCommittee, (RecordType::OwnersCommittee, one.id), name, one.jurisdiction, due_at)
    }

    pub fn mediation_committee(self, one: OrganizationFields) -> WorkItem {
        let (id, due_at) = ((RecordType::Organization, one.id), one.term_ends_on.map(end_of));
        self.item(WorkKind::RenewMediationCommittee, id, one.name, one.jurisdiction, due_at)
    }

    pub fn contract(self, one: PropertyContractFields) -> WorkItem {
        let title = one.number.unwrap_or_default();
        let due_at = one.filing_due_on.map(end_of);
        self.item(WorkKind::FileContract, (RecordType::PropertyContract, one.id), title, one.jurisdiction, due_at)
    }

    pub fn council(self, one: CouncilFields) -> WorkItem {
        let due_at = one.answer_due_on.map(end_of);
        self.item(WorkKind::AnswerCouncilRequest, (RecordType::Council, one.id), one.name, one.jurisdiction, due_at)
    }

    pub fn meeting(self, kind: WorkKind, one: CouncilMeetingFields) -> WorkItem {
        let at_its_time = matches!(kind, WorkKind::AnswerInvitation | WorkKind::HoldMeeting | WorkKind::GiveVoice);
        let due_at = if at_its_time { Some(one.starts_at) } else { one.next_due_on.map(end_of) };
        self.item(kind, (RecordType::CouncilMeeting, one.id), one.title, one.jurisdiction, due_at)
    }

    pub fn consultation(self, one: ConsultationFields) -> WorkItem {
        self.item(WorkKind::AnswerConsultation, (RecordType::Consultation, one.id), one.title, one.jurisdiction, None)
    }

    pub fn vote(self, kind: WorkKind, one: OwnerVoteFields) -> WorkItem {
        let answer = one.objections.0.iter().filter(|known| known.answered_at.is_none()).map(|known| end_of(known.due_on)).min();
        let due_at = match kind {
            WorkKind::CastBallot | WorkKind::CompleteLetters | WorkKind::ConfirmPowers => Some(one.ends_at),
            WorkKind::EnterPapers => Some(one.preparation.papers_until.map_or(one.ends_at, end_of)),
            WorkKind::CarryOutVote => one.concluded_at.map(|at| at + TimeDelta::days(DAYS_AFTER)),
            _ => answer.or_else(|| one.preparation.papers_until.or(one.objections_until()).map(end_of)),
        };
        self.item(kind, (RecordType::OwnerVote, one.id), one.title, one.jurisdiction, due_at)
    }

    pub fn duty(self, kind: WorkKind, one: DutyFields) -> WorkItem {
        self.item(kind, (RecordType::Duty, one.id), one.title, one.jurisdiction, Some(end_of(one.due_on)))
    }

    /// What a seat has still to say to a meeting.
    pub fn of_seat(self, one: CouncilMeetingFields, organization: Uuid) -> Option<WorkItem> {
        one.asks_seat(organization, self.now).map(|kind| {
            let kind = match kind {
                Action::SignMinutes => WorkKind::SignMinutes,
                Action::GiveVoice => WorkKind::GiveVoice,
                _ => WorkKind::AnswerInvitation,
            };
            self.meeting(kind, one)
        })
    }

    /// Everything that is to be done with an agreement, which all have signed or not.
    pub fn agreement(self, (one, signed): &(AgreementFields, bool)) -> Vec<WorkItem> {
        // What cannot be read has no court to wait for.
        let confirmation = one.confirmation.get().cloned().unwrap_or_default();
        self.steps(one, [unsealed(one, *signed), obligation(one), visit(one), court(&confirmation)])
    }
}

impl Items {
    /// What the parties have to do with an agreement in force, or may do.
    pub fn kept_by_party(self, one: &AgreementFields) -> Vec<WorkItem> {
        let confirmation = one.confirmation.get().cloned().unwrap_or_default();
        let asks = court(&confirmation).filter(|(kind, _)| *kind == WorkKind::AskCourt);
        self.steps(one, [obligation(one), asks])
    }

    fn steps(self, one: &AgreementFields, steps: impl IntoIterator<Item = Step>) -> Vec<WorkItem> {
        let item = |(kind, due_on): (WorkKind, Option<NaiveDate>)| {
            self.item(kind, (AgreementFields::KIND, one.id), one.number.clone(), one.jurisdiction, due_on.map(end_of))
        };
        steps.into_iter().flatten().map(item).collect()
    }
}

type Step = Option<(WorkKind, Option<NaiveDate>)>;

fn unsealed(one: &AgreementFields, signed: bool) -> Step {
    let kind = if signed { WorkKind::SealAgreement } else { WorkKind::SignAgreement };
    matches!(one.status, AgreementStatus::Draft | AgreementStatus::Signing).then_some((kind, None))
}

/// The obligation that is due first.
fn obligation(one: &AgreementFields) -> Step {
    one.effective_on?;
    let open = one.obligations.0.iter().filter(|one| matches!(one.status, ObligationStatus::Pending | ObligationStatus::Overdue));
    let first = open.map(|one| one.due_on).min()?;
    Some((WorkKind::FollowAgreement, Some(first)))
}

fn visit(one: &AgreementFields) -> Step {
    let due = if one.visit_note.is_none() { one.visit_due_on } else { None };
    due.map(|due| (WorkKind::VisitParties, Some(due)))
}

fn court(confirmation: &Confirmation) -> Step {
    match confirmation.status {
        ConfirmationStatus::Open => Some((WorkKind::AskCourt, confirmation.until_on)),
        ConfirmationStatus::Applied => Some((WorkKind::AwaitCourt, confirmation.accept_due_on)),
        ConfirmationStatus::Accepted => Some((WorkKind::AwaitCourt, confirmation.decide_due_on)),
        _ => None,
    }
}
