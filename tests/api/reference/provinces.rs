//! What is set for a province holds in its cities.

use serde_json::json;
use sihe::access::actor::Role;

use crate::support::TestApp;
use crate::support::data::*;

const PROVINCE: &str = "37";

#[actix_web::test]
async fn what_a_province_sets_holds_in_its_cities_unless_they_set_it() {
    let app = TestApp::start().await;
    let (province, city, anyone) = (app.caller(Role::Admin, PROVINCE), app.caller(Role::Admin, CITY), app.officer_of(COMMUNITY));
    let year = |code: &str, off: &str| json!({"jurisdiction": code, "year": 2027, "legal_basis": "通知", "days": [{"on": off, "kind": "off", "name": "元旦"}]});
    city.post("/v1/calendars", &year(PROVINCE, "2027-01-01")).await.is(422, "validation_failed");
    province.makes("/v1/calendars", year(PROVINCE, "2027-01-01")).await;
    let known = async |code: &str| {
        let found = anyone.get(&format!("/v1/calendars/resolve?jurisdiction={code}&year=2027")).await;
        (found.body["source"].as_str().unwrap().to_owned(), found.body["off"][0].as_str().unwrap_or("-").to_owned())
    };
    assert_eq!(known(COMMUNITY).await, ("province".into(), "2027-01-01".into()));
    city.makes("/v1/calendars", year(CITY, "2027-01-04")).await;
    assert_eq!(known(COMMUNITY).await, ("city".into(), "2027-01-04".into()));
    assert_eq!(known(OTHER_CITY).await, ("province".into(), "2027-01-01".into()));

    let rule = |code: &str, value: i64| json!({"jurisdiction": code, "name": "dispute_accept_days", "value": value, "legal_basis": "省通知", "valid_from": "2026-03-02"});
    city.post("/v1/rules", &rule(PROVINCE, 4)).await.is(422, "validation_failed");
    province.makes("/v1/rules", rule(PROVINCE, 4)).await;
    let holds = async |code: &str| {
        let found = anyone.get(&format!("/v1/rules/resolve?jurisdiction={code}")).await;
        let items = found.body["items"].as_array().unwrap().clone();
        let rule = items.into_iter().find(|rule| rule["name"] == "dispute_accept_days").unwrap();
        (rule["value"].as_i64().unwrap(), rule["overridden"].clone())
    };
    assert_eq!(holds(COMMUNITY).await, (4, json!([])));
    city.makes("/v1/rules", rule(CITY, 3)).await;
    let told = json!([{"jurisdiction": PROVINCE, "value": 4, "text": null, "legal_basis": "省通知"}]);
    assert_eq!(holds(COMMUNITY).await, (3, told));
    assert_eq!(holds(OTHER_COMMUNITY).await.0, 3);
    assert_eq!(holds("379902001001").await, (4, json!([])));
}

#[actix_web::test]
async fn whoever_holds_a_role_in_a_province_reaches_its_cities() {
    let app = TestApp::start().await;
    let here = app.officer_of(COMMUNITY).files(&dispute_in(COMMUNITY)).await.id();
    app.later(1);
    let there = app.officer_of("379902001001").files(&dispute_in("379902001001")).await.id();
    let auditor = app.caller(Role::Auditor, PROVINCE);
    assert_eq!(auditor.get("/v1/disputes").await.ids(), [there.clone(), here.clone()]);
    assert_eq!(auditor.get(&format!("/v1/disputes?in={CITY}")).await.ids(), [here.as_str()]);
    assert_eq!(auditor.get(&format!("/v1/disputes/{there}")).await.status, 200);
    let elsewhere = app.caller(Role::Auditor, "44");
    elsewhere.get(&format!("/v1/disputes/{here}")).await.is(404, "not_found");
    assert_eq!(elsewhere.get("/v1/disputes").await.ids(), [""; 0]);
    let filed = app.caller(Role::Integration, PROVINCE).post("/v1/disputes", &dispute_in(PROVINCE)).await;
    assert_eq!(filed.errors(), ["#/jurisdiction wrong_level"]);
    // Nobody is an officer of a province, and no case goes up to one.
    let claims = app.claims(&[(Role::CityOfficer, PROVINCE)]);
    assert!(app.with_claims(&claims).get("/v1/disputes").await.status >= 400);
    let at_top = app.officer_of(CITY).get(&format!("/v1/disputes/{here}")).await;
    assert!(!at_top.body["next_actions"].as_array().unwrap().is_empty());
}
