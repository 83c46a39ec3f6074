//! Which disputes to list, and in which order.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::deadline::Card;
use super::states::Status;
use crate::access::code::{JurisdictionCode, Level};
use crate::db::text_enum::text_enum;
use crate::resources::reference::dispute_categories::model::Risk;

text_enum! {
    /// The order of a list of disputes.
    pub enum Sort {
        NewestUpdate = "-updated_at",
        OldestUpdate = "updated_at",
        NewestReport = "-reported_at",
        OldestReport = "reported_at",
    }
}

impl Sort {
    /// The same in SQL.
    pub fn order(self) -> &'static str {
        match self {
            Self::NewestUpdate => "updated_at DESC, id DESC",
            Self::OldestUpdate => "updated_at, id",
            Self::NewestReport => "reported_at DESC, id DESC",
            Self::OldestReport => "reported_at, id",
        }
    }
}

/// The code of a category.
#[derive(Clone, Debug, PartialEq, Deserialize, ToSchema)]
#[schema(max_length = 100, pattern = "^[a-z][a-z0-9_]*([.][a-z][a-z0-9_]*)*$")]
pub struct CategoryCode(pub String);

/// Which disputes to list, and in which order.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct DisputeFilter {
    /// Only this jurisdiction and what lies below it.
    #[param(inline)]
    pub r#in: Option<JurisdictionCode>,
    /// Words of title, description, estate, result or number: Chinese of two characters or more, or whole English words.
    #[param(min_length = 1, max_length = 100)]
    pub q: Option<String>,
    /// States, separated by commas.
    #[param(inline, style = Form, explode = false, max_items = 13)]
    pub status: Option<Vec<Status>>,
    /// Categories with what lies below them, separated by commas.
    #[param(inline, style = Form, explode = false, max_items = 20)]
    pub category: Option<Vec<CategoryCode>>,
    /// Risks, separated by commas.
    #[param(inline, style = Form, explode = false, max_items = 3)]
    pub risk: Option<Vec<Risk>>,
    /// The worst card that was given, separated by commas.
    #[param(inline, style = Form, explode = false, max_items = 3)]
    pub card: Option<Vec<Card>>,
    /// Levels that handle it, separated by commas.
    #[param(inline, style = Form, explode = false, max_items = 4)]
    pub level: Option<Vec<Level>>,
    /// The organization that is responsible.
    pub organization_id: Option<Uuid>,
    /// The mass case, or the dispute that others were merged into.
    pub parent_id: Option<Uuid>,
    /// True for what others have invited the caller's jurisdictions to instead of what lies in them.
    pub shared: Option<bool>,
    /// The number that people use.
    #[param(min_length = 1, max_length = 80)]
    pub number: Option<String>,
    /// The exact name of the estate.
    #[param(min_length = 1, max_length = 100)]
    pub estate_name: Option<String>,
    /// Late before this time unless something is done.
    #[serde(rename = "due_at.lt")]
    pub due_before: Option<DateTime<Utc>>,
    /// Reported at this time or later.
    #[serde(rename = "reported_at.gte")]
    pub reported_from: Option<DateTime<Utc>>,
    /// Reported later than this.
    #[serde(rename = "reported_at.gt")]
    pub reported_after: Option<DateTime<Utc>>,
    /// Reported at this time or earlier.
    #[serde(rename = "reported_at.lte")]
    pub reported_until: Option<DateTime<Utc>>,
    /// Reported earlier than this.
    #[serde(rename = "reported_at.lt")]
    pub reported_before: Option<DateTime<Utc>>,
    /// Changed at this time or later.
    #[serde(rename = "updated_at.gte")]
    pub updated_from: Option<DateTime<Utc>>,
    /// Changed later than this.
    #[serde(rename = "updated_at.gt")]
    pub updated_after: Option<DateTime<Utc>>,
    /// Changed at this time or earlier.
    #[serde(rename = "updated_at.lte")]
    pub updated_until: Option<DateTime<Utc>>,
    /// Changed earlier than this.
    #[serde(rename = "updated_at.lt")]
    pub updated_before: Option<DateTime<Utc>>,
    /// The order; the latest change first when not given.
    #[param(inline)]
    pub sort: Option<Sort>,
}
