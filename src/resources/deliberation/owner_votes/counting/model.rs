//! What is voted on, and what comes of it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::db::text_enum::text_enum;
use crate::resources::deliberation::vote_matters::ThresholdClass;

/// How much something weighs: the owners' heads, and their area in 0.01 square meters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Weight {
    pub area: i64,
    pub heads: i64,
}

impl Weight {
    pub fn add(&mut self, other: Self) {
        self.area = self.area.saturating_add(other.area);
        self.heads = self.heads.saturating_add(other.heads);
    }

    /// True where something holds of both measures.
    pub fn both(self, other: Self, holds: impl Fn(i128, i128) -> bool) -> bool {
        holds(self.heads.into(), other.heads.into()) && holds(self.area.into(), other.area.into())
    }
}

text_enum! {
    /// What is decided in a topic.
    pub enum TopicKind {
        /// Yes, no, or neither.
        Decision = "decision",
        /// Who sits in a committee.
        Election = "election",
    }
}

/// What owners vote on, as it is counted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Topic {
    pub class: ThresholdClass,
    pub kind: TopicKind,
    /// The matter, by its code.
    pub matter: String,
    /// Counted from 1.
    pub no: i64,
    /// What can be chosen, beside to abstain.
    pub options: Vec<String>,
    /// How many are elected at most; 0 for a decision.
    pub seats: usize,
}

text_enum! {
    /// What came of a topic.
    pub enum TopicStatus {
        Passed = "passed",
        NotPassed = "not_passed",
        /// Some are elected, or nobody, and seats are left.
        Undecided = "undecided",
    }
}

text_enum! {
    /// By what it was decided.
    pub enum TopicReason {
        /// Fewer than two thirds have taken part.
        Participation = "participation",
        /// By how many of those who took part approve.
        Approval = "approval",
        /// At the last seat two are equal by heads and by area.
        Tie = "tie",
        /// Fewer than there are seats have enough votes.
        SeatsOpen = "seats_open",
    }
}

/// What the covenant makes of those who were reached and say nothing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Silence {
    /// The article of the covenant.
    pub clause: String,
    /// The heads to whom the ballot was delivered.
    pub delivered: Vec<i64>,
    /// The topics for which it holds.
    pub topics: Vec<i64>,
}

/// What a topic came to, with every number from which it follows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TopicResult {
    /// Who was elected, in the order of the alphabet.
    pub elected: Vec<String>,
    pub no: i64,
    /// Those who took part.
    pub part: Weight,
    pub reason: TopicReason,
    /// Of those, the silent ones.
    pub silent: Weight,
    pub status: TopicStatus,
    /// Those for each option, who abstain, who left it blank, and who spoiled it.
    pub votes: BTreeMap<String, Weight>,
}

/// What a vote came to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VoteResult {
    pub t: String,
    pub topics: Vec<TopicResult>,
    pub total: Weight,
    pub v: u8,
    pub vote: Uuid,
}
