//! What the parties of a mediation offer one another, until all accept the same.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::db::text_enum::text_enum;

/// What a party shall have to do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewObligation {
    /// The party's position in the dispute.
    #[schema(minimum = 0, maximum = 100)]
    pub debtor: i16,
    #[schema(min_length = 1, max_length = 1000, pattern = "\\S")]
    pub deed: String,
    /// In 0.01 yuan.
    #[schema(minimum = 1, maximum = 100_000_000_000_i64)]
    pub amount: Option<i64>,
    pub due_on: NaiveDate,
    #[schema(min_length = 1, max_length = 200, pattern = "\\S")]
    pub manner: Option<String>,
}

text_enum! {
    /// What came of an offer.
    pub enum OfferStatus {
        Open = "open",
        /// Every party has accepted it: an agreement can be drafted from it.
        Accepted = "accepted",
        Declined = "declined",
        /// Another offer was made instead.
        Superseded = "superseded",
    }
}

/// What a party said to an offer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct OfferAnswer {
    /// The party's position in the dispute.
    pub position: i16,
    pub accepts: bool,
    #[schema(max_length = 1000, required)]
    pub note: Option<String>,
    /// True where the party has said so by their own sign-in; false where somebody recorded it.
    pub by_party: bool,
    pub at: DateTime<Utc>,
}

/// Terms that somebody offers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Offer {
    /// Counted from 1.
    pub number: i16,
    /// Whose offer it is; null for a proposal of the mediator.
    #[schema(required)]
    pub position: Option<i16>,
    #[schema(min_items = 1, max_items = 10)]
    pub terms: Vec<NewObligation>,
    #[schema(max_length = 1000, required)]
    pub note: Option<String>,
    pub status: OfferStatus,
    #[schema(max_items = 30)]
    pub answers: Vec<OfferAnswer>,
    pub at: DateTime<Utc>,
}

/// Terms to be offered. An offer that is still open gives way to it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "position": 1, "note": "一次性补偿",
    "terms": [{"debtor": 1, "deed": "赔偿顶棚修复费用", "amount": 200000, "due_on": "2026-04-01"}]
}))]
pub struct NewOffer {
    /// Whose offer it is; null for a proposal of the mediator.
    #[serde(deserialize_with = "Option::deserialize")]
    #[schema(required, minimum = 0, maximum = 100)]
    pub position: Option<i16>,
    #[schema(min_items = 1, max_items = 10)]
    pub terms: Vec<NewObligation>,
    #[schema(min_length = 1, max_length = 1000, pattern = "\\S")]
    pub note: Option<String>,
}

/// What a party says to the open offer.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"number": 1, "position": 0, "accepts": true}))]
pub struct OfferReply {
    /// The offer's number.
    #[schema(minimum = 1, maximum = 100)]
    pub number: i16,
    /// The party's position in the dispute.
    #[schema(minimum = 0, maximum = 100)]
    pub position: i16,
    pub accepts: bool,
    #[schema(min_length = 1, max_length = 1000, pattern = "\\S")]
    pub note: Option<String>,
}
