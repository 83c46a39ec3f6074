//! `/v1/policies`: the policy library. What is published is readable where it holds and below.

use actix_web::web::Data;
use uuid::Uuid;

use self::model::{NewPolicy, Policy, PolicyFields, PolicyFilter, PolicyPage, PolicyPatch, PolicyPublication, PolicyRepeal};
use self::rules::view;
use crate::access::policy::action::{Create, Publish, Read, Repeal, Update};
use crate::access::policy::resource::Policies;
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
pub mod rules;
pub mod store;

pub fn operations() -> Vec<Operation> {
    operations![list_policies, create_policy, get_policy, update_policy, publish_policy, repeal_policy]
}

/// List the policies of the caller's jurisdiction and those above it, without their articles.
#[utoipa::path(get, path = "/v1/policies", params(PolicyFilter),
    responses((status = 200, description = "A page of policies.", body = PolicyPage)))]
async fn list_policies(
    scope: Scope<Read, Policies>,
    db: Data<Db>,
    key: Data<CursorKey>,
    params: Params<PolicyFilter>,
) -> Result<Listed<PolicyPage>, Problem> {
    let limit = params.value.limit.unwrap_or(DEFAULT_LIMIT);
    let after = key.resume(&params.fingerprint, params.value.cursor.as_deref())?;
    let mut rows = store::list(&db, &scope, params.value, after).await?;
    let next_cursor = page::cut(&mut rows, limit).map(|last| key.seal(&params.fingerprint, &(last.updated_at, last.id)));
    Ok(Listed(PolicyPage { items: rows.into_iter().map(|fields| view(&scope, fields, false)).collect(), next_cursor }))
}

/// Draft a policy, or a new version of a published one.
#[utoipa::path(post, path = "/v1/policies", request_body = NewPolicy,
    responses((status = 201, description = "The policy was drafted.", body = Policy)))]
async fn create_policy(scope: Scope<Create, Policies>, db: Data<Db>, body: Valid<NewPolicy>) -> Result<Reply, Problem> {
    write(&db, &scope, &body.retry, async |tx| {
        let record = rules::draft(tx, &scope, body.value).await?;
        Change::created("/v1/policies", &record, &view(&scope, record.clone(), true))
    })
    .await
}

/// Get a policy with its articles.
#[utoipa::path(get, path = "/v1/policies/{id}", params(("id" = Uuid, Path, description = "Id of the policy.")),
    responses((status = 200, description = "The policy.", body = Policy),
        (status = 304, description = "The client holds this version.")))]
async fn get_policy(
    scope: Scope<Read, Policies>,
    db: Data<Db>,
    id: Id<Uuid>,
    preconditions: Preconditions,
) -> Result<Found<Policy>, Problem> {
    let fields = store::find(&db, &scope, id.0).await?;
    Ok(Found { version: fields.version, record: view(&scope, fields, true), preconditions })
}

/// Change a draft (JSON merge patch).
#[utoipa::path(patch, path = "/v1/policies/{id}", params(("id" = Uuid, Path, description = "Id of the policy.")),
    request_body = PolicyPatch, responses((status = 200, description = "The changed policy.", body = Policy)))]
async fn update_policy(
    scope: Scope<Update, Policies>,
    db: Data<Db>,
    target: Target,
    body: Valid<PolicyPatch>,
) -> Result<Reply, Problem> {
    let change = async |_: &Tx, after: &mut PolicyFields| {
        body.value.apply(after);
        Problem::unless_right(rules::article_faults(&after.articles.0)).map(|()| Vec::new())
    };
    act(&db, &scope, &target, &body.retry, change, async |_, after| Ok(view(&scope, after, true))).await
}

/// Publish a draft.
#[utoipa::path(post, path = "/v1/policies/{id}/publish", params(("id" = Uuid, Path, description = "Id of the policy.")),
    request_body = PolicyPublication, responses((status = 200, description = "The policy after the action.", body = Policy)))]
async fn publish_policy(
    scope: Scope<Publish, Policies>,
    db: Data<Db>,
    target: Target,
    body: Valid<PolicyPublication>,
) -> Result<Reply, Problem> {
    let change = async |tx: &Tx, after: &mut PolicyFields| rules::publish(tx, &scope, after, body.value.valid_from).await;
    act(&db, &scope, &target, &body.retry, change, async |_, after| Ok(view(&scope, after, true))).await
}

/// End a published policy that no version follows.
#[utoipa::path(post, path = "/v1/policies/{id}/repeal", params(("id" = Uuid, Path, description = "Id of the policy.")),
    request_body = PolicyRepeal, responses((status = 200, description = "The policy after the action.", body = Policy)))]
async fn repeal_policy(
    scope: Scope<Repeal, Policies>,
    db: Data<Db>,
    target: Target,
    body: Valid<PolicyRepeal>,
) -> Result<Reply, Problem> {
    let change = async |_: &Tx, after: &mut PolicyFields| rules::repeal(after, body.value);
    act(&db, &scope, &target, &body.retry, change, async |_, after| Ok(view(&scope, after, true))).await
}
