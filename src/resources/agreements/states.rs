//! The states of an agreement, and what comes next of it.

use chrono::{DateTime, NaiveDate, Utc};

use super::model::AgreementFields;
use super::model_parts::{Confirmation, ConfirmationStatus, ObligationStatus};
use crate::access::code::Level;
use crate::access::policy::Action;
use crate::calendar::midnight;
use crate::calendar::term::end_of;
use crate::changes::lifecycle::{Lifecycle, Step};
use crate::db::text_enum::text_enum;

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
            (Action::Default, &[Effective, Performing, Defaulted], Some(Defaulted)),
            (Action::Rescind, &[Draft, Signing, Effective, Performing, Defaulted], Some(Rescinded)),
            (Action::VisitBack, IN_FORCE, None),
            (Action::ApplyConfirmation, IN_FORCE, None),
            (Action::AcceptConfirmation, IN_FORCE, None),
            (Action::ExtendConfirmation, IN_FORCE, None),
            (Action::DecideConfirmation, IN_FORCE, None),
        ]
    };

    fn status(&self) -> AgreementStatus {
        self.status
    }

    fn assignee(&self) -> Option<&str> {
        self.mediator_subject.as_deref()
    }

    fn allows(&self, _: Action, standing: Option<Level>) -> bool {
        standing.is_none_or(|level| level <= self.level)
    }

    fn offers(&self, action: Action) -> bool {
        use ConfirmationStatus::{Accepted, Applied, Lapsed, Open};
        let stands_at = |wanted: &[_]| self.confirmation.read().is_ok_and(|one| wanted.contains(&one.status));
        match action {
            Action::Seal => self.signatures.0.iter().any(|signed| signed.position.is_none()),
            Action::Default => self.obligations.0.iter().any(|one| one.status == ObligationStatus::Overdue),
            Action::ApplyConfirmation => stands_at(&[Open, Lapsed]),
            Action::AcceptConfirmation => stands_at(&[Applied]),
            Action::ExtendConfirmation => stands_at(&[Accepted]),
            Action::DecideConfirmation => stands_at(&[Applied, Accepted]),
            _ => true,
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
