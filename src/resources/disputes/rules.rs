//! What the actions on a dispute share: lock, check, change, tell.

use std::sync::Arc;

use futures_util::future::try_join_all;
use uuid::Uuid;

use super::case::Case;
use super::filing;
use super::in_force::InForce;
use super::model::{Dispute, DisputeEvent, DisputeFields, DisputePatch, NewDispute};
use super::model_parties::Party;
use super::progress::Progress;
use super::states::Status;
use super::store::{self, Parts};
use crate::access::authority::Authority;
use crate::access::code::JurisdictionCode;
use crate::access::policy::Action;
use crate::access::policy::resource::Disputes;
use crate::access::scope::Authorized;
use crate::changes::lifecycle;
use crate::changes::record;
use crate::changes::reply::Reply;
use crate::changes::write::{Change, Record, Tx, write};
use crate::db::pool::Db;
use crate::http::codes;
use crate::http::etag::Target;
use crate::http::idempotency::Retry;
use crate::http::problem::{FieldError, Problem};

/// The dispute as the caller sees it. Whoever filed it sees the parties whole, everybody else masked.
pub fn view(scope: &Authorized<Disputes>, mut fields: DisputeFields, parts: Option<Parts>) -> Dispute {
    if parts.is_none() {
        fields.progress.leave_out();
    }
    let (parties, guests) = parts.unzip();
    let guests = guests.map(|guests| if hides_from(scope, &fields) { Vec::new() } else { guests });
    let mut next_actions = lifecycle::next_actions(scope, &fields);
    // Guests may say something too.
    if !next_actions.contains(&"remark") && scope.may_at_all(Action::Remark) {
        next_actions.push("remark");
    }
    Dispute { parties: parties.map(|parties| shown(scope, &fields, parties)), guests, next_actions, fields }
}

/// True when the caller must not learn who has a part in a dispute.
pub fn hides_from(scope: &Authorized<Disputes>, fields: &DisputeFields) -> bool {
    let disclosed = || fields.discloses_to(scope.standings(Action::Disclose, &fields.jurisdiction));
    fields.confidential && !disclosed() && !is_own(scope, fields)
}

/// True for the applicant who filed a dispute by themselves. An officer who filed it for somebody is none.
pub fn is_own(scope: &Authorized<Disputes>, fields: &DisputeFields) -> bool {
    let filed = |progress: Progress| progress.filed_by_applicant != Some(false);
    scope.reads_own() && fields.created_by == scope.actor.caller && fields.progress.read().is_ok_and(filed)
}

fn shown(scope: &Authorized<Disputes>, fields: &DisputeFields, parties: Vec<Party>) -> Vec<Party> {
    let own = is_own(scope, fields);
    let mask = |party: Party| match (own, fields.confidential) {
        (true, _) => party,
        (false, true) => party.hidden(),
        (false, false) => party.masked(),
    };
    parties.into_iter().map(mask).collect()
}

/// Files a dispute.
pub async fn file(tx: &Tx, scope: &Authorized<Disputes>, new: NewDispute) -> Result<Change, Problem> {
    if !scope.extent.covers(&new.jurisdiction) {
        return Err(Problem::invalid(vec![FieldError::at("/jurisdiction", &codes::UNKNOWN_JURISDICTION)]));
    }
    let (dispute, parties) = filing::file(tx, scope, new).await?;
    Change::created("/v1/disputes", &dispute, &view(scope, dispute.clone(), Some((parties, Vec::new()))))
}

/// Carries out the scope's action, if the state allows it. `change` works on the case and names what else it changed.
pub async fn act(
    scope: &Authorized<Disputes>,
    db: &Db,
    target: &Target,
    retry: &Retry,
    note: Option<String>,
    change: impl AsyncFnOnce(&Tx, &mut Case) -> Result<Vec<Record>, Problem>,
) -> Result<Reply, Problem> {
    act_together(scope, db, target, retry, note, &[], change).await
}

/// The same for an action that also touches others: all are locked in the order of their ids, so that those who take the
/// same ones wait for each other.
pub async fn act_together(
    scope: &Authorized<Disputes>,
    db: &Db,
    target: &Target,
    retry: &Retry,
    note: Option<String>,
    others: &[Uuid],
    change: impl AsyncFnOnce(&Tx, &mut Case) -> Result<Vec<Record>, Problem>,
) -> Result<Reply, Problem> {
    let work = async |tx: &Tx, after: &mut DisputeFields| {
        let others;
        (*after, others) = carry_out(tx, scope, after, note, change).await?;
        Ok(others)
    };
    let view = async |tx: &Tx, after: DisputeFields| {
        let parts = store::parts(tx.connection(), after.id).await?;
        Ok(view(scope, after, Some(parts)))
    };
    write(db, scope, retry, async |tx| {
        if !others.is_empty() {
            store::lock_all(tx, scope, &[others, &[target.id]].concat()).await?;
        }
        record::act_in(tx, scope, target, work, view).await
    })
    .await
}

/// An action that does nothing but lead to the next state.
pub async fn go_on(_: &Tx, _: &mut Case) -> Result<Vec<Record>, Problem> {
    Ok(Vec::new())
}

async fn carry_out(
    tx: &Tx,
    scope: &Authorized<Disputes>,
    before: &DisputeFields,
    note: Option<String>,
    change: impl AsyncFnOnce(&Tx, &mut Case) -> Result<Vec<Record>, Problem>,
) -> Result<(DisputeFields, Vec<Record>), Problem> {
    let in_force = InForce::at(tx.connection(), before.jurisdiction, &before.category, scope.today()).await?;
    let mut case = Case::of(before, &Arc::new(in_force))?;
    let known = case.progress.clone();
    case.fields.status = lifecycle::step(scope, before)?;
    let others = change(tx, &mut case).await?;
    if scope.action == Action::Update && case.fields == *before && case.progress == known {
        return Ok((before.clone(), others));
    }
    let after = case.into_fields(scope.now)?;
    store::insert_event(tx, &event(scope, scope.action.as_str(), Some(before), &after, note)).await?;
    Ok((after, others))
}

/// The step that leads from what a dispute was to its next version, or to its first.
pub fn event(
    scope: &Authority,
    action: &str,
    before: Option<&DisputeFields>,
    after: &DisputeFields,
    note: Option<String>,
) -> DisputeEvent {
    DisputeEvent {
        dispute_id: after.id,
        version: before.map_or(1, |before| before.version + 1),
        at: scope.now,
        action: action.to_owned(),
        from_status: before.map(|before| before.status),
        to_status: after.status,
        note,
        role: scope.acting_role(&after.jurisdiction).to_owned(),
        caller: scope.actor.caller.clone(),
    }
}

/// Changes a locked dispute as a part of another write.
pub async fn also(
    tx: &Tx,
    scope: &Authority,
    before: &DisputeFields,
    in_force: &Arc<InForce>,
    (action, note): (&str, Option<String>),
    change: impl FnOnce(&mut Case),
) -> Result<Record, Problem> {
    let mut case = Case::of(before, in_force)?;
    change(&mut case);
    finish(tx, scope, before, case, (action, note)).await
}

/// Stores what a locked dispute has become, with the step that led to it.
pub async fn finish(
    tx: &Tx,
    scope: &Authority,
    before: &DisputeFields,
    case: Case,
    (action, note): (&str, Option<String>),
) -> Result<Record, Problem> {
    let mut after = case.into_fields(scope.now)?;
    store::insert_event(tx, &event(scope, action, Some(before), &after, note)).await?;
    record::Stored::save(&mut after, tx, scope.now).await?;
    Record::of(Some(before), &after)
}

/// Applies a patch. One that changes nothing leaves the version as it is.
pub async fn patch(
    scope: &Authorized<Disputes>,
    db: &Db,
    target: &Target,
    retry: &Retry,
    patch: DisputePatch,
) -> Result<Reply, Problem> {
    act(scope, db, target, retry, None, async |tx: &Tx, case: &mut Case| {
        let before = case.fields.clone();
        patch.apply(&mut case.fields);
        let after = &case.fields;
        let mut errors = Vec::new();
        let moved = after.jurisdiction != before.jurisdiction;
        if moved && before.status != Status::Submitted {
            errors.push(FieldError::at("/jurisdiction", &codes::ONLY_WHILE_SUBMITTED));
        } else if moved
            && !scope.extent.covers(&after.jurisdiction)
            && !scope.may(Action::Create, &after.jurisdiction, None, None)
        {
            errors.push(FieldError::at("/jurisdiction", &codes::UNKNOWN_JURISDICTION));
        }
        let renamed = after.category != before.category;
        if renamed && before.status != Status::Submitted {
            errors.push(FieldError::at("/category", &codes::ONLY_WHILE_SUBMITTED));
        }
        errors.extend(untouchable(scope, &before, after));
        if renamed || moved {
            errors.extend(refile(tx, scope, case, &before).await?);
        }
        errors.extend(untold(tx, case, &before).await?);
        Problem::unless_right(errors)?;
        if renamed || moved {
            case.leave_estate(&before);
            case.route_anew(tx, scope.today(), None).await?;
        }
        Ok(Vec::new())
    })
    .await
}

/// From now on what holds at the new place for the new category counts; tells what is wrong with that.
async fn refile(
    tx: &Tx,
    scope: &Authorized<Disputes>,
    case: &mut Case,
    before: &DisputeFields,
) -> Result<Vec<FieldError>, Problem> {
    let renamed = case.fields.category != before.category;
    let in_force = InForce::at(tx.connection(), case.fields.jurisdiction, &case.fields.category, scope.today()).await?;
    let known = in_force.category.as_ref().filter(|category| category.code == case.fields.category);
    let mut errors = Vec::new();
    match known {
        Some(category) if !category.active && renamed => errors.push(FieldError::at("/category", &codes::NOT_ACTIVE)),
        None if renamed => errors.push(FieldError::at("/category", &codes::UNKNOWN_CATEGORY)),
        _ => {}
    }
    if let Some(category) = known.filter(|_| renamed && before.risk == case.fields.risk) {
        case.fields.risk = category.risk;
    }
    case.in_force = Arc::new(in_force);
    Ok(errors)
}

/// What the category asks for and a patch has taken away, or a new category asks for.
async fn untold(tx: &Tx, case: &Case, before: &DisputeFields) -> Result<Vec<FieldError>, Problem> {
    let told = |fields: &DisputeFields| (fields.category.clone(), fields.description.clone(), fields.estate_name.clone());
    let category = case.in_force.category.as_ref().filter(|category| category.code == case.fields.category);
    match category.filter(|category| category.active && told(&case.fields) != told(before)) {
        Some(category) => {
            let (parties, _) = store::parts(tx.connection(), before.id).await?;
            Ok(filing::Telling::of(&case.fields, &parties).missing(category))
        }
        None => Ok(Vec::new()),
    }
}

/// What a patch must leave as it is.
fn untouchable(scope: &Authorized<Disputes>, before: &DisputeFields, after: &DisputeFields) -> Vec<FieldError> {
    let own = scope.standing(scope.action, &before.jurisdiction).is_none();
    let disclosed = before.discloses_to(scope.standings(scope.action, &before.jurisdiction));
    let risk = own && after.risk != before.risk;
    let estate = before.estate_id.is_some() && after.estate_name != before.estate_name;
    let opened = before.confidential && !after.confidential && !own && !disclosed;
    let faults = [
        opened.then(|| FieldError::at("/confidential", &codes::NOT_ALLOWED)),
        risk.then(|| FieldError::at("/risk", &codes::NOT_ALLOWED)),
        estate.then(|| FieldError::at("/estate_name", &codes::NOT_APPLICABLE)),
    ];
    faults.into_iter().flatten().collect()
}

/// Says something about a case, as a guest perhaps.
pub async fn remark(
    scope: &Authorized<Disputes>,
    db: &Db,
    target: &Target,
    retry: &Retry,
    note: String,
) -> Result<Reply, Problem> {
    write(db, scope, retry, async |tx| {
        let before = store::lock_visible(tx, scope, target.id).await?;
        target.preconditions.honor(before.version)?;
        let (mut after, _) = carry_out(tx, scope, &before, Some(note), go_on).await?;
        record::Stored::save(&mut after, tx, scope.now).await?;
        let parts = store::parts(tx.connection(), after.id).await?;
        Change::updated(&before, &after, &view(scope, after.clone(), Some(parts)))
    })
    .await
}

/// A dispute and its parties in full, for whoever may learn who they are. The caller tells the audit.
pub async fn disclosed(tx: &Tx, scope: &Authorized<Disputes>, id: Uuid) -> Result<(DisputeFields, Vec<Party>), Problem> {
    let (fields, (parties, _)) = store::read(tx, scope, id).await?;
    // Whoever has no standing mediates the case.
    let mediates = scope.standing(scope.action, &fields.jurisdiction).is_none();
    match mediates || fields.discloses_to(scope.standings(scope.action, &fields.jurisdiction)) {
        true => Ok((fields, parties)),
        false => Err(Problem::new(&codes::CONFIDENTIAL)),
    }
}

/// Moves the disputes of a jurisdiction that are not over to its successor.
pub async fn relocate(
    tx: &Tx,
    scope: &Authority,
    from: JurisdictionCode,
    to: JurisdictionCode,
    note: &str,
) -> Result<Vec<Record>, Problem> {
    let open = store::open_in(tx, from).await?;
    let Some(first) = open.first() else { return Ok(Vec::new()) };
    // Moving changes no time; what counts is only the calendar, which a city has.
    let in_force = Arc::new(InForce::at(tx.connection(), to, &first.category, scope.today()).await?);
    let move_it = |case: &mut Case| {
        case.move_to(to);
        if let Some(hold) = case.progress.hold.as_mut().filter(|hold| from.contains(&hold.jurisdiction)) {
            hold.jurisdiction = to;
        }
    };
    let moves = open.iter().map(|before| also(tx, scope, before, &in_force, ("relocate", Some(note.to_owned())), move_it));
    try_join_all(moves).await
}
