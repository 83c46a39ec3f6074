//! `/v1/disputes`: property-management disputes from filing to closing. Their actions are in `actions`, what the service
//! does by itself in `scheduler`.

use actix_web::web::{Data, Json};
use uuid::Uuid;

use self::in_force::InForce;
use self::model::{Dispute, DisputeEventPage, DisputePage, DisputePatch, NewDispute};
use self::model_deadlines::DisputeDeadlines;
use self::model_filter::{DisputeFilter, Sort};
use self::model_views::{DisclosedParties, LikeDispute, LikeDisputes, LikeParams};
use self::progress::Route;
use self::rules::view;
use crate::access::policy::action::{Create, Disclose, Read, Update};
use crate::access::policy::resource::Disputes;
use crate::access::privacy::DisclosureParams;
use crate::access::scope::Scope;
use crate::changes::disclosure::disclose;
use crate::changes::reply::{Reply, Unversioned};
use crate::changes::write::{Tx, write};
use crate::db::cursor::CursorKey;
use crate::db::page::{self, DEFAULT_LIMIT};
use crate::db::pool::Db;
use crate::http::answer::{Found, Listed};
use crate::http::codes;
use crate::http::etag::{Preconditions, Target};
use crate::http::json::Valid;
use crate::http::operation::{Operation, operations};
use crate::http::path::Id;
use crate::http::problem::Problem;
use crate::http::query::{PageFilter, Params};

mod actions;
pub mod case;
mod clock;
mod clocks;
mod families;
mod filing;
mod guests;
pub mod handling;
mod in_force;
pub mod model;
pub mod model_actions;
mod model_deadlines;
pub mod model_filter;
pub mod model_parties;
mod model_views;
pub mod progress;
mod routing;
pub mod rules;
pub mod rules_mediation;
pub mod scheduler;
mod search;
pub mod states;
pub mod store;
mod store_list;
mod store_time;
pub mod store_work;
mod transfers;

pub fn operations() -> Vec<Operation> {
    let records = operations![
        list_disputes,
        create_dispute,
        list_like_disputes,
        get_dispute,
        update_dispute,
        list_dispute_events,
        get_dispute_routing,
        list_dispute_deadlines,
        disclose_dispute,
    ];
    records.into_iter().chain(actions::operations()).chain(transfers::operations()).collect()
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
    let mut rows = store_list::list(&db, &scope, filter, after).await?;
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
    write(&db, &scope, &body.retry, async |tx| rules::file(tx, &scope, body.value).await).await
}

/// Tell which disputes may be about the same as one that is about to be filed.
#[utoipa::path(get, path = "/v1/disputes/duplicates", params(LikeParams),
    responses((status = 200, description = "Those of the same estate and kind, the most alike first.", body = LikeDisputes)))]
async fn list_like_disputes(
    scope: Scope<Read, Disputes>,
    db: Data<Db>,
    params: Params<LikeParams>,
) -> Result<Json<LikeDisputes>, Problem> {
    let wanted = params.value;
    let at = wanted.reported_at.unwrap_or(scope.now);
    let span = (at, chrono::TimeDelta::days(DAYS_OF_LIKES));
    let found = store_list::alike(&db, &scope, wanted.jurisdiction, wanted.estate_name, &wanted.category, span).await?;
    let title = wanted.title.unwrap_or_default();
    let liken = |fields: model::DisputeFields| {
        let likeness = search::likeness(&title, &fields.title);
        LikeDispute::of(fields, likeness)
    };
    let mut items: Vec<_> = found.into_iter().map(liken).collect();
    items.sort_by_key(|like| (std::cmp::Reverse(like.likeness), std::cmp::Reverse(like.reported_at)));
    items.truncate(20);
    Ok(Json(LikeDisputes { items }))
}

/// Disputes that were reported farther apart are hardly about the same.
const DAYS_OF_LIKES: i64 = 60;

/// Get a dispute with its parties.
#[utoipa::path(get, path = "/v1/disputes/{id}", params(("id" = Uuid, Path, description = "Id of the dispute.")),
    responses((status = 200, description = "The dispute.", body = Dispute), (status = 304, description = "The client holds this version.")))]
async fn get_dispute(
    scope: Scope<Read, Disputes>,
    db: Data<Db>,
    id: Id<Uuid>,
    preconditions: Preconditions,
) -> Result<Found<Dispute>, Problem> {
    let (fields, parts) = store::find(&db, &scope, id.0).await?;
    Ok(Found { version: fields.version, record: view(&scope, fields, Some(parts)), preconditions })
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
    let (fields, mut items) = store::events(&db, &scope, id.0, after, limit).await?;
    if rules::hides_from(&scope, &fields) {
        items.iter_mut().filter(|event| event.role == "resident").for_each(|event| event.caller = "***".into());
    }
    let next_cursor = page::cut(&mut items, limit).map(|last| cursors.seal(&params.fingerprint, &last.version));
    Ok(Listed(DisputeEventPage { items, next_cursor }))
}

/// Tell how it was found who is responsible for a dispute.
#[utoipa::path(get, path = "/v1/disputes/{id}/routing", params(("id" = Uuid, Path, description = "Id of the dispute.")),
    responses((status = 200, description = "The search, level by level.", body = Route)))]
async fn get_dispute_routing(scope: Scope<Read, Disputes>, db: Data<Db>, id: Id<Uuid>) -> Result<Json<Route>, Problem> {
    let (fields, _) = store::find(&db, &scope, id.0).await?;
    // Disputes that were filed before there was routing have none.
    fields.progress.read()?.route.map(Json).ok_or_else(|| Problem::new(&codes::NOT_FOUND))
}

/// Tell every deadline of a dispute and how it came about.
#[utoipa::path(get, path = "/v1/disputes/{id}/deadlines", params(("id" = Uuid, Path, description = "Id of the dispute.")),
    responses((status = 200, description = "The deadlines.", body = DisputeDeadlines)))]
async fn list_dispute_deadlines(
    scope: Scope<Read, Disputes>,
    db: Data<Db>,
    id: Id<Uuid>,
) -> Result<Json<DisputeDeadlines>, Problem> {
    let (fields, _) = store::find(&db, &scope, id.0).await?;
    let place = fields.jurisdiction;
    let in_force = db.read(async |connection| InForce::at(connection, place, &fields.category, scope.today()).await).await?;
    Ok(Json(DisputeDeadlines::of(fields.progress.read()?, &in_force.calendar, scope.now)))
}

/// Read the parties of a dispute in full. The audit keeps who read them and what for.
#[utoipa::path(get, path = "/v1/disputes/{id}/disclosure",
    params(("id" = Uuid, Path, description = "Id of the dispute."), DisclosureParams),
    responses((status = 200, description = "The parties.", body = DisclosedParties)))]
async fn disclose_dispute(
    scope: Scope<Disclose, Disputes>,
    db: Data<Db>,
    id: Id<Uuid>,
    params: Params<DisclosureParams>,
) -> Result<Unversioned, Problem> {
    let read = async |tx: &Tx| {
        let (fields, parties) = rules::disclosed(tx, &scope, id.0).await?;
        Ok((fields, DisclosedParties { parties }))
    };
    disclose(&db, &scope, ("dispute_disclosure", params.value.purpose), read).await
}
