//! What must hold of the responsibility list, and what it says about a place.

use super::model::{NewResponsibility, ResponsibilityFields, ResponsibilityStatus};
use super::store;
use crate::access::code::{JurisdictionCode, Level};
use crate::access::permissions::resource::Responsibilities;
use crate::access::scope::Authorized;
use crate::changes::record::id_or_new;
use crate::changes::write::Tx;
use crate::db::json_value::JsonValue;
use crate::http::codes;
use crate::http::problem::{FieldError, Problem};
use crate::resources::parties::organizations::model::OrganizationFields;
use crate::resources::reference::policies::creation::citation_faults;
use crate::resources::reference::policies::model::PolicyFields;
use crate::resources::reference::policies::store as policies;

/// The organizations that hold a duty at a place, of those that could.
pub fn holders<'a>(
    entry: &ResponsibilityFields,
    place: JurisdictionCode,
    organizations: &'a [OrganizationFields],
) -> impl Iterator<Item = &'a OrganizationFields> {
    let (kind, at) = (entry.organization_kind, place.at(entry.level));
    organizations.iter().filter(move |found| found.kind == kind && (kind.is_of_estate() || Some(found.jurisdiction) == at))
}

/// Drafts an entry.
pub async fn draft(
    tx: &Tx,
    scope: &Authorized<Responsibilities>,
    new: NewResponsibility,
) -> Result<ResponsibilityFields, Problem> {
    let mut errors = Vec::new();
    let record = ResponsibilityFields {
        id: id_or_new(new.id, &mut errors),
        jurisdiction: new.jurisdiction,
        matter: new.matter,
        title: new.title,
        level: new.level,
        organization_kind: new.organization_kind,
        duty: new.duty,
        legal_basis: new.legal_basis,
        citations: JsonValue(new.citations),
        status: ResponsibilityStatus::Draft,
        valid_from: None,
        valid_until: None,
        supersedes_id: new.supersedes_id,
        voided_on: None,
        void_reason: None,
        version: 1,
        created_at: scope.now,
        updated_at: scope.now,
        created_by: scope.actor.caller.clone(),
    };
    let citable = policies::cited(tx, record.jurisdiction, &record.citations.0).await?;
    errors.extend(faults(&record, &citable));
    if let Some(id) = record.supersedes_id {
        let old = store::named(tx, scope, id).await?;
        let takes_place = |old: &ResponsibilityFields| old.jurisdiction == record.jurisdiction && old.matter == record.matter;
        match old {
            Some(old) if takes_place(&old) && old.status == ResponsibilityStatus::Published => {}
            Some(old) if takes_place(&old) => errors.push(FieldError::at("/supersedes_id", &codes::NOT_ACTIVE)),
            _ => errors.push(FieldError::at("/supersedes_id", &codes::UNKNOWN_RECORD)),
        }
    }
    Problem::fail_if_any(errors)?;
    store::insert(tx, scope, &record).await?;
    Ok(record)
}

/// The organization stands at a level that its kind has, and not above the issuer; what is cited is there.
pub fn faults(record: &ResponsibilityFields, citable: &[PolicyFields]) -> Vec<FieldError> {
    let mut errors = citation_faults(citable, &record.citations.0);
    let kind = record.organization_kind;
    let fits = |level: &&Level| **level >= record.jurisdiction.level();
    let levels: Vec<_> = kind.levels().iter().filter(fits).collect();
    if !levels.contains(&&record.level) {
        let levels: Vec<_> = levels.into_iter().map(|level| level.as_str()).collect();
        errors.push(FieldError::at("/level", &codes::WRONG_LEVEL).with("levels", levels));
    }
    errors
}
