//! A mediation of a dispute (People's Mediation Law): free and voluntary.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
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
