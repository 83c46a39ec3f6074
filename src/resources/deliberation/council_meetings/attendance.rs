//! Who was there, and whether enough seats were.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::calendar::civil_date;
use crate::db::text_enum::text_enum;
use crate::resources::deliberation::councils::delegates::Delegate;
use crate::resources::deliberation::councils::model::CouncilKind;
use crate::resources::deliberation::councils::seats::CouncilSeat;

text_enum! {
    /// Whether somebody comes or goes.
    pub enum Passage {
        In = "in",
        Out = "out",
    }
}

/// Somebody comes to a meeting, or leaves it. What was recorded wrongly is struck, not taken out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AttendanceEvent {
    pub id: Uuid,
    /// The seat.
    pub position: i16,
    pub delegate_id: Uuid,
    pub passage: Passage,
    pub at: DateTime<Utc>,
    pub recorded_at: DateTime<Utc>,
    /// Why it does not count.
    #[schema(max_length = 1000, required)]
    pub struck_reason: Option<String>,
}

/// A time during which somebody was there: from its beginning until before its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Span {
    from: DateTime<Utc>,
    until: Option<DateTime<Utc>>,
}

impl Span {
    fn covers(&self, at: DateTime<Utc>) -> bool {
        self.from <= at && self.until.is_none_or(|until| at < until)
    }
}

/// Who sits in a meeting, who speaks for them, and when they were there.
pub struct Attendance<'a> {
    kind: CouncilKind,
    seats: &'a [CouncilSeat],
    delegates: &'a [Delegate],
    events: &'a [AttendanceEvent],
    /// Of the seats of a joint meeting that need not be there, how many hundredths are needed all the same.
    others_percent: i64,
}

/// A seat at a moment of a meeting.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct SeatPresence {
    pub position: i16,
    pub organization_id: Uuid,
    /// Whether nothing is decided while it is empty.
    pub required: bool,
    /// Who is there for it; a deputy only while no delegate is.
    #[schema(max_items = 50)]
    pub delegate_ids: Vec<Uuid>,
    /// Since when somebody has been there without a break; null while nobody is.
    #[schema(required)]
    pub since: Option<DateTime<Utc>>,
}

/// Whether enough seats are there at a moment, and why.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct MeetingQuorum {
    pub at: DateTime<Utc>,
    /// True when something can be decided.
    pub reached: bool,
    #[schema(max_items = 30)]
    pub seats: Vec<SeatPresence>,
    /// Seats that must be there and are not.
    #[schema(max_items = 30)]
    pub lacking: Vec<i16>,
    /// How many of the other seats must be there, and how many are.
    pub others_needed: usize,
    pub others_present: usize,
}

impl<'a> Attendance<'a> {
    pub fn new(
        kind: CouncilKind,
        (seats, delegates): (&'a [CouncilSeat], &'a [Delegate]),
        events: &'a [AttendanceEvent],
        others_percent: i64,
    ) -> Self {
        Self { kind, seats, delegates, events, others_percent }
    }

    /// When somebody was there for a seat. Who comes in again without having left has been there all the time.
    fn spans(&self, position: i16, delegate: Uuid) -> Vec<Span> {
        let own = |event: &&AttendanceEvent| {
            event.position == position && event.delegate_id == delegate && event.struck_reason.is_none()
        };
        let mut events: Vec<_> = self.events.iter().filter(own).collect();
        events.sort_by_key(|event| (event.at, event.passage == Passage::Out));
        let mut spans: Vec<Span> = Vec::new();
        for event in events {
            match (event.passage, spans.last_mut()) {
                (Passage::In, Some(Span { until: None, .. })) | (Passage::Out, None) => {}
                (Passage::In, _) => spans.push(Span { from: event.at, until: None }),
                (Passage::Out, Some(open)) if open.until.is_none() => open.until = Some(event.at),
                (Passage::Out, Some(_)) => {}
            }
        }
        spans
    }

    /// Those who speak for a seat and are there at a moment.
    fn present(&self, position: i16, at: DateTime<Utc>) -> impl Iterator<Item = &'a Delegate> {
        let speaks = move |known: &&Delegate| known.position == position && known.is_entitled_on(civil_date(at));
        let speakers = self.delegates.iter().filter(speaks);
        speakers.filter(move |known| self.spans(position, known.id).iter().any(|span| span.covers(at)))
    }

    /// True when somebody may speak for their seat at a moment: they are there, and no delegate is whose deputy they are.
    pub fn may_speak(&self, position: i16, delegate: Uuid, at: DateTime<Utc>) -> bool {
        let present: Vec<_> = self.present(position, at).collect();
        let stands_back = present.iter().any(|known| !known.deputy);
        present.iter().any(|known| known.id == delegate && !(known.deputy && stands_back))
    }

    fn is_there(&self, seat: &CouncilSeat, at: DateTime<Utc>) -> bool {
        self.present(seat.position, at).next().is_some()
    }

    /// True where somebody speaks for a seat who is there at a moment.
    pub fn is_seat_there(&self, position: i16, at: DateTime<Utc>) -> bool {
        self.seats.iter().any(|seat| seat.position == position && self.is_there(seat, at))
    }

    /// True where somebody was there for a seat at any time.
    pub fn came(&self, position: i16, delegate: Uuid) -> bool {
        !self.spans(position, delegate).is_empty()
    }

    /// When somebody was there for a seat, in words; none where they never came.
    pub fn told(&self, position: i16, delegate: Uuid, time: impl Fn(DateTime<Utc>) -> String) -> Option<String> {
        let told = |span: &Span| format!("{} 至 {}", time(span.from), span.until.map(&time).unwrap_or_default());
        let spans = self.spans(position, delegate);
        (!spans.is_empty()).then(|| spans.iter().map(told).collect::<Vec<_>>().join("，"))
    }

    /// The seats for which somebody was there at any time.
    pub fn seats_that_came(&self) -> Vec<i16> {
        let came = |seat: &&CouncilSeat| self.delegates.iter().any(|known| self.came(seat.position, known.id));
        self.seats.iter().filter(came).map(|seat| seat.position).collect()
    }

    /// How many of the seats that need not be there are needed all the same.
    fn others_needed(&self) -> usize {
        let others = self.seats.iter().filter(|seat| !seat.required).count();
        match self.kind {
            CouncilKind::FourInOne => 0,
            CouncilKind::PropertyJointMeeting => {
                let percent = usize::try_from(self.others_percent.clamp(0, 100)).unwrap_or_default();
                (others * percent).div_ceil(100)
            }
        }
    }

    /// The seats that must be there at a moment and are not.
    fn lacking(&self, at: DateTime<Utc>) -> impl Iterator<Item = i16> {
        self.seats.iter().filter(move |seat| seat.required && !self.is_there(seat, at)).map(|seat| seat.position)
    }

    fn others_present(&self, at: DateTime<Utc>) -> usize {
        self.seats.iter().filter(|seat| !seat.required && self.is_there(seat, at)).count()
    }

    /// True where enough seats are there at a moment.
    fn is_reached(&self, at: DateTime<Utc>) -> bool {
        self.lacking(at).next().is_none() && self.others_present(at) >= self.others_needed()
    }

    /// Whether enough seats are there at a moment. A recused seat is there all the same.
    pub fn quorum(&self, at: DateTime<Utc>) -> MeetingQuorum {
        MeetingQuorum {
            at,
            reached: self.is_reached(at),
            seats: self.seats.iter().map(|seat| self.presence(seat, at)).collect(),
            lacking: self.lacking(at).collect(),
            others_needed: self.others_needed(),
            others_present: self.others_present(at),
        }
    }

    fn presence(&self, seat: &CouncilSeat, at: DateTime<Utc>) -> SeatPresence {
        let delegate_ids: Vec<_> = self.present(seat.position, at).map(|known| known.id).collect();
        let since = (!delegate_ids.is_empty()).then(|| self.since(seat, at));
        SeatPresence {
            position: seat.position,
            organization_id: seat.organization_id,
            required: seat.required,
            delegate_ids,
            since,
        }
    }

    /// Since when a seat has been taken without a break, whoever was there for it.
    fn since(&self, seat: &CouncilSeat, at: DateTime<Utc>) -> DateTime<Utc> {
        let mut times: Vec<_> = self.changes().into_iter().filter(|time| *time <= at).collect();
        times.reverse();
        let there = times.into_iter().take_while(|time| self.is_there(seat, *time));
        there.last().unwrap_or(at)
    }

    /// The moments at which it may change who is there.
    fn changes(&self) -> BTreeSet<DateTime<Utc>> {
        self.events.iter().filter(|event| event.struck_reason.is_none()).map(|event| event.at).collect()
    }

    /// True where enough seats were there at every moment of a time, both its ends included.
    pub fn always_reached(&self, from: DateTime<Utc>, until: DateTime<Utc>) -> bool {
        let changes = self.changes().into_iter().filter(|time| from <= *time && *time <= until);
        changes.chain([from, until]).all(|time| self.is_reached(time))
    }
}
