//! Trainings to begin with, made over HTTP and taken as far as a test needs.

use chrono::{Duration, TimeDelta};
use serde_json::{Value, json};

use super::world::name;
use super::{Answer, Caller, TestApp};

/// The code of the community, where a code lies below one.
pub fn office(code: &str) -> &str {
    &code[..code.len().min(12)]
}

/// A good course of a jurisdiction: examined or not, with a certificate that expires.
pub fn training(code: &str) -> Value {
    json!({"jurisdiction": office(code), "title": name("调解实务"), "topic": "negotiation", "hours": 8, "certified": true,
        "certificate_months": 12})
}

/// A good session, so many minutes from now and two hours long.
pub fn meeting(app: &TestApp, training: &str, minutes: i64) -> Value {
    let starts = app.clock.now() + Duration::minutes(minutes);
    json!({"training_id": training, "starts_at": starts.to_rfc3339(), "ends_at": (starts + Duration::hours(2)).to_rfc3339(),
        "place": "党群服务中心", "capacity": 30})
}

/// A good learner of a jurisdiction.
pub fn learner(code: &str) -> Value {
    json!({"jurisdiction": office(code), "name": "王小明", "phone": "13511112222", "roles": ["grid_worker"]})
}

impl TestApp {
    /// Issuer and subject of a resident with this name.
    pub fn subject(&self, name: &str) -> String {
        format!("{}|{name}", self.settings.issuer)
    }

    /// Gives a mediator so many hours of training this year, as if from a training.
    pub async fn trained(&self, mediator: &str, hours: i32) {
        let set =
            "UPDATE learners SET hours = $1::text::jsonb WHERE id = (SELECT learner_id FROM mediators WHERE id = $2::text::uuid)";
        let known = json!({"2026": hours}).to_string();
        assert_eq!(self.connect().await.execute(set, &[&known, &mediator]).await.unwrap(), 1);
    }

    /// Lets so much time pass.
    pub fn later(&self, minutes: i64) {
        self.clock.advance(TimeDelta::minutes(minutes));
    }
}

impl Caller<'_> {
    /// A published course.
    pub async fn publishes(&self, body: Value) -> String {
        let id = self.makes("/v1/trainings", body).await.id();
        self.acts(&format!("/v1/trainings/{id}/publish"), json!({})).await;
        id
    }

    /// A session that takes learners.
    pub async fn opens(&self, body: Value) -> String {
        let id = self.makes("/v1/training-sessions", body).await.id();
        self.acts(&format!("/v1/training-sessions/{id}/open"), json!({})).await;
        id
    }

    pub async fn learner(&self, code: &str, subject: Option<&str>) -> String {
        let mut body = learner(code);
        body["subject"] = json!(subject);
        self.makes("/v1/learners", body).await.id()
    }

    pub async fn seats(&self, session: &str, learner: &str) -> Answer {
        self.makes("/v1/training-enrollments", json!({"session_id": session, "learner_id": learner})).await
    }

    /// A learner who was in a session of a course that is over; the result follows when time is kept.
    pub async fn attends(&self, training: &str, learner: &str, minutes: i64) -> String {
        // Before what the learner took part in already: nobody is in two places at a time.
        let earlier = self.app.count(&format!("training_enrollments WHERE learner_id = '{learner}'")).await;
        let session = self.opens(meeting(self.app, training, -180 - 125 * earlier)).await;
        let enrollment = self.seats(&session, learner).await.id();
        self.acts(&format!("/v1/training-sessions/{session}/start"), json!({})).await;
        let presence = json!({"minutes": minutes});
        self.acts(&format!("/v1/training-enrollments/{enrollment}/record-presence"), presence).await;
        self.acts(&format!("/v1/training-sessions/{session}/complete"), json!({})).await;
        self.app.run_due_jobs().await;
        enrollment
    }

    /// The certificate of a learner who passed a new course.
    pub async fn certificate(&self, code: &str, learner: &str) -> Answer {
        let training = self.publishes(training(code)).await;
        self.attends(&training, learner, 120).await;
        let found = self.get(&format!("/v1/certificates?learner_id={learner}&training_id={training}")).await;
        assert_eq!(found.ids().len(), 1);
        self.get(&format!("/v1/certificates/{}", found.ids()[0])).await
    }

    /// The code that a session shows now.
    pub async fn code(&self, session: &str) -> String {
        let answer = self.get(&format!("/v1/training-sessions/{session}/check-in-code")).await;
        answer.body["code"].as_str().unwrap().to_owned()
    }
}
