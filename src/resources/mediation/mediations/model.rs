//! A mediation of a dispute (People's Mediation Law): free and voluntary.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::helpers::Helper;
use super::offers::Offer;
use super::states::MediationStatus;
use crate::access::code::{JurisdictionCode, Level};
use crate::access::permissions::Action;
use crate::access::permissions::resource::Mediations;
use crate::access::scope::Authorized;
use crate::changes::lifecycle::next_actions;
use crate::changes::record::impl_feed_record;
use crate::db::json_value::JsonList;
use crate::db::schema::mediations;
use crate::db::text_enum::text_enum;
use crate::http::openapi::page;
use crate::resources::disputes::parties::PartyRole;

text_enum! {
    /// How something was said or told.
    pub enum Channel {
        InPerson = "in_person",
        Phone = "phone",
        Written = "written",
        Online = "online",
    }
}

text_enum! {
    /// What kind of mediation it is.
    #[derive(Default)]
    pub enum MediationType {
        /// People's mediation, which costs nothing (People's Mediation Law, article 4).
        #[default]
        People = "people",
        Administrative = "administrative",
        /// Its body may charge for it (regulation on commercial mediation, article 16).
        Commercial = "commercial",
        /// A court has asked for it.
        CourtInvited = "court_invited",
    }
}

/// A party of the mediation and its consent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct MediationParty {
    /// The party's position in the dispute.
    pub position: i16,
    pub role: PartyRole,
    /// Null until the party has said something.
    #[schema(required)]
    pub consents: Option<bool>,
    #[schema(required)]
    pub channel: Option<Channel>,
    #[schema(required)]
    pub said_on: Option<NaiveDate>,
    /// The mediator whom the party wants.
    #[serde(default)]
    #[schema(required)]
    pub chosen_mediator_id: Option<Uuid>,
    /// True for whoever filed the dispute by themselves.
    #[serde(default)]
    pub filed_it: bool,
    /// True where the party has spoken by their own sign-in: nobody else says anything for them from then on.
    #[serde(default)]
    pub said_it: bool,
}

text_enum! {
    /// Why a mediator cannot mediate a case.
    pub enum ExclusionKind {
        /// A party does not want this mediator.
        Refusal = "refusal",
        /// The mediator has to recuse themselves.
        Recusal = "recusal",
    }
}

/// A mediator who cannot mediate a case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Exclusion {
    pub mediator_id: Uuid,
    pub kind: ExclusionKind,
    #[schema(max_length = 1000)]
    pub reason: String,
    pub at: DateTime<Utc>,
}

text_enum! {
    /// How a mediator stands to a case.
    pub enum ConflictKind {
        /// A near relative of a party.
        NearRelative = "near_relative",
        /// The outcome concerns the mediator.
        Interest = "interest",
        /// Another relation that could matter to a party, such as that of neighbors.
        OtherRelation = "other_relation",
    }
}

/// What the mediator has told of how they stand to a case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Conflict {
    pub kind: ConflictKind,
    #[schema(min_length = 1, max_length = 1000, pattern = "\\S")]
    pub detail: String,
    /// The positions of the parties who know it and want this mediator all the same.
    #[schema(max_items = 30)]
    pub accepted_by: Vec<i16>,
}

/// A mediation of a dispute.
#[derive(Clone, Debug, PartialEq, Queryable, Selectable, Insertable, AsChangeset, Serialize, ToSchema)]
#[diesel(table_name = mediations, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct MediationFields {
    pub id: Uuid,
    /// The number that people use.
    #[schema(max_length = 80)]
    pub number: String,
    /// Where the dispute lies.
    pub jurisdiction: JurisdictionCode,
    /// The level that handled the dispute when its mediation was opened; it and those above work on it.
    pub level: Level,
    pub dispute_id: Uuid,
    /// The mediation committee.
    pub organization_id: Uuid,
    pub mediation_type: MediationType,
    #[schema(required)]
    pub mediator_id: Option<Uuid>,
    pub status: MediationStatus,
    #[schema(value_type = Vec<MediationParty>, max_items = 20)]
    pub parties: JsonList<MediationParty>,
    /// Mediators who cannot mediate it.
    #[schema(value_type = Vec<Exclusion>, max_items = 50)]
    pub exclusions: JsonList<Exclusion>,
    /// What the chosen mediator has told of how they stand to the case.
    #[schema(value_type = Vec<Conflict>, max_items = 10)]
    pub conflicts: JsonList<Conflict>,
    #[serde(skip)]
    pub offers: JsonList<Offer>,
    #[serde(skip)]
    pub helpers: JsonList<Helper>,
    /// When the parties were told of their rights.
    #[schema(required)]
    pub rights_notice_on: Option<NaiveDate>,
    /// Why a mediator without this year's hours of training was chosen all the same.
    #[schema(max_length = 1000, required)]
    pub waiver: Option<String>,
    /// The day on which the mediator was chosen.
    #[schema(required)]
    pub began_on: Option<NaiveDate>,
    /// Its last day.
    #[schema(required)]
    pub due_on: Option<NaiveDate>,
    /// True once its end was announced.
    pub warned: bool,
    /// How it ended.
    #[schema(max_length = 5000, required)]
    pub outcome: Option<String>,
    /// What no party disputes where they did not agree, noted with the consent and the signatures of all.
    #[schema(max_length = 5000, required)]
    pub undisputed_facts: Option<String>,
    /// Grows by one with every change.
    pub version: i64,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    #[serde(skip)]
    pub created_by: String,
    #[serde(skip)]
    pub mediator_subject: Option<String>,
    #[serde(skip)]
    pub applicant_subject: String,
    #[serde(skip)]
    pub next_step_at: Option<DateTime<Utc>>,
}

impl_feed_record!(MediationFields as Mediation);

/// A mediation as a caller sees it.
#[derive(Serialize, ToSchema)]
pub struct Mediation {
    #[serde(flatten)]
    pub fields: MediationFields,
    /// What the parties offered one another, the latest last; lists leave it out.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_items = 300, nullable = false)]
    pub offers: Option<Vec<Offer>>,
    /// Who was invited to help; lists leave them out.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_items = 20, nullable = false)]
    pub helpers: Option<Vec<Helper>>,
    /// What the caller may do to it now.
    #[schema(max_items = 20, max_length = 50)]
    pub next_actions: Vec<&'static str>,
}

page!(MediationPage of Mediation, "A page of mediations.");

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

/// A mediator who could mediate a case, and what speaks for and against it.
#[derive(Serialize, ToSchema)]
pub struct Recommendation {
    pub mediator_id: Uuid,
    #[schema(max_length = 100)]
    pub name: String,
    #[schema(max_length = 200)]
    pub qualification: String,
    /// True when the mediator can be chosen without a reason on record.
    pub suitable: bool,
    /// True when the mediator knows the dispute's category well.
    pub specialist: bool,
    /// How many mediations of theirs are open.
    pub load: i64,
    /// Hours of training this year, and how many the rule asks for.
    pub hours: i32,
    pub hours_required: i64,
    /// The positions of the parties who want this mediator.
    #[schema(max_items = 30)]
    pub chosen_by: Vec<i16>,
    /// Why the mediator cannot be chosen.
    #[schema(required)]
    pub excluded: Option<ExclusionKind>,
}

/// The mediators of the committee, the most suitable first.
#[derive(Serialize, ToSchema)]
pub struct Recommendations {
    #[schema(max_items = 500)]
    pub items: Vec<Recommendation>,
}

/// The mediation as a caller sees it who is the parties at these positions: they say what is theirs to say, and nothing
/// else.
pub fn view(scope: &Authorized<Mediations>, fields: MediationFields, own: &[i16]) -> Mediation {
    let listed = in_list(scope, fields, own);
    // A guest of the dispute is told nothing of what its parties offer.
    let person = scope.actor.caller.as_str();
    let mediates = listed.fields.mediator_subject.as_deref() == Some(person);
    let oversees = scope.acting_level(Action::Read, &listed.fields.jurisdiction).is_some();
    let takes_part = mediates || oversees || !listed.fields.own_positions(person, own).is_empty();
    // Who helps may tell who the parties are: only those who have the case learn it whole.
    let handles = scope.acting_levels(Action::Read, &listed.fields.jurisdiction).any(|level| level == listed.fields.level);
    let known = mediates || handles || !listed.fields.own_positions(person, own).is_empty();
    let shown = |helper: &Helper| if known { helper.clone() } else { helper.masked() };
    let of_case = takes_part.then(|| (listed.fields.offers.0.clone(), listed.fields.helpers.0.iter().map(shown).collect()));
    let (offers, helpers) = of_case.unzip();
    Mediation { offers, helpers, ..listed }
}

/// The same in a list.
pub fn in_list(scope: &Authorized<Mediations>, fields: MediationFields, own: &[i16]) -> Mediation {
    let own = fields.own_positions(&scope.actor.caller, own);
    let next_actions = if own.is_empty() { next_actions(scope, &fields) } else { fields.party_actions(scope, &own) };
    Mediation { next_actions, offers: None, helpers: None, fields }
}
