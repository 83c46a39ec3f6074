//! Clocks without a database.

use super::*;
use chrono::Days;
use proptest::prelude::*;

#[derive(Clone, Copy, Debug)]
enum Happening {
    Stop,
    GoOn,
    MoreTime,
    /// A transfer, or another rule: neither touches a clock that runs.
    Nothing,
}

fn day(n: u64) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 1, 5).unwrap().checked_add_days(Days::new(n)).unwrap()
}

/// The plain model: a day counts when it is worked and the clock does not stand still at its end.
fn walked(days: i64, happenings: &[(u64, Happening)], calendar: &WorkCalendar) -> Option<NaiveDate> {
    let stands_still_at = |n: u64| {
        let until = happenings.iter().filter(|(on, _)| *on <= n);
        until.fold(false, |still, (_, what)| match what {
            Happening::Stop => true,
            Happening::GoOn => false,
            _ => still,
        })
    };
    let more = happenings.iter().filter(|(_, what)| matches!(what, Happening::MoreTime)).count();
    let mut left = days + 7 * i64::try_from(more.min(1)).unwrap();
    for n in 1..2000 {
        if calendar.is_working(day(n)) && !stands_still_at(n) {
            left -= 1;
        }
        if left == 0 {
            return Some(day(n));
        }
    }
    None
}

proptest! {
    #[test]
    fn a_clock_is_right_whatever_happens(
        days in 1_i64..40,
        steps in proptest::collection::vec((0_u64..12, prop::sample::select(vec![
            Happening::Stop, Happening::GoOn, Happening::MoreTime, Happening::Nothing])), 0..12),
    ) {
        let calendar = WorkCalendar::default();
        let rule = ClockRule { days, unit: DayUnit::WorkingDays, legal_basis: String::new() };
        let mut clock = Deadline::new(DeadlineKind::Resolve, Level::Community, midnight(day(0)), rule);
        let mut happenings = Vec::new();
        let mut at = 0;
        for (wait, what) in steps {
            at += wait;
            match what {
                Happening::Stop => clock.pause(day(at)),
                Happening::GoOn => clock.resume(day(at)),
                Happening::MoreTime => clock.extension_days = 7,
                Happening::Nothing => {}
            }
            happenings.push((at, what));
            clock.recompute_due_date(&calendar);
        }
        clock.recompute_due_date(&calendar);
        prop_assert_eq!(clock.due_on, walked(days, &happenings, &calendar));
    }
}
