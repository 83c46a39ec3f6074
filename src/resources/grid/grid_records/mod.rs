//! `/v1/grid-records`: the patrols that grid workers walk, and the clues that they notice.

use uuid::Uuid;

use self::command::Command;
use self::model::{GridRecord, GridRecordFields, GridRecordFilter, GridRecordPage, NewGridRecord, view};
use crate::access::authority::Authority;
use crate::access::permissions::action::{Create, Read};
use crate::access::permissions::resource::GridRecords;
use crate::access::permissions::{Resource, action};
use crate::access::scope::Scope;
use crate::changes::command::command as on_record;
use crate::changes::execute::Aggregate;
use crate::changes::kinds::RecordType;
use crate::changes::relocation::{Move, Moved, Relocation, move_records, relocate_whole};
use crate::changes::reply::Reply;
use crate::changes::slice::Slice;
use crate::changes::write::{Record, Tx, Written, write_new};
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
mod creation;
pub mod model;
pub mod store;

pub const SLICE: Slice = Slice {
    resource: Some(Resource::GridRecords),
    record: Some(RecordType::GridRecord),
    noun: GridRecordFields::NOUN,
    about: "The patrols that grid workers walk, and the clues that they notice.",
    tables: &["grid_records"],
    operations,
    jobs: &[],
    relocation: Relocation::MovesWithEstates(|tx, who, way| Box::pin(relocate(tx, who, way))),
};

fn operations() -> Vec<Operation> {
    let mut all = operations![list_grid_records, create_grid_record, get_grid_record];
    all.extend(actions());
    all
}

fn actions() -> Vec<Operation> {
    vec![
        on_record::<action::Update, GridRecordFields, _>(
            "updateGridRecord",
            "Update a patrol or an open clue (JSON merge patch).",
            Command::Update,
        ),
        on_record::<action::Settle, GridRecordFields, _>(
            "settleGridRecord",
            "Settle a clue on the spot: nothing more has to be done.",
            Command::Settle,
        ),
        on_record::<action::File, GridRecordFields, _>(
            "fileGridRecord",
            "File a clue as a dispute, which takes over what the clue tells.",
            Command::File,
        ),
        on_record::<action::Dismiss, GridRecordFields, _>(
            "dismissGridRecord",
            "Dismiss a clue, or a patrol that was put down by mistake, with a reason.",
            Command::Dismiss,
        ),
        on_record::<action::Reopen, GridRecordFields, _>(
            "reopenGridRecord",
            "Reopen a clue that was settled or dismissed too early, or a patrol that was no mistake.",
            Command::Reopen,
        ),
    ]
}

/// List patrols and clues within the caller's jurisdiction.
#[utoipa::path(get, path = "/v1/grid-records", params(GridRecordFilter, PageFilter),
    responses((status = 200, description = "A page of patrols and clues.", body = GridRecordPage)))]
async fn list_grid_records(
    scope: Scope<Read, GridRecords>,
    db: Db,
    list: Listing<GridRecordFilter>,
) -> Result<Listed<GridRecordPage>, Problem> {
    let rows = store::list(&db, &scope, list.filter, list.keyset).await?;
    Ok(list.pager.page(rows, |last| (last.updated_at, last.id), |fields| view(&scope, fields)))
}

/// Record a patrol, or a clue that somebody noticed.
#[utoipa::path(post, path = "/v1/grid-records", request_body = NewGridRecord,
    responses((status = 201, description = "It was recorded.", body = GridRecord)))]
async fn create_grid_record(scope: Scope<Create, GridRecords>, db: Db, body: Valid<NewGridRecord>) -> Result<Reply, Problem> {
    write_new::<GridRecordFields>(&db, &scope, &body.retry, async |tx| {
        let record = creation::record(tx, &scope, body.value).await?;
        Written::created("/v1/grid-records", &record, &view(&scope, record.clone()))
    })
    .await
}

/// Get a patrol or a clue.
#[utoipa::path(get, path = "/v1/grid-records/{id}", responses((status = 200, description = "The patrol or the clue.", body = GridRecord),
        (status = 304, description = "The client holds this version.")))]
async fn get_grid_record(
    scope: Scope<Read, GridRecords>,
    db: Db,
    id: Id<Uuid>,
    preconditions: Preconditions,
) -> Result<Found<GridRecord>, Problem> {
    let fields = store::find(&db, &scope, id.0).await?;
    Ok(Found { version: fields.version, record: view(&scope, fields), preconditions })
}

/// Clues that are open go to the successor.
async fn relocate(tx: &Tx, who: &Authority, way: &Move<'_>) -> Result<Moved, Problem> {
    let found = store::to_move(tx, way).await?;
    move_records(tx, who, found, |known: &mut GridRecordFields| known.jurisdiction = way.to).await
}

/// Moves all open clues of a grid at once: it has few.
pub async fn relocate_all(tx: &Tx, who: &Authority, way: &Move<'_>) -> Result<Vec<Record>, Problem> {
    relocate_whole(way, async |way: &Move<'_>| relocate(tx, who, way).await).await
}
