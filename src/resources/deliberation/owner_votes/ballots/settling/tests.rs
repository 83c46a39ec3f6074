//! However ballots come in, the same one counts.

use chrono::TimeDelta;
use proptest::prelude::*;

use super::*;

fn said(channel: BallotChannel, minute: i64) -> Said {
    Said { channel, at: DateTime::UNIX_EPOCH + TimeDelta::minutes(minute), letters: 1 }
}

fn live(channel: BallotChannel, minute: i64) -> Cast {
    Cast { said: said(channel, minute), set_aside: None, ended_at: None }
}

fn gone(channel: BallotChannel, minute: i64, reason: SetAsideReason, ended: i64) -> Cast {
    Cast { said: said(channel, minute), set_aside: Some(reason), ended_at: Some(said(channel, ended).at) }
}

#[test]
fn what_was_taken_back_does_not_come_back() {
    use BallotChannel::{Online, Paper, Proxy};
    use SetAsideReason::{Replaced, Voided, Withdrawn, WithdrawnByProxy};
    let last = |all: &[Cast]| counting(all, Replacement::Last);
    // A paper was voided: what it had replaced counts, but not what a proxy took back, in no form of it.
    let proxy = [gone(Proxy, 1, Replaced, 2), gone(Proxy, 2, WithdrawnByProxy, 3), gone(Paper, 4, Voided, 9)];
    assert_eq!(last(&proxy), None);
    // The owner took their word back and gave a power.
    let power =
        [gone(Online, 1, Replaced, 2), gone(Online, 2, Withdrawn, 3), gone(Proxy, 4, Replaced, 5), gone(Paper, 5, Voided, 9)];
    assert_eq!(last(&power), Some(2));
    // A paper of before a proxy's withdrawal is the owner's own word.
    assert_eq!(last(&[gone(Proxy, 2, WithdrawnByProxy, 3), live(Paper, 1)]), Some(1));
    assert_eq!(last(&[gone(Online, 2, Withdrawn, 3), live(Paper, 1)]), None);
    // Of two papers that were both wrong neither counts.
    assert_eq!(last(&[gone(Paper, 1, Voided, 8), gone(Paper, 2, Voided, 9)]), None);
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
    // Whoever had an earlier letter had it by mistake; what was handed in on paper was signed.
    let later = |channel, minute| Said { letters: 2, ..said(channel, minute) };
    assert_eq!(first(said(Online, 1), later(Online, 2)), Settled::Counts(Some(Replaced)));
    assert_eq!(last(said(Online, 2), later(Paper, 1)), Settled::Aside(Replaced), "a paper counts from when it was handed in");
    assert_eq!(first(said(Paper, 1), later(Online, 2)), Settled::Aside(FirstCounts));
    let withdrawn = |at| settle(None, Some(said(Online, 5).at), said(Paper, at), Replacement::Last);
    assert_eq!((withdrawn(4), withdrawn(5)), (Settled::Aside(Withdrawn), Settled::Counts(None)));
    // Of what a proxy said the owner took nothing back.
    let proxy = settle(None, Some(said(Online, 5).at), said(Proxy, 4), Replacement::Last);
    assert_eq!(proxy, Settled::Aside(SetAsideReason::WithdrawnByProxy));
}

proptest! {
    /// A paper that is entered and voided leaves what was there without it.
    #[test]
    fn what_is_voided_was_never_there(
        parts in proptest::collection::vec((0_usize..4, 0_i64..100, 0_usize..4), 0..10),
        (channel, minute) in (0_usize..4, 0_i64..100),
        is_last in any::<bool>(),
    ) {
        let rule = if is_last { Replacement::Last } else { Replacement::First };
        let some = |(channel, minute, fate): &(usize, i64, usize)| {
            let channel = BallotChannel::ALL[*channel];
            match fate {
                0 => gone(channel, *minute, SetAsideReason::Withdrawn, minute + 1),
                1 => gone(channel, *minute, SetAsideReason::WithdrawnByProxy, minute + 1),
                2 => gone(channel, *minute, SetAsideReason::Replaced, minute + 1),
                _ => live(channel, *minute),
            }
        };
        let without: Vec<Cast> = parts.iter().map(some).collect();
        let mut with = without.clone();
        with.push(gone(BallotChannel::ALL[channel], minute, SetAsideReason::Voided, 200));
        prop_assert_eq!(counting(&with, rule), counting(&without, rule));
    }

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
            let cast = |(channel, minute): &(usize, i64)| live(BallotChannel::ALL[*channel], *minute);
            counting(&all.iter().map(cast).collect::<Vec<_>>(), rule).map(|at| all[at])
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
