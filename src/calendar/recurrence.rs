//! When what is held regularly is held.

use chrono::{DateTime, TimeDelta, Utc};
use rrule::{RRule, Tz, Unvalidated};

use crate::http::codes;
use crate::http::problem::FieldError;

/// How often it is held at most, and within how many days.
const MOST_SESSIONS: u16 = 100;
const SERIES_DAYS: i64 = 731;

/// The beginnings that a recurrence rule gives, by the clock of Qingdao.
pub fn occurrences(rule: &str, first: DateTime<Utc>) -> Result<Vec<DateTime<Utc>>, FieldError> {
    let wrong = || FieldError::at("/recurrence", &codes::RECURRENCE);
    if !has_single_parts(rule) {
        return Err(wrong());
    }
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

/// True where each part stands once, and the end is either a number or a moment in UTC (RFC 5545, 3.3.10).
fn has_single_parts(rule: &str) -> bool {
    let parts: Vec<(&str, &str)> = rule.split(';').map(|part| part.split_once('=').unwrap_or((part, ""))).collect();
    let of = |name: &str| {
        parts.iter().filter(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| *value).collect::<Vec<_>>()
    };
    let is_moment = |until: &str| until.len() == "20260409T235959Z".len() && until.ends_with(['Z', 'z']);
    let (counts, ends) = (of("COUNT"), of("UNTIL"));
    parts.iter().all(|(name, _)| of(name).len() == 1) && counts.len() + ends.len() < 2 && ends.into_iter().all(is_moment)
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
        assert_eq!(days("FREQ=DAILY;UNTIL=20260401T153000Z").unwrap(), ["03-31 23:30", "04-01 23:30"], "the last moment counts");
        assert_eq!(days("FREQ=DAILY;UNTIL=20260401T152959Z").unwrap(), ["03-31 23:30"]);
        for wrong in [
            "FREQ=DAILY;COUNT=2;UNTIL=20260401T153000Z",
            "FREQ=DAILY;COUNT=2;COUNT=3",
            "FREQ=DAILY;UNTIL=20260401",
            "FREQ=DAILY;UNTIL=20260401T233000",
        ] {
            assert!(days(wrong).is_err(), "{wrong}");
        }
        for wrong in
            ["FREQ=WEEKLY", "FREQ=YEARLY;COUNT=9", "FREQ=DAILY;COUNT=0", "FREQ=MONTHLY;BYMONTHDAY=31;BYMONTH=2;COUNT=2", "X"]
        {
            assert!(days(wrong).is_err(), "{wrong}");
        }
    }
}
