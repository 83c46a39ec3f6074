//! How a ballot is put into the box.

use chrono::{DateTime, Utc};
use futures_util::try_join;
use serde_json::{Value, json};
use uuid::Uuid;

use super::envelope::{own_faults, seal, sorted};
use super::inputs::NewBallot;
use super::model::{BallotRow, Capacity, CastBallot, HeadRow, NewBallotRow, OwnHead};
use super::powers::limit_fault;
use super::settling::{Cast, Said, SetAsideReason, Settled, barred_until, settle};
use crate::access::authority::Authority;
use crate::access::keys::Signer;
use crate::access::permissions::resource::OwnerVotes;
use crate::access::scope::Authorized;
use crate::changes::lifecycle::permit;
use crate::changes::reply::Reply;
use crate::changes::write::{Record, Tx, Written};
use crate::http::codes;
use crate::http::etag::Target;
use crate::http::problem::{FieldError, Problem, invalid};
use crate::resources::deliberation::owner_votes::counting::Choices;
use crate::resources::deliberation::owner_votes::model::OwnerVoteFields;
use crate::resources::deliberation::owner_votes::records::BallotChannel;
use crate::resources::deliberation::owner_votes::store::{self, ballots, heads, powers as given};

/// With one letter something is said so often, and no more ballots of a head are told.
const MOST_BALLOTS: usize = 100;

/// A head that is locked, with its ballots and as what the caller votes for it.
pub struct Found {
    pub head: HeadRow,
    pub capacity: Capacity,
    /// True for whoever shows a letter and has no account.
    pub by_letter: bool,
    pub ballots: Vec<BallotRow>,
}

/// The vote that a request names, as it is until the transaction ends, where the caller may do this to it now.
pub async fn permitted(tx: &Tx, who: &Authorized<OwnerVotes>, target: &Target) -> Result<OwnerVoteFields, Problem> {
    permit(&store::look_at(tx, who, target.id).await?, who)?;
    let vote = store::lock_shared(tx, who, target.id).await?;
    target.preconditions.honor(vote.version)?;
    permit(&vote, who)?;
    Ok(vote)
}

/// Puts what somebody says into the box.
pub async fn cast(
    tx: &Tx,
    who: &Authorized<OwnerVotes>,
    (target, signer): (&Target, &Signer),
    body: NewBallot,
) -> Result<Written, Problem> {
    let vote = permitted(tx, who, target).await?;
    let found = find(tx, who, &vote, body.head).await?;
    cast_for(tx, who, (&vote, found), (signer, body.choices)).await
}

/// The same for whoever has the letter of a head and no account.
pub async fn cast_by_letter(
    tx: &Tx,
    who: &Authorized<OwnerVotes>,
    (letter, signer): (&Letter, &Signer),
    choices: Choices,
) -> Result<Written, Problem> {
    let (vote, found) = of_letter(tx, who, letter).await?;
    cast_for(tx, who, (&vote, found), (signer, choices)).await
}

async fn cast_for(
    tx: &Tx,
    who: &Authority,
    (vote, found): (&OwnerVoteFields, Found),
    (signer, choices): (&Signer, Choices),
) -> Result<Written, Problem> {
    Problem::fail_if_any(own_faults(&vote.plan, &choices))?;
    let channel = if found.capacity == Capacity::Agent { BallotChannel::Online } else { BallotChannel::Proxy };
    if !found.by_letter {
        Problem::fail_if_any(limit_fault(tx, who, vote, (Some(&who.actor.caller), found.head.head, "/head")).await?)?;
    }
    let new = Ballot { channel, choices, cast_at: who.now, cast_by: Some(who.actor.caller.clone()) };
    let put = put(tx, who, vote, (&found.head, &found.ballots), new).await?;
    if let Some(reason) = put.row.set_aside {
        // What is said online and does not count is not put in at all.
        return invalid("/head", if reason == SetAsideReason::OwnBallot { &codes::VOTED_ITSELF } else { &codes::ALREADY_DONE });
    }
    let signature = signer.sign(&json!({"vote": vote.id, "receipt": put.row.receipt, "iat": who.now.timestamp()}));
    let signature = signature.map_err(Problem::internal)?;
    let shown = CastBallot { vote_id: vote.id, head: found.head.head.into(), ballot: put.row.shown(), signature };
    let reply = Reply::ok(vote.version, &shown)?;
    Ok(Written { records: vec![put.audited], reply, undo: false })
}

/// A letter that was shown: the last one of its head, which nobody with an account uses.
pub struct Letter {
    pub vote: Uuid,
    pub head: i32,
    pub number: i16,
}

/// The vote and the head of a letter, locked, where it holds still.
pub async fn of_letter(tx: &Tx, who: &Authority, letter: &Letter) -> Result<(OwnerVoteFields, Found), Problem> {
    let vote = store::lock_of_letter(tx, letter.vote).await?;
    permit(&vote, who)?;
    let Some(head) = heads::lock(tx, vote.id, letter.head).await? else { return invalid("/code", &codes::WRONG_CODE) };
    if head.letters != letter.number {
        return invalid("/code", &codes::WRONG_CODE);
    }
    if head.agent.is_some() {
        return invalid("/code", &codes::LETTER_USED);
    }
    let ballots = ballots::of_head(tx, vote.id, letter.head).await?;
    Ok((vote, Found { head, capacity: Capacity::Agent, by_letter: true, ballots }))
}

/// The head, locked, where the caller votes for it.
pub async fn find(tx: &Tx, who: &Authority, vote: &OwnerVoteFields, head: i32) -> Result<Found, Problem> {
    let locked = heads::lock(tx, vote.id, head).await?;
    let Some(locked) = locked else { return invalid("/head", &codes::NOT_YOUR_HEAD) };
    let (proxy, ballots) = try_join!(given::proxy_of(tx, vote.id, head), ballots::of_head(tx, vote.id, head))?;
    let caller = Some(who.actor.caller.as_str());
    let capacity = match proxy {
        _ if locked.agent.as_deref() == caller => Capacity::Agent,
        Some(proxy) if proxy.agent.as_deref() == caller => Capacity::Proxy,
        _ => return invalid("/head", &codes::NOT_YOUR_HEAD),
    };
    Ok(Found { head: locked, capacity, by_letter: false, ballots })
}

/// What a head says, and when.
pub struct Ballot {
    pub channel: BallotChannel,
    pub choices: Choices,
    pub cast_at: DateTime<Utc>,
    pub cast_by: Option<String>,
}

/// A ballot that is in the box, with what the audit keeps of it.
pub struct Put {
    pub row: BallotRow,
    pub audited: Record,
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
    // Nobody keeps others from saying something for the head, whoever had the letter before neither, and a paper is never too much.
    let alike = before.iter().filter(|ballot| (ballot.channel, ballot.letters) == (new.channel, head.letters)).count();
    if alike >= MOST_BALLOTS && matches!(new.channel, BallotChannel::Online | BallotChannel::Proxy) {
        return Err(Problem::invalid(vec![FieldError::at("/head", &codes::TOO_MANY_BALLOTS).with("limit", MOST_BALLOTS)]));
    }
    let counting = before.iter().find(|ballot| ballot.counts);
    let known: Vec<Cast> = before.iter().map(BallotRow::cast).collect();
    let withdrawn_at = barred_until(&known, new.channel);
    let said = Said { channel: new.channel, at: new.cast_at, letters: head.letters };
    let settled = settle(counting.map(BallotRow::said), withdrawn_at, said, vote.plan.replacement);
    let sealed = seal(key, &vote.plan, (vote.id, head.head, new.channel), sorted(new.choices))?;
    let set_aside = if let Settled::Aside(reason) = settled { Some(reason) } else { None };
    if let (Settled::Counts(Some(reason)), Some(counting)) = (settled, counting) {
        ballots::set_aside(tx, counting.id, (reason, who.now)).await?;
    }
    let revision = before.iter().map(|ballot| ballot.revision).max().unwrap_or_default() + 1;
    let row = NewBallotRow {
        id: Uuid::new_v4(),
        vote_id: vote.id,
        head: head.head,
        revision,
        channel: new.channel,
        sealed: sealed.sealed,
        receipt: sealed.receipt,
        cast_at: new.cast_at,
        put_at: who.now,
        counts: set_aside.is_none(),
        set_aside,
        // What was said before something was taken back ends with that, and bars no more than that did.
        ended_at: set_aside.map(|reason| withdrawn_at.filter(|_| reason.is_withdrawal()).unwrap_or(who.now)),
        letters: head.letters,
        cast_by: new.cast_by,
    };
    let row = ballots::insert(tx, &row).await?;
    let audited = Record::part(vote, "ballots", counting.map(kept).as_ref(), &kept(&row))?;
    Ok(Put { row, audited })
}

/// What the audit keeps of a ballot.
pub fn kept(one: &BallotRow) -> Value {
    json!({"head": one.head, "channel": one.channel, "receipt": one.receipt, "counts": one.counts})
}

/// A head as whoever votes for it sees it.
pub fn own_head(head: &HeadRow, capacity: Capacity, proxy: Option<i32>, mut ballots: Vec<BallotRow>) -> OwnHead {
    ballots.retain(|ballot| capacity == Capacity::Agent || ballot.channel == BallotChannel::Proxy);
    ballots.sort_by_key(|ballot| std::cmp::Reverse(ballot.revision));
    OwnHead {
        vote_id: head.vote_id,
        head: head.head.into(),
        area: head.area,
        units: head.units.into(),
        capacity,
        proxy: proxy.map(i64::from),
        ballots: ballots.into_iter().take(MOST_BALLOTS).map(BallotRow::shown).collect(),
    }
}
