use futures_util::future::join_all;
use serde_json::{Value, json};
use sihe::access::actor::Role;

use crate::support::consultation::Asked;
use crate::support::council::Held;
use crate::support::data::*;
use crate::support::mediation::Stage;
use crate::support::world::matter;
use crate::support::{Answer, Caller, TestApp};

fn change(kind: &str, codes: &[&str]) -> Value {
    json!({"kind": kind, "codes": codes, "effective_on": "2026-03-01", "legal_basis": "区政府批复"})
}

fn with(mut body: Value, members: Value) -> Value {
    body.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    body
}

async fn place_of(reader: &Caller<'_>, path: &str) -> String {
    let answer = reader.get(path).await;
    answer.body["jurisdiction"].as_str().unwrap_or_else(|| panic!("{path}: {}", answer.body)).to_owned()
}

fn told(page: &Answer, id: &str) -> Vec<String> {
    let changes = page.body["changes"].as_array().unwrap().iter().filter(|change| change["id"] == id);
    changes.map(|change| format!("{} v{}", change["op"].as_str().unwrap(), change["version"])).collect()
}

#[actix_web::test]
async fn a_renamed_jurisdiction_keeps_its_code() {
    let app = TestApp::start().await;
    let admin = app.caller(Role::Admin, DISTRICT);
    let body = with(change("rename", &[STREET]), json!({"name": "新街道"}));
    let done = admin.divides(body).await;
    let step = json!({"effect": "renamed", "code": STREET, "name": "新街道", "former_name": "一街道", "successor_code": null});
    assert_eq!((&done.body["steps"], &done.body["jurisdiction"]), (&json!([step]), &json!(DISTRICT)));
    let renamed = admin.get(&format!("/v1/jurisdictions/{STREET}")).await;
    assert_eq!((&renamed.body["name"], renamed.version()), (&json!("新街道"), 2));
    let listed = app.resident("wang", COMMUNITY).get(&format!("/v1/division-changes?in={DISTRICT}&kind=rename")).await;
    assert_eq!(listed.ids(), [done.id()]);
}

#[actix_web::test]
async fn every_instance_soon_knows_what_went_where() {
    let app = TestApp::start().await;
    let (other, server) = app.beside(|_| {});
    let (old, heir) = (app.officer_of(COMMUNITY), app.officer_of(OTHER_COMMUNITY));
    let path = format!("/v1/disputes/{}", old.files(&dispute_in(COMMUNITY)).await.id());
    old.post(&format!("{path}/reject"), &json!({"reason": "不属于受理范围"})).await;
    let there = async || heir.request(reqwest::Method::GET, &path).to(&other).send().await.status;
    assert_eq!((heir.get(&path).await.status, there().await), (404, 404));
    let merge = with(change("merge", &[COMMUNITY]), json!({"successor": {"code": OTHER_COMMUNITY}}));
    app.caller(Role::Admin, DISTRICT).divides(merge).await;
    assert_eq!(heir.get(&path).await.status, 200, "the instance that did it knows at once");
    app.until(async || there().await == 200).await;
    drop(server.stop(false));
}

#[actix_web::test]
async fn open_work_goes_to_the_successor_and_history_stays() {
    let app = TestApp::start().await;
    let (admin, street) = (app.caller(Role::Admin, DISTRICT), app.officer_of(STREET));
    let (old, new) = (app.officer_of(COMMUNITY), app.officer_of(OTHER_COMMUNITY));
    let open = old.files(&dispute_in(COMMUNITY)).await.id();
    let in_grid = old.files(&dispute_in(GRID)).await.id();
    let asked = old.consults(COMMUNITY, Asked::Published).await.id();
    let closed = old.files(&dispute_in(COMMUNITY)).await.id();
    old.does(&closed, "withdraw", body_of("withdraw")).await;
    let committee = app.officer_of(DISTRICT).committee(COMMUNITY, "in_office").await;
    let estate = committee.body["estate_id"].as_str().unwrap().to_owned();
    let contract = old.contract(&estate, COMMUNITY).await.id();
    let unit = street.grid_unit(COMMUNITY).await;
    let code = unit.body["jurisdiction"].as_str().unwrap().to_owned();
    let enrollment = street.enrolls(&code, "estate_id", &estate).await.id();
    let stray = street.enrolls(GRID, "organization_id", &old.organization("mediation_committee", COMMUNITY).await).await.id();
    let entry = old.responsibility(COMMUNITY).await.id();
    old.acts(&format!("/v1/responsibilities/{entry}/publish"), json!({"valid_from": "2026-01-01"})).await;

    let resolved = old.files(&dispute_in(COMMUNITY)).await.id();
    for step in ["accept", "assign", "start", "resolve"] {
        old.does(&resolved, step, body_of(step)).await;
    }
    app.colleague_of(COMMUNITY).does(&resolved, "close", body_of("close")).await;
    let draft = old.responsibility(COMMUNITY).await.id();
    let gone = old.organization("mediation_committee", COMMUNITY).await;
    old.acts(&format!("/v1/organizations/{gone}/dissolve"), json!({})).await;

    let begun =
        old.get("/v1/changes?cursor=begin&types=dispute&limit=1000").await.body["next_cursor"].as_str().unwrap().to_owned();
    let merge = with(change("merge", &[COMMUNITY]), json!({"successor": {"code": OTHER_COMMUNITY}}));
    let done = admin.divides(merge.clone()).await;
    assert!(done.body["moved"].as_i64().unwrap() >= 8, "{}", done.body);
    assert_eq!((&done.body["status"], &done.body["stuck"]), (&json!("completed"), &json!([])));
    for path in [
        format!("/v1/disputes/{open}"),
        format!("/v1/disputes/{in_grid}"),
        format!("/v1/consultations/{asked}"),
        format!("/v1/estates/{estate}"),
        format!("/v1/property-contracts/{contract}"),
        format!("/v1/owners-committees/{}", committee.id()),
        format!("/v1/organizations/{}", committee.body["organization_id"].as_str().unwrap()),
    ] {
        assert_eq!(place_of(&new, &path).await, OTHER_COMMUNITY, "{path}");
        old.get(&path).await.is(404, "not_found");
    }
    let status = async |path: String| street.get(&path).await.body["status"].as_str().unwrap().to_owned();
    assert_eq!(status(format!("/v1/grid-units/{}", unit.id())).await, "retired");
    assert_eq!(status(format!("/v1/grid-enrollments/{enrollment}")).await, "left");
    assert_eq!(status(format!("/v1/grid-enrollments/{stray}")).await, "left");
    assert_eq!(status(format!("/v1/responsibilities/{entry}")).await, "superseded");
    for revoked in [COMMUNITY, GRID, OTHER_GRID, &code] {
        let found = street.get(&format!("/v1/jurisdictions/{revoked}")).await;
        assert_eq!((&found.body["successor_code"], &found.body["revoked_on"]), (&json!(OTHER_COMMUNITY), &json!("2026-03-01")));
    }
    assert_eq!(street.get(&format!("/v1/jurisdictions?in={COMMUNITY}&revoked=false")).await.body["items"], json!([]));

    // What was closed stays where it was, for those above and for whoever holds a grant there.
    for reader in [&old, &street] {
        assert_eq!(place_of(reader, &format!("/v1/disputes/{closed}")).await, COMMUNITY);
    }
    // Reopened, it is open work of the successor.
    let again = street.does(&resolved, "reopen", body_of("reopen")).await;
    assert_eq!(again.body["jurisdiction"], OTHER_COMMUNITY);
    assert_eq!(place_of(&street, &format!("/v1/responsibilities/{draft}")).await, OTHER_COMMUNITY);
    // What was dissolved stays behind, but nothing is stuck with it.
    street.acts(&format!("/v1/organizations/{gone}/restore"), json!({})).await;
    assert_eq!(old.post("/v1/disputes", &dispute_in(COMMUNITY)).await.errors(), ["#/jurisdiction unknown_jurisdiction"]);
    // Both sides of the feed are told.
    let page = async |reader: &Caller<'_>, from: &str| {
        let mut page = reader.get(&format!("/v1/changes?cursor={from}&types=dispute&wait=5")).await;
        for _ in 0..50 {
            if told(&page, &open).len() == 1 {
                break;
            }
            page = reader.get(&format!("/v1/changes?cursor={from}&types=dispute&wait=1")).await;
        }
        told(&page, &open)
    };
    assert_eq!(page(&old, &begun).await, ["removed v2"]);
    assert_eq!(page(&new, "begin").await, ["upsert v2"]);
    let again = admin.post("/v1/division-changes", &merge).await;
    assert_eq!(again.errors(), ["#/codes/0 already_revoked"]);
}

#[actix_web::test]
async fn the_successor_reads_what_was_closed_before() {
    let app = TestApp::start().await;
    let closed = app.officer_of(COMMUNITY).files(&dispute_in(COMMUNITY)).await.id();
    app.officer_of(COMMUNITY).does(&closed, "withdraw", body_of("withdraw")).await;
    let path = format!("/v1/disputes/{closed}");
    app.officer_of(OTHER_COMMUNITY).get(&path).await.is(404, "not_found");
    let admin = app.caller(Role::Admin, CITY);
    // Twice over: the successor's successor in another street reads it too.
    let merge = with(change("merge", &[COMMUNITY]), json!({"successor": {"code": OTHER_COMMUNITY}}));
    admin.divides(merge).await;
    let merge = with(change("revoke", &[OTHER_COMMUNITY]), json!({"successor": {"code": "370202002001"}}));
    admin.divides(merge).await;
    for (code, status) in [("370202002001", 200), (OTHER_STREET, 200), ("370203001001", 404)] {
        // The rights of a token are worked out when it is first seen.
        let mut claims = app.claims(&[(app.officer_role(code), code)]);
        claims.jti = Some(matter());
        assert_eq!(app.with_claims(&claims).get(&path).await.status, status, "{code}");
    }
    let heir = app.officer_of("370202002001");
    assert_eq!(heir.get("/v1/disputes").await.ids(), std::slice::from_ref(&closed));
    heir.patch(&path, 2, &json!({"title": "改"})).await.is(404, "not_found");
}

#[actix_web::test]
async fn a_split_community_gives_estates_to_its_parts() {
    let app = TestApp::start().await;
    let (admin, street) = (app.caller(Role::Admin, STREET), app.officer_of(STREET));
    let (stays, goes) = (street.estate(COMMUNITY).await, street.estate(COMMUNITY).await);
    let enrollment = street.enrolls(GRID, "estate_id", &goes).await.id();
    let committee = app.officer_of(DISTRICT).committee(COMMUNITY, "in_office").await;
    let governed = committee.body["estate_id"].as_str().unwrap().to_owned();
    let contract = app.officer_of(COMMUNITY).contract(&governed, COMMUNITY).await.id();
    let open = street.files(&dispute_in(COMMUNITY)).await.id();
    let of_estate = with(dispute_in(COMMUNITY), json!({"estate_id": governed}));
    let mediators = street.mediation_committee(COMMUNITY, None).await;
    let about_it = street.files(&of_estate).await.id();
    for step in ["accept", "assign", "start"] {
        street.does(&about_it, step, body_of(step)).await;
    }
    let case = street.mediated(&about_it, &mediators, Stage::Scheduled).await;
    let seated = app.officer_of(COMMUNITY).council(COMMUNITY).await;
    let called = app.officer_of(COMMUNITY).meets(&seated, Held::Notified).await.id();
    let ids = app.officer_of(COMMUNITY).meets(&seated, Held::Signed).await.as_resolution();
    let duty = json!({"meeting_id": ids[0], "item_id": ids[1], "position": 3, "task": "改造", "working_days": 30});
    let duty = street.makes("/v1/duties", duty).await.id();
    let parts = json!({"parts": [{"code": "370202001007", "name": "七社区", "estate_ids": [goes, governed, seated.estate]}]});
    let split = with(change("split", &[COMMUNITY]), parts);
    admin.divides(split).await;
    for path in [
        format!("/v1/estates/{goes}"),
        format!("/v1/estates/{governed}"),
        format!("/v1/property-contracts/{contract}"),
        format!("/v1/owners-committees/{}", committee.id()),
        format!("/v1/organizations/{}", committee.body["organization_id"].as_str().unwrap()),
        format!("/v1/disputes/{about_it}"),
        format!("/v1/mediations/{}", case.mediation),
        format!("/v1/mediation-sessions/{}", case.session),
        seated.path(),
        format!("/v1/council-meetings/{called}"),
        format!("/v1/duties/{duty}"),
    ] {
        assert_eq!(place_of(&street, &path).await, "370202001007", "{path}");
    }
    assert_eq!(street.get(&format!("/v1/grid-enrollments/{enrollment}")).await.body["status"], "left");
    assert_eq!(place_of(&street, &format!("/v1/mediators/{}", mediators.1)).await, COMMUNITY);
    assert_eq!(place_of(&street, &format!("/v1/estates/{stays}")).await, COMMUNITY);
    assert_eq!(place_of(&street, &format!("/v1/disputes/{open}")).await, COMMUNITY);

    let wrong = json!({"parts": [{"code": "370202001008", "name": "八社区", "estate_ids": [goes]}]});
    let refused = admin.post("/v1/division-changes", &with(change("split", &[COMMUNITY]), wrong)).await;
    assert_eq!(refused.errors(), ["#/parts/0/estate_ids/0 unknown_record"]);
    admin.get("/v1/jurisdictions/370202001008").await.is(404, "not_found");

    let parts = json!({"parts": [{"code": "370202001008", "name": "八社区"}, {"code": "370202001009", "name": "九社区"}],
        "successor": {"code": "370202001009"}});
    let done = admin.divides(with(change("split", &[COMMUNITY]), parts)).await;
    let effects: Vec<_> = done.body["steps"].as_array().unwrap().iter().map(|step| step["effect"].as_str().unwrap()).collect();
    assert_eq!(effects, ["created", "created", "revoked"]);
    for path in [format!("/v1/estates/{stays}"), format!("/v1/disputes/{open}")] {
        assert_eq!(place_of(&street, &path).await, "370202001009");
    }
}

#[actix_web::test]
async fn a_change_is_checked_whole_before_it_begins() {
    let app = TestApp::start().await;
    let admin = app.caller(Role::Admin, DISTRICT);
    let successor = |code: &str| json!({"successor": {"code": code}});
    let future = with(change("rename", &[STREET]), json!({"name": "新", "effective_on": "2026-03-03"}));
    for (body, errors) in [
        (change("rename", &[STREET]), &["#/name required"][..]),
        (future, &["#/effective_on too_late"]),
        (with(change("rename", &[STREET, OTHER_STREET]), json!({"name": "新"})), &["#/codes max_items"]),
        (with(change("merge", &[COMMUNITY]), successor(COMMUNITY)), &["#/successor/code cycle"]),
        (with(change("merge", &[COMMUNITY]), successor(STREET)), &["#/successor/code wrong_level"]),
        (with(change("merge", &[COMMUNITY]), successor("370202001009")), &["#/successor/name required"]),
        (with(change("revoke", &[COMMUNITY]), successor("370202001009")), &["#/successor/code unknown_jurisdiction"]),
        (with(change("merge", &["370203001001"]), successor(COMMUNITY)), &["#/codes/0 unknown_jurisdiction"]),
        (with(change("merge", &[COMMUNITY]), successor("370203001001")), &["#/successor/code unknown_jurisdiction"]),
        (with(change("merge", &[GRID]), successor(OTHER_GRID)), &["#/codes/0 wrong_level"]),
        (with(change("merge", &[COMMUNITY, OTHER_STREET]), successor(OTHER_COMMUNITY)), &["#/codes/1 wrong_level"]),
        (change("split", &[COMMUNITY]), &["#/parts required"]),
        (
            with(change("split", &[COMMUNITY]), json!({"parts": [{"code": OTHER_COMMUNITY, "name": "新"}]})),
            &["#/parts/0/code already_there"],
        ),
        (
            with(change("split", &[COMMUNITY]), json!({"parts": [{"code": "370202009001", "name": "新"}]})),
            &["#/parts/0/code unknown_jurisdiction"],
        ),
    ] {
        let answer = admin.post("/v1/division-changes", &body).await;
        answer.is(422, "validation_failed");
        assert_eq!(answer.errors(), errors, "{body}");
    }
    let busy = admin.post("/v1/division-changes", &with(change("revoke", &[STREET]), successor(OTHER_STREET))).await;
    busy.is(409, "still_needed");
    assert_eq!(busy.errors(), ["#/codes/0 has_children"]);
    assert_eq!(app.count("division_changes").await, 0);
    // Estates of the same name cannot stand in one community.
    let mut body = crate::support::world::estate(COMMUNITY);
    let officer = app.officer_of(STREET);
    officer.makes("/v1/estates", body.clone()).await;
    body["jurisdiction"] = OTHER_COMMUNITY.into();
    officer.makes("/v1/estates", body).await;
    let clash = admin.post("/v1/division-changes", &with(change("merge", &[COMMUNITY]), successor(OTHER_COMMUNITY))).await;
    clash.is(422, "validation_failed");
    assert_eq!(clash.errors(), ["#/codes name_taken"]);
}

#[actix_web::test]
async fn nothing_is_filed_into_what_is_being_revoked() {
    let app = TestApp::start().await;
    let (admin, officer) = (app.caller(Role::Admin, DISTRICT), app.officer_of(COMMUNITY));
    let merge = with(change("merge", &[COMMUNITY]), json!({"successor": {"code": OTHER_COMMUNITY}}));
    let body = dispute_in(COMMUNITY);
    let filing = join_all((0..6).map(|_| officer.post("/v1/disputes", &body)));
    let (filed, merged) = futures_util::join!(filing, admin.post("/v1/division-changes", &merge));
    assert!(matches!(merged.status, 202 | 503), "{}", merged.body);
    if merged.status == 503 {
        admin.divides(merge).await;
    }
    app.run_due_jobs().await;
    let filed = filed.iter().filter(|answer| answer.status == 201).count();
    let moved = app.count(&format!("disputes WHERE jurisdiction = '{OTHER_COMMUNITY}'")).await;
    assert_eq!(moved, i64::try_from(filed).unwrap(), "whatever was filed has moved");
}

#[actix_web::test]
async fn records_follow_in_batches_and_what_is_in_the_way_is_named() {
    let app = TestApp::start().await;
    let (admin, officer) = (app.caller(Role::Admin, DISTRICT), app.officer_of(DISTRICT));
    let bodies: Vec<_> = (0..120).map(|_| dispute_in(COMMUNITY)).collect();
    let filed = join_all(bodies.iter().map(|body| officer.post("/v1/disputes", body))).await;
    assert!(filed.iter().all(|answer| answer.status == 201));
    let mut twin = crate::support::world::estate(COMMUNITY);
    let clash = officer.makes("/v1/estates", twin.clone()).await;
    let merge = with(change("merge", &[COMMUNITY]), json!({"successor": {"code": OTHER_COMMUNITY}}));
    let begun = admin.post("/v1/division-changes", &merge).await;
    assert_eq!(begun.status, 202, "{}", begun.body);
    assert_eq!((&begun.body["status"], &begun.body["moved"]), (&json!("moving"), &json!(0)));
    // It is so at once, and records follow later.
    assert_eq!(officer.post("/v1/disputes", &dispute_in(COMMUNITY)).await.errors(), ["#/jurisdiction unknown_jurisdiction"]);
    assert_eq!(officer.get(&format!("/v1/disputes?in={COMMUNITY}&limit=1")).await.ids().len(), 1);
    // Another estate of that name comes to stand in the successor meanwhile.
    twin["jurisdiction"] = OTHER_COMMUNITY.into();
    let other = officer.makes("/v1/estates", twin).await;
    app.run_due_jobs().await;
    let path = begun.header("location").unwrap().to_owned();
    let waiting = admin.get(&path).await;
    assert_eq!((&waiting.body["status"], &waiting.body["moved"]), (&json!("moving"), &json!(120)));
    assert_eq!(waiting.body["stuck"], json!([{"type": "estate", "id": clash.id(), "code": "taken"}]));
    // Others are told how many, not which.
    let seen = app.resident("wang", COMMUNITY).get(&path).await;
    assert_eq!((&seen.body["stuck"], &seen.body["stuck_count"]), (&Value::Null, &json!(1)));
    assert_eq!(officer.get(&path).await.body["stuck"], waiting.body["stuck"], "officers keep the register of estates");
    assert_eq!(app.count(&format!("changes WHERE kind = 'division_change' AND data LIKE '%{}%'", clash.id())).await, 0);
    assert_eq!(officer.get("/v1/division-changes?status=moving").await.ids(), [begun.id()]);
    assert_eq!(officer.get("/v1/division-changes?status=completed").await.body["items"], json!([]));

    // Nothing more happens until it is tried again.
    app.run_due_jobs().await;
    assert_eq!(admin.get(&path).await.version(), waiting.version());
    app.clock.advance(chrono::TimeDelta::minutes(5));
    app.run_due_jobs().await;
    assert_eq!(admin.get(&path).await.version(), waiting.version(), "nothing became better");
    let renamed = officer.patch(&format!("/v1/estates/{}", other.id()), 1, &json!({"name": "改名小区"})).await;
    assert_eq!(renamed.status, 200, "{}", renamed.body);
    app.clock.advance(chrono::TimeDelta::minutes(5));
    app.run_due_jobs().await;
    let done = admin.get(&path).await;
    assert_eq!((&done.body["status"], &done.body["moved"]), (&json!("completed"), &json!(121)));
    assert_eq!((&done.body["stuck"], done.body["completed_at"].is_string()), (&json!([]), true));
    assert_eq!(place_of(&officer, &format!("/v1/estates/{}", clash.id())).await, OTHER_COMMUNITY);
}

#[actix_web::test]
async fn a_successor_that_is_revoked_meanwhile_hands_everything_on() {
    let app = TestApp::start().await;
    let (admin, officer) = (app.caller(Role::Admin, CITY), app.officer_of(CITY));
    let open = officer.files(&dispute_in(COMMUNITY)).await.id();
    for (from, to) in [(COMMUNITY, OTHER_COMMUNITY), (OTHER_COMMUNITY, "370202002001")] {
        let merge = with(change("merge", &[from]), json!({"successor": {"code": to}}));
        assert_eq!(admin.post("/v1/division-changes", &merge).await.status, 202);
    }
    app.run_due_jobs().await;
    assert_eq!(place_of(&officer, &format!("/v1/disputes/{open}")).await, "370202002001");
    assert_eq!(officer.get("/v1/division-changes?status=moving").await.body["items"], json!([]));
}

#[actix_web::test]
async fn two_instances_and_a_failure_move_each_record_once() {
    let app = TestApp::start().await;
    let (admin, officer) = (app.caller(Role::Admin, DISTRICT), app.officer_of(DISTRICT));
    let bodies: Vec<_> = (0..5).map(|_| dispute_in(COMMUNITY)).collect();
    join_all(bodies.iter().map(|body| officer.makes("/v1/disputes", body.clone()))).await;
    let merge = with(change("merge", &[COMMUNITY]), json!({"successor": {"code": OTHER_COMMUNITY}}));
    let begun = admin.post("/v1/division-changes", &merge).await;
    // The database refuses to note a step once: what the batch did is taken back.
    let database = app.connect().await;
    let broken = "ALTER TABLE division_changes ADD CONSTRAINT broken CHECK (moved = 0)";
    database.batch_execute(broken).await.unwrap();
    app.run_due_jobs().await;
    assert_eq!(app.count(&format!("disputes WHERE jurisdiction = '{OTHER_COMMUNITY}'")).await, 0);
    database.batch_execute("ALTER TABLE division_changes DROP CONSTRAINT broken").await.unwrap();
    app.clock.advance(chrono::TimeDelta::minutes(2));
    futures_util::join!(app.run_due_jobs(), app.run_due_jobs());
    app.run_due_jobs().await;
    let done = admin.get(begun.header("location").unwrap()).await;
    assert_eq!((&done.body["status"], &done.body["moved"]), (&json!("completed"), &json!(5)));
    assert_eq!(app.count("dispute_events WHERE action = 'relocate'").await, 5);
}

#[actix_web::test]
async fn what_ends_with_its_jurisdiction_ends_once() {
    let app = TestApp::start().await;
    let (admin, officer) = (app.caller(Role::Admin, DISTRICT), app.officer_of(COMMUNITY));
    let entry = format!("/v1/responsibilities/{}", officer.responsibility(COMMUNITY).await.id());
    // It holds from a later day than that from which the jurisdiction is no more.
    officer.acts(&format!("{entry}/publish"), json!({"valid_from": "2026-03-02"})).await;
    let merge = with(change("merge", &[COMMUNITY]), json!({"successor": {"code": OTHER_COMMUNITY}}));
    let done = admin.divides(merge).await;
    assert_eq!((&done.body["status"], &done.body["moved"]), (&json!("completed"), &json!(1)));
    let ended = app.officer_of(STREET).get(&entry).await;
    assert_eq!((&ended.body["status"], &ended.body["valid_until"]), (&json!("superseded"), &json!("2026-03-02")));
}

#[actix_web::test]
async fn only_communities_give_single_estates_to_their_parts() {
    let app = TestApp::start().await;
    let (admin, street) = (app.caller(Role::Admin, DISTRICT), app.officer_of(STREET));
    let estate = street.estate(COMMUNITY).await;
    let parts = json!({"parts": [{"code": "370202009", "name": "九街道", "estate_ids": [estate]}]});
    let refused = admin.post("/v1/division-changes", &with(change("split", &[STREET]), parts)).await;
    assert_eq!(refused.errors(), ["#/parts/0/estate_ids not_applicable"]);
    let twice = json!({"parts": [{"code": "370202001007", "name": "七社区", "estate_ids": [estate, estate]}]});
    let refused = admin.post("/v1/division-changes", &with(change("split", &[COMMUNITY]), twice)).await;
    assert_eq!(refused.errors(), ["#/parts/0/estate_ids/1 duplicate_item"]);
}

#[actix_web::test]
async fn what_cannot_go_to_its_part_does_not_go_with_the_rest() {
    let app = TestApp::start().await;
    let (admin, officer) = (app.caller(Role::Admin, STREET), app.officer_of(STREET));
    let mut twin = crate::support::world::estate(COMMUNITY);
    let goes = officer.makes("/v1/estates", twin.clone()).await.id();
    let open = officer.files(&dispute_in(COMMUNITY)).await.id();
    let parts = json!({"parts": [{"code": "370202001007", "name": "七社区", "estate_ids": [goes]}, {"code": "370202001008", "name": "八社区"}],
        "successor": {"code": "370202001008"}});
    let begun = admin.post("/v1/division-changes", &with(change("split", &[COMMUNITY]), parts)).await;
    twin["jurisdiction"] = "370202001007".into();
    let other = officer.makes("/v1/estates", twin).await;
    app.run_due_jobs().await;
    let path = begun.header("location").unwrap().to_owned();
    assert_eq!(officer.get(&path).await.body["stuck_count"], 1);
    assert_eq!(place_of(&officer, &format!("/v1/estates/{goes}")).await, COMMUNITY);
    assert_eq!(place_of(&officer, &format!("/v1/disputes/{open}")).await, COMMUNITY, "the rest waits");
    officer.patch(&format!("/v1/estates/{}", other.id()), 1, &json!({"name": "改名小区"})).await;
    app.clock.advance(chrono::TimeDelta::minutes(5));
    app.run_due_jobs().await;
    assert_eq!(officer.get(&path).await.body["status"], "completed");
    assert_eq!(place_of(&officer, &format!("/v1/estates/{goes}")).await, "370202001007");
    assert_eq!(place_of(&officer, &format!("/v1/disputes/{open}")).await, "370202001008");
}

#[actix_web::test]
async fn while_records_move_nothing_new_is_left_behind() {
    let app = TestApp::start().await;
    let (admin, street) = (app.caller(Role::Admin, CITY), app.officer_of(STREET));
    let mediators = street.mediation_committee(STREET, None).await;
    let dispute = street.handled(COMMUNITY).await;
    let unit = json!({"community": COMMUNITY, "name": "新网格", "households": 100, "established_on": "2026-01-01", "lead_name": "网格长甲",
        "lead_phone": "13700001111"});
    let unit = street.makes("/v1/grid-units", unit).await;
    for code in [COMMUNITY, OTHER_COMMUNITY] {
        let merge = with(change("merge", &[code]), json!({"successor": {"code": "370202002001"}}));
        assert_eq!(admin.post("/v1/division-changes", &merge).await.status, 202);
    }
    let early =
        admin.post("/v1/division-changes", &with(change("merge", &[STREET]), json!({"successor": {"code": OTHER_STREET}}))).await;
    early.is(409, "still_needed");
    assert_eq!(early.errors(), ["#/codes/0 still_moving"]);
    let mediation = json!({"dispute_id": dispute, "organization_id": mediators.0});
    let refused = street.post("/v1/mediations", &mediation).await;
    assert_eq!(refused.errors(), ["# being_moved"]);
    let approved =
        app.colleague_of(STREET).post(&format!("/v1/grid-units/{}/approve", unit.id()), &json!({"reason": "同意"})).await;
    assert_eq!(approved.errors(), ["# being_moved"]);
    app.run_due_jobs().await;
    let ended = street.get(&format!("/v1/grid-units/{}", unit.id())).await;
    assert_eq!(ended.body["status"], "retired");
    let merge = with(change("merge", &[STREET]), json!({"successor": {"code": OTHER_STREET}}));
    let done = admin.divides(merge).await;
    assert_eq!(done.body["status"], "completed", "{}", done.body);
    app.officer_of(OTHER_STREET).makes("/v1/mediations", mediation).await;
}
