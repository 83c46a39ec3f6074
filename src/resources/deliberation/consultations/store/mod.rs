//! The only files that name the `consultations` and `opinions` tables; every query begins with `within` or `readable`.

use diesel::dsl;
use diesel::expression::SqlLiteral;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Json, Jsonb, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde_json::json;
use uuid::Uuid;

use super::inputs::{ConsultationFilter, PublicConsultationFilter};
use super::model::ConsultationFields;
use super::states::ConsultationStatus;
use crate::access::area::AccessArea;
use crate::access::authority::Authority;
use crate::access::code::JurisdictionCode;
use crate::access::condition::{Condition, condition, force_custom_plan, one_of, published_below, scope_columns};
use crate::access::permissions::resource::Consultations;
use crate::access::scope::Authorized;
use crate::calendar::civil_date;
use crate::changes::jobs::Due;
use crate::changes::record::{LockInScope, Stored};
use crate::changes::relocation::{Move, next_to_move};
use crate::changes::write::Tx;
use crate::db::failure::{ConstraintRule, map_constraint};
use crate::db::page::{Keyset, newest_first};
use crate::db::pool::Db;
use crate::db::schema::consultations;
use crate::http::codes;
use crate::http::problem::Problem;

pub mod opinions;

type Base = dsl::Filter<consultations::table, Condition<consultations::table>>;

/// The consultations of an area.
fn within(scope: &Authorized<Consultations>) -> Base {
    consultations::table.filter(scope_columns!(consultations).within(scope.area.subtrees()))
}

/// What can be read: consultations of the area, and those above it that are about its residents. Drafts are for those who
/// edit them and those above.
fn readable(scope: &Authority, area: &AccessArea) -> Base {
    let published = condition(consultations::status.ne_all(ConsultationStatus::UNOPENED));
    let drafts = scope_columns!(consultations).within(scope.drafts());
    let reached = scope_columns!(consultations).within(area.subtrees());
    let above = condition(consultations::jurisdiction.eq_any(area.above()));
    consultations::table.filter(published_below(drafts, published, reached, above))
}

/// What is asked in these subtrees, and what is asked above a place of its residents too.
fn concerning(place: JurisdictionCode, subtrees: &[JurisdictionCode]) -> Condition<consultations::table> {
    let here = scope_columns!(consultations).within(subtrees);
    condition(here.or(consultations::jurisdiction.eq_any(place.sources())))
}

fn about_estate(id: Uuid) -> Condition<consultations::table> {
    condition(dsl::sql::<Bool>("consultations.estate_ids @> ").bind::<Jsonb, _>(json!([id])))
}

pub async fn find(db: &Db, scope: &Authorized<Consultations>, id: Uuid) -> Result<ConsultationFields, Problem> {
    let found = readable(scope, &scope.area).filter(consultations::id.eq(id)).select(ConsultationFields::as_select());
    db.read(async |mut connection| found.first(&mut connection).await).await
}

/// Consultations, the latest change first, one more than asked for.
pub async fn list(
    db: &Db,
    scope: &Authorized<Consultations>,
    filter: ConsultationFilter,
    keyset: Keyset,
) -> Result<Vec<ConsultationFields>, Problem> {
    use consultations::dsl as c;
    let place = filter.r#in.map(|code| concerning(code, scope.area.narrowed(&code).subtrees()));
    let mut query = readable(scope, &scope.area).select(without_texts()).into_boxed();
    let wanted = [
        place,
        filter.status.map(|states| one_of(c::status, states)),
        filter.estate_id.map(about_estate),
        filter.closes_from.map(|day| condition(c::closes_on.ge(day))),
    ];
    for wanted in wanted.into_iter().flatten() {
        query = query.filter(wanted).filter(force_custom_plan());
    }
    let query = newest_first!(query, consultations, keyset);
    db.read(async |mut connection| query.load(&mut connection).await).await
}

/// The columns of `ConsultationFields` without its long texts.
#[dsl::auto_type]
fn without_texts() -> _ {
    let background: SqlLiteral<Text> = dsl::sql("''");
    let result: SqlLiteral<Json> = dsl::sql("'null'::json");
    (
        consultations::id,
        consultations::jurisdiction,
        consultations::organization_id,
        consultations::title,
        background,
        consultations::options,
        consultations::estate_ids,
        consultations::grid_unit_ids,
        consultations::buildings,
        consultations::links,
        consultations::hearings,
        consultations::closes_on,
        consultations::status,
        consultations::opened_at,
        consultations::reason,
        result,
        consultations::published_at,
        consultations::version,
        consultations::created_at,
        consultations::updated_at,
        consultations::groups,
        consultations::next_step_on,
        consultations::created_by,
    )
}

/// What everybody sees: all but what was never opened.
#[dsl::auto_type(no_type_alias)]
fn is_public() -> _ {
    let unopened: [ConsultationStatus; 2] = ConsultationStatus::UNOPENED;
    consultations::status.ne_all(unopened)
}

/// One that everybody may read.
pub async fn published(db: &Db, id: Uuid) -> Result<ConsultationFields, Problem> {
    let found = consultations::table.filter(is_public()).filter(consultations::id.eq(id));
    let found = found.select(ConsultationFields::as_select());
    db.read(async |mut connection| found.first(&mut connection).await).await
}

/// Consultations of a place that everybody may read, the latest change first, one more than asked for.
pub async fn list_published(
    db: &Db,
    filter: &PublicConsultationFilter,
    keyset: Keyset,
) -> Result<Vec<ConsultationFields>, Problem> {
    let here = concerning(filter.r#in, &[filter.r#in]);
    let mut query = consultations::table.filter(here).filter(is_public()).select(without_texts()).into_boxed();
    if let Some(id) = filter.estate_id {
        query = query.filter(about_estate(id)).filter(force_custom_plan());
    }
    let query = newest_first!(query, consultations, keyset);
    db.read(async |mut connection| query.load(&mut connection).await).await
}

/// True for one that the caller reaches and everybody may read: a council can speak about it.
pub async fn is_in_reach(tx: &Tx, place: JurisdictionCode, id: Uuid) -> Result<bool, Problem> {
    let there = condition(consultations::jurisdiction.eq_any(place.sources()));
    let found = consultations::table.filter(there).filter(is_public()).filter(consultations::id.eq(id));
    Ok(found.select(consultations::id).load::<Uuid>(&mut tx.connection()).await?.len() == 1)
}

/// What these offices have to group, to answer and to publish, the oldest first.
pub async fn waiting(connection: &AsyncPgConnection, offices: &[JurisdictionCode]) -> QueryResult<Vec<ConsultationFields>> {
    use consultations::dsl as c;
    let waits = c::status.eq_any([ConsultationStatus::Closed, ConsultationStatus::Answered]);
    let found = c::consultations.filter(c::jurisdiction.eq_any(offices.to_vec())).filter(waits);
    let mut connection = connection;
    found.order((c::closes_on, c::id)).limit(201).select(without_texts()).load(&mut connection).await
}

pub async fn insert(tx: &Tx, new: &ConsultationFields) -> Result<(), Problem> {
    let done = new.insert_into(consultations::table).execute(&mut tx.connection()).await;
    done.map(drop).map_err(|error| map_constraint(error, CONSTRAINTS))
}

const CONSTRAINTS: &[ConstraintRule] = &[("consultations_jurisdiction_exists", "/jurisdiction", &codes::UNKNOWN_JURISDICTION)];

impl LockInScope for ConsultationFields {
    type Resource = Consultations;

    async fn lock_in_scope(tx: &Tx, scope: &Authorized<Consultations>, id: Uuid) -> Result<Self, Problem> {
        let found = within(scope).filter(consultations::id.eq(id)).select(Self::as_select());
        Ok(found.for_update().first(&mut tx.connection()).await?)
    }
}

impl Stored for ConsultationFields {
    async fn save(&self, tx: &Tx) -> Result<(), Problem> {
        let done = diesel::update(consultations::table.find(self.id)).set(self).execute(&mut tx.connection()).await;
        done.map(drop).map_err(|error| map_constraint(error, CONSTRAINTS))
    }
}

/// The consultations whose time is over, locked; what another instance works on is passed over.
pub async fn claim(tx: &Tx, due: &Due) -> Result<Vec<ConsultationFields>, Problem> {
    use consultations::dsl as c;
    let found = c::consultations.filter(c::next_step_on.le(civil_date(due.now)).assume_not_null());
    let found = found.filter(due.may_try("consultations.id")).order((c::next_step_on, c::id)).limit(due.limit);
    Ok(found.select(ConsultationFields::as_select()).for_update().skip_locked().load(&mut tx.connection()).await?)
}

/// The next consultations of a jurisdiction that are not over, locked.
pub async fn to_move(tx: &Tx, way: &Move<'_>) -> Result<Vec<ConsultationFields>, Problem> {
    // What is published goes along: meetings and votes come from it.
    let over = [ConsultationStatus::Cancelled, ConsultationStatus::Discarded];
    let found = consultations::table.filter(consultations::jurisdiction.eq(way.from)).filter(consultations::status.ne_all(over));
    let found = found.select(ConsultationFields::as_select());
    Ok(next_to_move!(found, consultations, way).load(&mut tx.connection()).await?)
}
