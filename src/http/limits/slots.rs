//! How many requests are answered at a time. One caller has at most a quarter of the places, so that four of them are
//! needed to fill all.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use super::caller::{CallerKey, PerCaller};
use crate::http::codes;
use crate::http::problem::Problem;

/// How long a request waits for its turn.
const LONGEST_QUEUE: Duration = Duration::from_secs(2);

/// The memory for the bodies of all requests, in bytes.
const LARGEST_MEMORY: usize = 256 << 20;
/// How much of it is taken at a time, in bytes.
const STEP: usize = 64 << 10;

/// A quarter, and at least one.
pub fn quarter(of: usize) -> usize {
    (of / 4).max(1)
}

/// The places for requests.
pub struct Slots {
    most: usize,
    most_feed_readers: usize,
    running: Arc<Semaphore>,
    feed_readers: Arc<Semaphore>,
    /// In steps.
    body_memory: Arc<Semaphore>,
    shares: PerCaller<RequestShare>,
}

/// What is left to one caller.
struct RequestShare {
    running: Arc<Semaphore>,
    /// For those that run, that wait to run, and whose body is being read.
    present: Arc<Semaphore>,
    feed_readers: Arc<Semaphore>,
    body_memory: Arc<Semaphore>,
}

/// A request that may be read, with the memory for its body.
pub struct Present {
    share: Arc<RequestShare>,
    body_memory: Arc<Semaphore>,
    held: Vec<(OwnedSemaphorePermit, OwnedSemaphorePermit)>,
    _permit: OwnedSemaphorePermit,
}

impl Present {
    /// Takes as much memory as so many bytes of the body need.
    pub fn hold(&mut self, bytes: usize) -> Result<(), Problem> {
        while self.held.len() * STEP < bytes {
            let of_caller = self.share.body_memory.clone().try_acquire_owned().map_err(|_| too_many())?;
            let of_all = self.body_memory.clone().try_acquire_owned().map_err(|_| overloaded("too much to read at once"))?;
            self.held.push((of_caller, of_all));
        }
        Ok(())
    }
}

/// A request that may run, or a reader of the feed that may wait.
pub struct Slot {
    _share: Arc<RequestShare>,
    _of_caller: OwnedSemaphorePermit,
    _of_all: OwnedSemaphorePermit,
}

impl Slots {
    pub fn new(most: usize, most_feed_readers: usize) -> Self {
        let (running, feed_readers) = (Arc::new(Semaphore::new(most)), Arc::new(Semaphore::new(most_feed_readers)));
        let body_memory = Arc::new(Semaphore::new(LARGEST_MEMORY / STEP));
        Self { most, most_feed_readers, running, feed_readers, body_memory, shares: PerCaller::default() }
    }

    fn share(&self, caller: &CallerKey) -> Arc<RequestShare> {
        let places = |most| Arc::new(Semaphore::new(most));
        self.shares.of(caller, || RequestShare {
            running: places(quarter(self.most)),
            present: places(2 * quarter(self.most)),
            feed_readers: places(quarter(self.most_feed_readers)),
            body_memory: places(quarter(LARGEST_MEMORY / STEP)),
        })
    }

    /// Lets a request in, unless its caller has too many here already.
    pub fn enter(&self, caller: &CallerKey) -> Result<Present, Problem> {
        let share = self.share(caller);
        let permit = share.present.clone().try_acquire_owned().map_err(|_| too_many())?;
        Ok(Present { share, body_memory: self.body_memory.clone(), held: Vec::new(), _permit: permit })
    }

    /// Waits for its turn among the requests of the same caller, and then among all.
    pub async fn take(&self, present: &Present) -> Result<Slot, Problem> {
        let of_caller = turn(&present.share.running, LONGEST_QUEUE, too_many).await?;
        let of_all = turn(&self.running, LONGEST_QUEUE, || overloaded("too many requests at once")).await?;
        Ok(Slot { _share: present.share.clone(), _of_caller: of_caller, _of_all: of_all })
    }

    /// A place for a reader of the feed. They wait most of their time, and are many.
    pub fn take_for_feed(&self, caller: &CallerKey) -> Result<Slot, Problem> {
        let share = self.share(caller);
        let of_caller = share.feed_readers.clone().try_acquire_owned().map_err(|_| too_many())?;
        let of_all = self.feed_readers.clone().try_acquire_owned().map_err(|_| overloaded("too many readers of the feed"))?;
        Ok(Slot { _share: share, _of_caller: of_caller, _of_all: of_all })
    }
}

/// Waits in line for a place; `late` tells what is the matter when it takes too long.
pub async fn turn(
    places: &Arc<Semaphore>,
    longest: Duration,
    late: impl FnOnce() -> Problem,
) -> Result<OwnedSemaphorePermit, Problem> {
    let permit = timeout(longest, places.clone().acquire_owned()).await;
    permit.map_err(|_| late())?.map_err(Problem::internal)
}

/// A caller has too many requests at a time.
pub fn too_many() -> Problem {
    Problem::new(&codes::TOO_MANY_REQUESTS).retry_after(1).cause("too many requests of one caller at once")
}

fn overloaded(cause: &str) -> Problem {
    Problem::new(&codes::OVERLOADED).retry_after(1).cause(cause)
}
