//! What must hold of an owners' committee at each of its steps.

use uuid::Uuid;

use super::command::{Effect, Facts};
use super::members;
use super::model::{Election, Filing, FirstMeeting, NewOwnersCommittee, OwnersCommitteeFields};
use super::states::{SEATS, Stage, last_day_of_term};
use super::store::{self};
use crate::access::authority::Authority;
use crate::access::code::{JurisdictionCode, Level};
use crate::access::permissions::resource::OwnersCommittees;
use crate::access::scope::Authorized;
use crate::changes::record::{Related, id_or_new};
use crate::changes::write::Tx;
use crate::http::codes;
use crate::http::problem::{FieldError, Problem};
use crate::resources::parties::organizations::model::{OrganizationKind, OrganizationStatus};
use crate::resources::parties::organizations::store as organizations;
use crate::resources::places::estates::store as estates;

/// Begins a term. The estate is locked, so that its terms are numbered one after the other.
pub async fn prepare(
    tx: &Tx,
    scope: &Authorized<OwnersCommittees>,
    new: NewOwnersCommittee,
) -> Result<OwnersCommitteeFields, Problem> {
    let mut errors = Vec::new();
    let id = id_or_new(new.id, &mut errors);
    if !SEATS.contains(&new.seats) || new.seats % 2 == 0 {
        errors.push(FieldError::at("/seats", &codes::ODD));
    }
    let Some(estate) = estates::named(tx, scope, new.estate_id).await? else {
        errors.push(FieldError::at("/estate_id", &codes::UNKNOWN_RECORD));
        return Err(Problem::invalid(errors));
    };
    let community = estate.jurisdiction.at(Level::Community).unwrap_or(estate.jurisdiction);
    errors.extend(wrong_body(tx, scope, new.organization_id, estate.id, community).await?);
    Problem::fail_if_any(errors)?;
    let term = store::next_term(tx, estate.id).await?;
    let record = begun(scope, id, &new, community, term);
    store::insert(tx, &record).await?;
    Ok(record)
}

/// A term of which nothing is known yet.
fn begun(
    scope: &Authorized<OwnersCommittees>,
    id: Uuid,
    new: &NewOwnersCommittee,
    community: JurisdictionCode,
    term: i16,
) -> OwnersCommitteeFields {
    OwnersCommitteeFields {
        id,
        jurisdiction: community,
        estate_id: new.estate_id,
        organization_id: new.organization_id,
        term,
        stage: Stage::Preparing,
        seats: new.seats,
        member_count: 0,
        candidates_announced_on: None,
        elected_on: None,
        first_meeting_on: None,
        street_filed_on: None,
        street_filing_number: None,
        district_filed_on: None,
        district_filing_number: None,
        term_starts_on: None,
        term_ends_on: None,
        re_election_due_on: None,
        handover_on: None,
        ended_on: None,
        end_reason: None,
        version: 1,
        created_at: scope.now,
        updated_at: scope.now,
        created_by: scope.actor.caller.clone(),
    }
}

/// The organization of the committee: an owners' committee that stands in the estate's community.
async fn wrong_body(
    tx: &Tx,
    scope: &Authorized<OwnersCommittees>,
    id: Uuid,
    estate: Uuid,
    community: JurisdictionCode,
) -> Result<Option<FieldError>, Problem> {
    let wrong = |rule| FieldError::at("/organization_id", rule);
    Ok(match organizations::named(tx, scope, &[id], community).await?.pop() {
        None => Some(wrong(&codes::UNKNOWN_RECORD)),
        Some(found) if found.kind != OrganizationKind::OwnersCommittee => {
            Some(wrong(&codes::WRONG_KIND).with("kinds", vec![OrganizationKind::OwnersCommittee.as_str()]))
        }
        Some(found) if found.status == OrganizationStatus::Dissolved => Some(wrong(&codes::DISSOLVED)),
        Some(found) if found.jurisdiction != community => {
            Some(wrong(&codes::WRONG_PLACE).with("jurisdiction", community.to_string()))
        }
        Some(found) if store::serves_another(tx, found.id, estate).await? => Some(wrong(&codes::OTHER_ESTATE)),
        Some(_) => None,
    })
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
    let (first, end) = (election.term_starts_on, election.term_ends_on);
    errors.extend(FieldError::before("/term_starts_on", first, Some(election.elected_on)));
    errors.extend(FieldError::before("/term_ends_on", end, Some(first)));
    errors.extend(FieldError::after("/term_ends_on", end, Some(last_day_of_term(first))));
    Problem::fail_if_any(errors)?;
    committee.elected_on = Some(election.elected_on);
    (committee.term_starts_on, committee.term_ends_on) = (Some(first), Some(end));
    committee.re_election_due_on = end.checked_sub_days(chrono::Days::new(facts.notice_days.unsigned_abs()));
    Ok(members::assign_seat(committee, election.members, election.elected_on))
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
    use crate::access::scope::Scope;
    use crate::access::testing::caller;
    use crate::changes::execute::{Outcome, decide};
    use crate::resources::parties::owners_committees::command::Command;
    use crate::resources::parties::owners_committees::model::{Done, NewMember};
    use chrono::NaiveDate;
    use proptest::prelude::*;

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
        Facts { estate: None, parts: (Vec::new(), Vec::new()), notice_days: 60 }
    }

    fn election(members: usize, first: NaiveDate, end: NaiveDate) -> Command {
        let member = |n| NewMember { name: format!("业主{n}"), phone: "13800000001".into(), owned_unit: format!("1号楼{n}") };
        Command::Elect(Election {
            elected_on: day("2026-03-01"),
            term_starts_on: first,
            term_ends_on: end,
            members: (0..members).map(member).collect(),
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
        let street = |term: &OwnersCommitteeFields| {
            let who = at::<a::FileWithStreet>(Role::StreetOfficer, "370202002");
            decide(term, Command::FileWithStreet(filing("街道1")), &facts(), &who).map(|outcome| outcome.after)
        };
        let district = |term: &OwnersCommitteeFields| {
            let who = at::<a::FileWithDistrict>(Role::DistrictOfficer, "370202");
            decide(term, Command::FileWithDistrict(filing("区1")), &facts(), &who).map(|outcome| outcome.after)
        };
        let once = street(&elected()).unwrap();
        assert_eq!(once.stage, Stage::Elected);
        assert_eq!(district(&once).unwrap().stage, Stage::Filed);
        assert_eq!(street(&district(&elected()).unwrap()).unwrap().stage, Stage::Filed);
        assert_eq!(street(&once).unwrap_err().faults(), [("/filed_on".into(), "already_done")]);
    }

    proptest! {
        #[test]
        fn no_term_is_longer_than_five_years_or_ends_before_it_begins(begin in 0_u64..400, length in 0_u64..2400) {
            let first = day("2026-03-01") + chrono::Days::new(begin);
            let end = first + chrono::Days::new(length);
            let outcome = decide(&announced(), election(5, first, end), &facts(), &community::<a::Elect>());
            let five_years_later = first.checked_add_months(chrono::Months::new(60)).unwrap();
            prop_assert_eq!(outcome.is_ok(), end < five_years_later);
            if let Ok(Outcome { after, .. }) = outcome {
                let notice = end - after.re_election_due_on.unwrap();
                prop_assert_eq!(notice.num_days(), 60);
            }
        }
    }
}
