//! How a consultation is drafted.

use chrono::{Days, NaiveDate};
use futures_util::try_join;
use uuid::Uuid;

use super::inputs::{NewConsultation, options};
use super::model::ConsultationFields;
use super::states::ConsultationStatus;
use super::store;
use crate::access::authority::Authority;
use crate::access::code::JurisdictionCode;
use crate::access::permissions::resource::Consultations;
use crate::access::scope::Authorized;
use crate::changes::record::id_or_new;
use crate::changes::write::Tx;
use crate::db::document::Document;
use crate::db::json_value::{JsonList, JsonValue};
use crate::http::codes;
use crate::http::problem::{FieldError, Problem};
use crate::resources::grid::grid_units::store as grid_units;
use crate::resources::parties::organizations::store as organizations;
use crate::resources::places::estates::store as estates;

/// So many days ahead it closes at most.
const LONGEST: u64 = 366;

/// Drafts one.
pub async fn draft(tx: &Tx, scope: &Authorized<Consultations>, new: NewConsultation) -> Result<ConsultationFields, Problem> {
    let mut errors = Vec::new();
    let id = id_or_new(new.id, &mut errors);
    if !scope.area.covers(&new.jurisdiction) {
        errors.push(FieldError::at("/jurisdiction", &codes::UNKNOWN_JURISDICTION));
        return Err(Problem::invalid(errors));
    }
    errors.extend(time_faults(new.closes_on, scope.today()));
    let named: Vec<_> = new.organization_id.into_iter().collect();
    let (elsewhere, known) = try_join!(
        place_faults(tx, scope, new.jurisdiction, (&new.estate_ids, &new.grid_unit_ids)),
        organizations::named(tx, scope, &named, new.jurisdiction)
    )?;
    errors.extend(elsewhere);
    if known.len() != named.len() {
        errors.push(FieldError::at("/organization_id", &codes::UNKNOWN_RECORD));
    }
    Problem::fail_if_any(errors)?;
    let record = drafted(scope, id, new)?;
    store::insert(tx, &record).await?;
    Ok(record)
}

fn drafted(scope: &Authority, id: Uuid, new: NewConsultation) -> Result<ConsultationFields, Problem> {
    Ok(ConsultationFields {
        id,
        jurisdiction: new.jurisdiction,
        organization_id: new.organization_id,
        title: new.title,
        background: new.background,
        options: options(new.options),
        estate_ids: JsonValue(new.estate_ids),
        grid_unit_ids: JsonValue(new.grid_unit_ids),
        buildings: JsonValue(new.buildings),
        links: JsonValue(new.links),
        hearings: JsonList::default(),
        closes_on: new.closes_on,
        status: ConsultationStatus::Draft,
        opened_at: None,
        reason: None,
        result: Document::of(&None)?,
        published_at: None,
        version: 1,
        created_at: scope.now,
        updated_at: scope.now,
        groups: JsonList::default(),
        next_step_on: None,
        created_by: scope.actor.caller.clone(),
    })
}

/// It closes on a day to come, within a year.
pub fn time_faults(closes_on: NaiveDate, today: NaiveDate) -> Option<FieldError> {
    let last = today.checked_add_days(Days::new(LONGEST));
    FieldError::before("/closes_on", closes_on, today.succ_opt()).or_else(|| FieldError::after("/closes_on", closes_on, last))
}

/// Estates and grid units that are not in the jurisdiction.
pub async fn place_faults(
    tx: &Tx,
    scope: &Authority,
    place: JurisdictionCode,
    (estate_ids, grid_unit_ids): (&[Uuid], &[Uuid]),
) -> Result<Vec<FieldError>, Problem> {
    let (estates, units) =
        try_join!(estates::standing_in(tx, scope, estate_ids, place), grid_units::standing_in(tx, scope, grid_unit_ids, place))?;
    let unknown = |at: String| FieldError::at(at, &codes::UNKNOWN_RECORD);
    let estates = estate_ids.iter().enumerate().filter(|(_, id)| !estates.contains(id));
    let units = grid_unit_ids.iter().enumerate().filter(|(_, id)| !units.contains(id));
    let faults = estates.map(|(at, _)| unknown(format!("/estate_ids/{at}")));
    Ok(faults.chain(units.map(|(at, _)| unknown(format!("/grid_unit_ids/{at}")))).collect())
}
