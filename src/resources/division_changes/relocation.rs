//! Moves what stands in a jurisdiction to another one.

use chrono::NaiveDate;
use uuid::Uuid;

use super::model::DivisionPart;
use crate::access::code::{JurisdictionCode, Level};
use crate::access::policy::resource::DivisionChanges;
use crate::access::scope::Authorized;
use crate::changes::record::{also, also_all};
use crate::changes::write::{Record, Tx};
use crate::http::codes;
use crate::http::problem::{FieldError, Problem};
use crate::resources::agreements::store as agreements;
use crate::resources::certificates::store as certificates;
use crate::resources::disputes::rules as disputes;
use crate::resources::estates::model::EstateFields;
use crate::resources::estates::store as estates;
use crate::resources::grid_enrollments::rules as enrollment_rules;
use crate::resources::grid_enrollments::store as enrollments;
use crate::resources::grid_units::model::GridUnitStatus;
use crate::resources::grid_units::rules::{self as grid_rules, Closing};
use crate::resources::grid_units::store as grid_units;
use crate::resources::jurisdictions::store as jurisdictions;
use crate::resources::learners::store as learners;
use crate::resources::mediation_sessions::store as sessions;
use crate::resources::mediations::store as mediations;
use crate::resources::mediators::store as mediators;
use crate::resources::organizations::store as organizations;
use crate::resources::owners_committees::store as committees;
use crate::resources::policies::model::PolicyStatus;
use crate::resources::policies::store as policies;
use crate::resources::property_contracts::store as contracts;
use crate::resources::responsibilities::model::ResponsibilityStatus;
use crate::resources::responsibilities::store as responsibilities;
use crate::resources::training_enrollments::store as training_enrollments;
use crate::resources::training_sessions::store as training_sessions;
use crate::resources::trainings::store as trainings;

/// Everything open: grid units end, estates with all that belongs to them, active organizations and open disputes move,
/// drafts of responsibilities move, and what the jurisdiction itself had published no longer holds.
pub async fn relocate(
    tx: &Tx,
    scope: &Authorized<DivisionChanges>,
    from: JurisdictionCode,
    to: JurisdictionCode,
    day: NaiveDate,
    reason: &str,
) -> Result<Vec<Record>, Problem> {
    let mut moved = Vec::new();
    for unit in grid_units::open_in(tx, from).await? {
        let ended = also(tx, scope.now, &unit, |unit| {
            unit.period.status = GridUnitStatus::Retired;
            // What it became since then is not overwritten.
            unit.period.valid_from = if day > unit.period.valid_from { day } else { scope.today() };
            unit.period.reason = Some(reason.to_owned());
        });
        moved.push(ended.await?);
    }
    for grid in jurisdictions::lock_below(tx, from).await? {
        let closing = Closing { grid: &grid, heir: None, successor: to, day, reason };
        moved.extend(grid_rules::close(tx, scope, &closing).await?);
    }
    let standing = estates::standing_in(tx, from).await?;
    moved.extend(estates_with_theirs(tx, scope, &standing, to).await?);
    let active = organizations::standing_in(tx, from).await?;
    moved.extend(also_all(tx, scope.now, &active, |known| known.jurisdiction = to).await.map_err(name_taken)?);
    moved.extend(disputes::relocate(tx, scope, from, to, reason).await?);
    moved.extend(mediation(tx, scope, from, to).await?);
    moved.extend(training(tx, scope, from, to).await?);
    for entry in responsibilities::open_in(tx, from, day).await? {
        let changed = also(tx, scope.now, &entry, |entry| match entry.valid_from {
            None => entry.jurisdiction = to,
            Some(first) => (entry.status, entry.valid_until) = (ResponsibilityStatus::Superseded, Some(first.max(day))),
        });
        moved.push(changed.await?);
    }
    for policy in policies::open_in(tx, from).await? {
        let changed = also(tx, scope.now, &policy, |policy| match policy.valid_from {
            None => policy.jurisdiction = to,
            Some(first) => {
                (policy.status, policy.valid_until) = (PolicyStatus::Repealed, Some(first.max(day)));
                policy.reason = Some(reason.to_owned());
            }
        });
        moved.push(changed.await?);
    }
    Ok(moved)
}

/// Mediators, and what mediations are still about.
async fn mediation(
    tx: &Tx,
    scope: &Authorized<DivisionChanges>,
    from: JurisdictionCode,
    to: JurisdictionCode,
) -> Result<Vec<Record>, Problem> {
    let (register, open) = (mediators::standing_in(tx, from).await?, mediations::standing_in(tx, from).await?);
    let (held, kept) = (sessions::standing_in(tx, from).await?, agreements::standing_in(tx, from).await?);
    let mut moved = also_all(tx, scope.now, &register, |known| known.jurisdiction = to).await?;
    moved.extend(
        also_all(tx, scope.now, &open, |known| (known.jurisdiction, known.level) = (to, known.level.min(to.level()))).await?,
    );
    moved.extend(
        also_all(tx, scope.now, &held, |known| (known.jurisdiction, known.level) = (to, known.level.min(to.level()))).await?,
    );
    moved.extend(
        also_all(tx, scope.now, &kept, |known| (known.jurisdiction, known.level) = (to, known.level.min(to.level()))).await?,
    );
    Ok(moved)
}

/// Learners with what they are enrolled in and what they have to show, and what the jurisdiction teaches.
async fn training(
    tx: &Tx,
    scope: &Authorized<DivisionChanges>,
    from: JurisdictionCode,
    to: JurisdictionCode,
) -> Result<Vec<Record>, Problem> {
    let (courses, sessions) = (trainings::open_in(tx, from).await?, training_sessions::standing_in(tx, from).await?);
    let (enrolled, register) = (training_enrollments::standing_in(tx, from).await?, learners::standing_in(tx, from).await?);
    let held = certificates::standing_in(tx, from).await?;
    let mut moved = also_all(tx, scope.now, &courses, |known| known.jurisdiction = to).await?;
    moved.extend(also_all(tx, scope.now, &sessions, |known| known.jurisdiction = to).await?);
    moved.extend(also_all(tx, scope.now, &enrolled, |known| known.jurisdiction = to).await?);
    moved.extend(also_all(tx, scope.now, &register, |known| known.jurisdiction = to).await?);
    moved.extend(also_all(tx, scope.now, &held, |known| known.jurisdiction = to).await?);
    Ok(moved)
}

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
    Problem::unless_right(errors)?;
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
    let mut moved = also_all(tx, scope.now, standing, |estate| estate.jurisdiction = to).await.map_err(name_taken)?;
    moved.extend(also_all(tx, scope.now, &served, |contract| contract.jurisdiction = to).await?);
    moved.extend(also_all(tx, scope.now, &terms, |term| term.jurisdiction = to).await?);
    moved.extend(also_all(tx, scope.now, &bodies, |body| body.jurisdiction = to).await.map_err(name_taken)?);
    Ok(moved)
}

/// Where records move, only their names can be taken.
fn name_taken(problem: Problem) -> Problem {
    match problem.kind.code {
        code if code == codes::DUPLICATE.code => Problem::invalid(vec![FieldError::at("/codes", &codes::NAME_TAKEN)]),
        _ => problem,
    }
}
