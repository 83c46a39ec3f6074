//! The policy library.

use futures_util::future::join_all;
use serde_json::{Value, json};
use sihe::access::actor::Role;

use crate::support::TestApp;
use crate::support::data::*;
use crate::support::world::policy;

#[actix_web::test]
async fn what_is_published_is_read_below_and_drafts_are_not() {
    let app = TestApp::start().await;
    let (district, street, community) = (app.officer_of(DISTRICT), app.officer_of(STREET), app.officer_of(COMMUNITY));
    let readers = [street.clone(), community.clone(), app.resident("wang", COMMUNITY), app.caller(Role::Mediator, STREET)];
    let draft = district.makes("/v1/policies", policy(DISTRICT)).await;
    let path = format!("/v1/policies/{}", draft.id());
    assert_eq!((&draft.body["status"], &draft.body["first_id"]), (&json!("draft"), &json!(draft.id())));
    for reader in &readers {
        reader.get(&path).await.is(404, "not_found");
        assert_eq!(reader.get("/v1/policies").await.ids(), [""; 0]);
    }
    street.post(&format!("{path}/publish"), &json!({"valid_from": "2026-03-01"})).await.is(404, "not_found");
    district.acts(&format!("{path}/publish"), json!({"valid_from": "2026-03-01"})).await;
    for reader in &readers {
        let read = reader.get(&path).await;
        assert_eq!((read.status, &read.body["articles"][1]["number"]), (200, &json!("第二条")));
        let listed = reader.get("/v1/policies").await;
        assert_eq!(listed.ids(), [draft.id()]);
        assert_eq!(listed.body["items"][0]["articles"], Value::Null, "lists leave the articles out");
    }
    assert_eq!(readers[1].get(&path).await.body["next_actions"], json!([]));
    for neighbor in [app.officer_of(OTHER_DISTRICT), app.resident("li", OTHER_DISTRICT)] {
        neighbor.get(&path).await.is(404, "not_found");
    }
    // What a street drafts is seen by those above, and by no resident of its own.
    let below = street.makes("/v1/policies", policy(STREET)).await.id();
    assert_eq!(district.get(&format!("/v1/policies/{below}")).await.status, 200);
    app.resident("wang", STREET).get(&format!("/v1/policies/{below}")).await.is(404, "not_found");
    assert_eq!(app.caller(Role::Auditor, STREET).get(&format!("/v1/policies/{below}")).await.status, 200);
    let above = street.post("/v1/policies", &policy(DISTRICT)).await;
    assert_eq!(above.errors(), ["#/jurisdiction unknown_jurisdiction"]);
}

#[actix_web::test]
async fn what_a_province_lays_down_is_read_in_its_cities() {
    let app = TestApp::start().await;
    let admin = app.caller(Role::Admin, "37");
    let draft = admin.makes("/v1/policies", policy("37")).await;
    let path = format!("/v1/policies/{}", draft.id());
    let wang = app.resident("wang", COMMUNITY);
    wang.get(&path).await.is(404, "not_found");
    app.officer_of(CITY).post(&format!("{path}/publish"), &json!({"valid_from": "2026-03-01"})).await.is(404, "not_found");
    admin.acts(&format!("{path}/publish"), json!({"valid_from": "2026-03-01"})).await;
    assert_eq!(wang.get(&path).await.status, 200);
    assert_eq!(wang.get("/v1/policies").await.ids(), [draft.id()]);
}

#[actix_web::test]
async fn versions_follow_each_other_without_gap_or_overlap() {
    let app = TestApp::start().await;
    let officer = app.officer_of(DISTRICT);
    let first = officer.makes("/v1/policies", policy(DISTRICT)).await.id();
    let path = format!("/v1/policies/{first}");
    let mut next = policy(DISTRICT);
    next["supersedes_id"] = json!(first);
    assert_eq!(officer.post("/v1/policies", &next).await.errors(), ["#/supersedes_id not_active"]);
    officer.acts(&format!("{path}/publish"), json!({"valid_from": "2026-01-01"})).await;
    officer.patch(&path, 2, &json!({"title": "x"})).await.is(409, "state_conflict");
    let mut elsewhere = policy(STREET);
    elsewhere["supersedes_id"] = json!(first);
    assert_eq!(officer.post("/v1/policies", &elsewhere).await.errors(), ["#/supersedes_id unknown_record"]);
    let second = officer.makes("/v1/policies", next.clone()).await;
    assert_eq!(second.body["first_id"], json!(first));
    let rival = officer.makes("/v1/policies", next).await.id();
    let early = officer.post(&format!("/v1/policies/{rival}/publish"), &json!({"valid_from": "2025-12-31"})).await;
    assert_eq!(early.errors(), ["#/valid_from not_before"]);
    // Of two drafts that would take its place, one does.
    let publish = json!({"valid_from": "2026-06-01"});
    let paths = [second.id(), rival].map(|id| format!("/v1/policies/{id}/publish"));
    let answers = join_all(paths.iter().map(|path| officer.post(path, &publish))).await;
    let mut statuses: Vec<_> = answers.iter().map(|answer| answer.status).collect();
    statuses.sort();
    assert_eq!(statuses, [200, 422]);
    let ended = officer.get(&path).await;
    assert_eq!((&ended.body["status"], &ended.body["valid_until"]), (&json!("superseded"), &json!("2026-06-01")));
    let on = async |day: &str| officer.get(&format!("/v1/policies?first_id={first}&as_of={day}")).await.ids();
    assert_eq!(on("2025-12-31").await, [""; 0]);
    assert_eq!(on("2026-05-31").await, std::slice::from_ref(&first));
    assert_eq!(on("2026-06-01").await.len(), 1);
    let last = on("2026-06-01").await.remove(0);
    assert_ne!(last, first);
    let repeal = format!("/v1/policies/{last}/repeal");
    let early = officer.post(&repeal, &json!({"valid_until": "2026-05-31", "reason": "x"})).await;
    assert_eq!(early.errors(), ["#/valid_until not_before"]);
    officer.acts(&repeal, json!({"valid_until": "2026-12-31", "reason": "废止"})).await;
    officer.post(&repeal, &json!({"valid_until": "2026-12-31", "reason": "x"})).await.is(409, "state_conflict");
    assert_eq!(on("2026-12-31").await, [""; 0]);
}

#[actix_web::test]
async fn policies_are_found_by_words_of_their_articles() {
    let app = TestApp::start().await;
    let officer = app.officer_of(DISTRICT);
    let mut body = policy(DISTRICT);
    body["articles"][1]["number"] = "第一条".into();
    assert_eq!(officer.post("/v1/policies", &body).await.errors(), ["#/articles/1/number duplicate_item"]);
    body["articles"][1] = json!({"number": "第九条", "text": "电梯停运的，物业服务企业应当立即组织抢修。"});
    body["document_number"] = "青住建〔2026〕9号".into();
    let found = officer.makes("/v1/policies", body).await.id();
    officer.makes("/v1/policies", policy(DISTRICT)).await;
    let search = async |text: &str| officer.get(&format!("/v1/policies?q={text}")).await.ids();
    for text in ["电梯停运", "抢修", "第九条", "青住建"] {
        assert_eq!(search(text).await, std::slice::from_ref(&found), "{text}");
    }
    assert_eq!(search("物业管理办法").await.len(), 2);
    assert_eq!(search("飞机").await, [""; 0]);
    officer.patch(&format!("/v1/policies/{found}"), 1, &json!({"articles": [{"number": "第一条", "text": "飞机"}]})).await;
    assert_eq!(search("飞机").await, [found]);
    assert_eq!(officer.get("/v1/policies?kind=law").await.ids(), [""; 0]);
    assert_eq!(officer.get(&format!("/v1/policies?in={STREET}")).await.ids(), [""; 0]);
}
