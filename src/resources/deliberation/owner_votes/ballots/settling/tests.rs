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
    use Replacement::{First, Last};
    let of = |all: &[Said], rule| {
        let all: Vec<Cast> = all.iter().map(|said| Cast { said: *said, set_aside: None, ended_at: None }).collect();
        counting(&all, rule)
    };
    assert_eq!(of(&[said(Proxy, 1)], Last), Some(0));
    assert_eq!(of(&[said(Online, 1), said(Online, 2)], Last), Some(1));
    assert_eq!(of(&[said(Online, 2), said(Paper, 1)], Last), Some(0), "a paper counts from when it was handed in");
    assert_eq!(of(&[said(Proxy, 2), said(Paper, 1)], Last), Some(1));
    assert_eq!(of(&[said(Paper, 1), said(Proxy, 2)], Last), Some(0));
    assert_eq!(of(&[said(Online, 1), said(Online, 2)], First), Some(0));
    assert_eq!(of(&[said(Online, 2), said(Paper, 1)], First), Some(1));
    // Whoever had an earlier letter had it by mistake; what was handed in on paper was signed.
    let later = |channel, minute| Said { letters: 2, ..said(channel, minute) };
    assert_eq!(of(&[said(Online, 1), later(Online, 2)], First), Some(1));
    assert_eq!(of(&[said(Online, 1), later(Paper, 2)], First), Some(1), "nor counts it beside a paper of after the letter");
    assert_eq!(of(&[said(Online, 2), later(Paper, 1)], Last), Some(1));
    assert_eq!(of(&[said(Paper, 1), later(Online, 2)], First), Some(0));
    // Whichever is entered first, the paper of between two letters counts in place of what was cast with the first one.
    let between = [said(Online, 1), said(Paper, 2), later(Online, 3)];
    assert_eq!((of(&between, First), of(&[between[0], between[2], between[1]], First)), (Some(1), Some(2)));
    let withdrawn = |at| counting(&[gone(Online, 1, SetAsideReason::Withdrawn, 5), live(Paper, at)], Last);
    assert_eq!((withdrawn(4), withdrawn(5)), (None, Some(1)));
}

#[test]
fn what_does_not_count_is_told_why() {
    use BallotChannel::{Online, Paper, Proxy};
    use SetAsideReason::{FirstCounts, OwnBallot, Replaced};
    let later = Said { letters: 2, ..said(Online, 2) };
    assert_eq!(set_aside_for(said(Online, 2), said(Proxy, 1), Replacement::First), OwnBallot);
    assert_eq!(set_aside_for(later, said(Online, 1), Replacement::First), Replaced);
    assert_eq!(set_aside_for(said(Paper, 1), said(Online, 2), Replacement::First), FirstCounts);
    assert_eq!(set_aside_for(said(Paper, 2), said(Online, 1), Replacement::Last), Replaced);
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

    /// Whatever the order in which they are entered, the own one counts that was said last, or first, but nothing that was cast with a
    /// letter of before another own one.
    #[test]
    fn the_order_in_which_they_are_entered_is_nothing(
        mut all in proptest::collection::vec((0_usize..4, 0_i64..1000, 1_i16..4), 1..12),
        turn in 0_usize..12,
        is_last in any::<bool>(),
    ) {
        let mut seen = std::collections::HashSet::new();
        all.retain(|(_, minute, _)| seen.insert(*minute));
        let rule = if is_last { Replacement::Last } else { Replacement::First };
        let channel = |at: usize| BallotChannel::ALL[at];
        let counted = |all: &[(usize, i64, i16)]| {
            let cast = |one: &(usize, i64, i16)| Cast { said: Said { letters: one.2, ..said(channel(one.0), one.1) }, ..live(channel(one.0), one.1) };
            counting(&all.iter().map(cast).collect::<Vec<_>>(), rule).map(|at| all[at])
        };
        let own: Vec<_> = all.iter().copied().filter(|one| channel(one.0) != BallotChannel::Proxy).collect();
        let newest = own.iter().map(|one| one.2).max();
        let mut able: Vec<_> = own.into_iter().filter(|one| channel(one.0) != BallotChannel::Online || Some(one.2) == newest).collect();
        if able.is_empty() {
            able.clone_from(&all);
        }
        let due = if is_last { able.iter().max_by_key(|one| one.1) } else { able.iter().min_by_key(|one| one.1) };
        let due = due.copied();
        prop_assert_eq!(counted(&all), due);
        let mut turned = all.clone();
        let length = turned.len();
        turned.rotate_left(turn % length);
        prop_assert_eq!(counted(&turned), due);
    }
}
