//! `/v1/owner-votes`: what owners decide together, from the roll to a count that everybody can repeat.

use actix_web::HttpResponse;
use actix_web::http::header::CONTENT_DISPOSITION;
use actix_web::web::Data;
use serde_json::json;
use uuid::Uuid;

use self::command::Command;
use self::export::OwnerVoteArchive;
use self::inputs::{NewOwnerVote, OwnerVoteFilter, RollPublication, VoteAnnouncement};
use self::keys::VoteKeys;
use self::model::{OwnerVote, OwnerVoteFields, OwnerVotePage, view};
use self::roll::listing::{RollChangePage, RollFilter, RollPage};
use self::sealing::BoxKey;
use crate::access::authority::Authority;
use crate::access::keys::Signer;
use crate::access::permissions::action::{Announce, Count, Create, PublishRoll, Read, ReadHeads};
use crate::access::permissions::resource::OwnerVotes;
use crate::access::permissions::{Resource, action};
use crate::access::privacy::DisclosureParams;
use crate::access::scope::Scope;
use crate::changes::command::command as on_record;
use crate::changes::execute::{Aggregate, execute};
use crate::changes::kinds::RecordType;
use crate::changes::relocation::{Move, Moved, Relocation, move_records};
use crate::changes::reply::Reply;
use crate::changes::slice::Slice;
use crate::changes::write::{Record, Tx, Written, write, write_new};
use crate::db::listing::{Everything, Listing};
use crate::db::pool::Db;
use crate::http::answer::{Found, Listed};
use crate::http::bodies::NoBody;
use crate::http::etag::{Preconditions, Target};
use crate::http::idempotency::Retry;
use crate::http::json::Valid;
use crate::http::operation::{Operation, operations};
use crate::http::path::Id;
use crate::http::problem::Problem;
use crate::http::query::{PageFilter, Params};

mod announcing;
pub mod ballots;
pub mod canonical;
mod command;
pub mod counting;
mod creation;
pub mod decisions;
mod ending;
mod export;
mod inputs;
mod jobs;
pub mod keys;
pub mod merkle;
pub mod model;
mod opening;
pub mod plan;
mod postings;
mod preparing;
mod public;
pub mod records;
pub mod recount;
pub mod result;
pub mod roll;
mod sealing;
pub mod states;
pub mod store;
mod tallying;
mod topics;
mod verification;

pub const SLICE: Slice = Slice {
    resource: Some(Resource::OwnerVotes),
    record: Some(RecordType::OwnerVote),
    noun: OwnerVoteFields::NOUN,
    about: "What owners decide together, from the roll to a count that everybody can repeat.",
    tables: &[
        "owner_votes",
        "vote_roll",
        "vote_roll_changes",
        "vote_heads",
        "vote_ballots",
        "vote_powers",
        "vote_papers",
        "vote_paper_entries",
        "vote_opened",
        "vote_effects",
        "vote_checks",
    ],
    operations,
    jobs: jobs::JOBS,
    relocation: Relocation::MovesWithEstates(|tx, who, way| Box::pin(relocate(tx, who, way))),
};

fn operations() -> Vec<Operation> {
    let mut all = operations![
        list_owner_votes,
        create_owner_vote,
        get_owner_vote,
        list_vote_roll,
        list_vote_roll_changes,
        publish_vote_roll,
        announce_owner_vote,
        count_owner_vote,
        export_owner_vote
    ];
    all.extend(preparing_actions());
    all.extend(later_actions());
    all.extend(ballots::operations());
    all.extend(public::operations());
    all
}

/// What is done before the vote.
fn preparing_actions() -> Vec<Operation> {
    vec![
        on_record::<action::Update, OwnerVoteFields, _>(
            "updateOwnerVote",
            "Update a vote before it is announced (JSON merge patch).",
            Command::Update,
        ),
        on_record::<action::Object, OwnerVoteFields, _>(
            "objectToVote",
            "Say what is wrong with the roll of a vote, or with its result.",
            Command::Object,
        ),
        on_record::<action::AnswerObjection, OwnerVoteFields, _>(
            "answerVoteObjection",
            "Answer what somebody has against the roll or the result.",
            Command::AnswerObjection,
        ),
        on_record::<action::Confirm, OwnerVoteFields, _>(
            "confirmOwnerVote",
            "Confirm, for the street, that a vote can be announced as it is.",
            Command::Confirm,
        ),
        on_record::<action::Cancel, OwnerVoteFields, _>(
            "cancelOwnerVote",
            "Cancel a vote before its end; nothing is counted.",
            Command::Cancel,
        ),
        on_record::<action::Discard, OwnerVoteFields, _>("discardOwnerVote", "Discard a draft.", Command::Discard),
    ]
}

/// What is done about a vote that was announced.
fn later_actions() -> Vec<Operation> {
    vec![
        on_record::<action::AddPosting, OwnerVoteFields, _>(
            "addVotePosting",
            "Record where something of the vote hangs.",
            Command::AddPosting,
        ),
        on_record::<action::StrikePosting, OwnerVoteFields, _>(
            "strikeVotePosting",
            "Strike a posting that does not count.",
            Command::StrikePosting,
        ),
        on_record::<action::Extend, OwnerVoteFields, _>(
            "extendOwnerVote",
            "Extend a vote once, where something kept owners from it.",
            Command::Extend,
        ),
        on_record::<action::Conclude, OwnerVoteFields, _>(
            "concludeOwnerVote",
            "End a vote whose result hung for long enough; the key of a secret box is destroyed.",
            Command::Conclude,
        ),
        on_record::<action::Invalidate, OwnerVoteFields, _>(
            "invalidateVoteTopics",
            "Record that the street cancelled decisions.",
            Command::Invalidate,
        ),
        on_record::<action::Annul, OwnerVoteFields, _>(
            "annulVoteTopics",
            "Record that a court annulled decisions.",
            Command::Annul,
        ),
        on_record::<action::StrikeEnding, OwnerVoteFields, _>(
            "strikeVoteEnding",
            "Strike that a decision of owners does not stand, which was recorded by mistake.",
            Command::StrikeEnding,
        ),
    ]
}

/// List votes of owners within the caller's jurisdiction, and those that their organization convenes.
#[utoipa::path(get, path = "/v1/owner-votes", params(OwnerVoteFilter, PageFilter),
    responses((status = 200, description = "A page of votes.", body = OwnerVotePage)))]
async fn list_owner_votes(
    scope: Scope<Read, OwnerVotes>,
    db: Db,
    list: Listing<OwnerVoteFilter>,
) -> Result<Listed<OwnerVotePage>, Problem> {
    let rows = store::list(&db, &scope, list.filter, list.keyset).await?;
    Ok(list.pager.page(rows, |last| (last.updated_at, last.id), |summary| summary))
}

/// Draft a vote of the owners of an estate.
#[utoipa::path(post, path = "/v1/owner-votes", request_body = NewOwnerVote,
    responses((status = 201, description = "It was drafted.", body = OwnerVote)))]
async fn create_owner_vote(scope: Scope<Create, OwnerVotes>, db: Db, body: Valid<NewOwnerVote>) -> Result<Reply, Problem> {
    write_new::<OwnerVoteFields>(&db, &scope, &body.retry, async |tx| {
        let record = creation::draft(tx, &scope, body.value).await?;
        Written::created("/v1/owner-votes", &record, &view(&scope, record.clone(), (false, Vec::new())))
    })
    .await
}

/// Get a vote with what is voted on, how far it has come, and what it came to.
#[utoipa::path(get, path = "/v1/owner-votes/{id}", responses((status = 200, description = "The vote.", body = OwnerVote),
        (status = 304, description = "The client holds this version.")))]
async fn get_owner_vote(
    scope: Scope<Read, OwnerVotes>,
    db: Db,
    id: Id<Uuid>,
    preconditions: Preconditions,
) -> Result<Found<OwnerVote>, Problem> {
    let (fields, votes, effects) = store::find(&db, &scope, id.0).await?;
    Ok(Found { version: fields.version, record: view(&scope, fields, (votes, effects)), preconditions })
}

/// List the roll of a vote, in its order, with masked names.
#[utoipa::path(get, path = "/v1/owner-votes/{id}/roll", params(RollFilter, PageFilter),
    responses((status = 200, description = "A page of the roll.", body = RollPage)))]
async fn list_vote_roll(
    scope: Scope<Read, OwnerVotes>,
    db: Db,
    id: Id<Uuid>,
    list: Listing<RollFilter, i32>,
) -> Result<Listed<RollPage>, Problem> {
    let rows = store::roll::list(&db, &scope, id.0, list.filter, list.keyset).await?;
    let units = rows.into_iter().map(|row| row.shown()).collect::<Result<Vec<_>, _>>()?;
    Ok(list.pager.page(units, |last| last.seq, |unit| unit))
}

/// List how the roll of a vote was corrected after it was published first.
#[utoipa::path(get, path = "/v1/owner-votes/{id}/roll-changes", params(PageFilter),
    responses((status = 200, description = "A page of corrections, the first one first.", body = RollChangePage)))]
async fn list_vote_roll_changes(
    scope: Scope<Read, OwnerVotes>,
    db: Db,
    id: Id<Uuid>,
    list: Listing<Everything, i32>,
) -> Result<Listed<RollChangePage>, Problem> {
    let rows = store::roll::list_changes(&db, &scope, id.0, list.keyset).await?;
    Ok(list.pager.page(rows, |last| last.no, |change| change))
}

/// Publish the roll, made of the units as they are registered now; again, to correct it.
#[utoipa::path(post, path = "/v1/owner-votes/{id}/publish-roll", request_body = RollPublication,
    responses((status = 200, description = "The vote after the action.", body = OwnerVote)))]
async fn publish_vote_roll(
    scope: Scope<PublishRoll, OwnerVotes>,
    db: Db,
    keys: Data<VoteKeys>,
    target: Target,
    body: Valid<RollPublication>,
) -> Result<Reply, Problem> {
    let made = Command::PublishRoll(body.value, keys.into_inner());
    execute::<OwnerVoteFields>(&db, &scope, &target, &body.retry, made).await
}

/// Announce a vote: its roll is frozen, and what is voted on does not change any more.
#[utoipa::path(post, path = "/v1/owner-votes/{id}/announce", request_body = VoteAnnouncement,
    responses((status = 200, description = "The vote after the action.", body = OwnerVote)))]
async fn announce_owner_vote(
    scope: Scope<Announce, OwnerVotes>,
    db: Db,
    keys: Data<VoteKeys>,
    target: Target,
    body: Valid<VoteAnnouncement>,
) -> Result<Reply, Problem> {
    let key = BoxKey::new(target.id, &keys)?;
    execute::<OwnerVoteFields>(&db, &scope, &target, &body.retry, Command::Announce(body.value, key)).await
}

/// Open the box of a vote whose time is over, and count. Papers that were not entered in time do not count.
#[utoipa::path(post, path = "/v1/owner-votes/{id}/count", request_body = NoBody,
    responses((status = 200, description = "The vote after the action.", body = OwnerVote)))]
async fn count_owner_vote(
    scope: Scope<Count, OwnerVotes>,
    db: Db,
    (keys, signer): (Data<VoteKeys>, Data<Signer>),
    target: Target,
    body: Valid<NoBody>,
) -> Result<Reply, Problem> {
    let count = Command::Count(body.value, keys.into_inner(), signer.into_inner());
    execute::<OwnerVoteFields>(&db, &scope, &target, &body.retry, count).await
}

/// Export the files of a counted vote, with which everybody counts again: the roll, who took part, the ballots of a named
/// vote, and the result. The audit keeps who took them and what for.
#[utoipa::path(get, path = "/v1/owner-votes/{id}/archive.zip", params(DisclosureParams),
    responses((status = 200, description = "The archive.", content_type = "application/zip", body = OwnerVoteArchive)))]
async fn export_owner_vote(
    scope: Scope<ReadHeads, OwnerVotes>,
    db: Db,
    id: Id<Uuid>,
    params: Params<DisclosureParams>,
) -> Result<HttpResponse, Problem> {
    let mut packed = Vec::new();
    write(&db, &scope, &Retry::none(), async |tx| {
        let vote = store::lock_involved(tx, &scope, id.0).await?;
        let files = store::counts::files(tx, id.0, vote.plan.secrecy).await?;
        packed = export::pack(&vote, &files, scope.now)?;
        let told = Record::part(&vote, "owner_vote_export", None::<&()>, &json!({"purpose": params.value.purpose}))?;
        Ok(Written { records: vec![told], reply: Reply::ok(vote.version, &json!({}))?, undo: false })
    })
    .await?;
    let name = format!("attachment; filename=\"vote-{}.zip\"", id.0);
    Ok(HttpResponse::Ok().content_type("application/zip").insert_header((CONTENT_DISPOSITION, name)).body(packed))
}

/// Votes go where their estates go, also those that were counted: what they decided is done there.
async fn relocate(tx: &Tx, who: &Authority, way: &Move<'_>) -> Result<Moved, Problem> {
    let found = store::to_move(tx, way).await?;
    move_records(tx, who, found, |known: &mut OwnerVoteFields| known.jurisdiction = way.to).await
}
