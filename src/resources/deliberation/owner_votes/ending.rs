//! Decisions that do not stand, with the paper that says so.

use chrono::{Months, NaiveDate};
use serde::Deserialize;
use utoipa::ToSchema;

use super::model::{EndingKind, OwnerVoteFields, TopicEnding};
use crate::access::authority::Authority;
use crate::calendar::civil_date;
use crate::http::codes;
use crate::http::problem::{FieldError, Problem, invalid};

/// As much as a vote keeps.
const MOST_ENDINGS: usize = 100;

/// Decisions that do not stand.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"topics": [1], "paper": "青南街责改〔2026〕3号", "on": "2026-05-10", "reason": "表决事项未公示"}))]
pub struct TopicsEnding {
    /// The topics.
    #[schema(min_items = 1, max_items = 20)]
    pub topics: Vec<i64>,
    /// The number of the paper that says so.
    #[schema(min_length = 1, max_length = 100, pattern = "\\S")]
    pub paper: String,
    /// Its day.
    pub on: NaiveDate,
    #[schema(min_length = 1, max_length = 1000, pattern = "\\S")]
    pub reason: String,
    /// Of what a court annulled: when an owner asked it to.
    pub filed_on: Option<NaiveDate>,
    /// When that owner came to know the decision, where that was later than the count: they have a year from then on (Civil Code,
    /// articles 152 and 280).
    pub known_on: Option<NaiveDate>,
}

/// That a decision does not stand was recorded by mistake.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"topic": 1, "kind": "invalidated", "reason": "误登记为第1项"}))]
pub struct EndingStrike {
    #[schema(minimum = 1, maximum = 20)]
    pub topic: i64,
    pub kind: EndingKind,
    #[schema(min_length = 1, max_length = 1000, pattern = "\\S")]
    pub reason: String,
}

/// Keeps that decisions do not stand, with the paper that says so.
pub fn end_topics(vote: &mut OwnerVoteFields, kind: EndingKind, body: TopicsEnding, who: &Authority) -> Result<(), Problem> {
    let counted_on = vote.counted_at.map(civil_date);
    let mut errors = who.day_faults("/on", body.on, counted_on);
    errors.extend(filing_faults(kind, &body, counted_on));
    for (at, no) in body.topics.iter().enumerate() {
        let is_ended = |ending: &TopicEnding| (ending.no, ending.kind) == (*no, kind) && ending.struck.is_none();
        let ended = vote.endings.0.iter().any(is_ended) || body.topics[..at].contains(no);
        if vote.plan.topics.iter().all(|topic| topic.no != *no) {
            errors.push(FieldError::at(format!("/topics/{at}"), &codes::UNKNOWN_RECORD));
        } else if ended {
            errors.push(FieldError::at(format!("/topics/{at}"), &codes::ALREADY_DONE));
        }
    }
    Problem::fail_if_any(errors)?;
    let TopicsEnding { topics, paper, on, reason, filed_on, known_on } = body;
    let ending =
        |no| TopicEnding { no, kind, paper: paper.clone(), on, reason: reason.clone(), filed_on, known_on, struck: None };
    vote.endings.0.extend(topics.into_iter().map(ending));
    vote.taken_steps.add(who.action, who);
    if vote.endings.0.len() > MOST_ENDINGS {
        return Err(Problem::invalid(vec![FieldError::at("", &codes::MAX_ITEMS).with("limit", MOST_ENDINGS)]));
    }
    Ok(())
}

/// A court annuls what an owner has asked it to within a year of knowing it, and within five years in all (Civil Code, articles 152
/// and 280).
fn filing_faults(kind: EndingKind, body: &TopicsEnding, counted_on: Option<NaiveDate>) -> Vec<FieldError> {
    let given = [("/filed_on", body.filed_on), ("/known_on", body.known_on)];
    if kind == EndingKind::Invalidated {
        let told = given.into_iter().filter(|(_, day)| day.is_some());
        return told.map(|(place, _)| FieldError::at(place, &codes::NOT_APPLICABLE)).collect();
    }
    let Some(filed_on) = body.filed_on else { return vec![FieldError::at("/filed_on", &codes::REQUIRED)] };
    let within = |from: Option<NaiveDate>, years: u32| from.and_then(|from| from.checked_add_months(Months::new(12 * years)));
    let known_on = body.known_on.or(counted_on);
    let last = within(known_on, 1).min(within(counted_on, 5));
    let faults = [
        FieldError::before("/filed_on", filed_on, known_on),
        FieldError::after("/filed_on", filed_on, last.min(Some(body.on))),
        body.known_on.and_then(|day| FieldError::before("/known_on", day, counted_on)),
    ];
    faults.into_iter().flatten().collect()
}

/// Takes back that a decision does not stand: it was recorded by mistake.
pub fn strike_ending(vote: &mut OwnerVoteFields, body: EndingStrike) -> Result<(), Problem> {
    let is_meant = |ending: &&mut TopicEnding| (ending.no, ending.kind) == (body.topic, body.kind) && ending.struck.is_none();
    let Some(ending) = vote.endings.0.iter_mut().find(is_meant) else { return invalid("/topic", &codes::UNKNOWN_RECORD) };
    ending.struck = Some(body.reason);
    Ok(())
}
