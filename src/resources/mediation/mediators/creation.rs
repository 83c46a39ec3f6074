//! What must hold of mediators and of the committees that they belong to.

use std::collections::HashSet;

use uuid::Uuid;

use super::model::{Gender, MediatorFields, MediatorStatus, NewMediator};
use super::store;
use crate::access::authority::Authority;
use crate::access::permissions::resource::Mediators;
use crate::access::privacy::phone_digits;
use crate::access::scope::Authorized;
use crate::changes::record::id_or_new;
use crate::changes::write::{Record, Tx};
use crate::db::json_value::JsonValue;
use crate::http::codes;
use crate::http::normal_form::folded;
use crate::http::problem::{FieldError, Problem, invalid};
use crate::resources::parties::organizations::model::{OrganizationFields, OrganizationKind, OrganizationStatus};
use crate::resources::parties::organizations::store as organizations;
use crate::resources::training::learners::mediators as learners;
use crate::resources::training::learners::mediators::Mediating;

/// The fewest and the most members of a mediation committee (People's Mediation Law, article 8).
const MEMBERS: std::ops::RangeInclusive<usize> = 3..=9;

/// Registers a mediator of a committee, where that stands, as a learner too.
pub async fn register(
    tx: &Tx,
    scope: &Authorized<Mediators>,
    new: NewMediator,
) -> Result<(MediatorFields, Vec<Record>), Problem> {
    let mut errors = Vec::new();
    let id = id_or_new(new.id, &mut errors);
    let Some(committee) = organizations::within_reach(tx, &scope.area, new.organization_id).await? else {
        errors.push(FieldError::at("/organization_id", &codes::UNKNOWN_RECORD));
        return Err(Problem::invalid(errors));
    };
    errors.extend(committee_fault(&committee));
    let mut fields = MediatorFields {
        id,
        jurisdiction: committee.jurisdiction,
        organization_id: committee.id,
        name: new.name,
        phone: new.phone,
        gender: new.gender,
        committee_member: new.committee_member,
        subject: new.subject,
        qualification: new.qualification,
        specialties: JsonValue(new.specialties),
        learner_id: None,
        status: MediatorStatus::Active,
        left_on: None,
        version: 1,
        created_at: scope.now,
        updated_at: scope.now,
        created_by: scope.actor.caller.clone(),
        linked_subjects: JsonValue(Vec::new()),
    };
    let listed = store::of_committee(tx, fields.organization_id).await?;
    let faults = [twice_fault(&listed, &fields), seat_fault(&listed, &fields), own_fault(scope, &fields)];
    errors.extend(faults.into_iter().flatten());
    Problem::fail_if_any(errors)?;
    let (learner, told) = learners::of_mediator(tx, scope, mediating(&fields)).await?;
    if learner.is(&scope.actor.caller) {
        return invalid("/subject", &codes::OWN_MATTER);
    }
    fields.learner_id = Some(learner.id);
    store::insert(tx, &fields).await?;
    Ok((fields, told))
}

fn committee_fault(committee: &OrganizationFields) -> Option<FieldError> {
    if committee.kind != OrganizationKind::MediationCommittee {
        return Some(FieldError::at("/organization_id", &codes::WRONG_KIND).with("kinds", vec!["mediation_committee"]));
    }
    let stands = committee.status == OrganizationStatus::Active;
    (!stands).then(|| FieldError::at("/organization_id", &codes::DISSOLVED))
}

/// What the register of learners is to know.
pub fn mediating(mediator: &MediatorFields) -> Mediating {
    Mediating {
        jurisdiction: mediator.jurisdiction,
        organization_id: mediator.organization_id,
        subject: mediator.subject.clone(),
        name: mediator.name.clone(),
        phone: mediator.phone.clone(),
    }
}

/// A committee has not more members than the law lets it have.
pub fn seat_fault(committee: &[MediatorFields], mediator: &MediatorFields) -> Option<FieldError> {
    let others = committee.iter().filter(|other| other.committee_member && other.id != mediator.id).count();
    let full = mediator.committee_member && others >= *MEMBERS.end();
    full.then(|| FieldError::at("/committee_member", &codes::MAX_ITEMS).with("limit", *MEMBERS.end()))
}

/// A person stands on the list of a committee once, however name and number are written.
pub fn twice_fault(committee: &[MediatorFields], mediator: &MediatorFields) -> Option<FieldError> {
    let person = |one: &MediatorFields| (folded(&one.name), phone_digits(&one.phone));
    let twice = committee.iter().any(|other| other.id != mediator.id && person(other) == person(mediator));
    twice.then(|| FieldError::at("/phone", &codes::ON_THE_LIST))
}

/// Nobody makes themselves a mediator.
pub fn own_fault(who: &Authority, mediator: &MediatorFields) -> Option<FieldError> {
    mediator.is(&who.actor.caller).then(|| FieldError::at("/subject", &codes::OWN_MATTER))
}

/// True when a committee has as many members as the law asks for, women among them. Entries that are known to be one person count once.
pub fn is_complete(mediators: &[MediatorFields]) -> bool {
    let members = || mediators.iter().filter(|mediator| mediator.committee_member);
    let persons: HashSet<Uuid> = members().map(|member| member.learner_id.unwrap_or(member.id)).collect();
    MEMBERS.contains(&persons.len()) && members().any(|member| member.gender == Gender::Female)
}
