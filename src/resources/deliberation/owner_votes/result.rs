//! What a vote came to, as callers see it.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::canonical::canonical_of;
use super::counting::model::{TopicReason, TopicResult, TopicStatus, VoteResult, Weight};
use super::merkle::sha256;

/// How many chose an option.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct OptionCount {
    /// One of the topic's options, or `abstain`, `blank` or `spoiled`.
    #[schema(max_length = 100)]
    pub option: String,
    pub heads: i64,
    /// In 0.01 square meters.
    pub area: i64,
}

/// What a topic came to, with every number from which it follows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct TopicCount {
    pub no: i64,
    pub status: TopicStatus,
    pub reason: TopicReason,
    /// Those who took part.
    pub part: Weight,
    /// Of those, the silent ones.
    pub silent: Weight,
    /// Who was elected, in the order of the alphabet.
    #[schema(max_items = 50, max_length = 100)]
    pub elected: Vec<String>,
    #[schema(max_items = 53)]
    pub votes: Vec<OptionCount>,
}

impl TopicCount {
    pub fn of(result: TopicResult) -> Self {
        let votes = result.votes.into_iter().map(|(option, Weight { area, heads })| OptionCount { option, heads, area });
        Self {
            no: result.no,
            status: result.status,
            reason: result.reason,
            part: result.part,
            silent: result.silent,
            elected: result.elected,
            votes: votes.collect(),
        }
    }

    /// As it stands in the files of the vote.
    pub fn plain(&self) -> TopicResult {
        let votes = self.votes.iter().map(|one| (one.option.clone(), Weight { area: one.area, heads: one.heads }));
        TopicResult {
            elected: self.elected.clone(),
            no: self.no,
            part: self.part,
            reason: self.reason,
            silent: self.silent,
            status: self.status,
            votes: votes.collect(),
        }
    }
}

/// What a vote came to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct OwnerVoteResult {
    /// All heads and their area.
    pub total: Weight,
    #[schema(max_items = 20)]
    pub topics: Vec<TopicCount>,
    /// The hash over all receipts that count.
    #[schema(max_length = 64)]
    pub box_root: String,
    /// The hash of the heads whom the ballot reached, where silence means something.
    #[schema(max_length = 64, required)]
    pub delivered_hash: Option<String>,
    /// The last day on which owners object to it.
    pub objections_until: NaiveDate,
    /// On how many whole days it has to hang before the vote ends.
    #[serde(default)]
    pub posting_days: i64,
    /// The hash of `result.json`, which is posted with the result.
    #[serde(default)]
    #[schema(max_length = 64)]
    pub result_hash: String,
    /// That hash with those of the announcement and of the box, signed by the service when it counted (JWS, with the key of
    /// `/.well-known/jwks.json`).
    #[serde(default)]
    #[schema(max_length = 2000)]
    pub signature: String,
}

impl OwnerVoteResult {
    /// As it stands in the files of the vote.
    pub fn plain(&self, vote: Uuid) -> VoteResult {
        let topics = self.topics.iter().map(TopicCount::plain).collect();
        VoteResult { t: "result".to_owned(), topics, total: self.total, v: 1, vote }
    }
}

impl VoteResult {
    /// The hash of its line.
    pub fn hash(&self) -> Result<String, &'static str> {
        canonical_of(self).map(|line| sha256(&line))
    }
}
