//! The topics of a vote, as the law has them: whoever writes them does not choose how many must approve.

use std::collections::BTreeSet;

use super::counting::model::TopicKind;
use super::counting::{ABSTAIN, BLANK, SPOILED};
use super::inputs::NewVoteTopic;
use super::plan::{VotePlan, VoteTopic};
use crate::http::codes;
use crate::http::normal_form::plain;
use crate::http::problem::FieldError;
use crate::resources::deliberation::vote_matters::{ELECTION, ThresholdClass, named};
use crate::resources::reference::rules::names::RuleName;
use crate::resources::reference::rules::place::PlaceRules;

/// The topics that a request describes, or what is wrong with them.
pub fn topics(new: Vec<NewVoteTopic>) -> Result<Vec<VoteTopic>, Vec<FieldError>> {
    let mut errors = Vec::new();
    let mut topics = Vec::with_capacity(new.len());
    for (at, (topic, no)) in new.into_iter().zip(1..).enumerate() {
        match one(topic, no, &format!("/topics/{at}")) {
            Ok(topic) => topics.push(topic),
            Err(faults) => errors.extend(faults),
        }
    }
    if errors.is_empty() { Ok(topics) } else { Err(errors) }
}

fn one(new: NewVoteTopic, no: i64, place: &str) -> Result<VoteTopic, Vec<FieldError>> {
    let Some(matter) = named(&new.matter) else {
        return Err(vec![FieldError::at(format!("{place}/matter"), &codes::UNKNOWN_RECORD)]);
    };
    let candidates: Vec<String> = new.candidates.iter().map(|name| plain(name)).collect();
    let elects = matter.code == ELECTION;
    let errors = if elects { election_faults(&candidates, &new, place) } else { decision_faults(&new, place) };
    if !errors.is_empty() {
        return Err(errors);
    }
    let mut options = if elects { candidates } else { vec!["no".to_owned(), "yes".to_owned()] };
    options.sort_unstable();
    Ok(VoteTopic {
        no,
        title: new.title,
        text: new.text,
        matter: new.matter,
        kind: if elects { TopicKind::Election } else { TopicKind::Decision },
        class: matter.class,
        options,
        by_election: new.by_election,
        seats: new.seats.and_then(|seats| usize::try_from(seats).ok()).unwrap_or_default(),
    })
}

/// Yes and no are offered always, and nobody is elected.
fn decision_faults(new: &NewVoteTopic, place: &str) -> Vec<FieldError> {
    let given = [("candidates", !new.candidates.is_empty()), ("seats", new.seats.is_some()), ("by_election", new.by_election)];
    let given = given.into_iter().filter(|(_, given)| *given);
    given.map(|(name, _)| FieldError::at(format!("{place}/{name}"), &codes::NOT_APPLICABLE)).collect()
}

/// More candidates than seats, each once, and an odd number of seats (Qingdao's regulation, article 35).
fn election_faults(candidates: &[String], new: &NewVoteTopic, place: &str) -> Vec<FieldError> {
    let mut errors = Vec::new();
    let different: BTreeSet<&String> = candidates.iter().collect();
    if different.len() < candidates.len() {
        errors.push(FieldError::at(format!("{place}/candidates"), &codes::DUPLICATE_ITEM));
    }
    for (at, name) in candidates.iter().enumerate() {
        // A name is a line in the files of the vote.
        if name.is_empty() || name.contains(char::is_control) || [ABSTAIN, BLANK, SPOILED].contains(&name.as_str()) {
            errors.push(FieldError::at(format!("{place}/candidates/{at}"), &codes::NOT_ALLOWED));
        }
    }
    match new.seats {
        None => errors.push(FieldError::at(format!("{place}/seats"), &codes::REQUIRED)),
        Some(seats) if seats % 2 == 0 && !new.by_election => errors.push(FieldError::at(format!("{place}/seats"), &codes::ODD)),
        Some(seats) if i64::try_from(candidates.len()).is_ok_and(|number| number <= seats) => {
            errors.push(FieldError::at(format!("{place}/candidates"), &codes::CANDIDATES_TOO_FEW).with("seats", seats));
        }
        Some(_) => {}
    }
    errors
}

/// What is wrong with a plan as a whole, at a place with its rules.
pub fn plan_faults(plan: &VotePlan, rules: &PlaceRules) -> Vec<FieldError> {
    let least = rules.value(RuleName::CommitteeLeastMembers);
    let few = |topic: &&VoteTopic| {
        topic.kind == TopicKind::Election && !topic.by_election && i64::try_from(topic.seats).is_ok_and(|seats| seats < least)
    };
    let of_seats = plan
        .topics
        .iter()
        .filter(few)
        .map(|topic| FieldError::at(format!("/topics/{}/seats", topic.no - 1), &codes::MINIMUM).with("limit", least));
    let broken = plan.silence.as_ref().filter(|silence| silence.clause.contains(char::is_control));
    let broken = broken.map(|_| FieldError::at("/silence/clause", &codes::CONTROL_CHARACTER));
    of_seats.chain(broken).chain(silence_faults(plan)).collect()
}

/// Silence means something only for ordinary decisions.
fn silence_faults(plan: &VotePlan) -> Vec<FieldError> {
    let told = plan.silence.iter().flat_map(|silence| silence.topics.iter().enumerate());
    let ordinary = |no: &i64| {
        let topic = plan.topics.iter().find(|topic| topic.no == *no);
        topic.is_some_and(|topic| topic.kind == TopicKind::Decision && topic.class == ThresholdClass::Ordinary)
    };
    let wrong = told.filter(|(_, no)| !ordinary(no));
    wrong.map(|(at, _)| FieldError::at(format!("/silence/topics/{at}"), &codes::ORDINARY_ONLY)).collect()
}

#[cfg(test)]
mod tests;
