//! The numbers that people write on paper.

use chrono::Duration;
use serde_json::{Value, json};
use sihe::access::actor::Role;

use crate::support::data::*;
use crate::support::mediation::Stage;
use crate::support::{Caller, TestApp};

async fn files(caller: &Caller<'_>, place: &str) -> String {
    caller.files(&dispute_in(place)).await.body["number"].as_str().unwrap().to_owned()
}

fn pattern(place: &str, text: &str) -> Value {
    json!({
        "jurisdiction": place, "name": "dispute_number_pattern", "text": text, "legal_basis": "公文处理办法",
        "valid_from": "2026-03-02"
    })
}

#[actix_web::test]
async fn each_district_counts_by_itself_and_without_gaps() {
    let app = TestApp::start().await;
    let (officer, neighbor) = (app.officer_of(COMMUNITY), app.officer_of(OTHER_CITY));
    let filed = officer.files(&dispute_in(COMMUNITY)).await;
    assert_eq!(filed.body["number"], "D370202-2026-000001");
    assert_eq!(files(&neighbor, OTHER_CITY).await, "D3799-2026-000001");
    assert_eq!(files(&app.officer_of(OTHER_DISTRICT), OTHER_DISTRICT).await, "D370203-2026-000001");
    // What is refused takes no number, however late it is refused.
    let mut twice = dispute_in(COMMUNITY);
    twice["id"] = filed.id().into();
    officer.post("/v1/disputes", &twice).await.is(409, "duplicate");
    assert_eq!(files(&officer, COMMUNITY).await, "D370202-2026-000002");
    let found = officer.get("/v1/disputes?number=D370202-2026-000001").await;
    assert_eq!(found.ids(), [filed.id()]);
    let street = app.officer_of(STREET);
    let (one, other) = futures_util::join!(files(&officer, COMMUNITY), files(&street, COMMUNITY));
    let mut both = [one, other];
    both.sort();
    assert_eq!(both, ["D370202-2026-000003", "D370202-2026-000004"]);
    // The last evening of the year in China, then the first morning.
    let last = "2026-12-31T15:59:59Z".parse::<chrono::DateTime<chrono::Utc>>().unwrap();
    app.clock.advance(last - app.clock.now());
    assert_eq!(files(&officer, COMMUNITY).await, "D370202-2026-000005");
    app.clock.advance(Duration::seconds(1));
    assert_eq!(files(&officer, COMMUNITY).await, "D370202-2027-000001");
}

#[actix_web::test]
async fn an_administration_says_how_its_numbers_are_written() {
    let app = TestApp::start().await;
    let (admin, officer) = (app.caller(Role::Admin, DISTRICT), app.officer_of(COMMUNITY));
    let shown = async || {
        let path = format!("/v1/rules/resolve?jurisdiction={COMMUNITY}");
        let all = officer.get(&path).await.body["items"].as_array().unwrap().clone();
        all.into_iter().find(|rule| rule["name"] == "dispute_number_pattern").unwrap()
    };
    let default = shown().await;
    assert_eq!((&default["value"], &default["text"]), (&Value::Null, &json!("D{code}-{year}-{number:6}")));
    assert_eq!(files(&officer, COMMUNITY).await, "D370202-2026-000001");
    let mut both = pattern(DISTRICT, "青南纠〔{year}〕{number}号");
    both["value"] = 1.into();
    let days =
        json!({"name": "dispute_accept_days", "jurisdiction": DISTRICT, "legal_basis": "通知", "valid_from": "2026-03-02"});
    let with = |body: &Value, name: &str, value: Value| {
        let mut body = body.clone();
        body[name] = value;
        body
    };
    for (body, fault) in [
        (pattern(DISTRICT, "青南纠{number}号"), "#/text no_pattern"),
        (pattern(DISTRICT, "{year}{number}{name}"), "#/text no_pattern"),
        (pattern(DISTRICT, "{year}{number:0}"), "#/text no_pattern"),
        (both, "#/value not_applicable"),
        (days.clone(), "#/value required"),
        (with(&days, "text", json!("{year}{number}")), "#/text not_applicable"),
        (with(&pattern(DISTRICT, "x"), "text", Value::Null), "#/text required"),
    ] {
        assert_eq!(admin.post("/v1/rules", &body).await.errors(), [fault], "{body}");
    }
    officer.post("/v1/rules", &pattern(COMMUNITY, "{year}{number}")).await.is(403, "forbidden");
    admin.makes("/v1/rules", pattern(DISTRICT, "青南纠〔{year}〕{number}号")).await;
    let filed = officer.files(&dispute_in(COMMUNITY)).await;
    assert_eq!(filed.body["number"], "青南纠〔2026〕1号", "a new pattern begins anew");
    let path = "/v1/disputes?number=%E9%9D%92%E5%8D%97%E7%BA%A0%E3%80%942026%E3%80%951%E5%8F%B7";
    assert_eq!(officer.get(path).await.ids(), [filed.id()]);
    // Nobody else writes the same numbers, also with other zeros.
    let other = app.caller(Role::Admin, OTHER_DISTRICT);
    let same = other.post("/v1/rules", &pattern(OTHER_DISTRICT, "青南纠〔{year}〕{number:3}号")).await;
    assert_eq!(same.errors(), ["#/text taken"]);
    // A city that counts for all of its districts, but for those that count by themselves.
    app.caller(Role::Admin, CITY).makes("/v1/rules", pattern(CITY, "青纠〔{year}〕{number:4}号")).await;
    assert_eq!(files(&app.officer_of(OTHER_DISTRICT), OTHER_DISTRICT).await, "青纠〔2026〕0001号");
    assert_eq!(files(&officer, COMMUNITY).await, "青南纠〔2026〕2号");
}

#[actix_web::test]
async fn no_pattern_stands_in_the_way_of_another() {
    let app = TestApp::start().await;
    let (admin, other) = (app.caller(Role::Admin, DISTRICT), app.caller(Role::Admin, OTHER_DISTRICT));
    let (officer, neighbor) = (app.officer_of(COMMUNITY), app.officer_of(OTHER_DISTRICT));
    // A pattern that writes the very numbers of the neighbor.
    let wrong = admin.makes("/v1/rules", pattern(DISTRICT, "D370203-{year}-{number:6}")).await.id();
    for number in 1..=11 {
        assert_eq!(files(&officer, COMMUNITY).await, format!("D370203-2026-{number:06}"));
    }
    // However many there are, the neighbor goes on behind them.
    assert_eq!(files(&neighbor, OTHER_DISTRICT).await, "D370203-2026-000012");
    assert_eq!(files(&officer, COMMUNITY).await, "D370203-2026-000013");
    admin.acts(&format!("/v1/rules/{wrong}/void"), json!({"reason": "录入错误"})).await;
    // What was set for the wrong place can be set for the right one at once.
    let mistaken = admin.makes("/v1/rules", pattern(DISTRICT, "青北纠〔{year}〕{number}号")).await.id();
    admin.acts(&format!("/v1/rules/{mistaken}/void"), json!({"reason": "录入错误"})).await;
    other.makes("/v1/rules", pattern(OTHER_DISTRICT, "青北纠〔{year}〕{number}号")).await;
    assert_eq!(files(&neighbor, OTHER_DISTRICT).await, "青北纠〔2026〕1号");
}

#[actix_web::test]
async fn a_party_links_by_a_number_as_it_stands_on_paper() {
    let app = TestApp::start().await;
    app.caller(Role::Admin, DISTRICT).makes("/v1/rules", pattern(DISTRICT, "青南纠〔{year}〕{number}号")).await;
    let officer = app.officer_of(COMMUNITY);
    let id = officer.handled(COMMUNITY).await;
    let handed = officer.party_code(&id, 1).await;
    assert_eq!(handed["number"], "青南纠〔2026〕1号");
    app.resident("li", COMMUNITY).acts("/v1/disputes/link", handed).await;
}

#[actix_web::test]
async fn mediations_agreements_and_certificates_count_by_themselves() {
    let app = TestApp::start().await;
    let officer = app.colleague_of(COMMUNITY);
    let dispute = officer.handled(COMMUNITY).await;
    let pair = officer.mediation_committee(COMMUNITY, None).await;
    let case = officer.mediated(&dispute, &pair, Stage::Drafted).await;
    let number = async |path: String| officer.get(&path).await.body["number"].as_str().unwrap().to_owned();
    assert_eq!(number(format!("/v1/mediations/{}", case.mediation)).await, "M370202-2026-000001");
    assert_eq!(number(format!("/v1/agreements/{}", case.agreement)).await, "A370202-2026-000001");
}
