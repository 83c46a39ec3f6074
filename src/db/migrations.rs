//! Changes of the database's structure, carried inside the program.

use std::error::Error;
use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::dsl::sql;
use diesel::migration::{Migration, MigrationSource};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use diesel_async::AsyncPgConnection;
use diesel_async::async_connection_wrapper::AsyncConnectionWrapper;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::pool::{Db, DbOptions, dedicated};
use super::tap::{Trouble, trouble};
use crate::http::problem::Problem;

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations");

/// One program at a time may migrate a database. Whoever waits for a table keeps all others from it, so that nobody waits long.
const LOCK: &str = "SET default_transaction_read_only = off; SET statement_timeout = 0; SELECT pg_advisory_lock(7334091); \
    SET lock_timeout = '1s'";
const BETWEEN_TRIES: Duration = Duration::from_millis(500);
const MOST_TRIES: usize = 120;
/// Others who work with the same database.
const OTHERS: &str = "(SELECT count(*) FROM pg_stat_activity \
    WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid())";

type Blocking = AsyncConnectionWrapper<AsyncPgConnection>;

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
        let mut connection: Blocking = connection.into();
        connection.batch_execute(LOCK).map_err(|error| error.to_string())?;
        match direction {
            Direction::Up => up(&mut connection),
            Direction::Down => down(&mut connection),
        }
    };
    tokio::task::spawn_blocking(work).await.map_err(|error| error.to_string())?
}

/// Applies one migration after the other, each when its tables are free for a moment.
fn up(connection: &mut Blocking) -> Result<Vec<String>, String> {
    let (mut versions, mut tries) = (Vec::new(), 0);
    while connection.has_pending_migration(MIGRATIONS).map_err(|error| error.to_string())? {
        match connection.run_next_migration(MIGRATIONS) {
            Ok(version) => versions.push(version.to_string()),
            Err(error) if tries < MOST_TRIES && is_busy(&error.to_string()) => {
                tries += 1;
                log::info!(target: "database", tries = tries; "a table is in use, the migration waits");
                std::thread::sleep(BETWEEN_TRIES);
            }
            Err(error) => return Err(error.to_string()),
        }
    }
    Ok(versions)
}

fn is_busy(error: &str) -> bool {
    error.contains("lock timeout") || matches!(trouble(error), Some(Trouble::Contended))
}

/// Takes everything back, or nothing.
#[allow(clippy::disallowed_methods, reason = "the structure is no record")]
fn down(connection: &mut Blocking) -> Result<Vec<String>, String> {
    let others = diesel::select(sql::<BigInt>(OTHERS)).get_result::<i64>(connection).map_err(|error| error.to_string())?;
    if others > 0 {
        return Err(format!("{others} others are connected to the database: stop every instance first"));
    }
    let reverted: Result<_, Box<dyn Error + Send + Sync>> = diesel::Connection::transaction(connection, |connection| {
        let versions = connection.revert_all_migrations(MIGRATIONS)?;
        Ok(versions.iter().map(ToString::to_string).collect())
    });
    reverted.map_err(|error| error.to_string())
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
