//! The contract is up to date, every operation and status in it is real, and it obeys the house's rules.

use std::collections::BTreeSet;
use std::num::NonZeroU32;
use std::time::Duration;

use actix_web::dev::ServerHandle;
use reqwest::Method;
use serde_json::{Value, json};
use sihe::access::token::Claims;
use sihe::changes::kinds::RecordType;
use sihe::http::limits::rates::{Rate, RateTable};
use uuid::Uuid;

use crate::support::data::*;
use crate::support::samples::{Body, Sample, get, master, sample};
use crate::support::{Answer, Caller, TestApp, raw};

#[test]
fn the_committed_contract_is_up_to_date() {
    let committed = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/openapi/sihe.json")).unwrap_or_default();
    assert!(committed == sihe::app::contract(), "run: cargo run -- openapi > openapi/sihe.json");
}

/// What stands outside `/v1`, and every list without anything in it, needs no record.
async fn prepared(app: &TestApp, id: &str, template: &str) -> Sample {
    if template.starts_with("/v1") || template.starts_with("/public") {
        return sample(app, id, COMMUNITY).await;
    }
    let mut code = "not-found".to_owned();
    if template.starts_with("/certificates") {
        let officer = app.officer_of(CITY);
        let learner = officer.learner(COMMUNITY, None).await;
        code = officer.certificate(COMMUNITY, &learner).await.body["code"].as_str().unwrap().to_owned();
    }
    get(template.replace("{code}", &code))
}

/// Servers of the same service that soon lose their patience.
struct Strict {
    /// Waits for a body for a moment only.
    impatient: String,
    /// Takes one request of each class from a caller.
    frugal: String,
    servers: Vec<ServerHandle>,
}

impl Strict {
    fn beside(app: &TestApp) -> Self {
        let (impatient, first) = app.beside(|settings| settings.request_timeout = Duration::from_millis(20));
        let one = Rate { per_minute: NonZeroU32::MIN, burst: NonZeroU32::MIN };
        let (frugal, second) = app.beside(|settings| {
            settings.rates = RateTable::of_all(one);
            settings.trusted_proxies = 1;
        });
        Self { impatient, frugal, servers: vec![first, second] }
    }
}

impl Drop for Strict {
    fn drop(&mut self) {
        self.servers.drain(..).for_each(|server| drop(server.stop(false)));
    }
}

/// Asks twice, the first time in vain, where only one request is allowed.
async fn asked_too_often(app: &TestApp, claims: Claims, frugal: &str, sample: &Sample) -> Answer {
    let caller = app.with_claims(&Claims { sub: Uuid::new_v4().to_string(), ..claims });
    // From an address that nobody else has, for what needs no token.
    let [a, b, c, ..] = *Uuid::new_v4().as_bytes();
    let ask =
        || caller.request(sample.method.clone(), &sample.path).to(frugal).header("x-forwarded-for", &format!("10.{a}.{b}.{c}"));
    if sample.method == Method::GET {
        let first = ask().send().await;
        assert!(first.status != 429, "{} {}: {}", sample.path, first.status, first.body);
    } else {
        ask().header("content-encoding", "gzip").json(&json!({})).send().await.is(415, "compressed_body");
    }
    ask().send().await
}

/// Sends the sample so that it is answered with the status.
async fn provoke(app: &TestApp, strict: &Strict, id: &str, sample: &Sample, status: u16) -> Answer {
    let claims = app.claims(&[(master(id), CITY)]);
    let officer = app.with_claims(&claims);
    let with_path = |path: String| Sample { path, ..sample.clone() };
    let with_body = |body: Body| Sample { body: Some(body), ..sample.clone() };
    let path = sample.path.as_str();
    let raw = |content_type: &str, bytes: Vec<u8>| {
        officer.request(sample.method.clone(), path).header("if-match", "*").body(content_type, bytes).send()
    };
    match status {
        200..=202 => sample.send(&officer).await,
        304 => officer.request(Method::GET, path).header("if-none-match", "*").send().await,
        400 => with_path(format!("{path}{}unknown=1", if path.contains('?') { '&' } else { '?' })).send(&officer).await,
        401 => sample.send(&app.anonymous()).await,
        403 => {
            let claims = Claims { scope: String::new(), ..claims };
            sample.send(&app.with_claims(&claims)).await
        }
        404 if id == "linkParty" => {
            let key = Uuid::new_v4().to_string();
            let linked = send_once(&officer, sample, &key).await;
            let undone = json!({"position": 1, "reason": "关联有误"});
            app.officer_of(CITY).does(&linked.id(), "unlink-party", undone).await;
            send_once(&officer, sample, &key).await
        }
        404 if sample.method == Method::POST && !has_id(path) => {
            // The caller may no longer read what was made with the key.
            let elsewhere = Claims { grants: app.claims(&[(master(id), OTHER_CITY)]).grants, ..claims.clone() };
            let key = Uuid::new_v4().to_string();
            assert!(send_once(&officer, sample, &key).await.status < 300);
            send_once(&app.with_claims(&elsewhere), sample, &key).await
        }
        404 => {
            let steps: Vec<_> = path.split(STEPS).collect();
            let known = steps.iter().find(|step| has_id(&format!("/{step}"))).unwrap();
            let unknown = if known.starts_with("3702") { "379909".into() } else { Uuid::new_v4().to_string() };
            let path = if path.starts_with("/problems") { "/problems/unknown".into() } else { path.replace(*known, &unknown) };
            with_path(path).send(&officer).await
        }
        406 => officer.request(sample.method.clone(), path).header("accept", "text/html").send().await,
        408 => {
            let headers = "content-type: application/json\r\ncontent-length: 2";
            let answer = raw::answer(raw::silent(&officer, &strict.impatient, &sample.method, path, headers).await);
            app.checker().check(sample.method.as_str(), path, &answer);
            answer
        }
        409 => {
            let key = Uuid::new_v4().to_string();
            let caller = match path.strip_prefix("/public/owner-votes/") {
                // Whoever has a letter is its head.
                Some(rest) => format!("letter|{} 3", &rest[..36]),
                None => format!("{}|{}", app.settings.issuer, claims.sub),
            };
            let running = app.connect().await;
            let lock =
                "SELECT pg_advisory_lock(('x' || encode(substr(sha256(convert_to($1, 'UTF8')), 1, 8), 'hex'))::bit(64)::bigint)";
            running.execute(lock, &[&format!("{}:{caller}{key}", caller.len())]).await.unwrap();
            send_once(&officer, sample, &key).await
        }
        410 => {
            let other = app.officer_of(STREET).get(path).await.body["next_cursor"].as_str().unwrap().to_owned();
            officer.get(&format!("/v1/changes?cursor={other}")).await
        }
        412 => {
            let request = officer.request(sample.method.clone(), path).header("if-match", "\"99\"");
            let Some(Body::Json(body)) = &sample.body else { panic!("{id} changes nothing") };
            request.json(body).send().await
        }
        413 => match &sample.body {
            Some(Body::Csv(_)) => raw("text/csv", vec![b' '; (16 << 20) + 1]).await,
            _ => raw("application/json", vec![b' '; (1 << 20) + 1]).await,
        },
        415 => raw("text/plain", b"x".to_vec()).await,
        422 => match &sample.body {
            Some(Body::Csv(_)) => with_body(Body::Csv("unknown\n1\n".into())).send(&officer).await,
            _ => with_body(Body::Json(json!({"unknown": 1}))).send(&officer).await,
        },
        428 => {
            let Some(Body::Json(body)) = &sample.body else { panic!("{id} changes nothing") };
            officer.request(sample.method.clone(), path).json(body).send().await
        }
        429 => asked_too_often(app, claims, &strict.frugal, sample).await,
        other => panic!("{id}: no test provokes {other}"),
    }
}

const STEPS: [char; 4] = ['/', '?', '=', '&'];

/// True when a step of the path is an id or a code.
fn has_id(path: &str) -> bool {
    path.split(STEPS).any(|step| matches!(step.len(), 32 | 36) || step.starts_with("3702") || step == "not-found")
}

async fn send_once(caller: &Caller<'_>, sample: &Sample, key: &str) -> Answer {
    let request = caller.request(sample.method.clone(), &sample.path).header("idempotency-key", key);
    let request = if sample.method == Method::POST { request } else { request.header("if-match", "*") };
    let answer = match sample.body.clone().unwrap() {
        Body::Json(body) => request.json(&body).send().await,
        Body::Csv(text) => request.body("text/csv", text.into_bytes()).send().await,
    };
    sample.was_sent(caller, &answer);
    answer
}

#[actix_web::test]
async fn every_documented_status_of_every_operation_is_real() {
    let app = TestApp::start().await;
    let strict = Strict::beside(&app);
    for (template, item) in app.checker().document["paths"].as_object().unwrap() {
        for operation in item.as_object().unwrap().values() {
            let id = operation["operationId"].as_str().unwrap();
            let mut unused = None;
            for status in operation["responses"].as_object().unwrap().keys().filter_map(|status| status.parse().ok()) {
                // A request that was refused has changed nothing: its record serves for the next one.
                let sample = match unused.take() {
                    Some(sample) => sample,
                    None => prepared(&app, id, template).await,
                };
                let answer = provoke(&app, &strict, id, &sample, status).await;
                assert_eq!(answer.status, status, "{id}: {} {}: {}", sample.method, sample.path, answer.body);
                if status >= 400 && status != 404 {
                    unused = Some(sample);
                }
            }
        }
    }
    assert_eq!(told(&app).await, RecordType::ALL.iter().map(|kind| kind.as_str().to_owned()).collect());
}

/// The kinds of records that the feed tells of; each record is as the contract says, which the test's callers check.
async fn told(app: &TestApp) -> BTreeSet<String> {
    let (reader, mut cursor, mut kinds) = (app.officer_of(CITY), "begin".to_owned(), BTreeSet::new());
    loop {
        let page = reader.get(&format!("/v1/changes?limit=1000&cursor={cursor}")).await;
        let changes = page.body["changes"].as_array().unwrap();
        kinds.extend(changes.iter().map(|change| change["type"].as_str().unwrap().to_owned()));
        if page.body["caught_up"] == json!(true) {
            return kinds;
        }
        cursor = page.body["next_cursor"].as_str().unwrap().to_owned();
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
    let document: Value = serde_json::from_str(sihe::app::contract()).unwrap();
    let mut faults = Vec::new();
    let mut ids = BTreeSet::new();
    let text = |value: &Value| value.as_str().unwrap_or_default().trim().len() > 3;
    let groups = document["x-tagGroups"].as_array().unwrap().iter().flat_map(|group| group["tags"].as_array().unwrap());
    let grouped: Vec<_> = groups.collect();
    let tags: Vec<_> = document["tags"].as_array().unwrap().iter().map(|tag| &tag["name"]).collect();
    assert_eq!(grouped, tags, "every noun belongs to one area");
    assert_eq!(tags.iter().map(|tag| tag.as_str()).collect::<BTreeSet<_>>().len(), tags.len(), "no noun is there twice");
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
                || operation["tags"].as_array().is_none_or(|t| t.len() != 1 || !tags.contains(&&t[0]))
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
                    if content["schema"]["$ref"].is_null() && !content_type.contains("text") && !content_type.starts_with("image")
                    {
                        faults.push(format!("{place}: {status} has an inline schema"));
                    }
                }
            }
            if operation["requestBody"]["content"]["application/json"].is_object() {
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
        if is("string")
            && ["maxLength", "format", "enum"].iter().all(|bound| value[bound].is_null())
            && !place.contains("text")
            && !place.contains("image")
        {
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
