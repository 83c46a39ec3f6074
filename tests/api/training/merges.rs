//! The same person, registered twice.

use serde_json::{Value, json};
use sihe::access::actor::Role;

use crate::support::data::*;
use crate::support::training::{learner, meeting, training};
use crate::support::{Caller, TestApp};

async fn registers(officer: &Caller<'_>, place: &str, phone: &str, subject: Option<&str>, roles: Value) -> String {
    let mut body = learner(place);
    (body["phone"], body["subject"], body["roles"]) = (phone.into(), json!(subject), roles);
    officer.makes("/v1/learners", body).await.id()
}

fn merge(into: &str, other: &str) -> Value {
    json!({"into_id": into, "learner_id": other, "reason": "同一人重复登记"})
}

#[actix_web::test]
async fn a_possible_duplicate_is_named_to_those_who_oversee_both() {
    let app = TestApp::start().await;
    let (street, community) = (app.officer_of(STREET), app.officer_of(COMMUNITY));
    let worker = json!(["grid_worker"]);
    let one = registers(&street, COMMUNITY, "13511112222", None, worker.clone()).await;
    let mut body = learner(OTHER_COMMUNITY);
    (body["name"], body["phone"]) = (" 王小明".into(), "+86 135 1111 2222".into());
    let second = street.makes("/v1/learners", body).await;
    assert_eq!(second.body["possible_duplicate_ids"], json!([one]));
    let alike = async |caller: &Caller<'_>, id: &str| {
        caller.get(&format!("/v1/learners/{id}")).await.body["possible_duplicate_ids"].clone()
    };
    assert_eq!(alike(&street, &one).await, json!([second.id()]));
    assert_eq!(alike(&community, &one).await, json!([]), "who works elsewhere is not told");
    for phone in ["13511112223", "051112222"] {
        let other = registers(&street, COMMUNITY, phone, None, worker.clone()).await;
        assert_eq!(alike(&street, &other).await, json!([]));
    }
    assert!(street.get("/v1/learners").await.body["items"][0].get("possible_duplicate_ids").is_none());
}

#[actix_web::test]
async fn two_entries_of_one_person_become_one() {
    let app = TestApp::start().await;
    let (street, person) = (app.officer_of(STREET), app.resident("wang", COMMUNITY));
    let subject = app.subject("wang");
    let into = registers(&street, COMMUNITY, "13511112222", None, json!(["grid_worker"])).await;
    let other = registers(&street, OTHER_COMMUNITY, "13511112222", Some(&subject), json!(["property_manager"])).await;
    street.certificate(COMMUNITY, &into).await;
    let certificate = street.certificate(OTHER_COMMUNITY, &other).await;
    let before = street.get(&format!("/v1/learners/{other}")).await;
    assert_eq!(before.body["balance"]["hours"], 8);
    // Both were registered for one course at a time: nobody earns more hours than there were.
    assert_eq!(street.post("/v1/learner-merges", &merge(&into, &other)).await.errors(), ["#/learner_id elsewhere_then"]);
    let seat = street.get(&format!("/v1/training-enrollments?learner_id={into}")).await.ids().remove(0);
    let correction = json!({"outcome": "failed", "reason": "重复登记"});
    street.acts(&format!("/v1/training-enrollments/{seat}/correct"), correction).await;
    app.run_due_jobs().await;
    let done = street.makes("/v1/learner-merges", merge(&into, &other)).await;
    assert_eq!((&done.body["enrollment_count"], &done.body["certificate_count"]), (&json!(1), &json!(1)));
    let one = street.get(&format!("/v1/learners/{into}")).await;
    assert_eq!(one.body["balance"]["hours"], 8);
    assert_eq!(one.body["roles"], json!(["grid_worker", "property_manager"]));
    assert_eq!((&one.body["subject"], &one.body["possible_duplicate_ids"]), (&json!(subject), &json!([])));
    let gone = street.get(&format!("/v1/learners/{other}")).await;
    assert_eq!((&gone.body["status"], &gone.body["merged_into_id"]), (&json!("merged"), &json!(into)));
    assert_eq!((&gone.body["subject"], &gone.body["next_actions"]), (&Value::Null, &json!([])));
    // Whoever signs in finds what is theirs, also what was earned under the other entry.
    assert_eq!(person.get("/v1/learners").await.ids(), std::slice::from_ref(&into));
    assert_eq!(person.get("/v1/certificates").await.ids().len(), 2);
    let kept = person.get(&format!("/v1/certificates/{}", certificate.id())).await;
    assert_eq!((&kept.body["learner_id"], &kept.body["status"]), (&json!(into), &json!("valid")));
    let again = street.post("/v1/learner-merges", &merge(&into, &other)).await;
    assert_eq!(again.errors(), ["#/learner_id not_active"]);
    assert_eq!(street.get(&format!("/v1/learner-merges?into_id={into}")).await.ids(), [done.id()]);
}

#[actix_web::test]
async fn what_is_wrong_with_a_merge_is_told() {
    let app = TestApp::start().await;
    let (street, community) = (app.officer_of(STREET), app.officer_of(COMMUNITY));
    let worker = json!(["grid_worker"]);
    let one = registers(&street, COMMUNITY, "13511112222", None, worker.clone()).await;
    let other = registers(&street, OTHER_COMMUNITY, "13511112222", None, worker.clone()).await;
    assert_eq!(community.post("/v1/learner-merges", &merge(&one, &other)).await.errors(), ["#/learner_id unknown_record"]);
    assert_eq!(
        street.post("/v1/learner-merges", &merge(&one, &one)).await.errors(),
        ["#/learner_id duplicate_item"],
        "one entry is no two"
    );
    for role in [Role::Resident, Role::Trainer, Role::Mediator] {
        app.caller(role, STREET).post("/v1/learner-merges", &merge(&one, &other)).await.is(403, "forbidden");
    }
    // Nobody decides about their own entry.
    let colleague = app.colleague_of(STREET);
    let subject = app.subject(&format!("colleague of {STREET}"));
    let own = registers(&street, COMMUNITY, "13511112222", Some(&subject), worker).await;
    assert_eq!(colleague.post("/v1/learner-merges", &merge(&one, &own)).await.errors(), ["#/learner_id own_matter"]);
    assert_eq!(colleague.post("/v1/learner-merges", &merge(&own, &one)).await.errors(), ["#/into_id own_matter"]);
    let (body, opposite) = (merge(&one, &other), merge(&other, &one));
    let (first, second) =
        futures_util::join!(street.post("/v1/learner-merges", &body), colleague.post("/v1/learner-merges", &opposite));
    let mut states = [first.status, second.status];
    states.sort_unstable();
    assert_eq!(states, [201, 422], "two who merge at once do not undo each other");
}

#[actix_web::test]
async fn one_seat_in_a_session_is_enough() {
    let app = TestApp::start().await;
    let street = app.officer_of(STREET);
    let course = street.publishes(training(STREET)).await;
    let worker = json!(["grid_worker"]);
    let one = registers(&street, COMMUNITY, "13511112222", None, worker.clone()).await;
    let other = registers(&street, OTHER_COMMUNITY, "13511112222", None, worker.clone()).await;
    let session = street.opens(meeting(&app, &course, -180)).await;
    let (first, second) = (street.seats(&session, &one).await.id(), street.seats(&session, &other).await.id());
    street.acts(&format!("/v1/training-sessions/{session}/start"), json!({})).await;
    let presence = json!({"minutes": 120});
    // Under the one entry nobody came, under the other one the person did.
    street.acts(&format!("/v1/training-enrollments/{second}/record-presence"), presence).await;
    street.acts(&format!("/v1/training-sessions/{session}/complete"), json!({})).await;
    app.run_due_jobs().await;
    let done = street.makes("/v1/learner-merges", merge(&one, &other)).await;
    assert_eq!(done.body["enrollment_count"], 1);
    assert_eq!(street.get(&format!("/v1/learners/{one}")).await.body["balance"]["hours"], 8);
    let seat_of = async |id: &str| {
        street.get(&format!("/v1/training-enrollments/{id}")).await.body["learner_id"].as_str().unwrap().to_owned()
    };
    assert_eq!((seat_of(&second).await, seat_of(&first).await), (one.clone(), other));
    // Both passed: the hours of one session count once.
    let third = registers(&street, COMMUNITY, "+86 13511112222", None, worker).await;
    let session = street.opens(meeting(&app, &course, -400)).await;
    let mut seats = Vec::new();
    for learner in [&one, &third] {
        seats.push(street.seats(&session, learner).await.id());
    }
    street.acts(&format!("/v1/training-sessions/{session}/start"), json!({})).await;
    for seat in &seats {
        street.acts(&format!("/v1/training-enrollments/{seat}/record-presence"), json!({"minutes": 120})).await;
    }
    street.acts(&format!("/v1/training-sessions/{session}/complete"), json!({})).await;
    app.run_due_jobs().await;
    let before = street.get(&format!("/v1/learners/{one}")).await.body["balance"]["hours"].clone();
    street.makes("/v1/learner-merges", merge(&one, &third)).await;
    assert_eq!(street.get(&format!("/v1/learners/{one}")).await.body["balance"]["hours"], before);
    // And one certificate of a session is enough.
    let second = street.get(&format!("/v1/certificates?learner_id={third}")).await.body["items"][0].clone();
    assert_eq!((&second["status"], &second["next_actions"]), (&json!("revoked"), &json!([])));
    let first = street.get(&format!("/v1/certificates?learner_id={one}")).await;
    assert!(first.body["items"].as_array().unwrap().iter().all(|one| one["status"] != "revoked"), "{}", first.body);
}

#[actix_web::test]
async fn who_is_merged_meanwhile_gets_no_seat() {
    let app = TestApp::start().await;
    let street = app.officer_of(STREET);
    let course = street.publishes(training(STREET)).await;
    let worker = json!(["grid_worker"]);
    for _ in 0..5 {
        let one = registers(&street, COMMUNITY, "13511112222", None, worker.clone()).await;
        let other = registers(&street, COMMUNITY, "13511112222", None, worker.clone()).await;
        let session = street.opens(meeting(&app, &course, 60)).await;
        let (merges, seat) = (merge(&one, &other), json!({"session_id": session, "learner_id": other}));
        let bulk = json!({"session_id": session, "learner_ids": [other]});
        let (merged, ..) = futures_util::join!(
            street.post("/v1/learner-merges", &merges),
            street.post("/v1/training-enrollments", &seat),
            street.post("/v1/training-enrollments/bulk", &bulk)
        );
        assert_eq!(merged.status, 201, "{}", merged.body);
        let orphans = "training_enrollments e JOIN learners l ON l.id = e.learner_id WHERE l.status = 'merged'";
        assert_eq!(app.count(orphans).await, 0);
        street.acts(&format!("/v1/training-sessions/{session}/cancel"), json!({"reason": "调整"})).await;
    }
}

#[actix_web::test]
async fn a_mediator_stays_one_under_the_entry_that_stays() {
    let app = TestApp::start().await;
    let officer = app.officer_of(STREET);
    let (_, mediator) = officer.mediation_committee(COMMUNITY, None).await;
    let path = format!("/v1/mediators/{mediator}");
    let registered = officer.get(&path).await.body["learner_id"].as_str().unwrap().to_owned();
    let told = officer.get(&format!("{path}/disclosure?purpose=training")).await.body;
    let mut body = learner(COMMUNITY);
    body["phone"] = told["phone"].clone();
    let into = officer.makes("/v1/learners", body.clone()).await;
    assert_eq!(officer.post("/v1/learner-merges", &merge(&into.id(), &registered)).await.errors(), ["#/learner_id not_alike"]);
    let name = json!({"name": told["name"]});
    let into = officer.patch(&format!("/v1/learners/{}", into.id()), 1, &name).await.id();
    officer.makes("/v1/learner-merges", merge(&into, &registered)).await;
    assert_eq!(officer.get(&path).await.body["learner_id"], into.as_str());
    assert_eq!(officer.get(&format!("/v1/learners/{into}")).await.body["roles"], json!(["grid_worker", "mediator"]));
    // What comes from now on counts there.
    let course = officer.publishes(training(COMMUNITY)).await;
    let session = officer.opens(meeting(&app, &course, 60)).await;
    officer.seats(&session, &into).await;
    let refused = json!({"session_id": session, "learner_id": registered});
    assert_eq!(officer.post("/v1/training-enrollments", &refused).await.errors(), ["#/learner_id unknown_record"]);
}
