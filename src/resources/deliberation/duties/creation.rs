//! How a duty is given.

use chrono::NaiveDate;
use uuid::Uuid;

use super::model::{DutyFields, NewDuty};
use super::states::DutyStatus;
use super::store;
use crate::access::permissions::resource::Duties;
use crate::access::scope::Authorized;
use crate::changes::record::id_or_new;
use crate::changes::taken_steps::TakenSteps;
use crate::changes::write::Tx;
use crate::db::json_value::JsonList;
use crate::http::codes;
use crate::http::problem::{FieldError, Problem};
use crate::resources::deliberation::council_meetings::agenda::{AgendaItem, ItemStatus};
use crate::resources::deliberation::council_meetings::model::CouncilMeetingFields;
use crate::resources::deliberation::council_meetings::states::CouncilMeetingStatus;
use crate::resources::deliberation::council_meetings::store as meetings;
use crate::resources::deliberation::councils::seats::CouncilSeat;
use crate::resources::disputes::deadline::Card;
use crate::resources::reference::calendars::store as calendars;

/// Gives a duty to a seat, of what a council has adopted.
pub async fn give(tx: &Tx, scope: &Authorized<Duties>, new: NewDuty) -> Result<DutyFields, Problem> {
    let mut errors = Vec::new();
    let id = id_or_new(new.id, &mut errors);
    let Some(meeting) = meetings::within_reach(tx, scope, new.meeting_id).await? else {
        errors.push(FieldError::at("/meeting_id", &codes::UNKNOWN_RECORD));
        return Err(Problem::invalid(errors));
    };
    if !matches!(meeting.status, CouncilMeetingStatus::MinutesSigned | CouncilMeetingStatus::Published) {
        errors.push(FieldError::at("/meeting_id", &codes::NOT_YET));
    }
    let record = meeting.record.get()?;
    let item = record.agenda.iter().find(|item| item.id == new.item_id);
    let seat = meeting.seats.0.iter().find(|seat| seat.position == new.position);
    match item.map(|item| item.status) {
        None => errors.push(FieldError::at("/item_id", &codes::UNKNOWN_RECORD)),
        Some(ItemStatus::Adopted) => {}
        Some(_) => errors.push(FieldError::at("/item_id", &codes::NOT_APPLICABLE)),
    }
    if seat.is_none() {
        errors.push(FieldError::at("/position", &codes::UNKNOWN_RECORD));
    }
    Problem::fail_if_any(errors)?;
    let (Some(item), Some(seat)) = (item, seat) else { return Err(Problem::internal("a checked item is missing")) };
    let calendar = calendars::working_days(tx.connection(), meeting.jurisdiction).await?;
    let mut duty = duty(scope, id, &meeting, (item, seat), (new.task, new.working_days));
    duty.count(&calendar);
    duty.next_step_on = duty.next_card(&calendar).map(|(_, day)| day);
    store::insert(tx, &duty).await?;
    Ok(duty)
}

/// A duty of which it is not worked out yet when it is due.
fn duty(
    scope: &Authorized<Duties>,
    id: Uuid,
    meeting: &CouncilMeetingFields,
    (item, seat): (&AgendaItem, &CouncilSeat),
    (task, working_days): (String, i32),
) -> DutyFields {
    DutyFields {
        id,
        jurisdiction: meeting.jurisdiction,
        estate_id: meeting.estate_id,
        council_id: meeting.council_id,
        meeting_id: meeting.id,
        item_id: item.id,
        position: seat.position,
        organization_id: seat.organization_id,
        title: item.title.clone(),
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
        taken_steps: TakenSteps::default(),
        created_by: scope.actor.caller.clone(),
    }
}
