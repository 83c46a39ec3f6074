//! `/v1/disputes`: property-management disputes from filing to closing.

use actix_web::web::Data;
use uuid::Uuid;

use self::model::{
    Assignment, Dispute, DisputeEventPage, DisputeFilter, DisputePage, DisputePatch, NewDispute, Reason, Remark, Resolution,
    Sort, Step,
};
use self::rules::{act, view};
use crate::access::policy::action::{Accept, Assign, Close, Create, Read, Reject, Reopen, Resolve, Start, Update, Withdraw};
use crate::access::policy::resource::Disputes;
use crate::access::scope::Scope;
use crate::changes::reply::Reply;
use crate::changes::write::write;
use crate::db::cursor::CursorKey;
use crate::db::page::{self, DEFAULT_LIMIT};
use crate::db::pool::Db;
use crate::http::answer::{Found, Listed};
use crate::http::etag::{Preconditions, Target};
use crate::http::json::Valid;
use crate::http::operation::{Operation, operations};
use crate::http::path::Id;
use crate::http::problem::Problem;
use crate::http::query::{PageFilter, Params};

pub mod model;
pub mod rules;
pub mod states;
pub mod store;

pub fn operations() -> Vec<Operation> {
    operations![
        list_disputes,
        create_dispute,
        get_dispute,
        update_dispute,
        list_dispute_events,
        accept_dispute,
        reject_dispute,
        assign_dispute,
        start_dispute,
        resolve_dispute,
        close_dispute,
        withdraw_dispute,
        reopen_dispute,
    ]
}

/// List disputes within the caller's jurisdiction.
#[utoipa::path(get, path = "/v1/disputes", params(DisputeFilter),
    responses((status = 200, description = "A page of disputes, without their parties.", body = DisputePage)))]
async fn list_disputes(
    scope: Scope<Read, Disputes>,
    db: Data<Db>,
    key: Data<CursorKey>,
    params: Params<DisputeFilter>,
) -> Result<Listed<DisputePage>, Problem> {
    let (filter, fingerprint) = (params.value, params.fingerprint);
    let limit = filter.limit.unwrap_or(DEFAULT_LIMIT);
    let by_report = matches!(filter.sort, Some(Sort::NewestReport | Sort::OldestReport));
    let after = key.resume(&fingerprint, filter.cursor.as_deref())?;
    let mut rows = store::list(&db, &scope, filter, after).await?;
    let next_cursor = page::cut(&mut rows, limit).map(|last| {
        let at = if by_report { last.reported_at } else { last.updated_at };
        key.seal(&fingerprint, &(at, last.id))
    });
    let items = rows.into_iter().map(|fields| view(&scope, fields, None)).collect();
    Ok(Listed(DisputePage { items, next_cursor }))
}

/// File a dispute.
#[utoipa::path(post, path = "/v1/disputes", request_body = NewDispute,
    responses((status = 201, description = "The dispute was filed.", body = Dispute)))]
async fn create_dispute(scope: Scope<Create, Disputes>, db: Data<Db>, body: Valid<NewDispute>) -> Result<Reply, Problem> {
    body.value.check(scope.now)?;
    write(&db, &scope, &body.retry, async |tx| rules::file(tx, &scope, &body.value).await).await
}

/// Get a dispute with its parties.
#[utoipa::path(get, path = "/v1/disputes/{id}", params(("id" = Uuid, Path, description = "Id of the dispute.")),
    responses((status = 200, description = "The dispute.", body = Dispute), (status = 304, description = "The client holds this version.")))]
async fn get_dispute(
    scope: Scope<Read, Disputes>,
    db: Data<Db>,
    id: Id<Uuid>,
    preconditions: Preconditions,
) -> Result<Found<Dispute>, Problem> {
    let (fields, parties) = store::find(&db, &scope, id.0).await?;
    Ok(Found { version: fields.version, record: view(&scope, fields, Some(parties)), preconditions })
}

/// Change a dispute (JSON merge patch).
#[utoipa::path(patch, path = "/v1/disputes/{id}", params(("id" = Uuid, Path, description = "Id of the dispute.")),
    request_body = DisputePatch, responses((status = 200, description = "The changed dispute.", body = Dispute)))]
async fn update_dispute(
    scope: Scope<Update, Disputes>,
    db: Data<Db>,
    target: Target,
    body: Valid<DisputePatch>,
) -> Result<Reply, Problem> {
    rules::patch(&scope, &db, &target, &body.retry, body.value).await
}

/// List the history of a dispute from its first step.
#[utoipa::path(get, path = "/v1/disputes/{id}/events",
    params(("id" = Uuid, Path, description = "Id of the dispute."), PageFilter),
    responses((status = 200, description = "A page of steps.", body = DisputeEventPage)))]
async fn list_dispute_events(
    scope: Scope<Read, Disputes>,
    db: Data<Db>,
    cursors: Data<CursorKey>,
    id: Id<Uuid>,
    params: Params<PageFilter>,
) -> Result<Listed<DisputeEventPage>, Problem> {
    let limit = params.value.limit.unwrap_or(DEFAULT_LIMIT);
    let after = cursors.resume(&params.fingerprint, params.value.cursor.as_deref())?;
    let mut items = store::events(&db, &scope, id.0, after, limit).await?;
    let next_cursor = page::cut(&mut items, limit).map(|last| cursors.seal(&params.fingerprint, &last.version));
    Ok(Listed(DisputeEventPage { items, next_cursor }))
}

/// Accept a submitted dispute.
#[utoipa::path(post, path = "/v1/disputes/{id}/accept", params(("id" = Uuid, Path, description = "Id of the dispute.")),
    request_body = Remark, responses((status = 200, description = "The dispute after the action.", body = Dispute)))]
async fn accept_dispute(
    scope: Scope<Accept, Disputes>,
    db: Data<Db>,
    target: Target,
    body: Valid<Remark>,
) -> Result<Reply, Problem> {
    act(&scope, &db, &target, &body.retry, Step::default(), body.value.note).await
}

/// Reject a submitted dispute with a reason.
#[utoipa::path(post, path = "/v1/disputes/{id}/reject", params(("id" = Uuid, Path, description = "Id of the dispute.")),
    request_body = Reason, responses((status = 200, description = "The dispute after the action.", body = Dispute)))]
async fn reject_dispute(
    scope: Scope<Reject, Disputes>,
    db: Data<Db>,
    target: Target,
    body: Valid<Reason>,
) -> Result<Reply, Problem> {
    act(&scope, &db, &target, &body.retry, Step::default(), Some(body.value.reason)).await
}

/// Assign an accepted dispute, or assign it anew.
#[utoipa::path(post, path = "/v1/disputes/{id}/assign", params(("id" = Uuid, Path, description = "Id of the dispute.")),
    request_body = Assignment, responses((status = 200, description = "The dispute after the action.", body = Dispute)))]
async fn assign_dispute(
    scope: Scope<Assign, Disputes>,
    db: Data<Db>,
    target: Target,
    body: Valid<Assignment>,
) -> Result<Reply, Problem> {
    act(&scope, &db, &target, &body.retry, Step { assignee: Some(body.value.assignee), ..Step::default() }, body.value.note).await
}

/// Start handling an assigned dispute.
#[utoipa::path(post, path = "/v1/disputes/{id}/start", params(("id" = Uuid, Path, description = "Id of the dispute.")),
    request_body = Remark, responses((status = 200, description = "The dispute after the action.", body = Dispute)))]
async fn start_dispute(
    scope: Scope<Start, Disputes>,
    db: Data<Db>,
    target: Target,
    body: Valid<Remark>,
) -> Result<Reply, Problem> {
    act(&scope, &db, &target, &body.retry, Step::default(), body.value.note).await
}

/// Record how a dispute was resolved.
#[utoipa::path(post, path = "/v1/disputes/{id}/resolve", params(("id" = Uuid, Path, description = "Id of the dispute.")),
    request_body = Resolution, responses((status = 200, description = "The dispute after the action.", body = Dispute)))]
async fn resolve_dispute(
    scope: Scope<Resolve, Disputes>,
    db: Data<Db>,
    target: Target,
    body: Valid<Resolution>,
) -> Result<Reply, Problem> {
    act(&scope, &db, &target, &body.retry, Step { resolution: Some(body.value.resolution), ..Step::default() }, None).await
}

/// Close a resolved dispute.
#[utoipa::path(post, path = "/v1/disputes/{id}/close", params(("id" = Uuid, Path, description = "Id of the dispute.")),
    request_body = Remark, responses((status = 200, description = "The dispute after the action.", body = Dispute)))]
async fn close_dispute(
    scope: Scope<Close, Disputes>,
    db: Data<Db>,
    target: Target,
    body: Valid<Remark>,
) -> Result<Reply, Problem> {
    act(&scope, &db, &target, &body.retry, Step::default(), body.value.note).await
}

/// Withdraw an unresolved dispute with a reason.
#[utoipa::path(post, path = "/v1/disputes/{id}/withdraw", params(("id" = Uuid, Path, description = "Id of the dispute.")),
    request_body = Reason, responses((status = 200, description = "The dispute after the action.", body = Dispute)))]
async fn withdraw_dispute(
    scope: Scope<Withdraw, Disputes>,
    db: Data<Db>,
    target: Target,
    body: Valid<Reason>,
) -> Result<Reply, Problem> {
    act(&scope, &db, &target, &body.retry, Step::default(), Some(body.value.reason)).await
}

/// Reopen a resolved or closed dispute with a reason.
#[utoipa::path(post, path = "/v1/disputes/{id}/reopen", params(("id" = Uuid, Path, description = "Id of the dispute.")),
    request_body = Reason, responses((status = 200, description = "The dispute after the action.", body = Dispute)))]
async fn reopen_dispute(
    scope: Scope<Reopen, Disputes>,
    db: Data<Db>,
    target: Target,
    body: Valid<Reason>,
) -> Result<Reply, Problem> {
    act(&scope, &db, &target, &body.retry, Step::default(), Some(body.value.reason)).await
}
