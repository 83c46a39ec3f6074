//! Imports of grid units: one line for each, known by its code or else by community and name. What is new is proposed;
//! a street approves what others proposed by importing the same.

use super::model::{GridUnitFields, GridUnitPeriod, GridUnitStatus, NewGridUnit};
use super::{creation, store};
use crate::access::permissions::Action;
use crate::access::permissions::resource::GridUnits;
use crate::access::scope::Authorized;
use crate::changes::import::Imported;
use crate::changes::lifecycle::next_actions;
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

/// Proposes the unit of a line, approves it, or adjusts the known one from today on. An empty cell changes nothing.
pub async fn store_line(tx: &Tx, scope: &Authorized<GridUnits>, line: NewGridUnit) -> Result<Imported, Problem> {
    match store::known(tx, scope, line.community, line.code, &line.name).await? {
        None => Ok(Imported::Created(vec![Record::of(None, &creation::propose(tx, scope, line).await?)?])),
        Some(before) => adjust(tx, scope, &before, line).await,
    }
}

/// Approves what somebody else proposed just so.
async fn approve(tx: &Tx, scope: &Authorized<GridUnits>, before: &GridUnitFields) -> Result<Imported, Problem> {
    if !next_actions(scope, before).contains(&Action::Approve.as_str()) {
        return Ok(Imported::Unchanged);
    }
    let approved = update_related(tx, scope.now, before, |unit| unit.period.status = GridUnitStatus::Active);
    let mut records = vec![approved.await?];
    records.extend(creation::place(tx, scope, before).await?);
    Ok(Imported::Updated(records))
}

async fn adjust(tx: &Tx, scope: &Authorized<GridUnits>, before: &GridUnitFields, line: NewGridUnit) -> Result<Imported, Problem> {
    let mut period = GridUnitPeriod { name: line.name, households: line.households, ..before.period.clone() };
    replace(&mut period.lead_name, line.lead_name.map(Some));
    replace(&mut period.lead_phone, line.lead_phone.map(Some));
    replace(&mut period.worker_name, line.worker_name.map(Some));
    replace(&mut period.worker_phone, line.worker_phone.map(Some));
    replace(&mut period.party_group, line.party_group.map(Some));
    if period == before.period {
        return approve(tx, scope, before).await;
    }
    (period.valid_from, period.reason) = (scope.today(), None);
    let after = GridUnitFields { period: period.clone(), ..before.clone() };
    let adjusted = update_related(tx, scope.now, before, |unit| {
        unit.period = period;
        unit.identity.taken_steps.add(Action::Create, scope);
    });
    let mut records = vec![adjusted.await?];
    if after.period.status == GridUnitStatus::Active {
        records.extend(creation::place(tx, scope, &after).await?);
    }
    Ok(Imported::Updated(records))
}
