//! Changes of the administrative tree: renamed, merged, split and revoked jurisdictions.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::access::authority::Authority;
use crate::access::code::JurisdictionCode;
use crate::access::permissions::{Action, Resource};
use crate::changes::record::impl_feed_record;
use crate::changes::relocation::StuckRecord;
use crate::db::json_value::JsonList;
use crate::db::schema::division_changes;
use crate::db::text_enum::text_enum;
use crate::http::openapi::page;

text_enum! {
    /// What happens to jurisdictions.
    pub enum DivisionChangeKind {
        Rename = "rename",
        Merge = "merge",
        Split = "split",
        Revoke = "revoke",
    }
}

text_enum! {
    /// How far a change has come.
    pub enum DivisionChangeStatus {
        /// Jurisdictions are changed, and open records go where they belong now.
        Moving = "moving",
        Completed = "completed",
    }
}

text_enum! {
    /// What a change did to one jurisdiction.
    pub enum DivisionEffect {
        Renamed = "renamed",
        Created = "created",
        Revoked = "revoked",
    }
}

/// What a change did to one jurisdiction.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DivisionStep {
    pub effect: DivisionEffect,
    pub code: JurisdictionCode,
    /// Its name afterwards, or the last one.
    #[schema(max_length = 100)]
    pub name: String,
    /// Its name before.
    #[schema(max_length = 100, required)]
    pub former_name: Option<String>,
    /// Where its open work went.
    #[schema(required)]
    pub successor_code: Option<JurisdictionCode>,
}

/// Open records that go from one jurisdiction to another.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlannedMove {
    pub from: JurisdictionCode,
    pub to: JurisdictionCode,
    /// Only what belongs to these estates; everything where none are named.
    pub estate_ids: Option<Vec<Uuid>>,
}

/// A change of the administrative tree.
#[derive(Clone, Debug, PartialEq, Queryable, Selectable, Insertable, Serialize, ToSchema)]
#[diesel(table_name = division_changes, treat_none_as_default_value = false)]
#[schema(example = json!({
    "id": "019c0000-0000-7000-8000-000000000021", "jurisdiction": "370202001", "kind": "merge", "status": "moving",
    "effective_on": "2026-03-01", "legal_basis": "区政府关于调整社区设置的批复",
    "steps": [{"effect": "revoked", "code": "370202001001", "name": "武胜关社区居委会", "former_name": null, "successor_code": "370202001002"}],
    "moved": 1200, "stuck_count": 0, "completed_at": null, "version": 13,
    "created_at": "2026-03-01T01:30:00Z", "updated_at": "2026-03-01T01:30:40Z"
}))]
pub struct DivisionChangeFields {
    pub id: Uuid,
    /// The jurisdiction above, or the city itself.
    pub jurisdiction: JurisdictionCode,
    pub kind: DivisionChangeKind,
    pub status: DivisionChangeStatus,
    pub effective_on: NaiveDate,
    #[schema(max_length = 500)]
    pub legal_basis: String,
    /// What it did to each jurisdiction.
    #[schema(value_type = Vec<DivisionStep>, max_items = 100)]
    pub steps: JsonList<DivisionStep>,
    /// How many records have gone where they belong now.
    pub moved: i64,
    /// How many records cannot go until somebody mends what is in the way. They are tried again every five minutes.
    pub stuck_count: i64,
    #[serde(skip)]
    pub stuck: JsonList<StuckRecord>,
    /// When everything was where it belongs.
    #[schema(required)]
    pub completed_at: Option<DateTime<Utc>>,
    pub version: i64,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    #[serde(skip)]
    pub created_by: String,
    #[serde(skip)]
    pub moves: JsonList<PlannedMove>,
    #[serde(skip)]
    #[diesel(embed)]
    pub progress: Progress,
}

/// How far the moves of a change have come.
#[derive(Clone, Debug, Default, PartialEq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = division_changes, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct Progress {
    /// Which slice of which move is next, and the id after which it goes on.
    pub position: i32,
    pub moved_up_to: Uuid,
    /// How many records had moved when this pass began: a pass that moves nothing is the last.
    pub moved_before: i64,
    /// When it goes on; none when it is completed.
    pub next_step_at: Option<DateTime<Utc>>,
}

impl Progress {
    /// True where a pass begins.
    pub fn is_at_begin(&self) -> bool {
        self.position == 0 && self.moved_up_to.is_nil()
    }

    /// After a record of the same slice, or with the next slice.
    pub fn go_on(&mut self, last: Option<Uuid>) {
        match last {
            Some(last) => self.moved_up_to = last,
            None => (self.position, self.moved_up_to) = (self.position + 1, Uuid::nil()),
        }
    }
}

impl_feed_record!(DivisionChangeFields as DivisionChange);

/// A change of the administrative tree as a caller sees it.
#[derive(Serialize, ToSchema)]
pub struct DivisionChange {
    #[serde(flatten)]
    pub fields: DivisionChangeFields,
    /// The first hundred of the records that cannot go; null for callers who keep no register there.
    #[schema(max_items = 100, required)]
    pub stuck: Option<Vec<StuckRecord>>,
}

/// The change as the caller sees it: what is stuck is named to those who can mend it.
pub fn view(who: &Authority, fields: DivisionChangeFields) -> DivisionChange {
    let mends = who.actor.right(Action::Update, Resource::Estates).area.as_ref();
    let may =
        mends.is_some_and(|area| area.covers(&fields.jurisdiction)) || who.may(Action::Create, &fields.jurisdiction, false, None);
    DivisionChange { stuck: may.then(|| fields.stuck.0.clone()), fields }
}

page!(DivisionChangePage of DivisionChange, "A page of changes of the administrative tree.");

/// A change of the administrative tree to be carried out.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "kind": "merge", "codes": ["370202001001"], "successor": {"code": "370202001002"},
    "effective_on": "2026-03-01", "legal_basis": "区政府关于调整社区设置的批复"
}))]
pub struct NewDivisionChange {
    /// A UUID of version 7 made by the client.
    #[schema(nullable = false)]
    pub id: Option<Uuid>,
    pub kind: DivisionChangeKind,
    /// What is renamed, merged, split or revoked: one, but for merging and revoking.
    #[schema(min_items = 1, max_items = 20)]
    pub codes: Vec<JurisdictionCode>,
    /// The new name, when it is renamed.
    #[schema(min_length = 1, max_length = 100, pattern = "\\S", nullable = false)]
    pub name: Option<String>,
    /// Where open work goes. When merging it may be a new one. When splitting it is one of the parts; without it the
    /// old jurisdiction stays.
    #[schema(nullable = false)]
    pub successor: Option<NewDivision>,
    /// The new jurisdictions of a split.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub parts: Vec<DivisionPart>,
    /// Today or earlier.
    pub effective_on: NaiveDate,
    #[schema(min_length = 1, max_length = 500, pattern = "\\S")]
    pub legal_basis: String,
}

/// A jurisdiction that is there, or one to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewDivision {
    pub code: JurisdictionCode,
    /// Its name, when it is to be made.
    #[schema(min_length = 1, max_length = 100, pattern = "\\S", nullable = false)]
    pub name: Option<String>,
}

/// A new jurisdiction that takes a part of an old one.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DivisionPart {
    pub code: JurisdictionCode,
    #[schema(min_length = 1, max_length = 100, pattern = "\\S")]
    pub name: String,
    /// Estates of the old community that belong to this part.
    #[serde(default)]
    #[schema(max_items = 500)]
    pub estate_ids: Vec<Uuid>,
}

/// Which changes to list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct DivisionChangeFilter {
    /// Only this jurisdiction and what lies below it.
    #[param(inline)]
    pub r#in: Option<JurisdictionCode>,
    /// Kinds, separated by commas.
    #[param(inline, style = Form, explode = false, max_items = 4)]
    pub kind: Option<Vec<DivisionChangeKind>>,
    /// Only changes that are still moving records, or only completed ones.
    #[param(inline)]
    pub status: Option<DivisionChangeStatus>,
}
