//! How a vote is announced: its roll and what is voted on are fixed from then on.

use chrono::Days;
use serde_json::json;

use super::canonical::canonical_of;
use super::command::Facts;
use super::inputs::VoteAnnouncement;
use super::merkle::sha256;
use super::model::{OwnerVoteFields, PostingKind};
use super::postings::post;
use super::records::Manifest;
use super::roll::RollSummary;
use super::sealing::BoxKey;
use crate::access::authority::Authority;
use crate::calendar::civil_date;
use crate::http::codes;
use crate::http::problem::{FieldError, Problem};
use crate::resources::reference::rules::names::RuleName;

/// Freezes the roll and what is voted on.
pub fn announce(
    vote: &mut OwnerVoteFields,
    (body, key): (VoteAnnouncement, BoxKey),
    facts: &Facts,
    who: &Authority,
) -> Result<(), Problem> {
    let mut errors = announcement_faults(vote, &body, facts, who);
    if !facts.serves {
        errors.push(FieldError::at("", &codes::NO_COMMITTEE));
    }
    errors.extend(post(vote, PostingKind::Announcement, body.posting, facts, who));
    Problem::fail_if_any(errors)?;
    let roll = vote.roll.get()?.clone().ok_or_else(|| Problem::internal("a published vote has no roll"))?;
    if facts.frozen.as_ref() != Some(&roll) {
        return Err(Problem::internal(format!("the roll of vote {} is not what was published", vote.id)));
    }
    vote.roll_hash = Some(sha256(&roll.line().map_err(Problem::internal)?));
    vote.manifest_hash = Some(vote.manifest(roll, String::new(), Vec::new())?.hash().map_err(Problem::internal)?);
    vote.announced_at = Some(who.now);
    vote.box_key.0 = Some(key);
    let preparation = &mut vote.preparation.0;
    (preparation.observer, preparation.committee_told_on) = (Some(body.observer), Some(body.committee_told_on));
    Ok(())
}

/// Enough owners have asked for it, and from the announcement to the first day there are as many whole days as the law wants.
fn announcement_faults(vote: &OwnerVoteFields, body: &VoteAnnouncement, facts: &Facts, who: &Authority) -> Vec<FieldError> {
    let mut errors = Vec::new();
    let roll = vote.roll.get().ok().and_then(Option::as_ref);
    if let (Some(request), Some(roll)) = (&vote.preparation.request, roll)
        && request.heads.saturating_mul(5) < roll.heads
    {
        errors.push(FieldError::at("", &codes::TOO_FEW_ASK).with("heads", request.heads).with("total", roll.heads));
    }
    let notice = facts.place.value(RuleName::VoteNoticeDays).unsigned_abs();
    let first = who.today().checked_add_days(Days::new(notice + 1));
    let early = FieldError::before("/starts_at", civil_date(vote.starts_at), first);
    errors.extend(early.map(|fault| fault.with("rule", RuleName::VoteNoticeDays.as_str())));
    errors.extend(who.day_faults("/committee_told_on", body.committee_told_on, Some(vote.plan.cause_on)));
    errors
}

impl OwnerVoteFields {
    /// For how many days its roll hangs at first.
    pub fn roll_rule(&self) -> RuleName {
        if self.plan.first_assembly { RuleName::VoteFirstRollDays } else { RuleName::VoteRollDays }
    }

    /// What is announced, in one line: with the box and those whom the ballot reached once they are known.
    pub fn manifest(&self, roll: RollSummary, box_root: String, delivered: Vec<i64>) -> Result<Manifest, Problem> {
        Ok(Manifest {
            box_root,
            heads_basis: self.plan.heads_basis,
            roll,
            secrecy: self.plan.secrecy,
            silence: self.plan.silence.as_ref().map(|silence| silence.counted(delivered)),
            t: "manifest".to_owned(),
            topics: self.plan.counted(),
            v: 1,
            plan_hash: Some(sha256(&self.plan_line()?)),
            vote: self.id,
        })
    }

    /// All that is voted on and by which rules, with every text, in one line.
    pub fn plan_line(&self) -> Result<String, Problem> {
        let plan = json!({
            "ends_at": self.preparation.extended_from.unwrap_or(self.ends_at), "estate": self.estate_id,
            "organization": self.organization_id, "plan": self.plan.0, "starts_at": self.starts_at, "title": self.title, "vote": self.id
        });
        canonical_of(&plan).map_err(Problem::internal)
    }
}
