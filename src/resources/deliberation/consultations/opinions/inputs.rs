//! What is said about opinions.

use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::access::privacy::Purpose;

/// What somebody thinks, in place of what they said before.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"option_id": "019c0000-0000-7000-8000-000000000001", "text": "轮换最公平。"}))]
pub struct NewOpinion {
    /// The option that is chosen; with a text it may be left out.
    pub option_id: Option<Uuid>,
    #[schema(min_length = 1, max_length = 2000, pattern = "\\S")]
    pub text: Option<String>,
    /// True for a member who speaks for their organization.
    #[serde(default)]
    pub for_organization: bool,
    /// What of the text looks like a number or a flat, and shall stay all the same.
    #[serde(default)]
    #[schema(max_items = 100, max_length = 100)]
    pub confirmed: Vec<String>,
}

/// Whose opinion is taken back.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({}))]
pub struct OpinionWithdrawal {
    /// True for that of the caller's organization.
    #[serde(default)]
    pub for_organization: bool,
}

/// Which opinions to list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct OpinionFilter {
    /// Only those in this group.
    pub group_id: Option<Uuid>,
    /// Only those who chose this option.
    pub option_id: Option<Uuid>,
    /// Only those that are in a group, or only those that are in none.
    pub grouped: Option<bool>,
}

/// Whose opinion, and why that is asked.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct AuthorParams {
    /// The opinion whose author is asked for.
    pub opinion_id: Uuid,
    /// What it is needed for; the audit keeps it.
    #[param(inline)]
    pub purpose: Purpose,
}
