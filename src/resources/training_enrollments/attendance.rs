//! Who is there, and for how long.

use actix_web::web::Data;
use chrono::TimeDelta;

use super::model::{TrainingEnrollment, TrainingEnrollmentFields};
use super::model_input::{Presence, ShownCode};
use super::rules::{not_own, view};
use super::rules_results;
use crate::access::policy::action::{CheckIn, CheckOut, RecordPresence};
use crate::access::policy::resource::TrainingEnrollments;
use crate::access::scope::Scope;
use crate::changes::record::act;
use crate::changes::reply::Reply;
use crate::changes::write::Tx;
use crate::db::pool::Db;
use crate::http::codes;
use crate::http::etag::Target;
use crate::http::json::Valid;
use crate::http::operation::{Operation, operations};
use crate::http::problem::{FieldError, Problem, refused};
use crate::resources::training_sessions::rules_code::CheckInKey;
use crate::resources::training_sessions::store as sessions;

/// How long after the end of a session learners can check out, in minutes.
const CHECK_OUT_MINUTES: i64 = 30;

pub fn operations() -> Vec<Operation> {
    operations![check_in, check_out, record_presence]
}

/// Check oneself in with the code that the session shows, while check-in is open.
#[utoipa::path(post, path = "/v1/training-enrollments/{id}/check-in",
    params(("id" = Uuid, Path, description = "Id of the enrollment.")),
    request_body = ShownCode, responses((status = 200, description = "The enrollment after the action.", body = TrainingEnrollment)))]
async fn check_in(
    scope: Scope<CheckIn, TrainingEnrollments>,
    db: Data<Db>,
    key: Data<CheckInKey>,
    target: Target,
    body: Valid<ShownCode>,
) -> Result<Reply, Problem> {
    let change = async |tx: &Tx, after: &mut TrainingEnrollmentFields| {
        let session = sessions::known(tx, after.session_id).await?;
        let (from, until) = (session.check_in_opens_at, session.check_in_closes_at);
        if !session.takes_learners() {
            return refused("", &codes::NOT_ACTIVE);
        }
        if scope.now < from || scope.now > until {
            let outside = FieldError::at("", &codes::OUTSIDE_WINDOW);
            return Err(Problem::invalid(vec![outside.with("from", from.to_rfc3339()).with("until", until.to_rfc3339())]));
        }
        if !key.takes(session.id, scope.now, &body.value.code) {
            return refused("/code", &codes::WRONG_CODE);
        }
        after.checked_in_at = Some(scope.now);
        Ok(Vec::new())
    };
    act(&db, &scope, &target, &body.retry, change, async |_, after| Ok(view(&scope, after))).await
}

/// Check oneself out with the code that the session shows. Whoever does not was there until the end.
#[utoipa::path(post, path = "/v1/training-enrollments/{id}/check-out",
    params(("id" = Uuid, Path, description = "Id of the enrollment.")),
    request_body = ShownCode, responses((status = 200, description = "The enrollment after the action.", body = TrainingEnrollment)))]
async fn check_out(
    scope: Scope<CheckOut, TrainingEnrollments>,
    db: Data<Db>,
    key: Data<CheckInKey>,
    target: Target,
    body: Valid<ShownCode>,
) -> Result<Reply, Problem> {
    let change = async |tx: &Tx, after: &mut TrainingEnrollmentFields| {
        let session = sessions::known(tx, after.session_id).await?;
        let last = session.ends_at + TimeDelta::minutes(CHECK_OUT_MINUTES);
        if !session.takes_learners() || scope.now > last {
            return refused("", &codes::NOT_ACTIVE);
        }
        if !key.takes(session.id, scope.now, &body.value.code) {
            return refused("/code", &codes::WRONG_CODE);
        }
        after.checked_out_at = Some(scope.now);
        Ok(Vec::new())
    };
    act(&db, &scope, &target, &body.retry, change, async |_, after| Ok(view(&scope, after))).await
}

/// Record how long a learner was there, before the result follows from it.
#[utoipa::path(post, path = "/v1/training-enrollments/{id}/record-presence",
    params(("id" = Uuid, Path, description = "Id of the enrollment.")),
    request_body = Presence, responses((status = 200, description = "The enrollment after the action.", body = TrainingEnrollment)))]
async fn record_presence(
    scope: Scope<RecordPresence, TrainingEnrollments>,
    db: Data<Db>,
    target: Target,
    body: Valid<Presence>,
) -> Result<Reply, Problem> {
    let change = async |tx: &Tx, after: &mut TrainingEnrollmentFields| {
        not_own(&scope, after)?;
        rules_results::record_presence(tx, after, &body.value).await
    };
    act(&db, &scope, &target, &body.retry, change, async |_, after| Ok(view(&scope, after))).await
}
