//! `/v1/training-sessions`: when and where courses are held, once or regularly.

use actix_web::web::{Data, Json};
use uuid::Uuid;

use self::model::{CheckInCode, TrainingSeries, TrainingSession, TrainingSessionFields, TrainingSessionPage};
use self::model_input::{NewTrainingSeries, NewTrainingSession, TrainingSessionFilter, TrainingSessionPatch};
use self::rules::view;
use self::rules_code::CheckInKey;
use crate::access::policy::action::{Cancel, Complete, Create, Open, Read, ShowCode, Start, Update};
use crate::access::policy::resource::TrainingSessions;
use crate::access::scope::Scope;
use crate::changes::lifecycle::step;
use crate::changes::record::act;
use crate::changes::reply::{Reply, Unversioned};
use crate::changes::write::{Change, Record, Tx, write};
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
use crate::resources::disputes::model_actions::Reason;

pub mod model;
pub mod model_input;
pub mod rules;
pub mod rules_code;
mod rules_recurrence;
pub mod rules_times;
pub mod states;
pub mod store;

pub fn operations() -> Vec<Operation> {
    operations![
        list_training_sessions,
        create_training_session,
        create_training_series,
        get_training_session,
        update_training_session,
        open_training_session,
        get_check_in_code,
        start_training_session,
        complete_training_session,
        cancel_training_session,
    ]
}

/// List sessions in the order in which they begin: those of the caller's jurisdiction, and those above it.
#[utoipa::path(get, path = "/v1/training-sessions", params(TrainingSessionFilter),
    responses((status = 200, description = "A page of sessions.", body = TrainingSessionPage)))]
async fn list_training_sessions(
    scope: Scope<Read, TrainingSessions>,
    db: Data<Db>,
    key: Data<CursorKey>,
    params: Params<TrainingSessionFilter>,
) -> Result<Listed<TrainingSessionPage>, Problem> {
    let limit = params.value.limit.unwrap_or(DEFAULT_LIMIT);
    let after = key.resume(&params.fingerprint, params.value.cursor.as_deref())?;
    let mut rows = store::list(&db, &scope, params.value, after).await?;
    let next_cursor = page::cut(&mut rows, limit).map(|last| key.seal(&params.fingerprint, &(last.starts_at, last.id)));
    Ok(Listed(TrainingSessionPage { items: rows.into_iter().map(|fields| view(&scope, fields)).collect(), next_cursor }))
}

/// Schedule a session of a published course.
#[utoipa::path(post, path = "/v1/training-sessions", request_body = NewTrainingSession,
    responses((status = 201, description = "The session was scheduled.", body = TrainingSession)))]
async fn create_training_session(
    scope: Scope<Create, TrainingSessions>,
    db: Data<Db>,
    body: Valid<NewTrainingSession>,
) -> Result<Reply, Problem> {
    write(&db, &scope, &body.retry, async |tx| {
        let record = rules::schedule(tx, &scope, body.value).await?;
        Change::created("/v1/training-sessions", &record, &view(&scope, record.clone()))
    })
    .await
}

/// Schedule sessions that are held regularly, all or none.
#[utoipa::path(post, path = "/v1/training-sessions/series", request_body = NewTrainingSeries,
    responses((status = 200, description = "The sessions that were scheduled.", body = TrainingSeries)))]
async fn create_training_series(
    scope: Scope<Create, TrainingSessions>,
    db: Data<Db>,
    body: Valid<NewTrainingSeries>,
) -> Result<Unversioned, Problem> {
    write(&db, &scope, &body.retry, async |tx| {
        let (series_id, sessions) = rules::schedule_series(tx, &scope, body.value).await?;
        let records = sessions.iter().map(|one| Record::of(None, one)).collect::<Result<_, _>>()?;
        let items = sessions.into_iter().map(|one| view(&scope, one)).collect();
        Ok(Change { records, reply: Reply::ok(1, &TrainingSeries { series_id, items })?, undo: false })
    })
    .await
    .map(Unversioned)
}

/// Get a session.
#[utoipa::path(get, path = "/v1/training-sessions/{id}", params(("id" = Uuid, Path, description = "Id of the session.")),
    responses((status = 200, description = "The session.", body = TrainingSession)))]
async fn get_training_session(
    scope: Scope<Read, TrainingSessions>,
    db: Data<Db>,
    id: Id<Uuid>,
) -> Result<Found<TrainingSession>, Problem> {
    let fields = store::find(&db, &scope, id.0).await?;
    // Always told whole: seats come and go without a new version.
    let preconditions = Preconditions::none();
    Ok(Found { version: fields.version, record: view(&scope, fields), preconditions })
}

/// Change a session that is to be held (JSON merge patch). Those who wait get seats that were added.
#[utoipa::path(patch, path = "/v1/training-sessions/{id}", params(("id" = Uuid, Path, description = "Id of the session.")),
    request_body = TrainingSessionPatch, responses((status = 200, description = "The changed session.", body = TrainingSession)))]
async fn update_training_session(
    scope: Scope<Update, TrainingSessions>,
    db: Data<Db>,
    target: Target,
    body: Valid<TrainingSessionPatch>,
) -> Result<Reply, Problem> {
    let change = async |_: &Tx, after: &mut TrainingSessionFields| {
        let before = after.clone();
        body.value.apply(after);
        let mut errors = rules_times::faults(scope.now, after);
        errors.extend(rules_times::moved_too_late(scope.now, &before, after));
        Problem::unless_right(errors).map(|()| Vec::new())
    };
    act(&db, &scope, &target, &body.retry, change, async |_, after| Ok(view(&scope, after))).await
}

/// Let learners enroll.
#[utoipa::path(post, path = "/v1/training-sessions/{id}/open", params(("id" = Uuid, Path, description = "Id of the session.")),
    request_body = NoBody, responses((status = 200, description = "The session after the action.", body = TrainingSession)))]
async fn open_training_session(
    scope: Scope<Open, TrainingSessions>,
    db: Data<Db>,
    target: Target,
    body: Valid<NoBody>,
) -> Result<Reply, Problem> {
    let change = async |_: &Tx, _: &mut TrainingSessionFields| Ok(Vec::new());
    act(&db, &scope, &target, &body.retry, change, async |_, after| Ok(view(&scope, after))).await
}

/// Get the code with which learners check in and out, another one each minute.
#[utoipa::path(get, path = "/v1/training-sessions/{id}/check-in-code",
    params(("id" = Uuid, Path, description = "Id of the session.")),
    responses((status = 200, description = "The code.", body = CheckInCode)))]
async fn get_check_in_code(
    scope: Scope<ShowCode, TrainingSessions>,
    db: Data<Db>,
    key: Data<CheckInKey>,
    id: Id<Uuid>,
) -> Result<Json<CheckInCode>, Problem> {
    let session = store::reached(&db, &scope, id.0).await?;
    step(&scope, &session)?;
    Ok(Json(key.code(session.id, scope.now)))
}

/// Begin a session, once its learners can check in.
#[utoipa::path(post, path = "/v1/training-sessions/{id}/start", params(("id" = Uuid, Path, description = "Id of the session.")),
    request_body = NoBody, responses((status = 200, description = "The session after the action.", body = TrainingSession)))]
async fn start_training_session(
    scope: Scope<Start, TrainingSessions>,
    db: Data<Db>,
    target: Target,
    body: Valid<NoBody>,
) -> Result<Reply, Problem> {
    let change = async |_: &Tx, after: &mut TrainingSessionFields| {
        rules_times::not_before(scope.now, after.check_in_opens_at).map(|()| Vec::new())
    };
    act(&db, &scope, &target, &body.retry, change, async |_, after| Ok(view(&scope, after))).await
}

/// End a session, once its time is over. Results, hours and certificates follow within a minute.
#[utoipa::path(post, path = "/v1/training-sessions/{id}/complete", params(("id" = Uuid, Path, description = "Id of the session.")),
    request_body = NoBody, responses((status = 200, description = "The session after the action.", body = TrainingSession)))]
async fn complete_training_session(
    scope: Scope<Complete, TrainingSessions>,
    db: Data<Db>,
    target: Target,
    body: Valid<NoBody>,
) -> Result<Reply, Problem> {
    let change =
        async |_: &Tx, after: &mut TrainingSessionFields| rules_times::not_before(scope.now, after.ends_at).map(|()| Vec::new());
    act(&db, &scope, &target, &body.retry, change, async |_, after| Ok(view(&scope, after))).await
}

/// Call a session off. Enrollments end within a minute.
#[utoipa::path(post, path = "/v1/training-sessions/{id}/cancel", params(("id" = Uuid, Path, description = "Id of the session.")),
    request_body = Reason, responses((status = 200, description = "The session after the action.", body = TrainingSession)))]
async fn cancel_training_session(
    scope: Scope<Cancel, TrainingSessions>,
    db: Data<Db>,
    target: Target,
    body: Valid<Reason>,
) -> Result<Reply, Problem> {
    let change = async |_: &Tx, after: &mut TrainingSessionFields| {
        after.reason = Some(body.value.reason);
        Ok(Vec::new())
    };
    act(&db, &scope, &target, &body.retry, change, async |_, after| Ok(view(&scope, after))).await
}
