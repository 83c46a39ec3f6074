//! A ballot as it is put into the box: what is said, where it came from, and how long all of them are.

use uuid::Uuid;

use crate::http::codes;
use crate::http::problem::{FieldError, Problem};
use crate::resources::deliberation::owner_votes::canonical::canonical_of;
use crate::resources::deliberation::owner_votes::counting::model::TopicKind;
use crate::resources::deliberation::owner_votes::counting::{ABSTAIN, Choices};
use crate::resources::deliberation::owner_votes::merkle::{hex, leaf};
use crate::resources::deliberation::owner_votes::plan::{VotePlan, VoteTopic};
use crate::resources::deliberation::owner_votes::records::{Ballot, BallotChannel};
use crate::resources::deliberation::owner_votes::sealing::{BoxKey, nonce};

/// Room for everything in a ballot but the choices.
const FRAME: usize = 300;
/// Room for a mark beside its name.
const MARK: usize = 3;

/// A ballot that was sealed, with its receipt: nothing of it tells what it says.
#[derive(Debug)]
pub struct SealedBallot {
    pub sealed: Vec<u8>,
    pub receipt: String,
}

/// Seals what a head says.
pub fn seal(
    key: &BoxKey,
    plan: &VotePlan,
    (vote, head, channel): (Uuid, i32, BallotChannel),
    choices: Choices,
) -> Result<SealedBallot, Problem> {
    let nonce = nonce()?;
    let ballot = Ballot { channel, choices, head: head.into(), nonce, t: "ballot".to_owned(), v: 1, vote };
    let line = canonical_of(&ballot).map_err(Problem::internal)?;
    Ok(SealedBallot { sealed: key.seal(vote, &line, length(plan))?, receipt: hex(&leaf(&line)) })
}

/// As long as the longest that can be said, so that no length tells anything.
fn length(plan: &VotePlan) -> usize {
    let names = |topic: &VoteTopic| topic.options.iter().map(|name| escaped(name) + MARK).sum::<usize>() + ABSTAIN.len() + MARK;
    FRAME + plan.topics.iter().map(|topic| names(topic) + MARK).sum::<usize>()
}

/// How long a name is where it is written.
fn escaped(name: &str) -> usize {
    name.len() + name.chars().filter(|sign| matches!(sign, '"' | '\\')).count()
}

/// What is said in its one form: the marks of each topic in order.
pub fn sorted(mut choices: Choices) -> Choices {
    choices.iter_mut().for_each(|marks| marks.sort_unstable());
    choices
}

/// What is wrong with what somebody says online: whoever signs in spoils nothing. What they said is not told again.
pub fn own_faults(plan: &VotePlan, choices: &Choices) -> Vec<FieldError> {
    let mut errors = entry_faults(plan, choices);
    for (at, (topic, marks)) in plan.topics.iter().zip(choices).enumerate() {
        let most = if topic.kind == TopicKind::Election { topic.seats } else { 1 };
        if marks.len() > most {
            errors.push(FieldError::at(format!("/choices/{at}"), &codes::MAX_ITEMS).with("limit", most));
        }
        if marks.len() > 1 && marks.iter().any(|mark| mark == ABSTAIN) {
            errors.push(FieldError::at(format!("/choices/{at}"), &codes::ABSTAINS_ALONE));
        }
    }
    errors
}

/// What is wrong with what is entered of a paper: it may be blank or marked too often, and nothing else stands on it.
pub fn entry_faults(plan: &VotePlan, choices: &Choices) -> Vec<FieldError> {
    if choices.len() != plan.topics.len() {
        return vec![FieldError::at("/choices", &codes::EACH_TOPIC).with("topics", plan.topics.len())];
    }
    let mut errors = Vec::new();
    for (at, (topic, marks)) in plan.topics.iter().zip(choices).enumerate() {
        let unknown = marks.iter().any(|mark| mark != ABSTAIN && !topic.options.contains(mark));
        if unknown {
            errors.push(FieldError::at(format!("/choices/{at}"), &codes::NO_OPTION));
        }
        let mut sorted = marks.clone();
        sorted.sort_unstable();
        sorted.dedup();
        if sorted.len() < marks.len() {
            errors.push(FieldError::at(format!("/choices/{at}"), &codes::DUPLICATE_ITEM));
        }
    }
    errors
}
