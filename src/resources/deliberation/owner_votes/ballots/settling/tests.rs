//! However ballots come in, the same one counts.

use chrono::TimeDelta;
use proptest::prelude::*;

use super::*;

fn said(channel: BallotChannel, minute: i64) -> Said {
    Said { channel, at: DateTime::UNIX_EPOCH + TimeDelta::minutes(minute) }
}

#[test]
fn the_last_own_word_counts() {
    use BallotChannel::{Online, Paper, Proxy};
    use SetAsideReason::{FirstCounts, OwnBallot, Replaced, Withdrawn};
    let last = |one, other| settle(Some(one), None, other, Replacement::Last);
    assert_eq!(settle(None, None, said(Proxy, 1), Replacement::Last), Settled::Counts(None));
    assert_eq!(last(said(Online, 1), said(Online, 2)), Settled::Counts(Some(Replaced)));
    assert_eq!(last(said(Online, 2), said(Paper, 1)), Settled::Aside(Replaced), "a paper counts from when it was handed in");
    assert_eq!(last(said(Proxy, 2), said(Paper, 1)), Settled::Counts(Some(OwnBallot)));
    assert_eq!(last(said(Paper, 1), said(Proxy, 2)), Settled::Aside(OwnBallot));
    let first = |one, other| settle(Some(one), None, other, Replacement::First);
    assert_eq!(first(said(Online, 1), said(Online, 2)), Settled::Aside(FirstCounts));
    assert_eq!(first(said(Online, 2), said(Paper, 1)), Settled::Counts(Some(FirstCounts)));
    let withdrawn = |at| settle(None, Some(said(Online, 5).at), said(Paper, at), Replacement::Last);
    assert_eq!((withdrawn(4), withdrawn(5)), (Settled::Aside(Withdrawn), Settled::Counts(None)));
}

proptest! {
    /// Settled one after the other, the own one counts that was said last, or first, whatever their order.
    #[test]
    fn the_order_in_which_they_are_entered_is_nothing(
        mut all in proptest::collection::vec((0_usize..4, 0_i64..1000), 1..12),
        turn in 0_usize..12,
        is_last in any::<bool>(),
    ) {
        let mut seen = std::collections::HashSet::new();
        all.retain(|(_, minute)| seen.insert(*minute));
        let rule = if is_last { Replacement::Last } else { Replacement::First };
        let counted = |all: &[(usize, i64)]| {
            let ballots: Vec<_> = all.iter().map(|(channel, minute)| said(BallotChannel::ALL[*channel], *minute)).collect();
            counting(&ballots, rule).map(|at| all[at])
        };
        let of_some = |own: bool| {
            let some = all.iter().copied().filter(|(channel, _)| (BallotChannel::ALL[*channel] != BallotChannel::Proxy) == own);
            if is_last { some.max_by_key(|(_, minute)| *minute) } else { some.min_by_key(|(_, minute)| *minute) }
        };
        let due = of_some(true).or_else(|| of_some(false));
        let again = counted(&all);
        prop_assert_eq!(again, due);
        let mut turned = all.clone();
        let length = turned.len();
        turned.rotate_left(turn % length);
        prop_assert_eq!(counted(&turned), due);
    }
}
