//! What must hold of a new contract.

use super::model::{NewPropertyContract, PropertyContractFields};
use super::store;
use crate::access::code::Level;
use crate::access::permissions::resource::PropertyContracts;
use crate::access::scope::Authorized;
use crate::changes::record::id_or_new;
use crate::changes::write::Tx;
use crate::http::codes;
use crate::http::problem::{FieldError, Problem};
use crate::resources::parties::organizations::model::{OrganizationKind, OrganizationStatus};
use crate::resources::parties::organizations::store as organizations;
use crate::resources::places::estates::store as estates;

/// Checks and stores a new contract. The estate is locked, so that its contracts and committees wait for each other.
pub async fn register(
    tx: &Tx,
    scope: &Authorized<PropertyContracts>,
    new: NewPropertyContract,
) -> Result<PropertyContractFields, Problem> {
    let mut errors = Vec::new();
    let id = id_or_new(new.id, &mut errors);
    errors.extend(FieldError::before("/ends_on", new.ends_on, Some(new.starts_on)));
    let Some(estate) = estates::named(tx, scope, new.estate_id).await? else {
        errors.push(FieldError::at("/estate_id", &codes::UNKNOWN_RECORD));
        return Err(Problem::invalid(errors));
    };
    let enterprise = organizations::named(tx, scope, &[new.organization_id], estate.jurisdiction).await?.pop();
    match enterprise.map(|enterprise| (enterprise.kind, enterprise.status)) {
        None => errors.push(FieldError::at("/organization_id", &codes::UNKNOWN_RECORD)),
        Some((OrganizationKind::PropertyEnterprise, OrganizationStatus::Active)) => {}
        Some((OrganizationKind::PropertyEnterprise, _)) => errors.push(FieldError::at("/organization_id", &codes::DISSOLVED)),
        Some(_) => {
            let kinds = vec![OrganizationKind::PropertyEnterprise.as_str()];
            errors.push(FieldError::at("/organization_id", &codes::WRONG_KIND).with("kinds", kinds));
        }
    }
    Problem::fail_if_any(errors)?;
    let record = PropertyContractFields {
        id,
        jurisdiction: estate.jurisdiction.at(Level::Community).unwrap_or(estate.jurisdiction),
        estate_id: estate.id,
        organization_id: new.organization_id,
        basis: new.basis,
        number: new.number,
        starts_on: new.starts_on,
        ends_on: new.ends_on,
        terminated_on: None,
        termination_reason: None,
        voided_on: None,
        void_reason: None,
        version: 1,
        created_at: scope.now,
        updated_at: scope.now,
        created_by: scope.actor.caller.clone(),
    };
    store::insert(tx, &record).await?;
    Ok(record)
}
