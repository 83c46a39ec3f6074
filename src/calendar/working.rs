//! Working days: the plain week but for public holidays and the weekends worked to make up for them. The days that
//! differ are data: those of the State Council's notices for some years are built in, others are set by a city.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use chrono::{Datelike, Days, NaiveDate, Weekday};

/// Days of a year that differ from the plain week, and whether they are worked.
pub type Exceptions = BTreeMap<NaiveDate, bool>;

/// The State Council's yearly notices, as packed in the npm package `chinese-days` 1.5.7 (MIT).
const NOTICES: &str = include_str!("workdays.csv");

static BUILT_IN: LazyLock<BTreeMap<i32, Exceptions>> = LazyLock::new(|| {
    let mut years = BTreeMap::new();
    for line in NOTICES.lines().skip(1) {
        let mut cells = line.split(',');
        if let (Some(Ok(day)), Some(kind)) = (cells.next().map(str::parse::<NaiveDate>), cells.next()) {
            years.entry(day.year()).or_insert_with(Exceptions::new).insert(day, kind == "work");
        }
    }
    years
});

/// The days that differ in a year whose notice is built in.
pub fn built_in(year: i32) -> Option<&'static Exceptions> {
    BUILT_IN.get(&year)
}

/// The working days of a city.
#[derive(Clone, Debug, Default)]
pub struct WorkCalendar {
    /// What the city has set, which counts for more than what is built in.
    set: BTreeMap<i32, Exceptions>,
}

impl WorkCalendar {
    pub fn new(set: impl IntoIterator<Item = (i32, Exceptions)>) -> Self {
        Self { set: set.into_iter().collect() }
    }

    fn exceptions(&self, year: i32) -> Option<&Exceptions> {
        self.set.get(&year).or_else(|| built_in(year))
    }

    /// True when a day, or the working day that comes next, lies in a year whose holidays are not known yet.
    pub fn is_provisional(&self, day: NaiveDate) -> bool {
        !self.knows(self.next_after(day))
    }

    /// False for the days of a year whose notice is not known yet: then only weekends count as days off.
    pub fn knows(&self, day: NaiveDate) -> bool {
        self.exceptions(day.year()).is_some()
    }

    pub fn is_working(&self, day: NaiveDate) -> bool {
        let exception = self.exceptions(day.year()).and_then(|days| days.get(&day));
        exception.copied().unwrap_or_else(|| Self::is_weekday(day))
    }

    /// Of some days the weekdays that are days off, and the days of weekends that are worked.
    pub fn exceptions_among(&self, days: impl Iterator<Item = NaiveDate>) -> (Vec<NaiveDate>, Vec<NaiveDate>) {
        days.filter(|day| Self::is_weekday(*day) != self.is_working(*day)).partition(|day| Self::is_weekday(*day))
    }

    /// True for the days that the plain week works.
    pub fn is_weekday(day: NaiveDate) -> bool {
        !matches!(day.weekday(), Weekday::Sat | Weekday::Sun)
    }

    /// The day itself where it is worked, else the first working day after it.
    pub fn first_from(&self, day: NaiveDate) -> NaiveDate {
        if self.is_working(day) { day } else { self.next_after(day) }
    }

    /// The first working day after a day.
    pub fn next_after(&self, day: NaiveDate) -> NaiveDate {
        days_from(day).skip(1).find(|day| self.is_working(*day)).unwrap_or(NaiveDate::MAX)
    }

    /// The last working day before a day.
    pub fn last_before(&self, day: NaiveDate) -> NaiveDate {
        let back = std::iter::successors(day.checked_sub_days(Days::new(1)), |day| day.checked_sub_days(Days::new(1)));
        back.into_iter().find(|day| self.is_working(*day)).unwrap_or(NaiveDate::MIN)
    }
}

/// A day and those that follow.
pub fn days_from(day: NaiveDate) -> impl Iterator<Item = NaiveDate> {
    std::iter::successors(Some(day), |day| day.checked_add_days(Days::new(1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn holidays_and_the_days_that_make_up_for_them() {
        let calendar = WorkCalendar::default();
        for (on, works) in [("2026-10-01", false), ("2026-10-10", true), ("2026-10-11", false), ("2026-03-02", true)] {
            assert_eq!(calendar.is_working(day(on)), works, "{on}");
        }
        assert_eq!(calendar.next_after(day("2026-09-30")), day("2026-10-08"));
        assert_eq!(calendar.last_before(day("2026-10-12")), day("2026-10-10"));
        assert!(calendar.knows(day("2026-12-31")) && !calendar.knows(day("2027-01-01")));
        assert!(calendar.is_working(day("2027-01-01")), "until its notice is known only weekends are off");
        let set = WorkCalendar::new([(2027, Exceptions::from([(day("2027-01-01"), false)]))]);
        assert!(set.knows(day("2027-06-01")) && !set.is_working(day("2027-01-01")));
    }
}
