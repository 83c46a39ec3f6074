//! `/v1/mediation-sessions`: the meetings of mediations, across all cases.

use actix_web::HttpResponse;
use actix_web::web::{Data, Json};
use uuid::Uuid;

use self::model::{
    CalendarParams, CaucusNotes, MediationSession, MediationSessionFields, MediationSessionFilter, MediationSessionPage,
    MediationSessionPatch, Minutes, NewCaucusNote, NewMediationSession, SessionStart,
};
use self::rules::view;
use crate::access::policy::action::{Adjourn, Cancel, Complete, Create, Miss, Read, Start, TakeNote, Update};
use crate::access::policy::resource::MediationSessions;
use crate::access::scope::Scope;
use crate::changes::record::act;
use crate::changes::reply::Reply;
use crate::changes::write::{Change, Tx, write};
use crate::db::cursor::CursorKey;
use crate::db::page::{self, DEFAULT_LIMIT};
use crate::db::pool::Db;
use crate::http::answer::{Found, Listed};
use crate::http::etag::{Preconditions, Target};
use crate::http::json::Valid;
use crate::http::operation::{Operation, operations};
use crate::http::path::Id;
use crate::http::problem::Problem;
use crate::http::query::Params;
use crate::resources::disputes::model_actions::Reason;

pub mod model;
pub mod rules;
pub mod scheduler;
pub mod store;

pub fn operations() -> Vec<Operation> {
    operations![
        list_mediation_sessions,
        create_mediation_session,
        get_mediation_session_calendar,
        get_mediation_session,
        update_mediation_session,
        start_mediation_session,
        adjourn_mediation_session,
        complete_mediation_session,
        cancel_mediation_session,
        miss_mediation_session,
        list_caucus_notes,
        create_caucus_note,
    ]
}

/// List sessions in the order in which they begin: a calendar across cases.
#[utoipa::path(get, path = "/v1/mediation-sessions", params(MediationSessionFilter),
    responses((status = 200, description = "A page of sessions.", body = MediationSessionPage)))]
async fn list_mediation_sessions(
    scope: Scope<Read, MediationSessions>,
    db: Data<Db>,
    key: Data<CursorKey>,
    params: Params<MediationSessionFilter>,
) -> Result<Listed<MediationSessionPage>, Problem> {
    let limit = params.value.limit.unwrap_or(DEFAULT_LIMIT);
    let after = key.resume(&params.fingerprint, params.value.cursor.as_deref())?;
    let mut rows = store::list(&db, &scope, params.value, after).await?;
    let next_cursor = page::cut(&mut rows, limit).map(|last| key.seal(&params.fingerprint, &(last.starts_at, last.id)));
    Ok(Listed(MediationSessionPage { items: rows.into_iter().map(|fields| view(&scope, fields)).collect(), next_cursor }))
}

/// Schedule a session of a mediation.
#[utoipa::path(post, path = "/v1/mediation-sessions", request_body = NewMediationSession,
    responses((status = 201, description = "The session was scheduled.", body = MediationSession)))]
async fn create_mediation_session(
    scope: Scope<Create, MediationSessions>,
    db: Data<Db>,
    body: Valid<NewMediationSession>,
) -> Result<Reply, Problem> {
    write(&db, &scope, &body.retry, async |tx| {
        let record = rules::schedule(tx, &scope, body.value).await?;
        Change::created("/v1/mediation-sessions", &record, &view(&scope, record.clone()))
    })
    .await
}

/// Get the sessions as an iCalendar file: from a month ago on, at most 1,000, the earliest first.
#[utoipa::path(get, path = "/v1/mediation-sessions/calendar.ics", params(CalendarParams),
    responses((status = 200, description = "The sessions.", content_type = "text/calendar", body = String)))]
async fn get_mediation_session_calendar(
    scope: Scope<Read, MediationSessions>,
    db: Data<Db>,
    params: Params<CalendarParams>,
) -> Result<HttpResponse, Problem> {
    store::calendar(&db, &scope, params.value.mediator_id).await.map(|sessions| rules::calendar(&sessions))
}

/// Get a session.
#[utoipa::path(get, path = "/v1/mediation-sessions/{id}", params(("id" = Uuid, Path, description = "Id of the session.")),
    responses((status = 200, description = "The session.", body = MediationSession),
        (status = 304, description = "The client holds this version.")))]
async fn get_mediation_session(
    scope: Scope<Read, MediationSessions>,
    db: Data<Db>,
    id: Id<Uuid>,
    preconditions: Preconditions,
) -> Result<Found<MediationSession>, Problem> {
    let fields = store::find(&db, &scope, id.0).await?;
    Ok(Found { version: fields.version, record: view(&scope, fields), preconditions })
}

/// Change a session that is to be held (JSON merge patch).
#[utoipa::path(patch, path = "/v1/mediation-sessions/{id}", params(("id" = Uuid, Path, description = "Id of the session.")),
    request_body = MediationSessionPatch, responses((status = 200, description = "The changed session.", body = MediationSession)))]
async fn update_mediation_session(
    scope: Scope<Update, MediationSessions>,
    db: Data<Db>,
    target: Target,
    body: Valid<MediationSessionPatch>,
) -> Result<Reply, Problem> {
    let change = async |tx: &Tx, after: &mut MediationSessionFields| {
        body.value.apply(after);
        rules::check_change(tx, after).await.map(|()| Vec::new())
    };
    act(&db, &scope, &target, &body.retry, change, async |_, after| Ok(view(&scope, after))).await
}

/// Begin a session with those who are there.
#[utoipa::path(post, path = "/v1/mediation-sessions/{id}/start", params(("id" = Uuid, Path, description = "Id of the session.")),
    request_body = SessionStart, responses((status = 200, description = "The session after the action.", body = MediationSession)))]
async fn start_mediation_session(
    scope: Scope<Start, MediationSessions>,
    db: Data<Db>,
    target: Target,
    body: Valid<SessionStart>,
) -> Result<Reply, Problem> {
    let attendance = body.value.attendance;
    let change = async |tx: &Tx, after: &mut MediationSessionFields| rules::start(tx, &scope, after, attendance).await;
    act(&db, &scope, &target, &body.retry, change, async |_, after| Ok(view(&scope, after))).await
}

/// End a session that goes on in another one, with its minutes.
#[utoipa::path(post, path = "/v1/mediation-sessions/{id}/adjourn", params(("id" = Uuid, Path, description = "Id of the session.")),
    request_body = Minutes, responses((status = 200, description = "The session after the action.", body = MediationSession)))]
async fn adjourn_mediation_session(
    scope: Scope<Adjourn, MediationSessions>,
    db: Data<Db>,
    target: Target,
    body: Valid<Minutes>,
) -> Result<Reply, Problem> {
    let change = async |tx: &Tx, after: &mut MediationSessionFields| rules::take_minutes(tx, after, body.value).await;
    act(&db, &scope, &target, &body.retry, change, async |_, after| Ok(view(&scope, after))).await
}

/// End a session, with its minutes.
#[utoipa::path(post, path = "/v1/mediation-sessions/{id}/complete", params(("id" = Uuid, Path, description = "Id of the session.")),
    request_body = Minutes, responses((status = 200, description = "The session after the action.", body = MediationSession)))]
async fn complete_mediation_session(
    scope: Scope<Complete, MediationSessions>,
    db: Data<Db>,
    target: Target,
    body: Valid<Minutes>,
) -> Result<Reply, Problem> {
    let change = async |tx: &Tx, after: &mut MediationSessionFields| rules::take_minutes(tx, after, body.value).await;
    act(&db, &scope, &target, &body.retry, change, async |_, after| Ok(view(&scope, after))).await
}

/// Call a session off.
#[utoipa::path(post, path = "/v1/mediation-sessions/{id}/cancel", params(("id" = Uuid, Path, description = "Id of the session.")),
    request_body = Reason, responses((status = 200, description = "The session after the action.", body = MediationSession)))]
async fn cancel_mediation_session(
    scope: Scope<Cancel, MediationSessions>,
    db: Data<Db>,
    target: Target,
    body: Valid<Reason>,
) -> Result<Reply, Problem> {
    let change = async |_: &Tx, after: &mut MediationSessionFields| {
        after.reason = Some(body.value.reason);
        Ok(Vec::new())
    };
    act(&db, &scope, &target, &body.retry, change, async |_, after| Ok(view(&scope, after))).await
}

/// Record that a session did not take place, since somebody did not come.
#[utoipa::path(post, path = "/v1/mediation-sessions/{id}/miss", params(("id" = Uuid, Path, description = "Id of the session.")),
    request_body = Reason, responses((status = 200, description = "The session after the action.", body = MediationSession)))]
async fn miss_mediation_session(
    scope: Scope<Miss, MediationSessions>,
    db: Data<Db>,
    target: Target,
    body: Valid<Reason>,
) -> Result<Reply, Problem> {
    let change = async |_: &Tx, after: &mut MediationSessionFields| rules::miss(&scope, after, body.value.reason);
    act(&db, &scope, &target, &body.retry, change, async |_, after| Ok(view(&scope, after))).await
}

/// List the caller's own notes of what parties said alone. Nobody else reads them.
#[utoipa::path(get, path = "/v1/mediation-sessions/{id}/caucus-notes", params(("id" = Uuid, Path, description = "Id of the session.")),
    responses((status = 200, description = "The notes.", body = CaucusNotes)))]
async fn list_caucus_notes(
    scope: Scope<TakeNote, MediationSessions>,
    db: Data<Db>,
    id: Id<Uuid>,
) -> Result<Json<CaucusNotes>, Problem> {
    Ok(Json(CaucusNotes { items: store::notes(&db, &scope, id.0).await? }))
}

/// Note what a party said alone. Neither the feed nor the audit tells the text.
#[utoipa::path(post, path = "/v1/mediation-sessions/{id}/caucus-notes", params(("id" = Uuid, Path, description = "Id of the session.")),
    request_body = NewCaucusNote, responses((status = 200, description = "The session.", body = MediationSession)))]
async fn create_caucus_note(
    scope: Scope<TakeNote, MediationSessions>,
    db: Data<Db>,
    target: Target,
    body: Valid<NewCaucusNote>,
) -> Result<Reply, Problem> {
    let change = async |tx: &Tx, after: &mut MediationSessionFields| rules::take_note(tx, &scope, after, body.value).await;
    act(&db, &scope, &target, &body.retry, change, async |_, after| Ok(view(&scope, after))).await
}
