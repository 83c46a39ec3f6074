//! What a meeting is about.

use uuid::Uuid;

use crate::access::authority::Authority;
use crate::http::codes;
use crate::http::problem::{FieldError, Problem, invalid};
use crate::resources::deliberation::council_meetings::agenda::{AgendaItem, ItemStatus, SeatRecusal};
use crate::resources::deliberation::council_meetings::command::{Facts, Meeting};
use crate::resources::deliberation::council_meetings::inputs::{ItemConsent, NewAgendaItem, RecusalDecision};
use crate::resources::deliberation::council_meetings::states::CouncilMeetingStatus;
use crate::resources::deliberation::vote_matters;

/// As many items as an agenda has.
const MOST_ITEMS: usize = 50;

pub fn add(meeting: &mut Meeting<'_>, body: NewAgendaItem, facts: &Facts, who: &Authority) -> Result<(), Problem> {
    let mut errors = Vec::new();
    if meeting.record.agenda.len() >= MOST_ITEMS {
        errors.push(FieldError::at("", &codes::MAX_ITEMS).with("limit", MOST_ITEMS));
    }
    if body.matter.as_deref().is_some_and(|code| vote_matters::named(code).is_none()) {
        errors.push(FieldError::at("/matter", &codes::UNKNOWN_RECORD));
    }
    // A seat does not read the cases of others.
    if body.dispute_id.is_some() && (facts.parties.is_none() || meeting.is_member(who)) {
        errors.push(FieldError::at("/dispute_id", &codes::UNKNOWN_RECORD));
    }
    Problem::fail_if_any(errors)?;
    let is_party = |organization: &Uuid| facts.parties.as_ref().is_some_and(|parties| parties.contains(organization));
    let interested = meeting.fields.seats.0.iter().filter(|seat| is_party(&seat.organization_id));
    let recusals = interested.map(|seat| SeatRecusal { position: seat.position, recused: true, proposed: true, reason: None });
    let recusals = recusals.collect();
    let own = if meeting.is_member(who) { meeting.fields.seat_of(who).map(|seat| seat.position) } else { None };
    meeting.record.agenda.push(AgendaItem {
        id: Uuid::now_v7(),
        title: body.title,
        text: body.text,
        proposed_by: own,
        dispute_id: body.dispute_id,
        matter: body.matter,
        urgent: meeting.fields.status != CouncilMeetingStatus::Planned,
        consents: Vec::new(),
        recusals,
        status: ItemStatus::Pending,
        votes: Vec::new(),
    });
    Ok(())
}

pub fn remove(meeting: &mut Meeting<'_>, id: Uuid) -> Result<(), Problem> {
    meeting.item(id)?;
    meeting.record.agenda.retain(|item| item.id != id);
    Ok(())
}

/// Puts the items into another order, in which each of them stands once.
pub fn arrange(meeting: &mut Meeting<'_>, order: &[Uuid]) -> Result<(), Problem> {
    let place = |item: &AgendaItem| order.iter().position(|id| *id == item.id);
    let (known, is_whole) = (meeting.record.agenda.len(), meeting.record.agenda.iter().all(|item| place(item).is_some()));
    if !is_whole || order.len() != known {
        return invalid("/item_ids", &codes::EACH_ONCE);
    }
    meeting.record.agenda.sort_by_key(place);
    Ok(())
}

/// A seat agrees to an urgent item.
pub fn consent(meeting: &mut Meeting<'_>, body: &ItemConsent, who: &Authority) -> Result<(), Problem> {
    Problem::fail_if_any(meeting.seat_fault(body.position, who).into_iter().collect())?;
    let item = meeting.item(body.item_id)?;
    if !item.urgent {
        return invalid("/item_id", &codes::NOT_APPLICABLE);
    }
    if !item.consents.contains(&body.position) {
        item.consents.push(body.position);
        item.consents.sort_unstable();
    }
    Ok(())
}

/// Decides whether a seat votes on an item, before it is asked.
pub fn recuse(meeting: &mut Meeting<'_>, body: RecusalDecision) -> Result<(), Problem> {
    if !meeting.fields.seats.0.iter().any(|seat| seat.position == body.position) {
        return invalid("/position", &codes::UNKNOWN_RECORD);
    }
    let item = meeting.item(body.item_id)?;
    if item.status != ItemStatus::Pending {
        return invalid("/item_id", &codes::NOT_APPLICABLE);
    }
    let proposed = item.recusals.iter().any(|known| known.position == body.position && known.proposed);
    item.recusals.retain(|known| known.position != body.position);
    let RecusalDecision { position, recused, reason, .. } = body;
    item.recusals.push(SeatRecusal { position, recused, proposed, reason: Some(reason) });
    item.recusals.sort_by_key(|known| known.position);
    Ok(())
}
