//! From the candidates to taking office, and what comes before the end of a term: its prolongation, or a group that holds
//! the next election.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::command::{Effect, Facts};
use super::duties::DutyKind;
use super::inputs::{Done, Election, Filing, FirstMeeting, NewElectionGroup, Prolongation};
use super::members;
use super::model::{OwnersCommitteeFields, TermMeasure, TermMeasureKind};
use super::states::{LONGEST_TERM_MONTHS, last_day_of_term};
use crate::access::authority::Authority;
use crate::calendar::term::last_day_of_months;
use crate::changes::record::Related;
use crate::http::codes;
use crate::http::normal_form::plain;
use crate::http::problem::{FieldError, Problem};
use crate::resources::deliberation::owner_votes::decisions::{EffectKind, VoteEffect, decisions, done_by};
use crate::resources::deliberation::owner_votes::model::OwnerVoteFields;
use crate::resources::deliberation::owner_votes::plan::VoteTopic;
use crate::resources::deliberation::owner_votes::result::TopicCount;
use crate::resources::deliberation::vote_matters::{ELECTION, PROLONGATION};
use crate::resources::reference::rules::names::RuleName;

pub fn announce_candidates(committee: &mut OwnersCommitteeFields, done: &Done, who: &Authority) -> Result<Vec<Effect>, Problem> {
    Problem::fail_if_any(who.day_faults("/done_on", done.done_on, None))?;
    committee.candidates_announced_on = Some(done.done_on);
    Ok(Vec::new())
}

/// Records an election: every seat filled, a term of at most five years.
pub fn elect(
    committee: &mut OwnersCommitteeFields,
    election: Election,
    facts: &Facts,
    who: &Authority,
) -> Result<Vec<Effect>, Problem> {
    let mut errors = who.day_faults("/elected_on", election.elected_on, committee.candidates_announced_on);
    if election.members.len() != usize::from(committee.seats.unsigned_abs()) {
        errors.push(FieldError::at("/members", &codes::ALL_SEATS).with("limit", committee.seats));
    }
    let decided = elected(committee, &election, facts, who).map_err(|fault| errors.push(fault));
    let (first, end) = (election.term_starts_on, election.term_ends_on);
    errors.extend(FieldError::before("/term_starts_on", first, Some(election.elected_on)));
    errors.extend(FieldError::before("/term_ends_on", end, Some(first)));
    errors.extend(FieldError::after("/term_ends_on", end, Some(last_day_of_term(first))));
    Problem::fail_if_any(errors)?;
    committee.elected_on = Some(election.elected_on);
    committee.term_starts_on = Some(first);
    committee.begin_term(election.elected_on, &facts.place);
    committee.end_term_on(end, &facts.place);
    let mut effects = members::assign_seat(committee, election.members, election.elected_on);
    effects.extend(decided.into_iter().flatten().map(Effect::Decided));
    Ok(effects)
}

/// What is done by the votes of owners that are named: the members are those who were elected to all seats, each once.
fn elected(
    committee: &OwnersCommitteeFields,
    election: &Election,
    facts: &Facts,
    who: &Authority,
) -> Result<Vec<VoteEffect>, FieldError> {
    let at = |place, rule| FieldError::at(place, rule);
    let Some(vote) = &facts.vote else {
        return match election.vote_id {
            Some(_) => Err(at("/vote_id", &codes::UNKNOWN_RECORD)),
            None if facts.is_voted_on => Err(at("/vote_id", &codes::REQUIRED)),
            None if !election.run_off_vote_ids.is_empty() => Err(at("/run_off_vote_ids", &codes::NOT_APPLICABLE)),
            None => Ok(Vec::new()),
        };
    };
    let on = ("/elected_on", election.elected_on);
    let whole = |topic: &VoteTopic| !topic.by_election && topic.seats == usize::from(committee.seats.unsigned_abs());
    let found: Vec<_> = decisions(Some(vote), ELECTION, on)?.into_iter().filter(|(topic, _)| whole(topic)).collect();
    if let Some(at) = election.run_off_vote_ids.iter().position(|id| facts.run_offs.iter().all(|vote| vote.id != *id)) {
        return Err(FieldError::at(format!("/run_off_vote_ids/{at}"), &codes::UNKNOWN_RECORD));
    }
    let later = later_elected(vote, &facts.run_offs, on)?;
    let done = |vote: &OwnerVoteFields, count: &TopicCount| {
        VoteEffect::of(vote, count, EffectKind::CommitteeElected, committee.id, who.now)
    };
    let names: BTreeSet<String> = election.members.iter().map(|member| plain(&member.name)).collect();
    let all = |count: &TopicCount| -> Vec<String> {
        count.elected.iter().chain(later.iter().flat_map(|(_, later)| &later.elected)).cloned().collect()
    };
    let same = |count: &TopicCount| names == all(count).into_iter().collect() && names.len() == election.members.len();
    match (found.iter().find(|(_, count)| same(count)), found.first()) {
        (Some((_, count)), _) => {
            let later = later.iter().map(|(vote, count)| done(vote, count));
            Ok([done(vote, count)].into_iter().chain(later).collect())
        }
        (None, Some((_, count))) => Err(at("/members", &codes::NOT_THE_ELECTED).with("elected", all(count))),
        (None, None) => Err(at("/vote_id", &codes::NOT_DECIDED).with("matter", ELECTION)),
    }
}

/// Who was elected to the seats that a vote left open: by later votes, each announced once the one before was counted.
fn later_elected<'a>(
    first: &OwnerVoteFields,
    run_offs: &'a [OwnerVoteFields],
    on: (&'static str, NaiveDate),
) -> Result<Vec<(&'a OwnerVoteFields, &'a TopicCount)>, FieldError> {
    let (mut counted_at, mut later) = (first.counted_at, Vec::new());
    for vote in run_offs {
        let refused = |fault: FieldError| if fault.is_at("/vote_id") { fault.moved_to("/run_off_vote_ids") } else { fault };
        let decided = decisions(Some(vote), ELECTION, on).map_err(refused)?;
        let filled = decided.into_iter().find(|(topic, _)| topic.by_election).filter(|_| vote.announced_at >= counted_at);
        let Some((_, count)) = filled else { return Err(FieldError::at("/run_off_vote_ids", &codes::NOT_APPLICABLE)) };
        counted_at = vote.counted_at;
        later.push((vote, count));
    }
    Ok(later)
}

/// What is done by the vote of owners that is named: it prolonged the term.
fn prolonged(
    committee: &OwnersCommitteeFields,
    new: &Prolongation,
    facts: &Facts,
    who: &Authority,
) -> Result<Option<VoteEffect>, FieldError> {
    if new.vote_id.is_none() {
        return Ok(None);
    }
    done_by(facts.vote.as_ref(), PROLONGATION, ("/decided_on", new.decided_on), (committee.id, who.now))
}

/// Records the first meeting and the posts that it gave.
pub fn hold_first_meeting(
    committee: &mut OwnersCommitteeFields,
    meeting: FirstMeeting,
    facts: &Facts,
    who: &Authority,
) -> Result<Vec<Effect>, Problem> {
    let faults = who.day_faults("/held_on", meeting.held_on, committee.elected_on);
    committee.first_meeting_on = Some(meeting.held_on);
    members::appoint(facts, meeting.posts, faults)
}

pub fn file_with_street(committee: &mut OwnersCommitteeFields, filing: Filing, who: &Authority) -> Result<Vec<Effect>, Problem> {
    Problem::fail_if_any(who.day_faults("/filed_on", filing.filed_on, committee.elected_on))?;
    (committee.street_filed_on, committee.street_filing_number) = (Some(filing.filed_on), Some(filing.number));
    committee.file_if_complete();
    Ok(Vec::new())
}

pub fn file_with_district(
    committee: &mut OwnersCommitteeFields,
    filing: Filing,
    who: &Authority,
) -> Result<Vec<Effect>, Problem> {
    Problem::fail_if_any(who.day_faults("/filed_on", filing.filed_on, committee.elected_on))?;
    (committee.district_filed_on, committee.district_filing_number) = (Some(filing.filed_on), Some(filing.number));
    committee.file_if_complete();
    Ok(Vec::new())
}

pub fn take_office(committee: &OwnersCommitteeFields, facts: &Facts, who: &Authority) -> Result<Vec<Effect>, Problem> {
    not_ready(who, committee)?;
    Ok(tell_estate(committee, facts, true))
}

/// Records that the owners' assembly made the term longer, by at most five years, before it was over.
pub fn prolong(
    committee: &mut OwnersCommitteeFields,
    new: Prolongation,
    facts: &Facts,
    who: &Authority,
) -> Result<Vec<Effect>, Problem> {
    let first_after = committee.term_ends_on.and_then(|end| end.succ_opt());
    let longest = first_after.and_then(|first| last_day_of_months(first, LONGEST_TERM_MONTHS));
    let mut errors = who.day_faults("/decided_on", new.decided_on, committee.elected_on);
    errors.extend(FieldError::after("/decided_on", new.decided_on, committee.term_ends_on));
    errors.extend(FieldError::before("/term_ends_on", new.term_ends_on, first_after));
    errors.extend(FieldError::after("/term_ends_on", new.term_ends_on, longest));
    let decided = prolonged(committee, &new, facts, who).map_err(|fault| errors.push(fault)).ok().flatten();
    Problem::fail_if_any(errors)?;
    committee.measures.0.push(TermMeasure {
        kind: TermMeasureKind::Prolonged,
        on: new.decided_on,
        term_ends_on: Some(new.term_ends_on),
        decision: Some(new.decision),
        owners: None,
        others: None,
    });
    committee.end_term_on(new.term_ends_on, &facts.place);
    // A group that was formed for the end that it had has nothing to take over now.
    committee.measures.0.retain(|measure| measure.kind != TermMeasureKind::ElectionGroup);
    committee.duties.0.retain(|known| known.duty != DutyKind::Handover);
    let mut effects = tell_estate(committee, facts, true);
    effects.extend(decided.map(Effect::Decided));
    Ok(effects)
}

/// Records the group that holds the election where the committee has not: an odd number of members, half of them owners.
pub fn form_group(
    committee: &mut OwnersCommitteeFields,
    new: &NewElectionGroup,
    facts: &Facts,
    who: &Authority,
) -> Result<Vec<Effect>, Problem> {
    let (members, least) = (new.owners + new.others, facts.place.value(RuleName::CommitteeGroupLeastMembers));
    let mut errors = who.day_faults("/formed_on", new.formed_on, committee.elected_on);
    if i64::from(members) < least {
        errors.push(FieldError::at("/others", &codes::GROUP_SIZE).with("limit", least));
    } else if members % 2 == 0 {
        errors.push(FieldError::at("/others", &codes::ODD));
    }
    if new.owners * 2 < members {
        errors.push(FieldError::at("/owners", &codes::OWNERS_MISSING));
    }
    Problem::fail_if_any(errors)?;
    committee.measures.0.push(TermMeasure {
        kind: TermMeasureKind::ElectionGroup,
        on: new.formed_on,
        term_ends_on: None,
        decision: None,
        owners: Some(new.owners),
        others: Some(new.others),
    });
    committee.begin_handover_from(new.formed_on, &facts.place);
    Ok(Vec::new())
}

/// A committee takes office when it has met, has most of its members, and its term has begun.
pub fn not_ready(scope: &Authority, committee: &OwnersCommitteeFields) -> Result<(), Problem> {
    let missing = [
        ("/first_meeting_on", committee.first_meeting_on.is_none()),
        ("/member_count", committee.member_count * 2 < committee.seats),
        ("/term_starts_on", committee.term_starts_on.is_none_or(|first| first > scope.today())),
    ];
    let errors: Vec<_> =
        missing.into_iter().filter(|(_, missing)| *missing).map(|(place, _)| FieldError::at(place, &codes::NOT_YET)).collect();
    if errors.is_empty() { Ok(()) } else { Err(Problem::new(&codes::STILL_NEEDED).errors(errors)) }
}

/// Tells the estate which committee is in office, or that this one is no longer.
pub fn tell_estate(committee: &OwnersCommitteeFields, facts: &Facts, in_office: bool) -> Vec<Effect> {
    let concerned = facts.estate.iter().filter(|estate| in_office || estate.committee_id == Some(committee.id));
    let told = concerned.map(|estate| {
        Related::new(estate, |estate| {
            estate.committee_id = in_office.then_some(committee.id);
            estate.committee_ends_on = if in_office { committee.term_ends_on } else { None };
        })
    });
    told.map(Effect::Estate).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::actor::Role;
    use crate::access::permissions::ActionTag;
    use crate::access::permissions::action as a;
    use crate::access::permissions::resource::OwnersCommittees;
    use crate::access::scope::Scope;
    use crate::access::testing::caller;
    use crate::calendar::working::WorkCalendar;
    use crate::changes::execute::{Outcome, decide};
    use crate::resources::parties::owners_committees::command::Command;
    use crate::resources::parties::owners_committees::creation::begun;
    use crate::resources::parties::owners_committees::inputs::{NewMember, NewOwnersCommittee};
    use crate::resources::parties::owners_committees::states::Stage;
    use crate::resources::reference::rules::model::EffectiveRule;
    use crate::resources::reference::rules::place::PlaceRules;
    use chrono::NaiveDate;
    use proptest::prelude::*;
    use uuid::Uuid;

    const COMMUNITY: &str = "370202002001";

    fn at<A: ActionTag>(role: Role, place: &str) -> Scope<A, OwnersCommittees> {
        caller(role, place, "https://login|officer", "2026-03-02T01:00:00Z".parse().unwrap())
    }

    fn community<A: ActionTag>() -> Scope<A, OwnersCommittees> {
        at(Role::CommunityOfficer, COMMUNITY)
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn announced() -> OwnersCommitteeFields {
        let new = NewOwnersCommittee { id: None, estate_id: Uuid::now_v7(), organization_id: Uuid::now_v7(), seats: 5 };
        let begun = begun(&community::<a::Create>(), Uuid::now_v7(), &new, COMMUNITY.parse().unwrap(), 1);
        let done = Command::AnnounceCandidates(Done { done_on: day("2026-02-01") });
        decide(&begun, done, &facts(), &community::<a::AnnounceCandidates>()).unwrap().after
    }

    fn facts() -> Facts {
        let rules = [
            (RuleName::CommitteeFirstMeetingDays, 7),
            (RuleName::CommitteeFilingDays, 30),
            (RuleName::CommitteeDistrictFiling, 1),
            (RuleName::CommitteeReElectionNoticeDays, 60),
        ];
        let place = PlaceRules {
            rules: rules.map(|(name, value)| EffectiveRule::of_value(name, value)).into(),
            calendar: WorkCalendar::default(),
        };
        Facts {
            estate: None,
            parts: (Vec::new(), Vec::new()),
            place,
            next_elected_on: None,
            vote: None,
            run_offs: Vec::new(),
            is_voted_on: false,
        }
    }

    fn election(members: usize, first: NaiveDate, end: NaiveDate) -> Command {
        let member = |n| NewMember { name: format!("业主{n}"), phone: "13800000001".into(), owned_unit: format!("1号楼{n}") };
        Command::Elect(Election {
            elected_on: day("2026-03-01"),
            term_starts_on: first,
            term_ends_on: end,
            members: (0..members).map(member).collect(),
            vote_id: None,
            run_off_vote_ids: Vec::new(),
        })
    }

    fn elected() -> OwnersCommitteeFields {
        let elect = election(5, day("2026-03-01"), day("2031-02-28"));
        decide(&announced(), elect, &facts(), &community::<a::Elect>()).unwrap().after
    }

    fn refusal(outcome: Result<Outcome<OwnersCommitteeFields>, Problem>) -> Vec<(String, &'static str)> {
        outcome.expect_err("it is refused").faults()
    }

    #[test]
    fn an_election_fills_every_seat() {
        let five = |members| {
            let elect = election(members, day("2026-03-01"), day("2031-02-28"));
            decide(&announced(), elect, &facts(), &community::<a::Elect>())
        };
        assert_eq!(refusal(five(4)), [("/members".into(), "all_seats")]);
        assert_eq!(refusal(five(6)), [("/members".into(), "all_seats")]);
        let committee = five(5).unwrap().after;
        assert_eq!((committee.stage, committee.member_count), (Stage::Elected, 5));
        assert_eq!(committee.re_election_due_on, Some(day("2030-12-30")));
    }

    #[test]
    fn it_is_filed_once_both_have_it_in_whichever_order() {
        let filing = |number: &str| Filing { filed_on: day("2026-03-02"), number: number.into() };
        let by_others = OwnersCommitteeFields { created_by: "https://login|colleague".into(), ..elected() };
        let street = |term: &OwnersCommitteeFields| {
            let who = at::<a::FileWithStreet>(Role::StreetOfficer, "370202002");
            decide(term, Command::FileWithStreet(filing("街道1")), &facts(), &who).map(|outcome| outcome.after)
        };
        let district = |term: &OwnersCommitteeFields| {
            let who = at::<a::FileWithDistrict>(Role::DistrictOfficer, "370202");
            decide(term, Command::FileWithDistrict(filing("区1")), &facts(), &who).map(|outcome| outcome.after)
        };
        let once = street(&by_others).unwrap();
        assert_eq!(once.stage, Stage::Elected);
        assert_eq!(district(&once).unwrap().stage, Stage::Filed);
        assert_eq!(street(&district(&by_others).unwrap()).unwrap().stage, Stage::Filed);
        assert_eq!(street(&once).unwrap_err().faults(), [("/filed_on".into(), "already_done")]);
    }

    proptest! {
        #[test]
        fn no_term_is_longer_than_five_years_or_ends_before_it_begins(begin in 0_u64..400, length in 0_u64..2400) {
            let first = day("2026-03-01") + chrono::Days::new(begin);
            let end = first + chrono::Days::new(length);
            let outcome = decide(&announced(), election(5, first, end), &facts(), &community::<a::Elect>());
            prop_assert_eq!(outcome.is_ok(), end <= last_day_of_months(first, 60).unwrap());
            if let Ok(Outcome { after, .. }) = outcome {
                let notice = end - after.re_election_due_on.unwrap();
                prop_assert_eq!(notice.num_days(), 60);
            }
        }
    }
}
