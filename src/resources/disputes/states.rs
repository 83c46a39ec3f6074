//! The states of a dispute and the actions that lead from one to the next.

use super::model::DisputeFields;
use crate::access::policy::Action;
use crate::changes::lifecycle::{Lifecycle, Step};
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

impl Lifecycle for DisputeFields {
    type Status = Status;

    const ACTIONS: &'static [Step<Status>] = {
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

    fn status(&self) -> Status {
        self.status
    }

    fn owner(&self) -> Option<&str> {
        Some(&self.created_by)
    }

    /// Who reaches only own disputes may change them only until they are accepted.
    fn closed_to_owner(&self, action: Action) -> bool {
        action == Action::Update && self.status != Status::Submitted
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::changes::lifecycle::next_status;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn no_path_of_actions_leaves_a_final_state(steps in proptest::collection::vec(0..DisputeFields::ACTIONS.len(), 1..40)) {
            let mut status = Status::Submitted;
            for step in steps {
                let (action, _, _) = DisputeFields::ACTIONS[step];
                if let Some(next) = next_status(DisputeFields::ACTIONS, status, action) {
                    prop_assert!(!matches!(status, Status::Rejected | Status::Withdrawn));
                    prop_assert!(status != Status::Closed || action == Action::Reopen);
                    status = next;
                }
            }
        }
    }
}
