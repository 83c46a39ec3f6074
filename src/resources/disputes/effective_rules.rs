//! What holds for a dispute: its category, the rules of its place and the working days.

use chrono::NaiveDate;
use diesel::QueryResult;
use diesel_async::AsyncPgConnection;
use futures_util::try_join;

use super::deadline::DeadlineKind;
use crate::access::code::JurisdictionCode;
use crate::calendar::working::WorkCalendar;
use crate::resources::reference::calendars::store as calendars;
use crate::resources::reference::dispute_categories::effective as categories;
use crate::resources::reference::dispute_categories::model::EffectiveCategory;
use crate::resources::reference::dispute_categories::store as category_store;
use crate::resources::reference::rules::model::{EffectiveRule, RuleName};
use crate::resources::reference::rules::store as rules;

/// What holds at a place on a day for a category.
pub struct EffectiveRules {
    pub calendar: WorkCalendar,
    /// The category or, where it is no more, the nearest one above it.
    pub category: Option<EffectiveCategory>,
    rules: Vec<EffectiveRule>,
}

impl EffectiveRules {
    /// Loads it in one round trip.
    pub async fn at(
        connection: &AsyncPgConnection,
        place: JurisdictionCode,
        category: &str,
        day: NaiveDate,
    ) -> QueryResult<Self> {
        let (set, rules, calendar) = try_join!(
            category_store::set_for(connection, place),
            rules::in_force(connection, place, day),
            calendars::working_days(connection, place)
        )?;
        let known = categories::in_force(&set, day);
        let nearest = categories::path(category).into_iter().find_map(|code| known.iter().find(|one| one.code == code));
        Ok(Self { calendar, category: nearest.cloned(), rules })
    }

    /// Rules of so many days, with no category.
    #[cfg(test)]
    pub fn of_days(days: &[(RuleName, i64)]) -> Self {
        let rules = days.iter().map(|(name, value)| EffectiveRule::of_value(*name, *value)).collect();
        Self { calendar: WorkCalendar::default(), category: None, rules }
    }

    /// What the responsibility list calls the matter of a dispute of this category.
    pub fn matter<'a>(&'a self, category: &'a str) -> &'a str {
        self.category.as_ref().map_or(category, |known| known.matter.as_str())
    }

    /// A rule's number of days.
    pub fn days(&self, name: RuleName) -> i64 {
        EffectiveRule::value_of(&self.rules, name)
    }

    fn rule(&self, name: RuleName) -> Option<&EffectiveRule> {
        self.rules.iter().find(|rule| rule.name == name)
    }

    /// How many working days a clock has, and what says so: the category or the rule.
    pub fn clock(&self, kind: DeadlineKind) -> (i64, String) {
        let category = self.category.as_ref();
        match kind {
            DeadlineKind::Accept => self.of_category(category.and_then(|c| c.accept_days), RuleName::DisputeAcceptDays),
            DeadlineKind::FirstContact => {
                self.of_category(category.and_then(|c| c.first_contact_days), RuleName::DisputeFirstContactDays)
            }
            DeadlineKind::Resolve => self.of_category(category.and_then(|c| c.resolve_days), RuleName::DisputeResolveDays),
        }
    }

    /// By how many working days the time to resolve can be extended.
    pub fn extension(&self) -> i64 {
        let days = self.category.as_ref().and_then(|category| category.extension_days);
        self.of_category(days, RuleName::DisputeExtensionDays).0
    }

    /// How many working days the level has to which an overdue dispute was escalated.
    pub fn escalated_clock(&self, kind: DeadlineKind) -> (i64, String) {
        match kind {
            DeadlineKind::Accept => self.clock(kind),
            _ => self.of_category(None, RuleName::DisputeEscalationDays),
        }
    }

    fn of_category(&self, days: Option<i32>, name: RuleName) -> (i64, String) {
        let basis = self.category.as_ref().and_then(|category| category.legal_basis.clone());
        match (days, basis, self.rule(name)) {
            (Some(days), Some(basis), _) => (days.into(), basis),
            (_, _, Some(rule)) => (rule.value, rule.legal_basis.clone()),
            (_, _, None) => (self.days(name), String::new()),
        }
    }
}
