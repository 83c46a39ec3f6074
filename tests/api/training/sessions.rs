//! Courses, their sessions, and who gets a seat.

use chrono::{DateTime, Utc};
use futures_util::future::join_all;
use serde_json::{Value, json};
use sihe::access::actor::Role;

use crate::support::data::*;
use crate::support::training::{learner, meeting, training};
use crate::support::world::policy;
use crate::support::{Answer, Caller, TestApp};

#[actix_web::test]
async fn what_an_ancestor_publishes_is_readable_below_and_drafts_are_not() {
    let app = TestApp::start().await;
    let (city, trainer) = (app.officer_of(CITY), app.caller(Role::Trainer, DISTRICT));
    let mut body = training(CITY);
    body["audience_levels"] = json!(["community", "grid"]);
    assert_eq!(city.post("/v1/trainings", &body).await.errors(), ["#/audience_levels/1 not_applicable"]);
    body["audience_levels"] = json!(["community"]);
    body["certified"] = json!(false);
    assert_eq!(city.post("/v1/trainings", &body).await.errors(), ["#/certificate_months not_applicable"]);
    body["certificate_months"] = Value::Null;
    let id = city.makes("/v1/trainings", body.clone()).await.id();
    let path = format!("/v1/trainings/{id}");
    let resident = app.resident("zhao", COMMUNITY);
    for reader in [&trainer, &resident, &app.officer_of(COMMUNITY)] {
        reader.get(&path).await.is(404, "not_found");
        assert!(!reader.get("/v1/trainings").await.ids().contains(&id));
    }
    city.patch(&path, 1, &json!({"hours": 12})).await;
    city.patch(&path, 1, &json!({"hours": 9})).await.is(412, "precondition_failed");
    trainer.post(&format!("{path}/publish"), &json!({})).await.is(404, "not_found");
    city.acts(&format!("{path}/publish"), json!({})).await;
    city.post(&format!("{path}/publish"), &json!({})).await.is(409, "state_conflict");
    for reader in [&trainer, &resident, &app.officer_of(COMMUNITY)] {
        assert_eq!(reader.get(&path).await.body["next_actions"], json!([]));
        assert_eq!(reader.get("/v1/trainings?role=mediator").await.ids(), std::slice::from_ref(&id));
    }
    app.resident("qian", "379902001001").get(&path).await.is(404, "not_found");
    body["jurisdiction"] = CITY.into();
    trainer.post("/v1/trainings", &body).await.is(422, "validation_failed");
    let own = trainer.makes("/v1/trainings", training(DISTRICT)).await.id();
    assert_eq!(trainer.get(&format!("/v1/trainings/{own}")).await.body["next_actions"], json!(["update", "publish"]));
    assert_eq!(trainer.get(&format!("/v1/trainings?in={CITY}&status=draft")).await.ids(), [own]);
    resident.post("/v1/trainings", &training(COMMUNITY)).await.is(403, "forbidden");
}

#[actix_web::test]
async fn the_policy_library_is_cited() {
    let app = TestApp::start().await;
    let (city, officer) = (app.officer_of(CITY), app.officer_of(DISTRICT));
    let law = city.makes("/v1/policies", policy(CITY)).await.id();
    let mut body = training(DISTRICT);
    body["citations"] = json!([{"policy_id": law}]);
    assert_eq!(officer.post("/v1/trainings", &body).await.errors(), ["#/citations/0/policy_id unknown_record"]);
    city.acts(&format!("/v1/policies/{law}/publish"), json!({"valid_from": "2026-01-01"})).await;
    let below = app.officer_of(STREET).makes("/v1/policies", policy(STREET)).await.id();
    app.officer_of(STREET).acts(&format!("/v1/policies/{below}/publish"), json!({"valid_from": "2026-01-01"})).await;
    let article = json!({"policy_id": law, "article": "第二条"});
    body["citations"] = json!([article, {"policy_id": law, "article": "第九条"}, article, {"policy_id": below}]);
    let wrong = officer.post("/v1/trainings", &body).await;
    assert_eq!(
        wrong.errors(),
        ["#/citations/1/article unknown_article", "#/citations/2 duplicate_item", "#/citations/3/policy_id unknown_record"]
    );
    body["citations"] = json!([article]);
    let id = officer.makes("/v1/trainings", body).await.id();
    officer.makes("/v1/trainings", training(DISTRICT)).await;
    assert_eq!(officer.get(&format!("/v1/trainings?policy_id={law}")).await.ids(), [id]);

    let mut duty = crate::support::world::responsibility(DISTRICT, "leakage");
    duty["citations"] = json!([article]);
    assert_eq!(officer.makes("/v1/responsibilities", duty).await.body["citations"], json!([article]));
    let mut rule = crate::support::samples::rule(DISTRICT);
    rule["citations"] = json!([{"policy_id": below}]);
    let admin = app.caller(Role::Admin, DISTRICT);
    assert_eq!(admin.post("/v1/rules", &rule).await.errors(), ["#/citations/0/policy_id unknown_record"]);
    rule["citations"] = json!([article]);
    assert_eq!(admin.makes("/v1/rules", rule).await.body["citations"], json!([article]));
}

#[actix_web::test]
async fn a_series_follows_its_rule() {
    let app = TestApp::start().await;
    let trainer = app.caller(Role::Trainer, STREET);
    let course = trainer.makes("/v1/trainings", training(STREET)).await.id();
    let mut body = meeting(&app, &course, 60);
    body["recurrence"] = "FREQ=WEEKLY;BYDAY=MO,WE;COUNT=5".into();
    let series = "/v1/training-sessions/series";
    assert_eq!(trainer.post(series, &body).await.errors(), ["#/training_id not_active"]);
    trainer.acts(&format!("/v1/trainings/{course}/publish"), json!({})).await;
    for (rule, fault) in [
        ("FREQ=HOURLY;COUNT=3", "pattern"),
        ("FREQ=WEEKLY\nDTSTART:20200101T000000Z", "pattern"),
        ("FREQ=DAILY", "too_many_sessions"),
        ("FREQ=YEARLY;COUNT=5", "too_late"),
        ("FREQ=WEEKLY;BYDAY=XX;COUNT=2", "recurrence"),
        ("FREQ=MONTHLY;UNTIL=20200101T000000Z", "recurrence"),
    ] {
        body["recurrence"] = rule.into();
        assert!(trainer.post(series, &body).await.errors().contains(&format!("#/recurrence {fault}")), "{rule}");
    }
    body["recurrence"] = "FREQ=WEEKLY;BYDAY=MO,WE;COUNT=5".into();
    let made = trainer.acts(series, body).await;
    let days: Vec<_> =
        made.body["items"].as_array().unwrap().iter().map(|one| one["starts_at"].as_str().unwrap()[..10].to_owned()).collect();
    assert_eq!(days, ["2026-03-02", "2026-03-04", "2026-03-09", "2026-03-11", "2026-03-16"]);
    let id = made.body["series_id"].as_str().unwrap();
    let listed = app.resident("zhao", COMMUNITY).get(&format!("/v1/training-sessions?series_id={id}&limit=2")).await;
    assert_eq!(listed.ids().len(), 2);
    let cursor = listed.body["next_cursor"].as_str().unwrap();
    let next =
        app.resident("zhao", COMMUNITY).get(&format!("/v1/training-sessions?series_id={id}&limit=2&cursor={cursor}")).await;
    assert_eq!(next.body["items"][0]["starts_at"], "2026-03-09T02:00:00Z");
    trainer.acts(&format!("/v1/trainings/{course}/retire"), json!({})).await;
    assert_eq!(trainer.post("/v1/training-sessions", &meeting(&app, &course, 60)).await.errors(), ["#/training_id not_active"]);
}

#[actix_web::test]
async fn a_session_has_sensible_times() {
    let app = TestApp::start().await;
    let officer = app.officer_of(STREET);
    let course = officer.publishes(training(STREET)).await;
    let mut body = meeting(&app, &course, 60);
    body["ends_at"] = body["starts_at"].clone();
    body["check_in_opens_at"] = "2026-03-03T00:00:00Z".into();
    let wrong = officer.post("/v1/training-sessions", &body).await;
    assert_eq!(wrong.errors(), ["#/check_in_closes_at ends_before", "#/check_in_closes_at too_late", "#/ends_at ends_before"]);
    let session = officer.makes("/v1/training-sessions", meeting(&app, &course, 60)).await;
    assert_eq!(session.body["check_in_opens_at"], "2026-03-02T01:30:00Z");
    let path = format!("/v1/training-sessions/{}", session.id());
    let later = json!({"starts_at": "2026-03-02T03:00:00Z", "ends_at": "2026-03-02T05:00:00Z"});
    assert_eq!(officer.patch(&path, 1, &later).await.body["check_in_opens_at"], "2026-03-02T02:30:00Z");
    officer.post(&format!("{path}/start"), &json!({})).await.is(409, "state_conflict");
    officer.acts(&format!("{path}/open"), json!({})).await;
    assert_eq!(officer.post(&format!("{path}/start"), &json!({})).await.errors(), ["# before_its_time"]);
    app.later(90);
    officer.acts(&format!("{path}/start"), json!({})).await;
    assert_eq!(officer.post(&format!("{path}/complete"), &json!({})).await.errors(), ["# before_its_time"]);
    officer.post(&format!("{path}/cancel"), &json!({"reason": "x"})).await.is(409, "state_conflict");
    app.officer_of(OTHER_STREET).post(&format!("{path}/complete"), &json!({})).await.is(404, "not_found");
}

/// Learners of a community who sign in as themselves.
async fn learners<'a>(app: &'a TestApp, many: usize) -> Vec<(String, Caller<'a>)> {
    let officer = app.officer_of(COMMUNITY);
    join_all((0..many).map(|at| {
        let officer = officer.clone();
        async move {
            let who = format!("learner-{at}");
            (officer.learner(COMMUNITY, Some(&app.subject(&who))).await, app.resident(&who, COMMUNITY))
        }
    }))
    .await
}

/// Posts as an app on a bad network does: where the service is busy, once more with the same key.
async fn insists(caller: &Caller<'_>, path: &str, body: &Value) -> Answer {
    let key = uuid::Uuid::new_v4().to_string();
    loop {
        let answer = caller.request(reqwest::Method::POST, path).header("idempotency-key", &key).json(body).send().await;
        if answer.status != 503 {
            return answer;
        }
    }
}

async fn statuses(officer: &Caller<'_>, session: &str) -> Vec<String> {
    let listed = officer.get(&format!("/v1/training-enrollments?session_id={session}&limit=200")).await;
    let mut all: Vec<_> =
        listed.body["items"].as_array().unwrap().iter().map(|one| one["status"].as_str().unwrap().to_owned()).collect();
    all.sort();
    all
}

#[actix_web::test]
async fn two_hundred_who_enroll_at_once_never_overbook() {
    let app = TestApp::start().await;
    let city = app.officer_of(CITY);
    let course = city.publishes(training(CITY)).await;
    let mut body = meeting(&app, &course, 60);
    body["capacity"] = 150.into();
    let session = city.opens(body).await;
    let people = learners(&app, 200).await;
    let own = json!({"session_id": session});
    let answers = join_all(people.iter().map(|(_, caller)| insists(caller, "/v1/training-enrollments", &own))).await;
    assert!(answers.iter().all(|answer| answer.status == 201));
    let count = |status: &str| answers.iter().filter(|answer| answer.body["status"] == status).count();
    assert_eq!((count("confirmed"), count("waitlisted")), (150, 50));
    let path = format!("/v1/training-sessions/{session}");
    assert_eq!(city.get(&path).await.body["seats"], json!({"confirmed": 150, "waiting": 50}));
    assert_eq!(city.get("/v1/training-sessions?has_room=true").await.ids(), [""; 0]);

    // Those who leave at once make room for those who wait, each for one.
    let leaving: Vec<_> =
        answers.iter().zip(&people).filter(|(answer, _)| answer.body["status"] == "confirmed").take(60).collect();
    let left = join_all(leaving.iter().map(|(answer, (_, caller))| {
        let path = format!("/v1/training-enrollments/{}/withdraw", answer.id());
        let caller = (*caller).clone();
        async move { insists(&caller, &path, &json!({})).await }
    }))
    .await;
    assert!(left.iter().all(|answer| answer.status == 200 && answer.body["status"] == "cancelled"));
    assert_eq!(city.get(&path).await.body["seats"], json!({"confirmed": 140, "waiting": 0}));
    let of_session = format!("training_enrollments WHERE session_id = '{session}' AND status = ");
    assert_eq!(app.count(&format!("{of_session}'confirmed'")).await, 140);
    assert_eq!(app.count(&format!("{of_session}'waitlisted'")).await, 0);
    assert_eq!(city.get("/v1/training-sessions?has_room=true").await.ids(), [session]);
}

#[actix_web::test]
async fn seats_go_to_the_obliged_first_and_nobody_takes_a_seat_twice() {
    let app = TestApp::start().await;
    let (city, officer) = (app.officer_of(CITY), app.officer_of(COMMUNITY));
    let course = city.publishes(training(CITY)).await;
    let mut body = meeting(&app, &course, 60);
    body["capacity"] = 1.into();
    let session = city.opens(body).await;
    let people = learners(&app, 4).await;
    let own = json!({"session_id": session});
    let enroll = async |at: usize| people[at].1.makes("/v1/training-enrollments", own.clone()).await;
    let (first, second) = (enroll(0).await, enroll(1).await);
    assert_eq!((&first.body["status"], &second.body["status"]), (&json!("confirmed"), &json!("waitlisted")));
    let again = people[0].1.post("/v1/training-enrollments", &own).await;
    assert_eq!((again.status, again.errors()), (409, vec!["#/learner_id enrolled".to_owned()]));
    let obliged = json!({"session_id": session, "learner_ids": [people[2].0, people[0].0], "mandatory": true});
    let bulk = officer.acts("/v1/training-enrollments/bulk", obliged).await;
    assert_eq!((&bulk.body["waitlisted"], &bulk.body["unchanged"]), (&json!(1), &json!(1)));
    let third = bulk.body["items"][0]["id"].as_str().unwrap().to_owned();
    let withdraw = |id: &str| format!("/v1/training-enrollments/{id}/withdraw");
    people[2].1.post(&withdraw(&third), &json!({})).await.is(409, "state_conflict");
    people[1].1.post(&withdraw(&first.id()), &json!({})).await.is(404, "not_found");
    people[0].1.acts(&withdraw(&first.id()), json!({})).await;
    assert_eq!(statuses(&city, &session).await, ["cancelled", "confirmed", "waitlisted"]);
    assert_eq!(people[2].1.get(&format!("/v1/training-enrollments/{third}")).await.body["status"], "confirmed");
    // Whoever left can come back, behind those who wait.
    assert_eq!(enroll(0).await.body["status"], "waitlisted");
    let path = format!("/v1/training-sessions/{session}");
    let none = city.patch(&path, 2, &json!({"capacity": 0})).await;
    assert_eq!(none.errors(), ["#/capacity minimum"]);
    city.patch(&path, 2, &json!({"capacity": 2})).await;
    app.run_due_jobs().await;
    assert_eq!(city.get(&path).await.body["seats"], json!({"confirmed": 2, "waiting": 1}));
    assert_eq!(people[1].1.get(&format!("/v1/training-enrollments/{}", second.id())).await.body["status"], "confirmed");
    assert_eq!(city.patch(&path, 3, &json!({"capacity": 1})).await.errors(), ["#/capacity no_seats"]);
    officer.acts(&format!("/v1/training-enrollments/{third}/excuse"), json!({"reason": "因公出差"})).await;
    assert_eq!(city.get(&path).await.body["seats"], json!({"confirmed": 2, "waiting": 0}));
    city.acts(&format!("{path}/cancel"), json!({"reason": "场地维修"})).await;
    app.run_due_jobs().await;
    assert_eq!(statuses(&city, &session).await, ["cancelled", "cancelled", "cancelled", "cancelled"]);
}

#[actix_web::test]
async fn only_those_whom_it_is_meant_for_enroll_and_only_those_below_are_obliged() {
    let app = TestApp::start().await;
    let (street, community) = (app.officer_of(STREET), app.officer_of(COMMUNITY));
    let mut body = training(STREET);
    body["audience_roles"] = json!(["mediator", "grid_worker"]);
    body["audience_levels"] = json!(["community"]);
    body["audience_kinds"] = json!(["neighborhood_committee"]);
    let course = street.publishes(body).await;
    let session = street.opens(meeting(&app, &course, 60)).await;
    let enroll = async |caller: &Caller<'_>, learner: &str, mandatory: bool| -> Answer {
        let body = json!({"session_id": session, "learner_id": learner, "mandatory": mandatory});
        caller.post("/v1/training-enrollments", &body).await
    };
    let organization = community.organization("neighborhood_committee", COMMUNITY).await;
    let mut meant = learner(COMMUNITY);
    meant["organization_id"] = organization.into();
    let meant = community.makes("/v1/learners", meant).await.id();
    let stranger = community.learner(COMMUNITY, None).await;
    assert_eq!(enroll(&community, &stranger, false).await.errors(), ["#/learner_id outside_audience"]);
    let elsewhere = app.officer_of("370203001001").learner("370203001001", None).await;
    assert_eq!(enroll(&street, &elsewhere, false).await.errors(), ["#/learner_id unknown_record"]);
    assert_eq!(enroll(&app.officer_of(CITY), &elsewhere, false).await.errors(), ["#/session_id unknown_record"]);
    let trainer = app.caller(Role::Trainer, STREET);
    assert_eq!(enroll(&trainer, &meant, true).await.errors(), ["#/mandatory officers_oblige"]);
    assert_eq!(enroll(&street, &meant, true).await.status, 201);
    // An officer obliges those of the own level only where they are no officers.
    let course = street.publishes(training(STREET)).await;
    let session = street.opens(meeting(&app, &course, 60)).await;
    let mut officer = learner(STREET);
    officer["roles"] = json!(["officer"]);
    let officer = street.makes("/v1/learners", officer).await.id();
    let body = json!({"session_id": session, "learner_ids": [officer], "mandatory": true});
    assert_eq!(street.post("/v1/training-enrollments/bulk", &body).await.errors(), ["#/learner_ids/0 not_below"]);
    app.officer_of(DISTRICT).acts("/v1/training-enrollments/bulk", body).await;

    let nobody = app.resident("nobody", COMMUNITY);
    assert_eq!(
        nobody.post("/v1/training-enrollments", &json!({"session_id": session})).await.errors(),
        ["#/learner_id not_registered"]
    );
    let own = json!({"session_id": session, "learner_id": stranger});
    assert_eq!(nobody.post("/v1/training-enrollments", &own).await.errors(), ["#/learner_id unknown_record"]);
    let late = community.learner(COMMUNITY, Some(&app.subject("late"))).await;
    app.later(61);
    let own = app.resident("late", COMMUNITY).post("/v1/training-enrollments", &json!({"session_id": session})).await;
    assert_eq!(own.errors(), ["#/session_id has_begun"]);
    assert_eq!(community.seats(&session, &late).await.body["status"], "confirmed");
}

#[actix_web::test]
async fn calendars_are_read_by_a_calendar_library() {
    let app = TestApp::start().await;
    let (city, community) = (app.officer_of(CITY), app.officer_of(COMMUNITY));
    let course = city.publishes(training(CITY)).await;
    let session = city.opens(meeting(&app, &course, 60)).await;
    let other = city.opens(meeting(&app, &course, 600)).await;
    let organization = community.organization("property_enterprise", COMMUNITY).await;
    let mut member = learner(COMMUNITY);
    (member["organization_id"], member["subject"]) = (organization.clone().into(), app.subject("member").into());
    let member = community.makes("/v1/learners", member).await.id();
    let alone = community.learner(COMMUNITY, None).await;
    community.seats(&session, &member).await;
    community.seats(&other, &alone).await;
    let mut claims = app.claims(&[(Role::OrganizationMember, COMMUNITY)]);
    (claims.sub, claims.organization) = ("manager".into(), Some(organization.parse().unwrap()));
    let manager = app.with_claims(&claims);
    let read = async |caller: &Caller<'_>, query: &str| -> Vec<(String, DateTime<Utc>)> {
        let answer = caller.get(&format!("/v1/training-enrollments/calendar.ics{query}")).await;
        assert_eq!(answer.header("content-type"), Some("text/calendar; charset=utf-8"));
        let text = String::from_utf8(answer.bytes).unwrap();
        let unfolded = icalendar::parser::unfold(&text);
        let calendar = icalendar::parser::read_calendar(&unfolded).unwrap();
        let value = |event: &icalendar::parser::Component<'_>, name: &str| event.find_prop(name).unwrap().val.to_string();
        let starts =
            |event: &_| chrono::NaiveDateTime::parse_from_str(&value(event, "DTSTART"), "%Y%m%dT%H%M%SZ").unwrap().and_utc();
        calendar.components.iter().map(|event| (value(event, "UID"), starts(event))).collect()
    };
    let begins = |minutes: i64| app.clock.now() + chrono::Duration::minutes(minutes);
    let (own, both) = (vec![(session.clone(), begins(60))], vec![(session, begins(60)), (other.clone(), begins(600))]);
    assert_eq!(read(&app.resident("member", COMMUNITY), "").await, own);
    assert_eq!(read(&manager, &format!("?organization_id={organization}")).await, own);
    assert_eq!(read(&manager, &format!("?learner_id={alone}")).await, []);
    assert_eq!(read(&manager, "").await, []);
    city.acts(&format!("/v1/training-sessions/{other}/cancel"), json!({"reason": "场地维修"})).await;
    app.run_due_jobs().await;
    assert_eq!(read(&community, &format!("?learner_id={alone}")).await, both[1..]);
    assert_eq!(read(&app.resident("stranger", COMMUNITY), &format!("?learner_id={member}")).await, []);
    let listed = manager.get("/v1/training-enrollments").await;
    assert_eq!(listed.body["items"][0]["learner_name"], "王**");
}

#[actix_web::test]
async fn nobody_learns_twice_at_a_time() {
    let app = TestApp::start().await;
    let officer = app.officer_of(STREET);
    let (first, second) = (officer.publishes(training(STREET)).await, officer.publishes(training(STREET)).await);
    let learner = officer.learner(COMMUNITY, None).await;
    let morning = officer.opens(meeting(&app, &first, 60)).await;
    let (meanwhile, later) = (officer.opens(meeting(&app, &second, 120)).await, officer.opens(meeting(&app, &second, 180)).await);
    let taken = officer.seats(&morning, &learner).await.id();
    for body in [
        json!({"session_id": meanwhile, "learner_id": learner}),
        json!({"session_id": meanwhile, "learner_id": learner, "mandatory": true}),
    ] {
        let refused = officer.post("/v1/training-enrollments", &body).await;
        assert_eq!(refused.errors(), ["#/learner_id elsewhere_then"]);
    }
    let many = officer.post("/v1/training-enrollments/bulk", &json!({"session_id": meanwhile, "learner_ids": [learner]})).await;
    assert_eq!(many.errors(), ["#/learner_ids/0 elsewhere_then"]);
    // One that begins when the other ends is no other one of the same time; moved into it, its hours count only once.
    let next = officer.seats(&later, &learner).await.id();
    let moved = json!({"starts_at": (app.clock.now() + chrono::Duration::minutes(90)).to_rfc3339(),
        "ends_at": (app.clock.now() + chrono::Duration::minutes(210)).to_rfc3339()});
    let path = format!("/v1/training-sessions/{later}");
    let version = officer.get(&path).await.version();
    let told = officer.patch(&path, version, &moved).await;
    assert_eq!(told.errors(), ["#/starts_at learners_elsewhere"]);
    assert_eq!(told.body["errors"][0]["params"]["learner_ids"], json!([learner]));
    let past = json!({"starts_at": (app.clock.now() - chrono::Duration::days(1)).to_rfc3339()});
    assert_eq!(officer.patch(&path, version, &past).await.errors(), ["#/starts_at too_early"], "there is no way back");
    let same = json!({"starts_at": officer.get(&path).await.body["starts_at"], "capacity": 90});
    let version = officer.patch(&path, version, &same).await.version();
    let mut despite = moved.clone();
    despite["despite_learners_elsewhere"] = true.into();
    assert_eq!(officer.patch(&path, version, &despite).await.status, 200);
    app.later(240);
    for (session, enrollment) in [(&morning, &taken), (&later, &next)] {
        officer.acts(&format!("/v1/training-sessions/{session}/start"), json!({})).await;
        officer.acts(&format!("/v1/training-enrollments/{enrollment}/record-presence"), json!({"minutes": 120})).await;
        officer.acts(&format!("/v1/training-sessions/{session}/complete"), json!({})).await;
        app.run_due_jobs().await;
    }
    let known = officer.get(&format!("/v1/learners/{learner}")).await.body;
    assert_eq!(known["hours"], json!([{"year": 2026, "hours": 8}]), "a session that was moved is counted once");
    let result = officer.get(&format!("/v1/training-enrollments/{next}")).await.body;
    assert_eq!((&result["status"], &result["hours"], result["reason"].is_string()), (&json!("passed"), &json!(0), true));
}
