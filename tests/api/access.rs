//! Who may do what: the permissions as a table, and some cells of each operation over HTTP. `tests/matrix` asks all of
//! them.

use std::collections::BTreeMap;
use std::fmt::Write;

use reqwest::Method;
use serde_json::json;
use sihe::access::actor::Role;
use sihe::access::code::{JurisdictionCode, Level};
use sihe::access::permissions::{Action, Resource, access_level};

use crate::support::TestApp;
use crate::support::cells::{Cells, Permitted, operations, places};
use crate::support::data::*;

/// The permission of every operation and role, with no service and no database.
#[test]
fn the_permissions_are_what_was_decided() {
    let mut table = BTreeMap::new();
    for Permitted { permission, .. } in operations() {
        let (resource, action) = permission.split_once(':').unwrap();
        let resource = Resource::ALL.iter().find(|known| known.as_str() == resource).unwrap();
        let action = Action::ALL.iter().find(|known| known.as_str() == action).unwrap();
        let mut row = format!("{permission}\n");
        for role in Role::ALL {
            writeln!(row, "  {:<20}{}", role.as_str(), access_level(*role, *action, *resource).as_str()).unwrap();
        }
        table.insert(permission, row);
    }
    insta::with_settings!({snapshot_path => "golden", prepend_module_to_snapshot => false, omit_expression => true,
        description => "permission: role, and how far it reaches"}, {
        insta::assert_snapshot!("permissions", table.into_values().collect::<String>());
    });
}

/// What the matrix says of an operation: role and its cells.
fn rows_of<'a>(matrix: &'a str, operation: &str) -> Vec<(Role, Vec<&'a str>)> {
    let begin = matrix.find(&format!("\n{operation} (")).unwrap_or_else(|| panic!("{operation} is not in the matrix")) + 1;
    let rows = matrix[begin..].lines().skip(1).take_while(|line| line.starts_with("  "));
    let row = |line: &'a str| {
        let mut words = line.split_whitespace();
        (Role::parse(words.next().unwrap()).unwrap(), words.collect())
    };
    rows.map(row).collect()
}

/// One record of every operation, asked for by somebody of another role, by a neighbor, and by whoever may: what they see
/// is what the matrix says.
#[actix_web::test]
async fn of_every_operation_some_cells_are_as_the_matrix_says() {
    let app = TestApp::start().await;
    let matrix = include_str!("golden/access_matrix.snap");
    let mut asked = [0; 3];
    for Permitted { id: operation, .. } in operations() {
        let rows = rows_of(matrix, &operation);
        // Some may only do it to what is their own, which the sample is not.
        let may = |wanted: fn(&str) -> bool| rows.iter().find(move |(_, cells)| wanted(cells[0]));
        let allowed = may(|cell| cell.starts_with('2')).or_else(|| may(|cell| cell != "403"));
        let (role, cells) = allowed.unwrap_or_else(|| panic!("nobody may {operation}"));
        let (own, neighbor) = (places(*role).own, places(*role).sibling);
        let mut seen = Cells::of(&app, &operation);
        if let Some((other, _)) = rows.iter().find(|(_, cells)| cells[0] == "403") {
            assert_eq!(seen.see(*other, own).await, "403", "{operation}: {}", other.as_str());
            asked[0] += 1;
        }
        if cells[3].starts_with('4') || cells[3] == "empty" {
            assert_eq!(seen.see_from(*role, neighbor, own, None).await, cells[3], "{operation}: {} of {neighbor}", role.as_str());
            asked[1] += 1;
        }
        assert_eq!(seen.see(*role, own).await, cells[0], "{operation}: {} of {own}", role.as_str());
        asked[2] += 1;
    }
    assert!(asked.iter().all(|count| *count > 150), "most operations have all three: {asked:?}");
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
            assert!(answer.header("www-authenticate").unwrap().starts_with("Bearer realm=\"sihe\", scope=\""));
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
    // Nobody handles anything in a province.
    assert_eq!(levels, Level::ALL[1..]);
    for places in Role::ALL.iter().map(|role| places(*role)) {
        assert!(places.child.is_none_or(|child| child.starts_with(places.own)), "{}", places.own);
        assert!(places.parent.is_none_or(|parent| places.own.starts_with(parent)), "{}", places.own);
        assert!(!places.sibling.starts_with(places.own) && places.sibling.len() == places.own.len(), "{}", places.own);
    }
}
