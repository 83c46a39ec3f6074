//! `/v1/training-sessions`: when and where courses are held, once or regularly.

use actix_web::web::{Data, Json};
use uuid::Uuid;

use self::check_in_code::CheckInKey;
use self::command::Command;
use self::inputs::{NewTrainingSeries, NewTrainingSession, TrainingSessionFilter};
use self::model::{CheckInCode, TrainingSeries, TrainingSession, TrainingSessionFields, TrainingSessionPage, view};
use crate::access::authority::Authority;
use crate::access::permissions::action::{Create, Read, ShowCode};
use crate::access::permissions::resource::TrainingSessions;
use crate::access::permissions::{Resource, action};
use crate::access::scope::Scope;
use crate::changes::command::command as on_record;
use crate::changes::execute::Aggregate;
use crate::changes::kinds::RecordType;
use crate::changes::lifecycle::permit;
use crate::changes::relocation::{Move, Moved, Relocation, move_records};
use crate::changes::reply::{Reply, Unversioned};
use crate::changes::slice::Slice;
use crate::changes::write::{Record, Tx, Written, write};
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

pub mod check_in_code;
mod command;
pub mod creation;
pub mod inputs;
pub mod model;
pub mod states;
pub mod store;
pub mod times;

pub const SLICE: Slice = Slice {
    resource: Some(Resource::TrainingSessions),
    record: Some(RecordType::TrainingSession),
    noun: TrainingSessionFields::NOUN,
    about: "When and where courses are held, once or regularly.",
    tables: &["training_sessions"],
    operations,
    jobs: &[],
    relocation: Relocation::Moves(|tx, who, way| Box::pin(relocate(tx, who, way))),
};

fn operations() -> Vec<Operation> {
    let mut all = operations![
        list_training_sessions,
        create_training_session,
        create_training_series,
        get_training_session,
        get_check_in_code
    ];
    all.extend(actions());
    all
}

fn actions() -> Vec<Operation> {
    vec![
        on_record::<action::Update, TrainingSessionFields, _>(
            "updateTrainingSession",
            "Update a scheduled session (JSON merge patch). Added seats go to those who wait.",
            Command::Update,
        ),
        on_record::<action::Open, TrainingSessionFields, _>(
            "openTrainingSession",
            "Open a session for enrollment.",
            |_: NoBody| Command::Open,
        ),
        on_record::<action::Start, TrainingSessionFields, _>(
            "startTrainingSession",
            "Start a session, once its learners can check in.",
            |_: NoBody| Command::Start,
        ),
        on_record::<action::Complete, TrainingSessionFields, _>(
            "completeTrainingSession",
            "Complete a session, once its time is over. Results, hours and certificates follow within a minute.",
            |_: NoBody| Command::Complete,
        ),
        on_record::<action::Cancel, TrainingSessionFields, _>(
            "cancelTrainingSession",
            "Cancel a session. Enrollments end within a minute.",
            Command::Cancel,
        ),
    ]
}

/// List sessions in the order in which they begin: those of the caller's jurisdiction, and those above it.
#[utoipa::path(get, path = "/v1/training-sessions", params(TrainingSessionFilter, PageFilter),
    responses((status = 200, description = "A page of sessions.", body = TrainingSessionPage)))]
async fn list_training_sessions(
    scope: Scope<Read, TrainingSessions>,
    db: Db,
    list: Listing<TrainingSessionFilter>,
) -> Result<Listed<TrainingSessionPage>, Problem> {
    let rows = store::list(&db, &scope, list.filter, list.keyset).await?;
    Ok(list.pager.page(rows, |last| (last.starts_at, last.id), |fields| view(&scope, fields)))
}

/// Schedule a session of a published course.
#[utoipa::path(post, path = "/v1/training-sessions", request_body = NewTrainingSession,
    responses((status = 201, description = "The session was scheduled.", body = TrainingSession)))]
async fn create_training_session(
    scope: Scope<Create, TrainingSessions>,
    db: Db,
    body: Valid<NewTrainingSession>,
) -> Result<Reply, Problem> {
    write(&db, &scope, &body.retry, async |tx| {
        let record = creation::schedule(tx, &scope, body.value).await?;
        Written::created("/v1/training-sessions", &record, &view(&scope, record.clone()))
    })
    .await
}

/// Schedule sessions that are held regularly, all or none.
#[utoipa::path(post, path = "/v1/training-sessions/series", request_body = NewTrainingSeries,
    responses((status = 200, description = "The sessions that were scheduled.", body = TrainingSeries)))]
async fn create_training_series(
    scope: Scope<Create, TrainingSessions>,
    db: Db,
    body: Valid<NewTrainingSeries>,
) -> Result<Unversioned, Problem> {
    write(&db, &scope, &body.retry, async |tx| {
        let (series_id, sessions) = creation::schedule_series(tx, &scope, body.value).await?;
        let records = sessions.iter().map(|one| Record::of(None, one)).collect::<Result<_, _>>()?;
        let items = sessions.into_iter().map(|one| view(&scope, one)).collect();
        Ok(Written { records, reply: Reply::ok(1, &TrainingSeries { series_id, items })?, undo: false })
    })
    .await
    .map(Unversioned)
}

/// Get a session.
#[utoipa::path(get, path = "/v1/training-sessions/{id}", responses((status = 200, description = "The session.", body = TrainingSession),
        (status = 304, description = "The client holds this version.")))]
async fn get_training_session(
    scope: Scope<Read, TrainingSessions>,
    db: Db,
    id: Id<Uuid>,
    preconditions: Preconditions,
) -> Result<Found<TrainingSession>, Problem> {
    let fields = store::find(&db, &scope, id.0).await?;
    Ok(Found { version: fields.version, record: view(&scope, fields), preconditions })
}

/// Get the code with which learners check in and out, another one each minute.
#[utoipa::path(get, path = "/v1/training-sessions/{id}/check-in-code",
    responses((status = 200, description = "The code.", body = CheckInCode)))]
async fn get_check_in_code(
    scope: Scope<ShowCode, TrainingSessions>,
    db: Db,
    key: Data<CheckInKey>,
    id: Id<Uuid>,
) -> Result<Json<CheckInCode>, Problem> {
    let session = store::reached(&db, &scope, id.0).await?;
    permit(&session, &scope)?;
    Ok(Json(key.code(session.id, scope.now, &scope.actor.caller)))
}

/// What is open goes to the successor.
async fn relocate(tx: &Tx, who: &Authority, way: &Move<'_>) -> Result<Moved, Problem> {
    let found = store::to_move(tx, way).await?;
    move_records(tx, who, found, |known: &mut TrainingSessionFields| known.jurisdiction = way.to).await
}
