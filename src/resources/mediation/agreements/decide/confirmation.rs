//! The judicial confirmation of an agreement (People's Mediation Law, article 33; Civil Procedure Law, articles 187, 205 and 206).

use super::performing::keep;
use super::signing::CONFIRMATION_DAYS;
use crate::access::authority::Authority;
use crate::calendar::term::LastDay;
use crate::db::document::Document;
use crate::http::codes;
use crate::http::problem::{FieldError, Problem};
use crate::resources::mediation::agreements::command::{Effect, Facts};
use crate::resources::mediation::agreements::court::{
    Confirmation, ConfirmationAcceptance, ConfirmationApplication, ConfirmationDecision, ConfirmationExtension,
    ConfirmationStatus, Enforcement, EnforcementRoute, Ruling,
};
use crate::resources::mediation::agreements::model::AgreementFields;
use crate::resources::reference::rules::names::RuleName;

/// Days within which the court rules (Civil Procedure Law, article 187).
const RULING_DAYS: i64 = 30;

/// The confirmation, if it stands where it must.
fn standing(agreement: &AgreementFields, wanted: &[ConfirmationStatus]) -> Result<Confirmation, Problem> {
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
    facts: &Facts,
    who: &Authority,
) -> Result<Vec<Effect>, Problem> {
    // Recorded late, an application that was made in time still counts.
    let confirmation = standing(agreement, &[ConfirmationStatus::Open, ConfirmationStatus::Lapsed])?;
    let mut errors = who.day_faults("/applied_on", new.applied_on, agreement.effective_on);
    // What was counted before may have ended on a rest day, or in a year whose holidays are known by now.
    let counted = agreement.effective_on.map(|day| LastDay::after(day, CONFIRMATION_DAYS, &facts.place.calendar).due_on);
    errors.extend(FieldError::after("/applied_on", new.applied_on, confirmation.until_on.max(counted)));
    if facts.mediation()?.parties.0.iter().any(|party| !new.applicants.contains(&party.position)) {
        errors.push(FieldError::at("/applicants", &codes::CONSENT_MISSING));
    }
    Problem::fail_if_any(errors)?;
    let days = facts.place.value(RuleName::ConfirmationDocketingDays);
    let last = LastDay::after(new.applied_on, days, &facts.place.calendar);
    let applied = Confirmation {
        status: ConfirmationStatus::Applied,
        court: Some(new.court),
        applied_on: Some(new.applied_on),
        accept_due_on: Some(last.due_on),
        accept_due_rolled_from: last.rolled_from,
        provisional: last.provisional,
        ..confirmation
    };
    keep(agreement, &applied).map(|()| Vec::new())
}

/// The court takes the case.
pub fn accept(
    agreement: &mut AgreementFields,
    new: &ConfirmationAcceptance,
    facts: &Facts,
    who: &Authority,
) -> Result<Vec<Effect>, Problem> {
    let confirmation = standing(agreement, &[ConfirmationStatus::Applied])?;
    Problem::fail_if_any(who.day_faults("/accepted_on", new.accepted_on, confirmation.applied_on))?;
    let last = LastDay::after(new.accepted_on, RULING_DAYS, &facts.place.calendar);
    let accepted = Confirmation {
        status: ConfirmationStatus::Accepted,
        accepted_on: Some(new.accepted_on),
        decide_due_on: Some(last.due_on),
        decide_due_rolled_from: last.rolled_from,
        provisional: last.provisional,
        ..confirmation
    };
    keep(agreement, &accepted).map(|()| Vec::new())
}

/// The court takes longer, once, as its president says.
pub fn extend(agreement: &mut AgreementFields, new: ConfirmationExtension) -> Result<Vec<Effect>, Problem> {
    let confirmation = standing(agreement, &[ConfirmationStatus::Accepted])?;
    let first = confirmation.decide_due_on.and_then(|due| due.succ_opt());
    Problem::fail_if_any(FieldError::before("/decide_due_on", new.decide_due_on, first))?;
    let extended = Confirmation {
        decide_due_on: Some(new.decide_due_on),
        decide_due_rolled_from: None,
        extension_reason: Some(new.reason),
        ..confirmation
    };
    keep(agreement, &extended).map(|()| Vec::new())
}

/// The court has ruled. What it holds valid can be enforced.
pub fn decide(agreement: &mut AgreementFields, new: ConfirmationDecision, who: &Authority) -> Result<Vec<Effect>, Problem> {
    // A court that does not take the case dismisses the application.
    let (wanted, status): (&[_], _) = match new.ruling {
        Ruling::RuledValid => (&[ConfirmationStatus::Accepted], ConfirmationStatus::RuledValid),
        Ruling::Dismissed => (&[ConfirmationStatus::Applied, ConfirmationStatus::Accepted], ConfirmationStatus::Dismissed),
    };
    let confirmation = standing(agreement, wanted)?;
    Problem::fail_if_any(who.day_faults("/decided_on", new.decided_on, confirmation.accepted_on.or(confirmation.applied_on)))?;
    let decided =
        Confirmation { status, decided_on: Some(new.decided_on), decision_number: Some(new.decision_number), ..confirmation };
    if status == ConfirmationStatus::RuledValid && !agreement.is_enforceable() {
        agreement.enforcement = Document::of(&Enforcement {
            route: Some(EnforcementRoute::JudicialConfirmation),
            enforceable_on: decided.decided_on,
            body: decided.court.clone(),
            document_number: decided.decision_number.clone(),
            ..Enforcement::default()
        })?;
    }
    keep(agreement, &decided).map(|()| Vec::new())
}
