//! The contract is up to date, every operation and status in it is real, and it obeys the house's rules.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::{Value, json};
use sihe::access::actor::Role;
use uuid::Uuid;

use crate::support::data::*;
use crate::support::{Answer, Caller, TestApp};

#[test]
fn the_committed_contract_is_up_to_date() {
    let committed = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/openapi/sihe.json")).unwrap_or_default();
    assert!(committed == sihe::app::contract(), "run: cargo run -- openapi > openapi/sihe.json");
}

/// An operation of the document with a path and a body that work.
struct Sample {
    id: String,
    method: Method,
    path: String,
    body: Option<Value>,
    statuses: BTreeSet<u16>,
}

async fn samples(app: &TestApp) -> Vec<Sample> {
    let officer = app.officer_of(COMMUNITY);
    let document = app.checker().document.clone();
    let mut samples = Vec::new();
    for (template, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let id = operation["operationId"].as_str().unwrap().to_owned();
            let action = id.strip_suffix("Dispute").unwrap_or_default();
            let mut path = template.clone();
            if template.starts_with("/v1/disputes/{id}") {
                let dispute = officer.files(&dispute_in(COMMUNITY)).await.id();
                for step in steps_before(action) {
                    officer.does(&dispute, step, body_of(step)).await;
                }
                path = template.replace("{id}", &dispute);
            }
            path = path.replace("/problems/{code}", "/problems/not-found").replace("{code}", COMMUNITY);
            if id == "listChanges" {
                path += "?cursor=begin";
            }
            let body = match id.as_str() {
                "createDispute" => Some(dispute_in(COMMUNITY)),
                "updateDispute" => Some(json!({"title": "新标题"})),
                _ => (method == "post").then(|| body_of(action)),
            };
            let statuses = operation["responses"].as_object().unwrap().keys().filter_map(|s| s.parse().ok()).collect();
            samples.push(Sample {
                id,
                method: Method::from_bytes(method.to_uppercase().as_bytes()).unwrap(),
                path,
                body,
                statuses,
            });
        }
    }
    samples
}

/// Sends the sample so that it is answered with the status.
async fn provoke(app: &TestApp, sample: &Sample, status: u16) -> Answer {
    let officer = app.officer_of(COMMUNITY);
    let send = async |caller: &Caller<'_>, path: &str, headers: &[(&str, &str)], body: Option<&Value>| {
        let mut request = caller.request(sample.method.clone(), path);
        for (name, value) in headers {
            request = request.header(name, value);
        }
        match body {
            Some(body) => request.json(body).send().await,
            None => request.send().await,
        }
    };
    let any = [("if-match", "*")];
    let any = if sample.method == Method::PATCH { &any[..] } else { &[] };
    let (path, body) = (sample.path.as_str(), sample.body.as_ref());
    let raw = |content_type: &str, bytes: Vec<u8>| {
        officer.request(sample.method.clone(), path).header("if-match", "*").body(content_type, bytes).send()
    };
    match status {
        200 | 201 => send(&officer, path, any, body).await,
        304 => send(&officer, path, &[("if-none-match", "*")], None).await,
        400 => send(&officer, &format!("{path}{}unknown=1", if path.contains('?') { '&' } else { '?' }), any, body).await,
        401 => send(&app.anonymous(), path, any, body).await,
        403 => {
            let mut claims = app.claims(&[(Role::CommunityOfficer, COMMUNITY)]);
            claims.scope = String::new();
            send(&app.with_claims(&claims), path, any, body).await
        }
        404 if sample.id == "createDispute" => {
            let key = Uuid::new_v4().to_string();
            let filed = officer.post_once(&key, path, &dispute_in(COMMUNITY)).await;
            let moved = json!({"jurisdiction": OTHER_COMMUNITY});
            app.officer_of(STREET).patch(&format!("{path}/{}", filed.id()), 1, &moved).await;
            officer.post_once(&key, path, &dispute_in(COMMUNITY)).await
        }
        404 => {
            let parts: Vec<_> = path.split('/').collect();
            let id = parts.iter().rev().find(|part| part.contains(['-', '7'])).unwrap();
            let unknown = if id.starts_with("3702") { "379909".into() } else { Uuid::new_v4().to_string() };
            send(&officer, &path.replace(*id, &unknown), any, body).await
        }
        406 => send(&officer, path, &[("accept", "text/html")], None).await,
        409 if sample.id == "createDispute" => {
            let mut body = dispute_in(COMMUNITY);
            body["id"] = Uuid::now_v7().to_string().into();
            officer.files(&body).await;
            send(&officer, path, &[], Some(&body)).await
        }
        409 => {
            let id = path.split('/').nth(3).unwrap();
            let mut end = officer.post(&format!("/v1/disputes/{id}/withdraw"), &body_of("withdraw")).await;
            if end.status == 409 {
                end = officer.post(&format!("/v1/disputes/{id}/close"), &body_of("close")).await;
            }
            assert!(matches!(end.status, 200 | 409));
            // Reopening is the only action on a closed dispute: after it, it cannot be done again.
            if sample.id == "reopenDispute" {
                send(&officer, path, &[], body).await;
            }
            send(&officer, path, any, body).await
        }
        410 => {
            let other = app.officer_of(STREET).get(path).await.body["next_cursor"].as_str().unwrap().to_owned();
            send(&officer, &format!("/v1/changes?cursor={other}"), &[], None).await
        }
        412 => send(&officer, path, &[("if-match", "\"99\"")], body).await,
        413 => raw("application/json", vec![b' '; (1 << 20) + 1]).await,
        415 => raw("text/plain", b"x".to_vec()).await,
        422 => send(&officer, path, any, Some(&json!({"unknown": 1}))).await,
        428 => send(&officer, path, &[], body).await,
        other => panic!("{}: no test provokes {other}", sample.id),
    }
}

#[actix_web::test]
async fn every_documented_status_of_every_operation_is_real() {
    let app = TestApp::start().await;
    let count = samples(&app).await.len();
    for at in 0..count {
        let statuses = samples(&app).await.swap_remove(at).statuses;
        for status in statuses {
            // Each status gets a fresh record, for the one before may have changed it.
            let sample = samples(&app).await.swap_remove(at);
            let answer = provoke(&app, &sample, status).await;
            assert_eq!(answer.status, status, "{} {}: {}", sample.method, sample.path, answer.body);
        }
    }
}

#[actix_web::test]
async fn what_is_not_in_the_contract_is_not_served() {
    let app = TestApp::start().await;
    let officer = app.officer_of(CITY);
    for (path, item) in app.checker().document["paths"].as_object().unwrap() {
        let path = path.replace("{id}", &Uuid::new_v4().to_string()).replace("{code}", CITY);
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
            if item.get(method.to_lowercase()).is_none() {
                let answer = officer.request(Method::from_bytes(method.as_bytes()).unwrap(), &path).send().await;
                answer.is(405, "method_not_allowed");
                let documented: Vec<_> = item.as_object().unwrap().keys().map(|m| m.to_uppercase()).collect();
                let allowed = answer.header("allow").unwrap().split(", ").map(String::from);
                let mut allowed: Vec<_> = allowed.filter(|method| method != "HEAD").collect();
                allowed.sort();
                assert_eq!(allowed, documented, "{path}");
            }
        }
    }
    let served = app.anonymous().get("/openapi.json").await;
    assert_eq!(served.body, app.checker().document);
}

/// Every value in the document with its place.
fn walk<'a>(value: &'a Value, place: &str, visit: &mut dyn FnMut(&str, &'a Value)) {
    visit(place, value);
    match value {
        Value::Object(members) => members.iter().for_each(|(name, inner)| walk(inner, &format!("{place}/{name}"), visit)),
        Value::Array(items) => items.iter().enumerate().for_each(|(at, inner)| walk(inner, &format!("{place}/{at}"), visit)),
        _ => {}
    }
}

#[actix_web::test]
async fn the_contract_obeys_the_house_rules() {
    let document: Value = serde_json::from_str(&sihe::app::contract()).unwrap();
    let mut faults = Vec::new();
    let mut ids = BTreeSet::new();
    let text = |value: &Value| value.as_str().unwrap_or_default().trim().len() > 3;
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let place = format!("{method} {path}");
            let id = operation["operationId"].as_str().unwrap();
            if !ids.insert(id)
                || !id.starts_with(|c: char| c.is_ascii_lowercase())
                || !id.chars().all(|c| c.is_ascii_alphanumeric())
            {
                faults.push(format!("{place}: operationId {id}"));
            }
            if !operation["summary"].as_str().is_some_and(|s| s.ends_with('.'))
                || operation["tags"].as_array().is_none_or(|t| t.len() != 1)
            {
                faults.push(format!("{place}: summary or tag"));
            }
            for parameter in operation["parameters"].as_array().into_iter().flatten().filter(|p| !text(&p["description"])) {
                faults.push(format!("{place}: parameter {} has no description", parameter["name"]));
            }
            for (status, response) in operation["responses"].as_object().unwrap() {
                if !text(&response["description"]) {
                    faults.push(format!("{place}: {status} has no description"));
                }
                for (content_type, content) in response["content"].as_object().into_iter().flatten() {
                    if content["schema"]["$ref"].is_null() && !content_type.contains("text") {
                        faults.push(format!("{place}: {status} has an inline schema"));
                    }
                }
            }
            if operation["requestBody"].is_object() {
                let name = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"]
                    .as_str()
                    .unwrap()
                    .rsplit('/')
                    .next()
                    .unwrap();
                if document["components"]["schemas"][name]["example"].is_null() {
                    faults.push(format!("{place}: its body {name} has no example"));
                }
            }
        }
    }
    let mut references = BTreeSet::new();
    walk(&document, "#", &mut |place, value| {
        if let Some(reference) = value["$ref"].as_str() {
            references.insert(reference.to_owned());
            if document.pointer(&reference[1..]).is_none() {
                faults.push(format!("{place}: {reference} does not exist"));
            }
        }
        let is =
            |name: &str| value["type"] == name || value["type"].as_array().is_some_and(|types| types.iter().any(|t| t == name));
        if is("string") && ["maxLength", "format", "enum"].iter().all(|bound| value[bound].is_null()) && !place.contains("text") {
            faults.push(format!("{place}: an unbounded string"));
        }
        if is("array") && value["maxItems"].is_null() {
            faults.push(format!("{place}: an unbounded array"));
        }
    });
    for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
        let reference = format!("#/components/schemas/{name}");
        if !text(&schema["description"]) {
            faults.push(format!("{name} has no description"));
        }
        if !references.contains(&reference) {
            faults.push(format!("{name} is used nowhere"));
        }
        if !schema["example"].is_null() {
            let compiled = json!({"$ref": reference, "components": document["components"]});
            let options = jsonschema::options().should_validate_formats(true);
            let validator = options.build(&compiled).unwrap();
            faults.extend(validator.iter_errors(&schema["example"]).map(|e| format!("{name}: its example: {e}")));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
