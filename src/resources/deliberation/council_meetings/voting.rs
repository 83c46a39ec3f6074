//! What a council decides: computed from who was there and what they said, never typed.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::attendance::Attendance;
use crate::db::text_enum::text_enum;
use crate::resources::deliberation::councils::model::DecisionRule;

text_enum! {
    /// What a seat says.
    pub enum Voice {
        Yes = "yes",
        No = "no",
        Abstain = "abstain",
    }
}

/// What was said for a seat. The last one of a seat that counts stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SeatVoice {
    pub position: i16,
    pub delegate_id: Uuid,
    pub voice: Voice,
    pub at: DateTime<Utc>,
    /// True where the delegate said it by their own token.
    #[serde(default)]
    pub by_delegate: bool,
}

text_enum! {
    /// What came of a vote.
    pub enum VoteOutcome {
        Adopted = "adopted",
        NotAdopted = "not_adopted",
        /// Not enough seats were there at every moment of it: it is repeated.
        Void = "void",
    }
}

/// How a vote came out, and why.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct VoteTally {
    pub outcome: VoteOutcome,
    /// The rule by which it was decided.
    pub rule: DecisionRule,
    /// Seats that may vote: all but those that are recused.
    pub entitled: usize,
    pub yes: usize,
    pub no: usize,
    pub abstain: usize,
    /// How many had to say yes.
    pub needed: usize,
    /// The voices that counted, one of each seat that spoke.
    #[schema(max_items = 30)]
    pub counted: Vec<SeatVoice>,
}

/// How many seats must say yes.
fn needed(rule: DecisionRule, entitled: usize) -> usize {
    match rule {
        DecisionRule::Consensus => entitled,
        DecisionRule::Majority => entitled / 2 + 1,
    }
}

/// Counts a vote that was open from one moment to another, both included.
pub fn count(
    attendance: &Attendance<'_>,
    entitled: &[i16],
    voices: &[SeatVoice],
    (from, until): (DateTime<Utc>, DateTime<Utc>),
    rule: DecisionRule,
) -> VoteTally {
    let counts = |voice: &&SeatVoice| {
        entitled.contains(&voice.position)
            && (from..=until).contains(&voice.at)
            && attendance.may_speak(voice.position, voice.delegate_id, voice.at)
    };
    let mut said: Vec<_> = voices.iter().filter(counts).collect();
    // Of two at the same moment the one that was told later.
    said.sort_by_key(|voice| voice.at);
    let last = |position: &i16| said.iter().rev().find(|voice| voice.position == *position).map(|voice| (*voice).clone());
    let counted: Vec<SeatVoice> = entitled.iter().filter_map(last).collect();
    let of = |voice: Voice| counted.iter().filter(|said| said.voice == voice).count();
    let needed = needed(rule, entitled.len());
    let outcome = match () {
        () if !attendance.always_reached(from, until) => VoteOutcome::Void,
        () if of(Voice::Yes) >= needed => VoteOutcome::Adopted,
        () => VoteOutcome::NotAdopted,
    };
    let (yes, no, abstain) = (of(Voice::Yes), of(Voice::No), of(Voice::Abstain));
    VoteTally { outcome, rule, entitled: entitled.len(), yes, no, abstain, needed, counted }
}

#[cfg(test)]
mod tests;
