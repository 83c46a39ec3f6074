//! Changes of the database's structure, carried inside the program.

use diesel::connection::SimpleConnection;
use diesel::migration::{Migration, MigrationSource};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::Text;
use diesel_async::AsyncPgConnection;
use diesel_async::async_connection_wrapper::AsyncConnectionWrapper;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::pool::{Db, DbOptions, dedicated};
use crate::http::problem::Problem;

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations");

/// One program at a time may migrate a database.
const LOCK: &str = "SET default_transaction_read_only = off; SET statement_timeout = 0; SELECT pg_advisory_lock(7334091)";

/// Which way to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    Up,
    Down,
}

/// Applies what is missing, or takes everything back. Gives back the versions it went through.
pub async fn run(options: &DbOptions, direction: Direction) -> Result<Vec<String>, String> {
    let connection = dedicated(options).await?;
    let work = move || {
        let mut connection: AsyncConnectionWrapper<AsyncPgConnection> = connection.into();
        connection.batch_execute(LOCK).map_err(|error| error.to_string())?;
        let versions = match direction {
            Direction::Up => connection.run_pending_migrations(MIGRATIONS),
            Direction::Down => connection.revert_all_migrations(MIGRATIONS),
        };
        let versions = versions.map_err(|error| error.to_string())?;
        Ok(versions.iter().map(ToString::to_string).collect())
    };
    tokio::task::spawn_blocking(work).await.map_err(|error| error.to_string())?
}

#[derive(QueryableByName)]
struct Applied {
    #[diesel(sql_type = Text)]
    version: String,
}

/// How many migrations of this program the database lacks.
pub async fn pending(db: &Db) -> Result<usize, Problem> {
    let known: Vec<Box<dyn Migration<Pg>>> = MIGRATIONS.migrations().map_err(Problem::internal)?;
    let query = diesel::sql_query("SELECT version FROM __diesel_schema_migrations");
    let work = async |mut connection: &AsyncPgConnection| diesel_async::RunQueryDsl::load(query, &mut connection).await;
    let applied: Vec<Applied> = db.read(work).await?;
    let versions = known.iter().map(|migration| migration.name().version().to_string());
    Ok(versions.filter(|version| !applied.iter().any(|a| a.version == *version)).count())
}
