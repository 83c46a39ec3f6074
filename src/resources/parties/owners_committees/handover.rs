//! How a term ends: what is handed over, the end, and an early end.

use super::command::{Effect, Facts};
use super::duties::DutyKind;
use super::election::tell_estate;
use super::inputs::{Dissolution, Done, ItemHandedOver};
use super::model::{HandedOver, OwnersCommitteeFields};
use crate::access::authority::Authority;
use crate::http::codes;
use crate::http::problem::{FieldError, Problem};

/// Lists what is to be handed over.
pub fn begin(committee: &mut OwnersCommitteeFields, done: Done, facts: &Facts, who: &Authority) -> Result<Vec<Effect>, Problem> {
    Problem::fail_if_any(who.day_faults("/done_on", done.done_on, committee.elected_on))?;
    committee.handover_on = Some(done.done_on);
    if !committee.has(DutyKind::Handover) {
        committee.begin_handover_from(facts.next_elected_on.unwrap_or(done.done_on), &facts.place);
    }
    let mut effects = vec![Effect::ListHandover];
    effects.extend(tell_estate(committee, facts, false));
    Ok(effects)
}

/// Records that something was handed over.
pub fn hand_over(committee: &OwnersCommitteeFields, body: ItemHandedOver, who: &Authority) -> Result<Vec<Effect>, Problem> {
    let ItemHandedOver { item, done_on, note } = body;
    Problem::fail_if_any(who.day_faults("/done_on", done_on, committee.handover_on))?;
    Ok(vec![Effect::HandOver { item, on: done_on, note }])
}

/// What is still to be handed over before a term can end.
pub fn open_items(handover: &[HandedOver]) -> Vec<&'static str> {
    handover.iter().filter(|one| one.done_on.is_none()).map(|one| one.item.as_str()).collect()
}

/// Ends a term of which everything was handed over.
pub fn end(committee: &mut OwnersCommitteeFields, done: Done, facts: &Facts, who: &Authority) -> Result<Vec<Effect>, Problem> {
    Problem::fail_if_any(who.day_faults("/done_on", done.done_on, committee.handover_on))?;
    let open = open_items(&facts.parts.1);
    if !open.is_empty() {
        let error = FieldError::at("", &codes::NOT_DONE).with("items", open);
        return Err(Problem::new(&codes::STILL_NEEDED).errors(vec![error]));
    }
    committee.ended_on = Some(done.done_on);
    Ok(Vec::new())
}

/// Ends a term early, or an election that failed.
pub fn dissolve(
    committee: &mut OwnersCommitteeFields,
    body: Dissolution,
    facts: &Facts,
    who: &Authority,
) -> Result<Vec<Effect>, Problem> {
    Problem::fail_if_any(who.day_faults("/done_on", body.done_on, committee.elected_on))?;
    (committee.ended_on, committee.end_reason) = (Some(body.done_on), Some(body.reason));
    Ok(tell_estate(committee, facts, false))
}
