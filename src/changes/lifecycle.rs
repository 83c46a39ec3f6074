//! The states of a record and the actions that they allow.

use serde::Serialize;
use serde_json::json;

use super::record::FeedRecord;
use super::taken_steps::TakenSteps;
use crate::access::authority::Authority;
use crate::access::code::Level;
use crate::access::permissions::Action;
use crate::http::codes;
use crate::http::problem::{FieldError, Problem};

/// An action, the states in which it is possible, and the state it leads to where it changes that.
pub type Step<S> = (Action, &'static [S], Option<S>);

/// A record with states.
pub trait Lifecycle: FeedRecord {
    type Status: Copy + PartialEq + Serialize + 'static;
    const ACTIONS: &'static [Step<Self::Status>];
    /// Actions that another person must take than an earlier one: what is to be done, and what was done before.
    const SECOND_PERSON: &'static [(Action, Action)] = &[];

    fn status(&self) -> Self::Status;

    /// Nothing to do where the status follows from other members.
    fn set_status(&mut self, _: Self::Status) {}

    /// True for whose record it is, where callers have own records.
    fn is_owned_by(&self, _: &Authority) -> bool {
        false
    }

    /// Who was given it to work on.
    fn assignee(&self) -> Option<&str> {
        None
    }

    /// The level from which the caller acts; `None` where they reach the record only because it is their own.
    fn standing(&self, who: &Authority, action: Action) -> Option<Level> {
        who.acting_level(action, &self.jurisdiction())
    }

    /// False where a caller of this standing may not do this, though their role may: `None` stands for those who reach
    /// the record only because it is their own.
    fn allows(&self, _: Action, _: Option<Level>) -> bool {
        true
    }

    /// Who took the earlier ones.
    fn taken_steps(&self) -> Option<&TakenSteps> {
        None
    }

    /// True where the action decides about a person's own matter, which others do.
    fn is_own_matter(&self, _: Action, _: &str) -> bool {
        false
    }

    /// What the caller may do besides, for a part in the record that it does not tell of itself.
    fn also_possible(&self, _: &Authority) -> Vec<Action> {
        Vec::new()
    }

    /// Why a rule refuses the action as the record, the caller and the time are, whatever is said with it.
    fn refuses(&self, _: Action, _: &Authority) -> Option<FieldError> {
        None
    }
}

/// The state after an action; `None` where the state forbids it.
pub fn next_status<S: Copy + PartialEq>(actions: &[Step<S>], status: S, action: Action) -> Option<S> {
    let (_, from, to) = actions.iter().find(|(known, _, _)| *known == action)?;
    from.contains(&status).then(|| to.unwrap_or(status))
}

/// What the caller may do to a record now: nothing that would be refused by what is known.
pub fn next_actions<T: Lifecycle>(who: &Authority, record: &T) -> Vec<&'static str> {
    next_actions_if(who, record, |_| true)
}

/// The same without what `allowed` refuses, for views that know more than the record.
pub fn next_actions_if<T: Lifecycle>(who: &Authority, record: &T, allowed: impl Fn(Action) -> bool) -> Vec<&'static str> {
    let (status, place) = (record.status(), record.jurisdiction());
    let possible = |(action, from, _): &&Step<T::Status>| {
        // What is cheap to ask and rules out most comes first: lists ask for each of their records.
        from.contains(&status)
            && who.may(*action, &place, record.is_owned_by(who), record.assignee())
            && record.allows(*action, record.standing(who, *action))
            && refusal(who, record, *action).is_none()
            && allowed(*action)
    };
    T::ACTIONS.iter().filter(possible).map(|(action, ..)| action.as_str()).collect()
}

/// Why a rule refuses the action: another person must take it, or what the record itself says.
fn refusal<T: Lifecycle>(who: &Authority, record: &T, action: Action) -> Option<FieldError> {
    let person = who.actor.caller.as_str();
    let took = |earlier| record.taken_steps().is_some_and(|taken| taken.has(earlier, person));
    if T::SECOND_PERSON.iter().any(|(later, earlier)| *later == action && took(*earlier)) {
        return Some(FieldError::at("", &codes::SECOND_PERSON));
    }
    let own = record.is_own_matter(action, person).then(|| FieldError::at("", &codes::OWN_MATTER));
    own.or_else(|| record.refuses(action, who))
}

fn after<T: Lifecycle>(who: &Authority, record: &T, action: Action) -> Option<T::Status> {
    let next = next_status(T::ACTIONS, record.status(), action)?;
    record.allows(action, record.standing(who, action)).then_some(next)
}

/// The record in the state to which the caller's action leads: 409 where its state forbids that, 422 where a rule
/// refuses it whatever is said. What the service does by itself is bound to no state.
pub fn permit<T: Lifecycle + Clone>(record: &T, who: &Authority) -> Result<T, Problem> {
    let mut permitted = record.clone();
    if who.action == Action::RunDueStep {
        return Ok(permitted);
    }
    let Some(next) = after(who, record, who.action) else {
        let mut allowed = next_actions(who, record);
        for action in record.also_possible(who).into_iter().map(Action::as_str) {
            if !allowed.contains(&action) {
                allowed.push(action);
            }
        }
        return Err(Problem::new(&codes::STATE_CONFLICT)
            .member("current_status", json!(record.status()))
            .member("allowed_actions", allowed));
    };
    if let Some(fault) = refusal(who, record, who.action) {
        return Err(Problem::invalid(vec![fault]));
    }
    permitted.set_status(next);
    Ok(permitted)
}
