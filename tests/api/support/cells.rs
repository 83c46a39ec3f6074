//! The cells of the access matrix: what a role sees of its own, a child, a parent and a sibling jurisdiction.

use std::collections::HashMap;

use reqwest::Method;
use serde_json::Value;
use sihe::access::actor::Role;
use sihe::access::code::Level;

use super::data::*;
use super::samples::{Sample, sample};
use super::{Answer, TestApp};

/// Where a role stands in the matrix, and what is below, above and beside it.
pub struct Places {
    pub own: &'static str,
    pub child: Option<&'static str>,
    pub parent: Option<&'static str>,
    pub sibling: &'static str,
}

/// The places of a role in the small city.
pub fn places(role: Role) -> Places {
    match role.level() {
        Some(Level::City) => Places { own: CITY, child: Some(DISTRICT), parent: None, sibling: OTHER_CITY },
        Some(Level::Street) => Places { own: STREET, child: Some(COMMUNITY), parent: Some(DISTRICT), sibling: OTHER_STREET },
        Some(Level::Community) => Places { own: COMMUNITY, child: Some(GRID), parent: Some(STREET), sibling: OTHER_COMMUNITY },
        Some(Level::Grid) => Places { own: GRID, child: None, parent: Some(COMMUNITY), sibling: OTHER_GRID },
        Some(Level::Province | Level::District) | None => {
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

/// Carries an operation out for cells of the matrix. A record is used until somebody has changed it.
pub struct Cells<'a> {
    app: &'a TestApp,
    operation: &'a str,
    prepared: HashMap<&'static str, Sample>,
}

impl<'a> Cells<'a> {
    pub fn of(app: &'a TestApp, operation: &'a str) -> Self {
        Self { app, operation, prepared: HashMap::new() }
    }

    /// What a role at its own place sees of a jurisdiction.
    pub async fn see(&mut self, role: Role, code: &'static str) -> String {
        self.see_from(role, places(role).own, code, None).await
    }

    /// What a role sees of a jurisdiction from a place; with a version, when it asks for that one.
    pub async fn see_from(&mut self, role: Role, place: &str, code: &'static str, version: Option<&str>) -> String {
        let ready = match self.prepared.remove(code) {
            Some(ready) => ready,
            None => sample(self.app, self.operation, code).await,
        };
        let caller = self.app.caller(role, place);
        let answer = match version {
            Some(_) => ready.send_for(&caller, version).await,
            None => ready.send(&caller).await,
        };
        if answer.status >= 400 || ready.method == Method::GET {
            self.prepared.insert(code, ready);
        }
        seen(&answer)
    }
}

/// An operation that needs a permission.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Permitted {
    pub id: String,
    pub permission: String,
    pub reads: bool,
    /// Whether it takes the version of the record that it changes.
    pub takes_version: bool,
}

/// Every operation that needs a permission, by id.
pub fn operations() -> Vec<Permitted> {
    let document: Value = serde_json::from_str(sihe::app::contract()).unwrap();
    let all = document["paths"].as_object().unwrap().values().flat_map(|path| path.as_object().unwrap());
    let permitted = |(method, operation): (&String, &Value)| {
        let text = |name: &str| operation[name].as_str().map(str::to_owned);
        let takes_version = operation["parameters"].as_array().into_iter().flatten().any(|p| p["name"] == "If-Match");
        Some(Permitted { id: text("operationId")?, permission: text("x-permission")?, reads: method == "get", takes_version })
    };
    let mut operations: Vec<_> = all.filter_map(permitted).collect();
    operations.sort();
    operations
}
