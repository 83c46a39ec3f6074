//! What comes of an agreement by itself: obligations become overdue, the parties are reminded of the court, and the time
//! to go there passes.

use super::model::AgreementFields;
use super::model_parts::{ConfirmationStatus, ObligationStatus};
use super::rules::keep;
use super::states::{AgreementStatus, TimedStep};
use super::store;
use crate::access::policy::resource::Agreements;
use crate::access::scope::Authorized;
use crate::changes::record::{Stored, also};
use crate::changes::write::{Record, Tx};
use crate::http::problem::Problem;

/// Gives the next draft up whose mediation has ended without it.
pub async fn give_up(tx: &Tx, scope: &Authorized<Agreements>) -> Result<Option<Vec<Record>>, Problem> {
    let Some(before) = store::claim_pointless(tx).await? else { return Ok(None) };
    let given_up = also(tx, scope.now, &before, |agreement: &mut AgreementFields| {
        (agreement.status, agreement.reason) = (AgreementStatus::Rescinded, Some("调解已终结".to_owned()));
    });
    Ok(Some(vec![given_up.await?]))
}

/// The next step of the agreement whose time has come first.
pub async fn step(tx: &Tx, scope: &Authorized<Agreements>) -> Result<Option<Vec<Record>>, Problem> {
    let Some(before) = store::claim(tx, scope.now).await? else { return Ok(None) };
    let mut after = before.clone();
    let mut confirmation = after.confirmation.read()?;
    match after.next_step(&confirmation).filter(|(at, _)| *at <= scope.now) {
        Some((_, TimedStep::Overdue(number))) => {
            let late = after.obligations.0.iter_mut().filter(|one| one.number == number);
            late.for_each(|one| one.status = ObligationStatus::Overdue);
        }
        Some((_, TimedStep::Remind)) => confirmation.reminded += 1,
        Some((_, TimedStep::Lapse)) => confirmation.status = ConfirmationStatus::Lapsed,
        None => {}
    }
    keep(&mut after, &confirmation)?;
    after.save(tx, scope.now).await?;
    Ok(Some(vec![Record::of(Some(&before), &after)?]))
}
