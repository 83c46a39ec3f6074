//! The states of a mediation.

use uuid::Uuid;

use super::model::{ExclusionKind, MediationFields};
use super::offers::{Offer, OfferStatus};
use crate::access::authority::Authority;
use crate::access::code::Level;
use crate::access::permissions::Action;
use crate::changes::lifecycle::{Lifecycle, Step, next_status};
use crate::db::text_enum::text_enum;
use crate::http::codes;
use crate::http::problem::FieldError;
use crate::resources::disputes::parties::PartyRole;
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
            (Action::Choose, &[ConsentPending, MediatorSelected], None),
            (Action::Select, &[ConsentPending, MediatorSelected], Some(MediatorSelected)),
            (Action::Exclude, &[MediatorSelected, InSession], Some(ConsentPending)),
            (Action::Offer, &[ConsentPending, MediatorSelected, InSession], None),
            (Action::AnswerOffer, &[ConsentPending, MediatorSelected, InSession], None),
            (Action::InviteHelper, &[ConsentPending, MediatorSelected, InSession], None),
            (Action::DismissHelper, &[ConsentPending, MediatorSelected, InSession], None),
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

    fn is_own_matter(&self, action: Action, person: &str) -> bool {
        self.applicant_subject == person && !PARTY_ACTIONS.contains(&action)
    }

    fn refuses(&self, action: Action, _: &Authority) -> Option<FieldError> {
        let rule = match action {
            Action::Select if !self.all_consent() => &codes::CONSENT_MISSING,
            Action::Exclude if self.mediator_id.is_none() => &codes::NOT_APPLICABLE,
            Action::Offer | Action::InviteHelper if !self.all_consent() => &codes::CONSENT_MISSING,
            Action::DismissHelper if self.helpers.0.iter().all(|helper| helper.dismissed_at.is_some()) => &codes::NOT_APPLICABLE,
            Action::AnswerOffer if self.open_offer().is_none() => &codes::NOT_APPLICABLE,
            _ => return None,
        };
        Some(FieldError::at("", rule))
    }
}

/// What a party says, by themselves or through those who record it.
const PARTY_ACTIONS: [Action; 6] =
    [Action::RecordConsent, Action::WithdrawConsent, Action::Choose, Action::Exclude, Action::Offer, Action::AnswerOffer];

/// No party stands here: what is said for it is said by whoever handles the case.
pub const NOBODY: i16 = -1;

impl MediationFields {
    /// The positions of a person: those that are linked to them, and that of the applicant who filed the dispute.
    pub fn own_positions(&self, person: &str, linked: &[i16]) -> Vec<i16> {
        // Of mediations that were opened before it was kept who filed the dispute, it is the first applicant.
        let filed = || self.parties.0.iter().find(|party| party.filed_it);
        let first = || self.parties.0.iter().find(|party| party.role == PartyRole::Applicant);
        let filed = if self.applicant_subject == person { filed().or_else(first) } else { None };
        let filed = filed.map(|party| party.position).filter(|position| !linked.contains(position));
        linked.iter().copied().chain(filed).collect()
    }

    /// Why the caller, who is the parties at `own`, does not say this: parties speak for themselves alone and decide
    /// nothing else of their case; who is none records what parties said. `spoken` is the position for which they speak;
    /// none where the action is not said by a party.
    pub fn part_fault(&self, who: &Authority, own: &[i16], spoken: Option<i16>) -> Option<FieldError> {
        let handles = who.acting_level(who.action, &self.jurisdiction).is_some()
            || self.mediator_subject.as_deref() == Some(who.actor.caller.as_str());
        match spoken {
            Some(position) if own.contains(&position) => None,
            // Who has spoken by their own sign-in goes on speaking for themselves.
            Some(position) if own.is_empty() && handles => {
                let speaks = self.parties.0.iter().any(|party| party.position == position && party.said_it);
                speaks.then(|| FieldError::at("/position", &codes::SAID_BY_PARTY))
            }
            Some(_) => Some(FieldError::at("/position", &codes::NOT_YOUR_PART)),
            None if own.is_empty() => None,
            None => Some(FieldError::at("", &codes::OWN_MATTER)),
        }
    }

    /// What somebody who is the parties at `own` can say now.
    pub fn party_actions(&self, who: &Authority, own: &[i16]) -> Vec<&'static str> {
        let mut mine = self.parties.0.iter().filter(|party| own.contains(&party.position));
        let consents = mine.any(|party| party.consents == Some(true));
        let asked: Vec<_> = self.asks(own).collect();
        let waits = |action: Action| match action {
            Action::RecordConsent | Action::AnswerOffer => asked.contains(&action),
            Action::WithdrawConsent => consents,
            _ => true,
        };
        let possible = |action: &Action| {
            who.may_at_all(*action)
                && next_status(Self::ACTIONS, self.status, *action).is_some()
                && self.refuses(*action, who).is_none()
                && waits(*action)
        };
        PARTY_ACTIONS.into_iter().filter(possible).map(Action::as_str).collect()
    }

    /// What waits for the word of somebody who is the parties at `own`.
    pub fn asks(&self, own: &[i16]) -> impl Iterator<Item = Action> {
        let early = matches!(self.status, MediationStatus::Proposed | MediationStatus::ConsentPending);
        let mut mine = self.parties.0.iter().filter(|party| own.contains(&party.position));
        let silent = early && mine.any(|party| party.consents.is_none());
        let answered = |offer: &Offer, position: &i16| offer.answers.iter().any(|answer| answer.position == *position);
        let offered = self.open_offer().is_some_and(|offer| own.iter().any(|position| !answered(offer, position)));
        [silent.then_some(Action::RecordConsent), offered.then_some(Action::AnswerOffer)].into_iter().flatten()
    }

    /// The offer that waits for answers.
    pub fn open_offer(&self) -> Option<&Offer> {
        self.offers.0.iter().find(|offer| offer.status == OfferStatus::Open)
    }

    /// The positions of the parties who want a mediator.
    pub fn chosen_by(&self, mediator: Uuid) -> Vec<i16> {
        let parties = self.parties.0.iter().filter(|party| party.chosen_mediator_id == Some(mediator));
        parties.map(|party| party.position).collect()
    }

    /// The mediator whom all parties want.
    pub fn chosen_by_all(&self) -> Option<Uuid> {
        let mut choices = self.parties.0.iter().map(|party| party.chosen_mediator_id);
        let first = choices.next()??;
        choices.all(|choice| choice == Some(first)).then_some(first)
    }

    /// Nobody who is a party, at the positions `own`, takes another part in their own case.
    pub fn own_fault(&self, who: &Authority, own: &[i16]) -> Option<FieldError> {
        let is_party = self.applicant_subject == who.actor.caller || !own.is_empty();
        is_party.then(|| FieldError::at("/mediation_id", &codes::OWN_MATTER))
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
