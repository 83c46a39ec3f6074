//! The tables of disputes; every query begins with `within` or `visible`. The lists are in `list`, what the
//! scheduler asks in `due`.

use chrono::NaiveDate;
use diesel::dsl;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use futures_util::future::try_join_all;
use futures_util::try_join;
use uuid::Uuid;

use super::model::{DisputeEvent, DisputeFields};
use super::parties::{Guest, GuestKind, Party};
use super::search;
use super::states::Status;
use crate::access::actor::Role;
use crate::access::area::AccessArea;
use crate::access::code::{JurisdictionCode, Level};
use crate::access::condition::{Condition, condition, scope_columns};
use crate::access::permissions::resource::Disputes;
use crate::access::scope::Authorized;
use crate::calendar::civil_date;
use crate::changes::record::Stored;
use crate::changes::relocation::{Move, next_to_move};
use crate::changes::write::Tx;
use crate::db::failure::{ConstraintRule, map_constraint};
use crate::db::page::{self, Keyset};
use crate::db::pool::Db;
use crate::db::schema::{dispute_events, dispute_guests, dispute_parties, disputes};
use crate::db::tokenize::tokenize;
use crate::http::codes;
use crate::http::problem::Problem;

/// What the conditions of other slices join with.
pub mod columns {
    pub use crate::db::schema::disputes::{id, status, table};
}

pub mod due;
pub mod list;
pub mod parties;
pub mod work;

pub type Base = dsl::Filter<disputes::table, Condition<disputes::table>>;

/// The disputes that a scope reaches.
pub fn within(scope: &Authorized<Disputes>, area: &AccessArea) -> Base {
    disputes::table.filter(reached(scope, area))
}

/// The same, and what the caller's jurisdictions were invited to.
pub fn visible(scope: &Authorized<Disputes>) -> Base {
    let invited = scope.area.subtrees().iter().map(|tree| invited_below(*tree));
    disputes::table.filter(invited.fold(reached(scope, &scope.area), |all, next| Box::new(all.or(next))))
}

/// What lies in a jurisdiction; a street also as a part of its district, whose indexes serve it.
fn lies_in(place: JurisdictionCode) -> Condition<disputes::table> {
    let here: Condition<disputes::table> = scope_columns!(disputes).within(&[place]);
    match place.at(Level::District) {
        Some(district) if place.level() == Level::Street => Box::new(here.and(disputes::district_code.eq(district))),
        _ => here,
    }
}

/// What lies in the subtrees, the caller's own, what they mediate, and that in which their organization has a part.
fn reached(scope: &Authorized<Disputes>, area: &AccessArea) -> Condition<disputes::table> {
    let mut reached: Vec<Condition<disputes::table>> = Vec::new();
    if !area.subtrees().is_empty() {
        reached.push(scope_columns!(disputes).within(area.subtrees()));
    }
    if let Some(caller) = scope.own() {
        reached.push(condition(disputes::created_by.eq(caller.to_owned())));
        reached.push(invited(caller.to_owned(), GuestKind::Party));
    }
    if let Some((caller, places)) = scope.assigned() {
        let here: Condition<disputes::table> = scope_columns!(disputes).within(places);
        reached.push(Box::new(invited(caller.to_owned(), GuestKind::Person).and(here)));
    }
    if let Some(organization) = scope.organization() {
        reached.push(condition(disputes::organization_id.eq(organization).assume_not_null()));
        reached.push(invited(organization.to_string(), GuestKind::Organization));
    }
    let any = reached.into_iter().reduce(|all, next| Box::new(all.or(next)));
    any.unwrap_or_else(|| condition(dsl::sql("FALSE")))
}

/// As an array, so that it can be looked up together with another index.
fn invited(guest: String, kind: GuestKind) -> Condition<disputes::table> {
    let cases = dsl::sql::<Bool>("disputes.id = ANY(ARRAY(SELECT dispute_id FROM dispute_guests WHERE guest = ");
    condition(cases.bind::<Text, _>(guest).sql(" AND kind = ").bind::<Text, _>(kind.as_str()).sql("))"))
}

/// What a jurisdiction or one below it was invited to.
pub fn invited_below(tree: JurisdictionCode) -> Condition<disputes::table> {
    let below = dispute_guests::guest.ge(tree.to_string()).and(dispute_guests::guest.lt(tree.end()));
    let cases = dispute_guests::table.filter(below.and(dispute_guests::kind.eq(GuestKind::Jurisdiction)));
    condition(disputes::id.eq_any(cases.select(dispute_guests::dispute_id)))
}

/// The ids of the disputes that a guest sees, for what belongs to them.
#[dsl::auto_type]
pub fn cases_of_guest(guest: String, kind: GuestKind) -> _ {
    let invited = dispute_guests::guest.eq(guest).and(dispute_guests::kind.eq(kind));
    dispute_guests::table.filter(invited).select(dispute_guests::dispute_id)
}

/// The ids of the disputes of estates, for what belongs to them.
#[dsl::auto_type]
pub fn of_estates(estates: Vec<Uuid>) -> _ {
    disputes::table.filter(disputes::estate_id.eq_any(estates).assume_not_null()).select(disputes::id)
}

/// What belongs to a dispute and is shown with it alone.
pub type Parts = (Vec<Party>, Vec<Guest>);

/// One dispute with its parts.
pub async fn find(db: &Db, scope: &Authorized<Disputes>, id: Uuid) -> Result<(DisputeFields, Parts), Problem> {
    let found = visible(scope).filter(disputes::id.eq(id)).select(DisputeFields::as_select());
    let work = async |connection: &AsyncPgConnection| {
        let mut first = connection;
        try_join!(found.first(&mut first), parts(connection, id))
    };
    db.read(work).await
}

/// The same within a transaction.
pub async fn read(tx: &Tx, scope: &Authorized<Disputes>, id: Uuid) -> Result<(DisputeFields, Parts), Problem> {
    let found = within(scope, &scope.area).filter(disputes::id.eq(id)).select(DisputeFields::as_select());
    let mut first = tx.connection();
    Ok(try_join!(found.first(&mut first), parts(tx.connection(), id))?)
}

/// The parts of a dispute that was read through its scope.
pub async fn parts(connection: &AsyncPgConnection, id: Uuid) -> QueryResult<Parts> {
    let (mut first, mut second) = (connection, connection);
    let parties = dispute_parties::table.filter(dispute_parties::dispute_id.eq(id)).order(dispute_parties::position);
    let guests = dispute_guests::table.filter(dispute_guests::dispute_id.eq(id)).order(dispute_guests::guest).limit(100);
    let (parties, guests) = (parties.select(Party::as_select()), guests.select(Guest::as_select()));
    try_join!(parties.load(&mut first), guests.load(&mut second))
}

/// A dispute and its steps from the first, one more than asked for.
pub async fn events(
    db: &Db,
    scope: &Authorized<Disputes>,
    id: Uuid,
    keyset: Keyset<i64>,
) -> Result<(DisputeFields, Vec<DisputeEvent>), Problem> {
    let reached = visible(scope).filter(disputes::id.eq(id)).select(DisputeFields::as_select());
    let steps = page::first(steps_of(id).filter(dispute_events::version.gt(keyset.after.unwrap_or(0))), keyset.limit);
    let work = async |connection: &AsyncPgConnection| {
        let (mut first, mut second) = (connection, connection);
        try_join!(reached.first(&mut first), steps.load(&mut second))
    };
    db.read(work).await
}

/// Every step of a dispute that was read through its scope.
pub async fn whole_history(tx: &Tx, id: Uuid) -> Result<Vec<DisputeEvent>, Problem> {
    Ok(steps_of(id).load(&mut tx.connection()).await?)
}

/// True when a person has taken a step in a dispute in an office, and not as one whom it concerns.
pub async fn has_steps_of(tx: &Tx, id: Uuid, person: &str) -> Result<bool, Problem> {
    use dispute_events::dsl as e;
    let concerned = [Role::Resident.as_str(), Role::OrganizationMember.as_str()];
    let steps =
        e::dispute_events.filter(e::dispute_id.eq(id).and(e::caller.eq(person.to_owned()))).filter(e::role.ne_all(concerned));
    Ok(diesel::select(dsl::exists(steps)).get_result(&mut tx.connection()).await?)
}

#[dsl::auto_type(no_type_alias)]
fn steps_of(id: Uuid) -> _ {
    let select: dsl::AsSelect<DisputeEvent, diesel::pg::Pg> = DisputeEvent::as_select();
    dispute_events::table.filter(dispute_events::dispute_id.eq(id)).order(dispute_events::version).select(select)
}

/// The words by which a dispute is found.
fn terms(dispute: &DisputeFields) -> Vec<Option<String>> {
    let texts = [Some(dispute.title.as_str()), dispute.description.as_deref(), dispute.estate_name.as_deref()];
    let texts = texts.into_iter().chain([dispute.resolution.as_deref(), Some(&dispute.number)]).flatten();
    let words = tokenize(texts).into_iter().chain(search::place_words(&dispute.jurisdiction));
    words.chain(search::category_words(&dispute.category)).map(Some).collect()
}

/// Files a dispute with its parties and the first step of its history, all sent at once.
pub async fn insert(tx: &Tx, dispute: &DisputeFields, parties: &[Party], event: &DisputeEvent) -> Result<(), Problem> {
    let mut connection = tx.connection();
    let row = (dispute, disputes::terms.eq(terms(dispute)));
    let inserted = diesel::insert_into(disputes::table).values(row).execute(&mut connection);
    let parties = parties.iter().map(|party| parties::insert(tx, dispute.id, party));
    let done = try_join!(inserted, try_join_all(parties), insert_event(tx, event));
    done.map(drop).map_err(|error| map_constraint(error, CONSTRAINTS))
}

/// Adds a step to the history.
pub async fn insert_event(tx: &Tx, event: &DisputeEvent) -> QueryResult<()> {
    event.insert_into(dispute_events::table).execute(&mut tx.connection()).await.map(drop)
}

/// A dispute that the scope reaches, locked.
pub async fn lock(tx: &Tx, who: &Authorized<Disputes>, id: Uuid) -> Result<DisputeFields, Problem> {
    let found = within(who, &who.area).filter(disputes::id.eq(id)).select(DisputeFields::as_select());
    Ok(found.for_update().first(&mut tx.connection()).await?)
}

/// True when a number is written already.
pub async fn is_numbered(tx: &Tx, number: &str) -> Result<bool, Problem> {
    let same = disputes::table.filter(disputes::number.eq(number));
    Ok(diesel::select(dsl::exists(same)).get_result(&mut tx.connection()).await?)
}

/// The dispute of a number, locked, for whoever has a code that tells of it.
pub async fn lock_by_number(tx: &Tx, number: &str) -> Result<Option<DisputeFields>, Problem> {
    let found = disputes::table.filter(disputes::number.eq(number.to_owned())).select(DisputeFields::as_select());
    Ok(found.for_update().first(&mut tx.connection()).await.optional()?)
}

/// The same with others that the scope reaches too: all are locked in the order of their ids, so that those who take the
/// same ones wait for each other.
pub async fn lock_with(tx: &Tx, who: &Authorized<Disputes>, id: Uuid, others: &[Uuid]) -> Result<DisputeFields, Problem> {
    let wanted = disputes::id.eq_any([others, &[id]].concat());
    let found = within(who, &who.area).filter(wanted).order(disputes::id).select(DisputeFields::as_select());
    let found: Vec<DisputeFields> = found.for_update().load(&mut tx.connection()).await?;
    found.into_iter().find(|dispute| dispute.id == id).ok_or_else(|| Problem::new(&codes::NOT_FOUND))
}

/// The same with its parts, which follow it wherever they lie.
pub async fn lock_with_parts(tx: &Tx, who: &Authorized<Disputes>, id: Uuid) -> Result<DisputeFields, Problem> {
    let itself: Condition<disputes::table> = Box::new(reached(who, &who.area).and(disputes::id.eq(id)));
    let found = disputes::table.filter(itself.or(disputes::parent_id.eq(id).assume_not_null())).order(disputes::id);
    let found: Vec<DisputeFields> = found.select(DisputeFields::as_select()).for_update().load(&mut tx.connection()).await?;
    found.into_iter().find(|dispute| dispute.id == id).ok_or_else(|| Problem::new(&codes::NOT_FOUND))
}

/// A case that the caller sees, even as a guest, locked.
pub async fn lock_visible(tx: &Tx, scope: &Authorized<Disputes>, id: Uuid) -> Result<DisputeFields, Problem> {
    let found = visible(scope).filter(disputes::id.eq(id)).select(DisputeFields::as_select());
    Ok(found.for_update().first(&mut tx.connection()).await?)
}

/// What a dispute that another record names is about.
pub async fn category(connection: &AsyncPgConnection, id: Uuid) -> QueryResult<String> {
    let mut connection = connection;
    disputes::table.find(id).select(disputes::category).first(&mut connection).await
}

/// The day on which a dispute that another record names was raised.
pub async fn reported_on(tx: &Tx, id: Uuid) -> Result<NaiveDate, Problem> {
    Ok(civil_date(disputes::table.find(id).select(disputes::reported_at).first(&mut tx.connection()).await?))
}

/// Those of the disputes that the scope reaches, in the order of their ids.
pub async fn in_reach(tx: &Tx, who: &Authorized<Disputes>, ids: &[Uuid]) -> Result<Vec<DisputeFields>, Problem> {
    let found = within(who, &who.area).filter(disputes::id.eq_any(ids.to_vec())).order(disputes::id);
    Ok(found.select(DisputeFields::as_select()).load(&mut tx.connection()).await?)
}

/// The disputes that belong to a locked one, locked. Most were locked with it; others have joined it while that waited.
pub async fn parts_of(tx: &Tx, parent: Uuid) -> Result<Vec<DisputeFields>, Problem> {
    let found = disputes::table.filter(disputes::parent_id.eq(parent).assume_not_null()).order(disputes::id);
    Ok(found.select(DisputeFields::as_select()).for_update().load(&mut tx.connection()).await?)
}

/// How many disputes belong to a locked one.
pub async fn count_parts(tx: &Tx, parent: Uuid) -> Result<usize, Problem> {
    let parts = disputes::table.filter(disputes::parent_id.eq(parent).assume_not_null());
    let count: i64 = parts.count().get_result(&mut tx.connection()).await?;
    usize::try_from(count).map_err(Problem::internal)
}

/// A dispute that another record names, locked with those that belong to it in the order of their ids. The caller was
/// checked at that record.
pub async fn locked_with_parts(tx: &Tx, id: Uuid) -> Result<Option<DisputeFields>, Problem> {
    let wanted = disputes::id.eq(id).or(disputes::parent_id.eq(id).assume_not_null());
    let found = disputes::table.filter(wanted).order(disputes::id).select(DisputeFields::as_select());
    let found: Vec<DisputeFields> = found.for_update().load(&mut tx.connection()).await?;
    Ok(found.into_iter().find(|dispute| dispute.id == id))
}

/// Disputes that another record names, locked in the order of their ids. The caller was checked at that record.
pub async fn locked(tx: &Tx, ids: &[Uuid]) -> Result<Vec<DisputeFields>, Problem> {
    let found = disputes::table.filter(disputes::id.eq_any(ids.to_vec())).order(disputes::id);
    Ok(found.select(DisputeFields::as_select()).for_update().load(&mut tx.connection()).await?)
}

/// Those of the ids to which other disputes belong.
pub async fn parents_among(tx: &Tx, ids: &[Uuid]) -> Result<Vec<Uuid>, Problem> {
    let children = disputes::table.filter(disputes::parent_id.eq_any(ids.to_vec())).select(disputes::parent_id.assume_not_null());
    Ok(children.distinct().load(&mut tx.connection()).await?)
}

/// What is not over in a jurisdiction and below, the next of it, locked.
pub async fn to_move(tx: &Tx, way: &Move<'_>) -> Result<Vec<DisputeFields>, Problem> {
    let open: Vec<_> = Status::ALL.iter().copied().filter(|status| !status.is_over()).collect();
    let place = way.part(lies_in(way.from), |ids| condition(disputes::estate_id.eq_any(ids).assume_not_null()));
    let found = disputes::table.filter(place).filter(disputes::status.eq_any(open)).select(DisputeFields::as_select());
    Ok(next_to_move!(found, disputes, way).load(&mut tx.connection()).await?)
}

impl Stored for DisputeFields {
    async fn save(&self, tx: &Tx) -> Result<(), Problem> {
        let row = (self, disputes::terms.eq(terms(self)));
        let done = diesel::update(disputes::table.find(self.id)).set(row).execute(&mut tx.connection()).await;
        done.map(drop).map_err(|error| map_constraint(error, CONSTRAINTS))
    }
}

const CONSTRAINTS: &[ConstraintRule] = &[("disputes_jurisdiction_exists", "/jurisdiction", &codes::UNKNOWN_JURISDICTION)];
