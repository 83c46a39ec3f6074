//! A meeting of a council: whom it is for, what it is about, who was there, and what it decided.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use diesel::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::attendance::Attendance;
use super::record::MeetingRecord;
use super::states::CouncilMeetingStatus;
use super::texts::{EarlierText, MeetingObjection, MeetingTexts, MinutesText, Objection};
use crate::access::authority::Authority;
use crate::access::code::JurisdictionCode;
use crate::access::permissions::Action;
use crate::access::permissions::resource::CouncilMeetings;
use crate::access::scope::Authorized;
use crate::changes::lifecycle::next_actions;
use crate::changes::record::impl_feed_record;
use crate::db::document::Document;
use crate::db::json_value::JsonList;
use crate::db::schema::council_meetings;
use crate::http::openapi::page;
use crate::resources::deliberation::councils::delegates::{CouncilDelegate, Delegate};
use crate::resources::deliberation::councils::model::{CouncilKind, DecisionRule};
use crate::resources::deliberation::councils::seats::CouncilSeat;

/// A meeting of a council.
#[derive(Clone, Debug, PartialEq, Queryable, Selectable, Insertable, AsChangeset, Serialize, ToSchema)]
#[diesel(table_name = council_meetings, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct CouncilMeetingFields {
    pub id: Uuid,
    /// The community.
    pub jurisdiction: JurisdictionCode,
    pub council_id: Uuid,
    #[schema(required)]
    pub estate_id: Option<Uuid>,
    pub kind: CouncilKind,
    #[schema(max_length = 200)]
    pub title: String,
    #[schema(max_length = 200)]
    pub place: String,
    pub starts_at: DateTime<Utc>,
    /// When it is expected to end.
    pub ends_at: DateTime<Utc>,
    pub status: CouncilMeetingStatus,
    /// The meetings that were planned together with it.
    #[schema(required)]
    pub series_id: Option<Uuid>,
    /// How it decides.
    pub decision: DecisionRule,
    /// Who sits in it, as it was when the meeting was called, and again when it was opened.
    #[schema(value_type = Vec<CouncilSeat>, max_items = 30)]
    pub seats: JsonList<CouncilSeat>,
    /// What was recorded; not told in lists and to residents.
    #[serde(skip_serializing_if = "Document::is_left_out")]
    #[schema(value_type = Option<MeetingRecord>, nullable = false)]
    pub record: Document<MeetingRecord>,
    #[schema(required)]
    pub notified_at: Option<DateTime<Utc>>,
    #[schema(required)]
    pub opened_at: Option<DateTime<Utc>>,
    #[schema(required)]
    pub concluded_at: Option<DateTime<Utc>>,
    /// Why it was adjourned or cancelled.
    #[schema(max_length = 1000, required)]
    pub reason: Option<String>,
    /// By when something is to be done next about its minutes.
    #[schema(required)]
    pub next_due_on: Option<NaiveDate>,
    /// What residents read of it; not told in lists.
    #[schema(max_length = 50_000, required)]
    pub public_text: Option<String>,
    #[schema(required)]
    pub published_at: Option<DateTime<Utc>>,
    /// The last day on which residents object.
    #[schema(required)]
    pub objections_until: Option<NaiveDate>,
    /// Grows by one with every change.
    pub version: i64,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    #[serde(skip)]
    pub delegates: JsonList<Delegate>,
    /// What is told to some only.
    #[serde(skip)]
    pub texts: Document<MeetingTexts>,
    #[serde(skip)]
    pub created_by: String,
}

impl_feed_record!(CouncilMeetingFields as CouncilMeeting);

impl CouncilMeetingFields {
    /// So long before its time it can be opened.
    pub fn earliest_opening(&self) -> TimeDelta {
        TimeDelta::minutes(30)
    }

    /// The seat of the caller's organization.
    pub fn seat_of(&self, who: &Authority) -> Option<&CouncilSeat> {
        self.seats.0.iter().find(|seat| who.actor.organization == Some(seat.organization_id))
    }

    /// Who was there, by what is recorded.
    pub fn attendance<'a>(&'a self, record: &'a MeetingRecord) -> Attendance<'a> {
        Attendance::new(self.kind, (&self.seats.0, &self.delegates.0), &record.attendance, record.others_percent)
    }

    /// What an organization's seat has still to say: whether it comes, or that the minutes are right.
    pub fn asks_seat(&self, organization: Uuid, now: DateTime<Utc>) -> Option<Action> {
        let position = self.seats.0.iter().find(|seat| seat.organization_id == organization)?.position;
        let record = self.record.get().ok()?;
        let unanswered = record.invitations.iter().any(|one| one.position == position && one.coming.is_none());
        match self.status {
            CouncilMeetingStatus::Notified | CouncilMeetingStatus::Adjourned if unanswered && now < self.starts_at => {
                Some(Action::AnswerInvitation)
            }
            CouncilMeetingStatus::Open if record.awaits_voice(position) => Some(Action::GiveVoice),
            CouncilMeetingStatus::Concluded if record.unsigned().contains(&position) => Some(Action::SignMinutes),
            _ => None,
        }
    }

    /// True for those who sit in it, prepare, guide or oversee it.
    pub fn is_told_whole(&self, who: &Authority) -> bool {
        self.seat_of(who).is_some() || who.may(Action::ReadDrafts, &self.jurisdiction, false, None)
    }
}

/// A meeting as a caller sees it.
#[derive(Serialize, ToSchema)]
pub struct CouncilMeeting {
    #[serde(flatten)]
    pub fields: CouncilMeetingFields,
    /// Who speaks for the seats, as it was when the meeting was called, and again when it was opened; nobody for residents.
    #[schema(max_items = 300)]
    pub delegates: Vec<CouncilDelegate>,
    /// What the seats sign; null for those who read names masked.
    #[schema(required)]
    pub minutes: Option<MinutesText>,
    /// The title that residents read, where it is not the meeting's own.
    #[schema(max_length = 200, required)]
    pub public_title: Option<String>,
    /// When another text took the place of the first one.
    #[schema(required)]
    pub changed_at: Option<DateTime<Utc>>,
    /// What was published before; nothing for residents.
    #[schema(max_items = 20)]
    pub earlier_texts: Vec<EarlierText>,
    /// Once it is published; residents see their own.
    #[schema(max_items = 500)]
    pub objections: Vec<MeetingObjection>,
    /// What the caller may do to it now.
    #[schema(max_items = 30, max_length = 50)]
    pub next_actions: Vec<&'static str>,
}

page!(CouncilMeetingPage of CouncilMeeting, "A page of meetings, without what was recorded.");

/// The meetings of a new series.
#[derive(Serialize, ToSchema)]
pub struct CouncilMeetingSeries {
    pub series_id: Uuid,
    #[schema(max_items = 100)]
    pub items: Vec<CouncilMeeting>,
}

/// The meeting as lists show it.
pub fn listed(scope: &Authorized<CouncilMeetings>, mut fields: CouncilMeetingFields) -> CouncilMeeting {
    fields.record.leave_out();
    fields.public_text = None;
    CouncilMeeting { delegates: Vec::new(), earlier_texts: Vec::new(), ..view(scope, fields) }
}

/// The meeting as the caller sees it.
pub fn view(scope: &Authorized<CouncilMeetings>, mut fields: CouncilMeetingFields) -> CouncilMeeting {
    let caller = scope.actor.caller.as_str();
    let whole = fields.is_told_whole(scope);
    let in_full = fields.seat_of(scope).is_some() || scope.acting_level(Action::Notify, &fields.jurisdiction).is_some();
    let told = |one: &&Objection| whole || one.subject == caller;
    // What cannot be read is told to nobody.
    let texts = fields.texts.get().cloned().unwrap_or_default();
    let objections = texts.objections.iter().filter(told).map(|one| one.shown(caller)).collect();
    let (public_title, changed_at) = (texts.public_title.clone(), texts.changed_at());
    let minutes = texts.minutes.filter(|_| in_full).map(|text| MinutesText { text, remarks: texts.remarks });
    let earlier_texts = if whole { texts.earlier } else { Vec::new() };
    let delegates = fields.delegates.0.iter().map(|known| known.shown(caller, in_full)).filter(|_| whole).collect();
    let next_actions = next_actions(scope, &fields);
    if !whole {
        fields.record.leave_out();
        fields.seats = JsonList::default();
        fields.next_due_on = None;
    }
    CouncilMeeting { delegates, minutes, public_title, changed_at, earlier_texts, objections, next_actions, fields }
}
