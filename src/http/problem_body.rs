//! What a problem looks like to callers, for the contract.

use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;
use uuid::Uuid;

/// The body of every error answer (RFC 9457).
#[derive(Serialize, ToSchema)]
#[schema(as = Problem, example = json!({
    "type": "/problems/not-found", "title": "Not found", "status": 404, "code": "not_found",
    "detail": "There is no such record, or it lies outside your jurisdiction.",
    "instance": "urn:uuid:0192d4f0-7c1b-7a3e-9c5e-1f2a3b4c5d6e"
}))]
pub struct ProblemBody {
    /// A relative URL that documents this kind of problem.
    #[schema(max_length = 100)]
    pub r#type: String,
    /// The kind of problem in a few words, in the language of the answer.
    #[schema(max_length = 200)]
    pub title: String,
    /// The HTTP status code.
    #[schema(minimum = 400, maximum = 599)]
    pub status: u16,
    /// The kind of problem, stable and meant for programs.
    #[schema(max_length = 100)]
    pub code: String,
    /// What to do about it, in the language of the answer.
    #[schema(max_length = 1000)]
    pub detail: String,
    /// The request's id as a URN.
    #[schema(max_length = 45)]
    pub instance: String,
    /// Every wrong value at once.
    #[schema(max_items = 1000, nullable = false)]
    pub errors: Option<Vec<ProblemError>>,
    /// The state the record is in, when the state forbids the action.
    #[schema(max_length = 50, nullable = false)]
    pub current_status: Option<String>,
    /// The actions the caller may take instead.
    #[schema(max_items = 50, max_length = 50, nullable = false)]
    pub allowed_actions: Option<Vec<String>>,
    /// What the token's `scope` would have to include.
    #[schema(max_length = 50, nullable = false)]
    pub required_scope: Option<String>,
    /// Where only the owners decide: what a vote of theirs would be about.
    #[schema(nullable = false)]
    pub owner_vote: Option<ProposedOwnerVote>,
}

/// What a vote of the owners would be about: members of `POST /v1/owner-votes`.
#[derive(Serialize, ToSchema)]
pub struct ProposedOwnerVote {
    #[schema(required)]
    pub estate_id: Option<Uuid>,
    #[schema(max_length = 200)]
    pub title: String,
    #[schema(max_items = 1)]
    pub topics: Vec<ProposedTopic>,
}

/// What the owners would vote on.
#[derive(Serialize, ToSchema)]
pub struct ProposedTopic {
    #[schema(max_length = 200)]
    pub title: String,
    /// One of `/v1/vote-matters`.
    #[schema(max_length = 50)]
    pub matter: String,
}

/// One wrong value.
#[derive(Serialize, ToSchema)]
pub struct ProblemError {
    /// JSON pointer to the wrong member of the body, as a URI fragment.
    #[schema(max_length = 1000, nullable = false)]
    pub pointer: Option<String>,
    /// Name of the wrong query parameter or header.
    #[schema(max_length = 1000, nullable = false)]
    pub parameter: Option<String>,
    /// The broken rule, stable and meant for programs.
    #[schema(max_length = 100)]
    pub code: String,
    /// The broken rule in the language of the answer.
    #[schema(max_length = 2000)]
    pub detail: String,
    /// The numbers and names that the rule speaks of.
    #[schema(value_type = Object)]
    pub params: Map<String, Value>,
}
