//! Which cluster a database belongs to. The feed is in the order of transaction ids, which go on from one to the next
//! within the history of a cluster only.

use diesel::dsl::sql;
use diesel::sql_types::{BigInt, Bool};
use diesel_async::{AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use serde::{Deserialize, Serialize};

use super::write::Tx;
use crate::db::migrations::OTHERS;
use crate::db::pool::Db;
use crate::http::problem::Problem;

diesel::define_sql_function! {
    /// The cluster, its timeline and the epoch.
    fn database_history() -> Text;
}

/// The history to which a place in the feed belongs: another after a failover, a restore, or when a dump was loaded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct History(String);

impl History {
    /// The one in which the connection reads.
    pub async fn current(mut connection: &AsyncPgConnection) -> diesel::QueryResult<Self> {
        diesel::select(database_history()).get_result(&mut connection).await.map(Self)
    }
}

/// What a database is to the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// It takes writes.
    Primary,
    /// It follows another one.
    Standby,
    /// It was loaded from another one's dump and not adopted yet.
    Foreign,
}

#[derive(diesel::QueryableByName)]
struct Found {
    #[diesel(sql_type = Bool)]
    is_standby: bool,
    #[diesel(sql_type = Bool)]
    is_foreign: bool,
}

const ROLE: &str = "SELECT pg_is_in_recovery() AS is_standby, identity.system_identifier <> control.system_identifier \
    OR identity.database_oid IS DISTINCT FROM own.oid::bigint AS is_foreign \
    FROM database_identity AS identity, pg_control_system() AS control, pg_database AS own WHERE own.datname = current_database()";

/// Whether the service can work with the database.
pub async fn role(db: &Db) -> Result<Role, Problem> {
    let found: Found = db.read(async |mut connection| diesel::sql_query(ROLE).get_result(&mut connection).await).await?;
    Ok(match found {
        Found { is_standby: true, .. } => Role::Standby,
        Found { is_foreign: true, .. } => Role::Foreign,
        _ => Role::Primary,
    })
}

/// What was told before comes first, in its order; whatever its transaction's id was elsewhere.
const RENUMBER: &str = "UPDATE changes SET tx = 0 WHERE tx > 0";
const ADOPT: &str = "UPDATE database_identity SET epoch = gen_random_uuid(), adopted_at = now(), \
    system_identifier = (SELECT system_identifier FROM pg_control_system()), \
    database_oid = (SELECT oid FROM pg_database WHERE datname = current_database())";

/// Makes a database that was loaded from a dump, or whose history is in doubt, its own: what the feed holds comes before
/// everything new, and every reader begins again. Gives back how many others are connected, who would go on without knowing:
/// then nothing is done.
pub async fn adopt(db: &Db) -> Result<i64, Problem> {
    let tx = Tx::begin(db).await?;
    let others = diesel::select(sql::<BigInt>(OTHERS)).get_result::<i64>(&mut tx.connection()).await?;
    if others > 0 {
        return Ok(others);
    }
    tx.connection().batch_execute("SET LOCAL statement_timeout = 0; LOCK TABLE changes IN SHARE ROW EXCLUSIVE MODE").await?;
    tx.connection().batch_execute(RENUMBER).await?;
    tx.connection().batch_execute(ADOPT).await?;
    tx.end("COMMIT").await?;
    Ok(0)
}
