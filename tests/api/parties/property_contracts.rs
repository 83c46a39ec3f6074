//! How a property contract is filed, goes on without term, and ends.

use chrono::Duration;
use serde_json::{Value, json};
use sihe::access::actor::Role;

use crate::support::data::*;
use crate::support::world::contract;
use crate::support::{Caller, TestApp};

async fn registers(officer: &Caller<'_>, change: impl FnOnce(&mut Value)) -> String {
    let estate = officer.estate(COMMUNITY).await;
    let mut body = contract(&estate, &officer.organization("property_enterprise", COMMUNITY).await);
    change(&mut body);
    format!("/v1/property-contracts/{}", officer.makes("/v1/property-contracts", body).await.id())
}

/// A contract of three years until the last day of 2026.
async fn runs(officer: &Caller<'_>) -> String {
    registers(officer, |body| (body["starts_on"], body["ends_on"]) = ("2024-01-01".into(), "2026-12-31".into())).await
}

#[actix_web::test]
async fn a_contract_is_filed_with_the_district_in_time() {
    let app = TestApp::start().await;
    let (community, district) = (app.officer_of(COMMUNITY), app.officer_of(DISTRICT));
    // Ten days from 18 February end on Saturday the 28th, a working day; from the 19th on Sunday, which moves to Monday.
    for (signed, due, counted) in [("2026-02-18", "2026-02-28", Value::Null), ("2026-02-19", "2026-03-02", json!("2026-03-01"))] {
        let path = registers(&community, |body| {
            (body["signed_on"], body["starts_on"], body["ends_on"]) = (signed.into(), "2026-03-01".into(), "2028-12-31".into());
        })
        .await;
        let told = community.get(&path).await.body;
        assert_eq!((&told["filing_due_on"], &told["rolled_from"]["filing_due_on"]), (&json!(due), &counted));
    }
    let late = community.get("/v1/property-contracts?filing_due_on.lte=2026-03-01").await.ids();
    let [late] = &late[..] else { panic!("{late:?}") };
    let path = format!("/v1/property-contracts/{late}");
    let filing = json!({"filed_on": "2026-03-02", "number": "青南物备〔2026〕3号"});
    let work = async |caller: &Caller<'_>| caller.get("/v1/work").await.body["items"].clone();
    assert_eq!((&work(&district).await[0]["kind"], &work(&district).await[0]["id"]), (&json!("file_contract"), &json!(late)));
    assert_eq!(work(&community).await, json!([]), "the district files it");
    community.post(&format!("{path}/file"), &filing).await.is(403, "forbidden");
    let own = registers(&district, |body| {
        (body["signed_on"], body["starts_on"], body["ends_on"]) = ("2026-02-20".into(), "2026-03-01".into(), "2028-12-31".into());
    })
    .await;
    assert_eq!(district.post(&format!("{own}/file"), &filing).await.errors(), ["# second_person"]);
    app.colleague_of(DISTRICT).acts(&format!("{own}/file"), filing.clone()).await;
    assert!(!community.get(&path).await.body["next_actions"].as_array().unwrap().contains(&json!("file")));
    let early = json!({"filed_on": "2026-02-17", "number": "1"});
    assert_eq!(district.post(&format!("{path}/file"), &early).await.errors(), ["#/filed_on not_before"]);
    let filed = district.acts(&format!("{path}/file"), filing.clone()).await;
    assert_eq!((&filed.body["filing_number"], &filed.body["status"]), (&json!("青南物备〔2026〕3号"), &json!("agreed")));
    assert_eq!(work(&district).await.as_array().unwrap().len(), 1);
    // What was told wrongly is told again.
    let corrected =
        district.acts(&format!("{path}/file"), json!({"filed_on": "2026-03-01", "number": "青南物备〔2026〕2号"})).await;
    assert_eq!(
        (&corrected.body["filed_on"], &corrected.body["filing_number"]),
        (&json!("2026-03-01"), &json!("青南物备〔2026〕2号"))
    );
    assert_eq!(community.get("/v1/property-contracts?filing_due_on.lte=2026-03-01").await.ids(), [""; 0]);
    let estate = community.estate(COMMUNITY).await;
    let mut body = contract(&estate, &community.organization("property_enterprise", COMMUNITY).await);
    body["signed_on"] = "2030-01-01".into();
    assert_eq!(community.post("/v1/property-contracts", &body).await.errors(), ["#/signed_on too_late"]);
}

#[actix_web::test]
async fn service_that_goes_on_after_the_term_has_no_end() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    let path =
        registers(&officer, |body| (body["starts_on"], body["ends_on"]) = ("2023-03-03".into(), "2026-03-02".into())).await;
    let known = officer.get(&path).await.body;
    assert_eq!(officer.post(&format!("{path}/continue"), &json!({})).await.errors(), ["# not_yet"], "it has not ended");
    app.clock.advance(Duration::days(1));
    let serving = format!("/v1/property-contracts?estate_id={}&in_force_on=2031-01-01", known["estate_id"].as_str().unwrap());
    assert_eq!(officer.get(&serving).await.ids(), [""; 0]);
    let on = officer.acts(&format!("{path}/continue"), json!({})).await;
    assert_eq!((&on.body["status"], &on.body["continued_on"]), (&json!("continued"), &json!("2026-03-03")));
    assert_eq!(officer.get(&serving).await.ids(), [known["id"].as_str().unwrap()]);
    assert_eq!(officer.get("/v1/property-contracts?continued=true").await.ids(), [known["id"].as_str().unwrap()]);
    // Nobody else serves the estate meanwhile, and the enterprise cannot be dissolved.
    let mut next = contract(known["estate_id"].as_str().unwrap(), &officer.organization("property_enterprise", COMMUNITY).await);
    (next["starts_on"], next["ends_on"]) = ("2026-06-01".into(), "2029-05-31".into());
    officer.post("/v1/property-contracts", &next).await.is(409, "overlap");
    let enterprise = format!("/v1/organizations/{}/dissolve", known["organization_id"].as_str().unwrap());
    officer.post(&enterprise, &json!({})).await.is(409, "still_needed");
    // Either side ends it with sixty days' notice (Civil Code, article 948).
    let notice = |by: &str, last: &str| json!({"by": by, "given_on": "2026-03-03", "last_day": last, "reason": "不再续聘"});
    for by in ["owners", "enterprise"] {
        // Sixty days end on 2 May, a holiday that lasts until the 5th.
        let early = officer.post(&format!("{path}/give-notice"), &notice(by, "2026-05-05")).await;
        assert_eq!(early.errors(), ["#/last_day not_before"], "{by}");
    }
    let ended = officer.acts(&format!("{path}/give-notice"), notice("enterprise", "2026-05-06")).await;
    assert_eq!((&ended.body["status"], &ended.body["terminated_on"]), (&json!("terminated"), &json!("2026-05-06")));
    assert_eq!((&ended.body["handover_due_on"], &ended.body["notice_agreed"]), (&json!("2026-06-05"), &json!(false)));
    // What was told by mistake, or is taken back in time, is restored.
    let restored = officer.acts(&format!("{path}/restore"), json!({"reason": "协商后继续履行"})).await;
    assert_eq!(restored.body["restoration_reason"], "协商后继续履行");
    assert_eq!((&restored.body["status"], &restored.body["notice_by"]), (&json!("continued"), &Value::Null));
    officer.acts(&format!("{path}/give-notice"), notice("owners", "2026-05-06")).await;
    officer.makes("/v1/property-contracts", next).await;
}

#[actix_web::test]
async fn who_goes_on_serves_until_the_next_one_begins() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    let path =
        registers(&officer, |body| (body["starts_on"], body["ends_on"]) = ("2023-03-03".into(), "2026-03-02".into())).await;
    let estate = officer.get(&path).await.body["estate_id"].as_str().unwrap().to_owned();
    let mut next = contract(&estate, &officer.organization("property_enterprise", COMMUNITY).await);
    (next["starts_on"], next["ends_on"]) = ("2026-03-03".into(), "2029-05-31".into());
    let at_once = officer.makes("/v1/property-contracts", next.clone()).await.id();
    app.clock.advance(Duration::days(1));
    assert_eq!(officer.post(&format!("{path}/continue"), &json!({})).await.errors(), ["# served_by_another"]);
    app.officer_of(DISTRICT).acts(&format!("/v1/property-contracts/{at_once}/void"), json!({"reason": "录入错误"})).await;
    next["starts_on"] = "2026-06-01".into();
    officer.makes("/v1/property-contracts", next).await;
    let on = officer.acts(&format!("{path}/continue"), json!({})).await.body;
    assert_eq!((&on["continued_on"], &on["terminated_on"]), (&json!("2026-03-03"), &json!("2026-05-31")));
    assert_eq!((&on["status"], &on["handover_due_on"]), (&json!("terminated"), &json!("2026-06-30")));
}

#[actix_web::test]
async fn who_ends_a_contract_gives_notice_in_time() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    let notice = |by: &str, given: &str, last: &str| json!({"by": by, "given_on": given, "last_day": last, "reason": "通知"});
    let path = runs(&officer).await;
    let act = format!("{path}/give-notice");
    for (body, fault) in [
        // Owners: sixty days (article 946); an enterprise serves until the end and tells it ninety days before (947).
        (notice("owners", "2026-03-02", "2026-05-05"), "#/last_day not_before"),
        (notice("enterprise", "2026-03-02", "2026-06-30"), "#/last_day not_before"),
        (notice("owners", "2026-03-03", "2026-12-31"), "#/given_on too_late"),
        (notice("owners", "2026-03-02", "2027-01-01"), "#/last_day too_late"),
        (notice("owners", "2023-12-31", "2026-12-31"), "#/given_on not_before"),
    ] {
        assert_eq!(officer.post(&act, &body).await.errors(), [fault], "{body}");
    }
    app.caller(Role::Resident, COMMUNITY).post(&act, &notice("owners", "2026-03-02", "2026-05-06")).await.is(403, "forbidden");
    app.officer_of(OTHER_COMMUNITY).post(&act, &notice("owners", "2026-03-02", "2026-05-06")).await.is(404, "not_found");
    let told = officer.acts(&act, notice("owners", "2026-03-02", "2026-05-06")).await;
    assert_eq!((&told.body["notice_by"], &told.body["notice_on"]), (&json!("owners"), &json!("2026-03-02")));
    officer.post(&act, &notice("owners", "2026-03-02", "2026-05-06")).await.is(409, "state_conflict");
    let path = runs(&officer).await;
    officer.acts(&format!("{path}/give-notice"), notice("enterprise", "2026-03-02", "2026-12-31")).await;
    // What is told late ends with the term all the same.
    let late =
        registers(&officer, |body| (body["starts_on"], body["ends_on"]) = ("2024-01-01".into(), "2026-03-20".into())).await;
    officer.acts(&format!("{late}/give-notice"), notice("enterprise", "2026-03-02", "2026-03-20")).await;
    // It is filed even so, and never restored once it is over.
    app.officer_of(DISTRICT).acts(&format!("{late}/file"), json!({"filed_on": "2026-03-02", "number": "1"})).await;
    // Both sides may agree on less.
    let path = runs(&officer).await;
    let mut agreed = notice("enterprise", "2026-03-02", "2026-03-31");
    agreed["agreed"] = true.into();
    officer.acts(&format!("{path}/give-notice"), agreed).await;
}

#[actix_web::test]
async fn a_contract_is_corrected_or_called_off_before_it_begins() {
    let app = TestApp::start().await;
    let (officer, district) = (app.officer_of(COMMUNITY), app.officer_of(DISTRICT));
    // 2016 was typed for 2026.
    let path = registers(&officer, |body| {
        (body["starts_on"], body["ends_on"], body["signed_on"]) = ("2016-01-01".into(), "2028-12-31".into(), "2015-12-20".into());
    })
    .await;
    officer.patch(&path, 7, &json!({"starts_on": "2026-01-01"})).await.is(412, "precondition_failed");
    let wrong = officer.patch(&path, 1, &json!({"starts_on": "2029-01-01", "signed_on": "2029-01-02"})).await;
    assert_eq!(wrong.errors(), ["#/ends_on not_before", "#/signed_on too_late"]);
    let right = officer.patch(&path, 1, &json!({"starts_on": "2026-01-01", "signed_on": "2025-12-20"})).await;
    assert_eq!((&right.body["starts_on"], &right.body["filing_due_on"]), (&json!("2026-01-01"), &json!("2025-12-30")));
    app.officer_of(OTHER_COMMUNITY).patch(&path, 2, &json!({"number": "1"})).await.is(404, "not_found");
    app.clock.advance(Duration::days(1));
    assert_eq!(officer.patch(&path, 2, &json!({"number": "1"})).await.errors(), ["# level_above_decides"]);
    district.patch(&path, 2, &json!({"number": "1"})).await;
    // Another one has the estate until then.
    let known = officer.get(&path).await.body;
    let mut next = contract(known["estate_id"].as_str().unwrap(), &officer.organization("property_enterprise", COMMUNITY).await);
    (next["starts_on"], next["ends_on"]) = ("2029-01-01".into(), "2031-12-31".into());
    let next = officer.makes("/v1/property-contracts", next).await;
    let next_path = format!("/v1/property-contracts/{}", next.id());
    officer.patch(&next_path, 1, &json!({"starts_on": "2028-12-31"})).await.is(409, "overlap");
    let off = json!({"terminated_on": "2028-12-31", "reason": "未进场即解除"});
    let called_off = officer.acts(&format!("{next_path}/terminate"), off).await;
    assert_eq!((&called_off.body["status"], &called_off.body["void_reason"]), (&json!("voided"), &json!("未进场即解除")));
    let early = json!({"terminated_on": "2025-12-31", "reason": "x"});
    assert_eq!(district.post(&format!("{path}/terminate"), &early).await.errors(), ["#/terminated_on not_before"]);
}

#[actix_web::test]
async fn a_street_names_who_serves_in_an_emergency_for_half_a_year() {
    let app = TestApp::start().await;
    let (community, street) = (app.officer_of(COMMUNITY), app.officer_of(STREET));
    let estate = street.estate(COMMUNITY).await;
    let mut body = contract(&estate, &street.organization("property_enterprise", COMMUNITY).await);
    (body["basis"], body["starts_on"], body["ends_on"]) = ("emergency".into(), "2025-08-31".into(), "2026-02-28".into());
    assert_eq!(community.post("/v1/property-contracts", &body).await.errors(), ["#/basis level_above_decides"]);
    body["ends_on"] = "2026-03-01".into();
    assert_eq!(street.post("/v1/property-contracts", &body).await.errors(), ["#/ends_on too_late"]);
    body["ends_on"] = "2026-02-28".into();
    let path = format!("/v1/property-contracts/{}", street.makes("/v1/property-contracts", body).await.id());
    assert_eq!(street.post(&format!("{path}/continue"), &json!({})).await.errors(), ["# not_applicable"]);
    // One emergency after another is one.
    let mut again = contract(&estate, &street.organization("property_enterprise", COMMUNITY).await);
    (again["basis"], again["starts_on"], again["ends_on"]) = ("emergency".into(), "2026-03-01".into(), "2026-08-31".into());
    assert_eq!(street.post("/v1/property-contracts", &again).await.errors(), ["#/ends_on emergency_over"]);
    // Also where the later one was told first.
    (again["starts_on"], again["ends_on"]) = ("2025-03-01".into(), "2025-08-30".into());
    assert_eq!(street.post("/v1/property-contracts", &again).await.errors(), ["#/ends_on emergency_over"]);
    // A short contract of another kind between them does not begin it anew.
    let mut between = contract(&estate, again["organization_id"].as_str().unwrap());
    (between["starts_on"], between["ends_on"]) = ("2026-03-01".into(), "2026-05-31".into());
    let between = format!("/v1/property-contracts/{}", street.makes("/v1/property-contracts", between).await.id());
    (again["starts_on"], again["ends_on"]) = ("2026-06-01".into(), "2026-08-31".into());
    assert_eq!(street.post("/v1/property-contracts", &again).await.errors(), ["#/ends_on emergency_over"]);
    street.acts(&format!("{between}/void"), json!({"reason": "录入错误"})).await;
    (again["starts_on"], again["ends_on"]) = ("2026-09-01".into(), "2027-02-28".into());
    let path = format!("/v1/property-contracts/{}", street.makes("/v1/property-contracts", again).await.id());
    let moved = street.patch(&path, 1, &json!({"starts_on": "2026-03-01", "ends_on": "2026-08-31"})).await;
    assert_eq!(moved.errors(), ["#/ends_on not_applicable"]);
    assert!(!community.get(&path).await.body["next_actions"].as_array().unwrap().contains(&json!("update")));
    assert_eq!(community.patch(&path, 1, &json!({"number": "1"})).await.errors(), ["# level_above_decides"]);
    // Two emergencies count by the days of service.
    let estate = street.estate(COMMUNITY).await;
    let enterprise = street.organization("property_enterprise", COMMUNITY).await;
    for (from, until) in [("2026-01-01", "2026-01-31"), ("2026-06-15", "2026-07-15")] {
        let mut short = contract(&estate, &enterprise);
        (short["basis"], short["starts_on"], short["ends_on"]) = ("emergency".into(), from.into(), until.into());
        street.makes("/v1/property-contracts", short).await;
    }
}

#[actix_web::test]
async fn what_is_over_the_district_ends_and_takes_back() {
    let app = TestApp::start().await;
    let (officer, district) = (app.officer_of(COMMUNITY), app.officer_of(DISTRICT));
    let path = runs(&officer).await;
    let past = json!({"terminated_on": "2026-02-28", "reason": "误录"});
    assert_eq!(officer.post(&format!("{path}/terminate"), &past).await.errors(), ["#/terminated_on level_above_decides"]);
    let mut notice = json!({"by": "owners", "given_on": "2026-02-20", "last_day": "2026-02-28", "agreed": true, "reason": "x"});
    assert_eq!(officer.post(&format!("{path}/give-notice"), &notice).await.errors(), ["#/last_day level_above_decides"]);
    district.acts(&format!("{path}/terminate"), past).await;
    let reason = json!({"reason": "误录"});
    assert_eq!(officer.post(&format!("{path}/restore"), &reason).await.errors(), ["# level_above_decides"]);
    assert_eq!(district.acts(&format!("{path}/restore"), reason.clone()).await.body["status"], "agreed");
    // An enterprise that tells it late leaves all the same.
    notice = json!({"by": "enterprise", "given_on": "2026-03-02", "last_day": "2026-12-31", "reason": "x"});
    assert_eq!(officer.acts(&format!("{path}/give-notice"), notice).await.body["notice_late"], false);
    let path =
        registers(&officer, |body| (body["starts_on"], body["ends_on"]) = ("2024-01-01".into(), "2026-03-20".into())).await;
    notice = json!({"by": "enterprise", "given_on": "2026-03-02", "last_day": "2026-03-20", "reason": "x"});
    assert_eq!(officer.acts(&format!("{path}/give-notice"), notice).await.body["notice_late"], true);
    // What went on by mistake ends again.
    let path =
        registers(&officer, |body| (body["starts_on"], body["ends_on"]) = ("2023-03-02".into(), "2026-03-01".into())).await;
    officer.acts(&format!("{path}/continue"), json!({})).await;
    assert_eq!(officer.acts(&format!("{path}/restore"), reason).await.body["continued_on"], Value::Null);
}

#[actix_web::test]
async fn nobody_decides_about_the_contract_of_their_own_enterprise() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    let path = runs(&officer).await;
    let mut claims = app.claims(&[(Role::DistrictOfficer, DISTRICT), (Role::OrganizationMember, COMMUNITY)]);
    claims.organization = officer.get(&path).await.body["organization_id"].as_str().map(|id| id.parse().unwrap());
    let member = app.with_claims(&claims);
    assert_eq!(member.get(&path).await.body["next_actions"], json!([]));
    let known = officer.get(&path).await.body;
    let mut body = contract(&officer.estate(COMMUNITY).await, known["organization_id"].as_str().unwrap());
    body["starts_on"] = "2026-04-01".into();
    assert_eq!(member.post("/v1/property-contracts", &body).await.errors(), ["#/organization_id own_matter"]);
    let notice = json!({"by": "owners", "given_on": "2026-03-02", "last_day": "2026-12-31", "agreed": true, "reason": "x"});
    for (action, body) in [
        ("give-notice", notice),
        ("void", json!({"reason": "x"})),
        ("terminate", json!({"terminated_on": "2026-12-31", "reason": "x"})),
    ] {
        assert_eq!(member.post(&format!("{path}/{action}"), &body).await.errors(), ["# own_matter"], "{action}");
    }
}

#[actix_web::test]
async fn members_of_a_mediation_committee_are_in_office_for_three_years() {
    let app = TestApp::start().await;
    let officer = app.officer_of(STREET);
    let body = |kind: &str, first: Value, last: Value| {
        let mut body = crate::support::world::organization(kind, STREET);
        (body["term_starts_on"], body["term_ends_on"]) = (first, last);
        body
    };
    for (kind, first, last, fault) in [
        ("mediation_committee", json!("2026-01-01"), json!("2029-01-01"), "#/term_ends_on too_late"),
        ("mediation_committee", json!("2026-01-01"), json!("2025-12-31"), "#/term_ends_on not_before"),
        ("mediation_committee", json!("2026-01-01"), Value::Null, "#/term_ends_on required"),
        ("mediation_committee", Value::Null, json!("2026-12-31"), "#/term_starts_on required"),
        ("street_office", json!("2026-01-01"), json!("2028-12-31"), "#/term_starts_on not_applicable"),
    ] {
        assert_eq!(officer.post("/v1/organizations", &body(kind, first, last)).await.errors(), [fault]);
    }
    let made = officer.makes("/v1/organizations", body("mediation_committee", "2026-01-01".into(), "2028-12-31".into())).await;
    assert_eq!(officer.get("/v1/organizations?term_ends_on.lte=2028-12-31").await.ids(), [made.id()]);
    assert_eq!(officer.get("/v1/organizations?term_ends_on.lte=2028-12-30").await.ids(), [""; 0]);
    let path = format!("/v1/organizations/{}", made.id());
    let next = json!({"term_starts_on": "2029-01-01", "term_ends_on": "2031-12-31"});
    assert_eq!(officer.patch(&path, 1, &next).await.body["term_ends_on"], "2031-12-31");
    // A month before, and from then on, its office is told.
    let ending = officer.makes("/v1/organizations", body("mediation_committee", "2026-01-01".into(), "2026-04-15".into())).await;
    let work = async || {
        let work = officer.get("/v1/work").await.body["items"].clone();
        let told = work.as_array().unwrap().iter().filter(|item| item["kind"] == "renew_mediation_committee");
        told.map(|item| (item["id"].as_str().unwrap().to_owned(), item["late"].as_bool().unwrap())).collect::<Vec<_>>()
    };
    for (days, told) in [(13, vec![]), (1, vec![(ending.id(), false)]), (31, vec![(ending.id(), true)])] {
        app.clock.advance(chrono::TimeDelta::days(days));
        assert_eq!(work().await, told, "{days}");
    }
    officer.patch(&format!("/v1/organizations/{}", ending.id()), 1, &json!({"term_ends_on": "2028-12-31"})).await;
    assert_eq!(work().await, []);
}
