//! How a duty is given.

use chrono::NaiveDate;
use uuid::Uuid;

use super::model::{DutyFields, NewDuty};
use super::states::DutyStatus;
use super::store;
use crate::access::code::JurisdictionCode;
use crate::access::permissions::Action;
use crate::access::permissions::resource::Duties;
use crate::access::scope::Authorized;
use crate::changes::record::id_or_new;
use crate::changes::taken_steps::TakenSteps;
use crate::changes::write::Tx;
use crate::db::json_value::JsonList;
use crate::http::codes;
use crate::http::problem::{FieldError, Problem};
use crate::resources::deliberation::council_meetings::agenda::ItemStatus;
use crate::resources::deliberation::council_meetings::states::CouncilMeetingStatus;
use crate::resources::deliberation::council_meetings::store as meetings;
use crate::resources::deliberation::owner_votes::decisions::{EffectKind, VoteEffect, decision_on};
use crate::resources::deliberation::owner_votes::store as votes;
use crate::resources::disputes::deadline::Card;
use crate::resources::parties::organizations::model::OrganizationStatus;
use crate::resources::parties::organizations::store as organizations;
use crate::resources::reference::calendars::store as calendars;

/// What was decided, and whose it is to do.
struct Decided {
    jurisdiction: JurisdictionCode,
    estate_id: Option<Uuid>,
    title: String,
    organization_id: Uuid,
    resolution: Option<Resolution>,
    effect: Option<VoteEffect>,
}

/// What a council adopted, and the seat that does it.
struct Resolution {
    council_id: Uuid,
    meeting_id: Uuid,
    item_id: Uuid,
    position: i16,
}

/// Gives a duty, of what a council has adopted or the owners have decided.
pub async fn give(tx: &Tx, scope: &Authorized<Duties>, new: NewDuty) -> Result<DutyFields, Problem> {
    let mut errors = Vec::new();
    let id = id_or_new(new.id, &mut errors);
    errors.extend(member_faults(&new));
    Problem::fail_if_any(errors)?;
    let (decided, place) = match (&new.meeting_id, &new.vote_id) {
        (Some(meeting), _) => (adopted(tx, scope, (*meeting, &new)).await?, "/position"),
        (None, Some(vote)) => (voted(tx, scope, (*vote, id, &new)).await?, "/organization_id"),
        (None, None) => return Err(Problem::internal("a duty was decided by nobody")),
    };
    // Whose duty it is says neither what is to be done nor by when.
    if scope.actor.organization == Some(decided.organization_id) {
        return Err(Problem::invalid(vec![FieldError::at(place, &codes::OWN_MATTER)]));
    }
    let calendar = calendars::working_days(tx.connection(), decided.jurisdiction).await?;
    let effect = decided.effect.clone();
    let mut duty = duty(scope, id, decided, (new.task, new.working_days));
    duty.count(&calendar);
    duty.next_step_on = duty.next_card(&calendar).map(|(_, day)| day);
    store::insert(tx, &duty).await?;
    if let Some(effect) = effect {
        votes::effects::carry_out(tx, &effect).await?;
    }
    Ok(duty)
}

/// Members that are missing, or are said of what nobody decided there.
fn member_faults(new: &NewDuty) -> Vec<FieldError> {
    let by_owners = new.vote_id.is_some();
    let of_council =
        [("/meeting_id", new.meeting_id.is_some()), ("/item_id", new.item_id.is_some()), ("/position", new.position.is_some())];
    let of_owners = [("/topic", new.topic.is_some()), ("/organization_id", new.organization_id.is_some())];
    let fault = |(place, given): (&'static str, bool), wanted: bool| match (given, wanted) {
        (false, true) => Some(FieldError::at(place, &codes::REQUIRED)),
        (true, false) => Some(FieldError::at(place, &codes::NOT_APPLICABLE)),
        _ => None,
    };
    let of_council = of_council.into_iter().filter_map(|member| fault(member, !by_owners));
    of_council.chain(of_owners.into_iter().filter_map(|member| fault(member, by_owners))).collect()
}

/// An item that a council adopted, whose minutes nobody changes any more, and the seat that does it.
async fn adopted(tx: &Tx, scope: &Authorized<Duties>, (meeting, new): (Uuid, &NewDuty)) -> Result<Decided, Problem> {
    let unknown = |place| FieldError::at(place, &codes::UNKNOWN_RECORD);
    let Some(meeting) = meetings::within_reach(tx, scope, meeting).await? else {
        return Err(Problem::invalid(vec![unknown("/meeting_id")]));
    };
    let mut errors = Vec::new();
    if !matches!(meeting.status, CouncilMeetingStatus::MinutesSigned | CouncilMeetingStatus::Published) {
        errors.push(FieldError::at("/meeting_id", &codes::NOT_YET));
    }
    let record = meeting.record.get()?;
    let item = record.agenda.iter().find(|item| Some(item.id) == new.item_id);
    let seat = meeting.seats.0.iter().find(|seat| Some(seat.position) == new.position);
    match item.map(|item| item.status) {
        None => errors.push(unknown("/item_id")),
        Some(ItemStatus::Adopted) => {}
        Some(_) => errors.push(FieldError::at("/item_id", &codes::NOT_APPLICABLE)),
    }
    if seat.is_none() {
        errors.push(unknown("/position"));
    }
    Problem::fail_if_any(errors)?;
    let (Some(item), Some(seat)) = (item, seat) else { return Err(Problem::internal("a checked item is missing")) };
    Ok(Decided {
        jurisdiction: meeting.jurisdiction,
        estate_id: meeting.estate_id,
        title: item.title.clone(),
        organization_id: seat.organization_id,
        resolution: Some(Resolution {
            council_id: meeting.council_id,
            meeting_id: meeting.id,
            item_id: item.id,
            position: seat.position,
        }),
        effect: None,
    })
}

/// A decision of owners that stands, and the organization that does it.
async fn voted(tx: &Tx, scope: &Authorized<Duties>, (vote, id, new): (Uuid, Uuid, &NewDuty)) -> Result<Decided, Problem> {
    let Some(vote) = votes::within_reach(tx, scope, vote).await? else {
        return Err(Problem::invalid(vec![FieldError::at("/vote_id", &codes::UNKNOWN_RECORD)]));
    };
    let named: Vec<Uuid> = new.organization_id.into_iter().collect();
    let organization = organizations::named(tx, scope, &named, vote.jurisdiction).await?.pop();
    let wrong = |rule| FieldError::at("/organization_id", rule);
    let mut errors = Vec::new();
    match organization.as_ref().map(|known| known.status) {
        None => errors.push(wrong(&codes::UNKNOWN_RECORD)),
        Some(OrganizationStatus::Dissolved) => errors.push(wrong(&codes::DISSOLVED)),
        Some(_) => {}
    }
    let decision = decision_on(&vote, new.topic.unwrap_or_default()).map_err(|fault| errors.push(fault)).ok();
    Problem::fail_if_any(errors)?;
    let (Some(organization), Some((topic, count))) = (organization, decision) else {
        return Err(Problem::internal("a checked decision is missing"));
    };
    // Whom the owners elect or hire, another record says.
    if EffectKind::of_matter(&topic.matter).is_some_and(|kind| kind != EffectKind::DutyGiven) {
        return Err(Problem::invalid(vec![FieldError::at("/topic", &codes::NOT_APPLICABLE)]));
    }
    Ok(Decided {
        jurisdiction: vote.jurisdiction,
        estate_id: Some(vote.estate_id),
        title: topic.title.clone(),
        organization_id: organization.id,
        resolution: None,
        effect: Some(VoteEffect::of(&vote, count, EffectKind::DutyGiven, id, scope.now)),
    })
}

/// A duty of which it is not worked out yet when it is due.
fn duty(scope: &Authorized<Duties>, id: Uuid, decided: Decided, (task, working_days): (String, i32)) -> DutyFields {
    let Decided { jurisdiction, estate_id, title, organization_id, resolution, effect } = decided;
    let resolution = resolution.as_ref();
    DutyFields {
        id,
        jurisdiction,
        estate_id,
        council_id: resolution.map(|of| of.council_id),
        meeting_id: resolution.map(|of| of.meeting_id),
        item_id: resolution.map(|of| of.item_id),
        position: resolution.map(|of| of.position),
        vote_id: effect.map(|effect| effect.vote_id),
        organization_id,
        title,
        task,
        starts_on: scope.today(),
        working_days,
        extension_days: None,
        due_on: NaiveDate::MAX,
        provisional: false,
        status: DutyStatus::Open,
        card: Card::None,
        progress: JsonList::default(),
        reviews: JsonList::default(),
        reported_on: None,
        in_time: None,
        reason: None,
        version: 1,
        created_at: scope.now,
        updated_at: scope.now,
        next_step_on: None,
        taken_steps: TakenSteps::first(Action::Create, scope),
    }
}
