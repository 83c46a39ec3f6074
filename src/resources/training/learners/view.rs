//! How a learner is shown, and to whom.

use super::model::{Learner, LearnerBalance, LearnerFields};
use crate::access::code::JurisdictionCode;
use crate::access::permissions::is_officer;
use crate::access::permissions::resource::Learners;
use crate::access::scope::Authorized;
use crate::changes::lifecycle::next_actions;

/// The learner as the caller sees them in a year.
pub fn view(scope: &Authorized<Learners>, mut fields: LearnerFields, year: i32, quota: i64) -> Learner {
    let hours = fields.hours.of(year);
    let balance = LearnerBalance { year, hours, quota, missing: (quota - i64::from(hours)).max(0) };
    let in_party = || fields.roles.0.iter().copied().filter(|role| role.is_of_party()).collect();
    let is_own = fields.subject.as_deref() == Some(&scope.actor.caller);
    let party_roles = (is_own || oversees(scope, &fields.jurisdiction)).then(in_party);
    let next_actions = next_actions(scope, &fields);
    fields.subject = scope.actor.shown_subject(fields.subject.take(), &fields.jurisdiction);
    Learner { next_actions, party_roles, balance, possible_duplicate_ids: None, fields }
}

/// True for an officer of a place: to others party membership is not told.
pub fn oversees(scope: &Authorized<Learners>, place: &JurisdictionCode) -> bool {
    scope.actor.grants.iter().any(|grant| is_officer(grant.role) && grant.jurisdiction.contains(place))
}
