//! The lines of a published vote.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::canonical::canonical_of;
use super::counting::Choices;
use super::counting::model::{Silence, Topic};
use super::merkle::sha256;
use super::roll::{HeadsBasis, RollSummary};
use crate::db::text_enum::text_enum;

text_enum! {
    /// Whether it can be known later who said what.
    pub enum Secrecy {
        Named = "named",
        Secret = "secret",
    }
}

text_enum! {
    /// How a ballot came.
    pub enum BallotChannel {
        Online = "online",
        Paper = "paper",
        /// By somebody to whom the owner has given a power.
        Proxy = "proxy",
        /// Signed by the owner and handed in by a delegate of the building.
        Delegate = "delegate",
    }
}

/// What is voted on and by whom, in one line.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    pub box_root: String,
    pub heads_basis: HeadsBasis,
    pub roll: RollSummary,
    pub secrecy: Secrecy,
    pub silence: Option<Silence>,
    pub t: String,
    pub topics: Vec<Topic>,
    pub v: u8,
    /// The hash of `plan.json`, with every text that was announced; missing in files of others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan_hash: Option<String>,
    pub vote: Uuid,
}

impl Manifest {
    /// The SHA-256 of everything that is announced: the line without the box and without whom the ballot reached, which
    /// are known at the end.
    pub fn hash(&self) -> Result<String, &'static str> {
        let silence = self.silence.clone().map(|silence| Silence { delivered: Vec::new(), ..silence });
        let announced = Self { box_root: String::new(), silence, ..self.clone() };
        canonical_of(&announced).map(|line| sha256(&line))
    }
}

/// The hash of the heads whom the ballot reached, as they stand in the manifest.
pub fn delivered_hash(delivered: &[i64]) -> String {
    canonical_of(&delivered).map(|line| sha256(&line)).unwrap_or_default()
}

/// A head has taken part: its receipt is in the box.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Participation {
    /// How its ballot came; not told of a secret vote, where whoever entered the only paper would know whose it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<BallotChannel>,
    pub head: i64,
    pub receipt: String,
}

/// A receipt that does not count, and why.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetAside {
    pub head: i64,
    pub reason: String,
    pub receipt: String,
}

/// What a head said; its hash is the receipt.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ballot {
    pub channel: BallotChannel,
    pub choices: Choices,
    pub head: i64,
    /// 128 bits that only the service knows until it is published.
    pub nonce: String,
    pub t: String,
    pub v: u8,
    pub vote: Uuid,
}
