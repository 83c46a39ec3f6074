//! Moves the estates of a split community.

use chrono::NaiveDate;
use uuid::Uuid;

use super::model::DivisionPart;
use crate::access::code::{JurisdictionCode, Level};
use crate::access::permissions::resource::DivisionChanges;
use crate::access::scope::Authorized;
use crate::changes::record::update_related_all;
use crate::changes::slice::name_taken;
use crate::changes::write::{Record, Tx};
use crate::http::codes;
use crate::http::problem::{FieldError, Problem};
use crate::resources::grid::grid_enrollments::creation as enrollment_rules;
use crate::resources::grid::grid_enrollments::store as enrollments;
use crate::resources::parties::organizations::store as organizations;
use crate::resources::parties::owners_committees::store as committees;
use crate::resources::parties::property_contracts::store as contracts;
use crate::resources::places::estates::model::EstateFields;
use crate::resources::places::estates::store as estates;

/// The estates that a part of a split community takes.
pub async fn move_estates(
    tx: &Tx,
    scope: &Authorized<DivisionChanges>,
    from: JurisdictionCode,
    part: &DivisionPart,
    at: usize,
    day: NaiveDate,
) -> Result<Vec<Record>, Problem> {
    let mut errors = Vec::new();
    let mut moved = Vec::new();
    let mut standing = Vec::new();
    for (index, id) in part.estate_ids.iter().enumerate() {
        match estates::named(tx, scope, *id).await? {
            Some(estate) if estate.jurisdiction.at(Level::Community) == Some(from) => {
                moved.extend(leave_grid(tx, scope, &estate, day).await?);
                standing.push(*id);
            }
            _ => errors.push(FieldError::at(format!("/parts/{at}/estate_ids/{index}"), &codes::UNKNOWN_RECORD)),
        }
    }
    Problem::fail_if_any(errors)?;
    let standing = estates::all_locked(tx, &standing).await?;
    moved.extend(estates_with_theirs(tx, scope, &standing, part.code).await?);
    Ok(moved)
}

/// An estate that goes to another community leaves its grid unit.
async fn leave_grid(
    tx: &Tx,
    scope: &Authorized<DivisionChanges>,
    estate: &EstateFields,
    day: NaiveDate,
) -> Result<Vec<Record>, Problem> {
    let mut moved = Vec::new();
    for enrollment in enrollments::open_of_estate(tx, estate.id).await? {
        let (_, ended) = enrollment_rules::end(tx, scope, &enrollment, day, "行政区划调整").await?;
        moved.extend(ended);
    }
    Ok(moved)
}

/// Estates with their contracts, their committees and the organizations of these.
async fn estates_with_theirs(
    tx: &Tx,
    scope: &Authorized<DivisionChanges>,
    standing: &[EstateFields],
    to: JurisdictionCode,
) -> Result<Vec<Record>, Problem> {
    let ids: Vec<Uuid> = standing.iter().map(|estate| estate.id).collect();
    let served = contracts::of_estates(tx, &ids).await?;
    let terms = committees::of_estates(tx, &ids).await?;
    let mut bodies: Vec<Uuid> = terms.iter().map(|term| term.organization_id).collect();
    bodies.sort_unstable();
    bodies.dedup();
    let bodies = organizations::all_locked(tx, &bodies).await?;
    let mut moved = update_related_all(tx, scope.now, standing, |estate| estate.jurisdiction = to).await.map_err(name_taken)?;
    moved.extend(update_related_all(tx, scope.now, &served, |contract| contract.jurisdiction = to).await?);
    moved.extend(update_related_all(tx, scope.now, &terms, |term| term.jurisdiction = to).await?);
    moved.extend(update_related_all(tx, scope.now, &bodies, |body| body.jurisdiction = to).await.map_err(name_taken)?);
    Ok(moved)
}
