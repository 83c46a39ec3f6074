//! `/v1/duties`: what councils and owners have decided, by whom and by when it is done.

use actix_web::web::Json;
use uuid::Uuid;

use self::command::Command;
use self::deadline::DutyDeadline;
use self::model::{Duty, DutyFields, DutyFilter, DutyPage, NewDuty, view};
use crate::access::authority::Authority;
use crate::access::permissions::action::{Create, Read};
use crate::access::permissions::resource::Duties;
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
use crate::resources::reference::calendars::store as calendars;

mod command;
mod creation;
mod deadline;
mod jobs;
pub mod model;
pub mod states;
pub mod store;

pub const SLICE: Slice = Slice {
    resource: Some(Resource::Duties),
    record: Some(RecordType::Duty),
    noun: DutyFields::NOUN,
    about: "What councils and owners have decided, by whom and by when it is done.",
    tables: &["duties"],
    operations,
    jobs: jobs::JOBS,
    relocation: Relocation::MovesWithEstates(|tx, who, way| Box::pin(relocate(tx, who, way))),
};

fn operations() -> Vec<Operation> {
    let mut all = operations![list_duties, create_duty, get_duty, get_duty_deadline];
    all.extend(actions());
    all
}

fn actions() -> Vec<Operation> {
    vec![
        on_record::<action::ReportProgress, DutyFields, _>(
            "reportDutyProgress",
            "Report what was done about a duty, or that it is done.",
            Command::ReportProgress,
        ),
        on_record::<action::Review, DutyFields, _>(
            "reviewDuty",
            "Review whether a duty is done, for another seat or an office.",
            Command::Review,
        ),
        on_record::<action::Extend, DutyFields, _>("extendDuty", "Extend a duty once, before its time is over.", Command::Extend),
        on_record::<action::Cancel, DutyFields, _>("cancelDuty", "Cancel a duty, with a reason.", Command::Cancel),
    ]
}

/// List duties within the caller's jurisdiction, and those of councils in which their organization sits.
#[utoipa::path(get, path = "/v1/duties", params(DutyFilter, PageFilter),
    responses((status = 200, description = "A page of duties.", body = DutyPage)))]
async fn list_duties(scope: Scope<Read, Duties>, db: Db, list: Listing<DutyFilter>) -> Result<Listed<DutyPage>, Problem> {
    let rows = store::list(&db, &scope, list.filter, list.keyset).await?;
    Ok(list.pager.page(rows, |last| (last.updated_at, last.id), |fields| view(&scope, fields)))
}

/// Give a duty to a seat, of what a council has adopted, or to an organization, of what the owners have decided.
#[utoipa::path(post, path = "/v1/duties", request_body = NewDuty,
    responses((status = 201, description = "It was given.", body = Duty)))]
async fn create_duty(scope: Scope<Create, Duties>, db: Db, body: Valid<NewDuty>) -> Result<Reply, Problem> {
    write(&db, &scope, &body.retry, async |tx| {
        let record = creation::give(tx, &scope, body.value).await?;
        Written::created("/v1/duties", &record, &view(&scope, record.clone()))
    })
    .await
}

/// Get a duty with its progress and its reviews.
#[utoipa::path(get, path = "/v1/duties/{id}", responses((status = 200, description = "The duty.", body = Duty),
        (status = 304, description = "The client holds this version.")))]
async fn get_duty(
    scope: Scope<Read, Duties>,
    db: Db,
    id: Id<Uuid>,
    preconditions: Preconditions,
) -> Result<Found<Duty>, Problem> {
    let fields = store::find(&db, &scope, id.0).await?;
    Ok(Found { version: fields.version, record: view(&scope, fields), preconditions })
}

/// Get when a duty is due, and how that was calculated.
#[utoipa::path(get, path = "/v1/duties/{id}/deadline", responses((status = 200, description = "The deadline.", body = DutyDeadline)))]
async fn get_duty_deadline(scope: Scope<Read, Duties>, db: Db, id: Id<Uuid>) -> Result<Json<DutyDeadline>, Problem> {
    let duty = store::find(&db, &scope, id.0).await?;
    let calendar = db.read(async |connection| calendars::working_days(connection, duty.jurisdiction).await).await?;
    Ok(Json(DutyDeadline::of(&duty, &calendar)))
}

/// Duties that are not done go to the successor.
async fn relocate(tx: &Tx, who: &Authority, way: &Move<'_>) -> Result<Moved, Problem> {
    let found = store::to_move(tx, way).await?;
    move_records(tx, who, found, |known: &mut DutyFields| known.jurisdiction = way.to).await
}
