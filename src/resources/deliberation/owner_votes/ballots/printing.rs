//! How letters are printed, and to whom they were delivered.

use serde_json::json;

use super::casting::permitted;
use super::inputs::{BallotDelivery, LetterHalf, LetterOrder};
use super::model::{HeadRow, RecordedHeads, VoteLetter, VoteLetters};
use crate::access::permissions::resource::OwnerVotes;
use crate::access::scope::Authorized;
use crate::changes::reply::Reply;
use crate::changes::write::{Record, Tx, Written};
use crate::http::codes;
use crate::http::etag::Target;
use crate::http::problem::{FieldError, Problem, invalid};
use crate::resources::deliberation::owner_votes::keys::VoteKeys;
use crate::resources::deliberation::owner_votes::store::{heads, powers as given};

/// As many letters are printed for a head.
const MOST_LETTERS: i16 = 3;

/// Prints a half of letters. With the first one those of before hold no more, and whoever used them votes no more for the head, nor
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
    let begins = |head: &HeadRow| body.half == LetterHalf::First && !head.has_begun_letter(caller);
    let begun: Vec<i32> = known.iter().filter(|head| begins(head)).map(|head| head.head).collect();
    if body.half == LetterHalf::Second {
        heads::complete_letter(tx, vote.id, &body.heads, caller).await?;
    } else if !begun.is_empty() {
        given::end_without_paper(tx, vote.id, &begun, who.now).await?;
        heads::begin_letter(tx, vote.id, &begun, caller).await?;
    }
    let units = heads::units(tx, vote.id, &body.heads).await?;
    let letter = |head: HeadRow| VoteLetter {
        head: head.head.into(),
        units: units.iter().filter(|(of, _)| *of == head.head).map(|(_, unit)| unit.clone()).collect(),
        half: keys.half(vote.id, head.head, (head.letters + i16::from(begun.contains(&head.head)), body.half)),
    };
    let letters: Vec<VoteLetter> = known.into_iter().map(letter).collect();
    let audited = Record::part(&vote, "letters", None::<&()>, &json!({"heads": body.heads, "half": body.half}))?;
    let reply = Reply::ok(vote.version, &VoteLetters { letters })?;
    Ok(Written { records: vec![audited], reply, undo: false })
}

/// Why somebody does not print a half of the letter of a head.
fn letter_fault(head: &HeadRow, half: LetterHalf, caller: &str) -> Option<FieldError> {
    match half {
        // Whoever has begun one prints the same half again.
        LetterHalf::First => (head.letters >= MOST_LETTERS && !head.has_begun_letter(caller))
            .then(|| FieldError::at("/heads", &codes::LETTERS_SPENT).with("head", head.head).with("limit", MOST_LETTERS)),
        LetterHalf::Second if head.completed_by.is_some() => Some(FieldError::at("/heads", &codes::ALREADY_DONE)),
        LetterHalf::Second if head.letters == 0 => Some(FieldError::at("/heads", &codes::NOT_YET)),
        LetterHalf::Second => (head.printed_by.as_deref() == Some(caller)).then(|| FieldError::at("", &codes::SECOND_PERSON)),
    }
}

/// Why somebody does not begin another letter: somebody else has begun one at the same time.
fn restart_fault(head: &HeadRow, order: &LetterOrder, caller: &str) -> Option<FieldError> {
    let is_begun = head.letters > 0 && head.completed_by.is_none() && !head.has_begun_letter(caller);
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
