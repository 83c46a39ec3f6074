//! How certificates are issued, taken back and renewed.

use aws_lc_rs::rand;
use data_encoding::HEXLOWER;
use uuid::Uuid;

use super::model::{CertificateFields, CertificateStage};
use super::store;
use crate::access::permissions::resource::Certificates;
use crate::access::scope::Authorized;
use crate::calendar::civil_date;
use crate::calendar::term::last_day_of_months;
use crate::changes::write::Tx;
use crate::http::problem::Problem;
use crate::resources::reference::rules::names::RuleName;
use crate::resources::reference::rules::numbering;
use crate::resources::reference::rules::store as rules;
use crate::resources::training::learners::store as learners;
use crate::resources::training::training_enrollments::model::TrainingEnrollmentFields;
use crate::resources::training::training_sessions::store as sessions;
use crate::resources::training::trainings::store as trainings;

/// A code that nobody guesses: 128 random bits.
fn secret_code() -> Result<String, Problem> {
    let mut bytes = [0; 16];
    rand::fill(&mut bytes).map_err(Problem::internal)?;
    Ok(HEXLOWER.encode(&bytes))
}

/// A certificate where the learner works now. It holds from the day on which the course was held.
pub async fn issued(
    tx: &Tx,
    scope: &Authorized<Certificates>,
    enrollment: &TrainingEnrollmentFields,
) -> Result<CertificateFields, Problem> {
    let training = trainings::known(tx, enrollment.training_id).await?;
    let learner = learners::known(tx, enrollment.learner_id).await?;
    let held_on = civil_date(sessions::known(tx, enrollment.session_id).await?.starts_at);
    let months = training.certificate_months.and_then(|months| u32::try_from(months).ok());
    let rules = rules::in_force(tx.connection(), learner.jurisdiction, scope.today()).await?;
    let kind = RuleName::CertificateNumberPattern;
    let is_written = async |number: &str| store::is_numbered(tx, number).await;
    let number = numbering::next(tx, &rules, kind, (learner.jurisdiction, scope.today()), is_written).await?;
    Ok(CertificateFields {
        id: Uuid::now_v7(),
        number,
        jurisdiction: learner.jurisdiction,
        code: secret_code()?,
        learner_id: enrollment.learner_id,
        holder_name: learner.name,
        enrollment_id: enrollment.id,
        training_id: training.id,
        title: training.title.clone(),
        hours: enrollment.hours,
        issued_on: scope.today(),
        expires_on: months.and_then(|months| last_day_of_months(held_on, months)),
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
