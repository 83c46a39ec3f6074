//! What can be done to a duty, and by whom.

use super::model::DutyFields;
use crate::access::authority::Authority;
use crate::access::code::Level;
use crate::access::permissions::Action;
use crate::changes::lifecycle::{Lifecycle, Step};
use crate::changes::taken_steps::TakenSteps;
use crate::db::text_enum::text_enum;
use crate::http::codes;
use crate::http::problem::FieldError;

text_enum! {
    /// Where a duty stands.
    pub enum DutyStatus {
        Open = "open",
        /// It is said to be done.
        Reported = "reported",
        /// Somebody else has seen that it is done.
        Done = "done",
        Cancelled = "cancelled",
    }
}

impl Lifecycle for DutyFields {
    type Status = DutyStatus;
    const ACTIONS: &'static [Step<DutyStatus>] = {
        use DutyStatus::*;
        &[
            (Action::ReportProgress, &[Open], None),
            (Action::Review, &[Reported], None),
            (Action::Extend, &[Open], None),
            (Action::Cancel, &[Open, Reported], Some(Cancelled)),
        ]
    };
    /// Whoever says that it is done does not review that.
    const SECOND_PERSON: &'static [(Action, Action)] = &[(Action::Review, Action::ReportProgress)];

    fn status(&self) -> DutyStatus {
        self.status
    }

    fn set_status(&mut self, status: Self::Status) {
        self.status = status;
    }

    fn is_owned_by(&self, _: &Authority) -> bool {
        // Whoever reaches it as a member sits in the council.
        true
    }

    fn allows(&self, action: Action, standing: Option<Level>) -> bool {
        standing.is_some() || matches!(action, Action::ReportProgress | Action::Review)
    }

    fn refuses(&self, action: Action, who: &Authority) -> Option<FieldError> {
        let own = who.actor.organization == Some(self.organization_id);
        let in_office = who.acting_level(action, &self.jurisdiction).is_some();
        match action {
            // Whose duty it is decides nothing about it.
            Action::Review | Action::Extend | Action::Cancel if own => Some(FieldError::at("", &codes::OWN_MATTER)),
            // What owners have decided an office reviews.
            Action::Review if self.vote_id.is_some() && !in_office => Some(FieldError::at("", &codes::NOT_YOUR_PART)),
            Action::ReportProgress if !own && !in_office => Some(FieldError::at("", &codes::NOT_YOUR_PART)),
            Action::Extend if self.extension_days.is_some() => Some(FieldError::at("", &codes::ALREADY_DONE)),
            Action::Extend if self.due_on < who.today() => Some(FieldError::at("", &codes::HAS_ENDED)),
            _ => None,
        }
    }

    fn taken_steps(&self) -> Option<&TakenSteps> {
        Some(&self.taken_steps)
    }
}
