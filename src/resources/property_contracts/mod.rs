//! `/v1/property-contracts`: which enterprise serves an estate, and until when.

use actix_web::web::Data;
use uuid::Uuid;

use self::model::{
    NewPropertyContract, PropertyContract, PropertyContractFields, PropertyContractFilter, PropertyContractPage, Termination,
};
use crate::access::policy::action::{Create, Read, Terminate};
use crate::access::policy::resource::PropertyContracts;
use crate::access::scope::{Authorized, Scope};
use crate::changes::lifecycle::{Lifecycle, next_actions};
use crate::changes::record::act;
use crate::changes::reply::Reply;
use crate::changes::write::{Change, write};
use crate::db::cursor::CursorKey;
use crate::db::page::{self, DEFAULT_LIMIT};
use crate::db::pool::Db;
use crate::http::answer::{Found, Listed};
use crate::http::etag::{Preconditions, Target};
use crate::http::json::Valid;
use crate::http::operation::{Operation, operations};
use crate::http::path::Id;
use crate::http::problem::{FieldError, Problem};
use crate::http::query::Params;

pub mod model;
pub mod rules;
pub mod store;

pub fn operations() -> Vec<Operation> {
    operations![list_property_contracts, create_property_contract, get_property_contract, terminate_property_contract]
}

fn view(scope: &Authorized<PropertyContracts>, fields: PropertyContractFields) -> PropertyContract {
    PropertyContract { next_actions: next_actions(scope, &fields), status: fields.status(), fields }
}

/// List property contracts within the caller's jurisdiction.
#[utoipa::path(get, path = "/v1/property-contracts", params(PropertyContractFilter),
    responses((status = 200, description = "A page of contracts.", body = PropertyContractPage)))]
async fn list_property_contracts(
    scope: Scope<Read, PropertyContracts>,
    db: Data<Db>,
    key: Data<CursorKey>,
    params: Params<PropertyContractFilter>,
) -> Result<Listed<PropertyContractPage>, Problem> {
    let limit = params.value.limit.unwrap_or(DEFAULT_LIMIT);
    let after = key.resume(&params.fingerprint, params.value.cursor.as_deref())?;
    let mut rows = store::list(&db, &scope, params.value, after).await?;
    let next_cursor = page::cut(&mut rows, limit).map(|last| key.seal(&params.fingerprint, &(last.updated_at, last.id)));
    Ok(Listed(PropertyContractPage { items: rows.into_iter().map(|fields| view(&scope, fields)).collect(), next_cursor }))
}

/// Register a property contract. An estate is served by one enterprise at a time.
#[utoipa::path(post, path = "/v1/property-contracts", request_body = NewPropertyContract,
    responses((status = 201, description = "The contract was registered.", body = PropertyContract)))]
async fn create_property_contract(
    scope: Scope<Create, PropertyContracts>,
    db: Data<Db>,
    body: Valid<NewPropertyContract>,
) -> Result<Reply, Problem> {
    write(&db, &scope, &body.retry, async |tx| {
        let record = rules::register(tx, &scope, body.value).await?;
        Change::created("/v1/property-contracts", &record, &view(&scope, record.clone()))
    })
    .await
}

/// Get a property contract.
#[utoipa::path(get, path = "/v1/property-contracts/{id}", params(("id" = Uuid, Path, description = "Id of the contract.")),
    responses((status = 200, description = "The contract.", body = PropertyContract),
        (status = 304, description = "The client holds this version.")))]
async fn get_property_contract(
    scope: Scope<Read, PropertyContracts>,
    db: Data<Db>,
    id: Id<Uuid>,
    preconditions: Preconditions,
) -> Result<Found<PropertyContract>, Problem> {
    let fields = store::find(&db, &scope, id.0).await?;
    Ok(Found { version: fields.version, record: view(&scope, fields), preconditions })
}

/// End a property contract early.
#[utoipa::path(post, path = "/v1/property-contracts/{id}/terminate",
    params(("id" = Uuid, Path, description = "Id of the contract.")), request_body = Termination,
    responses((status = 200, description = "The contract after the action.", body = PropertyContract)))]
async fn terminate_property_contract(
    scope: Scope<Terminate, PropertyContracts>,
    db: Data<Db>,
    target: Target,
    body: Valid<Termination>,
) -> Result<Reply, Problem> {
    let Termination { terminated_on, reason } = body.value;
    let change = async |_: &_, after: &mut PropertyContractFields| {
        let mut errors = Vec::new();
        errors.extend(FieldError::before("/terminated_on", terminated_on, Some(after.starts_on)));
        errors.extend(FieldError::after("/terminated_on", terminated_on, Some(after.ends_on)));
        (after.terminated_on, after.termination_reason) = (Some(terminated_on), Some(reason));
        Problem::unless_right(errors).map(|()| Vec::new())
    };
    act(&db, &scope, &target, &body.retry, change, async |_, after| Ok(view(&scope, after))).await
}
