//! The only file that names the tables of organizations; every query begins with `within`.

use chrono::NaiveDate;
use diesel::dsl;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Date, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use futures_util::future::try_join_all;
use futures_util::try_join;
use uuid::Uuid;

use super::model::{OrganizationFields, OrganizationKind, OrganizationStatus, PartyMode};
use super::staff::{NewStaffMember, StaffMember};
use crate::access::area::AccessArea;
use crate::access::authority::Authority;
use crate::access::code::{JurisdictionCode, Level};
use crate::access::condition::{Condition, condition, scope_columns};
use crate::access::permissions::resource::{Indicators, Organizations};
use crate::access::scope::Authorized;
use crate::changes::record::{LockInScope, Stored};
use crate::changes::relocation::{Move, next_to_move};
use crate::changes::write::Tx;
use crate::db::count::{self, Ratio};
use crate::db::failure::{ConstraintRule, map_constraint};
use crate::db::lock;
use crate::db::pattern::name_key;
use crate::db::pool::Db;
use crate::db::schema::{organization_staff, organizations};
use crate::http::codes;
use crate::http::problem::{FieldError, Problem};

mod directory;
mod reading;

pub use directory::directory;
pub use reading::{find, list, to_renew};

/// What the conditions of other slices join with.
pub mod columns {
    pub use crate::db::schema::organizations::{id, name, table};
}

/// The organizations of an area.
fn within(area: &AccessArea) -> dsl::Filter<organizations::table, Condition<organizations::table>> {
    organizations::table.filter(scope_columns!(organizations).within(area.subtrees()))
}

/// A party organization covers it: what the list and the figure mean alike.
#[dsl::auto_type(no_type_alias)]
fn is_covered() -> _ {
    let covering: [PartyMode; 2] = [PartyMode::Own, PartyMode::Joint];
    organizations::party_mode.eq_any(covering).assume_not_null()
}

/// How many active organizations of a kind a party organization covers, by place.
pub async fn party_covered(
    connection: &AsyncPgConnection,
    scope: &Authorized<Indicators>,
    within_code: JurisdictionCode,
    digits: usize,
    kind: OrganizationKind,
) -> QueryResult<Vec<Ratio>> {
    use organizations::dsl as o;
    let mut connection = connection;
    within(&scope.area.narrowed(&within_code))
        .filter(o::kind.eq(kind).and(o::status.eq(OrganizationStatus::Active)))
        .group_by(count::place(digits))
        .select((count::place(digits), dsl::count(organizations::id).aggregate_filter(is_covered()), dsl::count_star()))
        .load(&mut connection)
        .await
}

/// How many active organizations are enrolled in a grid unit, by place.
pub async fn in_grid(
    connection: &AsyncPgConnection,
    scope: &Authorized<Indicators>,
    within_code: JurisdictionCode,
    digits: usize,
) -> QueryResult<Vec<Ratio>> {
    use organizations::dsl as o;
    let mut connection = connection;
    within(&scope.area.narrowed(&within_code))
        .filter(o::status.eq(OrganizationStatus::Active))
        .group_by(count::place(digits))
        .select((
            count::place(digits),
            dsl::count(organizations::id).aggregate_filter(o::grid_unit_count.gt(0)),
            dsl::count_star(),
        ))
        .load(&mut connection)
        .await
}

pub async fn insert(tx: &Tx, scope: &Authorized<Organizations>, new: &OrganizationFields) -> Result<(), Problem> {
    if !scope.area.covers(&new.jurisdiction) {
        return Err(Problem::invalid(vec![FieldError::at("/jurisdiction", &codes::UNKNOWN_JURISDICTION)]));
    }
    let done = new.insert_into(organizations::table).execute(&mut tx.connection()).await;
    done.map(drop).map_err(|error| map_constraint(error, CONSTRAINTS))
}

const CONSTRAINTS: &[ConstraintRule] = &[
    ("organizations_jurisdiction_exists", "/jurisdiction", &codes::UNKNOWN_JURISDICTION),
    ("organizations_credit_code_unique", "/credit_code", &codes::TAKEN),
    ("organizations_name_key_unique", "/name", &codes::TAKEN),
    ("no_cross_appointment", "/items", &codes::CROSS_APPOINTMENT),
];

impl LockInScope for OrganizationFields {
    type Resource = Organizations;

    async fn lock_in_scope(tx: &Tx, scope: &Authorized<Organizations>, id: Uuid) -> Result<Self, Problem> {
        let found = within(&scope.area).filter(organizations::id.eq(id)).select(Self::as_select());
        Ok(found.for_update().first(&mut tx.connection()).await?)
    }
}

impl Stored for OrganizationFields {
    async fn save(&self, tx: &Tx) -> Result<(), Problem> {
        let done = diesel::update(organizations::table.find(self.id)).set(self).execute(&mut tx.connection()).await;
        done.map(drop).map_err(|error| map_constraint(error, CONSTRAINTS))
    }
}

/// What a record in `place` may name: what the caller reaches, and what stands above the record.
fn nameable(area: &AccessArea, place: JurisdictionCode) -> Condition<organizations::table> {
    let above = organizations::jurisdiction.eq_any(place.path());
    Box::new(scope_columns!(organizations).within(area.subtrees()).or(above))
}

/// Those of the ids that a record in `place` may name. They are locked, so that they stay as they are until the transaction ends.
pub async fn named(
    tx: &Tx,
    scope: &Authority,
    ids: &[Uuid],
    place: JurisdictionCode,
) -> Result<Vec<OrganizationFields>, Problem> {
    let query = organizations::table
        .filter(organizations::id.eq_any(ids.to_vec()))
        .filter(nameable(&scope.area, place))
        .order(organizations::id)
        .select(OrganizationFields::as_select());
    Ok(query.for_update().load(&mut tx.connection()).await?)
}

/// Those of the ids that a record in `place` may name; they are not locked.
pub async fn nameable_of(
    connection: &AsyncPgConnection,
    scope: &Authority,
    ids: &[Uuid],
    place: JurisdictionCode,
) -> QueryResult<Vec<Uuid>> {
    // Whoever speaks for an organization names it, wherever it stands.
    let own = condition(organizations::id.nullable().is_not_distinct_from(scope.actor.organization));
    let known = organizations::table.filter(organizations::id.eq_any(ids.to_vec()));
    let known = known.filter(nameable(&scope.area, place).or(own));
    let mut connection = connection;
    known.select(organizations::id).load(&mut connection).await
}

/// An organization within an area, locked.
pub async fn within_reach(tx: &Tx, area: &AccessArea, id: Uuid) -> Result<Option<OrganizationFields>, Problem> {
    let found = within(area).filter(organizations::id.eq(id)).select(OrganizationFields::as_select());
    Ok(found.for_share().first(&mut tx.connection()).await.optional()?)
}

/// True for an organization that stands in the city of a place.
pub async fn stands_in_city(tx: &Tx, id: Uuid, place: JurisdictionCode) -> Result<bool, Problem> {
    let city = place.at(Level::City).unwrap_or(place);
    let here = organizations::table.filter(organizations::id.eq(id).and(organizations::city_code.eq(city)));
    Ok(diesel::select(dsl::exists(here)).get_result(&mut tx.connection()).await?)
}

/// An organization that another record names, locked. The caller was checked when it was named.
pub async fn locked(tx: &Tx, id: Uuid) -> Result<OrganizationFields, Problem> {
    let found = organizations::table.find(id).select(OrganizationFields::as_select());
    Ok(found.for_update().first(&mut tx.connection()).await?)
}

/// Names that active organizations of one kind share which stand in several places themselves.
pub async fn names_met_twice(tx: &Tx, places: &[JurisdictionCode]) -> Result<Vec<String>, Problem> {
    let active = organizations::status.eq(OrganizationStatus::Active);
    let there = organizations::table.filter(organizations::jurisdiction.eq_any(places.to_vec()).and(active));
    let key = name_key(organizations::name);
    let named = there.group_by((organizations::kind, key)).having(dsl::count_star().gt(1));
    let twice =
        named.order(dsl::min(organizations::name)).limit(MOST_NAMES).select(dsl::min(organizations::name).assume_not_null());
    Ok(twice.load(&mut tx.connection()).await?)
}

/// What is in the way is named up to here.
const MOST_NAMES: i64 = 20;

/// The active organization that a line of a spreadsheet speaks of, locked.
pub async fn known(
    tx: &Tx,
    scope: &Authorized<Organizations>,
    credit_code: Option<&str>,
    place: JurisdictionCode,
    kind: OrganizationKind,
    name: &str,
) -> Result<Option<OrganizationFields>, Problem> {
    use organizations::dsl as o;
    let named = condition(o::jurisdiction.eq(place).and(o::kind.eq(kind)).and(name_key(o::name).eq(name_key(name.to_owned()))));
    let wanted = match credit_code.map(str::to_owned) {
        Some(code) => Box::new(named.or(o::credit_code.eq(code).assume_not_null().and(o::kind.eq(kind)))),
        None => named,
    };
    let found = within(&scope.area).filter(o::status.eq(OrganizationStatus::Active)).filter(wanted);
    // Its own code counts for more than a name.
    let found =
        found.order((o::credit_code.is_not_distinct_from(credit_code).desc(), o::id)).select(OrganizationFields::as_select());
    Ok(found.for_update().first(&mut tx.connection()).await.optional()?)
}

/// The party organization with this credit code or name that the caller sees or that stands above the place.
pub async fn party_body(
    tx: &Tx,
    scope: &Authorized<Organizations>,
    name: &str,
    place: JurisdictionCode,
) -> Result<Uuid, Problem> {
    use organizations::dsl as o;
    let bodies: Vec<_> = OrganizationKind::ALL.iter().copied().filter(|kind| kind.is_party_body()).collect();
    let named = name_key(o::name).eq(name_key(name.to_owned())).or(o::credit_code.eq(name.to_owned()).assume_not_null());
    let query = o::organizations.filter(o::kind.eq_any(bodies)).filter(named).filter(nameable(&scope.area, place));
    let found: Vec<Uuid> = query.select(o::id).limit(2).load(&mut tx.connection()).await?;
    let wrong = |rule| Err(Problem::invalid(vec![FieldError::at("/party_organization", rule)]));
    match found[..] {
        [] => wrong(&codes::UNKNOWN_RECORD),
        [id] => Ok(id),
        _ => wrong(&codes::AMBIGUOUS),
    }
}

diesel::define_sql_function! {
    /// What still depends on an organization on a day.
    fn organization_ties(organization: SqlUuid, day: Date) -> Array<Text>;
}

/// What still depends on a locked organization: the kinds of records, such as a contract in force.
pub async fn ties(tx: &Tx, id: Uuid, today: NaiveDate) -> Result<Vec<String>, Problem> {
    Ok(diesel::select(organization_ties(id, today)).first(&mut tx.connection()).await?)
}

/// The next organizations that stand in a jurisdiction itself and are active, or hold or held a committee, locked.
pub async fn to_move(tx: &Tx, way: &Move<'_>) -> Result<Vec<OrganizationFields>, Problem> {
    let open = organizations::status.eq(OrganizationStatus::Active).or(organizations::kind.eq(OrganizationKind::OwnersCommittee));
    let found =
        organizations::table.filter(organizations::jurisdiction.eq(way.from).and(open)).select(OrganizationFields::as_select());
    Ok(next_to_move!(found, organizations, way).load(&mut tx.connection()).await?)
}

/// A condition on organizations, which other stores can make.
pub type OrganizationCondition = Condition<organizations::table>;

/// The active organizations that can hold a duty at a place: those of its own and the levels above, and those of the estate.
pub async fn active_on(
    connection: &AsyncPgConnection,
    place: JurisdictionCode,
    of_estate: Option<(OrganizationCondition, OrganizationCondition)>,
) -> QueryResult<Vec<OrganizationFields>> {
    use organizations::dsl as o;
    let found_by_estate = [OrganizationKind::PropertyEnterprise, OrganizationKind::OwnersCommittee];
    let standing = condition(o::jurisdiction.eq_any(place.path()).and(o::kind.ne_all(found_by_estate)));
    let wanted = match of_estate {
        Some((serving, representing)) => Box::new(standing.or(serving).or(representing)),
        None => standing,
    };
    let query = o::organizations.filter(o::status.eq(OrganizationStatus::Active)).filter(wanted).order((o::name, o::id));
    let mut connection = connection;
    query.select(OrganizationFields::as_select()).load(&mut connection).await
}

/// True when an organization is another one or stands anywhere below it. Changes of parents wait for each other.
pub async fn is_below(tx: &Tx, id: Uuid, above: Uuid) -> Result<bool, Problem> {
    #[derive(QueryableByName)]
    struct Found {
        #[diesel(sql_type = Bool)]
        found: bool,
    }
    lock::hold(tx.connection(), "organizations.parent_id").await?;
    let walk = "WITH RECURSIVE up AS (
            SELECT id, parent_id FROM organizations WHERE id = $1
            UNION SELECT above.id, above.parent_id FROM organizations above JOIN up ON above.id = up.parent_id)
        SELECT EXISTS (SELECT FROM up WHERE id = $2) AS found";
    let query = diesel::sql_query(walk).bind::<SqlUuid, _>(id).bind::<SqlUuid, _>(above);
    Ok(query.get_result::<Found>(&mut tx.connection()).await?.found)
}

/// The people of an organization that the scope reaches.
pub async fn staff(db: &Db, scope: &Authorized<Organizations>, id: Uuid) -> Result<(i64, Vec<StaffMember>), Problem> {
    let reached = reading::readable(scope, &scope.area).filter(organizations::id.eq(id)).select(organizations::version);
    let people = staff_of(id);
    let work = async |connection: &AsyncPgConnection| {
        let (mut first, mut second) = (connection, connection);
        try_join!(reached.first(&mut first), people.load(&mut second))
    };
    db.read(work).await
}

/// An organization that the scope reaches, with its people.
pub async fn people(
    tx: &Tx,
    scope: &Authorized<Organizations>,
    id: Uuid,
) -> Result<(OrganizationFields, Vec<StaffMember>), Problem> {
    let found = within(&scope.area).filter(organizations::id.eq(id)).select(OrganizationFields::as_select());
    let (mut first, mut second) = (tx.connection(), tx.connection());
    Ok(try_join!(found.first(&mut first), staff_of(id).load(&mut second))?)
}

#[dsl::auto_type(no_type_alias)]
fn staff_of(organization: Uuid) -> _ {
    let select: dsl::AsSelect<StaffMember, diesel::pg::Pg> = StaffMember::as_select();
    let people = organization_staff::table.filter(organization_staff::organization_id.eq(organization));
    people.order(organization_staff::position).select(select)
}

#[derive(Insertable)]
#[diesel(table_name = organization_staff, treat_none_as_default_value = false)]
struct StaffRow<'a> {
    organization_id: Uuid,
    position: i16,
    name: &'a str,
    phone: &'a str,
    post: Option<&'a str>,
    registered_on: NaiveDate,
}

/// The people of a locked organization.
pub async fn registered(tx: &Tx, organization: Uuid) -> Result<Vec<StaffMember>, Problem> {
    Ok(staff_of(organization).load(&mut tx.connection()).await?)
}

/// Puts these people in the place of those registered; gives back the new list.
pub async fn replace_staff(
    tx: &Tx,
    organization: Uuid,
    people: &[NewStaffMember],
    today: NaiveDate,
) -> Result<Vec<StaffMember>, Problem> {
    let old = organization_staff::table.filter(organization_staff::organization_id.eq(organization));
    diesel::delete(old).execute(&mut tx.connection()).await?;
    let rows = people.iter().zip(0..).map(|(person, position)| StaffRow {
        organization_id: organization,
        position,
        name: &person.name,
        phone: &person.phone,
        post: person.post.as_deref(),
        registered_on: today,
    });
    let rows = rows.map(|row| async move { row.insert_into(organization_staff::table).execute(&mut tx.connection()).await });
    try_join_all(rows).await.map_err(|error| map_constraint(error, CONSTRAINTS))?;
    registered(tx, organization).await
}
