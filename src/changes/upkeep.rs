//! What grows is cut back: idempotency keys after 7 days, feed rows that a newer one has replaced
//! after 90. The newest row of a record stays, so that `begin` always finds everything.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use diesel::sql_types::Timestamptz;
use diesel_async::RunQueryDsl;

use super::write::Tx;
use crate::db::pool::Db;
use crate::db::schema::idempotency_keys;
use crate::http::problem::Problem;

/// How long a reader may wait before it must begin again.
pub const FEED_RETENTION: TimeDelta = TimeDelta::days(90);
const KEY_RETENTION: TimeDelta = TimeDelta::days(7);

/// Word that a record left a jurisdiction is kept twice as long as a cursor lives, so that a reader
/// who has just read the record still comes to it.
const REPLACED_ROWS: &str = "DELETE FROM changes old WHERE old.changed_at < $1 \
    AND (old.op = 'upsert' OR old.changed_at < $2) \
    AND EXISTS (SELECT FROM changes newer WHERE newer.record_id = old.record_id AND newer.kind = old.kind \
    AND newer.op = 'upsert' AND (newer.tx, newer.seq) > (old.tx, old.seq))";

/// Cuts back once.
pub async fn run(db: &Db, now: DateTime<Utc>) -> Result<(), Problem> {
    let tx = Tx::begin(db).await?;
    let keys = idempotency_keys::table.filter(idempotency_keys::created_at.lt(now - KEY_RETENTION));
    diesel::delete(keys).execute(&mut tx.connection()).await?;
    diesel::sql_query(REPLACED_ROWS)
        .bind::<Timestamptz, _>(now - FEED_RETENTION)
        .bind::<Timestamptz, _>(now - FEED_RETENTION * 2)
        .execute(&mut tx.connection())
        .await?;
    tx.end("COMMIT").await
}
