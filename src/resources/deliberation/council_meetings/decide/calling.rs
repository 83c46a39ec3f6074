//! Calling a meeting: when it is, whom it is for, and who comes.

use chrono::{DateTime, Days, TimeDelta, Utc};

use super::agenda::open_with;
use crate::access::authority::Authority;
use crate::calendar::civil_date;
use crate::http::codes;
use crate::http::problem::{FieldError, Problem, invalid};
use crate::resources::deliberation::council_meetings::agenda::ItemStatus;
use crate::resources::deliberation::council_meetings::command::{Facts, Meeting};
use crate::resources::deliberation::council_meetings::inputs::{CouncilMeetingPatch, InvitationAnswer, MeetingAdjournment};
use crate::resources::deliberation::council_meetings::record::SeatInvitation;
use crate::resources::deliberation::council_meetings::states::CouncilMeetingStatus;
use crate::resources::deliberation::councils::model::CouncilKind;
use crate::resources::deliberation::councils::states::CouncilStatus;
use crate::resources::reference::rules::names::RuleName;

/// What is wrong with the times of a meeting that is to come: it lasts some time and not longer than a day.
pub fn time_faults(now: DateTime<Utc>, starts_at: DateTime<Utc>, ends_at: DateTime<Utc>) -> Vec<FieldError> {
    let limit = |place, rule, limit: DateTime<Utc>| FieldError::at(place, rule).with("limit", limit.to_rfc3339());
    let last = now + TimeDelta::days(800);
    let longest = starts_at + TimeDelta::hours(24);
    [
        (starts_at < now).then(|| limit("/starts_at", &codes::TOO_EARLY, now)),
        (starts_at > last).then(|| limit("/starts_at", &codes::TOO_LATE, last)),
        (ends_at <= starts_at).then(|| FieldError::at("/ends_at", &codes::ENDS_BEFORE)),
        (ends_at > longest).then(|| limit("/ends_at", &codes::TOO_LATE, longest)),
    ]
    .into_iter()
    .flatten()
    .collect()
}

pub fn update(meeting: &mut Meeting<'_>, patch: CouncilMeetingPatch, who: &Authority) -> Result<(), Problem> {
    let before = (meeting.fields.starts_at, meeting.fields.ends_at);
    patch.apply(meeting.fields);
    let after = (meeting.fields.starts_at, meeting.fields.ends_at);
    match meeting.fields.status {
        _ if before == after => Ok(()),
        CouncilMeetingStatus::Planned => Problem::fail_if_any(time_faults(who.now, after.0, after.1)),
        // Whoever is invited to another time is asked anew.
        _ => invalid("/starts_at", &codes::NOTIFIED_ALREADY),
    }
}

/// Invites the seats, in time.
pub fn notify(meeting: &mut Meeting<'_>, facts: &Facts, who: &Authority) -> Result<(), Problem> {
    let early = notice_fault(meeting.fields.kind, meeting.fields.starts_at, facts, who);
    Problem::fail_if_any(early.into_iter().chain((meeting.fields.starts_at < who.now).then(past)))?;
    // The rule of a council is that of those who sit in it.
    if facts.council.as_ref().is_none_or(|council| council.status != CouncilStatus::Active) {
        return invalid("", &codes::NOT_ACTIVE);
    }
    take_over_seats(meeting, facts);
    open_with(meeting, &facts.unfinished, &facts.undecided);
    let invite = |position| SeatInvitation { position, coming: None, note: None, answered_at: None };
    meeting.record.invitations = meeting.fields.seats.0.iter().map(|seat| invite(seat.position)).collect();
    meeting.fields.notified_at = Some(who.now);
    Ok(())
}

/// Too few days until then for the seats to come.
fn notice_fault(kind: CouncilKind, starts_at: DateTime<Utc>, facts: &Facts, who: &Authority) -> Option<FieldError> {
    let rule = match kind {
        CouncilKind::FourInOne => RuleName::CouncilNoticeDays,
        CouncilKind::PropertyJointMeeting => RuleName::CouncilJointNoticeDays,
    };
    let first = who.today().checked_add_days(Days::new(facts.place.value(rule).unsigned_abs()));
    FieldError::before("/starts_at", civil_date(starts_at), first).map(|fault| fault.with("rule", rule.as_str()))
}

fn past() -> FieldError {
    FieldError::at("/starts_at", &codes::HAS_ENDED)
}

/// The seats and the rule by which they decide, as they are now.
fn take_over_seats(meeting: &mut Meeting<'_>, facts: &Facts) {
    let Some(council) = &facts.council else { return };
    let fields = &mut meeting.fields;
    (fields.seats, fields.decision) = (council.seats.clone(), council.decision);
    meeting.record.others_percent = facts.place.value(RuleName::CouncilJointQuorumPercent);
}

pub fn answer(meeting: &mut Meeting<'_>, body: InvitationAnswer, who: &Authority) -> Result<(), Problem> {
    Problem::fail_if_any(meeting.seat_fault(body.position, who))?;
    let InvitationAnswer { position, coming, note } = body;
    let answered = SeatInvitation { position, coming: Some(coming), note, answered_at: Some(who.now) };
    meeting.record.invitations.retain(|known| known.position != position);
    meeting.record.invitations.push(answered);
    meeting.record.invitations.sort_by_key(|known| known.position);
    Ok(())
}

/// Opens it, or goes on with it. Where a seat has passed to another organization meanwhile, that one sits in it.
pub fn open(meeting: &mut Meeting<'_>, facts: &Facts, who: &Authority) {
    take_over_seats(meeting, facts);
    meeting.fields.opened_at.get_or_insert(who.now);
    meeting.fields.reason = None;
}

/// It goes on another day: everybody leaves.
pub fn adjourn(meeting: &mut Meeting<'_>, body: MeetingAdjournment, facts: &Facts, who: &Authority) -> Result<(), Problem> {
    let mut errors = time_faults(who.now, body.starts_at, body.ends_at);
    // What was never opened is put off as it was called.
    if meeting.fields.opened_at.is_none() {
        errors.extend(notice_fault(meeting.fields.kind, body.starts_at, facts, who));
    }
    Problem::fail_if_any(errors)?;
    meeting.everybody_leaves(who.now);
    (meeting.fields.starts_at, meeting.fields.ends_at) = (body.starts_at, body.ends_at);
    meeting.fields.reason = Some(body.reason);
    for invitation in &mut meeting.record.invitations {
        (invitation.coming, invitation.note, invitation.answered_at) = (None, None, None);
    }
    Ok(())
}

/// What nobody has come to is deferred.
pub fn defer_rest(meeting: &mut Meeting<'_>) {
    let rest = meeting.record.agenda.iter_mut().filter(|item| item.status == ItemStatus::Pending);
    rest.for_each(|item| item.status = ItemStatus::Deferred);
}
