//! `/v1/learners`: the register of those who are to be trained, and who lacks hours.

use chrono::Datelike;
use uuid::Uuid;

use self::command::Command;
use self::inputs::{LearnerFilter, NewLearner};
use self::model::{DisclosedLearner, Learner, LearnerFields, LearnerPage, LearnerRole};
use self::view::view;
use crate::access::authority::Authority;
use crate::access::permissions::action::{Create, Disclose, Read};
use crate::access::permissions::resource::Learners;
use crate::access::permissions::{Resource, action};
use crate::access::privacy::DisclosureParams;
use crate::access::scope::Scope;
use crate::changes::command::command as on_record;
use crate::changes::disclosure::disclose;
use crate::changes::execute::Aggregate;
use crate::changes::kinds::RecordType;
use crate::changes::record::LockInScope;
use crate::changes::relocation::{Move, Moved, Relocation, move_records};
use crate::changes::reply::{Reply, Unversioned};
use crate::changes::slice::Slice;
use crate::changes::write::{Tx, Written, write};
use crate::db::listing::Listing;
use crate::db::pool::Db;
use crate::http::answer::{Found, Listed};
use crate::http::codes;
use crate::http::etag::Preconditions;
use crate::http::json::Valid;
use crate::http::operation::{Operation, operations};
use crate::http::path::Id;
use crate::http::problem::{FieldError, Problem};
use crate::http::query::{PageFilter, Params};

mod command;
pub mod creation;
pub mod hours;
pub mod inputs;
pub mod mediators;
pub mod model;
pub mod store;
mod view;

pub const SLICE: Slice = Slice {
    resource: Some(Resource::Learners),
    record: Some(RecordType::Learner),
    noun: LearnerFields::NOUN,
    about: "The register of those who are to be trained, and who lacks hours.",
    tables: &["learners"],
    operations,
    jobs: &[],
    relocation: Relocation::Moves(|tx, who, way| Box::pin(relocate(tx, who, way))),
};

fn operations() -> Vec<Operation> {
    let mut all = operations![list_learners, create_learner, get_learner, disclose_learner];
    all.extend(actions());
    all
}

fn actions() -> Vec<Operation> {
    vec![
        on_record::<action::Update, LearnerFields, _>("updateLearner", "Update a learner (JSON merge patch).", Command::Update),
        on_record::<action::Leave, LearnerFields, _>("leaveLearner", "Remove a learner from the register.", Command::Leave),
    ]
}

/// List the learners within the caller's jurisdiction, or those who lack hours in a year.
#[utoipa::path(get, path = "/v1/learners", params(LearnerFilter, PageFilter),
    responses((status = 200, description = "A page of learners.", body = LearnerPage)))]
async fn list_learners(
    scope: Scope<Read, Learners>,
    db: Db,
    list: Listing<LearnerFilter>,
) -> Result<Listed<LearnerPage>, Problem> {
    let year = list.filter.year().unwrap_or_else(|| scope.today().year());
    let asks_for_party = list.filter.role.is_some_and(LearnerRole::is_of_party);
    if asks_for_party && !scope.area.subtrees().iter().all(|place| view::oversees(&scope, place)) {
        let hidden = FieldError::parameter("role", &codes::NOT_ALLOWED);
        return Err(Problem::new(&codes::INVALID_PARAMETER).errors(vec![hidden]));
    }
    let rows = store::list(&db, &scope, list.filter, year, list.keyset).await?;
    let show = |(fields, quota)| view(&scope, fields, year, quota);
    Ok(list.pager.page(rows, |(last, _)| (last.updated_at, last.id), show))
}

/// Register a learner.
#[utoipa::path(post, path = "/v1/learners", request_body = NewLearner,
    responses((status = 201, description = "The learner was registered.", body = Learner)))]
async fn create_learner(scope: Scope<Create, Learners>, db: Db, body: Valid<NewLearner>) -> Result<Reply, Problem> {
    write(&db, &scope, &body.retry, async |tx| {
        let record = creation::register(tx, &scope, body.value).await?;
        Written::created("/v1/learners", &record, &record.clone().answer(tx, &scope).await?)
    })
    .await
}

/// Get a learner.
#[utoipa::path(get, path = "/v1/learners/{id}", responses((status = 200, description = "The learner.", body = Learner),
        (status = 304, description = "The client holds this version.")))]
async fn get_learner(
    scope: Scope<Read, Learners>,
    db: Db,
    id: Id<Uuid>,
    preconditions: Preconditions,
) -> Result<Found<Learner>, Problem> {
    let (fields, quota, alike) = store::find(&db, &scope, id.0).await?;
    let version = fields.version;
    let record = view(&scope, fields, scope.today().year(), quota);
    Ok(Found { version, record: Learner { possible_duplicate_ids: Some(alike), ..record }, preconditions })
}

/// Disclose the identity of a learner. The audit keeps who read it and what for.
#[utoipa::path(get, path = "/v1/learners/{id}/disclosure",
    params(DisclosureParams),
    responses((status = 200, description = "Name and phone.", body = DisclosedLearner)))]
async fn disclose_learner(
    scope: Scope<Disclose, Learners>,
    db: Db,
    id: Id<Uuid>,
    params: Params<DisclosureParams>,
) -> Result<Unversioned, Problem> {
    let read = async |tx: &Tx| {
        let fields = LearnerFields::lock_in_scope(tx, &scope, id.0).await?;
        let told = DisclosedLearner { name: fields.name.clone(), phone: fields.phone.clone() };
        Ok((fields, told))
    };
    disclose(&db, &scope, ("learner_disclosure", params.value.purpose), read).await
}

/// What is open goes to the successor.
async fn relocate(tx: &Tx, who: &Authority, way: &Move<'_>) -> Result<Moved, Problem> {
    let found = store::to_move(tx, way).await?;
    move_records(tx, who, found, |known: &mut LearnerFields| known.jurisdiction = way.to).await
}
