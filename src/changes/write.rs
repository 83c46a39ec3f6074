//! `write`: the only way to change anything. In one transaction it claims the idempotency key, does
//! the work, appends audit and feed rows, saves the reply, and commits.

use diesel::prelude::*;
use diesel::sql_types::BigInt;
use diesel_async::{AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use futures_util::future::try_join_all;
use futures_util::try_join;
use uuid::Uuid;

use super::audit::{AuditEntry, JsonText, Versions};
use super::claim::{Claim, Replayed, Saved, save};
use super::feed::FeedRow;
use super::record::LockInScope;
use super::reply::Reply;
use crate::access::authority::Authority;
use crate::access::code::JurisdictionCode;
use crate::access::scope::Authorized;
use crate::db::failure::broke_constraint;
use crate::db::pool::{Connection, Db};
use crate::db::schema::{audit_entries, changes, idempotency_keys};
use crate::http::codes;
use crate::http::idempotency::Retry;
use crate::http::problem::Problem;

diesel::define_sql_function! {
    /// Locks a number until the transaction ends; false when another holds it.
    fn pg_try_advisory_xact_lock(number: BigInt) -> Bool;
}

/// A transaction that may write. Dropped before its end, it closes its connection, so that neither
/// work nor lock outlives a cancelled request.
pub struct Tx {
    connection: Option<Connection>,
}

impl Tx {
    /// The connection, for statements of the stores; several may be sent at once.
    pub fn connection(&self) -> &AsyncPgConnection {
        self.connection.as_ref().expect("the connection is there until the end")
    }

    /// Tries something within the transaction: when it fails, what it did is taken back and the rest goes on.
    pub async fn attempt<T>(&self, work: impl AsyncFnOnce() -> Result<T, Problem>) -> Result<T, Problem> {
        self.connection().batch_execute("SAVEPOINT attempt").await?;
        let done = work().await;
        // Released in both cases: attempts lie within each other.
        let end = match &done {
            Ok(_) => "RELEASE SAVEPOINT attempt",
            Err(_) => "ROLLBACK TO SAVEPOINT attempt; RELEASE SAVEPOINT attempt",
        };
        self.connection().batch_execute(end).await?;
        done
    }

    /// Begins without a change to tell of: for upkeep of this folder's own tables.
    pub(super) async fn begin(db: &Db) -> Result<Self, Problem> {
        let tx = Self { connection: Some(db.write().await?) };
        tx.connection().batch_execute(BEGIN).await.map_err(only_reads)?;
        Ok(tx)
    }

    /// Takes everything back. A problem is what the client must hear, even when the connection is gone.
    async fn roll_back<T>(self, done: Result<T, Problem>) -> Result<T, Problem> {
        let ended = self.end("ROLLBACK").await;
        done.and_then(|value| ended.map(|()| value))
    }

    pub(super) async fn end(mut self, statement: &str) -> Result<(), Problem> {
        let ended = (&mut self.connection()).batch_execute(statement).await;
        if ended.is_ok() {
            drop(self.connection.take());
        }
        Ok(ended?)
    }
}

impl Drop for Tx {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take() {
            connection.close();
        }
    }
}

/// A record as a write left it.
pub struct Record {
    /// The type of the record in the feed, such as `dispute`.
    pub kind: &'static str,
    pub id: String,
    pub jurisdiction: JurisdictionCode,
    /// Where it was before, if it moved.
    pub moved_from: Option<JurisdictionCode>,
    pub version: i64,
    pub before: Option<JsonText>,
    pub after: JsonText,
    /// True for parts of a record that only the audit tells of, such as its people.
    pub audit_only: bool,
}

/// What a write did: nobody can forget to tell.
pub struct Written {
    pub records: Vec<Record>,
    pub reply: Reply,
    /// True when the work was only tried: it is taken back, and the reply tells of it.
    pub undo: bool,
}

/// Carries out `work` once. With an idempotency key a retry gets the saved reply instead.
pub async fn write(
    db: &Db,
    authority: &Authority,
    retry: &Retry,
    work: impl AsyncFnOnce(&Tx) -> Result<Written, Problem>,
) -> Result<Reply, Problem> {
    write_to(db, authority, retry, async |_| Ok(()), work).await
}

/// The same for a new record that its maker may lose sight of, such as a mediator who is replaced: a retry is told of it only while they
/// see it.
pub async fn write_new<T: LockInScope>(
    db: &Db,
    scope: &Authorized<T::Resource>,
    retry: &Retry,
    work: impl AsyncFnOnce(&Tx) -> Result<Written, Problem>,
) -> Result<Reply, Problem> {
    let sees = async |tx: &Tx, replayed: &Replayed| {
        if replayed.is_in_area {
            return Ok(());
        }
        let hidden = || Problem::new(&codes::NOT_FOUND);
        let (reading, id) = (scope.as_reader().ok_or_else(hidden)?, replayed.record_id.parse().map_err(|_| hidden())?);
        T::lock_visible(tx, &reading, id).await.map(drop)
    };
    write_or_replay(db, scope, retry, sees, work).await
}

/// The same on a record that was there before: whoever does not see it any more is not told again what became of it. `sees` reads it
/// through the caller's scope.
pub async fn write_to(
    db: &Db,
    authority: &Authority,
    retry: &Retry,
    sees: impl AsyncFnOnce(&Tx) -> Result<(), Problem>,
    work: impl AsyncFnOnce(&Tx) -> Result<Written, Problem>,
) -> Result<Reply, Problem> {
    // Before it changed nobody else can have taken it out of the caller's sight.
    let sees = async |tx: &Tx, replayed: &Replayed| if replayed.has_changed { sees(tx).await } else { Ok(()) };
    write_or_replay(db, authority, retry, sees, work).await
}

async fn write_or_replay(
    db: &Db,
    authority: &Authority,
    retry: &Retry,
    sees: impl AsyncFnOnce(&Tx, &Replayed) -> Result<(), Problem>,
    work: impl AsyncFnOnce(&Tx) -> Result<Written, Problem>,
) -> Result<Reply, Problem> {
    // Only the work is compiled for each caller.
    let claim = retry.key.as_deref().map(|key| Claim::new(&authority.actor.caller, key, retry));
    let tx = Box::new(Tx { connection: Some(db.write().await?) });
    let replayed = match begun(&tx, authority, claim.as_ref()).await {
        Ok(None) => {
            let done = work(&tx).await;
            return finish(*tx, authority, claim.as_ref(), done).await;
        }
        Ok(Some(replayed)) => sees(&tx, &replayed).await.map(|()| replayed.reply),
        Err(problem) => Err(problem),
    };
    tx.roll_back(replayed).await
}

/// Begins; gives back what an earlier request was answered.
async fn begun(tx: &Tx, authority: &Authority, claim: Option<&Claim<'_>>) -> Result<Option<Replayed>, Problem> {
    match begin(tx, claim).await? {
        Some(saved) => saved.replay(tx, authority, claim).await.map(Some),
        None => Ok(None),
    }
}

/// Tells what was done and commits, or takes it back.
async fn finish(
    tx: Tx,
    authority: &Authority,
    claim: Option<&Claim<'_>>,
    done: Result<Written, Problem>,
) -> Result<Reply, Problem> {
    let told = match done {
        Ok(change) if change.undo => return tx.roll_back(Ok(change.reply)).await,
        Ok(change) => tell(&tx, authority, claim, &change).await.map(|()| change.reply),
        Err(problem) => Err(problem),
    };
    match told {
        Ok(reply) => tx.end("COMMIT").await.map(|()| reply),
        Err(problem) => tx.roll_back(Err(problem)).await,
    }
}

const BEGIN: &str = "BEGIN READ WRITE";

/// Nothing is wrong with beginning: a server that refuses it is one that only reads, such as a standby.
fn only_reads(error: diesel::result::Error) -> Problem {
    match error {
        diesel::result::Error::DatabaseError(..) => Problem::new(&codes::UNAVAILABLE).retry_after(5).cause(error),
        other => other.into(),
    }
}

/// Opens the transaction. With a key, locks it and looks for a saved reply in the same round trip;
/// the lock comes before the look, so that a reply committed meanwhile is seen.
async fn begin(tx: &Tx, claim: Option<&Claim<'_>>) -> Result<Option<Saved>, Problem> {
    let mut connection = tx.connection();
    let mut other = tx.connection();
    let mut third = tx.connection();
    let begun = async { connection.batch_execute(BEGIN).await.map_err(only_reads) };
    let Some(claim) = claim else {
        begun.await?;
        return Ok(None);
    };
    let locked = diesel::select(pg_try_advisory_xact_lock(claim.lock)).get_result::<bool>(&mut other);
    let saved = idempotency_keys::table.find((claim.caller, claim.key)).select(Saved::as_select()).load::<Saved>(&mut third);
    let locked = async { locked.await.map_err(Problem::from) };
    let saved = async { saved.await.map_err(Problem::from) };
    let ((), locked, mut saved) = try_join!(begun, locked, saved)?;
    match saved.pop() {
        None if !locked => Err(Problem::new(&codes::IDEMPOTENCY_IN_PROGRESS).retry_after(1)),
        saved => Ok(saved),
    }
}

/// Appends audit entries and feed rows and saves the reply with the key, all sent at once.
async fn tell(tx: &Tx, authority: &Authority, claim: Option<&Claim<'_>>, change: &Written) -> Result<(), Problem> {
    let versions = change.records.iter().map(Versions::of).collect::<Result<Vec<_>, _>>()?;
    let (audited, fed) = (audit(tx, authority, change, &versions), feed(tx, authority, change));
    let sealed = claim.map(|claim| claim.seal.seal(&change.reply.body)).transpose()?;
    let saved = async {
        match (claim, &sealed, change.records.as_slice().first()) {
            (Some(claim), Some(sealed), Some(record)) => save(tx, authority, claim, record, (&change.reply, sealed)).await,
            _ => Ok(()),
        }
    };
    try_join!(audited, fed, saved).map(drop).map_err(|error| {
        if broke_constraint(&error, "idempotency_keys_pkey") {
            Problem::new(&codes::IDEMPOTENCY_IN_PROGRESS).retry_after(1)
        } else {
            error.into()
        }
    })
}

async fn audit(tx: &Tx, authority: &Authority, change: &Written, versions: &[Versions<'_>]) -> QueryResult<()> {
    let action = format!("{}:{}", authority.resource.as_str(), authority.action.as_str());
    let rows = change.records.iter().zip(versions).map(|(record, versions)| {
        let entry = AuditEntry {
            id: Uuid::now_v7(),
            at: authority.now,
            caller: &authority.actor.caller,
            client_id: authority.actor.client_id.as_deref(),
            role: authority.acting_role(&record.jurisdiction),
            action: action.clone(),
            kind: record.kind,
            record_id: &record.id,
            jurisdiction: record.jurisdiction,
            request_id: authority.request_id,
            before: versions.before.as_ref(),
            after: Some(&versions.after),
        };
        async move { entry.insert_into(audit_entries::table).execute(&mut tx.connection()).await }
    });
    try_join_all(rows).await.map(drop)
}

async fn feed(tx: &Tx, authority: &Authority, change: &Written) -> QueryResult<()> {
    let told = change.records.iter().filter(|record| !record.audit_only);
    let rows = told.flat_map(|record| FeedRow::of(record, authority.now));
    let rows = rows.map(|row| async move { row.insert_into(changes::table).execute(&mut tx.connection()).await });
    try_join_all(rows).await.map(drop)
}
