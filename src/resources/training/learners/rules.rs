//! What must hold of learners.

use super::model::{Learner, LearnerBalance, LearnerFields, LearnerRole, LearnerStatus};
use super::model_hours::Hours;
use super::model_input::NewLearner;
use super::store;
use crate::access::authority::Authority;
use crate::access::code::{JurisdictionCode, Level};
use crate::access::policy::is_officer;
use crate::access::policy::resource::Learners;
use crate::access::scope::Authorized;
use crate::changes::lifecycle::next_actions;
use crate::changes::record::id_or_new;
use crate::changes::write::Tx;
use crate::db::json_list::JsonList;
use crate::http::codes;
use crate::http::problem::{FieldError, Problem};
use crate::resources::parties::organizations::model::{OrganizationFields, OrganizationStatus};
use crate::resources::parties::organizations::store as organizations;

/// The levels that register learners; whoever works in a grid belongs to its community.
const REGISTERS: [&str; 4] = ["city", "district", "street", "community"];

/// The learner as the caller sees them in a year.
pub fn view(scope: &Authorized<Learners>, fields: LearnerFields, year: i32, quota: i64) -> Learner {
    let hours = fields.hours.of(year);
    let balance = LearnerBalance { year, hours, quota, missing: (quota - i64::from(hours)).max(0) };
    let in_party = || fields.roles.0.iter().copied().filter(|role| role.is_of_party()).collect();
    let is_own = fields.subject.as_deref() == Some(&scope.actor.caller);
    let party_roles = (is_own || oversees(scope, &fields.jurisdiction)).then(in_party);
    Learner { next_actions: next_actions(scope, &fields), party_roles, balance, fields }
}

/// True for an officer of a place: to others party membership is not told.
pub fn oversees(scope: &Authorized<Learners>, place: &JurisdictionCode) -> bool {
    scope.actor.grants.iter().any(|grant| is_officer(grant.role) && grant.jurisdiction.contains(place))
}

/// Registers a learner.
pub async fn register(tx: &Tx, scope: &Authorized<Learners>, new: NewLearner) -> Result<LearnerFields, Problem> {
    let mut errors = Vec::new();
    let mut record = LearnerFields {
        id: id_or_new(new.id, &mut errors),
        jurisdiction: new.jurisdiction,
        subject: new.subject,
        name: new.name,
        phone: new.phone,
        roles: JsonList(new.roles),
        organization_id: new.organization_id,
        organization_kind: None,
        hours: Hours::default(),
        status: LearnerStatus::Active,
        left_on: None,
        version: 1,
        created_at: scope.now,
        updated_at: scope.now,
        created_by: scope.actor.caller.clone(),
    };
    let organization = match record.organization_id {
        Some(id) => organizations::named(tx, scope, &[id], record.jurisdiction).await?.pop(),
        None => None,
    };
    errors.extend(faults(scope, None, &mut record, organization.as_ref()));
    Problem::unless_right(errors)?;
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
    if !who.extent.covers(&record.jurisdiction) {
        errors.push(FieldError::at("/jurisdiction", &codes::UNKNOWN_JURISDICTION));
    }
    if record.jurisdiction.level() == Level::Grid {
        errors.push(FieldError::at("/jurisdiction", &codes::WRONG_LEVEL).with("levels", REGISTERS));
    }
    let twice = record.roles.0.iter().enumerate().find(|(at, role)| record.roles.0[..*at].contains(role));
    errors.extend(twice.map(|(at, _)| FieldError::at(format!("/roles/{at}"), &codes::DUPLICATE_ITEM)));
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
