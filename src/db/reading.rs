//! Connections that reads share, and the places on them.

use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use diesel::ConnectionResult;
use diesel_async::{AsyncPgConnection, SimpleAsyncConnection};
use tokio::runtime::Handle;
use tokio::sync::{Mutex, OwnedSemaphorePermit};

use super::connector::Connector;
use super::share::ConnectionShare;

/// Milliseconds after which a statement counts as a long one.
const LONGEST_STATEMENT: u64 = 50;

/// A statement that nobody waits for any more counts for so long at most.
const LONGEST_REST: Duration = Duration::from_secs(60);

/// Does something with a connection that was left in the middle, once what was sent on it has run.
pub fn after_the_rest<T: Send + Sync + 'static>(left: T, connection: fn(&T) -> &AsyncPgConnection, then: fn(T)) {
    // Without a runtime nothing runs any more.
    let Ok(runtime) = Handle::try_current() else { return then(left) };
    runtime.spawn(async move {
        let mut connected = connection(&left);
        // Either it has ended, or the connection has.
        let _ = tokio::time::timeout(LONGEST_REST, connected.batch_execute("")).await;
        then(left);
    });
}

/// A connection that reads share, opened when it is first needed.
#[derive(Default)]
pub struct Reader {
    open: Mutex<Option<Arc<Shared>>>,
    /// How many reads are on it.
    users: AtomicUsize,
    /// When the last of them ended, or the first began: milliseconds since `BEGIN`.
    moved_at: AtomicU64,
}

static BEGIN: LazyLock<Instant> = LazyLock::new(Instant::now);

fn milliseconds() -> u64 {
    u64::try_from(BEGIN.elapsed().as_millis()).unwrap_or(u64::MAX)
}

impl Reader {
    /// How bad a place it is: worst where a statement has held up the others for long, then by how many they are.
    pub fn load(&self) -> (bool, usize) {
        let users = self.users.load(Ordering::Relaxed);
        (users > 0 && milliseconds().saturating_sub(self.moved_at.load(Ordering::Relaxed)) > LONGEST_STATEMENT, users)
    }

    /// The open connection, opened anew when it was lost.
    pub async fn fill(&self, connector: &Connector) -> ConnectionResult<Arc<Shared>> {
        let mut open = self.open.lock().await;
        match &*open {
            Some(shared) if !shared.closed.load(Ordering::Relaxed) => Ok(shared.clone()),
            _ => Ok(open.insert(Arc::new(Shared::open(connector).await?)).clone()),
        }
    }
}

pub struct Shared {
    pub connection: AsyncPgConnection,
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

/// A place on a connection, which counts for the caller.
pub struct Place {
    reader: Arc<Reader>,
    of_caller: Option<(Arc<ConnectionShare>, usize)>,
    /// Of all reads, and of the caller's.
    pub permits: Vec<OwnedSemaphorePermit>,
}

impl Place {
    /// Takes one, unless the caller is on enough connections.
    pub fn enter(reader: &Arc<Reader>, at: usize, share: Option<&Arc<ConnectionShare>>) -> Option<Self> {
        if share.is_some_and(|share| !share.enter(at)) {
            return None;
        }
        if reader.users.fetch_add(1, Ordering::Relaxed) == 0 {
            reader.moved_at.store(milliseconds(), Ordering::Relaxed);
        }
        Some(Self { reader: reader.clone(), of_caller: share.map(|share| (share.clone(), at)), permits: Vec::new() })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.reader.moved_at.store(milliseconds(), Ordering::Relaxed);
        self.reader.users.fetch_sub(1, Ordering::Relaxed);
        if let Some((share, at)) = &self.of_caller {
            share.leave(*at);
        }
    }
}

/// A read that runs. When the request is cancelled its place stays taken until the statements have ended, which the
/// server does not break off.
pub struct Running(Option<(Place, Arc<Shared>)>);

impl Running {
    pub fn on(place: Place, shared: Arc<Shared>) -> Self {
        Self(Some((place, shared)))
    }

    pub fn end(mut self) {
        self.0 = None;
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(left) = self.0.take() {
            after_the_rest(left, |(_, shared)| &shared.connection, drop);
        }
    }
}
