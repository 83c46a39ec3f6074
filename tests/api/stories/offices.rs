//! A grid worker, and the officers of a community, a street and a district.

use serde_json::{Value, json};
use sihe::access::actor::Role;

use super::{consent, offered, only, takes, waiting, waits};
use crate::support::TestApp;
use crate::support::data::*;
use crate::support::world::organization;

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

#[actix_web::test]
async fn a_community_officer_handles_and_proposes_mediation() {
    let app = TestApp::start().await;
    let (officer, wang) = (app.officer_of(COMMUNITY), app.resident("wang", COMMUNITY));
    app.officer_of(CITY).mediation_committee(STREET, None).await;
    wang.files(&dispute_in(COMMUNITY)).await;
    let case = waits(&officer, "accept_dispute", "/v1/disputes").await;
    takes(&officer, &case, "accept", json!({})).await;
    takes(&officer, &case, "contact", json!({})).await;
    assert_eq!(waits(&officer, "assign_dispute", "/v1/disputes").await, case);
    takes(&officer, &case, "assign", body_of("assign")).await;
    assert_eq!(waits(&officer, "start_dispute", "/v1/disputes").await, case);
    takes(&officer, &case, "start", json!({})).await;
    assert_eq!(waits(&officer, "resolve_dispute", "/v1/disputes").await, case);

    // The street's committee is found in the directory, though the officer does not keep its register.
    assert!(offered(&officer, &case).await.contains(&"propose_mediation".to_owned()));
    let committee = only(&officer, "/v1/directory/organizations?kind=mediation_committee").await;
    let id = case.rsplit('/').next().unwrap();
    let mediation = officer.makes("/v1/mediations", json!({"dispute_id": id, "organization_id": committee})).await.id();
    let linked = officer.get(&case).await.body["progress"]["mediation_ids"].clone();
    assert_eq!(linked, json!([mediation]));
    let path = waits(&officer, "prepare_mediation", "/v1/mediations").await;
    let mut heard = consent(&json!(0));
    heard["channel"] = json!("phone");
    takes(&officer, &path, "record-consent", heard.clone()).await;
    heard["position"] = json!(1);
    takes(&officer, &path, "record-consent", heard).await;
    let mediator = officer.get(&format!("/v1/directory/mediators?organization_id={committee}")).await.ids().remove(0);
    takes(&officer, &path, "select", json!({"mediator_id": mediator, "waiver": "年度培训尚未开班"})).await;
}

#[actix_web::test]
async fn a_street_officer_decides_for_the_communities() {
    let app = TestApp::start().await;
    let (community, street) = (app.officer_of(COMMUNITY), app.officer_of(STREET));
    let id = community.files(&dispute_in(COMMUNITY)).await.id();
    community.does(&id, "accept", json!({})).await;
    community.does(&id, "request-approval", body_of("request-approval")).await;
    let asked = waits(&street, "decide_request", "/v1/disputes").await;
    let kind = street.get(&asked).await.body["progress"]["approval"]["kind"].clone();
    assert_eq!(kind, "extend");
    takes(&street, &asked, "extend", json!({"reason": "同意延期"})).await;
    assert!(waiting(&street, "decide_request").await.is_empty());

    let unit = json!({"community": COMMUNITY, "name": "第九网格", "households": 100, "established_on": "2026-01-01",
        "lead_name": "网格长甲", "lead_phone": "13700001111"});
    community.makes("/v1/grid-units", unit).await;
    let proposed = waits(&street, "approve_grid_unit", "/v1/grid-units").await;
    takes(&street, &proposed, "approve", json!({"reason": "同意"})).await;

    // A committee that was elected is followed until it has filed.
    app.officer_of(CITY).committee(COMMUNITY, "elected").await;
    let committee = waits(&street, "follow_committee", "/v1/owners-committees").await;
    let chair = street.get(&committee).await.body["members"][0]["id"].clone();
    takes(&street, &committee, "hold-first-meeting", json!({"held_on": "2026-03-02", "posts": {"chair_id": chair}})).await;
    takes(&street, &committee, "file-with-street", json!({"filed_on": "2026-03-02", "number": "街备1号"})).await;
}

#[actix_web::test]
async fn a_district_officer_watches_what_is_grave_and_answers_complaints() {
    let app = TestApp::start().await;
    let (street, district, wang) = (app.officer_of(STREET), app.officer_of(DISTRICT), app.resident("wang", COMMUNITY));
    let mut grave = dispute_in(COMMUNITY);
    (grave["category"], grave["description"]) = ("elevator.accident".into(), "困人".into());
    let id = wang.files(&grave).await.id();
    let watched = waits(&district, "watch_dispute", "/v1/disputes").await;
    takes(&district, &watched, "remark", json!({"note": "请立即处置"})).await;
    for action in ["accept", "assign", "start", "resolve"] {
        street.does(&id, action, body_of(action)).await;
    }
    wang.does(&id, "rate", json!({"satisfaction": "dissatisfied", "note": "仍故障"})).await;
    let complained = waits(&district, "decide_request", "/v1/disputes").await;
    let taken = takes(&district, &complained, "reopen", json!({"reason": "区级督办"})).await;
    assert_eq!((&taken.body["level"], &taken.body["approver"]), (&json!("district"), &Value::Null));
    assert!(district.get(&format!("/v1/indicators?in={DISTRICT}")).await.status == 200);
    let body = organization("property_office", DISTRICT);
    let office = district.makes("/v1/organizations", body).await.id();
    assert!(offered(&district, &format!("/v1/organizations/{office}")).await.contains(&"dissolve".to_owned()));
}
