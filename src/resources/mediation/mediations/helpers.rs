//! Who is invited to help in a mediation (People's Mediation Law, article 20).

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::access::privacy::masked_name;
use crate::db::text_enum::text_enum;

text_enum! {
    /// What a helper is to the parties or to the matter.
    pub enum HelperKind {
        Relative = "relative",
        Neighbor = "neighbor",
        Colleague = "colleague",
        /// Somebody with special knowledge or experience.
        Expert = "expert",
        /// Somebody of a social organization.
        Organization = "organization",
    }
}

/// Somebody who was invited to help, with the consent of all parties.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Helper {
    /// Counted from 1.
    pub number: i16,
    #[schema(max_length = 100)]
    pub name: String,
    pub kind: HelperKind,
    pub invited_at: DateTime<Utc>,
    /// When they were told that they are needed no more, and why.
    #[schema(required)]
    pub dismissed_at: Option<DateTime<Utc>>,
    #[schema(max_length = 1000, required)]
    pub reason: Option<String>,
}

impl Helper {
    /// What callers see of it who need not know more.
    pub fn masked(&self) -> Self {
        Self { name: masked_name(&self.name), ..self.clone() }
    }
}

/// Whom to invite.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "邻居丙", "kind": "neighbor", "consenting": [0, 1]}))]
pub struct HelperInvitation {
    #[schema(min_length = 1, max_length = 100, pattern = "\\S")]
    pub name: String,
    pub kind: HelperKind,
    /// The positions of the parties who agree: all of them.
    #[schema(max_items = 20)]
    pub consenting: Vec<i16>,
}

/// Who is needed no more.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"number": 1, "reason": "一方当事人不再同意"}))]
pub struct HelperDismissal {
    /// The helper's number.
    #[schema(minimum = 1, maximum = 100)]
    pub number: i16,
    #[schema(min_length = 1, max_length = 1000, pattern = "\\S")]
    pub reason: String,
}
