//! `/v1/responsibilities`: who leads, assists and supervises in a matter.

use actix_web::web::{Data, Json};
use uuid::Uuid;

use self::model::{
    NewResponsibility, Publication, Responsibility, ResponsibilityFields, ResponsibilityFilter, ResponsibilityPage,
    ResponsibilityPatch, Supersession,
};
use self::resolve::{ResolveParams, ResolvedResponsibilities};
use self::rules::view;
use crate::access::policy::action::{Create, Publish, Read, Supersede, Update};
use crate::access::policy::resource::Responsibilities;
use crate::access::scope::Scope;
use crate::changes::record::act;
use crate::changes::reply::Reply;
use crate::changes::write::{Change, Tx, write};
use crate::db::cursor::CursorKey;
use crate::db::page::{self, DEFAULT_LIMIT};
use crate::db::pool::Db;
use crate::http::answer::{Found, Listed};
use crate::http::etag::{Preconditions, Target};
use crate::http::json::Valid;
use crate::http::operation::{Operation, operations};
use crate::http::path::Id;
use crate::http::problem::Problem;
use crate::http::query::Params;

pub mod model;
mod resolve;
pub mod rules;
pub mod store;

pub fn operations() -> Vec<Operation> {
    operations![
        list_responsibilities,
        create_responsibility,
        resolve_responsibilities,
        get_responsibility,
        update_responsibility,
        publish_responsibility,
        supersede_responsibility,
    ]
}

/// List entries of the caller's jurisdiction, and what was published above it.
#[utoipa::path(get, path = "/v1/responsibilities", params(ResponsibilityFilter),
    responses((status = 200, description = "A page of entries.", body = ResponsibilityPage)))]
async fn list_responsibilities(
    scope: Scope<Read, Responsibilities>,
    db: Data<Db>,
    key: Data<CursorKey>,
    params: Params<ResponsibilityFilter>,
) -> Result<Listed<ResponsibilityPage>, Problem> {
    let limit = params.value.limit.unwrap_or(DEFAULT_LIMIT);
    let after = key.resume(&params.fingerprint, params.value.cursor.as_deref())?;
    let mut rows = store::list(&db, &scope, params.value, after).await?;
    let next_cursor = page::cut(&mut rows, limit).map(|last| key.seal(&params.fingerprint, &(last.updated_at, last.id)));
    Ok(Listed(ResponsibilityPage { items: rows.into_iter().map(|fields| view(&scope, fields)).collect(), next_cursor }))
}

/// Draft an entry. A lower level may add to what is above, but not take it away.
#[utoipa::path(post, path = "/v1/responsibilities", request_body = NewResponsibility,
    responses((status = 201, description = "The entry was drafted.", body = Responsibility)))]
async fn create_responsibility(
    scope: Scope<Create, Responsibilities>,
    db: Data<Db>,
    body: Valid<NewResponsibility>,
) -> Result<Reply, Problem> {
    write(&db, &scope, &body.retry, async |tx| {
        let record = rules::draft(tx, &scope, body.value).await?;
        Change::created("/v1/responsibilities", &record, &view(&scope, record.clone()))
    })
    .await
}

/// Tell who is responsible for a matter at a place on a day, down to the organizations.
#[utoipa::path(get, path = "/v1/responsibilities/resolve", params(ResolveParams),
    responses((status = 200, description = "Who leads, assists and supervises.", body = ResolvedResponsibilities),
        (status = 404, description = "The place lies outside the caller's jurisdiction.")))]
async fn resolve_responsibilities(
    scope: Scope<Read, Responsibilities>,
    db: Data<Db>,
    params: Params<ResolveParams>,
) -> Result<Json<ResolvedResponsibilities>, Problem> {
    resolve::resolve(&db, &scope, params.value).await.map(Json)
}

/// Get an entry.
#[utoipa::path(get, path = "/v1/responsibilities/{id}", params(("id" = Uuid, Path, description = "Id of the entry.")),
    responses((status = 200, description = "The entry.", body = Responsibility),
        (status = 304, description = "The client holds this version.")))]
async fn get_responsibility(
    scope: Scope<Read, Responsibilities>,
    db: Data<Db>,
    id: Id<Uuid>,
    preconditions: Preconditions,
) -> Result<Found<Responsibility>, Problem> {
    let fields = store::find(&db, &scope, id.0).await?;
    Ok(Found { version: fields.version, record: view(&scope, fields), preconditions })
}

/// Change a draft (JSON merge patch).
#[utoipa::path(patch, path = "/v1/responsibilities/{id}", params(("id" = Uuid, Path, description = "Id of the entry.")),
    request_body = ResponsibilityPatch, responses((status = 200, description = "The changed entry.", body = Responsibility)))]
async fn update_responsibility(
    scope: Scope<Update, Responsibilities>,
    db: Data<Db>,
    target: Target,
    body: Valid<ResponsibilityPatch>,
) -> Result<Reply, Problem> {
    let change = async |tx: &Tx, after: &mut ResponsibilityFields| {
        body.value.apply(after);
        Problem::unless_right(rules::faults(tx, after).await?).map(|()| Vec::new())
    };
    act(&db, &scope, &target, &body.retry, change, async |_, after| Ok(view(&scope, after))).await
}

/// Publish a draft.
#[utoipa::path(post, path = "/v1/responsibilities/{id}/publish", params(("id" = Uuid, Path, description = "Id of the entry.")),
    request_body = Publication, responses((status = 200, description = "The entry after the action.", body = Responsibility)))]
async fn publish_responsibility(
    scope: Scope<Publish, Responsibilities>,
    db: Data<Db>,
    target: Target,
    body: Valid<Publication>,
) -> Result<Reply, Problem> {
    let change = async |tx: &Tx, after: &mut ResponsibilityFields| rules::publish(tx, &scope, after, body.value.valid_from).await;
    act(&db, &scope, &target, &body.retry, change, async |_, after| Ok(view(&scope, after))).await
}

/// End a published entry.
#[utoipa::path(post, path = "/v1/responsibilities/{id}/supersede", params(("id" = Uuid, Path, description = "Id of the entry.")),
    request_body = Supersession, responses((status = 200, description = "The entry after the action.", body = Responsibility)))]
async fn supersede_responsibility(
    scope: Scope<Supersede, Responsibilities>,
    db: Data<Db>,
    target: Target,
    body: Valid<Supersession>,
) -> Result<Reply, Problem> {
    let change = async |_: &Tx, after: &mut ResponsibilityFields| {
        rules::end_faults(after, "/valid_until", body.value.valid_until)?;
        after.valid_until = Some(body.value.valid_until);
        Ok(Vec::new())
    };
    act(&db, &scope, &target, &body.retry, change, async |_, after| Ok(view(&scope, after))).await
}
