//! `/v1/owners-committees`: the terms of owners' committees from preparation to handover.

use actix_web::web::Json;
use uuid::Uuid;

use self::command::Command;
use self::inputs::{NewOwnersCommittee, OwnersCommitteeFilter};
use self::model::{CommitteeDeadlines, DisclosedMembers, OwnersCommittee, OwnersCommitteeFields, OwnersCommitteePage};
use self::view::view;
use crate::access::authority::Authority;
use crate::access::permissions::action::{Create, Disclose, Read};
use crate::access::permissions::resource::OwnersCommittees;
use crate::access::permissions::{Resource, action};
use crate::access::privacy::DisclosureParams;
use crate::access::scope::Scope;
use crate::changes::command::command as on_record;
use crate::changes::disclosure::disclose;
use crate::changes::execute::Aggregate;
use crate::changes::kinds::RecordType;
use crate::changes::record::update_related;
use crate::changes::relocation::{Move, Moved, Relocation, move_each};
use crate::changes::reply::{Reply, Unversioned};
use crate::changes::slice::Slice;
use crate::changes::write::{Tx, Written, write};
use crate::db::listing::Listing;
use crate::db::pool::Db;
use crate::http::answer::{Found, Listed};
use crate::http::bodies::NoBody;
use crate::http::etag::Preconditions;
use crate::http::json::Valid;
use crate::http::operation::{Operation, operations};
use crate::http::path::Id;
use crate::http::problem::Problem;
use crate::http::query::{PageFilter, Params};
use crate::resources::parties::organizations::store as organizations;

mod command;
mod creation;
mod duties;
mod election;
mod handover;
mod inputs;
mod members;
pub mod model;
pub mod states;
pub mod store;
mod view;

pub const SLICE: Slice = Slice {
    resource: Some(Resource::OwnersCommittees),
    record: Some(RecordType::OwnersCommittee),
    noun: OwnersCommitteeFields::NOUN,
    about: "The terms of owners' committees from preparation to handover.",
    tables: &["owners_committees", "owners_committee_members", "owners_committee_handover"],
    operations,
    jobs: &[],
    relocation: Relocation::MovesWithEstates(|tx, who, way| Box::pin(relocate(tx, who, way))),
};

fn operations() -> Vec<Operation> {
    let mut all = operations![
        list_owners_committees,
        create_owners_committee,
        get_owners_committee,
        list_owners_committee_deadlines,
        disclose_owners_committee
    ];
    all.extend(taking_office());
    all.extend(in_office());
    all.extend(at_its_end());
    all
}

/// From the candidates to taking office.
fn taking_office() -> Vec<Operation> {
    vec![
        on_record::<action::AnnounceCandidates, OwnersCommitteeFields, _>(
            "announceOwnersCommitteeCandidates",
            "Record that the candidates were announced.",
            Command::AnnounceCandidates,
        ),
        on_record::<action::Elect, OwnersCommitteeFields, _>(
            "electOwnersCommittee",
            "Record the result of the election.",
            Command::Elect,
        ),
        on_record::<action::HoldFirstMeeting, OwnersCommitteeFields, _>(
            "holdOwnersCommitteeFirstMeeting",
            "Record the first meeting and the posts that it appointed.",
            Command::HoldFirstMeeting,
        ),
        on_record::<action::FileWithStreet, OwnersCommitteeFields, _>(
            "fileOwnersCommitteeWithStreet",
            "Record the filing that the street received.",
            Command::FileWithStreet,
        ),
        on_record::<action::FileWithDistrict, OwnersCommitteeFields, _>(
            "fileOwnersCommitteeWithDistrict",
            "Record the filing that the district received.",
            Command::FileWithDistrict,
        ),
        on_record::<action::TakeOffice, OwnersCommitteeFields, _>(
            "installOwnersCommittee",
            "Record that the committee took office.",
            |_: NoBody| Command::TakeOffice,
        ),
    ]
}

/// Changes of members.
fn in_office() -> Vec<Operation> {
    vec![
        on_record::<action::AddMember, OwnersCommitteeFields, _>(
            "addOwnersCommitteeMember",
            "Add a member who was elected into a vacant seat.",
            Command::AddMember,
        ),
        on_record::<action::Appoint, OwnersCommitteeFields, _>(
            "appointOwnersCommitteePosts",
            "Appoint the posts of a committee, such as after the chair left.",
            Command::Appoint,
        ),
        on_record::<action::RemoveMember, OwnersCommitteeFields, _>(
            "removeOwnersCommitteeMember",
            "Remove a member.",
            Command::RemoveMember,
        ),
    ]
}

/// What is done about the end of a term, the handover and the end.
fn at_its_end() -> Vec<Operation> {
    vec![
        on_record::<action::Prolong, OwnersCommitteeFields, _>(
            "prolongOwnersCommittee",
            "Record that the owners' assembly prolonged the term.",
            Command::Prolong,
        ),
        on_record::<action::FormGroup, OwnersCommitteeFields, _>(
            "formOwnersCommitteeElectionGroup",
            "Record the group that holds the next election in the committee's stead.",
            Command::FormGroup,
        ),
        on_record::<action::BeginHandover, OwnersCommitteeFields, _>(
            "beginOwnersCommitteeHandover",
            "Begin the handover to the next committee.",
            Command::BeginHandover,
        ),
        on_record::<action::HandOver, OwnersCommitteeFields, _>(
            "handOverOwnersCommitteeItem",
            "Record the handover of an item.",
            Command::HandOver,
        ),
        on_record::<action::End, OwnersCommitteeFields, _>(
            "endOwnersCommittee",
            "End the term after everything was handed over.",
            Command::End,
        ),
        on_record::<action::Dissolve, OwnersCommitteeFields, _>(
            "dissolveOwnersCommittee",
            "Dissolve a committee: its term ended early, or its election failed.",
            Command::Dissolve,
        ),
    ]
}

/// List terms of owners' committees within the caller's jurisdiction.
#[utoipa::path(get, path = "/v1/owners-committees", params(OwnersCommitteeFilter, PageFilter),
    responses((status = 200, description = "A page of terms, without their members.", body = OwnersCommitteePage)))]
async fn list_owners_committees(
    scope: Scope<Read, OwnersCommittees>,
    db: Db,
    list: Listing<OwnersCommitteeFilter>,
) -> Result<Listed<OwnersCommitteePage>, Problem> {
    let rows = store::list(&db, &scope, list.filter, list.keyset).await?;
    Ok(list.pager.page(rows, |last| (last.updated_at, last.id), |fields| view(&scope, fields, None)))
}

/// Create a term of an estate's owners' committee, in preparation.
#[utoipa::path(post, path = "/v1/owners-committees", request_body = NewOwnersCommittee,
    responses((status = 201, description = "The term is being prepared.", body = OwnersCommittee)))]
async fn create_owners_committee(
    scope: Scope<Create, OwnersCommittees>,
    db: Db,
    body: Valid<NewOwnersCommittee>,
) -> Result<Reply, Problem> {
    write(&db, &scope, &body.retry, async |tx| {
        let record = creation::prepare(tx, &scope, body.value).await?;
        Written::created("/v1/owners-committees", &record, &record.clone().answer(tx, &scope).await?)
    })
    .await
}

/// Get a term with its members and its handover.
#[utoipa::path(get, path = "/v1/owners-committees/{id}", responses((status = 200, description = "The term.", body = OwnersCommittee),
        (status = 304, description = "The client holds this version.")))]
async fn get_owners_committee(
    scope: Scope<Read, OwnersCommittees>,
    db: Db,
    id: Id<Uuid>,
    preconditions: Preconditions,
) -> Result<Found<OwnersCommittee>, Problem> {
    let (fields, parts) = store::find(&db, &scope, id.0).await?;
    Ok(Found { version: fields.version, record: view(&scope, fields, Some(parts)), preconditions })
}

/// List the deadlines of a committee.
#[utoipa::path(get, path = "/v1/owners-committees/{id}/deadlines", responses((status = 200, description = "Everything that is or was due.", body = CommitteeDeadlines)))]
async fn list_owners_committee_deadlines(
    scope: Scope<Read, OwnersCommittees>,
    db: Db,
    id: Id<Uuid>,
) -> Result<Json<CommitteeDeadlines>, Problem> {
    let (fields, _) = store::find(&db, &scope, id.0).await?;
    Ok(Json(CommitteeDeadlines { items: fields.deadlines(scope.today()) }))
}

/// Disclose the members of a committee in full. The audit keeps who read them and what for.
#[utoipa::path(get, path = "/v1/owners-committees/{id}/disclosure",
    params(DisclosureParams),
    responses((status = 200, description = "Its members, those who left too.", body = DisclosedMembers)))]
async fn disclose_owners_committee(
    scope: Scope<Disclose, OwnersCommittees>,
    db: Db,
    id: Id<Uuid>,
    params: Params<DisclosureParams>,
) -> Result<Unversioned, Problem> {
    let read = async |tx: &Tx| {
        let (fields, members) = store::members(tx, &scope, id.0).await?;
        Ok((fields, DisclosedMembers { members }))
    };
    disclose(&db, &scope, ("owners_committee_disclosure", params.value.purpose), read).await
}

/// Terms go with their estates. So does the organization of a committee, where it is not its place that moves.
async fn relocate(tx: &Tx, who: &Authority, way: &Move<'_>) -> Result<Moved, Problem> {
    let found = store::to_move(tx, way).await?;
    let step = async |term: &OwnersCommitteeFields| {
        let mut records = vec![update_related(tx, who.now, term, |term| term.jurisdiction = way.to).await?];
        if way.estates.is_some() {
            let body = organizations::locked(tx, term.organization_id).await?;
            if body.jurisdiction != way.to {
                records.push(update_related(tx, who.now, &body, |body| body.jurisdiction = way.to).await?);
            }
        }
        Ok(records)
    };
    move_each(tx, found, step).await
}
