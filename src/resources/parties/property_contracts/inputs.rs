//! What is taken about property contracts.

use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::model::{ContractBasis, NoticeParty, PropertyContractFields};
use crate::access::code::JurisdictionCode;
use crate::http::json::{clearable, replace};

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
    /// When it was signed, from which the time to file it counts; not after its first day.
    pub signed_on: Option<NaiveDate>,
    /// The vote of owners that chose the enterprise, where it was held here.
    pub vote_id: Option<Uuid>,
}

/// Corrections of a contract (JSON merge patch).
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"starts_on": "2026-01-01"}))]
pub struct PropertyContractPatch {
    #[serde(default, deserialize_with = "clearable")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 50, pattern = "\\S")]
    pub number: Option<Option<String>>,
    #[schema(nullable = false)]
    pub starts_on: Option<NaiveDate>,
    #[schema(nullable = false)]
    pub ends_on: Option<NaiveDate>,
    #[serde(default, deserialize_with = "clearable")]
    #[schema(value_type = Option<NaiveDate>)]
    pub signed_on: Option<Option<NaiveDate>>,
}

impl PropertyContractPatch {
    /// Puts the given members into the record.
    pub fn apply(self, to: &mut PropertyContractFields) {
        replace(&mut to.number, self.number);
        replace(&mut to.starts_on, self.starts_on);
        replace(&mut to.ends_on, self.ends_on);
        replace(&mut to.signed_on, self.signed_on);
    }
}

/// How a contract was filed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"filed_on": "2026-01-08", "number": "青南物备〔2026〕3号"}))]
pub struct ContractFiling {
    pub filed_on: NaiveDate,
    #[schema(min_length = 1, max_length = 50, pattern = "\\S")]
    pub number: String,
}

/// How a contract ends by notice.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"by": "owners", "given_on": "2026-03-01", "last_day": "2026-04-30", "reason": "业主大会决定解聘"}))]
pub struct ContractNotice {
    pub by: NoticeParty,
    /// When the other side was told in writing, today or earlier.
    pub given_on: NaiveDate,
    /// Its last day. An enterprise that does not want to go on serves until the end of the term.
    pub last_day: NaiveDate,
    /// True where both sides have agreed on a shorter time than the law gives.
    #[serde(default)]
    pub agreed: bool,
    /// The vote of owners that dismissed the enterprise, where it was held here.
    pub vote_id: Option<Uuid>,
    #[schema(min_length = 1, max_length = 1000, pattern = "\\S")]
    pub reason: String,
}

/// How a contract was ended early.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"terminated_on": "2026-06-30", "reason": "业主大会决定更换物业服务企业"}))]
pub struct Termination {
    /// Its last day; of one that has not begun a day before its first one calls it off, and it never holds.
    pub terminated_on: NaiveDate,
    /// The vote of owners that dismissed the enterprise, where it was held here.
    pub vote_id: Option<Uuid>,
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
    /// Only those that are to be filed by this day or earlier, and are not.
    #[serde(rename = "filing_due_on.lte")]
    pub filing_due_until: Option<NaiveDate>,
    /// Only those that go on without term, or only the others.
    pub continued: Option<bool>,
}
