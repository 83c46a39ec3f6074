//! The only file that names the tables of sessions; every query begins with `within`.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::dsl;
use diesel::prelude::*;
use diesel::sql_types::Uuid as SqlUuid;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use futures_util::try_join;
use uuid::Uuid;

use super::model::{CaucusNote, MediationSessionFields, MediationSessionFilter, SessionStatus};
use crate::access::area::AccessArea;
use crate::access::condition::{Condition, condition, force_custom_plan, one_of, scope_columns};
use crate::access::permissions::resource::MediationSessions;
use crate::access::scope::Authorized;
use crate::changes::jobs::Due;
use crate::changes::record::{LockInScope, Stored};
use crate::changes::relocation::{Move, next_to_move};
use crate::changes::write::Tx;
use crate::db::failure::{ConstraintRule, map_constraint};
use crate::db::page::{self, Keyset};
use crate::db::pool::Db;
use crate::db::schema::{caucus_notes, mediation_sessions};
use crate::http::codes;
use crate::http::problem::Problem;
use crate::resources::disputes::parties::GuestKind;
use crate::resources::mediation::mediations::states::MediationStatus;
use crate::resources::mediation::mediations::store as mediations;
use crate::resources::mediation::mediations::store::columns as mediation;

type Base = dsl::Filter<mediation_sessions::table, Condition<mediation_sessions::table>>;

/// The sessions of an area, those of mediations that the caller mediates, that are about their dispute, or in which
/// their organization has a part.
fn within(scope: &Authorized<MediationSessions>, area: &AccessArea) -> Base {
    use mediation_sessions::dsl as s;
    let mut reached: Condition<s::mediation_sessions> = scope_columns!(mediation_sessions).within(area.subtrees());
    if let Some((caller, places)) = scope.assigned() {
        let given = s::mediation_id.eq_any(mediations::mediated_by(caller.to_owned()));
        reached = Box::new(reached.or(given.and(scope_columns!(mediation_sessions).within(places))));
    }
    if let Some(caller) = scope.own() {
        let party = s::mediation_id.eq_any(dsl::array::<SqlUuid, _>(mediations::of_guest(caller.to_owned(), GuestKind::Party)));
        reached = Box::new(reached.or(s::applicant_subject.eq(caller.to_owned())).or(party));
    }
    if let Some(organization) = scope.organization() {
        reached = Box::new(
            reached.or(s::mediation_id
                .eq_any(dsl::array::<SqlUuid, _>(mediations::of_guest(organization.to_string(), GuestKind::Organization)))),
        );
    }
    s::mediation_sessions.filter(reached)
}

pub async fn find(db: &Db, scope: &Authorized<MediationSessions>, id: Uuid) -> Result<MediationSessionFields, Problem> {
    let found = within(scope, &scope.area).filter(mediation_sessions::id.eq(id)).select(MediationSessionFields::as_select());
    db.read(async |mut connection| found.first(&mut connection).await).await
}

/// Sessions in the order in which they begin, one more than asked for.
pub async fn list(
    db: &Db,
    scope: &Authorized<MediationSessions>,
    filter: MediationSessionFilter,
    keyset: Keyset,
) -> Result<Vec<MediationSessionFields>, Problem> {
    use mediation_sessions::dsl as s;
    let mut query = within(scope, &scope.narrowed(filter.r#in)).select(MediationSessionFields::as_select()).into_boxed();
    let wanted = [
        filter.r#in.map(|code| scope_columns!(mediation_sessions).within(&[code])),
        filter.status.map(|states| one_of(s::status, states)),
        filter.mediation_id.map(|id| condition(s::mediation_id.eq(id))),
        filter.mediator_id.map(|id| condition(s::mediator_id.eq(id))),
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

/// The sessions of a calendar: from a month ago on.
pub async fn calendar(
    db: &Db,
    scope: &Authorized<MediationSessions>,
    mediator: Option<Uuid>,
) -> Result<Vec<MediationSessionFields>, Problem> {
    use mediation_sessions::dsl as s;
    let recent = s::starts_at.ge(scope.now - TimeDelta::days(31));
    let mut query = within(scope, &scope.area).filter(recent).select(MediationSessionFields::as_select()).into_boxed();
    if let Some(mediator) = mediator {
        query = query.filter(s::mediator_id.eq(mediator));
    }
    let query = query.order((s::starts_at.asc(), s::id.asc())).limit(1000);
    db.read(async |mut connection| query.load(&mut connection).await).await
}

pub async fn insert(tx: &Tx, new: &MediationSessionFields) -> Result<(), Problem> {
    let done = new.insert_into(mediation_sessions::table).execute(&mut tx.connection()).await;
    done.map(drop).map_err(|error| map_constraint(error, CONSTRAINTS))
}

const CONSTRAINTS: &[ConstraintRule] = &[
    ("mediation_sessions_mediator_free", "/starts_at", &codes::TAKEN),
    ("mediation_sessions_times", "/ends_at", &codes::ENDS_BEFORE),
];

impl LockInScope for MediationSessionFields {
    type Resource = MediationSessions;

    async fn lock_in_scope(tx: &Tx, scope: &Authorized<MediationSessions>, id: Uuid) -> Result<Self, Problem> {
        let found = within(scope, &scope.area).filter(mediation_sessions::id.eq(id)).select(Self::as_select());
        Ok(found.for_update().first(&mut tx.connection()).await?)
    }
}

impl Stored for MediationSessionFields {
    async fn save(&self, tx: &Tx) -> Result<(), Problem> {
        let done = diesel::update(mediation_sessions::table.find(self.id)).set(self).execute(&mut tx.connection()).await;
        done.map(drop).map_err(|error| map_constraint(error, CONSTRAINTS))
    }
}

/// Keeps a note that only its writer reads.
pub async fn keep(tx: &Tx, note: &CaucusNote) -> Result<(), Problem> {
    note.insert_into(caucus_notes::table).execute(&mut tx.connection()).await?;
    Ok(())
}

/// The caller's own notes of a session.
pub async fn notes(db: &Db, scope: &Authorized<MediationSessions>, session: Uuid) -> Result<Vec<CaucusNote>, Problem> {
    let reached = within(scope, &scope.area).filter(mediation_sessions::id.eq(session)).select(mediation_sessions::id);
    let own = caucus_notes::session_id.eq(session).and(caucus_notes::written_by.eq(&scope.actor.caller));
    let notes = caucus_notes::table.filter(own).order(caucus_notes::id).select(CaucusNote::as_select()).limit(500);
    let work = async |connection: &AsyncPgConnection| {
        let (mut first, mut second) = (connection, connection);
        try_join!(reached.first::<Uuid>(&mut first), notes.load(&mut second)).map(|(_, notes)| notes)
    };
    db.read(work).await
}

/// Sessions that are held for nothing, locked; what another instance works on is passed over.
pub async fn claim_orphaned(tx: &Tx, due: &Due) -> Result<Vec<MediationSessionFields>, Problem> {
    let coming = mediation_sessions::status.eq_any([SessionStatus::Scheduled, SessionStatus::InProgress]);
    let same = mediation::mediator_id.eq(mediation_sessions::mediator_id.nullable()).assume_not_null();
    let wanting = mediation::table.filter(mediation::id.eq(mediation_sessions::mediation_id)).filter(same);
    let wanting = wanting.filter(mediation::status.eq_any(MediationStatus::OPEN));
    let found = mediation_sessions::table.filter(coming).filter(dsl::not(dsl::exists(wanting)));
    let found = found.filter(due.may_try("mediation_sessions.id")).order(mediation_sessions::id).limit(due.limit);
    Ok(found.select(MediationSessionFields::as_select()).for_update().skip_locked().load(&mut tx.connection()).await?)
}

/// The sessions that a mediator is to hold, or a party to attend.
pub async fn to_come(
    connection: &AsyncPgConnection,
    caller: &str,
    organization: Option<Uuid>,
) -> QueryResult<Vec<MediationSessionFields>> {
    use mediation_sessions::dsl as s;
    let mut connection = connection;
    let mine = s::mediator_subject.eq(caller.to_owned()).assume_not_null().or(s::applicant_subject.eq(caller.to_owned()));
    let linked = dsl::array::<SqlUuid, _>(mediations::of_guest(caller.to_owned(), GuestKind::Party));
    let mut mine: Condition<s::mediation_sessions> = Box::new(mine.or(s::mediation_id.eq_any(linked)));
    if let Some(id) = organization {
        let ours = dsl::array::<SqlUuid, _>(mediations::of_guest(id.to_string(), GuestKind::Organization));
        mine = Box::new(mine.or(s::mediation_id.eq_any(ours)));
    }
    let ahead = mine.and(s::status.eq(SessionStatus::Scheduled));
    let query = s::mediation_sessions.filter(ahead).order((s::starts_at, s::id)).limit(201);
    query.select(MediationSessionFields::as_select()).load(&mut connection).await
}

/// From when to when a session takes place.
pub type Times = (DateTime<Utc>, DateTime<Utc>);

/// True when one of these mediators, who are one person, has another session at that time.
pub async fn is_busy(tx: &Tx, mediators: &[Uuid], (from, to): Times, but: Uuid) -> Result<bool, Problem> {
    use mediation_sessions::dsl as s;
    let open = s::status.eq_any([SessionStatus::Scheduled, SessionStatus::InProgress]).and(s::id.ne(but));
    let meanwhile = s::starts_at.lt(to).and(s::ends_at.gt(from));
    let others = s::mediation_sessions.filter(s::mediator_id.eq_any(mediators.to_vec())).filter(open.and(meanwhile));
    Ok(diesel::select(dsl::exists(others)).get_result(&mut tx.connection()).await?)
}

/// All sessions of a mediation, for whoever exports its case file.
pub async fn of_mediations(tx: &Tx, mediations: &[Uuid]) -> Result<Vec<MediationSessionFields>, Problem> {
    let found = mediation_sessions::table.filter(mediation_sessions::mediation_id.eq_any(mediations.to_vec()));
    let found = found.order(mediation_sessions::starts_at).select(MediationSessionFields::as_select());
    Ok(found.load(&mut tx.connection()).await?)
}

/// The next sessions that are to be held in a jurisdiction, locked.
pub async fn to_move(tx: &Tx, way: &Move<'_>) -> Result<Vec<MediationSessionFields>, Problem> {
    let place = way.part(scope_columns!(mediation_sessions).within(&[way.from]), |ids| {
        condition(mediation_sessions::mediation_id.eq_any(mediations::of_estates(ids)))
    });
    let found = mediation_sessions::table
        .filter(place)
        .filter(mediation_sessions::status.eq_any([SessionStatus::Scheduled, SessionStatus::InProgress]))
        .select(MediationSessionFields::as_select());
    Ok(next_to_move!(found, mediation_sessions, way).load(&mut tx.connection()).await?)
}
