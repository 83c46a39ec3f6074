//! By which rules time is counted, and when a clock stands still or has done its work.

use chrono::Duration;
use serde_json::{Value, json};

use crate::support::data::*;
use crate::support::mediation::Stage;
use crate::support::{Caller, TestApp};

async fn deadlines(caller: &Caller<'_>, id: &str) -> Vec<Value> {
    let answer = caller.get(&format!("/v1/disputes/{id}/deadlines")).await;
    answer.body["items"].as_array().unwrap().clone()
}

async fn clock(caller: &Caller<'_>, id: &str, kind: &str) -> Value {
    deadlines(caller, id).await.into_iter().rfind(|clock| clock["kind"] == kind).unwrap()
}

#[actix_web::test]
async fn each_channel_has_its_own_clocks() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    // Monday, 2 March 2026.
    for (channel, unit, accept, resolve, basis) in [
        ("direct", "working_days", "2026-03-04", "2026-03-23", "直接受理"),
        ("hotline", "working_days", "2026-03-04", "2026-03-09", "12345"),
        // 60 days from 2 March end on 1 May, a holiday that lasts until the 5th.
        ("petition", "calendar_days", "2026-03-17", "2026-05-06", "信访工作条例"),
    ] {
        let mut body = dispute_in(COMMUNITY);
        (body["channel"], body["category"]) = (json!(channel), json!("other"));
        let filed = officer.files(&body).await;
        assert_eq!(filed.body["channel"], channel);
        let clock_of = async |kind: &str| clock(&officer, &filed.id(), kind).await;
        let first = clock_of("accept").await;
        assert_eq!((&first["due_on"], &first["unit"]), (&json!(accept), &json!(unit)), "{channel}");
        officer.acts(&format!("/v1/disputes/{}/accept", filed.id()), json!({})).await;
        let last = clock_of("resolve").await;
        assert_eq!((&last["due_on"], &last["unit"]), (&json!(resolve), &json!(unit)), "{channel}");
        assert!(last["legal_basis"].as_str().unwrap().contains(basis), "{last}");
    }
    let mut own = dispute_in(COMMUNITY);
    own["channel"] = "petition".into();
    assert_eq!(app.resident("wang", COMMUNITY).post("/v1/disputes", &own).await.errors(), ["#/channel not_applicable"]);
}

#[actix_web::test]
async fn a_channel_is_corrected_by_the_level_above() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    let mut body = dispute_in(COMMUNITY);
    (body["channel"], body["category"]) = (json!("petition"), json!("other"));
    let filed = officer.files(&body).await;
    let path = format!("/v1/disputes/{}", filed.id());
    let direct = json!({"channel": "direct"});
    let alone = officer.patch(&path, 1, &direct).await;
    assert_eq!(alone.errors(), ["#/channel level_above_decides"], "whoever keeps a time does not choose it");
    assert_eq!(app.officer_of(STREET).patch(&path, 1, &direct).await.body["channel"], "direct");
    let first = clock(&officer, &filed.id(), "accept").await;
    assert_eq!((&first["due_on"], &first["unit"]), (&json!("2026-03-04"), &json!("working_days")));
    officer.acts(&format!("{path}/accept"), json!({})).await;
    app.clock.advance(Duration::days(1));
    assert_eq!(app.officer_of(STREET).patch(&path, 3, &json!({"channel": "hotline"})).await.status, 200);
    let last = clock(&officer, &filed.id(), "resolve").await;
    assert_eq!((&last["starts_on"], &last["due_on"]), (&json!("2026-03-02"), &json!("2026-03-09")));
    let own = app.resident("wang", COMMUNITY).files(&dispute_in(COMMUNITY)).await.id();
    let own = app.resident("wang", COMMUNITY).patch(&format!("/v1/disputes/{own}"), 1, &json!({"channel": "hotline"})).await;
    assert_eq!(own.errors(), ["#/channel not_allowed"]);
}

#[actix_web::test]
async fn a_mediation_within_its_term_is_not_late() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    let committee = app.officer_of(CITY).mediation_committee(COMMUNITY, None).await;
    let dispute = officer.handled(COMMUNITY).await;
    let due = clock(&officer, &dispute, "resolve").await["due_on"].clone();
    let case = officer.mediated(&dispute, &committee, Stage::Consented).await;
    // Before somebody mediates no term of a mediation runs, and the service clock does.
    assert_eq!(clock(&officer, &dispute, "resolve").await["due_on"], due);
    let chosen = json!({"mediator_id": committee.1, "conflicts": []});
    let chosen = officer.acts(&format!("/v1/mediations/{}/select", case.mediation), chosen).await;
    assert_eq!(chosen.body["due_on"], "2026-04-01");
    let paused = clock(&officer, &dispute, "resolve").await;
    // It goes on after the mediation's last day, with the 15 working days that are left.
    assert_eq!((&paused["pauses"][0]["until"], &paused["due_on"]), (&json!("2026-04-02"), &json!("2026-04-23")));
    let more = json!({"until_on": "2026-04-20", "consenting": [0, 1]});
    officer.acts(&format!("/v1/mediations/{}/extend", case.mediation), more).await;
    assert_eq!(clock(&officer, &dispute, "resolve").await["pauses"][0]["until"], "2026-04-21");
    app.clock.advance(Duration::days(28));
    app.run_due_jobs().await;
    let still = officer.get(&format!("/v1/disputes/{dispute}")).await;
    assert_eq!(
        (&still.body["status"], &still.body["card"], &still.body["level"]),
        (&json!("in_mediation"), &json!("none"), &json!("community"))
    );
    officer.acts(&format!("/v1/mediations/{}/terminate", case.mediation), json!({"reason": "一方退出"})).await;
    let running = clock(&officer, &dispute, "resolve").await;
    assert_eq!(running["pauses"][0]["until"], "2026-03-30");
    assert!(running["due_on"].as_str().unwrap() > due.as_str().unwrap(), "{running}");
}

#[actix_web::test]
async fn whoever_spoke_with_the_parties_has_contacted_them() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    let committee = app.officer_of(CITY).mediation_committee(COMMUNITY, None).await;
    let waits = async |id: &str| clock(&officer, id, "first_contact").await["ended_at"].is_null();
    let accepted = async || {
        let id = officer.files(&dispute_in(COMMUNITY)).await.id();
        officer.acts(&format!("/v1/disputes/{id}/accept"), json!({})).await;
        id
    };
    let consented = accepted().await;
    assert!(waits(&consented).await);
    officer.acts(&format!("/v1/disputes/{consented}/assign"), json!({"assignee": "物业办"})).await;
    officer.acts(&format!("/v1/disputes/{consented}/start"), json!({})).await;
    let mediation = json!({"dispute_id": consented, "organization_id": committee.0});
    let mediation = officer.makes("/v1/mediations", mediation).await.id();
    let said = json!({"position": 0, "consents": true, "channel": "in_person", "said_on": "2026-03-02"});
    officer.acts(&format!("/v1/mediations/{mediation}/record-consent"), said).await;
    assert!(!waits(&consented).await, "a party that consented was spoken with");

    let called = accepted().await;
    officer.get(&format!("/v1/disputes/{called}/disclosure?purpose=supervision")).await;
    assert!(waits(&called).await);
    assert_eq!(officer.get(&format!("/v1/disputes/{called}/disclosure?purpose=handling")).await.status, 200);
    assert!(!waits(&called).await, "who reads the numbers to call has the parties on the phone");
    let steps = officer.get(&format!("/v1/disputes/{called}/events")).await;
    assert_eq!(steps.body["items"].as_array().unwrap().iter().filter(|step| step["action"] == "contact").count(), 1);
    officer.get(&format!("/v1/disputes/{called}/disclosure?purpose=handling")).await;
    let again = officer.get(&format!("/v1/disputes/{called}/events")).await;
    assert_eq!(again.body["items"].as_array().unwrap().len(), steps.body["items"].as_array().unwrap().len());
}

/// 30 days from Thursday, 5 March 2026, end on a Saturday, and the Monday after is a holiday.
#[actix_web::test]
async fn a_mediation_that_ends_on_a_rest_day_ends_on_the_next_working_day() {
    let app = TestApp::start().await;
    app.clock.advance(Duration::days(3));
    let officer = app.officer_of(COMMUNITY);
    let committee = app.officer_of(CITY).mediation_committee(COMMUNITY, None).await;
    let dispute = officer.handled(COMMUNITY).await;
    let case = officer.mediated(&dispute, &committee, Stage::Selected).await;
    assert_eq!(officer.get(&format!("/v1/mediations/{}", case.mediation)).await.body["due_on"], "2026-04-07");
    // So does a petition, and its explanation says so: 15 days from Saturday, the 7th, end on Sunday, the 22nd.
    app.clock.advance(Duration::days(2));
    let mut body = dispute_in(COMMUNITY);
    body["channel"] = "petition".into();
    let filed = officer.files(&body).await.id();
    let first = clock(&officer, &filed, "accept").await;
    assert_eq!((&first["due_on"], &first["rolled_from"]), (&json!("2026-03-23"), &json!("2026-03-22")));
}
