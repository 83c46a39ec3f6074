//! `/v1/policies`: the policy library. What is published is readable where it holds and below.

use uuid::Uuid;

use self::command::Command;
use self::model::{NewPolicy, Policy, PolicyFields, PolicyFilter, PolicyPage, view};
use crate::access::authority::Authority;
use crate::access::permissions::action::{Create, Read};
use crate::access::permissions::resource::Policies;
use crate::access::permissions::{Resource, action};
use crate::access::scope::Scope;
use crate::changes::command::command as on_record;
use crate::changes::execute::Aggregate;
use crate::changes::kinds::RecordType;
use crate::changes::relocation::{Move, Moved, Relocation, move_records};
use crate::changes::reply::Reply;
use crate::changes::slice::Slice;
use crate::changes::write::{Tx, Written, write};
use crate::db::listing::Listing;
use crate::db::pool::Db;
use crate::http::answer::{Found, Listed};
use crate::http::etag::Preconditions;
use crate::http::json::Valid;
use crate::http::operation::{Operation, operations};
use crate::http::path::Id;
use crate::http::problem::Problem;
use crate::http::query::PageFilter;

mod command;
pub mod creation;
pub mod model;
pub mod store;

pub const SLICE: Slice = Slice {
    resource: Some(Resource::Policies),
    record: Some(RecordType::Policy),
    noun: PolicyFields::NOUN,
    about: "The policy library. What is published is readable where it holds and below.",
    tables: &["policies"],
    operations,
    jobs: &[],
    relocation: Relocation::Moves(|tx, who, way| Box::pin(relocate(tx, who, way))),
};

fn operations() -> Vec<Operation> {
    let mut all = operations![list_policies, create_policy, get_policy];
    all.extend(actions());
    all
}

fn actions() -> Vec<Operation> {
    vec![
        on_record::<action::Update, PolicyFields, _>("updatePolicy", "Update a draft (JSON merge patch).", Command::Update),
        on_record::<action::Publish, PolicyFields, _>("publishPolicy", "Publish a draft.", Command::Publish),
        on_record::<action::Repeal, PolicyFields, _>(
            "repealPolicy",
            "Repeal a published policy that no later version replaces.",
            Command::Repeal,
        ),
    ]
}

/// List the policies of the caller's jurisdiction and those above it, without their articles.
#[utoipa::path(get, path = "/v1/policies", params(PolicyFilter, PageFilter),
    responses((status = 200, description = "A page of policies.", body = PolicyPage)))]
async fn list_policies(scope: Scope<Read, Policies>, db: Db, list: Listing<PolicyFilter>) -> Result<Listed<PolicyPage>, Problem> {
    let rows = store::list(&db, &scope, list.filter, list.keyset).await?;
    Ok(list.pager.page(rows, |last| (last.updated_at, last.id), |fields| view(&scope, fields, false)))
}

/// Draft a policy, or a new version of a published one.
#[utoipa::path(post, path = "/v1/policies", request_body = NewPolicy,
    responses((status = 201, description = "The policy was drafted.", body = Policy)))]
async fn create_policy(scope: Scope<Create, Policies>, db: Db, body: Valid<NewPolicy>) -> Result<Reply, Problem> {
    write(&db, &scope, &body.retry, async |tx| {
        let record = creation::draft(tx, &scope, body.value).await?;
        Written::created("/v1/policies", &record, &view(&scope, record.clone(), true))
    })
    .await
}

/// Get a policy with its articles.
#[utoipa::path(get, path = "/v1/policies/{id}", responses((status = 200, description = "The policy.", body = Policy),
        (status = 304, description = "The client holds this version.")))]
async fn get_policy(
    scope: Scope<Read, Policies>,
    db: Db,
    id: Id<Uuid>,
    preconditions: Preconditions,
) -> Result<Found<Policy>, Problem> {
    let fields = store::find(&db, &scope, id.0).await?;
    Ok(Found { version: fields.version, record: view(&scope, fields, true), preconditions })
}

/// Drafts go to the successor; what the jurisdiction itself had published no longer holds.
async fn relocate(tx: &Tx, who: &Authority, way: &Move<'_>) -> Result<Moved, Problem> {
    let found = store::to_move(tx, way).await?;
    let move_it = |policy: &mut PolicyFields| match policy.valid_from {
        None => policy.jurisdiction = way.to,
        Some(first) => {
            (policy.status, policy.valid_until) = (model::PolicyStatus::Repealed, Some(first.max(way.day)));
            policy.reason = Some(way.reason.to_owned());
        }
    };
    move_records(tx, who, found, move_it).await
}
