//! `/v1/owners-committees`: the terms of owners' committees from preparation to handover.

use actix_web::web::{Data, Json};
use uuid::Uuid;

use self::model::{
    AddedMember, CommitteeDeadlines, DisclosedMembers, Dissolution, Done, Election, Filing, FirstMeeting, ItemHandedOver,
    NewOwnersCommittee, OwnersCommittee, OwnersCommitteeFields, OwnersCommitteeFilter, OwnersCommitteePage, Posts, RemovedMember,
};
use self::rules::{show, view};
use crate::access::policy::action::{
    AddMember, AnnounceCandidates, Appoint, BeginHandover, Create, Disclose, Dissolve, Elect, End, FileWithDistrict,
    FileWithStreet, HandOver, HoldFirstMeeting, Read, RemoveMember, TakeOffice,
};
use crate::access::policy::resource::OwnersCommittees;
use crate::access::privacy::DisclosureParams;
use crate::access::scope::Scope;
use crate::changes::disclosure::disclose;
use crate::changes::record::act;
use crate::changes::reply::{Reply, Unversioned};
use crate::changes::write::{Change, Tx, write};
use crate::db::cursor::CursorKey;
use crate::db::page::{self, DEFAULT_LIMIT};
use crate::db::pool::Db;
use crate::http::answer::{Found, Listed};
use crate::http::codes;
use crate::http::etag::{Preconditions, Target};
use crate::http::json::{NoBody, Valid};
use crate::http::operation::{Operation, operations};
use crate::http::path::Id;
use crate::http::problem::{FieldError, Problem};
use crate::http::query::Params;

mod members;
pub mod model;
mod rules;
pub mod states;
pub mod store;

pub fn operations() -> Vec<Operation> {
    operations![
        list_owners_committees,
        create_owners_committee,
        get_owners_committee,
        list_owners_committee_deadlines,
        announce_owners_committee_candidates,
        elect_owners_committee,
        hold_owners_committee_first_meeting,
        file_owners_committee_with_street,
        file_owners_committee_with_district,
        install_owners_committee,
        appoint_owners_committee_posts,
        add_owners_committee_member,
        remove_owners_committee_member,
        begin_owners_committee_handover,
        hand_over_owners_committee_item,
        end_owners_committee,
        dissolve_owners_committee,
        disclose_owners_committee,
    ]
}

/// List terms of owners' committees within the caller's jurisdiction.
#[utoipa::path(get, path = "/v1/owners-committees", params(OwnersCommitteeFilter),
    responses((status = 200, description = "A page of terms, without their members.", body = OwnersCommitteePage)))]
async fn list_owners_committees(
    scope: Scope<Read, OwnersCommittees>,
    db: Data<Db>,
    key: Data<CursorKey>,
    params: Params<OwnersCommitteeFilter>,
) -> Result<Listed<OwnersCommitteePage>, Problem> {
    let limit = params.value.limit.unwrap_or(DEFAULT_LIMIT);
    let after = key.resume(&params.fingerprint, params.value.cursor.as_deref())?;
    let mut rows = store::list(&db, &scope, params.value, after).await?;
    let next_cursor = page::cut(&mut rows, limit).map(|last| key.seal(&params.fingerprint, &(last.updated_at, last.id)));
    Ok(Listed(OwnersCommitteePage { items: rows.into_iter().map(|fields| view(&scope, fields, None)).collect(), next_cursor }))
}

/// Begin to prepare a term of an estate's owners' committee.
#[utoipa::path(post, path = "/v1/owners-committees", request_body = NewOwnersCommittee,
    responses((status = 201, description = "The term is being prepared.", body = OwnersCommittee)))]
async fn create_owners_committee(
    scope: Scope<Create, OwnersCommittees>,
    db: Data<Db>,
    body: Valid<NewOwnersCommittee>,
) -> Result<Reply, Problem> {
    write(&db, &scope, &body.retry, async |tx| {
        let record = rules::prepare(tx, &scope, body.value).await?;
        Change::created("/v1/owners-committees", &record, &show(tx, &scope, record.clone()).await?)
    })
    .await
}

/// Get a term with its members and its handover. Its status follows the day, so it is never "not modified".
#[utoipa::path(get, path = "/v1/owners-committees/{id}", params(("id" = Uuid, Path, description = "Id of the term.")),
    responses((status = 200, description = "The term.", body = OwnersCommittee)))]
async fn get_owners_committee(
    scope: Scope<Read, OwnersCommittees>,
    db: Data<Db>,
    id: Id<Uuid>,
) -> Result<Found<OwnersCommittee>, Problem> {
    let (fields, parts) = store::find(&db, &scope, id.0).await?;
    Ok(Found { version: fields.version, record: view(&scope, fields, Some(parts)), preconditions: Preconditions::none() })
}

/// Tell what a committee has to do by when.
#[utoipa::path(get, path = "/v1/owners-committees/{id}/deadlines", params(("id" = Uuid, Path, description = "Id of the term.")),
    responses((status = 200, description = "Everything that is or was due.", body = CommitteeDeadlines)))]
async fn list_owners_committee_deadlines(
    scope: Scope<Read, OwnersCommittees>,
    db: Data<Db>,
    id: Id<Uuid>,
) -> Result<Json<CommitteeDeadlines>, Problem> {
    let (fields, _) = store::find(&db, &scope, id.0).await?;
    Ok(Json(CommitteeDeadlines { items: fields.deadlines(scope.today()) }))
}

/// Record that the candidates were announced.
#[utoipa::path(post, path = "/v1/owners-committees/{id}/announce-candidates", params(("id" = Uuid, Path, description = "Id of the term.")),
    request_body = Done, responses((status = 200, description = "The term after the action.", body = OwnersCommittee)))]
async fn announce_owners_committee_candidates(
    scope: Scope<AnnounceCandidates, OwnersCommittees>,
    db: Data<Db>,
    target: Target,
    body: Valid<Done>,
) -> Result<Reply, Problem> {
    let change = async |_: &Tx, after: &mut OwnersCommitteeFields| {
        Problem::unless_right(scope.day_faults("/done_on", body.value.done_on, None))?;
        after.candidates_announced_on = Some(body.value.done_on);
        Ok(Vec::new())
    };
    act(&db, &scope, &target, &body.retry, change, async |tx, after| show(tx, &scope, after).await).await
}

/// Record the result of the election.
#[utoipa::path(post, path = "/v1/owners-committees/{id}/elect", params(("id" = Uuid, Path, description = "Id of the term.")),
    request_body = Election, responses((status = 200, description = "The term after the action.", body = OwnersCommittee)))]
async fn elect_owners_committee(
    scope: Scope<Elect, OwnersCommittees>,
    db: Data<Db>,
    target: Target,
    body: Valid<Election>,
) -> Result<Reply, Problem> {
    let change = async |tx: &Tx, after: &mut OwnersCommitteeFields| rules::elect(tx, &scope, after, body.value).await;
    act(&db, &scope, &target, &body.retry, change, async |tx, after| show(tx, &scope, after).await).await
}

/// Record the first meeting and the posts that it gave.
#[utoipa::path(post, path = "/v1/owners-committees/{id}/hold-first-meeting", params(("id" = Uuid, Path, description = "Id of the term.")),
    request_body = FirstMeeting, responses((status = 200, description = "The term after the action.", body = OwnersCommittee)))]
async fn hold_owners_committee_first_meeting(
    scope: Scope<HoldFirstMeeting, OwnersCommittees>,
    db: Data<Db>,
    target: Target,
    body: Valid<FirstMeeting>,
) -> Result<Reply, Problem> {
    let FirstMeeting { held_on, posts } = body.value;
    let change = async |tx: &Tx, after: &mut OwnersCommitteeFields| {
        let faults = rules::once_faults(&scope, "/held_on", held_on, after, after.first_meeting_on);
        after.first_meeting_on = Some(held_on);
        members::appoint(tx, after, &posts, faults).await
    };
    act(&db, &scope, &target, &body.retry, change, async |tx, after| show(tx, &scope, after).await).await
}

/// Record the filing that the street received.
#[utoipa::path(post, path = "/v1/owners-committees/{id}/file-with-street", params(("id" = Uuid, Path, description = "Id of the term.")),
    request_body = Filing, responses((status = 200, description = "The term after the action.", body = OwnersCommittee)))]
async fn file_owners_committee_with_street(
    scope: Scope<FileWithStreet, OwnersCommittees>,
    db: Data<Db>,
    target: Target,
    body: Valid<Filing>,
) -> Result<Reply, Problem> {
    let change = async |_: &Tx, after: &mut OwnersCommitteeFields| {
        let faults = rules::once_faults(&scope, "/filed_on", body.value.filed_on, after, after.street_filed_on);
        Problem::unless_right(faults)?;
        (after.street_filed_on, after.street_filing_number) = (Some(body.value.filed_on), Some(body.value.number));
        after.file_if_complete();
        Ok(Vec::new())
    };
    act(&db, &scope, &target, &body.retry, change, async |tx, after| show(tx, &scope, after).await).await
}

/// Record the filing that the district received.
#[utoipa::path(post, path = "/v1/owners-committees/{id}/file-with-district", params(("id" = Uuid, Path, description = "Id of the term.")),
    request_body = Filing, responses((status = 200, description = "The term after the action.", body = OwnersCommittee)))]
async fn file_owners_committee_with_district(
    scope: Scope<FileWithDistrict, OwnersCommittees>,
    db: Data<Db>,
    target: Target,
    body: Valid<Filing>,
) -> Result<Reply, Problem> {
    let change = async |_: &Tx, after: &mut OwnersCommitteeFields| {
        let faults = rules::once_faults(&scope, "/filed_on", body.value.filed_on, after, after.district_filed_on);
        Problem::unless_right(faults)?;
        (after.district_filed_on, after.district_filing_number) = (Some(body.value.filed_on), Some(body.value.number));
        after.file_if_complete();
        Ok(Vec::new())
    };
    act(&db, &scope, &target, &body.retry, change, async |tx, after| show(tx, &scope, after).await).await
}

/// Record that the committee took office.
#[utoipa::path(post, path = "/v1/owners-committees/{id}/take-office", params(("id" = Uuid, Path, description = "Id of the term.")),
    request_body = NoBody, responses((status = 200, description = "The term after the action.", body = OwnersCommittee)))]
async fn install_owners_committee(
    scope: Scope<TakeOffice, OwnersCommittees>,
    db: Data<Db>,
    target: Target,
    body: Valid<NoBody>,
) -> Result<Reply, Problem> {
    let change = async |tx: &Tx, after: &mut OwnersCommitteeFields| {
        rules::not_ready(&scope, after)?;
        rules::tell_estate(tx, &scope, after, true).await
    };
    act(&db, &scope, &target, &body.retry, change, async |tx, after| show(tx, &scope, after).await).await
}

/// Record that somebody was elected into a vacant seat.
#[utoipa::path(post, path = "/v1/owners-committees/{id}/add-member", params(("id" = Uuid, Path, description = "Id of the term.")),
    request_body = AddedMember, responses((status = 200, description = "The term after the action.", body = OwnersCommittee)))]
async fn add_owners_committee_member(
    scope: Scope<AddMember, OwnersCommittees>,
    db: Data<Db>,
    target: Target,
    body: Valid<AddedMember>,
) -> Result<Reply, Problem> {
    let change = async |tx: &Tx, after: &mut OwnersCommitteeFields| {
        Problem::unless_right(scope.day_faults("/starts_on", body.value.starts_on, after.elected_on))?;
        if after.member_count >= after.seats {
            return Err(Problem::invalid(vec![FieldError::at("/member", &codes::ALL_SEATS).with("limit", after.seats)]));
        }
        members::seat(tx, &scope, after, &[body.value.member], body.value.starts_on).await
    };
    act(&db, &scope, &target, &body.retry, change, async |tx, after| show(tx, &scope, after).await).await
}

/// Give the posts anew, such as after the chair left.
#[utoipa::path(post, path = "/v1/owners-committees/{id}/appoint", params(("id" = Uuid, Path, description = "Id of the term.")),
    request_body = Posts, responses((status = 200, description = "The term after the action.", body = OwnersCommittee)))]
async fn appoint_owners_committee_posts(
    scope: Scope<Appoint, OwnersCommittees>,
    db: Data<Db>,
    target: Target,
    body: Valid<Posts>,
) -> Result<Reply, Problem> {
    let change = async |tx: &Tx, after: &mut OwnersCommitteeFields| members::appoint(tx, after, &body.value, Vec::new()).await;
    act(&db, &scope, &target, &body.retry, change, async |tx, after| show(tx, &scope, after).await).await
}

/// Record that a member left.
#[utoipa::path(post, path = "/v1/owners-committees/{id}/remove-member", params(("id" = Uuid, Path, description = "Id of the term.")),
    request_body = RemovedMember, responses((status = 200, description = "The term after the action.", body = OwnersCommittee)))]
async fn remove_owners_committee_member(
    scope: Scope<RemoveMember, OwnersCommittees>,
    db: Data<Db>,
    target: Target,
    body: Valid<RemovedMember>,
) -> Result<Reply, Problem> {
    let change = async |tx: &Tx, after: &mut OwnersCommitteeFields| members::remove(tx, &scope, after, body.value).await;
    act(&db, &scope, &target, &body.retry, change, async |tx, after| show(tx, &scope, after).await).await
}

/// Begin to hand over to the next committee.
#[utoipa::path(post, path = "/v1/owners-committees/{id}/begin-handover", params(("id" = Uuid, Path, description = "Id of the term.")),
    request_body = Done, responses((status = 200, description = "The term after the action.", body = OwnersCommittee)))]
async fn begin_owners_committee_handover(
    scope: Scope<BeginHandover, OwnersCommittees>,
    db: Data<Db>,
    target: Target,
    body: Valid<Done>,
) -> Result<Reply, Problem> {
    let change = async |tx: &Tx, after: &mut OwnersCommitteeFields| {
        Problem::unless_right(scope.day_faults("/done_on", body.value.done_on, after.elected_on))?;
        after.handover_on = Some(body.value.done_on);
        store::begin_handover(tx, after.id).await?;
        rules::tell_estate(tx, &scope, after, false).await
    };
    act(&db, &scope, &target, &body.retry, change, async |tx, after| show(tx, &scope, after).await).await
}

/// Record that something was handed over.
#[utoipa::path(post, path = "/v1/owners-committees/{id}/hand-over", params(("id" = Uuid, Path, description = "Id of the term.")),
    request_body = ItemHandedOver, responses((status = 200, description = "The term after the action.", body = OwnersCommittee)))]
async fn hand_over_owners_committee_item(
    scope: Scope<HandOver, OwnersCommittees>,
    db: Data<Db>,
    target: Target,
    body: Valid<ItemHandedOver>,
) -> Result<Reply, Problem> {
    let change = async |tx: &Tx, after: &mut OwnersCommitteeFields| {
        let ItemHandedOver { item, done_on, note } = body.value;
        Problem::unless_right(scope.day_faults("/done_on", done_on, after.handover_on))?;
        store::hand_over(tx, after.id, item, done_on, note.as_deref()).await.map(|()| Vec::new())
    };
    act(&db, &scope, &target, &body.retry, change, async |tx, after| show(tx, &scope, after).await).await
}

/// End the term after everything was handed over.
#[utoipa::path(post, path = "/v1/owners-committees/{id}/end", params(("id" = Uuid, Path, description = "Id of the term.")),
    request_body = Done, responses((status = 200, description = "The term after the action.", body = OwnersCommittee)))]
async fn end_owners_committee(
    scope: Scope<End, OwnersCommittees>,
    db: Data<Db>,
    target: Target,
    body: Valid<Done>,
) -> Result<Reply, Problem> {
    let change = async |tx: &Tx, after: &mut OwnersCommitteeFields| {
        Problem::unless_right(scope.day_faults("/done_on", body.value.done_on, after.handover_on))?;
        let (_, handover) = store::parts(tx.connection(), after.id).await?;
        let open: Vec<_> = handover.iter().filter(|one| one.done_on.is_none()).map(|one| one.item.as_str()).collect();
        if !open.is_empty() {
            return Err(Problem::new(&codes::STILL_NEEDED).errors(vec![FieldError::at("", &codes::NOT_DONE).with("items", open)]));
        }
        after.ended_on = Some(body.value.done_on);
        Ok(Vec::new())
    };
    act(&db, &scope, &target, &body.retry, change, async |tx, after| show(tx, &scope, after).await).await
}

/// Record that the term ended early, or that the election failed.
#[utoipa::path(post, path = "/v1/owners-committees/{id}/dissolve", params(("id" = Uuid, Path, description = "Id of the term.")),
    request_body = Dissolution, responses((status = 200, description = "The term after the action.", body = OwnersCommittee)))]
async fn dissolve_owners_committee(
    scope: Scope<Dissolve, OwnersCommittees>,
    db: Data<Db>,
    target: Target,
    body: Valid<Dissolution>,
) -> Result<Reply, Problem> {
    let change = async |tx: &Tx, after: &mut OwnersCommitteeFields| {
        Problem::unless_right(scope.day_faults("/done_on", body.value.done_on, after.elected_on))?;
        (after.ended_on, after.end_reason) = (Some(body.value.done_on), Some(body.value.reason));
        rules::tell_estate(tx, &scope, after, false).await
    };
    act(&db, &scope, &target, &body.retry, change, async |tx, after| show(tx, &scope, after).await).await
}

/// Read the members of a committee in full. The audit keeps who read them and what for.
#[utoipa::path(get, path = "/v1/owners-committees/{id}/disclosure",
    params(("id" = Uuid, Path, description = "Id of the term."), DisclosureParams),
    responses((status = 200, description = "Its members, those who left too.", body = DisclosedMembers)))]
async fn disclose_owners_committee(
    scope: Scope<Disclose, OwnersCommittees>,
    db: Data<Db>,
    id: Id<Uuid>,
    params: Params<DisclosureParams>,
) -> Result<Unversioned, Problem> {
    let read = async |tx: &Tx| {
        let (fields, members) = store::members(tx, &scope, id.0).await?;
        Ok((fields, DisclosedMembers { members }))
    };
    disclose(&db, &scope, ("owners_committee_disclosure", params.value.purpose), read).await
}
