//! The only file that names the `mediations` table; every query begins with `within`.

use diesel::dsl;
use diesel::prelude::*;
use diesel::sql_types::Uuid as SqlUuid;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use futures_util::try_join;
use uuid::Uuid;

use super::inputs::MediationFilter;
use super::model::MediationFields;
use super::states::MediationStatus;
use crate::access::area::AccessArea;
use crate::access::authority::Authority;
use crate::access::code::JurisdictionCode;
use crate::access::condition::{Condition, HANDLER, condition, force_custom_plan, one_of, scope_columns};
use crate::access::permissions::resource::Mediations;
use crate::access::scope::Authorized;
use crate::changes::jobs::Due;
use crate::changes::record::{LockInScope, Stored};
use crate::changes::relocation::{Move, next_to_move};
use crate::changes::write::Tx;
use crate::db::failure::{ConstraintRule, map_constraint};
use crate::db::page::{Keyset, newest_first};
use crate::db::pool::Db;
use crate::db::schema::mediations;
use crate::http::codes;
use crate::http::problem::Problem;
use crate::resources::disputes::parties::GuestKind;
use crate::resources::disputes::states::Status;
use crate::resources::disputes::store as dispute_store;
use crate::resources::disputes::store::columns as case;
use crate::resources::disputes::store::parties::columns as party;
use crate::resources::mediation::mediators::model::MediatorStatus;
use crate::resources::mediation::mediators::store as mediators;
use crate::resources::mediation::mediators::store::columns as mediator;

/// What the conditions of other slices join with.
pub mod columns {
    pub use crate::db::schema::mediations::{id, mediator_id, status, table};
}

/// The mediations of an area, those that the caller mediates, that are about their dispute, or in which their
/// organization has a part.
fn within(scope: &Authority, area: &AccessArea) -> dsl::Filter<mediations::table, Condition<mediations::table>> {
    use mediations::dsl as m;
    let mut reached: Condition<m::mediations> = scope_columns!(mediations).within(area.subtrees());
    if let Some((caller, places)) = scope.assigned() {
        let given = m::mediator_subject.eq(caller.to_owned()).assume_not_null();
        reached = Box::new(reached.or(given.and(scope_columns!(mediations).within(places))));
    }
    if let Some(caller) = scope.own() {
        let party =
            m::dispute_id.eq_any(dsl::array::<SqlUuid, _>(dispute_store::cases_of_guest(caller.to_owned(), GuestKind::Party)));
        reached = Box::new(reached.or(m::applicant_subject.eq(caller.to_owned())).or(party));
    }
    if let Some(organization) = scope.organization() {
        reached =
            Box::new(reached.or(m::dispute_id.eq_any(dsl::array::<SqlUuid, _>(dispute_store::cases_of_guest(
                organization.to_string(),
                GuestKind::Organization,
            )))));
    }
    m::mediations.filter(reached)
}

/// The ids of the mediations that somebody mediates, for what belongs to them.
#[dsl::auto_type(no_type_alias)]
pub fn mediated_by(caller: String) -> _ {
    mediations::table.filter(mediations::mediator_subject.assume_not_null().eq(caller)).select(mediations::id)
}

/// How many parties there are in the mediation of an agreement.
pub const PARTIES_OF_AGREEMENT: &str =
    "(SELECT jsonb_array_length(mediations.parties) FROM mediations WHERE mediations.id = agreements.mediation_id)";

/// The ids of the mediations of cases that a guest sees.
#[dsl::auto_type(no_type_alias)]
pub fn of_guest(guest: String, kind: GuestKind) -> _ {
    let cases: dispute_store::cases_of_guest = dispute_store::cases_of_guest(guest, kind);
    mediations::table.filter(mediations::dispute_id.eq_any(cases)).select(mediations::id)
}

/// The ids of the mediations that have ended without an agreement.
#[dsl::auto_type(no_type_alias)]
pub fn failed() -> _ {
    let over: [MediationStatus; 2] = [MediationStatus::Failed, MediationStatus::Terminated];
    mediations::table.filter(mediations::status.eq_any(over)).select(mediations::id)
}

/// A mediation, and the positions of those of its parties that the caller or their organization is.
pub async fn find(db: &Db, scope: &Authorized<Mediations>, id: Uuid) -> Result<(MediationFields, Vec<i16>), Problem> {
    let found = within(scope, &scope.area).filter(mediations::id.eq(id)).select(MediationFields::as_select());
    let work = async |connection: &AsyncPgConnection| {
        let mut first = connection;
        try_join!(found.first(&mut first), own_positions(connection, id, scope))
    };
    db.read(work).await
}

/// The positions of those parties of a mediation that the caller or their organization is.
pub async fn own_positions(connection: &AsyncPgConnection, id: Uuid, who: &Authority) -> QueryResult<Vec<i16>> {
    let dispute = mediations::table.filter(mediations::id.eq(id)).select(mediations::dispute_id);
    let own = party::table.filter(party::dispute_id.eq_any(dispute)).filter(dispute_store::parties::is(who));
    let mut connection = connection;
    own.order(party::position).select(party::position).load(&mut connection).await
}

/// Mediations, the latest change first, one more than asked for, and the seats of the caller.
pub async fn list(
    db: &Db,
    scope: &Authorized<Mediations>,
    filter: MediationFilter,
    keyset: Keyset,
) -> Result<(Vec<MediationFields>, Vec<(Uuid, i16)>), Problem> {
    let mut query = within(scope, &scope.narrowed(filter.r#in)).select(MediationFields::as_select()).into_boxed();
    let wanted = [
        filter.r#in.map(|code| scope_columns!(mediations).within(&[code])),
        filter.status.map(|states| one_of(mediations::status, states)),
        filter.dispute_id.map(|id| condition(mediations::dispute_id.eq(id))),
        filter.mediator_id.map(|id| condition(mediations::mediator_id.eq(id).assume_not_null())),
        filter.organization_id.map(|id| condition(mediations::organization_id.eq(id))),
        filter.mediation_type.map(|kind| condition(mediations::mediation_type.eq(kind))),
    ];
    for wanted in wanted.into_iter().flatten() {
        query = query.filter(wanted).filter(force_custom_plan());
    }
    let query = newest_first!(query, mediations, keyset);
    let work = async |connection: &AsyncPgConnection| {
        let mut first = connection;
        try_join!(query.load(&mut first), dispute_store::parties::seats_of(connection, &scope.actor.caller))
    };
    db.read(work).await
}

/// True when a number is written already.
pub async fn is_numbered(tx: &Tx, number: &str) -> Result<bool, Problem> {
    let same = mediations::table.filter(mediations::number.eq(number));
    Ok(diesel::select(dsl::exists(same)).get_result(&mut tx.connection()).await?)
}

pub async fn insert(tx: &Tx, new: &MediationFields) -> Result<(), Problem> {
    let done = new.insert_into(mediations::table).execute(&mut tx.connection()).await;
    done.map(drop).map_err(|error| map_constraint(error, CONSTRAINTS))
}

const CONSTRAINTS: &[ConstraintRule] = &[("mediations_one_open_unique", "/dispute_id", &codes::TAKEN)];

impl LockInScope for MediationFields {
    type Resource = Mediations;

    async fn lock_in_scope(tx: &Tx, scope: &Authorized<Mediations>, id: Uuid) -> Result<Self, Problem> {
        named(tx, scope, id).await?.ok_or_else(|| Problem::new(&codes::NOT_FOUND))
    }
}

/// A mediation that the scope reaches, locked.
pub async fn named(tx: &Tx, scope: &Authority, id: Uuid) -> Result<Option<MediationFields>, Problem> {
    let found = within(scope, &scope.area).filter(mediations::id.eq(id)).select(MediationFields::as_select());
    Ok(found.for_update().first(&mut tx.connection()).await.optional()?)
}

/// A mediation that another record names, locked. The caller was checked at that record.
pub async fn locked(tx: &Tx, id: Uuid) -> Result<MediationFields, Problem> {
    let found = mediations::table.find(id).select(MediationFields::as_select());
    Ok(found.for_update().first(&mut tx.connection()).await?)
}

impl Stored for MediationFields {
    async fn save(&self, tx: &Tx) -> Result<(), Problem> {
        let done = diesel::update(mediations::table.find(self.id)).set(self).execute(&mut tx.connection()).await;
        done.map(drop).map_err(|error| map_constraint(error, CONSTRAINTS))
    }
}

/// How many mediations of each mediator of a committee are open.
pub async fn loads(connection: &AsyncPgConnection, organization: Uuid) -> QueryResult<Vec<(Uuid, i64)>> {
    let mut connection = connection;
    mediations::table
        .filter(mediations::mediator_id.eq_any(mediators::ids_of(organization)))
        .filter(mediations::status.eq_any(MediationStatus::OPEN))
        .group_by(mediations::mediator_id)
        .select((mediations::mediator_id.assume_not_null(), dsl::count_star()))
        .load(&mut connection)
        .await
}

/// The mediations that a mediator has not finished.
pub async fn to_finish(connection: &AsyncPgConnection, caller: &str) -> QueryResult<Vec<MediationFields>> {
    use mediations::dsl as m;
    let mut connection = connection;
    let open = m::mediator_subject.eq(caller.to_owned()).assume_not_null().and(m::status.eq_any(MediationStatus::OPEN));
    let query = m::mediations.filter(open).order((m::due_on, m::id)).limit(201);
    query.select(MediationFields::as_select()).load(&mut connection).await
}

/// The open mediations of cases in which a person or their organization has a part, with the positions of those that they
/// are, by dispute.
pub async fn of_party(
    connection: &AsyncPgConnection,
    person: &str,
    organization: Option<Uuid>,
) -> QueryResult<(Vec<MediationFields>, Vec<(Uuid, i16)>)> {
    use mediations::dsl as m;
    let open = || {
        let concerned = concerns(person, organization);
        m::mediations.filter(concerned).filter(m::status.eq_any(MediationStatus::OPEN)).order((m::due_on, m::id)).limit(201)
    };
    let seats = party::table.filter(dispute_store::parties::is_one_of(person, organization));
    let seats = seats.filter(party::dispute_id.eq_any(open().into_boxed().select(m::dispute_id)));
    let seats = seats.select((party::dispute_id, party::position));
    let found = open().select(MediationFields::as_select());
    let (mut first, mut second) = (connection, connection);
    try_join!(found.load(&mut first), seats.load(&mut second))
}

/// The ids of the mediations in some states of cases in which a person or their organization has a part.
pub fn ids_of_party(
    person: &str,
    organization: Option<Uuid>,
    states: &[MediationStatus],
) -> mediations::BoxedQuery<'static, diesel::pg::Pg, SqlUuid> {
    let found = mediations::table.filter(concerns(person, organization)).filter(mediations::status.eq_any(states.to_vec()));
    found.select(mediations::id).into_boxed()
}

/// What is about a dispute that a person filed or is a party to, or their organization.
fn concerns(person: &str, organization: Option<Uuid>) -> Condition<mediations::table> {
    use mediations::dsl as m;
    let cases = |guest: String, kind| {
        condition(m::dispute_id.eq_any(dsl::array::<SqlUuid, _>(dispute_store::cases_of_guest(guest, kind))))
    };
    let filed = condition(m::applicant_subject.eq(person.to_owned()));
    let mine: Condition<m::mediations> = Box::new(filed.or(cases(person.to_owned(), GuestKind::Party)));
    match organization {
        Some(id) => Box::new(mine.or(cases(id.to_string(), GuestKind::Organization))),
        None => mine,
    }
}

/// The mediations of these jurisdictions that still lack consents or a mediator, the oldest first.
pub async fn to_prepare(
    connection: &AsyncPgConnection,
    offices: &[JurisdictionCode],
    caller: &str,
) -> QueryResult<Vec<MediationFields>> {
    use mediations::dsl as m;
    let mut connection = connection;
    let handler = dsl::sql::<diesel::sql_types::Text>(HANDLER);
    let early = m::status.eq_any([MediationStatus::Proposed, MediationStatus::ConsentPending]);
    // Nobody prepares their own.
    let own = m::dispute_id.eq_any(dispute_store::cases_of_guest(caller.to_owned(), GuestKind::Party));
    let of_others = m::applicant_subject.ne(caller.to_owned()).and(dsl::not(own));
    let query = m::mediations.filter(handler.eq_any(offices.to_vec())).filter(early).filter(of_others);
    let query = query.order((m::created_at, m::id)).limit(201);
    query.select(MediationFields::as_select()).load(&mut connection).await
}

/// All mediations of a dispute, for whoever exports its case file.
pub async fn of_dispute(tx: &Tx, dispute: Uuid) -> Result<Vec<MediationFields>, Problem> {
    let found = mediations::table.filter(mediations::dispute_id.eq(dispute)).order(mediations::id);
    Ok(found.select(MediationFields::as_select()).load(&mut tx.connection()).await?)
}

/// The mediations whose time has come first, locked; what another instance works on is passed over.
pub async fn claim(tx: &Tx, due: &Due) -> Result<Vec<MediationFields>, Problem> {
    let found = mediations::table.filter(mediations::next_step_at.le(due.now).assume_not_null());
    let found = found.filter(due.may_try("mediations.id")).order(mediations::next_step_at).limit(due.limit);
    Ok(found.select(MediationFields::as_select()).for_update().skip_locked().load(&mut tx.connection()).await?)
}

/// Open mediations whose disputes are no longer in mediation, locked; what another instance works on is passed over.
pub async fn claim_orphaned(tx: &Tx, due: &Due) -> Result<Vec<MediationFields>, Problem> {
    let open = mediations::table.filter(mediations::status.eq_any(MediationStatus::OPEN));
    let disputes = case::table.filter(case::id.eq(mediations::dispute_id)).filter(case::status.eq(Status::InMediation));
    let found = open.filter(dsl::not(dsl::exists(disputes))).filter(due.may_try("mediations.id"));
    let found = found.order(mediations::id).limit(due.limit).select(MediationFields::as_select());
    Ok(found.for_update().skip_locked().load(&mut tx.connection()).await?)
}

/// Open mediations whose mediators have left or sign in otherwise by now, locked; what another instance works on is passed
/// over.
pub async fn claim_mediator_changed(tx: &Tx, due: &Due) -> Result<Vec<MediationFields>, Problem> {
    let mediated = mediations::mediator_id.is_not_null().and(mediations::status.eq_any(MediationStatus::OPEN));
    let there = mediator::table.filter(mediator::id.nullable().eq(mediations::mediator_id).assume_not_null());
    let there = there.filter(mediator::status.eq(MediatorStatus::Active));
    let unchanged = there.filter(mediator::subject.is_not_distinct_from(mediations::mediator_subject));
    let found = mediations::table.filter(mediated).filter(dsl::not(dsl::exists(unchanged)));
    let found = found.filter(due.may_try("mediations.id")).order(mediations::id).limit(due.limit);
    Ok(found.select(MediationFields::as_select()).for_update().skip_locked().load(&mut tx.connection()).await?)
}

/// The next open mediations of a jurisdiction, locked.
pub async fn to_move(tx: &Tx, way: &Move<'_>) -> Result<Vec<MediationFields>, Problem> {
    let place = way.part(scope_columns!(mediations).within(&[way.from]), |ids| {
        condition(mediations::dispute_id.eq_any(dispute_store::of_estates(ids)))
    });
    let found = mediations::table
        .filter(place)
        .filter(mediations::status.eq_any(MediationStatus::OPEN))
        .select(MediationFields::as_select());
    Ok(next_to_move!(found, mediations, way).load(&mut tx.connection()).await?)
}

/// The ids of the mediations in disputes of estates, for what belongs to them.
#[dsl::auto_type]
pub fn of_estates(estates: Vec<Uuid>) -> _ {
    let cases: dispute_store::of_estates = dispute_store::of_estates(estates);
    mediations::table.filter(mediations::dispute_id.eq_any(cases)).select(mediations::id)
}
