//! `/v1/learner-merges`: entries in the register of learners that are one person.

use uuid::Uuid;

use self::model::{LearnerMerge, LearnerMergeFilter, LearnerMergePage, NewLearnerMerge};
use crate::access::permissions::Resource;
use crate::access::permissions::action::{Create, Read};
use crate::access::permissions::resource::LearnerMerges;
use crate::access::scope::Scope;
use crate::changes::kinds::RecordType;
use crate::changes::relocation::Relocation;
use crate::changes::reply::Reply;
use crate::changes::slice::Slice;
use crate::changes::write::{Written, write};
use crate::db::listing::Listing;
use crate::db::pool::Db;
use crate::http::answer::{Found, Listed};
use crate::http::etag::Preconditions;
use crate::http::json::Valid;
use crate::http::operation::{Operation, operations};
use crate::http::path::Id;
use crate::http::problem::Problem;
use crate::http::query::PageFilter;

mod creation;
pub mod model;
mod store;

pub const SLICE: Slice = Slice {
    resource: Some(Resource::LearnerMerges),
    record: Some(RecordType::LearnerMerge),
    noun: "merge",
    about: "Entries in the register of learners that are one person.",
    tables: &["learner_merges"],
    operations,
    jobs: &[],
    relocation: Relocation::Stays("it tells what was done there"),
};

fn operations() -> Vec<Operation> {
    operations![list_learner_merges, create_learner_merge, get_learner_merge]
}

/// List the merges of learners within the caller's jurisdiction.
#[utoipa::path(get, path = "/v1/learner-merges", params(LearnerMergeFilter, PageFilter),
    responses((status = 200, description = "A page of merges.", body = LearnerMergePage)))]
async fn list_learner_merges(
    scope: Scope<Read, LearnerMerges>,
    db: Db,
    list: Listing<LearnerMergeFilter>,
) -> Result<Listed<LearnerMergePage>, Problem> {
    let rows = store::list(&db, &scope, list.filter, list.keyset).await?;
    Ok(list.pager.page(rows, |last| (last.updated_at, last.id), |record| record))
}

/// Merge two entries of one person: enrollments, certificates, hours and roles of the one become the other's.
#[utoipa::path(post, path = "/v1/learner-merges", request_body = NewLearnerMerge,
    responses((status = 201, description = "They are one entry now.", body = LearnerMerge)))]
async fn create_learner_merge(
    scope: Scope<Create, LearnerMerges>,
    db: Db,
    body: Valid<NewLearnerMerge>,
) -> Result<Reply, Problem> {
    write(&db, &scope, &body.retry, async |tx| {
        let (record, others) = creation::merge(tx, &scope, body.value).await?;
        Ok(Written::created("/v1/learner-merges", &record, &record)?.and(others))
    })
    .await
}

/// Get a merge.
#[utoipa::path(get, path = "/v1/learner-merges/{id}", responses((status = 200, description = "The merge.", body = LearnerMerge),
        (status = 304, description = "The client holds this version.")))]
async fn get_learner_merge(
    scope: Scope<Read, LearnerMerges>,
    db: Db,
    id: Id<Uuid>,
    preconditions: Preconditions,
) -> Result<Found<LearnerMerge>, Problem> {
    let record = store::find(&db, &scope, id.0).await?;
    Ok(Found { version: record.version, record, preconditions })
}
