//! What must hold of patrols and clues.

use super::model::{GridRecordFields, GridRecordKind, GridRecordStatus, NewGridRecord};
use super::store;
use crate::access::authority::Authority;
use crate::access::code::Level;
use crate::access::permissions::resource::GridRecords;
use crate::access::scope::Authorized;
use crate::changes::record::id_or_new;
use crate::changes::write::Tx;
use crate::http::codes;
use crate::http::problem::{FieldError, Problem};
use crate::resources::places::estates::store as estates;

/// Records a patrol or a clue.
pub async fn record(tx: &Tx, scope: &Authorized<GridRecords>, new: NewGridRecord) -> Result<GridRecordFields, Problem> {
    let mut errors = Vec::new();
    let record = GridRecordFields {
        id: id_or_new(new.id, &mut errors),
        jurisdiction: new.jurisdiction,
        kind: new.kind,
        title: new.title,
        description: new.description,
        estate_id: new.estate_id,
        place: new.place,
        patrol_id: new.patrol_id,
        observed_at: new.observed_at.unwrap_or(scope.now),
        ended_at: new.ended_at,
        status: GridRecordStatus::first(new.kind),
        outcome: None,
        dispute_id: None,
        version: 1,
        created_at: scope.now,
        updated_at: scope.now,
        created_by: scope.actor.caller.clone(),
    };
    errors.extend(faults(&record, scope));
    errors.extend(wrong_names(tx, scope, &record).await?);
    Problem::fail_if_any(errors)?;
    store::insert(tx, &record).await?;
    Ok(record)
}

/// What it names and cannot: a place out of reach, an estate of another community, what is no patrol.
async fn wrong_names(tx: &Tx, scope: &Authorized<GridRecords>, record: &GridRecordFields) -> Result<Vec<FieldError>, Problem> {
    let mut errors = Vec::new();
    if !scope.area.covers(&record.jurisdiction) {
        errors.push(FieldError::at("/jurisdiction", &codes::UNKNOWN_JURISDICTION));
    } else if record.jurisdiction.level() < Level::Community {
        errors.push(FieldError::at("/jurisdiction", &codes::WRONG_LEVEL).with("levels", vec!["community", "grid"]));
    }
    if let Some(id) = record.estate_id
        && estates::name_in(tx.connection(), id, record.jurisdiction).await?.is_none()
    {
        errors.push(FieldError::at("/estate_id", &codes::UNKNOWN_RECORD));
    }
    match record.patrol_id {
        Some(_) if record.kind == GridRecordKind::Patrol => errors.push(FieldError::at("/patrol_id", &codes::NOT_APPLICABLE)),
        Some(id) if !store::is_patrol(tx, scope, id).await? => {
            errors.push(FieldError::at("/patrol_id", &codes::UNKNOWN_RECORD));
        }
        _ => {}
    }
    Ok(errors)
}

/// What is wrong with its times.
pub fn faults(record: &GridRecordFields, who: &Authority) -> Vec<FieldError> {
    let mut errors = Vec::new();
    if record.observed_at > who.now {
        errors.push(FieldError::at("/observed_at", &codes::IN_FUTURE));
    }
    match record.ended_at {
        Some(_) if record.kind == GridRecordKind::Clue => errors.push(FieldError::at("/ended_at", &codes::NOT_APPLICABLE)),
        Some(ended) if ended > who.now => errors.push(FieldError::at("/ended_at", &codes::IN_FUTURE)),
        Some(ended) if ended < record.observed_at => {
            let limit = record.observed_at.to_rfc3339();
            errors.push(FieldError::at("/ended_at", &codes::TOO_EARLY).with("limit", limit));
        }
        _ => {}
    }
    errors
}
