//! What time it is, which days are worked, and when a term ends. Everything that depends on time asks a `Clock`, which
//! tests set by hand.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, SubsecRound, TimeZone, Utc};

use crate::http::problem::CHINA;

pub mod recurrence;
pub mod term;
pub mod working;

/// The source of the current time.
#[derive(Clone, Default)]
pub enum Clock {
    #[default]
    System,
    /// Stands at a moment, in microseconds since 1970, until it is set.
    Set(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that stands still.
    pub fn standing_at(moment: DateTime<Utc>) -> Self {
        Self::Set(Arc::new(AtomicI64::new(moment.timestamp_micros())))
    }

    /// The current time, in the precision that the database keeps.
    #[expect(clippy::disallowed_methods, reason = "this is where the time comes from")]
    pub fn now(&self) -> DateTime<Utc> {
        match self {
            Self::System => Utc::now().trunc_subsecs(6),
            Self::Set(micros) => DateTime::from_timestamp_micros(micros.load(Ordering::SeqCst)).unwrap_or_default(),
        }
    }

    /// Moves a standing clock; the system's clock cannot be moved.
    pub fn advance(&self, by: chrono::Duration) {
        if let Self::Set(micros) = self {
            micros.fetch_add(by.num_microseconds().unwrap_or_default(), Ordering::SeqCst);
        }
    }
}

/// What calendar and clock in China say at a moment.
pub fn civil_time(at: DateTime<Utc>) -> NaiveDateTime {
    at.with_timezone(&CHINA).naive_local()
}

/// The day in China at a moment.
pub fn civil_date(at: DateTime<Utc>) -> NaiveDate {
    civil_time(at).date()
}

/// The last day of a year.
pub fn last_day_of(year: i32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, 12, 31).unwrap_or(NaiveDate::MAX)
}

/// The moment at which a day begins in China.
pub fn midnight(day: NaiveDate) -> DateTime<Utc> {
    CHINA.from_local_datetime(&day.and_time(NaiveTime::MIN)).single().map_or(DateTime::<Utc>::MAX_UTC, |at| at.to_utc())
}
