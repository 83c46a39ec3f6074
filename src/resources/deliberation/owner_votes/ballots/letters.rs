//! For whoever has a letter and no account: its code stands in place of a token, in every request.

use actix_web::web::Data;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::casting::{Letter, cast_by_letter};
use super::inputs::TopicMarks;
use super::model::{CastBallot, HeadRow, OwnHead};
use super::withdrawing::withdraw_by_letter;
use crate::access::keys::Signer;
use crate::access::permissions::Action;
use crate::access::permissions::resource::OwnerVotes;
use crate::access::scope::Authorized;
use crate::calendar::Clock;
use crate::changes::reply::Unversioned;
use crate::changes::write::write;
use crate::db::pool::Db;
use crate::http::codes;
use crate::http::json::Valid;
use crate::http::normal_form::label;
use crate::http::operation::{Operation, Public, operations};
use crate::http::path::Id;
use crate::http::problem::{Problem, invalid};
use crate::resources::deliberation::owner_votes::counting::Choices;
use crate::resources::deliberation::owner_votes::keys::VoteKeys;
use crate::resources::deliberation::owner_votes::store::{self, heads};

pub fn operations() -> Vec<Operation> {
    operations![cast_letter_ballot, withdraw_letter_ballot]
}

/// What stands on a letter.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"building": "3", "entrance": "2", "number": "501", "code": "7K2M-9QXF-3T8B-VW4D"}))]
pub struct ShownLetter {
    #[schema(min_length = 1, max_length = 20, pattern = "\\S")]
    pub building: String,
    #[serde(default)]
    #[schema(max_length = 20)]
    pub entrance: String,
    #[schema(min_length = 1, max_length = 20, pattern = "\\S")]
    pub number: String,
    #[schema(min_length = 1, max_length = 40, pattern = "\\S")]
    pub code: String,
}

/// What the head of a letter says.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"letter": {"building": "3", "entrance": "2", "number": "501", "code": "7K2M-9QXF-3T8B-VW4D"}, "choices": [["yes"], ["abstain"]]}))]
pub struct LetterBallot {
    pub letter: ShownLetter,
    /// For each topic in order what is chosen of its options, or `abstain`; nothing for a blank one.
    #[schema(value_type = Vec<TopicMarks>, max_items = 20)]
    pub choices: Choices,
}

/// Whose ballot is taken back.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"letter": {"building": "3", "entrance": "2", "number": "501", "code": "7K2M-9QXF-3T8B-VW4D"}}))]
pub struct LetterWithdrawal {
    pub letter: ShownLetter,
}

/// The head of a letter that holds.
async fn found(db: &Db, keys: &VoteKeys, vote: Uuid, shown: &ShownLetter) -> Result<HeadRow, Problem> {
    let unit = [&shown.building, &shown.entrance, &shown.number].map(|part| label(part));
    let found = heads::of_unit(db, vote, &unit).await?;
    if let Some(found) = found.filter(|head| head.has_letter(keys, &shown.code)) {
        return Ok(found);
    }
    // Of a vote that was not announced nothing is told.
    store::announced(db, vote).await?;
    invalid("/letter/code", &codes::WRONG_CODE)
}

/// What the bearer of a letter may do to its head.
fn bearer(head: &HeadRow, action: Action, clock: &Clock) -> (Authorized<OwnerVotes>, Letter) {
    let caller = format!("letter|{} {}", head.vote_id, head.head);
    let letter = Letter { vote: head.vote_id, head: head.head, number: head.letters };
    (Authorized::of_letter(caller, action, clock.now()), letter)
}

/// Cast the ballot of the head of a letter. Its code stands for a token, until somebody with an account uses it.
#[utoipa::path(post, path = "/public/owner-votes/{id}/ballots", request_body = LetterBallot,
    responses((status = 200, description = "It is in the box.", body = CastBallot)))]
async fn cast_letter_ballot(
    _: Public,
    db: Db,
    (keys, signer, clock): (Data<VoteKeys>, Data<Signer>, Data<Clock>),
    id: Id<Uuid>,
    body: Valid<LetterBallot>,
) -> Result<Unversioned, Problem> {
    let LetterBallot { letter, choices } = body.value;
    let head = found(&db, &keys, id.0, &letter).await?;
    let (who, letter) = bearer(&head, Action::Cast, &clock);
    write(&db, &who, &body.retry, async |tx| cast_by_letter(tx, &who, (&letter, &signer), choices).await).await.map(Unversioned)
}

/// Take the ballot of the head of a letter back.
#[utoipa::path(post, path = "/public/owner-votes/{id}/ballots/withdraw", request_body = LetterWithdrawal,
    responses((status = 200, description = "The head.", body = OwnHead)))]
async fn withdraw_letter_ballot(
    _: Public,
    db: Db,
    (keys, clock): (Data<VoteKeys>, Data<Clock>),
    id: Id<Uuid>,
    body: Valid<LetterWithdrawal>,
) -> Result<Unversioned, Problem> {
    let head = found(&db, &keys, id.0, &body.value.letter).await?;
    let (who, letter) = bearer(&head, Action::WithdrawBallot, &clock);
    write(&db, &who, &body.retry, async |tx| withdraw_by_letter(tx, &who, &letter).await).await.map(Unversioned)
}
