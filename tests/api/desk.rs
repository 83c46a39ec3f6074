//! What waits for whom.

use chrono::Duration;
use serde_json::{Value, json};
use sihe::access::actor::Role;

use crate::support::data::*;
use crate::support::mediation::*;
use crate::support::{Answer, Caller, TestApp};

async fn get(caller: &Caller<'_>, path: &str) -> Answer {
    let answer = caller.get(path).await;
    assert_eq!(answer.status, 200, "{path}: {}", answer.body);
    answer
}

#[actix_web::test]
async fn everybody_finds_what_waits_for_them() {
    let app = TestApp::start().await;
    let (community, street) = (app.officer_of(COMMUNITY), app.officer_of(STREET));
    let (zhang, subject) = mediator_named(&app, "zhang");
    let wang = app.resident("wang", COMMUNITY);
    let work = async |caller: &Caller<'_>| {
        let answer = get(caller, "/v1/work").await;
        let told = |item: &Value| item["kind"].as_str().unwrap().to_owned();
        answer.body["items"].as_array().unwrap().iter().map(told).collect::<Vec<_>>()
    };
    assert_eq!(work(&community).await, [""; 0]);
    let first = wang.files(&dispute_in(COMMUNITY)).await.id();
    let mut grave = dispute_in(COMMUNITY);
    grave["category"] = "elevator.accident".into();
    grave["description"] = "困人".into();
    let grave = community.files(&grave).await.id();
    assert_eq!(work(&community).await, ["accept_dispute"]);
    assert_eq!(work(&street).await, ["accept_dispute"], "accidents begin at the street");
    assert_eq!(work(&app.officer_of(DISTRICT)).await, ["watch_dispute"]);
    assert_eq!(work(&app.officer_of(OTHER_DISTRICT)).await, [""; 0]);
    street.does(&grave, "accept", json!({})).await;
    community.does(&first, "accept", json!({})).await;
    community.does(&first, "request-approval", body_of("request-approval")).await;
    let mut street_work = work(&street).await;
    street_work.sort();
    assert_eq!(street_work, ["assign_dispute", "decide_request"]);
    app.clock.advance(Duration::days(4));
    let late = get(&community, "/v1/work").await;
    assert_eq!(late.body["items"][0]["late"], true);
    for action in ["assign", "start", "resolve"] {
        community.does(&first, action, body_of(action)).await;
    }
    assert_eq!(work(&wang).await, ["confirm_result"]);
    let committee = app.officer_of(CITY).mediation_committee(COMMUNITY, Some(&subject)).await;
    let dispute = community.handled(COMMUNITY).await;
    let case = community.mediated(&dispute, &committee, Stage::Scheduled).await;
    assert_eq!(work(&zhang).await, ["hold_session", "finish_mediation"]);
    let attendance = json!({"attendance": [{"position": 0, "present": true}, {"position": 1, "present": true}]});
    zhang.acts(&format!("/v1/mediation-sessions/{}/start", case.session), attendance).await;
    let oral = json!({"mediation_id": case.mediation, "form": "oral", "facts": "事实", "obligations": obligations("2026-04-01")});
    zhang.makes("/v1/agreements", oral).await;
    assert_eq!(work(&zhang).await, ["follow_agreement", "visit_parties", "ask_court"]);
    for kind in ["follow_agreement", "visit_parties", "ask_court"] {
        assert!(work(&community).await.contains(&kind.to_owned()), "{kind}");
    }
}

#[actix_web::test]
async fn grid_workers_organizations_and_applicants_have_work_too() {
    let app = TestApp::start().await;
    let (city, community, street) = (app.officer_of(CITY), app.officer_of(COMMUNITY), app.officer_of(STREET));
    let grid = app.caller(Role::GridWorker, GRID);
    let (wang, li) = (app.resident("wang", COMMUNITY), app.resident("li", COMMUNITY));
    let office = city.organization("neighborhood_committee", COMMUNITY).await;
    let mut claims = app.claims(&[(Role::OrganizationMember, COMMUNITY)]);
    claims.organization = Some(office.parse().unwrap());
    let member = app.with_claims(&claims);
    let work = async |caller: &Caller<'_>| {
        let answer = get(caller, "/v1/work").await;
        let told = |item: &Value| format!("{} {}", item["kind"].as_str().unwrap(), item["id"].as_str().unwrap());
        answer.body["items"].as_array().unwrap().iter().map(told).collect::<Vec<_>>()
    };
    let there = community.files(&dispute_in(GRID)).await.id();
    let elsewhere = community.files(&dispute_in(COMMUNITY)).await.id();
    assert_eq!(work(&grid).await, [""; 0]);
    for id in [&there, &elsewhere] {
        community.does(id, "accept", json!({})).await;
        community.does(id, "assign", body_of("assign")).await;
    }
    assert_eq!(work(&grid).await, [format!("start_dispute {there}")]);
    assert_eq!(work(&member).await.len(), 2);
    assert!(work(&member).await.contains(&format!("answer_dispute {elsewhere}")));
    claims.grants.clear();
    app.with_claims(&claims).get("/v1/work").await.is(403, "forbidden");

    let own = wang.files(&dispute_in(COMMUNITY)).await.id();
    for action in ["accept", "assign", "start"] {
        community.does(&own, action, body_of(action)).await;
    }
    let committee = city.mediation_committee(COMMUNITY, None).await;
    let case = community.mediated(&own, &committee, Stage::Consented).await;
    assert!(work(&community).await.contains(&format!("prepare_mediation {}", case.mediation)));
    assert!(!work(&street).await.contains(&format!("prepare_mediation {}", case.mediation)));
    community.acts(&format!("/v1/mediations/{}/terminate", case.mediation), json!({"reason": "x"})).await;
    let case = community.mediated(&own, &committee, Stage::Scheduled).await;
    assert_eq!(work(&wang).await, [format!("attend_session {}", case.session)]);
    assert_eq!(work(&li).await, [""; 0]);
    community.acts(&format!("/v1/mediations/{}/terminate", case.mediation), json!({"reason": "x"})).await;
    app.run_due_jobs().await;
    assert_eq!(work(&wang).await, [""; 0]);
    let case = community.mediated(&own, &committee, Stage::Signed).await;
    assert!(work(&community).await.contains(&format!("seal_agreement {}", case.agreement)));
    let path = format!("/v1/agreements/{}", case.agreement);
    community.seals(&case.agreement).await;
    let apply = json!({"applied_on": "2026-03-02", "court": "区人民法院", "applicants": [0, 1]});
    community.acts(&format!("{path}/apply-confirmation"), apply).await;
    let mut expected =
        ["follow_agreement", "visit_parties", "await_court"].map(|kind| format!("{kind} {}", case.agreement)).to_vec();
    expected.sort();
    let mut waiting = work(&community).await;
    waiting.retain(|item| item.ends_with(&case.agreement));
    waiting.sort();
    assert_eq!(waiting, expected);
    assert!(!work(&street).await.iter().any(|item| item.ends_with(&case.agreement)));
}

#[actix_web::test]
async fn what_is_proposed_and_what_committees_have_to_do_waits_for_offices() {
    let app = TestApp::start().await;
    let (community, street) = (app.officer_of(COMMUNITY), app.officer_of(STREET));
    let kinds = async |caller: &Caller<'_>| {
        let items = get(caller, "/v1/work").await.body["items"].clone();
        items.as_array().unwrap().iter().map(|item| (item["kind"].clone(), item["id"].clone())).collect::<Vec<_>>()
    };
    let unit = json!({"community": COMMUNITY, "name": "第九网格", "households": 100, "established_on": "2026-01-01",
        "lead_name": "网格长甲", "lead_phone": "13700001111"});
    let unit = community.makes("/v1/grid-units", unit).await.id();
    let proposal = (json!("approve_grid_unit"), json!(unit));
    assert_eq!((kinds(&street).await, kinds(&community).await), (vec![proposal], vec![]));
    assert!(kinds(&app.officer_of(OTHER_STREET)).await.is_empty());
    street.acts(&format!("/v1/grid-units/{unit}/approve"), json!({"reason": "同意"})).await;
    assert!(kinds(&street).await.is_empty());
    let own = json!({"community": COMMUNITY, "name": "第十网格", "households": 100, "established_on": "2026-01-01",
        "lead_name": "网格长乙", "lead_phone": "13700002222"});
    street.makes("/v1/grid-units", own).await;
    assert!(kinds(&street).await.is_empty(), "whoever proposed it does not approve it");
    let committee = app.officer_of(CITY).committee(COMMUNITY, "elected").await;
    let duty = (json!("follow_committee"), json!(committee.id()));
    assert!(kinds(&community).await == [duty.clone()] && kinds(&street).await == [duty]);
    assert!(kinds(&app.officer_of(OTHER_COMMUNITY)).await.is_empty());
}
