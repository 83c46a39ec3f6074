//! How an opinion is given, changed and taken back, and who is told whose it is.

use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use serde_json::json;
use uuid::Uuid;

use super::inputs::{NewOpinion, OpinionWithdrawal};
use super::model::{OpinionAuthor, OpinionRow};
use crate::access::actor::{Grant, Role};
use crate::access::authority::Authority;
use crate::access::code::JurisdictionCode;
use crate::access::permissions::resource::Consultations;
use crate::access::protected_parts::protected_fault;
use crate::access::scope::Authorized;
use crate::changes::lifecycle::permit;
use crate::changes::reply::Reply;
use crate::changes::write::{Record, Tx, Written};
use crate::http::codes;
use crate::http::etag::Target;
use crate::http::problem::{FieldError, Problem, invalid};
use crate::resources::deliberation::consultations::model::ConsultationFields;
use crate::resources::deliberation::consultations::store::opinions as store;

/// So often an hour somebody says something else.
const MOST_EDITS: i32 = 5;

/// Keeps an opinion, in place of one that was given before.
pub async fn give(tx: &Tx, who: &Authorized<Consultations>, target: &Target, body: NewOpinion) -> Result<Written, Problem> {
    let consultation = open(tx, who, target.id).await?;
    let id = consultation.id;
    Problem::fail_if_any(faults(&consultation, &body, who))?;
    let new = OpinionRow {
        id: Uuid::new_v4(),
        consultation_id: id,
        author: who.actor.caller.clone(),
        organization_id: who.actor.organization.filter(|_| body.for_organization),
        option_id: body.option_id,
        text: body.text,
        group_id: None,
        nonce: Uuid::new_v4(),
        given_on: who.today(),
        edits: 0,
        edits_since: hour(who.now),
        withdrawn: false,
        version: 1,
    };
    if store::insert(tx, &new).await? {
        target.preconditions.honor(0)?;
        return told(&consultation, None, new, who);
    }
    let author = (new.author.as_str(), new.organization_id);
    let before = store::lock_own(tx, id, author).await?.ok_or_else(|| Problem::internal("an opinion that was there is gone"))?;
    target.preconditions.honor(before.version)?;
    let after = edited(&before, new, who)?;
    store::save(tx, &after).await?;
    told(&consultation, Some(&before), after, who)
}

/// A consultation that takes opinions.
async fn open(tx: &Tx, who: &Authorized<Consultations>, id: Uuid) -> Result<ConsultationFields, Problem> {
    let consultation = store::lock_consultation(tx, who, id).await?;
    permit(&consultation, who)?;
    Ok(consultation)
}

/// The hour of a time: more would tell who spoke when.
fn hour(at: DateTime<Utc>) -> DateTime<Utc> {
    at.duration_trunc(TimeDelta::hours(1)).unwrap_or(at)
}

fn faults(consultation: &ConsultationFields, body: &NewOpinion, who: &Authority) -> Vec<FieldError> {
    let mut errors = Vec::new();
    if body.option_id.is_none() && body.text.is_none() {
        let place = if consultation.options.is_empty() { "/text" } else { "/option_id" };
        errors.push(FieldError::at(place, &codes::REQUIRED));
    }
    if body.option_id.is_some_and(|id| consultation.options.0.iter().all(|option| option.id != id)) {
        errors.push(FieldError::at("/option_id", &codes::UNKNOWN_RECORD));
    }
    if body.for_organization && !who.speaks_for_organization(consultation.jurisdiction) {
        errors.push(FieldError::at("/for_organization", &codes::NOT_ALLOWED));
    }
    errors.extend(protected_fault("/text", body.text.as_deref(), &[], &body.confirmed));
    errors
}

/// What was said before with what is said now, not too often.
fn edited(before: &OpinionRow, new: OpinionRow, who: &Authority) -> Result<OpinionRow, Problem> {
    let within = who.now - before.edits_since < TimeDelta::hours(1);
    let (edits, edits_since) = if within { (before.edits + 1, before.edits_since) } else { (1, hour(who.now)) };
    if edits > MOST_EDITS {
        let again = (before.edits_since + TimeDelta::hours(1)).to_rfc3339();
        let fault = FieldError::at("", &codes::CHANGED_TOO_OFTEN).with("limit", MOST_EDITS).with("again", again);
        return Err(Problem::invalid(vec![fault]));
    }
    let (id, version) = (before.id, before.version + 1);
    Ok(OpinionRow { id, version, edits, edits_since, ..new })
}

fn told(
    consultation: &ConsultationFields,
    before: Option<&OpinionRow>,
    after: OpinionRow,
    who: &Authority,
) -> Result<Written, Problem> {
    let audited = Record::part(consultation, "opinions", before.map(kept).as_ref(), &kept(&after))?;
    let reply = Reply::ok(after.version, &after.shown(who, false))?;
    Ok(Written { records: vec![audited], reply, undo: false })
}

/// What the audit keeps.
fn kept(row: &OpinionRow) -> serde_json::Value {
    json!({"hash": row.hash()})
}

/// Takes an opinion back, while opinions are taken.
pub async fn withdraw(
    tx: &Tx,
    who: &Authorized<Consultations>,
    target: &Target,
    body: &OpinionWithdrawal,
) -> Result<Written, Problem> {
    let consultation = open(tx, who, target.id).await?;
    if body.for_organization && !who.speaks_for_organization(consultation.jurisdiction) {
        return invalid("/for_organization", &codes::NOT_ALLOWED);
    }
    let organization = who.actor.organization.filter(|_| body.for_organization);
    let known = store::lock_own(tx, consultation.id, (&who.actor.caller, organization)).await?;
    let Some(before) = known.filter(|known| !known.withdrawn) else { return invalid("", &codes::NOT_APPLICABLE) };
    target.preconditions.honor(before.version)?;
    let version = before.version + 1;
    let after = OpinionRow { withdrawn: true, option_id: None, text: None, group_id: None, version, ..before.clone() };
    store::save(tx, &after).await?;
    let audited = Record::part(&consultation, "opinions", Some(&kept(&before)), &None::<()>)?;
    let reply = Reply::ok(after.version, &after.shown(who, false))?;
    Ok(Written { records: vec![audited], reply, undo: false })
}

impl Authority {
    /// True for a member of an organization in whose name they may do this, for a place or below it.
    fn speaks_for_organization(&self, place: JurisdictionCode) -> bool {
        let here = |grant: &Grant| grant.jurisdiction.contains(&place) || place.contains(&grant.jurisdiction);
        let is_member = self.actor.grants.iter().any(|grant| grant.role == Role::OrganizationMember && here(grant));
        self.actor.organization.is_some() && is_member
    }
}

/// Who said something. The audit keeps who asked, and what for.
pub async fn author(
    tx: &Tx,
    who: &Authorized<Consultations>,
    (id, opinion): (Uuid, Uuid),
) -> Result<(ConsultationFields, OpinionAuthor), Problem> {
    let consultation = store::lock_within(tx, who, id).await?;
    let found = store::author(tx, id, opinion).await?;
    let fault =
        || Problem::new(&codes::INVALID_PARAMETER).errors(vec![FieldError::parameter("opinion_id", &codes::UNKNOWN_RECORD)]);
    Ok((consultation, OpinionAuthor { opinion_id: opinion, author: found.ok_or_else(fault)? }))
}
