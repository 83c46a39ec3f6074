//! `/v1/consultations`: what residents are asked, what they think of it, and what is answered.

use uuid::Uuid;

use self::command::Command;
use self::inputs::{ConsultationFilter, NewConsultation};
use self::model::{Consultation, ConsultationFields, ConsultationPage, listed, view};
use crate::access::authority::Authority;
use crate::access::permissions::action::{Create, Read};
use crate::access::permissions::resource::Consultations;
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

mod answering;
mod chosen;
mod command;
mod creation;
mod grouping;
mod hearings;
mod inputs;
mod jobs;
pub mod model;
pub mod opinions;
mod parts;
mod public;
pub mod states;
pub mod store;

pub const SLICE: Slice = Slice {
    resource: Some(Resource::Consultations),
    record: Some(RecordType::Consultation),
    noun: ConsultationFields::NOUN,
    about: "What residents are asked, what they think of it, and what is answered.",
    tables: &["consultations", "opinions"],
    operations,
    jobs: jobs::JOBS,
    relocation: Relocation::Moves(|tx, who, way| Box::pin(relocate(tx, who, way))),
};

fn operations() -> Vec<Operation> {
    let mut all = operations![list_consultations, create_consultation, get_consultation];
    all.extend(opinions::operations());
    all.extend(asking());
    all.extend(hearing());
    all.extend(answering());
    all.extend(public::operations());
    all
}

/// What is asked, and how long.
fn asking() -> Vec<Operation> {
    vec![
        on_record::<action::Update, ConsultationFields, _>(
            "updateConsultation",
            "Update a draft (JSON merge patch).",
            Command::Update,
        ),
        on_record::<action::Open, ConsultationFields, _>(
            "openConsultation",
            "Open a consultation: residents read it and say what they think.",
            Command::Open,
        ),
        on_record::<action::Extend, ConsultationFields, _>(
            "extendConsultation",
            "Extend the time in which opinions are taken.",
            Command::Extend,
        ),
        on_record::<action::Redact, ConsultationFields, _>(
            "redactConsultation",
            "Take out of a consultation what should not have been told.",
            Command::Redact,
        ),
        on_record::<action::Discard, ConsultationFields, _>("discardConsultation", "Discard a draft.", Command::Discard),
        on_record::<action::Cancel, ConsultationFields, _>(
            "cancelConsultation",
            "Cancel a consultation that is open; everybody reads why.",
            Command::Cancel,
        ),
    ]
}

/// The meetings at which residents are heard.
fn hearing() -> Vec<Operation> {
    vec![
        on_record::<action::AddHearing, ConsultationFields, _>(
            "addHearing",
            "Add a meeting at which residents are heard.",
            Command::AddHearing,
        ),
        on_record::<action::RecordHearing, ConsultationFields, _>(
            "recordHearing",
            "Record what was said at a meeting of residents.",
            Command::RecordHearing,
        ),
        on_record::<action::CallOffHearing, ConsultationFields, _>(
            "callOffHearing",
            "Call off a meeting of residents.",
            Command::CallOffHearing,
        ),
    ]
}

/// What is made of the opinions.
fn answering() -> Vec<Operation> {
    vec![
        on_record::<action::AddGroup, ConsultationFields, _>(
            "addOpinionGroup",
            "Add a group for opinions that say the same.",
            Command::AddGroup,
        ),
        on_record::<action::UpdateGroup, ConsultationFields, _>(
            "updateOpinionGroup",
            "Give a group another title and summary.",
            Command::UpdateGroup,
        ),
        on_record::<action::RemoveGroup, ConsultationFields, _>(
            "removeOpinionGroup",
            "Remove a group; its opinions are in none.",
            Command::RemoveGroup,
        ),
        on_record::<action::GroupOpinions, ConsultationFields, _>(
            "groupOpinions",
            "Put opinions into a group.",
            Command::GroupOpinions,
        ),
        on_record::<action::AnswerGroup, ConsultationFields, _>(
            "answerOpinionGroup",
            "Answer a group of opinions.",
            Command::AnswerGroup,
        ),
        on_record::<action::Publish, ConsultationFields, _>(
            "publishConsultation",
            "Publish what came of a consultation, once every opinion has an answer.",
            Command::Publish,
        ),
    ]
}

/// List consultations within the caller's jurisdiction, and those above it that are about its residents.
#[utoipa::path(get, path = "/v1/consultations", params(ConsultationFilter, PageFilter),
    responses((status = 200, description = "A page of consultations.", body = ConsultationPage)))]
async fn list_consultations(
    scope: Scope<Read, Consultations>,
    db: Db,
    list: Listing<ConsultationFilter>,
) -> Result<Listed<ConsultationPage>, Problem> {
    let rows = store::list(&db, &scope, list.filter, list.keyset).await?;
    Ok(list.pager.page(rows, |last| (last.updated_at, last.id), |fields| listed(&scope, fields)))
}

/// Draft what residents are to be asked.
#[utoipa::path(post, path = "/v1/consultations", request_body = NewConsultation,
    responses((status = 201, description = "It was drafted.", body = Consultation)))]
async fn create_consultation(
    scope: Scope<Create, Consultations>,
    db: Db,
    body: Valid<NewConsultation>,
) -> Result<Reply, Problem> {
    write(&db, &scope, &body.retry, async |tx| {
        let record = creation::draft(tx, &scope, body.value).await?;
        Written::created("/v1/consultations", &record, &view(&scope, record.clone()))
    })
    .await
}

/// Get a consultation; those who group and answer opinions get the groups too.
#[utoipa::path(get, path = "/v1/consultations/{id}", responses((status = 200, description = "The consultation.", body = Consultation),
        (status = 304, description = "The client holds this version.")))]
async fn get_consultation(
    scope: Scope<Read, Consultations>,
    db: Db,
    id: Id<Uuid>,
    preconditions: Preconditions,
) -> Result<Found<Consultation>, Problem> {
    let fields = store::find(&db, &scope, id.0).await?;
    Ok(Found { version: fields.version, record: view(&scope, fields), preconditions })
}

/// What is not over goes to the successor.
async fn relocate(tx: &Tx, who: &Authority, way: &Move<'_>) -> Result<Moved, Problem> {
    let found = store::to_move(tx, way).await?;
    move_records(tx, who, found, |known: &mut ConsultationFields| known.jurisdiction = way.to).await
}
