//! Whether the service can work with its database.

use std::time::Duration;

use tokio::time::timeout;

use super::identity::{Role, role};
use crate::db::migrations;
use crate::db::pool::Db;
use crate::http::problem::Problem;

const LONGEST_CHECK: Duration = Duration::from_secs(2);

/// Why it cannot, as an operator is told in time.
pub async fn check(db: &Db) -> Result<(), String> {
    timeout(LONGEST_CHECK, asked(db)).await.unwrap_or(Err("the database does not answer".into()))
}

async fn asked(db: &Db) -> Result<(), String> {
    match migrations::pending(db).await.map_err(Problem::told_to_operator)? {
        0 => {}
        pending => return Err(format!("{pending} migrations are pending: run `sihe migrate`")),
    }
    match role(db).await.map_err(Problem::told_to_operator)? {
        Role::Primary => Ok(()),
        Role::Standby => Err("the database is a standby".into()),
        Role::Foreign => Err("the database was made in another cluster: run `sihe adopt-database`".into()),
    }
}
