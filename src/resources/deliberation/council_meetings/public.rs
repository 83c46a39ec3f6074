//! What everybody reads of a meeting: a text of its own, without a token.

use actix_web::HttpResponse;
use chrono::{DateTime, NaiveDate, Utc};
use maud::html;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::inputs::PublicMeetingFilter;
use super::model::CouncilMeetingFields;
use super::store;
use crate::access::code::JurisdictionCode;
use crate::calendar::civil_date;
use crate::db::listing::Listing;
use crate::db::pool::Db;
use crate::http::answer::{KEPT_SHORTLY, Listed};
use crate::http::openapi::page;
use crate::http::operation::{Operation, Public, operations};
use crate::http::page::page;
use crate::http::path::Id;
use crate::http::problem::Problem;
use crate::http::query::PageFilter;
use crate::resources::deliberation::councils::model::CouncilKind;

pub fn operations() -> Vec<Operation> {
    operations![list_public_minutes, read_public_minutes, show_public_minutes]
}

/// What was published of a meeting.
#[derive(Serialize, ToSchema)]
pub struct PublicMinutes {
    #[serde(flatten)]
    pub meeting: PublicMeeting,
    #[schema(max_length = 50_000)]
    pub public_text: String,
}

impl PublicMinutes {
    async fn find(db: &Db, id: Uuid) -> Result<Self, Problem> {
        let mut meeting = store::published(db, id).await?;
        let public_text = meeting.public_text.take().ok_or_else(|| Problem::internal("a published meeting without a text"))?;
        Ok(Self { meeting: told(meeting)?.1, public_text })
    }
}

/// A published meeting, without its text.
#[derive(Serialize, ToSchema)]
pub struct PublicMeeting {
    pub id: Uuid,
    /// The community whose council has met.
    pub jurisdiction: JurisdictionCode,
    /// The estate; null for a council of the whole community.
    #[schema(required)]
    pub estate_id: Option<Uuid>,
    pub kind: CouncilKind,
    #[schema(max_length = 200)]
    pub title: String,
    pub held_on: NaiveDate,
    pub published_at: DateTime<Utc>,
    /// When another text took the place of the first one.
    #[schema(required)]
    pub changed_at: Option<DateTime<Utc>>,
    /// The last day on which residents object.
    pub objections_until: NaiveDate,
}

page!(PublicMeetingPage of PublicMeeting, "A page of published meetings.");

/// List the meetings of a place of which something was published, the latest change first. No token is needed.
#[utoipa::path(get, path = "/public/council-meetings", params(PublicMeetingFilter, PageFilter),
    responses((status = 200, description = "A page of published meetings.", body = PublicMeetingPage)))]
async fn list_public_minutes(
    _: Public,
    db: Db,
    list: Listing<PublicMeetingFilter>,
) -> Result<Listed<PublicMeetingPage>, Problem> {
    let rows = store::list_published(&db, &list.filter, list.keyset).await?;
    let told = rows.into_iter().map(told).collect::<Result<Vec<_>, _>>()?;
    Ok(list.pager.page(told, |(last, _)| *last, |(_, meeting)| meeting))
}

/// A published meeting, and where a page that follows it begins.
fn told(meeting: CouncilMeetingFields) -> Result<((DateTime<Utc>, Uuid), PublicMeeting), Problem> {
    let (Some(published_at), Some(objections_until)) = (meeting.published_at, meeting.objections_until) else {
        return Err(Problem::internal("a published meeting without a day"));
    };
    let texts = meeting.texts.get()?;
    let (changed_at, public_title) = (texts.changed_at(), texts.public_title.clone());
    let told = PublicMeeting {
        id: meeting.id,
        jurisdiction: meeting.jurisdiction,
        estate_id: meeting.estate_id,
        kind: meeting.kind,
        title: public_title.unwrap_or(meeting.title),
        held_on: civil_date(meeting.opened_at.unwrap_or(meeting.starts_at)),
        published_at,
        changed_at,
        objections_until,
    };
    Ok(((meeting.updated_at, meeting.id), told))
}

/// Get what was published of a meeting. No token is needed.
#[utoipa::path(get, path = "/public/council-meetings/{id}",
    responses((status = 200, description = "What was published.", body = PublicMinutes)))]
async fn read_public_minutes(_: Public, db: Db, id: Id<Uuid>) -> Result<HttpResponse, Problem> {
    let told = PublicMinutes::find(&db, id.0).await?;
    Ok(HttpResponse::Ok().insert_header(KEPT_SHORTLY).json(told))
}

/// Show what was published of a meeting, as a page. No token is needed.
#[utoipa::path(get, path = "/public/council-meetings/{id}/page.html",
    responses((status = 200, description = "What was published.", content_type = "text/html", body = String)))]
async fn show_public_minutes(_: Public, db: Db, id: Id<Uuid>) -> Result<HttpResponse, Problem> {
    let told = PublicMinutes::find(&db, id.0).await?;
    let body = html! {
        p { "会议日期：" (told.meeting.held_on) }
        @for line in told.public_text.lines() { p { (line) } }
        @if let Some(at) = told.meeting.changed_at { p { "更新日期：" (civil_date(at)) } }
        p { "异议截止：" (told.meeting.objections_until) }
    };
    Ok(page(KEPT_SHORTLY, &told.meeting.title, &body))
}
