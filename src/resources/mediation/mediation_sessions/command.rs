//! What can be done to a session of a mediation.

use futures_util::try_join;
use uuid::Uuid;

use super::creation::{elsewhere, is_elsewhere};
use super::faults::{attendance_faults, end_faults, time_faults, unknown_guests};
use super::model::{
    Attendance, CaucusNote, MediationSession, MediationSessionFields, MediationSessionPatch, Minutes, NewCaucusNote,
    SessionStart, SessionStatus, view,
};
use super::store;
use crate::access::authority::Authority;
use crate::access::permissions::resource::MediationSessions;
use crate::access::scope::Authorized;
use crate::changes::execute::Aggregate;
use crate::changes::record::Related;
use crate::changes::write::{Record, Tx};
use crate::db::json_value::JsonValue;
use crate::http::bodies::Reason;
use crate::http::codes;
use crate::http::problem::{FieldError, Problem, invalid};
use crate::resources::mediation::mediations::model::MediationFields;
use crate::resources::mediation::mediations::states::MediationStatus;
use crate::resources::mediation::mediations::store as mediations;
use crate::resources::reference::policies::creation::citation_faults;
use crate::resources::reference::policies::model::PolicyFields;
use crate::resources::reference::policies::store as policies;

/// What can be done to a session.
pub enum Command {
    Update(MediationSessionPatch),
    Start(SessionStart),
    Adjourn(Minutes),
    Complete(Minutes),
    Cancel(Reason),
    Miss(Reason),
    TakeNote(NewCaucusNote),
    /// The service calls it off: its mediation is over, or has another mediator.
    CallOff,
}

/// What must be known to decide on a session; what a command does not need stays empty.
#[derive(Default)]
pub struct Facts {
    /// The mediation, locked.
    pub mediation: Option<MediationFields>,
    /// The policies that the minutes may cite, of those that they name.
    pub citable: Vec<PolicyFields>,
    /// True when the mediator has no time then.
    pub is_elsewhere: bool,
    /// True for a caller who is a party, or whose organization is.
    pub is_party: bool,
}

/// What a decision changes besides the session.
#[derive(Debug)]
pub enum Effect {
    /// The mediation has begun.
    Mediation(Related<MediationFields>),
    /// A note that only its writer reads.
    Note(CaucusNote),
}

impl Aggregate for MediationSessionFields {
    type Command = Command;
    type Facts = Facts;
    type Effect = Effect;
    type View = MediationSession;

    const PATH: &'static str = "/v1/mediation-sessions";
    const NOUN: &'static str = "session";

    async fn facts(&self, tx: &Tx, who: &Authorized<MediationSessions>, command: &Command) -> Result<Facts, Problem> {
        let own = async { Ok::<_, Problem>(mediations::own_positions(tx.connection(), self.mediation_id, who).await?) };
        let known = async {
            match command {
                Command::Update(patch) => {
                    let times = (patch.starts_at.unwrap_or(self.starts_at), patch.ends_at.unwrap_or(self.ends_at));
                    let mediation = Some(mediations::locked(tx, self.mediation_id).await?);
                    Ok(Facts { mediation, is_elsewhere: is_elsewhere(tx, self, times).await?, ..Facts::default() })
                }
                Command::Start(_) | Command::TakeNote(_) => {
                    Ok(Facts { mediation: Some(mediations::locked(tx, self.mediation_id).await?), ..Facts::default() })
                }
                Command::Adjourn(minutes) | Command::Complete(minutes) => {
                    Ok(Facts { citable: policies::cited(tx, self.jurisdiction, &minutes.citations).await?, ..Facts::default() })
                }
                Command::Cancel(_) | Command::Miss(_) | Command::CallOff => Ok(Facts::default()),
            }
        };
        let (own, facts) = try_join!(own, known)?;
        Ok(Facts { is_party: !own.is_empty(), ..facts })
    }

    fn decide(&self, after: &mut Self, command: Command, facts: &Facts, who: &Authority) -> Result<Vec<Effect>, Problem> {
        if facts.is_party {
            return invalid("", &codes::OWN_MATTER);
        }
        match command {
            Command::Update(patch) => {
                patch.apply(after);
                let mediation = facts.mediation()?;
                let mut errors = unknown_guests(mediation, &after.invitations.0);
                errors.extend(time_faults(mediation, after.starts_at));
                errors.extend(end_faults(after.starts_at, after.ends_at));
                Problem::fail_if_any(errors)?;
                if facts.is_elsewhere {
                    return Err(elsewhere());
                }
                Ok(Vec::new())
            }
            Command::Start(body) => start(after, body.attendance, facts.mediation()?, who),
            Command::Adjourn(minutes) | Command::Complete(minutes) => take_minutes(after, minutes, &facts.citable),
            Command::Cancel(body) | Command::Miss(body) => {
                after.reason = Some(body.reason);
                Ok(Vec::new())
            }
            Command::TakeNote(new) => take_note(after, new, facts.mediation()?, who),
            Command::CallOff => {
                let running = after.status == SessionStatus::InProgress;
                after.status = if running { SessionStatus::Completed } else { SessionStatus::Cancelled };
                after.reason = Some("调解已结束或已更换调解员".to_owned());
                Ok(Vec::new())
            }
        }
    }

    async fn apply(&self, tx: &Tx, who: &Authority, effects: Vec<Effect>) -> Result<Vec<Record>, Problem> {
        let mut records = Vec::new();
        for effect in effects {
            match effect {
                Effect::Mediation(mediation) => records.push(mediation.store(tx, who.now).await?),
                Effect::Note(note) => store::keep(tx, &note).await?,
            }
        }
        Ok(records)
    }

    async fn answer(self, _: &Tx, who: &Authorized<MediationSessions>) -> Result<MediationSession, Problem> {
        Ok(view(who, self))
    }
}

impl Facts {
    fn mediation(&self) -> Result<&MediationFields, Problem> {
        self.mediation.as_ref().ok_or_else(|| Problem::internal("nobody looked for the mediation"))
    }
}

/// Begins a session. Before the first one every party has consented and was told of its rights.
fn start(
    session: &mut MediationSessionFields,
    attendance: Vec<Attendance>,
    mediation: &MediationFields,
    who: &Authority,
) -> Result<Vec<Effect>, Problem> {
    let mut errors = Vec::new();
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
    if mediation.is_overdue(who.today()) {
        errors.push(FieldError::at("", &codes::MEDIATION_OVERDUE));
    }
    errors.extend(attendance_faults(mediation, &attendance));
    Problem::fail_if_any(errors)?;
    session.attendance = JsonValue(attendance);
    if mediation.status == MediationStatus::InSession {
        return Ok(Vec::new());
    }
    let begun = Related::new(mediation, |mediation| mediation.status = MediationStatus::InSession);
    Ok(vec![Effect::Mediation(begun)])
}

/// Keeps what was said and what was cited.
fn take_minutes(
    session: &mut MediationSessionFields,
    minutes: Minutes,
    citable: &[PolicyFields],
) -> Result<Vec<Effect>, Problem> {
    Problem::fail_if_any(citation_faults(citable, &minutes.citations))?;
    (session.minutes, session.cited_policies.0) = (Some(minutes.minutes), minutes.cited_policies);
    session.citations.0 = minutes.citations;
    Ok(Vec::new())
}

/// Keeps what a party of the case said alone.
fn take_note(
    session: &MediationSessionFields,
    new: NewCaucusNote,
    mediation: &MediationFields,
    who: &Authority,
) -> Result<Vec<Effect>, Problem> {
    if new.party_position.is_some_and(|position| !mediation.has_party(position)) {
        return invalid("/party_position", &codes::UNKNOWN_RECORD);
    }
    let note = CaucusNote {
        id: Uuid::now_v7(),
        session_id: session.id,
        written_by: who.actor.caller.clone(),
        written_at: who.now,
        party_position: new.party_position,
        note: new.note,
    };
    Ok(vec![Effect::Note(note)])
}
