//! Ballots: who votes for a head, by which channel, and what is put into the box.

use actix_web::web::Data;
use uuid::Uuid;

use self::inputs::{
    BallotDelivery, ChosenHead, HeadFilter, LetterCode, LetterOrder, NewBallot, NewPaper, NewPower, PaperEntry, PaperFilter,
    PaperRejection, PowerRevocation,
};
use self::model::{CastBallot, OwnHead, OwnHeads, Participation, VoteHeadPage};
use self::papers::{VotePaper, VotePaperPage};
use self::printing::{RecordedHeads, VoteLetters};
use super::keys::VoteKeys;
use super::store::{self, heads, papers as paper_store};
use crate::access::keys::Signer;
use crate::access::permissions::action::{
    Cast, DeliverBallots, EnterPaper, GivePower, IssueLetters, Link, Read, ReadHeads, RejectPaper, RevokePower, TakePaper,
    WithdrawBallot,
};
use crate::access::permissions::resource::OwnerVotes;
use crate::access::scope::{Authorized, Scope};
use crate::changes::reply::{Reply, Unversioned};
use crate::changes::write::{Tx, Written, write, write_to};
use crate::db::listing::Listing;
use crate::db::pool::Db;
use crate::http::answer::Listed;
use crate::http::etag::Target;
use crate::http::idempotency::Retry;
use crate::http::json::Valid;
use crate::http::operation::{Operation, operations};
use crate::http::path::Id;
use crate::http::problem::Problem;
use crate::http::query::PageFilter;

mod ballot_box;
mod casting;
pub mod envelope;
pub mod inputs;
mod letters;
pub mod model;
pub mod papers;
mod powers;
mod printing;
pub mod settling;
mod withdrawing;

pub use casting::own_head;

pub fn operations() -> Vec<Operation> {
    let mut all = operations![
        list_own_vote_heads,
        list_vote_heads,
        get_vote_participation,
        issue_vote_letters,
        deliver_vote_ballots,
        link_vote_head,
        cast_ballot,
        withdraw_ballot,
        give_vote_power,
        revoke_vote_power,
        list_vote_papers,
        take_vote_paper,
        enter_vote_paper,
        reject_vote_paper
    ];
    all.extend(letters::operations());
    all
}

/// Changes something below a vote. A retry is told what was done only where the caller still sees the vote.
async fn write_below(
    db: &Db,
    scope: &Authorized<OwnerVotes>,
    (target, retry): (&Target, &Retry),
    work: impl AsyncFnOnce(&Tx) -> Result<Written, Problem>,
) -> Result<Reply, Problem> {
    let sees = async |tx: &Tx| store::lock_shared(tx, scope, target.id).await.map(drop);
    write_to(db, scope, retry, sees, work).await
}

/// List the heads for which the caller votes, with their ballots: that they are in the box, and not what they say.
#[utoipa::path(get, path = "/v1/owner-votes/{id}/own-heads",
    responses((status = 200, description = "The heads.", body = OwnHeads)))]
async fn list_own_vote_heads(scope: Scope<Read, OwnerVotes>, db: Db, id: Id<Uuid>) -> Result<Unversioned, Problem> {
    Reply::ok(0, &OwnHeads { items: heads::own(&db, &scope, id.0).await? }).map(Unversioned)
}

/// List the heads of a vote, for those who prepare it: who has a letter, and who had taken part at the last full hour.
#[utoipa::path(get, path = "/v1/owner-votes/{id}/heads", params(HeadFilter, PageFilter),
    responses((status = 200, description = "A page of heads.", body = VoteHeadPage)))]
async fn list_vote_heads(
    scope: Scope<ReadHeads, OwnerVotes>,
    db: Db,
    id: Id<Uuid>,
    list: Listing<HeadFilter, i32>,
) -> Result<Listed<VoteHeadPage>, Problem> {
    let rows = heads::list(&db, &scope, id.0, list.filter, list.keyset).await?;
    Ok(list.pager.page(rows, |last| i32::try_from(last.head).unwrap_or(i32::MAX), |head| head))
}

/// Get how many have taken part, as of the last full hour. While a vote is open nobody is told more.
#[utoipa::path(get, path = "/v1/owner-votes/{id}/participation",
    responses((status = 200, description = "The participation.", body = Participation)))]
async fn get_vote_participation(scope: Scope<Read, OwnerVotes>, db: Db, id: Id<Uuid>) -> Result<Unversioned, Problem> {
    Reply::ok(0, &heads::participation(&db, &scope, id.0).await?).map(Unversioned)
}

/// Print a half of letters for heads, each with a code. Once both halves are printed a letter of before holds no more.
#[utoipa::path(post, path = "/v1/owner-votes/{id}/issue-letters", request_body = LetterOrder,
    responses((status = 200, description = "The letters.", body = VoteLetters)))]
async fn issue_vote_letters(
    scope: Scope<IssueLetters, OwnerVotes>,
    db: Db,
    keys: Data<VoteKeys>,
    target: Target,
    body: Valid<LetterOrder>,
) -> Result<Reply, Problem> {
    write_below(&db, &scope, (&target, &body.retry), async |tx| {
        printing::issue_letters(tx, &scope, (&target, &keys), body.value).await
    })
    .await
}

/// Record to which heads the ballot was delivered.
#[utoipa::path(post, path = "/v1/owner-votes/{id}/deliver-ballots", request_body = BallotDelivery,
    responses((status = 200, description = "How many heads there are.", body = RecordedHeads)))]
async fn deliver_vote_ballots(
    scope: Scope<DeliverBallots, OwnerVotes>,
    db: Db,
    target: Target,
    body: Valid<BallotDelivery>,
) -> Result<Reply, Problem> {
    write_below(&db, &scope, (&target, &body.retry), async |tx| printing::deliver(tx, &scope, &target, body.value).await).await
}

/// Vote for a head from now on, with the code of its letter.
#[utoipa::path(post, path = "/v1/owner-votes/link", request_body = LetterCode,
    responses((status = 200, description = "The head.", body = OwnHead)))]
async fn link_vote_head(
    scope: Scope<Link, OwnerVotes>,
    db: Db,
    keys: Data<VoteKeys>,
    body: Valid<LetterCode>,
) -> Result<Reply, Problem> {
    write(&db, &scope, &body.retry, async |tx| powers::link(tx, &scope, &keys, body.value).await).await
}

/// Cast the ballot of a head, in place of one of before. Nobody reads it while the vote is open.
#[utoipa::path(post, path = "/v1/owner-votes/{id}/ballots", request_body = NewBallot,
    responses((status = 200, description = "It is in the box.", body = CastBallot)))]
async fn cast_ballot(
    scope: Scope<Cast, OwnerVotes>,
    db: Db,
    signer: Data<Signer>,
    target: Target,
    body: Valid<NewBallot>,
) -> Result<Reply, Problem> {
    write_below(&db, &scope, (&target, &body.retry), async |tx| casting::cast(tx, &scope, (&target, &signer), body.value).await)
        .await
}

/// Take the ballot of a head back.
#[utoipa::path(post, path = "/v1/owner-votes/{id}/ballots/withdraw", request_body = ChosenHead,
    responses((status = 200, description = "The head.", body = OwnHead)))]
async fn withdraw_ballot(
    scope: Scope<WithdrawBallot, OwnerVotes>,
    db: Db,
    target: Target,
    body: Valid<ChosenHead>,
) -> Result<Reply, Problem> {
    write_below(&db, &scope, (&target, &body.retry), async |tx| withdrawing::withdraw(tx, &scope, &target, &body.value).await)
        .await
}

/// Let the owner of another head vote for one, or record that from a paper.
#[utoipa::path(post, path = "/v1/owner-votes/{id}/powers", request_body = NewPower,
    responses((status = 200, description = "The head.", body = OwnHead)))]
async fn give_vote_power(
    scope: Scope<GivePower, OwnerVotes>,
    db: Db,
    target: Target,
    body: Valid<NewPower>,
) -> Result<Reply, Problem> {
    write_below(&db, &scope, (&target, &body.retry), async |tx| powers::give(tx, &scope, &target, body.value).await).await
}

/// Take a power back. What was said by it stays until the head says something itself.
#[utoipa::path(post, path = "/v1/owner-votes/{id}/powers/revoke", request_body = PowerRevocation,
    responses((status = 200, description = "The head.", body = OwnHead)))]
async fn revoke_vote_power(
    scope: Scope<RevokePower, OwnerVotes>,
    db: Db,
    target: Target,
    body: Valid<PowerRevocation>,
) -> Result<Reply, Problem> {
    write_below(&db, &scope, (&target, &body.retry), async |tx| powers::revoke(tx, &scope, &target, &body.value).await).await
}

/// List the papers that were handed in.
#[utoipa::path(get, path = "/v1/owner-votes/{id}/papers", params(PaperFilter, PageFilter),
    responses((status = 200, description = "A page of papers.", body = VotePaperPage)))]
async fn list_vote_papers(
    scope: Scope<ReadHeads, OwnerVotes>,
    db: Db,
    id: Id<Uuid>,
    list: Listing<PaperFilter, Uuid>,
) -> Result<Listed<VotePaperPage>, Problem> {
    let rows = paper_store::list(&db, &scope, id.0, list.filter, list.keyset).await?;
    Ok(list.pager.page(rows, |(last, ..)| last.id, |(paper, secrecy, entries, own)| paper.shown(&scope, secrecy, (entries, own))))
}

/// Take a paper in. After the end it is kept unopened.
#[utoipa::path(post, path = "/v1/owner-votes/{id}/papers", request_body = NewPaper,
    responses((status = 201, description = "It was taken in.", body = VotePaper)))]
async fn take_vote_paper(
    scope: Scope<TakePaper, OwnerVotes>,
    db: Db,
    target: Target,
    body: Valid<NewPaper>,
) -> Result<Reply, Problem> {
    write_below(&db, &scope, (&target, &body.retry), async |tx| papers::take(tx, &scope, &target, body.value).await).await
}

/// Enter what stands on a paper. Two persons who read the same put it into the box.
#[utoipa::path(post, path = "/v1/owner-votes/{id}/papers/enter", request_body = PaperEntry,
    responses((status = 200, description = "The paper.", body = VotePaper)))]
async fn enter_vote_paper(
    scope: Scope<EnterPaper, OwnerVotes>,
    db: Db,
    keys: Data<VoteKeys>,
    target: Target,
    body: Valid<PaperEntry>,
) -> Result<Reply, Problem> {
    write_below(&db, &scope, (&target, &body.retry), async |tx| papers::enter(tx, &scope, (&target, &keys), body.value).await)
        .await
}

/// Record why a paper does not count.
#[utoipa::path(post, path = "/v1/owner-votes/{id}/papers/reject", request_body = PaperRejection,
    responses((status = 200, description = "The paper.", body = VotePaper)))]
async fn reject_vote_paper(
    scope: Scope<RejectPaper, OwnerVotes>,
    db: Db,
    target: Target,
    body: Valid<PaperRejection>,
) -> Result<Reply, Problem> {
    write_below(&db, &scope, (&target, &body.retry), async |tx| papers::reject(tx, &scope, &target, &body.value).await).await
}
