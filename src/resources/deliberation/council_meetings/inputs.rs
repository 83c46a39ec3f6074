//! What is taken about meetings of councils.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::attendance::Passage;
use super::model::CouncilMeetingFields;
use super::states::CouncilMeetingStatus;
use super::voting::Voice;
use crate::access::code::JurisdictionCode;
use crate::http::json::replace;
use crate::resources::deliberation::councils::model::CouncilKind;

/// A meeting to be planned, or a series of them.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "council_id": "019c0000-0000-7000-8000-000000000001", "title": "三月议事会", "place": "社区党群服务中心",
    "starts_at": "2026-03-09T14:00:00+08:00", "ends_at": "2026-03-09T16:00:00+08:00"
}))]
pub struct NewCouncilMeeting {
    /// A UUID of version 7 made by the client.
    #[schema(nullable = false)]
    pub id: Option<Uuid>,
    /// An active council.
    pub council_id: Uuid,
    #[schema(min_length = 1, max_length = 200, pattern = "\\S")]
    pub title: String,
    #[schema(min_length = 1, max_length = 200, pattern = "\\S")]
    pub place: String,
    pub starts_at: DateTime<Utc>,
    /// When it is expected to end.
    pub ends_at: DateTime<Utc>,
}

/// Meetings to be planned by a rule.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "council_id": "019c0000-0000-7000-8000-000000000001", "title": "每月议事会", "place": "社区党群服务中心",
    "starts_at": "2026-03-09T14:00:00+08:00", "ends_at": "2026-03-09T16:00:00+08:00", "recurrence": "FREQ=MONTHLY;COUNT=6"
}))]
pub struct NewCouncilMeetingSeries {
    /// An active council.
    pub council_id: Uuid,
    #[schema(min_length = 1, max_length = 200, pattern = "\\S")]
    pub title: String,
    #[schema(min_length = 1, max_length = 200, pattern = "\\S")]
    pub place: String,
    /// The first meeting.
    pub starts_at: DateTime<Utc>,
    pub ends_at: DateTime<Utc>,
    /// A recurrence rule of RFC 5545 for days, by the clock of Qingdao, with `UNTIL` in UTC: at most 100 meetings within
    /// two years.
    #[schema(
        max_length = 200,
        pattern = "^FREQ=(DAILY|WEEKLY|MONTHLY|YEARLY)(;(INTERVAL|COUNT|UNTIL|WKST|BYDAY|BYMONTHDAY|BYYEARDAY|BYWEEKNO|BYMONTH|BYSETPOS)=[A-Z0-9,+-]+)*$"
    )]
    pub recurrence: String,
}

/// Changes to a meeting (JSON merge patch). Once the seats are invited, another time is for `adjourn`.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"place": "物业服务中心会议室"}))]
pub struct CouncilMeetingPatch {
    #[schema(min_length = 1, max_length = 200, pattern = "\\S", nullable = false)]
    pub title: Option<String>,
    #[schema(min_length = 1, max_length = 200, pattern = "\\S", nullable = false)]
    pub place: Option<String>,
    /// The end moves along, unless it is given too.
    #[schema(nullable = false)]
    pub starts_at: Option<DateTime<Utc>>,
    #[schema(nullable = false)]
    pub ends_at: Option<DateTime<Utc>>,
}

impl CouncilMeetingPatch {
    /// Puts the given members into the record.
    pub fn apply(self, to: &mut CouncilMeetingFields) {
        replace(&mut to.title, self.title);
        replace(&mut to.place, self.place);
        if let Some(starts_at) = self.starts_at {
            (to.starts_at, to.ends_at) = (starts_at, to.ends_at + (starts_at - to.starts_at));
        }
        replace(&mut to.ends_at, self.ends_at);
    }
}

/// An item for the agenda. Once the seats are invited it is an urgent one, to which all seats agree that are not recused from it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"title": "地下车库照明改造", "text": "物业提交改造方案", "dispute_id": null}))]
pub struct NewAgendaItem {
    #[schema(min_length = 1, max_length = 200, pattern = "\\S")]
    pub title: String,
    #[schema(max_length = 5000)]
    pub text: Option<String>,
    /// A dispute of the same community that is not confidential. The seats of its parties are recused.
    pub dispute_id: Option<Uuid>,
    /// A consultation of this place or above, which is no draft.
    pub consultation_id: Option<Uuid>,
    /// A matter of `/v1/vote-matters`, where it is one that the owners decide.
    #[schema(max_length = 50)]
    pub matter: Option<String>,
}

/// An item of the agenda.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"item_id": "019c0000-0000-7000-8000-000000000002"}))]
pub struct ChosenItem {
    pub item_id: Uuid,
}

/// The order in which the agenda is gone through.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"item_ids": ["019c0000-0000-7000-8000-000000000003", "019c0000-0000-7000-8000-000000000002"]}))]
pub struct AgendaOrder {
    /// Each item once.
    #[schema(min_items = 1, max_items = 50)]
    pub item_ids: Vec<Uuid>,
}

/// What a seat says to its invitation.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"position": 3, "coming": true}))]
pub struct InvitationAnswer {
    #[schema(minimum = 0, maximum = 29)]
    pub position: i16,
    pub coming: bool,
    #[schema(min_length = 1, max_length = 500, pattern = "\\S")]
    pub note: Option<String>,
}

/// Whether a seat agrees to an urgent item.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"item_id": "019c0000-0000-7000-8000-000000000002", "position": 3, "agrees": true}))]
pub struct ItemConsent {
    pub item_id: Uuid,
    #[schema(minimum = 0, maximum = 29)]
    pub position: i16,
    /// False takes back what was said before, until the seats are asked about the item.
    pub agrees: bool,
    /// Where whoever convenes records it for a seat from which nobody is there: how it has said so, such as by a letter.
    #[schema(min_length = 1, max_length = 200, pattern = "\\S")]
    pub paper: Option<String>,
}

/// Somebody comes, or goes.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"position": 2, "delegate_id": "019c0000-0000-7000-8000-000000000004", "passage": "in"}))]
pub struct NewAttendance {
    #[schema(minimum = 0, maximum = 29)]
    pub position: i16,
    /// Somebody who speaks for the seat that day.
    pub delegate_id: Uuid,
    pub passage: Passage,
    /// Now when not given.
    #[schema(nullable = false)]
    pub at: Option<DateTime<Utc>>,
}

/// An entry about attendance that was wrong.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"event_id": "019c0000-0000-7000-8000-000000000005", "reason": "误录"}))]
pub struct StruckAttendance {
    pub event_id: Uuid,
    #[schema(min_length = 1, max_length = 1000, pattern = "\\S")]
    pub reason: String,
}

/// Whether a seat votes on an item.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "item_id": "019c0000-0000-7000-8000-000000000002", "position": 3, "recused": true, "reason": "与议题有利害关系"
}))]
pub struct RecusalDecision {
    pub item_id: Uuid,
    #[schema(minimum = 0, maximum = 29)]
    pub position: i16,
    pub recused: bool,
    #[schema(min_length = 1, max_length = 1000, pattern = "\\S")]
    pub reason: String,
}

/// What the seats are asked to decide.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"item_id": "019c0000-0000-7000-8000-000000000002", "resolution": "三十日内完成车库照明改造"}))]
pub struct NewItemVote {
    pub item_id: Uuid,
    #[schema(min_length = 1, max_length = 5000, pattern = "\\S")]
    pub resolution: String,
    /// Why the owners need not decide it, where its words sound as if they did.
    #[schema(min_length = 1, max_length = 1000, pattern = "\\S")]
    pub not_reserved: Option<String>,
}

/// What is said for a seat in the vote that is open.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"position": 2, "delegate_id": "019c0000-0000-7000-8000-000000000004", "voice": "yes"}))]
pub struct NewSeatVoice {
    #[schema(minimum = 0, maximum = 29)]
    pub position: i16,
    /// Who says it; themselves where they sign in.
    pub delegate_id: Uuid,
    pub voice: Voice,
}

/// When the meeting goes on.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "starts_at": "2026-03-10T14:00:00+08:00", "ends_at": "2026-03-10T16:00:00+08:00", "reason": "业主席位未到"
}))]
pub struct MeetingAdjournment {
    pub starts_at: DateTime<Utc>,
    pub ends_at: DateTime<Utc>,
    #[schema(min_length = 1, max_length = 1000, pattern = "\\S")]
    pub reason: String,
}

/// What was discussed, in the words of whoever keeps the minutes.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"remarks": "各方就施工时间充分讨论。"}))]
pub struct MinutesRemarks {
    #[schema(min_length = 1, max_length = 20_000, pattern = "\\S")]
    pub remarks: String,
}

/// A seat signs the minutes as it has read them.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "position": 2, "hash": "0000000000000000000000000000000000000000000000000000000000000000", "dissent": "不同意第二项"
}))]
pub struct NewMinutesSignature {
    #[schema(minimum = 0, maximum = 29)]
    pub position: i16,
    /// That of the minutes which it has read.
    #[schema(min_length = 64, max_length = 64, pattern = "^[0-9a-f]{64}$")]
    pub hash: String,
    /// With what the seat does not agree.
    #[schema(min_length = 1, max_length = 1000, pattern = "\\S")]
    pub dissent: Option<String>,
    /// Of a signature on paper, which whoever convenes records: where it is kept.
    #[schema(min_length = 1, max_length = 200, pattern = "\\S")]
    pub paper: Option<String>,
}

/// A signature that is not to stand.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"position": 2, "reason": "误录"}))]
pub struct StruckSignature {
    #[schema(minimum = 0, maximum = 29)]
    pub position: i16,
    #[schema(min_length = 1, max_length = 1000, pattern = "\\S")]
    pub reason: String,
}

/// What residents read.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"public_text": "会议决定：三十日内完成车库照明改造。", "confirmed": []}))]
pub struct MinutesPublication {
    #[schema(min_length = 1, max_length = 50_000, pattern = "\\S")]
    pub public_text: String,
    /// The title that residents read; the meeting's own when not given.
    #[schema(min_length = 1, max_length = 200, pattern = "\\S")]
    pub public_title: Option<String>,
    /// True for a text that only leaves out what should not have been told: it gives no new time to object.
    #[serde(default)]
    pub redaction: bool,
    /// What of it looks like a number, a flat or the name of somebody who was there, and is to be read all the same.
    #[serde(default)]
    #[schema(max_items = 100, max_length = 100)]
    pub confirmed: Vec<String>,
}

/// What a resident has against what was published.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"text": "施工时间影响学生休息，请调整。"}))]
pub struct NewMeetingObjection {
    #[schema(min_length = 1, max_length = 2000, pattern = "\\S")]
    pub text: String,
}

/// What is said to an objection.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"objection_id": "019c0000-0000-7000-8000-000000000006", "answer": "施工时间调整为上午九点后。"}))]
pub struct ObjectionAnswer {
    pub objection_id: Uuid,
    #[schema(min_length = 1, max_length = 2000, pattern = "\\S")]
    pub answer: String,
}

/// Which meetings to list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct CouncilMeetingFilter {
    /// Only this jurisdiction and what lies below it.
    #[param(inline)]
    pub r#in: Option<JurisdictionCode>,
    /// States, separated by commas.
    #[param(inline, style = Form, explode = false, max_items = 8)]
    pub status: Option<Vec<CouncilMeetingStatus>>,
    /// Only those of councils of this kind.
    #[param(inline)]
    pub kind: Option<CouncilKind>,
    /// Only those of this council.
    pub council_id: Option<Uuid>,
    /// Only those of this estate.
    pub estate_id: Option<Uuid>,
    /// Only those of this series.
    pub series_id: Option<Uuid>,
    /// Only those that begin at this time or later.
    #[serde(rename = "starts_at.gte")]
    pub starts_from: Option<DateTime<Utc>>,
    /// Only those that begin before this time.
    #[serde(rename = "starts_at.lt")]
    pub starts_before: Option<DateTime<Utc>>,
}

/// Which published meetings to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PublicMeetingFilter {
    /// This jurisdiction and what lies below it.
    #[param(inline)]
    pub r#in: JurisdictionCode,
    /// Only those of this estate.
    pub estate_id: Option<Uuid>,
}

/// At which moment.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct QuorumParams {
    /// Now when not given.
    pub at: Option<DateTime<Utc>>,
}
