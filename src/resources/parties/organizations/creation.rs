//! What must hold of an organization, whoever writes it.

use uuid::Uuid;

use super::credit_code::is_credit_code;
use super::model::{NewContact, NewOrganization, OrganizationFields, OrganizationKind, OrganizationStatus, PartyMode};
use super::store;
use crate::access::authority::Authority;
use crate::access::permissions::resource::Organizations;
use crate::access::scope::Authorized;
use crate::calendar::term::last_day_of_months;
use crate::changes::record::id_or_new;
use crate::changes::write::{Record, Tx};
use crate::db::json_value::JsonValue;
use crate::http::codes;
use crate::http::problem::{FieldError, Problem};

/// The longest term of the members of a mediation committee.
const TERM_MONTHS: u32 = 36;

/// The record that a request describes.
pub fn record(scope: &Authorized<Organizations>, new: NewOrganization, errors: &mut Vec<FieldError>) -> OrganizationFields {
    OrganizationFields {
        id: id_or_new(new.id, errors),
        jurisdiction: new.jurisdiction,
        kind: new.kind,
        name: new.name,
        credit_code: new.credit_code,
        status: OrganizationStatus::Active,
        parent_id: new.parent_id,
        address: new.address,
        party_mode: new.party_mode,
        party_organization_id: new.party_organization_id,
        party_reason: new.party_reason,
        party_plan: new.party_plan,
        party_member_count: new.party_member_count,
        term_starts_on: new.term_starts_on,
        term_ends_on: new.term_ends_on,
        grid_unit_count: 0,
        version: 1,
        created_at: scope.now,
        updated_at: scope.now,
        created_by: scope.actor.caller.clone(),
        contacts: JsonValue(new.contacts),
    }
}

/// Registers an organization.
pub async fn register(
    tx: &Tx,
    scope: &Authorized<Organizations>,
    record: &OrganizationFields,
    mut errors: Vec<FieldError>,
) -> Result<(), Problem> {
    errors.extend(faults(record));
    errors.extend(Named::find(tx, scope, None, record).await?.faults(record));
    Problem::fail_if_any(errors)?;
    store::insert(tx, scope, record).await
}

/// The audit tells of contacts, which the feed leaves out, when they change.
pub fn told_of_contacts(before: Option<&OrganizationFields>, after: &OrganizationFields) -> Result<Option<Record>, Problem> {
    let shown = |record: &OrganizationFields| record.contacts.0.iter().map(NewContact::shown).collect::<Vec<_>>();
    let old = before.map(|before| before.contacts.0.as_slice()).unwrap_or_default();
    if old == after.contacts.0 {
        return Ok(None);
    }
    Record::part(after, "organization_contacts", before.map(shown).as_ref(), &shown(after)).map(Some)
}

/// The rules that the record breaks by itself.
pub fn faults(record: &OrganizationFields) -> Vec<FieldError> {
    let mut errors = Vec::new();
    if !record.kind.levels().contains(&record.jurisdiction.level()) {
        let levels: Vec<_> = record.kind.levels().iter().map(|level| level.as_str()).collect();
        errors.push(FieldError::at("/jurisdiction", &codes::WRONG_LEVEL).with("levels", levels));
    }
    match &record.credit_code {
        Some(code) if !is_credit_code(code) => errors.push(FieldError::at("/credit_code", &codes::CREDIT_CODE)),
        None if record.kind == OrganizationKind::PropertyEnterprise => {
            errors.push(FieldError::at("/credit_code", &codes::REQUIRED));
        }
        _ => {}
    }
    if record.kind == OrganizationKind::EnterprisePartyOrganization && record.parent_id.is_none() {
        errors.push(FieldError::at("/parent_id", &codes::REQUIRED));
    }
    errors.extend(party_faults(record));
    errors.extend(term_fault(record));
    errors
}

/// The members of a mediation committee are in office for three years at most (People's Mediation Law, article 9).
fn term_fault(record: &OrganizationFields) -> Option<FieldError> {
    let (starts_on, ends_on) = (record.term_starts_on, record.term_ends_on);
    match (starts_on, ends_on) {
        (None, None) => None,
        _ if record.kind != OrganizationKind::MediationCommittee => {
            Some(FieldError::at("/term_starts_on", &codes::NOT_APPLICABLE))
        }
        (None, Some(_)) => Some(FieldError::at("/term_starts_on", &codes::REQUIRED)),
        (Some(_), None) => Some(FieldError::at("/term_ends_on", &codes::REQUIRED)),
        (Some(first), Some(last)) => FieldError::before("/term_ends_on", last, Some(first))
            .or_else(|| FieldError::after("/term_ends_on", last, last_day_of_months(first, TERM_MONTHS))),
    }
}

/// Own and joint name the party organization; none names reason and plan; party bodies and the unknown name nothing.
fn party_faults(record: &OrganizationFields) -> Vec<FieldError> {
    let mode = record.party_mode;
    let covered = matches!(mode, Some(PartyMode::Own | PartyMode::Joint));
    let none = mode == Some(PartyMode::None);
    let mut errors = Vec::new();
    if mode.is_some() && record.kind.is_party_body() {
        errors.push(FieldError::at("/party_mode", &codes::NOT_APPLICABLE));
        return errors;
    }
    let members = [
        ("/party_organization_id", record.party_organization_id.is_some(), covered),
        ("/party_reason", record.party_reason.is_some(), none),
        ("/party_plan", record.party_plan.is_some(), none),
    ];
    for (place, given, wanted) in members {
        if given != wanted {
            errors.push(FieldError::at(place, if wanted { &codes::REQUIRED } else { &codes::NOT_APPLICABLE }));
        }
    }
    errors
}

/// The organizations that a record names anew, of those that it may name, locked.
#[derive(Debug, Default)]
pub struct Named {
    parent_id: Option<Uuid>,
    party_id: Option<Uuid>,
    found: Vec<OrganizationFields>,
    /// Whether the new parent stands below the record.
    is_circle: bool,
}

impl Named {
    pub async fn find(
        tx: &Tx,
        who: &Authorized<Organizations>,
        before: Option<&OrganizationFields>,
        record: &OrganizationFields,
    ) -> Result<Self, Problem> {
        let changed = |new: Option<Uuid>, old: Option<Uuid>| if new == old { None } else { new };
        let parent_id = changed(record.parent_id, before.and_then(|before| before.parent_id));
        let party_id = changed(record.party_organization_id, before.and_then(|before| before.party_organization_id));
        let ids: Vec<Uuid> = [parent_id, party_id].into_iter().flatten().collect();
        let found = if ids.is_empty() { Vec::new() } else { store::named(tx, who, &ids, record.jurisdiction).await? };
        let is_circle = match (before, parent_id) {
            (Some(before), Some(parent)) => store::is_below(tx, parent, before.id).await?,
            _ => false,
        };
        Ok(Self { parent_id, party_id, found, is_circle })
    }

    /// They must be there, seen by the caller or standing above the record, and fit.
    fn faults(&self, record: &OrganizationFields) -> Vec<FieldError> {
        let check = |place: &'static str, id: Option<Uuid>, fits: fn(OrganizationKind) -> bool| {
            let id = id?;
            match self.found.iter().find(|organization| organization.id == id) {
                None => Some(FieldError::at(place, &codes::UNKNOWN_RECORD)),
                Some(found) if found.status == OrganizationStatus::Dissolved => Some(FieldError::at(place, &codes::DISSOLVED)),
                Some(found) if !fits(found.kind) => {
                    let kinds = OrganizationKind::ALL.iter().filter(|kind| fits(**kind)).map(|kind| kind.as_str());
                    Some(FieldError::at(place, &codes::WRONG_KIND).with("kinds", kinds.collect::<Vec<_>>()))
                }
                Some(_) => None,
            }
        };
        let parent_fits: fn(OrganizationKind) -> bool = match record.kind {
            OrganizationKind::EnterprisePartyOrganization => |kind| kind == OrganizationKind::PropertyEnterprise,
            _ => |_| true,
        };
        let parent = check("/parent_id", self.parent_id, parent_fits);
        let party = check("/party_organization_id", self.party_id, OrganizationKind::is_party_body);
        parent.into_iter().chain(party).collect()
    }
}

/// What is wrong with a changed record; a new parent must not stand below it.
pub fn change_faults(who: &Authority, before: &OrganizationFields, after: &OrganizationFields, named: &Named) -> Vec<FieldError> {
    let mut errors = faults(after);
    if !who.area.covers(&after.jurisdiction) {
        errors.push(FieldError::at("/jurisdiction", &codes::UNKNOWN_JURISDICTION));
    }
    // A committee stands where its estate does.
    if after.jurisdiction != before.jurisdiction && after.kind == OrganizationKind::OwnersCommittee {
        errors.push(FieldError::at("/jurisdiction", &codes::NOT_APPLICABLE));
    }
    errors.extend(named.faults(after));
    if named.is_circle {
        errors.push(FieldError::at("/parent_id", &codes::CYCLE));
    }
    errors
}
