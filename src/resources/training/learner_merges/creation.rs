//! How two entries of one person become one.

use chrono::Datelike;
use uuid::Uuid;

use super::model::{LearnerMerge, NewLearnerMerge};
use super::store;
use crate::access::authority::Authority;
use crate::access::permissions::resource::LearnerMerges;
use crate::access::privacy::phone_digits;
use crate::access::scope::Authorized;
use crate::calendar::civil_date;
use crate::changes::record::{Related, id_or_new};
use crate::changes::write::{Record, Tx};
use crate::http::codes;
use crate::http::normal_form::folded;
use crate::http::problem::{FieldError, Problem};
use crate::resources::mediation::mediators::model::MediatorFields;
use crate::resources::mediation::mediators::store as mediators;
use crate::resources::training::certificates::model::{CertificateFields, CertificateStage};
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
    Problem::fail_if_any(clash(&seats, into.id))?;
    let Shared { twice, goes_back, stays } = Shared::of(&seats, into.id);
    let become_one = Related::new(into, |into| {
        into.take_over(other);
        twice.iter().for_each(|(year, hours)| into.hours.add(*year, -hours));
    });
    let moved = Moved::of(tx, (into, other), seats, goes_back, &stays).await?;
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
    records.extend(moved.go_to(tx, scope, (&into, other)).await?);
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
    } else if let Some((into, other)) = into.zip(other) {
        errors.extend(person_fault(into, other));
    }
    Problem::fail_if_any(errors)?;
    into.zip(other).map(|(into, other)| (id, into, other)).ok_or_else(|| Problem::internal("a learner is missing"))
}

/// The same name and number, and not two sign-ins: whoever thinks otherwise corrects the entries first.
fn person_fault(into: &LearnerFields, other: &LearnerFields) -> Option<FieldError> {
    let key = |one: &LearnerFields| (folded(&one.name), one.phone.as_deref().map(phone_digits));
    let two = into.subject.is_some() && other.subject.is_some() && into.subject != other.subject;
    match () {
        () if key(into) != key(other) || into.phone.is_none() => Some(FieldError::at("/learner_id", &codes::NOT_ALIKE)),
        () if two => Some(FieldError::at("/learner_id", &codes::TWO_SUBJECTS)),
        () => None,
    }
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

/// What two entries have of the same sessions: one seat in each is enough.
#[derive(Default)]
struct Shared {
    /// Hours that both have for one session, with their year.
    twice: Vec<(i32, i32)>,
    /// Seats of the entry that stays which the other one keeps, since its own in that session is worth more.
    goes_back: Vec<TrainingEnrollmentFields>,
    /// Seats of the other entry that stay with it.
    stays: Vec<Uuid>,
}

impl Shared {
    fn of(seats: &[Shown], into: Uuid) -> Self {
        let mut shared = Self::default();
        for (theirs, times) in seats.iter().filter(|(seat, _)| seat.learner_id != into) {
            let same = |seat: &TrainingEnrollmentFields| seat.learner_id == into && seat.session_id == theirs.session_id;
            let Some((ours, _)) = seats.iter().find(|(seat, _)| same(seat) && takes_part(seat)) else { continue };
            if !takes_part(theirs) {
                continue;
            }
            shared.twice.push((civil_date(times.starts_at).year(), ours.hours.min(theirs.hours)));
            if theirs.hours > ours.hours {
                shared.goes_back.push(ours.clone());
            } else {
                shared.stays.push(theirs.id);
            }
        }
        shared
    }
}

/// False for a seat that somebody has given up.
fn takes_part(seat: &TrainingEnrollmentFields) -> bool {
    !matches!(seat.status, TrainingEnrollmentStatus::Cancelled | TrainingEnrollmentStatus::Excused)
}

/// Both took part at the same time in two sessions, or are to: nobody earns more hours than there were. Of two seats in a
/// session that is not over one is given up first, so that somebody else can have it.
fn clash(seats: &[Shown], one: Uuid) -> Option<FieldError> {
    let counts = |seat: &TrainingEnrollmentFields| seat.hours > 0 || seat.settled_at.is_none() && takes_part(seat);
    let (of_one, of_other): (Vec<_>, Vec<_>) =
        seats.iter().filter(|(seat, _)| counts(seat)).partition(|(seat, _)| seat.learner_id == one);
    let pairs = || of_one.iter().flat_map(|one| of_other.iter().map(move |other| (one, other)));
    let mut shared = pairs().filter(|((one, _), (other, _))| one.session_id == other.session_id);
    let mut apart = pairs().filter(|((one, _), (other, _))| one.session_id != other.session_id);
    if shared.any(|((one, _), (other, _))| one.settled_at.is_none() && other.settled_at.is_none()) {
        return Some(FieldError::at("/learner_id", &codes::ENROLLED));
    }
    let meanwhile = apart.any(|((_, at), (_, then))| at.starts_at < then.ends_at && then.starts_at < at.ends_at);
    meanwhile.then(|| FieldError::at("/learner_id", &codes::ELSEWHERE_THEN))
}

/// What belongs to an entry.
struct Moved {
    seats: Vec<TrainingEnrollmentFields>,
    /// What the other entry keeps in their place.
    goes_back: Vec<TrainingEnrollmentFields>,
    certificates: Vec<CertificateFields>,
    /// Certificates of a session for which the person keeps another one.
    surplus: Vec<CertificateFields>,
    mediators: Vec<MediatorFields>,
}

impl Moved {
    /// Everything of an entry but the seats that stay with it.
    async fn of(
        tx: &Tx,
        (into, other): (&LearnerFields, &LearnerFields),
        seats: Vec<Shown>,
        goes_back: Vec<TrainingEnrollmentFields>,
        stays: &[Uuid],
    ) -> Result<Self, Problem> {
        let goes = |one: &TrainingEnrollmentFields| one.learner_id == other.id && !stays.contains(&one.id);
        let certificates = certificates::of_learner(tx, other.id).await?;
        let (mut surplus, certificates): (Vec<_>, Vec<_>) =
            certificates.into_iter().partition(|one| stays.contains(&one.enrollment_id));
        let of_into = certificates::of_learner(tx, into.id).await?;
        surplus.extend(of_into.into_iter().filter(|one| goes_back.iter().any(|seat| seat.id == one.enrollment_id)));
        surplus.retain(|one| one.stage != CertificateStage::Revoked);
        Ok(Self {
            seats: seats.into_iter().map(|(seat, _)| seat).filter(goes).collect(),
            goes_back,
            certificates,
            surplus,
            mediators: mediators::of_learner(tx, other.id).await?,
        })
    }

    async fn go_to(
        &self,
        tx: &Tx,
        scope: &Authorized<LearnerMerges>,
        (into, other): (&LearnerFields, &LearnerFields),
    ) -> Result<Vec<Record>, Problem> {
        let given = |seat: &TrainingEnrollmentFields, to: &LearnerFields| {
            Related::new(seat, |seat| {
                (seat.learner_id, seat.learner_name) = (to.id, to.name.clone());
                (seat.subject, seat.linked_subjects) = (to.subject.clone(), to.linked_subjects.clone());
            })
        };
        // Where seats change places, the first ones make room: both are given up for a moment.
        enrollments::make_room(tx, &self.goes_back).await?;
        let seats = self.seats.iter().map(|seat| given(seat, into));
        let certificates = self
            .certificates
            .iter()
            .map(|one| Related::new(one, |one| (one.learner_id, one.subject) = (into.id, into.subject.clone())));
        let surplus = self.surplus.iter().map(|one| Related::new(one, |one| one.give_up(scope.today())));
        let mediators = self.mediators.iter().map(|one| Related::new(one, |one| one.learner_id = Some(into.id)));
        let mut records = Related::store_all(seats.collect(), tx, scope.now).await?;
        let back = self.goes_back.iter().map(|seat| given(seat, other));
        records.extend(Related::store_all(back.collect(), tx, scope.now).await?);
        records.extend(Related::store_all(certificates.collect(), tx, scope.now).await?);
        records.extend(Related::store_all(surplus.collect(), tx, scope.now).await?);
        records.extend(Related::store_all(mediators.collect(), tx, scope.now).await?);
        Ok(records)
    }
}
