//! What must hold of the sessions of courses.

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::inputs::{NewTrainingSeries, NewTrainingSession};
use super::model::TrainingSessionFields;
use super::states::TrainingSessionStatus;
use super::store;
use super::times::faults;
use crate::access::permissions::resource::TrainingSessions;
use crate::access::scope::Authorized;
use crate::calendar::recurrence::occurrences;
use crate::changes::record::id_or_new;
use crate::changes::write::Tx;
use crate::http::codes;
use crate::http::problem::{FieldError, Problem};
use crate::resources::training::trainings::model::{TrainingFields, TrainingStatus};
use crate::resources::training::trainings::store as trainings;

/// Schedules a session of a published course.
pub async fn schedule(
    tx: &Tx,
    scope: &Authorized<TrainingSessions>,
    new: NewTrainingSession,
) -> Result<TrainingSessionFields, Problem> {
    let mut errors = Vec::new();
    let id = id_or_new(new.id, &mut errors);
    let training = published(tx, scope, new.training_id, &mut errors).await?;
    let Some(training) = training else { return Err(Problem::invalid(errors)) };
    let mut record = session(scope, &training, new);
    record.id = id;
    errors.extend(faults(scope.now, &record));
    Problem::fail_if_any(errors)?;
    store::insert(tx, std::slice::from_ref(&record)).await?;
    Ok(record)
}

/// Schedules all sessions that a rule gives.
pub async fn schedule_series(
    tx: &Tx,
    scope: &Authorized<TrainingSessions>,
    new: NewTrainingSeries,
) -> Result<(Uuid, Vec<TrainingSessionFields>), Problem> {
    let mut errors = Vec::new();
    let training = published(tx, scope, new.training_id, &mut errors).await?;
    let Some(training) = training else { return Err(Problem::invalid(errors)) };
    let (series_id, length) = (Uuid::now_v7(), new.ends_at - new.starts_at);
    let of_series = |starts_at: DateTime<Utc>| {
        let one = NewTrainingSession {
            id: None,
            training_id: new.training_id,
            starts_at,
            ends_at: starts_at + length,
            place: new.place.clone(),
            teacher: new.teacher.clone(),
            capacity: new.capacity,
            check_in_opens_at: None,
            check_in_closes_at: None,
        };
        let (series_id, recurrence) = (Some(series_id), Some(new.recurrence.clone()));
        TrainingSessionFields { series_id, recurrence, ..session(scope, &training, one) }
    };
    errors.extend(faults(scope.now, &of_series(new.starts_at)));
    let times = occurrences(&new.recurrence, new.starts_at).map_err(|fault| errors.push(fault)).unwrap_or_default();
    Problem::fail_if_any(errors)?;
    let sessions: Vec<_> = times.into_iter().map(of_series).collect();
    store::insert(tx, &sessions).await?;
    Ok((series_id, sessions))
}

/// A published course of the scope.
async fn published(
    tx: &Tx,
    scope: &Authorized<TrainingSessions>,
    id: Uuid,
    errors: &mut Vec<FieldError>,
) -> Result<Option<TrainingFields>, Problem> {
    let known = trainings::within_reach(tx, &scope.area, id).await?;
    match &known {
        None => errors.push(FieldError::at("/training_id", &codes::UNKNOWN_RECORD)),
        Some(known) if known.status != TrainingStatus::Published => {
            errors.push(FieldError::at("/training_id", &codes::NOT_ACTIVE));
        }
        Some(_) => {}
    }
    Ok(known)
}

/// A session as it begins. Check-in opens half an hour before, and closes a quarter of an hour after its beginning.
fn session(scope: &Authorized<TrainingSessions>, training: &TrainingFields, new: NewTrainingSession) -> TrainingSessionFields {
    TrainingSessionFields {
        id: Uuid::now_v7(),
        jurisdiction: training.jurisdiction,
        training_id: training.id,
        title: training.title.clone(),
        series_id: None,
        recurrence: None,
        status: TrainingSessionStatus::Scheduled,
        starts_at: new.starts_at,
        ends_at: new.ends_at,
        place: new.place,
        teacher: new.teacher,
        capacity: new.capacity,
        check_in_opens_at: new.check_in_opens_at.unwrap_or(new.starts_at - TimeDelta::minutes(30)),
        check_in_closes_at: new.check_in_closes_at.unwrap_or(new.starts_at + TimeDelta::minutes(15)),
        reason: None,
        version: 1,
        created_at: scope.now,
        updated_at: scope.now,
        confirmed_count: 0,
        waiting_count: 0,
        settled: false,
        created_by: scope.actor.caller.clone(),
    }
}
