//! `/v1/estates`: residential estates.

use uuid::Uuid;

use self::command::Command;
use self::model::{Estate, EstateFields, EstateFilter, EstatePage, NewEstate, view};
use crate::access::authority::Authority;
use crate::access::code::Level;
use crate::access::permissions::action::{Create, Import, Read};
use crate::access::permissions::resource::Estates;
use crate::access::permissions::{Resource, action};
use crate::access::scope::Scope;
use crate::changes::command::command as on_record;
use crate::changes::execute::Aggregate;
use crate::changes::import::{self as changes, ImportParams, ImportReport};
use crate::changes::kinds::RecordType;
use crate::changes::relocation::{Move, Moved, Relocation, move_records};
use crate::changes::reply::{Reply, Unversioned};
use crate::changes::slice::Slice;
use crate::changes::write::{Tx, Written, write};
use crate::db::listing::Listing;
use crate::db::pool::Db;
use crate::http::answer::{Found, Listed};
use crate::http::codes;
use crate::http::csv::{self, File};
use crate::http::etag::Preconditions;
use crate::http::json::Valid;
use crate::http::operation::{Operation, operations};
use crate::http::path::Id;
use crate::http::problem::{FieldError, Problem};
use crate::http::query::{PageFilter, Params};

mod command;
pub mod creation;
pub mod import;
pub mod model;
pub mod store;

pub const SLICE: Slice = Slice {
    resource: Some(Resource::Estates),
    record: Some(RecordType::Estate),
    noun: EstateFields::NOUN,
    about: "Residential estates.",
    tables: &["estates"],
    operations,
    jobs: &[],
    relocation: Relocation::MovesWithEstates(|tx, who, way| Box::pin(relocate(tx, who, way))),
};

fn operations() -> Vec<Operation> {
    let mut all = operations![list_estates, create_estate, import_estates, get_estate];
    all.extend(actions());
    all
}

fn actions() -> Vec<Operation> {
    vec![on_record::<action::Update, EstateFields, _>("updateEstate", "Update an estate (JSON merge patch).", Command::Update)]
}

/// List estates within the caller's jurisdiction.
#[utoipa::path(get, path = "/v1/estates", params(EstateFilter, PageFilter),
    responses((status = 200, description = "A page of estates.", body = EstatePage)))]
async fn list_estates(scope: Scope<Read, Estates>, db: Db, list: Listing<EstateFilter>) -> Result<Listed<EstatePage>, Problem> {
    let rows = store::list(&db, &scope, list.filter, list.keyset).await?;
    Ok(list.pager.page(rows, |last| (last.updated_at, last.id), |fields| view(&scope, fields)))
}

/// Register an estate.
#[utoipa::path(post, path = "/v1/estates", request_body = NewEstate,
    responses((status = 201, description = "The estate was registered.", body = Estate)))]
async fn create_estate(scope: Scope<Create, Estates>, db: Db, body: Valid<NewEstate>) -> Result<Reply, Problem> {
    let mut errors = Vec::new();
    let record = creation::record(&scope, body.value, &mut errors);
    errors.extend(record.faults());
    // A grid unit is joined by an enrollment.
    if record.jurisdiction.level() == Level::Grid {
        errors.push(FieldError::at("/jurisdiction", &codes::WRONG_LEVEL).with("levels", vec!["community"]));
    }
    Problem::fail_if_any(errors)?;
    write(&db, &scope, &body.retry, async |tx| {
        store::insert(tx, &scope, &record).await?;
        Written::created("/v1/estates", &record, &view(&scope, record.clone()))
    })
    .await
}

/// Import estates from a spreadsheet (CSV in UTF-8 or GBK, at most 5,000 lines).
#[utoipa::path(post, path = "/v1/estates/import", params(ImportParams),
    request_body(content = String, content_type = "text/csv", description = "Columns: 社区代码, 小区名称, 地址, 套数, 户数, 建筑面积（平方米）, 经度, 纬度; or jurisdiction, name, address, units, households, square_meters, longitude, latitude."),
    responses((status = 200, description = "What was done, line by line.", body = ImportReport)))]
async fn import_estates(
    scope: Scope<Import, Estates>,
    db: Db,
    params: Params<ImportParams>,
    file: File,
) -> Result<Unversioned, Problem> {
    let sheet = csv::read(file.bytes.clone(), import::COLUMNS, |_, _| None).await?;
    changes::import(&db, &scope, params.value, &file, sheet, async |tx: &_, line| import::store_line(tx, &scope, line).await)
        .await
}

/// Get an estate.
#[utoipa::path(get, path = "/v1/estates/{id}", responses((status = 200, description = "The estate.", body = Estate),
        (status = 304, description = "The client holds this version.")))]
async fn get_estate(
    scope: Scope<Read, Estates>,
    db: Db,
    id: Id<Uuid>,
    preconditions: Preconditions,
) -> Result<Found<Estate>, Problem> {
    let fields = store::find(&db, &scope, id.0).await?;
    Ok(Found { version: fields.version, record: view(&scope, fields), preconditions })
}

/// Estates go to the successor.
async fn relocate(tx: &Tx, who: &Authority, way: &Move<'_>) -> Result<Moved, Problem> {
    let found = store::to_move(tx, way).await?;
    move_records(tx, who, found, |known: &mut EstateFields| known.jurisdiction = way.to).await
}
