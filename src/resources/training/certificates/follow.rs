//! How certificates follow from results.

use chrono::NaiveDate;

use super::model::{CertificateFields, CertificateStage};
use crate::changes::record::Related;
use crate::resources::training::training_enrollments::model::TrainingEnrollmentFields;
use crate::resources::training::training_enrollments::states::TrainingEnrollmentStatus;

/// What follows from a result.
#[derive(Debug)]
pub enum Consequence {
    Issue(Box<CertificateFields>),
    Change(Related<CertificateFields>),
}

/// Issues the certificate that an enrollment has earned, in the place of those that the learner holds of the course, or
/// takes back what it has not earned. The enrollment has come to its end; `new` is the certificate, where it earns one.
pub fn follow(
    enrollment: &TrainingEnrollmentFields,
    held: &[CertificateFields],
    new: Option<CertificateFields>,
    today: NaiveDate,
) -> Vec<Consequence> {
    if let Some(new) = new {
        return issue(new, held);
    }
    let own = held.iter().find(|known| known.enrollment_id == enrollment.id);
    match (enrollment.status == TrainingEnrollmentStatus::Passed, own) {
        (true, _) => Vec::new(),
        // It came to nothing: another renewal can be asked for.
        (false, None) => {
            let ended = held.iter().filter(|known| known.renewal_id == Some(enrollment.id)).take(1);
            ended.map(|known| change(known, |known| known.renewal_id = None)).collect()
        }
        (false, Some(own)) => take_back(own, held, today),
    }
}

/// True when an enrollment has earned a certificate that was not issued yet.
pub fn earns_one(enrollment: &TrainingEnrollmentFields, held: &[CertificateFields]) -> bool {
    let issued = held.iter().any(|known| known.enrollment_id == enrollment.id);
    enrollment.status == TrainingEnrollmentStatus::Passed && !issued
}

fn change(known: &CertificateFields, by: impl FnOnce(&mut CertificateFields)) -> Consequence {
    Consequence::Change(Related::new(known, by))
}

/// What it had taken the place of holds again.
fn take_back(own: &CertificateFields, held: &[CertificateFields], today: NaiveDate) -> Vec<Consequence> {
    let revoked = change(own, |own| {
        (own.stage, own.revoked_on) = (CertificateStage::Revoked, Some(today));
        own.reason = Some("培训结果已更正".to_owned());
    });
    let others = held.iter().filter(|known| known.id != own.id);
    let last = others.max_by_key(|known| (known.expires_on.is_none(), known.expires_on));
    let renewed = last.filter(|last| last.stage == CertificateStage::Renewed);
    let restored = renewed.map(|last| change(last, |last| last.stage = CertificateStage::Issued));
    [revoked].into_iter().chain(restored).collect()
}

/// The one that holds longest counts.
fn issue(mut new: CertificateFields, held: &[CertificateFields]) -> Vec<Consequence> {
    let mut all = Vec::new();
    for old in held.iter().filter(|old| old.stage == CertificateStage::Issued) {
        if holds_longer(old, &new) {
            new.stage = CertificateStage::Renewed;
        } else {
            all.push(change(old, |old| old.stage = CertificateStage::Renewed));
        }
    }
    all.push(Consequence::Issue(Box::new(new)));
    all
}

/// True when one certificate ends after the other.
fn holds_longer(one: &CertificateFields, other: &CertificateFields) -> bool {
    match (one.expires_on, other.expires_on) {
        (_, None) => false,
        (None, Some(_)) => true,
        (Some(one), Some(other)) => one > other,
    }
}
