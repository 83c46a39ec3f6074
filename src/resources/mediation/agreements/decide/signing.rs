//! How an agreement is drafted, signed and sealed, and what its taking effect makes of the mediation and the dispute.

use chrono::NaiveDate;

use super::performing::keep;
use crate::access::authority::Authority;
use crate::access::permissions::Action;
use crate::calendar::term::{LastDay, last_calendar_day};
use crate::changes::record::Related;
use crate::http::codes;
use crate::http::problem::{FieldError, Problem, invalid};
use crate::resources::mediation::agreements::command::{Effect, Facts};
use crate::resources::mediation::agreements::court::{Confirmation, ConfirmationStatus};
use crate::resources::mediation::agreements::model::{AgreementFields, AgreementPatch};
use crate::resources::mediation::agreements::parts::{NewSignature, Obligation, Signature};
use crate::resources::mediation::agreements::states::AgreementStatus;
use crate::resources::mediation::mediations::decide::offering::term_faults;
use crate::resources::mediation::mediations::model::MediationFields;
use crate::resources::mediation::mediations::states::{MediationStatus, NOBODY};
use crate::resources::reference::rules::names::RuleName;

/// Days within which the parties can ask a court to confirm (People's Mediation Law, article 33).
pub const CONFIRMATION_DAYS: i64 = 30;

/// What is wrong with the obligations of an agreement.
pub fn obligation_faults(mediation: &MediationFields, obligations: &[Obligation], today: NaiveDate) -> Vec<FieldError> {
    term_faults(mediation, obligations.iter().map(|one| (one.debtor, one.due_on)), "/obligations", today)
}

/// Applies a patch. Obligations that it leaves as they are were checked before.
pub fn update(
    agreement: &mut AgreementFields,
    patch: AgreementPatch,
    facts: &Facts,
    who: &Authority,
) -> Result<Vec<Effect>, Problem> {
    let anew = patch.obligations.is_some();
    patch.apply(agreement);
    if anew {
        Problem::fail_if_any(obligation_faults(facts.mediation()?, &agreement.obligations.0, who.today()))?;
    }
    Ok(Vec::new())
}

/// Records a signature; the draft can no longer be changed.
pub fn sign(agreement: &mut AgreementFields, new: NewSignature, facts: &Facts, who: &Authority) -> Result<Vec<Effect>, Problem> {
    let mediation = facts.mediation()?;
    let own = mediation.own_positions(&who.actor.caller, &facts.own_positions);
    let fault = match new.position {
        Some(_) => mediation.part_fault(who, &own, new.position),
        // For the mediator signs whoever handles the case, and no party.
        None => mediation.part_fault(who, &own, None).or_else(|| mediation.part_fault(who, &own, Some(NOBODY))),
    };
    let mut faults: Vec<_> = fault.into_iter().chain(who.day_faults("/signed_on", new.signed_on, mediation.began_on)).collect();
    let by_party = new.position.is_some_and(|position| own.contains(&position));
    if by_party && new.signed_on != who.today() {
        faults.push(FieldError::at("/signed_on", &codes::SIGNED_NOW));
    }
    Problem::fail_if_any(faults)?;
    if mediation.status != MediationStatus::InSession {
        return invalid("", &codes::NOT_ACTIVE);
    }
    // What whoever mediated before has signed does not count any more.
    agreement.mediator_subject = mediation.mediator_subject.clone();
    agreement.signatures.0.retain(|signed| signed.counts_for(mediation));
    if new.position.is_some_and(|position| !mediation.has_party(position)) {
        return invalid("/position", &codes::UNKNOWN_RECORD);
    }
    if agreement.signatures.0.iter().any(|signed| signed.position == new.position) {
        return invalid("/position", &codes::ALREADY_DONE);
    }
    let mediator_id = if new.position.is_none() { mediation.mediator_id } else { None };
    agreement.taken_steps.add(Action::Sign, who);
    agreement.signatures.0.push(Signature { position: new.position, mediator_id, signed_on: new.signed_on, by_party });
    agreement.status = AgreementStatus::Signing;
    Ok(Vec::new())
}

/// The committee seals it when all have signed, by somebody who recorded no signature and did not mediate; from then on it is in force.
pub fn seal(
    agreement: &mut AgreementFields,
    sealed_on: NaiveDate,
    facts: &Facts,
    who: &Authority,
) -> Result<Vec<Effect>, Problem> {
    let last_signed = agreement.signatures.0.iter().map(|signed| signed.signed_on).max();
    Problem::fail_if_any(who.day_faults("/sealed_on", sealed_on, last_signed))?;
    let mediation = facts.mediation()?;
    if mediation.status != MediationStatus::InSession {
        return invalid("", &codes::NOT_ACTIVE);
    }
    let counted: Vec<_> = agreement.signatures.0.iter().filter(|signed| signed.counts_for(mediation)).collect();
    let has_signed = |position: Option<i16>| counted.iter().any(|signed| signed.position == position);
    let everybody = mediation.parties.0.iter().map(|party| Some(party.position)).chain([None]);
    if !everybody.into_iter().all(has_signed) {
        return invalid("", &codes::SIGNATURE_MISSING);
    }
    // Also whoever signs in otherwise by now.
    if facts.mediator.as_ref().is_some_and(|mediator| mediator.is(&who.actor.caller)) {
        return invalid("", &codes::SECOND_PERSON);
    }
    agreement.sealed_on = Some(sealed_on);
    take_effect(agreement, sealed_on, facts, who)
}

/// The agreement is in force: the mediation has led to it, and the dispute is resolved.
pub fn take_effect(
    agreement: &mut AgreementFields,
    day: NaiveDate,
    facts: &Facts,
    who: &Authority,
) -> Result<Vec<Effect>, Problem> {
    let days = |name| facts.place.value(name);
    let mut reminders: Vec<_> = [
        RuleName::ConfirmationFirstReminderDays,
        RuleName::ConfirmationSecondReminderDays,
        RuleName::ConfirmationLastReminderDays,
    ]
    .map(|name| last_calendar_day(day, days(name)))
    .into();
    reminders.sort_unstable();
    let known = agreement.confirmation.get()?.clone();
    let mut confirmation = Confirmation { status: ConfirmationStatus::Open, reminders_on: reminders, ..known };
    confirmation.open_until(&LastDay::after(day, CONFIRMATION_DAYS, &facts.place.calendar));
    (agreement.status, agreement.effective_on) = (AgreementStatus::Effective, Some(day));
    agreement.visit_due_on = Some(last_calendar_day(day, days(RuleName::AgreementVisitDays)));
    keep(agreement, &confirmation)?;
    let outcome = format!("达成调解协议 {}", agreement.number);
    let mediation = facts.mediation()?;
    let agreed = Related::new(mediation, |mediation| {
        (mediation.status, mediation.next_step_at) = (MediationStatus::Agreed, None);
        mediation.outcome = Some(outcome.clone());
    });
    // The mediator follows up what was agreed, and so goes on seeing the case.
    let resolved = facts.dispute()?.resolve(who, &outcome)?.into_iter().map(Effect::Dispute);
    Ok([Effect::Mediation(agreed)].into_iter().chain(resolved).collect())
}
