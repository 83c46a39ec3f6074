//! What holds for a dispute: its category, the rules of its place and the working days.

use chrono::NaiveDate;
use diesel::QueryResult;
use diesel_async::AsyncPgConnection;
use futures_util::try_join;

use super::deadline::{ClockRule, DayUnit, Deadline, DeadlineKind};
use super::details::DisputeChannel;
use super::store;
use crate::access::code::JurisdictionCode;
use crate::calendar::working::WorkCalendar;
use crate::changes::write::Tx;
use crate::http::problem::Problem;
use crate::resources::reference::dispute_categories::effective as categories;
use crate::resources::reference::dispute_categories::model::{EffectiveCategory, Risk};
use crate::resources::reference::dispute_categories::store as category_store;
use crate::resources::reference::rules::model::EffectiveRule;
use crate::resources::reference::rules::names::RuleName;
use crate::resources::reference::rules::numbering;
use crate::resources::reference::rules::place::PlaceRules;

/// What holds at a place on a day for a category.
pub struct EffectiveRules {
    pub calendar: WorkCalendar,
    /// The category or, where it is no more, the nearest one above it.
    pub category: Option<EffectiveCategory>,
    rules: Vec<EffectiveRule>,
}

/// The rule of a graver dispute's own time.
fn of_grade(kind: DeadlineKind, risk: Risk) -> Option<RuleName> {
    match (risk, kind) {
        (Risk::Yellow, _) => None,
        (Risk::Orange, DeadlineKind::Accept) => Some(RuleName::DisputeOrangeAcceptDays),
        (Risk::Orange, DeadlineKind::FirstContact) => Some(RuleName::DisputeOrangeFirstContactDays),
        (Risk::Orange, DeadlineKind::Resolve) => Some(RuleName::DisputeOrangeResolveDays),
        (Risk::Red, DeadlineKind::Accept) => Some(RuleName::DisputeRedAcceptDays),
        (Risk::Red, DeadlineKind::FirstContact) => Some(RuleName::DisputeRedFirstContactDays),
        (Risk::Red, DeadlineKind::Resolve) => Some(RuleName::DisputeRedResolveDays),
    }
}

impl EffectiveRules {
    /// Loads it in one round trip.
    pub async fn at(
        connection: &AsyncPgConnection,
        place: JurisdictionCode,
        category: &str,
        day: NaiveDate,
    ) -> QueryResult<Self> {
        let (set, PlaceRules { rules, calendar }) =
            try_join!(category_store::set_for(connection, place), PlaceRules::at(connection, place, day))?;
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

    /// The number of a new dispute.
    pub async fn next_number(&self, tx: &Tx, place: JurisdictionCode, day: NaiveDate) -> Result<String, Problem> {
        let is_written = async |number: &str| store::is_numbered(tx, number).await;
        numbering::next(tx, &self.rules, RuleName::DisputeNumberPattern, (place, day), is_written).await
    }

    /// What the responsibility list calls the matter of a dispute of this category.
    pub fn matter<'a>(&'a self, category: &'a str) -> &'a str {
        self.category.as_ref().map_or(category, |known| known.matter.as_str())
    }

    /// A rule's number of days.
    pub fn days(&self, name: RuleName) -> i64 {
        EffectiveRule::value_of(&self.rules, name)
    }

    /// How long a clock runs for what came by a channel and is so grave.
    pub fn clock(&self, kind: DeadlineKind, channel: DisputeChannel, risk: Risk) -> ClockRule {
        let usual = self.usual_clock(kind, channel);
        let of_grade = of_grade(kind, risk).map(|name| self.of_rule(name, DayUnit::WorkingDays));
        let shorter = |own: &ClockRule| usual.unit == DayUnit::WorkingDays && (1..usual.days).contains(&own.days);
        of_grade.filter(shorter).unwrap_or(usual)
    }

    /// How long it runs whatever the grade. What a category says counts for what came directly: the hotline and petitions
    /// have rules of their own.
    fn usual_clock(&self, kind: DeadlineKind, channel: DisputeChannel) -> ClockRule {
        let category = self.category.as_ref();
        match (kind, channel) {
            (DeadlineKind::Accept, DisputeChannel::Hotline) => {
                self.of_rule(RuleName::DisputeHotlineAcceptDays, DayUnit::WorkingDays)
            }
            (DeadlineKind::Resolve, DisputeChannel::Hotline) => {
                self.of_rule(RuleName::DisputeHotlineResolveDays, DayUnit::WorkingDays)
            }
            (DeadlineKind::Accept, DisputeChannel::Petition) => {
                self.of_rule(RuleName::DisputePetitionAcceptDays, DayUnit::CalendarDays)
            }
            (DeadlineKind::Resolve, DisputeChannel::Petition) => {
                self.of_rule(RuleName::DisputePetitionResolveDays, DayUnit::CalendarDays)
            }
            (DeadlineKind::Accept, DisputeChannel::Direct) => {
                self.of_category(category.and_then(|c| c.accept_days), RuleName::DisputeAcceptDays)
            }
            (DeadlineKind::Resolve, DisputeChannel::Direct) => {
                self.of_category(category.and_then(|c| c.resolve_days), RuleName::DisputeResolveDays)
            }
            (DeadlineKind::FirstContact, _) => {
                self.of_category(category.and_then(|c| c.first_contact_days), RuleName::DisputeFirstContactDays)
            }
        }
    }

    /// A clock as it would be by another rule, from a day on.
    pub fn renewed(&self, clock: &Deadline, rule: ClockRule, starts_on: NaiveDate) -> Deadline {
        let ClockRule { days, unit, legal_basis } = rule;
        let mut renewed = Deadline { days, unit, legal_basis, starts_on, ..clock.clone() };
        renewed.recompute_due_date(&self.calendar);
        renewed
    }

    /// By how many days the time to resolve can be extended.
    pub fn extension(&self, channel: DisputeChannel) -> i64 {
        match channel {
            DisputeChannel::Hotline => self.days(RuleName::DisputeHotlineExtensionDays),
            DisputeChannel::Petition => self.days(RuleName::DisputePetitionExtensionDays),
            DisputeChannel::Direct => {
                let days = self.category.as_ref().and_then(|category| category.extension_days);
                self.of_category(days, RuleName::DisputeExtensionDays).days
            }
        }
    }

    /// How many working days the level has to which an overdue dispute was escalated.
    pub fn escalated_clock(&self, kind: DeadlineKind, channel: DisputeChannel, risk: Risk) -> ClockRule {
        match kind {
            DeadlineKind::Accept => self.clock(kind, channel, risk),
            _ => self.of_rule(RuleName::DisputeEscalationDays, DayUnit::WorkingDays),
        }
    }

    fn of_rule(&self, name: RuleName, unit: DayUnit) -> ClockRule {
        let (days, basis) = EffectiveRule::named(&self.rules, name);
        ClockRule { days, unit, legal_basis: basis.to_owned() }
    }

    fn of_category(&self, days: Option<i32>, name: RuleName) -> ClockRule {
        let basis = self.category.as_ref().and_then(|category| category.legal_basis.clone());
        match (days, basis) {
            (Some(days), Some(legal_basis)) => ClockRule { days: days.into(), unit: DayUnit::WorkingDays, legal_basis },
            _ => self.of_rule(name, DayUnit::WorkingDays),
        }
    }
}
