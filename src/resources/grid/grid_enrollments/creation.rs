//! What an enrollment means for the organization or the estate.

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use super::model::{EnrollmentStatus, GridEnrollmentFields, NewGridEnrollment};
use super::store;
use crate::access::authority::Authority;
use crate::access::code::{JurisdictionCode, Level};
use crate::access::permissions::resource::GridEnrollments;
use crate::access::scope::Authorized;
use crate::changes::record::{Related, id_or_new};
use crate::changes::write::{Record, Tx};
use crate::http::codes;
use crate::http::problem::{FieldError, Problem};
use crate::resources::parties::organizations::model::{OrganizationFields, OrganizationStatus};
use crate::resources::parties::organizations::store as organizations;
use crate::resources::places::estates::model::EstateFields;
use crate::resources::places::estates::store as estates;

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
    } else if !scope.area.covers(&new.jurisdiction) {
        errors.push(FieldError::at("/jurisdiction", &codes::UNKNOWN_JURISDICTION));
    } else {
        errors.extend(wrong_guest(tx, scope, &new).await?);
    }
    Problem::fail_if_any(errors)?;
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

/// What is enrolled: an organization counts its units, an estate stands in one.
#[derive(Clone, Debug, Default)]
pub struct Member {
    organization: Option<Related<OrganizationFields>>,
    estate: Option<Related<EstateFields>>,
}

impl Member {
    /// The organization or the estate of an enrollment, locked.
    pub async fn lock(tx: &Tx, enrollment: &GridEnrollmentFields) -> Result<Self, Problem> {
        let organization = match enrollment.organization_id {
            Some(id) => Some(Related::new(&organizations::locked(tx, id).await?, |_| {})),
            None => None,
        };
        let estate = match enrollment.estate_id {
            Some(id) => Some(Related::new(&estates::locked(tx, id).await?, |_| {})),
            None => None,
        };
        Ok(Self { organization, estate })
    }

    /// The organization counts one more unit, the estate stands in the unit.
    pub fn joins(&self, unit: JurisdictionCode) -> Self {
        self.changed(1, unit)
    }

    /// The organization counts one unit less, the estate stands in its community again.
    pub fn leaves(&self, community: JurisdictionCode) -> Self {
        self.changed(-1, community)
    }

    fn changed(&self, more_units: i32, place: JurisdictionCode) -> Self {
        let mut changed = self.clone();
        changed.organization.iter_mut().for_each(|known| known.after.grid_unit_count += more_units);
        changed.estate.iter_mut().for_each(|known| known.after.jurisdiction = place);
        changed
    }

    pub async fn store(self, tx: &Tx, now: DateTime<Utc>) -> Result<Vec<Record>, Problem> {
        let mut records = Vec::new();
        if let Some(organization) = self.organization {
            records.push(organization.store(tx, now).await?);
        }
        if let Some(estate) = self.estate {
            records.push(estate.store(tx, now).await?);
        }
        Ok(records)
    }
}

/// Ends an enrollment because its unit or its place ends, not before it began; gives it back as it is then. An estate
/// stands in the place given from then on.
pub async fn end(
    tx: &Tx,
    who: &Authority,
    enrollment: &GridEnrollmentFields,
    (day, reason): (NaiveDate, &str),
    place: JurisdictionCode,
) -> Result<(GridEnrollmentFields, Vec<Record>), Problem> {
    let left = Related::new(enrollment, |left| {
        left.left_on = Some(left.joined_on.map_or(day, |joined| joined.max(day)));
        (left.status, left.reason) = (EnrollmentStatus::Left, Some(reason.to_owned()));
    });
    let mut records = Vec::new();
    if enrollment.joined_on.is_some() {
        records.extend(Member::lock(tx, enrollment).await?.leaves(place).store(tx, who.now).await?);
    }
    let (after, record) = left.stored(tx, who.now).await?;
    records.push(record);
    Ok((after, records))
}

/// The member who left a unit joins another one the same day: by its invitation there, or by a new enrollment.
pub async fn move_on(
    tx: &Tx,
    who: &Authority,
    left: &GridEnrollmentFields,
    invited: Option<&GridEnrollmentFields>,
    unit: JurisdictionCode,
) -> Result<Vec<Record>, Problem> {
    let day = left.left_on.unwrap_or_else(|| who.today());
    let join = |joined: &mut GridEnrollmentFields| {
        joined.status = EnrollmentStatus::Joined;
        joined.joined_on = Some(day.max(joined.invited_on));
    };
    let (enrolled, record) = match invited {
        Some(invited) => (invited.clone(), Related::new(invited, join).store(tx, who.now).await?),
        None => {
            let mut new = GridEnrollmentFields {
                id: Uuid::now_v7(),
                jurisdiction: unit,
                left_on: None,
                reason: None,
                version: 1,
                created_at: who.now,
                updated_at: who.now,
                ..left.clone()
            };
            join(&mut new);
            store::insert(tx, &new).await?;
            let record = Record::of(None, &new)?;
            (new, record)
        }
    };
    let mut records = Member::lock(tx, &enrolled).await?.joins(unit).store(tx, who.now).await?;
    records.push(record);
    Ok(records)
}
