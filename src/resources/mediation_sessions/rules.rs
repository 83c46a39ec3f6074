//! What must hold of a session, and how sessions look in a calendar.

use actix_web::HttpResponse;
use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::model::{
    Attendance, CaucusNote, MediationSession, MediationSessionFields, Minutes, NewCaucusNote, NewMediationSession,
    SessionInvitation, SessionStatus,
};
use super::store;
use crate::access::policy::resource::MediationSessions;
use crate::access::scope::Authorized;
use crate::calendar::civil_date;
use crate::changes::lifecycle::{Lifecycle, next_actions};
use crate::changes::record::{also, id_or_new};
use crate::changes::write::{Record, Tx};
use crate::db::json_list::JsonList;
use crate::http::codes;
use crate::http::ical::{self, Meeting};
use crate::http::problem::{FieldError, Problem, refused};
use crate::resources::mediations::model::MediationFields;
use crate::resources::mediations::states::MediationStatus;
use crate::resources::mediations::store as mediations;
use crate::resources::policies::rules as policies;

/// The session as the caller sees it.
pub fn view(scope: &Authorized<MediationSessions>, fields: MediationSessionFields) -> MediationSession {
    MediationSession { next_actions: next_actions(scope, &fields), fields }
}

/// Schedules a session of a mediation that has a mediator.
pub async fn schedule(
    tx: &Tx,
    scope: &Authorized<MediationSessions>,
    new: NewMediationSession,
) -> Result<MediationSessionFields, Problem> {
    let mut errors = Vec::new();
    let id = id_or_new(new.id, &mut errors);
    errors.extend(end_faults(new.starts_at, new.ends_at));
    let known = mediations::named(tx, scope, new.mediation_id).await?;
    let ready =
        |mediation: &MediationFields| matches!(mediation.status, MediationStatus::MediatorSelected | MediationStatus::InSession);
    match &known {
        None => errors.push(FieldError::at("/mediation_id", &codes::UNKNOWN_RECORD)),
        Some(mediation) if !mediation.allows(scope.action, scope.standing(scope.action, &mediation.jurisdiction)) => {
            errors.push(FieldError::at("/mediation_id", &codes::HANDLED_ABOVE));
        }
        Some(mediation) if !ready(mediation) => errors.push(FieldError::at("/mediation_id", &codes::NOT_ACTIVE)),
        Some(mediation) => {
            errors.extend(time_faults(mediation, new.starts_at));
            errors.extend(unknown_guests(mediation, &new.invitations));
        }
    }
    Problem::unless_right(errors)?;
    let mediation = known.ok_or_else(|| Problem::new(&codes::NOT_FOUND))?;
    let fields = record(scope, id, mediation, new)?;
    store::insert(tx, &fields).await?;
    Ok(fields)
}

/// A session as it begins.
fn record(
    scope: &Authorized<MediationSessions>,
    id: Uuid,
    mediation: MediationFields,
    new: NewMediationSession,
) -> Result<MediationSessionFields, Problem> {
    Ok(MediationSessionFields {
        id,
        jurisdiction: mediation.jurisdiction,
        level: mediation.level,
        mediation_id: mediation.id,
        mediator_id: mediation.mediator_id.ok_or_else(|| Problem::internal("a chosen mediator is missing"))?,
        status: SessionStatus::Scheduled,
        starts_at: new.starts_at,
        ends_at: new.ends_at,
        place: new.place,
        invitations: JsonList(new.invitations),
        attendance: JsonList(Vec::new()),
        minutes: None,
        cited_policies: JsonList(Vec::new()),
        citations: JsonList(Vec::new()),
        reason: None,
        version: 1,
        created_at: scope.now,
        updated_at: scope.now,
        created_by: scope.actor.caller.clone(),
        mediator_subject: mediation.mediator_subject,
        applicant_subject: mediation.applicant_subject,
    })
}

fn unknown_guests(mediation: &MediationFields, invited: &[SessionInvitation]) -> Vec<FieldError> {
    let wrong = invited.iter().enumerate().filter(|(_, invited)| !mediation.has_party(invited.position));
    wrong.map(|(at, _)| FieldError::at(format!("/invitations/{at}/position"), &codes::UNKNOWN_RECORD)).collect()
}

/// A session takes some time, and not longer than a day.
fn end_faults(starts_at: DateTime<Utc>, ends_at: DateTime<Utc>) -> Option<FieldError> {
    let last = starts_at + TimeDelta::hours(24);
    let late = (ends_at > last).then(|| FieldError::at("/ends_at", &codes::TOO_LATE).with("limit", last.to_rfc3339()));
    late.or((ends_at <= starts_at).then(|| FieldError::at("/ends_at", &codes::ENDS_BEFORE)))
}

/// A session lies between the day on which the mediator was chosen and the last day of the mediation.
fn time_faults(mediation: &MediationFields, starts_at: DateTime<Utc>) -> Option<FieldError> {
    let day = civil_date(starts_at);
    let late = mediation.is_overdue(day).then(|| FieldError::at("/starts_at", &codes::MEDIATION_OVERDUE));
    late.or_else(|| FieldError::before("/starts_at", day, mediation.began_on))
}

/// Checks what a session was changed to.
pub async fn check_change(tx: &Tx, session: &MediationSessionFields) -> Result<(), Problem> {
    let mediation = mediations::locked(tx, session.mediation_id).await?;
    let mut errors = unknown_guests(&mediation, &session.invitations.0);
    errors.extend(time_faults(&mediation, session.starts_at));
    errors.extend(end_faults(session.starts_at, session.ends_at));
    Problem::unless_right(errors)
}

/// It is too early for what belongs to a session.
fn not_yet(session: &MediationSessionFields) -> FieldError {
    FieldError::at("", &codes::BEFORE_ITS_TIME).with("limit", session.starts_at.to_rfc3339())
}

/// Every party is there or represented, and told of once.
fn attendance_faults(mediation: &MediationFields, attendance: &[Attendance]) -> Vec<FieldError> {
    let mut errors = Vec::new();
    for (at, one) in attendance.iter().enumerate() {
        let place = || format!("/attendance/{at}/position");
        if !mediation.has_party(one.position) {
            errors.push(FieldError::at(place(), &codes::UNKNOWN_RECORD));
        } else if attendance[..at].iter().any(|known| known.position == one.position) {
            errors.push(FieldError::at(place(), &codes::DUPLICATE_ITEM));
        }
    }
    for party in &mediation.parties.0 {
        let fault = |rule| FieldError::at("/attendance", rule).with("position", party.position);
        match attendance.iter().find(|one| one.position == party.position) {
            None => errors.push(fault(&codes::NOT_TOLD)),
            Some(one) if !one.present && !one.represented => errors.push(fault(&codes::ABSENT)),
            Some(_) => {}
        }
    }
    errors
}

/// Begins a session. Before the first one every party has consented and was told of its rights.
pub async fn start(
    tx: &Tx,
    scope: &Authorized<MediationSessions>,
    session: &mut MediationSessionFields,
    attendance: Vec<Attendance>,
) -> Result<Vec<Record>, Problem> {
    let mediation = mediations::locked(tx, session.mediation_id).await?;
    let mut errors = Vec::new();
    if civil_date(session.starts_at) > scope.today() {
        errors.push(not_yet(session));
    }
    if !matches!(mediation.status, MediationStatus::MediatorSelected | MediationStatus::InSession) {
        errors.push(FieldError::at("", &codes::NOT_ACTIVE));
    } else if mediation.mediator_id != Some(session.mediator_id) {
        errors.push(FieldError::at("", &codes::OTHER_MEDIATOR));
    }
    if !mediation.all_consent() {
        errors.push(FieldError::at("", &codes::CONSENT_MISSING));
    }
    if mediation.rights_notice_on.is_none() {
        errors.push(FieldError::at("", &codes::NOTICE_MISSING));
    }
    if mediation.is_overdue(scope.today()) {
        errors.push(FieldError::at("", &codes::MEDIATION_OVERDUE));
    }
    errors.extend(attendance_faults(&mediation, &attendance));
    Problem::unless_right(errors)?;
    session.attendance = JsonList(attendance);
    if mediation.status == MediationStatus::InSession {
        return Ok(Vec::new());
    }
    Ok(vec![also(tx, scope.now, &mediation, |mediation| mediation.status = MediationStatus::InSession).await?])
}

/// Keeps what was said and what was cited.
pub async fn take_minutes(tx: &Tx, session: &mut MediationSessionFields, minutes: Minutes) -> Result<Vec<Record>, Problem> {
    Problem::unless_right(policies::citation_faults(tx, session.jurisdiction, &minutes.citations).await?)?;
    (session.minutes, session.cited_policies.0) = (Some(minutes.minutes), minutes.cited_policies);
    session.citations.0 = minutes.citations;
    Ok(Vec::new())
}

/// A session can only be missed once it was to begin.
pub fn miss(
    scope: &Authorized<MediationSessions>,
    session: &mut MediationSessionFields,
    reason: String,
) -> Result<Vec<Record>, Problem> {
    if session.starts_at > scope.now {
        return Err(Problem::invalid(vec![not_yet(session)]));
    }
    session.reason = Some(reason);
    Ok(Vec::new())
}

/// Keeps what a party of the case said alone.
pub async fn take_note(
    tx: &Tx,
    scope: &Authorized<MediationSessions>,
    session: &MediationSessionFields,
    new: NewCaucusNote,
) -> Result<Vec<Record>, Problem> {
    let mediation = mediations::locked(tx, session.mediation_id).await?;
    if new.party_position.is_some_and(|position| !mediation.has_party(position)) {
        return refused("/party_position", &codes::UNKNOWN_RECORD);
    }
    let note = CaucusNote {
        id: Uuid::now_v7(),
        session_id: session.id,
        written_by: scope.actor.caller.clone(),
        written_at: scope.now,
        party_position: new.party_position,
        note: new.note,
    };
    store::keep(tx, &note).await.map(|()| Vec::new())
}

/// The sessions as a calendar file.
pub fn calendar(sessions: &[MediationSessionFields]) -> HttpResponse {
    ical::file("调解会", sessions.iter().map(meeting))
}

/// It names no parties: calendars are shown on many screens.
fn meeting(session: &MediationSessionFields) -> Meeting<'_> {
    Meeting {
        id: session.id,
        summary: "人民调解会",
        place: &session.place,
        starts_at: session.starts_at,
        ends_at: session.ends_at,
        updated_at: session.updated_at,
        version: session.version,
        gone: matches!(session.status, SessionStatus::Cancelled | SessionStatus::NoShow),
    }
}
