//! The handlers of actions between levels and between disputes: transfers, approvals, escalation, mergers, guests.

use actix_web::web::Data;

use super::model::Dispute;
use super::model_actions::{DisputeMerger, Gathering, Invitation, NewApprovalRequest, Reason, Remark, Suspension, Transfer};
use super::rules::{act, act_together};
use super::{families, guests, handling};
use crate::access::policy::action::{
    Decline, Detach, Escalate, Extend, Gather, Invite, Merge, RequestApproval, Resume, Return, Suspend, Transfer as Transferring,
    Uninvite, Unmerge,
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
        transfer_dispute,
        return_dispute,
        request_approval_dispute,
        decline_dispute,
        suspend_dispute,
        resume_dispute,
        extend_dispute,
        escalate_dispute,
        merge_dispute,
        unmerge_dispute,
        gather_dispute,
        detach_dispute,
        invite_dispute,
        uninvite_dispute,
    ]
}

/// Transfer a dispute to another level, or to a neighboring place that was meant.
#[utoipa::path(post, path = "/v1/disputes/{id}/transfer", params(("id" = Uuid, Path, description = "Id of the dispute.")),
    request_body = Transfer, responses((status = 200, description = "The dispute after the action.", body = Dispute)))]
async fn transfer_dispute(
    scope: Scope<Transferring, Disputes>,
    db: Data<Db>,
    target: Target,
    body: Valid<Transfer>,
) -> Result<Reply, Problem> {
    act(&scope, &db, &target, &body.retry, Some(body.value.reason.clone()), async |tx, case| {
        handling::transfer(tx, &scope, case, &body.value).await?;
        Ok(Vec::new())
    })
    .await
}

/// Return a transferred dispute, once and in time; after that the next level above decides.
#[utoipa::path(post, path = "/v1/disputes/{id}/return", params(("id" = Uuid, Path, description = "Id of the dispute.")),
    request_body = Reason, responses((status = 200, description = "The dispute after the action.", body = Dispute)))]
async fn return_dispute(
    scope: Scope<Return, Disputes>,
    db: Data<Db>,
    target: Target,
    body: Valid<Reason>,
) -> Result<Reply, Problem> {
    act(&scope, &db, &target, &body.retry, Some(body.value.reason.clone()), async |_, case| {
        handling::give_back(&scope, case)?;
        Ok(Vec::new())
    })
    .await
}

/// Ask the level above to suspend a dispute or to give more time.
#[utoipa::path(post, path = "/v1/disputes/{id}/request-approval", params(("id" = Uuid, Path, description = "Id of the dispute.")),
    request_body = NewApprovalRequest, responses((status = 200, description = "The dispute after the action.", body = Dispute)))]
async fn request_approval_dispute(
    scope: Scope<RequestApproval, Disputes>,
    db: Data<Db>,
    target: Target,
    body: Valid<NewApprovalRequest>,
) -> Result<Reply, Problem> {
    act(&scope, &db, &target, &body.retry, Some(body.value.reason.clone()), async |_, case| {
        handling::request(&scope, case, &body.value)?;
        Ok(Vec::new())
    })
    .await
}

/// Say no to what was asked of this level.
#[utoipa::path(post, path = "/v1/disputes/{id}/decline", params(("id" = Uuid, Path, description = "Id of the dispute.")),
    request_body = Reason, responses((status = 200, description = "The dispute after the action.", body = Dispute)))]
async fn decline_dispute(
    scope: Scope<Decline, Disputes>,
    db: Data<Db>,
    target: Target,
    body: Valid<Reason>,
) -> Result<Reply, Problem> {
    act(&scope, &db, &target, &body.retry, Some(body.value.reason.clone()), async |_, case| {
        handling::decline(case)?;
        Ok(Vec::new())
    })
    .await
}

/// Suspend a dispute, as the level above: its clocks stand still.
#[utoipa::path(post, path = "/v1/disputes/{id}/suspend", params(("id" = Uuid, Path, description = "Id of the dispute.")),
    request_body = Suspension, responses((status = 200, description = "The dispute after the action.", body = Dispute)))]
async fn suspend_dispute(
    scope: Scope<Suspend, Disputes>,
    db: Data<Db>,
    target: Target,
    body: Valid<Suspension>,
) -> Result<Reply, Problem> {
    let reason = body.value.reason.as_str();
    let note = body.value.note.as_ref().map_or_else(|| reason.to_owned(), |note| format!("{reason}: {note}"));
    act(&scope, &db, &target, &body.retry, Some(note), async |_, case| {
        handling::suspend(&scope, case, &body.value)?;
        Ok(Vec::new())
    })
    .await
}

/// Let a suspended dispute go on.
#[utoipa::path(post, path = "/v1/disputes/{id}/resume", params(("id" = Uuid, Path, description = "Id of the dispute.")),
    request_body = Remark, responses((status = 200, description = "The dispute after the action.", body = Dispute)))]
async fn resume_dispute(
    scope: Scope<Resume, Disputes>,
    db: Data<Db>,
    target: Target,
    body: Valid<Remark>,
) -> Result<Reply, Problem> {
    act(&scope, &db, &target, &body.retry, body.value.note.clone(), async |_, case| {
        case.resume(scope.now);
        Ok(Vec::new())
    })
    .await
}

/// Give more time to resolve a dispute, once, as the level above.
#[utoipa::path(post, path = "/v1/disputes/{id}/extend", params(("id" = Uuid, Path, description = "Id of the dispute.")),
    request_body = Reason, responses((status = 200, description = "The dispute after the action.", body = Dispute)))]
async fn extend_dispute(
    scope: Scope<Extend, Disputes>,
    db: Data<Db>,
    target: Target,
    body: Valid<Reason>,
) -> Result<Reply, Problem> {
    act(&scope, &db, &target, &body.retry, Some(body.value.reason.clone()), async |_, case| {
        handling::extend(case)?;
        Ok(Vec::new())
    })
    .await
}

/// Hand a dispute to the level above.
#[utoipa::path(post, path = "/v1/disputes/{id}/escalate", params(("id" = Uuid, Path, description = "Id of the dispute.")),
    request_body = Reason, responses((status = 200, description = "The dispute after the action.", body = Dispute)))]
async fn escalate_dispute(
    scope: Scope<Escalate, Disputes>,
    db: Data<Db>,
    target: Target,
    body: Valid<Reason>,
) -> Result<Reply, Problem> {
    act(&scope, &db, &target, &body.retry, Some(body.value.reason.clone()), async |tx, case| {
        handling::escalate(tx, &scope, case).await?;
        Ok(Vec::new())
    })
    .await
}

/// Merge a dispute into another one about the same.
#[utoipa::path(post, path = "/v1/disputes/{id}/merge", params(("id" = Uuid, Path, description = "Id of the dispute.")),
    request_body = DisputeMerger, responses((status = 200, description = "The dispute after the action.", body = Dispute)))]
async fn merge_dispute(
    scope: Scope<Merge, Disputes>,
    db: Data<Db>,
    target: Target,
    body: Valid<DisputeMerger>,
) -> Result<Reply, Problem> {
    let note = Some(body.value.reason.clone());
    act_together(&scope, &db, &target, &body.retry, note, &[body.value.into_id], async |tx, case| {
        families::merge(tx, &scope, case, &body.value).await
    })
    .await
}

/// Let a merged dispute go on by itself, as the street or above.
#[utoipa::path(post, path = "/v1/disputes/{id}/unmerge", params(("id" = Uuid, Path, description = "Id of the dispute.")),
    request_body = Reason, responses((status = 200, description = "The dispute after the action.", body = Dispute)))]
async fn unmerge_dispute(
    scope: Scope<Unmerge, Disputes>,
    db: Data<Db>,
    target: Target,
    body: Valid<Reason>,
) -> Result<Reply, Problem> {
    act(&scope, &db, &target, &body.retry, Some(body.value.reason.clone()), async |_, case| {
        families::unmerge(&scope, case);
        Ok(Vec::new())
    })
    .await
}

/// Make disputes parts of this one: a mass case, whose parts are answered together.
#[utoipa::path(post, path = "/v1/disputes/{id}/gather", params(("id" = Uuid, Path, description = "Id of the dispute.")),
    request_body = Gathering, responses((status = 200, description = "The dispute after the action.", body = Dispute)))]
async fn gather_dispute(
    scope: Scope<Gather, Disputes>,
    db: Data<Db>,
    target: Target,
    body: Valid<Gathering>,
) -> Result<Reply, Problem> {
    let note = body.value.note.clone();
    act_together(&scope, &db, &target, &body.retry, note, &body.value.dispute_ids, async |tx, case| {
        families::gather(tx, &scope, case, &body.value).await
    })
    .await
}

/// Take a dispute out of its mass case.
#[utoipa::path(post, path = "/v1/disputes/{id}/detach", params(("id" = Uuid, Path, description = "Id of the dispute.")),
    request_body = Reason, responses((status = 200, description = "The dispute after the action.", body = Dispute)))]
async fn detach_dispute(
    scope: Scope<Detach, Disputes>,
    db: Data<Db>,
    target: Target,
    body: Valid<Reason>,
) -> Result<Reply, Problem> {
    act(&scope, &db, &target, &body.retry, Some(body.value.reason.clone()), async |_, case| {
        families::detach(case)?;
        Ok(Vec::new())
    })
    .await
}

/// Let another jurisdiction or an organization see the case.
#[utoipa::path(post, path = "/v1/disputes/{id}/invite", params(("id" = Uuid, Path, description = "Id of the dispute.")),
    request_body = Invitation, responses((status = 200, description = "The dispute after the action.", body = Dispute)))]
async fn invite_dispute(
    scope: Scope<Invite, Disputes>,
    db: Data<Db>,
    target: Target,
    body: Valid<Invitation>,
) -> Result<Reply, Problem> {
    act(&scope, &db, &target, &body.retry, Some(body.value.reason.clone()), async |tx, case| {
        guests::invite(tx, &scope, case, &body.value).await
    })
    .await
}

/// No longer let a jurisdiction or an organization see the case.
#[utoipa::path(post, path = "/v1/disputes/{id}/uninvite", params(("id" = Uuid, Path, description = "Id of the dispute.")),
    request_body = Invitation, responses((status = 200, description = "The dispute after the action.", body = Dispute)))]
async fn uninvite_dispute(
    scope: Scope<Uninvite, Disputes>,
    db: Data<Db>,
    target: Target,
    body: Valid<Invitation>,
) -> Result<Reply, Problem> {
    act(&scope, &db, &target, &body.retry, Some(body.value.reason.clone()), async |tx, case| {
        guests::uninvite(tx, case, &body.value).await
    })
    .await
}
