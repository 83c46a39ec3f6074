//! Trainings as a calendar file.

use actix_web::HttpResponse;

use crate::http::ical::{self, Meeting};
use crate::resources::training::training_sessions::model::TrainingSessionFields;
use crate::resources::training::training_sessions::states::TrainingSessionStatus;

/// The sessions as meetings.
pub fn calendar(sessions: &[TrainingSessionFields]) -> HttpResponse {
    ical::file("培训", sessions.iter().map(meeting))
}

fn meeting(session: &TrainingSessionFields) -> Meeting<'_> {
    Meeting {
        id: session.id,
        summary: &session.title,
        place: &session.place,
        starts_at: session.starts_at,
        ends_at: session.ends_at,
        updated_at: session.updated_at,
        version: session.version,
        gone: session.status == TrainingSessionStatus::Cancelled,
    }
}
