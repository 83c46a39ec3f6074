//! What administrations may set by themselves: a value for an area, from a day on.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::access::code::JurisdictionCode;
use crate::access::permissions::Action;
use crate::changes::lifecycle::{Lifecycle, Step};
use crate::changes::record::impl_feed_record;
use crate::changes::voiding::Validity;
use crate::db::json_list::JsonList;
use crate::db::schema::{rule_names, rules};
use crate::db::text_enum::text_enum;
use crate::http::openapi::page;
use crate::resources::reference::policies::model::Citation;

text_enum! {
    /// What can be set.
    pub enum RuleName {
        /// The fewest members of an owners' committee.
        CommitteeLeastMembers = "committee_least_members",
        /// The most members of an owners' committee.
        CommitteeMostMembers = "committee_most_members",
        /// Days from the election of an owners' committee to its first meeting.
        CommitteeFirstMeetingDays = "committee_first_meeting_days",
        /// Days from the election of an owners' committee to its filing.
        CommitteeFilingDays = "committee_filing_days",
        /// 1 where the district receives the filing of an owners' committee beside the street, 0 where the street alone does.
        CommitteeDistrictFiling = "committee_district_filing",
        /// Days from the election of the next owners' committee to the handover.
        CommitteeHandoverDays = "committee_handover_days",
        /// The fewest members of the group that prepares an election of owners.
        CommitteeGroupLeastMembers = "committee_group_least_members",
        /// How many days before the end of its term an owners' committee's re-election is due.
        CommitteeReElectionNoticeDays = "committee_re_election_notice_days",
        /// Working days to accept a dispute.
        DisputeAcceptDays = "dispute_accept_days",
        /// Working days after acceptance to speak with the applicant.
        DisputeFirstContactDays = "dispute_first_contact_days",
        /// Working days after acceptance to resolve a dispute.
        DisputeResolveDays = "dispute_resolve_days",
        /// Working days by which the level above may extend this once.
        DisputeExtensionDays = "dispute_extension_days",
        /// Working days within which the hotline's dispute is accepted or sent back.
        DisputeHotlineAcceptDays = "dispute_hotline_accept_days",
        /// Working days after acceptance to resolve the hotline's dispute.
        DisputeHotlineResolveDays = "dispute_hotline_resolve_days",
        /// Working days by which the level above may extend this once.
        DisputeHotlineExtensionDays = "dispute_hotline_extension_days",
        /// Calendar days within which a petition is registered and routed.
        DisputePetitionAcceptDays = "dispute_petition_accept_days",
        /// Calendar days after acceptance to resolve a petition.
        DisputePetitionResolveDays = "dispute_petition_resolve_days",
        /// Calendar days by which the level above may extend this once.
        DisputePetitionExtensionDays = "dispute_petition_extension_days",
        /// Working days of a level to which an overdue dispute was escalated.
        DisputeEscalationDays = "dispute_escalation_days",
        /// The longest suspension in calendar days.
        DisputeSuspensionDays = "dispute_suspension_days",
        /// Working days to return a dispute that was transferred.
        DisputeReturnDays = "dispute_return_days",
        /// Calendar days of silence after which a resolved dispute closes.
        DisputeSilenceDays = "dispute_silence_days",
        /// Calendar days within which a dispute can be reopened.
        DisputeReopenDays = "dispute_reopen_days",
        /// Calendar days within which a mediation comes to an end.
        MediationDays = "mediation_days",
        /// Calendar days after which the end of a mediation is announced.
        MediationWarningDays = "mediation_warning_days",
        /// Hours of training that a mediator needs in a year.
        MediatorYearlyHours = "mediator_yearly_hours",
        /// Calendar days after which the parties of an agreement are visited.
        AgreementVisitDays = "agreement_visit_days",
        /// Days within which a court dockets an application for judicial confirmation.
        ConfirmationDocketingDays = "confirmation_docketing_days",
        /// Calendar days after which the parties are first reminded of judicial confirmation.
        ConfirmationFirstReminderDays = "confirmation_first_reminder_days",
        ConfirmationSecondReminderDays = "confirmation_second_reminder_days",
        ConfirmationLastReminderDays = "confirmation_last_reminder_days",
        /// Hours of training that a party secretary needs in a year.
        PartySecretaryYearlyHours = "party_secretary_yearly_hours",
        PartyMemberYearlyHours = "party_member_yearly_hours",
        OfficerYearlyHours = "officer_yearly_hours",
        GridWorkerYearlyHours = "grid_worker_yearly_hours",
        NeighborhoodWorkerYearlyHours = "neighborhood_worker_yearly_hours",
        CommitteeMemberYearlyHours = "committee_member_yearly_hours",
        PropertyManagerYearlyHours = "property_manager_yearly_hours",
        /// How many hundredths of a session a learner must be there to earn its hours.
        TrainingPresencePercent = "training_presence_percent",
    }
}

/// A value for a jurisdiction and what lies below it, until a later one of the same name.
#[derive(Clone, Debug, PartialEq, Queryable, Selectable, Insertable, AsChangeset, Serialize, ToSchema)]
#[diesel(table_name = rules, treat_none_as_default_value = false)]
pub struct Rule {
    pub id: Uuid,
    pub jurisdiction: JurisdictionCode,
    pub name: RuleName,
    pub value: i64,
    #[schema(max_length = 500)]
    pub legal_basis: String,
    /// What it goes by in the policy library.
    #[schema(value_type = Vec<Citation>, max_items = 20)]
    pub citations: JsonList<Citation>,
    /// Its first day.
    pub valid_from: NaiveDate,
    /// When it was voided as a mistake: from then on it does not hold.
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

impl_feed_record!(Rule as Rule);

impl Lifecycle for Rule {
    type Status = Validity;
    const ACTIONS: &'static [Step<Validity>] = &[(Action::Void, &[Validity::Holds], Some(Validity::Voided))];

    fn status(&self) -> Validity {
        Validity::of(self.voided_on)
    }
}

page!(RulePage of Rule, "A page of rules.");

/// A rule to be set.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "jurisdiction": "370202", "name": "committee_re_election_notice_days", "value": 120,
    "legal_basis": "区物业管理办公室通知", "valid_from": "2026-04-01"
}))]
pub struct NewRule {
    /// A UUID of version 7 made by the client.
    #[schema(nullable = false)]
    pub id: Option<Uuid>,
    pub jurisdiction: JurisdictionCode,
    pub name: RuleName,
    pub value: i64,
    #[schema(min_length = 1, max_length = 500, pattern = "\\S")]
    pub legal_basis: String,
    /// What it goes by in the policy library.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub citations: Vec<Citation>,
    /// Today or later.
    pub valid_from: NaiveDate,
}

/// What holds where no administration has set anything.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = rule_names)]
pub struct RuleDefault {
    pub name: RuleName,
    pub default_value: i64,
    pub lowest: i64,
    pub highest: i64,
    pub legal_basis: String,
}

/// The value that holds at a place on a day, and why.
#[derive(Debug, Serialize, ToSchema)]
pub struct EffectiveRule {
    pub name: RuleName,
    pub value: i64,
    #[schema(max_length = 500)]
    pub legal_basis: String,
    /// For where it was set, by an administration or a regulation; null for the default.
    #[schema(required)]
    pub jurisdiction: Option<JurisdictionCode>,
    /// Since when; null for the default.
    #[schema(required)]
    pub valid_from: Option<NaiveDate>,
    /// What holds above and does not count here, the nearest first: it may be stricter.
    #[schema(max_items = 10)]
    pub overridden: Vec<OverriddenRule>,
}

/// A value that counts elsewhere, but not where another one was set nearer.
#[derive(Debug, PartialEq, Serialize, ToSchema)]
pub struct OverriddenRule {
    /// Where it was set.
    pub jurisdiction: JurisdictionCode,
    pub value: i64,
    #[schema(max_length = 500)]
    pub legal_basis: String,
}

impl EffectiveRule {
    /// A rule of which nothing but its value matters.
    #[cfg(test)]
    pub fn of_value(name: RuleName, value: i64) -> Self {
        let (legal_basis, overridden) = (String::new(), Vec::new());
        Self { name, value, legal_basis, jurisdiction: None, valid_from: None, overridden }
    }

    /// The value of a rule among those in force; 0 for one that no migration has named.
    pub fn value_of(known: &[Self], name: RuleName) -> i64 {
        Self::named(known, name).0
    }

    /// The value of a rule among those in force, and its legal basis.
    pub fn named(known: &[Self], name: RuleName) -> (i64, &str) {
        let found = known.iter().find(|rule| rule.name == name);
        found.map_or((0, ""), |rule| (rule.value, rule.legal_basis.as_str()))
    }
}

/// Every rule as it holds at a place on a day.
#[derive(Serialize, ToSchema)]
pub struct EffectiveRuleList {
    #[schema(max_items = 100)]
    pub items: Vec<EffectiveRule>,
}

/// Which rules to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct RuleFilter {
    /// Only those that this jurisdiction itself has set.
    #[param(inline)]
    pub jurisdiction: Option<JurisdictionCode>,
    /// Only this rule.
    #[param(inline)]
    pub name: Option<RuleName>,
}

/// Where and when.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct RulePlace {
    /// The place; what is set above it holds there too.
    #[param(inline)]
    pub jurisdiction: JurisdictionCode,
    /// The day; today when not given.
    pub as_of: Option<NaiveDate>,
}
