//! The only file that names the `learners` table; every query begins with `within`.

use chrono::Datelike;
use diesel::dsl;
use diesel::expression::SqlLiteral;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use futures_util::try_join;
use uuid::Uuid;

use super::inputs::LearnerFilter;
use super::model::{LearnerFields, LearnerRole, LearnerStatus};
use crate::access::area::AccessArea;
use crate::access::authority::Authority;
use crate::access::code::JurisdictionCode;
use crate::access::condition::{Condition, condition, force_custom_plan, one_of, or_involved, scope_columns};
use crate::access::permissions::resource::{Indicators, Learners};
use crate::access::scope::Authorized;
use crate::changes::record::{LockInScope, Stored};
use crate::changes::relocation::{Move, next_to_move};
use crate::changes::write::Tx;
use crate::db::count::{self, Ratio};
use crate::db::failure::{ConstraintRule, map_constraint};
use crate::db::json_value::JsonValue;
use crate::db::lock;
use crate::db::page::{Keyset, newest_first};
use crate::db::pool::Db;
use crate::db::schema::learners;
use crate::http::codes;
use crate::http::problem::Problem;

/// What the conditions of other slices join with.
pub mod columns {
    pub use crate::db::schema::learners::{hours, table};
}

/// The learners of an area and, with `own`, the caller's entry and those of their organization.
fn within(scope: &Authority, area: &AccessArea, own: bool) -> dsl::Filter<learners::table, Condition<learners::table>> {
    let mut reached: Condition<learners::table> = scope_columns!(learners).within(area.subtrees());
    if own {
        reached = Box::new(reached.or(learners::subject.eq(scope.actor.caller.clone()).assume_not_null()));
        let ours = |id| condition(learners::organization_id.eq(id).assume_not_null());
        reached = or_involved(reached, scope.organization().map(ours));
    }
    learners::table.filter(reached)
}

/// The most hours that one of a learner's roles asks for in a year.
fn quota_in(year: i32) -> SqlLiteral<BigInt> {
    dsl::sql(&format!("(SELECT quota FROM learner_quota(learners.roles, learners.jurisdiction, {year}))"))
}

/// Whether a learner in or below a place lacks hours in a year: what the list and the figure mean alike. The place only
/// spares work; with none, everywhere.
fn lacks_in(year: i32, place: Option<JurisdictionCode>) -> SqlLiteral<Bool> {
    let place = place.as_ref().map_or("", JurisdictionCode::as_str);
    dsl::sql(&format!("learners.id IN (SELECT learners_short_of_hours({year}, '{place}'))"))
}

/// Whether a learner earned hours in a year.
fn trained_in(year: i32) -> SqlLiteral<Bool> {
    dsl::sql(&format!("hours_in(learners.hours, {year}) > 0"))
}

/// A learner, how many hours are asked for this year, and who may be the same person.
pub async fn find(db: &Db, scope: &Authorized<Learners>, id: Uuid) -> Result<(LearnerFields, i64, Vec<Uuid>), Problem> {
    let found = within(scope, &scope.area, true).filter(learners::id.eq(id));
    let found = found.select((LearnerFields::as_select(), quota_in(scope.today().year())));
    let work = async |connection: &AsyncPgConnection| {
        let mut first = connection;
        try_join!(found.first(&mut first), alike(connection, scope, id))
    };
    db.read(work).await.map(|((fields, quota), alike)| (fields, quota, alike))
}

/// Others whom the caller oversees with the name and the phone number of a learner.
pub async fn alike(connection: &AsyncPgConnection, scope: &Authority, id: Uuid) -> QueryResult<Vec<Uuid>> {
    let same = dsl::sql::<Bool>(
        "(name_key(learners.name), phone_key(learners.phone)) \
         = (SELECT name_key(one.name), phone_key(one.phone) FROM learners one WHERE one.id = ",
    );
    let same = condition::<learners::table, _>(same.bind::<SqlUuid, _>(id).sql(")"));
    let active = learners::status.eq(LearnerStatus::Active).and(learners::phone.is_not_null());
    let others = within(scope, &scope.area, false).filter(learners::id.ne(id).and(active)).filter(same);
    let mut connection = connection;
    others.order(learners::id).limit(20).select(learners::id).load(&mut connection).await
}

/// Two learners whom the caller oversees, locked in the order of their ids.
pub async fn both(tx: &Tx, scope: &Authority, ids: [Uuid; 2]) -> Result<Vec<LearnerFields>, Problem> {
    let found = within(scope, &scope.area, false).filter(learners::id.eq_any(ids));
    let found = found.order(learners::id).select(LearnerFields::as_select());
    Ok(found.for_update().load(&mut tx.connection()).await?)
}

/// Learners with what is asked of them in the year, the latest change first, one more than asked for.
pub async fn list(
    db: &Db,
    scope: &Authorized<Learners>,
    filter: LearnerFilter,
    year: i32,
    keyset: Keyset,
) -> Result<Vec<(LearnerFields, i64)>, Problem> {
    let columns = (LearnerFields::as_select(), quota_in(year));
    let area = scope.narrowed(filter.r#in);
    let mut query = within(scope, &area, area.lists_own()).select(columns).into_boxed();
    let place = filter.r#in.or(match scope.area.subtrees() {
        [only] => Some(*only),
        _ => None,
    });
    for wanted in conditions(filter, place) {
        query = query.filter(wanted).filter(force_custom_plan());
    }
    let query = newest_first!(query, learners, keyset);
    db.read(async |mut connection| query.load(&mut connection).await).await
}

fn conditions(filter: LearnerFilter, place: Option<JurisdictionCode>) -> impl Iterator<Item = Condition<learners::table>> {
    let holds = |role: LearnerRole| condition(learners::roles.contains(JsonValue(vec![role])));
    let of_place = if filter.short_in.or(filter.complete_in).is_some() { place } else { None };
    [
        filter.r#in.map(|code| scope_columns!(learners).within(&[code])),
        filter.status.map(|states| one_of(learners::status, states)),
        filter.role.map(holds),
        filter.organization_id.map(|id| condition(learners::organization_id.eq(id).assume_not_null())),
        of_place.map(|code| scope_columns!(learners).within(&[code])),
        filter.short_in.map(|year| condition(lacks_in(year, place))),
        filter.complete_in.map(|year| condition(dsl::not(lacks_in(year, place)))),
        filter.trained_in.map(|year| condition(trained_in(year))),
    ]
    .into_iter()
    .flatten()
}

/// How many active learners lack no hours in a year, by place.
pub async fn complete(
    connection: &AsyncPgConnection,
    scope: &Authorized<Indicators>,
    (within_code, digits): (JurisdictionCode, usize),
    year: i32,
) -> QueryResult<Vec<Ratio>> {
    counted(connection, scope, (within_code, digits), condition(dsl::not(lacks_in(year, Some(within_code))))).await
}

/// How many active learners earned hours in a year, by place.
pub async fn trained(
    connection: &AsyncPgConnection,
    scope: &Authorized<Indicators>,
    (within_code, digits): (JurisdictionCode, usize),
    year: i32,
) -> QueryResult<Vec<Ratio>> {
    counted(connection, scope, (within_code, digits), condition(trained_in(year))).await
}

async fn counted(
    connection: &AsyncPgConnection,
    scope: &Authorized<Indicators>,
    (within_code, digits): (JurisdictionCode, usize),
    wanted: Condition<learners::table>,
) -> QueryResult<Vec<Ratio>> {
    let mut connection = connection;
    within(scope, &scope.area.narrowed(&within_code), false)
        .filter(learners::status.eq(LearnerStatus::Active))
        .group_by(count::place(digits))
        .select((count::place(digits), dsl::count(learners::id).aggregate_filter(wanted), dsl::count_star()))
        .load(&mut connection)
        .await
}

pub async fn insert(tx: &Tx, new: &LearnerFields) -> Result<(), Problem> {
    let done = new.insert_into(learners::table).execute(&mut tx.connection()).await;
    done.map(drop).map_err(|error| map_constraint(error, CONSTRAINTS))
}

const CONSTRAINTS: &[ConstraintRule] = &[("learners_jurisdiction_exists", "/jurisdiction", &codes::UNKNOWN_JURISDICTION)];

impl LockInScope for LearnerFields {
    type Resource = Learners;

    async fn lock_in_scope(tx: &Tx, scope: &Authorized<Learners>, id: Uuid) -> Result<Self, Problem> {
        let found = within(scope, &scope.area, true).filter(learners::id.eq(id)).select(Self::as_select());
        Ok(found.for_update().first(&mut tx.connection()).await?)
    }
}

impl Stored for LearnerFields {
    async fn save(&self, tx: &Tx) -> Result<(), Problem> {
        let done = diesel::update(learners::table.find(self.id)).set(self).execute(&mut tx.connection()).await;
        done.map(drop).map_err(|error| map_constraint(error, CONSTRAINTS))
    }
}

/// How many hours are asked of a learner in a year.
pub async fn quota(tx: &Tx, id: Uuid, year: i32) -> Result<i64, Problem> {
    Ok(learners::table.find(id).select(quota_in(year)).first(&mut tx.connection()).await?)
}

/// A learner that another record names.
pub async fn known(tx: &Tx, id: Uuid) -> Result<LearnerFields, Problem> {
    Ok(learners::table.find(id).select(LearnerFields::as_select()).first(&mut tx.connection()).await?)
}

/// A learner that another record names, locked.
pub async fn locked(tx: &Tx, id: Uuid) -> Result<LearnerFields, Problem> {
    let found = learners::table.find(id).select(LearnerFields::as_select());
    Ok(found.for_update().first(&mut tx.connection()).await?)
}

/// Whether somebody else whom the caller reaches signs in as a subject. Who does so elsewhere neither stands in the way
/// nor becomes known. Whoever asks for the same subject waits.
pub async fn is_taken(tx: &Tx, who: &Authority, subject: &str, but: Uuid) -> Result<bool, Problem> {
    lock::hold(tx.connection(), &format!("learner.{subject}")).await?;
    let same = learners::subject.eq(subject).assume_not_null().and(learners::status.eq(LearnerStatus::Active));
    let others = within(who, &who.area, false).filter(same).filter(learners::id.ne(but));
    Ok(diesel::select(dsl::exists(others)).get_result(&mut tx.connection()).await?)
}

/// The learner within reach who signs in as a subject, locked: the active one, or the last who left.
pub async fn of_subject(tx: &Tx, who: &Authority, subject: &str) -> Result<Option<LearnerFields>, Problem> {
    lock::hold(tx.connection(), &format!("learner.{subject}")).await?;
    let found = within(who, &who.area, false).filter(learners::subject.eq(subject).assume_not_null());
    let found = found.order((learners::status.eq(LearnerStatus::Active).desc(), learners::updated_at.desc()));
    Ok(found.select(LearnerFields::as_select()).for_update().first(&mut tx.connection()).await.optional()?)
}

/// A learner whom the caller reaches and who has not left: the one with the id, or the caller, who may be registered in
/// several places. An entry where the caller holds a role comes before one that somebody made elsewhere.
pub async fn reached_one(tx: &Tx, scope: &Authority, id: Option<Uuid>) -> Result<Option<LearnerFields>, Problem> {
    let wanted: Condition<learners::table> = match id {
        Some(id) => condition(learners::id.eq(id)),
        None => condition(learners::subject.eq(scope.actor.caller.clone()).assume_not_null()),
    };
    let active = learners::status.eq(LearnerStatus::Active);
    let found = within(scope, &scope.area, true).filter(wanted).filter(active).order(learners::id).limit(100);
    let found: Vec<LearnerFields> = found.select(LearnerFields::as_select()).load(&mut tx.connection()).await?;
    let works_there = |one: &LearnerFields| {
        scope
            .actor
            .grants
            .iter()
            .any(|grant| grant.jurisdiction.contains(&one.jurisdiction) || one.jurisdiction.contains(&grant.jurisdiction))
    };
    let at = found.iter().position(works_there).unwrap_or_default();
    Ok(found.into_iter().nth(at))
}

/// Those of the ids that the caller reaches and who have not left.
pub async fn reached(tx: &Tx, scope: &Authority, ids: &[Uuid]) -> Result<Vec<LearnerFields>, Problem> {
    let active = learners::status.eq(LearnerStatus::Active);
    let found = within(scope, &scope.area, true).filter(learners::id.eq_any(ids.to_vec()).and(active));
    Ok(found.order(learners::id).select(LearnerFields::as_select()).load(&mut tx.connection()).await?)
}

/// The ids of those who have not left, to be looked for in another table.
#[dsl::auto_type(no_type_alias)]
pub fn active_ids() -> _ {
    let active: LearnerStatus = LearnerStatus::Active;
    learners::table.filter(learners::status.eq(active)).select(learners::id)
}

/// The ids of an organization's learners, to be looked for in another table.
#[dsl::auto_type(no_type_alias)]
pub fn ids_of(organization: Uuid) -> _ {
    learners::table.filter(learners::organization_id.eq(organization).assume_not_null()).select(learners::id)
}

/// The next active learners of a jurisdiction, locked.
pub async fn to_move(tx: &Tx, way: &Move<'_>) -> Result<Vec<LearnerFields>, Problem> {
    let open = learners::status.eq(LearnerStatus::Active);
    let found =
        learners::table.filter(scope_columns!(learners).within(&[way.from])).filter(open).select(LearnerFields::as_select());
    Ok(next_to_move!(found, learners, way).load(&mut tx.connection()).await?)
}
