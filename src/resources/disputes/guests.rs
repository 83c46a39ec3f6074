//! Who sees a case besides those within whose jurisdiction it lies.

use super::case::Case;
use super::model_actions::Invitation;
use super::model_parties::{Guest, GuestKind};
use super::store;
use crate::access::code::Level;
use crate::access::policy::resource::Disputes;
use crate::access::scope::Authorized;
use crate::changes::write::{Record, Tx};
use crate::http::codes;
use crate::http::problem::{Problem, refused};
use crate::resources::jurisdictions::store as jurisdictions;
use crate::resources::organizations::store as organizations;

/// Lets a jurisdiction or an organization see the case.
pub async fn invite(tx: &Tx, scope: &Authorized<Disputes>, case: &Case, body: &Invitation) -> Result<Vec<Record>, Problem> {
    let (kind, guest) = guest_of(body)?;
    let city = case.fields.jurisdiction.at(Level::City);
    match (body.jurisdiction, body.organization_id) {
        (Some(code), _) if code.at(Level::City) != city || !jurisdictions::is_active(tx, code).await? => {
            return refused("/jurisdiction", &codes::UNKNOWN_JURISDICTION);
        }
        // An organization can be invited wherever in the city it stands.
        (_, Some(id)) if !organizations::stands_in_city(tx, id, case.fields.jurisdiction).await? => {
            return refused("/organization_id", &codes::UNKNOWN_RECORD);
        }
        _ => {}
    }
    let guest = Guest { kind, guest, reason: body.reason.clone(), invited_at: scope.now };
    store::invite(tx, case.fields.id, &guest).await?;
    Ok(vec![Record::part(&case.fields, "dispute_guests", None::<&()>, &guest)?])
}

/// Takes it back.
pub async fn uninvite(tx: &Tx, case: &Case, body: &Invitation) -> Result<Vec<Record>, Problem> {
    let (_, guest) = guest_of(body)?;
    if body.organization_id.is_some() {
        let (parties, _) = store::parts(tx.connection(), case.fields.id).await?;
        if parties.iter().any(|party| party.organization_id == body.organization_id) {
            return refused("/organization_id", &codes::IS_PARTY);
        }
    }
    if !store::uninvite(tx, case.fields.id, &guest).await? {
        return refused("", &codes::UNKNOWN_RECORD);
    }
    Ok(vec![Record::part(&case.fields, "dispute_guests", Some(&guest), &None::<()>)?])
}

fn guest_of(body: &Invitation) -> Result<(GuestKind, String), Problem> {
    match (body.jurisdiction, body.organization_id) {
        (Some(code), None) => Ok((GuestKind::Jurisdiction, code.to_string())),
        (None, Some(id)) => Ok((GuestKind::Organization, id.to_string())),
        _ => refused("", &codes::ONE_OF_BOTH),
    }
}
