//! What can be done to a certificate.

use uuid::Uuid;

use super::model::{Certificate, CertificateFields, Renewal, Revocation, view};
use crate::access::authority::Authority;
use crate::access::permissions::resource::Certificates;
use crate::access::scope::Authorized;
use crate::changes::execute::Aggregate;
use crate::changes::write::{Record, Tx};
use crate::http::codes;
use crate::http::problem::{Problem, invalid};
use crate::resources::training::learners::model::LearnerFields;
use crate::resources::training::learners::store as learners;
use crate::resources::training::training_enrollments::model::TrainingEnrollmentFields;
use crate::resources::training::training_enrollments::seats::SessionSeats;
use crate::resources::training::training_enrollments::store as enrollments;
use crate::resources::training::training_sessions::model::TrainingSessionFields;
use crate::resources::training::training_sessions::store as sessions;

/// What can be done to a certificate.
pub enum Command {
    Revoke(Revocation),
    Renew(Renewal),
}

/// What must be known to decide on a certificate; what a command does not need stays empty.
#[derive(Default)]
pub struct Facts {
    /// The session that was chosen, with its seats.
    pub seats: Option<SessionSeats>,
    /// The holder, where the caller reaches them.
    pub holder: Option<LearnerFields>,
    /// The enrollment with which the holder renews it already.
    pub enrolled: Option<Uuid>,
}

/// What a decision changes besides the certificate.
#[derive(Debug)]
pub enum Effect {
    /// The holder gets a seat.
    Enroll(TrainingEnrollmentFields, TrainingSessionFields),
}

impl Aggregate for CertificateFields {
    type Command = Command;
    type Facts = Facts;
    type Effect = Effect;
    type View = Certificate;

    const PATH: &'static str = "/v1/certificates";
    const NOUN: &'static str = "certificate";

    async fn facts(&self, tx: &Tx, who: &Authorized<Certificates>, command: &Command) -> Result<Facts, Problem> {
        let Command::Renew(renewal) = command else { return Ok(Facts::default()) };
        // The session last: the others wait for it.
        let holder = learners::reached_one(tx, who, Some(self.learner_id)).await?;
        let seats = SessionSeats::find(tx, renewal.session_id).await?;
        let enrolled = enrollments::open_of(tx, renewal.session_id, self.learner_id).await?;
        Ok(Facts { seats, holder, enrolled })
    }

    fn decide(&self, after: &mut Self, command: Command, facts: &Facts, who: &Authority) -> Result<Vec<Effect>, Problem> {
        match command {
            Command::Revoke(body) => {
                (after.revoked_on, after.reason) = (Some(who.today()), Some(body.reason));
                Ok(Vec::new())
            }
            Command::Renew(_) => renew(after, facts, who),
        }
    }

    async fn apply(&self, tx: &Tx, _: &Authority, effects: Vec<Effect>) -> Result<Vec<Record>, Problem> {
        let mut records = Vec::new();
        for Effect::Enroll(enrollment, session) in effects {
            enrollments::insert(tx, std::slice::from_ref(&enrollment)).await?;
            sessions::keep_seats(tx, &session).await?;
            records.push(Record::of(None, &enrollment)?);
        }
        Ok(records)
    }

    async fn answer(self, _: &Tx, who: &Authorized<Certificates>) -> Result<Certificate, Problem> {
        Ok(view(who, self))
    }
}

/// Enrolls the holder in a session of the same course.
fn renew(certificate: &mut CertificateFields, facts: &Facts, who: &Authority) -> Result<Vec<Effect>, Problem> {
    let same_course = facts.seats.as_ref().filter(|seats| seats.training.id == certificate.training_id);
    let Some(seats) = same_course else { return invalid("/session_id", &codes::UNKNOWN_RECORD) };
    // Whoever enrolled by themselves is renewing it already.
    if let Some(known) = facts.enrolled {
        certificate.renewal_id = Some(known);
        return Ok(Vec::new());
    }
    let Some(holder) = &facts.holder else { return invalid("/session_id", &codes::UNKNOWN_RECORD) };
    Problem::fail_if_any(seats.fault(who, holder, false, "/session_id"))?;
    let mut seats = seats.clone();
    let enrollment = seats.assign(who, Uuid::now_v7(), holder, false);
    certificate.renewal_id = Some(enrollment.id);
    Ok(vec![Effect::Enroll(enrollment, seats.session)])
}
