//! Presence, results, hours, certificates, quotas, and the gate of mediation.

use futures_util::future::join_all;
use serde_json::{Value, json};
use sihe::access::actor::Role;

use crate::support::data::*;
use crate::support::mediation::{Stage, mediator};
use crate::support::training::{learner, meeting, training};
use crate::support::{Caller, TestApp};

async fn hours(officer: &Caller<'_>, learner: &str) -> Value {
    officer.get(&format!("/v1/learners/{learner}")).await.body["balance"].clone()
}

#[actix_web::test]
async fn check_in_takes_the_code_of_the_minute_inside_the_window_once() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    let mut course = training(COMMUNITY);
    course["certified"] = json!(false);
    course["certificate_months"] = Value::Null;
    let course = officer.publishes(course).await;
    let session = officer.opens(meeting(&app, &course, 60)).await;
    let learner = officer.learner(COMMUNITY, Some(&app.subject("wang"))).await;
    let wang = app.resident("wang", COMMUNITY);
    let enrollment = format!("/v1/training-enrollments/{}", officer.seats(&session, &learner).await.id());
    let check_in =
        async |caller: &Caller<'_>, code: &str| caller.post(&format!("{enrollment}/check-in"), &json!({"code": code})).await;
    wang.get(&format!("/v1/training-sessions/{session}/check-in-code")).await.is(403, "forbidden");
    app.officer_of(OTHER_COMMUNITY).get(&format!("/v1/training-sessions/{session}/check-in-code")).await.is(404, "not_found");
    // Lists and answers offer what the time allows, as a single enrollment does.
    let offered = async |caller: &Caller<'_>| {
        let one = caller.get(&enrollment).await.body["next_actions"].clone();
        let listed = caller.get("/v1/training-enrollments").await.body["items"][0]["next_actions"].clone();
        assert_eq!(one, listed);
        one
    };
    assert_eq!(offered(&wang).await, json!(["withdraw"]));
    assert_eq!(offered(&officer).await, json!(["withdraw", "excuse"]));
    let early = officer.code(&session).await;
    assert_eq!(check_in(&wang, &early).await.errors(), ["# outside_window"]);
    app.later(45);
    assert_eq!(offered(&wang).await, json!(["withdraw", "check_in"]));
    assert_eq!(check_in(&wang, &early).await.errors(), ["#/code wrong_code"]);
    let code = officer.code(&session).await;
    check_in(&officer, &code).await.is(404, "not_found");
    check_in(&app.resident("li", COMMUNITY), &code).await.is(404, "not_found");
    // Two devices at once: one of them checks in.
    let twice = join_all([check_in(&wang, &code), check_in(&wang, &code.to_lowercase())]).await;
    let mut statuses: Vec<_> = twice.iter().map(|answer| answer.status).collect();
    statuses.sort();
    assert_eq!(statuses, [200, 409]);
    assert_eq!(offered(&wang).await, json!(["check_out"]));
    assert_eq!(offered(&officer).await, json!([]), "the session has not been started");
    app.later(60);
    let away = json!({"code": officer.code(&session).await});
    wang.acts(&format!("{enrollment}/check-out"), away.clone()).await;
    wang.post(&format!("{enrollment}/check-out"), &away).await.is(409, "state_conflict");
    officer.acts(&format!("/v1/training-sessions/{session}/start"), json!({})).await;
    assert_eq!(offered(&officer).await, json!(["record_presence"]));
    app.later(90);
    officer.acts(&format!("/v1/training-sessions/{session}/complete"), json!({})).await;
    officer.post(&format!("/v1/training-sessions/{session}/complete"), &json!({})).await.is(409, "state_conflict");
    app.run_due_jobs().await;
    let settled = wang.get(&enrollment).await;
    assert_eq!((&settled.body["status"], &settled.body["presence_minutes"]), (&json!("failed"), &json!(45)), "45 of 120 minutes");
    assert_eq!(hours(&officer, &learner).await["hours"], 0);
}

#[actix_web::test]
async fn results_give_hours_and_corrections_move_them_both_ways() {
    let app = TestApp::start().await;
    let (city, officer) = (app.officer_of(CITY), app.officer_of(COMMUNITY));
    let course = city.publishes(training(CITY)).await;
    let learner = officer.learner(COMMUNITY, None).await;
    let just = format!("/v1/training-enrollments/{}", city.attends(&course, &learner, 96).await);
    let passed = officer.get(&just).await;
    assert_eq!((&passed.body["status"], &passed.body["hours"]), (&json!("passed"), &json!(8)), "96 of 120 minutes are 80 %");
    let short = format!("/v1/training-enrollments/{}", city.attends(&course, &learner, 95).await);
    assert_eq!(officer.get(&short).await.body["status"], "failed");
    assert_eq!(hours(&officer, &learner).await, json!({"year": 2026, "hours": 8, "quota": 0, "missing": 0}));
    let certificates = async || officer.get(&format!("/v1/certificates?learner_id={learner}")).await.body["items"].clone();
    let held = certificates().await;
    assert_eq!((held.as_array().unwrap().len(), &held[0]["status"]), (1, &json!("valid")));

    let fix = async |path: &str, outcome: &str| {
        officer.acts(&format!("{path}/correct"), json!({"outcome": outcome, "reason": "经核对签到表"})).await
    };
    let fixed = fix(&short, "passed").await;
    assert_eq!(fixed.body["corrections"][0]["from"], "failed");
    assert_eq!(hours(&officer, &learner).await["hours"], 16);
    app.run_due_jobs().await;
    assert_eq!(certificates().await.as_array().unwrap().iter().filter(|one| one["status"] == "valid").count(), 1);
    fix(&short, "absent").await;
    fix(&just, "failed").await;
    app.run_due_jobs().await;
    assert_eq!(hours(&officer, &learner).await["hours"], 0);
    let states: Vec<_> = certificates().await.as_array().unwrap().iter().map(|one| one["status"].clone()).collect();
    assert_eq!(states, ["revoked", "revoked"]);
    assert_eq!(officer.post(&format!("{just}/correct"), &json!({"outcome": "passed"})).await.errors(), ["#/reason required"]);
    app.officer_of(OTHER_COMMUNITY)
        .post(&format!("{just}/correct"), &json!({"outcome": "passed", "reason": "x"}))
        .await
        .is(404, "not_found");
    app.caller(Role::Mediator, COMMUNITY).post(&format!("{just}/correct"), &json!({})).await.is(403, "forbidden");
    let audited = "audit_entries WHERE action = 'training_enrollments:correct' AND kind = 'training_enrollment'";
    assert_eq!(app.count(audited).await, 3);

    let mut examined = training(CITY);
    examined["examined"] = json!(true);
    let examined = city.publishes(examined).await;
    assert_eq!(officer.post(&format!("{just}/record-result"), &json!({"passed": true})).await.status, 409);
    let session = city.opens(meeting(&app, &examined, -180)).await;
    let enrollment = format!("/v1/training-enrollments/{}", officer.seats(&session, &learner).await.id());
    let early = officer.post(&format!("{enrollment}/record-presence"), &json!({"minutes": 121})).await;
    assert_eq!(early.errors(), ["# not_yet"]);
    city.acts(&format!("/v1/training-sessions/{session}/start"), json!({})).await;
    let long = officer.post(&format!("{enrollment}/record-presence"), &json!({"minutes": 121})).await;
    assert_eq!(long.errors(), ["#/minutes maximum"]);
    officer.acts(&format!("{enrollment}/record-presence"), json!({"minutes": 120})).await;
    assert_eq!(officer.post(&format!("{enrollment}/record-result"), &json!({"passed": true})).await.errors(), ["# not_yet"]);
    city.acts(&format!("/v1/training-sessions/{session}/complete"), json!({})).await;
    app.run_due_jobs().await;
    assert_eq!(officer.get(&enrollment).await.body["status"], "attended");
    let result = json!({"passed": true, "score": 91});
    let both = join_all([
        officer.post(&format!("{enrollment}/record-result"), &result),
        city.post(&format!("{enrollment}/record-result"), &result),
    ])
    .await;
    assert_eq!(both.iter().map(|answer| answer.status).min(), Some(200));
    assert_eq!(both.iter().map(|answer| answer.status).max(), Some(409));
    assert_eq!(hours(&officer, &learner).await["hours"], 8, "counted once");
}

#[actix_web::test]
async fn certificates_are_verified_by_anybody_and_renewed_when_they_expire() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    let learner = officer.learner(COMMUNITY, Some(&app.subject("wang"))).await;
    let wang = app.resident("wang", COMMUNITY);
    let certificate = officer.certificate(COMMUNITY, &learner).await;
    let (path, code) = (format!("/v1/certificates/{}", certificate.id()), certificate.body["code"].as_str().unwrap().to_owned());
    assert_eq!((&certificate.body["issued_on"], &certificate.body["expires_on"]), (&json!("2026-03-02"), &json!("2027-03-01")));
    app.resident("li", COMMUNITY).get(&path).await.is(404, "not_found");
    // The holder reads their own name, whoever hands it out reads it for a purpose, and nobody else.
    assert_eq!(wang.get(&path).await.body["full_name"], "王小明");
    assert_eq!((&certificate.body["full_name"], &certificate.body["holder_name"]), (&Value::Null, &json!("王**")));
    let disclosed = officer.get(&format!("{path}/disclosure?purpose=training")).await;
    assert_eq!((disclosed.status, &disclosed.body["holder_name"]), (200, &json!("王小明")));
    assert_eq!(app.count("audit_entries WHERE kind = 'certificate_disclosure'").await, 1);
    wang.get(&format!("{path}/disclosure?purpose=training")).await.is(403, "forbidden");
    let anybody = app.anonymous();
    let verify = async || anybody.get(&format!("/certificates/{code}")).await.body;
    let title = certificate.body["title"].clone();
    let mut told = json!({"initials": "王**", "title": title, "hours": 8, "status": "valid", "issued_on": "2026-03-02",
            "expires_on": "2027-03-01"});
    assert_eq!(verify().await, told);
    for typed in [code.to_uppercase(), format!("%20{code}"), format!("{}-{}", &code[..8], &code[8..])] {
        assert_eq!(anybody.get(&format!("/certificates/{typed}")).await.body, told, "{typed}");
    }
    let page = String::from_utf8(anybody.get(&format!("/certificates/{code}/page.html")).await.bytes).unwrap();
    assert!(page.contains("王**") && page.contains("有效") && page.contains(title.as_str().unwrap()), "{page}");
    for secret in ["王小明", "13511112222", COMMUNITY, learner.as_str(), certificate.body["number"].as_str().unwrap()] {
        assert!(!page.contains(secret) && !told.to_string().contains(secret), "{secret}");
    }
    anybody.get(&format!("/certificates/{}", &code[1..])).await.is(404, "not_found");
    let picture = wang.get(&format!("{path}/qr.svg")).await;
    assert_eq!(picture.header("content-type"), Some("image/svg+xml"));
    assert!(picture.bytes.starts_with(b"<?xml"));

    let works = async |caller: &Caller<'_>| -> bool {
        let work = caller.get("/v1/work").await;
        work.body["items"]
            .as_array()
            .unwrap()
            .iter()
            .any(|item| item["kind"] == "renew_certificate" && item["id"] == certificate.body["id"])
    };
    assert!(!works(&wang).await);
    app.clock.advance(chrono::Duration::days(364));
    assert_eq!(verify().await["status"], "valid", "its last day");
    app.clock.advance(chrono::Duration::days(1));
    (told["status"], told["expires_on"]) = (json!("expired"), json!("2027-03-01"));
    assert_eq!(verify().await, told);
    let (wang, officer) = (app.resident("wang", COMMUNITY), app.officer_of(COMMUNITY));
    assert!(works(&wang).await && works(&officer).await);
    assert_eq!(officer.get("/v1/certificates?status=expired,revoked").await.ids(), [certificate.id()]);
    assert_eq!(officer.get("/v1/certificates?status=valid").await.ids(), [""; 0]);
    let expired = wang.get(&path).await;
    assert_eq!((&expired.body["status"], &expired.body["next_actions"]), (&json!("expired"), &json!(["renew"])));
    let course = certificate.body["training_id"].as_str().unwrap();
    let other = officer.publishes(training(COMMUNITY)).await;
    let wrong = json!({"session_id": officer.opens(meeting(&app, &other, 60)).await});
    assert_eq!(wang.post(&format!("{path}/renew"), &wrong).await.errors(), ["#/session_id unknown_record"]);
    let session = json!({"session_id": officer.opens(meeting(&app, course, 60)).await});
    let renewing = wang.acts(&format!("{path}/renew"), session.clone()).await;
    assert_eq!(renewing.body["next_actions"], json!([]));
    assert!(!works(&wang).await);
    wang.post(&format!("{path}/renew"), &session).await.is(409, "state_conflict");
    // A renewal that comes to nothing can be asked for again.
    let renewal = renewing.body["renewal_id"].as_str().unwrap();
    wang.acts(&format!("/v1/training-enrollments/{renewal}/withdraw"), json!({})).await;
    app.run_due_jobs().await;
    assert!(works(&wang).await);
    officer.attends(course, &learner, 120).await;
    let held = officer.get(&format!("/v1/certificates?learner_id={learner}")).await;
    assert_eq!(held.body["items"].as_array().unwrap().iter().filter(|one| one["status"] == "renewed").count(), 1);
    assert_eq!(verify().await["status"], "renewed");
    let revoked = officer.acts(&format!("{path}/revoke"), json!({"reason": "考核舞弊"})).await;
    assert_eq!((&revoked.body["status"], &revoked.body["revoked_on"]), (&json!("revoked"), &json!("2027-03-02")));
    officer.post(&format!("{path}/revoke"), &json!({"reason": "x"})).await.is(409, "state_conflict");
    app.caller(Role::Trainer, COMMUNITY).post(&format!("{path}/revoke"), &json!({"reason": "x"})).await.is(403, "forbidden");
    app.officer_of(OTHER_COMMUNITY).post(&format!("{path}/revoke"), &json!({"reason": "x"})).await.is(404, "not_found");
}

#[actix_web::test]
async fn whoever_signs_in_anew_keeps_what_was_earned() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    let learner = officer.learner(COMMUNITY, Some(&app.subject("old"))).await;
    let certificate = format!("/v1/certificates/{}", officer.certificate(COMMUNITY, &learner).await.id());
    let (old, new) = (app.resident("old", COMMUNITY), app.resident("new", COMMUNITY));
    assert_eq!(old.get(&certificate).await.status, 200);
    let path = format!("/v1/learners/{learner}");
    let version = officer.get(&path).await.version();
    officer.patch(&path, version, &json!({"subject": app.subject("new")})).await;
    old.get(&certificate).await.is(404, "not_found");
    assert_eq!(new.get(&certificate).await.status, 200);
    assert_eq!(new.get("/v1/training-enrollments").await.ids().len(), 1);
    assert_eq!(new.get("/v1/learners").await.ids(), std::slice::from_ref(&learner));
    let mut twin = crate::support::training::learner(COMMUNITY);
    twin["subject"] = app.subject("new").into();
    assert_eq!(officer.post("/v1/learners", &twin).await.errors(), ["#/subject taken"]);
    let told = officer.get(&format!("{path}/disclosure?purpose=training")).await;
    assert_eq!(told.body, json!({"name": "王小明", "phone": "13511112222"}));
    new.get(&format!("{path}/disclosure?purpose=training")).await.is(403, "forbidden");
    let wrong = json!({"roles": ["mediator", "officer", "officer"], "organization_id": learner});
    let refused = officer.patch(&path, version + 1, &wrong).await;
    assert_eq!(
        refused.errors(),
        ["#/organization_id unknown_record", "#/roles registered_as_mediator", "#/roles/2 duplicate_item"]
    );
    let grid = officer.post("/v1/learners", &json!({"jurisdiction": GRID, "name": "甲", "roles": ["grid_worker"]})).await;
    assert_eq!(grid.errors(), ["#/jurisdiction wrong_level"]);
    officer.acts(&format!("{path}/leave"), json!({"left_on": "2026-03-02"})).await;
    officer.post(&format!("{path}/leave"), &json!({"left_on": "2026-03-02"})).await.is(409, "state_conflict");
    assert_eq!(officer.get("/v1/learners?status=left").await.ids(), [learner]);
}

#[actix_web::test]
async fn quotas_are_rules_and_the_figures_agree_with_the_lists() {
    let app = TestApp::start().await;
    let (city, officer) = (app.officer_of(CITY), app.officer_of(COMMUNITY));
    let roles = [
        json!(["party_member"]),
        json!(["party_secretary", "party_member"]),
        json!(["grid_worker"]),
        json!(["property_manager"]),
    ];
    let mut people = Vec::new();
    for roles in roles {
        let mut body = learner(COMMUNITY);
        body["roles"] = roles;
        people.push(officer.makes("/v1/learners", body).await.id());
    }
    let quotas = join_all(people.iter().map(|id| hours(&officer, id))).await;
    assert_eq!(quotas.iter().map(|one| one["quota"].as_i64().unwrap()).collect::<Vec<_>>(), [32, 56, 0, 0]);
    let rule = |code: &str, name: &str, value: i64, from: &str| json!({"jurisdiction": code, "name": name, "value": value, "legal_basis": "通知", "valid_from": from});
    let admin = app.caller(Role::Admin, CITY);
    admin.makes("/v1/rules", rule(DISTRICT, "party_member_yearly_hours", 24, "2026-12-31")).await;
    admin.makes("/v1/rules", rule(CITY, "party_member_yearly_hours", 40, "2026-06-01")).await;
    admin.makes("/v1/rules", rule(COMMUNITY, "grid_worker_yearly_hours", 8, "2027-01-01")).await;
    assert_eq!(hours(&officer, &people[0]).await["quota"], 24, "what is set nearest, as it holds at the end of the year");
    assert_eq!(hours(&officer, &people[2]).await["quota"], 0, "the next year's");
    assert_eq!(officer.get("/v1/learners?short_in=2027").await.ids().len(), 3);

    let mut course = training(CITY);
    course["hours"] = 24.into();
    let course = city.publishes(course).await;
    city.attends(&course, &people[0], 120).await;
    city.attends(&course, &people[1], 120).await;
    app.officer_of("370203001001").learner("370203001001", None).await;
    let short = officer.get("/v1/learners?short_in=2026").await;
    assert_eq!(short.ids(), [people[1].clone()]);
    assert_eq!(short.body["items"][0]["balance"], json!({"year": 2026, "hours": 24, "quota": 56, "missing": 32}));
    for (caller, place) in [(&city, CITY), (&app.officer_of(DISTRICT), DISTRICT), (&officer, COMMUNITY)] {
        let figures = caller.get(&format!("/v1/indicators?in={place}")).await;
        for name in ["learners_trained", "learners_with_yearly_hours"] {
            let figure = figures.body["items"].as_array().unwrap().iter().find(|one| one["name"] == name).unwrap();
            for side in ["numerator", "denominator"] {
                let list = caller.get(&format!("{}&limit=200", figure[format!("{side}_list")].as_str().unwrap())).await;
                assert_eq!(figure[side], json!(list.ids().len()), "{name} {side} in {place}");
            }
        }
        let complete =
            figures.body["items"].as_array().unwrap().iter().find(|one| one["name"] == "learners_with_yearly_hours").unwrap();
        let all = if place == CITY { (4, 5) } else { (3, 4) };
        assert_eq!((&complete["numerator"], &complete["denominator"]), (&json!(all.0), &json!(all.1)));
    }
}

#[actix_web::test]
async fn a_mediator_needs_the_hours_that_trainings_gave() {
    let app = TestApp::start().await;
    let (city, officer) = (app.officer_of(CITY), app.officer_of(COMMUNITY));
    let (committee, _) = city.mediation_committee(COMMUNITY, None).await;
    let mut body = mediator(&committee);
    body["subject"] = app.subject("zhang").into();
    // Somebody who is trained as something else already is the same learner.
    let known = officer.learner(COMMUNITY, Some(&app.subject("zhang"))).await;
    let novice = city.makes("/v1/mediators", body).await;
    assert_eq!(novice.body["learner_id"], json!(known));
    assert_eq!(officer.get(&format!("/v1/learners/{known}")).await.body["roles"], json!(["grid_worker", "mediator"]));
    assert_eq!(officer.get("/v1/learners?role=mediator").await.ids().len(), 4);

    let dispute = officer.handled(COMMUNITY).await;
    let case = officer.mediated(&dispute, &(committee.clone(), novice.id()), Stage::Consented).await;
    let select = format!("/v1/mediations/{}/select", case.mediation);
    let choice = json!({"mediator_id": novice.id(), "conflicts": []});
    assert_eq!(officer.post(&select, &choice).await.errors(), ["#/waiver hours_missing"]);
    let mut course = training(CITY);
    course["hours"] = 24.into();
    let course = city.publishes(course).await;
    city.attends(&course, &known, 120).await;
    let chosen = officer.acts(&select, choice).await;
    assert_eq!(chosen.body["waiver"], Value::Null);
    city.acts(&format!("/v1/mediators/{}/leave", novice.id()), json!({"left_on": "2026-03-02"})).await;
    assert_eq!(officer.get(&format!("/v1/learners/{known}")).await.body["roles"], json!(["grid_worker"]));

    // Those who were registered before there were learners keep the hours that were recorded by hand.
    let old = city.makes("/v1/mediators", mediator(&committee)).await.id();
    let forget = "WITH gone AS (UPDATE mediators SET learner_id = NULL, training_hours = '[{\"year\": 2026, \"hours\": 30}]'
        WHERE id = $1::text::uuid RETURNING learner_id) SELECT * FROM gone";
    app.connect().await.execute(forget, &[&old]).await.unwrap();
    assert_eq!(city.get(&format!("/v1/mediators/{old}")).await.body["learner_id"], Value::Null);
    app.run_due_jobs().await;
    let anew = city.get(&format!("/v1/mediators/{old}")).await.body["learner_id"].as_str().unwrap().to_owned();
    assert_eq!(hours(&city, &anew).await["hours"], 30);
}

#[actix_web::test]
async fn nobody_decides_about_their_own_training() {
    let app = TestApp::start().await;
    let (district, officer) = (app.officer_of(DISTRICT), app.officer_of(COMMUNITY));
    let mut own = learner(COMMUNITY);
    (own["subject"], own["roles"]) = (app.subject("community_officer 370202001001").into(), json!(["officer"]));
    let own = app.colleague_of(COMMUNITY).makes("/v1/learners", own).await.id();
    let course = district.publishes(training(DISTRICT)).await;
    let session = district.opens(meeting(&app, &course, -180)).await;
    let body = json!({"session_id": session, "learner_ids": [own], "mandatory": true});
    let enrolled = district.acts("/v1/training-enrollments/bulk", body).await;
    assert_eq!(enrolled.body["items"][0]["obliged_by"], "district");
    let path = format!("/v1/training-enrollments/{}", enrolled.body["items"][0]["id"].as_str().unwrap());
    assert_eq!(officer.get(&path).await.body["next_actions"], json!([]), "the session was hours ago");
    officer.post(&format!("{path}/withdraw"), &json!({})).await.is(409, "state_conflict");
    district.acts(&format!("/v1/training-sessions/{session}/start"), json!({})).await;
    let presence = json!({"minutes": 120});
    assert_eq!(officer.post(&format!("{path}/record-presence"), &presence).await.errors(), ["# own_enrollment"]);
    // What was obliged above is not let go below.
    app.officer_of(STREET).post(&format!("{path}/excuse"), &json!({"reason": "x"})).await.is(409, "state_conflict");
    district.acts(&format!("{path}/record-presence"), presence).await;
    district.acts(&format!("/v1/training-sessions/{session}/complete"), json!({})).await;
    app.run_due_jobs().await;
    let correction = json!({"outcome": "failed", "reason": "x"});
    assert_eq!(officer.post(&format!("{path}/correct"), &correction).await.errors(), ["# own_enrollment"]);
    app.caller(Role::Trainer, DISTRICT).post(&format!("{path}/correct"), &correction).await.is(403, "forbidden");
}

#[actix_web::test]
async fn nothing_is_earned_before_a_session_or_twice_from_a_course() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    let course = officer.publishes(training(COMMUNITY)).await;
    let learner = officer.learner(COMMUNITY, None).await;
    let session = officer.opens(meeting(&app, &course, 60)).await;
    let enrollment = format!("/v1/training-enrollments/{}", officer.seats(&session, &learner).await.id());
    let other = officer.opens(meeting(&app, &course, 60)).await;
    let again = officer.post("/v1/training-enrollments", &json!({"session_id": other, "learner_id": learner})).await;
    assert_eq!((again.status, again.errors()), (409, vec!["#/learner_id enrolled".to_owned()]));
    let bulk = officer.post("/v1/training-enrollments/bulk", &json!({"session_id": other, "learner_ids": [learner]})).await;
    assert_eq!(bulk.errors(), ["#/learner_ids/0 enrolled"]);
    officer.acts(&format!("{enrollment}/excuse"), json!({"reason": "因公出差"})).await;
    let passed = json!({"outcome": "passed", "reason": "x"});
    assert_eq!(officer.post(&format!("{enrollment}/correct"), &passed).await.errors(), ["# not_yet"]);
    assert_eq!(hours(&officer, &learner).await["hours"], 0);
    // A session is not moved away from those who can check in already.
    app.later(45);
    let path = format!("/v1/training-sessions/{session}");
    let version = officer.get(&path).await.version();
    let moved = officer.patch(&path, version, &json!({"starts_at": "2026-03-09T02:00:00Z"})).await;
    assert_eq!(moved.errors(), ["#/starts_at has_begun"]);
    // Whoever was excused can come to another session.
    officer.seats(&other, &learner).await;
}

#[actix_web::test]
async fn an_older_certificate_holds_again_when_the_newer_one_was_not_earned() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    let course = officer.publishes(training(COMMUNITY)).await;
    let learner = officer.learner(COMMUNITY, None).await;
    officer.attends(&course, &learner, 120).await;
    app.clock.advance(chrono::Duration::days(30));
    let second = officer.attends(&course, &learner, 120).await;
    let states = async || {
        let held = officer.get(&format!("/v1/certificates?learner_id={learner}")).await;
        let mut all: Vec<_> =
            held.body["items"].as_array().unwrap().iter().map(|one| one["status"].as_str().unwrap().to_owned()).collect();
        all.sort();
        all
    };
    assert_eq!(states().await, ["renewed", "valid"]);
    officer.acts(&format!("/v1/training-enrollments/{second}/correct"), json!({"outcome": "failed", "reason": "代签"})).await;
    app.run_due_jobs().await;
    assert_eq!(states().await, ["revoked", "valid"]);
    // What an officer revoked does not come back by itself.
    let valid = officer.get(&format!("/v1/certificates?learner_id={learner}&status=valid")).await.ids().remove(0);
    officer.acts(&format!("/v1/certificates/{valid}/revoke"), json!({"reason": "舞弊"})).await;
    let first = officer.get(&format!("/v1/certificates/{valid}")).await.body["enrollment_id"].as_str().unwrap().to_owned();
    officer.acts(&format!("/v1/training-enrollments/{first}/correct"), json!({"outcome": "passed", "reason": "x"})).await;
    app.run_due_jobs().await;
    assert_eq!(states().await, ["revoked", "revoked"]);
}

#[actix_web::test]
async fn who_somebody_is_stays_with_those_who_reach_them() {
    let app = TestApp::start().await;
    let (city, officer) = (app.officer_of(CITY), app.officer_of(COMMUNITY));
    let known = officer.learner(COMMUNITY, Some(&app.subject("wang"))).await;
    let neighbor = app.officer_of(OTHER_DISTRICT);
    let foreign = neighbor.organization("mediation_committee", "370203001001").await;
    let mut body = mediator(&foreign);
    body["subject"] = app.subject("wang").into();
    // A neighbor who registers the same subject neither learns of that nor touches it.
    let theirs = neighbor.makes("/v1/mediators", body.clone()).await;
    assert_ne!(theirs.body["learner_id"], json!(known));

    // Whoever mediates in another committee keeps the hours.
    let committees = [
        officer.organization("mediation_committee", COMMUNITY).await,
        officer.organization("mediation_committee", COMMUNITY).await,
    ];
    body["organization_id"] = committees[0].clone().into();
    body["subject"] = app.subject("li").into();
    let first = city.makes("/v1/mediators", body.clone()).await;
    app.trained(&first.id(), 40).await;
    let entry = first.body["learner_id"].as_str().unwrap().to_owned();
    let leaving = officer.post(&format!("/v1/learners/{entry}/leave"), &json!({"left_on": "2026-03-02"})).await;
    assert_eq!(leaving.errors(), ["# registered_as_mediator"]);
    city.acts(&format!("/v1/mediators/{}/leave", first.id()), json!({"left_on": "2026-03-02"})).await;
    assert_eq!(officer.get(&format!("/v1/learners/{entry}")).await.body["status"], "left");
    body["organization_id"] = committees[1].clone().into();
    let second = city.makes("/v1/mediators", body).await;
    assert_eq!(second.body["learner_id"], json!(entry));
    assert_eq!(hours(&officer, &entry).await["hours"], 40);
    let path = format!("/v1/mediators/{}", second.id());
    city.patch(&path, 1, &json!({"subject": app.subject("li-2"), "name": "李四"})).await;
    assert_eq!(officer.get(&format!("/v1/learners/{entry}")).await.body["subject"], json!(app.subject("li-2")));

    // Party membership is for officers and for the learner.
    let version = officer.get(&format!("/v1/learners/{known}")).await.version();
    let seen = officer.patch(&format!("/v1/learners/{known}"), version, &json!({"roles": ["grid_worker", "party_member"]})).await;
    assert_eq!((&seen.body["roles"], &seen.body["party_roles"]), (&json!(["grid_worker"]), &json!(["party_member"])));
    let path = format!("/v1/learners/{known}");
    assert_eq!(app.resident("wang", COMMUNITY).get(&path).await.body["party_roles"], json!(["party_member"]));
    for role in [Role::Trainer, Role::Auditor, Role::Integration] {
        let reader = app.caller(role, COMMUNITY);
        assert_eq!(reader.get(&path).await.body["party_roles"], Value::Null);
        assert_eq!(reader.get("/v1/learners?role=party_member").await.errors(), ["role not_allowed"]);
    }
    assert_eq!(officer.get("/v1/learners?role=party_member").await.ids(), [known]);
    assert_eq!(app.count("changes WHERE kind = 'learner' AND data LIKE '%party_member%'").await, 0);
}

#[actix_web::test]
async fn certificates_are_issued_where_a_merged_community_went() {
    let app = TestApp::start().await;
    let city = app.officer_of(CITY);
    let mut examined = training(CITY);
    examined["examined"] = json!(true);
    let course = city.publishes(examined).await;
    let learner = city.learner(COMMUNITY, None).await;
    let enrollment = format!("/v1/training-enrollments/{}", city.attends(&course, &learner, 120).await);
    let merger = json!({"kind": "merge", "codes": [COMMUNITY], "successor": {"code": OTHER_COMMUNITY}, "effective_on": "2026-03-02", "legal_basis": "批复"});
    app.caller(Role::Admin, CITY).divides(merger).await;
    assert_eq!(city.get(&enrollment).await.body["jurisdiction"], OTHER_COMMUNITY);
    city.acts(&format!("{enrollment}/record-result"), json!({"passed": true})).await;
    app.run_due_jobs().await;
    let held = app.officer_of(OTHER_COMMUNITY).get(&format!("/v1/certificates?learner_id={learner}")).await;
    assert_eq!(held.body["items"][0]["jurisdiction"], OTHER_COMMUNITY);
}
