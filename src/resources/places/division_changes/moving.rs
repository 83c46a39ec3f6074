//! The moves that follow from a change of the administrative tree: some records at a time, since readers of the feed wait
//! for the end of each transaction. Killed anywhere, the service goes on where it stopped.

use chrono::TimeDelta;

use super::model::{DivisionChangeFields, DivisionChangeStatus, PlannedMove, Progress};
use super::store;
use crate::access::permissions::resource::DivisionChanges;
use crate::access::scope::Authorized;
use crate::changes::jobs::{Job, run_batch};
use crate::changes::record::{FeedRecord, Stored};
use crate::changes::relocation::{Move, Relocate, Relocation};
use crate::changes::slice::Slices;
use crate::changes::write::{Record, Tx};
use crate::db::json_value::JsonList;
use crate::http::problem::Problem;
use crate::resources::places::jurisdictions::store as jurisdictions;

pub const JOBS: &[Job] = &[Job {
    name: "division_changes.move_records",
    run: |db, due| {
        let step = async move |tx: &Tx, who: &Authorized<DivisionChanges>, change: &DivisionChangeFields| {
            move_records(tx, who, change, due.slices).await
        };
        Box::pin(run_batch(db, due, store::claim, step))
    },
}];

/// Records that move in one transaction.
const BATCH: i64 = 100;
/// What cannot move is named up to here.
const MOST_NAMED: usize = 100;
/// How long what cannot move waits until it is tried again.
const PAUSE: TimeDelta = TimeDelta::minutes(5);

/// What has to be done for a move: each slice in turn that has something to move.
fn legs(change: &DivisionChangeFields, slices: Slices) -> Vec<(&PlannedMove, Relocate)> {
    let of_slice = |planned: &PlannedMove, relocation: &Relocation| match relocation {
        Relocation::Moves(relocate) if planned.estate_ids.is_none() => Some(*relocate),
        Relocation::MovesWithEstates(relocate) => Some(*relocate),
        Relocation::Moves(_) | Relocation::Stays(_) => None,
    };
    let each = |planned| slices.iter().filter_map(move |slice| Some((planned, of_slice(planned, &slice.relocation)?)));
    change.moves.0.iter().flat_map(each).collect()
}

/// Moves the next records of a change, those of one slice, and tells how far it has come.
async fn move_records(
    tx: &Tx,
    who: &Authorized<DivisionChanges>,
    before: &DivisionChangeFields,
    slices: Slices,
) -> Result<Vec<Record>, Problem> {
    let mut change = before.clone();
    let legs = legs(before, slices);
    let mut records = Vec::new();
    let begins = before.progress.is_at_begin();
    if begins {
        (change.stuck_count, change.stuck) = (0, JsonList::default());
    }
    loop {
        let next = usize::try_from(change.progress.position).ok().and_then(|position| legs.get(position));
        // What did not go with its estate must not go with the rest to another place.
        let Some((planned, relocate)) = next.filter(|(planned, _)| change.stuck_count == 0 || !follows_estates(before, planned))
        else {
            end_pass(&mut change, begins, who);
            break;
        };
        let (taken, moved) = move_some(tx, who, &mut change, planned, *relocate).await?;
        records.extend(moved);
        if taken > 0 {
            break;
        }
    }
    if (change.status, change.moved, &change.stuck) != (before.status, before.moved, &before.stuck) {
        change.advance(who.now);
        records.push(Record::of(Some(before), &change)?);
    }
    change.save(tx).await?;
    Ok(records)
}

/// Moves the next records of one slice; says how many it took, and everything that changed.
async fn move_some(
    tx: &Tx,
    who: &Authorized<DivisionChanges>,
    change: &mut DivisionChangeFields,
    planned: &PlannedMove,
    relocate: Relocate,
) -> Result<(i64, Vec<Record>), Problem> {
    let way = Move {
        from: planned.from,
        // It may have been revoked since.
        to: jurisdictions::successor(tx, planned.to).await?.unwrap_or(planned.to),
        estates: planned.estate_ids.as_deref(),
        day: change.effective_on,
        reason: &change.legal_basis,
        after: change.progress.moved_up_to,
        limit: BATCH,
    };
    let moved = relocate(tx, who, &way).await?;
    change.progress.go_on(if moved.taken == BATCH { moved.last } else { None });
    let stuck = i64::try_from(moved.stuck.len()).unwrap_or_default();
    (change.moved, change.stuck_count) = (change.moved + moved.taken - stuck, change.stuck_count + stuck);
    change.stuck.0.extend(moved.stuck);
    change.stuck.0.truncate(MOST_NAMED);
    Ok((moved.taken, moved.records))
}

/// True for the rest of a jurisdiction of which some estates go elsewhere.
fn follows_estates(change: &DivisionChangeFields, planned: &PlannedMove) -> bool {
    planned.estate_ids.is_none() && change.moves.0.iter().any(|other| other.from == planned.from && other.estate_ids.is_some())
}

/// Every slice was asked. What moved may have let something else follow: only a pass that finds nothing, asking all of
/// them in one transaction, is the last.
fn end_pass(change: &mut DivisionChangeFields, at_once: bool, who: &Authorized<DivisionChanges>) {
    let moved_none = change.moved == change.progress.moved_before;
    change.progress = Progress { moved_before: change.moved, next_step_at: Some(who.now), ..Progress::default() };
    if moved_none && change.stuck_count > 0 {
        change.progress.next_step_at = Some(who.now + PAUSE);
    } else if moved_none && at_once {
        (change.status, change.completed_at) = (DivisionChangeStatus::Completed, Some(who.now));
        change.progress.next_step_at = None;
    }
}
