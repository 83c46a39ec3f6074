//! What can be voted on, and how.

use super::*;

fn new(matter: &str, candidates: &[&str], seats: Option<i64>) -> NewVoteTopic {
    let candidates = candidates.iter().map(|name| (*name).to_owned()).collect();
    NewVoteTopic { title: "x".into(), text: None, matter: matter.into(), candidates, seats, by_election: false }
}

fn faults(topic: NewVoteTopic) -> Vec<(String, &'static str)> {
    topics(vec![topic]).map_or_else(|errors| crate::http::problem::Problem::invalid(errors).faults(), |_| Vec::new())
}

#[test]
fn the_matter_says_how_many_must_approve() {
    let made = topics(vec![new("raise_fund", &[], None), new("use_fund", &[], None)]).unwrap();
    assert_eq!((made[0].class, made[1].class), (ThresholdClass::Special, ThresholdClass::Ordinary));
    assert_eq!((made[0].no, made[1].no, made[0].options.join(" ")), (1, 2, "no yes".to_owned()));
    assert_eq!(faults(new("paint", &[], None)), [("/topics/0/matter".to_owned(), "unknown_record")]);
    assert_eq!(faults(new("use_fund", &["甲"], Some(1))).len(), 2);
}

#[test]
fn more_stand_for_election_than_there_are_seats() {
    let made = topics(vec![new(ELECTION, &["丙", "甲", "乙", "丁"], Some(3))]).unwrap();
    assert_eq!((made[0].options.len(), made[0].seats, made[0].kind), (4, 3, TopicKind::Election));
    let place = |name: &str| format!("/topics/0/{name}");
    for (candidates, seats, name, code) in [
        (&["甲", "乙", "丙"][..], Some(3), "candidates", "candidates_too_few"),
        (&["甲", "乙", "丙"], Some(2), "seats", "odd"),
        (&["甲", "乙"], None, "seats", "required"),
        (&["甲", "甲 ", "丙"], Some(1), "candidates", "duplicate_item"),
        (&["abstain", "乙"], Some(1), "candidates/0", "not_allowed"),
    ] {
        assert_eq!(faults(new(ELECTION, candidates, seats)), [(place(name), code)], "{candidates:?}");
    }
    let two = NewVoteTopic { by_election: true, ..new(ELECTION, &["甲", "乙", "丙"], Some(2)) };
    assert!(topics(vec![two]).is_ok(), "two seats fell vacant");
}
