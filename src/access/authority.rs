//! What a caller was allowed to do, for everything below the handlers: `Scope` is the only way to it.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use super::actor::{Actor, Grant};
use super::code::{JurisdictionCode, Level};
use super::extent::Extent;
use super::policy::{Action, Reach, Resource, reach};
use crate::calendar::civil_date;
use crate::http::problem::FieldError;

/// Who acts, what they were allowed to do, how far that reaches, and when.
#[derive(Clone, Debug)]
pub struct Authority {
    pub actor: Arc<Actor>,
    pub action: Action,
    pub resource: Resource,
    pub extent: Extent,
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
        let acts = |grant: &&Grant| reach(grant.role, self.action, self.resource) != Reach::Nothing;
        let nearest = |grant: &&Grant| acts(grant) && grant.jurisdiction.contains(code);
        let grants = &self.actor.grants;
        let grant = grants.iter().find(nearest).or_else(|| grants.iter().find(acts));
        grant.map_or("service", |grant| grant.role.as_str())
    }

    /// The highest level from which the caller reaches a record in this jurisdiction with an action; none where they
    /// reach it only because it is their own.
    pub fn standing(&self, action: Action, code: &JurisdictionCode) -> Option<Level> {
        self.standings(action, code).min()
    }

    /// Every level from which the caller reaches a record in this jurisdiction with an action.
    pub fn standings(&self, action: Action, code: &JurisdictionCode) -> impl Iterator<Item = Level> {
        let reaching = move |grant: &&Grant| match reach(grant.role, action, self.resource) {
            Reach::Subtree => grant.jurisdiction.contains(code),
            Reach::Everywhere => true,
            Reach::Nothing | Reach::Own | Reach::Assigned | Reach::Involved => false,
        };
        self.actor.grants.iter().filter(reaching).map(|grant| grant.jurisdiction.level())
    }

    fn extent_of(&self, action: Action) -> Option<&Extent> {
        let right = self.actor.right(action, self.resource);
        right.extent.as_ref().filter(|_| right.app_may)
    }

    /// True when the caller reads records because they are their own.
    pub fn reads_own(&self) -> bool {
        self.extent_of(Action::Read).is_some_and(|extent| extent.own)
    }

    /// True when the caller may do another action to some records at least.
    pub fn may_at_all(&self, action: Action) -> bool {
        self.extent_of(action).is_some()
    }

    /// True when the caller may still read a record that they have written to.
    pub fn may_still_read(&self, code: &JurisdictionCode) -> bool {
        let extent = self.actor.right(Action::Read, self.resource).extent.as_ref();
        extent.is_some_and(|extent| extent.own || extent.involved || !extent.assigned.is_empty() || extent.covers(code))
    }

    /// True when the caller may also do another action to the same record.
    pub fn may(&self, action: Action, code: &JurisdictionCode, owner: Option<&str>, assignee: Option<&str>) -> bool {
        let is_caller = |person: Option<&str>| person == Some(self.actor.caller.as_str());
        self.extent_of(action).is_some_and(|extent| {
            let assigned = is_caller(assignee) && extent.assigned.iter().any(|tree| tree.contains(code));
            extent.covers(code) || extent.own && is_caller(owner) || assigned
        })
    }

    /// The extent, cut to a jurisdiction when one is asked for.
    pub fn narrowed(&self, within: Option<JurisdictionCode>) -> Extent {
        within.map_or_else(|| self.extent.clone(), |code| self.extent.narrowed(&code))
    }

    /// What is wrong with a day on which something was done: it lies in the future, or before what came first.
    pub fn day_faults(&self, place: &'static str, day: NaiveDate, not_before: Option<NaiveDate>) -> Vec<FieldError> {
        let late = FieldError::after(place, day, Some(self.today()));
        late.or_else(|| FieldError::before(place, day, not_before)).into_iter().collect()
    }

    /// True for those whom the feed tells of changes.
    pub fn reads_feed(&self) -> bool {
        self.actor.right(Action::Read, Resource::Changes).extent.is_some()
    }

    /// The day in Qingdao.
    pub fn today(&self) -> NaiveDate {
        civil_date(self.now)
    }

    /// The subject to whom own records belong, when the caller reaches them.
    pub fn own(&self) -> Option<&str> {
        self.extent.own.then_some(self.actor.caller.as_str())
    }

    /// The subject to whom records were given to work on, and where, when the caller reaches such.
    pub fn assigned(&self) -> Option<(&str, &[JurisdictionCode])> {
        let places = Some(self.extent.assigned.as_slice()).filter(|places| !places.is_empty());
        places.map(|places| (self.actor.caller.as_str(), places))
    }

    /// The caller's organization, when they reach what it has a part in.
    pub fn organization(&self) -> Option<Uuid> {
        self.actor.organization.filter(|_| self.extent.involved)
    }
}
