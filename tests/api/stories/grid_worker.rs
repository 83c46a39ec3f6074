//! A grid worker, who walks, notices, reports and helps.

use serde_json::json;
use sihe::access::actor::Role;

use super::{only, takes, waiting, waits};
use crate::support::TestApp;
use crate::support::data::*;

#[actix_web::test]
async fn a_grid_worker_reports_and_helps() {
    let app = TestApp::start().await;
    let (officer, worker) = (app.officer_of(COMMUNITY), app.caller(Role::GridWorker, GRID));
    worker.files(&dispute_in(GRID)).await;
    let case = format!("/v1/disputes/{}", only(&worker, "/v1/disputes").await);
    takes(&worker, &case, "add-party", body_of("add-party")).await;
    let id = case.rsplit('/').next().unwrap();
    for action in ["accept", "assign"] {
        officer.does(id, action, body_of(action)).await;
    }
    assert_eq!(waits(&worker, "start_dispute", "/v1/disputes").await, case);
    let told = worker.get(&format!("{case}/disclosure?purpose=handling")).await;
    assert_eq!(told.body["parties"][0]["phone"], "13800001234");
    takes(&worker, &case, "contact", json!({"note": "已上门"})).await;
    takes(&worker, &case, "start", json!({})).await;
    assert_eq!(waits(&worker, "resolve_dispute", "/v1/disputes").await, case);
    takes(&worker, &case, "resolve", body_of("resolve")).await;
    assert!(waiting(&worker, "resolve_dispute").await.is_empty());
}

#[actix_web::test]
async fn a_grid_worker_walks_and_makes_a_dispute_of_what_they_notice() {
    let app = TestApp::start().await;
    let worker = app.caller(Role::GridWorker, GRID);
    let walked = json!({"jurisdiction": GRID, "kind": "patrol", "title": "早班巡查", "observed_at": "2026-03-02T00:00:00Z"});
    let patrol = worker.makes("/v1/grid-records", walked).await.id();
    let noticed = |title: &str| json!({"jurisdiction": GRID, "kind": "clue", "title": title, "patrol_id": patrol});
    for title in ["楼道堆物", "楼上漏水"] {
        worker.makes("/v1/grid-records", noticed(title)).await;
    }
    let open = worker.get(&format!("/v1/grid-records?status=open&patrol_id={patrol}")).await.ids();
    let officer = app.officer_of(COMMUNITY);
    assert_eq!((waiting(&worker, "decide_clue").await.len(), waiting(&officer, "decide_clue").await.len()), (2, 2));
    assert!(waiting(&app.officer_of(OTHER_COMMUNITY), "decide_clue").await.is_empty());
    let [leak, heap] = &open[..] else { panic!("{open:?}") };
    takes(&worker, &format!("/v1/grid-records/{heap}"), "settle", json!({"outcome": "已劝导清理"})).await;
    let parties = json!([{"role": "applicant", "kind": "person", "name": "王小明", "phone": "13800000000"}]);
    let body = json!({"category": "leakage.common", "parties": parties});
    let refused = worker.post(&format!("/v1/grid-records/{leak}/file"), &body).await;
    assert_eq!(refused.errors(), ["#/estate_name required_by_category"]);
    let body = json!({"category": "leakage.common", "estate_name": "示范小区", "parties": parties});
    takes(&worker, &format!("/v1/grid-records/{leak}"), "file", body).await;
    assert!(waiting(&worker, "decide_clue").await.is_empty());
    let case = only(&worker, "/v1/disputes").await;
    assert_eq!(worker.get(&format!("/v1/grid-records/{leak}")).await.body["dispute_id"], case.as_str());
    assert_eq!(worker.get(&format!("/v1/disputes/{case}")).await.body["title"], "楼上漏水");
}
