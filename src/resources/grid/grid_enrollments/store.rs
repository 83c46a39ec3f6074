//! The only file that names the `grid_enrollments` table; every query begins with `within`.

use chrono::NaiveDate;
use diesel::dsl;
use diesel::prelude::*;
use diesel::sql_types::Text;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::model::{EnrollmentStatus, GridEnrollmentFields, GridEnrollmentFilter};
use crate::access::area::AccessArea;
use crate::access::code::JurisdictionCode;
use crate::access::condition::{Condition, condition, force_custom_plan, one_of, scope_columns};
use crate::access::permissions::resource::GridEnrollments;
use crate::access::scope::Authorized;
use crate::changes::record::{LockInScope, Stored};
use crate::changes::relocation::{Move, next_to_move};
use crate::changes::write::Tx;
use crate::db::failure::{ConstraintRule, map_constraint};
use crate::db::page::{Keyset, newest_first};
use crate::db::pool::Db;
use crate::db::schema::grid_enrollments;
use crate::http::codes;
use crate::http::problem::Problem;

/// The enrollments of an area.
fn within(area: &AccessArea) -> dsl::Filter<grid_enrollments::table, Condition<grid_enrollments::table>> {
    grid_enrollments::table.filter(scope_columns!(grid_enrollments).within(area.subtrees()))
}

pub async fn find(db: &Db, scope: &Authorized<GridEnrollments>, id: Uuid) -> Result<GridEnrollmentFields, Problem> {
    let found = within(&scope.area).filter(grid_enrollments::id.eq(id)).select(GridEnrollmentFields::as_select());
    db.read(async |mut connection| found.first(&mut connection).await).await
}

/// Enrollments, the latest change first, one more than asked for.
pub async fn list(
    db: &Db,
    scope: &Authorized<GridEnrollments>,
    filter: GridEnrollmentFilter,
    keyset: Keyset,
) -> Result<Vec<GridEnrollmentFields>, Problem> {
    let mut query = within(&scope.narrowed(filter.r#in)).select(GridEnrollmentFields::as_select()).into_boxed();
    for wanted in conditions(filter) {
        query = query.filter(wanted).filter(force_custom_plan());
    }
    let query = newest_first!(query, grid_enrollments, keyset);
    db.read(async |mut connection| query.load(&mut connection).await).await
}

fn conditions(filter: GridEnrollmentFilter) -> impl Iterator<Item = Condition<grid_enrollments::table>> {
    use grid_enrollments::dsl as e;
    let on = |day: NaiveDate| {
        let still = e::left_on.is_null().or(e::left_on.gt(day).assume_not_null());
        condition(e::joined_on.le(day).assume_not_null().and(still))
    };
    [
        filter.status.map(|states| one_of(e::status, states)),
        filter.organization_id.map(|id| condition(e::organization_id.eq(id).assume_not_null())),
        filter.estate_id.map(|id| condition(e::estate_id.eq(id).assume_not_null())),
        filter.as_of.map(on),
    ]
    .into_iter()
    .flatten()
}

pub async fn insert(tx: &Tx, new: &GridEnrollmentFields) -> Result<(), Problem> {
    let done = new.insert_into(grid_enrollments::table).execute(&mut tx.connection()).await;
    done.map(drop).map_err(|error| map_constraint(error, CONSTRAINTS))
}

const CONSTRAINTS: &[ConstraintRule] = &[
    ("grid_enrollments_jurisdiction_exists", "/jurisdiction", &codes::UNKNOWN_JURISDICTION),
    ("grid_enrollments_open_unique", "", &codes::TAKEN),
    ("grid_enrollments_estate_in_one_unit", "/joined_on", &codes::PERIOD_TAKEN),
    ("grid_enrollments_organization_once_in_a_unit", "/joined_on", &codes::PERIOD_TAKEN),
];

diesel::define_sql_function! {
    /// The first day of the grid unit with a code.
    fn grid_begins_on(code: Text) -> Nullable<Date>;
}

/// The first day of a grid unit; none where the grid has no unit.
pub async fn begins_on(tx: &Tx, grid: JurisdictionCode) -> Result<Option<NaiveDate>, Problem> {
    Ok(diesel::select(grid_begins_on(grid)).first(&mut tx.connection()).await?)
}

impl LockInScope for GridEnrollmentFields {
    type Resource = GridEnrollments;

    async fn lock_in_scope(tx: &Tx, scope: &Authorized<GridEnrollments>, id: Uuid) -> Result<Self, Problem> {
        let found = within(&scope.area).filter(grid_enrollments::id.eq(id)).select(Self::as_select());
        Ok(found.for_update().first(&mut tx.connection()).await?)
    }
}

impl Stored for GridEnrollmentFields {
    async fn save(&self, tx: &Tx) -> Result<(), Problem> {
        let done = diesel::update(grid_enrollments::table.find(self.id)).set(self).execute(&mut tx.connection()).await;
        done.map(drop).map_err(|error| map_constraint(error, CONSTRAINTS))
    }
}

/// The enrollments of a grid unit that have not ended, locked.
pub async fn open(tx: &Tx, grid: JurisdictionCode) -> Result<Vec<GridEnrollmentFields>, Problem> {
    let query = grid_enrollments::table
        .filter(grid_enrollments::jurisdiction.eq(grid).and(grid_enrollments::status.ne(EnrollmentStatus::Left)))
        .order(grid_enrollments::id)
        .select(GridEnrollmentFields::as_select());
    Ok(query.for_update().load(&mut tx.connection()).await?)
}

/// The next enrollments that have not ended in the grids of a jurisdiction, locked.
pub async fn to_move(tx: &Tx, way: &Move<'_>) -> Result<Vec<GridEnrollmentFields>, Problem> {
    let place = way.part(scope_columns!(grid_enrollments).within(&[way.from]), |ids| {
        condition(grid_enrollments::estate_id.eq_any(ids).assume_not_null())
    });
    let found = grid_enrollments::table
        .filter(place)
        .filter(grid_enrollments::status.ne(EnrollmentStatus::Left))
        .select(GridEnrollmentFields::as_select());
    Ok(next_to_move!(found, grid_enrollments, way).load(&mut tx.connection()).await?)
}
