//! How an estate is shown and made.

use super::model::{EstateFields, NewEstate};
use crate::access::permissions::resource::Estates;
use crate::access::scope::Authorized;
use crate::changes::record::id_or_new;
use crate::http::problem::FieldError;

/// The record that a request describes.
pub fn record(scope: &Authorized<Estates>, new: NewEstate, errors: &mut Vec<FieldError>) -> EstateFields {
    EstateFields {
        id: id_or_new(new.id, errors),
        jurisdiction: new.jurisdiction,
        name: new.name,
        address: new.address,
        units: new.units,
        households: new.households,
        area: new.area,
        longitude: new.longitude,
        latitude: new.latitude,
        committee_id: None,
        committee_ends_on: None,
        version: 1,
        created_at: scope.now,
        updated_at: scope.now,
        created_by: scope.actor.caller.clone(),
    }
}
