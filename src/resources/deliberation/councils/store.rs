//! The only file that names the `councils` table; every query begins with `within` or `readable`.

use chrono::NaiveDate;
use diesel::dsl;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Jsonb};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde_json::json;
use uuid::Uuid;

use super::inputs::CouncilFilter;
use super::model::{CouncilFields, CouncilKind};
use super::states::CouncilStatus;
use crate::access::area::AccessArea;
use crate::access::authority::Authority;
use crate::access::code::JurisdictionCode;
use crate::access::condition::{Condition, condition, force_custom_plan, or_involved, scope_columns};
use crate::access::permissions::resource::Councils;
use crate::access::scope::Authorized;
use crate::changes::record::{LockInScope, Stored};
use crate::changes::relocation::{Move, next_to_move};
use crate::changes::write::Tx;
use crate::db::failure::{ConstraintRule, map_constraint};
use crate::db::page::{Keyset, newest_first};
use crate::db::pool::Db;
use crate::db::schema::councils;
use crate::http::codes;
use crate::http::problem::Problem;

type Base = dsl::Filter<councils::table, Condition<councils::table>>;

/// The councils of an area, and those in which the caller's organization has a seat.
fn readable(scope: &Authority, area: &AccessArea) -> Base {
    let here = scope_columns!(councils).within(area.subtrees());
    councils::table.filter(or_involved(here, scope.organization().map(|id| has_seat("councils.seats", id))))
}

/// The condition that an organization holds one of the seats in a column of `T`.
pub fn has_seat<T: 'static>(seats: &'static str, organization: Uuid) -> Condition<T> {
    let held = json!([{"organization_id": organization}]);
    condition(dsl::sql::<Bool>(seats).sql(" @> ").bind::<Jsonb, _>(held))
}

pub async fn find(db: &Db, scope: &Authorized<Councils>, id: Uuid) -> Result<CouncilFields, Problem> {
    let found = readable(scope, &scope.area).filter(councils::id.eq(id)).select(CouncilFields::as_select());
    db.read(async |mut connection| found.first(&mut connection).await).await
}

/// Councils, the latest change first, one more than asked for.
pub async fn list(
    db: &Db,
    scope: &Authorized<Councils>,
    filter: CouncilFilter,
    keyset: Keyset,
) -> Result<Vec<CouncilFields>, Problem> {
    use councils::dsl as c;
    let place = filter.r#in.map(|code| scope_columns!(councils).within(&[code]));
    let mut query = readable(scope, &scope.narrowed(filter.r#in)).select(CouncilFields::as_select()).into_boxed();
    let wanted = [
        place,
        filter.kind.map(|kind| condition(c::kind.eq(kind))),
        filter.status.map(|status| condition(c::status.eq(status))),
        filter.estate_id.map(|id| condition(c::estate_id.eq(id).assume_not_null())),
        filter.organization_id.map(|id| has_seat("councils.seats", id)),
    ];
    for wanted in wanted.into_iter().flatten() {
        query = query.filter(wanted).filter(force_custom_plan());
    }
    let query = newest_first!(query, councils, keyset);
    db.read(async |mut connection| query.load(&mut connection).await).await
}

/// The condition that a column of `T` names a council in which an organization has a seat.
pub fn of_organization<T: 'static>(column: &'static str, organization: Uuid) -> Condition<T> {
    let held = json!([{"organization_id": organization}]);
    let seated = dsl::sql::<Bool>(column).sql(" = ANY(ARRAY(SELECT id FROM councils WHERE seats @> ");
    condition(seated.bind::<Jsonb, _>(held).sql("))"))
}

/// A council that the caller reaches, kept as it is until the transaction ends.
pub async fn within_reach(tx: &Tx, scope: &Authority, id: Uuid) -> Result<Option<CouncilFields>, Problem> {
    let here = scope_columns!(councils).within(scope.area.subtrees());
    let found = councils::table.filter(here).filter(councils::id.eq(id)).select(CouncilFields::as_select());
    Ok(found.for_share().first(&mut tx.connection()).await.optional()?)
}

diesel::define_sql_function! {
    /// True while a council has a meeting that is not over.
    fn council_meets(council: diesel::sql_types::Uuid) -> Bool;
}

/// True while a council has a meeting that is to come, or whose minutes are not published.
pub async fn meets(tx: &Tx, council: Uuid) -> Result<bool, Problem> {
    Ok(diesel::select(council_meets(council)).first(&mut tx.connection()).await?)
}

diesel::define_sql_function! {
    /// True for a meeting of a council that is to come.
    fn council_has_meeting(council: diesel::sql_types::Uuid, meeting: diesel::sql_types::Uuid) -> Bool;
}

/// True for a meeting of a council that is to come.
pub async fn has_meeting(tx: &Tx, council: Uuid, meeting: Uuid) -> Result<bool, Problem> {
    Ok(diesel::select(council_has_meeting(council, meeting)).first(&mut tx.connection()).await?)
}

/// The council of a meeting that the caller reaches.
pub async fn of_meeting(tx: &Tx, id: Uuid) -> Result<CouncilFields, Problem> {
    Ok(councils::table.find(id).select(CouncilFields::as_select()).for_share().first(&mut tx.connection()).await?)
}

/// The same, locked: its requests change along with the meeting.
pub async fn lock_of_meeting(tx: &Tx, id: Uuid) -> Result<CouncilFields, Problem> {
    Ok(councils::table.find(id).select(CouncilFields::as_select()).for_update().first(&mut tx.connection()).await?)
}

/// The councils of these communities and streets with a request that is to be answered until a day, the most urgent first.
pub async fn asked_until(
    connection: &AsyncPgConnection,
    offices: &[JurisdictionCode],
    day: NaiveDate,
) -> QueryResult<Vec<CouncilFields>> {
    use councils::dsl as c;
    // Each council by the office that convenes it.
    let own = c::community_code.eq_any(offices.to_vec()).and(c::kind.eq(CouncilKind::FourInOne));
    let here = own.or(c::street_code.eq_any(offices.to_vec()));
    let found = c::councils.filter(here.and(c::answer_due_on.le(day).assume_not_null()));
    let mut connection = connection;
    found.order((c::answer_due_on, c::id)).limit(201).select(CouncilFields::as_select()).load(&mut connection).await
}

pub async fn insert(tx: &Tx, new: &CouncilFields) -> Result<(), Problem> {
    let done = new.insert_into(councils::table).execute(&mut tx.connection()).await;
    done.map(drop).map_err(|error| map_constraint(error, CONSTRAINTS))
}

const CONSTRAINTS: &[ConstraintRule] = &[
    ("councils_jurisdiction_exists", "/jurisdiction", &codes::UNKNOWN_JURISDICTION),
    ("councils_one_of_estate_unique", "/estate_id", &codes::TAKEN),
    ("councils_one_of_community_unique", "/jurisdiction", &codes::TAKEN),
];

impl LockInScope for CouncilFields {
    type Resource = Councils;

    async fn lock_in_scope(tx: &Tx, scope: &Authorized<Councils>, id: Uuid) -> Result<Self, Problem> {
        let found = readable(scope, &scope.area).filter(councils::id.eq(id)).select(Self::as_select());
        Ok(found.for_update().first(&mut tx.connection()).await?)
    }
}

impl Stored for CouncilFields {
    async fn save(&self, tx: &Tx) -> Result<(), Problem> {
        let done = diesel::update(councils::table.find(self.id)).set(self).execute(&mut tx.connection()).await;
        done.map(drop).map_err(|error| map_constraint(error, CONSTRAINTS))
    }
}

/// The next active councils of a jurisdiction or of estates, locked.
pub async fn to_move(tx: &Tx, way: &Move<'_>) -> Result<Vec<CouncilFields>, Problem> {
    let place = way
        .part(scope_columns!(councils).within(&[way.from]), |ids| condition(councils::estate_id.eq_any(ids).assume_not_null()));
    let found = councils::table.filter(place).filter(councils::status.eq(CouncilStatus::Active));
    Ok(next_to_move!(found.select(CouncilFields::as_select()), councils, way).load(&mut tx.connection()).await?)
}
