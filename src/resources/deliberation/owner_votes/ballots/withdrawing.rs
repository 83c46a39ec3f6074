//! How a ballot is taken back, or taken out of those that count since its paper was wrong.

use serde_json::json;

use super::ballot_box::kept;
use super::casting::{Found, Letter, find, no_paper, of_letter, own_head, permitted};
use super::inputs::ChosenHead;
use super::model::{BallotRow, Capacity};
use super::settling::{Cast, SetAsideReason, counting};
use crate::access::authority::Authority;
use crate::access::permissions::resource::OwnerVotes;
use crate::access::scope::Authorized;
use crate::changes::reply::Reply;
use crate::changes::write::{Record, Tx, Written};
use crate::http::codes;
use crate::http::etag::Target;
use crate::http::problem::{Problem, invalid};
use crate::resources::deliberation::owner_votes::model::OwnerVoteFields;
use crate::resources::deliberation::owner_votes::plan::Replacement;
use crate::resources::deliberation::owner_votes::records::BallotChannel;
use crate::resources::deliberation::owner_votes::store::{ballots, heads};

/// Takes a ballot out of those that count, since its paper was taken in or entered wrongly: the one counts again that it had
/// taken the place of.
pub async fn void(
    tx: &Tx,
    who: &Authority,
    vote: &OwnerVoteFields,
    (head, receipt): (i32, &str),
) -> Result<Vec<Record>, Problem> {
    heads::lock(tx, vote.id, head).await?;
    let ballots = ballots::of_head(tx, vote.id, head).await?;
    let Some(voided) = ballots.iter().find(|ballot| ballot.receipt == receipt) else {
        return Err(Problem::internal("the ballot of a paper is not in the box"));
    };
    // What the head took back itself stays taken back, with all that it had said before.
    if voided.set_aside.is_some_and(SetAsideReason::is_withdrawal) {
        return Ok(Vec::new());
    }
    ballots::set_aside(tx, voided.id, (SetAsideReason::Voided, who.now)).await?;
    let left: Vec<&BallotRow> = ballots.iter().filter(|ballot| ballot.id != voided.id).collect();
    let known: Vec<Cast> = left.iter().map(|ballot| ballot.cast()).collect();
    let again = counting(&known, vote.plan.replacement).map(|at| left[at]).filter(|again| !again.counts);
    if let Some(again) = again {
        ballots::count_again(tx, again.id).await?;
    }
    let kept = |one: &BallotRow| json!({"head": one.head, "channel": one.channel, "receipt": one.receipt});
    Ok(vec![Record::part(vote, "ballots", Some(&kept(voided)), &again.map(kept))?])
}

/// Takes back what was said for a head.
pub async fn withdraw(tx: &Tx, who: &Authorized<OwnerVotes>, target: &Target, body: &ChosenHead) -> Result<Written, Problem> {
    let vote = permitted(tx, who, target).await?;
    let found = find(tx, who, &vote, body.head).await?;
    withdraw_for(tx, who, (&vote, found)).await
}

async fn withdraw_for(tx: &Tx, who: &Authority, (vote, found): (&OwnerVoteFields, Found)) -> Result<Written, Problem> {
    no_paper(tx, &found).await?;
    let counting = found.ballots.iter().find(|ballot| ballot.counts);
    // A proxy takes back what they said, and not what the owner said.
    let own = |ballot: &&BallotRow| found.capacity == Capacity::Agent || ballot.channel == BallotChannel::Proxy;
    let Some(counting) = counting.filter(own).filter(|_| vote.plan.replacement == Replacement::Last) else {
        return invalid("", &codes::NOT_APPLICABLE);
    };
    let reason = match found.capacity {
        Capacity::Proxy => SetAsideReason::WithdrawnByProxy,
        _ => SetAsideReason::Withdrawn,
    };
    ballots::set_aside(tx, counting.id, (reason, who.now)).await?;
    let audited = Record::part(vote, "ballots", Some(&kept(counting)), &None::<()>)?;
    let mut ballots = ballots::of_head(tx, vote.id, found.head.head).await?;
    ballots.retain(|ballot| !found.by_letter || ballot.letters == found.head.letters);
    let shown = own_head(&found.head, found.capacity, None, ballots);
    Ok(Written { records: vec![audited], reply: Reply::ok(vote.version, &shown)?, undo: false })
}

/// Takes back what was said for the head of a letter.
pub async fn withdraw_by_letter(tx: &Tx, who: &Authorized<OwnerVotes>, letter: &Letter) -> Result<Written, Problem> {
    let (vote, found) = of_letter(tx, who, letter).await?;
    withdraw_for(tx, who, (&vote, found)).await
}
