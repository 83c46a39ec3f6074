//! Lines of the log that would come thousands of times: each is told at once, then after growing pauses with how often it
//! was left out.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::{Duration, Instant};

const FIRST_PAUSE: Duration = Duration::from_secs(10);
const LONGEST_PAUSE: Duration = Duration::from_secs(600);
/// What did not happen for so long is new again.
const FORGOTTEN: Duration = Duration::from_secs(60);
const MOST_KNOWN: usize = 1000;

static REPEATS: LazyLock<Mutex<Repeats>> = LazyLock::new(Mutex::default);

/// Says whether a line is to be written now, and how many like it were left out before.
pub fn due(line: &str) -> Option<u64> {
    REPEATS.lock().unwrap_or_else(PoisonError::into_inner).due(line, Instant::now())
}

#[derive(Default)]
struct Repeats(HashMap<String, Repeat>);

struct Repeat {
    pause: Duration,
    told_at: Instant,
    seen_at: Instant,
    left_out: u64,
}

impl Repeats {
    fn due(&mut self, line: &str, now: Instant) -> Option<u64> {
        if let Some(known) = self.0.get_mut(line) {
            let forgotten = now - known.seen_at >= FORGOTTEN;
            known.seen_at = now;
            if now - known.told_at < known.pause && !forgotten {
                known.left_out += 1;
                return None;
            }
            known.pause = if forgotten { FIRST_PAUSE } else { (known.pause * 2).min(LONGEST_PAUSE) };
            known.told_at = now;
            return Some(std::mem::take(&mut known.left_out));
        }
        if self.0.len() >= MOST_KNOWN {
            self.0.retain(|_, known| now - known.seen_at < FORGOTTEN);
        }
        if self.0.len() < MOST_KNOWN {
            self.0.insert(line.to_owned(), Repeat { pause: FIRST_PAUSE, told_at: now, seen_at: now, left_out: 0 });
        }
        Some(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_repeats_is_told_more_and_more_seldom_with_its_number() {
        let (mut repeats, start) = (Repeats::default(), Instant::now());
        let told: Vec<_> =
            (0..1000).filter_map(|tenth| repeats.due("refused", start + Duration::from_millis(100 * tenth))).collect();
        assert_eq!(told, [0, 99, 199, 399]);
        assert_eq!(repeats.due("wrong password", start), Some(0), "another cause is another line");
        assert_eq!(repeats.due("refused", start + Duration::from_secs(300)), Some(299), "a new outage");
    }
}
