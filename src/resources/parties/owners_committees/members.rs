//! How members come, get their posts, and leave.

use chrono::NaiveDate;
use serde_json::json;
use uuid::Uuid;

use super::command::{Effect, Facts};
use super::inputs::{AddedMember, NewMember, Posts, RemovedMember};
use super::model::OwnersCommitteeFields;
use crate::access::authority::Authority;
use crate::access::privacy::masked;
use crate::http::codes;
use crate::http::problem::{FieldError, Problem, invalid};

/// Seats members.
pub fn assign_seat(committee: &mut OwnersCommitteeFields, members: Vec<NewMember>, on: NaiveDate) -> Vec<Effect> {
    committee.member_count += i16::try_from(members.len()).unwrap_or(i16::MAX);
    let told = |member: &NewMember| json!({"name": member.name, "phone": masked(&member.phone), "starts_on": on});
    let told = Effect::Part(members.iter().map(told).collect());
    vec![Effect::Seat { members, on }, told]
}

/// Seats somebody who was elected into a vacant seat.
pub fn add(committee: &mut OwnersCommitteeFields, added: AddedMember, who: &Authority) -> Result<Vec<Effect>, Problem> {
    Problem::fail_if_any(who.day_faults("/starts_on", added.starts_on, committee.elected_on))?;
    Ok(assign_seat(committee, vec![added.member], added.starts_on))
}

/// Gives the posts anew; whoever is not named becomes a plain member.
pub fn appoint(facts: &Facts, posts: Posts, mut errors: Vec<FieldError>) -> Result<Vec<Effect>, Problem> {
    let present = facts.parts.0.iter().filter(|member| member.left_on.is_none());
    let everybody: Vec<Uuid> = present.map(|member| member.id).collect();
    if !everybody.contains(&posts.chair_id) {
        errors.push(FieldError::at("/chair_id", &codes::UNKNOWN_RECORD));
    }
    for (at, deputy) in posts.deputy_chair_ids.iter().enumerate() {
        let twice = *deputy == posts.chair_id || posts.deputy_chair_ids[..at].contains(deputy);
        if twice || !everybody.contains(deputy) {
            let rule = if twice { &codes::DUPLICATE_ITEM } else { &codes::UNKNOWN_RECORD };
            errors.push(FieldError::at(format!("/deputy_chair_ids/{at}"), rule));
        }
    }
    Problem::fail_if_any(errors)?;
    let told = json!({"chair_id": posts.chair_id, "deputy_chair_ids": posts.deputy_chair_ids});
    Ok(vec![Effect::Appoint { everybody, posts }, Effect::Part(told)])
}

/// Records that a member left, who had been there on that day.
pub fn remove(
    committee: &mut OwnersCommitteeFields,
    removed: RemovedMember,
    facts: &Facts,
    who: &Authority,
) -> Result<Vec<Effect>, Problem> {
    Problem::fail_if_any(who.day_faults("/left_on", removed.left_on, committee.elected_on))?;
    let mut present = facts.parts.0.iter().filter(|member| member.left_on.is_none() && member.starts_on <= removed.left_on);
    if !present.any(|member| member.id == removed.member_id) {
        return invalid("/member_id", &codes::UNKNOWN_RECORD);
    }
    committee.member_count -= 1;
    let told =
        json!({"member_id": removed.member_id, "left_on": removed.left_on, "ground": removed.ground, "reason": removed.reason});
    Ok(vec![Effect::Leave(removed), Effect::Part(told)])
}
