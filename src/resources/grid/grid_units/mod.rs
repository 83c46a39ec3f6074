//! `/v1/grid-units`: the party-building grids of communities, with what they were on any day.

use chrono::NaiveDate;
use uuid::Uuid;

use self::command::Command;
use self::model::{
    DisclosedGridUnit, GridUnit, GridUnitFields, GridUnitFilter, GridUnitPage, GridUnitPeriodPage, GridUnitStatus, NewGridUnit,
    OnDay, view,
};
use crate::access::authority::Authority;
use crate::access::permissions::action::{Create, Disclose, Import, Read};
use crate::access::permissions::resource::GridUnits;
use crate::access::permissions::{Resource, action};
use crate::access::privacy::DisclosureParams;
use crate::access::scope::Scope;
use crate::changes::command::command as on_record;
use crate::changes::disclosure::disclose;
use crate::changes::execute::Aggregate;
use crate::changes::import::{self as changes, ImportParams, ImportReport};
use crate::changes::kinds::RecordType;
use crate::changes::record::LockInScope;
use crate::changes::relocation::{Move, Moved, Relocation, move_records};
use crate::changes::reply::{Reply, Unversioned};
use crate::changes::slice::Slice;
use crate::changes::write::{Tx, Written, write};
use crate::db::listing::{Everything, Listing};
use crate::db::pool::Db;
use crate::http::answer::{Found, Listed};
use crate::http::csv::{self, File};
use crate::http::etag::Preconditions;
use crate::http::json::Valid;
use crate::http::operation::{Operation, operations};
use crate::http::path::Id;
use crate::http::problem::Problem;
use crate::http::query::{PageFilter, Params};

mod command;
pub mod creation;
mod import;
pub mod model;
pub mod store;

pub const SLICE: Slice = Slice {
    resource: Some(Resource::GridUnits),
    record: Some(RecordType::GridUnit),
    noun: GridUnitFields::NOUN,
    about: "The party-building grids of communities, with what they were on any day.",
    tables: &["grid_units", "grid_unit_periods"],
    operations,
    jobs: &[],
    relocation: Relocation::Moves(|tx, who, way| Box::pin(relocate(tx, who, way))),
};

fn operations() -> Vec<Operation> {
    let mut all = operations![
        list_grid_units,
        create_grid_unit,
        import_grid_units,
        get_grid_unit,
        list_grid_unit_periods,
        disclose_grid_unit
    ];
    all.extend(actions());
    all
}

fn actions() -> Vec<Operation> {
    vec![
        on_record::<action::Approve, GridUnitFields, _>(
            "approveGridUnit",
            "Approve a proposed grid unit, from its first day on.",
            Command::Approve,
        ),
        on_record::<action::Reject, GridUnitFields, _>("rejectGridUnit", "Reject a proposed grid unit.", Command::Reject),
        on_record::<action::Adjust, GridUnitFields, _>("adjustGridUnit", "Adjust a grid unit from a day on.", Command::Adjust),
        on_record::<action::Merge, GridUnitFields, _>(
            "mergeGridUnit",
            "Merge a grid unit into another one of its community.",
            Command::Merge,
        ),
        on_record::<action::Retire, GridUnitFields, _>("retireGridUnit", "Retire a grid unit.", Command::Retire),
    ]
}

/// List grid units as they are, or as they were on a day.
#[utoipa::path(get, path = "/v1/grid-units", params(GridUnitFilter, PageFilter),
    responses((status = 200, description = "A page of grid units.", body = GridUnitPage)))]
async fn list_grid_units(
    scope: Scope<Read, GridUnits>,
    db: Db,
    list: Listing<GridUnitFilter>,
) -> Result<Listed<GridUnitPage>, Problem> {
    let rows = store::list(&db, &scope, list.filter, list.keyset).await?;
    Ok(list.pager.page(rows, |last| (last.identity.updated_at, last.identity.id), |fields| view(&scope, fields)))
}

/// Propose a grid unit to the street.
#[utoipa::path(post, path = "/v1/grid-units", request_body = NewGridUnit,
    responses((status = 201, description = "The grid unit was proposed.", body = GridUnit)))]
async fn create_grid_unit(scope: Scope<Create, GridUnits>, db: Db, body: Valid<NewGridUnit>) -> Result<Reply, Problem> {
    write(&db, &scope, &body.retry, async |tx| {
        let record = creation::propose(tx, &scope, body.value).await?;
        Written::created("/v1/grid-units", &record, &view(&scope, record.clone()))
    })
    .await
}

/// Import grid units from a spreadsheet (CSV in UTF-8 or GBK, at most 5,000 lines).
#[utoipa::path(post, path = "/v1/grid-units/import", params(ImportParams),
    request_body(content = String, content_type = "text/csv", description = "Columns: 社区代码, 网格代码, 网格名称, 网格长, 网格长电话, 网格员, 网格员电话, 党小组, 户数; or community, code, name, lead_name, lead_phone, worker_name, worker_phone, party_group, households."),
    responses((status = 200, description = "What was done, line by line.", body = ImportReport)))]
async fn import_grid_units(
    scope: Scope<Import, GridUnits>,
    db: Db,
    params: Params<ImportParams>,
    file: File,
) -> Result<Unversioned, Problem> {
    let sheet = csv::read(file.bytes.clone(), import::COLUMNS, |_, _| None).await?;
    changes::import(&db, &scope, params.value, &file, sheet, async |tx: &_, line| import::store_line(tx, &scope, line).await)
        .await
}

/// Get a grid unit as it is, or as it was on a day.
#[utoipa::path(get, path = "/v1/grid-units/{id}", params(OnDay),
    responses((status = 200, description = "The grid unit.", body = GridUnit),
        (status = 304, description = "The client holds this version.")))]
async fn get_grid_unit(
    scope: Scope<Read, GridUnits>,
    db: Db,
    id: Id<Uuid>,
    params: Params<OnDay>,
    preconditions: Preconditions,
) -> Result<Found<GridUnit>, Problem> {
    let day = params.value.as_of.unwrap_or_else(|| scope.today());
    let fields = store::find(&db, &scope, id.0, day).await?;
    Ok(Found { version: fields.identity.version, record: view(&scope, fields), preconditions })
}

/// List the periods of a grid unit, from its first day.
#[utoipa::path(get, path = "/v1/grid-units/{id}/periods",
    params(PageFilter),
    responses((status = 200, description = "A page of its history.", body = GridUnitPeriodPage)))]
async fn list_grid_unit_periods(
    scope: Scope<Read, GridUnits>,
    db: Db,
    id: Id<Uuid>,
    list: Listing<Everything, NaiveDate>,
) -> Result<Listed<GridUnitPeriodPage>, Problem> {
    let periods = store::periods(&db, &scope, id.0, list.keyset).await?;
    Ok(list.pager.page(periods, |last| last.valid_from, |period| period))
}

/// Disclose the contacts of a grid unit's leader and workers. The audit keeps who read them and what for.
#[utoipa::path(get, path = "/v1/grid-units/{id}/disclosure",
    params(DisclosureParams),
    responses((status = 200, description = "Names and phones.", body = DisclosedGridUnit)))]
async fn disclose_grid_unit(
    scope: Scope<Disclose, GridUnits>,
    db: Db,
    id: Id<Uuid>,
    params: Params<DisclosureParams>,
) -> Result<Unversioned, Problem> {
    let read = async |tx: &Tx| {
        let fields = GridUnitFields::lock_in_scope(tx, &scope, id.0).await?;
        let told = DisclosedGridUnit::of(&fields.period);
        Ok((fields, told))
    };
    disclose(&db, &scope, ("grid_unit_disclosure", params.value.purpose), read).await
}

/// Units end; their grids were revoked with what they are a part of.
async fn relocate(tx: &Tx, who: &Authority, way: &Move<'_>) -> Result<Moved, Problem> {
    let found = store::to_move(tx, way).await?;
    let end = |unit: &mut GridUnitFields| {
        unit.period.status = GridUnitStatus::Retired;
        // What it became since then is not overwritten.
        unit.period.valid_from = if way.day > unit.period.valid_from { way.day } else { who.today() };
        unit.period.reason = Some(way.reason.to_owned());
    };
    move_records(tx, who, found, end).await
}
