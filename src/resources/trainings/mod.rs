//! `/v1/trainings`: the courses. What is published is readable where it is organized and below.

use actix_web::web::Data;
use uuid::Uuid;

use self::model::{Training, TrainingFields, TrainingPage};
use self::model_input::{NewTraining, TrainingFilter, TrainingPatch};
use self::rules::view;
use crate::access::policy::action::{Create, Publish, Read, Retire, Update};
use crate::access::policy::resource::Trainings;
use crate::access::scope::Scope;
use crate::changes::record::act;
use crate::changes::reply::Reply;
use crate::changes::write::{Change, Tx, write};
use crate::db::cursor::CursorKey;
use crate::db::page::{self, DEFAULT_LIMIT};
use crate::db::pool::Db;
use crate::http::answer::{Found, Listed};
use crate::http::etag::{Preconditions, Target};
use crate::http::json::{NoBody, Valid};
use crate::http::operation::{Operation, operations};
use crate::http::path::Id;
use crate::http::problem::Problem;
use crate::http::query::Params;

pub mod model;
pub mod model_input;
pub mod rules;
pub mod store;

pub fn operations() -> Vec<Operation> {
    operations![list_trainings, create_training, get_training, update_training, publish_training, retire_training]
}

/// List the courses of the caller's jurisdiction, and what was published above it.
#[utoipa::path(get, path = "/v1/trainings", params(TrainingFilter),
    responses((status = 200, description = "A page of courses.", body = TrainingPage)))]
async fn list_trainings(
    scope: Scope<Read, Trainings>,
    db: Data<Db>,
    key: Data<CursorKey>,
    params: Params<TrainingFilter>,
) -> Result<Listed<TrainingPage>, Problem> {
    let limit = params.value.limit.unwrap_or(DEFAULT_LIMIT);
    let after = key.resume(&params.fingerprint, params.value.cursor.as_deref())?;
    let mut rows = store::list(&db, &scope, params.value, after).await?;
    let next_cursor = page::cut(&mut rows, limit).map(|last| key.seal(&params.fingerprint, &(last.updated_at, last.id)));
    Ok(Listed(TrainingPage { items: rows.into_iter().map(|fields| view(&scope, fields)).collect(), next_cursor }))
}

/// Draft a course.
#[utoipa::path(post, path = "/v1/trainings", request_body = NewTraining,
    responses((status = 201, description = "The course was drafted.", body = Training)))]
async fn create_training(scope: Scope<Create, Trainings>, db: Data<Db>, body: Valid<NewTraining>) -> Result<Reply, Problem> {
    write(&db, &scope, &body.retry, async |tx| {
        let record = rules::draft(tx, &scope, body.value).await?;
        Change::created("/v1/trainings", &record, &view(&scope, record.clone()))
    })
    .await
}

/// Get a course.
#[utoipa::path(get, path = "/v1/trainings/{id}", params(("id" = Uuid, Path, description = "Id of the course.")),
    responses((status = 200, description = "The course.", body = Training),
        (status = 304, description = "The client holds this version.")))]
async fn get_training(
    scope: Scope<Read, Trainings>,
    db: Data<Db>,
    id: Id<Uuid>,
    preconditions: Preconditions,
) -> Result<Found<Training>, Problem> {
    let fields = store::find(&db, &scope, id.0).await?;
    Ok(Found { version: fields.version, record: view(&scope, fields), preconditions })
}

/// Change a draft (JSON merge patch).
#[utoipa::path(patch, path = "/v1/trainings/{id}", params(("id" = Uuid, Path, description = "Id of the course.")),
    request_body = TrainingPatch, responses((status = 200, description = "The changed course.", body = Training)))]
async fn update_training(
    scope: Scope<Update, Trainings>,
    db: Data<Db>,
    target: Target,
    body: Valid<TrainingPatch>,
) -> Result<Reply, Problem> {
    let change = async |tx: &Tx, after: &mut TrainingFields| {
        body.value.apply(after);
        Problem::unless_right(rules::faults(tx, after).await?).map(|()| Vec::new())
    };
    act(&db, &scope, &target, &body.retry, change, async |_, after| Ok(view(&scope, after))).await
}

/// Publish a draft to its jurisdiction and everything below.
#[utoipa::path(post, path = "/v1/trainings/{id}/publish", params(("id" = Uuid, Path, description = "Id of the course.")),
    request_body = NoBody, responses((status = 200, description = "The course after the action.", body = Training)))]
async fn publish_training(
    scope: Scope<Publish, Trainings>,
    db: Data<Db>,
    target: Target,
    body: Valid<NoBody>,
) -> Result<Reply, Problem> {
    let change = async |_: &Tx, _: &mut TrainingFields| Ok(Vec::new());
    act(&db, &scope, &target, &body.retry, change, async |_, after| Ok(view(&scope, after))).await
}

/// Hold no new sessions of a course. Those that are scheduled are held.
#[utoipa::path(post, path = "/v1/trainings/{id}/retire", params(("id" = Uuid, Path, description = "Id of the course.")),
    request_body = NoBody, responses((status = 200, description = "The course after the action.", body = Training)))]
async fn retire_training(
    scope: Scope<Retire, Trainings>,
    db: Data<Db>,
    target: Target,
    body: Valid<NoBody>,
) -> Result<Reply, Problem> {
    let change = async |_: &Tx, _: &mut TrainingFields| Ok(Vec::new());
    act(&db, &scope, &target, &body.retry, change, async |_, after| Ok(view(&scope, after))).await
}
