use futures_util::future::join_all;
use serde_json::{Value, json};
use sihe::access::actor::Role;

use crate::support::data::*;
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
    let done = admin.makes("/v1/division-changes", body).await;
    let step = json!({"effect": "renamed", "code": STREET, "name": "新街道", "former_name": "一街道", "successor_code": null});
    assert_eq!((&done.body["steps"], &done.body["jurisdiction"]), (&json!([step]), &json!(DISTRICT)));
    let renamed = admin.get(&format!("/v1/jurisdictions/{STREET}")).await;
    assert_eq!((&renamed.body["name"], renamed.version()), (&json!("新街道"), 2));
    let listed = app.resident("wang", COMMUNITY).get(&format!("/v1/division-changes?in={DISTRICT}&kind=rename")).await;
    assert_eq!(listed.ids(), [done.id()]);
}

#[actix_web::test]
async fn open_work_goes_to_the_successor_and_history_stays() {
    let app = TestApp::start().await;
    let (admin, street) = (app.caller(Role::Admin, DISTRICT), app.officer_of(STREET));
    let (old, new) = (app.officer_of(COMMUNITY), app.officer_of(OTHER_COMMUNITY));
    let open = old.files(&dispute_in(COMMUNITY)).await.id();
    let in_grid = old.files(&dispute_in(GRID)).await.id();
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
    for step in ["accept", "assign", "start", "resolve", "close"] {
        old.does(&resolved, step, body_of(step)).await;
    }
    let draft = old.responsibility(COMMUNITY).await.id();
    let gone = old.organization("mediation_committee", COMMUNITY).await;
    old.acts(&format!("/v1/organizations/{gone}/dissolve"), json!({})).await;

    let merge = with(change("merge", &[COMMUNITY]), json!({"successor": {"code": OTHER_COMMUNITY}}));
    let done = admin.makes("/v1/division-changes", merge.clone()).await;
    assert!(done.body["moved"].as_i64().unwrap() >= 8, "{}", done.body);
    for path in [
        format!("/v1/disputes/{open}"),
        format!("/v1/disputes/{in_grid}"),
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
    let page = async |reader: &Caller<'_>| {
        let mut page = reader.get("/v1/changes?cursor=begin&types=dispute&wait=5").await;
        for _ in 0..50 {
            if told(&page, &open).len() == 2 {
                break;
            }
            page = reader.get("/v1/changes?cursor=begin&types=dispute&wait=1").await;
        }
        told(&page, &open)
    };
    assert_eq!(page(&old).await, ["upsert v1", "removed v2"]);
    assert_eq!(page(&new).await, ["upsert v1", "upsert v2"], "the successor reads what came before");
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
    admin.makes("/v1/division-changes", merge).await;
    let merge = with(change("revoke", &[OTHER_COMMUNITY]), json!({"successor": {"code": "370202002001"}}));
    admin.makes("/v1/division-changes", merge).await;
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
    street.enrolls(GRID, "estate_id", &goes).await;
    let open = street.files(&dispute_in(COMMUNITY)).await.id();
    let parts = json!({"parts": [{"code": "370202001007", "name": "七社区", "estate_ids": [goes]}]});
    let split = with(change("split", &[COMMUNITY]), parts);
    admin.makes("/v1/division-changes", split).await;
    assert_eq!(place_of(&street, &format!("/v1/estates/{goes}")).await, "370202001007");
    assert_eq!(place_of(&street, &format!("/v1/estates/{stays}")).await, COMMUNITY);
    assert_eq!(place_of(&street, &format!("/v1/disputes/{open}")).await, COMMUNITY);

    let wrong = json!({"parts": [{"code": "370202001008", "name": "八社区", "estate_ids": [goes]}]});
    let refused = admin.post("/v1/division-changes", &with(change("split", &[COMMUNITY]), wrong)).await;
    assert_eq!(refused.errors(), ["#/parts/0/estate_ids/0 unknown_record"]);
    admin.get("/v1/jurisdictions/370202001008").await.is(404, "not_found");

    let parts = json!({"parts": [{"code": "370202001008", "name": "八社区"}, {"code": "370202001009", "name": "九社区"}],
        "successor": {"code": "370202001009"}});
    let done = admin.makes("/v1/division-changes", with(change("split", &[COMMUNITY]), parts)).await;
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
    assert!(matches!(merged.status, 201 | 503), "{}", merged.body);
    if merged.status == 503 {
        admin.makes("/v1/division-changes", merge).await;
    }
    let filed = filed.iter().filter(|answer| answer.status == 201).count();
    let moved = app.count(&format!("disputes WHERE jurisdiction = '{OTHER_COMMUNITY}'")).await;
    assert_eq!(moved, i64::try_from(filed).unwrap(), "whatever was filed has moved");
}
