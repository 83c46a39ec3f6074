//! What comes by itself, and that nothing of it is lost or done twice.

use std::time::Duration as Wait;

use chrono::{Duration, Utc};
use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::data::*;
use crate::support::process::{KeyFile, Process, sihe};

#[actix_web::test]
async fn a_service_that_is_killed_anywhere_loses_nothing_and_does_nothing_twice() {
    const DISPUTES: usize = 60;
    const STEPS: [&str; 4] = ["create", "yellow_card", "red_card", "escalate"];
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    let mut ids = Vec::new();
    for _ in 0..DISPUTES {
        ids.push(officer.files(&dispute_in(COMMUNITY)).await.id());
    }
    // The program has the system's clock, by which all of them are long overdue.
    let key_file = KeyFile::of(&app);
    let all = i64::try_from(DISPUTES * (STEPS.len() - 1)).unwrap();
    let done = async || app.count("dispute_events WHERE role = 'service'").await;
    let mut kills = 0;
    for share in [0, 20, 45, 70] {
        let service = Process::serve(sihe(&app, key_file.path()));
        while done().await <= all * share / 100 {
            tokio::time::sleep(Wait::from_millis(1)).await;
        }
        // Dropped, it is killed: SIGKILL, with no time to finish anything.
        drop(service);
        kills += usize::from(done().await < all);
    }
    assert!(kills > 0, "it was never killed at work");
    app.clock.advance(Utc::now() - app.clock.now());
    app.run_due_jobs().await;
    for id in &ids {
        let events = officer.get(&format!("/v1/disputes/{id}/events")).await;
        let told = |event: &Value| (event["version"].as_u64().unwrap(), event["action"].as_str().unwrap().to_owned());
        let steps: Vec<_> = events.body["items"].as_array().unwrap().iter().map(told).collect();
        assert_eq!(steps, (1..).zip(STEPS.map(String::from)).collect::<Vec<_>>());
        let dispute = officer.get(&format!("/v1/disputes/{id}")).await;
        assert_eq!((&dispute.body["version"], &dispute.body["level"]), (&json!(STEPS.len()), &json!("street")));
    }
    assert_eq!(app.count("audit_entries WHERE role = 'service' AND kind = 'dispute'").await, all, "each step is told once");
}

#[actix_web::test]
async fn suspensions_together_last_no_longer_than_the_rule_allows() {
    let app = TestApp::start().await;
    let (community, street) = (app.officer_of(COMMUNITY), app.officer_of(STREET));
    let id = community.files(&dispute_in(COMMUNITY)).await.id();
    community.does(&id, "accept", json!({})).await;
    let path = format!("/v1/disputes/{id}/suspend");
    street.does(&id, "suspend", json!({"reason": "pending_inspection"})).await;
    app.clock.advance(Duration::days(20));
    street.does(&id, "resume", json!({})).await;
    let longer = street.post(&path, &json!({"reason": "pending_funds", "until_on": "2026-04-02"})).await;
    assert_eq!(longer.errors(), ["#/until_on too_late"], "ten days are left");
    street.does(&id, "suspend", json!({"reason": "pending_funds"})).await;
    let held = street.get(&format!("/v1/disputes/{id}/deadlines")).await;
    assert_eq!(held.body["on_hold_until"], "2026-04-01");
    app.clock.advance(Duration::days(10));
    app.run_due_jobs().await;
    let going = street.get(&format!("/v1/disputes/{id}")).await;
    assert_eq!((&going.body["status"], &going.body["progress"]["suspended_days"]), (&json!("accepted"), &json!(30)));
    assert_eq!(street.post(&path, &body_of("suspend")).await.errors(), ["# suspended_long_enough"]);
}

#[actix_web::test]
async fn a_record_that_fails_keeps_no_other_waiting_and_is_tried_again() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    let mut ids = Vec::new();
    for _ in 0..3 {
        ids.push(officer.files(&dispute_in(COMMUNITY)).await.id());
    }
    let broken = &ids[0];
    let database = app.connect().await;
    let refuse = format!(
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN IF OLD.id = '{broken}' THEN RAISE EXCEPTION 'it is broken'; END IF; RETURN NEW; END $$;
        CREATE TRIGGER refuse BEFORE UPDATE ON disputes FOR EACH ROW EXECUTE FUNCTION refuse()"
    );
    database.batch_execute(&refuse).await.unwrap();
    app.clock.advance(Duration::days(4));
    let cards = async || {
        let mut cards = Vec::new();
        for id in &ids {
            cards.push(officer.get(&format!("/v1/disputes/{id}")).await.body["card"].as_str().unwrap().to_owned());
        }
        cards
    };
    app.run_due_jobs().await;
    assert_eq!(cards().await, ["none", "red", "red"]);
    assert_eq!(app.count("job_failures").await, 1);
    let measured = String::from_utf8(app.anonymous().get("/metrics").await.bytes).unwrap();
    assert!(measured.contains("sihe_jobs_failing 1\n"), "{measured}");
    app.clock.advance(Duration::seconds(59));
    assert_eq!(app.run_due_jobs().await, 0, "it is not tried again at once");
    app.clock.advance(Duration::seconds(2));
    app.run_due_jobs().await;
    let attempts = "SELECT attempts FROM job_failures";
    assert_eq!(database.query_one(attempts, &[]).await.unwrap().get::<_, i32>(0), 2);
    database.batch_execute("DROP TRIGGER refuse ON disputes").await.unwrap();
    app.clock.advance(Duration::seconds(121));
    app.run_due_jobs().await;
    assert_eq!(cards().await, ["red", "red", "red"]);
    assert_eq!(app.count("job_failures").await, 0, "what works again has no pause to wait for");
}
