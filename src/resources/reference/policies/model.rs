//! The policy library: laws, regulations and local policies with their articles, in all their versions.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::access::code::JurisdictionCode;
use crate::access::permissions::Action;
use crate::access::permissions::resource::Policies;
use crate::access::scope::Authorized;
use crate::changes::lifecycle::{Lifecycle, Step, next_actions};
use crate::changes::record::impl_feed_record;
use crate::db::json_value::JsonList;
use crate::db::schema::policies;
use crate::db::text_enum::text_enum;
use crate::http::json::{clearable, replace};
use crate::http::openapi::page;

text_enum! {
    /// What kind of text it is.
    pub enum PolicyKind {
        Law = "law",
        /// Of the State Council.
        Regulation = "regulation",
        /// Of a people's congress of a province or a city.
        LocalRegulation = "local_regulation",
        /// Of a ministry or a government.
        Rule = "rule",
        JudicialInterpretation = "judicial_interpretation",
        Standard = "standard",
        /// Any other document that administrations go by.
        Policy = "policy",
    }
}

text_enum! {
    /// Where a version stands.
    pub enum PolicyStatus {
        Draft = "draft",
        Published = "published",
        /// A newer version has taken its place.
        Superseded = "superseded",
        Repealed = "repealed",
    }
}

/// An article of a policy.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Article {
    /// As it is cited, such as `第二百七十八条`.
    #[schema(min_length = 1, max_length = 50, pattern = "\\S")]
    pub number: String,
    #[schema(min_length = 1, max_length = 5000, pattern = "\\S")]
    pub text: String,
}

/// What another record goes by: a version of the library, and an article of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Citation {
    /// A version that was published where the record stands, or above.
    pub policy_id: Uuid,
    /// The number of an article of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 50, pattern = "\\S", nullable = false)]
    pub article: Option<String>,
}

/// A version of a law, a regulation or a policy. What is published is readable in its jurisdiction and below.
#[derive(Clone, Debug, PartialEq, Queryable, Selectable, Insertable, AsChangeset, Serialize, ToSchema)]
#[diesel(table_name = policies, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct PolicyFields {
    pub id: Uuid,
    /// Where it holds, with everything below.
    pub jurisdiction: JurisdictionCode,
    pub kind: PolicyKind,
    #[schema(max_length = 200)]
    pub title: String,
    /// Who has passed it.
    #[schema(max_length = 100)]
    pub issuer: String,
    #[schema(max_length = 100, required)]
    pub document_number: Option<String>,
    /// Lists leave them out.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Option<Vec<Article>>, max_items = 2000, nullable = false)]
    pub articles: JsonList<Article>,
    pub status: PolicyStatus,
    /// Its first day.
    #[schema(required)]
    pub valid_from: Option<NaiveDate>,
    /// The first day on which it no longer holds.
    #[schema(required)]
    pub valid_until: Option<NaiveDate>,
    /// The first version, by which all versions are found.
    pub first_id: Uuid,
    /// The version whose place it takes.
    #[schema(required)]
    pub supersedes_id: Option<Uuid>,
    /// Why it was repealed.
    #[schema(max_length = 1000, required)]
    pub reason: Option<String>,
    /// Grows by one with every change.
    pub version: i64,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    #[serde(skip)]
    pub created_by: String,
}

impl_feed_record!(PolicyFields as Policy);

impl Lifecycle for PolicyFields {
    type Status = PolicyStatus;
    const ACTIONS: &'static [Step<PolicyStatus>] = {
        use PolicyStatus::*;
        &[
            (Action::Update, &[Draft], None),
            (Action::Publish, &[Draft], Some(Published)),
            (Action::Repeal, &[Published], Some(Repealed)),
        ]
    };

    fn status(&self) -> PolicyStatus {
        self.status
    }

    fn set_status(&mut self, status: Self::Status) {
        self.status = status;
    }
}

/// A version of a policy as a caller sees it.
#[derive(Serialize, ToSchema)]
pub struct Policy {
    #[serde(flatten)]
    pub fields: PolicyFields,
    /// What the caller may do to it now.
    #[schema(max_items = 20, max_length = 50)]
    pub next_actions: Vec<&'static str>,
}

page!(PolicyPage of Policy, "A page of the policy library.");

/// A version to be drafted.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "jurisdiction": "3702", "kind": "law", "title": "中华人民共和国民法典", "issuer": "全国人民代表大会",
    "articles": [{"number": "第二百九十六条", "text": "不动产权利人因用水、排水、通行、铺设管线等利用相邻不动产的，应当尽量避免对相邻的不动产权利人造成损害。"}]
}))]
pub struct NewPolicy {
    /// A UUID of version 7 made by the client.
    #[schema(nullable = false)]
    pub id: Option<Uuid>,
    /// Where it holds, with everything below.
    pub jurisdiction: JurisdictionCode,
    pub kind: PolicyKind,
    #[schema(min_length = 1, max_length = 200, pattern = "\\S")]
    pub title: String,
    /// Who has passed it.
    #[schema(min_length = 1, max_length = 100, pattern = "\\S")]
    pub issuer: String,
    #[schema(min_length = 1, max_length = 100, pattern = "\\S")]
    pub document_number: Option<String>,
    #[schema(min_items = 1, max_items = 2000)]
    pub articles: Vec<Article>,
    /// A published version of the same jurisdiction whose place it takes.
    pub supersedes_id: Option<Uuid>,
}

/// Changes to a draft (JSON merge patch).
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"document_number": "鲁政办发〔2026〕1号"}))]
pub struct PolicyPatch {
    #[schema(nullable = false)]
    pub kind: Option<PolicyKind>,
    #[schema(min_length = 1, max_length = 200, pattern = "\\S", nullable = false)]
    pub title: Option<String>,
    #[schema(min_length = 1, max_length = 100, pattern = "\\S", nullable = false)]
    pub issuer: Option<String>,
    #[serde(default, deserialize_with = "clearable")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 100, pattern = "\\S")]
    pub document_number: Option<Option<String>>,
    #[schema(min_items = 1, max_items = 2000, nullable = false)]
    pub articles: Option<Vec<Article>>,
}

impl PolicyPatch {
    /// Puts the given members into the record.
    pub fn apply(self, to: &mut PolicyFields) {
        replace(&mut to.kind, self.kind);
        replace(&mut to.title, self.title);
        replace(&mut to.issuer, self.issuer);
        replace(&mut to.document_number, self.document_number);
        replace(&mut to.articles.0, self.articles);
    }
}

/// From when a draft holds.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"valid_from": "2026-04-01"}))]
pub struct PolicyPublication {
    /// Its first day, and the day on which the version that it supersedes no longer holds.
    pub valid_from: NaiveDate,
}

/// Until when a version holds, and why no longer.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"valid_until": "2027-01-01", "reason": "已被新条例替代"}))]
pub struct PolicyRepeal {
    /// The first day on which it no longer holds.
    pub valid_until: NaiveDate,
    #[schema(min_length = 1, max_length = 1000, pattern = "\\S")]
    pub reason: String,
}

/// Which versions to list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PolicyFilter {
    /// Only what holds in this jurisdiction itself and those below it.
    #[param(inline)]
    pub r#in: Option<JurisdictionCode>,
    /// Words of title, issuer, number or articles: Chinese of two characters or more, or whole English words.
    #[param(min_length = 1, max_length = 100)]
    pub q: Option<String>,
    /// Kinds, separated by commas.
    #[param(inline, style = Form, explode = false, max_items = 7)]
    pub kind: Option<Vec<PolicyKind>>,
    /// States, separated by commas.
    #[param(inline, style = Form, explode = false, max_items = 4)]
    pub status: Option<Vec<PolicyStatus>>,
    /// All versions of the policy whose first one this is.
    pub first_id: Option<Uuid>,
    /// Only what holds on this day.
    pub as_of: Option<NaiveDate>,
}

/// The policy as the caller sees it; lists leave the articles out.
pub fn view(scope: &Authorized<Policies>, mut fields: PolicyFields, whole: bool) -> Policy {
    if !whole {
        fields.articles.0.clear();
    }
    Policy { next_actions: next_actions(scope, &fields), fields }
}
