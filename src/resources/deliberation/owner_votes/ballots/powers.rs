//! Who votes for a head: whoever has its letter, and whoever was given a power.

use futures_util::try_join;
use serde_json::json;
use uuid::Uuid;

use super::casting::{own_head, permitted};
use super::inputs::{LetterCode, NewPower, PowerRevocation};
use super::model::{Capacity, HeadRow};
use crate::access::authority::Authority;
use crate::access::permissions::resource::OwnerVotes;
use crate::access::scope::Authorized;
use crate::changes::lifecycle::permit;
use crate::changes::reply::Reply;
use crate::changes::write::{Record, Tx, Written};
use crate::http::codes;
use crate::http::etag::Target;
use crate::http::normal_form::label;
use crate::http::problem::{FieldError, Problem, invalid};
use crate::resources::deliberation::owner_votes::keys::VoteKeys;
use crate::resources::deliberation::owner_votes::model::OwnerVoteFields;
use crate::resources::deliberation::owner_votes::store::powers::PowerRow;
use crate::resources::deliberation::owner_votes::store::{self, ballots, heads, powers as given};
use crate::resources::reference::rules::names::RuleName;
use crate::resources::reference::rules::place::PlaceRules;

/// Whoever types what stands on a letter votes for that head.
pub async fn link(tx: &Tx, who: &Authorized<OwnerVotes>, keys: &VoteKeys, body: LetterCode) -> Result<Written, Problem> {
    let wrong = || invalid("/code", &codes::WRONG_CODE);
    let unit = [&body.building, &body.entrance, &body.number].map(|part| label(part));
    let Some((vote, head)) = store::lock_of_unit(tx, body.vote_id, &unit).await? else { return wrong() };
    let Some(head) = heads::lock(tx, vote.id, head).await? else { return wrong() };
    if !head.has_letter(keys, &body.code) {
        return wrong();
    }
    permit(&vote, who)?;
    let caller = who.actor.caller.as_str();
    // Whoever has seen a half on a screen has no letter.
    if [&head.printed_by, &head.completed_by].into_iter().any(|by| by.as_deref() == Some(caller)) {
        return invalid("", &codes::SECOND_PERSON);
    }
    // Nor does whoever recorded for whom it votes.
    if given::has_recorded(tx, (vote.id, head.head), caller).await? {
        return invalid("", &codes::OWN_MATTER);
    }
    match head.agent.as_deref() {
        Some(agent) if agent == caller => {}
        Some(_) => return invalid("/code", &codes::LETTER_USED),
        None => {
            heads::set_agent(tx, (vote.id, head.head), caller).await?;
            Problem::fail_if_any(limit_fault(tx, who, &vote, (Some(caller), head.head, "/code")).await?)?;
        }
    }
    let (proxy, ballots) = try_join!(given::proxy_of(tx, vote.id, head.head), ballots::of_head(tx, vote.id, head.head))?;
    let shown = own_head(&head, Capacity::Agent, proxy.map(|proxy| proxy.head), ballots);
    let audited = Record::part(&vote, "agents", None::<&()>, &json!({"head": head.head, "letter": head.letters}))?;
    Ok(Written { records: vec![audited], reply: Reply::ok(vote.version, &shown)?, undo: false })
}

/// Lets the owner of another head vote for one.
pub async fn give(tx: &Tx, who: &Authorized<OwnerVotes>, target: &Target, body: NewPower) -> Result<Written, Problem> {
    let vote = permitted(tx, who, target).await?;
    let both = heads::lock_many(tx, vote.id, &[body.head, body.proxy]).await?;
    let named = |head: i32| both.iter().find(|one| one.head == head);
    let head = own(who, &vote, (named(body.head), Some(body.paper.is_some())))?;
    let proxy = named(body.proxy).filter(|proxy| proxy.head != head.head);
    let Some(proxy) = proxy else { return invalid("/proxy", &codes::UNKNOWN_RECORD) };
    if proxy.agent.is_none() && body.paper.is_none() {
        return invalid("/proxy", &codes::NOBODY_VOTES);
    }
    let holds = match &body.paper {
        None => {
            given::end(tx, (vote.id, body.head), who.now).await?;
            give_anew(tx, who, vote.id, &body).await?;
            true
        }
        Some(paper) => record_power(tx, who, (&vote, proxy), (&body, paper)).await?,
    };
    if holds {
        Problem::fail_if_any(limit_fault(tx, who, &vote, (proxy.agent.as_deref(), body.proxy, "/proxy")).await?)?;
    }
    let kept = json!({"head": body.head, "proxy": body.proxy, "paper": body.paper, "holds": holds});
    let audited = Record::part(&vote, "powers", None::<&()>, &kept)?;
    let ballots = ballots::of_head(tx, vote.id, body.head).await?;
    let shown = own_head(head, Capacity::Agent, holds.then_some(body.proxy), told(who, &vote, ballots));
    Ok(Written { records: vec![audited], reply: Reply::ok(vote.version, &shown)?, undo: false })
}

async fn give_anew(tx: &Tx, who: &Authority, vote: Uuid, power: &NewPower) -> Result<(), Problem> {
    let recorded_by = power.paper.is_some().then_some(who.actor.caller.as_str());
    given::insert(tx, (vote, power), (recorded_by, who.now)).await
}

/// Records a power that somebody gave in writing; says whether it holds: two persons have recorded the same, neither of whom votes
/// by it.
async fn record_power(
    tx: &Tx,
    who: &Authority,
    (vote, proxy): (&OwnerVoteFields, &HeadRow),
    (body, paper): (&NewPower, &str),
) -> Result<bool, Problem> {
    let caller = who.actor.caller.as_str();
    if proxy.agent.as_deref() == Some(caller) {
        return invalid("/proxy", &codes::OWN_MATTER);
    }
    let Some(known) = given::of_head(tx, vote.id, body.head).await? else {
        give_anew(tx, who, vote.id, body).await?;
        return Ok(false);
    };
    match known.recorded_by.as_deref() {
        Some(by) if (known.proxy, known.paper.as_deref()) == (body.proxy, Some(paper)) => {
            if by == caller {
                return invalid("", &codes::SECOND_PERSON);
            }
            given::confirm(tx, known.id, (caller, who.now)).await?;
            Ok(true)
        }
        Some(_) if !known.holds => invalid("/paper", &codes::RECORDED_OTHERWISE),
        // What was given before is taken back first, and by an owner with an account only by that.
        _ => invalid("/head", &codes::POWER_GIVEN),
    }
}

/// Why somebody does not vote for another head: with the letters and the powers of others, and with what they have cast for some, they
/// vote for enough persons.
pub async fn limit_fault(
    tx: &Tx,
    who: &Authority,
    vote: &OwnerVoteFields,
    (agent, head, place): (Option<&str>, i32, &'static str),
) -> Result<Option<FieldError>, Problem> {
    let persons = given::votes_for(tx, vote.id, (agent, head)).await?;
    // One of them is they themselves.
    if persons <= 1 {
        return Ok(None);
    }
    let rules = PlaceRules::at(tx.connection(), vote.jurisdiction, who.today()).await?;
    let limit = rules.value(RuleName::VoteProxyPrincipals);
    Ok((persons > limit + 1).then(|| FieldError::at(place, &codes::TOO_MANY_PRINCIPALS).with("limit", limit)))
}

/// Takes a power back; what was said by it stays until something else is said.
pub async fn revoke(tx: &Tx, who: &Authorized<OwnerVotes>, target: &Target, body: &PowerRevocation) -> Result<Written, Problem> {
    let vote = permitted(tx, who, target).await?;
    let locked = heads::lock(tx, vote.id, body.head).await?;
    let head = own(who, &vote, (locked.as_ref(), None))?;
    let is_own = head.agent.as_deref() == Some(who.actor.caller.as_str());
    let Some(power) = given::of_head(tx, vote.id, body.head).await? else { return invalid("/head", &codes::NOT_APPLICABLE) };
    let ends = is_own || ends_by_office(tx, who, &power, body.paper.as_deref()).await?;
    if ends {
        given::end(tx, (vote.id, body.head), who.now).await?;
    }
    let audited =
        Record::part(&vote, "powers", Some(&json!({"head": body.head, "paper": body.paper, "ends": ends})), &None::<()>)?;
    let ballots = ballots::of_head(tx, vote.id, body.head).await?;
    let proxy = (!ends).then_some(power.proxy);
    let shown = own_head(head, Capacity::Agent, proxy, told(who, &vote, ballots));
    Ok(Written { records: vec![audited], reply: Reply::ok(vote.version, &shown)?, undo: false })
}

/// Whether an office ends a power: what two persons have recorded two end, by the same paper; what waits for the second one, one.
async fn ends_by_office(tx: &Tx, who: &Authority, power: &PowerRow, paper: Option<&str>) -> Result<bool, Problem> {
    let caller = who.actor.caller.as_str();
    let paper = match (power.paper.is_some(), power.holds, paper) {
        // What an owner gave with an account no office takes back.
        (false, ..) => return invalid("/head", &codes::NOT_YOUR_HEAD),
        (true, false, _) => return Ok(true),
        (true, true, None) => return invalid("/paper", &codes::REQUIRED),
        (true, true, Some(paper)) => paper,
    };
    match power.ending_by.as_deref().filter(|_| power.ending_paper.as_deref() == Some(paper)) {
        Some(by) if by == caller => invalid("", &codes::SECOND_PERSON),
        Some(_) => Ok(true),
        // Whoever reads another number begins anew: a slip of one keeps nobody's power.
        None => given::begin_to_end(tx, power.id, (caller, paper)).await.map(|()| false),
    }
}

/// A head whose power is given or taken back: by whoever votes for it, or recorded in an office from a paper. It is locked.
fn own<'a>(
    who: &Authority,
    vote: &OwnerVoteFields,
    (head, by_paper): (Option<&'a HeadRow>, Option<bool>),
) -> Result<&'a HeadRow, Problem> {
    let in_office = who.acting_level(who.action, &vote.jurisdiction).is_some();
    let is_own = |head: &HeadRow| head.agent.as_deref() == Some(who.actor.caller.as_str());
    match head {
        Some(head) if is_own(head) && by_paper != Some(true) => Ok(head),
        Some(head) if in_office && by_paper != Some(false) => Ok(head),
        Some(_) if in_office => invalid("/paper", &codes::REQUIRED),
        None if in_office => invalid("/head", &codes::UNKNOWN_RECORD),
        _ => invalid("/head", &codes::NOT_YOUR_HEAD),
    }
}

/// What is told of a head's ballots: nothing to an office.
fn told<T>(who: &Authority, vote: &OwnerVoteFields, ballots: Vec<T>) -> Vec<T> {
    if who.acting_level(who.action, &vote.jurisdiction).is_some() { Vec::new() } else { ballots }
}
