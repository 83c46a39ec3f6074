//! A trainer who holds a course.

use serde_json::json;
use sihe::access::actor::Role;

use super::{only, takes, waits};
use crate::support::TestApp;
use crate::support::data::*;
use crate::support::training::{meeting, training};

#[actix_web::test]
async fn a_trainer_holds_a_course() {
    let app = TestApp::start().await;
    let (officer, trainer) = (app.officer_of(COMMUNITY), app.caller(Role::Trainer, STREET));
    let wang = app.resident("wang", COMMUNITY);
    officer.learner(COMMUNITY, Some(&app.subject("wang"))).await;
    let course = trainer.makes("/v1/trainings", training(STREET)).await.id();
    takes(&trainer, &format!("/v1/trainings/{course}"), "publish", json!({})).await;
    let session = trainer.makes("/v1/training-sessions", meeting(&app, &course, 10)).await.id();
    takes(&trainer, &format!("/v1/training-sessions/{session}"), "open", json!({})).await;
    let learner = only(&trainer, "/v1/learners").await;
    trainer.makes("/v1/training-enrollments", json!({"session_id": session, "learner_id": learner})).await;
    let session = waits(&trainer, "hold_training", "/v1/training-sessions").await;
    let shown = trainer.code(session.rsplit('/').next().unwrap()).await;
    let seat = format!("/v1/training-enrollments/{}", only(&wang, "/v1/training-enrollments").await);
    takes(&wang, &seat, "check-in", json!({"code": shown})).await;
    app.later(15);
    takes(&trainer, &session, "start", json!({})).await;
    app.later(120);
    takes(&trainer, &session, "complete", json!({})).await;
    app.run_due_jobs().await;
    assert_eq!(trainer.get(&seat).await.body["status"], "passed");
    let certificate = format!("/v1/certificates/{}", only(&wang, "/v1/certificates").await);
    assert_eq!(wang.get(&certificate).await.body["full_name"], "王小明");
    let handed = trainer.get(&format!("{certificate}/disclosure?purpose=training")).await;
    assert_eq!(handed.body["holder_name"], "王小明");
}
