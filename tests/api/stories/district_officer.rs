//! An officer of a district.

use serde_json::{Value, json};

use super::{offered, takes, waits};
use crate::support::TestApp;
use crate::support::data::*;
use crate::support::world::organization;

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
