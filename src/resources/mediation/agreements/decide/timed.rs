//! What comes of an agreement by itself: obligations become overdue, the parties are reminded of the court, and the time
//! to go there passes.

use chrono::{DateTime, Utc};

use super::performing::keep;
use super::signing::CONFIRMATION_DAYS;
use crate::calendar::term::{LastDay, end_of};
use crate::calendar::working::WorkCalendar;
use crate::http::problem::Problem;
use crate::resources::mediation::agreements::command::Effect;
use crate::resources::mediation::agreements::court::ConfirmationStatus;
use crate::resources::mediation::agreements::model::AgreementFields;
use crate::resources::mediation::agreements::parts::ObligationStatus;
use crate::resources::mediation::agreements::states::{AgreementStatus, TimedStep};

/// Does what has come due.
pub fn run_due_step(
    agreement: &mut AgreementFields,
    calendar: &WorkCalendar,
    now: DateTime<Utc>,
) -> Result<Vec<Effect>, Problem> {
    let mut confirmation = agreement.confirmation.get()?.clone();
    match agreement.next_step(&confirmation).filter(|(at, _)| *at <= now) {
        Some((_, TimedStep::Overdue(number))) => {
            let late = agreement.obligations.0.iter_mut().filter(|one| one.number == number);
            late.for_each(|one| one.status = ObligationStatus::Overdue);
        }
        Some((_, TimedStep::Remind)) => confirmation.reminded += 1,
        // The holidays may have become known since the day was counted.
        Some((_, TimedStep::Lapse)) => {
            let last = agreement.effective_on.map(|day| LastDay::after(day, CONFIRMATION_DAYS, calendar));
            match last.filter(|last| end_of(last.due_on) > now) {
                Some(last) => confirmation.open_until(&last),
                None => confirmation.status = ConfirmationStatus::Lapsed,
            }
        }
        None => {}
    }
    keep(agreement, &confirmation).map(|()| Vec::new())
}

/// The mediation has ended without it.
pub fn give_up(agreement: &mut AgreementFields) {
    (agreement.status, agreement.reason) = (AgreementStatus::Rescinded, Some("调解已终结".to_owned()));
}
