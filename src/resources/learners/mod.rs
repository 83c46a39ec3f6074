//! `/v1/learners`: the register of those who are to be trained, and who lacks hours.

use actix_web::web::Data;
use chrono::Datelike;
use uuid::Uuid;

use self::model::{DisclosedLearner, Learner, LearnerFields, LearnerPage, LearnerRole};
use self::model_input::{LearnerFilter, LearnerLeaving, LearnerPatch, NewLearner};
use self::rules::view;
use crate::access::policy::action::{Create, Disclose, Leave, Read, Update};
use crate::access::policy::resource::Learners;
use crate::access::privacy::DisclosureParams;
use crate::access::scope::{Authorized, Scope};
use crate::calendar::civil_date;
use crate::changes::disclosure::disclose;
use crate::changes::record::{Reached, act};
use crate::changes::reply::{Reply, Unversioned};
use crate::changes::write::{Change, Tx, write};
use crate::db::cursor::CursorKey;
use crate::db::page::{self, DEFAULT_LIMIT};
use crate::db::pool::Db;
use crate::http::answer::{Found, Listed};
use crate::http::codes;
use crate::http::etag::{Preconditions, Target};
use crate::http::json::Valid;
use crate::http::operation::{Operation, operations};
use crate::http::path::Id;
use crate::http::problem::{FieldError, Problem};
use crate::http::query::Params;

pub mod model;
pub mod model_hours;
pub mod model_input;
pub mod rules;
pub mod rules_mediators;
pub mod store;

pub fn operations() -> Vec<Operation> {
    operations![list_learners, create_learner, get_learner, update_learner, leave_learner, disclose_learner]
}

/// List the learners within the caller's jurisdiction, or those who lack hours in a year.
#[utoipa::path(get, path = "/v1/learners", params(LearnerFilter),
    responses((status = 200, description = "A page of learners.", body = LearnerPage)))]
async fn list_learners(
    scope: Scope<Read, Learners>,
    db: Data<Db>,
    key: Data<CursorKey>,
    params: Params<LearnerFilter>,
) -> Result<Listed<LearnerPage>, Problem> {
    let limit = params.value.limit.unwrap_or(DEFAULT_LIMIT);
    let year = params.value.year().unwrap_or_else(|| scope.today().year());
    let after = key.resume(&params.fingerprint, params.value.cursor.as_deref())?;
    let asks_for_party = params.value.role.is_some_and(LearnerRole::is_of_party);
    if asks_for_party && !scope.extent.subtrees().iter().all(|place| rules::oversees(&scope, place)) {
        let hidden = FieldError::parameter("role", &codes::NOT_ALLOWED);
        return Err(Problem::new(&codes::INVALID_PARAMETER).errors(vec![hidden]));
    }
    let mut rows = store::list(&db, &scope, params.value, year, after).await?;
    let next_cursor = page::cut(&mut rows, limit).map(|(last, _)| key.seal(&params.fingerprint, &(last.updated_at, last.id)));
    let items = rows.into_iter().map(|(fields, quota)| view(&scope, fields, year, quota)).collect();
    Ok(Listed(LearnerPage { items, next_cursor }))
}

/// The learner after a write, as they stand this year.
async fn written(tx: &Tx, scope: &Authorized<Learners>, fields: LearnerFields) -> Result<Learner, Problem> {
    let year = scope.today().year();
    let quota = store::quota(tx, fields.id, year).await?;
    Ok(view(scope, fields, year, quota))
}

/// Register a learner.
#[utoipa::path(post, path = "/v1/learners", request_body = NewLearner,
    responses((status = 201, description = "The learner was registered.", body = Learner)))]
async fn create_learner(scope: Scope<Create, Learners>, db: Data<Db>, body: Valid<NewLearner>) -> Result<Reply, Problem> {
    write(&db, &scope, &body.retry, async |tx| {
        let record = rules::register(tx, &scope, body.value).await?;
        Change::created("/v1/learners", &record, &written(tx, &scope, record.clone()).await?)
    })
    .await
}

/// Get a learner.
#[utoipa::path(get, path = "/v1/learners/{id}", params(("id" = Uuid, Path, description = "Id of the learner.")),
    responses((status = 200, description = "The learner.", body = Learner),
        (status = 304, description = "The client holds this version.")))]
async fn get_learner(
    scope: Scope<Read, Learners>,
    db: Data<Db>,
    id: Id<Uuid>,
    preconditions: Preconditions,
) -> Result<Found<Learner>, Problem> {
    let (fields, quota) = store::find(&db, &scope, id.0).await?;
    Ok(Found { version: fields.version, record: view(&scope, fields, scope.today().year(), quota), preconditions })
}

/// Change a learner (JSON merge patch).
#[utoipa::path(patch, path = "/v1/learners/{id}", params(("id" = Uuid, Path, description = "Id of the learner.")),
    request_body = LearnerPatch, responses((status = 200, description = "The changed learner.", body = Learner)))]
async fn update_learner(
    scope: Scope<Update, Learners>,
    db: Data<Db>,
    target: Target,
    body: Valid<LearnerPatch>,
) -> Result<Reply, Problem> {
    let change = async |tx: &Tx, after: &mut LearnerFields| {
        let before = after.clone();
        body.value.apply(after);
        Problem::unless_right(rules::faults(tx, &scope, Some(&before), after).await?).map(|()| Vec::new())
    };
    act(&db, &scope, &target, &body.retry, change, async |tx, after| written(tx, &scope, after).await).await
}

/// Record that a learner left.
#[utoipa::path(post, path = "/v1/learners/{id}/leave", params(("id" = Uuid, Path, description = "Id of the learner.")),
    request_body = LearnerLeaving, responses((status = 200, description = "The learner after the action.", body = Learner)))]
async fn leave_learner(
    scope: Scope<Leave, Learners>,
    db: Data<Db>,
    target: Target,
    body: Valid<LearnerLeaving>,
) -> Result<Reply, Problem> {
    let change = async |_: &Tx, after: &mut LearnerFields| {
        let mut errors = scope.day_faults("/left_on", body.value.left_on, Some(civil_date(after.created_at)));
        if after.roles.0.contains(&LearnerRole::Mediator) {
            errors.push(FieldError::at("", &codes::REGISTERED_AS_MEDIATOR));
        }
        Problem::unless_right(errors)?;
        after.left_on = Some(body.value.left_on);
        Ok(Vec::new())
    };
    act(&db, &scope, &target, &body.retry, change, async |tx, after| written(tx, &scope, after).await).await
}

/// Read who a learner is. The audit keeps who read it and what for.
#[utoipa::path(get, path = "/v1/learners/{id}/disclosure",
    params(("id" = Uuid, Path, description = "Id of the learner."), DisclosureParams),
    responses((status = 200, description = "Name and phone.", body = DisclosedLearner)))]
async fn disclose_learner(
    scope: Scope<Disclose, Learners>,
    db: Data<Db>,
    id: Id<Uuid>,
    params: Params<DisclosureParams>,
) -> Result<Unversioned, Problem> {
    let read = async |tx: &Tx| {
        let fields = LearnerFields::lock(tx, &scope, id.0).await?;
        let told = DisclosedLearner { name: fields.name.clone(), phone: fields.phone.clone() };
        Ok((fields, told))
    };
    disclose(&db, &scope, ("learner_disclosure", params.value.purpose), read).await
}
