//! Connections. Each worker of the server has a pool of its own, so that no lock is shared. Reads share
//! connections and are pipelined on them; a write has one for itself. All connections refuse writes;
//! only `changes::write` opens a transaction that may write.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use deadpool::managed::{Object, PoolError, Timeouts};
use diesel::{ConnectionResult, QueryResult};
use diesel_async::AsyncPgConnection;
use diesel_async::pooled_connection::deadpool::Pool;
use diesel_async::pooled_connection::{AsyncDieselConnectionManager, ManagerConfig, RecyclingMethod};
use futures_util::FutureExt;
use tokio::sync::{Mutex, Semaphore};

use super::connector::Connector;
use crate::http::codes;
use crate::http::problem::Problem;

/// How long a request waits for a connection.
pub(super) const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(2);
/// How many reads share a connection at most.
const READS_PER_CONNECTION: usize = 16;

/// A connection for one transaction, given back when dropped.
pub type Connection = Object<AsyncDieselConnectionManager<AsyncPgConnection>>;

/// Connections to the database.
#[derive(Clone)]
pub struct Db {
    writers: Pool<AsyncPgConnection>,
    readers: Arc<[Reader]>,
    reads: Arc<Semaphore>,
    connector: Arc<Connector>,
}

/// A place for a connection that reads share.
#[derive(Default)]
struct Reader {
    open: Mutex<Option<Arc<Shared>>>,
}

impl Reader {
    /// The open connection, opened anew when it was lost.
    async fn fill(&self, open: &mut Option<Arc<Shared>>, connector: &Connector) -> ConnectionResult<Arc<Shared>> {
        match open {
            Some(shared) if !shared.closed.load(Ordering::Relaxed) => Ok(shared.clone()),
            _ => Ok(open.insert(Arc::new(Shared::open(connector).await?)).clone()),
        }
    }
}

struct Shared {
    connection: AsyncPgConnection,
    closed: Arc<AtomicBool>,
}

impl Shared {
    async fn open(connector: &Connector) -> ConnectionResult<Self> {
        let closed = Arc::new(AtomicBool::new(false));
        let ended = closed.clone();
        let connection = connector.open(move || ended.store(true, Ordering::Relaxed)).await?;
        Ok(Self { connection, closed })
    }
}

/// Gives a connection up when a request is cancelled while its statements run on it: whoever came next would wait for
/// them. What others use meanwhile is kept.
struct ReadGuard {
    shared: Arc<Shared>,
    done: bool,
}

impl Drop for ReadGuard {
    fn drop(&mut self) {
        // The place of the connection holds it too.
        let alone = Arc::strong_count(&self.shared) <= 2;
        if !self.done && alone {
            self.shared.closed.store(true, Ordering::Relaxed);
        }
    }
}

/// How to reach the database.
#[derive(Clone)]
pub struct DbOptions {
    pub url: String,
    pub connections: usize,
    pub statement_timeout: Duration,
}

/// How busy the connections are.
pub struct PoolStatus {
    pub writers_open: usize,
    pub writers_waiting: usize,
    pub reads_running: usize,
}

impl Db {
    /// A quarter of the connections is for reads, which share them, the rest for writes; each is opened
    /// when it is first needed.
    pub fn new(options: &DbOptions) -> Result<Self, String> {
        let connector = Arc::new(Connector::new(options)?);
        let mut manager = ManagerConfig::<AsyncPgConnection>::default();
        manager.recycling_method = RecyclingMethod::Fast;
        let for_writers = connector.clone();
        manager.custom_setup = Box::new(move |_| {
            let connector = for_writers.clone();
            async move { connector.open(|| {}).await }.boxed()
        });
        let manager = AsyncDieselConnectionManager::new_with_config(&options.url, manager);
        let writers = Pool::builder(manager)
            .max_size(options.connections - options.connections / 4)
            .runtime(deadpool::Runtime::Tokio1)
            .timeouts(Timeouts { wait: Some(ACQUIRE_TIMEOUT), create: Some(ACQUIRE_TIMEOUT), recycle: Some(ACQUIRE_TIMEOUT) })
            .build()
            .map_err(|error| error.to_string())?;
        let readers: Arc<[Reader]> = (0..(options.connections / 4).max(1)).map(|_| Reader::default()).collect();
        let reads = Arc::new(Semaphore::new(readers.len() * READS_PER_CONNECTION));
        Ok(Self { writers, readers, reads, connector })
    }

    /// Reads on the connection with the least to do; statements that are started together are sent
    /// together. Answers 503 when no connection is free in time.
    pub async fn read<T>(&self, work: impl AsyncFnOnce(&AsyncPgConnection) -> QueryResult<T>) -> Result<T, Problem> {
        let ready = async { (self.reads.acquire().await, self.least_busy().await) };
        let Ok((_permit, shared)) = tokio::time::timeout(ACQUIRE_TIMEOUT, ready).await else { return Err(overloaded()) };
        let shared = shared.map_err(unavailable)?;
        let mut reading = ReadGuard { shared, done: false };
        let result = work(&reading.shared.connection).await;
        reading.done = true;
        Ok(result?)
    }

    async fn least_busy(&self) -> ConnectionResult<Arc<Shared>> {
        let mut best: Option<(usize, Arc<Shared>)> = None;
        for reader in &*self.readers {
            // A connection that is being opened just now is passed over.
            let Ok(mut open) = reader.open.try_lock() else { continue };
            // One that cannot be opened is no reason to refuse while others are there.
            let Ok(shared) = reader.fill(&mut open, &self.connector).await else { continue };
            let users = Arc::strong_count(&shared) - 2;
            if users == 0 {
                return Ok(shared);
            }
            if best.as_ref().is_none_or(|(fewest, _)| users < *fewest) {
                best = Some((users, shared));
            }
        }
        match best {
            Some((_, shared)) => Ok(shared),
            None => {
                let reader = &self.readers[0];
                reader.fill(&mut *reader.open.lock().await, &self.connector).await
            }
        }
    }

    /// A connection for a transaction. Answers 503 when none becomes free in time.
    pub async fn write(&self) -> Result<Connection, Problem> {
        self.writers.get().await.map_err(|error| match error {
            PoolError::Timeout(_) => overloaded(),
            error => unavailable(error),
        })
    }

    pub fn status(&self) -> PoolStatus {
        let writers = self.writers.status();
        let reads = self.readers.len() * READS_PER_CONNECTION - self.reads.available_permits();
        PoolStatus { writers_open: writers.size, writers_waiting: writers.waiting, reads_running: reads }
    }
}

fn overloaded() -> Problem {
    Problem::new(&codes::OVERLOADED).retry_after(1).cause("no free database connection")
}

fn unavailable(cause: impl std::fmt::Display) -> Problem {
    Problem::new(&codes::UNAVAILABLE).retry_after(5).cause(cause)
}

/// A connection outside the pool.
pub async fn dedicated(options: &DbOptions) -> Result<AsyncPgConnection, String> {
    Connector::new(options)?.open(|| {}).await.map_err(|error| error.to_string())
}
