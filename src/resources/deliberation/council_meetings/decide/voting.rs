//! Who is there, and what the seats say.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde_json::json;
use uuid::Uuid;

use crate::access::authority::Authority;
use crate::calendar::civil_date;
use crate::http::codes;
use crate::http::problem::{FieldError, Problem, invalid};
use crate::resources::deliberation::council_meetings::agenda::{AgendaItem, ItemStatus, ItemVote};
use crate::resources::deliberation::council_meetings::attendance::{Attendance, AttendanceEvent, Passage};
use crate::resources::deliberation::council_meetings::command::{Facts, Meeting};
use crate::resources::deliberation::council_meetings::inputs::{NewAttendance, NewItemVote, NewSeatVoice, StruckAttendance};
use crate::resources::deliberation::council_meetings::states::CouncilMeetingStatus;
use crate::resources::deliberation::council_meetings::voting::{SeatVoice, count};
use crate::resources::deliberation::councils::model::DecisionRule;
use crate::resources::deliberation::vote_matters;

/// As many entries as a meeting keeps of who comes and goes, as many votes on an item, and as many voices of a seat in one.
const MOST_EVENTS: usize = 500;
const MOST_VOTES: usize = 5;
const MOST_VOICES: usize = 5;
/// So many seats must vote for a council to decide.
const FEWEST_SEATS: usize = 2;

/// Records that somebody comes or goes.
pub fn record(meeting: &mut Meeting<'_>, body: &NewAttendance, facts: &Facts, who: &Authority) -> Result<(), Problem> {
    let at = body.at.unwrap_or(who.now);
    let mut errors = Vec::new();
    if meeting.record.attendance.len() >= MOST_EVENTS {
        errors.push(FieldError::at("", &codes::MAX_ITEMS).with("limit", MOST_EVENTS));
    }
    let first = meeting.fields.opened_at.unwrap_or(who.now) - meeting.fields.earliest_opening();
    if at > who.now {
        errors.push(FieldError::at("/at", &codes::IN_FUTURE));
    } else if at < first {
        errors.push(FieldError::at("/at", &codes::TOO_EARLY).with("limit", first.to_rfc3339()));
    } else if meeting.fields.concluded_at.is_some_and(|end| at > end) {
        let limit = meeting.fields.concluded_at.map(|end| end.to_rfc3339());
        errors.push(FieldError::at("/at", &codes::TOO_LATE).with("limit", limit));
    }
    // Nobody comes in whom the seat has called off; whoever was there goes out.
    let delegates = match (&facts.council, body.passage) {
        (Some(council), Passage::In) => &council.delegates.0,
        _ => &meeting.fields.delegates.0,
    };
    let speaks = delegates
        .iter()
        .any(|known| known.id == body.delegate_id && known.position == body.position && known.is_entitled_on(civil_date(at)));
    if !speaks {
        errors.push(FieldError::at("/delegate_id", &codes::NOT_ENTITLED));
    }
    Problem::fail_if_any(errors)?;
    meeting.record.attendance.push(AttendanceEvent {
        id: Uuid::now_v7(),
        position: body.position,
        delegate_id: body.delegate_id,
        passage: body.passage,
        at,
        recorded_at: who.now,
        struck_reason: None,
    });
    // Nobody stays longer than the meeting.
    if let Some(end) = meeting.fields.concluded_at {
        meeting.everybody_leaves(end);
    }
    meeting.follow_attendance();
    Ok(())
}

/// Strikes what was recorded wrongly, and counts anew what was decided by it.
pub fn strike(meeting: &mut Meeting<'_>, body: StruckAttendance, _: &Authority) -> Result<(), Problem> {
    let Some(event) = meeting.record.attendance.iter_mut().find(|event| event.id == body.event_id) else {
        return invalid("/event_id", &codes::UNKNOWN_RECORD);
    };
    if event.struck_reason.is_some() {
        return invalid("/event_id", &codes::ALREADY_DONE);
    }
    event.struck_reason = Some(body.reason);
    meeting.follow_attendance();
    Ok(())
}

/// That words sound like what the owners decide, where nobody has said why they do not.
fn reserved_fault(item: &AgendaItem, body: &NewItemVote) -> Option<FieldError> {
    let sounding = vote_matters::sounding_like(&body.resolution).into_iter().chain(item.sounds_like.clone());
    let matters: Vec<_> = sounding.collect::<BTreeSet<_>>().into_iter().collect();
    let unsaid = !matters.is_empty() && body.not_reserved.is_none();
    unsaid.then(|| FieldError::at("/not_reserved", &codes::SOUNDS_RESERVED).with("matters", matters))
}

/// Asks the seats. What the owners decide is theirs, and nothing is decided while a seat is missing.
pub fn open(meeting: &mut Meeting<'_>, body: NewItemVote, facts: &Facts, who: &Authority) -> Result<(), Problem> {
    let proposals = meeting.proposals(facts);
    let item = meeting.item(body.item_id)?;
    // Who has become a party, or has taken a seat, since the item was put there.
    if item.votes.is_empty() {
        item.propose(proposals);
    }
    meeting.fail_if_interested(body.item_id, None, who)?;
    let quorum = meeting.attendance().quorum(who.now);
    let estate = meeting.fields.estate_id;
    let seats: Vec<_> = meeting.fields.seats.0.iter().map(|seat| seat.position).collect();
    let item = meeting.item(body.item_id)?;
    if item.status != ItemStatus::Pending || item.votes.len() >= MOST_VOTES {
        return invalid("/item_id", &codes::NOT_APPLICABLE);
    }
    if let Some(matter) = &item.matter {
        let topics = json!([{"title": item.title, "matter": matter}]);
        let vote = json!({"estate_id": estate, "title": item.title, "topics": topics});
        return Err(Problem::new(&codes::RESERVED_TO_OWNERS).member("owner_vote", vote));
    }
    let mut errors: Vec<_> = reserved_fault(item, &body).into_iter().collect();
    if !quorum.reached {
        let fault = FieldError::at("", &codes::QUORUM_MISSING).with("lacking", quorum.lacking);
        errors.push(fault.with("others_needed", quorum.others_needed).with("others_present", quorum.others_present));
    }
    let asked = |position: &&i16| !item.is_recused(**position) && !item.consents.contains(position);
    let silent: Vec<_> = if item.urgent { seats.iter().filter(asked).copied().collect() } else { Vec::new() };
    if !silent.is_empty() {
        errors.push(FieldError::at("/item_id", &codes::CONSENT_OF_SEATS).with("lacking", silent));
    }
    let entitled: Vec<_> = seats.into_iter().filter(|position| !item.is_recused(*position)).collect();
    if entitled.len() < FEWEST_SEATS {
        errors.push(FieldError::at("/item_id", &codes::TOO_FEW_SEATS));
    }
    Problem::fail_if_any(errors)?;
    item.status = ItemStatus::Voting;
    let NewItemVote { resolution, not_reserved, .. } = body;
    let (opened_at, voices) = (who.now, Vec::new());
    item.votes.push(ItemVote { resolution, not_reserved, opened_at, entitled, closed_at: None, voices, tally: None });
    Ok(())
}

/// Keeps what is said for a seat. Who signs in says it themselves; for others it is recorded.
pub fn say(meeting: &mut Meeting<'_>, body: &NewSeatVoice, who: &Authority) -> Result<(), Problem> {
    let NewSeatVoice { position, delegate_id, voice } = *body;
    let (caller, by_member) = (who.actor.caller.as_str(), meeting.is_member(who));
    let is_own = |subject: Option<&str>| subject == Some(caller);
    let known = meeting.fields.delegates.0.iter().find(|known| known.id == delegate_id && known.position == position);
    let mut errors: Vec<_> = meeting.seat_fault(position, who).into_iter().collect();
    let may = meeting.attendance().may_speak(position, delegate_id, who.now);
    match known {
        _ if !errors.is_empty() => {}
        Some(known) if by_member && !is_own(known.subject.as_deref()) => {
            errors.push(FieldError::at("/delegate_id", &codes::NOT_YOUR_PART));
        }
        Some(_) if may => {}
        _ => errors.push(FieldError::at("/delegate_id", &codes::NOT_ENTITLED)),
    }
    Problem::fail_if_any(errors)?;
    let by_delegate = known.is_some_and(|known| is_own(known.subject.as_deref()));
    let Some(item) = meeting.record.agenda.iter_mut().find(|item| item.status == ItemStatus::Voting) else {
        return invalid("", &codes::NOT_APPLICABLE);
    };
    if item.is_recused(position) {
        return invalid("/position", &codes::RECUSED);
    }
    let Some(vote) = item.open_vote() else { return invalid("", &codes::NOT_APPLICABLE) };
    // Whoever has said it by themselves goes on saying it by themselves.
    if !by_delegate && vote.voices.iter().any(|said| said.position == position && said.by_delegate) {
        return invalid("/position", &codes::SAID_BY_PARTY);
    }
    // The last one stands: of many the one before it makes room.
    let own = vote.voices.iter().filter(|said| said.position == position).count();
    if own >= MOST_VOICES
        && let Some(at) = vote.voices.iter().rposition(|said| said.position == position)
    {
        vote.voices.remove(at);
    }
    vote.voices.push(SeatVoice { position, delegate_id, voice, at: who.now, by_delegate });
    Ok(())
}

/// Closes the vote that is open, and counts it.
pub fn close(meeting: &mut Meeting<'_>, who: &Authority) -> Result<(), Problem> {
    let Some(asked) = meeting.record.agenda.iter().find(|item| item.status == ItemStatus::Voting).map(|item| item.id) else {
        return invalid("", &codes::NOT_APPLICABLE);
    };
    meeting.fail_if_interested(asked, None, who)?;
    let item = meeting.item(asked)?;
    if let Some(vote) = item.open_vote() {
        vote.closed_at = Some(who.now);
    }
    meeting.count_votes(|item| item.id == asked);
    Ok(())
}

/// Counts the last vote on an item by who was there, once it is closed.
fn count_item(attendance: &Attendance<'_>, decision: DecisionRule, item: &mut AgendaItem) {
    if let Some(vote) = item.votes.last_mut()
        && let Some(closed_at) = vote.closed_at
    {
        let window = (vote.opened_at, closed_at);
        vote.tally = Some(count(attendance, &vote.entitled, &vote.voices, window, decision));
    }
    item.follow_votes();
}

impl Meeting<'_> {
    /// Counts the last votes on some items.
    fn count_votes(&mut self, counts: impl Fn(&AgendaItem) -> bool) {
        let mut agenda = std::mem::take(&mut self.record.agenda);
        let attendance = self.attendance();
        agenda.iter_mut().filter(|item| counts(item)).for_each(|item| count_item(&attendance, self.fields.decision, item));
        self.record.agenda = agenda;
    }

    /// Counts anew what follows from who was there.
    fn follow_attendance(&mut self) {
        self.count_votes(|item| item.status != ItemStatus::Voting && !item.votes.is_empty());
        self.record.came = self.attendance().seats_that_came();
        if self.fields.status == CouncilMeetingStatus::Concluded {
            super::calling::defer_rest(self);
            super::minutes::redraft(self);
        }
    }

    /// Whoever is still there leaves.
    pub fn everybody_leaves(&mut self, at: DateTime<Utc>) {
        let quorum = self.attendance().quorum(at);
        let there = quorum.seats.into_iter().flat_map(|seat| seat.delegate_ids.into_iter().map(move |id| (seat.position, id)));
        let leaving = there.map(|(position, delegate_id)| AttendanceEvent {
            id: Uuid::now_v7(),
            position,
            delegate_id,
            passage: Passage::Out,
            at,
            recorded_at: at,
            struck_reason: None,
        });
        self.record.attendance.extend(leaving);
    }
}
