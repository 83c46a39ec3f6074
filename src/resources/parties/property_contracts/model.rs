//! Contracts between an estate and the enterprise that serves it.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::access::authority::Authority;
use crate::access::code::{JurisdictionCode, Level};
use crate::access::permissions::Action;
use crate::access::permissions::resource::PropertyContracts;
use crate::access::scope::Authorized;
use crate::calendar::civil_date;
use crate::changes::lifecycle::{Lifecycle, Step, next_actions};
use crate::changes::record::impl_feed_record;
use crate::db::schema::property_contracts;
use crate::db::text_enum::text_enum;
use crate::http::codes;
use crate::http::openapi::page;
use crate::http::problem::FieldError;

text_enum! {
    /// Who chose the enterprise.
    pub enum ContractBasis {
        /// The developer, before the owners could meet.
        Preliminary = "preliminary",
        /// The owners' assembly.
        Owners = "owners",
    }
}

text_enum! {
    /// Whether a contract was ended early, or was a mistake. Whether it is in force follows from its days.
    pub enum ContractStatus {
        Agreed = "agreed",
        Terminated = "terminated",
        /// It was a mistake and never held.
        Voided = "voided",
    }
}

/// A property contract.
#[derive(Clone, Debug, PartialEq, Queryable, Selectable, Insertable, AsChangeset, Serialize, ToSchema)]
#[diesel(table_name = property_contracts, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct PropertyContractFields {
    pub id: Uuid,
    /// The estate's community.
    pub jurisdiction: JurisdictionCode,
    pub estate_id: Uuid,
    /// The property enterprise.
    pub organization_id: Uuid,
    pub basis: ContractBasis,
    /// The number that the parties gave it.
    #[schema(max_length = 50, required)]
    pub number: Option<String>,
    /// Its first day.
    pub starts_on: NaiveDate,
    /// Its last day as agreed.
    pub ends_on: NaiveDate,
    /// Its last day when it was ended early.
    #[schema(required)]
    pub terminated_on: Option<NaiveDate>,
    #[schema(max_length = 1000, required)]
    pub termination_reason: Option<String>,
    /// When it was voided as a mistake.
    #[schema(required)]
    pub voided_on: Option<NaiveDate>,
    #[schema(max_length = 1000, required)]
    pub void_reason: Option<String>,
    /// Grows by one with every change.
    pub version: i64,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    #[serde(skip)]
    pub created_by: String,
}

impl_feed_record!(PropertyContractFields as PropertyContract);

impl Lifecycle for PropertyContractFields {
    type Status = ContractStatus;
    const ACTIONS: &'static [Step<ContractStatus>] = {
        use ContractStatus::*;
        &[(Action::Terminate, &[Agreed], Some(Terminated)), (Action::Void, &[Agreed, Terminated], Some(Voided))]
    };

    fn status(&self) -> ContractStatus {
        match () {
            () if self.voided_on.is_some() => ContractStatus::Voided,
            () if self.terminated_on.is_some() => ContractStatus::Terminated,
            () => ContractStatus::Agreed,
        }
    }

    /// Cases were decided by what has been in force: that it never was, the district or city says.
    fn refuses(&self, action: Action, who: &Authority) -> Option<FieldError> {
        let today = who.today();
        let is_fresh = today < self.starts_on || today <= civil_date(self.created_at);
        let from_above = || who.acting_level(action, &self.jurisdiction).is_some_and(|level| level <= Level::District);
        (action == Action::Void && !is_fresh && !from_above()).then(|| {
            FieldError::at("", &codes::LEVEL_ABOVE_DECIDES)
                .with("jurisdiction", self.jurisdiction.at(Level::District).as_ref().map(JurisdictionCode::as_str))
        })
    }
}

/// A property contract as a caller sees it.
#[derive(Serialize, ToSchema)]
pub struct PropertyContract {
    #[serde(flatten)]
    pub fields: PropertyContractFields,
    pub status: ContractStatus,
    /// What the caller may do to it now.
    #[schema(max_items = 20, max_length = 50)]
    pub next_actions: Vec<&'static str>,
}

page!(PropertyContractPage of PropertyContract, "A page of property contracts.");

/// A property contract to be registered.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "estate_id": "019c0000-0000-7000-8000-000000000001", "organization_id": "019c0000-0000-7000-8000-000000000002",
    "basis": "owners", "number": "2026-001", "starts_on": "2026-01-01", "ends_on": "2028-12-31"
}))]
pub struct NewPropertyContract {
    /// A UUID of version 7 made by the client.
    #[schema(nullable = false)]
    pub id: Option<Uuid>,
    pub estate_id: Uuid,
    /// The property enterprise.
    pub organization_id: Uuid,
    pub basis: ContractBasis,
    #[schema(min_length = 1, max_length = 50, pattern = "\\S")]
    pub number: Option<String>,
    /// Its first day.
    pub starts_on: NaiveDate,
    /// Its last day.
    pub ends_on: NaiveDate,
}

/// How a contract was ended early.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"terminated_on": "2026-06-30", "reason": "业主大会决定更换物业服务企业"}))]
pub struct Termination {
    /// Its last day.
    pub terminated_on: NaiveDate,
    #[schema(min_length = 1, max_length = 1000, pattern = "\\S")]
    pub reason: String,
}

/// Which contracts to list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PropertyContractFilter {
    /// Only this jurisdiction and what lies below it.
    #[param(inline)]
    pub r#in: Option<JurisdictionCode>,
    /// Only those of this estate.
    pub estate_id: Option<Uuid>,
    /// Only those with this enterprise.
    pub organization_id: Option<Uuid>,
    /// Only those in force on this day.
    pub in_force_on: Option<NaiveDate>,
    /// Only those whose last day, as agreed, is this day or earlier.
    #[serde(rename = "ends_on.lte")]
    pub ends_until: Option<NaiveDate>,
}

/// The contract as the caller sees it.
pub fn view(scope: &Authorized<PropertyContracts>, fields: PropertyContractFields) -> PropertyContract {
    PropertyContract { next_actions: next_actions(scope, &fields), status: fields.status(), fields }
}
