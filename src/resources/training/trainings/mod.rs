//! `/v1/trainings`: the courses. What is published is readable where it is organized and below.

use uuid::Uuid;

use self::command::Command;
use self::inputs::{NewTraining, TrainingFilter};
use self::model::{Training, TrainingFields, TrainingPage, view};
use crate::access::authority::Authority;
use crate::access::permissions::action::{Create, Read};
use crate::access::permissions::resource::Trainings;
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
use crate::http::bodies::NoBody;
use crate::http::etag::Preconditions;
use crate::http::json::Valid;
use crate::http::operation::{Operation, operations};
use crate::http::path::Id;
use crate::http::problem::Problem;
use crate::http::query::PageFilter;

mod command;
pub mod creation;
pub mod inputs;
pub mod model;
pub mod store;

pub const SLICE: Slice = Slice {
    resource: Some(Resource::Trainings),
    record: Some(RecordType::Training),
    noun: TrainingFields::NOUN,
    about: "The courses. What is published is readable where it is organized and below.",
    tables: &["trainings"],
    operations,
    jobs: &[],
    relocation: Relocation::Moves(|tx, who, way| Box::pin(relocate(tx, who, way))),
};

fn operations() -> Vec<Operation> {
    let mut all = operations![list_trainings, create_training, get_training];
    all.extend(actions());
    all
}

fn actions() -> Vec<Operation> {
    vec![
        on_record::<action::Update, TrainingFields, _>("updateTraining", "Update a draft (JSON merge patch).", Command::Update),
        on_record::<action::Publish, TrainingFields, _>(
            "publishTraining",
            "Publish a draft to its jurisdiction and everything below.",
            |_: NoBody| Command::Publish,
        ),
        on_record::<action::Retire, TrainingFields, _>(
            "retireTraining",
            "Retire a course: no new sessions. Those that are scheduled are held.",
            |_: NoBody| Command::Retire,
        ),
    ]
}

/// List the courses of the caller's jurisdiction, and what was published above it.
#[utoipa::path(get, path = "/v1/trainings", params(TrainingFilter, PageFilter),
    responses((status = 200, description = "A page of courses.", body = TrainingPage)))]
async fn list_trainings(
    scope: Scope<Read, Trainings>,
    db: Db,
    list: Listing<TrainingFilter>,
) -> Result<Listed<TrainingPage>, Problem> {
    let rows = store::list(&db, &scope, list.filter, list.keyset).await?;
    Ok(list.pager.page(rows, |last| (last.updated_at, last.id), |fields| view(&scope, fields)))
}

/// Draft a course.
#[utoipa::path(post, path = "/v1/trainings", request_body = NewTraining,
    responses((status = 201, description = "The course was drafted.", body = Training)))]
async fn create_training(scope: Scope<Create, Trainings>, db: Db, body: Valid<NewTraining>) -> Result<Reply, Problem> {
    write(&db, &scope, &body.retry, async |tx| {
        let record = creation::draft(tx, &scope, body.value).await?;
        Written::created("/v1/trainings", &record, &view(&scope, record.clone()))
    })
    .await
}

/// Get a course.
#[utoipa::path(get, path = "/v1/trainings/{id}", responses((status = 200, description = "The course.", body = Training),
        (status = 304, description = "The client holds this version.")))]
async fn get_training(
    scope: Scope<Read, Trainings>,
    db: Db,
    id: Id<Uuid>,
    preconditions: Preconditions,
) -> Result<Found<Training>, Problem> {
    let fields = store::find(&db, &scope, id.0).await?;
    Ok(Found { version: fields.version, record: view(&scope, fields), preconditions })
}

/// What is open goes to the successor.
async fn relocate(tx: &Tx, who: &Authority, way: &Move<'_>) -> Result<Moved, Problem> {
    let found = store::to_move(tx, way).await?;
    move_records(tx, who, found, |known: &mut TrainingFields| known.jurisdiction = way.to).await
}
