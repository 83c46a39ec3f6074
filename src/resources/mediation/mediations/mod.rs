//! `/v1/mediations`: the mediation of a dispute, from the question whether the parties want it to its end.

use actix_web::web::Json;
use uuid::Uuid;

use self::command::Command;
use self::inputs::{MediationFilter, NewMediation};
use self::model::{Mediation, MediationFields, MediationPage, in_list, view};
use self::recommendations::Recommendations;
use crate::access::authority::Authority;
use crate::access::permissions::action::{Create, Read};
use crate::access::permissions::resource::Mediations;
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
use crate::resources::disputes::store::parties::seats_in;

pub mod command;
pub mod creation;
pub mod decide;
pub mod facts;
pub mod helpers;
mod inputs;
mod jobs;
pub mod model;
pub mod offers;
mod recommendations;
pub mod states;
pub mod store;

pub const SLICE: Slice = Slice {
    resource: Some(Resource::Mediations),
    record: Some(RecordType::Mediation),
    noun: MediationFields::NOUN,
    about: "The mediation of a dispute, from the question whether the parties want it to its end.",
    tables: &["mediations"],
    operations,
    jobs: jobs::JOBS,
    relocation: Relocation::MovesWithEstates(|tx, who, way| Box::pin(relocate(tx, who, way))),
};

fn operations() -> Vec<Operation> {
    let mut all = operations![list_mediations, create_mediation, get_mediation, recommend_mediators];
    all.extend(preparing());
    all.extend(offering());
    all.extend(helping());
    all.extend(ending());
    all
}

/// Consent, notice and the mediator.
fn preparing() -> Vec<Operation> {
    vec![
        on_record::<action::RecordConsent, MediationFields, _>(
            "recordMediationConsent",
            "Record the consent of a party to the mediation; a refusal ends it.",
            Command::RecordConsent,
        ),
        on_record::<action::WithdrawConsent, MediationFields, _>(
            "withdrawMediationConsent",
            "Withdraw the consent of a party, which ends the mediation.",
            Command::WithdrawConsent,
        ),
        on_record::<action::GiveNotice, MediationFields, _>(
            "recordMediationRightsNotice",
            "Record the rights notice to the parties, which precedes the first session.",
            Command::GiveNotice,
        ),
        on_record::<action::Choose, MediationFields, _>(
            "chooseMediationMediator",
            "Record whom a party wants as their mediator. Whom all want is selected.",
            Command::Choose,
        ),
        on_record::<action::Select, MediationFields, _>(
            "selectMediationMediator",
            "Select the mediator, once every party has consented.",
            Command::Select,
        ),
        on_record::<action::Exclude, MediationFields, _>(
            "excludeMediationMediator",
            "Exclude the mediator: a party objects, or the mediator recuses themselves. Another one is to be selected.",
            Command::Exclude,
        ),
    ]
}

/// What the parties offer one another.
fn offering() -> Vec<Operation> {
    vec![
        on_record::<action::Offer, MediationFields, _>(
            "offerMediationTerms",
            "Offer terms, or counter an offer, which gives way to this one.",
            Command::Offer,
        ),
        on_record::<action::AnswerOffer, MediationFields, _>(
            "answerMediationOffer",
            "Accept or decline the open offer, for a party. What all accept can become an agreement.",
            Command::AnswerOffer,
        ),
    ]
}

/// Who is invited to help.
fn helping() -> Vec<Operation> {
    vec![
        on_record::<action::InviteHelper, MediationFields, _>(
            "inviteMediationHelper",
            "Invite a relative, a neighbor or an expert to help, with the consent of all parties.",
            Command::InviteHelper,
        ),
        on_record::<action::DismissHelper, MediationFields, _>(
            "dismissMediationHelper",
            "Record that a helper is needed no more.",
            Command::DismissHelper,
        ),
    ]
}

/// How long it takes and how it ends, but for an agreement.
fn ending() -> Vec<Operation> {
    vec![
        on_record::<action::Extend, MediationFields, _>(
            "extendMediation",
            "Extend a mediation, with the consent of all parties.",
            Command::Extend,
        ),
        on_record::<action::Fail, MediationFields, _>(
            "failMediation",
            "Record that a mediation failed, and that the parties were told of other remedies.",
            Command::Fail,
        ),
        on_record::<action::Terminate, MediationFields, _>(
            "terminateMediation",
            "Terminate a mediation for another reason.",
            Command::Terminate,
        ),
    ]
}

/// List mediations within the caller's jurisdiction, or their own.
#[utoipa::path(get, path = "/v1/mediations", params(MediationFilter, PageFilter),
    responses((status = 200, description = "A page of mediations.", body = MediationPage)))]
async fn list_mediations(
    scope: Scope<Read, Mediations>,
    db: Db,
    list: Listing<MediationFilter>,
) -> Result<Listed<MediationPage>, Problem> {
    let (rows, seats) = store::list(&db, &scope, list.filter, list.keyset).await?;
    let shown = |fields: MediationFields| {
        let own = seats_in(&seats, fields.dispute_id);
        in_list(&scope, fields, &own)
    };
    Ok(list.pager.page(rows, |last| (last.updated_at, last.id), shown))
}

/// Open a mediation of a dispute.
#[utoipa::path(post, path = "/v1/mediations", request_body = NewMediation,
    responses((status = 201, description = "The mediation was opened.", body = Mediation)))]
async fn create_mediation(scope: Scope<Create, Mediations>, db: Db, body: Valid<NewMediation>) -> Result<Reply, Problem> {
    write(&db, &scope, &body.retry, async |tx| {
        let (record, others) = creation::open(tx, &scope, body.value).await?;
        Ok(Written::created("/v1/mediations", &record, &view(&scope, record.clone(), &[]))?.and(others))
    })
    .await
}

/// Get a mediation.
#[utoipa::path(get, path = "/v1/mediations/{id}", responses((status = 200, description = "The mediation.", body = Mediation),
        (status = 304, description = "The client holds this version.")))]
async fn get_mediation(
    scope: Scope<Read, Mediations>,
    db: Db,
    id: Id<Uuid>,
    preconditions: Preconditions,
) -> Result<Found<Mediation>, Problem> {
    let (fields, own) = store::find(&db, &scope, id.0).await?;
    Ok(Found { version: fields.version, record: view(&scope, fields, &own), preconditions })
}

/// Recommend mediators of the committee for a case, with reasons.
#[utoipa::path(get, path = "/v1/mediations/{id}/recommendations", responses((status = 200, description = "The most suitable first.", body = Recommendations)))]
async fn recommend_mediators(scope: Scope<Read, Mediations>, db: Db, id: Id<Uuid>) -> Result<Json<Recommendations>, Problem> {
    recommendations::recommend(&db, &scope, id.0).await.map(Json)
}

/// What is open goes to the successor.
async fn relocate(tx: &Tx, who: &Authority, way: &Move<'_>) -> Result<Moved, Problem> {
    let found = store::to_move(tx, way).await?;
    let move_it = |known: &mut MediationFields| (known.jurisdiction, known.level) = (way.to, known.level.min(way.to.level()));
    move_records(tx, who, found, move_it).await
}
