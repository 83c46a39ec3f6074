//! The organizations of the model: offices, party organizations, committees, enterprises.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::access::code::{JurisdictionCode, Level};
use crate::access::permissions::Action;
use crate::access::permissions::resource::Organizations;
use crate::access::privacy::masked;
use crate::access::scope::Authorized;
use crate::changes::lifecycle::{Lifecycle, Step, next_actions};
use crate::changes::record::impl_feed_record;
use crate::db::json_value::JsonList;
use crate::db::schema::organizations;
use crate::db::text_enum::text_enum;
use crate::http::json::{clearable, replace};
use crate::http::openapi::page;

text_enum! {
    /// What an organization is.
    pub enum OrganizationKind {
        PropertyOffice = "property_office",
        StreetOffice = "street_office",
        StreetPartyCommittee = "street_party_committee",
        CommunityPartyOrganization = "community_party_organization",
        NeighborhoodCommittee = "neighborhood_committee",
        /// All owners of an estate; it may have a credit code of its own (Qingdao's regulation, article 26).
        OwnersAssembly = "owners_assembly",
        OwnersCommittee = "owners_committee",
        PropertyEnterprise = "property_enterprise",
        EnterprisePartyOrganization = "enterprise_party_organization",
        MediationCommittee = "mediation_committee",
        Department = "department",
        Utility = "utility",
        PoliceStation = "police_station",
    }
}

impl OrganizationKind {
    /// The levels at which such an organization stands.
    pub fn levels(self) -> &'static [Level] {
        use Level::{City, Community, District, Street};
        match self {
            Self::PropertyOffice => &[City, District],
            Self::StreetOffice | Self::StreetPartyCommittee => &[Street],
            Self::CommunityPartyOrganization | Self::NeighborhoodCommittee | Self::OwnersAssembly | Self::OwnersCommittee => {
                &[Community]
            }
            Self::PropertyEnterprise | Self::EnterprisePartyOrganization | Self::MediationCommittee => {
                &[City, District, Street, Community]
            }
            Self::Department | Self::Utility => &[City, District, Street],
            Self::PoliceStation => &[District, Street],
        }
    }

    /// True for those that are found by their estate, wherever they are registered.
    pub fn is_of_estate(self) -> bool {
        matches!(self, Self::PropertyEnterprise | Self::OwnersCommittee)
    }

    /// True for the organizations of the party itself.
    pub fn is_party_body(self) -> bool {
        matches!(self, Self::StreetPartyCommittee | Self::CommunityPartyOrganization | Self::EnterprisePartyOrganization)
    }

    /// The name that people use, as it stands in spreadsheets.
    pub fn title(self) -> &'static str {
        match self {
            Self::PropertyOffice => "物业管理办公室",
            Self::StreetOffice => "街道办事处",
            Self::StreetPartyCommittee => "街道党工委",
            Self::CommunityPartyOrganization => "社区党组织",
            Self::NeighborhoodCommittee => "居民委员会",
            Self::OwnersAssembly => "业主大会",
            Self::OwnersCommittee => "业主委员会",
            Self::PropertyEnterprise => "物业服务企业",
            Self::EnterprisePartyOrganization => "企业党组织",
            Self::MediationCommittee => "人民调解委员会",
            Self::Department => "职能部门",
            Self::Utility => "公用事业单位",
            Self::PoliceStation => "派出所",
        }
    }
}

text_enum! {
    /// Whether an organization is there.
    pub enum OrganizationStatus {
        Active = "active",
        Dissolved = "dissolved",
    }
}

text_enum! {
    /// How an organization is covered by a party organization.
    pub enum PartyMode {
        /// It has one of its own.
        Own = "own",
        /// It shares one with others.
        Joint = "joint",
        /// It has none, for a reason and with a plan.
        None = "none",
    }
}

/// Somebody to ask for.
#[derive(Serialize, ToSchema)]
pub struct Contact {
    #[schema(max_length = 100)]
    pub name: String,
    #[schema(max_length = 100, required)]
    pub post: Option<String>,
    /// Masked but for the first three and the last four digits.
    #[schema(max_length = 20, required)]
    pub phone: Option<String>,
}

/// Somebody to ask for, as it is taken and stored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewContact {
    #[schema(min_length = 1, max_length = 100, pattern = "\\S")]
    pub name: String,
    #[schema(min_length = 1, max_length = 100, pattern = "\\S")]
    pub post: Option<String>,
    #[schema(min_length = 5, max_length = 20, pattern = "^[+]?[0-9]+([ -][0-9]+)*$")]
    pub phone: Option<String>,
}

impl NewContact {
    /// What callers see of it.
    pub fn shown(&self) -> Contact {
        Contact { name: self.name.clone(), post: self.post.clone(), phone: self.phone.as_deref().map(masked) }
    }
}

/// An organization.
#[derive(Clone, Debug, PartialEq, Queryable, Selectable, Insertable, AsChangeset, Serialize, ToSchema)]
#[diesel(table_name = organizations, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct OrganizationFields {
    pub id: Uuid,
    /// Where it stands; an enterprise that works beyond one district stands at the city.
    pub jurisdiction: JurisdictionCode,
    pub kind: OrganizationKind,
    #[schema(max_length = 100)]
    pub name: String,
    /// Unified social credit code (GB 32100).
    #[schema(max_length = 18, required)]
    pub credit_code: Option<String>,
    pub status: OrganizationStatus,
    /// The organization above it, or the one that a party organization belongs to.
    #[schema(required)]
    pub parent_id: Option<Uuid>,
    #[schema(max_length = 200, required)]
    pub address: Option<String>,
    /// How it is covered by a party organization; null when not known or when it is one itself.
    #[schema(required)]
    pub party_mode: Option<PartyMode>,
    /// The party organization that covers it.
    #[schema(required)]
    pub party_organization_id: Option<Uuid>,
    /// Why there is none.
    #[schema(max_length = 500, required)]
    pub party_reason: Option<String>,
    /// What is planned to get one.
    #[schema(max_length = 500, required)]
    pub party_plan: Option<String>,
    /// How many party members it has.
    #[schema(required)]
    pub party_member_count: Option<i32>,
    /// Of a mediation committee: the first day of its members' term.
    #[schema(required)]
    pub term_starts_on: Option<NaiveDate>,
    /// Its last day: three years at most (People's Mediation Law, article 9).
    #[schema(required)]
    pub term_ends_on: Option<NaiveDate>,
    /// In how many grid units it is enrolled.
    pub grid_unit_count: i32,
    /// Grows by one with every change.
    pub version: i64,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    #[serde(skip)]
    pub created_by: String,
    #[serde(skip)]
    pub contacts: JsonList<NewContact>,
}

impl_feed_record!(OrganizationFields as Organization);

impl Lifecycle for OrganizationFields {
    type Status = OrganizationStatus;
    const ACTIONS: &'static [Step<OrganizationStatus>] = &[
        (Action::Update, &[OrganizationStatus::Active], None),
        (Action::Replace, &[OrganizationStatus::Active], None),
        (Action::Dissolve, &[OrganizationStatus::Active], Some(OrganizationStatus::Dissolved)),
        (Action::Restore, &[OrganizationStatus::Dissolved], Some(OrganizationStatus::Active)),
    ];

    fn status(&self) -> OrganizationStatus {
        self.status
    }

    fn set_status(&mut self, status: Self::Status) {
        self.status = status;
    }
}

/// An organization as a caller sees it.
#[derive(Serialize, ToSchema)]
pub struct Organization {
    #[serde(flatten)]
    pub fields: OrganizationFields,
    /// Whom to ask for; lists leave it out.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_items = 10, nullable = false)]
    pub contacts: Option<Vec<Contact>>,
    /// What the caller may do to it now.
    #[schema(max_items = 20, max_length = 50)]
    pub next_actions: Vec<&'static str>,
}

page!(OrganizationPage of Organization, "A page of organizations.");

/// An organization to be registered.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "jurisdiction": "370202", "kind": "property_enterprise", "name": "青岛示范物业服务有限公司",
    "credit_code": "91350100M000100Y43", "party_mode": "none", "party_reason": "正式党员不足三名", "party_plan": "年内联合组建",
    "contacts": [{"name": "项目经理甲", "post": "经理", "phone": "13800000000"}]
}))]
pub struct NewOrganization {
    /// A UUID of version 7 made by the client.
    #[schema(nullable = false)]
    pub id: Option<Uuid>,
    pub jurisdiction: JurisdictionCode,
    pub kind: OrganizationKind,
    #[schema(min_length = 1, max_length = 100, pattern = "\\S")]
    pub name: String,
    #[schema(max_length = 18, pattern = "^[0-9A-HJ-NPQRTUWXY]{18}$")]
    pub credit_code: Option<String>,
    pub parent_id: Option<Uuid>,
    #[schema(max_length = 200)]
    pub address: Option<String>,
    #[serde(default)]
    #[schema(max_items = 10)]
    pub contacts: Vec<NewContact>,
    pub party_mode: Option<PartyMode>,
    pub party_organization_id: Option<Uuid>,
    #[schema(min_length = 1, max_length = 500, pattern = "\\S")]
    pub party_reason: Option<String>,
    #[schema(min_length = 1, max_length = 500, pattern = "\\S")]
    pub party_plan: Option<String>,
    #[schema(minimum = 0, maximum = 1_000_000)]
    pub party_member_count: Option<i32>,
    /// Of a mediation committee: the first and the last day of its members' term.
    pub term_starts_on: Option<NaiveDate>,
    pub term_ends_on: Option<NaiveDate>,
}

/// Changes to an organization (JSON merge patch).
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"address": "香港中路1号", "party_mode": null, "party_reason": null, "party_plan": null}))]
pub struct OrganizationPatch {
    #[schema(nullable = false)]
    pub jurisdiction: Option<JurisdictionCode>,
    #[schema(min_length = 1, max_length = 100, pattern = "\\S", nullable = false)]
    pub name: Option<String>,
    #[serde(default, deserialize_with = "clearable")]
    #[schema(value_type = Option<String>, max_length = 18, pattern = "^[0-9A-HJ-NPQRTUWXY]{18}$")]
    pub credit_code: Option<Option<String>>,
    #[serde(default, deserialize_with = "clearable")]
    #[schema(value_type = Option<Uuid>)]
    pub parent_id: Option<Option<Uuid>>,
    #[serde(default, deserialize_with = "clearable")]
    #[schema(value_type = Option<String>, max_length = 200)]
    pub address: Option<Option<String>>,
    #[schema(max_items = 10, nullable = false)]
    pub contacts: Option<Vec<NewContact>>,
    #[serde(default, deserialize_with = "clearable")]
    #[schema(value_type = Option<PartyMode>)]
    pub party_mode: Option<Option<PartyMode>>,
    #[serde(default, deserialize_with = "clearable")]
    #[schema(value_type = Option<Uuid>)]
    pub party_organization_id: Option<Option<Uuid>>,
    #[serde(default, deserialize_with = "clearable")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 500, pattern = "\\S")]
    pub party_reason: Option<Option<String>>,
    #[serde(default, deserialize_with = "clearable")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 500, pattern = "\\S")]
    pub party_plan: Option<Option<String>>,
    #[serde(default, deserialize_with = "clearable")]
    #[schema(value_type = Option<i32>, minimum = 0, maximum = 1_000_000)]
    pub party_member_count: Option<Option<i32>>,
    #[serde(default, deserialize_with = "clearable")]
    #[schema(value_type = Option<NaiveDate>)]
    pub term_starts_on: Option<Option<NaiveDate>>,
    #[serde(default, deserialize_with = "clearable")]
    #[schema(value_type = Option<NaiveDate>)]
    pub term_ends_on: Option<Option<NaiveDate>>,
}

impl OrganizationPatch {
    /// Puts the given members into the record.
    pub fn apply(self, to: &mut OrganizationFields) {
        replace(&mut to.jurisdiction, self.jurisdiction);
        replace(&mut to.name, self.name);
        replace(&mut to.credit_code, self.credit_code);
        replace(&mut to.parent_id, self.parent_id);
        replace(&mut to.address, self.address);
        replace(&mut to.contacts.0, self.contacts);
        replace(&mut to.party_mode, self.party_mode);
        replace(&mut to.party_organization_id, self.party_organization_id);
        replace(&mut to.party_reason, self.party_reason);
        replace(&mut to.party_plan, self.party_plan);
        replace(&mut to.party_member_count, self.party_member_count);
        replace(&mut to.term_starts_on, self.term_starts_on);
        replace(&mut to.term_ends_on, self.term_ends_on);
    }
}

/// Which organizations to list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct OrganizationFilter {
    /// Only this jurisdiction and what lies below it.
    #[param(inline)]
    pub r#in: Option<JurisdictionCode>,
    /// Kinds, separated by commas.
    #[param(inline, style = Form, explode = false, max_items = 13)]
    pub kind: Option<Vec<OrganizationKind>>,
    /// States, separated by commas.
    #[param(inline, style = Form, explode = false, max_items = 2)]
    pub status: Option<Vec<OrganizationStatus>>,
    /// Part of the name.
    #[param(min_length = 1, max_length = 100)]
    pub q: Option<String>,
    /// The exact code.
    #[param(min_length = 18, max_length = 18)]
    pub credit_code: Option<String>,
    /// Only those directly below this one.
    pub parent_id: Option<Uuid>,
    /// Whether a party organization, own or joint, covers it.
    pub party_covered: Option<bool>,
    /// Whether it is enrolled in a grid unit today.
    pub enrolled: Option<bool>,
    /// Only mediation committees whose term ends on this day or earlier.
    #[serde(rename = "term_ends_on.lte")]
    pub term_ends_until: Option<NaiveDate>,
}

/// The organization as the caller sees it, with contacts when it is shown alone.
pub fn view(scope: &Authorized<Organizations>, fields: OrganizationFields, alone: bool) -> Organization {
    let contacts = alone.then(|| fields.contacts.0.iter().map(NewContact::shown).collect());
    Organization { next_actions: next_actions(scope, &fields), contacts, fields }
}
