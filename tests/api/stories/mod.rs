//! A day of each role with its own token: ids are found through the API, and every step is offered before it is taken. What
//! others do meanwhile only sets the stage.

mod admin;
mod auditor;
mod city_system;
mod community_officer;
mod district_officer;
mod grid_worker;
mod mediator;
mod organization_member;
mod resident;
mod respondent;
mod street_officer;
mod trainer;

use serde_json::{Value, json};

use crate::support::{Answer, Caller};

/// What waits for somebody of a kind: the ids of the records, found in their work.
async fn waiting(caller: &Caller<'_>, kind: &str) -> Vec<String> {
    let work = caller.get("/v1/work").await.body["items"].clone();
    let of_kind = work.as_array().unwrap().iter().filter(|item| item["kind"] == kind);
    of_kind.map(|item| item["id"].as_str().unwrap().to_owned()).collect()
}

/// The one record that waits of a kind, below a path.
async fn waits(caller: &Caller<'_>, kind: &str, path: &str) -> String {
    let found = waiting(caller, kind).await;
    assert_eq!(found.len(), 1, "{kind}: {}", caller.get("/v1/work").await.body);
    format!("{path}/{}", found[0])
}

/// The only record of a list.
async fn only(caller: &Caller<'_>, list: &str) -> String {
    let found = caller.get(list).await.ids();
    assert_eq!(found.len(), 1, "{list}");
    found[0].clone()
}

/// What a record offers somebody.
async fn offered(caller: &Caller<'_>, record: &str) -> Vec<String> {
    let seen = caller.get(record).await;
    assert_eq!(seen.status, 200, "{record}: {}", seen.body);
    seen.body["next_actions"].as_array().unwrap().iter().map(|action| action.as_str().unwrap().to_owned()).collect()
}

/// Takes a step that the record offers, and must succeed.
async fn takes(caller: &Caller<'_>, record: &str, action: &str, body: Value) -> Answer {
    let offers = offered(caller, record).await;
    assert!(offers.contains(&action.replace('-', "_")), "{record} offers {offers:?} and not {action}");
    caller.acts(&format!("{record}/{action}"), body).await
}

/// Changes a record that offers it, in the version that was read.
async fn changes(caller: &Caller<'_>, record: &str, body: Value) -> Answer {
    assert!(offered(caller, record).await.contains(&"update".to_owned()), "{record} cannot be changed");
    let version = caller.get(record).await.version();
    let answer = caller.patch(record, version, &body).await;
    assert_eq!(answer.status, 200, "{record}: {}", answer.body);
    answer
}

/// What a party says for itself today.
fn consent(position: &Value) -> Value {
    json!({"position": position, "consents": true, "channel": "online", "said_on": "2026-03-02"})
}
