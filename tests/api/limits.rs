//! One caller never stops the others.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use reqwest::Method;
use serde_json::json;
use sihe::access::actor::Role;
use sihe::config::Settings;
use sihe::http::limits::rates::{Rate, RateTable};

use crate::support::data::*;
use crate::support::process::{KeyFile, Process, free_port, sihe};
use crate::support::{Caller, LONGEST_HEAD, TestApp, raw};

/// So many at once, and one more a minute.
fn at_once(burst: u32) -> RateTable {
    RateTable::of_all(Rate { per_minute: 1.try_into().unwrap(), burst: burst.try_into().unwrap() })
}

async fn silent_post(caller: &Caller<'_>, headers: &str) -> TcpStream {
    let headers = format!("content-type: application/json\r\n{headers}");
    raw::silent(caller, &caller.app.url, &Method::POST, "/v1/disputes", &headers).await
}

#[actix_web::test]
async fn a_compressed_or_too_large_body_is_refused_before_it_is_read() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    for (headers, refused) in [
        ("content-encoding: br\r\ncontent-length: 455", 415),
        ("content-encoding: gzip\r\ntransfer-encoding: chunked", 415),
        ("content-encoding: identity\r\ncontent-encoding: zstd\r\ncontent-length: 9", 415),
        ("content-length: 1048577", 413),
        ("expect: 100-continue\r\ncontent-length: 900000000", 413),
    ] {
        assert_eq!(raw::answer(silent_post(&officer, headers).await).status, refused, "{headers}");
    }
    let body = dispute_in(COMMUNITY).to_string().into_bytes();
    let post = |encoding: &str| {
        let request = officer.request(Method::POST, "/v1/disputes").header("content-encoding", encoding);
        request.body("application/json", body.clone()).send()
    };
    post("deflate").await.is(415, "compressed_body");
    assert_eq!(post("identity").await.status, 201);
    let import = officer.request(Method::POST, "/v1/organizations/import").header("content-encoding", "gzip");
    import.body("text/csv", b"name".to_vec()).send().await.is(415, "compressed_body");
}

#[actix_web::test]
async fn who_sends_bodies_that_do_not_come_keeps_nobody_else_waiting() {
    let app = TestApp::start_with(|settings| settings.max_in_flight = 8).await;
    let (silent, other) = (app.officer_of(COMMUNITY), app.officer_of(OTHER_COMMUNITY));
    let waiting = futures_util::future::join_all((0..20).map(|_| silent_post(&silent, "content-length: 100"))).await;
    let refused = |stream: &&TcpStream| stream.set_nonblocking(true).is_ok() && stream.peek(&mut [0]).is_ok();
    app.until(async || waiting.iter().filter(refused).count() >= 16).await;
    let refused = silent.post("/v1/disputes", &dispute_in(COMMUNITY)).await;
    refused.is(429, "too_many_requests");
    assert_eq!(refused.header("retry-after"), Some("1"));
    assert_eq!(other.post("/v1/disputes", &dispute_in(OTHER_COMMUNITY)).await.status, 201);
    for path in ["/healthz", "/readyz", "/metrics"] {
        assert_eq!(app.anonymous().get(path).await.status, 200);
    }
    drop(waiting);
    app.until(async || silent.post("/v1/disputes", &dispute_in(COMMUNITY)).await.status == 201).await;
}

#[actix_web::test]
async fn a_body_or_a_head_that_comes_too_slowly_ends_its_request() {
    let app = TestApp::start_with(|settings| settings.request_timeout = Duration::from_millis(300)).await;
    let officer = app.officer_of(COMMUNITY);
    let mut slow = silent_post(&officer, "content-length: 100").await;
    slow.write_all(b"{").unwrap();
    raw::answer(slow).is(408, "body_too_slow");

    // The head of a second request, drop by drop.
    let mut stream = raw::connection(&app.anonymous(), &app.url).await;
    stream.write_all(b"GET /healthz HTTP/1.1\r\nhost: sihe\r\n\r\n").unwrap();
    assert_eq!(raw::status(&mut stream), 200);
    stream.set_read_timeout(Some(Duration::from_millis(50))).unwrap();
    let mut rest = vec![0; 4096];
    assert!(stream.read(&mut rest).unwrap() > 0);
    let _ = stream.write_all(b"GET /healthz HTTP/1.1\r\nx-drops: ");
    loop {
        app.must_end();
        let _ = stream.write_all(b"x");
        match stream.read(&mut rest) {
            Ok(0) => break,
            Ok(_) => panic!("a head that goes on is answered: {}", String::from_utf8_lossy(&rest)),
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
            Err(_) => break,
        }
    }

    // A connection that rests between requests is kept.
    let mut resting = raw::connection(&app.anonymous(), &app.url).await;
    for _ in 0..2 {
        resting.write_all(b"GET /healthz HTTP/1.1\r\nhost: sihe\r\n\r\n").unwrap();
        assert_eq!(raw::status(&mut resting), 200);
        tokio::time::sleep(LONGEST_HEAD + Duration::from_millis(500)).await;
        let mut rest = vec![0; 4096];
        assert!(resting.read(&mut rest).unwrap() > 0);
    }
}

#[actix_web::test]
async fn who_asks_too_often_waits_and_is_told_how_long() {
    let app = TestApp::start_with(|settings| settings.rates = at_once(2)).await;
    let (officer, other) = (app.officer_of(COMMUNITY), app.officer_of(OTHER_COMMUNITY));
    let first = officer.get("/v1/disputes").await;
    assert_eq!(first.header("ratelimit-policy"), Some("\"read\";q=2;w=120"));
    assert_eq!(first.header("ratelimit"), Some("\"read\";r=1;t=60"));
    // What fails counts too.
    let unknown = officer.get("/v1/disputes/00000000-0000-0000-0000-000000000000").await;
    assert_eq!((unknown.status, unknown.header("ratelimit")), (404, Some("\"read\";r=0;t=120")));
    let refused = officer.get("/v1/organizations").await;
    refused.is(429, "too_many_requests");
    let wait: u32 = refused.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=60).contains(&wait), "{wait}");
    assert_eq!(refused.header("ratelimit"), Some("\"read\";r=0;t=120"));
    // Other classes and other callers are counted by themselves.
    let found = officer.get("/v1/disputes?q=x").await;
    assert_eq!((found.status, found.header("ratelimit")), (200, Some("\"search\";r=1;t=60")));
    assert_eq!(officer.post("/v1/disputes", &dispute_in(COMMUNITY)).await.status, 201);
    assert_eq!(other.get("/v1/disputes").await.status, 200);
    // How the service is can always be asked.
    for _ in 0..5 {
        assert_eq!(app.anonymous().get("/healthz").await.status, 200);
    }
}

#[actix_web::test]
async fn without_a_token_an_address_is_the_caller() {
    let app = TestApp::start_with(|settings| {
        settings.rates = at_once(1);
        settings.trusted_proxies = 1;
    })
    .await;
    let from = |address: &str| {
        let request = app.anonymous().request(Method::GET, "/certificates/AAAA-BBBB-CCCC");
        request.header("x-forwarded-for", &format!("1.2.3.4, {address}")).send()
    };
    assert_eq!(from("203.0.113.7").await.status, 404);
    from("203.0.113.7").await.is(429, "too_many_requests");
    assert_eq!(from("203.0.113.8").await.status, 404);
}

#[actix_web::test]
async fn codes_cannot_be_guessed() {
    let app = TestApp::start_with(|settings| settings.rates = at_once(2)).await;
    let learner = app.resident("learner", COMMUNITY);
    let path = "/v1/training-enrollments/00000000-0000-0000-0000-000000000000/check-in";
    let guess = async |code: &str| learner.post(path, &json!({"code": code})).await;
    assert_ne!(guess("AAAAAAAA").await.status, 429);
    assert_ne!(guess("BBBBBBBB").await.status, 429);
    guess("CCCCCCCC").await.is(429, "too_many_requests");
}

#[actix_web::test]
async fn one_caller_runs_a_quarter_of_the_requests_and_the_rest_wait_in_line() {
    let app = TestApp::start_with(|settings| settings.max_in_flight = 8).await;
    let (busy, other) = (app.officer_of(COMMUNITY), app.officer_of(OTHER_COMMUNITY));
    let blocker = app.connect().await;
    blocker.batch_execute("BEGIN; LOCK TABLE disputes IN ACCESS EXCLUSIVE MODE").await.unwrap();
    let lists = futures_util::future::join_all((0..4).map(|_| busy.get("/v1/disputes")));
    let others = async {
        app.until(async || app.shared.in_flight() == 2).await;
        let answer = other.get("/v1/organizations").await;
        blocker.batch_execute("COMMIT").await.unwrap();
        answer
    };
    let (lists, answer) = futures_util::join!(lists, others);
    assert_eq!(answer.status, 200, "two of the busy one run, two wait, and the other does not");
    assert!(lists.iter().all(|list| list.status == 200));
}

#[actix_web::test]
async fn what_a_caller_cancelled_counts_until_it_has_ended() {
    let app = TestApp::start_with(|settings| settings.request_timeout = Duration::from_millis(300)).await;
    let (busy, other) = (app.officer_of(COMMUNITY), app.officer_of(OTHER_COMMUNITY));
    let blocker = app.connect().await;
    blocker.batch_execute("BEGIN; LOCK TABLE disputes IN ACCESS EXCLUSIVE MODE").await.unwrap();
    for _ in 0..4 {
        busy.get("/v1/disputes").await.is(504, "timeout");
    }
    assert_eq!(app.waiting_for("disputes").await, 1, "the caller may keep one of four connections busy");
    app.until(async || other.get("/v1/organizations").await.status == 200).await;
    blocker.batch_execute("COMMIT").await.unwrap();
    app.until(async || busy.get("/v1/disputes").await.status == 200).await;
}

#[actix_web::test]
async fn slow_reads_of_others_hide_from_nobody_which_tokens_are_revoked() {
    let app = TestApp::start().await;
    let blocker = app.connect().await;
    blocker.batch_execute("BEGIN; LOCK TABLE disputes IN ACCESS EXCLUSIVE MODE").await.unwrap();
    // They keep every connection busy that reads share.
    let busy: Vec<_> = [COMMUNITY, OTHER_COMMUNITY, STREET, DISTRICT].map(|place| app.officer_of(place)).into();
    let slow = futures_util::future::join_all(busy.iter().map(|one| one.get("/v1/disputes")));
    let others = async {
        let other = app.officer_of(OTHER_DISTRICT);
        let begun = std::time::Instant::now();
        // Longer than what is known of tokens is relied on.
        while begun.elapsed() < Duration::from_secs(4) {
            other.get("/v1/disputes?unknown=1").await.is(400, "invalid_parameter");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        blocker.batch_execute("COMMIT").await.unwrap();
    };
    let (slow, ()) = futures_util::join!(slow, others);
    assert!(slow.iter().all(|answer| answer.status == 200), "{:?}", slow.iter().map(|answer| answer.status).collect::<Vec<_>>());
}

#[actix_web::test]
async fn too_much_at_once_is_refused() {
    let app = TestApp::start_with(|settings| settings.max_in_flight = 1).await;
    let (officer, other) = (app.officer_of(COMMUNITY), app.officer_of(OTHER_COMMUNITY));
    let blocker = app.connect().await;
    blocker.batch_execute("BEGIN; LOCK TABLE disputes IN ACCESS EXCLUSIVE MODE").await.unwrap();
    let second = async {
        app.until(async || app.shared.in_flight() > 0).await;
        let refused = futures_util::join!(other.get("/v1/organizations"), officer.get("/v1/organizations"));
        blocker.batch_execute("COMMIT").await.unwrap();
        refused
    };
    let (first, (of_another, of_the_same)) = futures_util::join!(officer.get("/v1/disputes"), second);
    assert_eq!(first.status, 200);
    of_another.is(503, "overloaded");
    of_the_same.is(429, "too_many_requests");
    assert_eq!(of_another.header("retry-after"), Some("1"));
}

#[actix_web::test]
async fn readers_of_the_feed_have_places_of_their_own() {
    let app = TestApp::start_with(|settings: &mut Settings| settings.max_feed_readers = 8).await;
    let (hog, other) = (app.caller(Role::Integration, DISTRICT), app.caller(Role::Integration, OTHER_DISTRICT));
    let cursor = async |caller: &Caller<'_>| {
        let page = caller.get("/v1/changes?cursor=now").await;
        page.body["next_cursor"].as_str().unwrap().to_owned()
    };
    let wait = format!("/v1/changes?cursor={}&wait=20", cursor(&hog).await);
    let refused = async {
        let third = async || hog.get(&wait.replace("wait=20", "wait=0")).await;
        app.until(async || third().await.status == 429).await;
        assert_eq!(other.get(&format!("/v1/changes?cursor={}", cursor(&other).await)).await.status, 200);
        assert_eq!(hog.get("/v1/disputes").await.status, 200, "who waits takes no other place");
        app.officer_of(DISTRICT).files(&dispute_in(COMMUNITY)).await;
    };
    let (one, two, ()) = futures_util::join!(hog.get(&wait), hog.get(&wait), refused);
    assert_eq!((one.status, two.status), (200, 200));
}

#[actix_web::test]
async fn operators_have_a_port_of_their_own() {
    let app = TestApp::start().await;
    let key = KeyFile::of(&app);
    let mut command = sihe(&app, key.path());
    let for_operators = format!("127.0.0.1:{}", free_port());
    command.env("SIHE_ADMIN_LISTEN", &for_operators);
    let process = Process::serve(command);
    let status = async |server: &str, path: &str| app.http.get(format!("{server}{path}")).send().await.unwrap().status().as_u16();
    let operators = format!("http://{for_operators}");
    for (path, there, elsewhere) in [
        ("/healthz", 200, 200),
        ("/readyz", 200, 200),
        ("/metrics", 200, 404),
        ("/v1/disputes", 404, 401),
        ("/openapi.json", 404, 200),
    ] {
        assert_eq!((status(&operators, path).await, status(&process.url, path).await), (there, elsewhere), "{path}");
    }
}

#[actix_web::test]
async fn what_no_operation_takes_is_limited_too() {
    let app = TestApp::start_with(|settings| settings.rates = at_once(3)).await;
    let many = format!("/healthz?{}", "x&".repeat(5000));
    let refused = app.anonymous().get(&many).await;
    assert_eq!((refused.status, refused.errors().len()), (400, 100));
    let get = async |path: &str| app.http.get(format!("{}{path}", app.url)).send().await.unwrap().status().as_u16();
    assert_eq!(get("/docs/").await, 200);
    assert_eq!(get("/healthz?x").await, 400);
    assert_eq!((get("/docs/").await, get("/healthz?x").await, get("/openapi.json").await), (429, 429, 429));
    assert_eq!(get("/healthz").await, 200);
}

#[actix_web::test]
async fn bad_tokens_count_for_their_address_and_good_ones_go_on() {
    let app = TestApp::start_with(|settings| settings.rates = at_once(2)).await;
    let known = app.officer_of(COMMUNITY);
    assert_eq!(known.get("/v1/disputes").await.status, 200);
    let forged = app.with_token(&format!("{}x", known.token.as_ref().unwrap()));
    for status in [401, 401, 401, 429] {
        assert_eq!(forged.get("/v1/disputes").await.status, status);
    }
    assert_eq!(known.get("/v1/disputes").await.status, 200, "a token that was seen before needs no look");
}

#[actix_web::test]
async fn a_search_is_one_however_it_is_written() {
    let app = TestApp::start().await;
    let class = async |path: &str| app.officer_of(COMMUNITY).get(path).await.header("ratelimit-policy").unwrap().to_owned();
    for path in ["/v1/disputes?q=x", "/v1/disputes?%71=x", "/v1/disputes?limit=5&q=%78"] {
        assert!(class(path).await.starts_with("\"search\""), "{path}");
    }
    assert!(class("/v1/disputes").await.starts_with("\"read\""));
}
