//! What must hold of a session, and how sessions look in a calendar.

use actix_web::HttpResponse;
use uuid::Uuid;

use super::faults::{end_faults, time_faults, unknown_guests};
use super::model::{MediationSessionFields, NewMediationSession, SessionStatus};
use super::store::{self, Times};
use crate::access::permissions::resource::MediationSessions;
use crate::access::scope::Authorized;
use crate::changes::lifecycle::Lifecycle;
use crate::changes::record::id_or_new;
use crate::changes::write::Tx;
use crate::db::json_value::JsonValue;
use crate::http::codes;
use crate::http::ical::{self, Meeting};
use crate::http::problem::{FieldError, Problem};
use crate::resources::mediation::mediations::model::MediationFields;
use crate::resources::mediation::mediations::states::MediationStatus;
use crate::resources::mediation::mediations::store as mediations;
use crate::resources::mediation::mediators::store as mediators;

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
    let own = mediations::own_positions(tx.connection(), new.mediation_id, scope).await?;
    let ready =
        |mediation: &MediationFields| matches!(mediation.status, MediationStatus::MediatorSelected | MediationStatus::InSession);
    match &known {
        None => errors.push(FieldError::at("/mediation_id", &codes::UNKNOWN_RECORD)),
        Some(mediation) if !mediation.allows(scope.action, scope.acting_level(scope.action, &mediation.jurisdiction)) => {
            errors.push(FieldError::at("/mediation_id", &codes::HANDLED_ABOVE));
        }
        Some(mediation) if !ready(mediation) => errors.push(FieldError::at("/mediation_id", &codes::NOT_ACTIVE)),
        Some(mediation) => {
            errors.extend(mediation.own_fault(scope, &own));
            errors.extend(time_faults(mediation, new.starts_at));
            errors.extend(unknown_guests(mediation, &new.invitations));
        }
    }
    Problem::fail_if_any(errors)?;
    let mediation = known.ok_or_else(|| Problem::new(&codes::NOT_FOUND))?;
    let fields = record(scope, id, mediation, new)?;
    if is_elsewhere(tx, &fields, (fields.starts_at, fields.ends_at)).await? {
        return Err(elsewhere());
    }
    store::insert(tx, &fields).await?;
    Ok(fields)
}

/// Nobody mediates in two places at a time, though they may mediate for two committees; of one and the same entry the
/// database takes care.
pub async fn is_elsewhere(tx: &Tx, session: &MediationSessionFields, times: Times) -> Result<bool, Problem> {
    let mut entries = mediators::entries_of(tx, session.mediator_id).await?;
    entries.retain(|id| *id != session.mediator_id);
    Ok(!entries.is_empty() && store::is_busy(tx, &entries, times, session.id).await?)
}

/// Says so.
pub fn elsewhere() -> Problem {
    Problem::new(&codes::OVERLAP).errors(vec![FieldError::at("/starts_at", &codes::MEDIATES_ELSEWHERE)])
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
        invitations: JsonValue(new.invitations),
        attendance: JsonValue(Vec::new()),
        minutes: None,
        cited_policies: JsonValue(Vec::new()),
        citations: JsonValue(Vec::new()),
        reason: None,
        version: 1,
        created_at: scope.now,
        updated_at: scope.now,
        created_by: scope.actor.caller.clone(),
        mediator_subject: mediation.mediator_subject,
        applicant_subject: mediation.applicant_subject,
    })
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
