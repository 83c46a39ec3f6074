//! The whole access matrix over HTTP: every operation, role and place. `tests/api` asks a few cells of each operation.
//! An operation of the contract that has no sample fails here.

#![allow(dead_code, clippy::disallowed_methods, reason = "it shares what the other tests need")]

#[path = "../api/support/mod.rs"]
mod support;

use std::collections::BTreeMap;
use std::fmt::Write;

use sihe::access::actor::Role;

use crate::support::TestApp;
use crate::support::cells::{Cells, Permitted, operations, places};

/// A version that no record has.
const PAST: &str = "\"0\"";

/// A row for each operation: role, then what is seen of the own, child, parent and sibling jurisdiction.
async fn rows(operations: Vec<Permitted>) -> Vec<String> {
    let app = TestApp::start().await;
    let mut rows = Vec::new();
    for operation in operations {
        let mut row = format!("{} ({})\n", operation.id, operation.permission);
        for (role, line) in Role::ALL.iter().zip(lines(&app, &operation).await) {
            let line: String = line.iter().map(|(_, cell)| format!("{cell:<6}")).collect();
            writeln!(row, "  {:<20}{}", role.as_str(), line.trim_end()).unwrap();
        }
        rows.push(row);
    }
    rows
}

/// The cells of each role, with the jurisdictions asked for. Where an operation takes a version all of them ask with one
/// that is past, which leaves the record as it is; then one after the other carries it out, until that has succeeded.
async fn lines(app: &TestApp, operation: &Permitted) -> Vec<Vec<(Option<&'static str>, String)>> {
    let mut cells = Cells::of(app, &operation.id);
    // What can be done to a dispute depends on the caller's level too, which nobody learns who asks for a past version.
    let past = (operation.takes_version && !operation.permission.starts_with("disputes:")).then_some(PAST);
    let mut lines = Vec::new();
    for role in Role::ALL {
        let places = places(*role);
        let mut line = Vec::new();
        for place in [Some(places.own), places.child, places.parent, Some(places.sibling)] {
            let cell = match place {
                Some(code) => cells.see_from(*role, places.own, code, past).await,
                None => "-".into(),
            };
            line.push((place, cell));
        }
        lines.push(line);
    }
    let mut reached = false;
    for (role, line) in Role::ALL.iter().zip(&mut lines) {
        for (place, cell) in line.iter_mut().filter(|(_, cell)| cell == "412") {
            reached = true;
            *cell = cells.see(*role, place.expect("it was asked for")).await;
            if cell.starts_with('2') {
                return lines;
            }
        }
    }
    assert!(!reached, "nobody succeeds with {}", operation.id);
    lines
}

#[actix_web::test]
async fn every_role_reaches_exactly_what_the_permissions_say() {
    // Those of a resource share what they need. Every second resource goes on a service of its own, two at once.
    let mut resources: BTreeMap<String, Vec<Permitted>> = BTreeMap::new();
    let (reads, writes): (Vec<_>, Vec<_>) = operations().into_iter().partition(|operation| operation.reads);
    // What is read of a resource is read first: afterwards some of it belongs to those who ask.
    for operation in reads.into_iter().chain(writes) {
        resources.entry(operation.permission.split(':').next().unwrap().to_owned()).or_default().push(operation);
    }
    let half = |first: usize| resources.values().skip(first).step_by(2).flatten().cloned().collect::<Vec<_>>();
    let running = [half(0), half(1)].map(|half| std::thread::spawn(|| actix_web::rt::System::new().block_on(rows(half))));
    let mut matrix: Vec<_> = running.into_iter().flat_map(|half| half.join().unwrap()).collect();
    matrix.sort();
    insta::with_settings!({snapshot_path => "../api/golden", prepend_module_to_snapshot => false, omit_expression => true,
        description => "operation (permission): role, then own, child, parent and sibling jurisdiction; 412: reaches it, asked for a past version"}, {
        insta::assert_snapshot!("access_matrix", matrix.concat());
    });
}
