//! Who casts a ballot for a head: with an account, by a power, or by a letter alone.

use futures_util::try_join;
use serde_json::json;
use uuid::Uuid;

use super::ballot_box::{Ballot, MOST_BALLOTS, Origin, put};
use super::envelope::own_faults;
use super::inputs::NewBallot;
use super::model::{BallotRow, Capacity, CastBallot, HeadRow, OwnHead};
use super::powers::limit_fault;
use super::settling::SetAsideReason;
use crate::access::authority::Authority;
use crate::access::keys::Signer;
use crate::access::permissions::resource::OwnerVotes;
use crate::access::scope::Authorized;
use crate::changes::lifecycle::permit;
use crate::changes::reply::Reply;
use crate::changes::write::{Tx, Written};
use crate::http::codes;
use crate::http::etag::Target;
use crate::http::problem::{Problem, invalid};
use crate::resources::deliberation::owner_votes::counting::Choices;
use crate::resources::deliberation::owner_votes::model::OwnerVoteFields;
use crate::resources::deliberation::owner_votes::records::BallotChannel;
use crate::resources::deliberation::owner_votes::store::{self, ballots, heads, papers, powers as given};

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
    no_paper(tx, &found).await?;
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
    let origin = Origin::Cast { at: who.now, by: who.actor.caller.clone() };
    let new = Ballot { channel, choices, origin };
    let put = put(tx, who, vote, (&found.head, &found.ballots), new).await?;
    if let Some(reason) = put.row.set_aside.filter(|_| !put.moved) {
        // What is said online, does not count and changes nothing is not put in at all.
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
    let Some(head) = heads::lock(tx, vote.id, letter.head).await? else {
        return invalid("/letter/code", &codes::WRONG_CODE);
    };
    if head.letters != letter.number {
        return invalid("/letter/code", &codes::WRONG_CODE);
    }
    if head.agent.is_some() {
        return invalid("/letter/code", &codes::LETTER_USED);
    }
    let ballots = ballots::of_head(tx, vote.id, letter.head).await?;
    Ok((vote, Found { head, capacity: Capacity::Agent, by_letter: true, ballots }))
}

/// A letter alone says nothing in place of a paper that somebody has signed.
pub async fn no_paper(tx: &Tx, found: &Found) -> Result<(), Problem> {
    let signed = found.by_letter && papers::has_one(tx, found.head.vote_id, found.head.head).await?;
    if signed { invalid("/letter", &codes::PAPER_HANDED_IN) } else { Ok(()) }
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

/// A head as whoever votes for it sees it.
pub fn own_head(head: &HeadRow, capacity: Capacity, proxy: Option<i32>, mut ballots: Vec<BallotRow>) -> OwnHead {
    ballots.retain(|ballot| capacity == Capacity::Agent || ballot.channel == BallotChannel::Proxy);
    ballots.sort_by_key(|ballot| std::cmp::Reverse(ballot.revision));
    OwnHead {
        vote_id: head.vote_id,
        head: head.head.into(),
        area: head.area,
        units: head.units.into(),
        delivered_on: head.delivered_on,
        capacity,
        proxy: proxy.map(i64::from),
        ballots: ballots.into_iter().take(MOST_BALLOTS).map(BallotRow::shown).collect(),
    }
}
