//! `/v1/mediators`: the register of mediators.

use uuid::Uuid;

use self::command::Command;
use self::model::{DisclosedMediator, Mediator, MediatorFields, MediatorFilter, MediatorPage, NewMediator, view};
use crate::access::authority::Authority;
use crate::access::permissions::action::{Create, Disclose, Read};
use crate::access::permissions::resource::Mediators;
use crate::access::permissions::{Resource, action};
use crate::access::privacy::DisclosureParams;
use crate::access::scope::Scope;
use crate::changes::command::command as on_record;
use crate::changes::disclosure::disclose;
use crate::changes::execute::Aggregate;
use crate::changes::kinds::RecordType;
use crate::changes::record::LockInScope;
use crate::changes::relocation::{Move, Moved, Relocation, move_records};
use crate::changes::reply::{Reply, Unversioned};
use crate::changes::slice::Slice;
use crate::changes::write::{Tx, Written, write};
use crate::db::listing::Listing;
use crate::db::pool::Db;
use crate::http::answer::{Found, Listed};
use crate::http::etag::Preconditions;
use crate::http::json::Valid;
use crate::http::operation::{Operation, operations};
use crate::http::path::Id;
use crate::http::problem::Problem;
use crate::http::query::{PageFilter, Params};

mod command;
pub mod creation;
mod jobs;
pub mod model;
pub mod store;

pub const SLICE: Slice = Slice {
    resource: Some(Resource::Mediators),
    record: Some(RecordType::Mediator),
    noun: MediatorFields::NOUN,
    about: "The register of mediators.",
    tables: &["mediators"],
    operations,
    jobs: jobs::JOBS,
    relocation: Relocation::Moves(|tx, who, way| Box::pin(relocate(tx, who, way))),
};

fn operations() -> Vec<Operation> {
    let mut all = operations![list_mediators, create_mediator, get_mediator, disclose_mediator];
    all.extend(actions());
    all
}

fn actions() -> Vec<Operation> {
    vec![
        on_record::<action::Update, MediatorFields, _>(
            "updateMediator",
            "Update a mediator (JSON merge patch).",
            Command::Update,
        ),
        on_record::<action::Leave, MediatorFields, _>("leaveMediator", "Remove a mediator from the register.", Command::Leave),
    ]
}

/// List the mediators within the caller's jurisdiction.
#[utoipa::path(get, path = "/v1/mediators", params(MediatorFilter, PageFilter),
    responses((status = 200, description = "A page of mediators.", body = MediatorPage)))]
async fn list_mediators(
    scope: Scope<Read, Mediators>,
    db: Db,
    list: Listing<MediatorFilter>,
) -> Result<Listed<MediatorPage>, Problem> {
    let rows = store::list(&db, &scope, list.filter, list.keyset).await?;
    Ok(list.pager.page(rows, |last| (last.updated_at, last.id), |fields| view(&scope, fields)))
}

/// Register a mediator of a mediation committee.
#[utoipa::path(post, path = "/v1/mediators", request_body = NewMediator,
    responses((status = 201, description = "The mediator was registered.", body = Mediator)))]
async fn create_mediator(scope: Scope<Create, Mediators>, db: Db, body: Valid<NewMediator>) -> Result<Reply, Problem> {
    write(&db, &scope, &body.retry, async |tx| {
        let (record, others) = creation::register(tx, &scope, body.value).await?;
        Ok(Written::created("/v1/mediators", &record, &view(&scope, record.clone()))?.and(others))
    })
    .await
}

/// Get a mediator.
#[utoipa::path(get, path = "/v1/mediators/{id}", responses((status = 200, description = "The mediator.", body = Mediator),
        (status = 304, description = "The client holds this version.")))]
async fn get_mediator(
    scope: Scope<Read, Mediators>,
    db: Db,
    id: Id<Uuid>,
    preconditions: Preconditions,
) -> Result<Found<Mediator>, Problem> {
    let fields = store::find(&db, &scope, id.0).await?;
    Ok(Found { version: fields.version, record: view(&scope, fields), preconditions })
}

/// Disclose the contact of a mediator. The audit keeps who read it and what for.
#[utoipa::path(get, path = "/v1/mediators/{id}/disclosure",
    params(DisclosureParams),
    responses((status = 200, description = "Name and phone.", body = DisclosedMediator)))]
async fn disclose_mediator(
    scope: Scope<Disclose, Mediators>,
    db: Db,
    id: Id<Uuid>,
    params: Params<DisclosureParams>,
) -> Result<Unversioned, Problem> {
    let read = async |tx: &Tx| {
        let fields = MediatorFields::lock_in_scope(tx, &scope, id.0).await?;
        let told = DisclosedMediator { name: fields.name.clone(), phone: fields.phone.clone() };
        Ok((fields, told))
    };
    disclose(&db, &scope, ("mediator_disclosure", params.value.purpose), read).await
}

/// What is open goes to the successor.
async fn relocate(tx: &Tx, who: &Authority, way: &Move<'_>) -> Result<Moved, Problem> {
    let found = store::to_move(tx, way).await?;
    move_records(tx, who, found, |known: &mut MediatorFields| known.jurisdiction = way.to).await
}
