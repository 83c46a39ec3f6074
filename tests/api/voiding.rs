//! What was set by mistake is voided: it stays readable, and the right one is accepted at once.

use chrono::Duration;
use serde_json::{Value, json};
use sihe::access::actor::Role;

use crate::support::data::*;
use crate::support::world::{contract, matter, responsibility};
use crate::support::{Answer, Caller, TestApp};

async fn void(caller: &Caller<'_>, path: &str) -> Answer {
    caller.post(&format!("{path}/void"), &json!({"reason": "录入错误"})).await
}

/// Voids what the caller may void.
async fn voids(caller: &Caller<'_>, path: &str) -> Answer {
    caller.acts(&format!("{path}/void"), json!({"reason": "录入错误"})).await
}

#[actix_web::test]
async fn a_contract_gives_way_to_the_right_one() {
    let app = TestApp::start().await;
    let (community, district) = (app.officer_of(COMMUNITY), app.officer_of(DISTRICT));
    let estate = community.estate(COMMUNITY).await;
    let enterprise = community.organization("property_enterprise", COMMUNITY).await;
    let right = contract(&estate, &enterprise);
    let wrong = community.makes("/v1/property-contracts", right.clone()).await;
    let path = format!("/v1/property-contracts/{}", wrong.id());
    assert!(wrong.body["next_actions"].as_array().unwrap().contains(&json!("void")));
    app.caller(Role::Resident, COMMUNITY).post(&format!("{path}/void"), &json!({"reason": "x"})).await.is(403, "forbidden");
    app.officer_of(OTHER_DISTRICT).post(&format!("{path}/void"), &json!({"reason": "x"})).await.is(404, "not_found");
    community.post("/v1/property-contracts", &right).await.is(409, "overlap");
    let voided = voids(&community, &path).await;
    assert_eq!((&voided.body["status"], &voided.body["voided_on"]), (&json!("voided"), &json!("2026-03-02")));
    assert_eq!((&voided.body["void_reason"], &voided.body["next_actions"]), (&json!("录入错误"), &json!([])));
    void(&community, &path).await.is(409, "state_conflict");
    let serving = format!("/v1/property-contracts?estate_id={estate}&in_force_on=2026-03-02");
    assert_eq!(community.get(&serving).await.ids(), [""; 0]);
    let second = community.makes("/v1/property-contracts", right.clone()).await.id();
    assert_eq!(community.get(&serving).await.ids(), std::slice::from_ref(&second));

    // Once it has begun and the day is over, the district says that it never was.
    app.clock.advance(Duration::days(1));
    let path = format!("/v1/property-contracts/{second}");
    let seen = community.get(&path).await;
    assert_eq!(seen.body["next_actions"], json!(["give_notice", "terminate"]));
    assert_eq!(void(&community, &path).await.errors(), ["# level_above_decides"]);
    assert_eq!(district.get(&path).await.body["next_actions"], json!(["update", "file", "give_notice", "terminate", "void"]));
    voids(&district, &path).await;
    // Before it begins, whoever registered it does, whenever that is.
    let mut next = right;
    (next["starts_on"], next["ends_on"]) = (json!("2026-05-01"), json!("2028-04-30"));
    let next = community.makes("/v1/property-contracts", next).await.id();
    app.clock.advance(Duration::days(40));
    voids(&community, &format!("/v1/property-contracts/{next}")).await;
    // An enterprise that serves nobody any more can be dissolved.
    community.acts(&format!("/v1/organizations/{enterprise}/dissolve"), json!({})).await;
}

#[actix_web::test]
async fn two_officers_void_a_contract_once() {
    let app = TestApp::start().await;
    let (one, other) = (app.officer_of(COMMUNITY), app.officer_of(STREET));
    let estate = one.estate(COMMUNITY).await;
    let id = one.contract(&estate, COMMUNITY).await.id();
    let path = format!("/v1/property-contracts/{id}");
    let (first, second) = futures_util::join!(void(&one, &path), void(&other, &path));
    let mut states = [first.status, second.status];
    states.sort_unstable();
    assert_eq!(states, [200, 409]);
}

#[actix_web::test]
async fn a_rule_no_longer_holds_from_the_day_on_which_it_is_voided() {
    let app = TestApp::start().await;
    let (admin, officer) = (app.caller(Role::Admin, DISTRICT), app.officer_of(COMMUNITY));
    let rule = |value: i64| json!({"jurisdiction": DISTRICT, "name": "dispute_accept_days", "value": value, "legal_basis": "通知", "valid_from": "2026-03-02"});
    let value = async |day: &str| {
        let path = format!("/v1/rules/resolve?jurisdiction={COMMUNITY}&as_of={day}");
        let found = officer.get(&path).await.body["items"].as_array().unwrap().clone();
        found.into_iter().find(|rule| rule["name"] == "dispute_accept_days").unwrap()["value"].as_i64().unwrap()
    };
    let default = value("2026-03-02").await;
    let wrong = admin.makes("/v1/rules", rule(9)).await;
    assert_eq!(value("2026-03-02").await, 9);
    let path = format!("/v1/rules/{}", wrong.id());
    assert_eq!(wrong.header("location").unwrap(), path);
    assert_eq!(officer.get(&path).await.body["value"], 9);
    void(&officer, &path).await.is(403, "forbidden");
    void(&app.caller(Role::Admin, OTHER_DISTRICT), &path).await.is(404, "not_found");
    void(&app.caller(Role::Admin, COMMUNITY), &path).await.is(404, "not_found");
    assert_eq!(
        admin.post(&format!("{path}/void"), &json!({"reason": " "})).await.errors(),
        ["#/reason blank", "#/reason min_length"]
    );
    voids(&admin, &path).await;
    assert_eq!(value("2026-03-02").await, default);
    // The right one is accepted at once.
    let second = admin.makes("/v1/rules", rule(5)).await.id();
    assert_eq!(admin.post("/v1/rules", &rule(4)).await.errors(), ["#/valid_from taken"]);
    assert_eq!(value("2026-03-02").await, 5);
    app.clock.advance(Duration::days(3));
    voids(&admin, &format!("/v1/rules/{second}")).await;
    assert_eq!((value("2026-03-04").await, value("2026-03-05").await), (5, default), "what held, held");
    let listed = officer.get(&format!("/v1/rules?jurisdiction={DISTRICT}&name=dispute_accept_days")).await;
    let days: Vec<_> = listed.body["items"].as_array().unwrap().iter().map(|rule| rule["voided_on"].clone()).collect();
    assert_eq!(days, [json!("2026-03-05"), json!("2026-03-02")]);
}

#[actix_web::test]
async fn a_later_setting_of_a_category_keeps_what_it_does_not_name() {
    let app = TestApp::start().await;
    let admin = app.caller(Role::Admin, DISTRICT);
    let set = |body: Value| {
        let mut whole = json!({"jurisdiction": DISTRICT, "code": "noise", "legal_basis": "区通知", "valid_from": "2026-03-02"});
        whole.as_object_mut().unwrap().extend(body.as_object().unwrap().clone());
        whole
    };
    let noise = async |day: &str| {
        let path = format!("/v1/dispute-categories/resolve?jurisdiction={COMMUNITY}&as_of={day}");
        let found = admin.get(&path).await.body["items"].as_array().unwrap().clone();
        let found = found.into_iter().find(|category| category["code"] == "noise").unwrap();
        (found["resolve_days"].clone(), found["risk"].clone())
    };
    let before = noise("2026-03-02").await;
    admin.makes("/v1/dispute-categories", set(json!({"resolve_days": 10, "risk": "red"}))).await;
    let later = admin.makes("/v1/dispute-categories", set(json!({"resolve_days": 12, "valid_from": "2026-04-01"}))).await.id();
    assert_eq!(noise("2026-03-31").await, (json!(10), json!("red")));
    assert_eq!(noise("2026-04-01").await, (json!(12), json!("red")));
    let again = set(json!({"resolve_days": 11, "valid_from": "2026-04-01"}));
    assert_eq!(admin.post("/v1/dispute-categories", &again).await.errors(), ["#/valid_from taken"]);
    let path = format!("/v1/dispute-categories/{later}");
    void(&app.officer_of(DISTRICT), &path).await.is(403, "forbidden");
    void(&app.caller(Role::Admin, OTHER_DISTRICT), &path).await.is(404, "not_found");
    voids(&admin, &path).await;
    assert_eq!(noise("2026-04-01").await, (json!(10), json!("red")));
    admin.makes("/v1/dispute-categories", again).await;
    assert_eq!(noise("2026-04-01").await, (json!(11), json!("red")));
    assert_eq!(admin.get(&path).await.body["void_reason"], "录入错误");
    assert_eq!(noise("2026-03-01").await, before);
}

#[actix_web::test]
async fn deadlines_are_counted_anew_when_a_year_is_voided() {
    let app = TestApp::start().await;
    let admin = app.caller(Role::Admin, CITY);
    let officer = app.officer_of(COMMUNITY);
    let dispute = officer.files(&dispute_in(COMMUNITY)).await;
    let due = async || officer.get(&format!("/v1/disputes/{}", dispute.id())).await.body["due_at"].clone();
    let before = due().await;
    let days = json!([{"on": "2026-03-03", "kind": "off", "name": "假"}, {"on": "2026-03-04", "kind": "off", "name": "假"}]);
    let year = json!({"jurisdiction": CITY, "year": 2026, "legal_basis": "通知", "days": days});
    let path = format!("/v1/calendars/{}", admin.makes("/v1/calendars", year.clone()).await.id());
    app.run_due_jobs().await;
    assert_ne!(due().await, before);
    assert_eq!(admin.post("/v1/calendars", &year).await.errors(), ["#/year taken"]);
    void(&app.officer_of(CITY), &path).await.is(403, "forbidden");
    void(&app.caller(Role::Admin, OTHER_CITY), &path).await.is(404, "not_found");
    voids(&admin, &path).await;
    app.run_due_jobs().await;
    assert_eq!(due().await, before);
    admin.patch(&path, 2, &json!({"legal_basis": "新通知"})).await.is(409, "state_conflict");
    let resolved = admin.get("/v1/calendars/resolve?jurisdiction=3702&year=2026").await;
    assert_eq!(resolved.body["source"], "built_in");
    admin.makes("/v1/calendars", year).await;
}

#[actix_web::test]
async fn an_entry_of_the_responsibility_list_is_voided() {
    let app = TestApp::start().await;
    let officer = app.officer_of(DISTRICT);
    let matter = matter();
    let make = async |day: &str| {
        let id = officer.makes("/v1/responsibilities", responsibility(DISTRICT, &matter)).await.id();
        (id.clone(), officer.post(&format!("/v1/responsibilities/{id}/publish"), &json!({"valid_from": day})).await)
    };
    let leads = async |day: &str| {
        let path = format!("/v1/responsibilities/resolve?matter={matter}&jurisdiction={COMMUNITY}&as_of={day}");
        officer.get(&path).await.body["lead"].as_array().unwrap().len()
    };
    let (wrong, _) = make("2026-03-02").await;
    make("2026-03-02").await.1.is(409, "overlap");
    let path = format!("/v1/responsibilities/{wrong}");
    void(&app.caller(Role::Resident, COMMUNITY), &path).await.is(403, "forbidden");
    void(&app.officer_of(OTHER_DISTRICT), &path).await.is(404, "not_found");
    void(&app.officer_of(STREET), &path).await.is(404, "not_found");
    let voided = voids(&officer, &path).await;
    assert_eq!((&voided.body["status"], &voided.body["valid_until"]), (&json!("voided"), &json!("2026-03-02")));
    assert_eq!(leads("2026-03-02").await, 0);
    void(&officer, &path).await.is(409, "state_conflict");
    let (right, published) = make("2026-03-02").await;
    assert_eq!(published.status, 200);
    app.clock.advance(Duration::days(5));
    voids(&officer, &format!("/v1/responsibilities/{right}")).await;
    assert_eq!((leads("2026-03-06").await, leads("2026-03-07").await), (1, 0), "what held, held");
    let residents = app.caller(Role::Resident, COMMUNITY);
    assert_eq!(residents.get(&path).await.body["void_reason"], "录入错误", "it was published");
}
