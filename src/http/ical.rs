//! Meetings as an iCalendar file (RFC 5545).

use actix_web::HttpResponse;
use chrono::{DateTime, Utc};
use icalendar::{Calendar, Component, Event, EventLike, EventStatus};
use uuid::Uuid;

/// A meeting as calendars show it.
pub struct Meeting<'a> {
    pub id: Uuid,
    pub summary: &'a str,
    pub place: &'a str,
    pub starts_at: DateTime<Utc>,
    pub ends_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub version: i64,
    /// True when it is not held.
    pub gone: bool,
}

/// The file with these meetings.
pub fn file<'a>(name: &str, meetings: impl IntoIterator<Item = Meeting<'a>>) -> HttpResponse {
    let mut calendar = Calendar::new();
    calendar.name(name).timezone("Asia/Shanghai");
    for meeting in meetings {
        let mut event = Event::new();
        event
            .uid(&meeting.id.to_string())
            .summary(meeting.summary)
            .location(meeting.place)
            .starts(meeting.starts_at)
            .ends(meeting.ends_at)
            .timestamp(meeting.updated_at)
            .sequence(u32::try_from(meeting.version).unwrap_or(u32::MAX))
            .status(if meeting.gone { EventStatus::Cancelled } else { EventStatus::Confirmed });
        calendar.push(event.done());
    }
    HttpResponse::Ok().content_type("text/calendar; charset=utf-8").body(calendar.done().to_string())
}
