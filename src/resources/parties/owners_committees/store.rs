//! The only file that names the tables of owners' committees; every query begins with `within`.

use chrono::NaiveDate;
use diesel::dsl;
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use futures_util::future::try_join_all;
use futures_util::try_join;
use uuid::Uuid;

use super::inputs::{NewMember, OwnersCommitteeFilter, Posts, RemovedMember};
use super::model::{CommitteeMember, DisclosedMember, HandedOver, HandoverItem, MemberPost, OwnersCommitteeFields};
use super::states::{CommitteeStatus, Stage};
use crate::access::area::AccessArea;
use crate::access::code::JurisdictionCode;
use crate::access::condition::{Condition, condition, force_custom_plan, or_involved, scope_columns};
use crate::access::permissions::resource::{Indicators, OwnersCommittees};
use crate::access::scope::Authorized;
use crate::changes::record::{LockInScope, Stored};
use crate::changes::relocation::{Move, next_to_move};
use crate::changes::write::Tx;
use crate::db::count::{self, Ratio};
use crate::db::failure::{ConstraintRule, map_constraint};
use crate::db::page::{Keyset, newest_first};
use crate::db::pool::Db;
use crate::db::schema::{owners_committee_handover, owners_committee_members, owners_committees};
use crate::http::codes;
use crate::http::problem::Problem;
use crate::resources::parties::organizations::store::{OrganizationCondition, columns as organization};
use crate::resources::places::estates::store as estates;

type Base = dsl::Filter<owners_committees::table, Condition<owners_committees::table>>;

/// The committees of an area.
fn within(area: &AccessArea) -> Base {
    owners_committees::table.filter(scope_columns!(owners_committees).within(area.subtrees()))
}

/// The committees of an area, and those of the estates in which the caller's organization has a part.
fn readable(scope: &Authorized<OwnersCommittees>, area: &AccessArea) -> Base {
    let here = scope_columns!(owners_committees).within(area.subtrees());
    let of_estates = |id| estates::of_organization("owners_committees.estate_id", id);
    owners_committees::table.filter(or_involved(here, scope.organization().map(of_estates)))
}

/// Who is in a committee, and what it hands over.
pub type Parts = (Vec<CommitteeMember>, Vec<HandedOver>);

pub async fn find(db: &Db, scope: &Authorized<OwnersCommittees>, id: Uuid) -> Result<(OwnersCommitteeFields, Parts), Problem> {
    let found = readable(scope, &scope.area).filter(owners_committees::id.eq(id)).select(OwnersCommitteeFields::as_select());
    let work = async |connection: &AsyncPgConnection| {
        let mut first = connection;
        try_join!(found.first(&mut first), parts(connection, id))
    };
    db.read(work).await
}

/// The members, those in office first, and the items of the handover.
pub async fn parts(connection: &AsyncPgConnection, id: Uuid) -> QueryResult<Parts> {
    let (mut first, mut second) = (connection, connection);
    let members = owners_committee_members::table
        .filter(owners_committee_members::committee_id.eq(id))
        .order((owners_committee_members::left_on.desc(), owners_committee_members::id))
        .select(CommitteeMember::as_select());
    let handover = owners_committee_handover::table
        .filter(owners_committee_handover::committee_id.eq(id))
        .order(owners_committee_handover::item)
        .select(HandedOver::as_select());
    try_join!(members.load(&mut first), handover.load(&mut second))
}

/// A committee that the scope reaches, with all who were ever its members.
pub async fn members(
    tx: &Tx,
    scope: &Authorized<OwnersCommittees>,
    id: Uuid,
) -> Result<(OwnersCommitteeFields, Vec<DisclosedMember>), Problem> {
    let found = within(&scope.area).filter(owners_committees::id.eq(id)).select(OwnersCommitteeFields::as_select());
    let members = owners_committee_members::table.filter(owners_committee_members::committee_id.eq(id));
    let members = members.order(owners_committee_members::id).select(DisclosedMember::as_select());
    let (mut first, mut second) = (tx.connection(), tx.connection());
    Ok(try_join!(found.first(&mut first), members.load(&mut second))?)
}

/// Committees, the latest change first, one more than asked for.
pub async fn list(
    db: &Db,
    scope: &Authorized<OwnersCommittees>,
    filter: OwnersCommitteeFilter,
    keyset: Keyset,
) -> Result<Vec<OwnersCommitteeFields>, Problem> {
    let place = filter.r#in.map(|code| scope_columns!(owners_committees).within(&[code]));
    let mut query = readable(scope, &scope.narrowed(filter.r#in)).select(OwnersCommitteeFields::as_select()).into_boxed();
    for wanted in place.into_iter().chain(conditions(filter, scope.today())) {
        query = query.filter(wanted).filter(force_custom_plan());
    }
    let query = newest_first!(query, owners_committees, keyset);
    db.read(async |mut connection| query.load(&mut connection).await).await
}

fn conditions(filter: OwnersCommitteeFilter, today: NaiveDate) -> impl Iterator<Item = Condition<owners_committees::table>> {
    use owners_committees::dsl as c;
    let any = |states: Vec<CommitteeStatus>| {
        let each = states.into_iter().map(|status| stands_on(status, today));
        each.reduce(|all, next| Box::new(all.or(next))).unwrap_or_else(|| condition(diesel::dsl::sql("FALSE")))
    };
    [
        filter.status.map(any),
        filter.estate_id.map(|id| condition(c::estate_id.eq(id))),
        filter.organization_id.map(|id| condition(c::organization_id.eq(id))),
        filter.due_by.map(|day| condition(c::next_due_on.le(day).assume_not_null())),
    ]
    .into_iter()
    .flatten()
}

/// The committees of these communities and streets with something that is due until a day, and what they are called.
pub async fn due_until(
    connection: &AsyncPgConnection,
    offices: &[JurisdictionCode],
    day: NaiveDate,
) -> QueryResult<Vec<(OwnersCommitteeFields, String)>> {
    use owners_committees::dsl as c;
    let here = c::community_code.eq_any(offices.to_vec()).or(c::street_code.eq_any(offices.to_vec()));
    let due = c::next_due_on.le(day).assume_not_null();
    let name = organization::table.find(c::organization_id).select(organization::name).single_value().assume_not_null();
    let found = c::owners_committees.filter(here.and(due)).order((c::next_due_on, c::id)).limit(201);
    let mut connection = connection;
    found.select((OwnersCommitteeFields::as_select(), name)).load(&mut connection).await
}

/// The condition for what `status_on` tells.
fn stands_on(status: CommitteeStatus, day: NaiveDate) -> Condition<owners_committees::table> {
    use owners_committees::dsl as c;
    let serving = || condition(c::status.eq(Stage::InOffice).and(c::term_ends_on.ge(day).assume_not_null()));
    let incomplete = || condition((c::member_count + c::member_count).lt(c::seats));
    let due = || condition(c::re_election_due_on.le(day).assume_not_null());
    match status {
        CommitteeStatus::Expired => condition(c::status.eq(Stage::InOffice).and(c::term_ends_on.lt(day).assume_not_null())),
        CommitteeStatus::Incomplete => Box::new(serving().and(incomplete())),
        CommitteeStatus::ReElectionDue => Box::new(serving().and(dsl::not(incomplete())).and(due())),
        CommitteeStatus::InOffice => Box::new(serving().and(dsl::not(incomplete())).and(dsl::not(due()))),
        recorded => condition(c::status.eq(recorded.as_str())),
    }
}

/// How many committees hold office though their term is over, by place.
pub async fn expired(
    connection: &AsyncPgConnection,
    scope: &Authorized<Indicators>,
    within_code: JurisdictionCode,
    digits: usize,
) -> QueryResult<Vec<Ratio>> {
    use owners_committees::dsl as c;
    let counted = c::term_ends_on.lt(scope.today()).assume_not_null();
    let mut connection = connection;
    within(&scope.area.narrowed(&within_code))
        .filter(c::status.eq(Stage::InOffice))
        .group_by(count::place(digits))
        .select((count::place(digits), dsl::count(owners_committees::id).aggregate_filter(counted), dsl::count_star()))
        .load(&mut connection)
        .await
}

/// The condition that an organization is the committee of an estate on a day within its term.
pub fn represents(estate: Uuid, day: NaiveDate) -> OrganizationCondition {
    use owners_committees::dsl as c;
    let took_office = c::status.eq_any([Stage::InOffice, Stage::Handover, Stage::Ended]);
    let term = c::term_starts_on.le(day).and(c::term_ends_on.ge(day)).assume_not_null();
    let in_office = took_office.and(term).and(c::ended_on.is_null().or(c::ended_on.gt(day).assume_not_null()));
    let committees = c::owners_committees.filter(c::estate_id.eq(estate).and(in_office));
    Box::new(organization::id.eq_any(committees.select(c::organization_id)))
}

/// True when an organization that is locked is the committee of another estate.
pub async fn serves_another(tx: &Tx, organization: Uuid, estate: Uuid) -> Result<bool, Problem> {
    use owners_committees::dsl as c;
    let terms = c::owners_committees.filter(c::organization_id.eq(organization).and(c::estate_id.ne(estate)));
    Ok(diesel::select(dsl::exists(terms)).get_result(&mut tx.connection()).await?)
}

/// The number of the next term of an estate that is locked.
pub async fn next_term(tx: &Tx, estate: Uuid) -> Result<i16, Problem> {
    let last = owners_committees::table.filter(owners_committees::estate_id.eq(estate));
    let last: Option<i16> = last.select(dsl::max(owners_committees::term)).first(&mut tx.connection()).await?;
    Ok(last.unwrap_or(0) + 1)
}

/// When the next committee of the same estate was elected.
pub async fn next_elected_on(
    connection: &AsyncPgConnection,
    committee: &OwnersCommitteeFields,
) -> QueryResult<Option<NaiveDate>> {
    use owners_committees::dsl as c;
    let later = c::owners_committees.filter(c::estate_id.eq(committee.estate_id).and(c::term.gt(committee.term)));
    let mut connection = connection;
    later.select(dsl::min(c::elected_on)).first(&mut connection).await
}

pub async fn insert(tx: &Tx, new: &OwnersCommitteeFields) -> Result<(), Problem> {
    let done = new.insert_into(owners_committees::table).execute(&mut tx.connection()).await;
    done.map(drop).map_err(|error| map_constraint(error, CONSTRAINTS))
}

const CONSTRAINTS: &[ConstraintRule] = &[
    ("owners_committees_one_coming_unique", "/estate_id", &codes::TAKEN),
    ("owners_committees_one_in_office_unique", "", &codes::TAKEN),
    ("no_cross_appointment", "/members", &codes::CROSS_APPOINTMENT),
    ("owners_committee_members_person_unique", "/members", &codes::DUPLICATE_ITEM),
];

impl LockInScope for OwnersCommitteeFields {
    type Resource = OwnersCommittees;

    async fn lock_in_scope(tx: &Tx, scope: &Authorized<OwnersCommittees>, id: Uuid) -> Result<Self, Problem> {
        let found = within(&scope.area).filter(owners_committees::id.eq(id)).select(Self::as_select());
        Ok(found.for_update().first(&mut tx.connection()).await?)
    }
}

impl Stored for OwnersCommitteeFields {
    async fn save(&self, tx: &Tx) -> Result<(), Problem> {
        let done = diesel::update(owners_committees::table.find(self.id)).set(self).execute(&mut tx.connection()).await;
        done.map(drop).map_err(|error| map_constraint(error, CONSTRAINTS))
    }
}

#[derive(Insertable)]
#[diesel(table_name = owners_committee_members, treat_none_as_default_value = false)]
struct MemberRow<'a> {
    id: Uuid,
    committee_id: Uuid,
    name: &'a str,
    phone: &'a str,
    owned_unit: &'a str,
    post: MemberPost,
    starts_on: NaiveDate,
}

/// Adds members, none of whom may work for the enterprise that serves the estate.
pub async fn add_members(tx: &Tx, committee: Uuid, members: &[NewMember], starts_on: NaiveDate) -> Result<(), Problem> {
    let rows = members.iter().map(|member| MemberRow {
        id: Uuid::now_v7(),
        committee_id: committee,
        name: &member.name,
        phone: &member.phone,
        owned_unit: &member.owned_unit,
        post: MemberPost::Member,
        starts_on,
    });
    let rows =
        rows.map(|row| async move { row.insert_into(owners_committee_members::table).execute(&mut tx.connection()).await });
    try_join_all(rows).await.map(drop).map_err(|error| map_constraint(error, CONSTRAINTS))
}

/// Gives the posts anew: everybody who is not named becomes a plain member.
pub async fn give_posts(tx: &Tx, committee: Uuid, everybody: &[Uuid], posts: &Posts) -> Result<(), Problem> {
    give_post(tx, committee, everybody, MemberPost::Member).await?;
    give_post(tx, committee, &[posts.chair_id], MemberPost::Chair).await?;
    give_post(tx, committee, &posts.deputy_chair_ids, MemberPost::DeputyChair).await
}

async fn give_post(tx: &Tx, committee: Uuid, members: &[Uuid], post: MemberPost) -> Result<(), Problem> {
    use owners_committee_members::dsl as m;
    let target = m::owners_committee_members
        .filter(m::committee_id.eq(committee).and(m::left_on.is_null()).and(m::id.eq_any(members.to_vec())));
    diesel::update(target).set(m::post.eq(post)).execute(&mut tx.connection()).await?;
    Ok(())
}

/// Records that a member left.
pub async fn remove_member(tx: &Tx, committee: Uuid, removed: &RemovedMember) -> Result<(), Problem> {
    use owners_committee_members::dsl as m;
    let is_in = m::left_on.is_null().and(m::starts_on.le(removed.left_on));
    let target = m::owners_committee_members.filter(m::committee_id.eq(committee).and(m::id.eq(removed.member_id)).and(is_in));
    let left = (m::left_on.eq(removed.left_on), m::leave_ground.eq(removed.ground), m::leave_reason.eq(&removed.reason));
    diesel::update(target).set(left).execute(&mut tx.connection()).await?;
    Ok(())
}

/// Lists what is to be handed over.
pub async fn begin_handover(tx: &Tx, committee: Uuid) -> Result<(), Problem> {
    use owners_committee_handover::dsl as h;
    let rows: Vec<_> = HandoverItem::ALL.iter().map(|item| (h::committee_id.eq(committee), h::item.eq(*item))).collect();
    diesel::insert_into(h::owners_committee_handover).values(rows).execute(&mut tx.connection()).await?;
    Ok(())
}

pub async fn hand_over(tx: &Tx, committee: Uuid, item: HandoverItem, on: NaiveDate, note: Option<&str>) -> Result<(), Problem> {
    use owners_committee_handover::dsl as h;
    let target = h::owners_committee_handover.find((committee, item));
    diesel::update(target).set((h::done_on.eq(on), h::note.eq(note))).execute(&mut tx.connection()).await?;
    Ok(())
}

/// The next terms in a jurisdiction, locked.
pub async fn to_move(tx: &Tx, way: &Move<'_>) -> Result<Vec<OwnersCommitteeFields>, Problem> {
    let place = way
        .part(scope_columns!(owners_committees).within(&[way.from]), |ids| condition(owners_committees::estate_id.eq_any(ids)));
    let found = owners_committees::table.filter(place).select(OwnersCommitteeFields::as_select());
    Ok(next_to_move!(found, owners_committees, way).load(&mut tx.connection()).await?)
}
