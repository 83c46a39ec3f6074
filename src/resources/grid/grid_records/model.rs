//! Patrols and clues.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::access::code::JurisdictionCode;
use crate::access::permissions::Action;
use crate::access::permissions::resource::GridRecords;
use crate::access::scope::Authorized;
use crate::changes::lifecycle::{Lifecycle, Step, next_actions};
use crate::changes::record::impl_feed_record;
use crate::db::schema::grid_records;
use crate::db::text_enum::text_enum;
use crate::http::json::{clearable, replace};
use crate::http::openapi::page;
use crate::resources::disputes::parties::NewParty;

text_enum! {
    /// What is recorded of a grid.
    pub enum GridRecordKind {
        /// Somebody walked through it.
        Patrol = "patrol",
        /// Somebody noticed what may become a dispute.
        Clue = "clue",
    }
}

text_enum! {
    /// What came of it.
    pub enum GridRecordStatus {
        /// A patrol was walked.
        Recorded = "recorded",
        /// Nobody has decided on the clue yet.
        Open = "open",
        /// It was settled on the spot.
        Settled = "settled",
        /// It became a dispute.
        Filed = "filed",
        /// It is none.
        Dismissed = "dismissed",
    }
}

impl GridRecordStatus {
    /// As a record begins.
    pub fn first(kind: GridRecordKind) -> Self {
        match kind {
            GridRecordKind::Patrol => Self::Recorded,
            GridRecordKind::Clue => Self::Open,
        }
    }
}

/// A patrol or a clue.
#[derive(Clone, Debug, PartialEq, Queryable, Selectable, Insertable, AsChangeset, Serialize, ToSchema)]
#[diesel(table_name = grid_records, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct GridRecordFields {
    pub id: Uuid,
    /// The grid, or its community.
    pub jurisdiction: JurisdictionCode,
    pub kind: GridRecordKind,
    #[schema(max_length = 200)]
    pub title: String,
    #[schema(max_length = 5000, required)]
    pub description: Option<String>,
    #[schema(required)]
    pub estate_id: Option<Uuid>,
    /// Where it is, in words.
    #[schema(max_length = 200, required)]
    pub place: Option<String>,
    /// The patrol on which a clue was noticed.
    #[schema(required)]
    pub patrol_id: Option<Uuid>,
    /// When it was noticed, or when the patrol began.
    pub observed_at: DateTime<Utc>,
    /// When the patrol ended.
    #[schema(required)]
    pub ended_at: Option<DateTime<Utc>>,
    pub status: GridRecordStatus,
    /// How a clue was settled, why it was dismissed, or why it is open again.
    #[schema(max_length = 1000, required)]
    pub outcome: Option<String>,
    /// The dispute that a clue became.
    #[schema(required)]
    pub dispute_id: Option<Uuid>,
    /// Grows by one with every change.
    pub version: i64,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    #[serde(skip)]
    pub created_by: String,
}

impl_feed_record!(GridRecordFields as GridRecord);

impl Lifecycle for GridRecordFields {
    type Status = GridRecordStatus;
    const ACTIONS: &'static [Step<GridRecordStatus>] = {
        use GridRecordStatus::*;
        &[
            (Action::Update, &[Recorded, Open], None),
            (Action::Settle, &[Open], Some(Settled)),
            (Action::File, &[Open], Some(Filed)),
            (Action::Dismiss, &[Recorded, Open], Some(Dismissed)),
            // Back to what it was: a patrol is recorded, a clue is open.
            (Action::Reopen, &[Settled, Dismissed], None),
        ]
    };

    fn status(&self) -> GridRecordStatus {
        self.status
    }

    fn set_status(&mut self, status: Self::Status) {
        self.status = status;
    }
}

/// A patrol or a clue as a caller sees it.
#[derive(Serialize, ToSchema)]
pub struct GridRecord {
    #[serde(flatten)]
    pub fields: GridRecordFields,
    /// What the caller may do to it now.
    #[schema(max_items = 20, max_length = 50)]
    pub next_actions: Vec<&'static str>,
}

page!(GridRecordPage of GridRecord, "A page of patrols and clues.");

/// A patrol or a clue to be recorded.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "jurisdiction": "370202001001001", "kind": "clue", "title": "楼道堆放杂物", "place": "3号楼2单元",
    "observed_at": "2026-03-01T09:30:00+08:00"
}))]
pub struct NewGridRecord {
    /// A UUID of version 7 made by the client, so that an offline app can refer to the record before it is sent.
    #[schema(nullable = false)]
    pub id: Option<Uuid>,
    /// A grid or a community.
    pub jurisdiction: JurisdictionCode,
    pub kind: GridRecordKind,
    #[schema(min_length = 1, max_length = 200, pattern = "\\S")]
    pub title: String,
    #[schema(max_length = 5000)]
    pub description: Option<String>,
    pub estate_id: Option<Uuid>,
    #[schema(min_length = 1, max_length = 200, pattern = "\\S")]
    pub place: Option<String>,
    /// Of a clue: the patrol on which it was noticed.
    pub patrol_id: Option<Uuid>,
    /// When it was noticed, or when the patrol began; now when not given.
    #[schema(nullable = false)]
    pub observed_at: Option<DateTime<Utc>>,
    /// Of a patrol: when it ended.
    pub ended_at: Option<DateTime<Utc>>,
}

/// Changes to a patrol or a clue (JSON merge patch).
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"place": "3号楼1单元"}))]
pub struct GridRecordPatch {
    #[schema(min_length = 1, max_length = 200, pattern = "\\S", nullable = false)]
    pub title: Option<String>,
    #[serde(default, deserialize_with = "clearable")]
    #[schema(value_type = Option<String>, max_length = 5000)]
    pub description: Option<Option<String>>,
    #[serde(default, deserialize_with = "clearable")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 200, pattern = "\\S")]
    pub place: Option<Option<String>>,
    /// Of a patrol: when it ended.
    #[serde(default, deserialize_with = "clearable")]
    #[schema(value_type = Option<DateTime<Utc>>)]
    pub ended_at: Option<Option<DateTime<Utc>>>,
}

impl GridRecordPatch {
    /// Puts the given members into the record.
    pub fn apply(self, to: &mut GridRecordFields) {
        replace(&mut to.title, self.title);
        replace(&mut to.description, self.description);
        replace(&mut to.place, self.place);
        replace(&mut to.ended_at, self.ended_at);
    }
}

/// How a clue was settled.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"outcome": "已当场劝导清理"}))]
pub struct Settlement {
    #[schema(min_length = 1, max_length = 1000, pattern = "\\S")]
    pub outcome: String,
}

/// What a dispute tells beyond the clue that it was.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "category": "leakage.neighbor", "parties": [{"role": "applicant", "kind": "person", "name": "业主甲", "phone": "13800000000"}]
}))]
pub struct FiledClue {
    /// The dispute's id: a UUID of version 7 made by the client.
    #[schema(nullable = false)]
    pub dispute_id: Option<Uuid>,
    /// One of `/v1/dispute-categories/resolve`.
    #[schema(max_length = 100, pattern = "^[a-z][a-z0-9_]*([.][a-z][a-z0-9_]*)*$")]
    pub category: String,
    /// Name of the residential estate; the registered one where the clue names it.
    #[schema(min_length = 1, max_length = 100, pattern = "\\S")]
    pub estate_name: Option<String>,
    /// True when only those who handle it may learn who the parties are.
    #[serde(default)]
    pub confidential: bool,
    /// At least one of them is an applicant.
    #[schema(min_items = 1, max_items = 20)]
    pub parties: Vec<NewParty>,
}

/// Which patrols and clues to list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct GridRecordFilter {
    /// Only this jurisdiction and what lies below it.
    #[param(inline)]
    pub r#in: Option<JurisdictionCode>,
    /// Only patrols, or only clues.
    #[param(inline)]
    pub kind: Option<GridRecordKind>,
    /// States, separated by commas.
    #[param(inline, style = Form, explode = false, max_items = 5)]
    pub status: Option<Vec<GridRecordStatus>>,
    /// Only those of this estate.
    pub estate_id: Option<Uuid>,
    /// Only the clues that were noticed on this patrol.
    pub patrol_id: Option<Uuid>,
}

/// The record as the caller sees it.
pub fn view(scope: &Authorized<GridRecords>, fields: GridRecordFields) -> GridRecord {
    GridRecord { next_actions: next_actions(scope, &fields), fields }
}
