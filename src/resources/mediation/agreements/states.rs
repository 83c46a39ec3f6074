//! The states of an agreement, and what comes next of it.

use chrono::{DateTime, NaiveDate, Utc};

use super::court::{Confirmation, ConfirmationStatus, Enforcement, EnforcementRoute};
use super::model::AgreementFields;
use super::parts::ObligationStatus;
use crate::access::authority::Authority;
use crate::access::code::Level;
use crate::access::permissions::Action;
use crate::calendar::midnight;
use crate::calendar::term::end_of;
use crate::changes::lifecycle::{Lifecycle, Step, next_status};
use crate::changes::taken_steps::TakenSteps;
use crate::db::text_enum::text_enum;
use crate::http::codes;
use crate::http::problem::FieldError;

text_enum! {
    /// Where an agreement stands.
    pub enum AgreementStatus {
        Draft = "draft",
        Signing = "signing",
        Effective = "effective",
        /// Something of it was done.
        Performing = "performing",
        Performed = "performed",
        Defaulted = "defaulted",
        Rescinded = "rescinded",
    }
}

impl Lifecycle for AgreementFields {
    type Status = AgreementStatus;

    /// What follows from signatures and performances is set by the rules: `None` stands there.
    const ACTIONS: &'static [Step<AgreementStatus>] = {
        use AgreementStatus::*;
        const IN_FORCE: &[AgreementStatus] = &[Effective, Performing, Performed, Defaulted];
        &[
            (Action::Update, &[Draft], None),
            (Action::Sign, &[Draft, Signing], None),
            (Action::Seal, &[Signing], None),
            (Action::Perform, &[Effective, Performing, Defaulted], None),
            (Action::ReportProgress, &[Effective, Performing, Defaulted], None),
            (Action::Default, &[Effective, Performing, Defaulted], Some(Defaulted)),
            (Action::Rescind, &[Draft, Signing, Effective, Performing, Defaulted], Some(Rescinded)),
            (Action::VisitBack, IN_FORCE, None),
            (Action::ApplyConfirmation, IN_FORCE, None),
            (Action::AcceptConfirmation, IN_FORCE, None),
            (Action::ExtendConfirmation, IN_FORCE, None),
            (Action::DecideConfirmation, IN_FORCE, None),
            (Action::MakeEnforceable, &[Effective, Performing, Defaulted], None),
            (Action::ApplyEnforcement, &[Effective, Performing, Defaulted], None),
        ]
    };

    const SECOND_PERSON: &'static [(Action, Action)] = &[(Action::Seal, Action::Sign)];

    fn status(&self) -> AgreementStatus {
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

    fn taken_steps(&self) -> Option<&TakenSteps> {
        Some(&self.taken_steps)
    }

    fn is_own_matter(&self, action: Action, person: &str) -> bool {
        self.applicant_subject == person && !matches!(action, Action::Sign | Action::ReportProgress)
    }

    fn refuses(&self, action: Action, who: &Authority) -> Option<FieldError> {
        use ConfirmationStatus::{Accepted, Applied, Lapsed, Open, RuledValid};
        let confirmation = self.confirmation.get().ok()?;
        let stands_at = |wanted: &[ConfirmationStatus]| {
            let fault = || FieldError::at("", &codes::CONFIRMATION_STANDS).with("status", confirmation.status.as_str());
            (!wanted.contains(&confirmation.status)).then(fault)
        };
        match action {
            Action::Seal if self.mediator_subject.as_ref() == Some(&who.actor.caller) => {
                Some(FieldError::at("", &codes::SECOND_PERSON))
            }
            Action::Seal if self.signatures.0.iter().all(|signed| signed.position.is_some()) => {
                Some(FieldError::at("", &codes::SIGNATURE_MISSING))
            }
            Action::Default if self.obligations.0.iter().all(|one| one.status != ObligationStatus::Overdue) => {
                Some(FieldError::at("/obligation", &codes::NOT_OVERDUE))
            }
            // What a court has confirmed only a court takes back.
            Action::Rescind if confirmation.status == RuledValid || self.is_bound() => {
                Some(FieldError::at("", &codes::CONFIRMED))
            }
            Action::VisitBack if self.visit_note.is_some() => Some(FieldError::at("", &codes::ALREADY_DONE)),
            Action::ApplyConfirmation => stands_at(&[Open, Lapsed]),
            Action::AcceptConfirmation => stands_at(&[Applied]),
            Action::ExtendConfirmation if confirmation.extension_reason.is_some() => {
                Some(FieldError::at("", &codes::ALREADY_DONE))
            }
            Action::ExtendConfirmation => stands_at(&[Accepted]),
            Action::DecideConfirmation => stands_at(&[Applied, Accepted]),
            Action::MakeEnforceable if self.is_enforceable() => Some(FieldError::at("", &codes::ALREADY_DONE)),
            Action::ApplyEnforcement if !self.is_enforceable() => Some(FieldError::at("", &codes::NOT_ENFORCEABLE)),
            Action::ApplyEnforcement if self.enforcement.get().is_ok_and(|known| known.applied_on.is_some()) => {
                Some(FieldError::at("", &codes::ALREADY_DONE))
            }
            Action::ApplyEnforcement if self.obligations.0.iter().all(|one| !one.is_missed()) => {
                Some(FieldError::at("", &codes::NOT_OVERDUE))
            }
            _ => None,
        }
    }
}

/// What comes of an agreement by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimedStep {
    /// An obligation, by its number, was not met in time.
    Overdue(i16),
    /// The parties are reminded that they can go to court.
    Remind,
    /// Nobody went to court in time.
    Lapse,
}

impl AgreementFields {
    /// True when the party at a position has signed.
    pub fn is_signed_by(&self, position: i16) -> bool {
        self.signatures.0.iter().any(|signed| signed.position == Some(position))
    }

    /// What a party can do now: sign, unless they have, and tell what became of the obligations. Whoever filed the dispute is an
    /// applicant, whose position only the mediation tells.
    pub fn party_actions(&self, who: &Authority, own: &[i16]) -> Vec<&'static str> {
        let unsigned = |position: &i16| !self.is_signed_by(*position);
        let open = next_status(Self::ACTIONS, self.status, Action::Sign).is_some() && who.may_at_all(Action::Sign);
        let signs = open && (own.is_empty() || own.iter().any(unsigned));
        let in_force = next_status(Self::ACTIONS, self.status, Action::ReportProgress).is_some();
        let unmet = self.obligations.0.iter().any(|one| one.status != ObligationStatus::Performed);
        let reports = in_force && unmet && who.may_at_all(Action::ReportProgress);
        let possible = [(signs, Action::Sign), (reports, Action::ReportProgress)];
        possible.into_iter().filter(|(possible, _)| *possible).map(|(_, action)| action.as_str()).collect()
    }

    /// True where an award binds the parties, or a court is enforcing it.
    fn is_bound(&self) -> bool {
        let bound = |known: &Enforcement| known.route == Some(EnforcementRoute::Arbitration) || known.applied_on.is_some();
        self.enforcement.get().is_ok_and(bound)
    }

    /// True when a ruling, a deed or an award makes it enforceable.
    pub fn is_enforceable(&self) -> bool {
        self.enforcement.get().is_ok_and(|enforcement| enforcement.route.is_some())
    }

    /// What comes next by itself, and when.
    pub fn next_step(&self, confirmation: &Confirmation) -> Option<(DateTime<Utc>, TimedStep)> {
        let running =
            matches!(self.status, AgreementStatus::Effective | AgreementStatus::Performing | AgreementStatus::Defaulted);
        let pending = self.obligations.0.iter().filter(|one| running && one.status == ObligationStatus::Pending);
        let overdue = pending.map(|one| (end_of(one.due_on), TimedStep::Overdue(one.number)));
        let open = confirmation.status == ConfirmationStatus::Open && self.effective_on.is_some();
        let reminded = usize::try_from(confirmation.reminded).unwrap_or(0);
        let reminder = confirmation.reminders_on.get(reminded).map(|day: &NaiveDate| (midnight(*day), TimedStep::Remind));
        let lapse = confirmation.until_on.map(|last| (end_of(last), TimedStep::Lapse));
        overdue.chain(reminder.into_iter().chain(lapse).filter(|_| open)).min_by_key(|(at, _)| *at)
    }
}
