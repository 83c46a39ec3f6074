//! Who the parties are: left out, put down wrongly, or none at all.

use crate::access::authority::Authority;
use crate::access::permissions::Action;
use crate::changes::lifecycle::Lifecycle;
use crate::http::codes;
use crate::http::problem::{FieldError, Problem, invalid};
use crate::resources::disputes::command::{Decision, Effect};
use crate::resources::disputes::details::PartyAnswer;
use crate::resources::disputes::facts::Facts;
use crate::resources::disputes::parties::{Guest, Party, PartyRole};
use crate::resources::disputes::party_inputs::{AddedParty, NewAnswer, PartyCorrection, PartyRemoval, PartyUnlinking};
use crate::resources::disputes::provided::ProvidedFields;
use crate::resources::disputes::states::Status;
use crate::resources::disputes::transition::DisputeTransition;

/// As many parties as a dispute has.
const MOST_PARTIES: usize = 20;
/// Positions go up to here; that of a party who was taken out is not given again.
const LAST_POSITION: i16 = 100;
/// So often each party answers.
const MOST_ANSWERS: usize = 10;

/// Adds a party who was left out.
pub fn add(case: &mut DisputeTransition, body: AddedParty, facts: &Facts, who: &Authority) -> Result<Decision, Problem> {
    let last = facts.parties.iter().map(|party| party.position).chain(case.progress.last_removed_party).max().unwrap_or(-1);
    if facts.parties.len() >= MOST_PARTIES || last >= LAST_POSITION {
        let fault = FieldError::at("/party", &codes::MAX_ITEMS).with("limit", MOST_PARTIES);
        return Err(Problem::invalid(vec![fault]));
    }
    let party = Party::new(last + 1, body.party);
    if party.organization_id.is_some() && !facts.is_there {
        return invalid("/party/organization_id", &codes::UNKNOWN_RECORD);
    }
    Problem::fail_if_any(filed_twice_fault(case, &party, "/party/organization_id"))?;
    let guest = party.guest(who.now).filter(|guest| !sees(facts, &guest.guest));
    Problem::fail_if_any(entry_fault(case, guest.as_ref(), who, "/party/organization_id"))?;
    let effects = [Effect::AddParty(party)].into_iter().chain(guest.map(Effect::Invite));
    Ok(Decision { note: Some(body.reason), effects: effects.collect() })
}

/// Corrects what was put down wrongly. While a mediation goes on, to which these parties have consented, only how to reach
/// them.
pub fn correct(case: &mut DisputeTransition, body: PartyCorrection, facts: &Facts, who: &Authority) -> Result<Decision, Problem> {
    let Some(before) = facts.parties.iter().find(|party| party.position == body.position) else {
        return invalid("/position", &codes::UNKNOWN_RECORD);
    };
    let mut after = before.clone();
    let reason = body.reason.clone();
    body.apply(&mut after);
    let mut faults = identity_faults(case, before, &after, who);
    if after.organization_id != before.organization_id && after.organization_id.is_some() && !facts.is_there {
        faults.push(FieldError::at("/organization_id", &codes::UNKNOWN_RECORD));
    }
    faults.extend(filed_twice_fault(case, &after, "/organization_id"));
    let parties: Vec<_> = facts.parties.iter().map(|party| if party == before { after.clone() } else { party.clone() }).collect();
    if after.role != before.role {
        faults.extend(role_fault(case, before, &parties, who, "/role"));
    }
    faults.extend(missing(case, &parties));
    Problem::fail_if_any(faults)?;
    let mut effects = Vec::new();
    let note = format!("第{}方：{reason}", before.position + 1);
    if after.organization_id != before.organization_id {
        effects.extend(leaves(before, &parties, facts).map(Effect::Uninvite));
        let guest = after.guest(who.now).filter(|guest| !sees(facts, &guest.guest));
        Problem::fail_if_any(entry_fault(case, guest.as_ref(), who, "/organization_id"))?;
        effects.extend(guest.map(Effect::Invite));
    }
    effects.push(Effect::CorrectParty { before: before.clone(), after });
    Ok(Decision { note: Some(note), effects })
}

/// Takes out who is no party. Somebody must go on asking for something.
pub fn remove(case: &mut DisputeTransition, body: PartyRemoval, facts: &Facts, who: &Authority) -> Result<Decision, Problem> {
    let Some(party) = facts.parties.iter().find(|party| party.position == body.position) else {
        return invalid("/position", &codes::UNKNOWN_RECORD);
    };
    if party.linked_at.is_some() {
        return invalid("/position", &codes::LINKED);
    }
    let parties: Vec<_> = facts.parties.iter().filter(|other| *other != party).cloned().collect();
    Problem::fail_if_any(role_fault(case, party, &parties, who, "/position").into_iter().chain(missing(case, &parties)))?;
    case.progress.last_removed_party = case.progress.last_removed_party.max(Some(party.position));
    let guest = leaves(party, &parties, facts).map(Effect::Uninvite);
    let note = format!("第{}方：{}", party.position + 1, body.reason);
    Ok(Decision { note: Some(note), effects: [Effect::RemoveParty(party.clone())].into_iter().chain(guest).collect() })
}

/// Who comes to see a confidential case is decided above whoever handles it, also where they come as a party: they are
/// invited first.
fn entry_fault(case: &DisputeTransition, guest: Option<&Guest>, who: &Authority, place: &'static str) -> Option<FieldError> {
    let in_office = case.fields.standing(who, who.action).is_some();
    guest.filter(|_| case.fields.confidential && in_office).and_then(|_| case.fields.reserved(who.action, who, place))
}

/// The organization in whose name it was filed is no other party of it too.
fn filed_twice_fault(case: &DisputeTransition, party: &Party, place: &'static str) -> Option<FieldError> {
    let filed = party.organization_id.is_some() && party.organization_id == case.progress.filed_for;
    let another = case.progress.filer_position() != Some(party.position);
    (filed && another).then(|| FieldError::at(place, &codes::DUPLICATE_ITEM))
}

/// Who a party is does not change under a mediation to which it consented, or under the person who has linked it.
fn identity_faults(case: &DisputeTransition, before: &Party, after: &Party, who: &Authority) -> Vec<FieldError> {
    let filed_it = case.progress.filer_position() == Some(before.position) && !case.fields.is_filed_by_caller(who);
    let anonymous = case.progress.anonymous && before.role == PartyRole::Applicant;
    let of_organization = case.progress.filed_for.is_some() && case.progress.filer_position() == Some(before.position);
    let mut faults = Vec::new();
    if anonymous {
        let told = [
            (before.name != after.name, "/name"),
            (before.phone != after.phone, "/phone"),
            (before.address != after.address, "/address"),
            (before.representative != after.representative, "/representative"),
            (before.organization_id != after.organization_id, "/organization_id"),
        ];
        faults.extend(told.into_iter().filter(|(told, _)| *told).map(|(_, at)| FieldError::at(at, &codes::NOT_ALLOWED)));
    } else if of_organization {
        let told = [(before.kind != after.kind, "/kind"), (before.organization_id != after.organization_id, "/organization_id")];
        let told = told.into_iter().filter(|(told, _)| *told);
        faults.extend(told.map(|(_, at)| FieldError::at(at, &codes::OWN_ORGANIZATION_REQUIRED)));
    }
    if !faults.is_empty() {
        return faults;
    }
    let rule = match case.previous_status {
        Status::InMediation => &codes::IN_MEDIATION,
        _ if before.linked_at.is_some() => &codes::LINKED,
        _ if filed_it => &codes::APPLICANT_DECIDES,
        _ => return Vec::new(),
    };
    let changed = [
        (before.role != after.role, "/role"),
        (before.kind != after.kind, "/kind"),
        (before.name != after.name, "/name"),
        (before.organization_id != after.organization_id, "/organization_id"),
    ];
    changed.into_iter().filter(|(changed, _)| *changed).map(|(_, at)| FieldError::at(at, rule)).collect()
}

/// An applicant remains, and whoever filed the dispute by themselves is taken out by nobody else.
fn role_fault(
    case: &DisputeTransition,
    party: &Party,
    others: &[Party],
    who: &Authority,
    place: &'static str,
) -> Option<FieldError> {
    if party.role != PartyRole::Applicant {
        return None;
    }
    let remains = others.iter().any(|other| other.role == PartyRole::Applicant);
    let is_filer = case.progress.filer_position() == Some(party.position);
    match (remains, is_filer, case.fields.is_filed_by_caller(who)) {
        (false, ..) => Some(FieldError::at(place, &codes::APPLICANT_REQUIRED)),
        // Who filed it stays; it can be withdrawn.
        (true, true, true) => Some(FieldError::at(place, &codes::NOT_APPLICABLE)),
        (true, true, false) => Some(FieldError::at(place, &codes::APPLICANT_DECIDES)),
        (true, false, _) => None,
    }
}

/// What the category asks for of the parties and they do not tell.
fn missing(case: &DisputeTransition, parties: &[Party]) -> Vec<FieldError> {
    let category = case.rules.category.as_ref().filter(|category| category.active && category.code == case.fields.category);
    category.map_or_else(Vec::new, |category| ProvidedFields::of(&case.fields, parties).missing(category))
}

/// Undoes the link of a party to the sign-in of a person, with the answers that were given by it.
pub fn unlink(case: &mut DisputeTransition, body: PartyUnlinking, facts: &Facts) -> Result<Decision, Problem> {
    let linked = facts.links.iter().find(|link| link.position == body.position).and_then(|link| link.subject.as_deref());
    let Some(subject) = linked else { return invalid("/position", &codes::UNKNOWN_RECORD) };
    // What they said in the mediation would go on without them.
    if case.previous_status == Status::InMediation {
        return invalid("", &codes::IN_MEDIATION);
    }
    case.progress.answers.retain(|answer| answer.position != Some(body.position));
    case.fields.taken_steps.leave(subject);
    let guest = facts.guests.iter().find(|guest| guest.guest == subject).cloned().map(Effect::Uninvite);
    let effects = [Effect::Unlink(body.position)].into_iter().chain(guest).collect();
    Ok(Decision { note: Some(body.reason), effects })
}

/// Keeps what a party or the responsible organization says to it.
pub fn answer(case: &mut DisputeTransition, body: NewAnswer, facts: &Facts, who: &Authority) -> Result<Decision, Problem> {
    let filed = if case.fields.is_filed_by_caller(who) { case.progress.filer_position() } else { None };
    let position = facts.own_positions.first().copied().or(filed);
    let is_responsible = who.organization().is_some() && who.organization() == case.fields.organization_id;
    if position.is_none() && !is_responsible {
        return invalid("", &codes::NOT_A_PARTY);
    }
    let organization_id = case.fields.organization_id.filter(|_| is_responsible);
    let is_theirs = |answer: &&PartyAnswer| (answer.position, answer.organization_id) == (position, organization_id);
    if case.progress.answers.iter().filter(is_theirs).count() >= MOST_ANSWERS {
        return Err(Problem::invalid(vec![FieldError::at("", &codes::MAX_ITEMS).with("limit", MOST_ANSWERS)]));
    }
    // Whoever answers for a party has no other part in the case, with whatever token.
    if position.is_some() && !is_responsible && !case.fields.concerns(&who.actor.caller) {
        case.fields.taken_steps.note(Action::Answer, &who.actor.caller);
    }
    let NewAnswer { kind, text, evidence } = body;
    let note = Some(kind.title().to_owned());
    case.progress.answers.push(PartyAnswer { kind, position, organization_id, text, evidence, at: who.now });
    Ok(Decision::noted(note))
}

fn sees(facts: &Facts, guest: &str) -> bool {
    facts.guests.iter().any(|known| known.guest == guest)
}

/// The organization that saw the case as this party alone.
fn leaves(party: &Party, others: &[Party], facts: &Facts) -> Option<Guest> {
    let organization = party.organization_id?;
    let stays = others.iter().any(|other| other.organization_id == Some(organization));
    facts.guests.iter().find(|guest| !stays && guest.guest == organization.to_string()).cloned()
}
