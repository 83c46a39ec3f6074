//! What was a mistake is voided: it stays readable with the reason, and no longer holds.

use chrono::NaiveDate;
use serde::Serialize;

/// Whether what somebody has set still holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Validity {
    Holds,
    Voided,
}

impl Validity {
    pub fn of(voided_on: Option<NaiveDate>) -> Self {
        if voided_on.is_some() { Self::Voided } else { Self::Holds }
    }
}
