//! How a vote is counted: in whole numbers, by heads and by area.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use self::model::{Silence, Topic, TopicKind, TopicResult, VoteResult, Weight};
use self::outcome::outcome;

pub mod model;
pub mod outcome;

/// What is said by whoever does not say yes or no, or chooses nobody.
pub const ABSTAIN: &str = "abstain";
pub const BLANK: &str = "blank";
pub const SPOILED: &str = "spoiled";

/// What a head says, topic by topic.
pub type Choices = Vec<Vec<String>>;

/// What one ballot says on a topic: the options that it marks, or that it is blank or spoiled.
fn said<'a>(topic: &Topic, marks: &'a [String]) -> Vec<&'a str> {
    let most = if topic.kind == TopicKind::Election { topic.seats } else { 1 };
    let in_order = marks.windows(2).all(|two| two[0] < two[1]);
    let known = |mark: &String| mark == ABSTAIN || topic.options.contains(mark);
    let abstains = marks.iter().any(|mark| mark == ABSTAIN);
    match marks {
        [] => vec![BLANK],
        _ if !in_order || !marks.iter().all(known) || marks.len() > most || abstains && marks.len() > 1 => vec![SPOILED],
        _ => marks.iter().map(String::as_str).collect(),
    }
}

/// Counts ballots; `areas` are those of the heads. A head or a topic that is not there is an error.
pub fn count(
    vote: Uuid,
    (topics, silence): (&[Topic], Option<&Silence>),
    areas: &BTreeMap<i64, i64>,
    ballots: &[(i64, &Choices)],
) -> Result<VoteResult, &'static str> {
    let weight = |head: &i64| areas.get(head).map(|area| Weight { area: *area, heads: 1 }).ok_or("head");
    let mut total = Weight::default();
    areas.values().for_each(|area| total.add(Weight { area: *area, heads: 1 }));
    let mut part = Weight::default();
    for (head, _) in ballots {
        part.add(weight(head)?);
    }
    let mut results = Vec::with_capacity(topics.len());
    for (at, topic) in topics.iter().enumerate() {
        let mut votes = names(topic);
        for (head, choices) in ballots {
            for name in said(topic, choices.get(at).ok_or("choices")?) {
                votes.entry(name.to_owned()).or_default().add(weight(head)?);
            }
        }
        let silent = silent(topic, silence, (total, part), ballots, weight)?;
        if silent.heads > 0 {
            votes.entry(leading(&votes).to_owned()).or_default().add(silent);
        }
        let mut part = part;
        part.add(silent);
        let (status, reason, elected) = outcome(topic, total, part, &votes);
        results.push(TopicResult { elected, no: topic.no, part, reason, silent, status, votes });
    }
    Ok(VoteResult { t: "result".to_owned(), topics: results, total, v: 1, vote })
}

/// Everything that can be said to a topic, at nothing.
pub fn names(topic: &Topic) -> BTreeMap<String, Weight> {
    let options = topic.options.iter().map(String::as_str).chain([ABSTAIN, BLANK, SPOILED]);
    options.map(|name| (name.to_owned(), Weight::default())).collect()
}

/// Those who were reached and say nothing, where the covenant makes something of that and more than half have taken part.
fn silent(
    topic: &Topic,
    silence: Option<&Silence>,
    (total, part): (Weight, Weight),
    ballots: &[(i64, &Choices)],
    weight: impl Fn(&i64) -> Result<Weight, &'static str>,
) -> Result<Weight, &'static str> {
    let mut sum = Weight::default();
    let Some(silence) = silence.filter(|silence| silence.topics.contains(&topic.no)) else { return Ok(sum) };
    if part.both(total, |part, total| 2 * part > total) {
        let voted: BTreeSet<i64> = ballots.iter().map(|(head, _)| *head).collect();
        let silent: BTreeSet<i64> = silence.delivered.iter().copied().collect();
        for head in silent.difference(&voted) {
            sum.add(weight(head)?);
        }
    }
    Ok(sum)
}

/// What the silent ones join: the answer that leads by heads and by area, or else to abstain.
pub fn leading(votes: &BTreeMap<String, Weight>) -> &'static str {
    let of = |name: &str| votes.get(name).copied().unwrap_or_default();
    let answers = ["yes", "no", ABSTAIN];
    let leads =
        |name: &&str| answers.iter().filter(|other| *other != name).all(|other| of(name).both(of(other), |one, two| one > two));
    answers.iter().find(|name| leads(name)).copied().unwrap_or(ABSTAIN)
}

#[cfg(test)]
mod tests;
