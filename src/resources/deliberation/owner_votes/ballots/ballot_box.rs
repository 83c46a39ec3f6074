//! How a ballot is sealed, settled with those of before, and put into the box.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use uuid::Uuid;

use super::envelope::{seal, sorted};
use super::model::{BallotRow, HeadRow, NewBallotRow};
use super::settling::{Cast, Said, SetAsideReason, barred_until, counting, set_aside_for};
use crate::access::authority::Authority;
use crate::changes::write::{Record, Tx};
use crate::http::codes;
use crate::http::problem::{FieldError, Problem};
use crate::resources::deliberation::owner_votes::counting::Choices;
use crate::resources::deliberation::owner_votes::model::OwnerVoteFields;
use crate::resources::deliberation::owner_votes::plan::Replacement;
use crate::resources::deliberation::owner_votes::records::BallotChannel;
use crate::resources::deliberation::owner_votes::store::ballots;

/// With one letter something is said so often, and no more ballots of a head are told.
pub(super) const MOST_BALLOTS: usize = 100;

/// What a head says.
pub struct Ballot {
    pub channel: BallotChannel,
    pub choices: Choices,
    pub origin: Origin,
}

/// From where a ballot comes.
pub enum Origin {
    /// Somebody has cast it now.
    Cast { at: DateTime<Utc>, by: String },
    /// It was handed in on paper, when so many letters had been printed for the head.
    Paper { at: DateTime<Utc>, letters: i16 },
}

impl Ballot {
    /// When it was said. What somebody casts comes after what the head said before, whatever the clocks of two machines say.
    fn said(&self, head: &HeadRow, before: &[BallotRow]) -> Said {
        let (at, letters) = match &self.origin {
            Origin::Cast { at, .. } => {
                let known = before.iter().flat_map(|ballot| [Some(ballot.cast_at), ballot.ended_at]).flatten();
                (known.fold(*at, DateTime::max), head.letters)
            }
            Origin::Paper { at, letters } => (*at, *letters),
        };
        Said { channel: self.channel, at, letters }
    }

    fn cast_by(&self) -> Option<String> {
        match &self.origin {
            Origin::Cast { by, .. } => Some(by.clone()),
            Origin::Paper { .. } => None,
        }
    }
}

/// A ballot that is in the box, with what the audit keeps of it.
pub struct Put {
    pub row: BallotRow,
    pub audited: Record,
    /// True where of what was said before something else counts now.
    pub moved: bool,
}

/// What becomes of what is said now, and of what was said before.
struct Settled<'a> {
    set_aside: Option<SetAsideReason>,
    ended_at: Option<DateTime<Utc>>,
    /// What counted until now, and why it does not any more.
    displaced: Option<(&'a BallotRow, SetAsideReason)>,
    /// What did not count, and does again.
    again: Option<&'a BallotRow>,
}

fn settle(before: &[BallotRow], said: Said, (rule, now): (Replacement, DateTime<Utc>)) -> Result<Settled<'_>, Problem> {
    let mut all: Vec<Cast> = before.iter().map(BallotRow::cast).collect();
    let withdrawn_at = barred_until(&all, said.channel).filter(|until| said.at < *until);
    all.push(Cast { said, set_aside: None, ended_at: None });
    let chosen = counting(&all, rule);
    let set_aside = match chosen {
        Some(at) if at == before.len() => None,
        // Who took their word back did not mean what they had said before that.
        _ if withdrawn_at.is_some() => Some(SetAsideReason::taken_back(said.channel)),
        Some(at) => Some(set_aside_for(all[at].said, said, rule)),
        None => return Err(Problem::internal("no ballot counts, and none was taken back")),
    };
    // What was said before something was taken back ends with that, and bars no more than that did.
    let ended_at = set_aside.map(|reason| withdrawn_at.filter(|_| reason.is_withdrawal()).unwrap_or(now));
    let counts_now = chosen.and_then(|at| before.get(at));
    let displaced = before.iter().find(|one| one.counts && counts_now.is_none_or(|now| now.id != one.id));
    let displaced = displaced.zip(chosen).map(|(one, at)| (one, set_aside_for(all[at].said, one.said(), rule)));
    Ok(Settled { set_aside, ended_at, displaced, again: counts_now.filter(|one| !one.counts) })
}

/// Nobody keeps others from saying something for the head, whoever had the letter before neither, and a paper is never too much.
fn fail_if_too_many(head: &HeadRow, before: &[BallotRow], channel: BallotChannel) -> Result<(), Problem> {
    let alike = before.iter().filter(|ballot| (ballot.channel, ballot.letters) == (channel, head.letters)).count();
    if alike >= MOST_BALLOTS && matches!(channel, BallotChannel::Online | BallotChannel::Proxy) {
        return Err(Problem::invalid(vec![FieldError::at("/head", &codes::TOO_MANY_BALLOTS).with("limit", MOST_BALLOTS)]));
    }
    Ok(())
}

/// Seals a ballot, settles it with those of before, and puts it in. The head is locked.
pub async fn put(
    tx: &Tx,
    who: &Authority,
    vote: &OwnerVoteFields,
    (head, before): (&HeadRow, &[BallotRow]),
    new: Ballot,
) -> Result<Put, Problem> {
    let key = vote.box_key.as_ref().ok_or_else(|| Problem::internal("an announced vote has no box"))?;
    fail_if_too_many(head, before, new.channel)?;
    let said = new.said(head, before);
    let Settled { set_aside, ended_at, displaced, again } = settle(before, said, (vote.plan.replacement, who.now))?;
    let (channel, cast_by) = (new.channel, new.cast_by());
    let sealed = seal(key, &vote.plan, (vote.id, head.head, channel), sorted(new.choices))?;
    if let Some((earlier, reason)) = displaced {
        ballots::set_aside(tx, earlier.id, (reason, who.now)).await?;
    }
    if let Some(again) = again {
        ballots::count_again(tx, again.id).await?;
    }
    let row = NewBallotRow {
        id: Uuid::new_v4(),
        vote_id: vote.id,
        head: head.head,
        revision: before.iter().map(|ballot| ballot.revision).max().unwrap_or_default() + 1,
        channel,
        sealed: sealed.sealed,
        receipt: sealed.receipt,
        cast_at: said.at,
        put_at: who.now,
        counts: set_aside.is_none(),
        set_aside,
        ended_at,
        letters: said.letters,
        cast_by,
    };
    let row = ballots::insert(tx, &row).await?;
    let counted = before.iter().find(|ballot| ballot.counts);
    let audited = Record::part(vote, "ballots", counted.map(kept).as_ref(), &kept(&row))?;
    Ok(Put { row, audited, moved: displaced.is_some() || again.is_some() })
}

/// What the audit keeps of a ballot.
pub fn kept(one: &BallotRow) -> Value {
    json!({"head": one.head, "channel": one.channel, "receipt": one.receipt, "counts": one.counts})
}
