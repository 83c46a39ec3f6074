//! What is taken about councils.

use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::model::{CouncilFields, CouncilKind, DecisionRule};
use super::seats::SeatKind;
use super::states::CouncilStatus;
use crate::access::code::JurisdictionCode;
use crate::http::json::replace;

/// A seat of a new council.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewCouncilSeat {
    pub kind: SeatKind,
    pub organization_id: Uuid,
}

/// A council to be set up.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "jurisdiction": "370202001001", "estate_id": "019c0000-0000-7000-8000-000000000001", "kind": "four_in_one",
    "name": "示范小区四位一体议事会", "decision": "majority", "seats": [
        {"kind": "party_organization", "organization_id": "019c0000-0000-7000-8000-000000000002"},
        {"kind": "neighborhood_committee", "organization_id": "019c0000-0000-7000-8000-000000000003"},
        {"kind": "owners", "organization_id": "019c0000-0000-7000-8000-000000000004"},
        {"kind": "property_enterprise", "organization_id": "019c0000-0000-7000-8000-000000000005"}
    ]
}))]
pub struct NewCouncil {
    /// A UUID of version 7 made by the client.
    #[schema(nullable = false)]
    pub id: Option<Uuid>,
    /// The community.
    pub jurisdiction: JurisdictionCode,
    /// An estate of the community; the whole community when not given.
    pub estate_id: Option<Uuid>,
    pub kind: CouncilKind,
    #[schema(min_length = 1, max_length = 100, pattern = "\\S")]
    pub name: String,
    pub decision: DecisionRule,
    /// Of a four in one each kind once; of a joint meeting at least the street and the neighborhood committee.
    #[schema(min_items = 2, max_items = 30)]
    pub seats: Vec<NewCouncilSeat>,
}

/// Changes to a council (JSON merge patch). Meetings that were called go by what held then.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"decision": "consensus"}))]
pub struct CouncilPatch {
    #[schema(min_length = 1, max_length = 100, pattern = "\\S", nullable = false)]
    pub name: Option<String>,
    #[schema(nullable = false)]
    pub decision: Option<DecisionRule>,
}

impl CouncilPatch {
    /// Puts the given members into the record.
    pub fn apply(self, to: &mut CouncilFields) {
        replace(&mut to.name, self.name);
        replace(&mut to.decision, self.decision);
    }
}

/// Who holds a seat from now on, such as the enterprise that serves the estate next. The delegates of the one before leave.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"position": 3, "organization_id": "019c0000-0000-7000-8000-000000000006", "reason": "物业服务企业更换"}))]
pub struct CouncilSeatChange {
    #[schema(minimum = 0, maximum = 29)]
    pub position: i16,
    pub organization_id: Uuid,
    #[schema(min_length = 1, max_length = 1000, pattern = "\\S")]
    pub reason: String,
}

/// Somebody who is to speak for a seat.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"position": 2, "name": "王小明", "deputy": false, "starts_on": "2026-03-02"}))]
pub struct NewCouncilDelegate {
    #[schema(minimum = 0, maximum = 29)]
    pub position: i16,
    #[schema(min_length = 1, max_length = 100, pattern = "\\S")]
    pub name: String,
    /// True for one who speaks only while no delegate is there.
    #[serde(default)]
    pub deputy: bool,
    pub starts_on: NaiveDate,
    pub ends_on: Option<NaiveDate>,
    /// True for a member of the seat's organization who names themselves: they speak and sign by their own token then.
    #[serde(default)]
    pub is_caller: bool,
}

/// The last day on which somebody speaks for a seat.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"delegate_id": "019c0000-0000-7000-8000-000000000007", "ends_on": "2026-12-31", "reason": "工作调动"}))]
pub struct DelegateEnd {
    pub delegate_id: Uuid,
    pub ends_on: NaiveDate,
    #[schema(min_length = 1, max_length = 1000, pattern = "\\S")]
    pub reason: String,
}

/// A meeting that a seat asks for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"position": 2, "topics": "小区停车位不足"}))]
pub struct NewMeetingRequest {
    /// The seat of the caller's organization, or of whoever asked in writing.
    #[schema(minimum = 0, maximum = 29)]
    pub position: i16,
    #[schema(min_length = 1, max_length = 1000, pattern = "\\S")]
    pub topics: String,
}

/// A meeting that the street orders.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"topics": "电梯停运，七日内召开会议"}))]
pub struct MeetingOrder {
    #[schema(min_length = 1, max_length = 1000, pattern = "\\S")]
    pub topics: String,
}

/// What whoever convenes the council says to a request.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"request_id": "019c0000-0000-7000-8000-000000000008", "accepted": true, "meeting_id": "019c0000-0000-7000-8000-000000000009", "answer": "已安排"}))]
pub struct RequestAnswer {
    pub request_id: Uuid,
    pub accepted: bool,
    /// The meeting that was planned for it, where it is accepted.
    pub meeting_id: Option<Uuid>,
    /// What is said to it, or why there will be no meeting.
    #[schema(min_length = 1, max_length = 1000, pattern = "\\S")]
    pub answer: String,
}

/// Which councils to list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct CouncilFilter {
    /// Only this jurisdiction and what lies below it.
    #[param(inline)]
    pub r#in: Option<JurisdictionCode>,
    /// Only those of this kind.
    #[param(inline)]
    pub kind: Option<CouncilKind>,
    /// Only those that meet, or only those that do not any more.
    #[param(inline)]
    pub status: Option<CouncilStatus>,
    /// Only those of this estate.
    pub estate_id: Option<Uuid>,
    /// Only those in which this organization has a seat.
    pub organization_id: Option<Uuid>,
}
