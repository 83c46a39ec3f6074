//! The golden matrix: every operation x every role x {own, child, parent, sibling} jurisdiction.
//! An operation of the contract that has no sample here fails the test.

use std::collections::HashMap;
use std::fmt::Write;

use reqwest::Method;
use serde_json::{Value, json};
use sihe::access::actor::Role;
use sihe::access::code::{JurisdictionCode, Level};

use crate::support::data::*;
use crate::support::samples::{Sample, sample};
use crate::support::{Answer, TestApp};

/// Where a role stands in the matrix, and what is below, above and beside it.
struct Places {
    own: &'static str,
    child: Option<&'static str>,
    parent: Option<&'static str>,
    sibling: &'static str,
}

fn places(role: Role) -> Places {
    match role.level() {
        Some(Level::City) => Places { own: CITY, child: Some(DISTRICT), parent: None, sibling: OTHER_CITY },
        Some(Level::Street) => Places { own: STREET, child: Some(COMMUNITY), parent: Some(DISTRICT), sibling: OTHER_STREET },
        Some(Level::Community) => Places { own: COMMUNITY, child: Some(GRID), parent: Some(STREET), sibling: OTHER_COMMUNITY },
        Some(Level::Grid) => Places { own: GRID, child: None, parent: Some(COMMUNITY), sibling: OTHER_GRID },
        Some(Level::District) | None => {
            Places { own: DISTRICT, child: Some(STREET), parent: Some(CITY), sibling: OTHER_DISTRICT }
        }
    }
}

/// What the caller learned: the status, and for lists whether anything was in it.
fn seen(answer: &Answer) -> String {
    match &answer.body["items"] {
        Value::Array(items) if items.is_empty() => "empty".into(),
        _ => answer.status.to_string(),
    }
}

/// A row for each operation: role, then what is seen of the own, child, parent and sibling jurisdiction.
async fn rows(operations: Vec<(String, String)>) -> Vec<String> {
    let app = TestApp::start().await;
    let mut rows = Vec::new();
    for (id, permission) in operations {
        let mut row = format!("{id} ({permission})\n");
        // A record is used until somebody has changed it.
        let mut prepared: HashMap<&str, Sample> = HashMap::new();
        for role in Role::ALL {
            let places = places(*role);
            let caller = app.caller(*role, places.own);
            let mut cells = Vec::new();
            for place in [Some(places.own), places.child, places.parent, Some(places.sibling)] {
                let Some(code) = place else {
                    cells.push("-".into());
                    continue;
                };
                let ready = match prepared.remove(code) {
                    Some(ready) => ready,
                    None => sample(&app, &id, code).await,
                };
                let answer = ready.send(&caller).await;
                cells.push(seen(&answer));
                if answer.status >= 400 || ready.method == Method::GET {
                    prepared.insert(code, ready);
                }
            }
            let cells = cells.iter().map(|cell| format!("{cell:<6}")).collect::<String>();
            writeln!(row, "  {:<20}{}", role.as_str(), cells.trim_end()).unwrap();
        }
        rows.push(row);
    }
    rows
}

#[actix_web::test]
async fn every_role_reaches_exactly_what_the_policy_says() {
    let document: Value = serde_json::from_str(include_str!("../../openapi/sihe.json")).unwrap();
    let all = document["paths"].as_object().unwrap().values().flat_map(|path| path.as_object().unwrap().values());
    let named = |operation: &Value| {
        let text = |name: &str| operation[name].as_str().map(str::to_owned);
        text("operationId").zip(text("x-permission"))
    };
    let mut operations: Vec<_> = all.filter_map(named).collect();
    operations.sort();
    // Every second one on a service of its own, so that two go on at once.
    let halves = [0, 1].map(|half| operations.iter().skip(half).step_by(2).cloned().collect::<Vec<_>>());
    let running = halves.map(|half| std::thread::spawn(|| actix_web::rt::System::new().block_on(rows(half))));
    let mut matrix: Vec<_> = running.into_iter().flat_map(|half| half.join().unwrap()).collect();
    matrix.sort();
    insta::with_settings!({snapshot_path => "golden", prepend_module_to_snapshot => false, omit_expression => true,
        description => "operation (permission): role, then own, child, parent and sibling jurisdiction"}, {
        insta::assert_snapshot!("access_matrix", matrix.concat());
    });
}

#[actix_web::test]
async fn without_a_token_nothing_below_v1_is_told() {
    let app = TestApp::start().await;
    for (path, item) in app.checker().document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            if operation["x-permission"].is_null() {
                assert!(!path.starts_with("/v1"), "{path} is open");
                continue;
            }
            let path = path.replace("{id}", "019c0000-0000-7000-8000-000000000000").replace("{code}", CITY);
            let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
            let answer = app.anonymous().request(method, &path).body("text/plain", b"no body".to_vec()).send().await;
            answer.is(401, "unauthenticated");
            assert_eq!(answer.header("www-authenticate"), Some("Bearer realm=\"sihe\""));
        }
    }
    app.anonymous().get("/v1/nothing").await.is(401, "unauthenticated");
}

#[actix_web::test]
async fn rights_come_before_the_body() {
    let app = TestApp::start().await;
    let trainer = app.caller(Role::Trainer, DISTRICT);
    for body in [b"{".to_vec(), vec![b' '; 2 << 20]] {
        trainer.request(Method::POST, "/v1/disputes").body("application/json", body).send().await.is(403, "forbidden");
    }
    trainer.request(Method::POST, "/v1/disputes").body("text/plain", b"x".to_vec()).send().await.is(403, "forbidden");
}

#[actix_web::test]
async fn the_app_may_do_no_more_than_its_scope() {
    let app = TestApp::start().await;
    let mut claims = app.claims(&[(Role::CityOfficer, CITY)]);
    claims.scope = "disputes:read".into();
    let reader = app.with_claims(&claims);
    let id = app.officer_of(CITY).files(&dispute_in(COMMUNITY)).await.id();
    let found = reader.get(&format!("/v1/disputes/{id}")).await;
    assert_eq!((found.status, &found.body["next_actions"]), (200, &json!([])));
    for answer in [reader.post("/v1/disputes", &dispute_in(COMMUNITY)).await, reader.get("/v1/changes?cursor=now").await] {
        answer.is(403, "insufficient_scope");
    }
    assert_eq!(reader.post("/v1/disputes", &json!({})).await.body["required_scope"], "disputes:write");
    claims.scope = String::new();
    app.with_claims(&claims).get("/v1/jurisdictions").await.is(403, "insufficient_scope");
    claims.scope = "disputes:read".into();
    claims.grants.clear();
    app.with_claims(&claims).get("/v1/disputes").await.is(403, "forbidden");
}

#[test]
fn every_level_of_the_small_city_is_in_the_matrix() {
    let mut levels: Vec<_> = Role::ALL.iter().map(|r| places(*r).own.parse::<JurisdictionCode>().unwrap().level()).collect();
    levels.sort();
    levels.dedup();
    assert_eq!(levels, Level::ALL);
}
