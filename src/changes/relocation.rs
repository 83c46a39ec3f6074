//! What becomes of records whose jurisdiction is revoked, or whose estate goes to another one. They move some at a time;
//! one that cannot is told of, and keeps no other waiting.

use chrono::NaiveDate;
use diesel::BoolExpressionMethods;
use futures_util::future::LocalBoxFuture;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::kinds::RecordType;
use super::record::{FeedRecord, Stored, update_related};
use super::write::{Record, Tx};
use crate::access::authority::Authority;
use crate::access::code::JurisdictionCode;
use crate::access::condition::Condition;
use crate::http::problem::Problem;

/// What becomes of the records of a slice.
pub enum Relocation {
    /// They stay where they are, for the reason given.
    Stays(&'static str),
    /// What is open goes to the successor of a revoked jurisdiction, or ends.
    Moves(Relocate),
    /// The same, and what belongs to an estate goes where that goes.
    MovesWithEstates(Relocate),
}

/// Moves or ends the next records that are open.
pub type Relocate = for<'a> fn(&'a Tx, &'a Authority, &'a Move<'a>) -> LocalBoxFuture<'a, Result<Moved, Problem>>;

/// The next records that go from one jurisdiction to another: so many at most, in the order of their ids.
#[derive(Clone, Copy)]
pub struct Move<'a> {
    pub from: JurisdictionCode,
    pub to: JurisdictionCode,
    /// Only what belongs to these estates; everything where none are named.
    pub estates: Option<&'a [Uuid]>,
    /// The first day on which it is so.
    pub day: NaiveDate,
    pub reason: &'a str,
    /// Only records with a higher id.
    pub after: Uuid,
    pub limit: i64,
}

impl Move<'_> {
    /// What it takes of a place: everything, or only what belongs to the estates that it names.
    pub fn part<T: 'static>(&self, place: Condition<T>, of_estates: impl FnOnce(Vec<Uuid>) -> Condition<T>) -> Condition<T> {
        match self.estates {
            Some(estates) => Box::new(place.and(of_estates(estates.to_vec()))),
            None => place,
        }
    }
}

/// The records that a move takes next, locked by their ids: `next_to_move!(query, estates, way)`.
macro_rules! next_to_move {
    ($query:expr, $table:ident, $way:expr) => {{
        // The plan must know how much lies in the place: little is sorted, much is read in the order of the ids.
        let next = $query.filter($table::id.gt($way.after)).filter($crate::access::condition::force_custom_plan());
        next.order($table::id).limit($way.limit).for_update()
    }};
}
pub(crate) use next_to_move;

/// What a move did.
#[derive(Default)]
pub struct Moved {
    /// Everything that changed.
    pub records: Vec<Record>,
    /// How many records it took, the last of them, and those that could not go.
    pub taken: i64,
    pub last: Option<Uuid>,
    pub stuck: Vec<StuckRecord>,
}

/// A record that cannot move.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct StuckRecord {
    pub r#type: RecordType,
    pub id: Uuid,
    /// Code of the rule in the way, such as `taken` for a name.
    #[schema(max_length = 50)]
    pub code: String,
}

/// Moves each record in a savepoint of its own.
pub async fn move_each<T: FeedRecord>(
    tx: &Tx,
    found: Vec<T>,
    step: impl AsyncFn(&T) -> Result<Vec<Record>, Problem>,
) -> Result<Moved, Problem> {
    let mut moved = Moved { taken: i64::try_from(found.len()).map_err(Problem::internal)?, ..Moved::default() };
    for record in &found {
        let id = record.key().parse().map_err(Problem::internal)?;
        moved.last = Some(id);
        match tx.attempt(async || step(record).await).await {
            Ok(changed) => moved.records.extend(changed),
            // The database cannot work now: all of it is tried again.
            Err(problem) if problem.is_temporary() => return Err(problem),
            Err(problem) => {
                let (code, cause) = (problem.first_code(), problem.private_cause().unwrap_or_default());
                log::warn!(target: "jobs", record = record.key(), code, cause; "a record cannot move");
                moved.stuck.push(StuckRecord { r#type: T::KIND, id, code: code.to_owned() });
            }
        }
    }
    Ok(moved)
}

/// Moves all of them at once, where one that cannot move keeps the others from it.
pub async fn relocate_whole(
    way: &Move<'_>,
    relocate: impl AsyncFn(&Move<'_>) -> Result<Moved, Problem>,
) -> Result<Vec<Record>, Problem> {
    let (mut records, mut way) = (Vec::new(), *way);
    loop {
        let moved = relocate(&way).await?;
        if let Some(stuck) = moved.stuck.first() {
            return Err(Problem::internal(format!("{} cannot move: {}", stuck.id, stuck.code)));
        }
        records.extend(moved.records);
        match moved.last {
            Some(last) => way.after = last,
            None => return Ok(records),
        }
    }
}

/// Moves records of which nothing else changes.
pub async fn move_records<T: Stored>(tx: &Tx, who: &Authority, found: Vec<T>, change: impl Fn(&mut T)) -> Result<Moved, Problem> {
    move_each(tx, found, async |record: &T| Ok(vec![update_related(tx, who.now, record, &change).await?])).await
}
