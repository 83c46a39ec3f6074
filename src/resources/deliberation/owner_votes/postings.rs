//! What hangs in the estate, and for how many days it has (Qingdao's regulation, article 92).

use std::collections::BTreeSet;

use chrono::NaiveDate;
use uuid::Uuid;

use super::command::Facts;
use super::inputs::{NewPosting, OtherPosting, PostingStrike};
use super::model::{OwnerVoteFields, Posting, PostingKind};
use super::states::OwnerVoteStatus;
use crate::access::authority::Authority;
use crate::calendar::civil_date;
use crate::http::codes;
use crate::http::problem::{FieldError, Problem, invalid};
use crate::resources::reference::rules::names::RuleName;

/// As much as a vote keeps.
pub const MOST_POSTINGS: usize = 100;
/// No day is counted that lies further back.
const LONGEST: usize = 400;

impl OwnerVoteFields {
    /// On how many days, up to yesterday, something has hung anywhere that was put up on a day or later: each day counts, the one
    /// on which it was put up too.
    pub fn days_hung(&self, kind: PostingKind, from: NaiveDate, today: NaiveDate) -> usize {
        let days = |posting: &Posting| {
            let last = posting.until_on;
            posting.from_on.iter_days().take(LONGEST).take_while(move |day| *day <= last && *day < today)
        };
        self.put_up(kind, from).flat_map(days).collect::<BTreeSet<_>>().len()
    }

    /// What was put up on a day or later and not torn off.
    pub fn put_up(&self, kind: PostingKind, from: NaiveDate) -> impl Iterator<Item = &Posting> {
        let counts = move |posting: &&Posting| posting.kind == kind && posting.struck.is_none() && posting.from_on >= from;
        self.postings.0.iter().filter(counts)
    }
}

/// Something hangs from today on, for as long as the rule says at least.
pub fn post(
    vote: &mut OwnerVoteFields,
    kind: PostingKind,
    new: NewPosting,
    facts: &Facts,
    who: &Authority,
) -> Option<FieldError> {
    let is_first_roll = kind == PostingKind::Roll && vote.preparation.roll_published_on.is_none();
    let rule = if is_first_roll { vote.roll_rule() } else { RuleName::VotePostingDays };
    let days = facts.place.value(rule).unsigned_abs();
    let least = who.today().checked_add_days(chrono::Days::new(days.saturating_sub(1)));
    if let Some(fault) = FieldError::before("/posting/until_on", new.until_on, least) {
        return Some(fault.with("rule", rule.as_str()));
    }
    let NewPosting { place, until_on, evidence } = new;
    vote.postings.0.push(Posting { id: Uuid::now_v7(), kind, place, from_on: who.today(), until_on, evidence, struck: None });
    None
}

/// Something hangs at another place too, or did.
pub fn add(vote: &mut OwnerVoteFields, body: OtherPosting, who: &Authority) -> Result<(), Problem> {
    let mut errors: Vec<_> = FieldError::after("/from_on", body.from_on, Some(who.today())).into_iter().collect();
    errors.extend(FieldError::before("/until_on", body.until_on, Some(body.from_on)));
    // That something has hung already is shown.
    if body.from_on < who.today() && body.evidence.is_none() {
        errors.push(FieldError::at("/evidence", &codes::REQUIRED));
    }
    let first = match body.kind {
        PostingKind::Roll => vote.preparation.roll_published_on,
        PostingKind::Announcement => vote.announced_at.map(civil_date),
        PostingKind::Result => vote.counted_at.map(civil_date),
    };
    match first {
        None => errors.push(FieldError::at("/kind", &codes::NOT_YET)),
        Some(first) => errors.extend(FieldError::before("/from_on", body.from_on, Some(first))),
    }
    if vote.postings.0.len() >= MOST_POSTINGS {
        errors.push(FieldError::at("", &codes::MAX_ITEMS).with("limit", MOST_POSTINGS));
    }
    Problem::fail_if_any(errors)?;
    let OtherPosting { kind, place, from_on, until_on, evidence } = body;
    vote.postings.0.push(Posting { id: Uuid::now_v7(), kind, place, from_on, until_on, evidence, struck: None });
    Ok(())
}

/// What does not count, such as one that was torn off.
pub fn strike(vote: &mut OwnerVoteFields, body: &PostingStrike) -> Result<(), Problem> {
    let lasts = matches!(vote.status, OwnerVoteStatus::Announced | OwnerVoteStatus::Voting);
    let hangs = |posting: &&Posting| posting.kind == PostingKind::Announcement && posting.struck.is_none();
    let mut hanging = vote.postings.0.iter().filter(hangs);
    if lasts && hanging.next().is_some_and(|one| one.id == body.posting_id) && hanging.next().is_none() {
        return invalid("/posting_id", &codes::LAST_POSTING);
    }
    match vote.postings.0.iter_mut().find(|posting| posting.id == body.posting_id) {
        None => invalid("/posting_id", &codes::UNKNOWN_RECORD),
        Some(posting) if posting.struck.is_some() => invalid("/posting_id", &codes::ALREADY_DONE),
        Some(posting) => {
            posting.struck = Some(body.reason.clone());
            Ok(())
        }
    }
}
