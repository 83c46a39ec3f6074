//! Whose matter a dispute is: who filed it, in whose name, and who is a party by their own sign-in.

use uuid::Uuid;

use super::model::DisputeFields;
use super::parties::PartyRole;
use crate::access::authority::Authority;
use crate::access::permissions::Action;
use crate::changes::lifecycle::Lifecycle;
use crate::http::codes;
use crate::http::problem::FieldError;

/// What an applicant does with their own dispute.
fn is_of_applicant(action: Action) -> bool {
    use Action::*;
    matches!(action, Update | Withdraw | Rate | Close | Reopen | RequestReview | AddParty | CorrectParty | RemoveParty)
}

impl DisputeFields {
    /// True for the applicant who filed it by themselves; of what lists leave out, for whoever filed it.
    pub fn is_filed_by(&self, caller: &str) -> bool {
        let for_somebody = || self.progress.get().is_ok_and(|details| details.filed_by_applicant == Some(false));
        self.created_by == caller && (self.progress.is_left_out() || !for_somebody())
    }

    /// True for a person whose own matter it is: who filed it by themselves, is a party by their own sign-in, or has
    /// answered it for an organization that is one.
    pub fn concerns(&self, person: &str) -> bool {
        self.is_filed_by(person) || self.part_of(person).is_some() || self.taken_steps.has(Action::Answer, person)
    }

    /// True where an applicant complained about the result, and a person is not the one.
    pub fn somebody_else_complains(&self, person: &str) -> bool {
        self.taken_steps.is_noted(Action::Rate) && !self.taken_steps.has(Action::Rate, person)
    }

    /// The organization in whose name, or for which, it was filed; not known of what lists leave out.
    pub(super) fn filed_for(&self) -> Option<Uuid> {
        self.details().and_then(|details| details.filed_for)
    }

    /// True for the applicant who filed it by themselves, or whose organization did.
    pub fn is_filed_by_caller(&self, who: &Authority) -> bool {
        match self.filed_for() {
            Some(organization) => who.actor.organization == Some(organization),
            None => self.is_filed_by(&who.actor.caller),
        }
    }

    /// True for a member of the organization in whose name it was filed.
    pub fn is_of_organization(&self, who: &Authority) -> bool {
        let own = |organization| self.taken_steps.speaks_for(organization) || self.filed_for() == Some(organization);
        who.actor.organization.is_some_and(own)
    }

    /// True for whoever has filed it in the name of an organization to which they belong no more.
    pub(super) fn has_left(&self, who: &Authority) -> bool {
        let person = who.actor.caller.as_str();
        self.filed_for().is_some() && self.created_by == person && !self.is_of_organization(who) && self.part_of(person).is_none()
    }

    /// Whoever belongs to the organization in whose name it was filed does what the applicant does, and decides nothing in an
    /// office.
    pub(super) fn not_for_office(&self, action: Action, who: &Authority) -> Option<FieldError> {
        let said = matches!(action, Action::Remark | Action::Answer);
        (self.is_of_organization(who) && !said && !is_of_applicant(action)).then(|| FieldError::at("", &codes::OWN_MATTER))
    }

    /// What is the applicant's to do: of what was filed in the name of an organization its members do it, and whoever is none
    /// does not, also who has filed it.
    pub(super) fn not_for_applicant(&self, action: Action, who: &Authority) -> Option<FieldError> {
        if !is_of_applicant(action) || self.standing(who, action).is_some() || self.is_of_organization(who) {
            return None;
        }
        let person = who.actor.caller.as_str();
        let filed = self.filed_for().is_none() && self.is_filed_by(person);
        let speaks = filed || self.part_of(person) == Some(PartyRole::Applicant);
        (!speaks).then(|| FieldError::at("", &codes::APPLICANT_DECIDES))
    }

    /// By which subject the applicant signs in who filed it by themselves; empty where somebody filed it for them, or a member
    /// for their organization, whose members are known by their tokens.
    pub fn applicant_subject(&self) -> String {
        if self.filed_for().is_none() && self.is_filed_by(&self.created_by) { self.created_by.clone() } else { String::new() }
    }

    /// The part that a person has who has linked it to their own sign-in.
    pub fn part_of(&self, person: &str) -> Option<PartyRole> {
        let role = self.taken_steps.part_of(person)?;
        PartyRole::ALL.iter().copied().find(|known| known.as_str() == role)
    }
}
