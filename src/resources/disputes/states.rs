//! The states of a dispute, the actions that lead from one to the next, and the level that may carry them out.

use super::model::DisputeFields;
use super::view::is_own;
use crate::access::authority::Authority;
use crate::access::code::Level;
use crate::access::permissions::Action;
use crate::changes::lifecycle::{Lifecycle, Step};
use crate::db::text_enum::text_enum;
use crate::http::codes;
use crate::http::problem::FieldError;

text_enum! {
    /// Where a dispute stands.
    pub enum Status {
        Submitted = "submitted",
        Accepted = "accepted",
        Assigned = "assigned",
        InHandling = "in_handling",
        InMediation = "in_mediation",
        Resolved = "resolved",
        Closed = "closed",
        Rejected = "rejected",
        Withdrawn = "withdrawn",
        /// It stands still for a listed reason.
        Suspended = "suspended",
        /// It waits for its receiver.
        Transferred = "transferred",
        /// It goes on in court, in arbitration, with the police or a department.
        ReferredOut = "referred_out",
        /// It goes on as a part of another one.
        Merged = "merged",
    }
}

impl Status {
    /// True when nothing more is done.
    pub fn is_over(self) -> bool {
        matches!(self, Self::Closed | Self::Rejected | Self::Withdrawn | Self::ReferredOut)
    }
}

impl Lifecycle for DisputeFields {
    type Status = Status;

    /// Where an action goes back to an earlier state, `None` stands: the dispute itself remembers which.
    const ACTIONS: &'static [Step<Status>] = {
        use Status::*;
        &[
            (Action::Update, &[Submitted, Accepted, Assigned, InHandling, InMediation, Resolved], None),
            (Action::Accept, &[Submitted, Transferred], Some(Accepted)),
            (Action::Reject, &[Submitted], Some(Rejected)),
            (Action::Assign, &[Accepted, Assigned, InHandling], Some(Assigned)),
            (Action::Start, &[Assigned], Some(InHandling)),
            (Action::Contact, &[Accepted, Assigned, InHandling, InMediation], None),
            (Action::Resolve, &[InHandling], Some(Resolved)),
            (Action::VisitBack, &[Resolved, Closed], None),
            (Action::Close, &[Resolved], Some(Closed)),
            (
                Action::Withdraw,
                &[Submitted, Accepted, Assigned, InHandling, InMediation, Suspended, Transferred],
                Some(Withdrawn),
            ),
            (Action::Reopen, &[Resolved, Closed], None),
            (Action::Transfer, &[Submitted, Accepted, Assigned, InHandling], Some(Transferred)),
            (Action::Return, &[Transferred], None),
            (Action::RequestApproval, &[Accepted, Assigned, InHandling], None),
            (Action::Decline, &[Accepted, Assigned, InHandling, Suspended], None),
            (Action::Suspend, &[Accepted, Assigned, InHandling], Some(Suspended)),
            (Action::Resume, &[Suspended], None),
            (Action::Extend, &[Accepted, Assigned, InHandling, InMediation, Suspended], None),
            (Action::Escalate, &[Submitted, Accepted, Assigned, InHandling, InMediation], None),
            (Action::Merge, &[Submitted, Accepted, Assigned, InHandling], Some(Merged)),
            (Action::Unmerge, &[Merged], None),
            (Action::AddParts, &[Submitted, Accepted, Assigned, InHandling], None),
            (Action::Detach, &[Submitted, Accepted, Assigned, InHandling, Suspended, Transferred], None),
            (Action::ReferOut, &[Submitted, Accepted, Assigned, InHandling, InMediation, Suspended], Some(ReferredOut)),
            (Action::Invite, &[Submitted, Accepted, Assigned, InHandling, InMediation, Suspended, Transferred], None),
            (Action::Uninvite, Status::ALL, None),
            (Action::Remark, Status::ALL, None),
        ]
    };

    fn status(&self) -> Status {
        self.status
    }

    fn owner(&self) -> Option<&str> {
        Some(&self.created_by)
    }

    fn allows(&self, action: Action, standing: Option<Level>) -> bool {
        use Action::*;
        // Whoever filed it may change it until it is accepted, withdraw it, and say whether the result is good.
        let Some(level) = standing else { return action != Update || self.status == Status::Submitted };
        let from_above = level < self.level || level == Level::City;
        // A grid worker helps its community.
        let handling = level <= self.level || level == Level::Grid && self.level == Level::Community;
        match action {
            Decline => from_above && self.approver.is_some(),
            Suspend | Extend => from_above,
            Detach => handling && self.parent_id.is_some(),
            Unmerge => level <= Level::Street,
            Remark => true,
            _ => handling,
        }
    }

    fn refuses(&self, action: Action, who: &Authority) -> Option<FieldError> {
        use Action::*;
        match action {
            Merge | AddParts if self.parent_id.is_some() => return Some(FieldError::at("", &codes::BELONGS_TOGETHER)),
            Escalate if self.level == Level::City => return Some(FieldError::at("", &codes::NO_LEVEL_ABOVE)),
            Return | Transfer | Extend | RequestApproval | VisitBack | Reopen => {}
            _ => return None,
        }
        // Lists leave out what it would take to know more.
        let details = if self.progress.is_left_out() { return None } else { self.progress.get().ok()? };
        let hold = details.hold.as_ref();
        let from_above =
            || who.acting_level(action, &self.jurisdiction).is_some_and(|level| level < self.level || level == Level::City);
        match action {
            Return if details.returned => Some(FieldError::at("", &codes::DECIDED_ABOVE)),
            Return => FieldError::after("", who.today(), hold.and_then(|hold| hold.until_on)),
            Transfer if details.returned && !from_above() => Some(FieldError::at("", &codes::DECIDED_ABOVE)),
            Extend if details.clocks.iter().any(|clock| clock.extension_days > 0) => {
                Some(FieldError::at("", &codes::ALREADY_DONE))
            }
            RequestApproval if details.approval.is_some() => Some(FieldError::at("", &codes::ALREADY_DONE)),
            VisitBack if details.rated_by_applicant && !is_own(who, self) => {
                Some(FieldError::at("/satisfaction", &codes::SAID_BY_APPLICANT))
            }
            Reopen => FieldError::after("", who.today(), details.reopens_until),
            _ => None,
        }
    }

    fn set_status(&mut self, status: Status) {
        self.status = status;
    }
}

impl DisputeFields {
    /// True when a caller who reaches it from these levels may learn who the parties are.
    pub fn discloses_to(&self, mut acting_levels: impl Iterator<Item = Level>) -> bool {
        acting_levels.any(|level| if self.confidential { level == self.level } else { level <= self.level })
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
                    let said = matches!(action, Action::Remark | Action::Uninvite | Action::VisitBack);
                    prop_assert!(said || !matches!(status, Status::Rejected | Status::Withdrawn | Status::ReferredOut));
                    prop_assert!(said || status != Status::Closed || action == Action::Reopen);
                    status = next;
                }
            }
        }
    }
}
