//! Votes of a four in one, in every order of what happens.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::resources::deliberation::council_meetings::attendance::{AttendanceEvent, Passage};
use crate::resources::deliberation::councils::delegates::Delegate;
use crate::resources::deliberation::councils::model::CouncilKind;
use crate::resources::deliberation::councils::seats::{CouncilSeat, SeatKind};

const KINDS: [SeatKind; 4] =
    [SeatKind::PartyOrganization, SeatKind::NeighborhoodCommittee, SeatKind::Owners, SeatKind::PropertyEnterprise];

fn minute(n: i64) -> DateTime<Utc> {
    "2026-03-02T01:00:00Z".parse::<DateTime<Utc>>().unwrap() + TimeDelta::minutes(n)
}

fn person(position: i16, deputy: bool) -> Uuid {
    Uuid::from_u128(u128::from(position.unsigned_abs()) * 2 + u128::from(deputy))
}

fn seats() -> Vec<CouncilSeat> {
    let seat = |(position, kind): (i16, &SeatKind)| CouncilSeat {
        position,
        kind: *kind,
        organization_id: Uuid::from_u128(position.unsigned_abs().into()),
        required: true,
    };
    (0..).zip(&KINDS).map(seat).collect()
}

fn delegates() -> Vec<Delegate> {
    let one = |position: i16, deputy: bool| Delegate {
        id: person(position, deputy),
        position,
        name: "甲".into(),
        deputy,
        starts_on: NaiveDate::from_ymd_opt(2026, 1, 1).unwrap(),
        ends_on: None,
        subject: None,
        end_reason: None,
    };
    (0..4).flat_map(|position| [one(position, false), one(position, true)]).collect()
}

type Event = (i16, bool, Passage, i64);

fn events(all: &[Event]) -> Vec<AttendanceEvent> {
    let event = |(position, deputy, passage, at): &Event| AttendanceEvent {
        id: Uuid::now_v7(),
        position: *position,
        delegate_id: person(*position, *deputy),
        passage: *passage,
        at: minute(*at),
        recorded_at: minute(*at),
        struck_reason: None,
    };
    all.iter().map(event).collect()
}

fn said(position: i16, deputy: bool, voice: Voice, at: i64) -> SeatVoice {
    SeatVoice { position, delegate_id: person(position, deputy), voice, at: minute(at), by_delegate: false }
}

fn decided(all: &[Event], recused: &[i16], voices: &[SeatVoice], window: (i64, i64), rule: DecisionRule) -> VoteOutcome {
    let (seats, delegates, events) = (seats(), delegates(), events(all));
    let attendance = Attendance::new(CouncilKind::FourInOne, (&seats, &delegates), &events, 50);
    let entitled: Vec<_> = (0..4).filter(|position| !recused.contains(position)).collect();
    count(&attendance, &entitled, voices, (minute(window.0), minute(window.1)), rule).outcome
}

fn everybody() -> Vec<Event> {
    (0..4).map(|position| (position, false, Passage::In, 0)).collect()
}

fn all_say(voice: Voice, at: i64) -> Vec<SeatVoice> {
    (0..4).map(|position| said(position, false, voice, at)).collect()
}

#[test]
fn a_vote_needs_everybody_all_the_time() {
    use DecisionRule::{Consensus, Majority};
    use VoteOutcome::{Adopted, NotAdopted, Void};
    let with = |more: &[Event]| [everybody(), more.to_vec()].concat();
    let (out, deputy_in) = ((2, false, Passage::Out, 5), |at| (2, true, Passage::In, at));
    let yes = all_say(Voice::Yes, 5);
    for (all, recused, voices, rule, right) in [
        (everybody(), vec![], yes.clone(), Consensus, Adopted),
        (everybody()[..3].to_vec(), vec![], vec![], Majority, Void),
        (with(&[out]), vec![], all_say(Voice::Yes, 4), Majority, Void),
        // A deputy who comes as the delegate leaves leaves no gap.
        (with(&[out, deputy_in(5)]), vec![], all_say(Voice::Yes, 4), Majority, Adopted),
        (
            with(&[out, deputy_in(5)]),
            vec![],
            vec![said(2, false, Voice::Yes, 6), said(0, false, Voice::Yes, 6), said(3, false, Voice::No, 6)],
            Majority,
            NotAdopted,
        ),
        // A deputy says nothing while the delegate is there.
        (with(&[deputy_in(1)]), vec![], [yes.clone(), vec![said(2, true, Voice::No, 6)]].concat(), Consensus, Adopted),
        (
            everybody(),
            vec![3],
            vec![said(0, false, Voice::Yes, 5), said(2, false, Voice::Yes, 5), said(1, false, Voice::No, 5)],
            Majority,
            Adopted,
        ),
        (everybody(), vec![], yes[..2].to_vec(), Majority, NotAdopted),
        (with(&[(0, false, Passage::Out, 6)]), vec![], yes.clone(), Consensus, Void),
        // What was said before it opened does not count, and the last word stands.
        (everybody(), vec![], all_say(Voice::Yes, 3), Majority, NotAdopted),
        (everybody(), vec![], [yes.clone(), all_say(Voice::No, 6)].concat(), Majority, NotAdopted),
    ] {
        for at in 0..all.len() {
            let mut other = all.clone();
            other.rotate_left(at);
            assert_eq!(decided(&other, &recused, &voices, (4, 6), rule), right, "{all:?} {voices:?}");
            other.reverse();
            assert_eq!(decided(&other, &recused, &voices, (4, 6), rule), right, "{all:?} {voices:?}");
        }
    }
}

#[test]
fn half_is_no_majority() {
    for (entitled, rule, right) in [
        (2, DecisionRule::Majority, 2),
        (3, DecisionRule::Majority, 2),
        (4, DecisionRule::Majority, 3),
        (4, DecisionRule::Consensus, 4),
        (21, DecisionRule::Majority, 11),
    ] {
        assert_eq!(needed(rule, entitled), right);
    }
}

#[test]
fn a_joint_meeting_needs_the_street_and_half_of_the_guests() {
    let mut seats = seats();
    for seat in &mut seats[2..] {
        seat.required = false;
    }
    seats.push(CouncilSeat { position: 4, required: false, ..seats[3].clone() });
    let delegates = [delegates(), vec![Delegate { id: person(4, false), position: 4, ..delegates().remove(0) }]].concat();
    let reached = |there: &[i16]| {
        let events = events(&there.iter().map(|position| (*position, false, Passage::In, 0)).collect::<Vec<_>>());
        let attendance = Attendance::new(CouncilKind::PropertyJointMeeting, (&seats, &delegates), &events, 50);
        let quorum = attendance.quorum(minute(1));
        (quorum.reached, quorum.others_needed)
    };
    assert_eq!(reached(&[0, 1, 2]), (false, 2), "one of three is no half");
    assert_eq!(reached(&[0, 1, 2, 4]), (true, 2));
    assert_eq!(reached(&[1, 2, 3, 4]), (false, 2), "the street is not there");
}

#[test]
fn who_no_longer_speaks_for_a_seat_is_not_there_for_it() {
    let (seats, mut delegates) = (seats(), delegates());
    let events = events(&everybody());
    delegates[0].ends_on = NaiveDate::from_ymd_opt(2026, 3, 1);
    let attendance = Attendance::new(CouncilKind::FourInOne, (&seats, &delegates), &events, 50);
    let quorum = attendance.quorum(minute(1));
    assert_eq!((quorum.reached, quorum.lacking), (false, vec![0]));
    assert_eq!(quorum.seats[1].since, Some(minute(0)));
}

proptest! {
    /// Whoever walks through a meeting minute by minute finds the same seats empty, whatever the order of the notes.
    #[test]
    fn the_quorum_is_that_of_a_walk_through_the_meeting(
        steps in proptest::collection::vec((0_i16..4, any::<bool>(), any::<bool>()), 0..40),
        order in any::<prop::sample::Index>(),
    ) {
        let passage = |comes: bool| if comes { Passage::In } else { Passage::Out };
        let all: Vec<Event> = (0..).zip(&steps).map(|(at, (seat, deputy, comes))| (*seat, *deputy, passage(*comes), at)).collect();
        let mut told = all.clone();
        if !told.is_empty() {
            let at = order.index(told.len());
            told.rotate_left(at);
        }
        let (seats, delegates, events) = (seats(), delegates(), events(&told));
        let attendance = Attendance::new(CouncilKind::FourInOne, (&seats, &delegates), &events, 50);
        let mut there: BTreeSet<(i16, bool)> = BTreeSet::new();
        let mut always = true;
        for (seat, deputy, passage, at) in all {
            match passage {
                Passage::In => there.insert((seat, deputy)),
                Passage::Out => there.remove(&(seat, deputy)),
            };
            let empty: Vec<_> = (0..4).filter(|seat| !there.iter().any(|(taken, _)| taken == seat)).collect();
            let quorum = attendance.quorum(minute(at));
            prop_assert_eq!(&quorum.lacking, &empty);
            if at >= 5 {
                always &= quorum.reached;
                prop_assert_eq!(attendance.always_reached(minute(5), minute(at)), always);
            }
        }
    }

    /// One more yes never fails what was adopted, and the order in which voices are told is nothing.
    #[test]
    fn one_more_yes_never_fails_a_resolution(voices in proptest::collection::vec(0_u8..4, 4), majority in any::<bool>(), turned in 0_usize..4) {
        let rule = if majority { DecisionRule::Majority } else { DecisionRule::Consensus };
        let told = |voices: &[u8]| {
            let voice = |(position, voice): (i16, &u8)| {
                let voice = [Voice::Yes, Voice::No, Voice::Abstain].get(usize::from(*voice)).copied()?;
                Some(said(position, false, voice, 5))
            };
            (0..).zip(voices).filter_map(voice).collect::<Vec<_>>()
        };
        let before = decided(&everybody(), &[], &told(&voices), (4, 6), rule);
        let mut turned_round = told(&voices);
        turned_round.reverse();
        prop_assert_eq!(decided(&everybody(), &[], &turned_round, (4, 6), rule), before);
        let mut more = voices;
        more[turned] = 0;
        let after = decided(&everybody(), &[], &told(&more), (4, 6), rule);
        prop_assert!(before != VoteOutcome::Adopted || after == VoteOutcome::Adopted);
    }

    /// Who steps aside says nothing that counts, and is as much needed in the room as before, whoever comes and goes meanwhile.
    #[test]
    fn who_steps_aside_is_there_and_silent(
        steps in proptest::collection::vec((0_i16..4, any::<bool>(), any::<bool>()), 0..12),
        recused in 0_i16..4,
        voices in proptest::collection::vec((0_i16..4, any::<bool>(), 0_usize..3, 8_i64..16), 0..12),
        majority in any::<bool>(),
    ) {
        let rule = if majority { DecisionRule::Majority } else { DecisionRule::Consensus };
        let passage = |comes: bool| if comes { Passage::In } else { Passage::Out };
        let steps = (1..).zip(&steps).map(|(at, (seat, deputy, comes))| (*seat, *deputy, passage(*comes), at));
        let all: Vec<Event> = everybody().into_iter().chain(steps).collect();
        let told: Vec<_> = voices
            .iter()
            .map(|(seat, deputy, voice, at)| said(*seat, *deputy, [Voice::Yes, Voice::No, Voice::Abstain][*voice], *at))
            .collect();
        let others: Vec<_> = told.iter().filter(|voice| voice.position != recused).cloned().collect();
        let tally = |recused: &[i16], voices: &[SeatVoice]| decided(&all, recused, voices, (8, 16), rule);
        prop_assert_eq!(tally(&[recused], &told), tally(&[recused], &others));
        let is_void = |recused: &[i16]| tally(recused, &told) == VoteOutcome::Void;
        prop_assert_eq!(is_void(&[recused]), is_void(&[]), "nobody is missed less for stepping aside");
    }
}
