//! Checking in and out with the code that the session shows.

use actix_web::web::Data;

use super::command::Command;
use super::inputs::ShownCode;
use super::model::{TrainingEnrollment, TrainingEnrollmentFields};
use crate::access::permissions::action::{CheckIn, CheckOut};
use crate::access::permissions::resource::TrainingEnrollments;
use crate::access::scope::Scope;
use crate::changes::execute::execute;
use crate::changes::reply::Reply;
use crate::db::pool::Db;
use crate::http::etag::Target;
use crate::http::json::Valid;
use crate::http::operation::{Operation, operations};
use crate::http::problem::Problem;
use crate::resources::training::training_sessions::check_in_code::CheckInKey;

pub fn operations() -> Vec<Operation> {
    operations![check_in, check_out]
}

/// Check in with the code that the session shows, while check-in is open.
#[utoipa::path(post, path = "/v1/training-enrollments/{id}/check-in",
    request_body = ShownCode, responses((status = 200, description = "The enrollment after the action.", body = TrainingEnrollment)))]
async fn check_in(
    scope: Scope<CheckIn, TrainingEnrollments>,
    db: Db,
    key: Data<CheckInKey>,
    target: Target,
    body: Valid<ShownCode>,
) -> Result<Reply, Problem> {
    execute::<TrainingEnrollmentFields>(&db, &scope, &target, &body.retry, Command::CheckIn(body.value, key.into_inner())).await
}

/// Check out with the code that the session shows. Whoever does not is present until the end.
#[utoipa::path(post, path = "/v1/training-enrollments/{id}/check-out",
    request_body = ShownCode, responses((status = 200, description = "The enrollment after the action.", body = TrainingEnrollment)))]
async fn check_out(
    scope: Scope<CheckOut, TrainingEnrollments>,
    db: Db,
    key: Data<CheckInKey>,
    target: Target,
    body: Valid<ShownCode>,
) -> Result<Reply, Problem> {
    execute::<TrainingEnrollmentFields>(&db, &scope, &target, &body.retry, Command::CheckOut(body.value, key.into_inner())).await
}
