//! `/v1/property-contracts`: which enterprise serves an estate, and until when.

use uuid::Uuid;

use self::command::Command;
use self::inputs::{NewPropertyContract, PropertyContractFilter};
use self::model::{PropertyContract, PropertyContractFields, PropertyContractPage, view};
use crate::access::authority::Authority;
use crate::access::permissions::action::{Create, Read};
use crate::access::permissions::resource::PropertyContracts;
use crate::access::permissions::{Resource, action};
use crate::access::scope::Scope;
use crate::changes::command::command as on_record;
use crate::changes::execute::Aggregate;
use crate::changes::kinds::RecordType;
use crate::changes::relocation::{Move, Moved, Relocation, move_records};
use crate::changes::reply::Reply;
use crate::changes::slice::Slice;
use crate::changes::write::{Tx, Written, write};
use crate::db::listing::Listing;
use crate::db::pool::Db;
use crate::http::answer::{Found, Listed};
use crate::http::bodies::NoBody;
use crate::http::etag::Preconditions;
use crate::http::json::Valid;
use crate::http::operation::{Operation, operations};
use crate::http::path::Id;
use crate::http::problem::Problem;
use crate::http::query::PageFilter;

mod command;
pub mod creation;
mod ending;
pub mod inputs;
pub mod model;
pub mod store;

pub const SLICE: Slice = Slice {
    resource: Some(Resource::PropertyContracts),
    record: Some(RecordType::PropertyContract),
    noun: PropertyContractFields::NOUN,
    about: "Which enterprise serves an estate, and until when.",
    tables: &["property_contracts"],
    operations,
    jobs: &[],
    relocation: Relocation::MovesWithEstates(|tx, who, way| Box::pin(relocate(tx, who, way))),
};

fn operations() -> Vec<Operation> {
    let mut all = operations![list_property_contracts, create_property_contract, get_property_contract];
    all.extend(actions());
    all
}

fn actions() -> Vec<Operation> {
    vec![
        on_record::<action::Update, PropertyContractFields, _>(
            "updatePropertyContract",
            "Correct a property contract (JSON merge patch). Once it has begun, the district or city does.",
            Command::Update,
        ),
        on_record::<action::File, PropertyContractFields, _>(
            "filePropertyContract",
            "Record that a property contract was filed with the district, or correct what was recorded.",
            Command::File,
        ),
        on_record::<action::Continue, PropertyContractFields, _>(
            "continuePropertyContract",
            "Record that the enterprise serves on after the end of the term: the contract goes on without one.",
            |_: NoBody| Command::Continue,
        ),
        on_record::<action::GiveNotice, PropertyContractFields, _>(
            "giveNoticeOfPropertyContract",
            "Record that the owners or the enterprise end a property contract by notice, with the time that the law gives.",
            Command::GiveNotice,
        ),
        on_record::<action::Terminate, PropertyContractFields, _>(
            "terminatePropertyContract",
            "Terminate a property contract early.",
            Command::Terminate,
        ),
        on_record::<action::Restore, PropertyContractFields, _>(
            "restorePropertyContract",
            "Restore a property contract whose end, or that it goes on, was told by mistake or taken back; once it is over, the district does.",
            Command::Restore,
        ),
        on_record::<action::Void, PropertyContractFields, _>(
            "voidPropertyContract",
            "Void a property contract that was registered by mistake: it never held. Once it has begun, the district or city does.",
            Command::Void,
        ),
    ]
}

/// List property contracts within the caller's jurisdiction.
#[utoipa::path(get, path = "/v1/property-contracts", params(PropertyContractFilter, PageFilter),
    responses((status = 200, description = "A page of contracts.", body = PropertyContractPage)))]
async fn list_property_contracts(
    scope: Scope<Read, PropertyContracts>,
    db: Db,
    list: Listing<PropertyContractFilter>,
) -> Result<Listed<PropertyContractPage>, Problem> {
    let rows = store::list(&db, &scope, list.filter, list.keyset).await?;
    Ok(list.pager.page(rows, |last| (last.updated_at, last.id), |fields| view(&scope, fields)))
}

/// Register a property contract. An estate is served by one enterprise at a time.
#[utoipa::path(post, path = "/v1/property-contracts", request_body = NewPropertyContract,
    responses((status = 201, description = "The contract was registered.", body = PropertyContract)))]
async fn create_property_contract(
    scope: Scope<Create, PropertyContracts>,
    db: Db,
    body: Valid<NewPropertyContract>,
) -> Result<Reply, Problem> {
    write(&db, &scope, &body.retry, async |tx| {
        let record = creation::register(tx, &scope, body.value).await?;
        Written::created("/v1/property-contracts", &record, &view(&scope, record.clone()))
    })
    .await
}

/// Get a property contract.
#[utoipa::path(get, path = "/v1/property-contracts/{id}", responses((status = 200, description = "The contract.", body = PropertyContract),
        (status = 304, description = "The client holds this version.")))]
async fn get_property_contract(
    scope: Scope<Read, PropertyContracts>,
    db: Db,
    id: Id<Uuid>,
    preconditions: Preconditions,
) -> Result<Found<PropertyContract>, Problem> {
    let fields = store::find(&db, &scope, id.0).await?;
    Ok(Found { version: fields.version, record: view(&scope, fields), preconditions })
}

/// Contracts go where their estates go.
async fn relocate(tx: &Tx, who: &Authority, way: &Move<'_>) -> Result<Moved, Problem> {
    let found = store::to_move(tx, way).await?;
    move_records(tx, who, found, |known: &mut PropertyContractFields| known.jurisdiction = way.to).await
}
