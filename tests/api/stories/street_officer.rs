//! An officer of a street.

use serde_json::json;

use super::{takes, waiting, waits};
use crate::support::TestApp;
use crate::support::data::*;

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
