//! The borders of the law, to the last unit.

use proptest::prelude::*;

use super::model::{TopicReason, TopicStatus};
use super::*;
use crate::resources::deliberation::vote_matters::ThresholdClass;

fn weight(number: i64) -> Weight {
    Weight { area: number, heads: number }
}

fn decision(class: ThresholdClass) -> Topic {
    let options = vec!["no".to_owned(), "yes".to_owned()];
    Topic { class, kind: TopicKind::Decision, matter: "use_fund".to_owned(), no: 1, options, seats: 0 }
}

fn election(options: &[&str], seats: usize) -> Topic {
    let options = options.iter().map(|name| (*name).to_owned()).collect();
    Topic {
        class: ThresholdClass::Ordinary,
        kind: TopicKind::Election,
        matter: "committee_election".to_owned(),
        no: 1,
        options,
        seats,
    }
}

/// What follows from numbers that are the same by heads and by area.
fn ends(class: ThresholdClass, total: i64, part: i64, yes: i64) -> (TopicStatus, TopicReason) {
    let votes = BTreeMap::from([("yes".to_owned(), weight(yes))]);
    let (status, reason, elected) = outcome(&decision(class), weight(total), weight(part), &votes);
    assert!(elected.is_empty());
    (status, reason)
}

#[test]
fn the_borders_are_those_of_the_law() {
    use ThresholdClass::{Ordinary, Special};
    use TopicReason::{Approval, Participation};
    use TopicStatus::{NotPassed, Passed};
    for (class, total, part, yes, status, reason) in [
        (Ordinary, 3, 2, 1, NotPassed, Approval),
        (Ordinary, 3, 2, 2, Passed, Approval),
        (Ordinary, 3, 1, 1, NotPassed, Participation),
        (Ordinary, 1, 1, 1, Passed, Approval),
        (Ordinary, 1, 0, 0, NotPassed, Participation),
        (Ordinary, 0, 0, 0, NotPassed, Participation),
        // A hundred units, of which the developer has forty and one buyer five, are 57 heads.
        (Ordinary, 57, 37, 37, NotPassed, Participation),
        (Ordinary, 57, 38, 19, NotPassed, Approval),
        (Ordinary, 57, 38, 20, Passed, Approval),
        (Special, 57, 38, 28, NotPassed, Approval),
        (Special, 57, 38, 29, Passed, Approval),
        (Special, 4, 4, 3, Passed, Approval),
        (Special, 4, 4, 2, NotPassed, Approval),
        (Special, 1_000_000_000, 666_666_668, 500_000_000, NotPassed, Approval),
        (Special, 1_000_000_000, 666_666_668, 500_000_001, Passed, Approval),
        (Ordinary, 1_000_000_000, 666_666_666, 666_666_666, NotPassed, Participation),
    ] {
        assert_eq!(ends(class, total, part, yes), (status, reason), "{class:?} {total} {part} {yes}");
    }
}

#[test]
fn both_measures_must_hold() {
    let (total, part) = (Weight { area: 300, heads: 3 }, Weight { area: 200, heads: 2 });
    let with = |area, heads| {
        let votes = BTreeMap::from([("yes".to_owned(), Weight { area, heads })]);
        outcome(&decision(ThresholdClass::Ordinary), total, part, &votes).0
    };
    assert_eq!((with(101, 2), with(100, 2), with(200, 1)), (TopicStatus::Passed, TopicStatus::NotPassed, TopicStatus::NotPassed));
}

#[test]
fn what_is_marked_wrongly_takes_part_and_approves_of_nothing() {
    let marks = |marks: &[&str]| marks.iter().map(|mark| (*mark).to_owned()).collect::<Vec<_>>();
    let (one, many) = (decision(ThresholdClass::Ordinary), election(&["a", "b", "c", "d"], 2));
    let says = |topic: &Topic, given: &[&str]| said(topic, &marks(given)).join(" ");
    assert_eq!(says(&one, &["yes"]), "yes");
    assert_eq!(says(&one, &[]), "blank");
    for wrong in [&["yes", "no"][..], &["no", "yes"], &["maybe"], &["yes", "yes"], &["abstain", "yes"]] {
        assert_eq!(says(&one, wrong), "spoiled", "{wrong:?}");
    }
    assert_eq!(says(&many, &["a", "c"]), "a c");
    for wrong in [&["a", "b", "c"][..], &["c", "a"], &["a", "a"], &["a", "abstain"]] {
        assert_eq!(says(&many, wrong), "spoiled", "{wrong:?}");
    }
}

#[test]
fn equal_candidates_are_not_chosen_by_their_names() {
    let topic = election(&["a", "b", "c", "d"], 3);
    let with = |votes: &[(&str, i64, i64)]| {
        let votes = votes.iter().map(|(name, heads, area)| ((*name).to_owned(), Weight { area: *area, heads: *heads })).collect();
        let (status, reason, elected) = outcome(&topic, weight(10), weight(10), &votes);
        (status, reason, elected.join(" "))
    };
    let (passed, open) = (TopicStatus::Passed, TopicStatus::Undecided);
    assert_eq!(with(&[("a", 6, 6), ("b", 7, 7), ("c", 8, 8), ("d", 9, 9)]), (passed, TopicReason::Approval, "b c d".to_owned()));
    assert_eq!(with(&[("a", 7, 8), ("b", 7, 7), ("c", 8, 8), ("d", 9, 9)]), (passed, TopicReason::Approval, "a c d".to_owned()));
    assert_eq!(with(&[("a", 7, 7), ("b", 7, 7), ("c", 8, 8), ("d", 9, 9)]), (open, TopicReason::Tie, "c d".to_owned()));
    assert_eq!(with(&[("a", 7, 7), ("b", 5, 9), ("c", 8, 8), ("d", 3, 3)]), (open, TopicReason::SeatsOpen, "a c".to_owned()));
}

/// Ballots over one decision, each with what it says.
fn counted(areas: &BTreeMap<i64, i64>, said: &[(i64, &str)], silence: Option<&Silence>) -> TopicResult {
    let choices: Vec<(i64, Choices)> = said.iter().map(|(head, mark)| (*head, vec![vec![(*mark).to_owned()]])).collect();
    let ballots: Vec<_> = choices.iter().map(|(head, choices)| (*head, choices)).collect();
    let topics = [decision(ThresholdClass::Ordinary)];
    count(Uuid::nil(), (&topics, silence), areas, &ballots).unwrap().topics.remove(0)
}

#[test]
fn silence_joins_what_leads_by_both_measures_and_only_by_the_covenant() {
    let areas: BTreeMap<i64, i64> = (1..=6).map(|head| (head, 10)).collect();
    let clause =
        |delivered: &[i64]| Silence { clause: "第十二条".to_owned(), delivered: delivered.to_vec(), topics: vec![1] };
    let four = [(1, "yes"), (2, "yes"), (3, "yes"), (4, "no")];
    assert_eq!(counted(&areas, &four, None).silent.heads, 0);
    let joined = counted(&areas, &four, Some(&clause(&[1, 5, 6])));
    assert_eq!((joined.silent.heads, joined.part.heads, joined.votes["yes"].heads), (2, 6, 5));
    let tied = counted(&areas, &[(1, "yes"), (2, "yes"), (3, "no"), (4, "no")], Some(&clause(&[5])));
    assert_eq!((tied.votes["abstain"].heads, tied.part.heads), (1, 5));
    let few = counted(&areas, &four[..3], Some(&clause(&[4, 5, 6])));
    assert_eq!((few.silent.heads, few.reason), (0, TopicReason::Participation), "half is not more than half");
    let unknown = [decision(ThresholdClass::Ordinary)];
    let choices = vec![vec![]];
    assert_eq!(count(Uuid::nil(), (&unknown, None), &areas, &[(7, &choices)]), Err("head"));
}

proptest! {
    #[test]
    fn exactly_at_the_border(total in 1_i64..1_000_000_000) {
        let least_part = (2 * total + 2) / 3;
        let (ordinary, special) = (ThresholdClass::Ordinary, ThresholdClass::Special);
        prop_assert_eq!(ends(ordinary, total, least_part, least_part).0, TopicStatus::Passed);
        prop_assert_eq!(ends(ordinary, total, least_part - 1, least_part - 1).1, TopicReason::Participation);
        for part in [least_part, total] {
            let (more_than_half, three_quarters) = (part / 2 + 1, (3 * part + 3) / 4);
            prop_assert_eq!(ends(ordinary, total, part, more_than_half).0, TopicStatus::Passed);
            prop_assert_eq!(ends(ordinary, total, part, more_than_half - 1).0, TopicStatus::NotPassed);
            prop_assert_eq!(ends(special, total, part, three_quarters).0, TopicStatus::Passed);
            prop_assert_eq!(ends(special, total, part, three_quarters - 1).0, TopicStatus::NotPassed);
        }
    }

    #[test]
    fn the_order_of_ballots_is_nothing_and_the_sums_are_those_who_took_part(
        said in proptest::collection::vec((0_usize..4, 1_i64..1_000_000), 1..40),
        turn in 0_usize..40,
    ) {
        let marks = ["yes", "no", "abstain", "nonsense"];
        let areas: BTreeMap<i64, i64> = (1..).zip(said.iter().map(|(_, area)| *area)).collect();
        let mut ballots: Vec<(i64, &str)> = (1..).zip(said.iter().map(|(mark, _)| marks[*mark])).collect();
        let first = counted(&areas, &ballots, None);
        let middle = turn % ballots.len();
        ballots.rotate_left(middle);
        prop_assert_eq!(&counted(&areas, &ballots, None), &first);
        let sum = first.votes.values().fold(Weight::default(), |mut sum, one| { sum.add(*one); sum });
        prop_assert_eq!(sum, first.part);
        // One more yes never lets a topic fail.
        let more: Vec<_> = ballots.iter().map(|(head, mark)| (*head, if *head == 1 { "yes" } else { *mark })).collect();
        if first.status == TopicStatus::Passed {
            prop_assert_eq!(counted(&areas, &more, None).status, TopicStatus::Passed);
        }
    }
}
