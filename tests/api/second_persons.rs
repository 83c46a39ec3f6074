//! Nobody takes a decision by which they gain: a second person does, whatever grants the first one holds.

use serde_json::{Value, json};
use sihe::access::actor::Role;

use crate::support::data::*;
use crate::support::training::*;
use crate::support::{Caller, TestApp};

fn called<'a>(app: &'a TestApp, name: &str, grants: &[(Role, &str)]) -> Caller<'a> {
    let mut claims = app.claims(grants);
    claims.sub = name.into();
    app.with_claims(&claims)
}

fn actions(answer: &Value) -> Vec<&str> {
    answer["next_actions"].as_array().unwrap().iter().map(|action| action.as_str().unwrap()).collect()
}

#[actix_web::test]
async fn nobody_gives_hours_to_themselves_by_way_of_their_entry() {
    let app = TestApp::start().await;
    let (zhao, colleague) = (called(&app, "zhao", &[(Role::DistrictOfficer, DISTRICT)]), app.colleague_of(DISTRICT));
    let mut entry = learner(DISTRICT);
    (entry["subject"], entry["roles"]) = (json!(app.subject("zhao")), json!(["party_member"]));
    assert_eq!(zhao.post("/v1/learners", &entry).await.errors(), ["#/subject own_matter"]);
    let own = colleague.makes("/v1/learners", entry).await.id();
    let path = format!("/v1/learners/{own}");
    assert_eq!(actions(&zhao.get(&path).await.body), [""; 0]);
    for change in [json!({"subject": null}), json!({"roles": ["grid_worker"]}), json!({"phone": null})] {
        assert_eq!(zhao.patch(&path, 1, &change).await.errors(), ["# own_matter"]);
    }
    assert_eq!(zhao.post(&format!("{path}/leave"), &json!({"left_on": "2026-03-02"})).await.errors(), ["# own_matter"]);

    let course = zhao.publishes(training(DISTRICT)).await;
    let session = zhao.makes("/v1/training-sessions", meeting(&app, &course, 10)).await.id();
    zhao.acts(&format!("/v1/training-sessions/{session}/open"), json!({})).await;
    let enrollment = zhao.makes("/v1/training-enrollments", json!({"session_id": session, "learner_id": own})).await.id();
    app.later(10);
    let code = zhao.get(&format!("/v1/training-sessions/{session}/check-in-code")).await.body["code"].clone();
    let path_of_enrollment = format!("/v1/training-enrollments/{enrollment}");
    let checked_in = zhao.post(&format!("{path_of_enrollment}/check-in"), &json!({"code": code})).await;
    assert_eq!(checked_in.errors(), ["# own_enrollment"], "who shows the code does not vouch for themselves with it");
    let at_home = called(&app, "zhao", &[(Role::Resident, COMMUNITY)]);
    let checked_in = at_home.post(&format!("{path_of_enrollment}/check-in"), &json!({"code": code})).await;
    assert_eq!(checked_in.errors(), ["# own_enrollment"], "nor with a token that cannot show it");
    zhao.acts(&format!("/v1/training-sessions/{session}/start"), json!({})).await;

    // Somebody else unlinks the entry: whoever it was of stays who it was.
    assert_eq!(colleague.patch(&path, 1, &json!({"subject": null})).await.status, 200);
    let presence = json!({"minutes": 120});
    let given = zhao.post(&format!("{path_of_enrollment}/record-presence"), &presence).await;
    assert_eq!(given.errors(), ["# own_enrollment"]);
    assert!(!actions(&zhao.get(&path_of_enrollment).await.body).contains(&"record_presence"));
    assert_eq!(zhao.patch(&path, 2, &json!({"subject": app.subject("zhao")})).await.errors(), ["# own_matter"]);
    let other = zhao.makes("/v1/learners", learner(COMMUNITY)).await.id();
    let taken = zhao.patch(&format!("/v1/learners/{other}"), 1, &json!({"subject": app.subject("zhao")})).await;
    assert_eq!(taken.errors(), ["#/subject own_matter"]);
    colleague.acts(&format!("{path_of_enrollment}/record-presence"), presence).await;
}

#[actix_web::test]
async fn nobody_makes_themselves_a_mediator_or_chooses_themselves() {
    let app = TestApp::start().await;
    let zhao = called(&app, "zhao", &[(Role::CommunityOfficer, COMMUNITY)]);
    let committee = app.officer_of(CITY).mediation_committee(COMMUNITY, Some(&app.subject("zhao"))).await;
    let mut entry = crate::support::mediation::mediator(&committee.0);
    entry["subject"] = json!(app.subject("zhao"));
    assert_eq!(zhao.post("/v1/mediators", &entry).await.errors(), ["#/subject own_matter"]);
    let own = format!("/v1/mediators/{}", committee.1);
    assert_eq!(actions(&zhao.get(&own).await.body), [""; 0]);
    assert_eq!(zhao.patch(&own, 1, &json!({"qualification": "x"})).await.errors(), ["# own_matter"]);

    let dispute = app.officer_of(COMMUNITY).handled(COMMUNITY).await;
    let case = zhao.mediated(&dispute, &committee, crate::support::mediation::Stage::Consented).await;
    let select = format!("/v1/mediations/{}/select", case.mediation);
    let chosen = json!({"mediator_id": committee.1, "conflicts": [], "waiver": "人手不足"});
    assert_eq!(zhao.post(&select, &chosen).await.errors(), ["#/mediator_id own_matter"]);
    // Whoever signed in as the mediator once stays that.
    let officer = app.officer_of(COMMUNITY);
    assert_eq!(officer.patch(&own, 1, &json!({"subject": null})).await.status, 200);
    assert_eq!(actions(&zhao.get(&own).await.body), [""; 0]);
    assert_eq!(zhao.patch(&own, 2, &json!({"qualification": "x"})).await.errors(), ["# own_matter"]);
    assert_eq!(zhao.post(&select, &chosen).await.errors(), ["#/mediator_id own_matter"]);
    officer.acts(&select, chosen).await;
}

#[actix_web::test]
async fn whoever_mediated_does_not_seal_what_came_of_it() {
    let app = TestApp::start().await;
    let (officer, zhao) = (app.officer_of(COMMUNITY), called(&app, "zhao", &[(Role::CommunityOfficer, COMMUNITY)]));
    let committee = app.officer_of(CITY).mediation_committee(COMMUNITY, Some(&app.subject("zhao"))).await;
    let dispute = officer.handled(COMMUNITY).await;
    let case = officer.mediated(&dispute, &committee, crate::support::mediation::Stage::Drafted).await;
    // Before anybody signs, the mediator signs in otherwise.
    assert_eq!(officer.patch(&format!("/v1/mediators/{}", committee.1), 1, &json!({"subject": null})).await.status, 200);
    app.run_due_jobs().await;
    for position in [json!(0), json!(1), Value::Null] {
        let signature = json!({"position": position, "signed_on": "2026-03-02"});
        officer.acts(&format!("/v1/agreements/{}/sign", case.agreement), signature).await;
    }
    let sealed = zhao.post(&format!("/v1/agreements/{}/seal", case.agreement), &json!({"sealed_on": "2026-03-02"})).await;
    assert_eq!(sealed.errors(), ["# second_person"]);
    officer.seals(&case.agreement).await;
}

#[actix_web::test]
async fn an_officer_leaves_their_own_dispute_to_others() {
    let app = TestApp::start().await;
    let both = [(Role::Resident, COMMUNITY), (Role::CommunityOfficer, COMMUNITY)];
    let zhao = called(&app, "zhao", &both);
    let id = called(&app, "zhao", &both[..1]).files(&dispute_in(COMMUNITY)).await.id();
    let path = format!("/v1/disputes/{id}");
    assert_eq!(
        actions(&zhao.get(&path).await.body),
        ["update", "withdraw", "add_party", "correct_party", "remove_party", "answer", "remark"]
    );
    for action in ["accept", "reject", "transfer", "escalate"] {
        assert_eq!(zhao.post(&format!("{path}/{action}"), &body_of(action)).await.errors(), ["# own_matter"], "{action}");
    }
    let officer = app.officer_of(COMMUNITY);
    for action in ["accept", "assign", "start", "resolve"] {
        officer.does(&id, action, body_of(action)).await;
    }
    assert_eq!(zhao.post(&format!("{path}/visit-back"), &body_of("visit-back")).await.errors(), ["# own_matter"]);
    zhao.does(&id, "close", json!({"satisfaction": "satisfied"})).await;
}

#[actix_web::test]
async fn what_is_reserved_to_the_level_above_is_not_reached_by_a_second_grant() {
    let app = TestApp::start().await;
    let zhao = called(&app, "zhao", &[(Role::CommunityOfficer, COMMUNITY), (Role::StreetOfficer, STREET)]);
    let (officer, street) = (app.officer_of(COMMUNITY), app.officer_of(STREET));
    let id = officer.files(&dispute_in(COMMUNITY)).await.id();
    for action in ["accept", "assign", "start"] {
        officer.does(&id, action, body_of(action)).await;
    }
    let path = format!("/v1/disputes/{id}");
    assert_eq!(zhao.post(&format!("{path}/extend"), &json!({"reason": "x"})).await.errors(), ["# second_person"]);
    zhao.does(&id, "request-approval", json!({"kind": "extend", "reason": "等待检测"})).await;
    let listed = zhao.get(&format!("/v1/disputes?in={COMMUNITY}")).await;
    for action in ["extend", "suspend", "decline"] {
        assert!(!actions(&listed.body["items"][0]).contains(&action), "{action}");
    }
    // The same person with the grant of the street alone.
    let above = called(&app, "zhao", &[(Role::StreetOfficer, STREET)]);
    for action in ["extend", "decline"] {
        assert_eq!(above.post(&format!("{path}/{action}"), &json!({"reason": "x"})).await.errors(), ["# second_person"]);
    }
    street.does(&id, "extend", json!({"reason": "同意"})).await;
}

#[actix_web::test]
async fn a_red_dispute_is_let_go_by_the_level_above() {
    let app = TestApp::start().await;
    let (officer, street, wang) = (app.officer_of(COMMUNITY), app.officer_of(STREET), app.resident("wang", COMMUNITY));
    let id = wang.files(&dispute_in(COMMUNITY)).await.id();
    let path = format!("/v1/disputes/{id}");
    assert_eq!(officer.post(&format!("{path}/withdraw"), &json!({"reason": "x"})).await.errors(), ["# applicant_decides"]);
    assert_eq!(officer.patch(&path, 1, &json!({"risk": "red"})).await.status, 200);
    assert_eq!(officer.patch(&path, 2, &json!({"risk": "yellow"})).await.errors(), ["#/risk level_above_decides"]);
    let asked = wang.does(&id, "withdraw", json!({"reason": "已私下和解"})).await;
    assert_eq!((&asked.body["status"], &asked.body["approver"]), (&json!("submitted"), &json!(STREET)));
    assert_eq!(asked.body["progress"]["approval"]["kind"], "withdraw");
    assert!(!actions(&officer.get(&path).await.body).contains(&"withdraw"));
    let work = street.get("/v1/work").await;
    assert!(
        work.body["items"].as_array().unwrap().iter().any(|item| item["kind"] == "decide_request" && item["id"] == json!(id)),
        "{}",
        work.body
    );
    assert!(actions(&street.get(&path).await.body).contains(&"withdraw"));
    let gone = street.does(&id, "withdraw", json!({"reason": "同意撤回"})).await;
    assert_eq!((&gone.body["status"], &gone.body["approver"]), (&json!("withdrawn"), &Value::Null));
}

#[actix_web::test]
async fn guests_of_a_confidential_case_are_invited_by_the_level_above() {
    let app = TestApp::start().await;
    let (officer, street) = (app.officer_of(COMMUNITY), app.officer_of(STREET));
    let mut body = dispute_in(COMMUNITY);
    body["confidential"] = true.into();
    let id = officer.files(&body).await.id();
    let path = format!("/v1/disputes/{id}");
    let invitation = json!({"jurisdiction": OTHER_COMMUNITY, "reason": "共商"});
    assert_eq!(officer.post(&format!("{path}/invite"), &invitation).await.errors(), ["# level_above_decides"]);
    officer.does(&id, "accept", json!({})).await;
    officer.does(&id, "request-approval", json!({"kind": "invite", "reason": "请邻社区共商"})).await;
    let invited = street.does(&id, "invite", invitation).await;
    assert_eq!(invited.body["approver"], Value::Null);
    assert_eq!(app.officer_of(OTHER_COMMUNITY).get(&path).await.status, 200);
}

#[actix_web::test]
async fn whoever_proposes_a_grid_unit_does_not_approve_it() {
    let app = TestApp::start().await;
    let (street, colleague) = (app.officer_of(STREET), app.colleague_of(STREET));
    let proposal = json!({"community": COMMUNITY, "name": "独批网格", "households": 1});
    let unit = street.makes("/v1/grid-units", proposal).await;
    let path = format!("/v1/grid-units/{}", unit.id());
    assert_eq!(actions(&unit.body), ["adjust", "reject"]);
    assert_eq!(street.post(&format!("{path}/approve"), &json!({"reason": "x"})).await.errors(), ["# second_person"]);
    // Whoever says otherwise what it shall be proposes it too.
    let adjustment = json!({"effective_on": "2026-03-02", "reason": "重划", "households": 300});
    colleague.acts(&format!("{path}/adjust"), adjustment).await;
    assert_eq!(colleague.post(&format!("{path}/approve"), &json!({"reason": "x"})).await.errors(), ["# second_person"]);
    assert_eq!(street.post(&format!("{path}/approve"), &json!({"reason": "x"})).await.errors(), ["# second_person"]);
    let third = called(&app, "third", &[(Role::StreetOfficer, STREET)]);
    third.acts(&format!("{path}/approve"), json!({"reason": "同意"})).await;
}

#[actix_web::test]
async fn nobodys_own_matter_waits_for_them_as_an_officer() {
    let app = TestApp::start().await;
    let (zhao, colleague) = (called(&app, "zhao", &[(Role::CommunityOfficer, COMMUNITY)]), app.colleague_of(COMMUNITY));
    let at_home = called(&app, "zhao", &[(Role::Resident, COMMUNITY)]);
    let work = async |caller: &Caller<'_>| {
        let items = caller.get("/v1/work").await.body["items"].clone();
        let mut ids: Vec<_> = items.as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect();
        ids.sort();
        ids
    };
    let own = at_home.files(&dispute_in(COMMUNITY)).await.id();
    let for_somebody = zhao.files(&dispute_in(COMMUNITY)).await.id();
    let linked = colleague.handled(COMMUNITY).await;
    at_home.acts("/v1/disputes/link", colleague.party_code(&linked, 1).await).await;
    assert_eq!(work(&zhao).await, std::slice::from_ref(&for_somebody));
    let mut all = vec![own, for_somebody, linked];
    all.sort();
    assert_eq!(work(&colleague).await, all);
}
