//! An applicant who is dissatisfied with the result is answered.

use chrono::Duration;
use serde_json::{Value, json};

use crate::support::data::*;
use crate::support::{Answer, Caller, TestApp};

async fn resolved(applicant: &Caller<'_>, officer: &Caller<'_>) -> String {
    let id = applicant.files(&dispute_in(COMMUNITY)).await.id();
    for action in ["accept", "assign", "start", "resolve"] {
        officer.does(&id, action, body_of(action)).await;
    }
    id
}

fn offers(answer: &Answer, action: &str) -> bool {
    answer.body["next_actions"].as_array().unwrap().contains(&json!(action))
}

#[actix_web::test]
async fn who_is_dissatisfied_is_answered_by_the_level_above_and_not_by_silence() {
    let app = TestApp::start().await;
    let (wang, officer, street) = (app.resident("wang", COMMUNITY), app.officer_of(COMMUNITY), app.officer_of(STREET));
    let id = resolved(&wang, &officer).await;
    let path = format!("/v1/disputes/{id}");
    assert!(offers(&wang.get(&path).await, "rate"));
    let said = json!({"satisfaction": "dissatisfied", "note": "仍漏"});
    let rated = wang.does(&id, "rate", said.clone()).await;
    assert_eq!(
        (&rated.body["status"], &rated.body["progress"]["approval"]["kind"]),
        (&json!("resolved"), &json!("answer_complaint"))
    );
    app.resident("li", COMMUNITY).post(&format!("{path}/rate"), &said).await.is(404, "not_found");
    officer.post(&format!("{path}/rate"), &said).await.is(403, "forbidden");
    app.clock.advance(Duration::days(10));
    app.run_due_jobs().await;
    assert_eq!(wang.get(&path).await.body["status"], "resolved", "silence closes nothing that somebody complained about");

    // The level that handled it neither closes nor reopens nor rates over it.
    let colleague = app.colleague_of(COMMUNITY);
    for (action, body) in [
        ("close", json!({"satisfaction": "satisfied", "note": "已沟通"})),
        ("reopen", json!({"reason": "重新办理"})),
        ("visit-back", json!({"satisfaction": "satisfied"})),
    ] {
        assert_eq!(colleague.post(&format!("{path}/{action}"), &body).await.status, 422, "{action}");
        assert!(!offers(&colleague.get(&path).await, &action.replace('-', "_")), "{action}");
    }
    let work = street.get("/v1/work").await;
    assert!(
        work.body["items"].as_array().unwrap().iter().any(|item| item["kind"] == "decide_request" && item["id"] == json!(id))
    );
    assert!(offers(&street.get(&path).await, "close") && offers(&street.get(&path).await, "reopen"));

    // The street closes with reasons, which the applicant reads, and says nothing in the applicant's name.
    for note in [json!({}), json!({"note": " "})] {
        assert_eq!(street.post(&format!("{path}/close"), &note).await.errors(), ["#/note required"]);
    }
    let for_them = json!({"note": "已修复", "satisfaction": "satisfied"});
    assert_eq!(street.post(&format!("{path}/close"), &for_them).await.errors(), ["#/satisfaction said_by_applicant"]);
    street.does(&id, "close", json!({"note": "现场查看，渗漏已修复"})).await;
    let events = wang.get(&format!("{path}/events")).await;
    assert_eq!(events.body["items"].as_array().unwrap().last().unwrap()["note"], "现场查看，渗漏已修复");
    let after = wang.get(&path).await;
    assert_eq!((&after.body["status"], &after.body["progress"]["satisfaction"]), (&json!("closed"), &json!("dissatisfied")));
}

#[actix_web::test]
async fn a_complaint_is_answered_however_late_and_also_after_somebody_closed() {
    let app = TestApp::start().await;
    let (wang, officer, colleague) = (app.resident("wang", COMMUNITY), app.officer_of(COMMUNITY), app.colleague_of(COMMUNITY));
    let id = resolved(&wang, &officer).await;
    colleague.does(&id, "visit-back", json!({"satisfaction": "satisfied"})).await;
    colleague.does(&id, "close", json!({})).await;
    let said = json!({"satisfaction": "dissatisfied", "note": "没有人问过我"});
    assert_eq!(wang.does(&id, "rate", said.clone()).await.body["status"], "resolved");
    app.clock.advance(Duration::days(30));
    app.run_due_jobs().await;
    let street = app.officer_of(STREET);
    assert!(offers(&street.get(&format!("/v1/disputes/{id}")).await, "reopen"));
    assert_eq!(street.does(&id, "reopen", json!({"reason": "提级办理"})).await.body["level"], "street");

    // What was said before complaints were answered, and what nobody was asked about.
    let id = resolved(&wang, &app.officer_of(COMMUNITY)).await;
    wang.does(&id, "rate", said).await;
    let old = "UPDATE disputes SET approver = NULL, progress = (progress::jsonb - 'approval' || jsonb_build_object('closes_on', '2026-04-02'))::json, \
        next_step_at = now() WHERE id::text = $1";
    app.connect().await.execute(old, &[&id]).await.unwrap();
    let early = app.colleague_of(COMMUNITY).post(&format!("/v1/disputes/{id}/close"), &json!({"note": "已沟通"})).await;
    assert_eq!(early.errors(), ["#/satisfaction complaint_waits"]);
}

#[actix_web::test]
async fn the_level_above_takes_it_up_there() {
    let app = TestApp::start().await;
    let (wang, officer, street) = (app.resident("wang", COMMUNITY), app.officer_of(COMMUNITY), app.officer_of(STREET));
    let id = resolved(&wang, &officer).await;
    wang.does(&id, "rate", json!({"satisfaction": "dissatisfied"})).await;
    let taken = street.does(&id, "reopen", json!({"reason": "提级办理"})).await;
    assert_eq!((&taken.body["level"], &taken.body["status"]), (&json!("street"), &json!("accepted")));
    assert!(taken.body["progress"].get("approval").is_none_or(|asked| asked.is_null()), "{}", taken.body["progress"]);

    // Whoever is content after all lets silence count again.
    let id = resolved(&wang, &officer).await;
    wang.does(&id, "rate", json!({"satisfaction": "dissatisfied"})).await;
    let content = wang.does(&id, "rate", json!({"satisfaction": "satisfied"})).await;
    assert_eq!(content.body["progress"]["closes_on"], "2026-03-10");
    let colleague = app.colleague_of(COMMUNITY);
    let over = json!({"satisfaction": "dissatisfied"});
    assert_eq!(colleague.post(&format!("/v1/disputes/{id}/close"), &over).await.errors(), ["#/satisfaction complaint_waits"]);
    colleague.does(&id, "close", json!({})).await;
}

#[actix_web::test]
async fn what_comes_back_a_second_time_goes_to_the_street() {
    let app = TestApp::start().await;
    let (wang, officer) = (app.resident("wang", COMMUNITY), app.officer_of(COMMUNITY));
    let id = resolved(&wang, &officer).await;
    let first = wang.does(&id, "reopen", json!({"reason": "仍漏"})).await;
    assert_eq!((&first.body["level"], &first.body["status"]), (&json!("community"), &json!("assigned")));
    for action in ["start", "resolve"] {
        officer.does(&id, action, body_of(action)).await;
    }
    let second = wang.does(&id, "reopen", json!({"reason": "还漏"})).await;
    assert_eq!((&second.body["level"], &second.body["status"]), (&json!("street"), &json!("accepted")));
    officer.post(&format!("/v1/disputes/{id}/assign"), &body_of("assign")).await.is(409, "state_conflict");
    app.officer_of(STREET).does(&id, "assign", body_of("assign")).await;
}

#[actix_web::test]
async fn a_rejection_tells_why_and_where_to_go_and_is_reviewed_once() {
    let app = TestApp::start().await;
    let (wang, officer, street) = (app.resident("wang", COMMUNITY), app.officer_of(COMMUNITY), app.officer_of(STREET));
    let id = wang.files(&dispute_in(COMMUNITY)).await.id();
    let path = format!("/v1/disputes/{id}");
    for (body, errors) in [
        (json!({"reason": "不属于受理范围"}), vec!["#/code required", "#/other_ways required"]),
        (json!({"code": "not_in_scope", "reason": "不属于受理范围", "other_ways": []}), vec!["#/other_ways min_items"]),
        (json!({"code": "too_late", "reason": "理由", "other_ways": ["court"]}), vec!["#/code enum"]),
    ] {
        assert_eq!(officer.post(&format!("{path}/reject"), &body).await.errors(), errors);
    }
    let body = json!({"code": "not_in_scope", "reason": "不属于受理范围", "other_ways": ["court", "arbitration"]});
    officer.does(&id, "reject", body).await;
    let seen = wang.get(&path).await;
    assert_eq!(seen.body["progress"]["rejection"]["other_ways"], json!(["court", "arbitration"]));
    assert!(offers(&seen, "request_review") && !offers(&seen, "reopen"));
    officer.post(&format!("{path}/request-review"), &json!({"reason": "理由"})).await.is(403, "forbidden");
    app.resident("li", COMMUNITY).post(&format!("{path}/request-review"), &json!({"reason": "理由"})).await.is(404, "not_found");
    let asked = wang.does(&id, "request-review", json!({"reason": "属于物业纠纷"})).await;
    assert_eq!((&asked.body["status"], &asked.body["approver"]), (&json!("rejected"), &json!(STREET)));
    for caller in [&wang, &officer] {
        let refused = caller.post(&format!("{path}/reopen"), &json!({"reason": "理由"})).await;
        assert_eq!(refused.errors(), ["# level_above_decides"]);
    }
    let work = street.get("/v1/work").await.body["items"].clone();
    assert!(work.as_array().unwrap().iter().any(|item| item["kind"] == "decide_request" && item["id"] == json!(id)));
    assert!(offers(&street.get(&path).await, "reopen") && offers(&street.get(&path).await, "decline"));
    let taken = street.does(&id, "reopen", json!({"reason": "属于受理范围"})).await;
    assert_eq!(
        (&taken.body["status"], &taken.body["level"], &taken.body["approver"]),
        (&json!("accepted"), &json!("street"), &Value::Null)
    );
    assert_eq!(taken.body["progress"]["reopenings"], 0);
}

#[actix_web::test]
async fn a_review_that_is_declined_was_the_only_one_and_there_is_a_last_day_for_it() {
    let app = TestApp::start().await;
    let (wang, officer, street) = (app.resident("wang", COMMUNITY), app.officer_of(COMMUNITY), app.officer_of(STREET));
    let reviewed = async |after: i64| {
        let id = wang.files(&dispute_in(COMMUNITY)).await.id();
        officer.does(&id, "reject", body_of("reject")).await;
        app.clock.advance(Duration::days(after));
        (wang.post(&format!("/v1/disputes/{id}/request-review"), &json!({"reason": "理由"})).await, id)
    };
    let (asked, id) = reviewed(15).await;
    assert_eq!(asked.status, 200, "{}", asked.body);
    let declined = street.does(&id, "decline", json!({"reason": "法院已受理"})).await;
    assert_eq!((&declined.body["status"], &declined.body["approver"]), (&json!("rejected"), &Value::Null));
    let again = wang.post(&format!("/v1/disputes/{id}/request-review"), &json!({"reason": "理由"})).await;
    assert_eq!(again.errors(), ["# already_done"]);
    assert!(!offers(&wang.get(&format!("/v1/disputes/{id}")).await, "request_review"));
    assert_eq!(
        street.post(&format!("/v1/disputes/{id}/reopen"), &json!({"reason": "理由"})).await.errors(),
        ["# not_applicable"]
    );
    assert_eq!(reviewed(16).await.0.errors(), ["# too_late"]);
}
