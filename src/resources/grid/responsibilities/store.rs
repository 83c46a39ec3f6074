//! The only file that names the `responsibilities` table; every query begins with `within`.

use chrono::NaiveDate;
use diesel::dsl;
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::model::{ResponsibilityDuty, ResponsibilityFields, ResponsibilityFilter, ResponsibilityStatus};
use crate::access::area::AccessArea;
use crate::access::code::JurisdictionCode;
use crate::access::condition::{Condition, condition, force_custom_plan, one_of, published_below, scope_columns};
use crate::access::permissions::resource::Responsibilities;
use crate::access::scope::Authorized;
use crate::changes::record::{LockInScope, Stored};
use crate::changes::relocation::{Move, next_to_move};
use crate::changes::write::Tx;
use crate::db::failure::{ConstraintRule, map_constraint};
use crate::db::lock;
use crate::db::page::{Keyset, newest_first};
use crate::db::pool::Db;
use crate::db::schema::responsibilities;
use crate::http::codes;
use crate::http::problem::{FieldError, Problem};

type Base = dsl::Filter<responsibilities::table, Condition<responsibilities::table>>;

/// The entries of an area.
fn within(area: &AccessArea) -> Base {
    responsibilities::table.filter(scope_columns!(responsibilities).within(area.subtrees()))
}

/// The entries that can be read: those of the area, and what was published above it. Drafts are for those who edit them
/// and those above.
fn readable(scope: &Authorized<Responsibilities>) -> Base {
    use responsibilities::dsl as r;
    let published = condition(r::status.ne(ResponsibilityStatus::Draft));
    let drafts = scope_columns!(responsibilities).within(scope.drafts());
    let reached = scope_columns!(responsibilities).within(scope.area.subtrees());
    let above = condition(r::jurisdiction.eq_any(scope.area.above()));
    r::responsibilities.filter(published_below(drafts, published, reached, above))
}

/// What holds on a day.
fn holds_on(day: NaiveDate) -> Condition<responsibilities::table> {
    use responsibilities::dsl as r;
    let still = r::valid_until.is_null().or(r::valid_until.gt(day).assume_not_null());
    Box::new(r::valid_from.le(day).assume_not_null().and(still))
}

pub async fn find(db: &Db, scope: &Authorized<Responsibilities>, id: Uuid) -> Result<ResponsibilityFields, Problem> {
    let found = readable(scope).filter(responsibilities::id.eq(id)).select(ResponsibilityFields::as_select());
    db.read(async |mut connection| found.first(&mut connection).await).await
}

/// Entries, the latest change first, one more than asked for.
pub async fn list(
    db: &Db,
    scope: &Authorized<Responsibilities>,
    filter: ResponsibilityFilter,
    keyset: Keyset,
) -> Result<Vec<ResponsibilityFields>, Problem> {
    use responsibilities::dsl as r;
    let mut query = readable(scope).select(ResponsibilityFields::as_select()).into_boxed();
    let wanted = [
        filter.r#in.map(|code| scope_columns!(responsibilities).within(scope.area.narrowed(&code).subtrees())),
        filter.matter.map(|matter| condition(r::matter.eq(matter))),
        filter.status.map(|states| one_of(r::status, states)),
        filter.as_of.map(holds_on),
    ];
    for wanted in wanted.into_iter().flatten() {
        query = query.filter(wanted).filter(force_custom_plan());
    }
    let query = newest_first!(query, responsibilities, keyset);
    db.read(async |mut connection| query.load(&mut connection).await).await
}

/// What holds in a matter at a place on a day, from the city downward.
pub async fn in_force(
    connection: &AsyncPgConnection,
    matter: &str,
    place: JurisdictionCode,
    day: NaiveDate,
) -> QueryResult<Vec<ResponsibilityFields>> {
    use responsibilities::dsl as r;
    let mut connection = connection;
    let query = r::responsibilities
        .filter(r::jurisdiction.eq_any(place.sources()).and(r::matter.eq(matter.to_owned())))
        .filter(holds_on(day))
        .order((r::jurisdiction, r::level, r::organization_kind))
        .select(ResponsibilityFields::as_select());
    query.load(&mut connection).await
}

/// True when a jurisdiction above has named who leads in the same matter at the same level, at any time from a day
/// on. Publications in one matter wait for each other.
pub async fn is_led_from_above(tx: &Tx, entry: &ResponsibilityFields, from: NaiveDate) -> Result<bool, Problem> {
    use responsibilities::dsl as r;
    lock::hold(tx.connection(), &format!("responsibilities.{}", entry.matter)).await?;
    let above: Vec<_> = entry.jurisdiction.sources().into_iter().skip(1).collect();
    let same = r::matter.eq(&entry.matter).and(r::level.eq(entry.level)).and(r::duty.eq(ResponsibilityDuty::Lead));
    let later = r::valid_until.is_null().or(r::valid_until.gt(from).assume_not_null());
    let query = r::responsibilities.filter(r::jurisdiction.eq_any(above).and(same));
    let found = query.filter(r::valid_from.is_not_null().and(later)).select(dsl::count_star());
    Ok(found.first::<i64>(&mut tx.connection()).await? > 0)
}

/// An entry of the scope, locked.
pub async fn named(tx: &Tx, scope: &Authorized<Responsibilities>, id: Uuid) -> Result<Option<ResponsibilityFields>, Problem> {
    let found = within(&scope.area).filter(responsibilities::id.eq(id)).select(ResponsibilityFields::as_select());
    Ok(found.for_update().first(&mut tx.connection()).await.optional()?)
}

/// What a jurisdiction itself has drafted, and what it has published that holds on the day or later, the next of it, locked.
pub async fn to_move(tx: &Tx, way: &Move<'_>) -> Result<Vec<ResponsibilityFields>, Problem> {
    let holds = responsibilities::valid_until.is_null().or(responsibilities::valid_until.gt(way.day).assume_not_null());
    // What was superseded already is not ended once more.
    let over = [ResponsibilityStatus::Superseded, ResponsibilityStatus::Voided];
    let open = holds.and(responsibilities::status.ne_all(over));
    let found = responsibilities::table
        .filter(responsibilities::jurisdiction.eq(way.from).and(open))
        .select(ResponsibilityFields::as_select());
    Ok(next_to_move!(found, responsibilities, way).load(&mut tx.connection()).await?)
}

pub async fn insert(tx: &Tx, scope: &Authorized<Responsibilities>, new: &ResponsibilityFields) -> Result<(), Problem> {
    if !scope.area.covers(&new.jurisdiction) {
        return Err(Problem::invalid(vec![FieldError::at("/jurisdiction", &codes::UNKNOWN_JURISDICTION)]));
    }
    let done = new.insert_into(responsibilities::table).execute(&mut tx.connection()).await;
    done.map(drop).map_err(|error| map_constraint(error, CONSTRAINTS))
}

const CONSTRAINTS: &[ConstraintRule] = &[
    ("responsibilities_jurisdiction_exists", "/jurisdiction", &codes::UNKNOWN_JURISDICTION),
    ("responsibilities_one_lead", "/valid_from", &codes::PERIOD_TAKEN),
    ("responsibilities_stated_once", "/valid_from", &codes::PERIOD_TAKEN),
];

impl LockInScope for ResponsibilityFields {
    type Resource = Responsibilities;

    async fn lock_in_scope(tx: &Tx, scope: &Authorized<Responsibilities>, id: Uuid) -> Result<Self, Problem> {
        named(tx, scope, id).await?.ok_or_else(|| Problem::new(&codes::NOT_FOUND))
    }
}

impl Stored for ResponsibilityFields {
    async fn save(&self, tx: &Tx) -> Result<(), Problem> {
        let done = diesel::update(responsibilities::table.find(self.id)).set(self).execute(&mut tx.connection()).await;
        done.map(drop).map_err(|error| map_constraint(error, CONSTRAINTS))
    }
}
