//! What an enrollment means for the organization or the estate.

use chrono::NaiveDate;
use uuid::Uuid;

use super::model::{EnrollmentStatus, GridEnrollmentFields, NewGridEnrollment};
use super::store;
use crate::access::authority::Authority;
use crate::access::code::{JurisdictionCode, Level};
use crate::access::policy::resource::GridEnrollments;
use crate::access::scope::Authorized;
use crate::changes::record::{Stored, also, id_or_new};
use crate::changes::write::{Record, Tx};
use crate::http::codes;
use crate::http::problem::{FieldError, Problem};
use crate::resources::estates::store as estates;
use crate::resources::organizations::model::OrganizationStatus;
use crate::resources::organizations::store as organizations;

/// Invites into a grid unit within the caller's reach.
pub async fn invite(
    tx: &Tx,
    scope: &Authorized<GridEnrollments>,
    new: NewGridEnrollment,
) -> Result<GridEnrollmentFields, Problem> {
    let mut errors = scope.day_faults("/invited_on", new.invited_on, None);
    let id = id_or_new(new.id, &mut errors);
    if new.jurisdiction.level() != Level::Grid {
        errors.push(FieldError::at("/jurisdiction", &codes::WRONG_LEVEL).with("levels", vec!["grid"]));
    } else if !scope.extent.covers(&new.jurisdiction) {
        errors.push(FieldError::at("/jurisdiction", &codes::UNKNOWN_JURISDICTION));
    } else {
        errors.extend(wrong_guest(tx, scope, &new).await?);
    }
    Problem::unless_right(errors)?;
    let record = GridEnrollmentFields {
        id,
        jurisdiction: new.jurisdiction,
        organization_id: new.organization_id,
        estate_id: new.estate_id,
        status: EnrollmentStatus::Invited,
        invited_on: new.invited_on,
        joined_on: None,
        left_on: None,
        reason: None,
        version: 1,
        created_at: scope.now,
        updated_at: scope.now,
        created_by: scope.actor.caller.clone(),
    };
    store::insert(tx, &record).await?;
    Ok(record)
}

/// One guest, not two: an organization that is there, or an estate of the same community.
async fn wrong_guest(
    tx: &Tx,
    scope: &Authorized<GridEnrollments>,
    new: &NewGridEnrollment,
) -> Result<Option<FieldError>, Problem> {
    let wrong = |place: &'static str, rule| Ok(Some(FieldError::at(place, rule)));
    match (new.organization_id, new.estate_id) {
        (None, None) => wrong("/organization_id", &codes::REQUIRED),
        (Some(_), Some(_)) => wrong("/estate_id", &codes::NOT_APPLICABLE),
        (Some(id), None) => match organizations::named(tx, scope, &[id], new.jurisdiction).await?.pop() {
            None => wrong("/organization_id", &codes::UNKNOWN_RECORD),
            Some(found) if found.status == OrganizationStatus::Dissolved => wrong("/organization_id", &codes::DISSOLVED),
            Some(_) => Ok(None),
        },
        (None, Some(id)) => match estates::named(tx, scope, id).await? {
            None => wrong("/estate_id", &codes::UNKNOWN_RECORD),
            Some(estate) if estate.jurisdiction.at(Level::Community) != new.jurisdiction.at(Level::Community) => {
                let community = new.jurisdiction.at(Level::Community).map(|code| code.to_string());
                Ok(Some(FieldError::at("/estate_id", &codes::WRONG_PLACE).with("jurisdiction", community)))
            }
            Some(_) => Ok(None),
        },
    }
}

/// The guest joins: the organization counts one more unit, the estate stands in the unit.
pub async fn join(
    tx: &Tx,
    scope: &Authority,
    enrollment: &mut GridEnrollmentFields,
    day: NaiveDate,
) -> Result<Vec<Record>, Problem> {
    enrollment.joined_on = Some(day);
    tell_guest(tx, scope, enrollment, 1, enrollment.jurisdiction).await
}

/// The guest leaves: the organization counts one unit less, the estate stands in its community again.
pub async fn leave(
    tx: &Tx,
    scope: &Authority,
    enrollment: &mut GridEnrollmentFields,
    day: NaiveDate,
    reason: String,
) -> Result<Vec<Record>, Problem> {
    enrollment.left_on = Some(day);
    enrollment.reason = Some(reason);
    if enrollment.joined_on.is_none() {
        return Ok(Vec::new());
    }
    let community = enrollment.jurisdiction.at(Level::Community).unwrap_or(enrollment.jurisdiction);
    tell_guest(tx, scope, enrollment, -1, community).await
}

/// Ends an enrollment because its unit or its place ends, not before it began; gives it back as it is then.
pub async fn end(
    tx: &Tx,
    scope: &Authority,
    enrollment: &GridEnrollmentFields,
    day: NaiveDate,
    reason: &str,
) -> Result<(GridEnrollmentFields, Vec<Record>), Problem> {
    let mut left = enrollment.clone();
    let day = left.joined_on.map_or(day, |joined| joined.max(day));
    let mut records = leave(tx, scope, &mut left, day, reason.to_owned()).await?;
    left.status = EnrollmentStatus::Left;
    left.save(tx, scope.now).await?;
    records.push(Record::of(Some(enrollment), &left)?);
    Ok((left, records))
}

async fn tell_guest(
    tx: &Tx,
    scope: &Authority,
    enrollment: &GridEnrollmentFields,
    more_units: i32,
    place: JurisdictionCode,
) -> Result<Vec<Record>, Problem> {
    let mut records = Vec::new();
    if let Some(id) = enrollment.organization_id {
        let organization = organizations::locked(tx, id).await?;
        records.push(also(tx, scope.now, &organization, |known| known.grid_unit_count += more_units).await?);
    }
    if let Some(id) = enrollment.estate_id {
        let estate = estates::locked(tx, id).await?;
        records.push(also(tx, scope.now, &estate, |estate| estate.jurisdiction = place).await?);
    }
    Ok(records)
}

/// The guest who left a unit joins another one the same day: by its invitation there, or by a new enrollment.
pub async fn move_on(
    tx: &Tx,
    scope: &Authority,
    left: &GridEnrollmentFields,
    invited: Option<&GridEnrollmentFields>,
    unit: JurisdictionCode,
) -> Result<Vec<Record>, Problem> {
    let day = left.left_on.unwrap_or_else(|| scope.today());
    let mut joined = match invited {
        Some(invited) => invited.clone(),
        None => GridEnrollmentFields {
            id: Uuid::now_v7(),
            jurisdiction: unit,
            left_on: None,
            reason: None,
            version: 1,
            created_at: scope.now,
            updated_at: scope.now,
            ..left.clone()
        },
    };
    joined.status = EnrollmentStatus::Joined;
    joined.joined_on = Some(day.max(joined.invited_on));
    if invited.is_some() {
        joined.save(tx, scope.now).await?;
    } else {
        store::insert(tx, &joined).await?;
    }
    let mut records = tell_guest(tx, scope, &joined, 1, unit).await?;
    records.push(Record::of(invited, &joined)?);
    Ok(records)
}
