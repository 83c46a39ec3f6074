//! Consultations: what residents are asked, what they said in groups, and what was answered.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::states::ConsultationStatus;
use crate::access::authority::Authority;
use crate::access::code::JurisdictionCode;
use crate::access::permissions::Action;
use crate::access::permissions::resource::Consultations;
use crate::access::scope::Authorized;
use crate::changes::lifecycle::next_actions;
use crate::changes::record::impl_feed_record;
use crate::db::document::Document;
use crate::db::json_value::JsonList;
use crate::db::schema::consultations;
use crate::http::openapi::page;

/// Smaller numbers tell too much of those who are counted.
pub const LEAST_TOLD: i32 = 5;

/// One of the ways between which residents are asked to choose.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ConsultationOption {
    pub id: Uuid,
    #[schema(max_length = 200)]
    pub title: String,
    #[schema(max_length = 5000, required)]
    pub text: Option<String>,
}

/// Where something about it can be read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConsultationLink {
    #[schema(min_length = 1, max_length = 200, pattern = "\\S")]
    pub title: String,
    #[schema(min_length = 9, max_length = 500, pattern = "^https://\\S+$")]
    pub url: String,
}

/// A meeting at which residents are heard.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Hearing {
    pub id: Uuid,
    pub starts_at: DateTime<Utc>,
    #[schema(max_length = 200)]
    pub place: String,
    /// How many came; null until it was held.
    #[schema(required)]
    pub attendees: Option<i32>,
    /// What was said there, without names.
    #[schema(max_length = 20_000, required)]
    pub summary: Option<String>,
    /// Why it was not held.
    #[schema(max_length = 1000, required)]
    pub called_off: Option<String>,
}

/// Opinions that say the same, with what is answered to them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct OpinionGroup {
    pub id: Uuid,
    #[schema(max_length = 200)]
    pub title: String,
    /// What these opinions say, without names.
    #[schema(max_length = 5000, required)]
    pub summary: Option<String>,
    /// How many opinions are in it.
    pub opinions: i64,
    #[schema(max_length = 5000, required)]
    pub answer: Option<String>,
    #[schema(required)]
    pub answered_at: Option<DateTime<Utc>>,
}

/// How many chose an option.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct OptionResult {
    pub option_id: Uuid,
    /// Null where the number is not told.
    #[schema(required)]
    pub opinions: Option<i64>,
}

/// A group of opinions as everybody reads it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct GroupResult {
    pub id: Uuid,
    #[schema(max_length = 200)]
    pub title: String,
    #[schema(max_length = 5000, required)]
    pub summary: Option<String>,
    /// Null where the number is not told.
    #[schema(required)]
    pub opinions: Option<i64>,
    #[schema(max_length = 5000)]
    pub answer: String,
}

/// What came of it. Numbers under five are not told, nor others from which they would follow.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ConsultationResult {
    /// All opinions; null where there were fewer than five.
    #[schema(required)]
    pub opinions: Option<i64>,
    #[schema(max_items = 20)]
    pub options: Vec<OptionResult>,
    /// In no order that means anything.
    #[schema(max_items = 200)]
    pub groups: Vec<GroupResult>,
    /// What is done with it.
    #[schema(max_length = 5000, required)]
    pub conclusion: Option<String>,
}

/// What residents are asked.
#[derive(Clone, Debug, PartialEq, Queryable, Selectable, Insertable, AsChangeset, Serialize, ToSchema)]
#[diesel(table_name = consultations, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct ConsultationFields {
    pub id: Uuid,
    /// Whose residents are asked.
    pub jurisdiction: JurisdictionCode,
    /// Who asks, where it is not the office itself, such as an owners' committee.
    #[schema(required)]
    pub organization_id: Option<Uuid>,
    #[schema(max_length = 200)]
    pub title: String,
    /// Not told in lists.
    #[serde(skip_serializing_if = "String::is_empty")]
    #[schema(max_length = 20_000, required = false)]
    pub background: String,
    #[schema(value_type = Vec<ConsultationOption>, max_items = 20)]
    pub options: JsonList<ConsultationOption>,
    /// The estates that it is about.
    #[schema(value_type = Vec<Uuid>, max_items = 50)]
    pub estate_ids: JsonList<Uuid>,
    #[schema(value_type = Vec<Uuid>, max_items = 50)]
    pub grid_unit_ids: JsonList<Uuid>,
    /// The buildings, where it is about some of them.
    #[schema(value_type = Vec<String>, max_items = 100, max_length = 50)]
    pub buildings: JsonList<String>,
    #[schema(value_type = Vec<ConsultationLink>, max_items = 20)]
    pub links: JsonList<ConsultationLink>,
    #[serde(skip)]
    pub hearings: JsonList<Hearing>,
    /// The last day on which opinions are taken, at Qingdao.
    pub closes_on: NaiveDate,
    pub status: ConsultationStatus,
    #[schema(required)]
    pub opened_at: Option<DateTime<Utc>>,
    /// Why it was cancelled, or goes on for longer.
    #[schema(max_length = 1000, required)]
    pub reason: Option<String>,
    /// What came of it, once it is published; not told in lists.
    #[serde(skip_serializing_if = "Document::is_left_out")]
    #[schema(value_type = Option<ConsultationResult>)]
    pub result: Document<Option<ConsultationResult>>,
    #[schema(required)]
    pub published_at: Option<DateTime<Utc>>,
    /// Grows by one with every change.
    pub version: i64,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    #[serde(skip)]
    pub groups: JsonList<OpinionGroup>,
    #[serde(skip)]
    pub next_step_on: Option<NaiveDate>,
    #[serde(skip)]
    pub created_by: String,
}

impl_feed_record!(ConsultationFields as Consultation);

impl ConsultationFields {
    /// True for those who prepare it, guide it or oversee it.
    pub fn is_told_whole(&self, who: &Authority) -> bool {
        who.may(Action::ReadDrafts, &self.jurisdiction, false, None)
    }

    /// The meetings as everybody reads them: what was said there once it is published, and no small number.
    pub fn public_hearings(&self) -> Vec<Hearing> {
        let is_told = self.published_at.is_some();
        let shown = |mut hearing: Hearing| {
            hearing.attendees = hearing.attendees.filter(|attendees| is_told && *attendees >= LEAST_TOLD);
            hearing.summary = hearing.summary.filter(|_| is_told);
            hearing
        };
        self.hearings.0.iter().cloned().map(shown).collect()
    }

    /// True while opinions are taken.
    pub fn takes_opinions(&self, today: NaiveDate) -> bool {
        self.status == ConsultationStatus::Open && today <= self.closes_on
    }
}

/// A consultation as a caller sees it.
#[derive(Serialize, ToSchema)]
pub struct Consultation {
    #[serde(flatten)]
    pub fields: ConsultationFields,
    /// What was said there is told to others once it is published.
    #[schema(max_items = 20)]
    pub hearings: Vec<Hearing>,
    /// For those who group and answer opinions; nobody else is told of them before they are published.
    #[schema(max_items = 200)]
    pub groups: Vec<OpinionGroup>,
    /// What the caller may do to it now.
    #[schema(max_items = 30, max_length = 50)]
    pub next_actions: Vec<&'static str>,
}

page!(ConsultationPage of Consultation, "A page of consultations, without their background and result.");

/// The consultation as the caller sees it.
pub fn view(scope: &Authorized<Consultations>, mut fields: ConsultationFields) -> Consultation {
    let mut next_actions = next_actions(scope, &fields);
    // Whose jurisdiction lies below says what they think too.
    let below = scope.area_of(Action::GiveOpinion).is_some_and(|area| area.above().contains(&fields.jurisdiction));
    if below && fields.takes_opinions(scope.today()) && !next_actions.contains(&Action::GiveOpinion.as_str()) {
        next_actions.extend([Action::GiveOpinion.as_str(), Action::WithdrawOpinion.as_str()]);
    }
    let whole = fields.is_told_whole(scope);
    let hearings = if whole { std::mem::take(&mut fields.hearings).0 } else { fields.public_hearings() };
    let groups = if whole { std::mem::take(&mut fields.groups).0 } else { Vec::new() };
    Consultation { hearings, groups, next_actions, fields }
}

/// The consultation as lists show it.
pub fn listed(scope: &Authorized<Consultations>, mut fields: ConsultationFields) -> Consultation {
    fields.result.leave_out();
    view(scope, fields)
}
