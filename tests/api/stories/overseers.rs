//! An administrator who sets what holds, and an auditor who reads and changes nothing.

use serde_json::json;
use sihe::access::actor::Role;

use super::offered;
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

#[actix_web::test]
async fn an_auditor_reads_everything_and_changes_nothing() {
    let app = TestApp::start().await;
    let (auditor, officer) = (app.caller(Role::Auditor, DISTRICT), app.officer_of(COMMUNITY));
    let committee = app.officer_of(CITY).mediation_committee(COMMUNITY, None).await;
    let id = officer.handled(COMMUNITY).await;
    officer.mediated(&id, &committee, crate::support::mediation::Stage::Effective).await;
    for list in ["disputes", "mediations", "mediation-sessions", "agreements", "organizations", "mediators", "learners"] {
        let found = auditor.get(&format!("/v1/{list}")).await.ids();
        assert!(!found.is_empty(), "{list}");
        for id in found {
            assert!(offered(&auditor, &format!("/v1/{list}/{id}")).await.is_empty(), "{list} offers an auditor nothing");
        }
    }
    let history = auditor.get(&format!("/v1/disputes/{id}/events")).await.body["items"].clone();
    assert!(history.as_array().unwrap().iter().all(|step| step["caller"].is_string()), "an auditor learns who did it");
    assert_eq!(auditor.get("/v1/changes?cursor=begin").await.status, 200);
    assert_eq!(auditor.get(&format!("/v1/indicators?in={DISTRICT}")).await.status, 200);
    auditor.post(&format!("/v1/disputes/{id}/remark"), &json!({"note": "x"})).await.is(403, "forbidden");
    app.caller(Role::Auditor, OTHER_DISTRICT).get(&format!("/v1/disputes/{id}")).await.is(404, "not_found");
}
