//! `/v1/estate-units`: the units of estates and their owners, from which the roll of a vote is made.

use actix_web::web::Data;
use uuid::Uuid;

use self::command::Command;
use self::import::UnitImportParams;
use self::inputs::{NewEstateUnit, OwnersChange};
use self::model::{DisclosedOwners, EstateUnit, EstateUnitFields, EstateUnitFilter, EstateUnitPage, view};
use self::owners::{OwnerKey, UnitOwner};
use crate::access::authority::Authority;
use crate::access::permissions::action::{ChangeOwners, Create, Disclose, Import, Read};
use crate::access::permissions::resource::EstateUnits;
use crate::access::permissions::{Resource, action};
use crate::access::privacy::DisclosureParams;
use crate::access::scope::Scope;
use crate::changes::command::command as on_record;
use crate::changes::disclosure::disclose;
use crate::changes::execute::{Aggregate, execute};
use crate::changes::import::{ImportParams, ImportReport, import_together};
use crate::changes::kinds::RecordType;
use crate::changes::record::LockInScope;
use crate::changes::relocation::{Move, Moved, Relocation, move_records};
use crate::changes::reply::{Reply, Unversioned};
use crate::changes::slice::Slice;
use crate::changes::write::{Tx, Written, write};
use crate::db::listing::Listing;
use crate::db::pool::Db;
use crate::http::answer::{Found, Listed};
use crate::http::codes;
use crate::http::csv::{self, File};
use crate::http::etag::{Preconditions, Target};
use crate::http::json::Valid;
use crate::http::operation::{Operation, operations};
use crate::http::path::Id;
use crate::http::problem::Problem;
use crate::http::query::{PageFilter, Params};
use crate::resources::places::estates::store as estates;

mod command;
pub mod creation;
mod import;
pub mod inputs;
pub mod model;
pub mod owners;
pub mod store;

pub const SLICE: Slice = Slice {
    resource: Some(Resource::EstateUnits),
    record: Some(RecordType::EstateUnit),
    noun: EstateUnitFields::NOUN,
    about: "The units of estates and their owners, from which the roll of a vote is made.",
    tables: &["estate_units"],
    operations,
    jobs: &[],
    relocation: Relocation::MovesWithEstates(|tx, who, way| Box::pin(relocate(tx, who, way))),
};

fn operations() -> Vec<Operation> {
    let mut all = operations![
        list_estate_units,
        create_estate_unit,
        import_estate_units,
        get_estate_unit,
        change_unit_owners,
        disclose_unit_owners
    ];
    all.extend([
        on_record::<action::Update, EstateUnitFields, _>(
            "updateEstateUnit",
            "Update a unit (JSON merge patch).",
            Command::Update,
        ),
        on_record::<action::Void, EstateUnitFields, _>(
            "voidEstateUnit",
            "Void a unit that was put down by mistake, or is no more.",
            Command::Void,
        ),
    ]);
    all
}

/// List the units of estates within the caller's jurisdiction.
#[utoipa::path(get, path = "/v1/estate-units", params(EstateUnitFilter, PageFilter),
    responses((status = 200, description = "A page of units.", body = EstateUnitPage)))]
async fn list_estate_units(
    scope: Scope<Read, EstateUnits>,
    db: Db,
    list: Listing<EstateUnitFilter>,
) -> Result<Listed<EstateUnitPage>, Problem> {
    let rows = store::list(&db, &scope, list.filter, list.keyset).await?;
    Ok(list.pager.page(rows, |last| (last.updated_at, last.id), |fields| view(&scope, fields)))
}

/// Register a unit of an estate with its owners.
#[utoipa::path(post, path = "/v1/estate-units", request_body = NewEstateUnit,
    responses((status = 201, description = "It was registered.", body = EstateUnit)))]
async fn create_estate_unit(
    scope: Scope<Create, EstateUnits>,
    db: Db,
    key: Data<OwnerKey>,
    body: Valid<NewEstateUnit>,
) -> Result<Reply, Problem> {
    write(&db, &scope, &body.retry, async |tx| {
        let record = creation::register(tx, &scope, &key, body.value).await?;
        Written::created("/v1/estate-units", &record, &view(&scope, record.clone()))
    })
    .await
}

/// Import the units of an estate from a spreadsheet (CSV in UTF-8 or GBK, at most 40,000 lines), a line for each owner.
#[utoipa::path(post, path = "/v1/estate-units/import", params(UnitImportParams),
    request_body(content = String, content_type = "text/csv", description = "Columns: 楼号, 单元, 房号, 建筑面积（平方米）, 面积依据, 已售, 交付日期, 业主, 业主类型, 联系电话, 证件号, 份额; or building, entrance, number, square_meters, area_basis, sold, delivered_on, owner_name, owner_kind, owner_phone, owner_identity_number, owner_share."),
    responses((status = 200, description = "What was done, line by line.", body = ImportReport)))]
async fn import_estate_units(
    scope: Scope<Import, EstateUnits>,
    db: Db,
    key: Data<OwnerKey>,
    params: Params<UnitImportParams>,
    file: File,
) -> Result<Unversioned, Problem> {
    let UnitImportParams { estate_id, dry_run, mode } = params.value;
    let sheet = csv::read_up_to(import::MOST_LINES, file.bytes.clone(), import::COLUMNS, import::translated).await?;
    import_together(&db, &scope, ImportParams { dry_run, mode }, &file, sheet, async |tx: &Tx, lines| {
        let estate = estates::named(tx, &scope, estate_id).await?.ok_or_else(|| Problem::new(&codes::NOT_FOUND))?;
        import::store_all(tx, &scope, (&estate, &key), lines).await
    })
    .await
}

/// Get a unit, with its owners masked.
#[utoipa::path(get, path = "/v1/estate-units/{id}", responses((status = 200, description = "The unit.", body = EstateUnit),
        (status = 304, description = "The client holds this version.")))]
async fn get_estate_unit(
    scope: Scope<Read, EstateUnits>,
    db: Db,
    id: Id<Uuid>,
    preconditions: Preconditions,
) -> Result<Found<EstateUnit>, Problem> {
    let fields = store::find(&db, &scope, id.0).await?;
    Ok(Found { version: fields.version, record: view(&scope, fields), preconditions })
}

/// Change who owns a unit: after a sale, an inheritance, or a mistake.
#[utoipa::path(post, path = "/v1/estate-units/{id}/change-owners", request_body = OwnersChange,
    responses((status = 200, description = "The unit after the action.", body = EstateUnit)))]
async fn change_unit_owners(
    scope: Scope<ChangeOwners, EstateUnits>,
    db: Db,
    key: Data<OwnerKey>,
    target: Target,
    body: Valid<OwnersChange>,
) -> Result<Reply, Problem> {
    let OwnersChange { sold, owners, reason } = body.value;
    let owners: Vec<UnitOwner> = owners.into_iter().map(|owner| owner.kept(&key)).collect();
    execute::<EstateUnitFields>(&db, &scope, &target, &body.retry, Command::ChangeOwners { sold, owners, reason }).await
}

/// Disclose the owners of a unit in full. The audit keeps who read them and what for.
#[utoipa::path(get, path = "/v1/estate-units/{id}/disclosure", params(DisclosureParams),
    responses((status = 200, description = "The owners.", body = DisclosedOwners)))]
async fn disclose_unit_owners(
    scope: Scope<Disclose, EstateUnits>,
    db: Db,
    id: Id<Uuid>,
    params: Params<DisclosureParams>,
) -> Result<Unversioned, Problem> {
    let read = async |tx: &Tx| {
        let fields = EstateUnitFields::lock_in_scope(tx, &scope, id.0).await?;
        let told = DisclosedOwners { owners: fields.owners.0.iter().map(UnitOwner::disclosed).collect() };
        Ok((fields, told))
    };
    disclose(&db, &scope, ("estate_unit_disclosure", params.value.purpose), read).await
}

/// Units go where their estates go.
async fn relocate(tx: &Tx, who: &Authority, way: &Move<'_>) -> Result<Moved, Problem> {
    let found = store::to_move(tx, way).await?;
    move_records(tx, who, found, |known: &mut EstateUnitFields| known.jurisdiction = way.to).await
}
