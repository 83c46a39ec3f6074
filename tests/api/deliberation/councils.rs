//! Who sits in a council, who speaks for them, and what it is asked for.

use chrono::Duration;
use serde_json::{Value, json};
use sihe::access::actor::Role;

use crate::support::TestApp;
use crate::support::council::{FOUR, Held, council};
use crate::support::data::*;

#[actix_web::test]
async fn a_council_has_the_seats_of_its_kind() {
    let app = TestApp::start().await;
    let (officer, street) = (app.officer_of(COMMUNITY), app.officer_of(STREET));
    let estate = officer.estate(COMMUNITY).await;
    let mut organizations = Vec::new();
    for (_, kind) in FOUR {
        organizations.push(officer.organization(kind, COMMUNITY).await);
    }
    let good = council(COMMUNITY, &estate, &organizations);
    let with = |change: &dyn Fn(&mut Value)| {
        let mut body = good.clone();
        change(&mut body);
        body
    };
    let elsewhere = app.officer_of(OTHER_COMMUNITY).estate(OTHER_COMMUNITY).await;
    for (body, fault) in [
        (with(&|b| b["seats"] = b["seats"].as_array().unwrap()[..3].into()), "#/seats seat_missing"),
        (
            with(&|b| b["seats"][3]["organization_id"] = b["seats"][2]["organization_id"].clone()),
            "#/seats/3/organization_id duplicate_item",
        ),
        (with(&|b| b["seats"][3]["organization_id"] = ID.into()), "#/seats/3/organization_id unknown_record"),
        (with(&|b| b["jurisdiction"] = OTHER_COMMUNITY.into()), "#/jurisdiction unknown_jurisdiction"),
        (with(&|b| b["estate_id"] = elsewhere.clone().into()), "#/estate_id unknown_record"),
        (with(&|b| b["name"] = "长".repeat(101).into()), "#/name max_length"),
    ] {
        assert_eq!(officer.post("/v1/councils", &body).await.errors(), [fault], "{body}");
    }
    let swapped = with(&|b| {
        let other = b["seats"][1]["organization_id"].clone();
        b["seats"][1]["organization_id"] = b["seats"][0]["organization_id"].clone();
        b["seats"][0]["organization_id"] = other;
    });
    let wrong = ["#/seats/0/organization_id wrong_kind", "#/seats/1/organization_id wrong_kind"];
    assert_eq!(officer.post("/v1/councils", &swapped).await.errors(), wrong);
    app.resident("wang", COMMUNITY).post("/v1/councils", &good).await.is(403, "forbidden");
    let set_up = officer.makes("/v1/councils", good.clone()).await;
    assert_eq!((&set_up.body["status"], &set_up.body["seats"][3]["required"]), (&json!("active"), &json!(true)));
    officer.post("/v1/councils", &good).await.is(409, "duplicate");
    app.officer_of(OTHER_COMMUNITY).get(&format!("/v1/councils/{}", set_up.id())).await.is(404, "not_found");
    // By law the street convenes the joint meeting.
    let office = street.organization("street_office", STREET).await;
    let seats = json!([{"kind": "street", "organization_id": office},
        {"kind": "neighborhood_committee", "organization_id": organizations[1]},
        {"kind": "property_enterprise", "organization_id": organizations[3]}]);
    let joint = with(&|b| (b["kind"], b["seats"]) = ("property_joint_meeting".into(), seats.clone()));
    assert_eq!(officer.post("/v1/councils", &joint).await.errors(), ["#/kind level_above_decides"]);
    let joint = street.makes("/v1/councils", joint).await;
    let required: Vec<_> = joint.body["seats"].as_array().unwrap().iter().map(|seat| seat["required"].clone()).collect();
    assert_eq!(required, [json!(true), json!(true), json!(false)]);
    assert_eq!(officer.get(&format!("/v1/councils/{}", joint.id())).await.body["next_actions"], json!([]));
}

const ID: &str = "019c0000-0000-7000-8000-000000000001";

#[actix_web::test]
async fn a_seat_names_who_speaks_for_it_and_no_other_does() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    let seated = officer.council(COMMUNITY).await;
    let path = seated.path();
    let (owners, enterprise) = (seated.member(&app, 2, COMMUNITY), seated.member(&app, 3, COMMUNITY));
    let names = |position: i64| json!({"position": position, "name": "业主甲", "starts_on": "2026-03-02", "is_caller": true});
    assert_eq!(
        owners.post(&format!("{path}/name-delegate"), &names(3)).await.errors(),
        ["#/is_caller not_allowed", "#/position not_your_part"]
    );
    let named = owners.acts(&format!("{path}/name-delegate"), names(2)).await;
    assert_eq!(named.body["delegates"][4]["is_caller"], true);
    assert_eq!(owners.post(&format!("{path}/name-delegate"), &names(2)).await.errors(), ["#/is_caller already_there"]);
    assert_eq!(officer.post(&format!("{path}/name-delegate"), &names(2)).await.errors(), ["#/is_caller not_allowed"]);
    let past = json!({"position": 2, "name": "业主乙", "starts_on": "2026-03-01"});
    assert_eq!(owners.post(&format!("{path}/name-delegate"), &past).await.errors(), ["#/starts_on not_before"]);
    let gone = json!({"delegate_id": seated.delegates[2], "ends_on": "2026-03-01", "reason": "卸任"});
    assert_eq!(enterprise.post(&format!("{path}/end-delegate"), &gone).await.errors(), ["#/delegate_id not_your_part"]);
    let ended = owners.acts(&format!("{path}/end-delegate"), gone).await;
    assert_eq!(ended.body["delegates"][2]["ends_on"], "2026-03-01");
    // Names are read by those who sit in it and prepare it; whoever only looks on reads them masked, and nobody a subject.
    for (caller, name) in [(&owners, "代表0"), (&officer, "代表0"), (&app.caller(Role::Auditor, CITY), "代**")] {
        let shown = caller.get(&path).await;
        assert_eq!(shown.body["delegates"][0]["name"], name);
        assert!(!shown.body.to_string().contains("member 2 of"));
    }
    let stranger = app.officer_of(COMMUNITY).organization("property_enterprise", COMMUNITY).await;
    let mut claims = app.claims(&[(Role::OrganizationMember, COMMUNITY)]);
    claims.organization = Some(stranger.parse().unwrap());
    app.with_claims(&claims).get(&path).await.is(404, "not_found");
    // Whoever holds a seat next brings their own people.
    let change = json!({"position": 3, "organization_id": stranger, "reason": "物业更换"});
    enterprise.post(&format!("{path}/change-seat"), &change).await.is(403, "forbidden");
    assert_eq!(officer.acts(&format!("{path}/change-seat"), change).await.body["delegates"][3]["ends_on"], "2026-03-01");
    enterprise.get(&path).await.is(404, "not_found");
    assert_eq!(app.with_claims(&claims).get("/v1/councils").await.ids(), [seated.id]);
}

#[actix_web::test]
async fn a_seat_asks_for_a_meeting_and_the_street_orders_one() {
    let app = TestApp::start().await;
    let (officer, street) = (app.officer_of(COMMUNITY), app.officer_of(STREET));
    let seated = officer.council(COMMUNITY).await;
    let path = seated.path();
    let owners = seated.member(&app, 2, COMMUNITY);
    let ask = |position: i64| json!({"position": position, "topics": "停车位不足"});
    assert_eq!(owners.post(&format!("{path}/request-meeting"), &ask(1)).await.errors(), ["#/position not_your_part"]);
    let asked = owners.acts(&format!("{path}/request-meeting"), ask(2)).await;
    // Five working days from Monday, 2 March 2026.
    assert_eq!(asked.body["answer_due_on"], "2026-03-09");
    assert_eq!(officer.get("/v1/work").await.body["items"][0]["kind"], "answer_council_request");
    assert_eq!(officer.post(&format!("{path}/dissolve"), &json!({"reason": "x"})).await.errors(), ["# request_waits"]);
    owners
        .post(&format!("{path}/answer-request"), &json!({"request_id": ID, "accepted": true, "answer": "x"}))
        .await
        .is(403, "forbidden");
    let request = asked.body["requests"][0]["id"].clone();
    let no = |id: &Value| json!({"request_id": id, "accepted": false, "answer": "已列入下月议题"});
    let declined = officer.acts(&format!("{path}/answer-request"), no(&request)).await;
    assert_eq!((&declined.body["requests"][0]["status"], &declined.body["answer_due_on"]), (&json!("declined"), &Value::Null));
    assert_eq!(officer.post(&format!("{path}/answer-request"), &no(&request)).await.errors(), ["# not_applicable"]);
    // What the street orders is not declined, and whoever convenes it does not order it.
    officer.post(&format!("{path}/order-meeting"), &json!({"topics": "电梯停运"})).await.is(409, "state_conflict");
    let ordered = street.acts(&format!("{path}/order-meeting"), json!({"topics": "电梯停运"})).await;
    let order = ordered.body["requests"][1]["id"].clone();
    assert_eq!(officer.post(&format!("{path}/answer-request"), &no(&order)).await.errors(), ["#/accepted ordered"]);
    // It is granted by the meeting that is planned for it.
    let mut yes = json!({"request_id": order, "accepted": true, "answer": "已安排"});
    let answers = format!("{path}/answer-request");
    assert_eq!(officer.post(&answers, &yes).await.errors(), ["#/meeting_id required"]);
    yes["meeting_id"] = ID.into();
    assert_eq!(officer.post(&answers, &yes).await.errors(), ["#/meeting_id unknown_record"]);
    let meeting = officer.makes("/v1/council-meetings", seated.meeting(&app)).await.id();
    yes["meeting_id"] = json!(meeting);
    let (one, other) = futures_util::join!(officer.post(&answers, &yes), street.post(&answers, &yes));
    let mut states = [one.status, other.status];
    states.sort_unstable();
    assert_eq!(states, [200, 422], "it is answered once");
    let known = officer.get(&path).await;
    assert_eq!(known.body["requests"][1]["meeting_id"], json!(meeting));
    assert_eq!(officer.post(&format!("{path}/dissolve"), &json!({"reason": "x"})).await.errors(), ["# still_meets"]);
    // What was granted is not evaded by calling it off: it waits again.
    officer.acts(&format!("/v1/council-meetings/{meeting}/cancel"), json!({"reason": "改期"})).await;
    let waits = officer.get(&path).await;
    let request = &waits.body["requests"][1];
    assert_eq!((&request["status"], &request["meeting_id"]), (&json!("waiting"), &Value::Null));
    assert_eq!(waits.body["answer_due_on"], "2026-03-09");
    assert_eq!(officer.post(&format!("{path}/dissolve"), &json!({"reason": "x"})).await.errors(), ["# request_waits"]);
    let held = officer.meets(&seated, Held::Attended).await.id();
    yes["meeting_id"] = json!(held);
    officer.acts(&answers, yes).await;
    officer.acts(&format!("/v1/council-meetings/{held}/conclude"), json!({})).await;
    app.clock.advance(Duration::days(10));
    let told = json!({"public_text": "电梯已修复。"});
    app.colleague_of(COMMUNITY).acts(&format!("/v1/council-meetings/{held}/publish"), told).await;
    let dissolved = officer.acts(&format!("{path}/dissolve"), json!({"reason": "小区拆迁"})).await;
    assert_eq!((&dissolved.body["status"], &dissolved.body["next_actions"]), (&json!("dissolved"), &json!([])));
    assert_eq!(officer.post("/v1/council-meetings", &seated.meeting(&app)).await.errors(), ["#/council_id not_active"]);
    officer.patch(&path, 1, &json!({"name": "x"})).await.is(412, "precondition_failed");
    officer.patch(&path, dissolved.version(), &json!({"name": "x"})).await.is(409, "state_conflict");
}
