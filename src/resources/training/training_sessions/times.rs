//! When sessions of courses can be held, and what comes before its time.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;

use super::model::TrainingSessionFields;
use super::states::TrainingSessionStatus;
use crate::access::code::JurisdictionCode;
use crate::http::codes;
use crate::http::problem::FieldError;

/// What of a session decides what can be done to its enrollments.
#[derive(Clone, Copy, Debug, Queryable)]
pub struct SessionTimes {
    pub jurisdiction: JurisdictionCode,
    pub status: TrainingSessionStatus,
    pub starts_at: DateTime<Utc>,
    pub ends_at: DateTime<Utc>,
    pub check_in_opens_at: DateTime<Utc>,
    pub check_in_closes_at: DateTime<Utc>,
}

impl From<&TrainingSessionFields> for SessionTimes {
    fn from(session: &TrainingSessionFields) -> Self {
        Self {
            jurisdiction: session.jurisdiction,
            status: session.status,
            starts_at: session.starts_at,
            ends_at: session.ends_at,
            check_in_opens_at: session.check_in_opens_at,
            check_in_closes_at: session.check_in_closes_at,
        }
    }
}

/// What is wrong with a session: it takes some time and not longer than a day, check-in lies about its beginning, it is
/// not entered more than a year after it was held or three years ahead, and nobody loses a seat.
pub fn faults(now: DateTime<Utc>, session: &TrainingSessionFields) -> Vec<FieldError> {
    let late = |place, at: DateTime<Utc>, last: DateTime<Utc>| {
        (at > last).then(|| FieldError::at(place, &codes::TOO_LATE).with("limit", last.to_rfc3339()))
    };
    let early = |place, at: DateTime<Utc>, first: DateTime<Utc>| {
        (at < first).then(|| FieldError::at(place, &codes::TOO_EARLY).with("limit", first.to_rfc3339()))
    };
    let ends_before = |place, wrong: bool| wrong.then(|| FieldError::at(place, &codes::ENDS_BEFORE));
    let taken = session.confirmed_count;
    [
        early("/starts_at", session.starts_at, now - TimeDelta::days(366)),
        late("/starts_at", session.starts_at, now + TimeDelta::days(1100)),
        ends_before("/ends_at", session.ends_at <= session.starts_at),
        late("/ends_at", session.ends_at, session.starts_at + TimeDelta::hours(24)),
        early("/check_in_opens_at", session.check_in_opens_at, session.starts_at - TimeDelta::hours(12)),
        ends_before("/check_in_closes_at", session.check_in_closes_at <= session.check_in_opens_at),
        late("/check_in_closes_at", session.check_in_closes_at, session.ends_at.max(session.starts_at)),
        (session.capacity < taken).then(|| FieldError::at("/capacity", &codes::NO_SEATS).with("limit", taken)),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// What comes before its time is refused.
pub fn not_before(now: DateTime<Utc>, first: DateTime<Utc>) -> Option<FieldError> {
    (now < first).then(|| FieldError::at("", &codes::BEFORE_ITS_TIME).with("limit", first.to_rfc3339()))
}

/// A session is not moved any more once its learners can check in.
pub fn moved_too_late(now: DateTime<Utc>, before: &TrainingSessionFields, after: &TrainingSessionFields) -> Option<FieldError> {
    let moved = (before.starts_at, before.ends_at) != (after.starts_at, after.ends_at);
    match () {
        () if moved && now >= before.check_in_opens_at => Some(FieldError::at("/starts_at", &codes::HAS_BEGUN)),
        // From there it could not be moved back.
        () if moved && after.starts_at < now => {
            Some(FieldError::at("/starts_at", &codes::TOO_EARLY).with("limit", now.to_rfc3339()))
        }
        () => None,
    }
}
