//! What is wrong with what a bundle says is voted on: the law binds it, not whoever wrote the file.

use std::collections::BTreeSet;

use crate::resources::deliberation::owner_votes::counting::model::{Silence, Topic, TopicKind};
use crate::resources::deliberation::owner_votes::counting::{ABSTAIN, BLANK, SPOILED};
use crate::resources::deliberation::vote_matters::{ThresholdClass, named};

/// Topics that are not numbered from 1, that offer what cannot be chosen, or whose share is not that of their matter.
pub fn topic_faults(topics: &[Topic]) -> Vec<String> {
    let mut faults = Vec::new();
    if topics.is_empty() || topics.iter().zip(1..).any(|(topic, no)| topic.no != no) {
        faults.push("FORMAT topics are not numbered from 1".to_owned());
    }
    for topic in topics {
        if !is_whole(topic) {
            faults.push(format!("FORMAT topic {} offers what cannot be chosen", topic.no));
        }
        if class_of(&topic.matter).is_some_and(|class| class != topic.class) {
            faults.push(format!("RESULT topic {} has another class than its matter", topic.no));
        }
    }
    faults
}

fn is_whole(topic: &Topic) -> bool {
    let different: BTreeSet<&str> = topic.options.iter().map(String::as_str).collect();
    let taken = [ABSTAIN, BLANK, SPOILED].iter().any(|name| different.contains(name));
    let each_once = different.len() == topic.options.len() && !different.contains("");
    match topic.kind {
        TopicKind::Decision => topic.seats == 0 && different == BTreeSet::from(["no", "yes"]) && each_once,
        TopicKind::Election => (1..=topic.options.len()).contains(&topic.seats) && each_once && !taken,
    }
}

/// The class that the law gives a matter: by its code, or as `278-1-6`, the item of article 278 of the Civil Code.
fn class_of(matter: &str) -> Option<ThresholdClass> {
    let special = |is: bool| if is { ThresholdClass::Special } else { ThresholdClass::Ordinary };
    let of_item =
        matter.strip_prefix("278-1-").and_then(|item| item.parse().ok()).map(|item: u8| special((6..=8).contains(&item)));
    named(matter).map(|known| known.class).or(of_item)
}

/// Silence means something only by the covenant, only for an ordinary decision, and only of those who are on the roll.
pub fn silence_fault(silence: &Silence, topics: &[Topic], heads: &BTreeSet<i64>) -> Option<String> {
    let reaches = |no: &i64| {
        let topic = topics.iter().find(|topic| topic.no == *no);
        topic.is_some_and(|topic| topic.class == ThresholdClass::Ordinary && topic.kind == TopicKind::Decision)
    };
    if silence.clause.trim().is_empty() || !silence.topics.iter().all(reaches) {
        return Some("SILENCE without a clause, or on a topic that it cannot reach".to_owned());
    }
    let known = silence.delivered.iter().all(|head| heads.contains(head));
    (!known).then(|| "SILENCE of a head that is not on the roll".to_owned())
}
