//! What administrations may set by themselves: a value for an area, from a day on.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::names::RuleName;
use crate::access::code::JurisdictionCode;
use crate::access::permissions::Action;
use crate::changes::lifecycle::{Lifecycle, Step};
use crate::changes::record::impl_feed_record;
use crate::changes::voiding::Validity;
use crate::db::json_value::JsonList;
use crate::db::schema::{rule_names, rules};
use crate::http::openapi::page;
use crate::resources::reference::policies::model::Citation;

/// A value for a jurisdiction and what lies below it, until a later one of the same name.
#[derive(Clone, Debug, PartialEq, Queryable, Selectable, Insertable, AsChangeset, Serialize, ToSchema)]
#[diesel(table_name = rules, treat_none_as_default_value = false)]
pub struct Rule {
    pub id: Uuid,
    pub jurisdiction: JurisdictionCode,
    pub name: RuleName,
    /// Null for a pattern of numbers.
    #[schema(required)]
    pub value: Option<i64>,
    /// The pattern of numbers; null for other rules.
    #[schema(max_length = 40, required)]
    pub text: Option<String>,
    #[schema(max_length = 500)]
    pub legal_basis: String,
    /// What it goes by in the policy library.
    #[schema(value_type = Vec<Citation>, max_items = 20)]
    pub citations: JsonList<Citation>,
    /// Its first day.
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

impl_feed_record!(Rule as Rule);

impl Lifecycle for Rule {
    type Status = Validity;
    const ACTIONS: &'static [Step<Validity>] = &[(Action::Void, &[Validity::Holds], Some(Validity::Voided))];

    fn status(&self) -> Validity {
        Validity::of(self.voided_on)
    }
}

page!(RulePage of Rule, "A page of rules.");

/// A rule to be set.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "jurisdiction": "370202", "name": "committee_re_election_notice_days", "value": 120,
    "legal_basis": "区物业管理办公室通知", "valid_from": "2026-04-01"
}))]
pub struct NewRule {
    /// A UUID of version 7 made by the client.
    #[schema(nullable = false)]
    pub id: Option<Uuid>,
    pub jurisdiction: JurisdictionCode,
    pub name: RuleName,
    /// Of every rule but patterns of numbers.
    pub value: Option<i64>,
    /// A pattern of numbers: text with `{year}`, `{number}` or, filled up with zeros, `{number:6}`, and, where each district
    /// counts by itself, its `{code}`.
    #[schema(min_length = 1, max_length = 40, pattern = "\\S")]
    pub text: Option<String>,
    #[schema(min_length = 1, max_length = 500, pattern = "\\S")]
    pub legal_basis: String,
    /// What it goes by in the policy library.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub citations: Vec<Citation>,
    /// Today or later.
    pub valid_from: NaiveDate,
}

/// What holds where no administration has set anything.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = rule_names)]
pub struct RuleDefault {
    pub name: RuleName,
    pub default_value: i64,
    pub lowest: i64,
    pub highest: i64,
    pub legal_basis: String,
    pub default_text: Option<String>,
}

/// The value that holds at a place on a day, and why.
#[derive(Debug, Serialize, ToSchema)]
pub struct EffectiveRule {
    pub name: RuleName,
    /// Null for a pattern of numbers.
    #[schema(required)]
    pub value: Option<i64>,
    /// The pattern of numbers; null for other rules.
    #[schema(max_length = 40, required)]
    pub text: Option<String>,
    #[schema(max_length = 500)]
    pub legal_basis: String,
    /// For where it was set, by an administration or a regulation; null for the default.
    #[schema(required)]
    pub jurisdiction: Option<JurisdictionCode>,
    /// Since when; null for the default.
    #[schema(required)]
    pub valid_from: Option<NaiveDate>,
    /// What holds above and does not count here, the nearest first: it may be stricter.
    #[schema(max_items = 10)]
    pub overridden: Vec<OverriddenRule>,
}

/// A value that counts elsewhere, but not where another one was set nearer.
#[derive(Debug, PartialEq, Serialize, ToSchema)]
pub struct OverriddenRule {
    /// Where it was set.
    pub jurisdiction: JurisdictionCode,
    #[schema(required)]
    pub value: Option<i64>,
    #[schema(max_length = 40, required)]
    pub text: Option<String>,
    #[schema(max_length = 500)]
    pub legal_basis: String,
}

impl EffectiveRule {
    /// A rule of which nothing but its value matters.
    #[cfg(test)]
    pub fn of_value(name: RuleName, value: i64) -> Self {
        let (value, text, legal_basis, overridden) = (Some(value), None, String::new(), Vec::new());
        Self { name, value, text, legal_basis, jurisdiction: None, valid_from: None, overridden }
    }

    /// The value of a rule among those in force; 0 for one that no migration has named.
    pub fn value_of(known: &[Self], name: RuleName) -> i64 {
        Self::named(known, name).0
    }

    /// The value of a rule among those in force, and its legal basis.
    pub fn named(known: &[Self], name: RuleName) -> (i64, &str) {
        let found = known.iter().find(|rule| rule.name == name);
        found.map_or((0, ""), |rule| (rule.value.unwrap_or_default(), rule.legal_basis.as_str()))
    }
}

/// Every rule as it holds at a place on a day.
#[derive(Serialize, ToSchema)]
pub struct EffectiveRuleList {
    #[schema(max_items = 100)]
    pub items: Vec<EffectiveRule>,
}

/// Which rules to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct RuleFilter {
    /// Only those that this jurisdiction itself has set.
    #[param(inline)]
    pub jurisdiction: Option<JurisdictionCode>,
    /// Only this rule.
    #[param(inline)]
    pub name: Option<RuleName>,
}

/// Where and when.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct RulePlace {
    /// The place; what is set above it holds there too.
    #[param(inline)]
    pub jurisdiction: JurisdictionCode,
    /// The day; today when not given.
    pub as_of: Option<NaiveDate>,
}
