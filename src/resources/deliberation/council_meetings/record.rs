//! What was recorded of a meeting.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::agenda::AgendaItem;
use super::attendance::AttendanceEvent;

/// What a seat says to its invitation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SeatInvitation {
    pub position: i16,
    /// Null until it is answered.
    #[schema(required)]
    pub coming: Option<bool>,
    #[schema(max_length = 500, required)]
    pub note: Option<String>,
    #[schema(required)]
    pub answered_at: Option<DateTime<Utc>>,
}

/// A seat signs the minutes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct MinutesSignature {
    pub position: i16,
    /// Who signed by their own token; null for a signature on paper.
    #[schema(required)]
    pub delegate_id: Option<Uuid>,
    pub signed_at: DateTime<Utc>,
    /// With what the seat does not agree.
    #[schema(max_length = 1000, required)]
    pub dissent: Option<String>,
    /// Where a signature on paper is kept.
    #[schema(max_length = 200, required)]
    pub paper: Option<String>,
}

/// A signature that does not stand.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SignatureStrike {
    /// What was signed, with its dissent.
    pub signature: MinutesSignature,
    #[schema(max_length = 1000)]
    pub reason: String,
    pub at: DateTime<Utc>,
}

/// The minutes, drafted from what was recorded; their text is told to those who sit in the council and prepare it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct MeetingMinutes {
    /// SHA-256 of the text and the remarks: what the seats sign.
    #[schema(max_length = 64)]
    pub hash: String,
    /// By when the seats that were there sign.
    pub sign_due_on: NaiveDate,
    #[schema(max_items = 30)]
    pub signatures: Vec<MinutesSignature>,
    /// What was signed and does not stand.
    #[serde(default)]
    #[schema(max_items = 100)]
    pub struck: Vec<SignatureStrike>,
}

/// What was recorded of a meeting.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct MeetingRecord {
    #[schema(max_items = 30)]
    pub invitations: Vec<SeatInvitation>,
    /// In the order in which it is gone through.
    #[schema(max_items = 50)]
    pub agenda: Vec<AgendaItem>,
    #[schema(max_items = 2000)]
    pub attendance: Vec<AttendanceEvent>,
    /// The seats for which somebody came.
    #[schema(max_items = 30)]
    pub came: Vec<i16>,
    #[schema(required)]
    pub minutes: Option<MeetingMinutes>,
    /// Of the seats of a joint meeting that need not be there, how many hundredths are needed all the same.
    #[serde(default)]
    pub others_percent: i64,
    /// By when it is published, once it is signed.
    #[serde(default)]
    pub publish_due_on: Option<NaiveDate>,
}

impl MeetingRecord {
    /// True while a seat is asked that has said nothing yet.
    pub fn awaits_voice(&self, position: i16) -> bool {
        let open = |item: &AgendaItem| item.votes.iter().any(|vote| vote.closed_at.is_none() && vote.awaits(position));
        self.agenda.iter().any(open)
    }

    /// The seats that were there and have not signed.
    pub fn unsigned(&self) -> Vec<i16> {
        let Some(minutes) = &self.minutes else { return Vec::new() };
        let signed = |position: &i16| minutes.signatures.iter().any(|one| one.position == *position);
        self.came.iter().copied().filter(|position| !signed(position)).collect()
    }
}
