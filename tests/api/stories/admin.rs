//! An administrator who sets what holds.

use serde_json::json;
use sihe::access::actor::Role;

use crate::support::TestApp;
use crate::support::data::*;

#[actix_web::test]
async fn an_administrator_sets_what_holds() {
    let app = TestApp::start().await;
    let (admin, officer) = (app.caller(Role::Admin, CITY), app.officer_of(COMMUNITY));
    let days = async || {
        let known = officer.get(&format!("/v1/rules/resolve?jurisdiction={COMMUNITY}")).await.body["items"].clone();
        known.as_array().unwrap().iter().find(|rule| rule["name"] == "dispute_accept_days").unwrap()["value"].clone()
    };
    assert_eq!(days().await, 2);
    let rule = json!({"jurisdiction": CITY, "name": "dispute_accept_days", "value": 1, "legal_basis": "市级通知", "valid_from": "2026-03-02"});
    admin.makes("/v1/rules", rule).await;
    assert_eq!(days().await, 1);
    let category = json!({"jurisdiction": CITY, "code": "noise.square", "title": "广场舞噪声", "legal_basis": "通知", "valid_from": "2026-03-02"});
    admin.makes("/v1/dispute-categories", category).await;
    let mut body = dispute_in(COMMUNITY);
    body["category"] = json!("noise.square");
    officer.files(&body).await;
    let lost = json!({"jurisdiction": CITY, "issuer": app.settings.issuer, "jti": "lost", "reason": "手机遗失"});
    admin.makes("/v1/token-revocations", lost).await;
    assert!(admin.get("/v1/token-revocations").await.body["items"].to_string().contains("手机遗失"));
    admin.post("/v1/disputes", &body).await.is(403, "forbidden");
}
