//! `/v1/agreements`: what mediations led to, from the draft to the last payment.

use uuid::Uuid;

use self::command::Command;
use self::model::{Agreement, AgreementFields, AgreementFilter, AgreementPage, NewAgreement, view};
use crate::access::authority::Authority;
use crate::access::permissions::action::{Create, Read};
use crate::access::permissions::resource::Agreements;
use crate::access::permissions::{Resource, action};
use crate::access::scope::Scope;
use crate::changes::command::command as on_record;
use crate::changes::execute::Aggregate;
use crate::changes::kinds::RecordType;
use crate::changes::relocation::{Move, Moved, Relocation, move_records};
use crate::changes::reply::Reply;
use crate::changes::slice::Slice;
use crate::changes::write::{Tx, Written, write_new};
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

mod command;
pub mod court;
mod creation;
mod decide;
mod jobs;
pub mod model;
pub mod parts;
pub mod states;
pub mod store;

pub const SLICE: Slice = Slice {
    resource: Some(Resource::Agreements),
    record: Some(RecordType::Agreement),
    noun: AgreementFields::NOUN,
    about: "What mediations led to, from the draft to the last payment.",
    tables: &["agreements"],
    operations,
    jobs: jobs::JOBS,
    relocation: Relocation::MovesWithEstates(|tx, who, way| Box::pin(relocate(tx, who, way))),
};

fn operations() -> Vec<Operation> {
    let mut all = operations![list_agreements, create_agreement, get_agreement];
    all.extend(actions());
    all.extend(confirmation());
    all
}

/// From the draft to the visit.
fn actions() -> Vec<Operation> {
    vec![
        on_record::<action::Update, AgreementFields, _>("updateAgreement", "Update a draft (JSON merge patch).", Command::Update),
        on_record::<action::Sign, AgreementFields, _>(
            "signAgreement",
            "Record that a party, or the mediator, has signed.",
            Command::Sign,
        ),
        on_record::<action::Seal, AgreementFields, _>(
            "sealAgreement",
            "Record the seal of the mediation committee: with all signatures the agreement is in force.",
            Command::Seal,
        ),
        on_record::<action::Perform, AgreementFields, _>(
            "recordAgreementPerformance",
            "Record what was done of an obligation.",
            Command::Perform,
        ),
        on_record::<action::ReportProgress, AgreementFields, _>(
            "reportAgreementProgress",
            "Tell what a party says of an obligation: that it is done, with what shows so, or that it is not.",
            Command::ReportProgress,
        ),
        on_record::<action::Default, AgreementFields, _>(
            "recordAgreementDefault",
            "Record that an overdue obligation was not met: what can be enforced is, else the dispute is taken up again.",
            Command::Default,
        ),
        on_record::<action::Rescind, AgreementFields, _>(
            "rescindAgreement",
            "Rescind an agreement, as its parties or a court decided.",
            Command::Rescind,
        ),
        on_record::<action::VisitBack, AgreementFields, _>(
            "recordAgreementVisit",
            "Record what a visit to the parties found.",
            Command::VisitBack,
        ),
    ]
}

/// What happens before a court.
fn confirmation() -> Vec<Operation> {
    vec![
        on_record::<action::ApplyConfirmation, AgreementFields, _>(
            "applyForAgreementConfirmation",
            "Record that the parties together ask a court to confirm the agreement, within 30 days.",
            Command::ApplyConfirmation,
        ),
        on_record::<action::AcceptConfirmation, AgreementFields, _>(
            "acceptAgreementConfirmation",
            "Record that the court takes the case.",
            Command::AcceptConfirmation,
        ),
        on_record::<action::ExtendConfirmation, AgreementFields, _>(
            "extendAgreementConfirmation",
            "Record that the court takes longer to rule, once, with its president's approval.",
            Command::ExtendConfirmation,
        ),
        on_record::<action::DecideConfirmation, AgreementFields, _>(
            "decideAgreementConfirmation",
            "Record what the court ruled.",
            Command::DecideConfirmation,
        ),
        on_record::<action::MakeEnforceable, AgreementFields, _>(
            "makeAgreementEnforceable",
            "Record that a notary's deed or an arbitral award makes the agreement enforceable.",
            Command::MakeEnforceable,
        ),
        on_record::<action::ApplyEnforcement, AgreementFields, _>(
            "applyForAgreementEnforcement",
            "Record that a party asked a court to enforce the agreement.",
            Command::ApplyEnforcement,
        ),
    ]
}

/// List agreements within the caller's jurisdiction, or their own.
#[utoipa::path(get, path = "/v1/agreements", params(AgreementFilter, PageFilter),
    responses((status = 200, description = "A page of agreements.", body = AgreementPage)))]
async fn list_agreements(
    scope: Scope<Read, Agreements>,
    db: Db,
    list: Listing<AgreementFilter>,
) -> Result<Listed<AgreementPage>, Problem> {
    let (rows, seats) = store::list(&db, &scope, list.filter, list.keyset).await?;
    let shown = |fields: AgreementFields| {
        let own = seats_in(&seats, fields.dispute_id);
        view(&scope, fields, &own)
    };
    Ok(list.pager.page(rows, |last| (last.updated_at, last.id), shown))
}

/// Draft a written agreement, or record an oral one, which is in force at once.
#[utoipa::path(post, path = "/v1/agreements", request_body = NewAgreement,
    responses((status = 201, description = "The agreement was drafted or recorded.", body = Agreement)))]
async fn create_agreement(scope: Scope<Create, Agreements>, db: Db, body: Valid<NewAgreement>) -> Result<Reply, Problem> {
    write_new::<AgreementFields>(&db, &scope, &body.retry, async |tx| {
        let (record, others) = creation::draft(tx, &scope, body.value).await?;
        Ok(Written::created("/v1/agreements", &record, &view(&scope, record.clone(), &[]))?.and(others))
    })
    .await
}

/// Get an agreement.
#[utoipa::path(get, path = "/v1/agreements/{id}", responses((status = 200, description = "The agreement.", body = Agreement),
        (status = 304, description = "The client holds this version.")))]
async fn get_agreement(
    scope: Scope<Read, Agreements>,
    db: Db,
    id: Id<Uuid>,
    preconditions: Preconditions,
) -> Result<Found<Agreement>, Problem> {
    let (fields, own) = store::find(&db, &scope, id.0).await?;
    Ok(Found { version: fields.version, record: view(&scope, fields, &own), preconditions })
}

/// What is open goes to the successor.
async fn relocate(tx: &Tx, who: &Authority, way: &Move<'_>) -> Result<Moved, Problem> {
    let found = store::to_move(tx, way).await?;
    let move_it = |known: &mut AgreementFields| (known.jurisdiction, known.level) = (way.to, known.level.min(way.to.level()));
    move_records(tx, who, found, move_it).await
}
