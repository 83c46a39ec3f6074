//! How grid units begin, change and end.

use chrono::NaiveDate;
use uuid::Uuid;

use super::model::{GridUnitFields, GridUnitIdentity, GridUnitPeriod, GridUnitStatus, NewGridUnit};
use super::store;
use crate::access::authority::Authority;
use crate::access::code::{JurisdictionCode, Level};
use crate::access::permissions::Action;
use crate::access::permissions::resource::GridUnits;
use crate::access::scope::Authorized;
use crate::changes::record::id_or_new;
use crate::changes::relocation::Move;
use crate::changes::taken_steps::TakenSteps;
use crate::changes::write::{Record, Tx};
use crate::http::codes;
use crate::http::problem::{FieldError, Problem, invalid};
use crate::resources::disputes::relocation as disputes;
use crate::resources::grid::grid_enrollments::creation as enrollments;
use crate::resources::grid::grid_enrollments::store as enrollment_store;
use crate::resources::grid::grid_records as clues;
use crate::resources::places::jurisdictions::model::Jurisdiction;
use crate::resources::places::jurisdictions::store as jurisdictions;

/// Proposes a unit under a code that is free.
pub async fn propose(tx: &Tx, scope: &Authorized<GridUnits>, new: NewGridUnit) -> Result<GridUnitFields, Problem> {
    let mut errors = scope.day_faults("/established_on", new.established_on.unwrap_or_else(|| scope.today()), None);
    let id = id_or_new(new.id, &mut errors);
    if new.community.level() != Level::Community {
        errors.push(FieldError::at("/community", &codes::WRONG_LEVEL).with("levels", vec!["community"]));
    } else if !scope.area.covers(&new.community) || !is_there(tx, new.community).await? {
        errors.push(FieldError::at("/community", &codes::UNKNOWN_JURISDICTION));
    }
    let fits = |code: JurisdictionCode| code.level() == Level::Grid && new.community.contains(&code);
    if new.code.is_some_and(|code| !fits(code)) {
        errors.push(FieldError::at("/code", &codes::WRONG_PLACE).with("jurisdiction", new.community.to_string()));
    }
    Problem::fail_if_any(errors)?;
    store::hold(tx, new.community.as_str()).await?;
    if store::is_named(tx, Some(new.community), &new.name, id).await? {
        return invalid("/name", &codes::TAKEN);
    }
    let code = match new.code {
        Some(code) => code,
        None => next_code(tx, new.community).await?,
    };
    let record = proposed(scope, id, code, new);
    store::insert(tx, &record).await?;
    Ok(record)
}

fn proposed(scope: &Authorized<GridUnits>, id: Uuid, code: JurisdictionCode, new: NewGridUnit) -> GridUnitFields {
    let identity = GridUnitIdentity {
        id,
        jurisdiction: code,
        successor_id: None,
        version: 1,
        created_at: scope.now,
        updated_at: scope.now,
        created_by: scope.actor.caller.clone(),
        taken_steps: TakenSteps::first(Action::Create, scope),
    };
    let period = GridUnitPeriod {
        grid_unit_id: id,
        valid_from: new.established_on.unwrap_or_else(|| scope.today()),
        valid_until: None,
        status: GridUnitStatus::Proposed,
        name: new.name,
        lead_name: new.lead_name,
        lead_phone: new.lead_phone,
        worker_name: new.worker_name,
        worker_phone: new.worker_phone,
        party_group: new.party_group,
        households: new.households,
        party_members: new.party_members,
        worker_full_time: new.worker_full_time,
        reason: None,
    };
    GridUnitFields { identity, period }
}

/// True when the jurisdiction is there and was not revoked. It is locked, so that its units are numbered in turn.
async fn is_there(tx: &Tx, code: JurisdictionCode) -> Result<bool, Problem> {
    Ok(jurisdictions::lock(tx, &[code]).await?.iter().any(|found| found.revoked_on.is_none()))
}

/// The next code of a community, after those of units and of grids that were imported with the divisions.
async fn next_code(tx: &Tx, community: JurisdictionCode) -> Result<JurisdictionCode, Problem> {
    let units = store::last_code(tx, community).await?;
    let last = jurisdictions::last_child(tx, community).await?.max(units);
    let number = last.and_then(|code| code.as_str()[12..].parse::<u16>().ok()).unwrap_or(0) + 1;
    let code = if number < 1000 { format!("{community}{number:03}").parse().ok() } else { None };
    code.ok_or_else(|| Problem::invalid(vec![FieldError::at("/code", &codes::REQUIRED)]))
}

/// Makes the unit's code a jurisdiction of its own, or gives it the unit's name.
pub async fn place(tx: &Tx, scope: &Authority, unit: &GridUnitFields) -> Result<Vec<Record>, Problem> {
    let code = unit.identity.jurisdiction;
    if !jurisdictions::is_active(tx, code.parent().unwrap_or(code)).await? {
        return invalid("", &codes::BEING_MOVED);
    }
    let division = jurisdictions::Division {
        code,
        level: Level::Grid,
        name: unit.period.name.clone(),
        parent_code: code.parent(),
        created_at: scope.now,
        updated_at: scope.now,
    };
    jurisdictions::upsert(tx, scope, &[division]).await?.iter().map(|row| Record::of(None, row)).collect()
}

/// A change takes effect today or earlier, but not before the last one.
pub fn effective_faults(scope: &Authority, unit: &GridUnitFields, day: NaiveDate) -> Vec<FieldError> {
    scope.day_faults("/effective_on", day, Some(unit.period.valid_from))
}

/// The unit into which another one goes is active, and of the same community.
pub fn successor_fault(unit: &GridUnitFields, into: Option<&GridUnitFields>) -> Option<FieldError> {
    let wrong = |rule| Some(FieldError::at("/into_id", rule));
    match into {
        None => wrong(&codes::UNKNOWN_RECORD),
        Some(into) if into.identity.id == unit.identity.id => wrong(&codes::CYCLE),
        Some(into) if into.period.status != GridUnitStatus::Active => wrong(&codes::NOT_ACTIVE),
        Some(into) if into.identity.jurisdiction.parent() != unit.identity.jurisdiction.parent() => {
            let community = unit.identity.jurisdiction.parent().map(|code| code.to_string());
            Some(FieldError::at("/into_id", &codes::WRONG_PLACE).with("jurisdiction", community))
        }
        Some(_) => None,
    }
}

/// Closes the grid of a unit that ends, where it is still there.
pub async fn close_if_open(
    tx: &Tx,
    who: &Authority,
    code: JurisdictionCode,
    into: Option<JurisdictionCode>,
    (day, reason): (NaiveDate, &str),
) -> Result<Vec<Record>, Problem> {
    match jurisdictions::lock(tx, &[code]).await?.pop().filter(|grid| grid.revoked_on.is_none()) {
        Some(grid) => {
            let successor = into.or(code.parent()).unwrap_or(code);
            close(tx, who, &Closing { grid: &grid, into, successor, day, reason }).await
        }
        None => Ok(Vec::new()),
    }
}

/// Read and moved in one go.
const DISPUTES_AT_ONCE: i64 = 500;

/// A grid that ends.
struct Closing<'a> {
    grid: &'a Jurisdiction,
    /// The unit that takes what is enrolled.
    into: Option<JurisdictionCode>,
    /// Where open work goes.
    successor: JurisdictionCode,
    day: NaiveDate,
    reason: &'a str,
}

/// Closes a grid: what is enrolled joins the unit named or leaves, open work goes to the successor, the code is revoked.
async fn close(tx: &Tx, scope: &Authority, closing: &Closing<'_>) -> Result<Vec<Record>, Problem> {
    let Closing { grid, into, successor, day, reason } = closing;
    let mut records = Vec::new();
    let there = match into {
        Some(into) => enrollment_store::open(tx, *into).await?,
        None => Vec::new(),
    };
    for enrollment in enrollment_store::open(tx, grid.code).await? {
        let guest = (enrollment.organization_id, enrollment.estate_id);
        let known_there = there.iter().find(|known| (known.organization_id, known.estate_id) == guest);
        let takes_along = enrollment.joined_on.is_some() && known_there.is_none_or(|known| known.joined_on.is_none());
        let community = grid.code.parent().unwrap_or(grid.code);
        let (left, ended) = enrollments::end(tx, scope, &enrollment, (*day, reason), community).await?;
        records.extend(ended);
        if let Some(into) = into
            && takes_along
        {
            records.extend(enrollments::move_on(tx, scope, &left, known_there, *into).await?);
        }
    }
    let (from, to) = (grid.code, *successor);
    let way = Move { from, to, estates: None, day: *day, reason, after: Uuid::nil(), limit: DISPUTES_AT_ONCE };
    records.extend(disputes::relocate_all(tx, scope, &way).await?);
    records.extend(clues::relocate_all(tx, scope, &way).await?);
    records.push(jurisdictions::revoke(tx, grid, *successor, *day, scope.now).await?);
    Ok(records)
}
