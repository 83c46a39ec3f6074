//! Locks by name, for rules that span several records.

use diesel::prelude::*;
use diesel::sql_types::Text;
use diesel_async::{AsyncPgConnection, RunQueryDsl};

/// Waits until nobody else holds the name, and holds it until the transaction ends.
pub async fn hold(connection: &AsyncPgConnection, name: &str) -> QueryResult<()> {
    let mut connection = connection;
    let held = diesel::sql_query("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))").bind::<Text, _>(name);
    held.execute(&mut connection).await.map(drop)
}
