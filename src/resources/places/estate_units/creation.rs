//! How a unit is registered.

use uuid::Uuid;

use super::inputs::NewEstateUnit;
use super::model::{EstateUnitFields, UnitStatus};
use super::owners::{OwnerKey, owner_faults};
use super::store;
use crate::access::authority::Authority;
use crate::access::code::{JurisdictionCode, Level};
use crate::access::permissions::resource::EstateUnits;
use crate::access::scope::Authorized;
use crate::changes::record::id_or_new;
use crate::changes::write::Tx;
use crate::db::json_value::JsonValue;
use crate::http::codes;
use crate::http::normal_form::label;
use crate::http::problem::{FieldError, Problem};
use crate::resources::places::estates::model::EstateFields;
use crate::resources::places::estates::store as estates;

/// Registers one.
pub async fn register(
    tx: &Tx,
    scope: &Authorized<EstateUnits>,
    key: &OwnerKey,
    new: NewEstateUnit,
) -> Result<EstateUnitFields, Problem> {
    let mut errors = Vec::new();
    let id = id_or_new(new.id, &mut errors);
    let Some(estate) = estates::named(tx, scope, new.estate_id).await? else {
        errors.push(FieldError::at("/estate_id", &codes::UNKNOWN_RECORD));
        return Err(Problem::invalid(errors));
    };
    let record = record(scope, id, &estate, new, key);
    errors.extend(record.faults(scope));
    errors.extend(owner_faults(record.sold, &record.owners.0, "/owners"));
    Problem::fail_if_any(errors)?;
    store::insert(tx, std::slice::from_ref(&record)).await?;
    Ok(record)
}

/// The community of an estate, also where that has joined a grid unit.
pub fn community(estate: &EstateFields) -> JurisdictionCode {
    estate.jurisdiction.at(Level::Community).unwrap_or(estate.jurisdiction)
}

/// The record that a request describes.
pub fn record(who: &Authority, id: Uuid, estate: &EstateFields, new: NewEstateUnit, key: &OwnerKey) -> EstateUnitFields {
    EstateUnitFields {
        id,
        jurisdiction: community(estate),
        estate_id: estate.id,
        building: label(&new.building),
        entrance: label(&new.entrance),
        number: label(&new.number),
        area: new.area,
        area_basis: new.area_basis,
        sold: new.sold,
        delivered_on: new.delivered_on,
        status: UnitStatus::Registered,
        reason: None,
        version: 1,
        created_at: who.now,
        updated_at: who.now,
        owners: JsonValue(new.owners.into_iter().map(|owner| owner.kept(key)).collect()),
        created_by: who.actor.caller.clone(),
    }
}
