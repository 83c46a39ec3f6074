//! Where sessions of courses stand, and what can be done with them.

use super::model::TrainingSessionFields;
use crate::access::policy::Action;
use crate::changes::lifecycle::{Lifecycle, Step};
use crate::db::text_enum::text_enum;

text_enum! {
    /// Where a session stands.
    pub enum TrainingSessionStatus {
        Scheduled = "scheduled",
        /// Learners can enroll.
        Enrolling = "enrolling",
        InProgress = "in_progress",
        Completed = "completed",
        Cancelled = "cancelled",
    }
}

impl TrainingSessionFields {
    /// True while learners can be given a seat.
    pub fn takes_learners(&self) -> bool {
        matches!(self.status, TrainingSessionStatus::Enrolling | TrainingSessionStatus::InProgress)
    }

    /// True when a seat is free for whoever comes next.
    pub fn has_room(&self) -> bool {
        self.confirmed_count < self.capacity && self.waiting_count == 0
    }
}

impl Lifecycle for TrainingSessionFields {
    type Status = TrainingSessionStatus;
    const ACTIONS: &'static [Step<TrainingSessionStatus>] = {
        use TrainingSessionStatus::*;
        &[
            (Action::Update, &[Scheduled, Enrolling], None),
            (Action::Open, &[Scheduled], Some(Enrolling)),
            (Action::ShowCode, &[Enrolling, InProgress], None),
            (Action::Start, &[Enrolling], Some(InProgress)),
            (Action::Complete, &[InProgress], Some(Completed)),
            (Action::Cancel, &[Scheduled, Enrolling], Some(Cancelled)),
        ]
    };

    fn status(&self) -> TrainingSessionStatus {
        self.status
    }
}
