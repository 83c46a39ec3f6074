//! Whether the totals of a secret vote can be true: the ballots are not told, and the rest must fit.

use std::collections::BTreeMap;

use crate::resources::deliberation::owner_votes::counting::model::{Topic, TopicKind, TopicResult, Weight};
use crate::resources::deliberation::owner_votes::counting::outcome::outcome;
use crate::resources::deliberation::owner_votes::counting::{ABSTAIN, BLANK, SPOILED, leading, names};

/// What is wrong with the totals of a topic; `mine` has those who took part and the silent ones, counted again.
pub fn total_faults(topic: &Topic, total: Weight, mine: &TopicResult, theirs: &TopicResult) -> Option<String> {
    let no = topic.no;
    if mine.part != theirs.part || mine.silent != theirs.silent || topic.no != theirs.no || !adds_up(topic, theirs) {
        return Some(format!("RESULT topic {no} does not add up"));
    }
    let follows = outcome(topic, total, theirs.part, &theirs.votes);
    let told = (theirs.status, theirs.reason, theirs.elected.clone());
    (follows != told).then(|| format!("RESULT topic {no} has the wrong outcome"))
}

fn adds_up(topic: &Topic, told: &TopicResult) -> bool {
    let known = names(topic);
    let same_names = known.len() == told.votes.len() && known.keys().all(|name| told.votes.contains_key(name));
    let measures: [fn(&Weight) -> i64; 2] = [|weight| weight.heads, |weight| weight.area];
    let fits = |measure: fn(&Weight) -> i64| {
        let of = |name: &str| told.votes.get(name).map_or(0, |weight| i128::from(measure(weight)));
        let part = i128::from(measure(&told.part));
        let sum: i128 = told.votes.values().map(|weight| i128::from(measure(weight))).sum();
        let in_bounds = told.votes.values().all(|weight| (0..=part).contains(&i128::from(measure(weight))));
        // Whoever takes part in an election marks at least one and not more than there are seats.
        let marking = part - of(ABSTAIN) - of(BLANK) - of(SPOILED);
        let marked = sum - of(ABSTAIN) - of(BLANK) - of(SPOILED);
        let most = i128::try_from(topic.seats).unwrap_or(i128::MAX);
        let whole = match topic.kind {
            TopicKind::Decision => sum == part,
            TopicKind::Election => {
                marking >= marked.min(1)
                    && marked >= marking
                    && marked <= marking * most
                    && options(topic).all(|name| of(name) <= marking)
            }
        };
        in_bounds && whole
    };
    same_names && measures.into_iter().all(fits) && silent_joined(told)
}

fn options(topic: &Topic) -> impl Iterator<Item = &str> {
    topic.options.iter().map(String::as_str)
}

/// The silent ones joined what led without them.
fn silent_joined(told: &TopicResult) -> bool {
    let without = |name: &str| {
        let mut votes: BTreeMap<String, Weight> = told.votes.clone();
        let joined = votes.get_mut(name)?;
        joined.heads = joined.heads.checked_sub(told.silent.heads).filter(|heads| *heads >= 0)?;
        joined.area = joined.area.checked_sub(told.silent.area).filter(|area| *area >= 0)?;
        Some(votes)
    };
    let fits = |name: &&str| without(name).is_some_and(|votes| leading(&votes) == *name);
    told.silent == Weight::default() || ["yes", "no", ABSTAIN].iter().any(fits)
}
