//! Duties without a database.

use chrono::{DateTime, Days, NaiveDate, Utc};
use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::access::actor::Role;
use crate::access::permissions::action as a;
use crate::access::scope::Scope;
use crate::access::testing::caller;
use crate::calendar::midnight;
use crate::changes::execute::decide;
use crate::changes::taken_steps::TakenSteps;
use crate::db::json_value::JsonList;

const COMMUNITY: &str = "370202001001";

/// Monday, 2 March 2026, and so many days later.
fn day(n: u64) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 3, 2).unwrap().checked_add_days(Days::new(n)).unwrap()
}

fn duty(working_days: i32) -> DutyFields {
    let now = midnight(day(0));
    let mut duty = DutyFields {
        id: Uuid::nil(),
        jurisdiction: COMMUNITY.parse().unwrap(),
        estate_id: None,
        council_id: Some(Uuid::nil()),
        meeting_id: Some(Uuid::nil()),
        item_id: Some(Uuid::nil()),
        position: Some(3),
        vote_id: None,
        organization_id: Uuid::from_u128(3),
        title: "车库照明".into(),
        task: "完成改造".into(),
        starts_on: day(0),
        working_days,
        extension_days: None,
        due_on: day(0),
        provisional: false,
        status: DutyStatus::Open,
        card: Card::None,
        progress: JsonList::default(),
        reviews: JsonList::default(),
        reported_on: None,
        in_time: None,
        reason: None,
        version: 1,
        created_at: now,
        updated_at: now,
        next_step_on: None,
        taken_steps: TakenSteps::default(),
    };
    duty.count(&WorkCalendar::default());
    duty
}

fn officer<A: crate::access::permissions::ActionTag>(name: &str, at: DateTime<Utc>) -> Scope<A, Duties> {
    caller::<A, Duties>(Role::CommunityOfficer, COMMUNITY, name, at)
}

/// The duty after it was said to be done on a day.
fn reported(before: &DutyFields, on: NaiveDate) -> DutyFields {
    let said = NewDutyProgress { text: "完成".into(), evidence: Vec::new(), complete: true };
    let who = officer::<a::ReportProgress>("one", midnight(on));
    decide(before, Command::ReportProgress(said), &WorkCalendar::default(), &who).unwrap().after
}

fn reviewed(before: &DutyFields, name: &str, accepted: bool, on: NaiveDate) -> Result<DutyFields, Vec<(String, &'static str)>> {
    let said = NewDutyReview { accepted, note: "查看".into() };
    let who = officer::<a::Review>(name, midnight(on));
    let decided = decide(before, Command::Review(said), &WorkCalendar::default(), &who);
    decided.map(|outcome| outcome.after).map_err(|problem| problem.faults())
}

#[test]
fn it_counts_when_it_was_reported_and_somebody_else_reviews() {
    // Five working days end on Monday, the 9th.
    let before = duty(5);
    assert_eq!(before.due_on, day(7));
    let said = reported(&before, day(7));
    assert_eq!(reviewed(&said, "one", true, day(8)).unwrap_err(), [(String::new(), "second_person")]);
    let done = reviewed(&said, "other", true, day(20)).unwrap();
    assert_eq!(
        (done.status, done.in_time, done.next_step_on),
        (DutyStatus::Done, Some(true), None),
        "a late review is not late work"
    );
    let again = reviewed(&said, "other", false, day(8)).unwrap();
    assert_eq!((again.status, again.in_time), (DutyStatus::Open, None));
    let late = reviewed(&reported(&again, day(8)), "other", true, day(8)).unwrap();
    assert_eq!(late.in_time, Some(false));
}

#[test]
fn more_time_takes_the_card_back_once() {
    let mut before = duty(5);
    before.card = Card::Yellow;
    let more = || Command::Extend(DutyExtension { working_days: 5, reason: "材料".into() });
    let who = officer::<a::Extend>("one", midnight(day(7)));
    let after = decide(&before, more(), &WorkCalendar::default(), &who).unwrap().after;
    assert_eq!((after.due_on, after.card, after.next_step_on), (day(14), Card::None, Some(day(11))));
    let twice = decide(&after, more(), &WorkCalendar::default(), &who).map(drop).unwrap_err().faults();
    assert_eq!(twice, [(String::new(), "already_done")]);
    let over = decide(&before, more(), &WorkCalendar::default(), &officer::<a::Extend>("one", midnight(day(8))));
    assert_eq!(over.map(drop).unwrap_err().faults(), [(String::new(), "has_ended")]);
}

proptest! {
    /// Cards come in order and on working days: yellow before it is due, red after, and none on its first day.
    #[test]
    fn cards_come_in_their_order(working_days in 1_i32..200) {
        let (mut duty, calendar) = (duty(working_days), WorkCalendar::default());
        let mut cards = Vec::new();
        while let Some((card, on)) = duty.next_card(&calendar) {
            prop_assert!(calendar.is_working(on));
            cards.push((card, on));
            duty.card = card;
        }
        let (last, red) = cards.pop().unwrap();
        prop_assert_eq!((last, red > duty.due_on), (Card::Red, true));
        match cards[..] {
            [] => prop_assert_eq!(working_days, 1),
            [(Card::Yellow, on)] => prop_assert!(duty.starts_on < on && on < duty.due_on),
            _ => prop_assert!(false, "{:?}", cards),
        }
    }
}
