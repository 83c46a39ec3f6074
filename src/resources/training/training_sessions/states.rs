//! Where sessions of courses stand, and what can be done with them.

use super::model::TrainingSessionFields;
use super::times::not_before;
use crate::access::authority::Authority;
use crate::access::permissions::Action;
use crate::changes::lifecycle::{Lifecycle, Step};
use crate::db::text_enum::text_enum;
use crate::http::problem::FieldError;

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

impl TrainingSessionStatus {
    /// True while learners can be given a seat.
    pub fn takes_learners(self) -> bool {
        matches!(self, Self::Enrolling | Self::InProgress)
    }
}

impl TrainingSessionFields {
    /// The same once everybody has a result: nobody waits any more.
    pub fn closed(self) -> Self {
        let confirmed_count = if self.status == TrainingSessionStatus::Cancelled { 0 } else { self.confirmed_count };
        Self { settled: true, waiting_count: 0, confirmed_count, ..self }
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

    fn set_status(&mut self, status: Self::Status) {
        self.status = status;
    }

    fn refuses(&self, action: Action, who: &Authority) -> Option<FieldError> {
        match action {
            Action::Start => not_before(who.now, self.check_in_opens_at),
            Action::Complete => not_before(who.now, self.ends_at),
            _ => None,
        }
    }
}
