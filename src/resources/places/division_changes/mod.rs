//! `/v1/division-changes`: the register of changes of the administrative tree.

use actix_web::web::Data;
use uuid::Uuid;

use self::model::{DivisionChange, DivisionChangeFilter, DivisionChangePage, NewDivisionChange, view};
use crate::access::permissions::Resource;
use crate::access::permissions::action::{Create, Read};
use crate::access::permissions::resource::DivisionChanges;
use crate::access::revocation::Revocations;
use crate::access::scope::Scope;
use crate::changes::kinds::RecordType;
use crate::changes::relocation::Relocation;
use crate::changes::reply::Reply;
use crate::changes::slice::Slice;
use crate::changes::write::{Written, write};
use crate::db::listing::Listing;
use crate::db::pool::Db;
use crate::http::answer::{Found, Listed};
use crate::http::etag::Preconditions;
use crate::http::json::Valid;
use crate::http::operation::{Operation, operations};
use crate::http::path::Id;
use crate::http::problem::Problem;
use crate::http::query::PageFilter;

mod carry_out;
mod faults;
pub mod model;
mod moving;
pub mod store;

pub const SLICE: Slice = Slice {
    resource: Some(Resource::DivisionChanges),
    record: Some(RecordType::DivisionChange),
    noun: "change",
    about: "The register of changes of the administrative tree.",
    tables: &["division_changes"],
    operations,
    jobs: moving::JOBS,
    relocation: Relocation::Stays("it tells what was done there"),
};

fn operations() -> Vec<Operation> {
    operations![list_division_changes, create_division_change, get_division_change]
}

/// List changes of the administrative tree, the latest first.
#[utoipa::path(get, path = "/v1/division-changes", params(DivisionChangeFilter, PageFilter),
    responses((status = 200, description = "A page of changes.", body = DivisionChangePage)))]
async fn list_division_changes(
    scope: Scope<Read, DivisionChanges>,
    db: Db,
    list: Listing<DivisionChangeFilter>,
) -> Result<Listed<DivisionChangePage>, Problem> {
    let rows = store::list(&db, &scope, list.filter, list.keyset).await?;
    Ok(list.pager.page(rows, |last| (last.updated_at, last.id), |fields| view(&scope, fields)))
}

/// Rename, merge, split or revoke jurisdictions. That holds at once; open records then go where they belong, some at a
/// time: get the change to see how far they have come.
#[utoipa::path(post, path = "/v1/division-changes", request_body = NewDivisionChange,
    responses((status = 202, description = "The jurisdictions are changed; open records are moving.", body = DivisionChange)))]
async fn create_division_change(
    scope: Scope<Create, DivisionChanges>,
    db: Db,
    revocations: Data<Revocations>,
    body: Valid<NewDivisionChange>,
) -> Result<Reply, Problem> {
    let reply = write(&db, &scope, &body.retry, async |tx| {
        let (change, touched) = carry_out::carry_out(tx, &scope, &body.value).await?;
        let told = view(&scope, change.clone());
        Ok(Written::created("/v1/division-changes", &change, &told)?.to_be_continued().and(touched))
    })
    .await?;
    revocations.look_again();
    Ok(reply)
}

/// Get a change of the administrative tree.
#[utoipa::path(get, path = "/v1/division-changes/{id}", responses((status = 200, description = "The change.", body = DivisionChange),
        (status = 304, description = "The client holds this version.")))]
async fn get_division_change(
    scope: Scope<Read, DivisionChanges>,
    db: Db,
    id: Id<Uuid>,
    preconditions: Preconditions,
) -> Result<Found<DivisionChange>, Problem> {
    let fields = store::find(&db, &scope, id.0).await?;
    Ok(Found { version: fields.version, record: view(&scope, fields), preconditions })
}
