//! The only file that names the `grid_records` table; every query begins with `within`.

use diesel::dsl;
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::model::{GridRecordFields, GridRecordFilter, GridRecordKind, GridRecordStatus};
use crate::access::area::AccessArea;
use crate::access::code::JurisdictionCode;
use crate::access::condition::{Condition, condition, force_custom_plan, one_of, scope_columns};
use crate::access::permissions::resource::GridRecords;
use crate::access::scope::Authorized;
use crate::changes::record::{LockInScope, Stored};
use crate::changes::relocation::{Move, next_to_move};
use crate::changes::write::Tx;
use crate::db::failure::{ConstraintRule, map_constraint};
use crate::db::page::{Keyset, newest_first};
use crate::db::pool::Db;
use crate::db::schema::grid_records;
use crate::http::codes;
use crate::http::problem::Problem;

/// The patrols and clues of an area.
fn within(area: &AccessArea) -> dsl::Filter<grid_records::table, Condition<grid_records::table>> {
    grid_records::table.filter(scope_columns!(grid_records).within(area.subtrees()))
}

pub async fn find(db: &Db, scope: &Authorized<GridRecords>, id: Uuid) -> Result<GridRecordFields, Problem> {
    let found = within(&scope.area).filter(grid_records::id.eq(id)).select(GridRecordFields::as_select());
    db.read(async |mut connection| found.first(&mut connection).await).await
}

/// Patrols and clues, the latest change first, one more than asked for.
pub async fn list(
    db: &Db,
    scope: &Authorized<GridRecords>,
    filter: GridRecordFilter,
    keyset: Keyset,
) -> Result<Vec<GridRecordFields>, Problem> {
    let mut query = within(&scope.narrowed(filter.r#in)).select(GridRecordFields::as_select()).into_boxed();
    for wanted in conditions(filter) {
        query = query.filter(wanted).filter(force_custom_plan());
    }
    let query = newest_first!(query, grid_records, keyset);
    db.read(async |mut connection| query.load(&mut connection).await).await
}

fn conditions(filter: GridRecordFilter) -> impl Iterator<Item = Condition<grid_records::table>> {
    use grid_records::dsl as r;
    [
        filter.kind.map(|kind| condition(r::kind.eq(kind))),
        filter.status.map(|states| one_of(r::status, states)),
        filter.estate_id.map(|id| condition(r::estate_id.eq(id).assume_not_null())),
        filter.patrol_id.map(|id| condition(r::patrol_id.eq(id).assume_not_null())),
    ]
    .into_iter()
    .flatten()
}

/// True for a patrol that the caller reaches.
pub async fn is_patrol(tx: &Tx, scope: &Authorized<GridRecords>, id: Uuid) -> Result<bool, Problem> {
    let patrol = grid_records::id.eq(id).and(grid_records::kind.eq(GridRecordKind::Patrol));
    let found = within(&scope.area).filter(patrol);
    Ok(diesel::select(dsl::exists(found)).get_result(&mut tx.connection()).await?)
}

pub async fn insert(tx: &Tx, new: &GridRecordFields) -> Result<(), Problem> {
    let done = new.insert_into(grid_records::table).execute(&mut tx.connection()).await;
    done.map(drop).map_err(|error| map_constraint(error, CONSTRAINTS))
}

const CONSTRAINTS: &[ConstraintRule] = &[("grid_records_jurisdiction_exists", "/jurisdiction", &codes::UNKNOWN_JURISDICTION)];

impl LockInScope for GridRecordFields {
    type Resource = GridRecords;

    async fn lock_in_scope(tx: &Tx, scope: &Authorized<GridRecords>, id: Uuid) -> Result<Self, Problem> {
        let found = within(&scope.area).filter(grid_records::id.eq(id)).select(Self::as_select());
        Ok(found.for_update().first(&mut tx.connection()).await?)
    }
}

impl Stored for GridRecordFields {
    async fn save(&self, tx: &Tx) -> Result<(), Problem> {
        let done = diesel::update(grid_records::table.find(self.id)).set(self).execute(&mut tx.connection()).await;
        done.map(drop).map_err(|error| map_constraint(error, CONSTRAINTS))
    }
}

/// The clues on which somebody is to decide in these communities and grids.
pub async fn to_decide(
    connection: &AsyncPgConnection,
    communities: &[JurisdictionCode],
    grids: &[JurisdictionCode],
) -> QueryResult<Vec<GridRecordFields>> {
    use grid_records::dsl as r;
    let here = r::community_code.eq_any(communities.to_vec()).or(r::jurisdiction.eq_any(grids.to_vec()));
    let open = r::grid_records.filter(r::status.eq(GridRecordStatus::Open)).filter(here);
    let mut connection = connection;
    open.order(r::id).limit(201).select(GridRecordFields::as_select()).load(&mut connection).await
}

/// The next open clues of a jurisdiction or of estates, locked.
pub async fn to_move(tx: &Tx, way: &Move<'_>) -> Result<Vec<GridRecordFields>, Problem> {
    let place = way.part(scope_columns!(grid_records).within(&[way.from]), |ids| {
        condition(grid_records::estate_id.eq_any(ids).assume_not_null())
    });
    let open = grid_records::status.eq(GridRecordStatus::Open);
    let found = grid_records::table.filter(place).filter(open).select(GridRecordFields::as_select());
    Ok(next_to_move!(found, grid_records, way).load(&mut tx.connection()).await?)
}
