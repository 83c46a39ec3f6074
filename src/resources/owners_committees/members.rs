//! How members come, get their posts, and leave.

use chrono::NaiveDate;
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::model::{MemberPost, NewMember, OwnersCommitteeFields, Posts, RemovedMember};
use super::store;
use crate::access::policy::resource::OwnersCommittees;
use crate::access::privacy::masked;
use crate::access::scope::Authorized;
use crate::changes::write::{Record, Tx};
use crate::http::codes;
use crate::http::problem::{FieldError, Problem};
use crate::resources::estates::store as estates;

/// Seats members. The estate is locked, so that a contract which is being signed meanwhile sees them, or they see it.
pub async fn seat(
    tx: &Tx,
    scope: &Authorized<OwnersCommittees>,
    committee: &mut OwnersCommitteeFields,
    members: &[NewMember],
    on: NaiveDate,
) -> Result<Vec<Record>, Problem> {
    if estates::named(tx, scope, committee.estate_id).await?.is_none() {
        return Err(Problem::new(&codes::NOT_FOUND));
    }
    store::add_members(tx, committee.id, members, on).await?;
    committee.member_count += i16::try_from(members.len()).unwrap_or(i16::MAX);
    let told = |member: &NewMember| json!({"name": member.name, "phone": masked(&member.phone), "starts_on": on});
    told_of(committee, &members.iter().map(told).collect::<Vec<_>>())
}

/// Gives the posts anew; whoever is not named becomes a plain member.
pub async fn appoint(
    tx: &Tx,
    committee: &OwnersCommitteeFields,
    posts: &Posts,
    mut errors: Vec<FieldError>,
) -> Result<Vec<Record>, Problem> {
    let (mut members, _) = store::parts(tx.connection(), committee.id).await?;
    members.retain(|member| member.left_on.is_none());
    let is_member = |id: &Uuid| members.iter().any(|member| member.id == *id);
    if !is_member(&posts.chair_id) {
        errors.push(FieldError::at("/chair_id", &codes::UNKNOWN_RECORD));
    }
    for (at, deputy) in posts.deputy_chair_ids.iter().enumerate() {
        let twice = *deputy == posts.chair_id || posts.deputy_chair_ids[..at].contains(deputy);
        if twice || !is_member(deputy) {
            let rule = if twice { &codes::DUPLICATE_ITEM } else { &codes::UNKNOWN_RECORD };
            errors.push(FieldError::at(format!("/deputy_chair_ids/{at}"), rule));
        }
    }
    Problem::unless_right(errors)?;
    let everybody: Vec<Uuid> = members.iter().map(|member| member.id).collect();
    store::give_post(tx, committee.id, &everybody, MemberPost::Member).await?;
    store::give_post(tx, committee.id, &[posts.chair_id], MemberPost::Chair).await?;
    store::give_post(tx, committee.id, &posts.deputy_chair_ids, MemberPost::DeputyChair).await?;
    told_of(committee, &json!({"chair_id": posts.chair_id, "deputy_chair_ids": posts.deputy_chair_ids}))
}

/// Records that a member left.
pub async fn remove(
    tx: &Tx,
    scope: &Authorized<OwnersCommittees>,
    committee: &mut OwnersCommitteeFields,
    removed: RemovedMember,
) -> Result<Vec<Record>, Problem> {
    Problem::unless_right(scope.day_faults("/left_on", removed.left_on, committee.elected_on))?;
    if !store::remove_member(tx, committee.id, removed.member_id, removed.left_on, &removed.reason).await? {
        return Err(Problem::invalid(vec![FieldError::at("/member_id", &codes::UNKNOWN_RECORD)]));
    }
    committee.member_count -= 1;
    told_of(committee, &json!({"member_id": removed.member_id, "left_on": removed.left_on, "reason": removed.reason}))
}

/// The audit tells who came, who got which post and who left; the feed leaves the members out.
fn told_of(committee: &OwnersCommitteeFields, what: &impl Serialize) -> Result<Vec<Record>, Problem> {
    Ok(vec![Record::part(committee, "owners_committee_members", None::<&()>, what)?])
}
