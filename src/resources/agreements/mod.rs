//! `/v1/agreements`: what mediations led to, from the draft to the last payment.

use actix_web::web::Data;
use uuid::Uuid;

use self::model::{Agreement, AgreementFields, AgreementFilter, AgreementPage, AgreementPatch, NewAgreement};
use self::model_parts::{
    AgreementVisit, ConfirmationAcceptance, ConfirmationApplication, ConfirmationDecision, NewDefault, NewPerformance,
    NewSignature, Sealing,
};
use self::rules::view;
use crate::access::policy::action::{
    AcceptConfirmation, ApplyConfirmation, Create, DecideConfirmation, Default, ExtendConfirmation, Perform, Read, Rescind, Seal,
    Sign, Update, VisitBack,
};
use crate::access::policy::resource::Agreements;
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
use crate::resources::disputes::model_actions::Reason;

mod confirmation;
pub mod model;
pub mod model_parts;
mod rules;
pub mod scheduler;
pub mod states;
pub mod store;

pub fn operations() -> Vec<Operation> {
    operations![
        list_agreements,
        create_agreement,
        get_agreement,
        update_agreement,
        sign_agreement,
        seal_agreement,
        perform_agreement,
        default_agreement,
        rescind_agreement,
        visit_agreement,
        apply_agreement_confirmation,
        accept_agreement_confirmation,
        extend_agreement_confirmation,
        decide_agreement_confirmation,
    ]
}

/// List agreements within the caller's jurisdiction, or their own.
#[utoipa::path(get, path = "/v1/agreements", params(AgreementFilter),
    responses((status = 200, description = "A page of agreements.", body = AgreementPage)))]
async fn list_agreements(
    scope: Scope<Read, Agreements>,
    db: Data<Db>,
    key: Data<CursorKey>,
    params: Params<AgreementFilter>,
) -> Result<Listed<AgreementPage>, Problem> {
    let limit = params.value.limit.unwrap_or(DEFAULT_LIMIT);
    let after = key.resume(&params.fingerprint, params.value.cursor.as_deref())?;
    let mut rows = store::list(&db, &scope, params.value, after).await?;
    let next_cursor = page::cut(&mut rows, limit).map(|last| key.seal(&params.fingerprint, &(last.updated_at, last.id)));
    Ok(Listed(AgreementPage { items: rows.into_iter().map(|fields| view(&scope, fields)).collect(), next_cursor }))
}

/// Draft a written agreement, or record an oral one, which is in force at once.
#[utoipa::path(post, path = "/v1/agreements", request_body = NewAgreement,
    responses((status = 201, description = "The agreement was drafted or recorded.", body = Agreement)))]
async fn create_agreement(scope: Scope<Create, Agreements>, db: Data<Db>, body: Valid<NewAgreement>) -> Result<Reply, Problem> {
    write(&db, &scope, &body.retry, async |tx| {
        let (record, others) = rules::draft(tx, &scope, body.value).await?;
        Ok(Change::created("/v1/agreements", &record, &view(&scope, record.clone()))?.and(others))
    })
    .await
}

/// Get an agreement.
#[utoipa::path(get, path = "/v1/agreements/{id}", params(("id" = Uuid, Path, description = "Id of the agreement.")),
    responses((status = 200, description = "The agreement.", body = Agreement),
        (status = 304, description = "The client holds this version.")))]
async fn get_agreement(
    scope: Scope<Read, Agreements>,
    db: Data<Db>,
    id: Id<Uuid>,
    preconditions: Preconditions,
) -> Result<Found<Agreement>, Problem> {
    let fields = store::find(&db, &scope, id.0).await?;
    Ok(Found { version: fields.version, record: view(&scope, fields), preconditions })
}

/// Change a draft (JSON merge patch).
#[utoipa::path(patch, path = "/v1/agreements/{id}", params(("id" = Uuid, Path, description = "Id of the agreement.")),
    request_body = AgreementPatch, responses((status = 200, description = "The changed agreement.", body = Agreement)))]
async fn update_agreement(
    scope: Scope<Update, Agreements>,
    db: Data<Db>,
    target: Target,
    body: Valid<AgreementPatch>,
) -> Result<Reply, Problem> {
    let change = async |tx: &Tx, after: &mut AgreementFields| rules::patch(tx, &scope, after, body.value).await;
    act(&db, &scope, &target, &body.retry, change, async |_, after| Ok(view(&scope, after))).await
}

/// Record that a party, or the mediator, has signed.
#[utoipa::path(post, path = "/v1/agreements/{id}/sign", params(("id" = Uuid, Path, description = "Id of the agreement.")),
    request_body = NewSignature, responses((status = 200, description = "The agreement after the action.", body = Agreement)))]
async fn sign_agreement(
    scope: Scope<Sign, Agreements>,
    db: Data<Db>,
    target: Target,
    body: Valid<NewSignature>,
) -> Result<Reply, Problem> {
    let change = async |tx: &Tx, after: &mut AgreementFields| rules::sign(tx, &scope, after, body.value).await;
    act(&db, &scope, &target, &body.retry, change, async |_, after| Ok(view(&scope, after))).await
}

/// Record the seal of the mediation committee: with all signatures the agreement is in force.
#[utoipa::path(post, path = "/v1/agreements/{id}/seal", params(("id" = Uuid, Path, description = "Id of the agreement.")),
    request_body = Sealing, responses((status = 200, description = "The agreement after the action.", body = Agreement)))]
async fn seal_agreement(
    scope: Scope<Seal, Agreements>,
    db: Data<Db>,
    target: Target,
    body: Valid<Sealing>,
) -> Result<Reply, Problem> {
    let change = async |tx: &Tx, after: &mut AgreementFields| rules::seal(tx, &scope, after, body.value.sealed_on).await;
    act(&db, &scope, &target, &body.retry, change, async |_, after| Ok(view(&scope, after))).await
}

/// Record what was done of an obligation.
#[utoipa::path(post, path = "/v1/agreements/{id}/perform", params(("id" = Uuid, Path, description = "Id of the agreement.")),
    request_body = NewPerformance, responses((status = 200, description = "The agreement after the action.", body = Agreement)))]
async fn perform_agreement(
    scope: Scope<Perform, Agreements>,
    db: Data<Db>,
    target: Target,
    body: Valid<NewPerformance>,
) -> Result<Reply, Problem> {
    let change = async |_: &Tx, after: &mut AgreementFields| rules::perform(&scope, after, body.value).map(|()| Vec::new());
    act(&db, &scope, &target, &body.retry, change, async |_, after| Ok(view(&scope, after))).await
}

/// Record that an overdue obligation was not met; the dispute is taken up again.
#[utoipa::path(post, path = "/v1/agreements/{id}/default", params(("id" = Uuid, Path, description = "Id of the agreement.")),
    request_body = NewDefault, responses((status = 200, description = "The agreement after the action.", body = Agreement)))]
async fn default_agreement(
    scope: Scope<Default, Agreements>,
    db: Data<Db>,
    target: Target,
    body: Valid<NewDefault>,
) -> Result<Reply, Problem> {
    let change = async |tx: &Tx, after: &mut AgreementFields| rules::default(tx, &scope, after, body.value).await;
    act(&db, &scope, &target, &body.retry, change, async |_, after| Ok(view(&scope, after))).await
}

/// Take an agreement back, as its parties or a court decided.
#[utoipa::path(post, path = "/v1/agreements/{id}/rescind", params(("id" = Uuid, Path, description = "Id of the agreement.")),
    request_body = Reason, responses((status = 200, description = "The agreement after the action.", body = Agreement)))]
async fn rescind_agreement(
    scope: Scope<Rescind, Agreements>,
    db: Data<Db>,
    target: Target,
    body: Valid<Reason>,
) -> Result<Reply, Problem> {
    let change = async |tx: &Tx, after: &mut AgreementFields| rules::rescind(tx, &scope, after, body.value.reason).await;
    act(&db, &scope, &target, &body.retry, change, async |_, after| Ok(view(&scope, after))).await
}

/// Record what a visit to the parties found.
#[utoipa::path(post, path = "/v1/agreements/{id}/visit-back", params(("id" = Uuid, Path, description = "Id of the agreement.")),
    request_body = AgreementVisit, responses((status = 200, description = "The agreement after the action.", body = Agreement)))]
async fn visit_agreement(
    scope: Scope<VisitBack, Agreements>,
    db: Data<Db>,
    target: Target,
    body: Valid<AgreementVisit>,
) -> Result<Reply, Problem> {
    let change = async |_: &Tx, after: &mut AgreementFields| {
        after.visit_note = Some(body.value.note);
        Ok(Vec::new())
    };
    act(&db, &scope, &target, &body.retry, change, async |_, after| Ok(view(&scope, after))).await
}

/// Record that the parties together ask a court to confirm the agreement, within 30 days.
#[utoipa::path(post, path = "/v1/agreements/{id}/apply-confirmation", params(("id" = Uuid, Path, description = "Id of the agreement.")),
    request_body = ConfirmationApplication, responses((status = 200, description = "The agreement after the action.", body = Agreement)))]
async fn apply_agreement_confirmation(
    scope: Scope<ApplyConfirmation, Agreements>,
    db: Data<Db>,
    target: Target,
    body: Valid<ConfirmationApplication>,
) -> Result<Reply, Problem> {
    let change = async |tx: &Tx, after: &mut AgreementFields| confirmation::apply(tx, &scope, after, body.value).await;
    act(&db, &scope, &target, &body.retry, change, async |_, after| Ok(view(&scope, after))).await
}

/// Record that the court takes the case.
#[utoipa::path(post, path = "/v1/agreements/{id}/accept-confirmation", params(("id" = Uuid, Path, description = "Id of the agreement.")),
    request_body = ConfirmationAcceptance, responses((status = 200, description = "The agreement after the action.", body = Agreement)))]
async fn accept_agreement_confirmation(
    scope: Scope<AcceptConfirmation, Agreements>,
    db: Data<Db>,
    target: Target,
    body: Valid<ConfirmationAcceptance>,
) -> Result<Reply, Problem> {
    let change = async |_: &Tx, after: &mut AgreementFields| confirmation::accept(&scope, after, body.value);
    act(&db, &scope, &target, &body.retry, change, async |_, after| Ok(view(&scope, after))).await
}

/// Record that the court takes longer to decide, once, by ten days.
#[utoipa::path(post, path = "/v1/agreements/{id}/extend-confirmation", params(("id" = Uuid, Path, description = "Id of the agreement.")),
    request_body = Reason, responses((status = 200, description = "The agreement after the action.", body = Agreement)))]
async fn extend_agreement_confirmation(
    scope: Scope<ExtendConfirmation, Agreements>,
    db: Data<Db>,
    target: Target,
    body: Valid<Reason>,
) -> Result<Reply, Problem> {
    let change = async |_: &Tx, after: &mut AgreementFields| confirmation::extend(after, body.value.reason);
    act(&db, &scope, &target, &body.retry, change, async |_, after| Ok(view(&scope, after))).await
}

/// Record what the court decided.
#[utoipa::path(post, path = "/v1/agreements/{id}/decide-confirmation", params(("id" = Uuid, Path, description = "Id of the agreement.")),
    request_body = ConfirmationDecision, responses((status = 200, description = "The agreement after the action.", body = Agreement)))]
async fn decide_agreement_confirmation(
    scope: Scope<DecideConfirmation, Agreements>,
    db: Data<Db>,
    target: Target,
    body: Valid<ConfirmationDecision>,
) -> Result<Reply, Problem> {
    let change = async |_: &Tx, after: &mut AgreementFields| confirmation::decide(&scope, after, body.value);
    act(&db, &scope, &target, &body.retry, change, async |_, after| Ok(view(&scope, after))).await
}
