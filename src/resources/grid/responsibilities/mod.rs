//! `/v1/responsibilities`: who leads, assists and supervises in a matter.

use actix_web::web::Json;
use uuid::Uuid;

use self::command::Command;
use self::model::{NewResponsibility, Responsibility, ResponsibilityFields, ResponsibilityFilter, ResponsibilityPage, view};
use self::resolve::{ResolveParams, ResolvedResponsibilities};
use crate::access::authority::Authority;
use crate::access::permissions::action::{Create, Read};
use crate::access::permissions::resource::Responsibilities;
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
use crate::http::etag::Preconditions;
use crate::http::json::Valid;
use crate::http::operation::{Operation, operations};
use crate::http::path::Id;
use crate::http::problem::Problem;
use crate::http::query::{PageFilter, Params};

mod command;
pub mod creation;
pub mod model;
mod resolve;
pub mod store;

pub const SLICE: Slice = Slice {
    resource: Some(Resource::Responsibilities),
    record: Some(RecordType::Responsibility),
    noun: ResponsibilityFields::NOUN,
    about: "Who leads, assists and supervises in a matter.",
    tables: &["responsibilities"],
    operations,
    jobs: &[],
    relocation: Relocation::Moves(|tx, who, way| Box::pin(relocate(tx, who, way))),
};

fn operations() -> Vec<Operation> {
    let mut all = operations![list_responsibilities, create_responsibility, resolve_responsibilities, get_responsibility];
    all.extend(actions());
    all
}

fn actions() -> Vec<Operation> {
    vec![
        on_record::<action::Update, ResponsibilityFields, _>(
            "updateResponsibility",
            "Update a draft (JSON merge patch).",
            Command::Update,
        ),
        on_record::<action::Publish, ResponsibilityFields, _>("publishResponsibility", "Publish a draft.", Command::Publish),
        on_record::<action::Supersede, ResponsibilityFields, _>(
            "supersedeResponsibility",
            "Supersede a published entry.",
            Command::Supersede,
        ),
        on_record::<action::Void, ResponsibilityFields, _>(
            "voidResponsibility",
            "Void an entry that was published by mistake: from today on, or never, it does not hold.",
            Command::Void,
        ),
    ]
}

/// List entries of the caller's jurisdiction, and what was published above it.
#[utoipa::path(get, path = "/v1/responsibilities", params(ResponsibilityFilter, PageFilter),
    responses((status = 200, description = "A page of entries.", body = ResponsibilityPage)))]
async fn list_responsibilities(
    scope: Scope<Read, Responsibilities>,
    db: Db,
    list: Listing<ResponsibilityFilter>,
) -> Result<Listed<ResponsibilityPage>, Problem> {
    let rows = store::list(&db, &scope, list.filter, list.keyset).await?;
    Ok(list.pager.page(rows, |last| (last.updated_at, last.id), |fields| view(&scope, fields)))
}

/// Draft an entry. A lower level may add to what is above, but not take it away.
#[utoipa::path(post, path = "/v1/responsibilities", request_body = NewResponsibility,
    responses((status = 201, description = "The entry was drafted.", body = Responsibility)))]
async fn create_responsibility(
    scope: Scope<Create, Responsibilities>,
    db: Db,
    body: Valid<NewResponsibility>,
) -> Result<Reply, Problem> {
    write(&db, &scope, &body.retry, async |tx| {
        let record = creation::draft(tx, &scope, body.value).await?;
        Written::created("/v1/responsibilities", &record, &view(&scope, record.clone()))
    })
    .await
}

/// Get who is responsible for a matter at a place on a day, down to the organizations.
#[utoipa::path(get, path = "/v1/responsibilities/resolve", params(ResolveParams),
    responses((status = 200, description = "Who leads, assists and supervises.", body = ResolvedResponsibilities),
        (status = 404, description = "The place lies outside the caller's jurisdiction.")))]
async fn resolve_responsibilities(
    scope: Scope<Read, Responsibilities>,
    db: Db,
    params: Params<ResolveParams>,
) -> Result<Json<ResolvedResponsibilities>, Problem> {
    resolve::resolve(&db, &scope, params.value).await.map(Json)
}

/// Get an entry.
#[utoipa::path(get, path = "/v1/responsibilities/{id}", responses((status = 200, description = "The entry.", body = Responsibility),
        (status = 304, description = "The client holds this version.")))]
async fn get_responsibility(
    scope: Scope<Read, Responsibilities>,
    db: Db,
    id: Id<Uuid>,
    preconditions: Preconditions,
) -> Result<Found<Responsibility>, Problem> {
    let fields = store::find(&db, &scope, id.0).await?;
    Ok(Found { version: fields.version, record: view(&scope, fields), preconditions })
}

/// Drafts go to the successor; what the jurisdiction itself had published no longer holds.
async fn relocate(tx: &Tx, who: &Authority, way: &Move<'_>) -> Result<Moved, Problem> {
    let found = store::to_move(tx, way).await?;
    let move_it = |entry: &mut ResponsibilityFields| match entry.valid_from {
        None => entry.jurisdiction = way.to,
        Some(first) => (entry.status, entry.valid_until) = (model::ResponsibilityStatus::Superseded, Some(first.max(way.day))),
    };
    move_records(tx, who, found, move_it).await
}
