//! Which of several ballots of a head counts. The own one comes before a proxy's, then the last one, or the first, by when
//! it was said.

use chrono::{DateTime, Utc};

use crate::db::text_enum::text_enum;
use crate::resources::deliberation::owner_votes::plan::Replacement;
use crate::resources::deliberation::owner_votes::records::BallotChannel;

text_enum! {
    /// Why a ballot does not count.
    pub enum SetAsideReason {
        /// Another one of the same head was said later.
        Replaced = "replaced",
        /// The head took it back.
        Withdrawn = "withdrawn",
        /// Whoever said it by a power took it back.
        WithdrawnByProxy = "withdrawn_by_proxy",
        /// The head voted itself, and not only by a proxy.
        OwnBallot = "own_ballot",
        /// In this vote the first one counts.
        FirstCounts = "first_counts",
        /// Its paper was taken in or entered wrongly.
        Voided = "voided",
    }
}

/// A ballot that was said at a time.
#[derive(Clone, Copy, Debug)]
pub struct Said {
    pub channel: BallotChannel,
    pub at: DateTime<Utc>,
}

/// What becomes of a new ballot, and of the one that counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settled {
    /// It counts; the one before, if any, is set aside for this.
    Counts(Option<SetAsideReason>),
    Aside(SetAsideReason),
}

/// Settles a new ballot with the one that counts, and with when the head took one back last.
pub fn settle(counting: Option<Said>, withdrawn_at: Option<DateTime<Utc>>, new: Said, rule: Replacement) -> Settled {
    // Who took their word back did not mean what they had said before that.
    if withdrawn_at.is_some_and(|at| new.at < at) {
        return Settled::Aside(SetAsideReason::Withdrawn);
    }
    let Some(counting) = counting else { return Settled::Counts(None) };
    let is_own = |one: Said| one.channel != BallotChannel::Proxy;
    match (is_own(counting), is_own(new)) {
        (true, false) => return Settled::Aside(SetAsideReason::OwnBallot),
        (false, true) => return Settled::Counts(Some(SetAsideReason::OwnBallot)),
        _ => {}
    }
    match rule {
        Replacement::Last if new.at >= counting.at => Settled::Counts(Some(SetAsideReason::Replaced)),
        Replacement::Last => Settled::Aside(SetAsideReason::Replaced),
        Replacement::First if new.at < counting.at => Settled::Counts(Some(SetAsideReason::FirstCounts)),
        Replacement::First => Settled::Aside(SetAsideReason::FirstCounts),
    }
}

/// Which of some ballots counts, settled one after the other; of those that were taken back or voided none does.
pub fn counting(all: &[Said], rule: Replacement) -> Option<usize> {
    let mut found: Option<usize> = None;
    for (at, new) in all.iter().enumerate() {
        if matches!(settle(found.map(|at| all[at]), None, *new, rule), Settled::Counts(_)) {
            found = Some(at);
        }
    }
    found
}

#[cfg(test)]
mod tests;
