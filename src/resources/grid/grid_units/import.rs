//! Imports of grid units: one line for each, known by its code or else by community and name. What a street imports is
//! approved by that; what a community imports waits for the street.

use super::model::{GridUnitFields, GridUnitPeriod, GridUnitStatus, NewGridUnit};
use super::{creation, store};
use crate::access::permissions::Action;
use crate::access::permissions::resource::GridUnits;
use crate::access::scope::Authorized;
use crate::changes::import::Imported;
use crate::changes::record::update_related;
use crate::changes::write::{Record, Tx};
use crate::http::csv::Column;
use crate::http::json::replace;
use crate::http::problem::Problem;

pub const COLUMNS: &[Column] = &[
    ("community", "社区代码"),
    ("code", "网格代码"),
    ("name", "网格名称"),
    ("lead_name", "网格长"),
    ("lead_phone", "网格长电话"),
    ("worker_name", "网格员"),
    ("worker_phone", "网格员电话"),
    ("party_group", "党小组"),
    ("households", "户数"),
];

/// Proposes the unit of a line, or adjusts the known one from today on. An empty cell changes nothing.
pub async fn store_line(tx: &Tx, scope: &Authorized<GridUnits>, line: NewGridUnit) -> Result<Imported, Problem> {
    match store::known(tx, scope, line.community, line.code, &line.name).await? {
        None => propose(tx, scope, line).await,
        Some(before) => adjust(tx, scope, &before, line).await,
    }
}

async fn propose(tx: &Tx, scope: &Authorized<GridUnits>, line: NewGridUnit) -> Result<Imported, Problem> {
    let unit = creation::propose(tx, scope, line).await?;
    let mut records = vec![Record::of(None, &unit)?];
    if scope.acting_level(Action::Approve, &unit.identity.jurisdiction).is_some() {
        let approved = update_related(tx, scope.now, &unit, |unit| unit.period.status = GridUnitStatus::Active);
        records.push(approved.await?);
        records.extend(creation::place(tx, scope, &unit).await?);
    }
    Ok(Imported::Created(records))
}

async fn adjust(tx: &Tx, scope: &Authorized<GridUnits>, before: &GridUnitFields, line: NewGridUnit) -> Result<Imported, Problem> {
    let mut period = GridUnitPeriod { name: line.name, households: line.households, ..before.period.clone() };
    replace(&mut period.lead_name, line.lead_name.map(Some));
    replace(&mut period.lead_phone, line.lead_phone.map(Some));
    replace(&mut period.worker_name, line.worker_name.map(Some));
    replace(&mut period.worker_phone, line.worker_phone.map(Some));
    replace(&mut period.party_group, line.party_group.map(Some));
    if period == before.period {
        return Ok(Imported::Unchanged);
    }
    (period.valid_from, period.reason) = (scope.today(), None);
    let after = GridUnitFields { period: period.clone(), ..before.clone() };
    let mut records = vec![update_related(tx, scope.now, before, |unit| unit.period = period).await?];
    if after.period.status == GridUnitStatus::Active {
        records.extend(creation::place(tx, scope, &after).await?);
    }
    Ok(Imported::Updated(records))
}
