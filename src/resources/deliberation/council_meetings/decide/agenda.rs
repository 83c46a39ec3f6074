//! What a meeting is about.

use uuid::Uuid;

use crate::access::authority::Authority;
use crate::http::codes;
use crate::http::problem::{FieldError, Problem, invalid};
use crate::resources::deliberation::council_meetings::agenda::{AgendaItem, ConsentPaper, ItemStatus, SeatRecusal, Unfinished};
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
    if body.dispute_id.is_some() && meeting.record.agenda.iter().any(|item| item.dispute_id == body.dispute_id) {
        errors.push(FieldError::at("/dispute_id", &codes::DUPLICATE_ITEM));
    }
    if body.consultation_id.is_some() && !facts.is_consulted {
        errors.push(FieldError::at("/consultation_id", &codes::UNKNOWN_RECORD));
    }
    Problem::fail_if_any(errors)?;
    let recusals = meeting.proposals(facts);
    let own = if meeting.is_member(who) { meeting.fields.seat_of(who).map(|seat| seat.position) } else { None };
    let words = format!("{}\n{}", body.title, body.text.as_deref().unwrap_or_default());
    let sounds_like = if body.matter.is_none() { vote_matters::sounding_like(&words) } else { Vec::new() };
    meeting.record.agenda.push(AgendaItem {
        text: body.text,
        proposed_by: own,
        dispute_id: body.dispute_id,
        consultation_id: body.consultation_id,
        matter: body.matter,
        sounds_like,
        urgent: meeting.fields.status != CouncilMeetingStatus::Planned,
        recusals,
        ..AgendaItem::titled(body.title)
    });
    Ok(())
}

impl Meeting<'_> {
    /// The seats whose organizations are parties of the dispute that an item is about.
    pub fn proposals(&self, facts: &Facts) -> Vec<SeatRecusal> {
        let is_party = |organization: &Uuid| facts.parties.as_ref().is_some_and(|parties| parties.contains(organization));
        let interested = self.fields.seats.0.iter().filter(|seat| is_party(&seat.organization_id));
        interested.map(|seat| SeatRecusal { position: seat.position, recused: true, proposed: true, reason: None }).collect()
    }

    /// Whoever belongs to a seat that is recused, or about which it is decided, decides nothing of the item in an office.
    pub fn fail_if_interested(&mut self, item: Uuid, about: Option<i16>, who: &Authority) -> Result<(), Problem> {
        let own = self.fields.seat_of(who).map(|seat| seat.position);
        let item = self.item(item)?;
        let interested = own.is_some_and(|own| item.is_recused(own) || about == Some(own));
        if interested { invalid("", &codes::OWN_MATTER) } else { Ok(()) }
    }

    /// True where a delegate who signs in speaks for a seat and was there: nobody says it for them.
    pub fn speaks_itself(&self, position: i16) -> bool {
        let attendance = self.attendance();
        let signs_in = self.fields.delegates.0.iter().filter(|known| known.position == position && known.subject.is_some());
        signs_in.into_iter().any(|known| attendance.came(position, known.id))
    }
}

/// Puts what was given to do and is not done before everything else, then what earlier meetings left undecided, as far as there is room.
pub fn open_with(meeting: &mut Meeting<'_>, unfinished: &[Unfinished], undecided: &[AgendaItem]) {
    let agenda = &mut meeting.record.agenda;
    let room = MOST_ITEMS.saturating_sub(agenda.len());
    let known = |duty: &&Unfinished| agenda.iter().any(|item| item.duty_id == Some(duty.id));
    let items = unfinished.iter().filter(|duty| !known(duty)).take(room);
    let items: Vec<_> =
        items.map(|duty| AgendaItem { duty_id: Some(duty.id), ..AgendaItem::titled(duty.title.clone()) }).collect();
    let room = room - items.len();
    let carried = |item: &AgendaItem| AgendaItem {
        text: item.text.clone(),
        consultation_id: item.consultation_id,
        sounds_like: item.sounds_like.clone(),
        carried_from: Some(item.id),
        ..AgendaItem::titled(item.title.clone())
    };
    let carried: Vec<_> = undecided.iter().take(room).map(carried).collect();
    agenda.splice(0..0, items.into_iter().chain(carried));
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

/// A seat agrees to an urgent item, or takes that back.
pub fn consent(meeting: &mut Meeting<'_>, body: &ItemConsent, who: &Authority) -> Result<(), Problem> {
    Problem::fail_if_any(meeting.seat_fault(body.position, who))?;
    if !meeting.is_member(who) && meeting.speaks_itself(body.position) {
        return invalid("/position", &codes::SPEAKS_ITSELF);
    }
    let is_there = meeting.attendance().is_seat_there(body.position, who.now);
    if body.paper.is_none() && body.agrees && !meeting.is_member(who) && !is_there {
        return invalid("/paper", &codes::REQUIRED);
    }
    let item = meeting.item(body.item_id)?;
    if !item.urgent {
        return invalid("/item_id", &codes::NOT_APPLICABLE);
    }
    // What the seats were asked about stands.
    if !body.agrees && (item.status != ItemStatus::Pending || !item.votes.is_empty()) {
        return invalid("/agrees", &codes::NOT_APPLICABLE);
    }
    item.consents.retain(|known| *known != body.position);
    item.consent_papers.retain(|known| known.position != body.position);
    if body.agrees {
        item.consents.push(body.position);
        item.consents.sort_unstable();
        item.consent_papers.extend(body.paper.clone().map(|paper| ConsentPaper { position: body.position, paper }));
    }
    Ok(())
}

/// Decides whether a seat votes on an item, before it is asked.
pub fn recuse(meeting: &mut Meeting<'_>, body: RecusalDecision, who: &Authority) -> Result<(), Problem> {
    meeting.fail_if_interested(body.item_id, Some(body.position), who)?;
    if !meeting.fields.seats.0.iter().any(|seat| seat.position == body.position) {
        return invalid("/position", &codes::UNKNOWN_RECORD);
    }
    let item = meeting.item(body.item_id)?;
    // What was asked once is not decided by other seats.
    if item.status != ItemStatus::Pending || !item.votes.is_empty() {
        return invalid("/item_id", &codes::NOT_APPLICABLE);
    }
    let proposed = item.recusals.iter().any(|known| known.position == body.position && known.proposed);
    item.recusals.retain(|known| known.position != body.position);
    let RecusalDecision { position, recused, reason, .. } = body;
    item.recusals.push(SeatRecusal { position, recused, proposed, reason: Some(reason) });
    item.recusals.sort_by_key(|known| known.position);
    Ok(())
}
