//! Protected data, told in full for a purpose that the audit keeps.

use serde::Serialize;
use serde_json::json;

use super::record::FeedRecord;
use super::reply::{Reply, Unversioned};
use super::write::{Record, Tx, Written, write};
use crate::access::authority::Authority;
use crate::access::privacy::Purpose;
use crate::db::pool::Db;
use crate::http::idempotency::Retry;
use crate::http::problem::Problem;

/// Tells what `read` gives, and the audit who read it of which record, as what kind, and what for.
pub async fn disclose<T: FeedRecord, V: Serialize>(
    db: &Db,
    authority: &Authority,
    (kind, purpose): (&'static str, Purpose),
    read: impl AsyncFnOnce(&Tx) -> Result<(T, V), Problem>,
) -> Result<Unversioned, Problem> {
    let unchanged = async |tx: &Tx| read(tx).await.map(|(record, told)| (record, told, Vec::new()));
    disclose_and_change(db, authority, (kind, purpose), unchanged).await
}

/// The same where the reading itself changes something.
pub async fn disclose_and_change<T: FeedRecord, V: Serialize>(
    db: &Db,
    authority: &Authority,
    (kind, purpose): (&'static str, Purpose),
    read: impl AsyncFnOnce(&Tx) -> Result<(T, V, Vec<Record>), Problem>,
) -> Result<Unversioned, Problem> {
    write(db, authority, &Retry::none(), async |tx| {
        let (record, told, changed) = read(tx).await?;
        let audited = Record::part(&record, kind, None::<&()>, &json!({"purpose": purpose}))?;
        Ok(Written { records: vec![audited], reply: Reply::ok(record.version(), &told)?, undo: false }.and(changed))
    })
    .await
    .map(Unversioned)
}
