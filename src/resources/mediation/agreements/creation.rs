//! What must hold of an agreement, when it takes effect, and how it is performed.

use uuid::Uuid;

use super::command::Facts;
use super::court::{Confirmation, Enforcement};
use super::decide::signing::{obligation_faults, take_effect};
use super::model::{AgreementFields, AgreementForm, NewAgreement};
use super::parts::Obligation;
use super::states::AgreementStatus;
use super::store;
use crate::access::permissions::resource::Agreements;
use crate::access::scope::Authorized;
use crate::changes::execute::Aggregate;
use crate::changes::lifecycle::Lifecycle;
use crate::changes::record::id_or_new;
use crate::changes::taken_steps::TakenSteps;
use crate::changes::write::{Record, Tx};
use crate::db::document::Document;
use crate::db::json_value::JsonValue;
use crate::http::codes;
use crate::http::problem::{FieldError, Problem};
use crate::resources::disputes::decide::mediation::MediatedDispute;
use crate::resources::mediation::mediations::model::MediationFields;
use crate::resources::mediation::mediations::offers::{NewObligation, OfferStatus};
use crate::resources::mediation::mediations::states::MediationStatus;
use crate::resources::mediation::mediations::store as mediations;
use crate::resources::reference::rules::names::RuleName;
use crate::resources::reference::rules::numbering;
use crate::resources::reference::rules::place::PlaceRules;

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
    if !mediation.allows(scope.action, scope.acting_level(scope.action, &mediation.jurisdiction)) {
        errors.push(FieldError::at("/mediation_id", &codes::HANDLED_ABOVE));
    } else if mediation.status != MediationStatus::InSession {
        errors.push(FieldError::at("/mediation_id", &codes::NOT_ACTIVE));
    } else if mediation.is_overdue(scope.today()) {
        errors.push(FieldError::at("/mediation_id", &codes::MEDIATION_OVERDUE));
    }
    let own = mediations::own_positions(tx.connection(), mediation.id, scope).await?;
    errors.extend(mediation.own_fault(scope, &own));
    let (terms, fault) = agreed_terms(&mediation, new.obligations, new.offer);
    errors.extend(fault);
    let obligations = Obligation::numbered(terms);
    errors.extend(obligation_faults(&mediation, &obligations, scope.today()));
    Problem::fail_if_any(errors)?;
    let place = PlaceRules::at(tx.connection(), mediation.jurisdiction, scope.today()).await?;
    let is_written = async |number: &str| store::is_numbered(tx, number).await;
    let at = (mediation.jurisdiction, scope.today());
    let number = numbering::next(tx, &place.rules, RuleName::AgreementNumberPattern, at, is_written).await?;
    let mut fields = record(scope, &mediation, (id, number), (new.form, new.facts), obligations)?;
    (fields.points_at_issue, fields.responsibilities) = (new.points_at_issue, new.responsibilities);
    fields.confirmation = Document::of(&Confirmation { barrier: new.confirmation_barrier, ..Confirmation::default() })?;
    let mut others = Vec::new();
    if fields.form == AgreementForm::Oral {
        let dispute = Some(MediatedDispute::lock(tx, scope, mediation.dispute_id).await?);
        let facts = Facts { mediation: Some(mediation), dispute, place, ..Facts::default() };
        let effects = take_effect(&mut fields, scope.today(), &facts, scope)?;
        others = fields.apply(tx, scope, effects).await?;
    }
    store::insert(tx, &fields).await?;
    Ok((fields, others))
}

/// What was agreed: what is written here, or what an offer says that all have accepted.
fn agreed_terms(
    mediation: &MediationFields,
    written: Option<Vec<NewObligation>>,
    offer: Option<i16>,
) -> (Vec<NewObligation>, Option<FieldError>) {
    match (written, offer) {
        (Some(terms), None) => (terms, None),
        (None, Some(number)) => match mediation.offers.0.iter().find(|offer| offer.number == number) {
            Some(offer) if offer.status == OfferStatus::Accepted => (offer.terms.clone(), None),
            Some(_) => (Vec::new(), Some(FieldError::at("/offer", &codes::NOT_ACTIVE))),
            None => (Vec::new(), Some(FieldError::at("/offer", &codes::UNKNOWN_RECORD))),
        },
        _ => (Vec::new(), Some(FieldError::at("", &codes::ONE_OF_TWO).with("names", vec!["obligations", "offer"]))),
    }
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
        obligations: JsonValue(obligations),
        signatures: JsonValue(Vec::new()),
        sealed_on: None,
        effective_on: None,
        confirmation: Document::of(&Confirmation::default())?,
        enforcement: Document::of(&Enforcement::default())?,
        visit_due_on: None,
        visit_note: None,
        reason: None,
        version: 1,
        created_at: scope.now,
        updated_at: scope.now,
        created_by: scope.actor.caller.clone(),
        taken_steps: TakenSteps::default(),
        mediator_subject: mediation.mediator_subject.clone(),
        applicant_subject: mediation.applicant_subject.clone(),
        next_step_at: None,
    })
}
