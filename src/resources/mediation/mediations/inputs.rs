//! What is said about mediations.

use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::model::{Channel, Conflict, ExclusionKind, MediationType};
use super::states::MediationStatus;
use crate::access::code::JurisdictionCode;

/// A mediation to be opened.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "dispute_id": "019c0000-0000-7000-8000-000000000000", "organization_id": "019c0000-0000-7000-8000-000000000005"
}))]
pub struct NewMediation {
    /// A UUID of version 7 made by the client.
    #[schema(nullable = false)]
    pub id: Option<Uuid>,
    /// A dispute that is being handled.
    pub dispute_id: Uuid,
    /// The mediation committee: 3 to 9 members, women among them.
    pub organization_id: Uuid,
    #[serde(default)]
    pub mediation_type: MediationType,
}

/// What a party said.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"position": 0, "consents": true, "channel": "in_person", "said_on": "2026-03-02"}))]
pub struct NewConsent {
    /// The party's position in the dispute.
    #[schema(minimum = 0, maximum = 100)]
    pub position: i16,
    /// A refusal ends the mediation.
    pub consents: bool,
    pub channel: Channel,
    pub said_on: NaiveDate,
}

/// That a party no longer wants the mediation.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"position": 1, "reason": "选择起诉"}))]
pub struct ConsentWithdrawal {
    /// The party's position in the dispute.
    #[schema(minimum = 0, maximum = 100)]
    pub position: i16,
    #[schema(min_length = 1, max_length = 1000, pattern = "\\S")]
    pub reason: String,
}

/// That the parties were told of their rights.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"given_on": "2026-03-02"}))]
pub struct RightsNotice {
    pub given_on: NaiveDate,
}

/// Who mediates.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "mediator_id": "019c0000-0000-7000-8000-000000000006",
    "conflicts": [{"kind": "other_relation", "detail": "与申请人同住一栋楼", "accepted_by": [0, 1]}]
}))]
pub struct MediatorChoice {
    pub mediator_id: Uuid,
    /// What the mediator answered when asked how they stand to the case; empty where nothing is in the way. With what all
    /// parties accept they mediate, but no near relative and nobody with an interest.
    #[schema(max_items = 10)]
    pub conflicts: Vec<Conflict>,
    /// Why a mediator without this year's hours of training is chosen all the same.
    #[schema(min_length = 1, max_length = 1000, pattern = "\\S")]
    pub waiver: Option<String>,
}

/// Whom a party wants as their mediator.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"position": 1, "mediator_id": "019c0000-0000-7000-8000-000000000006"}))]
pub struct PartyChoice {
    /// The party's position in the dispute.
    #[schema(minimum = 0, maximum = 100)]
    pub position: i16,
    /// A mediator of the committee.
    pub mediator_id: Uuid,
}

/// That the chosen mediator cannot mediate.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"kind": "recusal", "reason": "与被申请人系亲属"}))]
pub struct NewExclusion {
    pub kind: ExclusionKind,
    #[schema(min_length = 1, max_length = 1000, pattern = "\\S")]
    pub reason: String,
}

/// That the mediation takes longer.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"until_on": "2026-05-01", "consenting": [0, 1]}))]
pub struct Continuation {
    /// Its new last day.
    pub until_on: NaiveDate,
    /// The positions of the parties who agree: all of them.
    #[schema(max_items = 20)]
    pub consenting: Vec<i16>,
}

/// How a mediation ended without an agreement.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"reason": "双方分歧较大", "told_of_other_ways": true}))]
pub struct Failure {
    #[schema(min_length = 1, max_length = 1000, pattern = "\\S")]
    pub reason: String,
    /// That the parties were told of arbitration, administrative and court ways, as the law asks.
    pub told_of_other_ways: bool,
    /// What no party disputes, where all of them want it noted.
    #[schema(nullable = false)]
    pub undisputed: Option<UndisputedFacts>,
}

/// What no party disputes.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UndisputedFacts {
    #[schema(min_length = 1, max_length = 5000, pattern = "\\S")]
    pub facts: String,
    /// The positions of the parties who agree to the note and have signed it: all of them.
    #[schema(max_items = 30)]
    pub signed_by: Vec<i16>,
}

/// Which mediations to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct MediationFilter {
    /// Only this jurisdiction and what lies below it.
    #[param(inline)]
    pub r#in: Option<JurisdictionCode>,
    /// States, separated by commas.
    #[param(inline, style = Form, explode = false, max_items = 7)]
    pub status: Option<Vec<MediationStatus>>,
    /// Only those of this dispute.
    pub dispute_id: Option<Uuid>,
    /// Only those of this mediator.
    pub mediator_id: Option<Uuid>,
    /// Only those of this mediation committee.
    pub organization_id: Option<Uuid>,
    /// Only mediations of this type.
    #[param(inline)]
    pub mediation_type: Option<MediationType>,
}
