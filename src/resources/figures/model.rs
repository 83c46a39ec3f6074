//! Coverage figures: how many of how many, for a jurisdiction and each of its children.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::access::code::JurisdictionCode;
use crate::db::text_enum::text_enum;

text_enum! {
    /// What is counted.
    pub enum IndicatorName {
        /// Estates with an owners' committee in office, of all estates.
        EstatesWithCommittee = "estates_with_committee",
        /// Owners' committees that a party organization covers, of all that are active.
        CommitteesWithPartyOrganization = "committees_with_party_organization",
        /// Property enterprises that a party organization covers, of all that are active.
        EnterprisesWithPartyOrganization = "enterprises_with_party_organization",
        /// Organizations enrolled in a grid unit, of all that are active.
        OrganizationsInGrid = "organizations_in_grid",
        /// Committees whose term is over, of all that hold office.
        ExpiredCommittees = "expired_committees",
        /// Learners who earned hours this year, of all that are active.
        LearnersTrained = "learners_trained",
        /// Learners who lack no hours this year, of all that are active.
        LearnersWithYearlyHours = "learners_with_yearly_hours",
        /// Duties that were done in time, of all that are done or whose last day is over.
        DutiesDoneInTime = "duties_done_in_time",
    }
}

/// Where to count.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct IndicatorParams {
    /// The jurisdiction; the caller's own when not given, if there is one only.
    #[param(inline)]
    pub r#in: Option<JurisdictionCode>,
}

/// Every figure as it stands today.
#[derive(Serialize, ToSchema)]
pub struct Indicators {
    pub jurisdiction: JurisdictionCode,
    /// The day for which it is counted.
    pub as_of: NaiveDate,
    #[schema(max_items = 50)]
    pub items: Vec<Indicator>,
}

/// How many of how many: what stands here and what stands in the children make up the whole.
#[derive(Serialize, ToSchema)]
pub struct Indicator {
    pub name: IndicatorName,
    pub numerator: i64,
    pub denominator: i64,
    /// The list of what the numerator counts.
    #[schema(max_length = 500)]
    pub numerator_list: String,
    /// The list of what the denominator counts.
    #[schema(max_length = 500)]
    pub denominator_list: String,
    /// What stands at the jurisdiction itself and in none of its children.
    pub here: IndicatorCount,
    /// The jurisdictions directly below that were not revoked.
    #[schema(max_items = 2000)]
    pub children: Vec<IndicatorShare>,
    /// The estates of a community, where that is what is counted by estates: duties.
    #[schema(max_items = 2000)]
    pub estates: Vec<EstateShare>,
}

/// A part of a figure.
#[derive(Serialize, ToSchema)]
pub struct IndicatorCount {
    pub numerator: i64,
    pub denominator: i64,
}

/// The same figure for a jurisdiction directly below.
#[derive(Serialize, ToSchema)]
pub struct IndicatorShare {
    pub jurisdiction: JurisdictionCode,
    #[schema(max_length = 100)]
    pub name: String,
    pub numerator: i64,
    pub denominator: i64,
}

/// The same figure for an estate.
#[derive(Serialize, ToSchema)]
pub struct EstateShare {
    pub estate_id: Uuid,
    #[schema(max_length = 100)]
    pub name: String,
    pub numerator: i64,
    pub denominator: i64,
}
