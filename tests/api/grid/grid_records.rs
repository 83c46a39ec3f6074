//! Patrols and clues.

use chrono::Duration;
use serde_json::{Value, json};
use sihe::access::actor::Role;

use crate::support::TestApp;
use crate::support::data::*;

fn clue(place: &str) -> Value {
    json!({"jurisdiction": place, "kind": "clue", "title": "楼上漏水", "place": "3号楼"})
}

fn filing() -> Value {
    json!({"category": "noise", "parties": [{"role": "applicant", "kind": "person", "name": "王小明", "phone": "13800000000"}]})
}

#[actix_web::test]
async fn what_is_wrong_with_a_record_is_told() {
    let app = TestApp::start().await;
    let worker = app.caller(Role::GridWorker, GRID);
    let with = |name: &str, value: Value| {
        let mut body = clue(GRID);
        body[name] = value;
        body
    };
    let other_clue = worker.makes("/v1/grid-records", clue(GRID)).await.id();
    let elsewhere = app.officer_of(OTHER_COMMUNITY).estate(OTHER_COMMUNITY).await;
    for (body, fault) in [
        (clue(COMMUNITY), "#/jurisdiction unknown_jurisdiction"),
        (with("observed_at", json!("2026-03-02T01:00:01Z")), "#/observed_at in_future"),
        (with("ended_at", json!("2026-03-02T01:00:00Z")), "#/ended_at not_applicable"),
        (with("estate_id", json!(elsewhere)), "#/estate_id unknown_record"),
        (with("patrol_id", json!(other_clue)), "#/patrol_id unknown_record"),
        (with("id", json!("019c0000-0000-4000-8000-000000000001")), "#/id uuid_version_7"),
    ] {
        assert_eq!(worker.post("/v1/grid-records", &body).await.errors(), [fault], "{body}");
    }
    let street = app.officer_of(STREET);
    assert_eq!(street.post("/v1/grid-records", &clue(STREET)).await.errors(), ["#/jurisdiction wrong_level"]);
    let mut patrol = json!({
        "jurisdiction": GRID, "kind": "patrol", "title": "巡查", "observed_at": "2026-03-02T00:30:00Z",
        "ended_at": "2026-03-02T00:29:59Z"
    });
    assert_eq!(worker.post("/v1/grid-records", &patrol).await.errors(), ["#/ended_at too_early"]);
    patrol["ended_at"] = "2026-03-02T01:00:00Z".into();
    let walked = worker.makes("/v1/grid-records", patrol).await;
    assert_eq!((&walked.body["status"], &walked.body["next_actions"]), (&json!("recorded"), &json!(["update", "dismiss"])));
    app.caller(Role::Resident, COMMUNITY).post("/v1/grid-records", &clue(COMMUNITY)).await.is(403, "forbidden");
    app.caller(Role::Resident, COMMUNITY).get("/v1/grid-records").await.is(403, "forbidden");
}

#[actix_web::test]
async fn a_clue_becomes_one_dispute() {
    let app = TestApp::start().await;
    let (worker, officer) = (app.caller(Role::GridWorker, GRID), app.officer_of(COMMUNITY));
    let estate = officer.estate(COMMUNITY).await;
    let mut noticed = clue(GRID);
    (noticed["estate_id"], noticed["description"]) = (estate.clone().into(), "已拍照".into());
    let path = format!("/v1/grid-records/{}", worker.makes("/v1/grid-records", noticed).await.id());
    app.officer_of(OTHER_COMMUNITY).post(&format!("{path}/file"), &filing()).await.is(404, "not_found");
    worker.patch(&path, 7, &json!({"place": "4号楼"})).await.is(412, "precondition_failed");
    worker.patch(&path, 1, &json!({"place": "4号楼"})).await;
    for (body, fault) in [
        (json!({"category": "war", "parties": filing()["parties"]}), "#/category unknown_category"),
        (
            json!({"category": "noise", "parties": [{"role": "respondent", "kind": "person", "name": "乙"}]}),
            "#/parties applicant_required",
        ),
    ] {
        assert_eq!(worker.post(&format!("{path}/file"), &body).await.errors(), [fault]);
    }
    assert_eq!(worker.get(&path).await.body["status"], "open", "what is refused leaves the clue open");
    let (body, filed) = (filing(), format!("{path}/file"));
    let (one, other) = futures_util::join!(worker.post(&filed, &body), officer.post(&filed, &body));
    let mut states = [one.status, other.status];
    states.sort_unstable();
    assert_eq!(states, [200, 409]);
    let clue = officer.get(&path).await;
    let dispute = officer.get(&format!("/v1/disputes/{}", clue.body["dispute_id"].as_str().unwrap())).await;
    assert_eq!((&dispute.body["title"], &dispute.body["description"]), (&json!("楼上漏水"), &json!("4号楼\n已拍照")));
    assert_eq!((&dispute.body["estate_id"], &dispute.body["jurisdiction"]), (&json!(estate), &json!(GRID)));
    assert_eq!(officer.get("/v1/disputes").await.ids().len(), 1);
    assert_eq!(clue.body["next_actions"], json!([]));
    // The feed tells of both.
    let told = officer.get("/v1/changes?cursor=begin&types=grid_record,dispute").await;
    let kinds: Vec<_> = told.body["changes"].as_array().unwrap().iter().map(|one| one["type"].as_str().unwrap()).collect();
    assert!(kinds.contains(&"grid_record") && kinds.contains(&"dispute"), "{kinds:?}");
}

#[actix_web::test]
async fn open_clues_follow_their_grid() {
    let app = TestApp::start().await;
    let (street, community) = (app.officer_of(STREET), app.officer_of(COMMUNITY));
    let (from, into) = (street.grid_unit(COMMUNITY).await, street.grid_unit(COMMUNITY).await);
    let code = |unit: &crate::support::Answer| unit.body["jurisdiction"].as_str().unwrap().to_owned();
    let make = async || community.makes("/v1/grid-records", clue(&code(&from))).await.id();
    let (open, dismissed) = (make().await, make().await);
    let reason = json!({"reason": "不属实"});
    assert_eq!(community.acts(&format!("/v1/grid-records/{dismissed}/dismiss"), reason).await.body["outcome"], "不属实");
    // What was dismissed too early is open again.
    let third = make().await;
    let its = format!("/v1/grid-records/{third}");
    community.acts(&format!("{its}/settle"), json!({"outcome": "已劝导"})).await;
    let again = community.acts(&format!("{its}/reopen"), json!({"reason": "又发生"})).await;
    assert_eq!((&again.body["status"], &again.body["outcome"]), (&json!("open"), &json!("又发生")));
    app.clock.advance(Duration::days(1));
    let body = json!({"into_id": into.id(), "effective_on": "2026-03-03", "reason": "合并"});
    street.acts(&format!("/v1/grid-units/{}/merge", from.id()), body).await;
    let place = async |id: String| {
        community.get(&format!("/v1/grid-records/{id}")).await.body["jurisdiction"].as_str().unwrap().to_owned()
    };
    assert_eq!((place(open).await, place(dismissed).await), (code(&into), code(&from)));
}

#[actix_web::test]
async fn the_lead_of_a_grid_tells_its_figures() {
    let app = TestApp::start().await;
    let street = app.officer_of(STREET);
    let unit = street.grid_unit(COMMUNITY).await;
    assert_eq!((&unit.body["party_members"], &unit.body["worker_full_time"]), (&Value::Null, &Value::Null));
    let path = format!("/v1/grid-units/{}", unit.id());
    let figures = json!({"effective_on": "2026-03-02", "reason": "登记", "party_members": 12, "worker_full_time": true});
    let told = street.acts(&format!("{path}/adjust"), figures).await;
    assert_eq!((&told.body["party_members"], &told.body["worker_full_time"]), (&json!(12), &json!(true)));
    let many = json!({"effective_on": "2026-03-02", "reason": "登记", "party_members": 100_001});
    assert_eq!(street.post(&format!("{path}/adjust"), &many).await.errors(), ["#/party_members maximum"]);
}
