//! `/v1/grid-units`: the party-building grids of communities, with what they were on any day.

use actix_web::web::Data;
use uuid::Uuid;

use self::model::{
    Adjustment, Decision, DisclosedGridUnit, GridUnit, GridUnitFields, GridUnitFilter, GridUnitPage, GridUnitPeriodPage,
    GridUnitStatus, Merger, NewGridUnit, OnDay, Retirement,
};
use self::rules::{effective_faults, view};
use crate::access::policy::action::{Adjust, Approve, Create, Disclose, Import, Merge, Read, Reject, Retire};
use crate::access::policy::resource::GridUnits;
use crate::access::privacy::DisclosureParams;
use crate::access::scope::Scope;
use crate::changes::disclosure::disclose;
use crate::changes::import::{self as changes, ImportParams, ImportReport};
use crate::changes::record::{Reached, act};
use crate::changes::reply::{Reply, Unversioned};
use crate::changes::write::{Change, Tx, write};
use crate::db::cursor::CursorKey;
use crate::db::page::{self, DEFAULT_LIMIT};
use crate::db::pool::Db;
use crate::http::answer::{Found, Listed};
use crate::http::csv::{self, File};
use crate::http::etag::{Preconditions, Target};
use crate::http::json::Valid;
use crate::http::operation::{Operation, operations};
use crate::http::path::Id;
use crate::http::problem::Problem;
use crate::http::query::{PageFilter, Params};

mod import;
pub mod model;
pub mod rules;
pub mod store;

pub fn operations() -> Vec<Operation> {
    operations![
        list_grid_units,
        create_grid_unit,
        import_grid_units,
        get_grid_unit,
        list_grid_unit_periods,
        approve_grid_unit,
        reject_grid_unit,
        adjust_grid_unit,
        merge_grid_unit,
        retire_grid_unit,
        disclose_grid_unit,
    ]
}

/// List grid units as they are, or as they were on a day.
#[utoipa::path(get, path = "/v1/grid-units", params(GridUnitFilter),
    responses((status = 200, description = "A page of grid units.", body = GridUnitPage)))]
async fn list_grid_units(
    scope: Scope<Read, GridUnits>,
    db: Data<Db>,
    key: Data<CursorKey>,
    params: Params<GridUnitFilter>,
) -> Result<Listed<GridUnitPage>, Problem> {
    let limit = params.value.limit.unwrap_or(DEFAULT_LIMIT);
    let after = key.resume(&params.fingerprint, params.value.cursor.as_deref())?;
    let mut rows = store::list(&db, &scope, params.value, after).await?;
    let next_cursor =
        page::cut(&mut rows, limit).map(|last| key.seal(&params.fingerprint, &(last.identity.updated_at, last.identity.id)));
    Ok(Listed(GridUnitPage { items: rows.into_iter().map(|fields| view(&scope, fields)).collect(), next_cursor }))
}

/// Propose a grid unit to the street.
#[utoipa::path(post, path = "/v1/grid-units", request_body = NewGridUnit,
    responses((status = 201, description = "The grid unit was proposed.", body = GridUnit)))]
async fn create_grid_unit(scope: Scope<Create, GridUnits>, db: Data<Db>, body: Valid<NewGridUnit>) -> Result<Reply, Problem> {
    write(&db, &scope, &body.retry, async |tx| {
        let record = rules::propose(tx, &scope, body.value).await?;
        Change::created("/v1/grid-units", &record, &view(&scope, record.clone()))
    })
    .await
}

/// Import grid units from a spreadsheet (CSV in UTF-8 or GBK, at most 5,000 lines).
#[utoipa::path(post, path = "/v1/grid-units/import", params(ImportParams),
    request_body(content = String, content_type = "text/csv", description = "Columns: 社区代码, 网格代码, 网格名称, 网格长, 网格长电话, 网格员, 网格员电话, 党小组, 户数; or community, code, name, lead_name, lead_phone, worker_name, worker_phone, party_group, households."),
    responses((status = 200, description = "What was done, line by line.", body = ImportReport)))]
async fn import_grid_units(
    scope: Scope<Import, GridUnits>,
    db: Data<Db>,
    params: Params<ImportParams>,
    file: File,
) -> Result<Unversioned, Problem> {
    let sheet = csv::read(&file.bytes, import::COLUMNS, |_, _| None)?;
    changes::import(&db, &scope, params.value, &file, sheet, async |tx: &_, line| import::store_line(tx, &scope, line).await)
        .await
}

/// Get a grid unit as it is, or as it was on a day.
#[utoipa::path(get, path = "/v1/grid-units/{id}", params(("id" = Uuid, Path, description = "Id of the grid unit."), OnDay),
    responses((status = 200, description = "The grid unit.", body = GridUnit),
        (status = 304, description = "The client holds this version.")))]
async fn get_grid_unit(
    scope: Scope<Read, GridUnits>,
    db: Data<Db>,
    id: Id<Uuid>,
    params: Params<OnDay>,
    preconditions: Preconditions,
) -> Result<Found<GridUnit>, Problem> {
    let day = params.value.as_of.unwrap_or_else(|| scope.today());
    let fields = store::find(&db, &scope, id.0, day).await?;
    Ok(Found { version: fields.identity.version, record: view(&scope, fields), preconditions })
}

/// List what a grid unit was, from its first day.
#[utoipa::path(get, path = "/v1/grid-units/{id}/periods",
    params(("id" = Uuid, Path, description = "Id of the grid unit."), PageFilter),
    responses((status = 200, description = "A page of its history.", body = GridUnitPeriodPage)))]
async fn list_grid_unit_periods(
    scope: Scope<Read, GridUnits>,
    db: Data<Db>,
    key: Data<CursorKey>,
    id: Id<Uuid>,
    params: Params<PageFilter>,
) -> Result<Listed<GridUnitPeriodPage>, Problem> {
    let limit = params.value.limit.unwrap_or(DEFAULT_LIMIT);
    let after = key.resume(&params.fingerprint, params.value.cursor.as_deref())?;
    let mut items = store::periods(&db, &scope, id.0, after, limit).await?;
    let next_cursor = page::cut(&mut items, limit).map(|last| key.seal(&params.fingerprint, &last.valid_from));
    Ok(Listed(GridUnitPeriodPage { items, next_cursor }))
}

/// Approve a proposed grid unit, from its first day on.
#[utoipa::path(post, path = "/v1/grid-units/{id}/approve", params(("id" = Uuid, Path, description = "Id of the grid unit.")),
    request_body = Decision, responses((status = 200, description = "The grid unit after the action.", body = GridUnit)))]
async fn approve_grid_unit(
    scope: Scope<Approve, GridUnits>,
    db: Data<Db>,
    target: Target,
    body: Valid<Decision>,
) -> Result<Reply, Problem> {
    let change = async |tx: &Tx, after: &mut GridUnitFields| {
        after.period.reason = Some(body.value.reason);
        rules::place(tx, &scope, after).await
    };
    act(&db, &scope, &target, &body.retry, change, async |_, after| Ok(view(&scope, after))).await
}

/// Reject a proposed grid unit.
#[utoipa::path(post, path = "/v1/grid-units/{id}/reject", params(("id" = Uuid, Path, description = "Id of the grid unit.")),
    request_body = Decision, responses((status = 200, description = "The grid unit after the action.", body = GridUnit)))]
async fn reject_grid_unit(
    scope: Scope<Reject, GridUnits>,
    db: Data<Db>,
    target: Target,
    body: Valid<Decision>,
) -> Result<Reply, Problem> {
    let change = async |_: &Tx, after: &mut GridUnitFields| {
        after.period.reason = Some(body.value.reason);
        Ok(Vec::new())
    };
    act(&db, &scope, &target, &body.retry, change, async |_, after| Ok(view(&scope, after))).await
}

/// Change a grid unit from a day on.
#[utoipa::path(post, path = "/v1/grid-units/{id}/adjust", params(("id" = Uuid, Path, description = "Id of the grid unit.")),
    request_body = Adjustment, responses((status = 200, description = "The grid unit after the action.", body = GridUnit)))]
async fn adjust_grid_unit(
    scope: Scope<Adjust, GridUnits>,
    db: Data<Db>,
    target: Target,
    body: Valid<Adjustment>,
) -> Result<Reply, Problem> {
    let change = async |tx: &Tx, after: &mut GridUnitFields| {
        Problem::unless_right(effective_faults(&scope, after, body.value.effective_on))?;
        body.value.apply(&mut after.period);
        if after.period.status == GridUnitStatus::Active { rules::place(tx, &scope, after).await } else { Ok(Vec::new()) }
    };
    act(&db, &scope, &target, &body.retry, change, async |_, after| Ok(view(&scope, after))).await
}

/// Merge a grid unit into another one of its community.
#[utoipa::path(post, path = "/v1/grid-units/{id}/merge", params(("id" = Uuid, Path, description = "Id of the grid unit.")),
    request_body = Merger, responses((status = 200, description = "The grid unit after the action.", body = GridUnit)))]
async fn merge_grid_unit(
    scope: Scope<Merge, GridUnits>,
    db: Data<Db>,
    target: Target,
    body: Valid<Merger>,
) -> Result<Reply, Problem> {
    let Merger { into_id, effective_on, reason } = body.value;
    let change = async |tx: &Tx, after: &mut GridUnitFields| {
        Problem::unless_right(effective_faults(&scope, after, effective_on))?;
        let heir = rules::heir(tx, &scope, after, into_id).await?;
        after.identity.successor_id = Some(into_id);
        rules::dissolve(tx, &scope, after, Some(heir.identity.jurisdiction), effective_on, &reason).await
    };
    act(&db, &scope, &target, &body.retry, change, async |_, after| Ok(view(&scope, after))).await
}

/// Retire a grid unit.
#[utoipa::path(post, path = "/v1/grid-units/{id}/retire", params(("id" = Uuid, Path, description = "Id of the grid unit.")),
    request_body = Retirement, responses((status = 200, description = "The grid unit after the action.", body = GridUnit)))]
async fn retire_grid_unit(
    scope: Scope<Retire, GridUnits>,
    db: Data<Db>,
    target: Target,
    body: Valid<Retirement>,
) -> Result<Reply, Problem> {
    let Retirement { effective_on, reason } = body.value;
    let change = async |tx: &Tx, after: &mut GridUnitFields| {
        Problem::unless_right(effective_faults(&scope, after, effective_on))?;
        rules::dissolve(tx, &scope, after, None, effective_on, &reason).await
    };
    act(&db, &scope, &target, &body.retry, change, async |_, after| Ok(view(&scope, after))).await
}

/// Read how to reach who leads a grid unit and who works in it. The audit keeps who read it and what for.
#[utoipa::path(get, path = "/v1/grid-units/{id}/disclosure",
    params(("id" = Uuid, Path, description = "Id of the grid unit."), DisclosureParams),
    responses((status = 200, description = "Names and phones.", body = DisclosedGridUnit)))]
async fn disclose_grid_unit(
    scope: Scope<Disclose, GridUnits>,
    db: Data<Db>,
    id: Id<Uuid>,
    params: Params<DisclosureParams>,
) -> Result<Unversioned, Problem> {
    let read = async |tx: &Tx| {
        let fields = GridUnitFields::lock(tx, &scope, id.0).await?;
        let told = DisclosedGridUnit::of(&fields.period);
        Ok((fields, told))
    };
    disclose(&db, &scope, ("grid_unit_disclosure", params.value.purpose), read).await
}
