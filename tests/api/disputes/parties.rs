//! Parties and estate corrected after a dispute was filed, and the way to its mediation.

use futures_util::future::join_all;
use serde_json::{Value, json};
use sihe::access::actor::Role;

use crate::support::data::*;
use crate::support::mediation::Stage;
use crate::support::world::{contract, name};
use crate::support::{Caller, TestApp};

/// The parties in full.
async fn parties(caller: &Caller<'_>, id: &str) -> Vec<Value> {
    let told = caller.get(&format!("/v1/disputes/{id}/disclosure?purpose=supervision")).await;
    told.body["parties"].as_array().unwrap().clone()
}

async fn says(caller: &Caller<'_>, id: &str, action: &str, body: Value) -> Vec<String> {
    let answer = caller.post(&format!("/v1/disputes/{id}/{action}"), &body).await;
    assert_eq!(answer.status, 422, "{}", answer.body);
    answer.errors()
}

#[actix_web::test]
async fn a_party_is_added_corrected_and_taken_out() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    let id = officer.files(&dispute_in(COMMUNITY)).await.id();
    let added = officer.does(&id, "add-party", body_of("add-party")).await;
    assert_eq!(added.body["parties"][2]["position"], 2);
    officer
        .does(&id, "correct-party", json!({"position": 1, "name": "业主丁", "phone": "13900001111", "reason": "户主有误"}))
        .await;
    officer.does(&id, "remove-party", json!({"position": 2, "reason": "已搬离"})).await;
    let again = officer.does(&id, "add-party", body_of("add-party")).await;
    assert_eq!(again.body["parties"][2]["position"], 3, "a position is not given twice");
    let known = parties(&officer, &id).await;
    assert_eq!(
        (&known[1]["name"], &known[1]["phone"], &known[0]["name"]),
        (&json!("业主丁"), &json!("13900001111"), &json!("业主甲"))
    );
    let steps = officer.get(&format!("/v1/disputes/{id}/events")).await.body["items"].clone();
    let told: Vec<_> = steps.as_array().unwrap().iter().map(|step| (step["action"].clone(), step["note"].clone())).collect();
    assert_eq!(
        told[1..4],
        [("add_party", "补充"), ("correct_party", "第2方：户主有误"), ("remove_party", "第3方：已搬离")]
            .map(|(a, n)| (json!(a), json!(n)))
    );
    assert_eq!(app.count("audit_entries WHERE kind = 'dispute_parties'").await, 4);
    assert_eq!(
        says(&officer, &id, "correct-party", json!({"position": 2, "name": "无", "reason": "理由"})).await,
        ["#/position unknown_record"]
    );
    assert_eq!(
        says(&officer, &id, "remove-party", json!({"position": 0, "reason": "理由"})).await,
        ["#/position applicant_required"]
    );
    let role = json!({"position": 0, "role": "respondent", "reason": "理由"});
    assert_eq!(says(&officer, &id, "correct-party", role).await, ["#/role applicant_required"]);
    let (path, third) = (format!("/v1/disputes/{id}/add-party"), body_of("add-party"));
    let all = join_all((0..4).map(|_| officer.post(&path, &third))).await;
    assert!(all.iter().all(|answer| answer.status == 200));
    let positions: Vec<_> = parties(&officer, &id).await.iter().map(|party| party["position"].as_i64().unwrap()).collect();
    assert_eq!(positions, [0, 1, 3, 4, 5, 6, 7]);
    app.officer_of(OTHER_COMMUNITY).post(&path, &body_of("add-party")).await.is(404, "not_found");
    app.resident("li", COMMUNITY).post(&path, &body_of("add-party")).await.is(404, "not_found");
    for _ in 7..20 {
        officer.does(&id, "add-party", body_of("add-party")).await;
    }
    assert_eq!(says(&officer, &id, "add-party", body_of("add-party")).await, ["#/party max_items"]);
}

#[actix_web::test]
async fn an_organization_sees_the_case_as_long_as_it_is_a_party() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    let id = officer.files(&dispute_in(COMMUNITY)).await.id();
    let enterprise = app.officer_of(CITY).organization("property_enterprise", COMMUNITY).await;
    let stranger = app.officer_of(CITY).organization("property_enterprise", "370203001001").await;
    let mut claims = app.claims(&[(Role::OrganizationMember, COMMUNITY)]);
    claims.organization = Some(enterprise.parse().unwrap());
    let member = app.with_claims(&claims);
    let path = format!("/v1/disputes/{id}");
    member.get(&path).await.is(404, "not_found");
    let party = |organization: &str| json!({"position": 1, "kind": "organization", "organization_id": organization, "reason": "实为物业"});
    assert_eq!(says(&officer, &id, "correct-party", party(&stranger)).await, ["#/organization_id unknown_record"]);
    officer.does(&id, "correct-party", party(&enterprise)).await;
    assert_eq!(member.get(&path).await.status, 200);
    officer.does(&id, "correct-party", json!({"position": 1, "organization_id": null, "reason": "与物业无关"})).await;
    member.get(&path).await.is(404, "not_found");
    let added = json!({"party": {"role": "third_party", "kind": "organization", "name": "物业", "organization_id": enterprise}, "reason": "协助"});
    officer.does(&id, "add-party", added).await;
    assert_eq!(member.get(&path).await.status, 200);
    officer.does(&id, "remove-party", json!({"position": 2, "reason": "无关"})).await;
    member.get(&path).await.is(404, "not_found");
}

#[actix_web::test]
async fn applicants_correct_their_own_until_it_is_accepted_and_nobody_takes_them_out() {
    let app = TestApp::start().await;
    let (officer, wang) = (app.officer_of(COMMUNITY), app.resident("wang", COMMUNITY));
    let filed = wang.files(&dispute_in(COMMUNITY)).await;
    let id = filed.id();
    assert!(filed.body["next_actions"].as_array().unwrap().contains(&json!("correct_party")));
    wang.does(&id, "correct-party", json!({"position": 0, "phone": "13700007777", "reason": "换号"})).await;
    officer
        .does(&id, "add-party", json!({"party": {"role": "applicant", "kind": "person", "name": "业主戊"}, "reason": "共同申请"}))
        .await;
    assert_eq!(
        says(&officer, &id, "remove-party", json!({"position": 0, "reason": "理由"})).await,
        ["#/position applicant_decides"]
    );
    officer.does(&id, "accept", json!({})).await;
    let late =
        wang.post(&format!("/v1/disputes/{id}/correct-party"), &json!({"position": 0, "phone": null, "reason": "理由"})).await;
    late.is(409, "state_conflict");
    assert!(!wang.get(&format!("/v1/disputes/{id}")).await.body["next_actions"].to_string().contains("party"));
}

#[actix_web::test]
async fn what_a_category_asks_for_is_not_taken_out() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    let category = json!({"jurisdiction": CITY, "code": "noise.party", "title": "邻里噪声", "legal_basis": "通知", "valid_from": "2026-03-02",
        "required_fields": ["respondent", "applicant_phone"]});
    app.caller(Role::Admin, CITY).makes("/v1/dispute-categories", category).await;
    let mut body = dispute_in(COMMUNITY);
    body["category"] = json!("noise.party");
    let id = officer.files(&body).await.id();
    assert_eq!(
        says(&officer, &id, "remove-party", json!({"position": 1, "reason": "理由"})).await,
        ["#/parties required_by_category"]
    );
    let phone = json!({"position": 0, "phone": null, "reason": "理由"});
    assert_eq!(says(&officer, &id, "correct-party", phone).await, ["#/parties/0/phone required_by_category"]);
}

#[actix_web::test]
async fn a_mediation_is_found_and_keeps_its_parties() {
    let app = TestApp::start().await;
    let (city, officer) = (app.officer_of(CITY), app.officer_of(COMMUNITY));
    let committee = city.mediation_committee(COMMUNITY, None).await;
    let id = officer.handled(COMMUNITY).await;
    let path = format!("/v1/disputes/{id}");
    let offers =
        async |caller: &Caller<'_>| caller.get(&path).await.body["next_actions"].to_string().contains("propose_mediation");
    assert!(offers(&officer).await && offers(&city).await && !offers(&app.caller(Role::GridWorker, GRID)).await);
    officer.does(&id, "remove-party", json!({"position": 1, "reason": "登记有误"})).await;
    assert!(!offers(&officer).await, "there is nobody to agree with");
    officer
        .does(&id, "add-party", json!({"party": {"role": "respondent", "kind": "person", "name": "业主乙"}, "reason": "补充"}))
        .await;
    let mediation = officer.mediated(&id, &committee, Stage::Proposed).await.mediation;
    assert!(!offers(&officer).await);
    assert_eq!(officer.get(&path).await.body["progress"]["mediation_ids"], json!([mediation]));
    let who = json!({"position": 2, "name": "业主己", "reason": "户主有误"});
    assert_eq!(says(&officer, &id, "correct-party", who).await, ["#/name in_mediation"]);
    officer.does(&id, "correct-party", json!({"position": 2, "phone": "13600009999", "reason": "换号"})).await;
    officer.post(&format!("{path}/remove-party"), &json!({"position": 2, "reason": "理由"})).await.is(409, "state_conflict");
    officer.acts(&format!("/v1/mediations/{mediation}/terminate"), json!({"reason": "当事人有误"})).await;
    officer.does(&id, "correct-party", json!({"position": 2, "name": "业主己", "reason": "户主有误"})).await;
    let next = officer.mediated(&id, &committee, Stage::Proposed).await.mediation;
    let proposed = officer.get(&format!("/v1/mediations/{next}")).await.body["parties"].clone();
    assert!(proposed.as_array().unwrap().iter().all(|party| party["consents"].is_null()), "what was said before counts no more");
    assert_eq!(officer.get(&path).await.body["progress"]["mediation_ids"], json!([mediation, next]));
}

#[actix_web::test]
async fn the_estate_is_put_right_and_decides_who_is_responsible() {
    let app = TestApp::start().await;
    let (city, officer) = (app.officer_of(CITY), app.officer_of(COMMUNITY));
    let matter = "leakage";
    let entry = json!({"jurisdiction": DISTRICT, "matter": matter, "title": "渗漏纠纷", "level": "community",
        "organization_kind": "property_enterprise", "duty": "lead", "legal_basis": "《山东省物业管理条例》"});
    let entry = city.makes("/v1/responsibilities", entry).await.id();
    city.acts(&format!("/v1/responsibilities/{entry}/publish"), json!({"valid_from": "2026-01-01"})).await;
    let (estate, elsewhere) = (city.estate(COMMUNITY).await, city.estate(OTHER_COMMUNITY).await);
    let enterprise = city.organization("property_enterprise", COMMUNITY).await;
    city.makes("/v1/property-contracts", contract(&estate, &enterprise)).await;
    let filed = officer.files(&dispute_in(COMMUNITY)).await;
    let (id, path) = (filed.id(), format!("/v1/disputes/{}", filed.id()));
    assert_ne!(filed.body["organization_id"], json!(enterprise));
    let wrong = officer.patch(&path, 1, &json!({"estate_id": elsewhere})).await;
    assert_eq!(wrong.errors(), ["#/estate_id unknown_record"]);
    let right = officer.patch(&path, 1, &json!({"estate_id": estate})).await;
    assert_eq!((right.status, &right.body["organization_id"]), (200, &json!(enterprise)), "{}", right.body);
    let title = city.get(&format!("/v1/estates/{estate}")).await.body["name"].clone();
    assert_eq!(right.body["estate_name"], title);
    let renamed = officer.patch(&path, 2, &json!({"estate_name": name("小区")})).await;
    assert_eq!(renamed.errors(), ["#/estate_name not_applicable"]);
    officer.does(&id, "accept", json!({})).await;
    let other = city.estate(COMMUNITY).await;
    let corrected = officer.patch(&path, 3, &json!({"estate_id": other})).await;
    assert_eq!((&corrected.body["estate_id"], &corrected.body["organization_id"]), (&json!(other), &json!(enterprise)));
    let cleared = officer.patch(&path, 4, &json!({"estate_id": null, "estate_name": "无名小区"})).await;
    assert_eq!((&cleared.body["estate_id"], &cleared.body["estate_name"]), (&Value::Null, &json!("无名小区")));
}
