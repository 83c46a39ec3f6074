//! The moves that follow from a change of the administrative tree: some records at a time, since readers of the feed wait
//! for the end of each transaction. Killed anywhere, the service goes on where it stopped.

use chrono::TimeDelta;
use uuid::Uuid;

use super::model::{DivisionChange, DivisionChangeStatus, PlannedMove};
use super::store;
use crate::access::permissions::resource::DivisionChanges;
use crate::access::scope::Authorized;
use crate::changes::jobs::{Job, run_batch};
use crate::changes::record::{FeedRecord, Stored};
use crate::changes::relocation::{Move, Relocate, Relocation};
use crate::changes::slice::Slices;
use crate::changes::write::{Record, Tx};
use crate::http::problem::Problem;
use crate::resources::places::jurisdictions::store as jurisdictions;

pub const JOBS: &[Job] = &[Job {
    name: "division_changes.move_records",
    run: |db, due| {
        let step = async move |tx: &Tx, who: &Authorized<DivisionChanges>, change: &DivisionChange| {
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
fn legs(change: &DivisionChange, slices: Slices) -> Vec<(&PlannedMove, Relocate)> {
    let of_slice = |planned: &PlannedMove, relocation: &Relocation| match relocation {
        Relocation::Moves(relocate) if planned.estate_ids.is_none() => Some(*relocate),
        Relocation::MovesWithEstates(relocate) => Some(*relocate),
        Relocation::Moves(_) | Relocation::Stays(_) => None,
    };
    let each = |planned| slices.iter().filter_map(move |slice| Some((planned, of_slice(planned, &slice.relocation)?)));
    change.moves.0.iter().flat_map(each).collect()
}

/// Moves the next records of a change, and tells how far it has come.
async fn move_records(
    tx: &Tx,
    who: &Authorized<DivisionChanges>,
    before: &DivisionChange,
    slices: Slices,
) -> Result<Vec<Record>, Problem> {
    let mut change = before.clone();
    let legs = legs(before, slices);
    let (mut records, mut room) = (Vec::new(), BATCH);
    if change.progress.position == 0 && change.progress.moved_up_to.is_nil() {
        change.stuck.0.clear();
    }
    while room > 0 {
        let next = usize::try_from(change.progress.position).ok().and_then(|position| legs.get(position));
        let Some((planned, relocate)) = next else {
            end_pass(&mut change, who);
            break;
        };
        // It may have been revoked since.
        let to = jurisdictions::successor(tx, planned.to).await?.unwrap_or(planned.to);
        let way = Move {
            from: planned.from,
            to,
            estates: planned.estate_ids.as_deref(),
            day: change.effective_on,
            reason: &before.legal_basis,
            after: change.progress.moved_up_to,
            limit: room,
        };
        let moved = relocate(tx, who, &way).await?;
        records.extend(moved.records);
        match moved.last.filter(|_| moved.taken == room) {
            Some(last) => change.progress.moved_up_to = last,
            None => (change.progress.position, change.progress.moved_up_to) = (change.progress.position + 1, Uuid::nil()),
        }
        room -= moved.taken;
        change.moved += moved.taken - i64::try_from(moved.stuck.len()).unwrap_or_default();
        change.stuck.0.extend(moved.stuck);
        change.stuck.0.truncate(MOST_NAMED);
    }
    let told = (change.status, change.moved, &change.stuck) != (before.status, before.moved, &before.stuck);
    if told {
        change.advance(who.now);
        records.push(Record::of(Some(before), &change)?);
    }
    change.save(tx).await?;
    Ok(records)
}

/// Everything was asked once. What moved may have let something else follow: only a pass that moves nothing is the last.
fn end_pass(change: &mut DivisionChange, who: &Authorized<DivisionChanges>) {
    let progress = &mut change.progress;
    let moved_none = change.moved == progress.moved_before;
    (progress.position, progress.moved_up_to, progress.moved_before) = (0, Uuid::nil(), change.moved);
    if moved_none && change.stuck.is_empty() {
        (change.status, change.completed_at, progress.next_step_at) = (DivisionChangeStatus::Completed, Some(who.now), None);
    } else if moved_none {
        progress.next_step_at = Some(who.now + PAUSE);
    }
}
