//! Who sees a case besides those within whose jurisdiction it lies.

use crate::access::authority::Authority;
use crate::access::code::Level;
use crate::changes::write::Tx;
use crate::http::codes;
use crate::http::problem::{Problem, invalid};
use crate::resources::disputes::command::{Decision, Effect};
use crate::resources::disputes::details::ApprovalKind;
use crate::resources::disputes::facts::Facts;
use crate::resources::disputes::inputs::Invitation;
use crate::resources::disputes::model::DisputeFields;
use crate::resources::disputes::parties::{Guest, GuestKind, Party};
use crate::resources::disputes::transition::DisputeTransition;
use crate::resources::parties::organizations::store as organizations;
use crate::resources::places::jurisdictions::store as jurisdictions;

/// Whether the invited stands where it can be invited from: anywhere in the city.
pub async fn can_be_invited(tx: &Tx, dispute: &DisputeFields, body: &Invitation) -> Result<bool, Problem> {
    let city = dispute.jurisdiction.at(Level::City);
    match (body.jurisdiction, body.organization_id) {
        (Some(code), _) if code.at(Level::City) == city => jurisdictions::is_active(tx, code).await,
        (_, Some(id)) => organizations::stands_in_city(tx, id, dispute.jurisdiction).await,
        _ => Ok(false),
    }
}

/// Lets a jurisdiction or an organization see the case.
pub fn invite(case: &mut DisputeTransition, body: Invitation, facts: &Facts, who: &Authority) -> Result<Decision, Problem> {
    let (kind, guest) = guest_of(&body)?;
    if !facts.is_there {
        return match kind {
            GuestKind::Jurisdiction => invalid("/jurisdiction", &codes::UNKNOWN_JURISDICTION),
            _ => invalid("/organization_id", &codes::UNKNOWN_RECORD),
        };
    }
    if facts.guest.is_some() {
        let place = if kind == GuestKind::Jurisdiction { "/jurisdiction" } else { "/organization_id" };
        return invalid(place, &codes::ALREADY_DONE);
    }
    let guest = Guest { kind, guest, name: None, reason: body.reason.clone(), invited_at: who.now };
    case.grant(ApprovalKind::Invite);
    Ok(Decision { note: Some(body.reason), effects: vec![Effect::Invite(guest)] })
}

/// Takes it back.
pub fn uninvite(body: Invitation, facts: &Facts) -> Result<Decision, Problem> {
    let (_, guest) = guest_of(&body)?;
    if is_party(&facts.parties, &guest) {
        return invalid("/organization_id", &codes::IS_PARTY);
    }
    match facts.guest.clone() {
        Some(guest) => Ok(Decision { note: Some(body.reason), effects: vec![Effect::Uninvite(guest)] }),
        None => invalid("", &codes::UNKNOWN_RECORD),
    }
}

/// True for a guest who is neither a party nor mediates the case.
pub fn can_be_uninvited(guest: &Guest, parties: &[Party]) -> bool {
    matches!(guest.kind, GuestKind::Jurisdiction | GuestKind::Organization) && !is_party(parties, &guest.guest)
}

fn is_party(parties: &[Party], organization: &str) -> bool {
    parties.iter().filter_map(|party| party.organization_id).any(|id| id.to_string() == organization)
}

/// Who is meant: one of both.
pub fn guest_of(body: &Invitation) -> Result<(GuestKind, String), Problem> {
    match (body.jurisdiction, body.organization_id) {
        (Some(code), None) => Ok((GuestKind::Jurisdiction, code.to_string())),
        (None, Some(id)) => Ok((GuestKind::Organization, id.to_string())),
        _ => invalid("", &codes::ONE_OF_BOTH),
    }
}
