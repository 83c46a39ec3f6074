//! A system of the city that files what came by the hotline, over a network that fails, and keeps a copy.

use serde_json::json;
use sihe::access::actor::Role;
use uuid::Uuid;

use super::{changes, takes};
use crate::support::TestApp;
use crate::support::data::*;

#[actix_web::test]
async fn a_system_files_retries_and_keeps_a_copy() {
    let app = TestApp::start().await;
    let (system, officer) = (app.caller(Role::Integration, CITY), app.officer_of(COMMUNITY));
    let mut cursor = system.get("/v1/changes?types=dispute&cursor=now").await.body["next_cursor"].as_str().unwrap().to_owned();
    let mut body = dispute_in(COMMUNITY);
    (body["id"], body["channel"]) = (json!(Uuid::now_v7()), json!("hotline"));
    // It does not know whether the first try arrived.
    let (first, again) = (
        system.post_once("hotline-12345-1", "/v1/disputes", &body).await,
        system.post_once("hotline-12345-1", "/v1/disputes", &body).await,
    );
    assert_eq!((first.status, again.status, &first.bytes), (201, 201, &again.bytes));
    let case = format!("/v1/disputes/{}", first.id());
    changes(&system, &case, json!({"title": "楼上漏水（热线补充）"})).await;
    takes(&system, &case, "correct-party", json!({"position": 0, "phone": "13800007777", "reason": "热线更正"})).await;
    officer.does(&first.id(), "accept", json!({})).await;
    let mut told = Vec::new();
    loop {
        let page = system.get(&format!("/v1/changes?types=dispute&cursor={cursor}&wait=5")).await;
        assert_eq!(page.status, 200);
        cursor = page.body["next_cursor"].as_str().unwrap().to_owned();
        told.extend(page.body["changes"].as_array().unwrap().clone());
        if told.last().is_some_and(|change| change["data"]["status"] == "accepted") {
            break;
        }
    }
    let versions: Vec<_> = told.iter().map(|change| change["version"].as_i64().unwrap()).collect();
    assert_eq!(versions, [1, 2, 3, 4], "each version, in order");
    assert!(!json!(told).to_string().contains("13800007777"), "and no numbers to call");
    system.post(&format!("{case}/resolve"), &body_of("resolve")).await.is(403, "forbidden");
}
