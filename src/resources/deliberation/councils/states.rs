//! What can be done to a council, and by whom.

use super::model::{CouncilFields, CouncilKind, MeetingRequest, RequestStatus};
use super::seats::CouncilSeat;
use crate::access::authority::Authority;
use crate::access::code::Level;
use crate::access::permissions::Action;
use crate::changes::lifecycle::{Lifecycle, Step};
use crate::db::text_enum::text_enum;
use crate::http::codes;
use crate::http::problem::FieldError;

text_enum! {
    /// Whether a council meets.
    pub enum CouncilStatus {
        Active = "active",
        Dissolved = "dissolved",
    }
}

impl CouncilKind {
    /// The level whose officers convene it, or those above them.
    pub fn convening_level(self) -> Level {
        match self {
            Self::FourInOne => Level::Community,
            Self::PropertyJointMeeting => Level::Street,
        }
    }
}

impl Lifecycle for CouncilFields {
    type Status = CouncilStatus;
    const ACTIONS: &'static [Step<CouncilStatus>] = {
        use CouncilStatus::*;
        &[
            (Action::Update, &[Active], None),
            (Action::ChangeSeat, &[Active], None),
            (Action::NameDelegate, &[Active], None),
            (Action::EndDelegate, &[Active], None),
            (Action::RequestMeeting, &[Active], None),
            (Action::OrderMeeting, &[Active], None),
            (Action::AnswerRequest, &[Active], None),
            (Action::Dissolve, &[Active], Some(Dissolved)),
        ]
    };

    fn status(&self) -> CouncilStatus {
        self.status
    }

    fn set_status(&mut self, status: Self::Status) {
        self.status = status;
    }

    fn is_owned_by(&self, who: &Authority) -> bool {
        self.seat_of(who).is_some()
    }

    fn allows(&self, action: Action, standing: Option<Level>) -> bool {
        let convenes = standing.is_some_and(|level| level <= self.kind.convening_level());
        match action {
            // A seat does this by itself; for others it is recorded by whoever convenes.
            Action::NameDelegate | Action::EndDelegate | Action::RequestMeeting => standing.is_none() || convenes,
            // Whoever convenes it does not order it.
            Action::OrderMeeting => self.kind == CouncilKind::FourInOne && standing.is_some_and(|level| level <= Level::Street),
            _ => convenes,
        }
    }

    fn refuses(&self, action: Action, _: &Authority) -> Option<FieldError> {
        let waits = self.waiting().next().is_some();
        match action {
            Action::AnswerRequest if !waits => Some(FieldError::at("", &codes::NOT_APPLICABLE)),
            Action::Dissolve if waits => Some(FieldError::at("", &codes::REQUEST_WAITS)),
            Action::EndDelegate if self.delegates.is_empty() => Some(FieldError::at("", &codes::NOT_APPLICABLE)),
            _ => None,
        }
    }
}

impl CouncilFields {
    /// The seat of the caller's organization.
    pub fn seat_of(&self, who: &Authority) -> Option<&CouncilSeat> {
        self.seats.0.iter().find(|seat| who.actor.organization == Some(seat.organization_id))
    }

    pub fn seat(&self, position: i16) -> Option<&CouncilSeat> {
        self.seats.0.iter().find(|seat| seat.position == position)
    }

    /// Requests that nobody has answered yet.
    pub fn waiting(&self) -> impl Iterator<Item = &MeetingRequest> {
        self.requests.0.iter().filter(|request| request.status == RequestStatus::Waiting)
    }

    /// True for those who sit in it, and those who prepare or guide it.
    pub fn names_in_full(&self, who: &Authority) -> bool {
        self.seat_of(who).is_some() || who.acting_level(Action::NameDelegate, &self.jurisdiction).is_some()
    }
}
