//! What the service does by itself when a time has come. Each record is worked on in a savepoint of its own: one that
//! fails is noted, tried again after growing pauses, and keeps no other waiting.

use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, Bool, Text, Timestamptz};
use diesel_async::RunQueryDsl;
use futures_util::StreamExt;
use futures_util::future::LocalBoxFuture;
use futures_util::stream;
use serde_json::json;
use tokio::time::timeout;

use super::record::FeedRecord;
use super::reply::Reply;
use super::slice::Slices;
use super::write::{Record, Tx, Written, write};
use crate::access::condition::{Condition, condition};
use crate::access::permissions::ResourceTag;
use crate::access::scope::Authorized;
use crate::db::pool::Db;
use crate::db::schema::job_failures;
use crate::http::codes;
use crate::http::idempotency::Retry;
use crate::http::problem::Problem;
use crate::http::repeats;

/// Records that one transaction takes: a long one would hold the feed back.
const BATCH: i64 = 20;
/// Kinds of work that an instance does at the same time.
const AT_ONCE: usize = 3;
/// Batches of one kind in a row: then the others are asked again.
const MOST_BATCHES: usize = 50;
/// Work leads to other work; what is left after so many rounds is for the next time.
const MOST_ROUNDS: usize = 10;

/// Longest time for one batch: a connection may be dead without either side having heard of it.
const LONGEST_BATCH: Duration = Duration::from_secs(60);

/// What was done when all kinds of work had their turn.
#[derive(Clone, Copy, Default)]
pub struct Round {
    /// Records that it took.
    pub taken: usize,
    /// Kinds of work that failed, or of which more is due than it did.
    pub unfinished: usize,
    /// Kinds of work that did not fail.
    pub working: usize,
}

impl Round {
    fn and(self, other: Self) -> Self {
        let working = self.working + other.working;
        Self { taken: self.taken + other.taken, unfinished: self.unfinished + other.unfinished, working }
    }
}

/// When all kinds of work last had their turn in this process and what was left, for those who watch it.
#[derive(Default)]
pub struct LastRound {
    at: AtomicI64,
    unfinished: AtomicUsize,
}

impl LastRound {
    /// From now on rounds are to come.
    pub fn begin(&self, at: DateTime<Utc>) {
        self.at.store(at.timestamp(), Ordering::Relaxed);
    }

    pub fn set(&self, at: DateTime<Utc>, round: Round) {
        self.unfinished.store(round.unfinished, Ordering::Relaxed);
        // One in which everything failed did nothing.
        if round.working > 0 {
            self.at.store(at.timestamp(), Ordering::Relaxed);
        }
    }

    /// How long ago that was; `None` where nothing is done by itself.
    pub fn age(&self, now: DateTime<Utc>) -> Option<TimeDelta> {
        let at = AtomicI64::load(&self.at, Ordering::Relaxed);
        (at > 0).then(|| TimeDelta::seconds(now.timestamp() - at))
    }

    pub fn unfinished(&self) -> usize {
        AtomicUsize::load(&self.unfinished, Ordering::Relaxed)
    }
}

/// How many records wait for their next try since a step on them failed.
pub async fn failing(db: &Db) -> Result<i64, Problem> {
    db.read(async |mut connection| job_failures::table.count().get_result(&mut connection).await).await
}

/// A kind of work.
pub struct Job {
    /// The slice and what is done, such as `disputes.run_due_step`.
    pub name: &'static str,
    /// Does some of it; says how many records it took, 0 when nothing was due.
    pub run: for<'a> fn(&'a Db, Due) -> LocalBoxFuture<'a, Result<usize, Problem>>,
}

/// Which records a job may take.
#[derive(Clone, Copy)]
pub struct Due {
    pub job: &'static str,
    pub now: DateTime<Utc>,
    pub limit: i64,
    /// What a job may have to ask that works on the records of all.
    pub slices: Slices,
}

impl Due {
    /// The condition that the record with an id did not fail too recently.
    pub fn may_try<T: 'static>(&self, id: &'static str) -> Condition<T> {
        let failed = diesel::dsl::sql::<Bool>("NOT EXISTS (SELECT FROM job_failures WHERE job = ").bind::<Text, _>(self.job);
        let of_record = failed.sql(&format!(" AND record_id = {id}::text AND retry_at > "));
        condition(of_record.bind::<Timestamptz, _>(self.now).sql(")"))
    }
}

/// Does everything that is due. No kind waits for another. After each time that all had their turn it is told how far that is.
pub async fn run_due_jobs(db: &Db, slices: Slices, now: DateTime<Utc>, tell: impl Fn(Round)) {
    let jobs = slices.iter().flat_map(|slice| slice.jobs);
    for _ in 0..MOST_ROUNDS {
        let each = stream::iter(jobs.clone())
            .map(|job| {
                let due = Due { job: job.name, now, limit: BATCH, slices };
                run_until_done(db, job, due)
            })
            .buffer_unordered(AT_ONCE);
        let round = each.fold(Round::default(), |sum, one| async move { sum.and(one) }).await;
        tell(round);
        if round.taken == 0 {
            break;
        }
    }
}

/// Does one kind of work until nothing of it is due, or others shall have their turn. A failure ends it until the next time.
async fn run_until_done(db: &Db, job: &Job, due: Due) -> Round {
    let mut taken = 0;
    for _ in 0..MOST_BATCHES {
        let batch = timeout(LONGEST_BATCH, (job.run)(db, due)).await;
        match batch.unwrap_or_else(|_| Err(Problem::new(&codes::TIMEOUT).cause("the batch took too long"))) {
            Ok(0) => return Round { taken, unfinished: 0, working: 1 },
            Ok(more) => taken += more,
            Err(problem) => {
                let cause = problem.private_cause().unwrap_or_default();
                if let Some(left_out) = repeats::due(&format!("{} {cause}", job.name)) {
                    log::error!(target: "jobs", job = job.name, cause, left_out = left_out; "a batch failed");
                }
                return Round { taken, unfinished: 1, working: 0 };
            }
        }
    }
    Round { taken, unfinished: 1, working: 1 }
}

/// Takes some records that are due, passing over what another instance holds, and does one step on each.
pub async fn run_batch<R: ResourceTag, T: FeedRecord>(
    db: &Db,
    due: Due,
    claim: impl AsyncFnOnce(&Tx, &Due) -> Result<Vec<T>, Problem>,
    step: impl AsyncFn(&Tx, &Authorized<R>, &T) -> Result<Vec<Record>, Problem>,
) -> Result<usize, Problem> {
    let who = Authorized::<R>::of_service(due.now);
    let mut taken = 0;
    write(db, &who, &Retry::none(), async |tx| {
        let found = claim(tx, &due).await?;
        taken = found.len();
        let records = try_each(tx, &due, &found, async |record: &T| step(tx, &who, record).await).await?;
        Ok(Written { records, reply: Reply::ok(0, &json!({}))?, undo: false })
    })
    .await?;
    Ok(taken)
}

/// Does a step on each record, in a savepoint of its own.
pub async fn try_each<T: FeedRecord>(
    tx: &Tx,
    due: &Due,
    found: &[T],
    step: impl AsyncFn(&T) -> Result<Vec<Record>, Problem>,
) -> Result<Vec<Record>, Problem> {
    let (mut records, mut done) = (Vec::new(), Vec::new());
    for record in found {
        match tx.attempt(async || step(record).await).await {
            Ok(changed) => {
                records.extend(changed);
                done.push(record.key());
            }
            Err(problem) => note_failure(tx, due, record, &problem).await?,
        }
    }
    // Mostly nothing is due.
    if !done.is_empty() {
        let forgotten = diesel::sql_query(FORGET).bind::<Text, _>(due.job).bind::<Array<Text>, _>(done);
        forgotten.execute(&mut tx.connection()).await?;
    }
    Ok(records)
}

/// What works again has no pause to wait for.
const FORGET: &str = "DELETE FROM job_failures WHERE job = $1 AND record_id = ANY($2)";

/// After the first failure a record waits for a minute, then twice as long each time, an hour at most. `upkeep` forgets
/// what did not fail again for a day.
const NOTE: &str = "INSERT INTO job_failures AS known (job, record_id, attempts, failed_at, retry_at, cause) \
    VALUES ($1, $2, 1, $3, $3 + interval '1 minute', $4) \
    ON CONFLICT (job, record_id) DO UPDATE SET attempts = known.attempts + 1, failed_at = $3, cause = $4, \
    retry_at = $3 + least(interval '1 hour', interval '1 minute' * power(2, least(known.attempts, 6)))";

async fn note_failure(tx: &Tx, due: &Due, record: &impl FeedRecord, problem: &Problem) -> Result<(), Problem> {
    let (id, cause) = (record.key(), problem.private_cause().unwrap_or(problem.kind.code));
    log::error!(target: "jobs", job = due.job, record = id.as_str(), cause; "a step failed");
    let note = diesel::sql_query(NOTE).bind::<Text, _>(due.job).bind::<Text, _>(id).bind::<Timestamptz, _>(due.now);
    note.bind::<Text, _>(cause).execute(&mut tx.connection()).await?;
    Ok(())
}
