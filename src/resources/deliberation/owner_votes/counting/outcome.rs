//! What follows from the numbers, with no division (Civil Code, article 278).

use std::collections::{BTreeMap, BTreeSet};

use super::model::{Topic, TopicKind, TopicReason, TopicStatus, Weight};
use crate::resources::deliberation::vote_matters::ThresholdClass;

/// What follows from the numbers of a topic: its end, why, and who is elected.
pub fn outcome(
    topic: &Topic,
    total: Weight,
    part: Weight,
    votes: &BTreeMap<String, Weight>,
) -> (TopicStatus, TopicReason, Vec<String>) {
    let there = |all: i128, _| all > 0;
    if !total.both(total, there) || !part.both(total, |part, total| 3 * part >= 2 * total) {
        return (TopicStatus::NotPassed, TopicReason::Participation, Vec::new());
    }
    let enough = |option: &str| {
        let share = |yes: i128, part: i128| match topic.class {
            ThresholdClass::Special => 4 * yes >= 3 * part,
            ThresholdClass::Ordinary => 2 * yes > part,
        };
        votes.get(option).is_some_and(|votes| votes.both(part, share))
    };
    if topic.kind == TopicKind::Decision {
        let status = if enough("yes") { TopicStatus::Passed } else { TopicStatus::NotPassed };
        return (status, TopicReason::Approval, Vec::new());
    }
    elected(topic, votes, enough)
}

/// Those who have enough votes, by heads, then by area, as far as there are seats.
fn elected(
    topic: &Topic,
    votes: &BTreeMap<String, Weight>,
    enough: impl Fn(&str) -> bool,
) -> (TopicStatus, TopicReason, Vec<String>) {
    let weight = |name: &String| votes.get(name).copied().unwrap_or_default();
    let rank = |name: &String| (weight(name).heads, weight(name).area);
    let mut able: Vec<&String> = topic.options.iter().filter(|name| enough(name)).collect();
    able.sort_by_key(|name| (std::cmp::Reverse(rank(name)), (*name).clone()));
    let sorted = |names: Vec<&String>| names.into_iter().cloned().collect::<BTreeSet<_>>().into_iter().collect();
    let last = topic.seats.checked_sub(1).and_then(|at| able.get(at)).map(|name| rank(name));
    let next = able.get(topic.seats).map(|name| rank(name));
    if next.is_some() && next == last {
        // Whoever stands above the equal ones is elected all the same.
        let clear = able.into_iter().filter(|name| Some(rank(name)) > last).collect();
        return (TopicStatus::Undecided, TopicReason::Tie, sorted(clear));
    }
    let is_full = able.len() >= topic.seats;
    able.truncate(topic.seats);
    let (status, reason) =
        if is_full { (TopicStatus::Passed, TopicReason::Approval) } else { (TopicStatus::Undecided, TopicReason::SeatsOpen) };
    (status, reason, sorted(able))
}
