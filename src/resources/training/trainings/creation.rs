//! What must hold of courses.

use super::inputs::NewTraining;
use super::model::{TrainingFields, TrainingStatus};
use super::store;
use crate::access::code::Level;
use crate::access::permissions::resource::Trainings;
use crate::access::scope::Authorized;
use crate::changes::record::id_or_new;
use crate::changes::write::Tx;
use crate::db::json_value::JsonValue;
use crate::http::codes;
use crate::http::problem::{FieldError, Problem};
use crate::resources::reference::policies::creation::citation_faults;
use crate::resources::reference::policies::model::PolicyFields;
use crate::resources::reference::policies::store as policies;

/// The levels that organize courses.
const ORGANIZERS: [&str; 5] = ["province", "city", "district", "street", "community"];

fn repeats<T: PartialEq>(list: &[T]) -> bool {
    list.iter().enumerate().any(|(at, one)| list[..at].contains(one))
}

/// Drafts a course.
pub async fn draft(tx: &Tx, scope: &Authorized<Trainings>, new: NewTraining) -> Result<TrainingFields, Problem> {
    let mut errors = Vec::new();
    let record = TrainingFields {
        id: id_or_new(new.id, &mut errors),
        jurisdiction: new.jurisdiction,
        title: new.title,
        topic: new.topic,
        description: new.description,
        hours: new.hours,
        examined: new.examined,
        certified: new.certified,
        certificate_months: new.certificate_months,
        audience_roles: JsonValue(new.audience_roles),
        audience_kinds: JsonValue(new.audience_kinds),
        audience_levels: JsonValue(new.audience_levels),
        citations: JsonValue(new.citations),
        status: TrainingStatus::Draft,
        version: 1,
        created_at: scope.now,
        updated_at: scope.now,
        created_by: scope.actor.caller.clone(),
    };
    if !scope.area.covers(&record.jurisdiction) {
        errors.push(FieldError::at("/jurisdiction", &codes::UNKNOWN_JURISDICTION));
    }
    let citable = policies::cited(tx, record.jurisdiction, &record.citations.0).await?;
    errors.extend(faults(&record, &citable));
    Problem::fail_if_any(errors)?;
    store::insert(tx, &record).await?;
    Ok(record)
}

/// What is wrong with a course: levels above its own, months of no certificate, and what it cites.
pub fn faults(record: &TrainingFields, citable: &[PolicyFields]) -> Vec<FieldError> {
    let own = record.jurisdiction.level();
    let meant = |level: Level| own <= level && level < Level::Grid;
    let above = record.audience_levels.0.iter().enumerate().filter(|(_, level)| !meant(**level));
    let mut errors: Vec<_> =
        above.map(|(at, _)| FieldError::at(format!("/audience_levels/{at}"), &codes::NOT_APPLICABLE)).collect();
    let twice = [
        ("/audience_roles", repeats(&record.audience_roles.0)),
        ("/audience_kinds", repeats(&record.audience_kinds.0)),
        ("/audience_levels", repeats(&record.audience_levels.0)),
    ];
    errors.extend(twice.into_iter().filter(|(_, found)| *found).map(|(at, _)| FieldError::at(at, &codes::DUPLICATE_ITEM)));
    if own == Level::Grid {
        errors.push(FieldError::at("/jurisdiction", &codes::WRONG_LEVEL).with("levels", ORGANIZERS));
    }
    if record.certificate_months.is_some() && !record.certified {
        errors.push(FieldError::at("/certificate_months", &codes::NOT_APPLICABLE));
    }
    errors.extend(citation_faults(citable, &record.citations.0));
    errors
}
