//! What everybody reads of a vote, without a token: what was announced, what it came to, and which ballots are in the box.

use actix_web::HttpResponse;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use maud::html;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::ballots::settling::SetAsideReason;
use super::counting::model::{TopicKind, TopicStatus};
use super::model::{OwnerVotePage, TopicEnding};
use super::plan::{VotePlan, VoteTopic};
use super::result::{OwnerVoteResult, TopicCount};
use super::roll::RollSummary;
use super::states::OwnerVoteStatus;
use super::store::{self, counts};
use crate::access::code::JurisdictionCode;
use crate::db::listing::Listing;
use crate::db::pool::Db;
use crate::db::schema::vote_ballots;
use crate::http::answer::{KEPT_SHORTLY, Listed};
use crate::http::openapi::page;
use crate::http::operation::{Operation, Public, operations};
use crate::http::page::page;
use crate::http::path::Id;
use crate::http::problem::{Problem, time_of_day};
use crate::http::query::PageFilter;

pub fn operations() -> Vec<Operation> {
    operations![list_public_votes, read_public_vote, list_public_receipts, show_public_vote]
}

/// Which votes to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PublicVoteFilter {
    /// This jurisdiction and what lies below it.
    #[param(inline)]
    pub r#in: JurisdictionCode,
    /// Only those of this estate.
    pub estate_id: Option<Uuid>,
}

/// Which receipts to list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ReceiptFilter {
    /// Only this one, where it is in the box.
    #[param(min_length = 64, max_length = 64, pattern = "^[0-9a-f]{64}$")]
    pub receipt: Option<String>,
}

/// A vote as everybody reads it, once it is announced.
#[derive(Serialize, ToSchema)]
pub struct VoteNotice {
    pub id: Uuid,
    pub jurisdiction: JurisdictionCode,
    pub estate_id: Uuid,
    #[schema(max_length = 200)]
    pub title: String,
    pub status: OwnerVoteStatus,
    pub plan: VotePlan,
    pub starts_at: DateTime<Utc>,
    pub ends_at: DateTime<Utc>,
    #[schema(required)]
    pub roll: Option<RollSummary>,
    /// The hash of the roll, as it hangs in the estate.
    #[schema(max_length = 64, required)]
    pub roll_hash: Option<String>,
    /// The hash of all that is voted on, and by which rules.
    #[schema(max_length = 64, required)]
    pub manifest_hash: Option<String>,
    /// Why it was cancelled or goes on for longer.
    #[schema(max_length = 1000, required)]
    pub reason: Option<String>,
    /// What it came to, once it is counted.
    #[schema(required)]
    pub result: Option<OwnerVoteResult>,
    /// Decisions that do not stand.
    #[schema(max_items = 100)]
    pub endings: Vec<TopicEnding>,
}

/// A ballot in the box, by its receipt.
#[derive(Debug, Queryable, Selectable, Serialize, ToSchema)]
#[diesel(table_name = vote_ballots)]
pub struct PublicReceipt {
    #[schema(max_length = 64)]
    pub receipt: String,
    pub counts: bool,
    /// Why it does not count; of a secret vote nobody is told.
    #[schema(required)]
    pub set_aside: Option<SetAsideReason>,
}

page!(PublicReceiptPage of PublicReceipt, "A page of receipts, in the order of their signs.");

impl VoteNotice {
    async fn find(db: &Db, id: Uuid) -> Result<Self, Problem> {
        let vote = store::announced(db, id).await?;
        Ok(Self {
            id: vote.id,
            jurisdiction: vote.jurisdiction,
            estate_id: vote.estate_id,
            title: vote.title,
            status: vote.status,
            plan: vote.plan.0,
            starts_at: vote.starts_at,
            ends_at: vote.ends_at,
            roll: vote.roll.get()?.clone(),
            roll_hash: vote.roll_hash,
            manifest_hash: vote.manifest_hash,
            reason: vote.reason,
            result: vote.result.get()?.clone(),
            endings: vote.endings.0,
        })
    }
}

/// List the votes of owners of a place that were announced, the latest change first. No token is needed.
#[utoipa::path(get, path = "/public/owner-votes", params(PublicVoteFilter, PageFilter),
    responses((status = 200, description = "A page of votes.", body = OwnerVotePage)))]
async fn list_public_votes(_: Public, db: Db, list: Listing<PublicVoteFilter>) -> Result<Listed<OwnerVotePage>, Problem> {
    let rows = store::list_announced(&db, &list.filter, list.keyset).await?;
    Ok(list.pager.page(rows, |last| (last.updated_at, last.id), |summary| summary))
}

/// Get what owners vote on, and what it came to. No token is needed.
#[utoipa::path(get, path = "/public/owner-votes/{id}",
    responses((status = 200, description = "The vote.", body = VoteNotice)))]
async fn read_public_vote(_: Public, db: Db, id: Id<Uuid>) -> Result<HttpResponse, Problem> {
    let told = VoteNotice::find(&db, id.0).await?;
    Ok(HttpResponse::Ok().insert_header(KEPT_SHORTLY).json(told))
}

/// List the receipts of a counted vote: whoever voted finds that their ballot is in and unchanged. No token is needed.
#[utoipa::path(get, path = "/public/owner-votes/{id}/receipts", params(ReceiptFilter, PageFilter),
    responses((status = 200, description = "A page of receipts.", body = PublicReceiptPage)))]
async fn list_public_receipts(
    _: Public,
    db: Db,
    id: Id<Uuid>,
    list: Listing<ReceiptFilter, String>,
) -> Result<Listed<PublicReceiptPage>, Problem> {
    let rows = counts::receipts(&db, id.0, list.filter.receipt, list.keyset).await?;
    Ok(list.pager.page(rows, |last| last.receipt.clone(), |receipt| receipt))
}

/// Show what owners vote on, and what it came to, as a page. No token is needed.
#[utoipa::path(get, path = "/public/owner-votes/{id}/page.html",
    responses((status = 200, description = "The vote.", content_type = "text/html", body = String)))]
async fn show_public_vote(_: Public, db: Db, id: Id<Uuid>) -> Result<HttpResponse, Problem> {
    let told = VoteNotice::find(&db, id.0).await?;
    let body = html! {
        @match (&told.status, &told.reason) {
            (OwnerVoteStatus::Cancelled, Some(reason)) => p { "已取消：" (reason) },
            _ => p { "表决时间：" (time_of_day(told.starts_at)) " 至 " (time_of_day(told.ends_at)) },
        }
        @for line in told.plan.background.lines() { p { (line) } }
        @for topic in &told.plan.topics {
            h2 { (topic.no) ". " (topic.title) }
            @if let Some(text) = &topic.text { @for line in text.lines() { p { (line) } } }
            @if topic.kind == TopicKind::Election { p { "候选人：" (topic.options.join("、")) "；应选" (topic.seats) "名" } }
            @for count in told.result.iter().flat_map(|result| &result.topics).filter(|count| count.no == topic.no) {
                p { (words(topic, count)) }
            }
            @for ending in told.endings.iter().filter(|ending| ending.no == topic.no && ending.struck.is_none()) {
                p { "该决定已被撤销（" (ending.paper) "）：" (ending.reason) }
            }
        }
        @if let Some(hash) = &told.roll_hash { p { "名册校验值：" code { (hash) } } }
        @if let Some(hash) = &told.manifest_hash { p { "表决事项校验值：" code { (hash) } } }
        @if let Some(silence) = &told.plan.silence { p { "未表态的计入多数意见（" (silence.clause) "）" } }
        @if let Some(result) = &told.result {
            p { "全体业主" (result.total.heads) "人（" (square_meters(result.total.area)) "平方米）；异议期至" (result.objections_until) }
            p { "票箱校验值：" code { (result.box_root) } }
            p { "结果校验值：" code { (result.result_hash) } }
            @if let Some(hash) = &result.delivered_hash { p { "送达名单校验值：" code { (hash) } } }
        }
    };
    Ok(page(KEPT_SHORTLY, &told.title, &body))
}

fn square_meters(hundredths: i64) -> String {
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

/// What a topic came to, with its numbers.
fn words(topic: &VoteTopic, count: &TopicCount) -> String {
    let status = match count.status {
        TopicStatus::Passed => "通过",
        TopicStatus::NotPassed => "未通过",
        TopicStatus::Undecided => "未全部选出",
    };
    let name = |option: &str| match option {
        "yes" => "同意".to_owned(),
        "no" => "反对".to_owned(),
        "abstain" => "弃权".to_owned(),
        "blank" => "空白".to_owned(),
        "spoiled" => "无效".to_owned(),
        other => other.to_owned(),
    };
    let votes: Vec<_> = count
        .votes
        .iter()
        .map(|one| format!("{}{}人（{}平方米）", name(&one.option), one.heads, square_meters(one.area)))
        .collect();
    let silent = if count.silent.heads > 0 { format!("，其中未表态{}人", count.silent.heads) } else { String::new() };
    let part = format!("参与{}人（{}平方米）{silent}", count.part.heads, square_meters(count.part.area));
    let elected =
        if topic.kind == TopicKind::Election { format!("当选：{}。", count.elected.join("、")) } else { String::new() };
    format!("{status}。{part}；{}。{elected}", votes.join("，"))
}
