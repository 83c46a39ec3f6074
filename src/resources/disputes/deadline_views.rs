//! The deadlines of a dispute and how they came about.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::deadline::{Card, DayUnit, Deadline, DeadlineKind};
use super::details::CaseDetails;
use crate::access::code::Level;
use crate::calendar::term::Pause;
use crate::calendar::working::{WorkCalendar, days_from};

/// A deadline and how it came about.
#[derive(Serialize, ToSchema)]
pub struct DisputeDeadline {
    pub kind: DeadlineKind,
    /// The level that has to keep it.
    pub level: Level,
    /// The rule.
    #[schema(max_length = 500)]
    pub legal_basis: String,
    /// The day on which it began, which is not counted.
    pub starts_on: NaiveDate,
    pub unit: DayUnit,
    pub days: i64,
    /// Days that were granted on top.
    pub extension_days: i64,
    /// When it stood still.
    #[schema(max_items = 100)]
    pub pauses: Vec<Pause>,
    /// Weekdays in between that are days off.
    #[schema(max_items = 400)]
    pub holidays: Vec<NaiveDate>,
    /// Days of weekends in between that are worked.
    #[schema(max_items = 400)]
    pub worked_weekends: Vec<NaiveDate>,
    /// The last day; null while it stands still.
    #[schema(required)]
    pub due_on: Option<NaiveDate>,
    /// The day to which calendar days were counted, where that is a rest day: it ends on the next working day then (Civil Code, article
    /// 203).
    #[schema(required)]
    pub rolled_from: Option<NaiveDate>,
    /// The first moment at which it is late.
    #[schema(required)]
    pub due_at: Option<DateTime<Utc>>,
    /// The day of the yellow card: the last working day before it is due.
    #[schema(required)]
    pub yellow_on: Option<NaiveDate>,
    /// The day of the red card: the first working day after.
    #[schema(required)]
    pub red_on: Option<NaiveDate>,
    /// True when it reaches into a year whose holidays are not known yet.
    pub provisional: bool,
    pub card: Card,
    /// When it was kept, given up or replaced.
    #[schema(required)]
    pub ended_at: Option<DateTime<Utc>>,
    /// True when it was or is late.
    pub late: bool,
}

impl DisputeDeadline {
    fn of(clock: Deadline, calendar: &WorkCalendar, now: DateTime<Utc>) -> Self {
        let between = |due: NaiveDate| days_from(clock.starts_on).skip(1).take_while(move |day| *day <= due).take(400);
        let (holidays, worked_weekends) = calendar.exceptions_among(clock.due_on.into_iter().flat_map(between));
        let due_at = clock.due_at();
        Self {
            rolled_from: clock.rolled_from(),
            yellow_on: clock.yellow_on(calendar),
            red_on: clock.red_on(calendar),
            late: due_at.is_some_and(|due| clock.ended_at.unwrap_or(now) >= due),
            provisional: clock.ended_at.is_none() && clock.due_on.is_some_and(|due| calendar.is_provisional(due)),
            kind: clock.kind,
            level: clock.level,
            legal_basis: clock.legal_basis,
            starts_on: clock.starts_on,
            unit: clock.unit,
            days: clock.days,
            extension_days: clock.extension_days,
            pauses: clock.pauses,
            holidays,
            worked_weekends,
            due_on: clock.due_on,
            due_at,
            card: clock.card,
            ended_at: clock.ended_at,
        }
    }
}

/// Every deadline of a dispute.
#[derive(Serialize, ToSchema)]
pub struct DisputeDeadlines {
    /// From the first to the newest.
    #[schema(max_items = 200)]
    pub items: Vec<DisputeDeadline>,
    /// The day on which it closes by itself; it does not move over rest days.
    #[schema(required)]
    pub closes_on: Option<NaiveDate>,
    /// The last day on which it can be reopened; it does not move over rest days.
    #[schema(required)]
    pub reopens_until: Option<NaiveDate>,
    /// A suspension: the day on which it goes on by itself. A transfer: the last day to return it.
    #[schema(required)]
    pub on_hold_until: Option<NaiveDate>,
}

impl DisputeDeadlines {
    pub fn of(progress: CaseDetails, calendar: &WorkCalendar, now: DateTime<Utc>) -> Self {
        Self {
            items: progress.clocks.into_iter().map(|clock| DisputeDeadline::of(clock, calendar, now)).collect(),
            closes_on: progress.closes_on,
            reopens_until: progress.reopens_until,
            on_hold_until: progress.hold.and_then(|hold| hold.until_on),
        }
    }
}
