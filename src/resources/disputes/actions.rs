//! The handlers of actions on a dispute on its usual way. Those between levels and disputes are in `transfers`.

use actix_web::web::Data;

use super::model::Dispute;
use super::model_actions::{Assignment, Closing, Comment, NewReferral, Reason, Remark, Resolution, VisitBack};
use super::rules::{act, go_on, remark};
use super::{families, handling};
use crate::access::policy::action::{
    Accept, Assign, Close, Contact, ReferOut, Reject, Remark as Remarking, Reopen, Resolve, Start, VisitBack as VisitingBack,
    Withdraw,
};
use crate::access::policy::resource::Disputes;
use crate::access::scope::Scope;
use crate::changes::reply::Reply;
use crate::db::pool::Db;
use crate::http::etag::Target;
use crate::http::json::Valid;
use crate::http::operation::{Operation, operations};
use crate::http::problem::Problem;

pub fn operations() -> Vec<Operation> {
    operations![
        accept_dispute,
        reject_dispute,
        assign_dispute,
        start_dispute,
        contact_dispute,
        resolve_dispute,
        visit_back_dispute,
        close_dispute,
        withdraw_dispute,
        reopen_dispute,
        refer_out_dispute,
        remark_dispute,
    ]
}

/// Accept a dispute that was submitted or transferred.
#[utoipa::path(post, path = "/v1/disputes/{id}/accept", params(("id" = Uuid, Path, description = "Id of the dispute.")),
    request_body = Remark, responses((status = 200, description = "The dispute after the action.", body = Dispute)))]
async fn accept_dispute(
    scope: Scope<Accept, Disputes>,
    db: Data<Db>,
    target: Target,
    body: Valid<Remark>,
) -> Result<Reply, Problem> {
    act(&scope, &db, &target, &body.retry, body.value.note.clone(), async |_, case| {
        handling::accept(&scope, case);
        Ok(Vec::new())
    })
    .await
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
    act(&scope, &db, &target, &body.retry, Some(body.value.reason), async |tx, case| families::release(tx, &scope, case).await)
        .await
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
    act(&scope, &db, &target, &body.retry, body.value.note.clone(), async |_, case| {
        case.fields.assignee = Some(body.value.assignee);
        Ok(Vec::new())
    })
    .await
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
    act(&scope, &db, &target, &body.retry, body.value.note, go_on).await
}

/// Record that the applicant was spoken with.
#[utoipa::path(post, path = "/v1/disputes/{id}/contact", params(("id" = Uuid, Path, description = "Id of the dispute.")),
    request_body = Remark, responses((status = 200, description = "The dispute after the action.", body = Dispute)))]
async fn contact_dispute(
    scope: Scope<Contact, Disputes>,
    db: Data<Db>,
    target: Target,
    body: Valid<Remark>,
) -> Result<Reply, Problem> {
    act(&scope, &db, &target, &body.retry, body.value.note.clone(), async |_, case| {
        case.progress.contacted_at = case.progress.contacted_at.or(Some(scope.now));
        Ok(Vec::new())
    })
    .await
}

/// Record how a dispute was resolved. The parts of a mass case are answered with it.
#[utoipa::path(post, path = "/v1/disputes/{id}/resolve", params(("id" = Uuid, Path, description = "Id of the dispute.")),
    request_body = Resolution, responses((status = 200, description = "The dispute after the action.", body = Dispute)))]
async fn resolve_dispute(
    scope: Scope<Resolve, Disputes>,
    db: Data<Db>,
    target: Target,
    body: Valid<Resolution>,
) -> Result<Reply, Problem> {
    act(&scope, &db, &target, &body.retry, None, async |tx, case| {
        families::resolve(tx, &scope, case, &body.value.resolution).await
    })
    .await
}

/// Record what the applicant says of the result.
#[utoipa::path(post, path = "/v1/disputes/{id}/visit-back", params(("id" = Uuid, Path, description = "Id of the dispute.")),
    request_body = VisitBack, responses((status = 200, description = "The dispute after the action.", body = Dispute)))]
async fn visit_back_dispute(
    scope: Scope<VisitingBack, Disputes>,
    db: Data<Db>,
    target: Target,
    body: Valid<VisitBack>,
) -> Result<Reply, Problem> {
    act(&scope, &db, &target, &body.retry, body.value.note.clone(), async |_, case| {
        handling::rate(&scope, case, body.value.satisfaction)?;
        Ok(Vec::new())
    })
    .await
}

/// Close a resolved dispute.
#[utoipa::path(post, path = "/v1/disputes/{id}/close", params(("id" = Uuid, Path, description = "Id of the dispute.")),
    request_body = Closing, responses((status = 200, description = "The dispute after the action.", body = Dispute)))]
async fn close_dispute(
    scope: Scope<Close, Disputes>,
    db: Data<Db>,
    target: Target,
    body: Valid<Closing>,
) -> Result<Reply, Problem> {
    act(&scope, &db, &target, &body.retry, body.value.note.clone(), async |_, case| {
        handling::close(&scope, case, body.value.satisfaction)?;
        Ok(Vec::new())
    })
    .await
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
    act(&scope, &db, &target, &body.retry, Some(body.value.reason), async |tx, case| families::release(tx, &scope, case).await)
        .await
}

/// Reopen a resolved or closed dispute with a reason, within the days that the rule allows.
#[utoipa::path(post, path = "/v1/disputes/{id}/reopen", params(("id" = Uuid, Path, description = "Id of the dispute.")),
    request_body = Reason, responses((status = 200, description = "The dispute after the action.", body = Dispute)))]
async fn reopen_dispute(
    scope: Scope<Reopen, Disputes>,
    db: Data<Db>,
    target: Target,
    body: Valid<Reason>,
) -> Result<Reply, Problem> {
    act(&scope, &db, &target, &body.retry, Some(body.value.reason.clone()), async |tx, case| {
        handling::reopen(tx, &scope, case).await?;
        Ok(Vec::new())
    })
    .await
}

/// Refer a dispute to arbitration, a court, the police or a department.
#[utoipa::path(post, path = "/v1/disputes/{id}/refer-out", params(("id" = Uuid, Path, description = "Id of the dispute.")),
    request_body = NewReferral, responses((status = 200, description = "The dispute after the action.", body = Dispute)))]
async fn refer_out_dispute(
    scope: Scope<ReferOut, Disputes>,
    db: Data<Db>,
    target: Target,
    body: Valid<NewReferral>,
) -> Result<Reply, Problem> {
    act(&scope, &db, &target, &body.retry, body.value.note.clone(), async |tx, case| {
        case.progress.referral = Some(body.value.referral);
        families::release(tx, &scope, case).await
    })
    .await
}

/// Say something about a case that the caller sees.
#[utoipa::path(post, path = "/v1/disputes/{id}/remark", params(("id" = Uuid, Path, description = "Id of the dispute.")),
    request_body = Comment, responses((status = 200, description = "The dispute after the action.", body = Dispute)))]
async fn remark_dispute(
    scope: Scope<Remarking, Disputes>,
    db: Data<Db>,
    target: Target,
    body: Valid<Comment>,
) -> Result<Reply, Problem> {
    remark(&scope, &db, &target, &body.retry, body.value.note).await
}
