//! Which of several ballots of a head counts. The own one comes before a proxy's, what was said since another letter was printed before
//! what was cast with an earlier one, then the last one, or the first, by when it was said.

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
    /// Taken back, where it was said through a channel.
    pub fn taken_back(channel: BallotChannel) -> Self {
        match channel {
            BallotChannel::Proxy => Self::WithdrawnByProxy,
            _ => Self::Withdrawn,
        }
    }

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
    /// How many letters had been printed for the head then; of a paper, when it was handed in.
    pub letters: i16,
}

impl Said {
    /// True where the head said it itself, and no proxy for it.
    fn is_own(&self) -> bool {
        self.channel != BallotChannel::Proxy
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
/// that was said before the head took its word back. When each was said decides, and not when it was put in.
pub fn counting(all: &[Cast], rule: Replacement) -> Option<usize> {
    let gone = |reason: SetAsideReason| reason.is_withdrawal() || reason == SetAsideReason::Voided;
    let stands = |cast: &Cast| {
        !cast.set_aside.is_some_and(gone) && barred_until(all, cast.said.channel).is_none_or(|until| cast.said.at >= until)
    };
    let standing: Vec<(usize, Said)> =
        all.iter().enumerate().filter(|(_, cast)| stands(cast)).map(|(at, cast)| (at, cast.said)).collect();
    // A letter is printed anew where the one before came into wrong hands: what was cast with that counts no more once the head has
    // said something since.
    let latest = standing.iter().filter(|(_, said)| said.is_own()).map(|(_, said)| said.letters).max();
    let earlier = |said: &Said| said.channel == BallotChannel::Online && Some(said.letters) < latest;
    let has_own = latest.is_some();
    let able = standing.into_iter().filter(|(_, said)| said.is_own() == has_own && !earlier(said));
    let chosen = match rule {
        Replacement::Last => able.max_by_key(|(at, said)| (said.at, *at)),
        Replacement::First => able.min_by_key(|(at, said)| (said.at, *at)),
    };
    chosen.map(|(at, _)| at)
}

/// Why a ballot does not count beside the one that does.
pub fn set_aside_for(counting: Said, other: Said, rule: Replacement) -> SetAsideReason {
    match rule {
        _ if counting.is_own() && !other.is_own() => SetAsideReason::OwnBallot,
        _ if other.channel == BallotChannel::Online && other.letters < counting.letters => SetAsideReason::Replaced,
        Replacement::Last => SetAsideReason::Replaced,
        Replacement::First => SetAsideReason::FirstCounts,
    }
}

#[cfg(test)]
mod tests;
