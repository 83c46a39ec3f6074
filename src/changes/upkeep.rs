//! What grows is cut back: idempotency keys after 7 days, failures of jobs a day after their last, feed rows that a newer one has replaced
//! after 90. The newest row of a record stays, so that `begin` always finds everything. The audit gets its months.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use diesel::sql_types::{BigInt, Timestamptz};
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};

use super::archive;
use super::feed::ChangeOp;
use super::write::{Tx, pg_try_advisory_xact_lock};
use crate::db::pool::Db;
use crate::http::problem::Problem;

/// How long a reader may wait before it must begin again.
pub const FEED_RETENTION: TimeDelta = TimeDelta::days(90);
const KEY_RETENTION: TimeDelta = TimeDelta::days(7);
/// What still fails is tried again within an hour.
const FAILURE_RETENTION: TimeDelta = TimeDelta::days(1);
/// Rows that go in one transaction: a long one would hold the feed back.
const BATCH: i64 = 5000;
/// One instance at a time cuts back.
const LOCK: i64 = 7_334_092;

const OLD_KEYS: &str = "DELETE FROM idempotency_keys WHERE (caller, key) IN \
    (SELECT caller, key FROM idempotency_keys WHERE created_at < $1 LIMIT $2)";

const OLD_FAILURES: &str = "DELETE FROM job_failures WHERE (job, record_id) IN \
    (SELECT job, record_id FROM job_failures WHERE retry_at < $1 LIMIT $2)";

/// Deletes rows of one kind that a newer upsert of the same record has replaced.
fn replaced(op: ChangeOp) -> String {
    format!(
        "DELETE FROM changes WHERE (tx, seq) IN (SELECT tx, seq FROM changes old WHERE old.changed_at < $1 AND old.op = '{}' \
         AND EXISTS (SELECT FROM changes newer WHERE newer.record_id = old.record_id AND newer.kind = old.kind \
         AND newer.op = 'upsert' AND (newer.tx, newer.seq) > (old.tx, old.seq)) LIMIT $2)",
        op.as_str()
    )
}

/// Statements of upkeep take so long at most; nobody waits for them.
pub const LONGEST_STATEMENT: Duration = Duration::from_secs(60);
pub(super) const PATIENT: &str = "SET LOCAL statement_timeout = '60s'";

/// Cuts back, batch after batch, until nothing is too old.
pub async fn run(db: &Db, now: DateTime<Utc>) -> Result<(), Problem> {
    // Told at the end: what grows is cut back even where no table can be made.
    let kept = archive::keep_months(db, now).await;
    while delete(db, OLD_KEYS, now - KEY_RETENTION).await? {}
    while delete(db, OLD_FAILURES, now - FAILURE_RETENTION).await? {}
    while delete(db, &replaced(ChangeOp::Upsert), now - FEED_RETENTION).await? {}
    // Word that a record left a jurisdiction is kept twice as long as a cursor lives, so that a reader
    // who has just read the record still comes to it.
    while delete(db, &replaced(ChangeOp::Removed), now - FEED_RETENTION * 2).await? {}
    kept
}

/// Deletes one batch; true when there may be more.
async fn delete(db: &Db, statement: &str, older: DateTime<Utc>) -> Result<bool, Problem> {
    let tx = Tx::begin(db).await?;
    tx.connection().batch_execute(PATIENT).await?;
    if !diesel::select(pg_try_advisory_xact_lock(LOCK)).get_result::<bool>(&mut tx.connection()).await? {
        tx.end("ROLLBACK").await?;
        return Ok(false);
    }
    let deleted =
        diesel::sql_query(statement).bind::<Timestamptz, _>(older).bind::<BigInt, _>(BATCH).execute(&mut tx.connection()).await?;
    tx.end("COMMIT").await?;
    Ok(i64::try_from(deleted).unwrap_or(BATCH) >= BATCH)
}
