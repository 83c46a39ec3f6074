//! How meetings are planned.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::decide::calling::time_faults;
use super::inputs::{NewCouncilMeeting, NewCouncilMeetingSeries};
use super::model::CouncilMeetingFields;
use super::record::MeetingRecord;
use super::states::CouncilMeetingStatus;
use super::store;
use super::texts::MeetingTexts;
use crate::access::permissions::Action;
use crate::access::permissions::resource::CouncilMeetings;
use crate::access::scope::Authorized;
use crate::calendar::recurrence::occurrences;
use crate::changes::record::id_or_new;
use crate::changes::write::Tx;
use crate::db::document::Document;
use crate::http::codes;
use crate::http::problem::{FieldError, Problem};
use crate::resources::deliberation::councils::model::CouncilFields;
use crate::resources::deliberation::councils::states::CouncilStatus;
use crate::resources::deliberation::councils::store as councils;

/// Plans one.
pub async fn plan(tx: &Tx, scope: &Authorized<CouncilMeetings>, new: NewCouncilMeeting) -> Result<CouncilMeetingFields, Problem> {
    let mut errors = time_faults(scope.now, new.starts_at, new.ends_at);
    let id = id_or_new(new.id, &mut errors);
    let council = convened(tx, scope, new.council_id, &mut errors).await?;
    let Some(council) = council.filter(|_| errors.is_empty()) else { return Err(Problem::invalid(errors)) };
    let record = meeting(scope, &council, new, (id, None))?;
    store::insert(tx, std::slice::from_ref(&record)).await?;
    Ok(record)
}

/// Plans all that a rule gives.
pub async fn plan_series(
    tx: &Tx,
    scope: &Authorized<CouncilMeetings>,
    new: NewCouncilMeetingSeries,
) -> Result<(Uuid, Vec<CouncilMeetingFields>), Problem> {
    let mut errors = time_faults(scope.now, new.starts_at, new.ends_at);
    let council = convened(tx, scope, new.council_id, &mut errors).await?;
    let times = occurrences(&new.recurrence, new.starts_at).map_err(|fault| errors.push(fault)).unwrap_or_default();
    let Some(council) = council.filter(|_| errors.is_empty()) else { return Err(Problem::invalid(errors)) };
    let (series_id, length) = (Uuid::now_v7(), new.ends_at - new.starts_at);
    let of_series = |starts_at: DateTime<Utc>| {
        let (title, place, council_id) = (new.title.clone(), new.place.clone(), new.council_id);
        let one = NewCouncilMeeting { id: None, council_id, title, place, starts_at, ends_at: starts_at + length };
        meeting(scope, &council, one, (Uuid::now_v7(), Some(series_id)))
    };
    let meetings: Vec<_> = times.into_iter().map(of_series).collect::<Result<_, _>>()?;
    store::insert(tx, &meetings).await?;
    Ok((series_id, meetings))
}

/// An active council that the caller convenes.
async fn convened(
    tx: &Tx,
    scope: &Authorized<CouncilMeetings>,
    id: Uuid,
    errors: &mut Vec<FieldError>,
) -> Result<Option<CouncilFields>, Problem> {
    let known = councils::within_reach(tx, scope, id).await?;
    let at = |rule| FieldError::at("/council_id", rule);
    match &known {
        None => errors.push(at(&codes::UNKNOWN_RECORD)),
        Some(council) if council.status != CouncilStatus::Active => errors.push(at(&codes::NOT_ACTIVE)),
        Some(council) => {
            let level = council.kind.convening_level();
            errors.extend(scope.left_to(level, (Action::Create, &council.jurisdiction), "/council_id"));
        }
    }
    Ok(known)
}

/// A meeting as it begins.
fn meeting(
    scope: &Authorized<CouncilMeetings>,
    council: &CouncilFields,
    new: NewCouncilMeeting,
    (id, series_id): (Uuid, Option<Uuid>),
) -> Result<CouncilMeetingFields, Problem> {
    Ok(CouncilMeetingFields {
        id,
        jurisdiction: council.jurisdiction,
        council_id: council.id,
        estate_id: council.estate_id,
        kind: council.kind,
        title: new.title,
        place: new.place,
        starts_at: new.starts_at,
        ends_at: new.ends_at,
        status: CouncilMeetingStatus::Planned,
        series_id,
        decision: council.decision,
        seats: council.seats.clone(),
        record: Document::of(&MeetingRecord::default())?,
        notified_at: None,
        opened_at: None,
        concluded_at: None,
        reason: None,
        next_due_on: None,
        public_text: None,
        published_at: None,
        objections_until: None,
        version: 1,
        created_at: scope.now,
        updated_at: scope.now,
        delegates: council.delegates.clone(),
        texts: Document::of(&MeetingTexts::default())?,
        created_by: scope.actor.caller.clone(),
    })
}
