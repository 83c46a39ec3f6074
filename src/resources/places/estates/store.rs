//! The only file that names the `estates` table; every query begins with `within`.

use std::collections::HashSet;

use chrono::NaiveDate;
use diesel::dsl;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::model::{DirectoryEstate, DirectoryEstateFilter, EstateFields, EstateFilter};
use crate::access::area::AccessArea;
use crate::access::authority::Authority;
use crate::access::code::{JurisdictionCode, Level};
use crate::access::condition::{Condition, condition, force_custom_plan, or_involved, scope_columns};
use crate::access::permissions::resource::{Directory, Estates, Indicators};
use crate::access::scope::Authorized;
use crate::changes::record::{LockInScope, Stored};
use crate::changes::relocation::{Move, next_to_move};
use crate::changes::write::Tx;
use crate::db::count::{self, Ratio};
use crate::db::failure::{ConstraintRule, map_constraint};
use crate::db::page::{Keyset, newest_first};
use crate::db::pattern::{containing, name_key};
use crate::db::pool::Db;
use crate::db::schema::estates;
use crate::http::codes;
use crate::http::problem::{FieldError, Problem};

/// The estates of an area.
fn within(area: &AccessArea) -> dsl::Filter<estates::table, Condition<estates::table>> {
    estates::table.filter(scope_columns!(estates).within(area.subtrees()))
}

/// The estates of an area, and those in which the caller's organization has a part.
fn readable(scope: &Authorized<Estates>, area: &AccessArea) -> dsl::Filter<estates::table, Condition<estates::table>> {
    let here = scope_columns!(estates).within(area.subtrees());
    estates::table.filter(or_involved(here, scope.organization().map(|id| of_organization("estates.id", id))))
}

/// The condition that a column names an estate that an organization serves or served, or whose owners it stands for.
pub fn of_organization<T: 'static>(column: &'static str, organization: Uuid) -> Condition<T> {
    let estates = " = ANY(ARRAY(SELECT estate_id FROM estates_of_organizations WHERE organization_id = ";
    condition(dsl::sql::<Bool>(column).sql(estates).bind::<SqlUuid, _>(organization).sql("))"))
}

pub async fn find(db: &Db, scope: &Authorized<Estates>, id: Uuid) -> Result<EstateFields, Problem> {
    let found = readable(scope, &scope.area).filter(estates::id.eq(id)).select(EstateFields::as_select());
    db.read(async |mut connection| found.first(&mut connection).await).await
}

/// Estates, the latest change first, one more than asked for.
pub async fn list(
    db: &Db,
    scope: &Authorized<Estates>,
    filter: EstateFilter,
    keyset: Keyset,
) -> Result<Vec<EstateFields>, Problem> {
    let place = filter.r#in.map(|code| scope_columns!(estates).within(&[code]));
    let mut query = readable(scope, &scope.narrowed(filter.r#in)).select(EstateFields::as_select()).into_boxed();
    for wanted in place.into_iter().chain(conditions(filter, scope.today())) {
        query = query.filter(wanted).filter(force_custom_plan());
    }
    let query = newest_first!(query, estates, keyset);
    db.read(async |mut connection| query.load(&mut connection).await).await
}

/// The estates of the caller's jurisdictions as the directory tells of them, in the same order.
pub async fn directory(
    db: &Db,
    scope: &Authorized<Directory>,
    filter: DirectoryEstateFilter,
    keyset: Keyset,
) -> Result<Vec<DirectoryEstate>, Problem> {
    let mut query = within(&scope.narrowed(filter.r#in)).select(DirectoryEstate::as_select()).into_boxed();
    if let Some(part) = filter.q {
        query = query.filter(named_like(&part)).filter(force_custom_plan());
    }
    let query = newest_first!(query, estates, keyset);
    db.read(async |mut connection| query.load(&mut connection).await).await
}

fn named_like(part: &str) -> Condition<estates::table> {
    condition(name_key(estates::name).like(containing(part)))
}

fn conditions(filter: EstateFilter, today: NaiveDate) -> impl Iterator<Item = Condition<estates::table>> {
    use estates::dsl as e;
    let in_office = |wanted| {
        if wanted {
            condition(e::committee_ends_on.ge(today).assume_not_null())
        } else {
            condition(e::committee_ends_on.is_null().or(e::committee_ends_on.lt(today).assume_not_null()))
        }
    };
    [filter.q.map(|part| named_like(&part)), filter.committee_in_office.map(in_office)].into_iter().flatten()
}

/// How many estates have a committee in office today, by place.
pub async fn with_committee(
    connection: &AsyncPgConnection,
    scope: &Authorized<Indicators>,
    within_code: JurisdictionCode,
    digits: usize,
) -> QueryResult<Vec<Ratio>> {
    let counted = estates::committee_ends_on.ge(scope.today()).assume_not_null();
    let mut connection = connection;
    within(&scope.area.narrowed(&within_code))
        .group_by(count::place(digits))
        .select((count::place(digits), dsl::count(estates::id).aggregate_filter(counted), dsl::count_star()))
        .load(&mut connection)
        .await
}

pub async fn insert(tx: &Tx, scope: &Authorized<Estates>, new: &EstateFields) -> Result<(), Problem> {
    if !scope.area.covers(&new.jurisdiction) {
        return Err(Problem::invalid(vec![FieldError::at("/jurisdiction", &codes::UNKNOWN_JURISDICTION)]));
    }
    let done = new.insert_into(estates::table).execute(&mut tx.connection()).await;
    done.map(drop).map_err(|error| map_constraint(error, CONSTRAINTS))
}

const CONSTRAINTS: &[ConstraintRule] = &[
    ("estates_jurisdiction_exists", "/jurisdiction", &codes::UNKNOWN_JURISDICTION),
    ("estates_name_key_unique", "/name", &codes::TAKEN),
];

impl LockInScope for EstateFields {
    type Resource = Estates;

    async fn lock_in_scope(tx: &Tx, scope: &Authorized<Estates>, id: Uuid) -> Result<Self, Problem> {
        named(tx, scope, id).await?.ok_or_else(|| Problem::new(&codes::NOT_FOUND))
    }
}

impl Stored for EstateFields {
    async fn save(&self, tx: &Tx) -> Result<(), Problem> {
        let done = diesel::update(estates::table.find(self.id)).set(self).execute(&mut tx.connection()).await;
        done.map(drop).map_err(|error| map_constraint(error, CONSTRAINTS))
    }
}

/// An estate that the scope reaches, locked until the transaction ends.
pub async fn named(tx: &Tx, scope: &Authority, id: Uuid) -> Result<Option<EstateFields>, Problem> {
    let found = within(&scope.area).filter(estates::id.eq(id)).select(EstateFields::as_select());
    Ok(found.for_update().first(&mut tx.connection()).await.optional()?)
}

/// True when an estate, if one is named, stands in a place.
pub async fn stands_in(connection: &AsyncPgConnection, id: Option<Uuid>, place: JurisdictionCode) -> QueryResult<bool> {
    let Some(id) = id else { return Ok(true) };
    let mut connection = connection;
    let here = estates::table.filter(scope_columns!(estates).within(&[place])).filter(estates::id.eq(id));
    Ok(here.select(estates::id).load::<Uuid>(&mut connection).await?.len() == 1)
}

/// The name of an estate that stands in the community of a place.
pub async fn name_in(connection: &AsyncPgConnection, id: Uuid, place: JurisdictionCode) -> QueryResult<Option<String>> {
    let community = place.at(Level::Community).unwrap_or(place);
    let here = estates::table.filter(scope_columns!(estates).within(&[community])).filter(estates::id.eq(id));
    let mut connection = connection;
    here.select(estates::name).first(&mut connection).await.optional()
}

/// The estates of a community with their names.
pub async fn names_in(connection: &AsyncPgConnection, community: JurisdictionCode) -> QueryResult<Vec<(Uuid, String)>> {
    let here = estates::table.filter(scope_columns!(estates).within(&[community])).order((estates::name, estates::id));
    let mut connection = connection;
    here.select((estates::id, estates::name)).limit(2000).load(&mut connection).await
}

/// The estate of a community with this name, locked.
pub async fn known(
    tx: &Tx,
    scope: &Authorized<Estates>,
    community: JurisdictionCode,
    name: &str,
) -> Result<Option<EstateFields>, Problem> {
    let found = within(&scope.area)
        .filter(estates::community_code.eq(community).and(name_key(estates::name).eq(name_key(name.to_owned()))));
    let found = found.select(EstateFields::as_select()).for_update();
    Ok(found.first(&mut tx.connection()).await.optional()?)
}

/// An estate that another record names, locked. The caller was checked when it was named.
pub async fn locked(tx: &Tx, id: Uuid) -> Result<EstateFields, Problem> {
    let found = estates::table.find(id).select(EstateFields::as_select());
    Ok(found.for_update().first(&mut tx.connection()).await?)
}

/// How many units an estate is registered with.
pub async fn unit_count(tx: &Tx, id: Uuid) -> Result<Option<i64>, Problem> {
    let units: Option<i32> = estates::table.find(id).select(estates::units).first(&mut tx.connection()).await.optional()?;
    Ok(units.map(i64::from))
}

/// Those of the estates that the scope reaches and that stand in a place.
pub async fn standing_in(tx: &Tx, scope: &Authority, ids: &[Uuid], place: JurisdictionCode) -> Result<HashSet<Uuid>, Problem> {
    if ids.is_empty() {
        return Ok(HashSet::new());
    }
    let here = within(&scope.area.narrowed(&place)).filter(estates::id.eq_any(ids.to_vec()));
    let found: Vec<Uuid> = here.select(estates::id).load(&mut tx.connection()).await?;
    Ok(found.into_iter().collect())
}

/// Names that estates of several places share.
pub async fn names_met_twice(tx: &Tx, places: &[JurisdictionCode]) -> Result<Vec<String>, Problem> {
    let there = estates::table.filter(scope_columns!(estates).within(places)).group_by(name_key(estates::name));
    let twice = there
        .having(dsl::count_star().gt(1))
        .order(dsl::min(estates::name))
        .limit(MOST_NAMES)
        .select(dsl::min(estates::name).assume_not_null());
    Ok(twice.load(&mut tx.connection()).await?)
}

/// What is in the way is named up to here.
const MOST_NAMES: i64 = 20;

/// The next estates of a jurisdiction and its grids, locked.
pub async fn to_move(tx: &Tx, way: &Move<'_>) -> Result<Vec<EstateFields>, Problem> {
    let place = way.part(scope_columns!(estates).within(&[way.from]), |ids| condition(estates::id.eq_any(ids)));
    let found = estates::table.filter(place).select(EstateFields::as_select());
    Ok(next_to_move!(found, estates, way).load(&mut tx.connection()).await?)
}
