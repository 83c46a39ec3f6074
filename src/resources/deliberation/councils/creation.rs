//! How a council is set up.

use super::inputs::NewCouncil;
use super::model::CouncilFields;
use super::seats::{CouncilSeat, SeatKind, seat_faults};
use super::states::CouncilStatus;
use super::store;
use crate::access::code::Level;
use crate::access::permissions::Action;
use crate::access::permissions::resource::Councils;
use crate::access::scope::Authorized;
use crate::changes::record::id_or_new;
use crate::changes::write::Tx;
use crate::db::json_value::{JsonList, JsonValue};
use crate::http::codes;
use crate::http::problem::{FieldError, Problem};
use crate::resources::parties::organizations::model::{OrganizationFields, OrganizationKind, OrganizationStatus};
use crate::resources::parties::organizations::store as organizations;
use crate::resources::places::estates::store as estates;

/// Sets up a council.
pub async fn set_up(tx: &Tx, scope: &Authorized<Councils>, new: NewCouncil) -> Result<CouncilFields, Problem> {
    let mut errors = Vec::new();
    let id = id_or_new(new.id, &mut errors);
    errors.extend(wrong_place(tx, scope, &new).await?);
    let kinds: Vec<SeatKind> = new.seats.iter().map(|seat| seat.kind).collect();
    errors.extend(seat_faults(new.kind, &kinds));
    errors.extend(wrong_holders(tx, scope, &new).await?);
    Problem::fail_if_any(errors)?;
    let seats = (0..).zip(&new.seats).map(|(position, seat)| CouncilSeat {
        position,
        kind: seat.kind,
        organization_id: seat.organization_id,
        required: new.kind.seat_rule(seat.kind).is_some_and(|rule| rule.required),
    });
    let record = CouncilFields {
        id,
        jurisdiction: new.jurisdiction,
        estate_id: new.estate_id,
        kind: new.kind,
        seats: JsonValue(seats.collect()),
        name: new.name,
        decision: new.decision,
        requests: JsonList::default(),
        answer_due_on: None,
        status: CouncilStatus::Active,
        dissolution_reason: None,
        version: 1,
        created_at: scope.now,
        updated_at: scope.now,
        delegates: JsonList::default(),
        created_by: scope.actor.caller.clone(),
    };
    store::insert(tx, &record).await?;
    Ok(record)
}

/// A place out of reach, what is no community, an estate of another one, and a kind that the level above convenes.
async fn wrong_place(tx: &Tx, scope: &Authorized<Councils>, new: &NewCouncil) -> Result<Vec<FieldError>, Problem> {
    let mut errors = Vec::new();
    let level = new.kind.convening_level();
    if !scope.area.covers(&new.jurisdiction) {
        errors.push(FieldError::at("/jurisdiction", &codes::UNKNOWN_JURISDICTION));
        return Ok(errors);
    }
    if new.jurisdiction.level() != Level::Community {
        errors.push(FieldError::at("/jurisdiction", &codes::WRONG_LEVEL).with("levels", vec!["community"]));
    } else {
        errors.extend(scope.left_to(level, (Action::Create, &new.jurisdiction), "/kind"));
    }
    if !estates::stands_in(tx.connection(), new.estate_id, new.jurisdiction).await? {
        errors.push(FieldError::at("/estate_id", &codes::UNKNOWN_RECORD));
    }
    Ok(errors)
}

/// Seats that nobody, somebody twice or the wrong kind of organization would hold.
async fn wrong_holders(tx: &Tx, scope: &Authorized<Councils>, new: &NewCouncil) -> Result<Vec<FieldError>, Problem> {
    let mut ids: Vec<_> = new.seats.iter().map(|seat| seat.organization_id).collect();
    ids.sort_unstable();
    let found = organizations::named(tx, scope, &ids, new.jurisdiction).await?;
    let mut errors = Vec::new();
    for (at, seat) in new.seats.iter().enumerate() {
        let pointer = format!("/seats/{at}/organization_id");
        let holders = new.kind.seat_rule(seat.kind).map_or(&[][..], |rule| rule.holders);
        let known = found.iter().find(|known| known.id == seat.organization_id);
        if new.seats[..at].iter().any(|before| before.organization_id == seat.organization_id) {
            errors.push(FieldError::at(pointer, &codes::DUPLICATE_ITEM));
        } else if !holders.is_empty() {
            errors.extend(holder_fault(known, holders, pointer));
        }
    }
    Ok(errors)
}

/// What is wrong with who is to hold a seat.
pub fn holder_fault(found: Option<&OrganizationFields>, holders: &[OrganizationKind], pointer: String) -> Option<FieldError> {
    match found {
        None => Some(FieldError::at(pointer, &codes::UNKNOWN_RECORD)),
        Some(known) if !holders.contains(&known.kind) => {
            let kinds: Vec<_> = holders.iter().map(|kind| kind.as_str()).collect();
            Some(FieldError::at(pointer, &codes::WRONG_KIND).with("kinds", kinds))
        }
        Some(known) if known.status == OrganizationStatus::Dissolved => Some(FieldError::at(pointer, &codes::DISSOLVED)),
        Some(_) => None,
    }
}
