//! Which of several ballots of a head counts. The own one comes before a proxy's, one that was cast with a later letter before one with
//! an earlier letter, then the last one, or the first, by when it was said.

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

impl SetAsideReason {
    /// Whether it was taken back by whoever said it.
    pub fn is_withdrawal(self) -> bool {
        matches!(self, Self::Withdrawn | Self::WithdrawnByProxy)
    }
}

/// A ballot that was said at a time.
#[derive(Clone, Copy, Debug)]
pub struct Said {
    pub channel: BallotChannel,
    pub at: DateTime<Utc>,
    /// How many letters had been printed for the head then.
    pub letters: i16,
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
        let by_proxy = new.channel == BallotChannel::Proxy;
        return Settled::Aside(if by_proxy { SetAsideReason::WithdrawnByProxy } else { SetAsideReason::Withdrawn });
    }
    let Some(counting) = counting else { return Settled::Counts(None) };
    let is_own = |one: Said| one.channel != BallotChannel::Proxy;
    match (is_own(counting), is_own(new)) {
        (true, false) => return Settled::Aside(SetAsideReason::OwnBallot),
        (false, true) => return Settled::Counts(Some(SetAsideReason::OwnBallot)),
        // A letter is printed anew where the one before came into wrong hands.
        _ if (counting.channel, new.channel) == (BallotChannel::Online, BallotChannel::Online)
            && counting.letters < new.letters =>
        {
            return Settled::Counts(Some(SetAsideReason::Replaced));
        }
        _ => {}
    }
    match rule {
        Replacement::Last if new.at >= counting.at => Settled::Counts(Some(SetAsideReason::Replaced)),
        Replacement::Last => Settled::Aside(SetAsideReason::Replaced),
        Replacement::First if new.at < counting.at => Settled::Counts(Some(SetAsideReason::FirstCounts)),
        Replacement::First => Settled::Aside(SetAsideReason::FirstCounts),
    }
}

/// A ballot of a head with what became of it.
#[derive(Clone, Copy, Debug)]
pub struct Cast {
    pub said: Said,
    pub set_aside: Option<SetAsideReason>,
    /// When it was set aside.
    pub ended_at: Option<DateTime<Utc>>,
}

/// When something was taken back last that bars what somebody said by a channel before: by the head itself, and of what a proxy
/// said by the proxy too.
pub fn barred_until(all: &[Cast], channel: BallotChannel) -> Option<DateTime<Utc>> {
    let bars = |reason: SetAsideReason| match reason {
        SetAsideReason::Withdrawn => true,
        SetAsideReason::WithdrawnByProxy => channel == BallotChannel::Proxy,
        _ => false,
    };
    all.iter().filter(|cast| cast.set_aside.is_some_and(bars)).filter_map(|cast| cast.ended_at).max()
}

/// Which of all ballots of a head counts, in the order in which they were put in: nothing that was taken back or voided, and nothing
/// that was said before the head took its word back.
pub fn counting(all: &[Cast], rule: Replacement) -> Option<usize> {
    let gone = |reason: SetAsideReason| reason.is_withdrawal() || reason == SetAsideReason::Voided;
    let mut found: Option<usize> = None;
    for (at, new) in all.iter().enumerate() {
        let barred = barred_until(all, new.said.channel).is_some_and(|until| new.said.at < until);
        if barred || new.set_aside.is_some_and(gone) {
            continue;
        }
        if matches!(settle(found.map(|at| all[at].said), None, new.said, rule), Settled::Counts(_)) {
            found = Some(at);
        }
    }
    found
}

#[cfg(test)]
mod tests;
