//! `/v1/work`: everything that waits for the caller, sorted by when it is due.

use actix_web::web::Json;
use chrono::Days;
use diesel::QueryResult;
use diesel_async::AsyncPgConnection;
use futures_util::future::{OptionFuture, try_join_all};
use futures_util::try_join;
use uuid::Uuid;

use self::items::Items;
use self::model::{Work, WorkItem, WorkKind};
use crate::access::actor::Role;
use crate::access::authority::Authority;
use crate::access::code::{JurisdictionCode, Level};
use crate::access::permissions::action::Read;
use crate::access::permissions::resource::Work as OwnWork;
use crate::access::permissions::{Resource, is_officer};
use crate::access::scope::{Authorized, Scope};
use crate::calendar::civil_date;
use crate::changes::relocation::Relocation;
use crate::changes::slice::Slice;
use crate::db::pool::Db;
use crate::http::operation::{Operation, operations};
use crate::http::problem::Problem;
use crate::resources::disputes::store::work::{self as disputes, Handler};
use crate::resources::grid::grid_records::store as clues;
use crate::resources::grid::grid_units::store as grid_units;
use crate::resources::mediation::agreements::store as agreements;
use crate::resources::mediation::mediation_sessions::store as sessions;
use crate::resources::mediation::mediations::store as mediations;
use crate::resources::parties::organizations::store as organizations;
use crate::resources::parties::owners_committees::store as committees;
use crate::resources::parties::property_contracts::store as contracts;
use crate::resources::training::certificates::store as certificates;
use crate::resources::training::training_enrollments::store as training_enrollments;
use crate::resources::training::training_sessions::store as training_sessions;

mod deliberation;
mod items;
mod model;

const MOST: usize = 200;
/// What owners' committees have to do, and which contracts are to be filed, is told so many days ahead.
const DAYS_AHEAD: u64 = 30;
/// For so many days it is told that nothing was done by a decision of owners.
const DAYS_AFTER: i64 = 90;

pub const SLICE: Slice = Slice {
    resource: Some(Resource::Work),
    record: None,
    noun: "work",
    about: "Everything that waits for the caller, sorted by when it is due.",
    tables: &[],
    operations,
    jobs: &[],
    relocation: Relocation::Stays("it has no records of its own"),
};

fn operations() -> Vec<Operation> {
    operations![list_work]
}

/// List what waits for the caller, the most urgent first.
#[utoipa::path(get, path = "/v1/work", responses((status = 200, description = "What waits.", body = Work)))]
async fn list_work(scope: Scope<Read, OwnWork>, db: Db) -> Result<Json<Work>, Problem> {
    let worker = Worker::of(&scope);
    let mut items = db.read(async |connection| gather(connection, &worker, Items { now: scope.now }).await).await?;
    items.sort_by_key(|item| (item.due_at.is_none(), item.due_at, item.id));
    let more = items.len() > MOST;
    items.truncate(MOST);
    Ok(Json(Work { items, more }))
}

/// Whose work it is.
struct Worker<'a> {
    caller: &'a str,
    /// The jurisdictions whose officer the caller is.
    offices: Vec<JurisdictionCode>,
    /// The same, and those for which the caller teaches.
    classes: Vec<JurisdictionCode>,
    /// The grids in which the caller works.
    grids: Vec<JurisdictionCode>,
    /// The organization for which the caller speaks as a member.
    organization: Option<Uuid>,
    /// The organization to which the caller belongs, in whatever role they act.
    belongs_to: Option<Uuid>,
    /// The caller where they read votes of owners.
    on_votes: Option<Authority>,
}

impl<'a> Worker<'a> {
    fn of(scope: &'a Authorized<OwnWork>) -> Self {
        let places = |wanted: &dyn Fn(Role) -> bool| {
            let grants = scope.actor.grants.iter().filter(|grant| wanted(grant.role));
            grants.map(|grant| grant.jurisdiction).collect::<Vec<_>>()
        };
        let is_member = scope.actor.grants.iter().any(|grant| grant.role == Role::OrganizationMember);
        Self {
            caller: &scope.actor.caller,
            offices: places(&is_officer),
            classes: places(&|role| is_officer(role) || role == Role::Trainer),
            grids: places(&|role| role == Role::GridWorker),
            organization: if is_member { scope.actor.organization } else { None },
            belongs_to: scope.actor.organization,
            on_votes: scope.reading(Resource::OwnerVotes),
        }
    }
}

/// All kinds of work, asked for in one round trip.
async fn gather(connection: &AsyncPgConnection, worker: &Worker<'_>, items: Items) -> QueryResult<Vec<WorkItem>> {
    let (disputes, mediation, said, places, councils, trainings) = try_join!(
        of_disputes(connection, worker, items),
        of_mediation(connection, worker, items),
        of_party(connection, worker, items),
        of_places(connection, worker, items),
        deliberation::of_councils(connection, worker, items),
        of_trainings(connection, worker, items)
    )?;
    Ok([disputes, mediation, said, places, councils, trainings].concat())
}

async fn of_disputes(connection: &AsyncPgConnection, worker: &Worker<'_>, items: Items) -> QueryResult<Vec<WorkItem>> {
    let Worker { caller, offices, grids, organization, belongs_to, .. } = worker;
    let who = Handler { person: caller, organization: *belongs_to };
    let answered = OptionFuture::from(organization.map(|id| disputes::answered_by(connection, id)));
    let (handled, asked, grave, resolved, helped, answered) = try_join!(
        disputes::handled_by(connection, offices, who),
        disputes::to_approve(connection, offices, who),
        try_join_all(offices.iter().map(|code| disputes::grave_below(connection, *code, who))),
        disputes::to_confirm(connection, caller, *organization),
        try_join_all(grids.iter().map(|code| disputes::helped_in(connection, *code, who))),
        async { answered.await.transpose() }
    )?;
    let mut all = Vec::new();
    all.extend(handled.into_iter().chain(helped.into_iter().flatten()).map(|one| items.handled(one)));
    all.extend(asked.into_iter().map(|one| items.dispute(WorkKind::DecideRequest, one)));
    all.extend(grave.into_iter().flatten().map(|one| items.dispute(WorkKind::WatchDispute, one)));
    all.extend(resolved.into_iter().map(|one| items.dispute(WorkKind::ConfirmResult, one)));
    all.extend(answered.into_iter().flatten().map(|one| items.dispute(WorkKind::AnswerDispute, one)));
    Ok(all)
}

async fn of_mediation(connection: &AsyncPgConnection, worker: &Worker<'_>, items: Items) -> QueryResult<Vec<WorkItem>> {
    let Worker { caller, offices, organization, .. } = worker;
    let (coming, early, open, kept) = try_join!(
        sessions::to_come(connection, caller, *organization),
        mediations::to_prepare(connection, offices, caller),
        mediations::to_finish(connection, caller),
        agreements::to_follow(connection, caller, offices)
    )?;
    let mut all = Vec::new();
    all.extend(coming.into_iter().map(|one| items.session(one, caller)));
    all.extend(early.into_iter().map(|one| items.mediation(WorkKind::PrepareMediation, one)));
    all.extend(open.into_iter().map(|one| items.mediation(WorkKind::FinishMediation, one)));
    all.extend(kept.into_iter().flat_map(|one| items.agreement(&one)));
    Ok(all)
}

/// What parties are asked.
async fn of_party(connection: &AsyncPgConnection, worker: &Worker<'_>, items: Items) -> QueryResult<Vec<WorkItem>> {
    let Worker { caller, organization, .. } = worker;
    let ((mediated, seats), unsigned, kept) = try_join!(
        mediations::of_party(connection, caller, *organization),
        agreements::to_sign(connection, caller, *organization),
        agreements::to_keep(connection, caller, *organization)
    )?;
    let mut all = items.said_by_party(caller, &mediated, &seats, &unsigned);
    all.extend(kept.iter().flat_map(|one| items.kept_by_party(one)));
    Ok(all)
}

async fn of_places(connection: &AsyncPgConnection, worker: &Worker<'_>, items: Items) -> QueryResult<Vec<WorkItem>> {
    let Worker { caller, offices, grids, belongs_to, .. } = worker;
    let today = civil_date(items.now);
    let of_level = |level| offices.iter().filter(|office| office.level() == level).copied().collect::<Vec<_>>();
    let (communities, districts) = (of_level(Level::Community), of_level(Level::District));
    let soon = today + Days::new(DAYS_AHEAD);
    let (proposed, due, ending, unfiled, noticed) = try_join!(
        grid_units::to_approve(connection, offices, today),
        committees::due_until(connection, offices, soon),
        organizations::to_renew(connection, offices, soon),
        contracts::to_file(connection, &districts, soon),
        clues::to_decide(connection, &communities, grids)
    )?;
    // Whoever proposed it leaves it to somebody else.
    let proposed = proposed.into_iter().filter(|unit| unit.identity.created_by != *caller);
    let proposed = proposed.map(|one| items.grid_unit(one));
    let due = due.into_iter().map(|(one, name)| items.committee(one, name));
    // Nobody files the contract of the enterprise to which they belong.
    let unfiled = unfiled.into_iter().filter(|one| Some(one.organization_id) != *belongs_to);
    let unfiled = unfiled.map(|one| items.contract(one));
    let due = due.chain(ending.into_iter().map(|one| items.mediation_committee(one)));
    Ok(proposed.chain(due).chain(unfiled).chain(noticed.into_iter().map(|one| items.clue(one))).collect())
}

async fn of_trainings(connection: &AsyncPgConnection, worker: &Worker<'_>, items: Items) -> QueryResult<Vec<WorkItem>> {
    let Worker { caller, offices, classes, .. } = worker;
    let (attended, held, expired) = try_join!(
        training_enrollments::to_attend(connection, caller),
        training_sessions::to_hold(connection, classes, items.now),
        certificates::to_renew(connection, caller, offices, civil_date(items.now))
    )?;
    let attended = attended.into_iter().map(|one| items.training(WorkKind::AttendTraining, one));
    let held = held.into_iter().map(|one| items.training(WorkKind::HoldTraining, one));
    Ok(attended.chain(held).chain(expired.into_iter().map(|one| items.certificate(one))).collect())
}
