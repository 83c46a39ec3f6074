//! `/v1/mediations`: the mediation of a dispute, from the question whether the parties want it to its end.

use actix_web::web::{Data, Json};
use uuid::Uuid;

use self::model::{
    ConsentWithdrawal, Continuation, Failure, Mediation, MediationFields, MediationFilter, MediationPage, MediatorChoice,
    NewConsent, NewExclusion, NewMediation, Recommendations, RightsNotice,
};
use self::rules::view;
use crate::access::policy::action::{
    Create, Exclude, Extend, Fail, GiveNotice, Read, RecordConsent, Select, Terminate, WithdrawConsent,
};
use crate::access::policy::resource::Mediations;
use crate::access::scope::Scope;
use crate::changes::record::act;
use crate::changes::reply::Reply;
use crate::changes::write::{Change, Tx, write};
use crate::db::cursor::CursorKey;
use crate::db::page::{self, DEFAULT_LIMIT};
use crate::db::pool::Db;
use crate::http::answer::{Found, Listed};
use crate::http::codes;
use crate::http::etag::{Preconditions, Target};
use crate::http::json::Valid;
use crate::http::operation::{Operation, operations};
use crate::http::path::Id;
use crate::http::problem::{Problem, refused};
use crate::http::query::Params;
use crate::resources::disputes::model_actions::Reason;
use crate::resources::disputes::rules_mediation as disputes;

pub mod model;
pub mod rules;
pub mod scheduler;
pub mod states;
pub mod store;

pub fn operations() -> Vec<Operation> {
    operations![
        list_mediations,
        create_mediation,
        get_mediation,
        recommend_mediators,
        record_mediation_consent,
        withdraw_mediation_consent,
        give_mediation_notice,
        select_mediation_mediator,
        exclude_mediation_mediator,
        extend_mediation,
        fail_mediation,
        terminate_mediation,
    ]
}

/// List mediations within the caller's jurisdiction, or their own.
#[utoipa::path(get, path = "/v1/mediations", params(MediationFilter),
    responses((status = 200, description = "A page of mediations.", body = MediationPage)))]
async fn list_mediations(
    scope: Scope<Read, Mediations>,
    db: Data<Db>,
    key: Data<CursorKey>,
    params: Params<MediationFilter>,
) -> Result<Listed<MediationPage>, Problem> {
    let limit = params.value.limit.unwrap_or(DEFAULT_LIMIT);
    let after = key.resume(&params.fingerprint, params.value.cursor.as_deref())?;
    let mut rows = store::list(&db, &scope, params.value, after).await?;
    let next_cursor = page::cut(&mut rows, limit).map(|last| key.seal(&params.fingerprint, &(last.updated_at, last.id)));
    Ok(Listed(MediationPage { items: rows.into_iter().map(|fields| view(&scope, fields)).collect(), next_cursor }))
}

/// Open a mediation of a dispute.
#[utoipa::path(post, path = "/v1/mediations", request_body = NewMediation,
    responses((status = 201, description = "The mediation was opened.", body = Mediation)))]
async fn create_mediation(scope: Scope<Create, Mediations>, db: Data<Db>, body: Valid<NewMediation>) -> Result<Reply, Problem> {
    write(&db, &scope, &body.retry, async |tx| {
        let (record, others) = rules::open(tx, &scope, body.value).await?;
        Ok(Change::created("/v1/mediations", &record, &view(&scope, record.clone()))?.and(others))
    })
    .await
}

/// Get a mediation.
#[utoipa::path(get, path = "/v1/mediations/{id}", params(("id" = Uuid, Path, description = "Id of the mediation.")),
    responses((status = 200, description = "The mediation.", body = Mediation),
        (status = 304, description = "The client holds this version.")))]
async fn get_mediation(
    scope: Scope<Read, Mediations>,
    db: Data<Db>,
    id: Id<Uuid>,
    preconditions: Preconditions,
) -> Result<Found<Mediation>, Problem> {
    let fields = store::find(&db, &scope, id.0).await?;
    Ok(Found { version: fields.version, record: view(&scope, fields), preconditions })
}

/// Tell which mediators of the committee suit a case, and why.
#[utoipa::path(get, path = "/v1/mediations/{id}/recommendations", params(("id" = Uuid, Path, description = "Id of the mediation.")),
    responses((status = 200, description = "The most suitable first.", body = Recommendations)))]
async fn recommend_mediators(
    scope: Scope<Read, Mediations>,
    db: Data<Db>,
    id: Id<Uuid>,
) -> Result<Json<Recommendations>, Problem> {
    rules::recommend(&db, &scope, id.0).await.map(Json)
}

/// Record whether a party wants the mediation; a refusal ends it.
#[utoipa::path(post, path = "/v1/mediations/{id}/record-consent", params(("id" = Uuid, Path, description = "Id of the mediation.")),
    request_body = NewConsent, responses((status = 200, description = "The mediation after the action.", body = Mediation)))]
async fn record_mediation_consent(
    scope: Scope<RecordConsent, Mediations>,
    db: Data<Db>,
    target: Target,
    body: Valid<NewConsent>,
) -> Result<Reply, Problem> {
    let change = async |tx: &Tx, after: &mut MediationFields| rules::consent(tx, &scope, after, body.value).await;
    act(&db, &scope, &target, &body.retry, change, async |_, after| Ok(view(&scope, after))).await
}

/// Record that a party no longer wants the mediation, which ends it.
#[utoipa::path(post, path = "/v1/mediations/{id}/withdraw-consent", params(("id" = Uuid, Path, description = "Id of the mediation.")),
    request_body = ConsentWithdrawal, responses((status = 200, description = "The mediation after the action.", body = Mediation)))]
async fn withdraw_mediation_consent(
    scope: Scope<WithdrawConsent, Mediations>,
    db: Data<Db>,
    target: Target,
    body: Valid<ConsentWithdrawal>,
) -> Result<Reply, Problem> {
    let ConsentWithdrawal { position, reason } = body.value;
    let change = async |tx: &Tx, after: &mut MediationFields| {
        let Some(party) = after.parties.0.iter_mut().find(|party| party.position == position) else {
            return refused("/position", &codes::UNKNOWN_RECORD);
        };
        if party.consents != Some(true) {
            return refused("/position", &codes::NOT_APPLICABLE);
        }
        (party.consents, party.said_on) = (Some(false), Some(scope.today()));
        after.outcome = Some(reason);
        rules::end(tx, &scope, after).await
    };
    act(&db, &scope, &target, &body.retry, change, async |_, after| Ok(view(&scope, after))).await
}

/// Record that the parties were told of their rights, which comes before the first session.
#[utoipa::path(post, path = "/v1/mediations/{id}/give-notice", params(("id" = Uuid, Path, description = "Id of the mediation.")),
    request_body = RightsNotice, responses((status = 200, description = "The mediation after the action.", body = Mediation)))]
async fn give_mediation_notice(
    scope: Scope<GiveNotice, Mediations>,
    db: Data<Db>,
    target: Target,
    body: Valid<RightsNotice>,
) -> Result<Reply, Problem> {
    let given_on = body.value.given_on;
    let change = async |tx: &Tx, after: &mut MediationFields| {
        let reported_on = disputes::reported_on(tx, after.dispute_id).await?;
        Problem::unless_right(scope.day_faults("/given_on", given_on, Some(reported_on)))?;
        after.rights_notice_on = Some(given_on);
        Ok(Vec::new())
    };
    act(&db, &scope, &target, &body.retry, change, async |_, after| Ok(view(&scope, after))).await
}

/// Choose who mediates, once every party has consented.
#[utoipa::path(post, path = "/v1/mediations/{id}/select", params(("id" = Uuid, Path, description = "Id of the mediation.")),
    request_body = MediatorChoice, responses((status = 200, description = "The mediation after the action.", body = Mediation)))]
async fn select_mediation_mediator(
    scope: Scope<Select, Mediations>,
    db: Data<Db>,
    target: Target,
    body: Valid<MediatorChoice>,
) -> Result<Reply, Problem> {
    let change = async |tx: &Tx, after: &mut MediationFields| rules::select(tx, &scope, after, body.value).await;
    act(&db, &scope, &target, &body.retry, change, async |_, after| Ok(view(&scope, after))).await
}

/// Record that a party refuses the mediator, or that the mediator stands back; another one is to be chosen.
#[utoipa::path(post, path = "/v1/mediations/{id}/exclude", params(("id" = Uuid, Path, description = "Id of the mediation.")),
    request_body = NewExclusion, responses((status = 200, description = "The mediation after the action.", body = Mediation)))]
async fn exclude_mediation_mediator(
    scope: Scope<Exclude, Mediations>,
    db: Data<Db>,
    target: Target,
    body: Valid<NewExclusion>,
) -> Result<Reply, Problem> {
    let change = async |tx: &Tx, after: &mut MediationFields| rules::exclude(tx, &scope, after, body.value).await;
    act(&db, &scope, &target, &body.retry, change, async |_, after| Ok(view(&scope, after))).await
}

/// Let a mediation take longer, when all parties agree.
#[utoipa::path(post, path = "/v1/mediations/{id}/extend", params(("id" = Uuid, Path, description = "Id of the mediation.")),
    request_body = Continuation, responses((status = 200, description = "The mediation after the action.", body = Mediation)))]
async fn extend_mediation(
    scope: Scope<Extend, Mediations>,
    db: Data<Db>,
    target: Target,
    body: Valid<Continuation>,
) -> Result<Reply, Problem> {
    let change = async |tx: &Tx, after: &mut MediationFields| rules::extend(tx, &scope, after, body.value).await;
    act(&db, &scope, &target, &body.retry, change, async |_, after| Ok(view(&scope, after))).await
}

/// Record that the parties did not agree, and that they were told of the other ways.
#[utoipa::path(post, path = "/v1/mediations/{id}/fail", params(("id" = Uuid, Path, description = "Id of the mediation.")),
    request_body = Failure, responses((status = 200, description = "The mediation after the action.", body = Mediation)))]
async fn fail_mediation(
    scope: Scope<Fail, Mediations>,
    db: Data<Db>,
    target: Target,
    body: Valid<Failure>,
) -> Result<Reply, Problem> {
    let Failure { reason, told_of_other_ways } = body.value;
    let change = async |tx: &Tx, after: &mut MediationFields| {
        if !told_of_other_ways {
            return refused("/told_of_other_ways", &codes::NOT_YET);
        }
        after.outcome = Some(reason);
        rules::end(tx, &scope, after).await
    };
    act(&db, &scope, &target, &body.retry, change, async |_, after| Ok(view(&scope, after))).await
}

/// End a mediation for another reason.
#[utoipa::path(post, path = "/v1/mediations/{id}/terminate", params(("id" = Uuid, Path, description = "Id of the mediation.")),
    request_body = Reason, responses((status = 200, description = "The mediation after the action.", body = Mediation)))]
async fn terminate_mediation(
    scope: Scope<Terminate, Mediations>,
    db: Data<Db>,
    target: Target,
    body: Valid<Reason>,
) -> Result<Reply, Problem> {
    let change = async |tx: &Tx, after: &mut MediationFields| {
        after.outcome = Some(body.value.reason);
        rules::end(tx, &scope, after).await
    };
    act(&db, &scope, &target, &body.retry, change, async |_, after| Ok(view(&scope, after))).await
}
