//! Councils: who sits in them, how they decide, and what they are asked for.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::delegates::{CouncilDelegate, Delegate};
use super::seats::CouncilSeat;
use super::states::CouncilStatus;
use crate::access::code::JurisdictionCode;
use crate::access::permissions::resource::Councils;
use crate::access::scope::Authorized;
use crate::changes::lifecycle::next_actions;
use crate::changes::record::impl_feed_record;
use crate::db::json_value::JsonList;
use crate::db::schema::councils;
use crate::db::text_enum::text_enum;
use crate::http::openapi::page;

text_enum! {
    /// What kind of council it is.
    pub enum CouncilKind {
        /// Party organization, neighborhood committee, owners and property enterprise; the party organization convenes it.
        FourInOne = "four_in_one",
        /// The joint meeting on property management, which the street convenes (Qingdao's regulation, article 82).
        PropertyJointMeeting = "property_joint_meeting",
    }
}

text_enum! {
    /// How a council decides.
    pub enum DecisionRule {
        /// All seats that may vote say yes.
        Consensus = "consensus",
        /// More than half of all seats that may vote say yes.
        Majority = "majority",
    }
}

text_enum! {
    /// What came of a request to convene.
    pub enum RequestStatus {
        Waiting = "waiting",
        Accepted = "accepted",
        Declined = "declined",
    }
}

/// A seat, or the street, asks whoever convenes the council for a meeting.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct MeetingRequest {
    pub id: Uuid,
    /// The seat that asks; null where the street orders it.
    #[schema(required)]
    pub position: Option<i16>,
    #[schema(max_length = 1000)]
    pub topics: String,
    pub asked_at: DateTime<Utc>,
    /// By when it is answered; of an order, by when the meeting is called.
    pub answer_due_on: NaiveDate,
    pub status: RequestStatus,
    /// The meeting that was planned for it.
    #[serde(default)]
    #[schema(required)]
    pub meeting_id: Option<Uuid>,
    /// Why it was declined, or what was said to it.
    #[schema(max_length = 1000, required)]
    pub answer: Option<String>,
    #[schema(required)]
    pub answered_at: Option<DateTime<Utc>>,
}

/// A council of a community or of an estate.
#[derive(Clone, Debug, PartialEq, Queryable, Selectable, Insertable, AsChangeset, Serialize, ToSchema)]
#[diesel(table_name = councils, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct CouncilFields {
    pub id: Uuid,
    /// The community.
    pub jurisdiction: JurisdictionCode,
    /// The estate; null for that of the whole community.
    #[schema(required)]
    pub estate_id: Option<Uuid>,
    pub kind: CouncilKind,
    #[schema(max_length = 100)]
    pub name: String,
    pub decision: DecisionRule,
    #[schema(value_type = Vec<CouncilSeat>, max_items = 30)]
    pub seats: JsonList<CouncilSeat>,
    /// Who asked for a meeting, the latest last.
    #[schema(value_type = Vec<MeetingRequest>, max_items = 100)]
    pub requests: JsonList<MeetingRequest>,
    /// By when the first of them is answered.
    #[schema(required)]
    pub answer_due_on: Option<NaiveDate>,
    pub status: CouncilStatus,
    #[schema(max_length = 1000, required)]
    pub dissolution_reason: Option<String>,
    /// Grows by one with every change.
    pub version: i64,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    #[serde(skip)]
    pub delegates: JsonList<Delegate>,
    #[serde(skip)]
    pub created_by: String,
}

impl_feed_record!(CouncilFields as Council);

/// A council as a caller sees it.
#[derive(Serialize, ToSchema)]
pub struct Council {
    #[serde(flatten)]
    pub fields: CouncilFields,
    /// Everybody who speaks or spoke for a seat, the first one first.
    #[schema(max_items = 300)]
    pub delegates: Vec<CouncilDelegate>,
    /// What the caller may do to it now.
    #[schema(max_items = 20, max_length = 50)]
    pub next_actions: Vec<&'static str>,
}

page!(CouncilPage of Council, "A page of councils.");

/// The council as the caller sees it.
pub fn view(scope: &Authorized<Councils>, fields: CouncilFields) -> Council {
    let in_full = fields.names_in_full(scope);
    let delegates = fields.delegates.0.iter().map(|known| known.shown(&scope.actor.caller, in_full)).collect();
    Council { delegates, next_actions: next_actions(scope, &fields), fields }
}
