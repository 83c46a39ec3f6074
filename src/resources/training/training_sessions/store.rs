//! The only file that names the `training_sessions` table; every query begins with `within` or `readable`.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::dsl;
use diesel::expression::BoxableExpression;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use futures_util::future::try_join_all;
use uuid::Uuid;

use super::inputs::TrainingSessionFilter;
use super::model::TrainingSessionFields;
use super::states::TrainingSessionStatus;
use crate::access::area::AccessArea;
use crate::access::code::JurisdictionCode;
use crate::access::condition::{Condition, condition, force_custom_plan, one_of, scope_columns};
use crate::access::permissions::resource::TrainingSessions;
use crate::access::scope::Authorized;
use crate::changes::jobs::Due;
use crate::changes::record::{LockInScope, Stored};
use crate::changes::relocation::{Move, next_to_move};
use crate::changes::write::Tx;
use crate::db::failure::{ConstraintRule, map_constraint};
use crate::db::page::{self, Keyset};
use crate::db::pool::Db;
use crate::db::schema::training_sessions;
use crate::http::codes;
use crate::http::problem::Problem;
use crate::resources::training::trainings::model::TrainingFields;
use crate::resources::training::trainings::store::columns as trainings;

/// What the conditions of other slices join with.
pub mod columns {
    pub use crate::db::schema::training_sessions::{
        check_in_closes_at, check_in_opens_at, ends_at, id, jurisdiction, starts_at, status, table,
    };
}

type Base = dsl::Filter<training_sessions::table, Condition<training_sessions::table>>;

/// The sessions of an area.
fn within(area: &AccessArea) -> Base {
    training_sessions::table.filter(scope_columns!(training_sessions).within(area.subtrees()))
}

/// The sessions that can be read: those of the area, and those above it, to which its learners are invited.
fn readable(area: &AccessArea) -> Base {
    let above = training_sessions::jurisdiction.eq_any(area.above());
    let reached: Condition<training_sessions::table> = scope_columns!(training_sessions).within(area.subtrees());
    training_sessions::table.filter(condition(reached.or(above)))
}

pub async fn find(db: &Db, scope: &Authorized<TrainingSessions>, id: Uuid) -> Result<TrainingSessionFields, Problem> {
    let found = readable(&scope.area).filter(training_sessions::id.eq(id)).select(TrainingSessionFields::as_select());
    db.read(async |mut connection| found.first(&mut connection).await).await
}

diesel::define_sql_function! {
    /// The learners of a session who take part in another course at a time.
    fn learners_elsewhere_then(session: SqlUuid, since: Timestamptz, until: Timestamptz) -> Array<SqlUuid>;
}

/// The first learners of a session who take part in something else when it would be held. A session that is held when it was has
/// none: what its learners took on since, they were told.
pub async fn learners_elsewhere(
    tx: &Tx,
    before: &TrainingSessionFields,
    after: &TrainingSessionFields,
) -> Result<Vec<Uuid>, Problem> {
    if (before.starts_at, before.ends_at) == (after.starts_at, after.ends_at) {
        return Ok(Vec::new());
    }
    let found = diesel::select(learners_elsewhere_then(after.id, after.starts_at, after.ends_at));
    Ok(found.first(&mut tx.connection()).await?)
}

/// A session that the caller may do something to.
pub async fn reached(db: &Db, scope: &Authorized<TrainingSessions>, id: Uuid) -> Result<TrainingSessionFields, Problem> {
    let found = within(&scope.area).filter(training_sessions::id.eq(id)).select(TrainingSessionFields::as_select());
    db.read(async |mut connection| found.first(&mut connection).await).await
}

/// Sessions in the order in which they begin, one more than asked for.
pub async fn list(
    db: &Db,
    scope: &Authorized<TrainingSessions>,
    filter: TrainingSessionFilter,
    keyset: Keyset,
) -> Result<Vec<TrainingSessionFields>, Problem> {
    use training_sessions::dsl as s;
    let mut query = readable(&scope.area).select(TrainingSessionFields::as_select()).into_boxed();
    let room = || s::confirmed_count.lt(s::capacity).and(s::waiting_count.eq(0));
    let has_room = |wanted| if wanted { condition(room()) } else { condition(dsl::not(room())) };
    let wanted = [
        filter.r#in.map(|code| scope_columns!(training_sessions).within(scope.area.narrowed(&code).subtrees())),
        filter.status.map(|states| one_of(s::status, states)),
        filter.training_id.map(|id| condition(s::training_id.eq(id))),
        filter.series_id.map(|id| condition(s::series_id.eq(id).assume_not_null())),
        filter.has_room.map(has_room),
        filter.starts_from.map(|at| condition(s::starts_at.ge(at))),
        filter.starts_before.map(|at| condition(s::starts_at.lt(at))),
        keyset.after.map(|(at, id)| condition(s::starts_at.ge(at).and(s::starts_at.gt(at).or(s::id.gt(id))))),
    ];
    for wanted in wanted.into_iter().flatten() {
        query = query.filter(wanted).filter(force_custom_plan());
    }
    let query = page::first(query.order((s::starts_at.asc(), s::id.asc())), keyset.limit);
    db.read(async |mut connection| query.load(&mut connection).await).await
}

/// Stores new sessions, sent at once.
pub async fn insert(tx: &Tx, new: &[TrainingSessionFields]) -> Result<(), Problem> {
    let each = new.iter().map(|one| async move { one.insert_into(training_sessions::table).execute(&mut tx.connection()).await });
    try_join_all(each).await.map(drop).map_err(|error| map_constraint(error, CONSTRAINTS))
}

const CONSTRAINTS: &[ConstraintRule] = &[
    ("training_sessions_times", "/ends_at", &codes::ENDS_BEFORE),
    ("training_sessions_window", "/check_in_closes_at", &codes::ENDS_BEFORE),
];

impl LockInScope for TrainingSessionFields {
    type Resource = TrainingSessions;

    async fn lock_in_scope(tx: &Tx, scope: &Authorized<TrainingSessions>, id: Uuid) -> Result<Self, Problem> {
        let found = within(&scope.area).filter(training_sessions::id.eq(id)).select(Self::as_select());
        Ok(found.for_update().first(&mut tx.connection()).await?)
    }
}

impl Stored for TrainingSessionFields {
    async fn save(&self, tx: &Tx) -> Result<(), Problem> {
        let done = diesel::update(training_sessions::table.find(self.id)).set(self).execute(&mut tx.connection()).await;
        done.map(drop).map_err(|error| map_constraint(error, CONSTRAINTS))
    }
}

/// A session that another record names, locked: whoever gives or takes its seats waits for each other.
pub async fn locked(tx: &Tx, id: Uuid) -> Result<Option<TrainingSessionFields>, Problem> {
    let found = training_sessions::table.find(id).select(TrainingSessionFields::as_select());
    Ok(found.for_update().first(&mut tx.connection()).await.optional()?)
}

/// A session that another record names.
pub async fn known(tx: &Tx, id: Uuid) -> Result<TrainingSessionFields, Problem> {
    let found = training_sessions::table.find(id).select(TrainingSessionFields::as_select());
    Ok(found.first(&mut tx.connection()).await?)
}

/// Stores who has a seat in a locked session, and whether everybody's result is known. It makes no new version.
pub async fn keep_seats(tx: &Tx, session: &TrainingSessionFields) -> Result<(), Problem> {
    use training_sessions::dsl as s;
    let counts = (
        s::confirmed_count.eq(session.confirmed_count),
        s::waiting_count.eq(session.waiting_count),
        s::settled.eq(session.settled),
    );
    diesel::update(training_sessions::table.find(session.id)).set(counts).execute(&mut tx.connection()).await?;
    Ok(())
}

/// Sessions that are over and not closed yet, of those that are wanted, locked; what another instance works on is passed
/// over.
pub async fn claim_over<C>(tx: &Tx, due: &Due, wanted: C) -> Result<Vec<TrainingSessionFields>, Problem>
where
    C: BoxableExpression<training_sessions::table, Pg, SqlType = Bool> + 'static,
{
    use training_sessions::dsl as s;
    let over = s::status.eq_any([TrainingSessionStatus::Completed, TrainingSessionStatus::Cancelled]).and(s::settled.eq(false));
    let found = s::training_sessions.filter(over).filter(condition(wanted)).filter(due.may_try("training_sessions.id"));
    let found = found.order(s::id).limit(due.limit).select(TrainingSessionFields::as_select());
    Ok(found.for_update().skip_locked().load(&mut tx.connection()).await?)
}

/// The course of a session.
pub async fn course_of(tx: &Tx, session: Uuid) -> Result<Option<TrainingFields>, Problem> {
    let course = training_sessions::table.find(session).select(training_sessions::training_id);
    let found = trainings::table.filter(trainings::id.eq_any(course)).select(TrainingFields::as_select());
    Ok(found.first(&mut tx.connection()).await.optional()?)
}

/// Sessions with free seats for which somebody waits, locked; what another instance works on is passed over.
pub async fn claim_with_room(tx: &Tx, due: &Due) -> Result<Vec<TrainingSessionFields>, Problem> {
    use training_sessions::dsl as s;
    let open = s::status.eq_any([TrainingSessionStatus::Enrolling, TrainingSessionStatus::InProgress]);
    let room = s::waiting_count.gt(0).and(s::confirmed_count.lt(s::capacity));
    let found = s::training_sessions.filter(open.and(room)).filter(due.may_try("training_sessions.id"));
    let found = found.order(s::id).limit(due.limit).select(TrainingSessionFields::as_select());
    Ok(found.for_update().skip_locked().load(&mut tx.connection()).await?)
}

/// The sessions that jurisdictions themselves are to hold within a week, or that wait for their end.
pub async fn to_hold(
    connection: &AsyncPgConnection,
    places: &[JurisdictionCode],
    now: DateTime<Utc>,
) -> QueryResult<Vec<TrainingSessionFields>> {
    use training_sessions::dsl as s;
    let mut connection = connection;
    let open = s::status.ne_all([TrainingSessionStatus::Completed, TrainingSessionStatus::Cancelled]);
    let near = s::starts_at.lt(now + TimeDelta::days(7));
    let found = s::training_sessions.filter(s::jurisdiction.eq_any(places.to_vec()).and(open).and(near));
    let found = found.order((s::starts_at, s::id)).limit(201).select(TrainingSessionFields::as_select());
    found.load(&mut connection).await
}

/// The next sessions that a jurisdiction is to hold, locked.
pub async fn to_move(tx: &Tx, way: &Move<'_>) -> Result<Vec<TrainingSessionFields>, Problem> {
    let open = training_sessions::status.ne_all([TrainingSessionStatus::Completed, TrainingSessionStatus::Cancelled]);
    let found = training_sessions::table
        .filter(training_sessions::jurisdiction.eq(way.from).and(open))
        .select(TrainingSessionFields::as_select());
    Ok(next_to_move!(found, training_sessions, way).load(&mut tx.connection()).await?)
}
