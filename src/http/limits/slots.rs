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
    shares: PerCaller<Share>,
}

/// What is left to one caller.
struct Share {
    running: Arc<Semaphore>,
    /// For those that run, that wait to run, and whose body is being read.
    present: Arc<Semaphore>,
    feed_readers: Arc<Semaphore>,
}

/// A request that may be read.
pub struct Present {
    share: Arc<Share>,
    _permit: OwnedSemaphorePermit,
}

/// A request that may run, or a reader of the feed that may wait.
pub struct Slot {
    _share: Arc<Share>,
    _of_caller: OwnedSemaphorePermit,
    _of_all: OwnedSemaphorePermit,
}

impl Slots {
    pub fn new(most: usize, most_feed_readers: usize) -> Self {
        let (running, feed_readers) = (Arc::new(Semaphore::new(most)), Arc::new(Semaphore::new(most_feed_readers)));
        Self { most, most_feed_readers, running, feed_readers, shares: PerCaller::default() }
    }

    fn share(&self, caller: &CallerKey) -> Arc<Share> {
        let places = |most| Arc::new(Semaphore::new(most));
        self.shares.of(caller, || Share {
            running: places(quarter(self.most)),
            present: places(2 * quarter(self.most)),
            feed_readers: places(quarter(self.most_feed_readers)),
        })
    }

    /// Lets a request in, unless its caller has too many here already.
    pub fn enter(&self, caller: &CallerKey) -> Result<Present, Problem> {
        let share = self.share(caller);
        let permit = share.present.clone().try_acquire_owned().map_err(|_| too_many())?;
        Ok(Present { share, _permit: permit })
    }

    /// Waits for its turn among the requests of the same caller, and then among all.
    pub async fn take(&self, present: &Present) -> Result<Slot, Problem> {
        let of_caller = timeout(LONGEST_QUEUE, present.share.running.clone().acquire_owned()).await;
        let of_caller = of_caller.map_err(|_| too_many())?.map_err(Problem::internal)?;
        let of_all = timeout(LONGEST_QUEUE, self.running.clone().acquire_owned()).await;
        let of_all = of_all.map_err(|_| overloaded("too many requests at once"))?.map_err(Problem::internal)?;
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

fn too_many() -> Problem {
    Problem::new(&codes::TOO_MANY_REQUESTS).retry_after(1).cause("too many requests of one caller at once")
}

fn overloaded(cause: &str) -> Problem {
    Problem::new(&codes::OVERLOADED).retry_after(1).cause(cause)
}
