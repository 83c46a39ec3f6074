//! What councils have decided is done.

use chrono::Duration;
use serde_json::{Value, json};

use crate::support::council::Held;
use crate::support::data::*;
use crate::support::{Caller, TestApp};

async fn kinds_of_work(caller: &Caller<'_>) -> Vec<String> {
    let work = caller.get("/v1/work").await.body["items"].clone();
    work.as_array().unwrap().iter().map(|item| item["kind"].as_str().unwrap().to_owned()).collect()
}

async fn figure(caller: &Caller<'_>) -> (i64, i64) {
    let all = caller.get(&format!("/v1/indicators?in={COMMUNITY}")).await.body["items"].clone();
    let found = all.as_array().unwrap().iter().find(|one| one["name"] == "duties_done_in_time").unwrap().clone();
    for (part, list) in [("numerator", "numerator_list"), ("denominator", "denominator_list")] {
        let listed = caller.get(found[list].as_str().unwrap()).await.ids().len();
        assert_eq!(found[part], listed, "{}", found[list]);
    }
    // Every duty here concerns the estate.
    let estates = found["estates"].as_array().unwrap();
    let sum = |part: &str| estates.iter().map(|estate| estate[part].as_i64().unwrap()).sum::<i64>();
    assert_eq!((json!(sum("numerator")), json!(sum("denominator"))), (found["numerator"].clone(), found["denominator"].clone()));
    (found["numerator"].as_i64().unwrap(), found["denominator"].as_i64().unwrap())
}

#[actix_web::test]
async fn what_was_adopted_becomes_a_duty_that_another_seat_reviews() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    let seated = officer.council(COMMUNITY).await;
    let early = officer.meets(&seated, Held::Concluded).await.as_resolution();
    let of =
        |ids: &[String]| json!({"meeting_id": ids[0], "item_id": ids[1], "position": 3, "task": "完成改造", "working_days": 5});
    assert_eq!(officer.post("/v1/duties", &of(&early)).await.errors(), ["#/meeting_id not_yet"]);
    let ids = officer.meets(&seated, Held::Signed).await.as_resolution();
    let good = of(&ids);
    let with = |name: &str, value: Value| {
        let mut body = good.clone();
        body[name] = value;
        body
    };
    for (body, fault) in [
        (with("item_id", json!(early[1])), "#/item_id unknown_record"),
        (with("position", json!(4)), "#/position unknown_record"),
        (with("meeting_id", json!(early[1])), "#/meeting_id unknown_record"),
        (with("working_days", json!(0)), "#/working_days minimum"),
    ] {
        assert_eq!(officer.post("/v1/duties", &body).await.errors(), [fault], "{body}");
    }
    assert_eq!(app.officer_of(OTHER_COMMUNITY).post("/v1/duties", &good).await.errors(), ["#/meeting_id unknown_record"]);
    let (owners, enterprise) = (seated.member(&app, 2, COMMUNITY), seated.member(&app, 3, COMMUNITY));
    owners.post("/v1/duties", &good).await.is(403, "forbidden");
    let given = officer.makes("/v1/duties", good.clone()).await;
    let path = format!("/v1/duties/{}", given.id());
    assert_eq!((&given.body["due_on"], &given.body["organization_id"]), (&json!("2026-03-09"), &json!(seated.organizations[3])));
    app.officer_of(OTHER_COMMUNITY).get(&path).await.is(404, "not_found");
    app.resident("wang", COMMUNITY).get(&path).await.is(403, "forbidden");
    assert!(kinds_of_work(&enterprise).await.contains(&"do_duty".to_owned()));
    let report = |complete: bool| json!({"text": "二号车库已更换", "evidence": ["照片1"], "complete": complete});
    assert_eq!(owners.post(&format!("{path}/report-progress"), &report(true)).await.errors(), ["# not_your_part"]);
    assert_eq!(owners.get(&path).await.body["next_actions"], json!([]));
    enterprise.acts(&format!("{path}/report-progress"), report(false)).await;
    let said = enterprise.acts(&format!("{path}/report-progress"), report(true)).await;
    assert_eq!((&said.body["status"], &said.body["next_actions"]), (&json!("reported"), &json!([])));
    let review = |accepted: bool| json!({"accepted": accepted, "note": "现场查看"});
    assert_eq!(enterprise.post(&format!("{path}/review"), &review(true)).await.errors(), ["# second_person"]);
    let colleague = {
        let mut claims = app.claims(&[(sihe::access::actor::Role::CommunityOfficer, COMMUNITY)]);
        (claims.sub, claims.organization) = ("colleague".into(), Some(seated.organizations[3].parse().unwrap()));
        app.with_claims(&claims)
    };
    assert_eq!(colleague.post(&format!("{path}/review"), &review(true)).await.errors(), ["# own_matter"]);
    assert!(kinds_of_work(&owners).await.contains(&"review_duty".to_owned()));
    assert!(!kinds_of_work(&enterprise).await.contains(&"review_duty".to_owned()));
    let again = owners.acts(&format!("{path}/review"), review(false)).await;
    assert_eq!(
        (&again.body["status"], &again.body["reviews"][0]["organization_id"]),
        (&json!("open"), &json!(seated.organizations[2]))
    );
    enterprise.acts(&format!("{path}/report-progress"), report(true)).await;
    let accept = format!("{path}/review");
    let yes = review(true);
    let (one, other) = futures_util::join!(owners.post(&accept, &yes), officer.post(&accept, &yes));
    let mut states = [one.status, other.status];
    states.sort_unstable();
    assert_eq!(states, [200, 409], "it is reviewed once");
    assert_eq!(officer.get(&path).await.body["in_time"], true);
    assert_eq!(figure(&officer).await, (1, 1));
    // Given by mistake, it is called off, and counts nowhere.
    let mistaken = format!("/v1/duties/{}", officer.makes("/v1/duties", good).await.id());
    officer.acts(&format!("{mistaken}/cancel"), json!({"reason": "误派"})).await;
    app.clock.advance(Duration::days(60));
    assert_eq!(figure(&officer).await, (1, 1));
}

#[actix_web::test]
async fn what_is_late_gets_cards_and_opens_the_next_meeting() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    let seated = officer.council(COMMUNITY).await;
    let ids = officer.meets(&seated, Held::Signed).await.as_resolution();
    let body = json!({"meeting_id": ids[0], "item_id": ids[1], "position": 3, "task": "完成改造", "working_days": 5});
    let path = format!("/v1/duties/{}", officer.makes("/v1/duties", body).await.id());
    let card = async || {
        app.run_due_jobs().await;
        officer.get(&path).await.body["card"].clone()
    };
    assert_eq!(card().await, "none");
    let told = officer.get(&format!("{path}/deadline")).await.body;
    assert_eq!(
        (&told["due_on"], &told["yellow_on"], &told["red_on"]),
        (&json!("2026-03-09"), &json!("2026-03-06"), &json!("2026-03-10"))
    );
    // Due on Monday, the 9th: yellow on Friday before, red on Tuesday after.
    for (days, expected) in [(3, "none"), (1, "yellow"), (3, "yellow"), (1, "red")] {
        app.clock.advance(Duration::days(days));
        assert_eq!(card().await, expected, "{}", app.clock.now());
    }
    assert_eq!(figure(&officer).await, (0, 1));
    // Called off late, another one was late all the same.
    let late = json!({"meeting_id": ids[0], "item_id": ids[1], "position": 2, "task": "完成验收", "working_days": 1});
    let late = officer.makes("/v1/duties", late).await.id();
    app.clock.advance(Duration::days(2));
    officer.acts(&format!("/v1/duties/{late}/cancel"), json!({"reason": "改由他人"})).await;
    assert_eq!(figure(&officer).await, (0, 2));
    assert_eq!(
        officer.post(&format!("{path}/extend"), &json!({"working_days": 5, "reason": "x"})).await.errors(),
        ["# has_ended"]
    );
    let next = officer.meets(&seated, Held::Notified).await;
    let first = next.body["record"]["agenda"][0].clone();
    assert_eq!((&first["duty_id"], &first["title"]), (&officer.get(&path).await.body["id"], &json!("车库照明")));
    assert_eq!(next.body["record"]["agenda"].as_array().unwrap().len(), 2);
    let enterprise = seated.member(&app, 3, COMMUNITY);
    enterprise.acts(&format!("{path}/report-progress"), json!({"text": "完成", "complete": true})).await;
    let done = officer.acts(&format!("{path}/review"), json!({"accepted": true, "note": "属实"})).await;
    assert_eq!((&done.body["in_time"], &done.body["card"]), (&json!(false), &json!("red")), "what was late stays so");
}
