//! `/v1/councils`: where the organizations of a place discuss and decide together.

use uuid::Uuid;

use self::command::Command;
use self::inputs::{CouncilFilter, NewCouncil};
use self::model::{Council, CouncilFields, CouncilPage, view};
use crate::access::authority::Authority;
use crate::access::permissions::action::{Create, Read};
use crate::access::permissions::resource::Councils;
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
use crate::http::etag::Preconditions;
use crate::http::json::Valid;
use crate::http::operation::{Operation, operations};
use crate::http::path::Id;
use crate::http::problem::Problem;
use crate::http::query::PageFilter;

mod command;
mod creation;
pub mod delegates;
mod inputs;
pub mod model;
pub mod seats;
pub mod states;
pub mod store;

pub const SLICE: Slice = Slice {
    resource: Some(Resource::Councils),
    record: Some(RecordType::Council),
    noun: CouncilFields::NOUN,
    about: "Where party organization, neighborhood committee, owners, property enterprise and others discuss and decide together.",
    tables: &["councils"],
    operations,
    jobs: &[],
    relocation: Relocation::MovesWithEstates(|tx, who, way| Box::pin(relocate(tx, who, way))),
};

fn operations() -> Vec<Operation> {
    let mut all = operations![list_councils, create_council, get_council];
    all.extend(actions());
    all
}

fn actions() -> Vec<Operation> {
    vec![
        on_record::<action::Update, CouncilFields, _>(
            "updateCouncil",
            "Update the name of a council, or how it decides (JSON merge patch).",
            Command::Update,
        ),
        on_record::<action::ChangeSeat, CouncilFields, _>(
            "changeCouncilSeat",
            "Change who holds a seat, whose delegates leave.",
            Command::ChangeSeat,
        ),
        on_record::<action::NameDelegate, CouncilFields, _>(
            "nameCouncilDelegate",
            "Name somebody who speaks for a seat, or a deputy.",
            Command::NameDelegate,
        ),
        on_record::<action::EndDelegate, CouncilFields, _>(
            "endCouncilDelegate",
            "End the time in which somebody speaks for a seat.",
            Command::EndDelegate,
        ),
        on_record::<action::RequestMeeting, CouncilFields, _>(
            "requestCouncilMeeting",
            "Request a meeting, for a seat, from whoever convenes the council.",
            Command::RequestMeeting,
        ),
        on_record::<action::OrderMeeting, CouncilFields, _>(
            "orderCouncilMeeting",
            "Order a meeting, from the street.",
            Command::OrderMeeting,
        ),
        on_record::<action::AnswerRequest, CouncilFields, _>(
            "answerCouncilRequest",
            "Answer a request for a meeting.",
            Command::AnswerRequest,
        ),
        on_record::<action::Dissolve, CouncilFields, _>("dissolveCouncil", "Dissolve a council.", Command::Dissolve),
    ]
}

/// List councils within the caller's jurisdiction, and those in which their organization has a seat.
#[utoipa::path(get, path = "/v1/councils", params(CouncilFilter, PageFilter),
    responses((status = 200, description = "A page of councils.", body = CouncilPage)))]
async fn list_councils(
    scope: Scope<Read, Councils>,
    db: Db,
    list: Listing<CouncilFilter>,
) -> Result<Listed<CouncilPage>, Problem> {
    let rows = store::list(&db, &scope, list.filter, list.keyset).await?;
    Ok(list.pager.page(rows, |last| (last.updated_at, last.id), |fields| view(&scope, fields)))
}

/// Set up a council of a community or of an estate.
#[utoipa::path(post, path = "/v1/councils", request_body = NewCouncil,
    responses((status = 201, description = "It was set up.", body = Council)))]
async fn create_council(scope: Scope<Create, Councils>, db: Db, body: Valid<NewCouncil>) -> Result<Reply, Problem> {
    write(&db, &scope, &body.retry, async |tx| {
        let record = creation::set_up(tx, &scope, body.value).await?;
        Written::created("/v1/councils", &record, &view(&scope, record.clone()))
    })
    .await
}

/// Get a council with its seats, who speaks for them, and what it was asked for.
#[utoipa::path(get, path = "/v1/councils/{id}", responses((status = 200, description = "The council.", body = Council),
        (status = 304, description = "The client holds this version.")))]
async fn get_council(
    scope: Scope<Read, Councils>,
    db: Db,
    id: Id<Uuid>,
    preconditions: Preconditions,
) -> Result<Found<Council>, Problem> {
    let fields = store::find(&db, &scope, id.0).await?;
    Ok(Found { version: fields.version, record: view(&scope, fields), preconditions })
}

/// Councils go to the successor.
async fn relocate(tx: &Tx, who: &Authority, way: &Move<'_>) -> Result<Moved, Problem> {
    let found = store::to_move(tx, way).await?;
    move_records(tx, who, found, |known: &mut CouncilFields| known.jurisdiction = way.to).await
}
