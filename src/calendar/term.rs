//! Terms: a number of days from a day on, which may stand still for a while.

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::midnight;
use super::working::{WorkCalendar, days_from};

/// Longer than any term: what is not due by then never is.
const LONGEST: usize = 4000;

/// A time during which a term stands still: from its first day until before the day on which it goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Pause {
    pub from: NaiveDate,
    /// Null while it lasts.
    #[schema(required)]
    pub until: Option<NaiveDate>,
}

impl Pause {
    fn covers(&self, day: NaiveDate) -> bool {
        self.from <= day && self.until.is_none_or(|until| day < until)
    }
}

/// A number of days, working days or all. The day on which it begins is not counted (Civil Code, article 201).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term<'a> {
    pub starts_on: NaiveDate,
    pub days: i64,
    pub pauses: &'a [Pause],
}

impl Term<'_> {
    /// Its last day where working days count; `None` while it stands still.
    pub fn last_day(&self, calendar: &WorkCalendar) -> Option<NaiveDate> {
        self.counted(|day| calendar.is_working(day))
    }

    /// Its last day where rest days count too; one that would be a rest day is the next working day (Civil Code, article
    /// 203). `None` while it stands still.
    pub fn last_day_of_all(&self, calendar: &WorkCalendar) -> Option<NaiveDate> {
        self.last_counted_day().map(|last| calendar.first_from(last))
    }

    /// The same, also where that is a rest day.
    pub fn last_counted_day(&self) -> Option<NaiveDate> {
        self.counted(|_| true)
    }

    /// The day to which it is counted, of those that count and on which it does not stand still.
    fn counted(&self, counts: impl Fn(NaiveDate) -> bool) -> Option<NaiveDate> {
        let counts = |day: &NaiveDate| counts(*day) && !self.pauses.iter().any(|pause| pause.covers(*day));
        let nth = usize::try_from(self.days.max(1) - 1).ok()?;
        days_from(self.starts_on).skip(1).take(LONGEST).filter(counts).nth(nth)
    }
}

/// The last day of a term of calendar days, the first not counted.
pub fn last_calendar_day(starts_on: NaiveDate, days: i64) -> NaiveDate {
    starts_on.checked_add_days(Days::new(days.unsigned_abs())).unwrap_or(NaiveDate::MAX)
}

/// The last day of a statutory term, and how it came about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LastDay {
    pub due_on: NaiveDate,
    /// The day to which the days were counted, where that is a rest day: the term ends on the next working day then (Civil
    /// Code, article 203).
    #[schema(required)]
    pub rolled_from: Option<NaiveDate>,
    /// True as long as the notice of the holidays of that year is not known.
    pub provisional: bool,
}

impl LastDay {
    /// The end of a term of calendar days, the first not counted (Civil Code, articles 201 and 203).
    pub fn after(starts_on: NaiveDate, days: i64, calendar: &WorkCalendar) -> Self {
        let counted = last_calendar_day(starts_on, days);
        let due_on = calendar.first_from(counted);
        let provisional = !calendar.knows(counted) || !calendar.knows(due_on);
        Self { due_on, rolled_from: (due_on != counted).then_some(counted), provisional }
    }

    /// A day that a term does not move.
    pub fn fixed(due_on: NaiveDate) -> Self {
        Self { due_on, rolled_from: None, provisional: false }
    }
}

/// The last day of a time of so many months that begins with a day: the one before the same day of the month, or the end
/// of a month that has no such day (Civil Code, article 202).
pub fn last_day_of_months(first: NaiveDate, months: u32) -> Option<NaiveDate> {
    let same = first.checked_add_months(Months::new(months))?;
    if same.day() == first.day() { same.pred_opt() } else { Some(same) }
}

/// The first moment at which something due on a day is late.
pub fn end_of(day: NaiveDate) -> DateTime<Utc> {
    midnight(day.succ_opt().unwrap_or(NaiveDate::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(n: u64) -> NaiveDate {
        NaiveDate::from_ymd_opt(2025, 12, 1).unwrap().checked_add_days(Days::new(n)).unwrap()
    }

    /// The plain model: walk through the days one by one with a counter in hand.
    fn walked(start: u64, days: i64, pauses: &[Pause], calendar: &WorkCalendar) -> Option<NaiveDate> {
        let (mut left, mut at) = (days, start);
        while left > 0 {
            at += 1;
            let today = day(at);
            if pauses.iter().any(|pause| pause.until.is_none() && pause.from <= today) {
                return None;
            }
            let stands_still = pauses.iter().any(|pause| pause.from <= today && today < pause.until.unwrap());
            if calendar.is_working(today) && !stands_still {
                left -= 1;
            }
        }
        Some(day(at))
    }

    fn on(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_term_that_ends_on_a_rest_day_ends_on_the_next_working_day() {
        let calendar = WorkCalendar::default();
        // In force on 2026-09-01: 30 days end on the first day of the holidays.
        let rolled = LastDay { due_on: on("2026-10-08"), rolled_from: Some(on("2026-10-01")), provisional: false };
        assert_eq!(LastDay::after(on("2026-09-01"), 30, &calendar), rolled);
        assert_eq!(LastDay::after(on("2026-03-02"), 3, &calendar), LastDay::fixed(on("2026-03-05")));
        // A Saturday that is worked in exchange is no rest day.
        assert_eq!(LastDay::after(on("2026-10-03"), 7, &calendar), LastDay::fixed(on("2026-10-10")));
        assert!(LastDay::after(on("2026-12-20"), 30, &calendar).provisional);
    }

    #[test]
    fn months_end_without_losing_a_day() {
        for (first, months, last) in [
            ("2026-01-31", 1, "2026-02-28"),
            ("2026-08-31", 18, "2028-02-29"),
            ("2024-02-29", 60, "2029-02-28"),
            ("2024-02-29", 48, "2028-02-28"),
            ("2026-03-01", 60, "2031-02-28"),
            ("2026-03-15", 12, "2027-03-14"),
        ] {
            assert_eq!(last_day_of_months(on(first), months), Some(on(last)), "{first} and {months} months");
        }
    }

    proptest! {
        #[test]
        fn a_last_day_is_worked_and_none_before_it_was_passed_over(start in 0_u64..700, days in 0_i64..400) {
            let calendar = WorkCalendar::default();
            let last = LastDay::after(day(start), days, &calendar);
            prop_assert!(calendar.is_working(last.due_on));
            let counted = last_calendar_day(day(start), days);
            prop_assert!(days_from(counted).take_while(|day| *day < last.due_on).all(|day| !calendar.is_working(day)));
        }

        #[test]
        fn pauses_and_holidays_move_the_last_day(
            start in 0_u64..200, days in 1_i64..60,
            gaps in proptest::collection::vec((0_u64..30, 0_u64..30), 0..5), open in proptest::option::of(0_u64..40),
        ) {
            let mut pauses = Vec::new();
            let mut at = start;
            for (wait, length) in gaps {
                pauses.push(Pause { from: day(at + wait), until: Some(day(at + wait + length)) });
                at += wait + length;
            }
            pauses.extend(open.map(|wait| Pause { from: day(at + wait), until: None }));
            let calendar = WorkCalendar::default();
            let term = Term { starts_on: day(start), days, pauses: &pauses };
            prop_assert_eq!(term.last_day(&calendar), walked(start, days, &pauses, &calendar));
        }

        /// A pause of so many working days moves the last day by just as many.
        #[test]
        fn what_stood_still_is_added(start in 0_u64..100, days in 2_i64..40, length in 1_u64..40) {
            let calendar = WorkCalendar::default();
            let plain = Term { starts_on: day(start), days, pauses: &[] }.last_day(&calendar).unwrap();
            let pause = [Pause { from: day(start + 1), until: Some(day(start + 1 + length)) }];
            let moved = Term { starts_on: day(start), days, pauses: &pause }.last_day(&calendar).unwrap();
            let still = i64::try_from((1..=length).filter(|n| calendar.is_working(day(start + n))).count()).unwrap();
            let longer = Term { starts_on: day(start), days: days + still, pauses: &[] }.last_day(&calendar).unwrap();
            prop_assert_eq!(moved, longer);
            prop_assert!(moved >= plain);
        }
    }
}
