//! How a dispute is shown, and to whom.

use uuid::Uuid;

use super::decide::guests::can_be_uninvited;
use super::details::CaseDetails;
use super::model::{Dispute, DisputeEvent, DisputeFields, ShownEvent};
use super::parties::{Guest, GuestKind, Party, PartyRole};
use super::states::Status;
use super::store::{self, Parts};
use crate::access::actor::Role;
use crate::access::authority::Authority;
use crate::access::permissions::resource::Disputes;
use crate::access::permissions::{Action, Resource};
use crate::access::scope::Authorized;
use crate::changes::lifecycle::{self, Lifecycle};
use crate::changes::write::Tx;
use crate::db::document::Document;
use crate::http::codes;
use crate::http::problem::Problem;

/// The dispute as the caller sees it. Whoever filed it sees the parties whole, everybody else masked.
pub fn view(scope: &Authorized<Disputes>, mut fields: DisputeFields, parts: Option<Parts>) -> Dispute {
    let told = parts.as_ref().and_then(|_| fields.progress.get().ok()).map(|progress| (progress.channel, progress.anonymous));
    let (channel, anonymous) = told.unzip();
    if parts.is_none() {
        fields.progress.leave_out();
    } else if fields.standing(scope, Action::Read).is_none() {
        leave_resolutions_out(&mut fields);
    }
    let hides = parts.is_some() && hides_from(scope, &fields);
    // From whom the guests are hidden learns nothing of them by what is offered either.
    let nobody_to_uninvite =
        parts.as_ref().is_some_and(|(parties, guests)| hides || !guests.iter().any(|guest| can_be_uninvited(guest, parties)));
    let parts_count = parts.as_ref().map(|(parties, _)| parties.len());
    let (parties, guests) = parts.unzip();
    let guests = guests.map(|guests| if hides { Vec::new() } else { shown_guests(scope, &fields, guests) });
    let possible = |action| !(action == Action::Uninvite && nobody_to_uninvite);
    let is_party = parties.as_ref().is_some_and(|parties| is_member_of_party(scope, parties));
    let is_party = is_party && !is_own(scope, &fields) && !fields.is_of_organization(scope);
    let mut next_actions = if is_party { Vec::new() } else { lifecycle::next_actions_if(scope, &fields, possible) };
    if !is_party && parts_count.is_some_and(|count| count > 1) && may_be_mediated(scope, &fields) {
        next_actions.push(PROPOSE_MEDIATION);
    }
    if !next_actions.contains(&"answer") && parties.as_ref().is_some_and(|parties| is_asked(scope, &fields, parties)) {
        next_actions.push("answer");
    }
    // Guests may say something too.
    let refused = fields.refuses(Action::Remark, scope).is_some();
    if !next_actions.contains(&"remark") && !refused && scope.may_at_all(Action::Remark) {
        next_actions.push("remark");
    }
    let own_positions = parties.as_ref().map(|parties| own_positions(scope, &fields, parties));
    let parties = parties.map(|parties| shown(scope, &fields, parties));
    Dispute { parties, own_positions, channel, anonymous, guests, next_actions, fields }
}

/// Parties read the words of a council's resolution once they are published, and here what came of it.
fn leave_resolutions_out(fields: &mut DisputeFields) {
    let Some(mut progress) = fields.progress.get().ok().filter(|progress| !progress.council_answers.is_empty()).cloned() else {
        return;
    };
    progress.council_answers.iter_mut().for_each(|answer| answer.resolution = None);
    if let Ok(told) = Document::of(&progress) {
        fields.progress = told;
    }
}

/// True where the caller's organization is responsible or a party, and can say something to it.
fn is_asked(scope: &Authorized<Disputes>, fields: &DisputeFields, parties: &[Party]) -> bool {
    let Some(organization) = scope.organization().filter(|_| scope.may_at_all(Action::Answer)) else { return false };
    let concerned = fields.organization_id.into_iter().chain(parties.iter().filter_map(|party| party.organization_id));
    lifecycle::next_status(DisputeFields::ACTIONS, fields.status, Action::Answer).is_some()
        && concerned.into_iter().any(|id| id == organization)
}

/// The way on that is no action on the dispute: `POST /v1/mediations`.
const PROPOSE_MEDIATION: &str = "propose_mediation";

/// True when the caller may open a mediation of the dispute.
fn may_be_mediated(scope: &Authorized<Disputes>, fields: &DisputeFields) -> bool {
    let right = scope.actor.right(Action::Create, Resource::Mediations);
    let reaches = right.app_may && right.area.as_ref().is_some_and(|area| area.covers(&fields.jurisdiction));
    let standing = fields.standing(scope, Action::Resolve).is_some_and(|level| level <= fields.level);
    reaches && standing && fields.status == Status::InHandling && !fields.concerns(&scope.actor.caller)
}

/// True when the caller must not learn who has a part in a dispute.
pub fn hides_from(scope: &Authorized<Disputes>, fields: &DisputeFields) -> bool {
    let disclosed = || fields.discloses_to(scope.acting_levels(Action::Disclose, &fields.jurisdiction));
    let is_party = fields.part_of(&scope.actor.caller).is_some();
    fields.confidential && !is_own(scope, fields) && (is_party || !disclosed())
}

/// True for the applicant who filed a dispute by themselves. An officer who filed it for somebody is none.
pub fn is_own(who: &Authority, fields: &DisputeFields) -> bool {
    let filed = || {
        let own = |progress: &CaseDetails| {
            let for_others = progress.filed_for.is_some() && progress.filed_for != who.actor.organization;
            progress.filed_by_applicant != Some(false) && !for_others
        };
        fields.progress.get().is_ok_and(own)
    };
    who.reads_own() && fields.created_by == who.actor.caller && filed()
}

/// True for an applicant: whoever filed it by themselves, or has linked what somebody filed for them.
pub fn speaks_for_applicant(who: &Authority, fields: &DisputeFields) -> bool {
    is_own(who, fields) || fields.part_of(&who.actor.caller) == Some(PartyRole::Applicant) || fields.is_of_organization(who)
}

/// A step as the caller sees it: by which subject somebody signs in is told to few, and of a confidential case to those
/// who may learn who the parties are.
pub fn shown_event(scope: &Authorized<Disputes>, fields: &DisputeFields, mut event: DisputeEvent) -> ShownEvent {
    let person = scope.actor.caller.as_str();
    let is_party = fields.concerns(person) && event.caller != person;
    let anonymous = fields.progress.get().is_ok_and(|progress| progress.anonymous);
    let by_anonymous = anonymous && event.caller == fields.created_by && event.caller != person;
    let hidden = event.role == Role::Resident.as_str() && hides_from(scope, fields) || is_party || by_anonymous;
    if hidden || !scope.actor.sees_subject(&event.caller, &fields.jurisdiction) {
        event.caller.clear();
    }
    let title = Role::parse(&event.role).map_or("系统", Role::title);
    ShownEvent { event, caller_title: title }
}

fn shown_guests(scope: &Authorized<Disputes>, fields: &DisputeFields, mut guests: Vec<Guest>) -> Vec<Guest> {
    for guest in guests.iter_mut().filter(|guest| matches!(guest.kind, GuestKind::Person | GuestKind::Party)) {
        if !scope.actor.sees_subject(&guest.guest, &fields.jurisdiction) {
            guest.guest.clear();
        }
    }
    guests
}

fn shown(scope: &Authorized<Disputes>, fields: &DisputeFields, parties: Vec<Party>) -> Vec<Party> {
    let own = is_own(scope, fields);
    let mask = |party: Party| match (own, fields.confidential) {
        (true, _) => party,
        _ if party.subject.as_deref() == Some(scope.actor.caller.as_str()) => party,
        (false, true) => party.hidden(),
        (false, false) => party.masked(),
    };
    parties.into_iter().map(mask).collect()
}

/// The positions of the parties that the caller or their organization is.
fn own_positions(who: &Authority, fields: &DisputeFields, parties: &[Party]) -> Vec<i16> {
    let person = who.actor.caller.as_str();
    let filer = if is_own(who, fields) { fields.progress.get().ok().and_then(CaseDetails::filer_position) } else { None };
    let is_own = |party: &&Party| {
        let ours = who.actor.organization.is_some() && party.organization_id == who.actor.organization;
        Some(party.position) == filer || party.subject.as_deref() == Some(person) || ours
    };
    parties.iter().filter(is_own).map(|party| party.position).collect()
}

/// True where an applicant can be called.
pub fn reaches_applicant(parties: &[Party]) -> bool {
    parties.iter().any(|party| party.role == PartyRole::Applicant && party.phone.is_some())
}

/// True for a caller whose organization is a party.
pub fn is_member_of_party(who: &Authority, parties: &[Party]) -> bool {
    let organization = who.actor.organization;
    organization.is_some() && parties.iter().any(|party| party.organization_id == organization)
}

/// A dispute and its parties in full, for whoever may learn who they are. The caller tells the audit.
pub async fn disclosed(tx: &Tx, scope: &Authorized<Disputes>, id: Uuid) -> Result<(DisputeFields, Vec<Party>), Problem> {
    let (fields, (parties, _)) = store::read(tx, scope, id).await?;
    // Whoever has no standing mediates the case.
    let mediates = scope.acting_level(scope.action, &fields.jurisdiction).is_none();
    // Whoever is a party, or whose organization is, reads of the other side what parties read.
    let person = scope.actor.caller.as_str();
    let is_party = fields.concerns(person) && !fields.is_filed_by(person) || is_member_of_party(scope, &parties);
    if is_party {
        return Err(Problem::new(&codes::OWN_CASE));
    }
    if mediates || fields.discloses_to(scope.acting_levels(scope.action, &fields.jurisdiction)) {
        Ok((fields, parties))
    } else {
        Err(Problem::new(&codes::CONFIDENTIAL))
    }
}
