//! `/v1/training-enrollments`: who takes part in trainings, from the seat to the result.

use actix_web::HttpResponse;
use actix_web::web::Data;
use uuid::Uuid;

use self::model::{TrainingEnrollment, TrainingEnrollmentFields, TrainingEnrollmentPage, TrainingEnrollments as Enrolled};
use self::model_input::{
    ExaminationResult, NewCorrection, NewTrainingEnrollment, NewTrainingEnrollments, TrainingCalendarParams,
    TrainingEnrollmentFilter,
};
use self::rules::view;
use self::states::TrainingEnrollmentStatus;
use crate::access::policy::action::{Correct, Create, Excuse, Read, RecordResult, Withdraw};
use crate::access::policy::resource::TrainingEnrollments;
use crate::access::scope::{Authorized, Scope};
use crate::changes::record::{act_in, id_or_new};
use crate::changes::reply::{Reply, Unversioned};
use crate::changes::write::{Change, Record, Tx, write};
use crate::db::cursor::CursorKey;
use crate::db::page::{self, DEFAULT_LIMIT};
use crate::db::pool::Db;
use crate::http::answer::{Found, Listed};
use crate::http::codes;
use crate::http::etag::{Preconditions, Target};
use crate::http::json::{NoBody, Valid};
use crate::http::operation::{Operation, operations};
use crate::http::path::Id;
use crate::http::problem::Problem;
use crate::http::query::Params;
use crate::resources::disputes::model_actions::Reason;
use crate::resources::learners::model::LearnerFields;
use crate::resources::learners::store as learners;
use crate::resources::training_sessions::model::TrainingSessionFields;
use crate::resources::training_sessions::rules_times as times;
use crate::resources::training_sessions::store as sessions;

mod attendance;
mod calendar;
pub mod model;
pub mod model_input;
pub mod rules;
mod rules_class;
mod rules_results;
pub mod scheduler;
pub mod states;
pub mod store;

pub fn operations() -> Vec<Operation> {
    let enrollments = operations![
        list_training_enrollments,
        create_training_enrollment,
        create_training_enrollments,
        get_training_calendar,
        get_training_enrollment,
        withdraw_training_enrollment,
        record_examination_result,
        excuse_training_enrollment,
        correct_training_enrollment,
    ];
    enrollments.into_iter().chain(attendance::operations()).collect()
}

/// List enrollments: of the learners within the caller's jurisdiction or organization, or the caller's own.
#[utoipa::path(get, path = "/v1/training-enrollments", params(TrainingEnrollmentFilter),
    responses((status = 200, description = "A page of enrollments.", body = TrainingEnrollmentPage)))]
async fn list_training_enrollments(
    scope: Scope<Read, TrainingEnrollments>,
    db: Data<Db>,
    key: Data<CursorKey>,
    params: Params<TrainingEnrollmentFilter>,
) -> Result<Listed<TrainingEnrollmentPage>, Problem> {
    let limit = params.value.limit.unwrap_or(DEFAULT_LIMIT);
    let after = key.resume(&params.fingerprint, params.value.cursor.as_deref())?;
    let mut rows = store::list(&db, &scope, params.value, after).await?;
    let next_cursor = page::cut(&mut rows, limit).map(|last| key.seal(&params.fingerprint, &(last.updated_at, last.id)));
    Ok(Listed(TrainingEnrollmentPage { items: rows.into_iter().map(|fields| view(&scope, fields)).collect(), next_cursor }))
}

/// Enroll a learner, or oneself, in a session. Where all seats are taken the learner waits for one.
#[utoipa::path(post, path = "/v1/training-enrollments", request_body = NewTrainingEnrollment,
    responses((status = 201, description = "The learner was enrolled.", body = TrainingEnrollment)))]
async fn create_training_enrollment(
    scope: Scope<Create, TrainingEnrollments>,
    db: Data<Db>,
    body: Valid<NewTrainingEnrollment>,
) -> Result<Reply, Problem> {
    let new = body.value;
    let mut errors = Vec::new();
    let id = id_or_new(new.id, &mut errors);
    Problem::unless_right(errors)?;
    write(&db, &scope, &body.retry, async |tx| {
        let record = rules::enroll(tx, &scope, (id, new.session_id), (new.learner_id, "/learner_id"), new.mandatory).await?;
        Change::created("/v1/training-enrollments", &record, &view(&scope, record.clone()))
    })
    .await
}

/// Enroll many learners in a session, all or none of them. Those who are enrolled already stay as they are.
#[utoipa::path(post, path = "/v1/training-enrollments/bulk", request_body = NewTrainingEnrollments,
    responses((status = 200, description = "What came of it.", body = Enrolled)))]
async fn create_training_enrollments(
    scope: Scope<Create, TrainingEnrollments>,
    db: Data<Db>,
    body: Valid<NewTrainingEnrollments>,
) -> Result<Unversioned, Problem> {
    let new = body.value;
    write(&db, &scope, &body.retry, async |tx| {
        let enrollments = rules::enroll_all(tx, &scope, &new).await?;
        let records = enrollments.iter().map(|one| Record::of(None, one)).collect::<Result<_, _>>()?;
        let count = |status| enrollments.iter().filter(|one| one.status == status).count();
        let told = Enrolled {
            confirmed: count(TrainingEnrollmentStatus::Confirmed),
            waitlisted: count(TrainingEnrollmentStatus::Waitlisted),
            unchanged: new.learner_ids.len() - enrollments.len(),
            items: enrollments.into_iter().map(|one| view(&scope, one)).collect(),
        };
        Ok(Change { records, reply: Reply::ok(1, &told)?, undo: false })
    })
    .await
    .map(Unversioned)
}

/// Get trainings as an iCalendar file: the caller's, a learner's or an organization's, from a month ago on, at most 1,000.
#[utoipa::path(get, path = "/v1/training-enrollments/calendar.ics", params(TrainingCalendarParams),
    responses((status = 200, description = "The sessions.", content_type = "text/calendar", body = String)))]
async fn get_training_calendar(
    scope: Scope<Read, TrainingEnrollments>,
    db: Data<Db>,
    params: Params<TrainingCalendarParams>,
) -> Result<HttpResponse, Problem> {
    store::calendar(&db, &scope, params.value).await.map(|sessions| calendar::calendar(&sessions))
}

/// Get an enrollment.
#[utoipa::path(get, path = "/v1/training-enrollments/{id}", params(("id" = Uuid, Path, description = "Id of the enrollment.")),
    responses((status = 200, description = "The enrollment.", body = TrainingEnrollment),
        (status = 304, description = "The client holds this version.")))]
async fn get_training_enrollment(
    scope: Scope<Read, TrainingEnrollments>,
    db: Data<Db>,
    id: Id<Uuid>,
    preconditions: Preconditions,
) -> Result<Found<TrainingEnrollment>, Problem> {
    let fields = store::find(&db, &scope, id.0).await?;
    Ok(Found { version: fields.version, record: view(&scope, fields), preconditions })
}

/// The session of an enrollment, locked before the enrollment itself, as whoever gives seats does.
async fn session_of(
    tx: &Tx,
    scope: &Authorized<TrainingEnrollments>,
    enrollment: Uuid,
) -> Result<TrainingSessionFields, Problem> {
    let id = store::session_of(tx, scope, enrollment).await?;
    sessions::locked(tx, id).await?.ok_or_else(|| Problem::new(&codes::NOT_FOUND))
}

/// The learner of an enrollment, locked before the enrollment itself, as whoever changes the learner's subject does.
async fn learner_of(tx: &Tx, scope: &Authorized<TrainingEnrollments>, enrollment: Uuid) -> Result<LearnerFields, Problem> {
    let id = store::learner_of(tx, scope, enrollment).await?;
    learners::locked(tx, id).await
}

/// Withdraw an enrollment before its session begins. Whoever is next gets the seat.
#[utoipa::path(post, path = "/v1/training-enrollments/{id}/withdraw",
    params(("id" = Uuid, Path, description = "Id of the enrollment.")),
    request_body = NoBody, responses((status = 200, description = "The enrollment after the action.", body = TrainingEnrollment)))]
async fn withdraw_training_enrollment(
    scope: Scope<Withdraw, TrainingEnrollments>,
    db: Data<Db>,
    target: Target,
    body: Valid<NoBody>,
) -> Result<Reply, Problem> {
    write(&db, &scope, &body.retry, async |tx| {
        let mut session = session_of(tx, &scope, target.id).await?;
        let change = async |tx: &Tx, after: &mut TrainingEnrollmentFields| {
            if after.mandatory {
                rules::not_own(&scope, after)?;
            }
            times::not_begun(&session, scope.now)?;
            after.certificate_due = true;
            rules::vacate(tx, scope.now, &mut session, after).await
        };
        act_in(tx, &scope, &target, change, async |_, after| Ok(view(&scope, after))).await
    })
    .await
}

/// Excuse a learner, with a reason. Before the session ends, whoever is next gets the seat.
#[utoipa::path(post, path = "/v1/training-enrollments/{id}/excuse",
    params(("id" = Uuid, Path, description = "Id of the enrollment.")),
    request_body = Reason, responses((status = 200, description = "The enrollment after the action.", body = TrainingEnrollment)))]
async fn excuse_training_enrollment(
    scope: Scope<Excuse, TrainingEnrollments>,
    db: Data<Db>,
    target: Target,
    body: Valid<Reason>,
) -> Result<Reply, Problem> {
    write(&db, &scope, &body.retry, async |tx| {
        let mut session = session_of(tx, &scope, target.id).await?;
        let change = async |tx: &Tx, after: &mut TrainingEnrollmentFields| {
            rules::not_own(&scope, after)?;
            (after.reason, after.certificate_due) = (Some(body.value.reason), true);
            rules::vacate(tx, scope.now, &mut session, after).await
        };
        act_in(tx, &scope, &target, change, async |_, after| Ok(view(&scope, after))).await
    })
    .await
}

/// Record the result of the examination of a learner who was there.
#[utoipa::path(post, path = "/v1/training-enrollments/{id}/record-result",
    params(("id" = Uuid, Path, description = "Id of the enrollment.")),
    request_body = ExaminationResult,
    responses((status = 200, description = "The enrollment after the action.", body = TrainingEnrollment)))]
async fn record_examination_result(
    scope: Scope<RecordResult, TrainingEnrollments>,
    db: Data<Db>,
    target: Target,
    body: Valid<ExaminationResult>,
) -> Result<Reply, Problem> {
    write(&db, &scope, &body.retry, async |tx| {
        let learner = learner_of(tx, &scope, target.id).await?;
        let change = async |tx: &Tx, after: &mut TrainingEnrollmentFields| {
            rules_results::record_result(tx, &scope, &learner, after, &body.value).await
        };
        act_in(tx, &scope, &target, change, async |_, after| Ok(view(&scope, after))).await
    })
    .await
}

/// Correct a result, with a reason that is kept. Hours and certificate follow.
#[utoipa::path(post, path = "/v1/training-enrollments/{id}/correct",
    params(("id" = Uuid, Path, description = "Id of the enrollment.")),
    request_body = NewCorrection, responses((status = 200, description = "The enrollment after the action.", body = TrainingEnrollment)))]
async fn correct_training_enrollment(
    scope: Scope<Correct, TrainingEnrollments>,
    db: Data<Db>,
    target: Target,
    body: Valid<NewCorrection>,
) -> Result<Reply, Problem> {
    write(&db, &scope, &body.retry, async |tx| {
        let learner = learner_of(tx, &scope, target.id).await?;
        let change = async |tx: &Tx, after: &mut TrainingEnrollmentFields| {
            rules_results::correct(tx, &scope, &learner, after, body.value).await
        };
        act_in(tx, &scope, &target, change, async |_, after| Ok(view(&scope, after))).await
    })
    .await
}
