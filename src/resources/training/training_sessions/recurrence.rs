//! When the sessions of a series are held.

use chrono::{DateTime, TimeDelta, Utc};
use rrule::{RRule, Tz, Unvalidated};

use crate::http::codes;
use crate::http::problem::FieldError;

/// How many sessions a series has at most, and within how many days.
const MOST_SESSIONS: u16 = 100;
const SERIES_DAYS: i64 = 731;

/// The beginnings that a recurrence rule gives, by the clock of Qingdao.
pub fn occurrences(rule: &str, first: DateTime<Utc>) -> Result<Vec<DateTime<Utc>>, FieldError> {
    let wrong = || FieldError::at("/recurrence", &codes::RECURRENCE);
    let begin = first.with_timezone(&Tz::Asia__Shanghai);
    let rule: RRule<Unvalidated> = rule.parse().map_err(|_| wrong())?;
    let found = rule.build(begin).map_err(|_| wrong())?.limit().all(MOST_SESSIONS + 1).dates;
    let last = first + TimeDelta::days(SERIES_DAYS);
    match found.last() {
        None => Err(wrong()),
        _ if found.len() > usize::from(MOST_SESSIONS) => {
            Err(FieldError::at("/recurrence", &codes::TOO_MANY_SESSIONS).with("limit", MOST_SESSIONS))
        }
        Some(end) if *end > last => Err(FieldError::at("/recurrence", &codes::TOO_LATE).with("limit", last.to_rfc3339())),
        Some(_) => Ok(found.into_iter().map(|at| at.with_timezone(&Utc)).collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::FixedOffset;

    #[test]
    fn a_rule_goes_by_the_clock_of_qingdao() {
        let first: DateTime<FixedOffset> = "2026-03-31T23:30:00+08:00".parse().unwrap();
        let days = |rule: &str| {
            let found = occurrences(rule, first.to_utc());
            found.map(|all| {
                all.iter().map(|at| at.with_timezone(first.offset()).format("%m-%d %H:%M").to_string()).collect::<Vec<_>>()
            })
        };
        assert_eq!(days("FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=3").unwrap(), ["03-31 23:30", "04-30 23:30", "05-31 23:30"]);
        assert_eq!(days("FREQ=WEEKLY;BYDAY=TU,TH;UNTIL=20260409T235959Z").unwrap().len(), 4);
        for wrong in
            ["FREQ=WEEKLY", "FREQ=YEARLY;COUNT=9", "FREQ=DAILY;COUNT=0", "FREQ=MONTHLY;BYMONTHDAY=31;BYMONTH=2;COUNT=2", "X"]
        {
            assert!(days(wrong).is_err(), "{wrong}");
        }
    }
}
