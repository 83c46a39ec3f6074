//! What everybody reads of a consultation, without a token.

use actix_web::HttpResponse;
use chrono::{DateTime, NaiveDate, Utc};
use maud::html;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::inputs::PublicConsultationFilter;
use super::model::{ConsultationFields, ConsultationLink, ConsultationOption, ConsultationResult, Hearing};
use super::states::ConsultationStatus;
use super::store;
use crate::access::code::JurisdictionCode;
use crate::db::listing::Listing;
use crate::db::pool::Db;
use crate::http::answer::{KEPT_SHORTLY, Listed};
use crate::http::openapi::page;
use crate::http::operation::{Operation, Public, operations};
use crate::http::page::page;
use crate::http::path::Id;
use crate::http::problem::{Problem, time_of_day};
use crate::http::query::PageFilter;

pub fn operations() -> Vec<Operation> {
    operations![list_public_consultations, read_public_consultation, show_public_consultation]
}

/// A consultation as everybody sees it in lists.
#[derive(Serialize, ToSchema)]
pub struct PublicConsultation {
    pub id: Uuid,
    pub jurisdiction: JurisdictionCode,
    /// Who asks, where it is not the office itself.
    #[schema(required)]
    pub organization_id: Option<Uuid>,
    /// The estates that it is about.
    #[schema(max_items = 50)]
    pub estate_ids: Vec<Uuid>,
    #[schema(max_length = 200)]
    pub title: String,
    pub status: ConsultationStatus,
    /// The last day on which opinions are taken.
    pub closes_on: NaiveDate,
    /// Why it goes on for longer, or was cancelled.
    #[schema(max_length = 1000, required)]
    pub reason: Option<String>,
    #[schema(required)]
    pub published_at: Option<DateTime<Utc>>,
    pub updated_at: DateTime<Utc>,
}

page!(PublicConsultationPage of PublicConsultation, "A page of consultations.");

/// A consultation as everybody reads it.
#[derive(Serialize, ToSchema)]
pub struct ConsultationNotice {
    #[serde(flatten)]
    pub consultation: PublicConsultation,
    #[schema(max_length = 20_000)]
    pub background: String,
    #[schema(max_items = 20)]
    pub options: Vec<ConsultationOption>,
    #[schema(max_items = 100, max_length = 50)]
    pub buildings: Vec<String>,
    #[schema(max_items = 20)]
    pub links: Vec<ConsultationLink>,
    /// What was said there is told once it is published.
    #[schema(max_items = 20)]
    pub hearings: Vec<Hearing>,
    /// What came of it, once it is published.
    #[schema(required)]
    pub result: Option<ConsultationResult>,
}

impl PublicConsultation {
    fn of(known: &ConsultationFields) -> Self {
        Self {
            id: known.id,
            jurisdiction: known.jurisdiction,
            organization_id: known.organization_id,
            estate_ids: known.estate_ids.0.clone(),
            reason: known.reason.clone(),
            title: known.title.clone(),
            status: known.status,
            closes_on: known.closes_on,
            published_at: known.published_at,
            updated_at: known.updated_at,
        }
    }
}

impl ConsultationNotice {
    async fn find(db: &Db, id: Uuid) -> Result<Self, Problem> {
        let known = store::published(db, id).await?;
        let (consultation, result) = (PublicConsultation::of(&known), known.result.get()?.clone());
        let hearings = known.public_hearings();
        let (options, buildings, links) = (known.options.0, known.buildings.0, known.links.0);
        Ok(Self { consultation, background: known.background, options, buildings, links, hearings, result })
    }
}

/// List what the residents of a place were asked, the latest change first. No token is needed.
#[utoipa::path(get, path = "/public/consultations", params(PublicConsultationFilter, PageFilter),
    responses((status = 200, description = "A page of consultations.", body = PublicConsultationPage)))]
async fn list_public_consultations(
    _: Public,
    db: Db,
    list: Listing<PublicConsultationFilter>,
) -> Result<Listed<PublicConsultationPage>, Problem> {
    let rows = store::list_published(&db, &list.filter, list.keyset).await?;
    Ok(list.pager.page(rows, |last| (last.updated_at, last.id), |known| PublicConsultation::of(&known)))
}

/// Get what residents are asked, and what came of it. No token is needed.
#[utoipa::path(get, path = "/public/consultations/{id}",
    responses((status = 200, description = "What residents are asked.", body = ConsultationNotice)))]
async fn read_public_consultation(_: Public, db: Db, id: Id<Uuid>) -> Result<HttpResponse, Problem> {
    let told = ConsultationNotice::find(&db, id.0).await?;
    Ok(HttpResponse::Ok().insert_header(KEPT_SHORTLY).json(told))
}

/// Show what residents are asked, and what came of it, as a page. No token is needed.
#[utoipa::path(get, path = "/public/consultations/{id}/page.html",
    responses((status = 200, description = "What residents are asked.", content_type = "text/html", body = String)))]
async fn show_public_consultation(_: Public, db: Db, id: Id<Uuid>) -> Result<HttpResponse, Problem> {
    let told = ConsultationNotice::find(&db, id.0).await?;
    let number = |number: Option<i64>| number.map_or_else(|| "人数不公布".to_owned(), |number| format!("{number}条"));
    let body = html! {
        @match (&told.consultation.status, &told.consultation.reason) {
            (ConsultationStatus::Cancelled, Some(reason)) => p { "已取消：" (reason) },
            _ => p { "意见截止：" (told.consultation.closes_on) },
        }
        @for line in told.background.lines() { p { (line) } }
        @if !told.options.is_empty() {
            ul { @for option in &told.options { li { (option.title) @if let Some(text) = &option.text { "：" (text) } } } }
        }
        @for hearing in told.hearings.iter().filter(|hearing| hearing.called_off.is_none()) {
            p { "听取意见会：" (time_of_day(hearing.starts_at)) " " (hearing.place) }
            @if let Some(summary) = &hearing.summary { p { (summary) } }
        }
        @for link in &told.links { p { a href=(link.url) { (link.title) } } }
        @if let Some(result) = &told.result {
            h2 { "意见与答复（" (number(result.opinions)) "）" }
            @for group in &result.groups {
                h3 { (group.title) "（" (number(group.opinions)) "）" }
                @if let Some(summary) = &group.summary { p { (summary) } }
                p { "答复：" (group.answer) }
            }
            @if let Some(conclusion) = &result.conclusion { p { (conclusion) } }
        }
    };
    Ok(page(KEPT_SHORTLY, &told.consultation.title, &body))
}
