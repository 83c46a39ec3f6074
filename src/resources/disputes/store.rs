//! The only file that names the `disputes` tables; every query begins with `within`.

use chrono::{DateTime, Utc};
use diesel::dsl;
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use futures_util::future::try_join_all;
use futures_util::try_join;
use uuid::Uuid;

use super::model::{
    Category, DisputeEvent, DisputeFields, DisputeFilter, DisputePatch, NewDispute, NewParty, Party, PartyKind, PartyRole, Sort,
    Step,
};
use super::states::Status;
use crate::access::code::JurisdictionCode;
use crate::access::policy::action::Read;
use crate::access::policy::resource::Disputes;
use crate::access::policy::{ActionTag, ResourceTag};
use crate::access::scope::{Condition, Extent, Scope, condition, planned_anew, scope_columns};
use crate::changes::write::{Record, Tx};
use crate::db::page::{self, DEFAULT_LIMIT};
use crate::db::pool::Db;
use crate::db::schema::{dispute_events, dispute_parties, disputes};
use crate::http::codes;
use crate::http::problem::{Explained, FieldError, Problem, explained};

/// The disputes that a scope reaches.
fn within<A>(scope: &Scope<A, Disputes>, extent: &Extent) -> dsl::Filter<disputes::table, Condition<disputes::table>> {
    let reached = scope_columns!(disputes).within(extent.subtrees());
    disputes::table.filter(match scope.own() {
        None => reached,
        Some(owner) if extent.subtrees().is_empty() => Box::new(disputes::created_by.eq(owner.to_owned())),
        Some(owner) => Box::new(reached.or(disputes::created_by.eq(owner.to_owned()))),
    })
}

/// One dispute with its parties.
pub async fn find(db: &Db, scope: &Scope<Read, Disputes>, id: Uuid) -> Result<(DisputeFields, Vec<Party>), Problem> {
    let found = within(scope, &scope.extent).filter(disputes::id.eq(id)).select(DisputeFields::as_select());
    let parties = parties_of(id);
    let work = async |connection: &AsyncPgConnection| {
        let (mut first, mut second) = (connection, connection);
        try_join!(found.first(&mut first), parties.load(&mut second))
    };
    db.read(work).await
}

#[dsl::auto_type(no_type_alias)]
fn parties_of(id: Uuid) -> _ {
    let select: dsl::AsSelect<Party, diesel::pg::Pg> = Party::as_select();
    dispute_parties::table.filter(dispute_parties::dispute_id.eq(id)).order(dispute_parties::position).select(select)
}

/// Disputes in the wanted order, one more than asked for.
pub async fn list(
    db: &Db,
    scope: &Scope<Read, Disputes>,
    filter: DisputeFilter,
    after: Option<(DateTime<Utc>, Uuid)>,
) -> Result<Vec<DisputeFields>, Problem> {
    use disputes::dsl as d;
    let extent = scope.narrowed(filter.r#in);
    let limit = filter.limit.unwrap_or(DEFAULT_LIMIT);
    let sort = filter.sort.unwrap_or(Sort::NewestUpdate);
    let mut query = within(scope, &extent).select(DisputeFields::as_select()).into_boxed();
    for wanted in conditions(filter, scope.own().is_some()) {
        query = query.filter(wanted);
        query = query.filter(planned_anew());
    }
    // The keyset stands as `a <= x AND (a < x OR id < y)`: the usual OR form cannot use the index.
    if let Some((at, id)) = after {
        query = match sort {
            Sort::NewestUpdate => query.filter(d::updated_at.le(at).and(d::updated_at.lt(at).or(d::id.lt(id)))),
            Sort::OldestUpdate => query.filter(d::updated_at.ge(at).and(d::updated_at.gt(at).or(d::id.gt(id)))),
            Sort::NewestReport => query.filter(d::reported_at.le(at).and(d::reported_at.lt(at).or(d::id.lt(id)))),
            Sort::OldestReport => query.filter(d::reported_at.ge(at).and(d::reported_at.gt(at).or(d::id.gt(id)))),
        };
    }
    query = match sort {
        Sort::NewestUpdate => query.order((d::updated_at.desc(), d::id.desc())),
        Sort::OldestUpdate => query.order((d::updated_at.asc(), d::id.asc())),
        Sort::NewestReport => query.order((d::reported_at.desc(), d::id.desc())),
        Sort::OldestReport => query.order((d::reported_at.asc(), d::id.asc())),
    };
    db.read(async |mut connection| page::first(query, limit).load(&mut connection).await).await
}

/// What the filter asks for. Own records may lie anywhere, so for them `in` is a condition too.
fn conditions(filter: DisputeFilter, own: bool) -> impl Iterator<Item = Condition<disputes::table>> {
    use disputes::dsl as d;
    let within = filter.r#in.filter(|_| own);
    [
        within.map(|code| condition(d::jurisdiction.ge(code).and(d::jurisdiction.lt(format!("{code}:"))))),
        filter.status.map(|states| condition(d::status.eq_any(states))),
        filter.category.map(|categories| condition(d::category.eq_any(categories))),
        filter.number.map(|number| condition(d::number.eq(number))),
        filter.estate_name.map(|name| condition(d::estate_name.eq(name).assume_not_null())),
        filter.reported_from.map(|at| condition(d::reported_at.ge(at))),
        filter.reported_after.map(|at| condition(d::reported_at.gt(at))),
        filter.reported_until.map(|at| condition(d::reported_at.le(at))),
        filter.reported_before.map(|at| condition(d::reported_at.lt(at))),
        filter.updated_from.map(|at| condition(d::updated_at.ge(at))),
        filter.updated_after.map(|at| condition(d::updated_at.gt(at))),
        filter.updated_until.map(|at| condition(d::updated_at.le(at))),
        filter.updated_before.map(|at| condition(d::updated_at.lt(at))),
    ]
    .into_iter()
    .flatten()
}

/// The steps of a dispute from the first, one more than asked for.
pub async fn events(
    db: &Db,
    scope: &Scope<Read, Disputes>,
    id: Uuid,
    after: Option<i64>,
    limit: i64,
) -> Result<Vec<DisputeEvent>, Problem> {
    let reached = within(scope, &scope.extent).filter(disputes::id.eq(id)).select(disputes::id);
    let steps = dispute_events::table
        .filter(dispute_events::dispute_id.eq(id).and(dispute_events::version.gt(after.unwrap_or(0))))
        .order(dispute_events::version)
        .select(DisputeEvent::as_select());
    let steps = page::first(steps, limit);
    let work = async |connection: &AsyncPgConnection| {
        let (mut first, mut second) = (connection, connection);
        try_join!(reached.first::<Uuid>(&mut first), steps.load(&mut second)).map(|(_, steps)| steps)
    };
    db.read(work).await
}

/// A row of `disputes` to be inserted.
#[derive(Insertable)]
#[diesel(table_name = disputes, treat_none_as_default_value = false)]
struct Row<'a> {
    id: Uuid,
    jurisdiction: JurisdictionCode,
    title: &'a str,
    description: Option<&'a str>,
    category: Category,
    estate_name: Option<&'a str>,
    status: Status,
    reported_at: DateTime<Utc>,
    created_by: &'a str,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

#[derive(Insertable)]
#[diesel(table_name = dispute_parties, treat_none_as_default_value = false)]
struct PartyRow<'a> {
    dispute_id: Uuid,
    position: i16,
    role: PartyRole,
    kind: PartyKind,
    name: &'a str,
    representative: Option<&'a str>,
    phone: Option<&'a str>,
}

/// Files a dispute with its parties and the first step of its history, all sent at once.
pub async fn insert<A: ActionTag>(
    tx: &Tx,
    scope: &Scope<A, Disputes>,
    new: &NewDispute,
) -> Result<(DisputeFields, Vec<Party>), Problem> {
    if !scope.extent.covers(&new.jurisdiction) {
        return Err(unknown_jurisdiction());
    }
    let row = Row {
        id: new.id.unwrap_or_else(Uuid::now_v7),
        jurisdiction: new.jurisdiction,
        title: &new.title,
        description: new.description.as_deref(),
        category: new.category,
        estate_name: new.estate_name.as_deref(),
        status: Status::Submitted,
        reported_at: new.reported_at.unwrap_or(scope.now),
        created_by: &scope.actor.caller,
        created_at: scope.now,
        updated_at: scope.now,
    };
    let event = DisputeEvent {
        dispute_id: row.id,
        version: 1,
        at: scope.now,
        action: A::VALUE.as_str().to_owned(),
        from_status: None,
        to_status: row.status,
        note: None,
        role: scope.acting_role(&row.jurisdiction).as_str().to_owned(),
        caller: scope.actor.caller.clone(),
    };
    let id = row.id;
    let mut connection = tx.connection();
    let inserted = row.insert_into(disputes::table).returning(DisputeFields::as_returning()).get_result(&mut connection);
    let parties = new.parties.iter().zip(0..).map(|(party, position)| insert_party(tx, id, position, party));
    let (dispute, parties, ()) =
        try_join!(inserted, try_join_all(parties), insert_event(tx, &event)).map_err(|error| explained(error, EXPLAINED))?;
    Ok((dispute, parties))
}

async fn insert_party(tx: &Tx, dispute_id: Uuid, position: i16, party: &NewParty) -> QueryResult<Party> {
    let row = PartyRow {
        dispute_id,
        position,
        role: party.role,
        kind: party.kind,
        name: &party.name,
        representative: party.representative.as_deref(),
        phone: party.phone.as_deref(),
    };
    row.insert_into(dispute_parties::table).returning(Party::as_returning()).get_result(&mut tx.connection()).await
}

async fn insert_event(tx: &Tx, event: &DisputeEvent) -> QueryResult<()> {
    event.insert_into(dispute_events::table).execute(&mut tx.connection()).await.map(drop)
}

/// The parties of a dispute that was read through its scope.
pub async fn parties(tx: &Tx, dispute: &DisputeFields) -> Result<Vec<Party>, Problem> {
    Ok(parties_of(dispute.id).load(&mut tx.connection()).await?)
}

/// A dispute locked until the transaction ends, for a change that the scope allows.
pub async fn lock<A>(tx: &Tx, scope: &Scope<A, Disputes>, id: Uuid) -> Result<DisputeFields, Problem> {
    let found = within(scope, &scope.extent).filter(disputes::id.eq(id)).select(DisputeFields::as_select());
    Ok(found.for_update().first(&mut tx.connection()).await?)
}

/// Changes a locked dispute and gives it the next version.
pub async fn update<A>(
    tx: &Tx,
    scope: &Scope<A, Disputes>,
    dispute: &DisputeFields,
    patch: &DisputePatch,
    step: &Step,
) -> Result<DisputeFields, Problem> {
    if patch.jurisdiction.is_some_and(|to| !scope.extent.covers(&to)) {
        return Err(unknown_jurisdiction());
    }
    let target = within(scope, &scope.extent).filter(disputes::id.eq(dispute.id));
    let version = (disputes::version.eq(dispute.version + 1), disputes::updated_at.eq(scope.now));
    let updated = diesel::update(target).set((patch, step, version)).returning(DisputeFields::as_returning());
    updated.get_result(&mut tx.connection()).await.map_err(|error| explained(error, EXPLAINED))
}

/// Moves the disputes of a jurisdiction that are not closed to its successor, all at once.
pub async fn relocate<A: ActionTag, R: ResourceTag>(
    tx: &Tx,
    scope: &Scope<A, R>,
    from: JurisdictionCode,
    to: JurisdictionCode,
    note: &str,
) -> Result<Vec<Record>, Problem> {
    let open = disputes::status.ne_all([Status::Closed, Status::Rejected, Status::Withdrawn]);
    let place = disputes::jurisdiction.ge(from).and(disputes::jurisdiction.lt(format!("{from}:")));
    let before: Vec<DisputeFields> = disputes::table
        .filter(place.and(open))
        .order(disputes::id)
        .select(DisputeFields::as_select())
        .for_update()
        .load(&mut tx.connection())
        .await?;
    let ids: Vec<Uuid> = before.iter().map(|dispute| dispute.id).collect();
    let moved = (disputes::jurisdiction.eq(to), disputes::version.eq(disputes::version + 1), disputes::updated_at.eq(scope.now));
    let target = diesel::update(disputes::table.filter(disputes::id.eq_any(ids))).set(moved);
    let mut after: Vec<DisputeFields> = target.returning(DisputeFields::as_returning()).get_results(&mut tx.connection()).await?;
    after.sort_by_key(|dispute| dispute.id);
    let steps = after.iter().map(|dispute| DisputeEvent {
        dispute_id: dispute.id,
        version: dispute.version,
        at: scope.now,
        action: "relocate".to_owned(),
        from_status: Some(dispute.status),
        to_status: dispute.status,
        note: Some(note.to_owned()),
        role: scope.acting_role(&dispute.jurisdiction).as_str().to_owned(),
        caller: scope.actor.caller.clone(),
    });
    for chunk in steps.collect::<Vec<_>>().chunks(1000) {
        chunk.insert_into(dispute_events::table).execute(&mut tx.connection()).await?;
    }
    before.iter().zip(&after).map(|(before, after)| Record::of(Some(before), after)).collect()
}

/// Adds a step to the history.
pub async fn add_event(tx: &Tx, event: &DisputeEvent) -> Result<(), Problem> {
    Ok(insert_event(tx, event).await?)
}

fn unknown_jurisdiction() -> Problem {
    Problem::invalid(vec![FieldError::at("/jurisdiction", &codes::UNKNOWN_JURISDICTION)])
}

const EXPLAINED: &[Explained] = &[("disputes_jurisdiction_exists", "/jurisdiction", &codes::UNKNOWN_JURISDICTION)];
