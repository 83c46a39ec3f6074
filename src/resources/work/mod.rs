//! `/v1/work`: everything that waits for the caller, sorted by when it is due.

use actix_web::web::{Data, Json};
use chrono::{DateTime, Utc};
use diesel_async::AsyncPgConnection;
use futures_util::future::try_join_all;
use futures_util::try_join;
use uuid::Uuid;

use self::model::{Work, WorkItem, WorkKind};
use crate::access::actor::Role;
use crate::access::code::JurisdictionCode;
use crate::access::policy::action::Read;
use crate::access::policy::resource::Work as OwnWork;
use crate::access::scope::Scope;
use crate::calendar::{midnight, term::end_of};
use crate::changes::kinds::RecordType;
use crate::db::pool::Db;
use crate::http::operation::{Operation, operations};
use crate::http::problem::Problem;
use crate::resources::agreements::store as agreements;
use crate::resources::disputes::states::Status;
use crate::resources::disputes::store_work::{self as disputes, Waiting};
use crate::resources::mediation_sessions::store as sessions;
use crate::resources::mediations::store as mediations;

mod model;

const MOST: usize = 200;

pub fn operations() -> Vec<Operation> {
    operations![list_work]
}

/// List what waits for the caller, the most urgent first.
#[utoipa::path(get, path = "/v1/work", responses((status = 200, description = "What waits.", body = Work)))]
async fn list_work(scope: Scope<Read, OwnWork>, db: Data<Db>) -> Result<Json<Work>, Problem> {
    let (handling, caller, now) = (offices(&scope), scope.actor.caller.as_str(), scope.now);
    let mut items = db.read(async |connection| gather(connection, &handling, caller, now).await).await?;
    items.sort_by_key(|item| (item.due_at.is_none(), item.due_at));
    let more = items.len() > MOST;
    items.truncate(MOST);
    Ok(Json(Work { items, more }))
}

/// The jurisdictions whose work the caller does.
fn offices(scope: &Scope<Read, OwnWork>) -> Vec<JurisdictionCode> {
    let officer = |role| matches!(role, Role::CityOfficer | Role::DistrictOfficer | Role::StreetOfficer | Role::CommunityOfficer);
    scope.actor.grants.iter().filter(|grant| officer(grant.role)).map(|grant| grant.jurisdiction).collect()
}

/// All kinds of work, asked for in one round trip.
async fn gather(
    connection: &AsyncPgConnection,
    offices: &[JurisdictionCode],
    caller: &str,
    now: DateTime<Utc>,
) -> diesel::QueryResult<Vec<WorkItem>> {
    let (handled, asked, grave, resolved, held, open, kept) = try_join!(
        disputes::handled_by(connection, offices),
        disputes::to_approve(connection, offices),
        try_join_all(offices.iter().map(|code| disputes::grave_below(connection, *code))),
        disputes::to_confirm(connection, caller),
        sessions::to_hold(connection, caller),
        mediations::to_finish(connection, caller),
        agreements::to_follow(connection, caller, offices)
    )?;
    let item =
        |kind, record_type, id, title, jurisdiction, due_at| item(now, (kind, record_type), id, title, jurisdiction, due_at);
    let dispute = |kind, waiting: Waiting| {
        let title = format!("{} {}", waiting.number, waiting.title);
        let due_at = if kind == WorkKind::ConfirmResult { waiting.next_step_at } else { waiting.due_at };
        item(kind, RecordType::Dispute, waiting.id, title, waiting.jurisdiction, due_at)
    };
    let handled = handled.into_iter().map(|waiting| dispute(next(waiting.status), waiting));
    let asked = asked.into_iter().map(|waiting| dispute(WorkKind::DecideRequest, waiting));
    let grave = grave.into_iter().flatten().map(|waiting| dispute(WorkKind::WatchDispute, waiting));
    let resolved = resolved.into_iter().map(|waiting| dispute(WorkKind::ConfirmResult, waiting));
    let held = held.into_iter().map(|one| {
        let kind = WorkKind::HoldSession;
        item(kind, RecordType::MediationSession, one.id, one.place, one.jurisdiction, Some(one.starts_at))
    });
    let open = open.into_iter().map(|one| {
        let kind = WorkKind::FinishMediation;
        item(kind, RecordType::Mediation, one.id, one.number, one.jurisdiction, one.due_on.map(end_of))
    });
    let kept = kept.into_iter().map(|one| {
        let visit = one.visit_due_on.filter(|_| one.visit_note.is_none()).map(midnight);
        let due = one.next_step_at.into_iter().chain(visit).min();
        item(WorkKind::FollowAgreement, RecordType::Agreement, one.id, one.number, one.jurisdiction, due)
    });
    Ok(handled.chain(asked).chain(grave).chain(resolved).chain(held).chain(open).chain(kept).collect())
}

fn item(
    now: DateTime<Utc>,
    (kind, record_type): (WorkKind, RecordType),
    id: Uuid,
    title: String,
    jurisdiction: JurisdictionCode,
    due_at: Option<DateTime<Utc>>,
) -> WorkItem {
    WorkItem { kind, record_type, id, title, jurisdiction, due_at, late: due_at.is_some_and(|due| due <= now) }
}

/// What comes next of a dispute.
fn next(status: Status) -> WorkKind {
    match status {
        Status::Submitted | Status::Transferred => WorkKind::AcceptDispute,
        Status::Accepted => WorkKind::AssignDispute,
        Status::Assigned => WorkKind::StartDispute,
        Status::InMediation => WorkKind::MediateDispute,
        _ => WorkKind::ResolveDispute,
    }
}
