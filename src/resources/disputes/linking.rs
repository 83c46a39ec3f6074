//! A person who is a party sees the case by their own sign-in, once they have typed the code that an officer handed over.

use std::sync::Arc;

use futures_util::try_join;
use uuid::Uuid;

use super::command::{DisputeChange, invite};
use super::effective_rules::EffectiveRules;
use super::model::DisputeFields;
use super::parties::{Guest, GuestKind, PartyKind};
use super::party_code::{CodeCheck, PartyKey, PartySeat};
use super::party_inputs::{NewLink, PartyCode};
use super::store::{self, parties::Link};
use super::view::view;
use crate::access::permissions::resource::Disputes;
use crate::access::scope::Authorized;
use crate::changes::lifecycle::permit;
use crate::changes::reply::Reply;
use crate::changes::write::{Tx, Written};
use crate::http::codes;
use crate::http::normal_form::plain;
use crate::http::problem::{FieldError, Problem, invalid};

/// A number as it is written on paper: in capital letters.
fn written(number: &str) -> String {
    plain(number).to_uppercase()
}

impl Link {
    fn seat(&self, dispute: Uuid) -> PartySeat {
        PartySeat { dispute, position: self.position, links: self.links }
    }
}

/// The code for a party who does not see the case yet.
pub async fn show(
    tx: &Tx,
    who: &Authorized<Disputes>,
    key: &PartyKey,
    (id, position): (Uuid, i16),
) -> Result<(DisputeFields, PartyCode), Problem> {
    let dispute = store::lock(tx, who, id).await?;
    permit(&dispute, who)?;
    if !store::parties::positions_of(tx.connection(), id, who).await?.is_empty() {
        return Err(Problem::new(&codes::OWN_CASE));
    }
    let links = store::parties::links(tx.connection(), id).await?;
    let fault = |rule| Err(Problem::new(&codes::INVALID_PARAMETER).errors(vec![FieldError::parameter("position", rule)]));
    let Some(link) = links.iter().find(|link| link.position == position) else { return fault(&codes::UNKNOWN_RECORD) };
    if link.kind != PartyKind::Person {
        return fault(&codes::NOT_APPLICABLE);
    }
    let filed_it = dispute.progress.get()?.filer_position() == Some(position);
    if link.subject.is_some() || filed_it {
        return fault(&codes::ALREADY_DONE);
    }
    let (code, valid_until) = key.code(link.seat(id), who.today(), &who.actor.caller);
    let told = PartyCode { number: dispute.number.clone(), code, valid_until };
    Ok((dispute, told))
}

/// Whether the caller still sees what they have linked, which may have been undone.
pub async fn sees(tx: &Tx, who: &Authorized<Disputes>, number: &str) -> Result<(), Problem> {
    let dispute = store::lock_by_number(tx, &written(number)).await?.ok_or_else(|| Problem::new(&codes::NOT_FOUND))?;
    store::lock(tx, who, dispute.id).await.map(drop)
}

/// The party whose code it is, of the persons who do not see the case yet.
fn meant<'a>(
    dispute: &DisputeFields,
    links: &'a [Link],
    check: impl Fn(PartySeat) -> CodeCheck,
) -> Result<Option<(&'a Link, CodeCheck)>, Problem> {
    let filer = dispute.progress.get()?.filer_position();
    let open =
        links.iter().filter(|link| link.subject.is_none() && link.kind == PartyKind::Person && Some(link.position) != filer);
    let mut checked = open.map(|link| (link, check(link.seat(dispute.id))));
    Ok(checked.find(|(_, check)| *check != CodeCheck::Wrong))
}

/// Links the caller to the party whose code they typed. What is wrong with it is not told, so that nobody learns which
/// disputes there are.
pub async fn link(tx: &Tx, who: &Authorized<Disputes>, key: &PartyKey, body: NewLink) -> Result<Written, Problem> {
    let caller = who.actor.caller.as_str();
    let Some(dispute) = store::lock_by_number(tx, &written(&body.number)).await?.filter(|dispute| !dispute.status.is_over())
    else {
        return invalid("/code", &codes::WRONG_CODE);
    };
    let links = store::parties::links(tx.connection(), dispute.id).await?;
    let Some((link, check)) = meant(&dispute, &links, |seat| key.check(seat, who.today(), &body.code, caller))? else {
        return invalid("/code", &codes::WRONG_CODE);
    };
    let (rules, guest, took_steps) = try_join!(
        async { Ok(EffectiveRules::at(tx.connection(), dispute.jurisdiction, &dispute.category, who.today()).await?) },
        store::parties::guest(tx, dispute.id, caller),
        store::has_steps_of(tx, dispute.id, caller)
    )?;
    // Whoever has a part in the case already, as its applicant, its mediator or in an office, gets no other one.
    if check == CodeCheck::Own
        || took_steps
        || dispute.taken_steps.has_any(caller)
        || dispute.created_by == caller
        || guest.is_some()
    {
        return invalid("/code", &codes::SECOND_PERSON);
    }
    let note = format!("第{}方", link.position + 1);
    let change = DisputeChange::of(&dispute, &Arc::new(rules), who, ("link", Some(note)), |case| {
        case.fields.taken_steps.join(link.role.as_str(), caller);
    })?;
    store::parties::link(tx, dispute.id, link, caller, who.now).await?;
    let (kind, guest, reason) = (GuestKind::Party, caller.to_owned(), link.role.as_str().to_owned());
    let guest = Guest { kind, guest, name: None, reason, invited_at: who.now };
    let invited = invite(tx, &dispute, &guest).await?;
    let linked = change.store(tx, who.now).await?;
    let (fields, parts) = store::read(tx, who, dispute.id).await?;
    let reply = Reply::ok(fields.version, &view(who, fields, Some(parts)))?;
    Ok(Written { records: vec![linked, invited], reply, undo: false })
}
