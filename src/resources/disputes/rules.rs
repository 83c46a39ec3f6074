//! How a dispute is shown, filed and moved.

use std::sync::Arc;

use uuid::Uuid;

use super::command::DisputeChange;
use super::filing;
use super::in_force::InForce;
use super::model::{Dispute, DisputeEvent, DisputeFields, NewDispute};
use super::model_parties::Party;
use super::store::{self, Parts};
use crate::access::authority::Authority;
use crate::access::code::JurisdictionCode;
use crate::access::policy::Action;
use crate::access::policy::resource::Disputes;
use crate::access::scope::Authorized;
use crate::changes::lifecycle;
use crate::changes::write::{Change, Record, Tx};
use crate::http::codes;
use crate::http::problem::{FieldError, Problem};

/// The dispute as the caller sees it. Whoever filed it sees the parties whole, everybody else masked.
pub fn view(scope: &Authorized<Disputes>, mut fields: DisputeFields, parts: Option<Parts>) -> Dispute {
    if parts.is_none() {
        fields.progress.leave_out();
    }
    let (parties, guests) = parts.unzip();
    let guests = guests.map(|guests| if hides_from(scope, &fields) { Vec::new() } else { guests });
    let mut next_actions = lifecycle::next_actions(scope, &fields);
    // Guests may say something too.
    if !next_actions.contains(&"remark") && scope.may_at_all(Action::Remark) {
        next_actions.push("remark");
    }
    Dispute { parties: parties.map(|parties| shown(scope, &fields, parties)), guests, next_actions, fields }
}

/// True when the caller must not learn who has a part in a dispute.
pub fn hides_from(scope: &Authorized<Disputes>, fields: &DisputeFields) -> bool {
    let disclosed = || fields.discloses_to(scope.standings(Action::Disclose, &fields.jurisdiction));
    fields.confidential && !disclosed() && !is_own(scope, fields)
}

/// True for the applicant who filed a dispute by themselves. An officer who filed it for somebody is none.
pub fn is_own(who: &Authority, fields: &DisputeFields) -> bool {
    let filed = || fields.progress.get().is_ok_and(|progress| progress.filed_by_applicant != Some(false));
    who.reads_own() && fields.created_by == who.actor.caller && filed()
}

fn shown(scope: &Authorized<Disputes>, fields: &DisputeFields, parties: Vec<Party>) -> Vec<Party> {
    let own = is_own(scope, fields);
    let mask = |party: Party| match (own, fields.confidential) {
        (true, _) => party,
        (false, true) => party.hidden(),
        (false, false) => party.masked(),
    };
    parties.into_iter().map(mask).collect()
}

/// Files a dispute.
pub async fn file(tx: &Tx, scope: &Authorized<Disputes>, new: NewDispute) -> Result<Change, Problem> {
    if !scope.extent.covers(&new.jurisdiction) {
        return Err(Problem::invalid(vec![FieldError::at("/jurisdiction", &codes::UNKNOWN_JURISDICTION)]));
    }
    let (dispute, parties) = filing::file(tx, scope, new).await?;
    Change::created("/v1/disputes", &dispute, &view(scope, dispute.clone(), Some((parties, Vec::new()))))
}

/// The step that leads from what a dispute was to its next version, or to its first.
pub fn event(
    scope: &Authority,
    action: &str,
    before: Option<&DisputeFields>,
    after: &DisputeFields,
    note: Option<String>,
) -> DisputeEvent {
    DisputeEvent {
        dispute_id: after.id,
        version: before.map_or(1, |before| before.version + 1),
        at: scope.now,
        action: action.to_owned(),
        from_status: before.map(|before| before.status),
        to_status: after.status,
        note,
        role: scope.acting_role(&after.jurisdiction).to_owned(),
        caller: scope.actor.caller.clone(),
    }
}

/// A dispute and its parties in full, for whoever may learn who they are. The caller tells the audit.
pub async fn disclosed(tx: &Tx, scope: &Authorized<Disputes>, id: Uuid) -> Result<(DisputeFields, Vec<Party>), Problem> {
    let (fields, (parties, _)) = store::read(tx, scope, id).await?;
    // Whoever has no standing mediates the case.
    let mediates = scope.standing(scope.action, &fields.jurisdiction).is_none();
    match mediates || fields.discloses_to(scope.standings(scope.action, &fields.jurisdiction)) {
        true => Ok((fields, parties)),
        false => Err(Problem::new(&codes::CONFIDENTIAL)),
    }
}

/// Moves the disputes of a jurisdiction that are not over to its successor.
pub async fn relocate(
    tx: &Tx,
    who: &Authority,
    from: JurisdictionCode,
    to: JurisdictionCode,
    note: &str,
) -> Result<Vec<Record>, Problem> {
    let open = store::open_in(tx, from).await?;
    let Some(first) = open.first() else { return Ok(Vec::new()) };
    // Moving changes no time; what counts is only the calendar, which a city has.
    let in_force = Arc::new(InForce::at(tx.connection(), to, &first.category, who.today()).await?);
    let moved = open.iter().map(|before| {
        DisputeChange::of(before, &in_force, who, ("relocate", Some(note.to_owned())), |case| {
            case.move_to(to);
            if let Some(hold) = case.progress.hold.as_mut().filter(|hold| from.contains(&hold.jurisdiction)) {
                hold.jurisdiction = to;
            }
        })
    });
    DisputeChange::store_all(moved.collect::<Result<_, _>>()?, tx, who.now).await
}
