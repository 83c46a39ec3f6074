//! What disputes are about, as each administration sees it.

use serde_json::{Value, json};
use sihe::access::actor::Role;

use crate::support::TestApp;
use crate::support::data::*;

#[actix_web::test]
async fn administrations_shape_the_categories() {
    let app = TestApp::start().await;
    let (admin, officer) = (app.caller(Role::Admin, DISTRICT), app.officer_of(COMMUNITY));
    let set = |body: Value| {
        let mut whole = json!({"jurisdiction": DISTRICT, "legal_basis": "区通知", "valid_from": "2026-03-02"});
        whole.as_object_mut().unwrap().extend(body.as_object().unwrap().clone());
        whole
    };
    for (body, faults) in [
        (set(json!({"code": "nothing.at_all", "title": "x"})), vec!["#/code no_parent"]),
        (set(json!({"code": "leakage.pipe"})), vec!["#/title required"]),
        (set(json!({"code": "noise", "first_level": "grid"})), vec!["#/first_level wrong_level"]),
        (
            set(json!({"code": "noise", "valid_from": "2026-03-01", "jurisdiction": CITY})),
            vec!["#/jurisdiction unknown_jurisdiction", "#/valid_from not_before"],
        ),
    ] {
        assert_eq!(admin.post("/v1/dispute-categories", &body).await.errors(), faults);
    }
    admin
        .makes(
            "/v1/dispute-categories",
            set(json!({"code": "leakage", "resolve_days": 10, "required_fields": ["respondent", "estate"]})),
        )
        .await;
    admin
        .makes(
            "/v1/dispute-categories",
            set(json!({"code": "leakage.pipe", "title": "管道渗漏", "risk": "red", "accept_days": 1})),
        )
        .await;
    admin.makes("/v1/dispute-categories", set(json!({"code": "pets", "active": false}))).await;
    let resolved = officer.get(&format!("/v1/dispute-categories/resolve?jurisdiction={COMMUNITY}")).await;
    let pipe = resolved.body["items"].as_array().unwrap().iter().find(|item| item["code"] == "leakage.pipe").unwrap().clone();
    assert_eq!((&pipe["risk"], &pipe["resolve_days"], &pipe["matter"]), (&json!("red"), &json!(10), &json!("leakage")));
    let mut body = dispute_in(COMMUNITY);
    body["category"] = "leakage.pipe".into();
    body["parties"] = json!([{"role": "applicant", "kind": "person", "name": "业主甲"}]);
    body["estate_name"] = Value::Null;
    let refused = officer.post("/v1/disputes", &body).await;
    assert_eq!(refused.errors(), ["#/estate_name required_by_category", "#/parties required_by_category"]);
    body["category"] = "pets".into();
    assert_eq!(officer.post("/v1/disputes", &body).await.errors(), ["#/category not_active"]);
    body["category"] = "war".into();
    assert_eq!(officer.post("/v1/disputes", &body).await.errors(), ["#/category unknown_category"]);
    body["jurisdiction"] = "370203001001".into();
    body["category"] = "pets".into();
    app.officer_of(CITY).files(&body).await;
    let mut pipe = dispute_in(COMMUNITY);
    pipe["category"] = "leakage.pipe".into();
    let filed = officer.files(&pipe).await;
    assert_eq!((&filed.body["risk"], &filed.body["due_at"]), (&json!("red"), &json!("2026-03-03T16:00:00Z")));
    assert_eq!(officer.get("/v1/disputes?category=leakage").await.ids(), [filed.id()], "a category comes with what is below it");
    assert_eq!(officer.get("/v1/disputes?category=leakage.common").await.ids(), [""; 0]);
}
