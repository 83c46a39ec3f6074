//! The only file that names the `property_contracts` table; every query begins with `within`.

use chrono::{Days, NaiveDate};
use diesel::dsl;
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::inputs::PropertyContractFilter;
use super::model::PropertyContractFields;
use crate::access::area::AccessArea;
use crate::access::code::JurisdictionCode;
use crate::access::condition::{Condition, condition, force_custom_plan, or_involved, scope_columns};
use crate::access::permissions::resource::PropertyContracts;
use crate::access::scope::Authorized;
use crate::changes::record::{LockInScope, Stored};
use crate::changes::relocation::{Move, next_to_move};
use crate::changes::write::Tx;
use crate::db::failure::{ConstraintRule, map_constraint};
use crate::db::page::{Keyset, newest_first};
use crate::db::pool::Db;
use crate::db::schema::property_contracts;
use crate::http::codes;
use crate::http::problem::Problem;
use crate::resources::parties::organizations::store::{OrganizationCondition, columns as organization};
use crate::resources::places::estates::store as estates;

/// The contracts of an area.
fn within(area: &AccessArea) -> dsl::Filter<property_contracts::table, Condition<property_contracts::table>> {
    property_contracts::table.filter(scope_columns!(property_contracts).within(area.subtrees()))
}

/// The contracts of an area, and those of the caller's organization and of the estates in which it has a part.
fn readable(
    scope: &Authorized<PropertyContracts>,
    area: &AccessArea,
) -> dsl::Filter<property_contracts::table, Condition<property_contracts::table>> {
    use property_contracts::dsl as c;
    let here = scope_columns!(property_contracts).within(area.subtrees());
    let involved = scope.organization().map(|id| {
        let of_estates = estates::of_organization::<c::property_contracts>("property_contracts.estate_id", id);
        condition(of_estates.or(c::organization_id.eq(id)))
    });
    c::property_contracts.filter(or_involved(here, involved))
}

pub async fn find(db: &Db, scope: &Authorized<PropertyContracts>, id: Uuid) -> Result<PropertyContractFields, Problem> {
    let found = readable(scope, &scope.area).filter(property_contracts::id.eq(id)).select(PropertyContractFields::as_select());
    db.read(async |mut connection| found.first(&mut connection).await).await
}

/// Contracts, the latest change first, one more than asked for.
pub async fn list(
    db: &Db,
    scope: &Authorized<PropertyContracts>,
    filter: PropertyContractFilter,
    keyset: Keyset,
) -> Result<Vec<PropertyContractFields>, Problem> {
    let place = filter.r#in.map(|code| scope_columns!(property_contracts).within(&[code]));
    let mut query = readable(scope, &scope.narrowed(filter.r#in)).select(PropertyContractFields::as_select()).into_boxed();
    for wanted in place.into_iter().chain(conditions(filter)) {
        query = query.filter(wanted).filter(force_custom_plan());
    }
    let query = newest_first!(query, property_contracts, keyset);
    db.read(async |mut connection| query.load(&mut connection).await).await
}

fn conditions(filter: PropertyContractFilter) -> impl Iterator<Item = Condition<property_contracts::table>> {
    use property_contracts::dsl as c;
    [
        filter.estate_id.map(|id| condition(c::estate_id.eq(id))),
        filter.organization_id.map(|id| condition(c::organization_id.eq(id))),
        filter.in_force_on.map(|day| condition(in_force_on(day))),
        filter.ends_until.map(|day| condition(c::ends_on.le(day))),
        filter.filing_due_until.map(|day| condition(unfiled_until(day))),
        filter.continued.map(|wanted| {
            let open = c::continued_on.is_not_null().and(c::terminated_on.is_null()).and(c::voided_on.is_null());
            if wanted { condition(open) } else { condition(dsl::not(open)) }
        }),
    ]
    .into_iter()
    .flatten()
}

#[dsl::auto_type(no_type_alias)]
fn unfiled_until(day: NaiveDate) -> _ {
    let due = property_contracts::filing_due_on.le(day).assume_not_null().and(property_contracts::filed_on.is_null());
    due.and(property_contracts::voided_on.is_null())
}

#[dsl::auto_type(no_type_alias)]
fn in_force_on(day: NaiveDate) -> _ {
    let ended_early = property_contracts::terminated_on.lt(day).assume_not_null();
    let until = property_contracts::ends_on.ge(day).or(property_contracts::continued_on.is_not_null());
    let begun = property_contracts::starts_on.le(day).and(until);
    let begun = begun.and(property_contracts::voided_on.is_null());
    begun.and(property_contracts::terminated_on.is_null().or(dsl::not(ended_early)))
}

/// The contracts of an estate, the first one first. The caller has locked the estate.
pub async fn of_estate(tx: &Tx, estate: Uuid) -> Result<Vec<PropertyContractFields>, Problem> {
    use property_contracts::dsl as c;
    let held = c::estate_id.eq(estate).and(c::voided_on.is_null());
    let found = c::property_contracts.filter(held).order(c::starts_on).select(PropertyContractFields::as_select());
    Ok(found.load(&mut tx.connection()).await?)
}

/// The first day of the next contract of an estate after a day.
pub async fn next_start(tx: &Tx, estate: Uuid, day: NaiveDate) -> Result<Option<NaiveDate>, Problem> {
    use property_contracts::dsl as c;
    let held = c::estate_id.eq(estate).and(c::voided_on.is_null()).and(c::starts_on.gt(day));
    Ok(c::property_contracts.filter(held).select(dsl::min(c::starts_on)).first(&mut tx.connection()).await?)
}

/// The contracts of these districts that are to be filed until a day, the most urgent first.
pub async fn to_file(
    connection: &AsyncPgConnection,
    districts: &[JurisdictionCode],
    day: NaiveDate,
) -> QueryResult<Vec<PropertyContractFields>> {
    use property_contracts::dsl as c;
    // What nobody filed a year ago is looked for in the list.
    let recent = c::filing_due_on.gt(day - Days::new(400)).assume_not_null();
    let here = c::district_code.eq_any(districts.to_vec()).and(recent);
    let found = c::property_contracts.filter(here.and(unfiled_until(day))).order((c::filing_due_on, c::id)).limit(201);
    let mut connection = connection;
    found.select(PropertyContractFields::as_select()).load(&mut connection).await
}

/// The condition that an organization serves an estate on a day.
pub fn serves(estate: Uuid, day: NaiveDate) -> OrganizationCondition {
    use property_contracts::dsl as c;
    let contracts = c::property_contracts.filter(in_force_on(day)).filter(c::estate_id.eq(estate));
    Box::new(organization::id.eq_any(contracts.select(c::organization_id)))
}

pub async fn insert(tx: &Tx, new: &PropertyContractFields) -> Result<(), Problem> {
    let done = new.insert_into(property_contracts::table).execute(&mut tx.connection()).await;
    done.map(drop).map_err(|error| map_constraint(error, CONSTRAINTS))
}

const ONE_AT_A_TIME: &str = "property_contracts_one_enterprise_at_a_time";
const CROSS: ConstraintRule = ("no_cross_appointment", "/organization_id", &codes::CROSS_APPOINTMENT);
const CONSTRAINTS: &[ConstraintRule] = &[CROSS, (ONE_AT_A_TIME, "/starts_on", &codes::PERIOD_TAKEN)];
/// A change names other members, or none.
const OF_CHANGES: &[ConstraintRule] = &[CROSS, (ONE_AT_A_TIME, "", &codes::PERIOD_TAKEN)];

impl LockInScope for PropertyContractFields {
    type Resource = PropertyContracts;

    async fn lock_in_scope(tx: &Tx, scope: &Authorized<PropertyContracts>, id: Uuid) -> Result<Self, Problem> {
        let found = within(&scope.area).filter(property_contracts::id.eq(id)).select(Self::as_select());
        Ok(found.for_update().first(&mut tx.connection()).await?)
    }
}

impl Stored for PropertyContractFields {
    async fn save(&self, tx: &Tx) -> Result<(), Problem> {
        let done = diesel::update(property_contracts::table.find(self.id)).set(self).execute(&mut tx.connection()).await;
        done.map(drop).map_err(|error| map_constraint(error, OF_CHANGES))
    }
}

/// The next contracts in a jurisdiction, locked.
pub async fn to_move(tx: &Tx, way: &Move<'_>) -> Result<Vec<PropertyContractFields>, Problem> {
    let place = way
        .part(scope_columns!(property_contracts).within(&[way.from]), |ids| condition(property_contracts::estate_id.eq_any(ids)));
    let found = property_contracts::table.filter(place).select(PropertyContractFields::as_select());
    Ok(next_to_move!(found, property_contracts, way).load(&mut tx.connection()).await?)
}
