//! `/v1/grid-enrollments`: which organizations and estates belong to a grid unit.

use actix_web::web::Data;
use uuid::Uuid;

use self::model::{
    GridEnrollment, GridEnrollmentFields, GridEnrollmentFilter, GridEnrollmentPage, Joining, Leaving, NewGridEnrollment,
};
use crate::access::policy::action::{Create, Join, Leave, Read};
use crate::access::policy::resource::GridEnrollments;
use crate::access::scope::{Authorized, Scope};
use crate::changes::lifecycle::next_actions;
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

pub mod model;
pub mod rules;
pub mod store;

pub fn operations() -> Vec<Operation> {
    operations![list_grid_enrollments, create_grid_enrollment, get_grid_enrollment, join_grid_enrollment, leave_grid_enrollment]
}

fn view(scope: &Authorized<GridEnrollments>, fields: GridEnrollmentFields) -> GridEnrollment {
    GridEnrollment { next_actions: next_actions(scope, &fields), fields }
}

/// List enrollments within the caller's jurisdiction.
#[utoipa::path(get, path = "/v1/grid-enrollments", params(GridEnrollmentFilter),
    responses((status = 200, description = "A page of enrollments.", body = GridEnrollmentPage)))]
async fn list_grid_enrollments(
    scope: Scope<Read, GridEnrollments>,
    db: Data<Db>,
    key: Data<CursorKey>,
    params: Params<GridEnrollmentFilter>,
) -> Result<Listed<GridEnrollmentPage>, Problem> {
    let limit = params.value.limit.unwrap_or(DEFAULT_LIMIT);
    let after = key.resume(&params.fingerprint, params.value.cursor.as_deref())?;
    let mut rows = store::list(&db, &scope, params.value, after).await?;
    let next_cursor = page::cut(&mut rows, limit).map(|last| key.seal(&params.fingerprint, &(last.updated_at, last.id)));
    Ok(Listed(GridEnrollmentPage { items: rows.into_iter().map(|fields| view(&scope, fields)).collect(), next_cursor }))
}

/// Invite an organization or an estate into a grid unit.
#[utoipa::path(post, path = "/v1/grid-enrollments", request_body = NewGridEnrollment,
    responses((status = 201, description = "It was invited.", body = GridEnrollment)))]
async fn create_grid_enrollment(
    scope: Scope<Create, GridEnrollments>,
    db: Data<Db>,
    body: Valid<NewGridEnrollment>,
) -> Result<Reply, Problem> {
    write(&db, &scope, &body.retry, async |tx| {
        let record = rules::invite(tx, &scope, body.value).await?;
        Change::created("/v1/grid-enrollments", &record, &view(&scope, record.clone()))
    })
    .await
}

/// Get an enrollment.
#[utoipa::path(get, path = "/v1/grid-enrollments/{id}", params(("id" = Uuid, Path, description = "Id of the enrollment.")),
    responses((status = 200, description = "The enrollment.", body = GridEnrollment),
        (status = 304, description = "The client holds this version.")))]
async fn get_grid_enrollment(
    scope: Scope<Read, GridEnrollments>,
    db: Data<Db>,
    id: Id<Uuid>,
    preconditions: Preconditions,
) -> Result<Found<GridEnrollment>, Problem> {
    let fields = store::find(&db, &scope, id.0).await?;
    Ok(Found { version: fields.version, record: view(&scope, fields), preconditions })
}

/// Record that what was invited joined.
#[utoipa::path(post, path = "/v1/grid-enrollments/{id}/join",
    params(("id" = Uuid, Path, description = "Id of the enrollment.")), request_body = Joining,
    responses((status = 200, description = "The enrollment after the action.", body = GridEnrollment)))]
async fn join_grid_enrollment(
    scope: Scope<Join, GridEnrollments>,
    db: Data<Db>,
    target: Target,
    body: Valid<Joining>,
) -> Result<Reply, Problem> {
    let day = body.value.joined_on;
    let change = async |tx: &Tx, after: &mut GridEnrollmentFields| {
        let begun = store::begins_on(tx, after.jurisdiction).await?;
        Problem::unless_right(scope.day_faults("/joined_on", day, begun.max(Some(after.invited_on))))?;
        rules::join(tx, &scope, after, day).await
    };
    act(&db, &scope, &target, &body.retry, change, async |_, after| Ok(view(&scope, after))).await
}

/// Record that something left a grid unit, or would not join.
#[utoipa::path(post, path = "/v1/grid-enrollments/{id}/leave",
    params(("id" = Uuid, Path, description = "Id of the enrollment.")), request_body = Leaving,
    responses((status = 200, description = "The enrollment after the action.", body = GridEnrollment)))]
async fn leave_grid_enrollment(
    scope: Scope<Leave, GridEnrollments>,
    db: Data<Db>,
    target: Target,
    body: Valid<Leaving>,
) -> Result<Reply, Problem> {
    let change = async |tx: &Tx, after: &mut GridEnrollmentFields| {
        let since = after.joined_on.unwrap_or(after.invited_on);
        Problem::unless_right(scope.day_faults("/left_on", body.value.left_on, Some(since)))?;
        rules::leave(tx, &scope, after, body.value.left_on, body.value.reason).await
    };
    act(&db, &scope, &target, &body.retry, change, async |_, after| Ok(view(&scope, after))).await
}
