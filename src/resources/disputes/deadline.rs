//! One clock: when it is due, when it stands still, and what comes of it.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::access::code::Level;
use crate::calendar::term::{Pause, Term, end_of};
use crate::calendar::working::WorkCalendar;
use crate::calendar::{civil_date, midnight};
use crate::db::text_enum::text_enum;

text_enum! {
    /// What is to be done in time.
    pub enum DeadlineKind {
        Accept = "accept",
        FirstContact = "first_contact",
        Resolve = "resolve",
    }
}

text_enum! {
    /// Which days count.
    #[derive(Default)]
    pub enum DayUnit {
        #[default]
        WorkingDays = "working_days",
        /// All of them; one that ends on a rest day ends on the next working day (Civil Code, article 203).
        CalendarDays = "calendar_days",
    }
}

/// How long a clock runs, and what says so.
#[derive(Debug, PartialEq)]
pub struct ClockRule {
    pub days: i64,
    pub unit: DayUnit,
    pub legal_basis: String,
}

text_enum! {
    /// How late something is: yellow on the last working day before it is due, red on the first working day after.
    pub enum Card {
        None = "none",
        Yellow = "yellow",
        Red = "red",
    }
}

/// A time within which something is to be done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Deadline {
    pub kind: DeadlineKind,
    /// The level that had to keep it when it began.
    pub level: Level,
    pub started_at: DateTime<Utc>,
    /// The day on which it began, which is not counted.
    pub starts_on: NaiveDate,
    #[serde(default)]
    pub unit: DayUnit,
    /// So many days, as the rule said on that day.
    pub days: i64,
    /// Days that were granted on top.
    pub extension_days: i64,
    /// The rule.
    #[schema(max_length = 500)]
    pub legal_basis: String,
    /// When it stood still.
    #[schema(max_items = 100)]
    pub pauses: Vec<Pause>,
    /// The last day; null while it stands still.
    #[schema(required)]
    pub due_on: Option<NaiveDate>,
    /// True when it reaches into a year whose holidays are not known yet.
    pub provisional: bool,
    pub card: Card,
    /// True where it began since a level below was late: it goes by a rule of its own.
    #[serde(default)]
    pub escalated: bool,
    /// When it was kept, given up or replaced.
    #[schema(required)]
    pub ended_at: Option<DateTime<Utc>>,
}

impl Deadline {
    pub fn new(kind: DeadlineKind, level: Level, now: DateTime<Utc>, rule: ClockRule) -> Self {
        Self {
            kind,
            level,
            started_at: now,
            starts_on: civil_date(now),
            unit: rule.unit,
            days: rule.days,
            extension_days: 0,
            legal_basis: rule.legal_basis,
            pauses: Vec::new(),
            due_on: None,
            provisional: false,
            card: Card::None,
            escalated: false,
            ended_at: None,
        }
    }

    pub fn is_running(&self) -> bool {
        self.ended_at.is_none()
    }

    /// The first moment at which it is late.
    pub fn due_at(&self) -> Option<DateTime<Utc>> {
        self.due_on.map(end_of)
    }

    /// When the yellow card comes: the last working day before it is due, unless that is the day on which it began.
    pub fn yellow_on(&self, calendar: &WorkCalendar) -> Option<NaiveDate> {
        self.due_on.map(|due| calendar.last_before(due)).filter(|day| *day > self.starts_on)
    }

    /// When the red card comes: the first overdue working day.
    pub fn red_on(&self, calendar: &WorkCalendar) -> Option<NaiveDate> {
        self.due_on.map(|due| calendar.next_after(due))
    }

    /// Works its last day out anew.
    pub fn recompute_due_date(&mut self, calendar: &WorkCalendar) {
        let term = Term { starts_on: self.starts_on, days: self.days + self.extension_days, pauses: &self.pauses };
        self.due_on = match self.unit {
            DayUnit::WorkingDays => term.last_day(calendar),
            DayUnit::CalendarDays => term.last_day_of_all(calendar),
        };
        self.provisional = self.due_on.is_some_and(|due| calendar.is_provisional(due));
    }

    /// The day to which calendar days were counted, where it ends on another one.
    pub fn rolled_from(&self) -> Option<NaiveDate> {
        let term = Term { starts_on: self.starts_on, days: self.days + self.extension_days, pauses: &self.pauses };
        let counted = if self.unit == DayUnit::CalendarDays { term.last_counted_day() } else { None };
        counted.filter(|day| self.due_on.is_some_and(|due| due != *day))
    }

    /// Stands still from a day on. A pause that ended the same day goes on instead.
    pub fn pause(&mut self, day: NaiveDate) {
        match self.pauses.last_mut() {
            Some(last) if last.until == Some(day) => last.until = None,
            Some(last) if last.until.is_none() => {}
            _ => self.pauses.push(Pause { from: day, until: None }),
        }
    }

    /// Stands still from a day on until before another one, or as long as it does already, but until then.
    pub fn pause_until(&mut self, day: NaiveDate, until: NaiveDate) {
        match self.pauses.last_mut() {
            Some(last) if last.until.is_none_or(|end| end >= day) => last.until = Some(until),
            _ => self.pauses.push(Pause { from: day, until: Some(until) }),
        }
    }

    /// Goes on from a day on.
    pub fn resume(&mut self, day: NaiveDate) {
        if let Some(open) = self.pauses.last_mut().filter(|pause| pause.until.is_none_or(|end| end > day)) {
            open.until = Some(day);
        }
    }

    /// What comes next of it, and when.
    pub fn next_step(&self, level: Level, calendar: &WorkCalendar) -> Option<(DateTime<Utc>, DeadlineStep)> {
        let yellow = if self.card == Card::None { self.yellow_on(calendar) } else { None };
        let yellow = yellow.map(|day| (midnight(day), DeadlineStep::Yellow));
        let red = self.red_on(calendar).map(midnight).map(|at| match self.card {
            Card::Red => (at, DeadlineStep::Escalate),
            _ => (at, DeadlineStep::Red),
        });
        let possible = red.filter(|(_, step)| *step != DeadlineStep::Escalate || level != Level::City);
        yellow.into_iter().chain(possible).min_by_key(|(at, _)| *at)
    }
}

/// What comes of a clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeadlineStep {
    Yellow,
    Red,
    Escalate,
}

#[cfg(test)]
mod tests;
