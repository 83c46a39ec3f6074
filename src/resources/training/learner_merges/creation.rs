//! How two entries of one person become one.

use uuid::Uuid;

use super::model::{LearnerMerge, NewLearnerMerge};
use super::store;
use crate::access::authority::Authority;
use crate::access::permissions::resource::LearnerMerges;
use crate::access::scope::Authorized;
use crate::changes::record::{Related, id_or_new};
use crate::changes::write::{Record, Tx};
use crate::http::codes;
use crate::http::problem::{FieldError, Problem};
use crate::resources::mediation::mediators::model::MediatorFields;
use crate::resources::mediation::mediators::store as mediators;
use crate::resources::training::certificates::model::CertificateFields;
use crate::resources::training::certificates::store as certificates;
use crate::resources::training::learners::model::{LearnerFields, LearnerStatus};
use crate::resources::training::learners::store as learners;
use crate::resources::training::training_enrollments::model::TrainingEnrollmentFields;
use crate::resources::training::training_enrollments::states::TrainingEnrollmentStatus;
use crate::resources::training::training_enrollments::store::{self as enrollments, Shown};

/// Merges two entries; tells what changed with them.
pub async fn merge(
    tx: &Tx,
    scope: &Authorized<LearnerMerges>,
    new: NewLearnerMerge,
) -> Result<(LearnerMerge, Vec<Record>), Problem> {
    let found = learners::both(tx, scope, [new.into_id, new.learner_id]).await?;
    let (id, into, other) = named(scope, &new, &found)?;
    let seats = enrollments::of_both(tx, [into.id, other.id]).await?;
    if clash(&seats, into.id) {
        return Err(Problem::invalid(vec![FieldError::at("/learner_id", &codes::ELSEWHERE_THEN)]));
    }
    let become_one = Related::new(into, |into| into.take_over(other));
    let moved = Moved {
        seats: seats.into_iter().map(|(seat, _)| seat).filter(|seat| seat.learner_id == other.id).collect(),
        certificates: certificates::of_learner(tx, other.id).await?,
        mediators: mediators::of_learner(tx, other.id).await?,
    };
    let record = LearnerMerge {
        id,
        jurisdiction: into.jurisdiction,
        into_id: into.id,
        learner_id: other.id,
        reason: new.reason,
        enrollment_count: i32::try_from(moved.seats.len()).map_err(Problem::internal)?,
        certificate_count: i32::try_from(moved.certificates.len()).map_err(Problem::internal)?,
        version: 1,
        created_at: scope.now,
        updated_at: scope.now,
        created_by: scope.actor.caller.clone(),
    };
    let (into, told) = become_one.stored(tx, scope.now).await?;
    let mut records = vec![told];
    records.extend(moved.go_to(tx, scope, &into).await?);
    let merged = Related::new(other, |other| {
        (other.status, other.left_on) = (LearnerStatus::Merged, Some(scope.today()));
        (other.merged_into_id, other.subject) = (Some(into.id), None);
    });
    records.push(merged.store(tx, scope.now).await?);
    store::insert(tx, &record).await?;
    Ok((record, records))
}

/// The id of the merge, and the two entries that it names.
fn named<'a>(
    who: &Authority,
    new: &NewLearnerMerge,
    found: &'a [LearnerFields],
) -> Result<(Uuid, &'a LearnerFields, &'a LearnerFields), Problem> {
    let mut errors = Vec::new();
    let id = id_or_new(new.id, &mut errors);
    let entry = |id: Uuid| found.iter().find(|learner| learner.id == id);
    let (into, other) = (entry(new.into_id), entry(new.learner_id));
    errors.extend(learner_fault(who.actor.caller.as_str(), into, "/into_id"));
    errors.extend(learner_fault(who.actor.caller.as_str(), other, "/learner_id"));
    if new.into_id == new.learner_id {
        errors.push(FieldError::at("/learner_id", &codes::DUPLICATE_ITEM));
    }
    Problem::fail_if_any(errors)?;
    into.zip(other).map(|(into, other)| (id, into, other)).ok_or_else(|| Problem::internal("a learner is missing"))
}

/// An active entry that the caller oversees, and that is not they themselves.
fn learner_fault(caller: &str, learner: Option<&LearnerFields>, place: &'static str) -> Option<FieldError> {
    match learner {
        None => Some(FieldError::at(place, &codes::UNKNOWN_RECORD)),
        Some(learner) if learner.status != LearnerStatus::Active => Some(FieldError::at(place, &codes::NOT_ACTIVE)),
        Some(learner) if learner.is(caller) => Some(FieldError::at(place, &codes::OWN_MATTER)),
        Some(_) => None,
    }
}

/// True where both took part at the same time, or are to: nobody earns more hours than there were.
fn clash(seats: &[Shown], one: Uuid) -> bool {
    let counts = |seat: &TrainingEnrollmentFields| {
        use TrainingEnrollmentStatus::{Cancelled, Excused};
        seat.hours > 0 || seat.settled_at.is_none() && !matches!(seat.status, Cancelled | Excused)
    };
    let (of_one, of_other): (Vec<_>, Vec<_>) =
        seats.iter().filter(|(seat, _)| counts(seat)).partition(|(seat, _)| seat.learner_id == one);
    of_one.iter().any(|(_, at)| of_other.iter().any(|(_, then)| at.starts_at < then.ends_at && then.starts_at < at.ends_at))
}

/// What belongs to an entry.
struct Moved {
    seats: Vec<TrainingEnrollmentFields>,
    certificates: Vec<CertificateFields>,
    mediators: Vec<MediatorFields>,
}

impl Moved {
    async fn go_to(&self, tx: &Tx, scope: &Authorized<LearnerMerges>, into: &LearnerFields) -> Result<Vec<Record>, Problem> {
        let seats = self.seats.iter().map(|seat| {
            Related::new(seat, |seat| {
                (seat.learner_id, seat.learner_name) = (into.id, into.name.clone());
                (seat.subject, seat.linked_subjects) = (into.subject.clone(), into.linked_subjects.clone());
            })
        });
        let certificates = self
            .certificates
            .iter()
            .map(|one| Related::new(one, |one| (one.learner_id, one.subject) = (into.id, into.subject.clone())));
        let mediators = self.mediators.iter().map(|one| Related::new(one, |one| one.learner_id = Some(into.id)));
        let mut records = Related::store_all(seats.collect(), tx, scope.now).await?;
        records.extend(Related::store_all(certificates.collect(), tx, scope.now).await?);
        records.extend(Related::store_all(mediators.collect(), tx, scope.now).await?);
        Ok(records)
    }
}
