//! `/v1/training-enrollments`: who takes part in trainings, from the seat to the result.

use actix_web::HttpResponse;
use uuid::Uuid;

use self::command::Command;
use self::inputs::{NewTrainingEnrollment, NewTrainingEnrollments, TrainingCalendarParams, TrainingEnrollmentFilter};
use self::model::view;
use self::model::{TrainingEnrollment, TrainingEnrollmentFields, TrainingEnrollmentPage, TrainingEnrollments as Enrolled};
use self::states::TrainingEnrollmentStatus;
use crate::access::authority::Authority;
use crate::access::permissions::action::{Create, Read};
use crate::access::permissions::resource::TrainingEnrollments;
use crate::access::permissions::{Resource, action};
use crate::access::scope::Scope;
use crate::changes::command::command as on_record;
use crate::changes::execute::Aggregate;
use crate::changes::kinds::RecordType;
use crate::changes::record::id_or_new;
use crate::changes::relocation::{Move, Moved, Relocation, move_records};
use crate::changes::reply::{Reply, Unversioned};
use crate::changes::slice::Slice;
use crate::changes::write::{Record, Tx, Written, write, write_new};
use crate::db::listing::Listing;
use crate::db::pool::Db;
use crate::http::answer::{Found, Listed};
use crate::http::bodies::NoBody;
use crate::http::etag::Preconditions;
use crate::http::json::Valid;
use crate::http::operation::{Operation, operations};
use crate::http::path::Id;
use crate::http::problem::Problem;
use crate::http::query::{PageFilter, Params};

mod attendance;
mod calendar;
pub mod command;
pub mod creation;
pub mod inputs;
mod jobs;
pub mod model;
mod results;
pub mod seats;
pub mod states;
pub mod store;

pub const SLICE: Slice = Slice {
    resource: Some(Resource::TrainingEnrollments),
    record: Some(RecordType::TrainingEnrollment),
    noun: TrainingEnrollmentFields::NOUN,
    about: "Who takes part in trainings, from the seat to the result.",
    tables: &["training_enrollments"],
    operations,
    jobs: jobs::JOBS,
    relocation: Relocation::Moves(|tx, who, way| Box::pin(relocate(tx, who, way))),
};

fn operations() -> Vec<Operation> {
    let mut all = operations![
        list_training_enrollments,
        create_training_enrollment,
        create_training_enrollments,
        get_training_calendar,
        get_training_enrollment
    ];
    all.extend(actions());
    all.extend(attendance::operations());
    all
}

fn actions() -> Vec<Operation> {
    vec![
        on_record::<action::RecordPresence, TrainingEnrollmentFields, _>(
            "recordPresence",
            "Record how long a learner was present, before the result is calculated from it.",
            Command::RecordPresence,
        ),
        on_record::<action::Withdraw, TrainingEnrollmentFields, _>(
            "withdrawTrainingEnrollment",
            "Withdraw an enrollment before its session begins. Whoever is next gets the seat.",
            |_: NoBody| Command::Withdraw,
        ),
        on_record::<action::Excuse, TrainingEnrollmentFields, _>(
            "excuseTrainingEnrollment",
            "Excuse a learner, with a reason. Before the session ends, whoever is next gets the seat.",
            Command::Excuse,
        ),
        on_record::<action::RecordResult, TrainingEnrollmentFields, _>(
            "recordExaminationResult",
            "Record the examination result of a learner who was present.",
            Command::RecordResult,
        ),
        on_record::<action::Correct, TrainingEnrollmentFields, _>(
            "correctTrainingEnrollment",
            "Correct a result, with a reason that is kept. Hours and certificate follow.",
            Command::Correct,
        ),
    ]
}

/// List enrollments: of the learners within the caller's jurisdiction or organization, or the caller's own.
#[utoipa::path(get, path = "/v1/training-enrollments", params(TrainingEnrollmentFilter, PageFilter),
    responses((status = 200, description = "A page of enrollments.", body = TrainingEnrollmentPage)))]
async fn list_training_enrollments(
    scope: Scope<Read, TrainingEnrollments>,
    db: Db,
    list: Listing<TrainingEnrollmentFilter>,
) -> Result<Listed<TrainingEnrollmentPage>, Problem> {
    let rows = store::list(&db, &scope, list.filter, list.keyset).await?;
    Ok(list.pager.page(rows, |(last, _)| (last.updated_at, last.id), |(fields, session)| view(&scope, fields, &session)))
}

/// Enroll a learner, or oneself, in a session. Where all seats are taken the learner waits for one.
#[utoipa::path(post, path = "/v1/training-enrollments", request_body = NewTrainingEnrollment,
    responses((status = 201, description = "The learner was enrolled.", body = TrainingEnrollment)))]
async fn create_training_enrollment(
    scope: Scope<Create, TrainingEnrollments>,
    db: Db,
    body: Valid<NewTrainingEnrollment>,
) -> Result<Reply, Problem> {
    let new = body.value;
    let mut errors = Vec::new();
    let id = id_or_new(new.id, &mut errors);
    Problem::fail_if_any(errors)?;
    write_new::<TrainingEnrollmentFields>(&db, &scope, &body.retry, async |tx| {
        let (record, session) =
            creation::enroll(tx, &scope, (id, new.session_id), (new.learner_id, "/learner_id"), new.mandatory).await?;
        Written::created("/v1/training-enrollments", &record, &view(&scope, record.clone(), &session))
    })
    .await
}

/// Enroll many learners in a session, all or none of them. Those who are enrolled already stay as they are.
#[utoipa::path(post, path = "/v1/training-enrollments/bulk", request_body = NewTrainingEnrollments,
    responses((status = 200, description = "What came of it.", body = Enrolled)))]
async fn create_training_enrollments(
    scope: Scope<Create, TrainingEnrollments>,
    db: Db,
    body: Valid<NewTrainingEnrollments>,
) -> Result<Unversioned, Problem> {
    let new = body.value;
    write(&db, &scope, &body.retry, async |tx| {
        let (enrollments, session) = creation::enroll_all(tx, &scope, &new).await?;
        let records = enrollments.iter().map(|one| Record::of(None, one)).collect::<Result<_, _>>()?;
        let count = |status| enrollments.iter().filter(|one| one.status == status).count();
        let told = Enrolled {
            confirmed: count(TrainingEnrollmentStatus::Confirmed),
            waitlisted: count(TrainingEnrollmentStatus::Waitlisted),
            unchanged: new.learner_ids.len() - enrollments.len(),
            items: enrollments.into_iter().map(|one| view(&scope, one, &session)).collect(),
        };
        Ok(Written { records, reply: Reply::ok(1, &told)?, undo: false })
    })
    .await
    .map(Unversioned)
}

/// Get trainings as an iCalendar file: the caller's, a learner's or an organization's, from a month ago on, at most 1,000.
#[utoipa::path(get, path = "/v1/training-enrollments/calendar.ics", params(TrainingCalendarParams),
    responses((status = 200, description = "The sessions.", content_type = "text/calendar", body = String)))]
async fn get_training_calendar(
    scope: Scope<Read, TrainingEnrollments>,
    db: Db,
    params: Params<TrainingCalendarParams>,
) -> Result<HttpResponse, Problem> {
    store::calendar(&db, &scope, params.value).await.map(|sessions| calendar::calendar(&sessions))
}

/// Get an enrollment.
#[utoipa::path(get, path = "/v1/training-enrollments/{id}", responses((status = 200, description = "The enrollment.", body = TrainingEnrollment),
        (status = 304, description = "The client holds this version.")))]
async fn get_training_enrollment(
    scope: Scope<Read, TrainingEnrollments>,
    db: Db,
    id: Id<Uuid>,
    preconditions: Preconditions,
) -> Result<Found<TrainingEnrollment>, Problem> {
    let (fields, session) = store::find(&db, &scope, id.0).await?;
    Ok(Found { version: fields.version, record: view(&scope, fields, &session), preconditions })
}

/// What is open goes to the successor.
async fn relocate(tx: &Tx, who: &Authority, way: &Move<'_>) -> Result<Moved, Problem> {
    let found = store::to_move(tx, way).await?;
    move_records(tx, who, found, |known: &mut TrainingEnrollmentFields| known.jurisdiction = way.to).await
}
