//! Wakes those who wait for the feed. One look at the database serves all that wait in this process.

use std::time::Duration;

use tokio::sync::watch;

use super::feed::{self, Position};
use crate::db::pool::Db;

/// A connection may be dead without anybody having heard of it.
const LONGEST_LOOK: Duration = Duration::from_secs(10);
const BETWEEN_LOOKS: Duration = Duration::from_millis(250);

/// Where waiting readers are told of news.
pub struct FeedNotifier {
    newest: watch::Sender<Option<Position>>,
    open: watch::Sender<bool>,
}

/// One who waits.
pub struct FeedSubscription {
    newest: watch::Receiver<Option<Position>>,
    open: watch::Receiver<bool>,
}

impl Default for FeedNotifier {
    fn default() -> Self {
        Self { newest: watch::Sender::new(None), open: watch::Sender::new(true) }
    }
}

impl FeedNotifier {
    pub fn subscribe(&self) -> FeedSubscription {
        FeedSubscription { newest: self.newest.subscribe(), open: self.open.subscribe() }
    }

    /// False once the service is stopping.
    pub fn is_open(&self) -> bool {
        *self.open.borrow()
    }

    /// Lets everybody go: the service is stopping.
    pub fn close(&self) {
        self.open.send_replace(false);
    }

    /// Looks for news while anybody waits, until the service stops.
    pub async fn run(&self, db: &Db) {
        let mut open = self.open.subscribe();
        while *open.borrow_and_update() {
            if self.newest.receiver_count() > 0
                && let Ok(Ok(end)) = tokio::time::timeout(LONGEST_LOOK, feed::settled_end(db)).await
            {
                self.newest.send_if_modified(|known| (*known != end).then(|| *known = end).is_some());
            }
            let _ = tokio::time::timeout(BETWEEN_LOOKS, open.changed()).await;
        }
    }
}

impl FeedSubscription {
    pub fn is_open(&self) -> bool {
        *self.open.borrow()
    }

    /// Waits until the feed has grown or the service stops.
    pub async fn changed(&mut self) {
        tokio::select! {
            _ = self.newest.changed() => {}
            _ = self.open.changed() => {}
        }
    }
}
