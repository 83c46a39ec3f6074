//! The minutes of a meeting: drafted, signed, published, objected to.

use aws_lc_rs::digest::{SHA256, digest};
use chrono::NaiveDate;
use data_encoding::HEXLOWER;
use uuid::Uuid;

use super::calling::defer_rest;
use super::text::draft;
use crate::access::authority::Authority;
use crate::access::permissions::Action;
use crate::access::protected_parts::protected_fault;
use crate::calendar::term::last_calendar_day;
use crate::http::codes;
use crate::http::problem::{FieldError, Problem, invalid};
use crate::resources::deliberation::council_meetings::command::{Facts, Meeting};
use crate::resources::deliberation::council_meetings::inputs::{
    MinutesPublication, MinutesRemarks, NewMeetingObjection, NewMinutesSignature, ObjectionAnswer, StruckSignature,
};
use crate::resources::deliberation::council_meetings::record::{MeetingMinutes, MinutesSignature, SignatureStrike};
use crate::resources::deliberation::council_meetings::states::CouncilMeetingStatus;
use crate::resources::deliberation::council_meetings::texts::{EarlierText, Objection};
use crate::resources::reference::rules::names::RuleName;

/// As many objections as a meeting takes, and as many of one person.
const MOST_OBJECTIONS: usize = 500;
const MOST_OWN: usize = 3;
/// So many texts take the place of one another.
const MOST_TEXTS: usize = 20;
const MOST_STRIKES: usize = 100;

/// Ends the meeting: everybody leaves, what is left is deferred, and the minutes are drafted.
pub fn conclude(meeting: &mut Meeting<'_>, facts: &Facts, who: &Authority) {
    meeting.everybody_leaves(who.now);
    defer_rest(meeting);
    meeting.fields.concluded_at = Some(who.now);
    meeting.texts.recorded_by.add(Action::Conclude, who);
    let sign_due_on = facts.place.last_working_day(who.today(), RuleName::CouncilMinutesDays);
    meeting.record.minutes =
        Some(MeetingMinutes { hash: String::new(), sign_due_on, signatures: Vec::new(), struck: Vec::new() });
    redraft(meeting);
}

/// Writes the minutes anew from what is recorded.
pub fn redraft(meeting: &mut Meeting<'_>) {
    let text = draft(meeting);
    if let Some(minutes) = &mut meeting.record.minutes {
        minutes.hash = hash(&text, meeting.texts.remarks.as_deref());
        meeting.texts.minutes = Some(text);
    }
}

fn hash(text: &str, remarks: Option<&str>) -> String {
    let whole = format!("{}\n{text}{}", text.len(), remarks.unwrap_or_default());
    HEXLOWER.encode(digest(&SHA256, whole.as_bytes()).as_ref())
}

pub fn remark(meeting: &mut Meeting<'_>, body: MinutesRemarks) {
    meeting.texts.remarks = Some(body.remarks);
    redraft(meeting);
}

/// A seat that was there signs what it has read.
pub fn sign(meeting: &mut Meeting<'_>, body: NewMinutesSignature, facts: &Facts, who: &Authority) -> Result<(), Problem> {
    let mut errors: Vec<_> = meeting.seat_fault(body.position, who).into_iter().collect();
    // Only somebody who was there knows whether they are right.
    let attendance = meeting.attendance();
    let own = meeting.fields.delegate_of(body.position, who).filter(|known| attendance.came(body.position, known.id));
    let delegate_id = own.map(|known| known.id);
    let by_themselves = body.paper.is_none();
    if errors.is_empty() {
        match (by_themselves, delegate_id, meeting.is_member(who)) {
            // A member records no paper, and signs only as somebody who speaks for the seat.
            (false, _, true) => errors.push(FieldError::at("/paper", &codes::NOT_ALLOWED)),
            (true, None, true) => errors.push(FieldError::at("/position", &codes::NOT_ENTITLED)),
            (true, None, false) => errors.push(FieldError::at("/paper", &codes::REQUIRED)),
            (false, _, false) if meeting.speaks_itself(body.position) && !meeting.is_signing_over(who) => {
                errors.push(FieldError::at("/position", &codes::SPEAKS_ITSELF));
            }
            _ => {}
        }
        if !meeting.record.unsigned().contains(&body.position) {
            errors.push(FieldError::at("/position", &codes::NOT_APPLICABLE));
        }
    }
    let Some(minutes) = &mut meeting.record.minutes else { return invalid("", &codes::NOT_APPLICABLE) };
    if minutes.hash != body.hash {
        errors.push(FieldError::at("/hash", &codes::OTHER_TEXT));
    }
    Problem::fail_if_any(errors)?;
    if !by_themselves {
        meeting.texts.recorded_by.add(Action::SignMinutes, who);
    }
    minutes.signatures.push(MinutesSignature {
        position: body.position,
        delegate_id: delegate_id.filter(|_| by_themselves),
        signed_at: who.now,
        dissent: body.dissent,
        paper: body.paper,
    });
    if meeting.record.unsigned().is_empty() {
        meeting.fields.status = CouncilMeetingStatus::MinutesSigned;
        meeting.record.publish_due_on = Some(facts.place.last_working_day(who.today(), RuleName::CouncilPublicationDays));
    }
    Ok(())
}

/// What was signed by mistake, or for a seat that did not sign, does not stand.
pub fn strike_signature(meeting: &mut Meeting<'_>, body: StruckSignature, facts: &Facts, who: &Authority) -> Result<(), Problem> {
    let in_office = !meeting.is_member(who);
    Problem::fail_if_any(meeting.seat_fault(body.position, who))?;
    let minutes = meeting.record.minutes.as_mut();
    let Some(minutes) = minutes else { return invalid("/position", &codes::UNKNOWN_RECORD) };
    let Some(at) = minutes.signatures.iter().position(|one| one.position == body.position) else {
        return invalid("/position", &codes::UNKNOWN_RECORD);
    };
    // What a seat has signed by itself only the seat takes back.
    if in_office && minutes.signatures[at].delegate_id.is_some() {
        return invalid("/position", &codes::SPEAKS_ITSELF);
    }
    let signature = minutes.signatures.remove(at);
    // The seat has time again, once: nobody keeps the minutes from the residents for good.
    if minutes.struck.iter().all(|known| known.signature.position != body.position) {
        minutes.sign_due_on = facts.place.last_working_day(who.today(), RuleName::CouncilMinutesDays);
    }
    minutes.struck.push(SignatureStrike { signature, reason: body.reason, at: who.now });
    let surplus = minutes.struck.len().saturating_sub(MOST_STRIKES);
    minutes.struck.drain(..surplus);
    meeting.record.publish_due_on = None;
    meeting.texts.recorded_by.add(Action::StrikeSignature, who);
    Ok(())
}

/// Lets residents read a text of its own. What looks like a person's data is confirmed part by part.
pub fn publish(meeting: &mut Meeting<'_>, body: MinutesPublication, facts: &Facts, who: &Authority) -> Result<(), Problem> {
    let title = body.public_title.as_ref().unwrap_or(&meeting.fields.title);
    let known = meeting.fields.delegates.0.iter().map(|known| known.name.as_str());
    let names: Vec<_> = known.chain(facts.names.iter().map(String::as_str)).collect();
    let fault = protected_fault("/public_text", [body.public_text.as_str(), title.as_str()], &names, &body.confirmed);
    Problem::fail_if_any(fault)?;
    let earlier = &mut meeting.texts.earlier;
    if let Some(public_text) = meeting.fields.public_text.replace(body.public_text) {
        if earlier.len() >= MOST_TEXTS {
            return invalid("", &codes::MAX_ITEMS);
        }
        earlier.push(EarlierText { public_text, until: who.now });
    }
    meeting.texts.public_title = body.public_title;
    // What tells something else gives new time; what only leaves something out does not.
    let is_first = meeting.fields.published_at.is_none();
    meeting.fields.published_at.get_or_insert(who.now);
    if is_first || !body.redaction {
        let days = facts.place.value(RuleName::CouncilObjectionDays);
        meeting.fields.objections_until = Some(last_calendar_day(who.today(), days));
    }
    Ok(())
}

pub fn object(meeting: &mut Meeting<'_>, body: NewMeetingObjection, who: &Authority) -> Result<(), Problem> {
    let caller = who.actor.caller.as_str();
    let all = &mut meeting.texts.objections;
    let own = all.iter().filter(|known| known.subject == caller).count();
    if own >= MOST_OWN || all.len() >= MOST_OBJECTIONS {
        let fault = FieldError::at("", &codes::MAX_ITEMS).with("limit", if own >= MOST_OWN { MOST_OWN } else { MOST_OBJECTIONS });
        return Err(Problem::invalid(vec![fault]));
    }
    all.push(Objection {
        id: Uuid::now_v7(),
        text: body.text,
        at: who.now,
        subject: caller.to_owned(),
        answer: None,
        answered_at: None,
    });
    Ok(())
}

pub fn answer(meeting: &mut Meeting<'_>, body: ObjectionAnswer, who: &Authority) -> Result<(), Problem> {
    let Some(known) = meeting.texts.objections.iter_mut().find(|known| known.id == body.objection_id) else {
        return invalid("/objection_id", &codes::UNKNOWN_RECORD);
    };
    if known.answered_at.is_some() {
        return invalid("/objection_id", &codes::ALREADY_DONE);
    }
    if known.subject == who.actor.caller {
        return invalid("/objection_id", &codes::OWN_MATTER);
    }
    (known.answer, known.answered_at) = (Some(body.answer), Some(who.now));
    Ok(())
}

impl Meeting<'_> {
    /// True when the time to sign is over.
    fn is_signing_over(&self, who: &Authority) -> bool {
        self.record.minutes.as_ref().is_some_and(|minutes| minutes.sign_due_on < who.today())
    }

    /// By when something is to be done next about the minutes.
    pub fn next_due_on(&self) -> Option<NaiveDate> {
        match self.fields.status {
            CouncilMeetingStatus::Concluded => self.record.minutes.as_ref().map(|minutes| minutes.sign_due_on),
            CouncilMeetingStatus::MinutesSigned => self.record.publish_due_on,
            CouncilMeetingStatus::Published if self.texts.has_open_objection() => self.fields.objections_until,
            _ => None,
        }
    }
}
