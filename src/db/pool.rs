//! Connections. Each worker of the server has a pool of its own, so that no lock is shared. Reads share
//! connections and are pipelined on them; a write has one for itself. One caller has a quarter of them. All connections
//! refuse writes; only `changes::write` opens a transaction that may write.

use std::future::{Ready, ready};
use std::ops::Deref;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use deadpool::managed::{Object, PoolError, Timeouts};
use diesel::{ConnectionError, ConnectionResult, QueryResult};
use diesel_async::AsyncPgConnection;
use diesel_async::pooled_connection::deadpool::Pool;
use diesel_async::pooled_connection::{AsyncDieselConnectionManager, ManagerConfig, RecyclingMethod};
use futures_util::FutureExt;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::connector::Connector;
use super::reading::{Place, Reader, Running, Shared, after_the_rest};
use super::share::ConnectionShare;
use crate::http::codes;
use crate::http::limits::caller::{CallerKey, PerCaller};
use crate::http::limits::slots::{quarter, too_many, turn};
use crate::http::problem::Problem;

/// How long a request waits for a connection.
pub(super) const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(2);
/// With fewer, one caller could keep all.
pub const LEAST_CONNECTIONS: usize = 3;
/// How many reads share a connection at most.
const READS_PER_CONNECTION: usize = 16;

/// A connection for one transaction, given back when dropped.
pub struct Connection {
    object: Object<AsyncDieselConnectionManager<AsyncPgConnection>>,
    _of_caller: Option<OwnedSemaphorePermit>,
}

impl Connection {
    /// Gives it up instead of giving it back, once what was sent on it has run: until then it counts.
    pub fn close(self) {
        after_the_rest(self, |left| left, |left| drop(Object::take(left.object)));
    }
}

impl Deref for Connection {
    type Target = AsyncPgConnection;

    fn deref(&self) -> &AsyncPgConnection {
        &self.object
    }
}

/// Connections to the database, as one caller may use them.
#[derive(Clone)]
pub struct Db {
    connections: Arc<Connections>,
    /// What the caller has of them; the service itself has no limit.
    share: Option<Arc<ConnectionShare>>,
}

struct Connections {
    writers: Pool<AsyncPgConnection>,
    readers: Vec<Arc<Reader>>,
    reads: Arc<Semaphore>,
    connector: Arc<Connector>,
    shares: PerCaller<ConnectionShare>,
}

/// How to reach the database.
#[derive(Clone)]
pub struct DbOptions {
    pub url: String,
    pub connections: usize,
    pub statement_timeout: Duration,
    /// So long after a statement's time its end may still come: then the connection counts as lost.
    pub longest_silence: Duration,
}

/// The connections of all workers, to be measured.
#[derive(Default)]
pub struct Pools(std::sync::Mutex<Vec<Db>>);

impl Pools {
    pub fn watch(&self, db: &Db) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(db.clone());
    }

    /// How busy they are together.
    pub fn status(&self) -> PoolStatus {
        let pools = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        pools.iter().map(Db::status).fold(PoolStatus::default(), |all, one| PoolStatus {
            writers_open: all.writers_open + one.writers_open,
            writers_waiting: all.writers_waiting + one.writers_waiting,
            reads_running: all.reads_running + one.reads_running,
        })
    }
}

/// How busy the connections are.
#[derive(Default)]
pub struct PoolStatus {
    pub writers_open: usize,
    pub writers_waiting: usize,
    pub reads_running: usize,
}

impl Db {
    /// A quarter of the connections is for reads, which share them, the rest for writes; each is opened
    /// when it is first needed.
    pub fn new(options: &DbOptions) -> Result<Self, String> {
        // One for a caller, one for the others.
        let for_reads = if options.connections < LEAST_CONNECTIONS { 1 } else { quarter(options.connections).max(2) };
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
            .max_size((options.connections - for_reads).max(1))
            .runtime(deadpool::Runtime::Tokio1)
            .timeouts(Timeouts { wait: Some(ACQUIRE_TIMEOUT), create: Some(ACQUIRE_TIMEOUT), recycle: Some(ACQUIRE_TIMEOUT) })
            .build()
            .map_err(|error| error.to_string())?;
        let readers: Vec<_> = (0..for_reads).map(|_| Arc::new(Reader::default())).collect();
        let reads = Arc::new(Semaphore::new(readers.len() * READS_PER_CONNECTION));
        let connections = Connections { writers, readers, reads, connector, shares: PerCaller::default() };
        Ok(Self { connections: Arc::new(connections), share: None })
    }

    /// The same for one caller, who leaves something to the others.
    pub fn shared_with(&self, caller: &CallerKey) -> Self {
        let of = &self.connections;
        let readers = of.readers.len();
        let share =
            of.shares.of(caller, || ConnectionShare::of(readers, readers * READS_PER_CONNECTION, of.writers.status().max_size));
        Self { connections: of.clone(), share: Some(share) }
    }

    /// Reads on the connection with the least to do; statements that are started together are sent
    /// together. Answers 503 when no connection is free in time, 429 when it is the caller's own that are not.
    pub async fn read<T>(&self, work: impl AsyncFnOnce(&AsyncPgConnection) -> QueryResult<T>) -> Result<T, Problem> {
        let of_caller = self.turn_of_caller(|share| &share.reads).await?;
        let ready = async { (self.connections.reads.clone().acquire_owned().await, self.least_busy().await) };
        let Ok((Ok(of_all), reading)) = tokio::time::timeout(ACQUIRE_TIMEOUT, ready).await else {
            return Err(overloaded());
        };
        let (mut place, shared) = reading.map_err(unavailable)?;
        place.permits.extend(of_caller.into_iter().chain([of_all]));
        let running = Running::on(place, shared.clone());
        let result = work(&shared.connection).await;
        running.end();
        Ok(result?)
    }

    /// The connection with the least to do that the caller may use. One that cannot be opened is no reason to refuse
    /// while others are there.
    async fn least_busy(&self) -> ConnectionResult<(Place, Arc<Shared>)> {
        let readers = &self.connections.readers;
        let mut places: Vec<usize> = (0..readers.len()).collect();
        places.sort_by_cached_key(|at| readers[*at].load());
        let mut refused = ConnectionError::BadConnection("the caller has enough connections".into());
        for at in places {
            let Some(place) = Place::enter(&readers[at], at, self.share.as_ref()) else { continue };
            match readers[at].fill(&self.connections.connector).await {
                Ok(shared) => return Ok((place, shared)),
                Err(error) => refused = error,
            }
        }
        Err(refused)
    }

    /// A connection for a transaction. Answers 503 when none becomes free in time, 429 when it is the caller's own that do not.
    pub async fn write(&self) -> Result<Connection, Problem> {
        let of_caller = self.turn_of_caller(|share| &share.writes).await?;
        let object = self.connections.writers.get().await.map_err(|error| match error {
            PoolError::Timeout(_) => overloaded(),
            error => unavailable(error),
        })?;
        Ok(Connection { object, _of_caller: of_caller })
    }

    /// Waits for the caller's turn among its own requests; the service itself need not.
    async fn turn_of_caller(
        &self,
        places: impl Fn(&ConnectionShare) -> &Arc<Semaphore>,
    ) -> Result<Option<OwnedSemaphorePermit>, Problem> {
        let Some(share) = &self.share else { return Ok(None) };
        turn(places(share), ACQUIRE_TIMEOUT, too_many).await.map(Some)
    }

    fn status(&self) -> PoolStatus {
        let Connections { writers, readers, reads, .. } = &*self.connections;
        let reads = readers.len() * READS_PER_CONNECTION - reads.available_permits();
        PoolStatus { writers_open: writers.status().size, writers_waiting: writers.status().waiting, reads_running: reads }
    }
}

/// Requests get the part of their caller.
impl FromRequest for Db {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let db = request.app_data::<Data<Self>>().ok_or_else(|| Problem::internal("the app has no database"));
        ready(db.map(|db| match request.extensions().get::<CallerKey>() {
            Some(caller) => db.shared_with(caller),
            None => db.get_ref().clone(),
        }))
    }
}

fn overloaded() -> Problem {
    Problem::new(&codes::OVERLOADED).retry_after(1).cause("no database connection in time")
}

fn unavailable(cause: impl std::fmt::Display) -> Problem {
    Problem::new(&codes::UNAVAILABLE).retry_after(5).cause(cause)
}

/// A connection outside the pool.
pub async fn dedicated(options: &DbOptions) -> Result<AsyncPgConnection, String> {
    Connector::new(options)?.open(|| {}).await.map_err(|error| error.to_string())
}
