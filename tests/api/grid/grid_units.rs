use serde_json::{Value, json};
use sihe::access::actor::Role;

use crate::support::data::*;
use crate::support::world::name;
use crate::support::{Answer, Caller, TestApp};

/// Id and code of a unit.
fn of(unit: &Answer) -> (String, String) {
    (unit.id(), unit.body["jurisdiction"].as_str().unwrap().to_owned())
}

#[actix_web::test]
async fn who_works_in_a_grid_is_told_for_a_purpose_only() {
    let app = TestApp::start().await;
    let (street, officer) = (app.officer_of(STREET), app.officer_of(COMMUNITY));
    let body = json!({"community": COMMUNITY, "name": "第九网格", "households": 1, "lead_name": "网格长甲", "lead_phone": "13900001111"});
    let unit = officer.makes("/v1/grid-units", body).await;
    assert_eq!(unit.body["lead_phone"], "139****1111");
    let path = format!("/v1/grid-units/{}/disclosure", unit.id());
    officer.get(&path).await.is(400, "invalid_parameter");
    let told = street.get(&format!("{path}?purpose=handling")).await;
    assert_eq!((&told.body["lead_name"], &told.body["lead_phone"]), (&json!("网格长甲"), &json!("13900001111")));
    app.officer_of(OTHER_COMMUNITY).get(&format!("{path}?purpose=handling")).await.is(404, "not_found");
    assert_eq!(app.count("audit_entries WHERE kind = 'grid_unit_disclosure' AND after->>'purpose' = 'handling'").await, 1);
}

#[actix_web::test]
async fn a_street_approves_what_its_communities_propose() {
    let app = TestApp::start().await;
    let (community, street) = (app.officer_of(OTHER_COMMUNITY), app.officer_of(STREET));
    let proposal = json!({"community": OTHER_COMMUNITY, "name": "第一网格", "households": 320, "lead_phone": "13700001111"});
    let unit = community.makes("/v1/grid-units", proposal.clone()).await;
    let (id, code) = of(&unit);
    assert_eq!(code, format!("{OTHER_COMMUNITY}001"));
    assert_eq!((&unit.body["status"], &unit.body["lead_phone"]), (&json!("proposed"), &json!("137****1111")));
    assert_eq!(unit.body["next_actions"], json!(["adjust"]));
    // Until it is approved, nothing can stand in it.
    community.get(&format!("/v1/jurisdictions/{code}")).await.is(404, "not_found");
    assert_eq!(community.post("/v1/disputes", &dispute_in(&code)).await.errors(), ["#/jurisdiction unknown_jurisdiction"]);
    community.post(&format!("/v1/grid-units/{id}/approve"), &json!({"reason": "同意"})).await.is(403, "forbidden");
    let approved = street.acts(&format!("/v1/grid-units/{id}/approve"), json!({"reason": "同意"})).await;
    assert_eq!(approved.body["next_actions"], json!(["adjust", "merge", "retire"]));
    assert_eq!(community.get(&format!("/v1/jurisdictions/{code}")).await.body["name"], "第一网格");
    community.files(&dispute_in(&code)).await;
    street.post(&format!("/v1/grid-units/{id}/reject"), &json!({"reason": "重复"})).await.is(409, "state_conflict");

    let mut other = proposal.clone();
    other["name"] = "第二网格".into();
    let second = of(&community.makes("/v1/grid-units", other).await);
    assert_eq!(second.1, format!("{OTHER_COMMUNITY}002"));
    let rejected = street.acts(&format!("/v1/grid-units/{}/reject", second.0), json!({"reason": "重复"})).await;
    assert_eq!((&rejected.body["status"], &rejected.body["reason"]), (&json!("rejected"), &json!("重复")));
    let mut taken = proposal;
    (taken["code"], taken["name"]) = (code.clone().into(), "第三网格".into());
    assert_eq!(community.post("/v1/grid-units", &taken).await.errors(), ["#/code already_there"]);
    taken["code"] = format!("{COMMUNITY}009").into();
    assert_eq!(community.post("/v1/grid-units", &taken).await.errors(), ["#/code wrong_place"]);
    taken["community"] = COMMUNITY.into();
    assert_eq!(community.post("/v1/grid-units", &taken).await.errors(), ["#/community unknown_jurisdiction"]);
    app.officer_of(GRID).get(&format!("/v1/grid-units/{id}")).await.is(404, "not_found");
    assert_eq!(app.caller(Role::GridWorker, &code).get(&format!("/v1/grid-units/{id}")).await.status, 200);
}

#[actix_web::test]
async fn proposals_at_the_same_time_get_codes_in_turn() {
    let app = TestApp::start().await;
    let community = app.officer_of(OTHER_COMMUNITY);
    let propose = |n: usize| {
        let body = json!({"community": OTHER_COMMUNITY, "name": format!("网格{n}"), "households": 1});
        community.makes("/v1/grid-units", body)
    };
    let units = futures_util::future::join_all((0..6).map(propose)).await;
    let mut codes: Vec<_> = units.iter().map(|unit| of(unit).1).collect();
    codes.sort();
    assert_eq!(codes, (1..=6).map(|n| format!("{OTHER_COMMUNITY}{n:03}")).collect::<Vec<_>>());
}

#[actix_web::test]
async fn names_that_look_alike_are_one_name_in_a_community() {
    let app = TestApp::start().await;
    let (community, street) = (app.officer_of(COMMUNITY), app.officer_of(STREET));
    let body = |code: &str, name: &str| json!({"community": code, "name": name, "households": 1});
    let first = of(&community.makes("/v1/grid-units", body(COMMUNITY, "A3网格")).await).0;
    for alike in ["A3网格", "Ａ３网格", "a3\u{200B}网格"] {
        let same = community.post("/v1/grid-units", &body(COMMUNITY, alike)).await;
        assert_eq!(same.errors(), ["#/name taken"], "{alike}");
    }
    let second = of(&community.makes("/v1/grid-units", body(COMMUNITY, "A4网格")).await).0;
    let adjusted = async |unit: &str, name: &str| {
        let body = json!({"effective_on": "2026-03-02", "reason": "调整", "name": name});
        street.post(&format!("/v1/grid-units/{unit}/adjust"), &body).await
    };
    assert_eq!(adjusted(&second, "ａ3网格").await.errors(), ["#/name taken"]);
    assert_eq!(adjusted(&first, "Ａ3网格").await.status, 200, "its own name it may write otherwise");
    assert_eq!(app.officer_of(OTHER_COMMUNITY).makes("/v1/grid-units", body(OTHER_COMMUNITY, "A3网格")).await.status, 201);
    // What has ended leaves its name to others.
    street.acts(&format!("/v1/grid-units/{second}/reject"), json!({"reason": "重复"})).await;
    community.makes("/v1/grid-units", body(COMMUNITY, "A4网格")).await;
}

#[actix_web::test]
async fn what_a_unit_was_stays_readable() {
    let app = TestApp::start().await;
    let street = app.officer_of(STREET);
    let (id, code) = of(&street.grid_unit(OTHER_COMMUNITY).await);
    let path = format!("/v1/grid-units/{id}");
    let adjust = async |day: &str, change: Value| {
        let mut body = json!({"effective_on": day, "reason": "调整"});
        body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        street.post(&format!("{path}/adjust"), &body).await
    };
    app.clock.advance(chrono::Duration::days(30));
    assert_eq!(adjust("2026-04-02", json!({})).await.errors(), ["#/effective_on too_late"]);
    assert_eq!(adjust("2025-12-31", json!({})).await.errors(), ["#/effective_on not_before"]);
    assert_eq!(adjust("2026-03-11", json!({"households": 200, "lead_name": "网格长乙"})).await.status, 200);
    assert_eq!(adjust("2026-03-11", json!({"households": 210})).await.version(), 4);
    assert_eq!(adjust("2026-04-01", json!({"lead_name": null, "name": "新网格"})).await.status, 200);
    assert_eq!(street.get(&format!("/v1/jurisdictions/{code}")).await.body["name"], "新网格");
    let on = async |day: &str| {
        let unit = street.get(&format!("{path}?as_of={day}")).await;
        (unit.body["households"].as_i64(), unit.body["lead_name"].as_str().map(str::to_owned))
    };
    assert_eq!(on("2025-12-31").await, (None, None), "it was not there yet");
    assert_eq!(on("2026-01-01").await, (Some(100), Some("网格长甲".into())));
    assert_eq!(on("2026-03-10").await, (Some(100), Some("网格长甲".into())));
    assert_eq!(on("2026-03-11").await, (Some(210), Some("网格长乙".into())));
    assert_eq!(on("2026-03-31").await, (Some(210), Some("网格长乙".into())));
    assert_eq!(on("2026-04-01").await, (Some(210), None));
    let periods = street.get(&format!("{path}/periods")).await;
    let line = |p: &Value| format!("{} {}", p["valid_from"].as_str().unwrap(), p["valid_until"].as_str().unwrap_or("-"));
    let lines: Vec<_> = periods.body["items"].as_array().unwrap().iter().map(line).collect();
    assert_eq!(lines, ["2026-01-01 2026-03-11", "2026-03-11 2026-04-01", "2026-04-01 -"]);
    let past = street.get("/v1/grid-units?as_of=2026-03-20&status=active").await;
    assert_eq!((&past.body["items"][0]["households"], &past.body["items"][0]["next_actions"]), (&json!(210), &json!([])));
    assert!(street.get("/v1/grid-units?as_of=2025-12-31").await.ids().is_empty());
}

async fn place_of(reader: &Caller<'_>, path: &str) -> String {
    reader.get(path).await.body["jurisdiction"].as_str().unwrap().to_owned()
}

#[actix_web::test]
async fn enrollments_have_days_and_history() {
    let app = TestApp::start().await;
    let street = app.officer_of(STREET);
    let (first, second) = (of(&street.grid_unit(OTHER_COMMUNITY).await).1, of(&street.grid_unit(OTHER_COMMUNITY).await).1);
    let (home, guest) =
        (street.estate(OTHER_COMMUNITY).await, street.organization("neighborhood_committee", OTHER_COMMUNITY).await);
    let invite = |grid: &str, guest: &str, id: &str| json!({"jurisdiction": grid, guest: id, "invited_on": "2026-02-01"});
    let worker = app.caller(Role::GridWorker, &first);
    let estate_path = format!("/v1/estates/{home}");
    worker.get(&estate_path).await.is(404, "not_found");
    let joined = street.enrolls(&first, "estate_id", &home).await;
    assert_eq!((place_of(&street, &estate_path).await, worker.get(&estate_path).await.status), (first.clone(), 200));
    let early = street
        .makes("/v1/grid-enrollments", json!({"jurisdiction": first, "organization_id": guest, "invited_on": "2025-12-01"}))
        .await;
    let early = format!("/v1/grid-enrollments/{}", early.id());
    let too_early = street.post(&format!("{early}/join"), &json!({"joined_on": "2025-12-31"})).await;
    assert_eq!(too_early.errors(), ["#/joined_on not_before"], "the unit began later");
    street.acts(&format!("{early}/leave"), json!({"left_on": "2026-01-01", "reason": "婉拒"})).await;
    // One unit at a time for an estate; several for an organization, but each only once.
    let again = street.makes("/v1/grid-enrollments", invite(&second, "estate_id", &home)).await.id();
    let join = json!({"joined_on": "2026-03-01"});
    street.post(&format!("/v1/grid-enrollments/{again}/join"), &join).await.is(409, "overlap");
    street.enrolls(&first, "organization_id", &guest).await;
    street.enrolls(&second, "organization_id", &guest).await;
    street.post("/v1/grid-enrollments", &invite(&second, "organization_id", &guest)).await.is(409, "duplicate");
    let organization = street.get(&format!("/v1/organizations/{guest}")).await;
    assert_eq!(organization.body["grid_unit_count"], 2);

    let leave = json!({"left_on": "2026-03-01", "reason": "调整"});
    let path = format!("/v1/grid-enrollments/{}", joined.id());
    street.acts(&format!("{path}/leave"), leave.clone()).await;
    assert_eq!(place_of(&street, &estate_path).await, OTHER_COMMUNITY);
    street.acts(&format!("/v1/grid-enrollments/{again}/join"), join).await;
    assert_eq!(place_of(&street, &estate_path).await, second);
    let in_unit = async |grid: &str, day: &str| {
        let listed = street.get(&format!("/v1/grid-enrollments?in={grid}&estate_id={home}&as_of={day}")).await;
        listed.ids().len()
    };
    for (grid, day, there) in [
        (&first, "2026-02-01", 0),
        (&first, "2026-02-02", 1),
        (&first, "2026-02-28", 1),
        (&first, "2026-03-01", 0),
        (&second, "2026-02-28", 0),
        (&second, "2026-03-01", 1),
    ] {
        assert_eq!(in_unit(grid, day).await, there, "{grid} {day}");
    }
    street.post(&format!("{path}/leave"), &leave).await.is(409, "state_conflict");

    let stranger = app.officer_of(OTHER_STREET).estate("370202002001").await;
    let neighbor = app.officer_of(STREET).estate(COMMUNITY).await;
    for (body, error) in [
        (json!({"jurisdiction": first, "invited_on": "2026-02-01"}), "#/organization_id required"),
        (
            json!({"jurisdiction": first, "organization_id": guest, "estate_id": home, "invited_on": "2026-02-01"}),
            "#/estate_id not_applicable",
        ),
        (invite(&first, "estate_id", &stranger), "#/estate_id unknown_record"),
        (invite(&first, "estate_id", &neighbor), "#/estate_id wrong_place"),
        (invite(OTHER_COMMUNITY, "estate_id", &home), "#/jurisdiction wrong_level"),
        (invite("370202002001001", "estate_id", &home), "#/jurisdiction unknown_jurisdiction"),
        (invite(&format!("{OTHER_COMMUNITY}999"), "estate_id", &home), "#/jurisdiction unknown_jurisdiction"),
    ] {
        assert_eq!(street.post("/v1/grid-enrollments", &body).await.errors(), [error]);
    }
}

#[actix_web::test]
async fn a_merged_unit_takes_everything_along() {
    let app = TestApp::start().await;
    let street = app.officer_of(STREET);
    let (old, new) = (street.grid_unit(OTHER_COMMUNITY).await, street.grid_unit(OTHER_COMMUNITY).await);
    let ((old_id, old_code), (new_id, new_code)) = (of(&old), of(&new));
    let home = street.estate(OTHER_COMMUNITY).await;
    let (both, one) = (
        street.organization("neighborhood_committee", OTHER_COMMUNITY).await,
        street.organization("mediation_committee", OTHER_COMMUNITY).await,
    );
    street.enrolls(&old_code, "estate_id", &home).await;
    street.enrolls(&old_code, "organization_id", &one).await;
    street.enrolls(&old_code, "organization_id", &both).await;
    street.enrolls(&new_code, "organization_id", &both).await;
    // Invited into the other one already: the invitation is taken up.
    let invited = json!({"jurisdiction": new_code, "estate_id": home, "invited_on": "2026-02-20"});
    let invited = street.makes("/v1/grid-enrollments", invited).await.id();
    let open = street.files(&dispute_in(&old_code)).await.id();
    let closed = street.files(&dispute_in(&old_code)).await.id();
    street.does(&closed, "withdraw", body_of("withdraw")).await;

    let merge = |into: &str| json!({"into_id": into, "effective_on": "2026-03-02", "reason": "合并"});
    let path = format!("/v1/grid-units/{old_id}/merge");
    assert_eq!(street.post(&path, &merge(&old_id)).await.errors(), ["#/into_id cycle"]);
    let far = of(&street.grid_unit(COMMUNITY).await).0;
    assert_eq!(street.post(&path, &merge(&far)).await.errors(), ["#/into_id wrong_place"]);
    let merged = street.acts(&path, merge(&new_id)).await;
    assert_eq!((&merged.body["status"], &merged.body["successor_id"]), (&json!("merged"), &json!(new_id)));
    assert_eq!(place_of(&street, &format!("/v1/estates/{home}")).await, new_code);
    assert_eq!(street.get(&format!("/v1/grid-enrollments/{invited}")).await.body["status"], "joined");
    let count = async |id: &str| street.get(&format!("/v1/organizations/{id}")).await.body["grid_unit_count"].clone();
    assert_eq!((count(&one).await, count(&both).await), (json!(1), json!(1)));
    assert_eq!(place_of(&street, &format!("/v1/disputes/{open}")).await, new_code);
    assert_eq!(place_of(&street, &format!("/v1/disputes/{closed}")).await, old_code, "history stays");
    let events = street.get(&format!("/v1/disputes/{open}/events")).await;
    assert_eq!(events.body["items"][1]["action"], "relocate");
    let revoked = street.get(&format!("/v1/jurisdictions/{old_code}")).await;
    assert_eq!((&revoked.body["revoked_on"], &revoked.body["successor_code"]), (&json!("2026-03-02"), &json!(new_code)));
    assert_eq!(street.post("/v1/disputes", &dispute_in(&old_code)).await.errors(), ["#/jurisdiction unknown_jurisdiction"]);
    street.post(&path, &merge(&new_id)).await.is(409, "state_conflict");

    // Two that would go into each other: one is refused, without a deadlock.
    let (a, b) = (of(&street.grid_unit(OTHER_COMMUNITY).await).0, of(&street.grid_unit(OTHER_COMMUNITY).await).0);
    let (path_a, path_b) = (format!("/v1/grid-units/{a}/merge"), format!("/v1/grid-units/{b}/merge"));
    let (body_a, body_b) = (merge(&b), merge(&a));
    let crossed = futures_util::join!(street.post(&path_a, &body_a), street.post(&path_b, &body_b));
    let mut statuses = [crossed.0.status, crossed.1.status];
    statuses.sort();
    assert_eq!(statuses, [200, 422], "{} {}", crossed.0.body, crossed.1.body);

    // A unit that retires gives everything back to its community.
    let retire = json!({"effective_on": "2026-03-02", "reason": "拆迁"});
    street.acts(&format!("/v1/grid-units/{new_id}/retire"), retire).await;
    assert_eq!(place_of(&street, &format!("/v1/disputes/{open}")).await, OTHER_COMMUNITY);
    assert_eq!(place_of(&street, &format!("/v1/estates/{home}")).await, OTHER_COMMUNITY);
    assert_eq!((count(&one).await, count(&both).await), (json!(0), json!(0)));
    let next = street.makes("/v1/grid-units", json!({"community": OTHER_COMMUNITY, "name": name("网格"), "households": 1})).await;
    assert_eq!(of(&next).1, format!("{OTHER_COMMUNITY}005"), "codes are not used again");
}
