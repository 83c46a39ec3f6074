//! Trainings as an iCalendar file (RFC 5545).

use actix_web::HttpResponse;
use icalendar::{Calendar, Component, Event, EventLike, EventStatus};

use crate::resources::training_sessions::model::TrainingSessionFields;
use crate::resources::training_sessions::states::TrainingSessionStatus;

/// The sessions as events.
pub fn calendar(sessions: Vec<TrainingSessionFields>) -> HttpResponse {
    let mut calendar = Calendar::new();
    calendar.name("培训").timezone("Asia/Shanghai");
    for session in sessions {
        let gone = session.status == TrainingSessionStatus::Cancelled;
        let mut event = Event::new();
        event
            .uid(&session.id.to_string())
            .summary(&session.title)
            .location(&session.place)
            .starts(session.starts_at)
            .ends(session.ends_at)
            .timestamp(session.updated_at)
            .sequence(u32::try_from(session.version).unwrap_or(u32::MAX))
            .status(if gone { EventStatus::Cancelled } else { EventStatus::Confirmed });
        calendar.push(event.done());
    }
    HttpResponse::Ok().content_type("text/calendar; charset=utf-8").body(calendar.done().to_string())
}
