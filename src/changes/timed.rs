//! What the service does by itself when a time has come: one transaction a step, so that a crash loses nothing.

use chrono::{DateTime, Utc};
use serde_json::json;

use super::reply::Reply;
use super::write::{Change, Record, Tx, write};
use crate::access::policy::ResourceTag;
use crate::access::scope::Authorized;
use crate::db::pool::Db;
use crate::http::idempotency::Retry;
use crate::http::problem::Problem;

/// Takes one step if there is any: `step` claims a record, passing over what another instance holds, and tells what it
/// changed. False when there was nothing to do.
pub async fn once<R: ResourceTag>(
    db: &Db,
    now: DateTime<Utc>,
    step: impl AsyncFnOnce(&Tx, &Authorized<R>) -> Result<Option<Vec<Record>>, Problem>,
) -> Result<bool, Problem> {
    let scope = Authorized::of_service(now);
    let mut found = false;
    write(db, &scope, &Retry::none(), async |tx| {
        let records = step(tx, &scope).await?;
        found = records.is_some();
        Ok(Change { records: records.unwrap_or_default(), reply: Reply::ok(0, &json!({}))?, undo: false })
    })
    .await?;
    Ok(found)
}
