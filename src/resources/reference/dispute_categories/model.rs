//! What disputes are about: a tree of categories, which administrations shape for their area.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::access::code::{JurisdictionCode, Level};
use crate::access::permissions::Action;
use crate::changes::lifecycle::{Lifecycle, Step};
use crate::changes::record::impl_feed_record;
use crate::changes::voiding::Validity;
use crate::db::json_value::JsonList;
use crate::db::schema::dispute_categories;
use crate::db::text_enum::text_enum;
use crate::http::openapi::page;

text_enum! {
    /// How grave a dispute is.
    pub enum Risk {
        Yellow = "yellow",
        Orange = "orange",
        /// The level above is told at once.
        Red = "red",
    }
}

text_enum! {
    /// What must be told of a dispute besides what always must.
    pub enum RequiredField {
        Description = "description",
        /// `estate_id` or `estate_name`.
        Estate = "estate",
        /// A party with the role `respondent`.
        Respondent = "respondent",
        /// A phone number of each applicant.
        ApplicantPhone = "applicant_phone",
    }
}

/// What an administration has set for a category. What it leaves null comes from what it has set before, then from the
/// jurisdiction above, then from the category above.
#[derive(Clone, Debug, PartialEq, Queryable, Selectable, Insertable, AsChangeset, Serialize, ToSchema)]
#[diesel(table_name = dispute_categories, treat_none_as_default_value = false)]
pub struct DisputeCategory {
    pub id: Uuid,
    /// Who has set it; it holds there and below.
    pub jurisdiction: JurisdictionCode,
    /// A code below another one begins with it, such as `leakage.neighbor`.
    #[schema(max_length = 100)]
    pub code: String,
    #[schema(max_length = 100, required)]
    pub title: Option<String>,
    /// False when no dispute can be filed under it any more.
    #[schema(required)]
    pub active: Option<bool>,
    /// The matter of the responsibility list.
    #[schema(max_length = 100, required)]
    pub matter: Option<String>,
    /// The level that handles it first.
    #[schema(required)]
    pub first_level: Option<Level>,
    #[schema(required)]
    pub risk: Option<Risk>,
    #[schema(value_type = Option<Vec<RequiredField>>, max_items = 4, required)]
    pub required_fields: Option<JsonList<RequiredField>>,
    /// Working days to accept it.
    #[schema(required)]
    pub accept_days: Option<i32>,
    /// Working days after acceptance to speak with the applicant.
    #[schema(required)]
    pub first_contact_days: Option<i32>,
    /// Working days after acceptance to resolve it.
    #[schema(required)]
    pub resolve_days: Option<i32>,
    /// Working days by which the level above may extend this once.
    #[schema(required)]
    pub extension_days: Option<i32>,
    #[schema(max_length = 500)]
    pub legal_basis: String,
    /// Its first day. What a later one of the same code there leaves null stays as it was.
    pub valid_from: NaiveDate,
    /// When it was voided as a mistake: from then on it does not hold.
    #[schema(required)]
    pub voided_on: Option<NaiveDate>,
    #[schema(max_length = 1000, required)]
    pub void_reason: Option<String>,
    /// Grows by one with every change.
    pub version: i64,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    #[serde(skip)]
    pub created_by: String,
}

impl_feed_record!(DisputeCategory as DisputeCategory);

impl Lifecycle for DisputeCategory {
    type Status = Validity;
    const ACTIONS: &'static [Step<Validity>] = &[(Action::Void, &[Validity::Holds], Some(Validity::Voided))];

    fn status(&self) -> Validity {
        Validity::of(self.voided_on)
    }
}

page!(DisputeCategoryPage of DisputeCategory, "A page of what administrations have set for categories.");

/// What is to be set for a category.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "jurisdiction": "370202", "code": "leakage.neighbor", "resolve_days": 10, "required_fields": ["respondent"],
    "legal_basis": "区物业管理办公室通知", "valid_from": "2026-04-01"
}))]
pub struct NewDisputeCategory {
    /// A UUID of version 7 made by the client.
    #[schema(nullable = false)]
    pub id: Option<Uuid>,
    pub jurisdiction: JurisdictionCode,
    /// A new code stands directly below one that is there, or at the top.
    #[schema(max_length = 100, pattern = "^[a-z][a-z0-9_]*([.][a-z][a-z0-9_]*)*$")]
    pub code: String,
    #[schema(min_length = 1, max_length = 100, pattern = "\\S")]
    pub title: Option<String>,
    pub active: Option<bool>,
    #[schema(max_length = 100, pattern = "^[a-z][a-z0-9_]*([.][a-z][a-z0-9_]*)*$")]
    pub matter: Option<String>,
    /// Any level but the grid.
    pub first_level: Option<Level>,
    pub risk: Option<Risk>,
    #[schema(max_items = 4)]
    pub required_fields: Option<Vec<RequiredField>>,
    #[schema(minimum = 1, maximum = 365)]
    pub accept_days: Option<i32>,
    #[schema(minimum = 1, maximum = 365)]
    pub first_contact_days: Option<i32>,
    #[schema(minimum = 1, maximum = 365)]
    pub resolve_days: Option<i32>,
    #[schema(minimum = 1, maximum = 365)]
    pub extension_days: Option<i32>,
    #[schema(min_length = 1, max_length = 500, pattern = "\\S")]
    pub legal_basis: String,
    /// Today or later.
    pub valid_from: NaiveDate,
}

/// A category as it stands at a place on a day.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct EffectiveCategory {
    #[schema(max_length = 100)]
    pub code: String,
    /// The category above it.
    #[schema(max_length = 100, required)]
    pub parent_code: Option<String>,
    #[schema(max_length = 100)]
    pub title: String,
    /// True when disputes can be filed under it.
    pub active: bool,
    #[schema(max_length = 100)]
    pub matter: String,
    pub first_level: Level,
    pub risk: Risk,
    #[schema(max_items = 4)]
    pub required_fields: Vec<RequiredField>,
    /// Null where the rule `dispute_accept_days` holds.
    #[schema(required)]
    pub accept_days: Option<i32>,
    /// Null where the rule `dispute_first_contact_days` holds.
    #[schema(required)]
    pub first_contact_days: Option<i32>,
    /// Null where the rule `dispute_resolve_days` holds.
    #[schema(required)]
    pub resolve_days: Option<i32>,
    /// Null where the rule `dispute_extension_days` holds.
    #[schema(required)]
    pub extension_days: Option<i32>,
    /// What its terms rest on, where an administration has set them.
    #[schema(max_length = 500, required)]
    pub legal_basis: Option<String>,
}

/// Every category as it stands at a place on a day, each after the one above it.
#[derive(Serialize, ToSchema)]
pub struct EffectiveCategoryList {
    #[schema(max_items = 1000)]
    pub items: Vec<EffectiveCategory>,
}

/// Which settings to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct DisputeCategoryFilter {
    /// Only those that this jurisdiction itself has set.
    #[param(inline)]
    pub jurisdiction: Option<JurisdictionCode>,
    /// Only this category.
    #[param(min_length = 1, max_length = 100)]
    pub code: Option<String>,
}

/// Where and when.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct CategoryPlace {
    /// The place; what is set above it holds there too.
    #[param(inline)]
    pub jurisdiction: JurisdictionCode,
    /// The day; today when not given.
    pub as_of: Option<NaiveDate>,
}
