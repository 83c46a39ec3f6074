//! Whether the service can work with its database.

use super::identity::{Role, role};
use crate::db::migrations;
use crate::db::pool::Db;
use crate::http::problem::Problem;

/// Why it cannot, as an operator is told.
pub async fn check(db: &Db) -> Result<(), String> {
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
