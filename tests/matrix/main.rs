//! The whole access matrix over HTTP: every operation, role and place. `tests/api` asks a few cells of each operation.
//! An operation of the contract that has no sample fails here.

#![allow(dead_code, clippy::disallowed_methods, reason = "it shares what the other tests need")]

#[path = "../api/support/mod.rs"]
mod support;

use std::fmt::Write;

use sihe::access::actor::Role;

use crate::support::TestApp;
use crate::support::cells::{Cells, operations, places};

/// A row for each operation: role, then what is seen of the own, child, parent and sibling jurisdiction.
async fn rows(operations: Vec<(String, String)>) -> Vec<String> {
    let app = TestApp::start().await;
    let mut rows = Vec::new();
    for (id, permission) in operations {
        let mut row = format!("{id} ({permission})\n");
        let mut cells = Cells::of(&app, &id);
        for role in Role::ALL {
            let places = places(*role);
            let mut line = String::new();
            for place in [Some(places.own), places.child, places.parent, Some(places.sibling)] {
                let cell = match place {
                    Some(code) => cells.see(*role, code).await,
                    None => "-".into(),
                };
                write!(line, "{cell:<6}").unwrap();
            }
            writeln!(row, "  {:<20}{}", role.as_str(), line.trim_end()).unwrap();
        }
        rows.push(row);
    }
    rows
}

#[actix_web::test]
async fn every_role_reaches_exactly_what_the_permissions_say() {
    let operations = operations();
    // Every second one on a service of its own, so that two go on at once.
    let halves = [0, 1].map(|half| operations.iter().skip(half).step_by(2).cloned().collect::<Vec<_>>());
    let running = halves.map(|half| std::thread::spawn(|| actix_web::rt::System::new().block_on(rows(half))));
    let mut matrix: Vec<_> = running.into_iter().flat_map(|half| half.join().unwrap()).collect();
    matrix.sort();
    insta::with_settings!({snapshot_path => "../api/golden", prepend_module_to_snapshot => false, omit_expression => true,
        description => "operation (permission): role, then own, child, parent and sibling jurisdiction"}, {
        insta::assert_snapshot!("access_matrix", matrix.concat());
    });
}
