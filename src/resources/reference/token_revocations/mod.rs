//! `/v1/token-revocations`: tokens that are no longer believed, though they have not ended.

use actix_web::web::Data;
use uuid::Uuid;

use self::model::{NewTokenRevocation, TokenRevocation, TokenRevocationFilter, TokenRevocationPage};
use crate::access::permissions::Resource;
use crate::access::permissions::action::{Create, Read};
use crate::access::permissions::resource::TokenRevocations;
use crate::access::resource::ProtectedResource;
use crate::access::revocation::Revocations;
use crate::access::scope::Scope;
use crate::changes::relocation::Relocation;
use crate::changes::reply::Reply;
use crate::changes::slice::Slice;
use crate::changes::write::write;
use crate::db::listing::Listing;
use crate::db::pool::Db;
use crate::http::answer::Listed;
use crate::http::json::Valid;
use crate::http::operation::{Operation, operations};
use crate::http::problem::Problem;
use crate::http::query::PageFilter;

pub mod model;
pub mod store;

pub const SLICE: Slice = Slice {
    resource: Some(Resource::TokenRevocations),
    record: None,
    noun: "token revocation",
    about: "Tokens that are no longer believed, though they have not ended.",
    tables: &["token_revocations"],
    operations,
    jobs: &[],
    relocation: Relocation::Stays("cities, which revoke tokens, are not revoked"),
};

fn operations() -> Vec<Operation> {
    operations![list_token_revocations, create_token_revocation]
}

/// List revocations, the newest first.
#[utoipa::path(get, path = "/v1/token-revocations", params(TokenRevocationFilter, PageFilter),
    responses((status = 200, description = "A page of revocations.", body = TokenRevocationPage)))]
async fn list_token_revocations(
    scope: Scope<Read, TokenRevocations>,
    db: Db,
    list: Listing<TokenRevocationFilter, Uuid>,
) -> Result<Listed<TokenRevocationPage>, Problem> {
    let rows = store::list(&db, &scope, list.filter, list.keyset).await?;
    Ok(list.pager.page(rows, |last| last.id, |record| record))
}

/// Revoke one token, those of a subject, or all of an issuer. All instances refuse them within 5 seconds.
///
/// Whoever signs in again gets a token that was issued later, which is believed.
#[utoipa::path(post, path = "/v1/token-revocations", request_body = NewTokenRevocation,
    responses((status = 201, description = "The tokens are refused from now on.", body = TokenRevocation)))]
async fn create_token_revocation(
    scope: Scope<Create, TokenRevocations>,
    db: Db,
    revocations: Data<Revocations>,
    service: Data<ProtectedResource>,
    body: Valid<NewTokenRevocation>,
) -> Result<Reply, Problem> {
    let reply = write(&db, &scope, &body.retry, async |tx| {
        let revocation = body.value.record(&scope, &service)?;
        store::insert(tx, &revocation).await?;
        revocation.written()
    })
    .await?;
    revocations.look_again();
    Ok(reply)
}
