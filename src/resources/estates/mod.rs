//! `/v1/estates`: residential estates.

use actix_web::web::Data;
use uuid::Uuid;

use self::model::{Estate, EstateFields, EstateFilter, EstatePage, EstatePatch, NewEstate};
use self::rules::view;
use crate::access::code::Level;
use crate::access::policy::action::{Create, Import, Read, Update};
use crate::access::policy::resource::Estates;
use crate::access::scope::Scope;
use crate::changes::import::{self as changes, ImportParams, ImportReport};
use crate::changes::record::act;
use crate::changes::reply::{Reply, Unversioned};
use crate::changes::write::{Change, write};
use crate::db::cursor::CursorKey;
use crate::db::page::{self, DEFAULT_LIMIT};
use crate::db::pool::Db;
use crate::http::answer::{Found, Listed};
use crate::http::codes;
use crate::http::csv::{self, File};
use crate::http::etag::{Preconditions, Target};
use crate::http::json::Valid;
use crate::http::operation::{Operation, operations};
use crate::http::path::Id;
use crate::http::problem::{FieldError, Problem};
use crate::http::query::Params;

mod import;
pub mod model;
pub mod rules;
pub mod store;

pub fn operations() -> Vec<Operation> {
    operations![list_estates, create_estate, import_estates, get_estate, update_estate]
}

/// List estates within the caller's jurisdiction.
#[utoipa::path(get, path = "/v1/estates", params(EstateFilter),
    responses((status = 200, description = "A page of estates.", body = EstatePage)))]
async fn list_estates(
    scope: Scope<Read, Estates>,
    db: Data<Db>,
    key: Data<CursorKey>,
    params: Params<EstateFilter>,
) -> Result<Listed<EstatePage>, Problem> {
    let limit = params.value.limit.unwrap_or(DEFAULT_LIMIT);
    let after = key.resume(&params.fingerprint, params.value.cursor.as_deref())?;
    let mut rows = store::list(&db, &scope, params.value, after).await?;
    let next_cursor = page::cut(&mut rows, limit).map(|last| key.seal(&params.fingerprint, &(last.updated_at, last.id)));
    Ok(Listed(EstatePage { items: rows.into_iter().map(|fields| view(&scope, fields)).collect(), next_cursor }))
}

/// Register an estate.
#[utoipa::path(post, path = "/v1/estates", request_body = NewEstate,
    responses((status = 201, description = "The estate was registered.", body = Estate)))]
async fn create_estate(scope: Scope<Create, Estates>, db: Data<Db>, body: Valid<NewEstate>) -> Result<Reply, Problem> {
    let mut errors = Vec::new();
    let record = rules::record(&scope, body.value, &mut errors);
    errors.extend(record.faults());
    // A grid unit is joined by an enrollment.
    if record.jurisdiction.level() == Level::Grid {
        errors.push(FieldError::at("/jurisdiction", &codes::WRONG_LEVEL).with("levels", vec!["community"]));
    }
    Problem::unless_right(errors)?;
    write(&db, &scope, &body.retry, async |tx| {
        store::insert(tx, &scope, &record).await?;
        Change::created("/v1/estates", &record, &view(&scope, record.clone()))
    })
    .await
}

/// Import estates from a spreadsheet (CSV in UTF-8 or GBK, at most 5,000 lines).
#[utoipa::path(post, path = "/v1/estates/import", params(ImportParams),
    request_body(content = String, content_type = "text/csv", description = "Columns: 社区代码, 小区名称, 地址, 套数, 户数, 建筑面积（平方米）, 经度, 纬度; or jurisdiction, name, address, units, households, square_meters, longitude, latitude."),
    responses((status = 200, description = "What was done, line by line.", body = ImportReport)))]
async fn import_estates(
    scope: Scope<Import, Estates>,
    db: Data<Db>,
    params: Params<ImportParams>,
    file: File,
) -> Result<Unversioned, Problem> {
    let sheet = csv::read(&file.bytes, import::COLUMNS, |_, _| None)?;
    changes::import(&db, &scope, params.value, &file, sheet, async |tx: &_, line| import::store_line(tx, &scope, line).await)
        .await
}

/// Get an estate.
#[utoipa::path(get, path = "/v1/estates/{id}", params(("id" = Uuid, Path, description = "Id of the estate.")),
    responses((status = 200, description = "The estate.", body = Estate),
        (status = 304, description = "The client holds this version.")))]
async fn get_estate(
    scope: Scope<Read, Estates>,
    db: Data<Db>,
    id: Id<Uuid>,
    preconditions: Preconditions,
) -> Result<Found<Estate>, Problem> {
    let fields = store::find(&db, &scope, id.0).await?;
    Ok(Found { version: fields.version, record: view(&scope, fields), preconditions })
}

/// Change an estate (JSON merge patch).
#[utoipa::path(patch, path = "/v1/estates/{id}", params(("id" = Uuid, Path, description = "Id of the estate.")),
    request_body = EstatePatch, responses((status = 200, description = "The changed estate.", body = Estate)))]
async fn update_estate(
    scope: Scope<Update, Estates>,
    db: Data<Db>,
    target: Target,
    body: Valid<EstatePatch>,
) -> Result<Reply, Problem> {
    let change = async |_: &_, after: &mut EstateFields| {
        body.value.apply(after);
        Problem::unless_right(after.faults()).map(|()| Vec::new())
    };
    act(&db, &scope, &target, &body.retry, change, async |_, after| Ok(view(&scope, after))).await
}
