//! An auditor, who reads and changes nothing.

use serde_json::json;
use sihe::access::actor::Role;

use super::offered;
use crate::support::TestApp;
use crate::support::data::*;

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
