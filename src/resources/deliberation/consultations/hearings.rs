//! Meetings at which residents are heard.

use uuid::Uuid;

use super::inputs::{HearingCancellation, HearingRecord, NewHearing};
use super::model::{ConsultationFields, Hearing};
use super::states::ConsultationStatus;
use crate::access::authority::Authority;
use crate::access::protected_parts::protected_fault;
use crate::http::codes;
use crate::http::json::replace;
use crate::http::problem::{FieldError, Problem, invalid};

/// As many as a consultation has.
const MOST_HEARINGS: usize = 20;

pub fn add(to: &mut ConsultationFields, body: NewHearing, who: &Authority) -> Result<(), Problem> {
    let mut errors = Vec::new();
    if to.hearings.0.len() >= MOST_HEARINGS {
        errors.push(FieldError::at("", &codes::MAX_ITEMS).with("limit", MOST_HEARINGS));
    }
    if body.starts_at < who.now {
        errors.push(FieldError::at("/starts_at", &codes::TOO_EARLY).with("limit", who.now.to_rfc3339()));
    }
    // What a draft says is looked at when it is opened.
    if to.status != ConsultationStatus::Draft {
        errors.extend(protected_fault("/place", [body.place.as_str()], &[], &body.confirmed));
    }
    Problem::fail_if_any(errors)?;
    let NewHearing { starts_at, place, .. } = body;
    to.hearings.0.push(Hearing { id: Uuid::now_v7(), starts_at, place, attendees: None, summary: None, called_off: None });
    Ok(())
}

/// Records what was said; what was recorded wrongly is recorded anew.
pub fn record(to: &mut ConsultationFields, body: HearingRecord, who: &Authority) -> Result<(), Problem> {
    let hearing = found(to, body.hearing_id)?;
    if hearing.starts_at > who.now {
        return invalid("/hearing_id", &codes::NOT_YET);
    }
    (hearing.attendees, hearing.summary) = (Some(body.attendees), Some(body.summary));
    Ok(())
}

pub fn call_off(to: &mut ConsultationFields, body: HearingCancellation) -> Result<(), Problem> {
    let hearing = found(to, body.hearing_id)?;
    if hearing.attendees.is_some() {
        return invalid("/hearing_id", &codes::ALREADY_DONE);
    }
    let told = protected_fault("/reason", [body.reason.as_str()], &[], &body.confirmed);
    Problem::fail_if_any(told)?;
    hearing.called_off = Some(body.reason);
    Ok(())
}

/// Says otherwise where a meeting is, or what was said there.
pub fn redact(to: &mut ConsultationFields, id: Uuid, (place, summary): (Option<String>, Option<String>)) -> Result<(), Problem> {
    let hearing = found(to, id)?;
    if summary.is_some() && hearing.summary.is_none() {
        return invalid("/summary", &codes::NOT_APPLICABLE);
    }
    replace(&mut hearing.place, place);
    hearing.summary = summary.or(hearing.summary.take());
    Ok(())
}

/// One that was not called off.
fn found(to: &mut ConsultationFields, id: Uuid) -> Result<&mut Hearing, Problem> {
    let known = to.hearings.0.iter_mut().find(|hearing| hearing.id == id && hearing.called_off.is_none());
    known.ok_or_else(|| Problem::invalid(vec![FieldError::at("/hearing_id", &codes::UNKNOWN_RECORD)]))
}
