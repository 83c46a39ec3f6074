//! Who took the steps of a record that another person must follow.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::access::authority::Authority;
use crate::access::permissions::Action;
use crate::db::json_value::JsonList;

/// Who took which step; never shown.
pub type TakenSteps = JsonList<TakenStep>;

/// What marks a part that a person has, where others have taken a step.
const PART: &str = "party:";
/// What marks the organization in whose name it was made.
const ORGANIZATION: &str = "organization";

/// A step that a person took.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TakenStep {
    action: String,
    by: String,
}

impl TakenSteps {
    /// A record's first step.
    pub fn first(action: Action, who: &Authority) -> Self {
        let mut taken = Self::default();
        taken.add(action, who);
        taken
    }

    /// The caller takes a step, as others may have done; it is the latest now.
    pub fn add(&mut self, action: Action, who: &Authority) {
        let step = TakenStep { action: action.as_str().to_owned(), by: who.actor.caller.clone() };
        self.0.retain(|known| *known != step);
        self.0.push(step);
    }

    /// A person has a part in the record from now on, which comes before all steps.
    pub fn join(&mut self, part: &str, person: &str) {
        self.0.insert(0, TakenStep { action: format!("{PART}{part}"), by: person.to_owned() });
    }

    /// It was made in the name of an organization.
    pub fn speak_for(&mut self, organization: Uuid) {
        self.0.insert(0, TakenStep { action: ORGANIZATION.to_owned(), by: organization.to_string() });
    }

    /// The organization in whose name it was made.
    pub fn organization(&self) -> Option<Uuid> {
        self.0.iter().find(|step| step.action == ORGANIZATION).and_then(|step| step.by.parse().ok())
    }

    /// True when it was made in the name of an organization.
    pub fn speaks_for(&self, organization: Uuid) -> bool {
        self.organization() == Some(organization)
    }

    /// What stands among the steps of a record that was made in the name of an organization.
    pub fn of_organization(organization: Uuid) -> Self {
        let mut steps = Self::default();
        steps.speak_for(organization);
        steps
    }

    /// A person has said something, which is no step that another one must follow: it comes before them.
    pub fn note(&mut self, action: Action, person: &str) {
        if !self.has(action, person) {
            self.0.insert(0, TakenStep { action: action.as_str().to_owned(), by: person.to_owned() });
        }
    }

    /// What a person has said is settled.
    pub fn settle(&mut self, action: Action) {
        self.0.retain(|step| step.action != action.as_str());
    }

    /// True when somebody has said something.
    pub fn is_noted(&self, action: Action) -> bool {
        self.0.iter().any(|step| step.action == action.as_str())
    }

    /// A person has no part in the record any more.
    pub fn leave(&mut self, person: &str) {
        self.0.retain(|step| step.by != person || !step.action.starts_with(PART));
    }

    /// True when somebody has a part in the record.
    pub fn has_parts(&self) -> bool {
        self.0.iter().any(|step| step.action.starts_with(PART))
    }

    /// The part that a person has in the record.
    pub fn part_of(&self, person: &str) -> Option<&str> {
        self.0.iter().filter(|step| step.by == person).find_map(|step| step.action.strip_prefix(PART))
    }

    /// True when a person took a step.
    pub fn has(&self, action: Action, person: &str) -> bool {
        self.0.iter().any(|step| step.action == action.as_str() && step.by == person)
    }

    /// True when a person took any step.
    pub fn has_any(&self, person: &str) -> bool {
        self.0.iter().any(|step| step.by == person)
    }

    /// True when a person took the latest step.
    pub fn is_last(&self, person: &str) -> bool {
        self.0.last().is_some_and(|step| step.by == person)
    }
}
