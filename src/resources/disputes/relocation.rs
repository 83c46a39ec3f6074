//! Disputes whose jurisdiction is revoked, or whose estate goes to another one.

use std::sync::Arc;

use super::command::DisputeChange;
use super::effective_rules::EffectiveRules;
use super::model::DisputeFields;
use super::store;
use crate::access::authority::Authority;
use crate::changes::relocation::{Move, Moved, move_each, relocate_whole};
use crate::changes::write::{Record, Tx};
use crate::http::problem::Problem;

/// Moves the next disputes that are not over.
pub async fn relocate(tx: &Tx, who: &Authority, way: &Move<'_>) -> Result<Moved, Problem> {
    let open = store::to_move(tx, way).await?;
    let Some(first) = open.first() else { return Ok(Moved::default()) };
    // Moving changes no time; what counts is only the calendar, which a city has.
    let rules = Arc::new(EffectiveRules::at(tx.connection(), way.to, &first.category, who.today()).await?);
    let step = async |before: &DisputeFields| {
        let moved = DisputeChange::of(before, &rules, who, ("relocate", Some(way.reason.to_owned())), |case| {
            case.move_to(way.to);
            if let Some(hold) = case.progress.hold.as_mut().filter(|hold| way.from.contains(&hold.jurisdiction)) {
                hold.jurisdiction = way.to;
            }
        })?;
        Ok(vec![moved.store(tx, who.now).await?])
    };
    move_each(tx, open, step).await
}

/// Moves all disputes of a grid that are not over at once: it has few.
pub async fn relocate_all(tx: &Tx, who: &Authority, way: &Move<'_>) -> Result<Vec<Record>, Problem> {
    relocate_whole(way, async |way: &Move<'_>| relocate(tx, who, way).await).await
}
