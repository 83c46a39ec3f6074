//! The states of a record and the actions that they allow.

use serde::Serialize;
use serde_json::json;

use super::record::Told;
use crate::access::authority::Authority;
use crate::access::code::Level;
use crate::access::policy::Action;
use crate::http::codes;
use crate::http::problem::Problem;

/// An action, the states in which it is possible, and the state it leads to where it changes that.
pub type Step<S> = (Action, &'static [S], Option<S>);

/// A record with states.
pub trait Lifecycle: Told {
    type Status: Copy + PartialEq + Serialize + 'static;
    const ACTIONS: &'static [Step<Self::Status>];

    fn status(&self) -> Self::Status;

    /// Whose record it is, where callers have own records.
    fn owner(&self) -> Option<&str> {
        None
    }

    /// Who was given it to work on.
    fn assignee(&self) -> Option<&str> {
        None
    }

    /// False where a caller of this standing may not do this, though their role may: `None` stands for those who reach
    /// the record only because it is their own.
    fn allows(&self, _: Action, _: Option<Level>) -> bool {
        true
    }

    /// False where a rule would refuse the action as the record is now: then it is not offered.
    fn offers(&self, _: Action) -> bool {
        true
    }
}

/// The state after an action; `None` where the state forbids it.
pub fn next_status<S: Copy + PartialEq>(actions: &[Step<S>], status: S, action: Action) -> Option<S> {
    let (_, from, to) = actions.iter().find(|(known, _, _)| *known == action)?;
    from.contains(&status).then(|| to.unwrap_or(status))
}

/// What the caller may do to a record now.
pub fn next_actions<T: Lifecycle>(authority: &Authority, record: &T) -> Vec<&'static str> {
    let may = |action: &Action| authority.may(*action, &record.jurisdiction(), record.owner(), record.assignee());
    let allowed = T::ACTIONS.iter().map(|(action, _, _)| *action).filter(|action| after(authority, record, *action).is_some());
    allowed.filter(may).filter(|action| record.offers(*action)).map(Action::as_str).collect()
}

fn after<T: Lifecycle>(authority: &Authority, record: &T, action: Action) -> Option<T::Status> {
    let next = next_status(T::ACTIONS, record.status(), action);
    next.filter(|_| record.allows(action, authority.standing(action, &record.jurisdiction())))
}

/// The state to which the scope's action leads; 409 where the present one forbids it.
pub fn step<T: Lifecycle>(authority: &Authority, record: &T) -> Result<T::Status, Problem> {
    after(authority, record, authority.action).ok_or_else(|| {
        Problem::new(&codes::STATE_CONFLICT)
            .member("current_status", json!(record.status()))
            .member("allowed_actions", next_actions(authority, record))
    })
}
