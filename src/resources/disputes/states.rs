//! The states of a dispute and the actions that lead from one to the next.

use crate::access::policy::Action;
use crate::db::text_enum::text_enum;

text_enum! {
    /// Where a dispute stands.
    pub enum Status {
        Submitted = "submitted",
        Accepted = "accepted",
        Assigned = "assigned",
        InHandling = "in_handling",
        Resolved = "resolved",
        Closed = "closed",
        Rejected = "rejected",
        Withdrawn = "withdrawn",
    }
}

/// What can be done to a dispute, and in which states.
pub const ACTIONS: &[(Action, &[Status], Option<Status>)] = {
    use Status::*;
    &[
        (Action::Update, &[Submitted, Accepted, Assigned, InHandling, Resolved], None),
        (Action::Accept, &[Submitted], Some(Accepted)),
        (Action::Reject, &[Submitted], Some(Rejected)),
        (Action::Assign, &[Accepted, Assigned, InHandling], Some(Assigned)),
        (Action::Start, &[Assigned], Some(InHandling)),
        (Action::Resolve, &[InHandling], Some(Resolved)),
        (Action::Close, &[Resolved], Some(Closed)),
        (Action::Withdraw, &[Submitted, Accepted, Assigned, InHandling], Some(Withdrawn)),
        (Action::Reopen, &[Resolved, Closed], Some(Assigned)),
    ]
};

/// The state after an action; `None` where the state forbids it.
pub fn next_status(status: Status, action: Action) -> Option<Status> {
    let (_, from, to) = ACTIONS.iter().find(|(known, _, _)| *known == action)?;
    from.contains(&status).then(|| to.unwrap_or(status))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn no_path_of_actions_leaves_a_final_state(steps in proptest::collection::vec(0..ACTIONS.len(), 1..40)) {
            let mut status = Status::Submitted;
            for step in steps {
                let (action, _, _) = ACTIONS[step];
                if let Some(next) = next_status(status, action) {
                    prop_assert!(!matches!(status, Status::Rejected | Status::Withdrawn));
                    prop_assert!(status != Status::Closed || action == Action::Reopen);
                    status = next;
                }
            }
        }
    }
}
