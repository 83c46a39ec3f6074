//! What must hold of learners.

use super::hours::Hours;
use super::inputs::NewLearner;
use super::model::{LearnerFields, LearnerRole, LearnerStatus};
use super::store;
use crate::access::authority::Authority;
use crate::access::code::Level;
use crate::access::permissions::resource::Learners;
use crate::access::scope::Authorized;
use crate::changes::record::id_or_new;
use crate::changes::write::Tx;
use crate::db::json_value::JsonValue;
use crate::http::codes;
use crate::http::problem::{FieldError, Problem};
use crate::resources::parties::organizations::model::{OrganizationFields, OrganizationStatus};
use crate::resources::parties::organizations::store as organizations;

/// The levels that register learners; whoever works in a grid belongs to its community.
const REGISTERS: [&str; 4] = ["city", "district", "street", "community"];

/// Registers a learner.
pub async fn register(tx: &Tx, scope: &Authorized<Learners>, new: NewLearner) -> Result<LearnerFields, Problem> {
    let mut errors = Vec::new();
    let mut record = LearnerFields {
        id: id_or_new(new.id, &mut errors),
        jurisdiction: new.jurisdiction,
        subject: None,
        name: new.name,
        phone: new.phone,
        roles: JsonValue(new.roles),
        organization_id: new.organization_id,
        organization_kind: None,
        hours: Hours::default(),
        status: LearnerStatus::Active,
        left_on: None,
        merged_into_id: None,
        version: 1,
        created_at: scope.now,
        updated_at: scope.now,
        created_by: scope.actor.caller.clone(),
        linked_subjects: JsonValue(Vec::new()),
    };
    record.link(new.subject);
    if let Some(subject) = &record.subject
        && store::is_taken(tx, scope, subject, record.id).await?
    {
        errors.push(FieldError::at("/subject", &codes::TAKEN));
    }
    let organization = match record.organization_id {
        Some(id) => organizations::named(tx, scope, &[id], record.jurisdiction).await?.pop(),
        None => None,
    };
    errors.extend(faults(scope, None, &mut record, organization.as_ref()));
    Problem::fail_if_any(errors)?;
    store::insert(tx, &record).await?;
    Ok(record)
}

/// What is wrong with a learner; the kind of a new organization is taken over.
pub fn faults(
    who: &Authority,
    before: Option<&LearnerFields>,
    record: &mut LearnerFields,
    organization: Option<&OrganizationFields>,
) -> Vec<FieldError> {
    let mut errors = Vec::new();
    if !who.area.covers(&record.jurisdiction) {
        errors.push(FieldError::at("/jurisdiction", &codes::UNKNOWN_JURISDICTION));
    }
    if matches!(record.jurisdiction.level(), Level::Province | Level::Grid) {
        errors.push(FieldError::at("/jurisdiction", &codes::WRONG_LEVEL).with("levels", REGISTERS));
    }
    let twice = record.roles.0.iter().enumerate().find(|(at, role)| record.roles.0[..*at].contains(role));
    errors.extend(twice.map(|(at, _)| FieldError::at(format!("/roles/{at}"), &codes::DUPLICATE_ITEM)));
    // Nobody says of themselves what they must learn.
    if !before.is_some_and(|before| before.is(&who.actor.caller)) && record.is(&who.actor.caller) {
        errors.push(FieldError::at("/subject", &codes::OWN_MATTER));
    }
    let mediates = |one: &LearnerFields| one.roles.0.contains(&LearnerRole::Mediator);
    if mediates(record) != before.is_some_and(mediates) {
        errors.push(FieldError::at("/roles", &codes::REGISTERED_AS_MEDIATOR));
    }
    if before.is_some_and(|before| before.organization_id == record.organization_id) {
        return errors;
    }
    record.organization_kind = None;
    if record.organization_id.is_some() {
        match organization {
            Some(known) if known.status == OrganizationStatus::Active => record.organization_kind = Some(known.kind),
            Some(_) => errors.push(FieldError::at("/organization_id", &codes::DISSOLVED)),
            None => errors.push(FieldError::at("/organization_id", &codes::UNKNOWN_RECORD)),
        }
    }
    errors
}
