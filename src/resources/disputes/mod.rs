//! `/v1/disputes`: property-management disputes from filing to closing.

use actix_web::web::{Data, Json};
use futures_util::future::OptionFuture;
use serde::de::DeserializeOwned;
use utoipa::ToSchema;
use uuid::Uuid;

use self::command::Command;
use self::deadline_views::DisputeDeadlines;
use self::decide::mediation::MediatedDispute;
use self::details::CaseDetails;
use self::effective_rules::EffectiveRules;
use self::filter::{DisputeFilter, Sort};
use self::model::{Dispute, DisputeEventPage, DisputeFields, DisputePage, NewDispute};
use self::party_code::PartyKey;
use self::party_inputs::{NewLink, PartyCode, PartyCodeParams};
use self::view::view;
use self::views::{DisclosedParties, DisputeRouting, DuplicateCandidate, DuplicateCandidates, DuplicateParams};
use crate::access::permissions::action::{Create, Disclose, Link, Read, ShowCode};
use crate::access::permissions::resource::Disputes;
use crate::access::permissions::{Action, ActionTag, Resource, action};
use crate::access::privacy::{DisclosureParams, Purpose};
use crate::access::scope::Scope;
use crate::changes::command::command;
use crate::changes::disclosure::{disclose, disclose_and_change};
use crate::changes::execute::Aggregate;
use crate::changes::kinds::RecordType;
use crate::changes::lifecycle::next_actions;
use crate::changes::relocation::Relocation;
use crate::changes::reply::{Reply, Unversioned};
use crate::changes::slice::Slice;
use crate::changes::write::{Tx, write_new, write_to};
use crate::db::listing::{Everything, Listing};
use crate::db::pool::Db;
use crate::http::answer::{Found, Listed};
use crate::http::codes;
use crate::http::etag::Preconditions;
use crate::http::json::Valid;
use crate::http::operation::{Operation, operations};
use crate::http::path::Id;
use crate::http::problem::Problem;
use crate::http::query::{PageFilter, Params};

pub mod applicant;
mod clocks;
pub mod command;
pub mod deadline;
mod deadline_views;
pub mod decide;
pub mod details;
mod effective_rules;
mod facts;
pub mod filing;
pub mod filter;
pub mod inputs;
mod jobs;
mod linking;
pub mod model;
pub mod parties;
pub mod party_code;
pub mod party_inputs;
mod provided;
pub mod relocation;
mod routing;
mod search;
pub mod states;
pub mod store;
mod transition;
pub mod view;
mod views;

pub const SLICE: Slice = Slice {
    resource: Some(Resource::Disputes),
    record: Some(RecordType::Dispute),
    noun: DisputeFields::NOUN,
    about: "Property-management disputes from filing to closing.",
    tables: &["disputes", "dispute_parties", "dispute_events", "dispute_guests"],
    operations,
    jobs: jobs::JOBS,
    relocation: Relocation::MovesWithEstates(|tx, who, way| Box::pin(relocation::relocate(tx, who, way))),
};

fn operations() -> Vec<Operation> {
    let mut all = operations![
        list_disputes,
        create_dispute,
        list_duplicate_candidates,
        get_dispute,
        list_dispute_events,
        get_dispute_routing,
        list_dispute_deadlines,
        disclose_dispute,
        show_party_code,
        link_party,
    ];
    all.extend(handling());
    all.extend(concluding());
    all.extend(of_parties());
    all.extend(between_levels());
    all.extend(with_others());
    all
}

/// The actions on the usual way of a dispute.
fn handling() -> Vec<Operation> {
    use action as a;
    vec![
        on_dispute::<a::Update, _>("updateDispute", "Update a dispute (JSON merge patch).", Command::Update),
        on_dispute::<a::Accept, _>("acceptDispute", "Accept a dispute that was submitted or transferred.", Command::Accept),
        on_dispute::<a::Reject, _>(
            "rejectDispute",
            "Reject a submitted dispute: tell why, and where else the applicant can go.",
            Command::Reject,
        ),
        on_dispute::<a::RequestReview, _>(
            "requestDisputeReview",
            "Ask the level above, once, to review the rejection of one's own dispute.",
            Command::RequestReview,
        ),
        on_dispute::<a::Assign, _>("assignDispute", "Assign an accepted dispute, or reassign it.", Command::Assign),
        on_dispute::<a::Start, _>("startDispute", "Start handling an assigned dispute.", Command::Start),
        on_dispute::<a::Contact, _>("recordDisputeContact", "Record the first contact with the applicant.", Command::Contact),
        on_dispute::<a::Resolve, _>(
            "resolveDispute",
            "Resolve a dispute. The parts of a mass case are answered with it.",
            Command::Resolve,
        ),
        on_dispute::<a::ReferOut, _>(
            "referDisputeOut",
            "Refer a dispute to arbitration, a court, the police or a department.",
            Command::ReferOut,
        ),
        on_dispute::<a::Remark, _>("addDisputeRemark", "Add a remark to a case that the caller sees.", Command::Remark),
    ]
}

/// What comes after a result.
fn concluding() -> Vec<Operation> {
    use action as a;
    vec![
        on_dispute::<a::VisitBack, _>(
            "recordDisputeVisitBack",
            "Record the applicant's satisfaction with the result.",
            Command::VisitBack,
        ),
        on_dispute::<a::Rate, _>(
            "rateDispute",
            "Rate the result of one's own dispute. Dissatisfaction is answered by the level above.",
            Command::Rate,
        ),
        on_dispute::<a::Close, _>("closeDispute", "Close a resolved dispute.", Command::Close),
        on_dispute::<a::Withdraw, _>("withdrawDispute", "Withdraw an unresolved dispute with a reason.", Command::Withdraw),
        on_dispute::<a::Reopen, _>(
            "reopenDispute",
            "Reopen a resolved or closed dispute with a reason, within the days that the rule allows, or a rejected one after review.",
            Command::Reopen,
        ),
    ]
}

/// Who the parties are, and what they say.
fn of_parties() -> Vec<Operation> {
    use action as a;
    vec![
        on_dispute::<a::AddParty, _>("addDisputeParty", "Add a party that was left out.", Command::AddParty),
        on_dispute::<a::CorrectParty, _>(
            "correctDisputeParty",
            "Correct a party (JSON merge patch); during a mediation only how to reach it.",
            Command::CorrectParty,
        ),
        on_dispute::<a::RemoveParty, _>("removeDisputeParty", "Remove a party that is none.", Command::RemoveParty),
        on_dispute::<a::UnlinkParty, _>(
            "unlinkDisputeParty",
            "Unlink a party from the sign-in of a person, such as a wrong one.",
            Command::UnlinkParty,
        ),
        on_dispute::<a::Answer, _>(
            "answerDispute",
            "Answer a dispute as a party, or for the organization that is responsible or a party.",
            Command::Answer,
        ),
    ]
}

/// The actions between levels: transfers, approvals, escalation.
fn between_levels() -> Vec<Operation> {
    use action as a;
    vec![
        on_dispute::<a::Transfer, _>(
            "transferDispute",
            "Transfer a dispute to another level, or to a neighboring place that was meant.",
            Command::Transfer,
        ),
        on_dispute::<a::Return, _>(
            "returnDispute",
            "Return a transferred dispute, once and in time; after that the next level above decides.",
            Command::Return,
        ),
        on_dispute::<a::RequestApproval, _>(
            "requestDisputeApproval",
            "Request approval of the level above to suspend or extend a dispute.",
            Command::RequestApproval,
        ),
        on_dispute::<a::Decline, _>("declineDisputeApproval", "Decline the pending approval request.", Command::Decline),
        on_dispute::<a::Suspend, _>(
            "suspendDispute",
            "Suspend a dispute, as the level above: its deadlines are paused.",
            Command::Suspend,
        ),
        on_dispute::<a::Resume, _>("resumeDispute", "Resume a suspended dispute.", Command::Resume),
        on_dispute::<a::LeaveCouncil, _>("takeDisputeFromCouncil", "Take a dispute back from a council.", Command::LeaveCouncil),
        on_dispute::<a::Extend, _>(
            "extendDispute",
            "Extend the time to resolve a dispute, once, as the level above.",
            Command::Extend,
        ),
        on_dispute::<a::Escalate, _>("escalateDispute", "Escalate a dispute to the level above.", Command::Escalate),
    ]
}

/// The actions that concern other disputes, or others who see the case.
fn with_others() -> Vec<Operation> {
    use action as a;
    vec![
        on_dispute::<a::Merge, _>("mergeDispute", "Merge a dispute into another one about the same.", Command::Merge),
        on_dispute::<a::Unmerge, _>("unmergeDispute", "Undo a merge (street level or above).", Command::Unmerge),
        on_dispute::<a::AddParts, _>(
            "addDisputesToMassCase",
            "Add disputes to this one as parts of a mass case, which are answered together.",
            Command::AddParts,
        ),
        on_dispute::<a::Detach, _>("detachDispute", "Detach a dispute from its mass case.", Command::Detach),
        on_dispute::<a::Invite, _>(
            "inviteDisputeGuest",
            "Invite another jurisdiction or an organization to see the case.",
            Command::Invite,
        ),
        on_dispute::<a::Uninvite, _>(
            "removeDisputeGuest",
            "Remove an invited jurisdiction or organization from the case.",
            Command::Uninvite,
        ),
    ]
}

fn on_dispute<A: ActionTag, B: DeserializeOwned + ToSchema + 'static>(
    id: &'static str,
    summary: &'static str,
    make: fn(B) -> Command,
) -> Operation {
    command::<A, DisputeFields, B>(id, summary, make)
}

/// List disputes within the caller's jurisdiction.
#[utoipa::path(get, path = "/v1/disputes", params(DisputeFilter, PageFilter),
    responses((status = 200, description = "A page of disputes, without their parties.", body = DisputePage)))]
async fn list_disputes(
    scope: Scope<Read, Disputes>,
    db: Db,
    list: Listing<DisputeFilter>,
) -> Result<Listed<DisputePage>, Problem> {
    let by_report = matches!(list.filter.sort, Some(Sort::NewestReport | Sort::OldestReport));
    let rows = store::list::list(&db, &scope, list.filter, list.keyset).await?;
    let key = |last: &DisputeFields| (if by_report { last.reported_at } else { last.updated_at }, last.id);
    Ok(list.pager.page(rows, key, |fields| view(&scope, fields, None)))
}

/// File a dispute.
#[utoipa::path(post, path = "/v1/disputes", request_body = NewDispute,
    responses((status = 201, description = "The dispute was filed.", body = Dispute)))]
async fn create_dispute(scope: Scope<Create, Disputes>, db: Db, body: Valid<NewDispute>) -> Result<Reply, Problem> {
    body.value.check(scope.now)?;
    write_new::<DisputeFields>(&db, &scope, &body.retry, async |tx| filing::file(tx, &scope, body.value).await).await
}

/// List possible duplicates of a dispute that is about to be filed.
#[utoipa::path(get, path = "/v1/disputes/duplicates", params(DuplicateParams),
    responses((status = 200, description = "Those of the same estate and kind, the most similar first.", body = DuplicateCandidates)))]
async fn list_duplicate_candidates(
    scope: Scope<Read, Disputes>,
    db: Db,
    params: Params<DuplicateParams>,
) -> Result<Json<DuplicateCandidates>, Problem> {
    let wanted = params.value;
    let at = wanted.reported_at.unwrap_or(scope.now);
    let span = (at, chrono::TimeDelta::days(DAYS_BETWEEN_DUPLICATES));
    let found =
        store::list::possible_duplicates(&db, &scope, wanted.jurisdiction, wanted.estate_name, &wanted.category, span).await?;
    let title = wanted.title.unwrap_or_default();
    let candidate = |fields: model::DisputeFields| {
        let similarity = search::similarity(&title, &fields.title);
        DuplicateCandidate::of(fields, similarity)
    };
    let mut items: Vec<_> = found.into_iter().map(candidate).collect();
    items.sort_by_key(|found| (std::cmp::Reverse(found.similarity), std::cmp::Reverse(found.reported_at)));
    items.truncate(20);
    Ok(Json(DuplicateCandidates { items }))
}

/// Disputes that were reported farther apart are hardly about the same.
const DAYS_BETWEEN_DUPLICATES: i64 = 60;

/// Get a dispute with its parties.
#[utoipa::path(get, path = "/v1/disputes/{id}", responses((status = 200, description = "The dispute.", body = Dispute), (status = 304, description = "The client holds this version.")))]
async fn get_dispute(
    scope: Scope<Read, Disputes>,
    db: Db,
    id: Id<Uuid>,
    preconditions: Preconditions,
) -> Result<Found<Dispute>, Problem> {
    let (fields, parts) = store::find(&db, &scope, id.0).await?;
    Ok(Found { version: fields.version, record: view(&scope, fields, Some(parts)), preconditions })
}

/// List the history of a dispute from its first step.
#[utoipa::path(get, path = "/v1/disputes/{id}/events",
    params(PageFilter),
    responses((status = 200, description = "A page of steps.", body = DisputeEventPage)))]
async fn list_dispute_events(
    scope: Scope<Read, Disputes>,
    db: Db,
    id: Id<Uuid>,
    list: Listing<Everything, i64>,
) -> Result<Listed<DisputeEventPage>, Problem> {
    let (fields, steps) = store::events(&db, &scope, id.0, list.keyset).await?;
    Ok(list.pager.page(steps, |last| last.version, |event| view::shown_event(&scope, &fields, event)))
}

/// Get the routing trace of a dispute: how its responsible organization was found.
#[utoipa::path(get, path = "/v1/disputes/{id}/routing", responses((status = 200, description = "The search, level by level.", body = DisputeRouting)))]
async fn get_dispute_routing(scope: Scope<Read, Disputes>, db: Db, id: Id<Uuid>) -> Result<Json<DisputeRouting>, Problem> {
    let (fields, _) = store::find(&db, &scope, id.0).await?;
    // Disputes that were filed before there was routing have none.
    let CaseDetails { route, earlier_routes, .. } = fields.progress.get()?.clone();
    let routing = route.map(|current| DisputeRouting { current, earlier: earlier_routes });
    routing.map(Json).ok_or_else(|| Problem::new(&codes::NOT_FOUND))
}

/// List the deadlines of a dispute and how they were calculated.
#[utoipa::path(get, path = "/v1/disputes/{id}/deadlines", responses((status = 200, description = "The deadlines.", body = DisputeDeadlines)))]
async fn list_dispute_deadlines(scope: Scope<Read, Disputes>, db: Db, id: Id<Uuid>) -> Result<Json<DisputeDeadlines>, Problem> {
    let (fields, _) = store::find(&db, &scope, id.0).await?;
    let place = fields.jurisdiction;
    let rules = db.read(async |connection| EffectiveRules::at(connection, place, &fields.category, scope.today()).await).await?;
    Ok(Json(DisputeDeadlines::of(fields.progress.get()?.clone(), &rules.calendar, scope.now)))
}

/// Show the code by which a party links a dispute to their own sign-in. It is handed over to them in person or by letter,
/// holds for some days and once; the audit keeps who was shown it.
#[utoipa::path(get, path = "/v1/disputes/{id}/party-code",
    params(PartyCodeParams),
    responses((status = 200, description = "The code.", body = PartyCode)))]
async fn show_party_code(
    scope: Scope<ShowCode, Disputes>,
    db: Db,
    key: Data<PartyKey>,
    id: Id<Uuid>,
    params: Params<PartyCodeParams>,
) -> Result<Unversioned, Problem> {
    let read = async |tx: &Tx| linking::show(tx, &scope, &key, (id.0, params.value.position)).await;
    disclose(&db, &scope, ("dispute_party_code", Purpose::Handling), read).await
}

/// Link a dispute to the caller's sign-in, with the code that an officer handed over to them as a party.
#[utoipa::path(post, path = "/v1/disputes/link", request_body = NewLink,
    responses((status = 200, description = "The dispute as the party sees it.", body = Dispute)))]
async fn link_party(scope: Scope<Link, Disputes>, db: Db, key: Data<PartyKey>, body: Valid<NewLink>) -> Result<Reply, Problem> {
    let number = body.value.number.clone();
    let sees = async |tx: &Tx| linking::sees(tx, &scope, &number).await;
    write_to(&db, &scope, &body.retry, sees, async |tx| linking::link(tx, &scope, &key, body.value).await).await
}

/// Disclose the parties of a dispute in full. The audit keeps who read them and what for.
#[utoipa::path(get, path = "/v1/disputes/{id}/disclosure",
    params(DisclosureParams),
    responses((status = 200, description = "The parties.", body = DisclosedParties)))]
async fn disclose_dispute(
    scope: Scope<Disclose, Disputes>,
    db: Db,
    id: Id<Uuid>,
    params: Params<DisclosureParams>,
) -> Result<Unversioned, Problem> {
    let read = async |tx: &Tx| {
        let (fields, parties) = view::disclosed(tx, &scope, id.0).await?;
        let mut changed = Vec::new();
        // Whoever reads an applicant's number to call has them on the phone.
        let is_reachable = view::reaches_applicant(&parties);
        let calls = || next_actions(&scope, &fields).contains(&Action::Contact.as_str());
        if params.value.purpose == Purpose::Handling && is_reachable && fields.awaits_contact()? && calls() {
            let contacted = MediatedDispute::lock(tx, &scope, id.0).await?.contacted(&scope)?;
            changed.extend(OptionFuture::from(contacted.map(|change| change.store(tx, scope.now))).await.transpose()?);
        }
        Ok((fields, DisclosedParties { parties }, changed))
    };
    disclose_and_change(&db, &scope, ("dispute_disclosure", params.value.purpose), read).await
}
