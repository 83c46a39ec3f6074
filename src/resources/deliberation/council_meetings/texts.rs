//! What is told of a meeting to some only.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::changes::taken_steps::TakenSteps;

/// What is told of a meeting to some only: with names in it, or of a resident.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct MeetingTexts {
    /// The minutes as they follow from what was recorded.
    pub minutes: Option<String>,
    /// What was discussed, in the words of whoever keeps them.
    pub remarks: Option<String>,
    /// The title that residents read, where it is not the meeting's own.
    pub public_title: Option<String>,
    pub earlier: Vec<EarlierText>,
    pub objections: Vec<Objection>,
    /// Who recorded signatures on paper; never shown.
    #[serde(default)]
    pub recorded_by: TakenSteps,
}

impl MeetingTexts {
    pub fn has_open_objection(&self) -> bool {
        self.objections.iter().any(|objection| objection.answered_at.is_none())
    }

    /// When another text took the place of the first one.
    pub fn changed_at(&self) -> Option<DateTime<Utc>> {
        self.earlier.last().map(|earlier| earlier.until)
    }
}

/// What was published before another text took its place.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct EarlierText {
    #[schema(max_length = 50_000)]
    pub public_text: String,
    /// Until when it could be read.
    pub until: DateTime<Utc>,
}

/// What a resident has against what was published, as it is kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Objection {
    pub id: Uuid,
    pub text: String,
    pub at: DateTime<Utc>,
    pub subject: String,
    pub answer: Option<String>,
    pub answered_at: Option<DateTime<Utc>>,
}

impl Objection {
    /// As a caller sees it, without who said it.
    pub fn shown(&self, caller: &str) -> MeetingObjection {
        MeetingObjection {
            id: self.id,
            text: self.text.clone(),
            at: self.at,
            answer: self.answer.clone(),
            answered_at: self.answered_at,
            is_own: self.subject == caller,
        }
    }
}

/// What a resident has against what was published.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MeetingObjection {
    pub id: Uuid,
    #[schema(max_length = 2000)]
    pub text: String,
    pub at: DateTime<Utc>,
    #[schema(max_length = 2000, required)]
    pub answer: Option<String>,
    #[schema(required)]
    pub answered_at: Option<DateTime<Utc>>,
    /// True for the caller's own.
    pub is_own: bool,
}

/// The words of the minutes.
#[derive(Serialize, ToSchema)]
pub struct MinutesText {
    /// As it follows from what was recorded.
    #[schema(max_length = 1_000_000)]
    pub text: String,
    /// What was discussed, in the words of whoever keeps the minutes.
    #[schema(max_length = 20_000, required)]
    pub remarks: Option<String>,
}
