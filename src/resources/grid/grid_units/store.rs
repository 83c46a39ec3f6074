//! The only file that names the tables of grid units; every query begins with `within`.

use std::collections::HashSet;

use chrono::NaiveDate;
use diesel::dsl;
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use futures_util::try_join;
use uuid::Uuid;

use super::model::{GridUnitFields, GridUnitFilter, GridUnitPeriod, GridUnitStatus};
use crate::access::area::AccessArea;
use crate::access::authority::Authority;
use crate::access::code::JurisdictionCode;
use crate::access::condition::{Condition, condition, force_custom_plan, scope_columns};
use crate::access::permissions::resource::GridUnits;
use crate::access::scope::Authorized;
use crate::changes::record::{LockInScope, Stored};
use crate::changes::relocation::{Move, next_to_move};
use crate::changes::write::Tx;
use crate::db::failure::{ConstraintRule, map_constraint};
use crate::db::lock;
use crate::db::page::{self, Keyset, newest_first};
use crate::db::pattern::name_key;
use crate::db::pool::Db;
use crate::db::schema::{grid_unit_periods, grid_units};
use crate::http::codes;
use crate::http::problem::Problem;

/// Grid units with their periods.
type Joined = dsl::InnerJoinQuerySource<grid_units::table, grid_unit_periods::table>;

/// The grid units of an area, once for each of their periods.
fn within(area: &AccessArea) -> dsl::Filter<dsl::InnerJoin<grid_units::table, grid_unit_periods::table>, Condition<Joined>> {
    let reached = scope_columns!(grid_units).within(area.subtrees());
    grid_units::table.inner_join(grid_unit_periods::table).filter(reached)
}

/// Those of the grid units that the scope reaches and that lie in a place.
pub async fn standing_in(tx: &Tx, scope: &Authority, ids: &[Uuid], place: JurisdictionCode) -> Result<HashSet<Uuid>, Problem> {
    if ids.is_empty() {
        return Ok(HashSet::new());
    }
    let reached = scope_columns!(grid_units).within(scope.area.narrowed(&place).subtrees());
    let here = grid_units::table.filter(reached).filter(grid_units::id.eq_any(ids.to_vec()));
    let found: Vec<Uuid> = here.select(grid_units::id).load(&mut tx.connection()).await?;
    Ok(found.into_iter().collect())
}

/// The period that holds a day.
fn on(day: NaiveDate) -> Condition<Joined> {
    let open = grid_unit_periods::valid_until.is_null().or(grid_unit_periods::valid_until.gt(day).assume_not_null());
    Box::new(grid_unit_periods::valid_from.le(day).and(open))
}

pub async fn find(db: &Db, scope: &Authorized<GridUnits>, id: Uuid, day: NaiveDate) -> Result<GridUnitFields, Problem> {
    let found = within(&scope.area).filter(grid_units::id.eq(id)).filter(on(day)).select(GridUnitFields::as_select());
    db.read(async |mut connection| found.first(&mut connection).await).await
}

/// Grid units as they were on a day, the latest change first, one more than asked for.
pub async fn list(
    db: &Db,
    scope: &Authorized<GridUnits>,
    filter: GridUnitFilter,
    keyset: Keyset,
) -> Result<Vec<GridUnitFields>, Problem> {
    let day = filter.as_of.unwrap_or_else(|| scope.today());
    let joined = within(&scope.narrowed(filter.r#in)).filter(on(day));
    let mut query = joined.select(GridUnitFields::as_select()).into_boxed();
    if let Some(states) = filter.status {
        query = query.filter(condition(grid_unit_periods::status.eq_any(states)));
        query = query.filter(force_custom_plan());
    }
    let query = newest_first!(query, grid_units, keyset);
    db.read(async |mut connection| query.load(&mut connection).await).await
}

/// The grid units that wait for the approval of these streets.
pub async fn to_approve(
    connection: &AsyncPgConnection,
    offices: &[JurisdictionCode],
    today: NaiveDate,
) -> QueryResult<Vec<GridUnitFields>> {
    let waiting = grid_units::street_code.eq_any(offices.to_vec()).and(grid_unit_periods::status.eq(GridUnitStatus::Proposed));
    let found = grid_units::table.inner_join(grid_unit_periods::table).filter(waiting).filter(on(today));
    let found = found.order(grid_units::id).limit(201).select(GridUnitFields::as_select());
    let mut connection = connection;
    found.load(&mut connection).await
}

/// The history of a grid unit from its first day, one period more than asked for.
pub async fn periods(
    db: &Db,
    scope: &Authorized<GridUnits>,
    id: Uuid,
    keyset: Keyset<NaiveDate>,
) -> Result<Vec<GridUnitPeriod>, Problem> {
    let reached = within(&scope.area).filter(grid_units::id.eq(id)).filter(on(scope.today())).select(grid_units::id);
    let periods = grid_unit_periods::table
        .filter(grid_unit_periods::grid_unit_id.eq(id))
        .filter(grid_unit_periods::valid_from.gt(keyset.after.unwrap_or(EARLIEST)))
        .order(grid_unit_periods::valid_from)
        .select(GridUnitPeriod::as_select());
    let periods = page::first(periods, keyset.limit);
    let work = async |connection: &AsyncPgConnection| {
        let (mut first, mut second) = (connection, connection);
        try_join!(reached.first::<Uuid>(&mut first), periods.load(&mut second)).map(|(_, periods)| periods)
    };
    db.read(work).await
}

/// Before any unit was there.
const EARLIEST: NaiveDate = NaiveDate::from_ymd_opt(1900, 1, 1).unwrap();

/// The highest code that a unit of the community has, whatever became of it.
pub async fn last_code(tx: &Tx, community: JurisdictionCode) -> Result<Option<JurisdictionCode>, Problem> {
    let query = grid_units::table.filter(grid_units::community_code.eq(community)).order(grid_units::jurisdiction.desc());
    Ok(query.select(grid_units::jurisdiction).first(&mut tx.connection()).await.optional()?)
}

/// The unit of a community that was not ended yet with this code, or else with this name, locked.
pub async fn known(
    tx: &Tx,
    scope: &Authorized<GridUnits>,
    community: JurisdictionCode,
    code: Option<JurisdictionCode>,
    name: &str,
) -> Result<Option<GridUnitFields>, Problem> {
    let open = grid_unit_periods::status.eq_any([GridUnitStatus::Proposed, GridUnitStatus::Active]);
    let wanted: Condition<Joined> = match code {
        Some(code) => Box::new(grid_units::jurisdiction.eq(code)),
        None => Box::new(name_key(grid_unit_periods::name).eq(name_key(name.to_owned()))),
    };
    let found = within(&scope.area)
        .filter(grid_units::community_code.eq(community).and(grid_unit_periods::valid_until.is_null()).and(open))
        .filter(wanted)
        .order(grid_units::jurisdiction)
        .select(GridUnitFields::as_select());
    Ok(found.for_update().first(&mut tx.connection()).await.optional()?)
}

/// Lets one unit of a community change after the other.
pub async fn hold(tx: &Tx, community: &str) -> Result<(), Problem> {
    Ok(lock::hold(tx.connection(), &format!("grid_units.{community}")).await?)
}

/// Whether another unit of a community that was not ended yet bears a name, or one that looks like it.
pub async fn is_named(tx: &Tx, community: Option<JurisdictionCode>, name: &str, unit: Uuid) -> Result<bool, Problem> {
    use grid_unit_periods::dsl as p;
    let open = p::valid_until.is_null().and(p::status.eq_any([GridUnitStatus::Proposed, GridUnitStatus::Active]));
    let others = grid_units::table.inner_join(p::grid_unit_periods).filter(grid_units::id.ne(unit));
    let others = others.filter(grid_units::community_code.eq_any(community)).filter(open);
    let alike = others.filter(name_key(p::name).eq(name_key(name.to_owned())));
    Ok(diesel::select(dsl::exists(alike)).get_result(&mut tx.connection()).await?)
}

/// The next units of a jurisdiction that were not ended yet, locked.
pub async fn to_move(tx: &Tx, way: &Move<'_>) -> Result<Vec<GridUnitFields>, Problem> {
    let in_place: Condition<Joined> = scope_columns!(grid_units).within(&[way.from]);
    let found = grid_units::table
        .inner_join(grid_unit_periods::table)
        .filter(in_place)
        .filter(grid_unit_periods::valid_until.is_null())
        .filter(grid_unit_periods::status.eq_any([GridUnitStatus::Proposed, GridUnitStatus::Active]))
        .select(GridUnitFields::as_select());
    Ok(next_to_move!(found, grid_units, way).load(&mut tx.connection()).await?)
}

pub async fn insert(tx: &Tx, new: &GridUnitFields) -> Result<(), Problem> {
    let (mut first, mut second) = (tx.connection(), tx.connection());
    let identity = (&new.identity).insert_into(grid_units::table);
    let period = (&new.period).insert_into(grid_unit_periods::table);
    let done = try_join!(identity.execute(&mut first), period.execute(&mut second));
    done.map(drop).map_err(|error| map_constraint(error, CONSTRAINTS))
}

const CONSTRAINTS: &[ConstraintRule] = &[("grid_units_code_unique", "/code", &codes::ALREADY_THERE)];

impl LockInScope for GridUnitFields {
    type Resource = GridUnits;

    async fn lock_in_scope(tx: &Tx, scope: &Authorized<GridUnits>, id: Uuid) -> Result<Self, Problem> {
        // Units of a community change one after the other: a merger changes two of them.
        let code = within(&scope.area).filter(grid_units::id.eq(id)).select(grid_units::community_code).limit(1);
        let community: String = code.first(&mut tx.connection()).await?;
        hold(tx, &community).await?;
        let found = within(&scope.area)
            .filter(grid_units::id.eq(id))
            .filter(grid_unit_periods::valid_until.is_null())
            .select(Self::as_select());
        Ok(found.for_update().first(&mut tx.connection()).await?)
    }
}

/// Another unit that the scope reaches, locked.
pub async fn find_in_scope(tx: &Tx, who: &Authorized<GridUnits>, id: Uuid) -> Result<Option<GridUnitFields>, Problem> {
    match GridUnitFields::lock_in_scope(tx, who, id).await {
        Err(problem) if problem.kind.code == codes::NOT_FOUND.code => Ok(None),
        found => found.map(Some),
    }
}

impl Stored for GridUnitFields {
    /// What changed from a later day on becomes a new period; on the same day it replaces what was there.
    async fn save(&self, tx: &Tx) -> Result<(), Problem> {
        use grid_unit_periods::dsl as p;
        let open = p::grid_unit_periods.filter(p::grid_unit_id.eq(self.identity.id).and(p::valid_until.is_null()));
        let earlier = diesel::update(open.filter(p::valid_from.lt(self.period.valid_from)));
        earlier.set(p::valid_until.eq(self.period.valid_from)).execute(&mut tx.connection()).await?;
        let stored = diesel::insert_into(p::grid_unit_periods).values(&self.period);
        let stored = stored.on_conflict((p::grid_unit_id, p::valid_from)).do_update().set(&self.period);
        stored.execute(&mut tx.connection()).await?;
        let identity = diesel::update(grid_units::table.find(self.identity.id)).set(&self.identity);
        identity.execute(&mut tx.connection()).await?;
        Ok(())
    }
}
