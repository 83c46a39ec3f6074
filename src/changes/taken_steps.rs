//! Who took the steps of a record that another person must follow.

use serde::{Deserialize, Serialize};

use crate::access::authority::Authority;
use crate::access::permissions::Action;
use crate::db::json_list::JsonList;

/// Who took which step; never shown.
pub type TakenSteps = JsonList<TakenStep>;

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

    /// The caller takes a step, as others may have done.
    pub fn add(&mut self, action: Action, who: &Authority) {
        if !self.has(action, &who.actor.caller) {
            self.0.push(TakenStep { action: action.as_str().to_owned(), by: who.actor.caller.clone() });
        }
    }

    /// The caller takes a step anew: who took it before no longer counts.
    pub fn set(&mut self, action: Action, who: &Authority) {
        self.forget(action);
        self.add(action, who);
    }

    /// What was done is done no longer.
    pub fn forget(&mut self, action: Action) {
        self.0.retain(|step| step.action != action.as_str());
    }

    /// True when a person took a step.
    pub fn has(&self, action: Action, person: &str) -> bool {
        self.0.iter().any(|step| step.action == action.as_str() && step.by == person)
    }
}
