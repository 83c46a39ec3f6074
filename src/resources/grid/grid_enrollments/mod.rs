//! `/v1/grid-enrollments`: which organizations and estates belong to a grid unit.

use uuid::Uuid;

use self::command::Command;
use self::model::{GridEnrollment, GridEnrollmentFields, GridEnrollmentFilter, GridEnrollmentPage, NewGridEnrollment, view};
use crate::access::authority::Authority;
use crate::access::permissions::action::{Create, Read};
use crate::access::permissions::resource::GridEnrollments;
use crate::access::permissions::{Resource, action};
use crate::access::scope::Scope;
use crate::changes::command::command as on_record;
use crate::changes::execute::Aggregate;
use crate::changes::kinds::RecordType;
use crate::changes::relocation::{Move, Moved, Relocation, move_each};
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
pub mod creation;
pub mod model;
pub mod store;

pub const SLICE: Slice = Slice {
    resource: Some(Resource::GridEnrollments),
    record: Some(RecordType::GridEnrollment),
    noun: GridEnrollmentFields::NOUN,
    about: "Which organizations and estates belong to a grid unit.",
    tables: &["grid_enrollments"],
    operations,
    jobs: &[],
    relocation: Relocation::MovesWithEstates(|tx, who, way| Box::pin(relocate(tx, who, way))),
};

fn operations() -> Vec<Operation> {
    let mut all = operations![list_grid_enrollments, create_grid_enrollment, get_grid_enrollment];
    all.extend(actions());
    all
}

fn actions() -> Vec<Operation> {
    vec![
        on_record::<action::Join, GridEnrollmentFields, _>(
            "joinGridEnrollment",
            "Record that an invited organization or estate joined.",
            Command::Join,
        ),
        on_record::<action::Leave, GridEnrollmentFields, _>(
            "leaveGridEnrollment",
            "Record that an organization or estate left a grid unit, or declined to join.",
            Command::Leave,
        ),
    ]
}

/// List enrollments within the caller's jurisdiction.
#[utoipa::path(get, path = "/v1/grid-enrollments", params(GridEnrollmentFilter, PageFilter),
    responses((status = 200, description = "A page of enrollments.", body = GridEnrollmentPage)))]
async fn list_grid_enrollments(
    scope: Scope<Read, GridEnrollments>,
    db: Db,
    list: Listing<GridEnrollmentFilter>,
) -> Result<Listed<GridEnrollmentPage>, Problem> {
    let rows = store::list(&db, &scope, list.filter, list.keyset).await?;
    Ok(list.pager.page(rows, |last| (last.updated_at, last.id), |fields| view(&scope, fields)))
}

/// Invite an organization or an estate into a grid unit.
#[utoipa::path(post, path = "/v1/grid-enrollments", request_body = NewGridEnrollment,
    responses((status = 201, description = "It was invited.", body = GridEnrollment)))]
async fn create_grid_enrollment(
    scope: Scope<Create, GridEnrollments>,
    db: Db,
    body: Valid<NewGridEnrollment>,
) -> Result<Reply, Problem> {
    write(&db, &scope, &body.retry, async |tx| {
        let record = creation::invite(tx, &scope, body.value).await?;
        Written::created("/v1/grid-enrollments", &record, &view(&scope, record.clone()))
    })
    .await
}

/// Get an enrollment.
#[utoipa::path(get, path = "/v1/grid-enrollments/{id}", responses((status = 200, description = "The enrollment.", body = GridEnrollment),
        (status = 304, description = "The client holds this version.")))]
async fn get_grid_enrollment(
    scope: Scope<Read, GridEnrollments>,
    db: Db,
    id: Id<Uuid>,
    preconditions: Preconditions,
) -> Result<Found<GridEnrollment>, Problem> {
    let fields = store::find(&db, &scope, id.0).await?;
    Ok(Found { version: fields.version, record: view(&scope, fields), preconditions })
}

/// What is enrolled leaves a unit that is no more, and so does an estate that goes to another place.
async fn relocate(tx: &Tx, who: &Authority, way: &Move<'_>) -> Result<Moved, Problem> {
    let found = store::to_move(tx, way).await?;
    let step =
        async |enrollment: &GridEnrollmentFields| Ok(creation::end(tx, who, enrollment, (way.day, way.reason), way.to).await?.1);
    move_each(tx, found, step).await
}
