//! `/v1/mediators`: the register of mediators.

use actix_web::web::Data;
use uuid::Uuid;

use self::model::{
    DisclosedMediator, Mediator, MediatorFields, MediatorFilter, MediatorLeaving, MediatorPage, MediatorPatch, NewMediator,
};
use self::rules::view;
use crate::access::policy::action::{Create, Disclose, Leave, Read, Update};
use crate::access::policy::resource::Mediators;
use crate::access::privacy::DisclosureParams;
use crate::access::scope::Scope;
use crate::changes::disclosure::disclose;
use crate::changes::record::{Reached, act};
use crate::changes::reply::{Reply, Unversioned};
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
pub mod scheduler;
pub mod store;

pub fn operations() -> Vec<Operation> {
    operations![list_mediators, create_mediator, get_mediator, update_mediator, leave_mediator, disclose_mediator,]
}

/// List the mediators within the caller's jurisdiction.
#[utoipa::path(get, path = "/v1/mediators", params(MediatorFilter),
    responses((status = 200, description = "A page of mediators.", body = MediatorPage)))]
async fn list_mediators(
    scope: Scope<Read, Mediators>,
    db: Data<Db>,
    key: Data<CursorKey>,
    params: Params<MediatorFilter>,
) -> Result<Listed<MediatorPage>, Problem> {
    let limit = params.value.limit.unwrap_or(DEFAULT_LIMIT);
    let after = key.resume(&params.fingerprint, params.value.cursor.as_deref())?;
    let mut rows = store::list(&db, &scope, params.value, after).await?;
    let next_cursor = page::cut(&mut rows, limit).map(|last| key.seal(&params.fingerprint, &(last.updated_at, last.id)));
    Ok(Listed(MediatorPage { items: rows.into_iter().map(|fields| view(&scope, fields)).collect(), next_cursor }))
}

/// Register a mediator of a mediation committee.
#[utoipa::path(post, path = "/v1/mediators", request_body = NewMediator,
    responses((status = 201, description = "The mediator was registered.", body = Mediator)))]
async fn create_mediator(scope: Scope<Create, Mediators>, db: Data<Db>, body: Valid<NewMediator>) -> Result<Reply, Problem> {
    write(&db, &scope, &body.retry, async |tx| {
        let (record, others) = rules::register(tx, &scope, body.value).await?;
        Ok(Change::created("/v1/mediators", &record, &view(&scope, record.clone()))?.and(others))
    })
    .await
}

/// Get a mediator.
#[utoipa::path(get, path = "/v1/mediators/{id}", params(("id" = Uuid, Path, description = "Id of the mediator.")),
    responses((status = 200, description = "The mediator.", body = Mediator),
        (status = 304, description = "The client holds this version.")))]
async fn get_mediator(
    scope: Scope<Read, Mediators>,
    db: Data<Db>,
    id: Id<Uuid>,
    preconditions: Preconditions,
) -> Result<Found<Mediator>, Problem> {
    let fields = store::find(&db, &scope, id.0).await?;
    Ok(Found { version: fields.version, record: view(&scope, fields), preconditions })
}

/// Change a mediator (JSON merge patch).
#[utoipa::path(patch, path = "/v1/mediators/{id}", params(("id" = Uuid, Path, description = "Id of the mediator.")),
    request_body = MediatorPatch, responses((status = 200, description = "The changed mediator.", body = Mediator)))]
async fn update_mediator(
    scope: Scope<Update, Mediators>,
    db: Data<Db>,
    target: Target,
    body: Valid<MediatorPatch>,
) -> Result<Reply, Problem> {
    let change = async |tx: &Tx, after: &mut MediatorFields| {
        let old_subject = after.subject.clone();
        body.value.apply(after);
        let fault = rules::seat_fault(tx, after).await?;
        Problem::unless_right(fault.into_iter().collect())?;
        rules::tell_learner(tx, &scope, old_subject.as_deref(), after).await
    };
    act(&db, &scope, &target, &body.retry, change, async |_, after| Ok(view(&scope, after))).await
}

/// Record that a mediator left.
#[utoipa::path(post, path = "/v1/mediators/{id}/leave", params(("id" = Uuid, Path, description = "Id of the mediator.")),
    request_body = MediatorLeaving, responses((status = 200, description = "The mediator after the action.", body = Mediator)))]
async fn leave_mediator(
    scope: Scope<Leave, Mediators>,
    db: Data<Db>,
    target: Target,
    body: Valid<MediatorLeaving>,
) -> Result<Reply, Problem> {
    let change = async |tx: &Tx, after: &mut MediatorFields| {
        Problem::unless_right(scope.day_faults("/left_on", body.value.left_on, None))?;
        after.left_on = Some(body.value.left_on);
        rules::release_learner(tx, &scope, after, body.value.left_on).await
    };
    act(&db, &scope, &target, &body.retry, change, async |_, after| Ok(view(&scope, after))).await
}

/// Read how to reach a mediator. The audit keeps who read it and what for.
#[utoipa::path(get, path = "/v1/mediators/{id}/disclosure",
    params(("id" = Uuid, Path, description = "Id of the mediator."), DisclosureParams),
    responses((status = 200, description = "Name and phone.", body = DisclosedMediator)))]
async fn disclose_mediator(
    scope: Scope<Disclose, Mediators>,
    db: Data<Db>,
    id: Id<Uuid>,
    params: Params<DisclosureParams>,
) -> Result<Unversioned, Problem> {
    let read = async |tx: &Tx| {
        let fields = MediatorFields::lock(tx, &scope, id.0).await?;
        let told = DisclosedMediator { name: fields.name.clone(), phone: fields.phone.clone() };
        Ok((fields, told))
    };
    disclose(&db, &scope, ("mediator_disclosure", params.value.purpose), read).await
}
