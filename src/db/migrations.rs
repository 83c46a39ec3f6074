//! Changes of the database's structure, carried inside the program.

use std::error::Error;
use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::dsl::sql;
use diesel::migration::{Migration, MigrationSource};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Text};
use diesel_async::AsyncPgConnection;
use diesel_async::async_connection_wrapper::AsyncConnectionWrapper;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::pool::{Db, DbOptions, dedicated};
use super::tap::{Trouble, trouble};
use crate::http::problem::Problem;

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations");

/// One program at a time may migrate a database. It is asked for again and again: whoever waits for a lock holds up those who
/// build an index beside running work.
const ALONE: &str = "SET default_transaction_read_only = off; SET statement_timeout = 0";
const IS_ALONE: &str = "pg_try_advisory_lock(7334091)";
/// Whoever waits for a table keeps all others from it, so that nobody waits long. What runs outside a transaction keeps nobody.
const FOR_A_MOMENT: &str = "SET lock_timeout = '100ms'";
const AS_LONG_AS_IT_TAKES: &str = "SET lock_timeout = 0";
const BETWEEN_TRIES: Duration = Duration::from_millis(300);
const MOST_TRIES: usize = 400;
/// Indexes that somebody builds: the server may go on with what a broken attempt has begun.
const BUILDING: &str = "(SELECT count(*) FROM pg_stat_progress_create_index WHERE datname = current_database())";
/// Indexes that an attempt began to build or to drop and did not end.
const HALF_BUILT: &str = "SELECT format('DROP INDEX CONCURRENTLY %s', indexrelid::regclass) AS statement FROM pg_index \
    JOIN pg_class ON pg_class.oid = indexrelid \
    WHERE NOT indisvalid AND relkind = 'i' AND relnamespace = current_schema()::regnamespace";
/// Others who work with the same database.
pub const OTHERS: &str = "(SELECT count(*) FROM pg_stat_activity \
    WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid())";

/// So often it is asked again, every tenth of a second, whether they have left.
const PATIENCE_WITH_OTHERS: usize = 20;

type Blocking = AsyncConnectionWrapper<AsyncPgConnection>;

/// Which way to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    Up,
    Down,
}

/// Applies what is missing, or takes everything back. Gives back the versions it went through.
pub async fn run(options: &DbOptions, direction: Direction) -> Result<Vec<String>, String> {
    // What changes the structure takes as long as it takes.
    let connection = dedicated(&DbOptions { longest_silence: Duration::MAX, ..options.clone() }).await?;
    let work = move || {
        let mut connection: Blocking = connection.into();
        connection.batch_execute(ALONE).map_err(|error| error.to_string())?;
        wait_to_be_alone(&mut connection)?;
        match direction {
            Direction::Up => up(&mut connection),
            Direction::Down => down(&mut connection),
        }
    };
    tokio::task::spawn_blocking(work).await.map_err(|error| error.to_string())?
}

fn wait_to_be_alone(connection: &mut Blocking) -> Result<(), String> {
    while !diesel::select(sql::<Bool>(IS_ALONE)).get_result::<bool>(connection).map_err(|error| error.to_string())? {
        std::thread::sleep(BETWEEN_TRIES);
    }
    Ok(())
}

/// Applies one migration after the other, each when its tables are free for a moment.
fn up(connection: &mut Blocking) -> Result<Vec<String>, String> {
    let pending = connection.pending_migrations(MIGRATIONS).map_err(|error| error.to_string())?;
    let (mut versions, mut tries) = (Vec::new(), 0);
    for migration in pending {
        while let Err(error) = apply(connection, &*migration) {
            if tries == MOST_TRIES || !is_busy(&error) {
                return Err(format!("{}: {error}", migration.name()));
            }
            tries += 1;
            log::info!(target: "database", tries = tries; "a table is in use, the migration waits");
            std::thread::sleep(BETWEEN_TRIES);
        }
        versions.push(migration.name().version().to_string());
    }
    Ok(versions)
}

fn apply(connection: &mut Blocking, migration: &dyn Migration<Pg>) -> Result<(), String> {
    if migration.metadata().run_in_transaction() {
        connection.batch_execute(FOR_A_MOMENT).map_err(|error| error.to_string())?;
    } else {
        connection.batch_execute(AS_LONG_AS_IT_TAKES).map_err(|error| error.to_string())?;
        while counted(connection, BUILDING)? > 0 {
            std::thread::sleep(BETWEEN_TRIES);
        }
        for half_built in diesel::sql_query(HALF_BUILT).load::<Statement>(connection).map_err(|error| error.to_string())? {
            connection.batch_execute(&half_built.statement).map_err(|error| error.to_string())?;
        }
    }
    connection.run_migration(migration).map(|_| ()).map_err(|error| error.to_string())
}

fn counted(connection: &mut Blocking, what: &str) -> Result<i64, String> {
    diesel::select(sql::<BigInt>(what)).get_result(connection).map_err(|error| error.to_string())
}

#[derive(QueryableByName)]
struct Statement {
    #[diesel(sql_type = Text)]
    statement: String,
}

fn is_busy(error: &str) -> bool {
    error.contains("lock timeout") || matches!(trouble(error), Some(Trouble::Contended))
}

pub fn not_alone(others: i64) -> String {
    format!("{others} others are connected to the database: stop every instance first")
}

/// Takes everything back, or nothing.
#[allow(clippy::disallowed_methods, reason = "the structure is no record")]
fn down(connection: &mut Blocking) -> Result<Vec<String>, String> {
    // Who has just left may not be gone yet.
    let mut others = counted(connection, OTHERS)?;
    for _ in 0..PATIENCE_WITH_OTHERS {
        if others == 0 {
            break;
        }
        std::thread::sleep(Duration::from_millis(100));
        others = counted(connection, OTHERS)?;
    }
    if others > 0 {
        return Err(not_alone(others));
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
    let applied: Vec<Applied> = match all(db, "SELECT version FROM __diesel_schema_migrations").await {
        Ok(applied) => applied,
        // Nothing was ever done with it.
        Err(_) if all(db, "SELECT 'it' AS version WHERE to_regclass('__diesel_schema_migrations') IS NULL").await?.len() == 1 => {
            Vec::new()
        }
        Err(problem) => return Err(problem),
    };
    let versions = known.iter().map(|migration| migration.name().version().to_string());
    Ok(versions.filter(|version| !applied.iter().any(|a| a.version == *version)).count())
}

async fn all(db: &Db, query: &str) -> Result<Vec<Applied>, Problem> {
    let query = diesel::sql_query(query);
    db.read(async |mut connection| diesel_async::RunQueryDsl::load(query, &mut connection).await).await
}
