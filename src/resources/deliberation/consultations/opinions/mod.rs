//! What somebody thinks of what was asked.

use uuid::Uuid;

use self::inputs::{AuthorParams, NewOpinion, OpinionFilter, OpinionWithdrawal};
use self::model::{Opinion, OpinionAuthor, OpinionPage};
use super::store::opinions as store;
use crate::access::permissions::action::{Disclose, GiveOpinion, ReadOpinions, WithdrawOpinion};
use crate::access::permissions::resource::Consultations;
use crate::access::scope::Scope;
use crate::changes::disclosure::disclose;
use crate::changes::reply::{Reply, Unversioned};
use crate::changes::write::{Tx, write_to};
use crate::db::listing::Listing;
use crate::db::pool::Db;
use crate::http::answer::Listed;
use crate::http::etag::Target;
use crate::http::json::Valid;
use crate::http::operation::{Operation, operations};
use crate::http::path::Id;
use crate::http::problem::Problem;
use crate::http::query::{PageFilter, Params};

mod giving;
pub mod inputs;
pub mod model;

pub fn operations() -> Vec<Operation> {
    operations![list_opinions, give_opinion, withdraw_opinion, disclose_opinion_author]
}

/// List the opinions on a consultation, without who gave them: all for those who group them, their own for others.
#[utoipa::path(get, path = "/v1/consultations/{id}/opinions", params(OpinionFilter, PageFilter),
    responses((status = 200, description = "A page of opinions.", body = OpinionPage)))]
async fn list_opinions(
    scope: Scope<ReadOpinions, Consultations>,
    db: Db,
    id: Id<Uuid>,
    list: Listing<OpinionFilter, Uuid>,
) -> Result<Listed<OpinionPage>, Problem> {
    let (consultation, rows) = store::list(&db, &scope, id.0, list.filter, list.keyset).await?;
    // Whoever said something is told which answer is theirs, once it is published.
    let tells_groups = scope.area.covers(&consultation.jurisdiction) || consultation.published_at.is_some();
    Ok(list.pager.page(rows, |last| last.id, |row| row.shown(&scope, tells_groups)))
}

/// Give one's opinion, in place of one that was given before. Others are not told whose it is.
#[utoipa::path(post, path = "/v1/consultations/{id}/opinions", request_body = NewOpinion,
    responses((status = 200, description = "The opinion.", body = Opinion)))]
async fn give_opinion(
    scope: Scope<GiveOpinion, Consultations>,
    db: Db,
    target: Target,
    body: Valid<NewOpinion>,
) -> Result<Reply, Problem> {
    let sees = async |tx: &Tx| store::lock_consultation(tx, &scope, target.id).await.map(drop);
    write_to(&db, &scope, &body.retry, sees, async |tx| giving::give(tx, &scope, &target, body.value).await).await
}

/// Take one's opinion back, while opinions are taken.
#[utoipa::path(post, path = "/v1/consultations/{id}/opinions/withdraw", request_body = OpinionWithdrawal,
    responses((status = 200, description = "What is no longer an opinion.", body = Opinion)))]
async fn withdraw_opinion(
    scope: Scope<WithdrawOpinion, Consultations>,
    db: Db,
    target: Target,
    body: Valid<OpinionWithdrawal>,
) -> Result<Reply, Problem> {
    let sees = async |tx: &Tx| store::lock_consultation(tx, &scope, target.id).await.map(drop);
    write_to(&db, &scope, &body.retry, sees, async |tx| giving::withdraw(tx, &scope, &target, &body.value).await).await
}

/// Disclose who gave an opinion, where it is abused. The audit keeps who asked and what for.
#[utoipa::path(get, path = "/v1/consultations/{id}/author", params(AuthorParams),
    responses((status = 200, description = "Who gave it.", body = OpinionAuthor)))]
async fn disclose_opinion_author(
    scope: Scope<Disclose, Consultations>,
    db: Db,
    id: Id<Uuid>,
    params: Params<AuthorParams>,
) -> Result<Unversioned, Problem> {
    let read = async |tx: &Tx| giving::author(tx, &scope, (id.0, params.value.opinion_id)).await;
    disclose(&db, &scope, ("opinion_author", params.value.purpose), read).await
}
