//! What is wrong with a session: who is invited, when it is, and who was there.

use chrono::{DateTime, TimeDelta, Utc};

use super::model::{Attendance, SessionInvitation};
use crate::calendar::civil_date;
use crate::http::codes;
use crate::http::problem::FieldError;
use crate::resources::mediation::mediations::model::MediationFields;

/// Only parties of the mediation are invited.
pub fn unknown_guests(mediation: &MediationFields, invited: &[SessionInvitation]) -> Vec<FieldError> {
    let wrong = invited.iter().enumerate().filter(|(_, invited)| !mediation.has_party(invited.position));
    wrong.map(|(at, _)| FieldError::at(format!("/invitations/{at}/position"), &codes::UNKNOWN_RECORD)).collect()
}

/// A session takes some time, and not longer than a day.
pub fn end_faults(starts_at: DateTime<Utc>, ends_at: DateTime<Utc>) -> Option<FieldError> {
    let last = starts_at + TimeDelta::hours(24);
    let late = (ends_at > last).then(|| FieldError::at("/ends_at", &codes::TOO_LATE).with("limit", last.to_rfc3339()));
    late.or((ends_at <= starts_at).then(|| FieldError::at("/ends_at", &codes::ENDS_BEFORE)))
}

/// A session lies between the day on which the mediator was chosen and the last day of the mediation.
pub fn time_faults(mediation: &MediationFields, starts_at: DateTime<Utc>) -> Option<FieldError> {
    let day = civil_date(starts_at);
    let late = mediation.is_overdue(day).then(|| FieldError::at("/starts_at", &codes::MEDIATION_OVERDUE));
    late.or_else(|| FieldError::before("/starts_at", day, mediation.began_on))
}

/// Every party is there or represented, and told of once.
pub fn attendance_faults(mediation: &MediationFields, attendance: &[Attendance]) -> Vec<FieldError> {
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
