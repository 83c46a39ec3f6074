//! A meeting of a mediation.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::access::authority::Authority;
use crate::access::code::{JurisdictionCode, Level};
use crate::access::permissions::Action;
use crate::access::permissions::resource::MediationSessions;
use crate::access::scope::Authorized;
use crate::calendar::civil_date;
use crate::changes::lifecycle::{Lifecycle, Step, next_actions};
use crate::changes::record::impl_feed_record;
use crate::db::json_value::JsonList;
use crate::db::schema::{caucus_notes, mediation_sessions};
use crate::db::text_enum::text_enum;
use crate::http::codes;
use crate::http::json::replace;
use crate::http::openapi::page;
use crate::http::problem::FieldError;
use crate::resources::mediation::mediations::model::Channel;
use crate::resources::reference::policies::model::Citation;

text_enum! {
    /// Where a session stands.
    pub enum SessionStatus {
        Scheduled = "scheduled",
        InProgress = "in_progress",
        /// It goes on in another session.
        Adjourned = "adjourned",
        Completed = "completed",
        Cancelled = "cancelled",
        /// A party did not come.
        NoShow = "no_show",
    }
}

/// Who was invited, and how.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SessionInvitation {
    /// The party's position in the dispute.
    #[schema(minimum = 0, maximum = 100)]
    pub position: i16,
    pub channel: Channel,
}

/// Who came.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Attendance {
    /// The party's position in the dispute.
    #[schema(minimum = 0, maximum = 100)]
    pub position: i16,
    pub present: bool,
    /// True when somebody came for the party.
    #[serde(default)]
    pub represented: bool,
}

/// A law, regulation or policy that was cited.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(min_length = 1, max_length = 200)]
pub struct CitedPolicy(pub String);

/// A meeting of a mediation.
#[derive(Clone, Debug, PartialEq, Queryable, Selectable, Insertable, AsChangeset, Serialize, ToSchema)]
#[diesel(table_name = mediation_sessions, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct MediationSessionFields {
    pub id: Uuid,
    pub jurisdiction: JurisdictionCode,
    /// The level that handled the dispute when its mediation was opened; it and those above work on it.
    pub level: Level,
    pub mediation_id: Uuid,
    pub mediator_id: Uuid,
    pub status: SessionStatus,
    pub starts_at: DateTime<Utc>,
    pub ends_at: DateTime<Utc>,
    #[schema(max_length = 200)]
    pub place: String,
    #[schema(value_type = Vec<SessionInvitation>, max_items = 20)]
    pub invitations: JsonList<SessionInvitation>,
    #[schema(value_type = Vec<Attendance>, max_items = 20)]
    pub attendance: JsonList<Attendance>,
    #[schema(max_length = 10000, required)]
    pub minutes: Option<String>,
    #[schema(value_type = Vec<CitedPolicy>, max_items = 50)]
    pub cited_policies: JsonList<CitedPolicy>,
    /// The same in the policy library.
    #[schema(value_type = Vec<Citation>, max_items = 50)]
    pub citations: JsonList<Citation>,
    /// Why it was called off or did not take place.
    #[schema(max_length = 1000, required)]
    pub reason: Option<String>,
    /// Grows by one with every change.
    pub version: i64,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    #[serde(skip)]
    pub created_by: String,
    #[serde(skip)]
    pub mediator_subject: Option<String>,
    #[serde(skip)]
    pub applicant_subject: String,
}

impl_feed_record!(MediationSessionFields as MediationSession);

impl Lifecycle for MediationSessionFields {
    type Status = SessionStatus;

    const ACTIONS: &'static [Step<SessionStatus>] = {
        use SessionStatus::*;
        &[
            (Action::Update, &[Scheduled], None),
            (Action::Start, &[Scheduled], Some(InProgress)),
            (Action::Adjourn, &[InProgress], Some(Adjourned)),
            (Action::Complete, &[InProgress], Some(Completed)),
            (Action::Cancel, &[Scheduled], Some(Cancelled)),
            (Action::Miss, &[Scheduled], Some(NoShow)),
            (Action::TakeNote, &[InProgress, Adjourned, Completed], None),
        ]
    };

    fn status(&self) -> SessionStatus {
        self.status
    }

    fn set_status(&mut self, status: Self::Status) {
        self.status = status;
    }

    fn assignee(&self) -> Option<&str> {
        self.mediator_subject.as_deref()
    }

    fn allows(&self, _: Action, standing: Option<Level>) -> bool {
        standing.is_none_or(|level| level <= self.level)
    }

    fn is_own_matter(&self, _: Action, person: &str) -> bool {
        self.applicant_subject == person
    }

    fn refuses(&self, action: Action, who: &Authority) -> Option<FieldError> {
        // It begins on its day, and can only be missed once it was to begin.
        let early = match action {
            Action::Start => civil_date(self.starts_at) > who.today(),
            Action::Miss => self.starts_at > who.now,
            _ => false,
        };
        early.then(|| FieldError::at("", &codes::BEFORE_ITS_TIME).with("limit", self.starts_at.to_rfc3339()))
    }
}

/// A meeting of a mediation as a caller sees it.
#[derive(Serialize, ToSchema)]
pub struct MediationSession {
    #[serde(flatten)]
    pub fields: MediationSessionFields,
    /// What the caller may do to it now.
    #[schema(max_items = 20, max_length = 50)]
    pub next_actions: Vec<&'static str>,
}

page!(MediationSessionPage of MediationSession, "A page of sessions.");

/// A session to be held.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "mediation_id": "019c0000-0000-7000-8000-000000000007", "starts_at": "2026-03-05T09:00:00+08:00",
    "ends_at": "2026-03-05T11:00:00+08:00", "place": "社区调解室", "invitations": [{"position": 0, "channel": "phone"}]
}))]
pub struct NewMediationSession {
    /// A UUID of version 7 made by the client.
    #[schema(nullable = false)]
    pub id: Option<Uuid>,
    pub mediation_id: Uuid,
    pub starts_at: DateTime<Utc>,
    pub ends_at: DateTime<Utc>,
    #[schema(min_length = 1, max_length = 200, pattern = "\\S")]
    pub place: String,
    #[serde(default)]
    #[schema(max_items = 20)]
    pub invitations: Vec<SessionInvitation>,
}

/// Changes to a session that is to be held (JSON merge patch).
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"place": "街道调解室"}))]
pub struct MediationSessionPatch {
    #[schema(nullable = false)]
    pub starts_at: Option<DateTime<Utc>>,
    #[schema(nullable = false)]
    pub ends_at: Option<DateTime<Utc>>,
    #[schema(min_length = 1, max_length = 200, pattern = "\\S", nullable = false)]
    pub place: Option<String>,
    #[schema(max_items = 20, nullable = false)]
    pub invitations: Option<Vec<SessionInvitation>>,
}

impl MediationSessionPatch {
    /// Puts the given members into the record.
    pub fn apply(self, to: &mut MediationSessionFields) {
        replace(&mut to.starts_at, self.starts_at);
        replace(&mut to.ends_at, self.ends_at);
        replace(&mut to.place, self.place);
        replace(&mut to.invitations.0, self.invitations);
    }
}

/// Who is there when a session begins.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"attendance": [{"position": 0, "present": true}, {"position": 1, "present": true}]}))]
pub struct SessionStart {
    #[schema(min_items = 1, max_items = 20)]
    pub attendance: Vec<Attendance>,
}

/// What was said in a session.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"minutes": "双方陈述，同意现场查看", "cited_policies": ["《民法典》第二百九十六条"]}))]
pub struct Minutes {
    #[schema(min_length = 1, max_length = 10000, pattern = "\\S")]
    pub minutes: String,
    /// What was cited that is not in the policy library.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub cited_policies: Vec<CitedPolicy>,
    /// What was cited of the policy library.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub citations: Vec<Citation>,
}

/// What one party told the mediator alone.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"party_position": 0, "note": "申请人可接受分期"}))]
pub struct NewCaucusNote {
    /// The party's position in the dispute.
    #[schema(minimum = 0, maximum = 100)]
    pub party_position: Option<i16>,
    #[schema(min_length = 1, max_length = 5000, pattern = "\\S")]
    pub note: String,
}

/// What one party told the mediator alone.
#[derive(Debug, Queryable, Selectable, Insertable, Serialize, ToSchema)]
#[diesel(table_name = caucus_notes, treat_none_as_default_value = false)]
pub struct CaucusNote {
    pub id: Uuid,
    #[serde(skip)]
    pub session_id: Uuid,
    #[serde(skip)]
    pub written_by: String,
    pub written_at: DateTime<Utc>,
    #[schema(required)]
    pub party_position: Option<i16>,
    #[schema(max_length = 5000)]
    pub note: String,
}

/// The caller's own notes of a session.
#[derive(Serialize, ToSchema)]
pub struct CaucusNotes {
    #[schema(max_items = 500)]
    pub items: Vec<CaucusNote>,
}

/// Which sessions to list, in the order in which they begin.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct MediationSessionFilter {
    /// Only this jurisdiction and what lies below it.
    #[param(inline)]
    pub r#in: Option<JurisdictionCode>,
    /// States, separated by commas.
    #[param(inline, style = Form, explode = false, max_items = 6)]
    pub status: Option<Vec<SessionStatus>>,
    /// Only those of this mediation.
    pub mediation_id: Option<Uuid>,
    /// Only those of this mediator.
    pub mediator_id: Option<Uuid>,
    /// Beginning at this time or later.
    #[serde(rename = "starts_at.gte")]
    pub starts_from: Option<DateTime<Utc>>,
    /// Beginning earlier than this.
    #[serde(rename = "starts_at.lt")]
    pub starts_before: Option<DateTime<Utc>>,
}

/// Whose calendar.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct CalendarParams {
    /// Only the sessions of this mediator.
    pub mediator_id: Option<Uuid>,
}

/// The session as the caller sees it.
pub fn view(scope: &Authorized<MediationSessions>, fields: MediationSessionFields) -> MediationSession {
    MediationSession { next_actions: next_actions(scope, &fields), fields }
}
