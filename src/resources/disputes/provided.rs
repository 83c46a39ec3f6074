//! What categories may require, and what a dispute tells of it.

use super::model::{DisputeFields, NewDispute};
use super::parties::{Party, PartyRole};
use crate::http::codes;
use crate::http::problem::FieldError;
use crate::resources::reference::dispute_categories::model::{EffectiveCategory, RequiredField};

/// What a dispute tells of what categories may require.
pub struct ProvidedFields {
    described: bool,
    placed: bool,
    /// Roles, and whether a phone is known.
    parties: Vec<(PartyRole, bool)>,
}

impl ProvidedFields {
    pub fn of_new(new: &NewDispute) -> Self {
        Self {
            described: is_told(new.description.as_deref()),
            placed: new.estate_id.is_some() || new.estate_name.is_some(),
            parties: new.parties.iter().map(|party| (party.role, party.phone.is_some())).collect(),
        }
    }

    pub fn of(dispute: &DisputeFields, parties: &[Party]) -> Self {
        Self {
            described: is_told(dispute.description.as_deref()),
            placed: dispute.estate_name.is_some(),
            parties: parties.iter().map(|party| (party.role, party.phone.is_some())).collect(),
        }
    }

    /// What a category requires and the dispute does not tell.
    pub fn missing(&self, category: &EffectiveCategory) -> Vec<FieldError> {
        let wanting = |field: &RequiredField| match field {
            RequiredField::Description => (!self.described).then(|| "/description".into()),
            RequiredField::Estate => (!self.placed).then(|| "/estate_name".into()),
            RequiredField::Respondent => {
                self.parties.iter().all(|(role, _)| *role != PartyRole::Respondent).then(|| "/parties".into())
            }
            RequiredField::ApplicantPhone => {
                let silent = self.parties.iter().position(|(role, phone)| *role == PartyRole::Applicant && !phone);
                silent.map(|at| format!("/parties/{at}/phone"))
            }
        };
        let places = category.required_fields.iter().filter_map(wanting);
        places.map(|place: String| FieldError::at(place, &codes::REQUIRED_BY_CATEGORY)).collect()
    }
}

fn is_told(text: Option<&str>) -> bool {
    text.is_some_and(|text| !text.trim().is_empty())
}
