//! What is said about consultations.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::model::{ConsultationFields, ConsultationLink, ConsultationOption};
use super::states::ConsultationStatus;
use crate::access::code::JurisdictionCode;
use crate::db::json_value::{JsonList, JsonValue};
use crate::http::json::replace;

/// One of the ways between which residents are asked to choose.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewConsultationOption {
    #[schema(min_length = 1, max_length = 200, pattern = "\\S")]
    pub title: String,
    #[schema(max_length = 5000)]
    pub text: Option<String>,
}

/// The options of a consultation, each with an id.
pub fn options(new: Vec<NewConsultationOption>) -> JsonList<ConsultationOption> {
    let known = |one: NewConsultationOption| ConsultationOption { id: Uuid::now_v7(), title: one.title, text: one.text };
    JsonValue(new.into_iter().map(known).collect())
}

/// What residents are to be asked.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "jurisdiction": "370202001001", "title": "小区地面停车位如何分配", "background": "地面车位120个，登记车辆310辆。",
    "options": [{"title": "按户轮换"}, {"title": "先到先停"}], "closes_on": "2026-03-16"
}))]
pub struct NewConsultation {
    /// A client may choose the id, a UUID of version 7, so that it knows it before the answer.
    pub id: Option<Uuid>,
    pub jurisdiction: JurisdictionCode,
    /// Who asks, where it is not the office itself, such as an owners' committee.
    pub organization_id: Option<Uuid>,
    #[schema(min_length = 1, max_length = 200, pattern = "\\S")]
    pub title: String,
    #[schema(min_length = 1, max_length = 20_000, pattern = "\\S")]
    pub background: String,
    #[serde(default)]
    #[schema(max_items = 20)]
    pub options: Vec<NewConsultationOption>,
    /// The estates that it is about.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub estate_ids: Vec<Uuid>,
    #[serde(default)]
    #[schema(max_items = 50)]
    pub grid_unit_ids: Vec<Uuid>,
    /// The buildings, where it is about some of them.
    #[serde(default)]
    #[schema(max_items = 100, min_length = 1, max_length = 50, pattern = "\\S")]
    pub buildings: Vec<String>,
    #[serde(default)]
    #[schema(max_items = 20)]
    pub links: Vec<ConsultationLink>,
    /// The last day on which opinions are taken.
    pub closes_on: NaiveDate,
}

/// Changes to a draft (JSON merge patch).
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"closes_on": "2026-03-20"}))]
pub struct ConsultationPatch {
    #[schema(min_length = 1, max_length = 200, pattern = "\\S", nullable = false)]
    pub title: Option<String>,
    #[schema(min_length = 1, max_length = 20_000, pattern = "\\S", nullable = false)]
    pub background: Option<String>,
    /// All of them, in place of those of before.
    #[schema(max_items = 20, nullable = false)]
    pub options: Option<Vec<NewConsultationOption>>,
    #[schema(max_items = 50, nullable = false)]
    pub estate_ids: Option<Vec<Uuid>>,
    #[schema(max_items = 50, nullable = false)]
    pub grid_unit_ids: Option<Vec<Uuid>>,
    #[schema(max_items = 100, min_length = 1, max_length = 50, pattern = "\\S", nullable = false)]
    pub buildings: Option<Vec<String>>,
    #[schema(max_items = 20, nullable = false)]
    pub links: Option<Vec<ConsultationLink>>,
    #[schema(nullable = false)]
    pub closes_on: Option<NaiveDate>,
}

impl ConsultationPatch {
    /// Puts the given members into the record.
    pub fn apply(self, to: &mut ConsultationFields) {
        replace(&mut to.title, self.title);
        replace(&mut to.background, self.background);
        replace(&mut to.options, self.options.map(options));
        replace(&mut to.estate_ids, self.estate_ids.map(JsonValue));
        replace(&mut to.grid_unit_ids, self.grid_unit_ids.map(JsonValue));
        replace(&mut to.buildings, self.buildings.map(JsonValue));
        replace(&mut to.links, self.links.map(JsonValue));
        replace(&mut to.closes_on, self.closes_on);
    }
}

/// What residents are to read.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"confirmed": ["3号楼"]}))]
pub struct ConsultationOpening {
    /// What in the texts looks like a number or a flat, and is to be read all the same.
    #[serde(default)]
    #[schema(max_items = 100, max_length = 100)]
    pub confirmed: Vec<String>,
}

/// Texts without what should not have been told.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"background": "地面车位120个，登记车辆310辆。", "reason": "删去联系电话"}))]
pub struct ConsultationRedaction {
    #[schema(min_length = 1, max_length = 200, pattern = "\\S")]
    pub title: Option<String>,
    #[schema(min_length = 1, max_length = 20_000, pattern = "\\S")]
    pub background: Option<String>,
    /// Options that read otherwise from now on.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub options: Vec<RedactedOption>,
    /// All links, in place of those of before.
    #[schema(max_items = 20)]
    pub links: Option<Vec<ConsultationLink>>,
    /// The meeting whose place or summary is another one.
    pub hearing_id: Option<Uuid>,
    #[schema(min_length = 1, max_length = 200, pattern = "\\S")]
    pub place: Option<String>,
    #[schema(min_length = 1, max_length = 20_000, pattern = "\\S")]
    pub summary: Option<String>,
    #[schema(min_length = 1, max_length = 1000, pattern = "\\S")]
    pub reason: String,
    /// What in the texts looks like a number or a flat, and is to be read all the same.
    #[serde(default)]
    #[schema(max_items = 100, max_length = 100)]
    pub confirmed: Vec<String>,
}

/// An option as it reads from now on.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RedactedOption {
    pub option_id: Uuid,
    #[schema(min_length = 1, max_length = 200, pattern = "\\S")]
    pub title: String,
    #[schema(min_length = 1, max_length = 5000, pattern = "\\S")]
    pub text: Option<String>,
}

/// Until when opinions are taken after all.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"closes_on": "2026-03-23", "reason": "公示栏维修，部分居民未看到"}))]
pub struct ConsultationExtension {
    /// Later than before.
    pub closes_on: NaiveDate,
    #[schema(min_length = 1, max_length = 1000, pattern = "\\S")]
    pub reason: String,
}

/// A meeting at which residents are heard.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"starts_at": "2026-03-10T19:00:00+08:00", "place": "居委会会议室"}))]
pub struct NewHearing {
    pub starts_at: DateTime<Utc>,
    #[schema(min_length = 1, max_length = 200, pattern = "\\S")]
    pub place: String,
    /// What in it looks like a number or a flat, and is to be read all the same.
    #[serde(default)]
    #[schema(max_items = 20, max_length = 100)]
    pub confirmed: Vec<String>,
}

/// What was said at a meeting of residents.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"hearing_id": "019c0000-0000-7000-8000-000000000001", "attendees": 32, "summary": "多数赞成按户轮换。"}))]
pub struct HearingRecord {
    pub hearing_id: Uuid,
    #[schema(minimum = 0, maximum = 100_000)]
    pub attendees: i32,
    /// What was said, without names.
    #[schema(min_length = 1, max_length = 20_000, pattern = "\\S")]
    pub summary: String,
}

/// A meeting of residents that is not held.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"hearing_id": "019c0000-0000-7000-8000-000000000001", "reason": "暴雨"}))]
pub struct HearingCancellation {
    pub hearing_id: Uuid,
    #[schema(min_length = 1, max_length = 1000, pattern = "\\S")]
    pub reason: String,
    /// What in it looks like a number or a flat, and is to be read all the same.
    #[serde(default)]
    #[schema(max_items = 20, max_length = 100)]
    pub confirmed: Vec<String>,
}

/// A group for opinions that say the same.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"title": "赞成轮换", "summary": "车位应由各户轮流使用。"}))]
pub struct NewOpinionGroup {
    #[schema(min_length = 1, max_length = 200, pattern = "\\S")]
    pub title: String,
    /// What these opinions say, without names.
    #[schema(min_length = 1, max_length = 5000, pattern = "\\S")]
    pub summary: Option<String>,
}

/// Another title and summary of a group.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"group_id": "019c0000-0000-7000-8000-000000000002", "title": "赞成按户轮换"}))]
pub struct ChangedOpinionGroup {
    pub group_id: Uuid,
    #[schema(min_length = 1, max_length = 200, pattern = "\\S")]
    pub title: String,
    #[schema(min_length = 1, max_length = 5000, pattern = "\\S")]
    pub summary: Option<String>,
}

/// A group.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"group_id": "019c0000-0000-7000-8000-000000000002"}))]
pub struct ChosenOpinionGroup {
    pub group_id: Uuid,
}

/// Which opinions belong to a group: those that are named, those who chose an option, or all that are in none yet.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"group_id": "019c0000-0000-7000-8000-000000000002", "opinion_ids": ["019c0000-0000-4000-8000-000000000003"]}))]
pub struct GroupedOpinions {
    pub group_id: Uuid,
    #[serde(default)]
    #[schema(max_items = 500)]
    pub opinion_ids: Vec<Uuid>,
    /// Everybody who chose this option and is in no group yet.
    pub option_id: Option<Uuid>,
    /// True for all that are in no group yet.
    #[serde(default)]
    pub rest: bool,
}

/// What is answered to a group of opinions.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"group_id": "019c0000-0000-7000-8000-000000000002", "answer": "采纳，四月起按户轮换。"}))]
pub struct GroupAnswer {
    pub group_id: Uuid,
    #[schema(min_length = 1, max_length = 5000, pattern = "\\S")]
    pub answer: String,
}

/// What everybody is to read.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"conclusion": "提交三月联席会议讨论。"}))]
pub struct ConsultationPublication {
    /// What is done with it.
    #[schema(min_length = 1, max_length = 5000, pattern = "\\S")]
    pub conclusion: Option<String>,
    /// What in the texts looks like a number or a flat, and is to be read all the same.
    #[serde(default)]
    #[schema(max_items = 100, max_length = 100)]
    pub confirmed: Vec<String>,
}

/// Which consultations to list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ConsultationFilter {
    /// Only this jurisdiction, what lies below it, and what is asked above it.
    #[param(inline)]
    pub r#in: Option<JurisdictionCode>,
    /// States, separated by commas.
    #[param(inline, style = Form, explode = false, max_items = 7)]
    pub status: Option<Vec<ConsultationStatus>>,
    /// Only those about this estate.
    pub estate_id: Option<Uuid>,
    /// Only those in which opinions are taken on this day or later.
    #[serde(rename = "closes_on.gte")]
    pub closes_from: Option<NaiveDate>,
}

/// Which public consultations to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PublicConsultationFilter {
    /// This jurisdiction and what lies below it.
    #[param(inline)]
    pub r#in: JurisdictionCode,
    /// Only those about this estate.
    pub estate_id: Option<Uuid>,
}
