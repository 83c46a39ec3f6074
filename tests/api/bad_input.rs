//! Whatever is sent: a clear problem, never a 500, nothing stored.

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::data::*;

#[actix_web::test]
async fn what_is_no_json_is_refused() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let bodies: [&[u8]; 9] = [
        b"{\"title\":\"a\",\"title\":\"b\"}",
        b"{\"parties\":[{\"name\":\"a\",\"name\":\"a\"}]}",
        b"{",
        b"{\"a\":1}x",
        b"\xff\xfe",
        b"{\"title\":\"\\ud800\"}",
        b"{\"a\":NaN}",
        b"\x00",
        deep.as_bytes(),
    ];
    for body in bodies {
        let answer = officer.request(Method::POST, "/v1/disputes").body("application/json", body.to_vec()).send().await;
        answer.is(400, "malformed_json");
    }
    for body in ["[]", "null", "\"text\"", "1"] {
        let answer = officer.request(Method::POST, "/v1/disputes").body("application/json", body.into()).send().await;
        answer.is(422, "validation_failed");
    }
    let post = |content_type: &str, body: Vec<u8>| officer.request(Method::POST, "/v1/disputes").body(content_type, body).send();
    post("text/plain", dispute_in(COMMUNITY).to_string().into_bytes()).await.is(415, "unsupported_media_type");
    post("application/xml", b"<a/>".to_vec()).await.is(415, "unsupported_media_type");
    post("application/json", vec![b' '; (1 << 20) + 1]).await.is(413, "too_large");
    let empty = officer.request(Method::POST, "/v1/disputes").send().await;
    assert_eq!(empty.errors(), ["#/category required", "#/jurisdiction required", "#/parties required", "#/title required"]);
    assert_eq!(app.count("disputes").await, 0);
}

#[actix_web::test]
async fn every_wrong_member_is_named_at_once() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    let answer = officer
        .post(
            "/v1/disputes",
            &json!({
                "id": "no uuid", "jurisdiction": "37020200100", "title": " ", "category": "war", "estate_name": "", "severity": 1,
                "description": "x".repeat(5001), "reported_at": "2026-03-02T08:00:00",
                "parties": [{"role": "applicant", "kind": "person", "name": "甲\u{0}", "phone": "138-x"}, {"role": "judge", "a/b~": 1}],
            }),
        )
        .await;
    answer.is(422, "validation_failed");
    insta::assert_snapshot!(answer.errors().join("\n"), @r"
    #/description max_length
    #/estate_name blank
    #/estate_name min_length
    #/id format
    #/jurisdiction pattern
    #/parties/0/name control_character
    #/parties/0/phone pattern
    #/parties/1/a~1b~0 unknown
    #/parties/1/kind required
    #/parties/1/name required
    #/parties/1/role enum
    #/reported_at format
    #/severity unknown
    #/title blank
    #/title min_length
    ");
    let mut body = dispute_in(COMMUNITY);
    body["reported_at"] = "2026-03-02T01:05:01Z".into();
    body["parties"] = json!([{"role": "respondent", "kind": "organization", "name": "物业"}]);
    assert_eq!(officer.post("/v1/disputes", &body).await.errors(), ["#/parties applicant_required", "#/reported_at in_future"]);
    assert_eq!(app.count("disputes").await, 0);
    body = dispute_in(COMMUNITY);
    body["reported_at"] = "2026-03-02T09:05:00+08:00".into();
    assert_eq!(officer.files(&body).await.body["reported_at"], "2026-03-02T01:05:00Z");
}

#[actix_web::test]
async fn a_heap_of_mistakes_gets_a_short_answer() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    let post = |body: String| officer.request(Method::POST, "/v1/disputes").body("application/json", body.into_bytes()).send();
    let heap = post(format!("{{\"parties\":[{}1]}}", "1,".repeat(500_000))).await;
    heap.is(422, "validation_failed");
    assert_eq!(heap.errors(), ["# too_many_values"]);
    let many = post(format!("{{\"parties\":[{}1]}}", "1,".repeat(5_000))).await;
    assert!((100..=101).contains(&many.errors().len()) && many.bytes.len() < 50_000);
    let query = officer.get(&format!("/v1/disputes?{}a=1", "a=1&".repeat(5_000))).await;
    query.is(400, "invalid_parameter");
    assert!(query.bytes.len() < 2_000);
}

#[actix_web::test]
async fn times_texts_and_ids_have_bounds() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    for (member, value, rule) in [
        ("reported_at", "0000-01-01T00:00:00+10:00", "too_early"),
        ("reported_at", "1948-12-31T23:59:59Z", "too_early"),
        ("id", "00000000-0000-0000-0000-000000000000", "uuid_version_7"),
        ("id", "6f1c9f0e-8a52-4f0e-9d57-0d6b8c2f4a11", "uuid_version_7"),
        ("title", "a\u{1}", "control_character"),
        ("title", "a\u{202e}b", "control_character"),
        ("description", "\u{2003}\u{0}", "control_character"),
    ] {
        let mut body = dispute_in(COMMUNITY);
        body[member] = value.into();
        assert_eq!(officer.post("/v1/disputes", &body).await.errors(), [format!("#/{member} {rule}")]);
    }
    let mut body = dispute_in(COMMUNITY);
    body["parties"][0]["phone"] = "1        1".into();
    assert_eq!(officer.post("/v1/disputes", &body).await.errors(), ["#/parties/0/phone pattern"]);
    body = dispute_in(COMMUNITY);
    body["description"] = "第一行\n\t第二行".into();
    let id = officer.files(&body).await.id();
    for path in [format!("urn:uuid:{id}"), format!("%7B{id}%7D")] {
        officer.get(&format!("/v1/disputes/{path}")).await.is(404, "not_found");
    }
}

#[actix_web::test]
async fn problems_speak_both_languages() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    let said = async |languages: &str| {
        let answer = officer
            .request(Method::POST, "/v1/disputes")
            .header("accept-language", languages)
            .json(&json!({"title": ""}))
            .send()
            .await;
        let detail =
            answer.body["errors"].as_array().unwrap().iter().find(|e| e["code"] == "min_length").unwrap()["detail"].clone();
        (answer.header("content-language").unwrap().to_owned(), detail.as_str().unwrap().to_owned())
    };
    let chinese = ("zh-CN".to_owned(), "至少 1 个字符。".to_owned());
    let english = ("en".to_owned(), "At least 1 characters.".to_owned());
    assert_eq!(said("fr").await, chinese);
    assert_eq!(said("en-US,zh;q=0.5").await, english);
    assert_eq!(said("en;q=0.3, zh-TW;q=0.8").await, chinese);
    assert_eq!(said("*, en;q=0.1").await, chinese);
    assert_eq!(said("zh;q=0, *").await, english);
}

#[actix_web::test]
async fn wrong_queries_are_refused() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    for (query, errors) in [
        ("statuss=accepted", vec!["statuss unknown"]),
        ("status=", vec!["status enum"]),
        ("status=accepted,foo&limit=0&sort=name", vec!["limit minimum", "sort enum", "status enum"]),
        ("limit=201", vec!["limit maximum"]),
        ("limit=ten", vec!["limit type"]),
        ("limit=99999999999999999999", vec!["limit type"]),
        ("limit=1&limit=2", vec!["limit repeated"]),
        ("in=3", vec!["in min_length", "in pattern"]),
        ("reported_at.gte=2026-01-01", vec!["reported_at.gte format"]),
        ("reported_at.gte=2026-01-01T00:00:00", vec!["reported_at.gte format"]),
        ("estate_name=%00", vec!["estate_name control_character"]),
        ("number=", vec!["number min_length"]),
        ("%5B%5D=1", vec!["[] unknown"]),
    ] {
        let answer = officer.get(&format!("/v1/disputes?{query}")).await;
        answer.is(400, "invalid_parameter");
        assert_eq!(answer.errors(), errors, "{query}");
    }
    let id = officer.files(&dispute_in(COMMUNITY)).await.id();
    officer.does(&id, "accept", json!({})).await;
    let of_this =
        officer.get(&format!("/v1/disputes/{id}/events?limit=1")).await.body["next_cursor"].as_str().unwrap().to_owned();
    let other = officer.files(&dispute_in(COMMUNITY)).await.id();
    officer.get(&format!("/v1/disputes/{other}/events?limit=1&cursor={of_this}")).await.is(400, "cursor_mismatch");
    let answer = officer.get(&format!("/v1/disputes/{id}?expand=parties")).await;
    answer.is(400, "invalid_parameter");
    assert_eq!(answer.errors(), ["expand unknown"]);
    for cursor in ["x", "begin", "AAAA", "%00", "../../etc", &"B".repeat(1999)] {
        officer
            .get(&format!("/v1/disputes?cursor={cursor}"))
            .await
            .is(400, if cursor == "%00" { "invalid_parameter" } else { "cursor_invalid" });
    }
    officer.get(&format!("/v1/disputes?cursor={}", "B".repeat(2001))).await.is(400, "invalid_parameter");
    officer.get("/v1/disputes/%00").await.is(404, "not_found");
    officer.get("/v1/disputes/not-an-id").await.is(404, "not_found");
}

#[actix_web::test]
async fn the_frameworks_own_errors_are_problems_too() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    officer.get("/v1/nothing").await.is(404, "not_found");
    app.anonymous().get("/docs/nothing.js").await.is(404, "not_found");
    assert_eq!(app.anonymous().get("/healthz?").await.status, 200);
    app.anonymous().get("/nothing").await.is(404, "not_found");
    let put = officer.request(Method::PUT, "/v1/disputes").json(&json!({})).send().await;
    put.is(405, "method_not_allowed");
    assert_eq!(put.header("allow"), Some("GET, POST, HEAD"));
    let xml = officer.request(Method::GET, "/v1/disputes").header("accept", "application/xml, text/html").send().await;
    xml.is(406, "not_acceptable");
    for accept in ["application/json", "text/html, */*;q=0.1", "application/*"] {
        assert_eq!(officer.request(Method::GET, "/v1/disputes").header("accept", accept).send().await.status, 200);
    }
}

/// Any JSON, biased towards the members that the API knows.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        "[0-9]{0,16}".prop_map(Value::from),
        "2026-[0-9]{2}-[0-9]{2}T[0-9]{2}:00:00(Z|[+]08:00)?".prop_map(Value::from),
        Just(Value::from("370202001001")),
        Just(Value::from("applicant")),
        Just(Value::from("person")),
        Just(Value::from("noise")),
    ];
    let name = prop_oneof![
        4 => prop::sample::select(vec!["id", "jurisdiction", "title", "category", "parties", "role", "kind", "name", "phone", "reported_at", "estate_name", "reason", "note"]).prop_map(String::from),
        1 => any::<String>(),
    ];
    leaf.prop_recursive(3, 40, 8, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::hash_map(name.clone(), inner, 0..9).prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

#[actix_web::test]
async fn no_json_makes_the_service_fail() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    let id = officer.files(&dispute_in(COMMUNITY)).await.id();
    let mut runner = TestRunner::deterministic();
    for _ in 0..300 {
        let body = any_json().new_tree(&mut runner).unwrap().current();
        for answer in [
            officer.post("/v1/disputes", &body).await,
            officer.request(Method::PATCH, &format!("/v1/disputes/{id}")).header("if-match", "*").json(&body).send().await,
            officer.post(&format!("/v1/disputes/{id}/assign"), &body).await,
        ] {
            assert!(answer.status < 500, "{body}: {}", answer.body);
        }
    }
}

#[actix_web::test]
async fn no_query_makes_the_service_fail() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    let names = ["in", "status", "limit", "cursor", "sort", "reported_at.gte", "updated_at.lt", "number", "q", "types", "wait"];
    let strategy = prop::collection::vec((prop::sample::select(names.to_vec()), "[!-~]{0,20}|[0-9]{1,15}|begin|now"), 0..4);
    let mut runner = TestRunner::deterministic();
    for _ in 0..300 {
        let pairs = strategy.new_tree(&mut runner).unwrap().current();
        let query: Vec<_> =
            pairs.iter().map(|(n, v)| format!("{n}={}", v.replace('#', "%23"))).filter(|p| !p.starts_with("wait=")).collect();
        for path in ["/v1/disputes", "/v1/jurisdictions", "/v1/changes"] {
            let answer = officer.get(&format!("{path}?{}", query.join("&"))).await;
            assert!(answer.status < 500, "{path} {query:?}: {}", answer.body);
        }
    }
}
