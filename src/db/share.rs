//! What one caller may have of the connections: a quarter, so that the others always find some that are free.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Semaphore;

use crate::http::limits::slots::quarter;

/// The part of one caller.
pub struct ConnectionShare {
    pub reads: Arc<Semaphore>,
    pub writes: Arc<Semaphore>,
    /// On how many shared connections its reads may run.
    connections: usize,
    /// How many of its reads run on each of them.
    running: Mutex<Vec<usize>>,
}

impl ConnectionShare {
    pub fn of(readers: usize, reads: usize, writers: usize) -> Self {
        Self {
            reads: Arc::new(Semaphore::new(quarter(reads))),
            writes: Arc::new(Semaphore::new(quarter(writers))),
            connections: quarter(readers),
            running: Mutex::new(vec![0; readers]),
        }
    }

    /// Takes a place on a connection, unless that would be one too many of them.
    pub fn enter(&self, connection: usize) -> bool {
        let mut running = self.running();
        let used = running.iter().filter(|reads| **reads > 0).count();
        let may = running[connection] > 0 || used < self.connections;
        running[connection] += usize::from(may);
        may
    }

    pub fn leave(&self, connection: usize) {
        self.running()[connection] -= 1;
    }

    fn running(&self) -> MutexGuard<'_, Vec<usize>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_caller_stays_on_a_quarter_of_the_connections() {
        let share = ConnectionShare::of(8, 128, 3);
        assert_eq!((share.reads.available_permits(), share.writes.available_permits()), (32, 1));
        assert!(share.enter(3) && share.enter(5) && share.enter(3));
        assert!(!share.enter(0) && share.enter(5));
        share.leave(3);
        assert!(!share.enter(0));
        share.leave(3);
        assert!(share.enter(0) && !share.enter(3));
    }
}
