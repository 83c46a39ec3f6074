//! How certificates are issued, taken back and renewed.

use aws_lc_rs::rand;
use chrono::Months;
use uuid::Uuid;

use super::model::{Certificate, CertificateFields, CertificateStage, Renewal};
use super::store;
use crate::access::policy::ActionTag;
use crate::access::policy::resource::Certificates;
use crate::access::scope::Scope;
use crate::changes::lifecycle::next_actions;
use crate::changes::record::also;
use crate::changes::write::{Record, Tx};
use crate::db::number;
use crate::http::codes;
use crate::http::problem::{Problem, refused};
use crate::resources::training_enrollments::model::TrainingEnrollmentFields;
use crate::resources::training_enrollments::rules as enrollments;
use crate::resources::training_enrollments::states::TrainingEnrollmentStatus;
use crate::resources::training_sessions::store as sessions;
use crate::resources::trainings::model::TrainingFields;

/// The certificate as the caller sees it.
pub fn view<A: ActionTag>(scope: &Scope<A, Certificates>, fields: CertificateFields) -> Certificate {
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
pub async fn follow<A: ActionTag>(
    tx: &Tx,
    scope: &Scope<A, Certificates>,
    enrollment: &TrainingEnrollmentFields,
    training: &TrainingFields,
) -> Result<Vec<Record>, Problem> {
    let held = store::held(tx, enrollment.learner_id, enrollment.training_id).await?;
    let earned = enrollment.status == TrainingEnrollmentStatus::Passed;
    let own = held.iter().find(|known| known.enrollment_id == enrollment.id);
    let today = scope.today();
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
                (own.stage, own.revoked_on) = (CertificateStage::Revoked, Some(today));
                own.reason = Some("培训结果已更正".to_owned());
            });
            Ok(vec![revoked.await?])
        }
        (true, None) => {
            let mut told = Vec::new();
            for old in held.iter().filter(|old| old.stage == CertificateStage::Issued) {
                told.push(also(tx, scope.now, old, |old| old.stage = CertificateStage::Renewed).await?);
            }
            let certificate = issued(tx, scope, enrollment, training).await?;
            store::insert(tx, &certificate).await?;
            told.push(Record::of(None, &certificate)?);
            Ok(told)
        }
    }
}

async fn issued<A: ActionTag>(
    tx: &Tx,
    scope: &Scope<A, Certificates>,
    enrollment: &TrainingEnrollmentFields,
    training: &TrainingFields,
) -> Result<CertificateFields, Problem> {
    let today = scope.today();
    let months = training.certificate_months.and_then(|months| u32::try_from(months).ok());
    Ok(CertificateFields {
        id: Uuid::now_v7(),
        number: number::next(tx.connection(), "certificate_numbers", 'C').await?,
        jurisdiction: enrollment.jurisdiction,
        code: secret_code()?,
        learner_id: enrollment.learner_id,
        holder_name: enrollment.learner_name.clone(),
        enrollment_id: enrollment.id,
        training_id: training.id,
        title: training.title.clone(),
        hours: enrollment.hours,
        issued_on: today,
        expires_on: months.and_then(|months| today.checked_add_months(Months::new(months))?.pred_opt()),
        stage: CertificateStage::Issued,
        revoked_on: None,
        reason: None,
        renewal_id: None,
        version: 1,
        created_at: scope.now,
        updated_at: scope.now,
        subject: enrollment.subject.clone(),
        created_by: scope.actor.caller.clone(),
    })
}

/// Enrolls the holder in a session of the same course.
pub async fn renew<A: ActionTag>(
    tx: &Tx,
    scope: &Scope<A, Certificates>,
    certificate: &mut CertificateFields,
    renewal: &Renewal,
) -> Result<Vec<Record>, Problem> {
    if certificate.renewal_id.is_some() {
        return refused("", &codes::ONLY_ONCE);
    }
    match sessions::locked(tx, renewal.session_id).await? {
        Some(session) if session.training_id == certificate.training_id => {}
        _ => return refused("/session_id", &codes::UNKNOWN_RECORD),
    }
    let ids = (Uuid::now_v7(), renewal.session_id);
    let enrollment = enrollments::enroll(tx, scope, ids, Some(certificate.learner_id), false).await?;
    certificate.renewal_id = Some(enrollment.id);
    Ok(vec![Record::of(None, &enrollment)?])
}
