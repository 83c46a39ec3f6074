//! What makes an agreement enforceable, and that it is enforced.

use crate::access::authority::Authority;
use crate::db::document::Document;
use crate::http::problem::Problem;
use crate::resources::mediation::agreements::command::Effect;
use crate::resources::mediation::agreements::court::{
    Enforcement, EnforcementApplication, EnforcementRoute, NewEnforceability, OtherRoute,
};
use crate::resources::mediation::agreements::model::AgreementFields;

/// The parties had a notary or an arbitration commission make it enforceable.
pub fn make_enforceable(
    agreement: &mut AgreementFields,
    new: NewEnforceability,
    who: &Authority,
) -> Result<Vec<Effect>, Problem> {
    Problem::fail_if_any(who.day_faults("/enforceable_on", new.enforceable_on, agreement.effective_on))?;
    let route = match new.route {
        OtherRoute::NotarizedDeed => EnforcementRoute::NotarizedDeed,
        OtherRoute::Arbitration => EnforcementRoute::Arbitration,
    };
    agreement.enforcement = Document::of(&Enforcement {
        route: Some(route),
        enforceable_on: Some(new.enforceable_on),
        body: Some(new.body),
        document_number: Some(new.document_number),
        ..Enforcement::default()
    })?;
    Ok(Vec::new())
}

/// A party asked a court to enforce what was not performed.
pub fn apply(agreement: &mut AgreementFields, new: EnforcementApplication, who: &Authority) -> Result<Vec<Effect>, Problem> {
    let known = agreement.enforcement.get()?.clone();
    Problem::fail_if_any(who.day_faults("/applied_on", new.applied_on, known.enforceable_on))?;
    agreement.enforcement = Document::of(&Enforcement {
        applied_on: Some(new.applied_on),
        court: Some(new.court),
        case_number: new.case_number,
        ..known
    })?;
    Ok(Vec::new())
}
