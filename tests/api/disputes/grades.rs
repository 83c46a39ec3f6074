//! What a place sets for graver disputes, and for applicants who do not want to be known.

use serde_json::{Value, json};
use sihe::access::actor::Role;

use crate::support::data::*;
use crate::support::{Caller, TestApp};

async fn sets(app: &TestApp, name: &str, value: i64) {
    let rule = json!({
        "jurisdiction": DISTRICT, "name": name, "value": value, "legal_basis": "区分级办理规定", "valid_from": "2026-03-02"
    });
    app.caller(Role::Admin, DISTRICT).makes("/v1/rules", rule).await;
}

async fn due(caller: &Caller<'_>, id: &str, kind: &str) -> Value {
    let answer = caller.get(&format!("/v1/disputes/{id}/deadlines")).await;
    let found = answer.body["items"].as_array().unwrap().iter().rfind(|clock| clock["kind"] == kind).cloned();
    found.unwrap()["due_on"].clone()
}

#[actix_web::test]
async fn graver_disputes_have_less_time() {
    let app = TestApp::start().await;
    let (officer, street) = (app.officer_of(COMMUNITY), app.officer_of(STREET));
    for (name, value) in [
        ("dispute_red_accept_days", 1),
        ("dispute_orange_resolve_days", 10),
        ("dispute_red_resolve_days", 5),
        ("dispute_orange_accept_days", 300),
    ] {
        sets(&app, name, value).await;
    }
    // Monday, 2 March 2026.
    let mut body = dispute_in(COMMUNITY);
    body["category"] = "other".into();
    let id = officer.files(&body).await.id();
    let path = format!("/v1/disputes/{id}");
    assert_eq!(due(&officer, &id, "accept").await, "2026-03-04");
    let graded = officer.patch(&path, 1, &json!({"risk": "orange"})).await;
    assert_eq!(due(&officer, &id, "accept").await, "2026-03-04", "a grade makes no time longer");
    officer.patch(&path, graded.version(), &json!({"risk": "red"})).await;
    assert_eq!(due(&officer, &id, "accept").await, "2026-03-03");
    let accepted = officer.acts(&format!("{path}/accept"), json!({})).await;
    assert_eq!(due(&officer, &id, "resolve").await, "2026-03-09");
    // Only the level above makes it less grave, and the time longer.
    let lower = officer.patch(&path, accepted.version(), &json!({"risk": "orange"})).await;
    assert_eq!(lower.errors(), ["#/risk level_above_decides"]);
    let lowered = street.patch(&path, accepted.version(), &json!({"risk": "orange"})).await;
    assert_eq!((lowered.status, due(&officer, &id, "resolve").await), (200, json!("2026-03-16")));
    // The handling level can grade it lower still, and keeps the time that it had.
    officer.patch(&path, lowered.version(), &json!({"risk": "yellow"})).await;
    assert_eq!(due(&officer, &id, "resolve").await, "2026-03-16");

    // What is graded up and down again has the time that it had, from when it began.
    let id = officer.files(&body).await.id();
    let path = format!("/v1/disputes/{id}");
    let accepted = officer.acts(&format!("{path}/accept"), json!({})).await;
    app.clock.advance(chrono::Duration::days(10));
    let raised = officer.patch(&path, accepted.version(), &json!({"risk": "red"})).await;
    assert_eq!(due(&officer, &id, "resolve").await, "2026-03-19");
    street.patch(&path, raised.version(), &json!({"risk": "yellow"})).await;
    assert_eq!(due(&officer, &id, "resolve").await, "2026-03-23");
    app.clock.advance(-chrono::Duration::days(10));

    // What is graded down is not late at once either, and what was kept once still follows.
    let id = officer.files(&body).await.id();
    let path = format!("/v1/disputes/{id}");
    let accepted = officer.acts(&format!("{path}/accept"), json!({})).await;
    app.clock.advance(chrono::Duration::days(16));
    let orange = officer.patch(&path, accepted.version(), &json!({"risk": "orange"})).await;
    assert_eq!(due(&officer, &id, "resolve").await, "2026-03-23");
    let red = officer.patch(&path, orange.version(), &json!({"risk": "red"})).await;
    assert_eq!(due(&officer, &id, "resolve").await, "2026-03-23");
    street.patch(&path, red.version(), &json!({"risk": "orange"})).await;
    assert_eq!(due(&officer, &id, "resolve").await, "2026-03-23", "ten days from the beginning are over");
    app.clock.advance(-chrono::Duration::days(16));
    let id = officer.files(&body).await.id();
    let path = format!("/v1/disputes/{id}");
    let mut version = officer.acts(&format!("{path}/accept"), json!({})).await.version();
    for (risk, last) in [("orange", "2026-03-16"), ("yellow", "2026-03-16"), ("red", "2026-03-09")] {
        version = officer.patch(&path, version, &json!({"risk": risk})).await.version();
        assert_eq!(due(&officer, &id, "resolve").await, last, "{risk}");
    }

    // What becomes graver later has the shorter time from then on, and is not late at once.
    let id = officer.files(&body).await.id();
    let path = format!("/v1/disputes/{id}");
    let accepted = officer.acts(&format!("{path}/accept"), json!({})).await;
    assert_eq!(due(&officer, &id, "resolve").await, "2026-03-23");
    app.clock.advance(chrono::Duration::days(10));
    officer.patch(&path, accepted.version(), &json!({"risk": "red"})).await;
    assert_eq!(due(&officer, &id, "resolve").await, "2026-03-19");
    app.clock.advance(-chrono::Duration::days(10));
    // A petition keeps its own time, whatever the grade.
    (body["channel"], body["category"], body["description"]) = ("petition".into(), "elevator.accident".into(), "坠落".into());
    let id = street.files(&body).await.id();
    assert_eq!(due(&street, &id, "accept").await, "2026-03-17");
}

#[actix_web::test]
async fn who_does_not_want_to_be_known_is_not() {
    let app = TestApp::start().await;
    let (resident, officer) = (app.resident("wang", COMMUNITY), app.officer_of(COMMUNITY));
    let mut body = dispute_in(COMMUNITY);
    (body["anonymous"], body["category"]) = (true.into(), "noise".into());
    assert_eq!(resident.post("/v1/disputes", &body).await.errors(), ["#/anonymous not_allowed"]);
    sets(&app, "dispute_anonymous_filing", 1).await;
    let filed = resident.files(&body).await;
    let path = format!("/v1/disputes/{}", filed.id());
    assert_eq!((&filed.body["anonymous"], &filed.body["parties"][0]["name"]), (&json!(true), &json!("匿名")));
    for told in ["phone", "address", "representative", "organization_id"] {
        assert_eq!(filed.body["parties"][0][told], Value::Null, "{told}");
    }
    assert_ne!(filed.body["parties"][1]["name"], "匿名", "the other side is known");
    // It is the applicant's own still; nobody else learns by which subject it was filed.
    assert_eq!(resident.get("/v1/disputes").await.ids(), [filed.id()]);
    let events = async |caller: &Caller<'_>| caller.get(&format!("{path}/events")).await.body["items"][0]["caller"].clone();
    assert_eq!(events(&resident).await, app.subject("wang").as_str());
    let auditor = app.caller(Role::Auditor, CITY);
    for caller in [&officer, &app.officer_of(CITY), &auditor] {
        assert_eq!(events(caller).await, Value::Null);
        assert!(!caller.get(&path).await.body.to_string().contains("wang"));
    }
    let disclosed = officer.get(&format!("{path}/disclosure?purpose=handling")).await;
    assert_eq!(disclosed.body["parties"][0]["name"], "匿名");
    let told = json!({"position": 0, "name": "王小明", "phone": "13800000000", "reason": "补充"});
    let refused = resident.post(&format!("{path}/correct-party"), &told).await;
    assert_eq!(refused.errors(), ["#/name not_allowed", "#/phone not_allowed"]);
    resident.acts(&format!("{path}/withdraw"), json!({"reason": "已解决"})).await;
    // Where the category needs a phone number, nobody can file without one.
    let category = json!({
        "jurisdiction": DISTRICT, "code": "noise", "required_fields": ["applicant_phone"], "legal_basis": "通知",
        "valid_from": "2026-03-02"
    });
    app.caller(Role::Admin, DISTRICT).makes("/v1/dispute-categories", category).await;
    assert_eq!(resident.post("/v1/disputes", &body).await.errors(), ["#/parties/0/phone required_by_category"]);
}
