//! What a caller was allowed to do, for everything below the handlers: `Scope` is the only way to it.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use super::actor::{Actor, Grant, Role};
use super::area::AccessArea;
use super::code::{JurisdictionCode, Level};
use super::permissions::{AccessLevel, Action, Resource, access_level};
use crate::calendar::civil_date;
use crate::http::codes;
use crate::http::problem::FieldError;

/// Who acts, what they were allowed to do, how far that reaches, and when.
#[derive(Clone, Debug)]
pub struct Authority {
    pub actor: Arc<Actor>,
    pub action: Action,
    pub resource: Resource,
    pub area: AccessArea,
    pub request_id: Uuid,
    pub now: DateTime<Utc>,
    /// Only `Scope` makes one.
    pub(super) _sealed: Sealed,
}

#[derive(Clone, Debug)]
pub(super) struct Sealed;

impl Authority {
    /// The role in which the caller acts on a record in this jurisdiction.
    pub fn acting_role(&self, code: &JurisdictionCode) -> &'static str {
        let anywhere = || self.acting_grants().map(|grant| grant.role).next();
        self.acting_roles(code).next().or_else(anywhere).map_or("service", Role::as_str)
    }

    /// Every role in which the caller may act in this jurisdiction, in the order of their token.
    pub fn acting_roles(&self, code: &JurisdictionCode) -> impl Iterator<Item = Role> {
        self.acting_grants().filter(move |grant| grant.jurisdiction.contains(code)).map(|grant| grant.role)
    }

    fn acting_grants(&self) -> impl Iterator<Item = &Grant> {
        let acts = |grant: &&Grant| access_level(grant.role, self.action, self.resource) != AccessLevel::Nothing;
        self.actor.grants.iter().filter(acts)
    }

    /// The highest level from which the caller reaches a record in this jurisdiction with an action; none where they
    /// reach it only because it is their own.
    pub fn acting_level(&self, action: Action, code: &JurisdictionCode) -> Option<Level> {
        self.acting_levels(action, code).min()
    }

    /// Every level from which the caller reaches a record in this jurisdiction with an action.
    pub fn acting_levels(&self, action: Action, code: &JurisdictionCode) -> impl Iterator<Item = Level> {
        let reaching = move |grant: &&Grant| match access_level(grant.role, action, self.resource) {
            AccessLevel::Subtree => grant.jurisdiction.contains(code),
            AccessLevel::Everywhere => true,
            AccessLevel::Nothing | AccessLevel::Own | AccessLevel::Assigned | AccessLevel::Involved => false,
        };
        self.actor.grants.iter().filter(reaching).map(|grant| grant.jurisdiction.level())
    }

    /// How far the caller reaches with another action on the same.
    pub fn area_of(&self, action: Action) -> Option<&AccessArea> {
        let right = self.actor.right(action, self.resource);
        if right.app_may { right.area.as_ref() } else { None }
    }

    /// The same caller where they read records of another kind.
    pub fn reading(&self, resource: Resource) -> Option<Self> {
        let other = Self { action: Action::Read, resource, ..self.clone() };
        let area = other.area_of(Action::Read)?.clone();
        Some(Self { area, ..other })
    }

    /// What the caller's roles let them read of these records; an app that only writes is told again what it was told.
    pub fn read_area(&self) -> Option<&AccessArea> {
        self.actor.right(Action::Read, self.resource).area.as_ref()
    }

    /// True when the caller reads records because they, or their organization, have a part in them.
    pub fn reads_own(&self) -> bool {
        self.area_of(Action::Read).is_some_and(|area| area.own || area.involved)
    }

    /// True when the caller may do another action to some records at least.
    pub fn may_at_all(&self, action: Action) -> bool {
        self.area_of(action).is_some()
    }

    /// True when the caller may still read a record that they have written to.
    pub fn may_still_read(&self, code: &JurisdictionCode) -> bool {
        self.read_area().is_some_and(|area| area.own || area.involved || !area.assigned.is_empty() || area.covers(code))
    }

    /// Why the caller leaves an action in a place to a level or to whoever stands above that: none of their grants for it is that high.
    pub fn left_to(
        &self,
        level: Level,
        (action, place): (Action, &JurisdictionCode),
        pointer: &'static str,
    ) -> Option<FieldError> {
        let below = self.acting_level(action, place).is_none_or(|acting| acting > level);
        let decider = place.at(level);
        let fault = FieldError::at(pointer, &codes::LEVEL_ABOVE_DECIDES);
        below.then(|| fault.with("jurisdiction", decider.as_ref().map(JurisdictionCode::as_str)))
    }

    /// True when the caller may also do another action to the same record.
    pub fn may(&self, action: Action, code: &JurisdictionCode, is_own: bool, assignee: Option<&str>) -> bool {
        let is_assigned = assignee == Some(self.actor.caller.as_str());
        self.area_of(action).is_some_and(|area| {
            let assigned = is_assigned && area.assigned.iter().any(|tree| tree.contains(code));
            area.covers(code) || (area.own || area.involved) && is_own || assigned
        })
    }

    /// Where the caller sees what is not published yet.
    pub fn drafts(&self) -> &[JurisdictionCode] {
        self.area_of(Action::ReadDrafts).map_or(&[], AccessArea::subtrees)
    }

    /// The area, cut to a jurisdiction when one is asked for.
    pub fn narrowed(&self, within: Option<JurisdictionCode>) -> AccessArea {
        within.map_or_else(|| self.area.clone(), |code| self.area.narrowed(&code))
    }

    /// What is wrong with a day on which something was done: it lies in the future, or before what came first.
    pub fn day_faults(&self, place: &'static str, day: NaiveDate, not_before: Option<NaiveDate>) -> Vec<FieldError> {
        let late = FieldError::after(place, day, Some(self.today()));
        late.or_else(|| FieldError::before(place, day, not_before)).into_iter().collect()
    }

    /// True for those whom the feed tells of changes.
    pub fn reads_feed(&self) -> bool {
        self.actor.right(Action::Read, Resource::Changes).area.is_some()
    }

    /// The day in Qingdao.
    pub fn today(&self) -> NaiveDate {
        civil_date(self.now)
    }

    /// The subject to whom own records belong, when the caller reaches them.
    pub fn own(&self) -> Option<&str> {
        self.area.own.then_some(self.actor.caller.as_str())
    }

    /// The subject to whom records were given to work on, and where, when the caller reaches such.
    pub fn assigned(&self) -> Option<(&str, &[JurisdictionCode])> {
        let places = Some(self.area.assigned.as_slice()).filter(|places| !places.is_empty());
        places.map(|places| (self.actor.caller.as_str(), places))
    }

    /// The caller's organization, when they reach what it has a part in.
    pub fn organization(&self) -> Option<Uuid> {
        if self.area.involved { self.actor.organization } else { None }
    }
}
