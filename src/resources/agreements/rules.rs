//! What must hold of an agreement, when it takes effect, and how it is performed.

use chrono::NaiveDate;
use uuid::Uuid;

use super::model::{Agreement, AgreementFields, AgreementForm, AgreementPatch, NewAgreement};
use super::model_parts::{
    Confirmation, ConfirmationStatus, NewDefault, NewPerformance, NewSignature, Obligation, ObligationStatus, Performance,
    Signature,
};
use super::states::AgreementStatus;
use super::store;
use crate::access::policy::resource::Agreements;
use crate::access::scope::Authorized;
use crate::calendar::term::last_calendar_day;
use crate::changes::lifecycle::{Lifecycle, next_actions};
use crate::changes::record::{also, id_or_new};
use crate::changes::write::{Record, Tx};
use crate::db::document::Document;
use crate::db::json_list::JsonList;
use crate::db::number;
use crate::http::codes;
use crate::http::problem::{FieldError, Problem, refused};
use crate::resources::disputes::rules_mediation as disputes;
use crate::resources::mediations::model::MediationFields;
use crate::resources::mediations::states::MediationStatus;
use crate::resources::mediations::store as mediations;
use crate::resources::rules::model::{RuleInForce, RuleName};
use crate::resources::rules::store as rules;

/// Days within which the parties can ask a court to confirm (People's Mediation Law, article 33).
const CONFIRMATION_DAYS: i64 = 30;

/// The agreement as the caller sees it.
pub fn view(scope: &Authorized<Agreements>, fields: AgreementFields) -> Agreement {
    Agreement { next_actions: next_actions(scope, &fields), fields }
}

/// Drafts a written agreement, or records an oral one, which is in force at once.
pub async fn draft(
    tx: &Tx,
    scope: &Authorized<Agreements>,
    new: NewAgreement,
) -> Result<(AgreementFields, Vec<Record>), Problem> {
    let mut errors = Vec::new();
    let id = id_or_new(new.id, &mut errors);
    let Some(mediation) = mediations::named(tx, scope, new.mediation_id).await? else {
        errors.push(FieldError::at("/mediation_id", &codes::UNKNOWN_RECORD));
        return Err(Problem::invalid(errors));
    };
    if !mediation.allows(scope.action, scope.standing(scope.action, &mediation.jurisdiction)) {
        errors.push(FieldError::at("/mediation_id", &codes::HANDLED_ABOVE));
    } else if mediation.status != MediationStatus::InSession {
        errors.push(FieldError::at("/mediation_id", &codes::NOT_ACTIVE));
    } else if mediation.is_overdue(scope.today()) {
        errors.push(FieldError::at("/mediation_id", &codes::MEDIATION_OVERDUE));
    }
    let obligations = Obligation::numbered(new.obligations);
    errors.extend(obligation_faults(&mediation, &obligations, scope.today()));
    Problem::unless_right(errors)?;
    let number = number::next(tx.connection(), "agreement_numbers", 'A').await?;
    let mut fields = record(scope, &mediation, (id, number), (new.form, new.facts), obligations)?;
    (fields.points_at_issue, fields.responsibilities) = (new.points_at_issue, new.responsibilities);
    let mut others = Vec::new();
    if fields.form == AgreementForm::Oral {
        others = take_effect(tx, scope, &mut fields, &mediation, scope.today()).await?;
    }
    store::insert(tx, &fields).await?;
    Ok((fields, others))
}

/// An agreement as it begins.
fn record(
    scope: &Authorized<Agreements>,
    mediation: &MediationFields,
    (id, number): (Uuid, String),
    (form, facts): (AgreementForm, String),
    obligations: Vec<Obligation>,
) -> Result<AgreementFields, Problem> {
    Ok(AgreementFields {
        id,
        number,
        jurisdiction: mediation.jurisdiction,
        level: mediation.level,
        mediation_id: mediation.id,
        dispute_id: mediation.dispute_id,
        form,
        status: AgreementStatus::Draft,
        facts,
        points_at_issue: None,
        responsibilities: None,
        obligations: JsonList(obligations),
        signatures: JsonList(Vec::new()),
        sealed_on: None,
        effective_on: None,
        confirmation: Document::of(&Confirmation::default())?,
        visit_due_on: None,
        visit_note: None,
        reason: None,
        version: 1,
        created_at: scope.now,
        updated_at: scope.now,
        created_by: scope.actor.caller.clone(),
        mediator_subject: mediation.mediator_subject.clone(),
        applicant_subject: mediation.applicant_subject.clone(),
        next_step_at: None,
    })
}

/// Obligations are those of parties, and nobody promises what was due before.
fn obligation_faults(mediation: &MediationFields, obligations: &[Obligation], today: NaiveDate) -> Vec<FieldError> {
    let mut errors = Vec::new();
    for (at, one) in obligations.iter().enumerate() {
        if !mediation.has_party(one.debtor) {
            errors.push(FieldError::at(format!("/obligations/{at}/debtor"), &codes::UNKNOWN_RECORD));
        }
        errors.extend(FieldError::before(format!("/obligations/{at}/due_on"), one.due_on, Some(today)));
    }
    errors
}

/// Applies a patch. Obligations that it leaves as they are were checked before.
pub async fn patch(
    tx: &Tx,
    scope: &Authorized<Agreements>,
    agreement: &mut AgreementFields,
    patch: AgreementPatch,
) -> Result<Vec<Record>, Problem> {
    let anew = patch.obligations.is_some();
    patch.apply(agreement);
    if anew {
        let mediation = mediations::locked(tx, agreement.mediation_id).await?;
        Problem::unless_right(obligation_faults(&mediation, &agreement.obligations.0, scope.today()))?;
    }
    Ok(Vec::new())
}

/// Records a signature; the draft can no longer be changed.
pub async fn sign(
    tx: &Tx,
    scope: &Authorized<Agreements>,
    agreement: &mut AgreementFields,
    new: NewSignature,
) -> Result<Vec<Record>, Problem> {
    let mediation = mediations::locked(tx, agreement.mediation_id).await?;
    Problem::unless_right(scope.day_faults("/signed_on", new.signed_on, mediation.began_on))?;
    if mediation.status != MediationStatus::InSession {
        return refused("", &codes::NOT_ACTIVE);
    }
    // What whoever mediated before has signed does not count any more.
    agreement.mediator_subject = mediation.mediator_subject.clone();
    agreement.signatures.0.retain(|signed| signed.counts_for(&mediation));
    if new.position.is_some_and(|position| !mediation.has_party(position)) {
        return refused("/position", &codes::UNKNOWN_RECORD);
    }
    if agreement.signatures.0.iter().any(|signed| signed.position == new.position) {
        return refused("/position", &codes::ALREADY_DONE);
    }
    let mediator_id = mediation.mediator_id.filter(|_| new.position.is_none());
    agreement.signatures.0.push(Signature { position: new.position, mediator_id, signed_on: new.signed_on });
    agreement.status = AgreementStatus::Signing;
    Ok(Vec::new())
}

/// The committee seals it when all have signed; from then on it is in force.
pub async fn seal(
    tx: &Tx,
    scope: &Authorized<Agreements>,
    agreement: &mut AgreementFields,
    sealed_on: NaiveDate,
) -> Result<Vec<Record>, Problem> {
    let last_signed = agreement.signatures.0.iter().map(|signed| signed.signed_on).max();
    Problem::unless_right(scope.day_faults("/sealed_on", sealed_on, last_signed))?;
    let mediation = mediations::locked(tx, agreement.mediation_id).await?;
    if mediation.status != MediationStatus::InSession {
        return refused("", &codes::NOT_ACTIVE);
    }
    let counted: Vec<_> = agreement.signatures.0.iter().filter(|signed| signed.counts_for(&mediation)).collect();
    let has_signed = |position: Option<i16>| counted.iter().any(|signed| signed.position == position);
    let everybody = mediation.parties.0.iter().map(|party| Some(party.position)).chain([None]);
    if !everybody.into_iter().all(has_signed) {
        return refused("", &codes::SIGNATURE_MISSING);
    }
    agreement.sealed_on = Some(sealed_on);
    take_effect(tx, scope, agreement, &mediation, sealed_on).await
}

/// The agreement is in force: the mediation has led to it, and the dispute is resolved.
async fn take_effect(
    tx: &Tx,
    scope: &Authorized<Agreements>,
    agreement: &mut AgreementFields,
    mediation: &MediationFields,
    day: NaiveDate,
) -> Result<Vec<Record>, Problem> {
    let known = rules::in_force(tx.connection(), agreement.jurisdiction, day).await?;
    let days = |name| RuleInForce::value_of(&known, name);
    let mut reminders: Vec<_> = [
        RuleName::ConfirmationFirstReminderDays,
        RuleName::ConfirmationSecondReminderDays,
        RuleName::ConfirmationLastReminderDays,
    ]
    .map(|name| last_calendar_day(day, days(name)))
    .into();
    reminders.sort_unstable();
    let confirmation = Confirmation {
        status: ConfirmationStatus::Open,
        until_on: Some(last_calendar_day(day, CONFIRMATION_DAYS)),
        reminders_on: reminders,
        ..Confirmation::default()
    };
    (agreement.status, agreement.effective_on) = (AgreementStatus::Effective, Some(day));
    agreement.visit_due_on = Some(last_calendar_day(day, days(RuleName::AgreementVisitDays)));
    keep(agreement, &confirmation)?;
    let outcome = format!("达成调解协议 {}", agreement.number);
    let agreed = also(tx, scope.now, mediation, |mediation| {
        (mediation.status, mediation.next_step_at) = (MediationStatus::Agreed, None);
        mediation.outcome = Some(outcome.clone());
    });
    let mut told = vec![agreed.await?];
    if let Some(subject) = &mediation.mediator_subject {
        disputes::leave(tx, agreement.dispute_id, subject).await?;
    }
    told.extend(disputes::settle(tx, scope, agreement.dispute_id, &outcome).await?);
    Ok(told)
}

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
pub fn perform(scope: &Authorized<Agreements>, agreement: &mut AgreementFields, new: NewPerformance) -> Result<(), Problem> {
    Problem::unless_right(scope.day_faults("/on", new.on, agreement.effective_on))?;
    let one = obligation(agreement, new.obligation)?;
    if one.status == ObligationStatus::Performed {
        return refused("/obligation", &codes::ALREADY_DONE);
    }
    match (one.amount, new.amount) {
        (Some(_), None) => return refused("/amount", &codes::REQUIRED),
        (None, Some(_)) => return refused("/amount", &codes::NOT_APPLICABLE),
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
    let confirmation = agreement.confirmation.read()?;
    keep(agreement, &confirmation)
}

/// Takes an agreement back. What was in force had resolved the dispute, which is taken up again.
pub async fn rescind(
    tx: &Tx,
    scope: &Authorized<Agreements>,
    agreement: &mut AgreementFields,
    reason: String,
) -> Result<Vec<Record>, Problem> {
    let confirmation = agreement.confirmation.read()?;
    if confirmation.status == ConfirmationStatus::Confirmed {
        return refused("", &codes::CONFIRMED);
    }
    let in_force = agreement.effective_on.is_some();
    agreement.status = AgreementStatus::Rescinded;
    agreement.reason = Some(reason.clone());
    keep(agreement, &Confirmation { status: ConfirmationStatus::None, ..confirmation })?;
    if !in_force {
        return Ok(Vec::new());
    }
    let note = format!("{} 已解除：{reason}", agreement.number);
    take_up_again(tx, scope, agreement, note).await
}

/// The dispute that an agreement had resolved is handled again, unless a later agreement has settled it.
async fn take_up_again(
    tx: &Tx,
    scope: &Authorized<Agreements>,
    agreement: &AgreementFields,
    note: String,
) -> Result<Vec<Record>, Problem> {
    if store::is_outdated(tx, agreement).await? {
        return Ok(Vec::new());
    }
    Ok(disputes::take_up_again(tx, scope, agreement.dispute_id, note).await?.into_iter().collect())
}

/// An obligation was not met: the dispute is taken up again.
pub async fn default(
    tx: &Tx,
    scope: &Authorized<Agreements>,
    agreement: &mut AgreementFields,
    new: NewDefault,
) -> Result<Vec<Record>, Problem> {
    let one = obligation(agreement, new.obligation)?;
    if one.status != ObligationStatus::Overdue {
        return refused("/obligation", &codes::NOT_OVERDUE);
    }
    one.status = ObligationStatus::Defaulted;
    agreement.reason = Some(new.reason.clone());
    let note = format!("{} 第{}项未履行：{}", agreement.number, new.obligation, new.reason);
    take_up_again(tx, scope, agreement, note).await
}
