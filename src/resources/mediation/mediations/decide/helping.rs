//! Who helps in a mediation.

use crate::access::authority::Authority;
use crate::http::codes;
use crate::http::problem::{FieldError, Problem, invalid};
use crate::resources::mediation::mediations::command::Effect;
use crate::resources::mediation::mediations::helpers::{Helper, HelperDismissal, HelperInvitation};
use crate::resources::mediation::mediations::model::MediationFields;

/// So many are invited to a mediation at most.
const MOST_HELPERS: usize = 20;

/// Invites somebody, where all parties agree.
pub fn invite(mediation: &mut MediationFields, body: HelperInvitation, who: &Authority) -> Result<Vec<Effect>, Problem> {
    if mediation.parties.0.iter().any(|party| !body.consenting.contains(&party.position)) {
        return invalid("/consenting", &codes::CONSENT_MISSING);
    }
    let count = mediation.helpers.0.len();
    if count >= MOST_HELPERS {
        let error = FieldError::at("", &codes::TOO_MANY_HELPERS).with("limit", MOST_HELPERS);
        return Err(Problem::invalid(vec![error]));
    }
    let number = i16::try_from(count + 1).map_err(Problem::internal)?;
    let HelperInvitation { name, kind, .. } = body;
    let helper = Helper { number, name, kind, invited_at: who.now, dismissed_at: None, reason: None };
    mediation.helpers.0.push(helper.clone());
    Ok(vec![Effect::Helper { before: None, after: helper }])
}

/// Tells somebody that they are needed no more.
pub fn dismiss(mediation: &mut MediationFields, body: HelperDismissal, who: &Authority) -> Result<Vec<Effect>, Problem> {
    let known = mediation.helpers.0.iter_mut().find(|helper| helper.number == body.number);
    let Some(helper) = known.filter(|helper| helper.dismissed_at.is_none()) else {
        return invalid("/number", &codes::UNKNOWN_RECORD);
    };
    let before = helper.clone();
    (helper.dismissed_at, helper.reason) = (Some(who.now), Some(body.reason));
    let after = helper.clone();
    Ok(vec![Effect::Helper { before: Some(before), after }])
}
