//! By which subject somebody signs in, which may be a phone number, is told to few, and stands in nobody's way.

use serde_json::{Value, json};
use sihe::access::actor::Role;

use crate::support::TestApp;
use crate::support::data::*;
use crate::support::mediation::*;
use crate::support::training::*;

#[actix_web::test]
async fn parties_do_not_learn_by_which_subject_others_sign_in() {
    let app = TestApp::start().await;
    let (city, officer, wang) = (app.officer_of(CITY), app.officer_of(COMMUNITY), app.resident("wang", COMMUNITY));
    let (zhang, subject) = mediator_named(&app, "13800001111");
    let committee = city.mediation_committee(COMMUNITY, Some(&subject)).await;
    let enterprise = officer.organization("property_enterprise", COMMUNITY).await;
    let mut body = dispute_in(COMMUNITY);
    body["parties"][1]["organization_id"] = json!(enterprise);
    let id = wang.files(&body).await.id();
    for action in ["accept", "assign", "start"] {
        officer.does(&id, action, body_of(action)).await;
    }
    officer.mediated(&id, &committee, Stage::Effective).await;
    let member = {
        let mut claims = app.claims(&[(Role::OrganizationMember, COMMUNITY)]);
        claims.organization = Some(enterprise.parse().unwrap());
        app.with_claims(&claims)
    };
    let own = app.subject("wang");
    for (caller, may_see) in [(&wang, Some(own.as_str())), (&member, None), (&zhang, Some(subject.as_str()))] {
        let mut paths: Vec<_> = ["", "/events", "/deadlines", "/routing"].map(|part| format!("/v1/disputes/{id}{part}")).into();
        paths.extend(["disputes", "mediations", "mediation-sessions", "agreements", "work"].map(|noun| format!("/v1/{noun}")));
        for path in paths {
            let answer = caller.get(&path).await;
            assert_eq!(answer.status, 200, "{path}: {}", answer.body);
            let told = answer.body.to_string();
            let others = told.matches(&format!("{}|", app.settings.issuer)).count();
            let seen = may_see.map_or(0, |subject| told.matches(&format!("\"{subject}\"")).count());
            assert_eq!(others, seen, "{path}: {told}");
        }
    }
    let steps = wang.get(&format!("/v1/disputes/{id}/events")).await;
    assert_eq!((&steps.body["items"][0]["caller"], &steps.body["items"][0]["caller_title"]), (&json!(own), &json!("居民")));
    assert_eq!(
        (&steps.body["items"][1]["caller"], &steps.body["items"][1]["caller_title"]),
        (&Value::Null, &json!("社区工作人员"))
    );
    let seen = wang.get(&format!("/v1/disputes/{id}")).await;
    let guests = seen.body["guests"].as_array().unwrap();
    let person = guests.iter().find(|guest| guest["kind"] == "person").unwrap();
    assert_eq!(person["guest"], Value::Null);
    assert!(person["name"].as_str().unwrap().starts_with("调解员"));
    let told = officer.get(&format!("/v1/disputes/{id}")).await;
    assert!(told.body["guests"].as_array().unwrap().iter().any(|guest| guest["guest"] == json!(subject)));
}

#[actix_web::test]
async fn whoever_is_registered_elsewhere_is_neither_blocked_nor_betrayed() {
    let app = TestApp::start().await;
    let (here, elsewhere) = (app.officer_of(COMMUNITY), app.officer_of(OTHER_DISTRICT));
    let registered = |place: &str| {
        let mut entry = learner(place);
        entry["subject"] = json!(app.subject("li"));
        entry
    };
    elsewhere.makes("/v1/learners", registered(OTHER_DISTRICT)).await;
    let own = here.makes("/v1/learners", registered(COMMUNITY)).await.id();
    assert_eq!(here.post("/v1/learners", &registered(COMMUNITY)).await.errors(), ["#/subject taken"]);
    let other = here.makes("/v1/learners", learner(COMMUNITY)).await.id();
    let linked = here.patch(&format!("/v1/learners/{other}"), 1, &json!({"subject": app.subject("li")})).await;
    assert_eq!(linked.errors(), ["#/subject taken"]);
    let above = app.officer_of(CITY);
    assert_eq!(above.post("/v1/learners", &registered(COMMUNITY)).await.errors(), ["#/subject taken"]);

    // Of many who register somebody at once, one does.
    let mut entry = learner(COMMUNITY);
    entry["subject"] = json!(app.subject("chen"));
    let answers = futures_util::future::join_all((0..4).map(|_| here.post("/v1/learners", &entry))).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 1);

    // Whoever enrolls themselves does so where they hold a role.
    let mut claims = app.claims(&[(Role::GridWorker, GRID)]);
    claims.sub = "li".into();
    let li = app.with_claims(&claims);
    assert_eq!(li.get("/v1/learners").await.ids().len(), 2);
    let course = app.officer_of(DISTRICT).publishes(training(DISTRICT)).await;
    let session = app.officer_of(DISTRICT).opens(meeting(&app, &course, 60)).await;
    let enrollment = li.makes("/v1/training-enrollments", json!({"session_id": session})).await;
    assert_eq!(enrollment.body["learner_id"], json!(own));
}
