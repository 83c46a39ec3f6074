//! What must hold of an owners' committee at each of its steps.

use uuid::Uuid;

use super::model::{
    Election, FirstMeeting, MemberPost, NewOwnersCommittee, OwnersCommittee, OwnersCommitteeFields, RemovedMember,
};
use super::states::{SEATS, Stage, last_day_of_term};
use super::store::{self, Parts};
use crate::access::code::{JurisdictionCode, Level};
use crate::access::policy::ActionTag;
use crate::access::policy::resource::OwnersCommittees;
use crate::access::scope::Scope;
use crate::changes::lifecycle::next_actions;
use crate::changes::record::{also, id_or_new};
use crate::changes::write::{Record, Tx};
use crate::http::codes;
use crate::http::problem::{FieldError, Problem};
use crate::resources::estates::store as estates;
use crate::resources::organizations::model::{OrganizationKind, OrganizationStatus};
use crate::resources::organizations::store as organizations;
use crate::resources::rules::model::RuleName;
use crate::resources::rules::store as rules;

/// The committee as the caller sees it.
pub fn view<A: ActionTag>(
    scope: &Scope<A, OwnersCommittees>,
    fields: OwnersCommitteeFields,
    parts: Option<Parts>,
) -> OwnersCommittee {
    let (members, handover) = parts.unzip();
    OwnersCommittee {
        status: fields.status_on(scope.today()),
        next_actions: next_actions(scope, &fields),
        members,
        handover: handover.filter(|_| matches!(fields.stage, Stage::Handover | Stage::Ended)),
        fields,
    }
}

/// The same after a write.
pub async fn show<A: ActionTag>(
    tx: &Tx,
    scope: &Scope<A, OwnersCommittees>,
    fields: OwnersCommitteeFields,
) -> Result<OwnersCommittee, Problem> {
    let parts = store::parts(tx.connection(), fields.id).await?;
    Ok(view(scope, fields, Some(parts)))
}

/// Begins a term. The estate is locked, so that its terms are numbered one after the other.
pub async fn prepare<A: ActionTag>(
    tx: &Tx,
    scope: &Scope<A, OwnersCommittees>,
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
    errors.extend(wrong_body(tx, scope, new.organization_id, community).await?);
    Problem::unless_right(errors)?;
    let term = store::next_term(tx, estate.id).await?;
    let record = begun(scope, id, &new, community, term);
    store::insert(tx, &record).await?;
    Ok(record)
}

/// A term of which nothing is known yet.
fn begun<A>(
    scope: &Scope<A, OwnersCommittees>,
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
async fn wrong_body<A: ActionTag>(
    tx: &Tx,
    scope: &Scope<A, OwnersCommittees>,
    id: Uuid,
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
        Some(_) => None,
    })
}

/// Records an election: every seat filled, a term of at most five years.
pub async fn elect<A: ActionTag>(
    tx: &Tx,
    scope: &Scope<A, OwnersCommittees>,
    committee: &mut OwnersCommitteeFields,
    election: Election,
) -> Result<(), Problem> {
    let mut errors = scope.day_faults("/elected_on", election.elected_on, committee.candidates_announced_on);
    if election.members.len() != usize::from(committee.seats.unsigned_abs()) {
        errors.push(FieldError::at("/members", &codes::ALL_SEATS).with("limit", committee.seats));
    }
    if election.term_starts_on < election.elected_on {
        errors.push(FieldError::at("/term_starts_on", &codes::NOT_BEFORE).with("limit", election.elected_on.to_string()));
    }
    if election.term_ends_on < election.term_starts_on {
        errors.push(FieldError::at("/term_ends_on", &codes::NOT_BEFORE).with("limit", election.term_starts_on.to_string()));
    }
    let last = last_day_of_term(election.term_starts_on);
    if election.term_ends_on > last {
        errors.push(FieldError::at("/term_ends_on", &codes::TOO_LATE).with("limit", last.to_string()));
    }
    Problem::unless_right(errors)?;
    // Locked, so that a contract which is being signed meanwhile sees the members, or they see it.
    if estates::named(tx, scope, committee.estate_id).await?.is_none() {
        return Err(Problem::new(&codes::NOT_FOUND));
    }
    store::add_members(tx, committee.id, &election.members, election.elected_on).await?;
    let notice = rules::value(tx, RuleName::CommitteeReElectionNoticeDays, committee.jurisdiction, election.elected_on).await?;
    let notice = chrono::Days::new(notice.unsigned_abs());
    committee.member_count = committee.seats;
    committee.elected_on = Some(election.elected_on);
    committee.term_starts_on = Some(election.term_starts_on);
    committee.term_ends_on = Some(election.term_ends_on);
    committee.re_election_due_on = election.term_ends_on.checked_sub_days(notice);
    Ok(())
}

/// Records the first meeting with the posts that it gave.
pub async fn hold_first_meeting<A: ActionTag>(
    tx: &Tx,
    scope: &Scope<A, OwnersCommittees>,
    committee: &mut OwnersCommitteeFields,
    meeting: FirstMeeting,
) -> Result<(), Problem> {
    let mut errors = scope.day_faults("/held_on", meeting.held_on, committee.elected_on);
    let (members, _) = store::parts(tx.connection(), committee.id).await?;
    let is_member = |id: &Uuid| members.iter().any(|member| member.id == *id);
    if !is_member(&meeting.chair_id) {
        errors.push(FieldError::at("/chair_id", &codes::UNKNOWN_RECORD));
    }
    for (at, deputy) in meeting.deputy_chair_ids.iter().enumerate() {
        let twice = *deputy == meeting.chair_id || meeting.deputy_chair_ids[..at].contains(deputy);
        if twice || !is_member(deputy) {
            let rule = if twice { &codes::DUPLICATE_ITEM } else { &codes::UNKNOWN_RECORD };
            errors.push(FieldError::at(format!("/deputy_chair_ids/{at}"), rule));
        }
    }
    Problem::unless_right(errors)?;
    let everybody: Vec<Uuid> = members.iter().map(|member| member.id).collect();
    store::give_post(tx, committee.id, &everybody, MemberPost::Member).await?;
    store::give_post(tx, committee.id, &[meeting.chair_id], MemberPost::Chair).await?;
    store::give_post(tx, committee.id, &meeting.deputy_chair_ids, MemberPost::DeputyChair).await?;
    committee.first_meeting_on = Some(meeting.held_on);
    Ok(())
}

/// Records that a member left.
pub async fn remove_member<A: ActionTag>(
    tx: &Tx,
    scope: &Scope<A, OwnersCommittees>,
    committee: &mut OwnersCommitteeFields,
    removed: RemovedMember,
) -> Result<(), Problem> {
    Problem::unless_right(scope.day_faults("/left_on", removed.left_on, committee.elected_on))?;
    if !store::remove_member(tx, committee.id, removed.member_id, removed.left_on, &removed.reason).await? {
        return Err(Problem::invalid(vec![FieldError::at("/member_id", &codes::UNKNOWN_RECORD)]));
    }
    committee.member_count -= 1;
    Ok(())
}

/// Tells the estate which committee is in office, or that this one is no longer.
pub async fn tell_estate<A: ActionTag>(
    tx: &Tx,
    scope: &Scope<A, OwnersCommittees>,
    committee: &OwnersCommitteeFields,
    in_office: bool,
) -> Result<Vec<Record>, Problem> {
    let estate = estates::named(tx, scope, committee.estate_id).await?.ok_or_else(|| Problem::new(&codes::NOT_FOUND))?;
    if !in_office && estate.committee_id != Some(committee.id) {
        return Ok(Vec::new());
    }
    let record = also(tx, scope.now, &estate, |estate| {
        estate.committee_id = in_office.then_some(committee.id);
        estate.committee_ends_on = committee.term_ends_on.filter(|_| in_office);
    });
    Ok(vec![record.await?])
}
