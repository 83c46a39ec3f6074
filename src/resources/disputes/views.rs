//! What is told of a dispute besides its record: possible duplicates, its parties in full.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::details::RoutingTrace;
use super::model::DisputeFields;
use super::parties::Party;
use super::states::Status;
use crate::access::code::JurisdictionCode;

/// What is about to be filed.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct DuplicateParams {
    /// The place.
    #[param(inline)]
    pub jurisdiction: JurisdictionCode,
    /// The category.
    #[param(min_length = 1, max_length = 100, pattern = "^[a-z][a-z0-9_]*([.][a-z][a-z0-9_]*)*$")]
    pub category: String,
    /// Name of the estate.
    #[param(min_length = 1, max_length = 100)]
    pub estate_name: String,
    /// The title, by which the candidates are ordered.
    #[param(min_length = 1, max_length = 200)]
    pub title: Option<String>,
    /// When it was raised; now when not given.
    pub reported_at: Option<DateTime<Utc>>,
}

/// A dispute that may be about the same.
#[derive(Serialize, ToSchema)]
pub struct DuplicateCandidate {
    pub id: Uuid,
    #[schema(max_length = 80)]
    pub number: String,
    #[schema(max_length = 200)]
    pub title: String,
    #[schema(max_length = 100)]
    pub category: String,
    pub status: Status,
    pub reported_at: DateTime<Utc>,
    /// How many of a hundred words of both titles they share.
    #[schema(minimum = 0, maximum = 100)]
    pub similarity: u32,
}

impl DuplicateCandidate {
    pub fn of(fields: DisputeFields, similarity: u32) -> Self {
        let DisputeFields { id, number, title, category, status, reported_at, .. } = fields;
        Self { id, number, title, category, status, reported_at, similarity }
    }
}

/// Disputes of the same estate and kind, the most similar first.
#[derive(Serialize, ToSchema)]
pub struct DuplicateCandidates {
    #[schema(max_items = 20)]
    pub items: Vec<DuplicateCandidate>,
}

/// How it was found who is responsible, now and before.
#[derive(Serialize, ToSchema)]
pub struct DisputeRouting {
    #[serde(flatten)]
    pub current: RoutingTrace,
    /// How it was found before, the first time first: each time that it went up, was moved or was put right.
    #[schema(max_items = 50)]
    pub earlier: Vec<RoutingTrace>,
}

/// The parties in full.
#[derive(Serialize, ToSchema)]
pub struct DisclosedParties {
    #[schema(max_items = 20)]
    pub parties: Vec<Party>,
}
