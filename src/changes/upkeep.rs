//! What grows is cut back: idempotency keys after 7 days, feed rows that a newer one has replaced
//! after 90. The newest row of a record stays, so that `begin` always finds everything.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::sql_types::{BigInt, Timestamptz};
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};

use super::write::{Tx, pg_try_advisory_xact_lock};
use crate::db::pool::Db;
use crate::http::problem::Problem;

/// How long a reader may wait before it must begin again.
pub const FEED_RETENTION: TimeDelta = TimeDelta::days(90);
const KEY_RETENTION: TimeDelta = TimeDelta::days(7);
/// Rows that go in one transaction: a long one would hold the feed back.
const BATCH: i64 = 5000;
/// One instance at a time cuts back.
const LOCK: i64 = 7_334_092;

const OLD_KEYS: &str = "DELETE FROM idempotency_keys WHERE (caller, key) IN \
    (SELECT caller, key FROM idempotency_keys WHERE created_at < $1 LIMIT $3) AND $2 IS NOT NULL";

/// Word that a record left a jurisdiction is kept twice as long as a cursor lives, so that a reader
/// who has just read the record still comes to it.
const REPLACED_ROWS: &str = "DELETE FROM changes WHERE (tx, seq) IN (SELECT tx, seq FROM changes old WHERE old.changed_at < $1 \
    AND (old.op = 'upsert' OR old.changed_at < $2) \
    AND EXISTS (SELECT FROM changes newer WHERE newer.record_id = old.record_id AND newer.kind = old.kind \
    AND newer.op = 'upsert' AND (newer.tx, newer.seq) > (old.tx, old.seq)) LIMIT $3)";

/// Cuts back, batch after batch, until nothing is too old.
pub async fn run(db: &Db, now: DateTime<Utc>) -> Result<(), Problem> {
    while delete(db, OLD_KEYS, now - KEY_RETENTION, now).await? {}
    while delete(db, REPLACED_ROWS, now - FEED_RETENTION, now - FEED_RETENTION * 2).await? {}
    Ok(())
}

/// Deletes one batch; true when there may be more.
async fn delete(db: &Db, statement: &str, older: DateTime<Utc>, oldest: DateTime<Utc>) -> Result<bool, Problem> {
    let tx = Tx::begin(db).await?;
    tx.connection().batch_execute("SET LOCAL statement_timeout = '60s'").await?;
    if !diesel::select(pg_try_advisory_xact_lock(LOCK)).get_result::<bool>(&mut tx.connection()).await? {
        tx.end("ROLLBACK").await?;
        return Ok(false);
    }
    let deleted = diesel::sql_query(statement)
        .bind::<Timestamptz, _>(older)
        .bind::<Timestamptz, _>(oldest)
        .bind::<BigInt, _>(BATCH)
        .execute(&mut tx.connection())
        .await?;
    tx.end("COMMIT").await?;
    Ok(i64::try_from(deleted).unwrap_or(BATCH) >= BATCH)
}
