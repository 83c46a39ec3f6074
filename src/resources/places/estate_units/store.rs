//! The only file that names the `estate_units` table; every query begins with `within`.

use diesel::dsl;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use futures_util::future::try_join_all;
use uuid::Uuid;

use super::model::{EstateUnitFields, EstateUnitFilter, UnitStatus};
use crate::access::area::AccessArea;
use crate::access::condition::{Condition, condition, force_custom_plan, scope_columns};
use crate::access::permissions::resource::EstateUnits;
use crate::access::scope::Authorized;
use crate::changes::record::{LockInScope, Stored};
use crate::changes::relocation::{Move, next_to_move};
use crate::changes::write::Tx;
use crate::db::failure::{ConstraintRule, map_constraint};
use crate::db::page::{Keyset, newest_first};
use crate::db::pool::Db;
use crate::db::schema::estate_units;
use crate::http::codes;
use crate::http::normal_form::label;
use crate::http::problem::Problem;

type Base = dsl::Filter<estate_units::table, Condition<estate_units::table>>;

/// A statement takes no more values than for so many rows.
const AT_ONCE: usize = 1000;

/// The units of an area.
fn within(area: &AccessArea) -> Base {
    estate_units::table.filter(scope_columns!(estate_units).within(area.subtrees()))
}

pub async fn find(db: &Db, scope: &Authorized<EstateUnits>, id: Uuid) -> Result<EstateUnitFields, Problem> {
    let found = within(&scope.area).filter(estate_units::id.eq(id)).select(EstateUnitFields::as_select());
    db.read(async |mut connection| found.first(&mut connection).await).await
}

/// Units, the latest change first, one more than asked for.
pub async fn list(
    db: &Db,
    scope: &Authorized<EstateUnits>,
    filter: EstateUnitFilter,
    keyset: Keyset,
) -> Result<Vec<EstateUnitFields>, Problem> {
    use estate_units::dsl as u;
    let mut query = within(&scope.narrowed(filter.r#in)).select(EstateUnitFields::as_select()).into_boxed();
    let wanted: [Option<Condition<u::estate_units>>; 6] = [
        filter.estate_id.map(|id| condition(u::estate_id.eq(id))),
        filter.building.map(|building| condition(u::building.eq(label(&building)))),
        filter.number.map(|number| condition(u::number.eq(label(&number)))),
        filter.status.map(|status| condition(u::status.eq(status))),
        filter.sold.map(|sold| condition(u::sold.eq(sold))),
        filter.delivered.map(|delivered| {
            if delivered { condition(u::delivered_on.is_not_null()) } else { condition(u::delivered_on.is_null()) }
        }),
    ];
    for wanted in wanted.into_iter().flatten() {
        query = query.filter(wanted).filter(force_custom_plan());
    }
    let query = newest_first!(query, estate_units, keyset);
    db.read(async |mut connection| query.load(&mut connection).await).await
}

/// Every unit of an estate that is there.
pub async fn registered_in(tx: &Tx, estate: Uuid) -> Result<Vec<EstateUnitFields>, Problem> {
    let there = estate_units::estate_id.eq(estate).and(estate_units::status.eq(UnitStatus::Registered));
    let found = estate_units::table.filter(there).select(EstateUnitFields::as_select());
    Ok(found.load(&mut tx.connection()).await?)
}

/// Every unit of an estate that is there, locked.
pub async fn of_estate(tx: &Tx, estate: Uuid) -> Result<Vec<EstateUnitFields>, Problem> {
    let there = estate_units::estate_id.eq(estate).and(estate_units::status.eq(UnitStatus::Registered));
    let found = estate_units::table.filter(there).order(estate_units::id).select(EstateUnitFields::as_select());
    Ok(found.for_update().load(&mut tx.connection()).await?)
}

pub async fn insert(tx: &Tx, new: &[EstateUnitFields]) -> Result<(), Problem> {
    for some in new.chunks(AT_ONCE) {
        let done = diesel::insert_into(estate_units::table).values(some).execute(&mut tx.connection()).await;
        done.map_err(|error| map_constraint(error, CONSTRAINTS))?;
    }
    Ok(())
}

/// Stores units as they are, all sent at once.
pub async fn save_all(tx: &Tx, units: &[EstateUnitFields]) -> Result<(), Problem> {
    try_join_all(units.iter().map(|unit| unit.save(tx))).await.map(drop)
}

const CONSTRAINTS: &[ConstraintRule] = &[
    ("estate_units_one_of_number_unique", "/number", &codes::TAKEN),
    ("estate_units_jurisdiction_exists", "/estate_id", &codes::UNKNOWN_RECORD),
];

impl LockInScope for EstateUnitFields {
    type Resource = EstateUnits;

    async fn lock_in_scope(tx: &Tx, scope: &Authorized<EstateUnits>, id: Uuid) -> Result<Self, Problem> {
        let found = within(&scope.area).filter(estate_units::id.eq(id)).select(Self::as_select());
        Ok(found.for_update().first(&mut tx.connection()).await?)
    }
}

impl Stored for EstateUnitFields {
    async fn save(&self, tx: &Tx) -> Result<(), Problem> {
        let done = diesel::update(estate_units::table.find(self.id)).set(self).execute(&mut tx.connection()).await;
        done.map(drop).map_err(|error| map_constraint(error, CONSTRAINTS))
    }
}

/// The next units of a jurisdiction or of estates, locked.
pub async fn to_move(tx: &Tx, way: &Move<'_>) -> Result<Vec<EstateUnitFields>, Problem> {
    let place = way.part(scope_columns!(estate_units).within(&[way.from]), |ids| condition(estate_units::estate_id.eq_any(ids)));
    let found = estate_units::table.filter(place).select(EstateUnitFields::as_select());
    Ok(next_to_move!(found, estate_units, way).load(&mut tx.connection()).await?)
}
