//! How letters are printed, and to whom they were delivered.

use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use super::casting::permitted;
use super::inputs::{BallotDelivery, LetterHalf, LetterOrder};
use super::model::{HeadRow, LetterUnit};
use crate::access::permissions::resource::OwnerVotes;
use crate::access::scope::Authorized;
use crate::changes::reply::Reply;
use crate::changes::write::{Record, Tx, Written};
use crate::http::codes;
use crate::http::etag::Target;
use crate::http::problem::{FieldError, Problem, invalid};
use crate::resources::deliberation::owner_votes::keys::VoteKeys;
use crate::resources::deliberation::owner_votes::store::{heads, powers as given};

/// A letter for a head.
#[derive(Debug, Serialize, ToSchema)]
pub struct VoteLetter {
    pub head: i64,
    /// The units of the head, as they are typed with the code.
    #[schema(max_items = 50_000)]
    pub units: Vec<LetterUnit>,
    /// The half of the code that was asked for. Both are typed with one of the units; they hold until another letter is printed.
    #[schema(max_length = 40)]
    pub half: String,
}

/// Letters that were printed.
#[derive(Debug, Serialize, ToSchema)]
pub struct VoteLetters {
    #[schema(max_items = 500)]
    pub letters: Vec<VoteLetter>,
}

/// Heads about which something was recorded.
#[derive(Debug, Serialize, ToSchema)]
pub struct RecordedHeads {
    /// How many there are.
    pub heads: i64,
}

/// As many letters are begun for a head.
const MOST_LETTERS: i16 = 10;

/// Prints a half of letters. With the second one those of before hold no more, and whoever used them votes no more for the head, nor
/// does whoever they gave a power.
pub async fn issue_letters(
    tx: &Tx,
    who: &Authorized<OwnerVotes>,
    (target, keys): (&Target, &VoteKeys),
    body: LetterOrder,
) -> Result<Written, Problem> {
    let vote = permitted(tx, who, target).await?;
    let known = heads::lock_many(tx, vote.id, &body.heads).await?;
    all_known(&known, &body.heads)?;
    let caller = who.actor.caller.as_str();
    Problem::fail_if_any(known.iter().find_map(|head| letter_fault(head, body.half, caller)))?;
    Problem::fail_if_any(known.iter().find_map(|head| restart_fault(head, &body, caller)))?;
    if body.half == LetterHalf::Second {
        given::end_without_paper(tx, vote.id, &body.heads, who.now).await?;
        heads::complete_letter(tx, vote.id, &body.heads, caller).await?;
    } else {
        let begins = |head: &&HeadRow| !head.has_begun_letter(caller);
        let begun: Vec<_> = known.iter().filter(begins).map(|head| head.head).collect();
        heads::begin_letter(tx, vote.id, &begun, caller).await?;
    }
    let number = |head: &HeadRow| if body.half == LetterHalf::First { head.next_letter(caller) } else { head.begun };
    let units = heads::units(tx, vote.id, &body.heads).await?;
    let letter = |head: HeadRow| VoteLetter {
        head: head.head.into(),
        units: units.iter().filter(|(of, _)| *of == head.head).map(|(_, unit)| unit.clone()).collect(),
        half: keys.half(vote.id, head.head, (number(&head), body.half)),
    };
    let letters: Vec<VoteLetter> = known.into_iter().map(letter).collect();
    let audited = Record::part(&vote, "letters", None::<&()>, &json!({"heads": body.heads, "half": body.half}))?;
    let reply = Reply::ok(vote.version, &VoteLetters { letters })?;
    Ok(Written { records: vec![audited], reply, undo: false })
}

/// Why somebody does not print a half of the letter of a head.
fn letter_fault(head: &HeadRow, half: LetterHalf, caller: &str) -> Option<FieldError> {
    let begun_by = head.letter_begun_by();
    match half {
        LetterHalf::First => (head.next_letter(caller) > MOST_LETTERS)
            .then(|| FieldError::at("/heads", &codes::LETTERS_SPENT).with("head", head.head).with("limit", MOST_LETTERS)),
        LetterHalf::Second if begun_by.is_none() && head.completed_by.is_some() => {
            Some(FieldError::at("/heads", &codes::ALREADY_DONE))
        }
        LetterHalf::Second if begun_by.is_none() => Some(FieldError::at("/heads", &codes::NOT_YET)),
        LetterHalf::Second => (begun_by == Some(caller)).then(|| FieldError::at("", &codes::SECOND_PERSON)),
    }
}

/// Why somebody does not begin another letter: somebody else has begun one at the same time. Whoever has begun it prints the same
/// half again.
fn restart_fault(head: &HeadRow, order: &LetterOrder, caller: &str) -> Option<FieldError> {
    let is_begun = head.letter_begun_by().is_some_and(|by| by != caller);
    let unknowing = order.half == LetterHalf::First && is_begun && !order.restart;
    unknowing.then(|| FieldError::at("/restart", &codes::LETTER_BEGUN).with("head", head.head))
}

fn all_known(known: &[HeadRow], asked: &[i32]) -> Result<(), Problem> {
    let unknown = asked.iter().position(|head| known.iter().all(|known| known.head != *head));
    match unknown {
        Some(at) => invalid(format!("/heads/{at}"), &codes::UNKNOWN_RECORD),
        None => Ok(()),
    }
}

/// Keeps to whom the ballot was delivered: without that silence means nothing.
pub async fn deliver(tx: &Tx, who: &Authorized<OwnerVotes>, target: &Target, body: BallotDelivery) -> Result<Written, Problem> {
    let vote = permitted(tx, who, target).await?;
    let announced_on = vote.announced_at.map(crate::calendar::civil_date);
    Problem::fail_if_any(body.on.map(|on| who.day_faults("/on", on, announced_on)).unwrap_or_default())?;
    let known = heads::lock_many(tx, vote.id, &body.heads).await?;
    all_known(&known, &body.heads)?;
    // One person alone does not say that somebody was reached.
    let without = body.heads.iter().position(|head| known.iter().any(|one| one.head == *head && one.completed_by.is_none()));
    if let Some(at) = without.filter(|_| body.on.is_some()) {
        return invalid(format!("/heads/{at}"), &codes::NO_LETTER);
    }
    heads::deliver(tx, vote.id, &body.heads, body.on).await?;
    let audited = Record::part(&vote, "deliveries", None::<&()>, &json!({"heads": body.heads, "on": body.on}))?;
    let told = RecordedHeads { heads: i64::try_from(known.len()).unwrap_or(i64::MAX) };
    Ok(Written { records: vec![audited], reply: Reply::ok(vote.version, &told)?, undo: false })
}
