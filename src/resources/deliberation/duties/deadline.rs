//! When a duty is due, and how that came about.

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use super::model::DutyFields;
use crate::calendar::working::{WorkCalendar, days_from};

/// When a duty is due, and how that came about.
#[derive(Serialize, ToSchema)]
pub struct DutyDeadline {
    /// The day on which it was given, which is not counted.
    pub starts_on: NaiveDate,
    pub working_days: i32,
    /// Working days that were granted on top.
    pub extension_days: i32,
    /// Weekdays in between that are days off.
    #[schema(max_items = 400)]
    pub holidays: Vec<NaiveDate>,
    /// Days of weekends in between that are worked.
    #[schema(max_items = 400)]
    pub worked_weekends: Vec<NaiveDate>,
    /// Its last day.
    pub due_on: NaiveDate,
    /// The day of the yellow card: the last working day before it is due, unless that is its first day.
    #[schema(required)]
    pub yellow_on: Option<NaiveDate>,
    /// The day of the red card: the first working day after.
    pub red_on: NaiveDate,
    /// True when it lies in a year whose holidays are not known yet.
    pub provisional: bool,
}

impl DutyDeadline {
    pub fn of(duty: &DutyFields, calendar: &WorkCalendar) -> Self {
        let between = days_from(duty.starts_on).skip(1).take_while(|day| *day <= duty.due_on).take(4000);
        let (mut holidays, mut worked_weekends) = calendar.exceptions_among(between);
        holidays.truncate(400);
        worked_weekends.truncate(400);
        Self {
            starts_on: duty.starts_on,
            working_days: duty.working_days,
            extension_days: duty.extension_days.unwrap_or_default(),
            holidays,
            worked_weekends,
            due_on: duty.due_on,
            yellow_on: duty.yellow_on(calendar),
            red_on: calendar.next_after(duty.due_on),
            provisional: calendar.is_provisional(duty.due_on),
        }
    }
}
