//! `/v1/council-meetings`: the meetings of councils, from the invitation to the published minutes.

use uuid::Uuid;

use self::attendance::MeetingQuorum;
use self::command::Command;
use self::inputs::{CouncilMeetingFilter, NewCouncilMeeting, NewCouncilMeetingSeries, QuorumParams};
use self::model::{CouncilMeeting, CouncilMeetingFields, CouncilMeetingPage, CouncilMeetingSeries, listed, view};
use crate::access::authority::Authority;
use crate::access::permissions::action::{Create, Read};
use crate::access::permissions::resource::CouncilMeetings;
use crate::access::permissions::{Resource, action};
use crate::access::scope::Scope;
use crate::changes::command::command as on_record;
use crate::changes::execute::Aggregate;
use crate::changes::kinds::RecordType;
use crate::changes::relocation::{Move, Moved, Relocation, move_records};
use crate::changes::reply::{Reply, Unversioned};
use crate::changes::slice::Slice;
use crate::changes::write::{Record, Tx, Written, write};
use crate::db::listing::Listing;
use crate::db::pool::Db;
use crate::http::answer::{Found, Listed};
use crate::http::bodies::NoBody;
use crate::http::codes;
use crate::http::etag::Preconditions;
use crate::http::json::Valid;
use crate::http::operation::{Operation, operations};
use crate::http::path::Id;
use crate::http::problem::Problem;
use crate::http::query::{PageFilter, Params};
use actix_web::web::Json;

pub mod agenda;
mod attendance;
mod command;
mod creation;
mod decide;
mod inputs;
pub mod model;
mod public;
pub mod record;
pub mod states;
pub mod store;
mod texts;
mod voting;

pub const SLICE: Slice = Slice {
    resource: Some(Resource::CouncilMeetings),
    record: Some(RecordType::CouncilMeeting),
    noun: CouncilMeetingFields::NOUN,
    about: "The meetings of councils, from the invitation to the published minutes.",
    tables: &["council_meetings"],
    operations,
    jobs: &[],
    relocation: Relocation::MovesWithEstates(|tx, who, way| Box::pin(relocate(tx, who, way))),
};

fn operations() -> Vec<Operation> {
    let mut all = operations![
        list_council_meetings,
        create_council_meeting,
        create_council_meeting_series,
        get_council_meeting,
        get_council_meeting_quorum
    ];
    all.extend(calling());
    all.extend(about_items());
    all.extend(voting_on_items());
    all.extend(recording());
    all.extend(about_minutes());
    all.extend(public::operations());
    all
}

/// From the invitation to the end.
fn calling() -> Vec<Operation> {
    vec![
        on_record::<action::Update, CouncilMeetingFields, _>(
            "updateCouncilMeeting",
            "Update a meeting that is to come (JSON merge patch).",
            Command::Update,
        ),
        on_record::<action::Notify, CouncilMeetingFields, _>(
            "notifyCouncilMeeting",
            "Notify the seats of a meeting, which invites them.",
            |_: NoBody| Command::Notify,
        ),
        on_record::<action::AnswerInvitation, CouncilMeetingFields, _>(
            "answerCouncilInvitation",
            "Answer an invitation, for a seat.",
            Command::AnswerInvitation,
        ),
        on_record::<action::Open, CouncilMeetingFields, _>(
            "openCouncilMeeting",
            "Open a meeting, or go on with one that was adjourned.",
            |_: NoBody| Command::Open,
        ),
        on_record::<action::Adjourn, CouncilMeetingFields, _>(
            "adjournCouncilMeeting",
            "Adjourn a meeting to another time.",
            Command::Adjourn,
        ),
        on_record::<action::Conclude, CouncilMeetingFields, _>(
            "concludeCouncilMeeting",
            "Conclude a meeting, whose minutes are drafted from what was recorded.",
            |_: NoBody| Command::Conclude,
        ),
        on_record::<action::Cancel, CouncilMeetingFields, _>("cancelCouncilMeeting", "Cancel a meeting.", Command::Cancel),
    ]
}

/// What is discussed.
fn about_items() -> Vec<Operation> {
    vec![
        on_record::<action::AddItem, CouncilMeetingFields, _>(
            "addCouncilItem",
            "Add an item to the agenda; once the seats are invited, an urgent one.",
            Command::AddItem,
        ),
        on_record::<action::RemoveItem, CouncilMeetingFields, _>(
            "removeCouncilItem",
            "Remove an item from the agenda.",
            Command::RemoveItem,
        ),
        on_record::<action::ArrangeItems, CouncilMeetingFields, _>(
            "arrangeCouncilItems",
            "Arrange the items of the agenda in another order.",
            Command::ArrangeItems,
        ),
        on_record::<action::ConsentToItem, CouncilMeetingFields, _>(
            "consentToCouncilItem",
            "Consent to an urgent item, for a seat, or take that back.",
            Command::ConsentToItem,
        ),
        on_record::<action::DecideRecusal, CouncilMeetingFields, _>(
            "decideCouncilRecusal",
            "Decide whether a seat votes on an item.",
            Command::DecideRecusal,
        ),
    ]
}

/// What the seats say.
fn voting_on_items() -> Vec<Operation> {
    vec![
        on_record::<action::OpenVote, CouncilMeetingFields, _>(
            "openCouncilVote",
            "Open the vote on an item. A matter of the owners is refused with the owner vote that it takes.",
            Command::OpenVote,
        ),
        on_record::<action::GiveVoice, CouncilMeetingFields, _>(
            "giveCouncilVoice",
            "Give the voice of a seat in the vote that is open.",
            Command::GiveVoice,
        ),
        on_record::<action::CloseVote, CouncilMeetingFields, _>(
            "closeCouncilVote",
            "Close the vote that is open, and count it.",
            |_: NoBody| Command::CloseVote,
        ),
    ]
}

/// Who was there.
fn recording() -> Vec<Operation> {
    vec![
        on_record::<action::RecordAttendance, CouncilMeetingFields, _>(
            "recordCouncilAttendance",
            "Record that somebody comes or goes.",
            Command::RecordAttendance,
        ),
        on_record::<action::StrikeAttendance, CouncilMeetingFields, _>(
            "strikeCouncilAttendance",
            "Strike what was recorded wrongly, and count anew what followed from it.",
            Command::StrikeAttendance,
        ),
    ]
}

/// The minutes, from the draft to what residents say.
fn about_minutes() -> Vec<Operation> {
    vec![
        on_record::<action::CorrectMinutes, CouncilMeetingFields, _>(
            "correctCouncilMinutes",
            "Correct what the minutes tell of the discussion, before anybody has signed.",
            Command::CorrectMinutes,
        ),
        on_record::<action::SignMinutes, CouncilMeetingFields, _>(
            "signCouncilMinutes",
            "Sign the minutes, for a seat, with what it does not agree.",
            Command::SignMinutes,
        ),
        on_record::<action::StrikeSignature, CouncilMeetingFields, _>(
            "strikeCouncilSignature",
            "Strike a signature that was recorded wrongly, for its seat.",
            Command::StrikeSignature,
        ),
        on_record::<action::Publish, CouncilMeetingFields, _>(
            "publishCouncilMeeting",
            "Publish a text for residents, or another one in its place.",
            Command::Publish,
        ),
        on_record::<action::Object, CouncilMeetingFields, _>(
            "objectToCouncilMeeting",
            "Object to what was published.",
            Command::Object,
        ),
        on_record::<action::AnswerObjection, CouncilMeetingFields, _>(
            "answerCouncilObjection",
            "Answer an objection.",
            Command::AnswerObjection,
        ),
    ]
}

/// List meetings within the caller's jurisdiction, and those in which their organization has a seat. Residents see what is
/// published.
#[utoipa::path(get, path = "/v1/council-meetings", params(CouncilMeetingFilter, PageFilter),
    responses((status = 200, description = "A page of meetings.", body = CouncilMeetingPage)))]
async fn list_council_meetings(
    scope: Scope<Read, CouncilMeetings>,
    db: Db,
    list: Listing<CouncilMeetingFilter>,
) -> Result<Listed<CouncilMeetingPage>, Problem> {
    let rows = store::list(&db, &scope, list.filter, list.keyset).await?;
    Ok(list.pager.page(rows, |last| (last.updated_at, last.id), |fields| listed(&scope, fields)))
}

/// Plan a meeting of a council.
#[utoipa::path(post, path = "/v1/council-meetings", request_body = NewCouncilMeeting,
    responses((status = 201, description = "It was planned.", body = CouncilMeeting)))]
async fn create_council_meeting(
    scope: Scope<Create, CouncilMeetings>,
    db: Db,
    body: Valid<NewCouncilMeeting>,
) -> Result<Reply, Problem> {
    write(&db, &scope, &body.retry, async |tx| {
        let record = creation::plan(tx, &scope, body.value).await?;
        Written::created("/v1/council-meetings", &record, &view(&scope, record.clone()))
    })
    .await
}

/// Plan meetings that are held regularly, all or none.
#[utoipa::path(post, path = "/v1/council-meetings/series", request_body = NewCouncilMeetingSeries,
    responses((status = 200, description = "The meetings that were planned.", body = CouncilMeetingSeries)))]
async fn create_council_meeting_series(
    scope: Scope<Create, CouncilMeetings>,
    db: Db,
    body: Valid<NewCouncilMeetingSeries>,
) -> Result<Unversioned, Problem> {
    write(&db, &scope, &body.retry, async |tx| {
        let (series_id, meetings) = creation::plan_series(tx, &scope, body.value).await?;
        let records = meetings.iter().map(|one| Record::of(None, one)).collect::<Result<_, _>>()?;
        let items = meetings.into_iter().map(|one| listed(&scope, one)).collect();
        Ok(Written { records, reply: Reply::ok(1, &CouncilMeetingSeries { series_id, items })?, undo: false })
    })
    .await
    .map(Unversioned)
}

/// Get a meeting with everything that was recorded; residents get what was published.
#[utoipa::path(get, path = "/v1/council-meetings/{id}", responses((status = 200, description = "The meeting.", body = CouncilMeeting),
        (status = 304, description = "The client holds this version.")))]
async fn get_council_meeting(
    scope: Scope<Read, CouncilMeetings>,
    db: Db,
    id: Id<Uuid>,
    preconditions: Preconditions,
) -> Result<Found<CouncilMeeting>, Problem> {
    let fields = store::find(&db, &scope, id.0).await?;
    Ok(Found { version: fields.version, record: view(&scope, fields), preconditions })
}

/// Get whether enough seats are there at a moment, and which one is missing.
#[utoipa::path(get, path = "/v1/council-meetings/{id}/quorum", params(QuorumParams),
    responses((status = 200, description = "Who is there.", body = MeetingQuorum)))]
async fn get_council_meeting_quorum(
    scope: Scope<Read, CouncilMeetings>,
    db: Db,
    id: Id<Uuid>,
    params: Params<QuorumParams>,
) -> Result<Json<MeetingQuorum>, Problem> {
    let fields = store::find(&db, &scope, id.0).await?;
    if !fields.is_told_whole(&scope) {
        return Err(Problem::new(&codes::NOT_FOUND));
    }
    Ok(Json(fields.attendance(fields.record.get()?).quorum(params.value.at.unwrap_or(scope.now))))
}

/// Meetings that are not over go to the successor.
async fn relocate(tx: &Tx, who: &Authority, way: &Move<'_>) -> Result<Moved, Problem> {
    let found = store::to_move(tx, way).await?;
    move_records(tx, who, found, |known: &mut CouncilMeetingFields| known.jurisdiction = way.to).await
}
