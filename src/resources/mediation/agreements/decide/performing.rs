//! How an agreement is performed, or not.

use crate::access::authority::Authority;
use crate::db::document::Document;
use crate::http::codes;
use crate::http::problem::{FieldError, Problem, invalid};
use crate::resources::mediation::agreements::command::{Effect, Facts};
use crate::resources::mediation::agreements::court::{Confirmation, ConfirmationStatus};
use crate::resources::mediation::agreements::model::AgreementFields;
use crate::resources::mediation::agreements::parts::{
    NewDefault, NewPerformance, NewPerformanceReport, Obligation, ObligationStatus, Performance, PerformanceReport,
};
use crate::resources::mediation::agreements::states::AgreementStatus;

/// Stores what the court says, and works out what comes next.
pub fn keep(agreement: &mut AgreementFields, confirmation: &Confirmation) -> Result<(), Problem> {
    agreement.confirmation = Document::of(confirmation)?;
    agreement.next_step_at = agreement.next_step(confirmation).map(|(at, _)| at);
    Ok(())
}

/// The obligation with a number.
fn obligation(agreement: &mut AgreementFields, number: i16) -> Result<&mut Obligation, Problem> {
    let found = agreement.obligations.0.iter_mut().find(|one| one.number == number);
    found.ok_or_else(|| Problem::invalid(vec![FieldError::at("/obligation", &codes::UNKNOWN_RECORD)]))
}

/// Records what was done. A payment is met when the whole sum was paid.
pub fn perform(agreement: &mut AgreementFields, new: NewPerformance, who: &Authority) -> Result<Vec<Effect>, Problem> {
    Problem::fail_if_any(who.day_faults("/on", new.on, agreement.effective_on))?;
    let one = obligation(agreement, new.obligation)?;
    if one.status == ObligationStatus::Performed {
        return invalid("/obligation", &codes::ALREADY_DONE);
    }
    match (one.amount, new.amount) {
        (Some(_), None) => return invalid("/amount", &codes::REQUIRED),
        (None, Some(_)) => return invalid("/amount", &codes::NOT_APPLICABLE),
        (Some(sum), Some(amount)) if one.paid() + amount > sum => {
            let error = FieldError::at("/amount", &codes::MAXIMUM).with("limit", sum - one.paid());
            return Err(Problem::invalid(vec![error]));
        }
        _ => {}
    }
    one.performances.push(Performance { on: new.on, amount: new.amount, note: new.note });
    if one.amount.is_none_or(|sum| one.paid() == sum) {
        one.status = ObligationStatus::Performed;
    }
    let all = agreement.obligations.0.iter().all(|one| one.status == ObligationStatus::Performed);
    agreement.status = match agreement.status {
        _ if all => AgreementStatus::Performed,
        AgreementStatus::Defaulted => AgreementStatus::Defaulted,
        _ => AgreementStatus::Performing,
    };
    let confirmation = agreement.confirmation.get()?.clone();
    keep(agreement, &confirmation).map(|()| Vec::new())
}

/// As many reports as an obligation keeps.
const MOST_REPORTS: usize = 20;

/// Keeps what a party tells of an obligation, or somebody for them; whoever follows the agreement says whether it was met.
pub fn report(
    agreement: &mut AgreementFields,
    new: NewPerformanceReport,
    facts: &Facts,
    who: &Authority,
) -> Result<Vec<Effect>, Problem> {
    let mediation = facts.mediation()?;
    let own = mediation.own_positions(&who.actor.caller, &facts.own_positions);
    Problem::fail_if_any(mediation.part_fault(who, &own, Some(new.position)))?;
    if !mediation.has_party(new.position) {
        return invalid("/position", &codes::UNKNOWN_RECORD);
    }
    let one = obligation(agreement, new.obligation)?;
    if one.status == ObligationStatus::Performed {
        return invalid("/obligation", &codes::ALREADY_DONE);
    }
    if one.reports.len() >= MOST_REPORTS {
        return Err(Problem::invalid(vec![FieldError::at("", &codes::MAX_ITEMS).with("limit", MOST_REPORTS)]));
    }
    one.reports.push(PerformanceReport { position: new.position, on: who.today(), done: new.done, text: new.text });
    Ok(Vec::new())
}

/// Takes an agreement back. What was in force had resolved the dispute, which is taken up again.
pub fn rescind(agreement: &mut AgreementFields, reason: String, facts: &Facts, who: &Authority) -> Result<Vec<Effect>, Problem> {
    let confirmation = agreement.confirmation.get()?.clone();
    let in_force = agreement.effective_on.is_some();
    agreement.status = AgreementStatus::Rescinded;
    agreement.reason = Some(reason.clone());
    keep(agreement, &Confirmation { status: ConfirmationStatus::None, ..confirmation })?;
    if in_force { take_up_again(facts, format!("{} 已解除：{reason}", agreement.number), who) } else { Ok(Vec::new()) }
}

/// An obligation was not met: what can be enforced is enforced, else the dispute is taken up again.
pub fn default(agreement: &mut AgreementFields, new: NewDefault, facts: &Facts, who: &Authority) -> Result<Vec<Effect>, Problem> {
    let one = obligation(agreement, new.obligation)?;
    if one.status != ObligationStatus::Overdue {
        return invalid("/obligation", &codes::NOT_OVERDUE);
    }
    one.status = ObligationStatus::Defaulted;
    agreement.reason = Some(new.reason.clone());
    if agreement.is_enforceable() {
        return Ok(Vec::new());
    }
    let note = format!("{} 第{}项未履行：{}", agreement.number, new.obligation, new.reason);
    take_up_again(facts, note, who)
}

/// The dispute that an agreement had resolved is handled again, unless a later agreement has settled it.
fn take_up_again(facts: &Facts, note: String, who: &Authority) -> Result<Vec<Effect>, Problem> {
    if facts.is_outdated {
        return Ok(Vec::new());
    }
    let changes = facts.dispute()?.take_up_again(who, note)?;
    Ok(changes.into_iter().map(Effect::Dispute).collect())
}
