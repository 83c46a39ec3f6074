//! How certificates are issued, taken back and renewed.

use aws_lc_rs::rand;
use chrono::Months;
use uuid::Uuid;

use super::model::{Certificate, CertificateFields, CertificateStage, Renewal};
use super::store;
use crate::access::policy::resource::Certificates;
use crate::access::scope::Authorized;
use crate::calendar::civil_date;
use crate::changes::lifecycle::next_actions;
use crate::changes::record::also;
use crate::changes::write::{Record, Tx};
use crate::db::number;
use crate::http::codes;
use crate::http::problem::{Problem, refused};
use crate::resources::learners::store as learners;
use crate::resources::training_enrollments::model::TrainingEnrollmentFields;
use crate::resources::training_enrollments::rules as enrollments;
use crate::resources::training_enrollments::states::TrainingEnrollmentStatus;
use crate::resources::training_enrollments::store as enrollment_store;
use crate::resources::training_sessions::store as sessions;
use crate::resources::trainings::model::TrainingFields;

/// The certificate as the caller sees it.
pub fn view(scope: &Authorized<Certificates>, fields: CertificateFields) -> Certificate {
    Certificate { status: fields.status_on(scope.today()), next_actions: next_actions(scope, &fields), fields }
}

/// A code that nobody guesses: 128 random bits.
fn secret_code() -> Result<String, Problem> {
    let mut bytes = [0; 16];
    rand::fill(&mut bytes).map_err(Problem::internal)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Issues the certificate that an enrollment has earned, in the place of those that the learner holds of the course, or
/// takes back what it has not earned. The enrollment has come to its end.
pub async fn follow(
    tx: &Tx,
    scope: &Authorized<Certificates>,
    enrollment: &TrainingEnrollmentFields,
    training: &TrainingFields,
) -> Result<Vec<Record>, Problem> {
    let held = store::held(tx, enrollment.learner_id, enrollment.training_id).await?;
    let earned = enrollment.status == TrainingEnrollmentStatus::Passed;
    let own = held.iter().find(|known| known.enrollment_id == enrollment.id);
    match (earned, own) {
        (true, Some(_)) => Ok(Vec::new()),
        // It came to nothing: another renewal can be asked for.
        (false, None) => {
            let ended = held.iter().find(|known| known.renewal_id == Some(enrollment.id));
            let Some(ended) = ended else { return Ok(Vec::new()) };
            Ok(vec![also(tx, scope.now, ended, |known| known.renewal_id = None).await?])
        }
        (false, Some(own)) => {
            let revoked = also(tx, scope.now, own, |own| {
                (own.stage, own.revoked_on) = (CertificateStage::Revoked, Some(scope.today()));
                own.reason = Some("培训结果已更正".to_owned());
            });
            let mut told = vec![revoked.await?];
            // What it had taken the place of holds again.
            let others = held.iter().filter(|known| known.id != own.id);
            let last = others.max_by_key(|known| (known.expires_on.is_none(), known.expires_on));
            if let Some(last) = last.filter(|last| last.stage == CertificateStage::Renewed) {
                told.push(also(tx, scope.now, last, |known| known.stage = CertificateStage::Issued).await?);
            }
            Ok(told)
        }
        (true, None) => {
            let mut certificate = issued(tx, scope, enrollment, training).await?;
            let mut told = Vec::new();
            for old in held.iter().filter(|old| old.stage == CertificateStage::Issued) {
                if holds_longer(old, &certificate) {
                    certificate.stage = CertificateStage::Renewed;
                } else {
                    told.push(also(tx, scope.now, old, |old| old.stage = CertificateStage::Renewed).await?);
                }
            }
            store::insert(tx, &certificate).await?;
            told.push(Record::of(None, &certificate)?);
            Ok(told)
        }
    }
}

/// True when one certificate ends after the other.
fn holds_longer(one: &CertificateFields, other: &CertificateFields) -> bool {
    match (one.expires_on, other.expires_on) {
        (_, None) => false,
        (None, Some(_)) => true,
        (Some(one), Some(other)) => one > other,
    }
}

/// A certificate where the learner works now. It holds from the day on which the course was held.
async fn issued(
    tx: &Tx,
    scope: &Authorized<Certificates>,
    enrollment: &TrainingEnrollmentFields,
    training: &TrainingFields,
) -> Result<CertificateFields, Problem> {
    let learner = learners::known(tx, enrollment.learner_id).await?;
    let held_on = civil_date(sessions::known(tx, enrollment.session_id).await?.starts_at);
    let months = training.certificate_months.and_then(|months| u32::try_from(months).ok());
    Ok(CertificateFields {
        id: Uuid::now_v7(),
        number: number::next(tx.connection(), "certificate_numbers", 'C').await?,
        jurisdiction: learner.jurisdiction,
        code: secret_code()?,
        learner_id: enrollment.learner_id,
        holder_name: learner.name,
        enrollment_id: enrollment.id,
        training_id: training.id,
        title: training.title.clone(),
        hours: enrollment.hours,
        issued_on: scope.today(),
        expires_on: months.and_then(|months| held_on.checked_add_months(Months::new(months))?.pred_opt()),
        stage: CertificateStage::Issued,
        revoked_on: None,
        reason: None,
        renewal_id: None,
        version: 1,
        created_at: scope.now,
        updated_at: scope.now,
        subject: learner.subject,
        created_by: scope.actor.caller.clone(),
    })
}

/// Enrolls the holder in a session of the same course.
pub async fn renew(
    tx: &Tx,
    scope: &Authorized<Certificates>,
    certificate: &mut CertificateFields,
    renewal: &Renewal,
) -> Result<Vec<Record>, Problem> {
    match sessions::locked(tx, renewal.session_id).await? {
        Some(session) if session.training_id == certificate.training_id => {}
        _ => return refused("/session_id", &codes::UNKNOWN_RECORD),
    }
    // Whoever enrolled by themselves is renewing it already.
    if let Some(known) = enrollment_store::open_of(tx, renewal.session_id, certificate.learner_id).await? {
        certificate.renewal_id = Some(known);
        return Ok(Vec::new());
    }
    let (ids, learner) = ((Uuid::now_v7(), renewal.session_id), (Some(certificate.learner_id), "/session_id"));
    let enrollment = enrollments::enroll(tx, scope, ids, learner, false).await?;
    certificate.renewal_id = Some(enrollment.id);
    Ok(vec![Record::of(None, &enrollment)?])
}
