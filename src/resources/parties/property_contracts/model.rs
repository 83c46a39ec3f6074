//! Contracts between an estate and the enterprise that serves it.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::access::authority::Authority;
use crate::access::code::{JurisdictionCode, Level};
use crate::access::permissions::Action;
use crate::access::permissions::resource::PropertyContracts;
use crate::access::scope::Authorized;
use crate::calendar::civil_date;
use crate::changes::lifecycle::{Lifecycle, Step, next_actions};
use crate::changes::record::impl_feed_record;
use crate::db::json_value::JsonValue;
use crate::db::schema::property_contracts;
use crate::db::text_enum::text_enum;
use crate::http::codes;
use crate::http::openapi::page;
use crate::http::problem::FieldError;
use crate::resources::reference::rules::names::RuleName;
use crate::resources::reference::rules::place::PlaceRules;

text_enum! {
    /// Who chose the enterprise.
    pub enum ContractBasis {
        /// The developer, before the owners could meet.
        Preliminary = "preliminary",
        /// The owners' assembly.
        Owners = "owners",
        /// The street, where an estate has lost its service all of a sudden.
        Emergency = "emergency",
    }
}

text_enum! {
    /// Who ends a contract by notice.
    pub enum NoticeParty {
        Enterprise = "enterprise",
        Owners = "owners",
    }
}

text_enum! {
    /// Whether a contract was ended early, or was a mistake. Whether it is in force follows from its days.
    pub enum ContractStatus {
        Agreed = "agreed",
        /// It goes on without term.
        Continued = "continued",
        Terminated = "terminated",
        /// It was a mistake and never held.
        Voided = "voided",
    }
}

/// The days to which terms were counted, where they are rest days: each ends on the next working day then (Civil Code, article
/// 203).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct RolledDays {
    #[schema(required)]
    pub filing_due_on: Option<NaiveDate>,
    #[schema(required)]
    pub handover_due_on: Option<NaiveDate>,
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
    /// The first day on which it went on without term, since nobody else served the estate.
    #[schema(required)]
    pub continued_on: Option<NaiveDate>,
    #[schema(required)]
    pub signed_on: Option<NaiveDate>,
    /// By when it is to be filed; null where it is not told when it was signed.
    #[schema(required)]
    pub filing_due_on: Option<NaiveDate>,
    #[schema(required)]
    pub filed_on: Option<NaiveDate>,
    #[schema(max_length = 50, required)]
    pub filing_number: Option<String>,
    /// Who ended it by notice, and when they told so.
    #[schema(required)]
    pub notice_by: Option<NoticeParty>,
    #[schema(required)]
    pub notice_on: Option<NaiveDate>,
    /// Whether both sides agreed on the day, whatever time the law gives.
    #[schema(required)]
    pub notice_agreed: Option<bool>,
    /// Whether an enterprise that does not want to go on told so later than the law says; it ends all the same.
    #[schema(required)]
    pub notice_late: Option<bool>,
    /// By when everything is to be handed over, once it is known when it ends.
    #[schema(required)]
    pub handover_due_on: Option<NaiveDate>,
    /// The rest days from which these have moved.
    #[schema(value_type = RolledDays)]
    pub rolled_from: JsonValue<RolledDays>,
    /// Its last day when it was ended.
    #[schema(required)]
    pub terminated_on: Option<NaiveDate>,
    #[schema(max_length = 1000, required)]
    pub termination_reason: Option<String>,
    /// Why an end, or that it goes on, was taken back last.
    #[schema(max_length = 1000, required)]
    pub restoration_reason: Option<String>,
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
        &[
            (Action::Update, &[Agreed], None),
            (Action::File, &[Agreed, Continued, Terminated], None),
            (Action::Continue, &[Agreed], Some(Continued)),
            (Action::GiveNotice, &[Agreed, Continued], Some(Terminated)),
            (Action::Terminate, &[Agreed, Continued], Some(Terminated)),
            (Action::Restore, &[Continued, Terminated], None),
            (Action::Void, &[Agreed, Continued, Terminated], Some(Voided)),
        ]
    };

    fn status(&self) -> ContractStatus {
        match () {
            () if self.voided_on.is_some() => ContractStatus::Voided,
            () if self.terminated_on.is_some() => ContractStatus::Terminated,
            () if self.continued_on.is_some() => ContractStatus::Continued,
            () => ContractStatus::Agreed,
        }
    }

    fn refuses(&self, action: Action, who: &Authority) -> Option<FieldError> {
        match action {
            // Nobody decides for the office about the enterprise to which they belong.
            _ if who.actor.organization == Some(self.organization_id) => Some(FieldError::at("", &codes::OWN_MATTER)),
            // Whoever registered it does not receive its filing.
            Action::File if self.created_by == who.actor.caller => Some(FieldError::at("", &codes::SECOND_PERSON)),
            Action::Continue if self.basis == ContractBasis::Emergency => Some(FieldError::at("", &codes::NOT_APPLICABLE)),
            Action::Continue => (who.today() <= self.ends_on).then(|| FieldError::at("", &codes::NOT_YET)),
            Action::GiveNotice if self.last_day().is_some_and(|last| last < who.today()) => {
                Some(FieldError::at("", &codes::CONTRACT_ENDED))
            }
            // What has ended is over for whoever decided by it.
            Action::Terminate | Action::Restore if self.last_day().is_some_and(|last| last < who.today()) => {
                self.left_to_district(action, who, "")
            }
            Action::Update if self.basis == ContractBasis::Emergency => {
                let street = who.left_to(Level::Street, (action, &self.jurisdiction), "");
                street.or_else(|| self.refuses_correction(action, who))
            }
            Action::Update | Action::Void => self.refuses_correction(action, who),
            _ => None,
        }
    }
}

impl PropertyContractFields {
    /// By when it is to be filed, from the day on which it was signed.
    pub fn file_in_time(&mut self, place: &PlaceRules) {
        let last = self.signed_on.map(|day| place.last_day(day, RuleName::ContractFilingDays));
        self.filing_due_on = last.as_ref().map(|last| last.due_on);
        self.rolled_from.0.filing_due_on = last.and_then(|last| last.rolled_from);
    }

    /// Its last day as it is known; none where it goes on without term.
    pub fn last_day(&self) -> Option<NaiveDate> {
        self.terminated_on.or(if self.continued_on.is_none() { Some(self.ends_on) } else { None })
    }

    /// Cases were decided by what has been in force: that it never was, or was otherwise, the district or city says.
    fn refuses_correction(&self, action: Action, who: &Authority) -> Option<FieldError> {
        let today = who.today();
        let is_fresh = today < self.starts_on || today <= civil_date(self.created_at);
        if is_fresh { None } else { self.left_to_district(action, who, "") }
    }

    /// Why those below the district do not do it.
    pub fn left_to_district(&self, action: Action, who: &Authority, place: &'static str) -> Option<FieldError> {
        who.left_to(Level::District, (action, &self.jurisdiction), place)
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

/// The contract as the caller sees it.
pub fn view(scope: &Authorized<PropertyContracts>, fields: PropertyContractFields) -> PropertyContract {
    PropertyContract { next_actions: next_actions(scope, &fields), status: fields.status(), fields }
}
