//! The judicial confirmation of an agreement (People's Mediation Law, article 33; Supreme People's Court, 2011 no. 5).

use super::performing::keep;
use crate::access::authority::Authority;
use crate::calendar::term::last_calendar_day;
use crate::http::codes;
use crate::http::problem::{FieldError, Problem};
use crate::resources::mediation::agreements::command::Effect;
use crate::resources::mediation::agreements::model::AgreementFields;
use crate::resources::mediation::agreements::parts::{
    Confirmation, ConfirmationAcceptance, ConfirmationApplication, ConfirmationDecision, ConfirmationStatus,
};
use crate::resources::mediation::mediations::model::MediationFields;

/// Days within which the court decides whether it takes the case.
const ACCEPT_DAYS: i64 = 3;
/// Days within which it decides, and by how many it can take longer.
const DECIDE_DAYS: i64 = 15;
const LONGER_DAYS: i64 = 10;

/// The confirmation, if it stands where it must.
fn signatories(agreement: &AgreementFields, wanted: &[ConfirmationStatus]) -> Result<Confirmation, Problem> {
    let confirmation = agreement.confirmation.get()?.clone();
    if wanted.contains(&confirmation.status) {
        return Ok(confirmation);
    }
    let fault = FieldError::at("", &codes::CONFIRMATION_STANDS).with("status", confirmation.status.as_str());
    Err(Problem::invalid(vec![fault]))
}

/// All parties ask the court together, in time.
pub fn apply(
    agreement: &mut AgreementFields,
    new: ConfirmationApplication,
    mediation: &MediationFields,
    who: &Authority,
) -> Result<Vec<Effect>, Problem> {
    // Recorded late, an application that was made in time still counts.
    let confirmation = signatories(agreement, &[ConfirmationStatus::Open, ConfirmationStatus::Lapsed])?;
    let mut errors = who.day_faults("/applied_on", new.applied_on, agreement.effective_on);
    errors.extend(FieldError::after("/applied_on", new.applied_on, confirmation.until_on));
    if mediation.parties.0.iter().any(|party| !new.applicants.contains(&party.position)) {
        errors.push(FieldError::at("/applicants", &codes::CONSENT_MISSING));
    }
    Problem::fail_if_any(errors)?;
    let applied = Confirmation {
        status: ConfirmationStatus::Applied,
        court: Some(new.court),
        applied_on: Some(new.applied_on),
        accept_due_on: Some(last_calendar_day(new.applied_on, ACCEPT_DAYS)),
        ..confirmation
    };
    keep(agreement, &applied).map(|()| Vec::new())
}

/// The court takes the case.
pub fn accept(agreement: &mut AgreementFields, new: ConfirmationAcceptance, who: &Authority) -> Result<Vec<Effect>, Problem> {
    let confirmation = signatories(agreement, &[ConfirmationStatus::Applied])?;
    Problem::fail_if_any(who.day_faults("/accepted_on", new.accepted_on, confirmation.applied_on))?;
    let accepted = Confirmation {
        status: ConfirmationStatus::Accepted,
        accepted_on: Some(new.accepted_on),
        decide_due_on: Some(last_calendar_day(new.accepted_on, DECIDE_DAYS)),
        ..confirmation
    };
    keep(agreement, &accepted).map(|()| Vec::new())
}

/// The court takes longer, once.
pub fn extend(agreement: &mut AgreementFields, reason: String) -> Result<Vec<Effect>, Problem> {
    let confirmation = signatories(agreement, &[ConfirmationStatus::Accepted])?;
    let extended = Confirmation {
        decide_due_on: confirmation.decide_due_on.map(|due| last_calendar_day(due, LONGER_DAYS)),
        extension_reason: Some(reason),
        ..confirmation
    };
    keep(agreement, &extended).map(|()| Vec::new())
}

/// The court has decided.
pub fn decide(agreement: &mut AgreementFields, new: ConfirmationDecision, who: &Authority) -> Result<Vec<Effect>, Problem> {
    // A court that does not take the case refuses it.
    let wanted: &[_] = if new.confirmed {
        &[ConfirmationStatus::Accepted]
    } else {
        &[ConfirmationStatus::Applied, ConfirmationStatus::Accepted]
    };
    let confirmation = signatories(agreement, wanted)?;
    Problem::fail_if_any(who.day_faults("/decided_on", new.decided_on, confirmation.accepted_on.or(confirmation.applied_on)))?;
    let decided = Confirmation {
        status: if new.confirmed { ConfirmationStatus::Confirmed } else { ConfirmationStatus::Refused },
        decided_on: Some(new.decided_on),
        decision_number: Some(new.decision_number),
        ..confirmation
    };
    keep(agreement, &decided).map(|()| Vec::new())
}
