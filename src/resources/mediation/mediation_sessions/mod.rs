//! `/v1/mediation-sessions`: the meetings of mediations, across all cases.

use actix_web::HttpResponse;
use actix_web::web::Json;
use uuid::Uuid;

use self::command::Command;
use self::model::{
    CalendarParams, CaucusNotes, MediationSession, MediationSessionFields, MediationSessionFilter, MediationSessionPage,
    NewCaucusNote, NewMediationSession, view,
};
use crate::access::authority::Authority;
use crate::access::permissions::action::{Create, Read, TakeNote};
use crate::access::permissions::resource::MediationSessions;
use crate::access::permissions::{Resource, action};
use crate::access::scope::Scope;
use crate::changes::command::command as on_record;
use crate::changes::execute::{Aggregate, execute};
use crate::changes::kinds::RecordType;
use crate::changes::relocation::{Move, Moved, Relocation, move_records};
use crate::changes::reply::Reply;
use crate::changes::slice::Slice;
use crate::changes::write::{Tx, Written, write_new};
use crate::db::listing::Listing;
use crate::db::pool::Db;
use crate::http::answer::{Found, Listed};
use crate::http::etag::{Preconditions, Target};
use crate::http::json::Valid;
use crate::http::operation::{Operation, operations};
use crate::http::path::Id;
use crate::http::problem::Problem;
use crate::http::query::{PageFilter, Params};

mod command;
pub mod creation;
mod faults;
mod jobs;
pub mod model;
pub mod store;

pub const SLICE: Slice = Slice {
    resource: Some(Resource::MediationSessions),
    record: Some(RecordType::MediationSession),
    noun: MediationSessionFields::NOUN,
    about: "The meetings of mediations, across all cases.",
    tables: &["mediation_sessions", "caucus_notes"],
    operations,
    jobs: jobs::JOBS,
    relocation: Relocation::MovesWithEstates(|tx, who, way| Box::pin(relocate(tx, who, way))),
};

fn operations() -> Vec<Operation> {
    let mut all = operations![
        list_mediation_sessions,
        create_mediation_session,
        get_mediation_session_calendar,
        get_mediation_session,
        list_caucus_notes,
        create_caucus_note
    ];
    all.extend(actions());
    all
}

fn actions() -> Vec<Operation> {
    vec![
        on_record::<action::Update, MediationSessionFields, _>(
            "updateMediationSession",
            "Update a scheduled session (JSON merge patch).",
            Command::Update,
        ),
        on_record::<action::Start, MediationSessionFields, _>(
            "startMediationSession",
            "Start a session with those who are present.",
            Command::Start,
        ),
        on_record::<action::Adjourn, MediationSessionFields, _>(
            "adjournMediationSession",
            "Adjourn a session to another one, with its minutes.",
            Command::Adjourn,
        ),
        on_record::<action::Complete, MediationSessionFields, _>(
            "completeMediationSession",
            "Complete a session, with its minutes.",
            Command::Complete,
        ),
        on_record::<action::Cancel, MediationSessionFields, _>("cancelMediationSession", "Cancel a session.", Command::Cancel),
        on_record::<action::Miss, MediationSessionFields, _>(
            "recordMissedMediationSession",
            "Record that a session did not take place because somebody was absent.",
            Command::Miss,
        ),
    ]
}

/// List sessions in the order in which they begin: a calendar across cases.
#[utoipa::path(get, path = "/v1/mediation-sessions", params(MediationSessionFilter, PageFilter),
    responses((status = 200, description = "A page of sessions.", body = MediationSessionPage)))]
async fn list_mediation_sessions(
    scope: Scope<Read, MediationSessions>,
    db: Db,
    list: Listing<MediationSessionFilter>,
) -> Result<Listed<MediationSessionPage>, Problem> {
    let rows = store::list(&db, &scope, list.filter, list.keyset).await?;
    Ok(list.pager.page(rows, |last| (last.starts_at, last.id), |fields| view(&scope, fields)))
}

/// Schedule a session of a mediation.
#[utoipa::path(post, path = "/v1/mediation-sessions", request_body = NewMediationSession,
    responses((status = 201, description = "The session was scheduled.", body = MediationSession)))]
async fn create_mediation_session(
    scope: Scope<Create, MediationSessions>,
    db: Db,
    body: Valid<NewMediationSession>,
) -> Result<Reply, Problem> {
    write_new::<MediationSessionFields>(&db, &scope, &body.retry, async |tx| {
        let record = creation::schedule(tx, &scope, body.value).await?;
        Written::created("/v1/mediation-sessions", &record, &view(&scope, record.clone()))
    })
    .await
}

/// Get the sessions as an iCalendar file: from a month ago on, at most 1,000, the earliest first.
#[utoipa::path(get, path = "/v1/mediation-sessions/calendar.ics", params(CalendarParams),
    responses((status = 200, description = "The sessions.", content_type = "text/calendar", body = String)))]
async fn get_mediation_session_calendar(
    scope: Scope<Read, MediationSessions>,
    db: Db,
    params: Params<CalendarParams>,
) -> Result<HttpResponse, Problem> {
    store::calendar(&db, &scope, params.value.mediator_id).await.map(|sessions| creation::calendar(&sessions))
}

/// Get a session.
#[utoipa::path(get, path = "/v1/mediation-sessions/{id}", responses((status = 200, description = "The session.", body = MediationSession),
        (status = 304, description = "The client holds this version.")))]
async fn get_mediation_session(
    scope: Scope<Read, MediationSessions>,
    db: Db,
    id: Id<Uuid>,
    preconditions: Preconditions,
) -> Result<Found<MediationSession>, Problem> {
    let fields = store::find(&db, &scope, id.0).await?;
    Ok(Found { version: fields.version, record: view(&scope, fields), preconditions })
}

/// List the caller's own caucus notes. Nobody else reads them.
#[utoipa::path(get, path = "/v1/mediation-sessions/{id}/caucus-notes", responses((status = 200, description = "The notes.", body = CaucusNotes)))]
async fn list_caucus_notes(
    scope: Scope<TakeNote, MediationSessions>,
    db: Db,
    id: Id<Uuid>,
) -> Result<Json<CaucusNotes>, Problem> {
    Ok(Json(CaucusNotes { items: store::notes(&db, &scope, id.0).await? }))
}

/// Create a caucus note: what a party said alone. Neither the feed nor the audit holds its text.
#[utoipa::path(post, path = "/v1/mediation-sessions/{id}/caucus-notes", request_body = NewCaucusNote, responses((status = 200, description = "The session.", body = MediationSession)))]
async fn create_caucus_note(
    scope: Scope<TakeNote, MediationSessions>,
    db: Db,
    target: Target,
    body: Valid<NewCaucusNote>,
) -> Result<Reply, Problem> {
    execute::<MediationSessionFields>(&db, &scope, &target, &body.retry, Command::TakeNote(body.value)).await
}

/// What is open goes to the successor.
async fn relocate(tx: &Tx, who: &Authority, way: &Move<'_>) -> Result<Moved, Problem> {
    let found = store::to_move(tx, way).await?;
    let move_it =
        |known: &mut MediationSessionFields| (known.jurisdiction, known.level) = (way.to, known.level.min(way.to.level()));
    move_records(tx, who, found, move_it).await
}
