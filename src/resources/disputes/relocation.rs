//! Disputes whose jurisdiction is revoked.

use std::sync::Arc;

use super::command::DisputeChange;
use super::effective_rules::EffectiveRules;
use super::store;
use crate::access::authority::Authority;
use crate::access::code::JurisdictionCode;
use crate::changes::write::{Record, Tx};
use crate::http::problem::Problem;

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
    let rules = Arc::new(EffectiveRules::at(tx.connection(), to, &first.category, who.today()).await?);
    let moved = open.iter().map(|before| {
        DisputeChange::of(before, &rules, who, ("relocate", Some(note.to_owned())), |case| {
            case.move_to(to);
            if let Some(hold) = case.progress.hold.as_mut().filter(|hold| from.contains(&hold.jurisdiction)) {
                hold.jurisdiction = to;
            }
        })
    });
    DisputeChange::store_all(moved.collect::<Result<_, _>>()?, tx, who.now).await
}
