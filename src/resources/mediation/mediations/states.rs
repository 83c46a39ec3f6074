//! The states of a mediation.

use super::model::{ExclusionKind, MediationFields};
use crate::access::authority::Authority;
use crate::access::code::Level;
use crate::access::permissions::Action;
use crate::changes::lifecycle::{Lifecycle, Step};
use crate::db::text_enum::text_enum;
use crate::http::codes;
use crate::http::problem::FieldError;
use crate::resources::mediation::mediators::model::MediatorFields;

text_enum! {
    /// Where a mediation stands.
    pub enum MediationStatus {
        Proposed = "proposed",
        ConsentPending = "consent_pending",
        MediatorSelected = "mediator_selected",
        InSession = "in_session",
        Agreed = "agreed",
        Failed = "failed",
        Terminated = "terminated",
    }
}

impl MediationStatus {
    /// The states in which it goes on.
    pub const OPEN: [Self; 4] = [Self::Proposed, Self::ConsentPending, Self::MediatorSelected, Self::InSession];
}

impl Lifecycle for MediationFields {
    type Status = MediationStatus;

    const ACTIONS: &'static [Step<MediationStatus>] = {
        use MediationStatus::*;
        &[
            // A refusal leads to the end instead.
            (Action::RecordConsent, &[Proposed, ConsentPending], None),
            (Action::WithdrawConsent, &[ConsentPending, MediatorSelected, InSession], Some(Terminated)),
            (Action::GiveNotice, &[Proposed, ConsentPending, MediatorSelected], None),
            (Action::Select, &[ConsentPending, MediatorSelected], Some(MediatorSelected)),
            (Action::Exclude, &[MediatorSelected, InSession], Some(ConsentPending)),
            (Action::Extend, &[MediatorSelected, InSession], None),
            (Action::Fail, &[InSession], Some(Failed)),
            (Action::Terminate, &[Proposed, ConsentPending, MediatorSelected, InSession], Some(Terminated)),
        ]
    };

    fn status(&self) -> MediationStatus {
        self.status
    }

    fn set_status(&mut self, status: Self::Status) {
        self.status = status;
    }

    fn assignee(&self) -> Option<&str> {
        self.mediator_subject.as_deref()
    }

    fn allows(&self, _: Action, standing: Option<Level>) -> bool {
        standing.is_none_or(|level| level <= self.level)
    }

    fn is_own_matter(&self, _: Action, person: &str) -> bool {
        self.applicant_subject == person
    }

    fn refuses(&self, action: Action, _: &Authority) -> Option<FieldError> {
        let rule = match action {
            Action::Select if !self.all_consent() => &codes::CONSENT_MISSING,
            Action::Exclude if self.mediator_id.is_none() => &codes::NOT_APPLICABLE,
            _ => return None,
        };
        Some(FieldError::at("", rule))
    }
}

impl MediationFields {
    /// Nobody takes a part in their own case but that of a party.
    pub fn own_fault(&self, who: &Authority) -> Option<FieldError> {
        self.is_own_matter(who.action, &who.actor.caller).then(|| FieldError::at("/mediation_id", &codes::OWN_MATTER))
    }

    /// True when every party has consented (People's Mediation Law, articles 3 and 17).
    pub fn all_consent(&self) -> bool {
        self.parties.0.iter().all(|party| party.consents == Some(true))
    }

    /// True when it has taken longer than it may.
    pub fn is_overdue(&self, today: chrono::NaiveDate) -> bool {
        self.due_on.is_some_and(|due| due < today)
    }

    /// True for the position of one of its parties.
    pub fn has_party(&self, position: i16) -> bool {
        self.parties.0.iter().any(|party| party.position == position)
    }

    pub fn is_open(&self) -> bool {
        MediationStatus::OPEN.contains(&self.status)
    }

    /// Why the mediation committee may not let a mediator mediate; nobody mediates a dispute of their own.
    pub fn excludes(&self, mediator: &MediatorFields) -> Option<ExclusionKind> {
        let known = self.exclusions.0.iter().find(|known| known.mediator_id == mediator.id).map(|known| known.kind);
        known.or((mediator.subject.as_ref() == Some(&self.applicant_subject)).then_some(ExclusionKind::Recusal))
    }
}
