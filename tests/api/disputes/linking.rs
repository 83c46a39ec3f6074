//! Persons who are parties and see the case by their own sign-in.

use chrono::Duration;
use futures_util::future::join_all;
use serde_json::{Value, json};
use sihe::access::actor::Role;

use crate::support::data::*;
use crate::support::{Answer, Caller, TestApp};

/// A dispute that an officer has filed for somebody and handles, against somebody.
async fn filed_for(officer: &Caller<'_>) -> String {
    officer.handled(COMMUNITY).await
}

async fn links(caller: &Caller<'_>, handed: &Value) -> Answer {
    caller.post("/v1/disputes/link", handed).await
}

fn actions(answer: &Answer) -> Vec<&str> {
    answer.body["next_actions"].as_array().unwrap().iter().map(|action| action.as_str().unwrap()).collect()
}

#[actix_web::test]
async fn a_respondent_sees_the_case_with_a_code_and_says_something_to_it() {
    let app = TestApp::start().await;
    let (officer, li) = (app.officer_of(COMMUNITY), app.resident("li", OTHER_COMMUNITY));
    let id = filed_for(&officer).await;
    let path = format!("/v1/disputes/{id}");
    li.get(&path).await.is(404, "not_found");
    assert!(actions(&officer.get(&path).await).contains(&"show_code"));
    let handed = officer.party_code(&id, 1).await;
    let linked = links(&li, &handed).await;
    assert_eq!((linked.status, linked.id()), (200, id.clone()), "{}", linked.body);
    assert_eq!((actions(&linked), &linked.body["own_positions"]), (vec!["answer", "remark"], &json!([1])));
    assert_eq!(linked.body["parties"][1]["name"], "业主乙", "of themselves they read everything");
    let seen = li.get(&path).await;
    let other = &seen.body["parties"][0];
    assert_eq!((&other["name"], &other["phone"]), (&json!("业**"), &json!("138****1234")), "{other}");
    assert!(!seen.body["parties"][1]["linked_at"].is_null() && other["linked_at"].is_null());
    assert_eq!(li.get("/v1/disputes").await.ids(), std::slice::from_ref(&id));
    assert_eq!(li.get(&format!("{path}/events")).await.status, 200);
    let answer = json!({"kind": "propose_solution", "text": "三日内修复防水层", "evidence": ["报价单1号"]});
    let answered = li.does(&id, "answer", answer).await;
    assert_eq!(answered.body["progress"]["answers"][0]["position"], 1);
    for (action, body) in [("withdraw", body_of("withdraw")), ("rate", body_of("rate")), ("add-party", body_of("add-party"))] {
        let refused = li.post(&format!("{path}/{action}"), &body).await;
        assert!(matches!(refused.status, 409 | 422), "{action}: {}", refused.body);
    }
    assert_eq!(li.patch(&path, seen.version() + 1, &json!({"title": "无事"})).await.status, 409);
    li.get(&format!("{path}/disclosure?purpose=handling")).await.is(403, "forbidden");
    // By which subject they sign in is told to those who oversee the place, and to nobody else.
    let subject = format!("{}|li", app.settings.issuer);
    assert!(officer.get(&path).await.body["guests"].to_string().contains(&subject));
    assert!(!app.caller(Role::GridWorker, GRID).get(&path).await.body.to_string().contains(&subject));
    assert!(!officer.get("/v1/changes?cursor=begin&types=dispute").await.body.to_string().contains(&subject));
}

#[actix_web::test]
async fn a_code_holds_once_for_its_party_and_not_forever() {
    let app = TestApp::start().await;
    let (officer, li, zhao) = (app.officer_of(COMMUNITY), app.resident("li", COMMUNITY), app.resident("zhao", COMMUNITY));
    let id = filed_for(&officer).await;
    let handed = officer.party_code(&id, 1).await;
    let wrong = async |caller: &Caller<'_>, body: &Value| {
        let answer = links(caller, body).await;
        assert_eq!((answer.status, answer.errors()), (422, vec!["#/code wrong_code".to_owned()]));
    };
    let spelled = json!({"number": handed["number"].as_str().unwrap().to_lowercase(), "code": handed["code"].as_str().unwrap().to_lowercase()});
    wrong(&li, &json!({"number": "D9999999999", "code": handed["code"]})).await;
    wrong(&li, &json!({"number": handed["number"], "code": "0000-0000-0000"})).await;
    let both = join_all([links(&li, &spelled), links(&zhao, &handed)]).await;
    let mut states: Vec<_> = both.iter().map(|answer| answer.status).collect();
    states.sort();
    assert_eq!(states, [200, 422], "two who type it at once");
    wrong(&app.resident("sun", COMMUNITY), &handed).await;
    // Unlinked, the same code is used up, and another one holds for eight days.
    officer.does(&id, "unlink-party", json!({"position": 1, "reason": "关联了他人"})).await;
    for caller in [&li, &zhao] {
        caller.get(&format!("/v1/disputes/{id}")).await.is(404, "not_found");
        wrong(caller, &handed).await;
    }
    let again = officer.party_code(&id, 1).await;
    app.clock.advance(Duration::days(8));
    wrong(&li, &again).await;
    app.clock.advance(Duration::days(-1));
    assert_eq!(links(&li, &again).await.status, 200);
    let shown = officer.get(&format!("/v1/disputes/{id}/party-code?position=1")).await;
    assert_eq!((shown.status, shown.errors()), (400, vec!["position already_done".to_owned()]));
    let shown = officer.get(&format!("/v1/disputes/{id}/party-code?position=7")).await;
    assert_eq!(shown.errors(), ["position unknown_record"]);
    let audited = app.count("audit_entries WHERE kind = 'dispute_party_code'").await;
    assert_eq!(audited, 2, "the audit keeps who was shown a code");
}

#[actix_web::test]
async fn whoever_has_a_part_already_gets_no_other_one() {
    let app = TestApp::start().await;
    let mut both = app.claims(&[(Role::CommunityOfficer, COMMUNITY), (Role::Resident, COMMUNITY)]);
    both.sub = "both".into();
    let both = app.with_claims(&both);
    let id = filed_for(&both).await;
    let refused = links(&both, &both.party_code(&id, 1).await).await;
    assert_eq!(refused.errors(), ["#/code second_person"], "whoever was shown the code");
    let wang = app.resident("wang", COMMUNITY);
    let own = wang.files(&dispute_in(COMMUNITY)).await.id();
    let officer = app.officer_of(COMMUNITY);
    officer.does(&own, "accept", json!({})).await;
    let filer = officer.get(&format!("/v1/disputes/{own}/party-code?position=0")).await;
    assert_eq!(filer.errors(), ["position already_done"]);
    let refused = links(&wang, &officer.party_code(&own, 1).await).await;
    assert_eq!(refused.errors(), ["#/code second_person"], "an applicant is no respondent");
    // An officer who is a party by their other sign-in handles it no more.
    let mut neighbor = app.claims(&[(Role::StreetOfficer, STREET), (Role::Resident, COMMUNITY)]);
    neighbor.sub = "neighbor".into();
    let neighbor = app.with_claims(&neighbor);
    assert!(actions(&neighbor.get(&format!("/v1/disputes/{own}")).await).contains(&"escalate"));
    assert_eq!(links(&neighbor, &officer.party_code(&own, 1).await).await.status, 200);
    let seen = neighbor.get(&format!("/v1/disputes/{own}")).await;
    assert_eq!(actions(&seen), ["answer", "remark"]);
    let refused = neighbor.post(&format!("/v1/disputes/{own}/escalate"), &json!({"reason": "理由"})).await;
    assert_eq!(refused.errors(), ["# own_matter"]);
    let removal = officer.post(&format!("/v1/disputes/{own}/remove-party"), &json!({"position": 1, "reason": "理由"})).await;
    assert_eq!(removal.errors(), ["#/position linked"]);
}

#[actix_web::test]
async fn for_whom_a_dispute_was_filed_rates_the_result() {
    let app = TestApp::start().await;
    let (officer, li) = (app.officer_of(COMMUNITY), app.resident("li", COMMUNITY));
    let id = filed_for(&officer).await;
    assert_eq!(links(&li, &officer.party_code(&id, 0).await).await.status, 200);
    officer.does(&id, "resolve", body_of("resolve")).await;
    let path = format!("/v1/disputes/{id}");
    assert_eq!(actions(&li.get(&path).await), ["rate", "reopen", "remark"]);
    let rated = li.does(&id, "rate", json!({"satisfaction": "dissatisfied", "note": "仍漏水"})).await;
    assert_eq!(rated.body["progress"]["rated_by_applicant"], true);
    assert_eq!(rated.body["approver"], STREET, "the level above answers");
    let closing = officer.post(&format!("{path}/close"), &json!({"satisfaction": "satisfied"})).await;
    assert_eq!(closing.status, 422, "{}", closing.body);
    assert_eq!(li.does(&id, "reopen", json!({"reason": "仍漏水"})).await.body["status"], "assigned");
}

#[actix_web::test]
async fn of_a_confidential_case_a_party_learns_nothing_of_the_other() {
    let app = TestApp::start().await;
    let (officer, li) = (app.officer_of(COMMUNITY), app.resident("li", COMMUNITY));
    let mut body = dispute_in(COMMUNITY);
    body["confidential"] = json!(true);
    let id = officer.files(&body).await.id();
    officer.does(&id, "accept", json!({})).await;
    assert_eq!(links(&li, &officer.party_code(&id, 1).await).await.status, 200);
    let seen = li.get(&format!("/v1/disputes/{id}")).await;
    assert_eq!((&seen.body["parties"][0]["name"], &seen.body["guests"]), (&json!("***"), &json!([])));
}

#[actix_web::test]
async fn the_responsible_organization_answers() {
    let app = TestApp::start().await;
    let (city, officer) = (app.officer_of(CITY), app.officer_of(COMMUNITY));
    let committee = city.organization("neighborhood_committee", COMMUNITY).await;
    let stranger = city.organization("property_enterprise", COMMUNITY).await;
    let member_of = |id: &str| {
        let mut claims = app.claims(&[(Role::OrganizationMember, COMMUNITY)]);
        claims.organization = Some(id.parse().unwrap());
        app.with_claims(&claims)
    };
    let (member, guest) = (member_of(&committee), member_of(&stranger));
    let id = filed_for(&officer).await;
    let path = format!("/v1/disputes/{id}");
    assert_eq!(officer.get(&path).await.body["organization_id"], json!(committee));
    assert_eq!(actions(&member.get(&path).await), ["answer", "remark"]);
    let answered =
        member.does(&id, "answer", json!({"kind": "report_completion", "text": "已完成维修", "evidence": ["验收单"]})).await;
    assert_eq!(answered.body["progress"]["answers"][0]["position"], Value::Null);
    officer.does(&id, "invite", json!({"organization_id": stranger, "reason": "协助"})).await;
    assert_eq!(actions(&guest.get(&path).await), ["remark"], "a guest is no party");
    let refused = guest.post(&format!("{path}/answer"), &body_of("answer")).await;
    assert_eq!(refused.errors(), ["# not_a_party"]);
    officer.post(&format!("{path}/answer"), &body_of("answer")).await.is(403, "forbidden");
}

/// Somebody with several grants under one name.
fn called<'a>(app: &'a TestApp, name: &str, grants: &[(Role, &str)]) -> Caller<'a> {
    let mut claims = app.claims(grants);
    claims.sub = name.into();
    app.with_claims(&claims)
}

#[actix_web::test]
async fn an_office_gives_a_party_no_way_round() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    let committee = app.officer_of(CITY).mediation_committee(COMMUNITY, None).await;
    let neighbor = called(&app, "neighbor", &[(Role::CommunityOfficer, COMMUNITY), (Role::Resident, COMMUNITY)]);
    let (own, other) = (filed_for(&officer).await, filed_for(&officer).await);
    assert_eq!(links(&neighbor, &officer.party_code(&own, 1).await).await.status, 200);
    let whole = format!("/v1/disputes/{other}");
    let parts = neighbor.post(&format!("{whole}/add-parts"), &json!({"dispute_ids": [own]})).await;
    assert_eq!(parts.errors(), ["#/dispute_ids/0 own_matter"]);
    let merged = neighbor.post(&format!("{whole}/merge"), &json!({"into_id": own, "reason": "同一事项"})).await;
    assert_eq!(merged.errors(), ["#/into_id own_matter"]);
    officer.does(&other, "add-parts", json!({"dispute_ids": [own]})).await;
    let answered = neighbor.post(&format!("{whole}/resolve"), &body_of("resolve")).await;
    assert_eq!(answered.errors(), ["# own_matter"]);
    let referred = neighbor.post(&format!("{whole}/refer-out"), &body_of("refer-out")).await;
    assert_eq!(referred.errors(), ["# own_matter"]);
    let opened = neighbor.post("/v1/mediations", &json!({"dispute_id": own, "organization_id": committee.0})).await;
    assert_eq!(opened.errors(), ["#/dispute_id own_matter"]);
    for path in [format!("/v1/disputes/{own}/disclosure"), format!("/v1/case-files/{own}/archive.zip")] {
        neighbor.get(&format!("{path}?purpose=handling")).await.is(403, "own_case");
    }
    // Whoever has had a hand in a case is no party of it by a letter.
    let colleague = called(&app, "colleague", &[(Role::CommunityOfficer, COMMUNITY), (Role::Resident, COMMUNITY)]);
    let third = officer.files(&dispute_in(COMMUNITY)).await.id();
    colleague.does(&third, "accept", json!({})).await;
    assert_eq!(links(&colleague, &officer.party_code(&third, 1).await).await.errors(), ["#/code second_person"]);
}

#[actix_web::test]
async fn a_member_of_a_party_decides_nothing_about_it() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    let enterprise = app.officer_of(CITY).organization("property_enterprise", COMMUNITY).await;
    let mut claims = app.claims(&[(Role::CommunityOfficer, COMMUNITY), (Role::OrganizationMember, COMMUNITY)]);
    (claims.sub, claims.organization) = ("both".into(), Some(enterprise.parse().unwrap()));
    let both = app.with_claims(&claims);
    let mut body = dispute_in(COMMUNITY);
    body["parties"][1] = json!({"role": "respondent", "kind": "organization", "name": "物业", "organization_id": enterprise});
    let id = officer.files(&body).await.id();
    let path = format!("/v1/disputes/{id}");
    assert_eq!(actions(&both.get(&path).await), ["answer", "remark"]);
    for action in ["accept", "reject", "transfer"] {
        let body = if action == "transfer" { json!({"level": "street", "reason": "理由"}) } else { body_of(action) };
        assert_eq!(both.post(&format!("{path}/{action}"), &body).await.errors(), ["# own_matter"], "{action}");
    }
    both.get(&format!("{path}/disclosure?purpose=handling")).await.is(403, "own_case");
    officer.does(&id, "accept", json!({})).await;
    both.get(&format!("{path}/party-code?position=0")).await.is(403, "own_case");
    let other = filed_for(&officer).await;
    let whole = format!("/v1/disputes/{other}");
    let merged = both.post(&format!("{whole}/merge"), &json!({"into_id": id, "reason": "同一事项"})).await;
    assert_eq!(merged.errors(), ["#/into_id own_matter"]);
    assert_eq!(
        both.post(&format!("{whole}/add-parts"), &json!({"dispute_ids": [id]})).await.errors(),
        ["#/dispute_ids/0 own_matter"]
    );
    officer.does(&other, "add-parts", json!({"dispute_ids": [id]})).await;
    assert_eq!(both.post(&format!("{whole}/resolve"), &body_of("resolve")).await.errors(), ["# own_matter"]);
    // Whoever answered for a party goes on being of it, with whatever token.
    both.does(&id, "answer", body_of("answer")).await;
    let mut office = app.claims(&[(Role::CommunityOfficer, COMMUNITY)]);
    office.sub = "both".into();
    let office = app.with_claims(&office);
    assert_eq!(actions(&office.get(&path).await), ["remark"]);
    assert_eq!(office.post(&format!("{path}/assign"), &body_of("assign")).await.status, 422);
}

#[actix_web::test]
async fn one_applicant_does_not_settle_what_another_complains_about() {
    let app = TestApp::start().await;
    let (officer, wang, li) = (app.officer_of(COMMUNITY), app.resident("wang", COMMUNITY), app.resident("li", COMMUNITY));
    let id = wang.files(&dispute_in(COMMUNITY)).await.id();
    officer.does(&id, "accept", json!({})).await;
    officer
        .does(&id, "add-party", json!({"party": {"role": "applicant", "kind": "person", "name": "业主戊"}, "reason": "共同申请"}))
        .await;
    li.acts("/v1/disputes/link", officer.party_code(&id, 2).await).await;
    for action in ["assign", "start", "resolve"] {
        officer.does(&id, action, body_of(action)).await;
    }
    let work = li.get("/v1/work").await.body["items"].clone();
    assert!(work.as_array().unwrap().iter().any(|item| item["kind"] == "confirm_result"), "{work}");
    wang.does(&id, "rate", json!({"satisfaction": "dissatisfied"})).await;
    let settled = li.post(&format!("/v1/disputes/{id}/rate"), &json!({"satisfaction": "satisfied"})).await;
    assert_eq!(settled.errors(), ["#/satisfaction complaint_waits"]);
    wang.does(&id, "rate", json!({"satisfaction": "satisfied"})).await;
    li.does(&id, "rate", json!({"satisfaction": "dissatisfied"})).await;
    let path = format!("/v1/disputes/{id}");
    assert!(!actions(&wang.get(&path).await).contains(&"close"));
    assert_eq!(wang.post(&format!("{path}/close"), &body_of("close")).await.errors(), ["# complaint_waits"]);
    li.does(&id, "rate", json!({"satisfaction": "satisfied"})).await;
    wang.does(&id, "rate", json!({"satisfaction": "dissatisfied"})).await;
    assert_eq!(wang.does(&id, "rate", json!({"satisfaction": "satisfied"})).await.body["approver"], Value::Null);
}

#[actix_web::test]
async fn a_letter_holds_for_whom_it_was_written() {
    let app = TestApp::start().await;
    let (officer, wang, li) = (app.officer_of(COMMUNITY), app.resident("wang", COMMUNITY), app.resident("li", COMMUNITY));
    let id = filed_for(&officer).await;
    let old = officer.party_code(&id, 1).await;
    officer
        .does(&id, "correct-party", json!({"position": 1, "name": "业主己", "phone": "13900002222", "reason": "户主有误"}))
        .await;
    assert_eq!(links(&li, &old).await.errors(), ["#/code wrong_code"]);
    // Whoever files for themselves is the first applicant, wherever they stand.
    let mut body = dispute_in(COMMUNITY);
    let parties = body["parties"].as_array_mut().unwrap();
    parties.swap(0, 1);
    parties.push(json!({"role": "applicant", "kind": "person", "name": "业主戊"}));
    let own = wang.files(&body).await.id();
    let taken_out = wang.post(&format!("/v1/disputes/{own}/remove-party"), &json!({"position": 1, "reason": "理由"})).await;
    assert_eq!(taken_out.errors(), ["#/position not_applicable"]);
    officer.does(&own, "accept", json!({})).await;
    let filer = officer.get(&format!("/v1/disputes/{own}/party-code?position=1")).await;
    assert_eq!(filer.errors(), ["position already_done"]);
    assert_eq!(links(&li, &officer.party_code(&own, 0).await).await.status, 200);
    assert_eq!(li.does(&own, "answer", body_of("answer")).await.body["progress"]["answers"][0]["position"], 0);
    assert_eq!(wang.does(&own, "answer", body_of("answer")).await.body["progress"]["answers"][1]["position"], 1);
    for _ in 1..10 {
        li.does(&own, "answer", body_of("answer")).await;
    }
    assert_eq!(li.post(&format!("/v1/disputes/{own}/answer"), &body_of("answer")).await.errors(), ["# max_items"]);
    let undone = officer.does(&own, "unlink-party", json!({"position": 0, "reason": "关联有误"})).await;
    assert_eq!(undone.body["progress"]["answers"].as_array().unwrap().len(), 1, "with the link goes what was answered by it");
}
