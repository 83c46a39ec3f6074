use std::collections::HashMap;
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use serde_json::{Value, json};
use sihe::access::actor::Role;

use crate::support::data::*;
use crate::support::process::{KeyFile, run, sihe};
use crate::support::{Answer, Caller, TestApp};

fn cursor(answer: &Answer) -> String {
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.body["next_cursor"].as_str().unwrap().to_owned()
}

fn lines(answer: &Answer) -> Vec<String> {
    let line = |c: &Value| {
        format!(
            "{} v{} {}",
            c["op"].as_str().unwrap(),
            c["version"],
            c["data"]["status"].as_str().or(c["reason"].as_str()).unwrap_or("-")
        )
    };
    answer.body["changes"].as_array().unwrap().iter().map(line).collect()
}

/// Reads until there is nothing more, waiting for transactions of other tests to end.
async fn read_on(reader: &Caller<'_>, mut from: String, expected: usize) -> (Vec<Value>, String) {
    let mut all = Vec::new();
    let patience = Instant::now() + Duration::from_secs(60);
    while all.len() < expected && Instant::now() < patience {
        let page = reader.get(&format!("/v1/changes?types=dispute&limit=100&wait=5&cursor={from}")).await;
        from = cursor(&page);
        all.extend(page.body["changes"].as_array().unwrap().iter().cloned());
    }
    (all, from)
}

#[actix_web::test]
async fn the_feed_tells_every_change_in_order() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    let start = cursor(&officer.get("/v1/changes?types=dispute&cursor=begin").await);
    let id = officer.files(&dispute_in(COMMUNITY)).await.id();
    officer.does(&id, "accept", json!({})).await;
    officer.does(&id, "withdraw", body_of("withdraw")).await;
    let (changes, end) = read_on(&officer, start, 3).await;
    let told: Vec<_> = changes.iter().map(|c| (c["version"].as_i64().unwrap(), c["data"]["status"].as_str().unwrap())).collect();
    assert_eq!(told, [(1, "submitted"), (2, "accepted"), (3, "withdrawn")]);
    assert!(changes.iter().all(|c| c["id"] == id.as_str() && c["type"] == "dispute"));
    let current = officer.get(&format!("/v1/disputes/{id}")).await.body;
    for (name, value) in changes[2]["data"].as_object().unwrap() {
        assert_eq!(value, &current[name], "{name}");
    }
    assert_eq!(changes[2]["data"].get("parties"), None);

    let nothing = officer.get(&format!("/v1/changes?types=dispute&cursor={end}")).await;
    assert_eq!((lines(&nothing).len(), &nothing.body["caught_up"]), (0, &json!(true)));
    let now = cursor(&officer.get("/v1/changes?cursor=now").await);
    officer.files(&dispute_in(COMMUNITY)).await;
    let page = officer.get(&format!("/v1/changes?cursor={now}&wait=25")).await;
    assert_eq!(lines(&page), ["upsert v1 submitted"]);
}

#[actix_web::test]
async fn begin_tells_each_record_once_as_it_is_and_goes_on() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    let mut ids = Vec::new();
    for _ in 0..3 {
        let id = officer.files(&dispute_in(COMMUNITY)).await.id();
        officer.does(&id, "accept", json!({})).await;
        ids.push(id);
    }
    // What other transactions still hold back would be told version by version.
    let patience = Instant::now() + Duration::from_secs(60);
    while lines(&officer.get("/v1/changes?types=dispute&cursor=begin").await) != ["upsert v2 accepted"; 3] {
        assert!(Instant::now() < patience, "the feed is held back");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let first = officer.get("/v1/changes?types=dispute&limit=1&cursor=begin").await;
    assert_eq!((lines(&first), &first.body["changes"][0]["id"]), (vec!["upsert v2 accepted".to_owned()], &json!(ids[0])));
    // What changes while the reader is on its way is told once, too: where it comes after all that there was.
    officer.does(&ids[0], "withdraw", body_of("withdraw")).await;
    officer.does(&ids[2], "withdraw", body_of("withdraw")).await;
    let (mut told, mut from) = (Vec::new(), cursor(&first));
    while told.len() < 3 {
        let page = officer.get(&format!("/v1/changes?types=dispute&limit=1&wait=5&cursor={from}")).await;
        from = cursor(&page);
        let each = page.body["changes"].as_array().unwrap().iter();
        told.extend(each.map(|c| (c["id"].as_str().unwrap().to_owned(), c["version"].as_i64().unwrap())));
    }
    assert_eq!(told, [(ids[1].clone(), 2), (ids[0].clone(), 3), (ids[2].clone(), 3)]);
    // From then on every version is told.
    officer.does(&ids[1], "assign", body_of("assign")).await;
    officer.does(&ids[1], "start", json!({})).await;
    let (rest, _) = read_on(&officer, from, 2).await;
    assert_eq!(rest.iter().map(|c| c["version"].as_i64().unwrap()).collect::<Vec<_>>(), [3, 4]);
}

#[actix_web::test]
async fn begin_tells_of_the_divisions_too() {
    let app = TestApp::start().await;
    let street = app.officer_of(STREET);
    let mut codes = Vec::new();
    let mut from = "begin".to_owned();
    while codes.len() < 5 {
        let page = street.get(&format!("/v1/changes?limit=2&wait=25&cursor={from}")).await;
        from = cursor(&page);
        codes.extend(page.body["changes"].as_array().unwrap().iter().map(|c| c["id"].as_str().unwrap().to_owned()));
    }
    codes.sort();
    assert_eq!(codes, [STREET, COMMUNITY, GRID, OTHER_GRID, OTHER_COMMUNITY]);
}

#[actix_web::test]
async fn who_loses_sight_of_a_record_is_told() {
    let app = TestApp::start().await;
    let (old, new, above) = (app.officer_of(COMMUNITY), app.officer_of(OTHER_COMMUNITY), app.officer_of(STREET));
    let other = app.officer_of(OTHER_STREET);
    let mut starts = Vec::new();
    for reader in [&old, &new, &above, &other] {
        starts.push(cursor(&reader.get("/v1/changes?types=dispute&cursor=begin").await));
    }
    let id = above.files(&dispute_in(COMMUNITY)).await.id();
    above.patch(&format!("/v1/disputes/{id}"), 1, &json!({"jurisdiction": OTHER_COMMUNITY})).await;
    let seen = async |reader: &Caller<'_>, from: &str, expected| {
        let line = |c: &Value| format!("{} v{} {}", c["op"].as_str().unwrap(), c["version"], c["reason"].as_str().unwrap_or("-"));
        read_on(reader, from.to_owned(), expected).await.0.iter().map(line).collect::<Vec<_>>()
    };
    assert_eq!(seen(&old, &starts[0], 2).await, ["upsert v1 -", "removed v2 out_of_scope"]);
    assert_eq!(seen(&new, &starts[1], 1).await, ["upsert v2 -"]);
    assert_eq!(seen(&above, &starts[2], 2).await, ["upsert v1 -", "upsert v2 -"]);
    assert_eq!(seen(&other, &starts[3], 0).await, [""; 0]);
    // Whoever begins later hears of it where it is, and nothing where it was.
    assert_eq!(seen(&above, "begin", 1).await, ["upsert v2 -"]);
    assert_eq!(lines(&old.get("/v1/changes?types=dispute&cursor=begin").await), [""; 0]);
    assert_eq!(lines(&other.get("/v1/changes?types=dispute&cursor=begin").await), [""; 0]);
}

#[actix_web::test]
async fn cursors_are_bound_to_types_and_rights_and_grow_old() {
    let app = TestApp::start().await;
    let street = app.officer_of(STREET);
    street.files(&dispute_in(COMMUNITY)).await;
    let mine = cursor(&street.get("/v1/changes?types=dispute&cursor=begin").await);
    let read = async |reader: &Caller<'_>, query: String| reader.get(&format!("/v1/changes?{query}")).await;
    read(&street, format!("types=jurisdiction&cursor={mine}")).await.is(400, "cursor_mismatch");
    read(&street, format!("cursor={mine}")).await.is(400, "cursor_mismatch");
    read(&app.officer_of(OTHER_STREET), format!("types=dispute&cursor={mine}")).await.is(410, "cursor_scope_changed");
    let wider = app.with_claims(&app.claims(&[(Role::StreetOfficer, STREET), (Role::StreetOfficer, OTHER_STREET)]));
    read(&wider, format!("types=dispute&cursor={mine}")).await.is(410, "cursor_scope_changed");
    for forged in [format!("{mine}A"), mine[1..].to_owned(), "x".into(), "AAAA".into(), "%E4%B8%AD".into()] {
        read(&street, format!("types=dispute&cursor={forged}")).await.is(400, "cursor_invalid");
    }
    read(&street, format!("types=dispute&cursor={}", "A".repeat(5000))).await.is(400, "invalid_parameter");
    read(&street, "types=dispute".into()).await.is(400, "invalid_parameter");
    app.clock.advance(chrono::Duration::days(90));
    assert_eq!(read(&street, format!("types=dispute&cursor={mine}")).await.status, 200);
    app.clock.advance(chrono::Duration::seconds(1));
    read(&street, format!("types=dispute&cursor={mine}")).await.is(410, "cursor_expired");
}

#[actix_web::test]
async fn a_waiting_reader_is_answered_when_something_happens() {
    let app = TestApp::start().await;
    let (reader, writer) = (app.officer_of(DISTRICT), app.officer_of(COMMUNITY));
    let now = cursor(&reader.get("/v1/changes?cursor=now").await);
    let begun = Instant::now();
    let waiting = reader.get(&format!("/v1/changes?cursor={now}&wait=1")).await;
    assert!(begun.elapsed() >= Duration::from_secs(1), "an empty answer is held back");
    let now = cursor(&waiting);
    let path = format!("/v1/changes?cursor={now}&wait=25");
    let writing = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        writer.files(&dispute_in(COMMUNITY)).await
    };
    let (told, filed) = futures_util::join!(reader.get(&path), writing);
    assert_eq!(told.body["changes"][0]["id"], filed.body["id"]);
}

#[actix_web::test]
async fn a_quiet_reader_moves_on() {
    let app = TestApp::start().await;
    let (quiet, busy) = (app.officer_of(OTHER_STREET), app.officer_of(COMMUNITY));
    let start = cursor(&quiet.get("/v1/changes?types=dispute&cursor=begin&wait=1").await);
    let mut moved = start.clone();
    // Other tests' transactions may hold the end of the feed back for a moment.
    for _ in 0..100 {
        busy.files(&dispute_in(COMMUNITY)).await;
        moved = cursor(&quiet.get(&format!("/v1/changes?types=dispute&wait=1&cursor={moved}")).await);
        if moved != start {
            break;
        }
    }
    assert_ne!(moved, start, "the cursor passes what does not concern the reader");
    let own = app.officer_of(DISTRICT).files(&dispute_in("370202002001")).await.id();
    let (told, _) = read_on(&quiet, moved, 1).await;
    assert_eq!(told[0]["id"], own.as_str());
}

#[actix_web::test]
async fn the_feed_tells_no_more_than_the_apps_scope() {
    let app = TestApp::start().await;
    app.officer_of(COMMUNITY).files(&dispute_in(COMMUNITY)).await;
    let mut claims = app.claims(&[(Role::CommunityOfficer, COMMUNITY)]);
    claims.scope = "changes:read jurisdictions:read".into();
    let reader = app.with_claims(&claims);
    let refused = reader.get("/v1/changes?types=dispute&cursor=begin").await;
    refused.is(403, "insufficient_scope");
    let challenge = refused.header("www-authenticate").unwrap();
    assert!(challenge.starts_with("Bearer ") && challenge.contains("error=\"insufficient_scope\""), "{challenge}");
    let all = reader.get("/v1/changes?cursor=begin&wait=5").await;
    assert!(all.body["changes"].as_array().unwrap().iter().all(|c| c["type"] == "jurisdiction"));
    let mine = cursor(&all);
    claims.scope += " disputes:read";
    app.with_claims(&claims).get(&format!("/v1/changes?cursor={mine}")).await.is(410, "cursor_scope_changed");
}

#[actix_web::test]
async fn upkeep_goes_in_batches() {
    let app = TestApp::start().await;
    let fill = "INSERT INTO changes (kind, record_id, op, version, jurisdiction, changed_at, data)
        SELECT 'dispute', n % 10, 'upsert', 1 + n / 10, '3702', '2020-01-01', '{}' FROM generate_series(0, 12000) AS n";
    app.connect().await.batch_execute(fill).await.unwrap();
    let db = sihe::db::pool::Db::new(&app.settings.database).unwrap();
    sihe::changes::upkeep::run(&db, app.clock.now()).await.unwrap();
    assert_eq!(app.count("changes WHERE kind = 'dispute'").await, 10);
}

#[actix_web::test]
async fn a_slow_writer_is_not_passed_over() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    let start = cursor(&officer.get("/v1/changes?types=dispute&cursor=now").await);
    // The slow writer takes its place in the feed first and commits last.
    let slow = app.connect().await;
    let insert = "BEGIN; INSERT INTO changes (kind, record_id, op, version, jurisdiction, changed_at, data) \
        VALUES ('dispute', 'slow', 'removed', 1, '370202001001', now(), NULL)";
    slow.batch_execute(insert).await.unwrap();
    let quick = officer.files(&dispute_in(COMMUNITY)).await.id();
    let early = officer.get(&format!("/v1/changes?types=dispute&cursor={start}&wait=1")).await;
    assert_eq!(lines(&early), [""; 0], "what a slow writer may still precede is not told yet");
    assert!(app.anonymous().get("/metrics").await.bytes.windows(20).any(|w| w == b"feed_lag_millisecond"));
    slow.batch_execute("COMMIT").await.unwrap();
    let (told, _) = read_on(&officer, cursor(&early), 2).await;
    let ids: Vec<_> = told.iter().map(|c| c["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["slow", quick.as_str()]);
}

#[actix_web::test]
async fn sixteen_writers_lose_nothing() {
    const WRITERS: usize = 16;
    const EACH: usize = 12;
    let app = TestApp::start_with(|settings| settings.database.connections = 20).await;
    let (reader, writer) = (app.officer_of(STREET), app.officer_of(COMMUNITY));
    let start = cursor(&reader.get("/v1/changes?types=dispute&cursor=now").await);
    let write = async |_| {
        let mut versions = Vec::new();
        for n in 0..EACH {
            let filed = writer.files(&dispute_in(COMMUNITY)).await;
            let version = if n % 3 == 0 { writer.does(&filed.id(), "accept", json!({})).await.version() } else { 1 };
            versions.push((filed.id(), version));
        }
        versions
    };
    let expected = WRITERS * (EACH + EACH.div_ceil(3));
    let (written, (told, _)) = futures_util::join!(join_all((0..WRITERS).map(write)), read_on(&reader, start, expected));
    let mut last: HashMap<&str, i64> = HashMap::new();
    for change in &told {
        let (id, version) = (change["id"].as_str().unwrap(), change["version"].as_i64().unwrap());
        assert_eq!(version, last.get(id).copied().unwrap_or(0) + 1, "versions come one after the other");
        last.insert(id, version);
    }
    assert_eq!(told.len(), expected);
    let written: HashMap<_, _> = written.into_iter().flatten().collect();
    assert_eq!(written.len(), last.len());
    assert!(written.iter().all(|(id, version)| last[id.as_str()] == *version));
}

#[actix_web::test]
async fn old_news_is_forgotten_but_no_record_is() {
    let app = TestApp::start().await;
    let officer = app.officer_of(STREET);
    let id = officer.files(&dispute_in(COMMUNITY)).await.id();
    officer.patch(&format!("/v1/disputes/{id}"), 1, &json!({"jurisdiction": OTHER_COMMUNITY})).await;
    let quiet = officer.files(&dispute_in(COMMUNITY)).await.id();
    let db = sihe::db::pool::Db::new(&app.settings.database).unwrap();
    let told = async |days: i64| {
        app.clock.advance(chrono::Duration::days(days));
        sihe::changes::upkeep::run(&db, app.clock.now()).await.unwrap();
        let rows = "SELECT record_id || ' ' || op || version FROM changes WHERE kind = 'dispute' ORDER BY tx, seq";
        let rows = app.connect().await.query(rows, &[]).await.unwrap();
        rows.iter().map(|row| row.get::<_, String>(0).replace(&id, "moved").replace(&quiet, "quiet")).collect::<Vec<_>>()
    };
    assert_eq!(told(90).await, ["moved upsert1", "moved removed2", "moved upsert2", "quiet upsert1"]);
    assert_eq!(told(1).await, ["moved removed2", "moved upsert2", "quiet upsert1"]);
    assert_eq!(told(90).await, ["moved upsert2", "quiet upsert1"]);
}

#[actix_web::test]
async fn a_cursor_stands_behind_what_was_told_not_behind_ids_that_may_come_again() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    let begun = officer.files(&dispute_in(COMMUNITY)).await;
    let (_, start) = read_on(&officer, "begin".into(), 1).await;
    // What is refused takes an id that no log on disk may know of.
    for _ in 0..3 {
        let mut again = dispute_in(COMMUNITY);
        again["id"] = begun.body["id"].clone();
        officer.post("/v1/disputes", &again).await.is(409, "duplicate");
    }
    let caught_up = officer.get(&format!("/v1/changes?types=dispute&cursor={start}")).await;
    assert_eq!((&caught_up.body["changes"], &caught_up.body["caught_up"]), (&json!([]), &json!(true)));
    // PostgreSQL crashes, and gives the ids after the newest row out again.
    let insert = "INSERT INTO changes (tx, kind, record_id, op, version, jurisdiction, changed_at, data) \
        SELECT max(tx) + 1, 'dispute', 'after the crash', 'removed', 1, '370202001001', now(), NULL FROM changes";
    app.connect().await.batch_execute(insert).await.unwrap();
    let (told, _) = read_on(&officer, cursor(&caught_up), 1).await;
    assert_eq!(told[0]["id"], "after the crash");
}

#[actix_web::test]
async fn a_page_ends_where_it_would_grow_too_large() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    for _ in 0..4 {
        officer.files(&dispute_in(COMMUNITY)).await;
    }
    let grow = "UPDATE changes SET data = (rtrim(data::text, '}') || repeat(' ', 900000) || '}')::json WHERE kind = 'dispute'";
    app.connect().await.batch_execute(grow).await.unwrap();
    let (mut at, mut told) = ("begin".to_owned(), Vec::new());
    while told.iter().sum::<usize>() < 4 {
        app.must_end();
        let page = officer.get(&format!("/v1/changes?types=dispute&cursor={at}")).await;
        let of_page = page.body["changes"].as_array().unwrap().len();
        assert!(of_page <= 2, "{of_page}");
        told.push(of_page);
        at = cursor(&page);
    }
    let last = officer.get(&format!("/v1/changes?types=dispute&cursor={at}")).await;
    assert_eq!((lines(&last).len(), &last.body["caught_up"]), (0, &json!(true)));
}

#[actix_web::test]
async fn a_database_from_another_cluster_is_adopted_before_it_is_used() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    let first = officer.files(&dispute_in(COMMUNITY)).await.id();
    let before = cursor(&officer.get("/v1/changes?types=dispute&cursor=now").await);
    // As after a dump was loaded: the rows come from a cluster whose ids were higher.
    let foreign = "UPDATE database_identity SET system_identifier = 1; UPDATE changes SET tx = tx + 1000000000";
    app.connect().await.batch_execute(foreign).await.unwrap();
    app.anonymous().get("/readyz").await.is(503, "unavailable");
    // Its ids mean nothing here: nobody is told that there is nothing new.
    for from in ["begin", "now", &before] {
        officer.get(&format!("/v1/changes?types=dispute&cursor={from}")).await.is(503, "unavailable");
    }
    let key = KeyFile::of(&app);
    let refused = run(sihe(&app, key.path()), &["adopt-database"]);
    assert!(String::from_utf8(refused.stderr).unwrap().contains("stop every instance first"));
    adopt(&app, &key).await;
    assert_eq!(app.anonymous().get("/readyz").await.status, 200);
    officer.get(&format!("/v1/changes?types=dispute&cursor={before}")).await.is(410, "cursor_history_changed");
    let second = officer.files(&dispute_in(COMMUNITY)).await.id();
    let (told, _) = read_on(&officer, cursor(&officer.get("/v1/changes?types=dispute&cursor=begin&limit=1").await), 1).await;
    assert_eq!(told[0]["id"], second.as_str(), "what is new comes after {first}");
    // As after a dump was loaded beside the database from which it was taken.
    app.connect().await.batch_execute("UPDATE database_identity SET database_oid = database_oid + 1").await.unwrap();
    app.anonymous().get("/readyz").await.is(503, "unavailable");
    adopt(&app, &key).await;
    assert_eq!(app.anonymous().get("/readyz").await.status, 200);
}

/// Adopts the database once nobody else is connected.
async fn adopt(app: &TestApp, key: &KeyFile) {
    let all = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()";
    app.until(async || {
        app.connect().await.query_one(all, &[]).await.unwrap();
        // The connection that asked goes, too.
        tokio::time::sleep(Duration::from_millis(100)).await;
        run(sihe(app, key.path()), &["adopt-database"]).status.success()
    })
    .await;
}

#[actix_web::test]
async fn a_cursor_belongs_to_the_history_of_its_database() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    let before = cursor(&officer.get("/v1/changes?types=dispute&cursor=now").await);
    assert_eq!(officer.get(&format!("/v1/changes?types=dispute&cursor={before}")).await.status, 200);
    // As after a failover: another timeline.
    let another = "CREATE OR REPLACE FUNCTION database_history() RETURNS text LANGUAGE sql STABLE AS $$ SELECT 'another' $$";
    app.connect().await.batch_execute(another).await.unwrap();
    officer.get(&format!("/v1/changes?types=dispute&cursor={before}")).await.is(410, "cursor_history_changed");
    let anew = cursor(&officer.get("/v1/changes?types=dispute&cursor=begin").await);
    assert_eq!(officer.get(&format!("/v1/changes?types=dispute&cursor={anew}")).await.status, 200);
}

#[actix_web::test]
async fn a_cursor_beyond_what_was_restored_begins_again() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    let told = |cursor: &str| format!("/v1/changes?types=dispute&cursor={cursor}");
    officer.files(&dispute_in(COMMUNITY)).await;
    let (_, kept) = read_on(&officer, "begin".into(), 1).await;
    officer.files(&dispute_in(COMMUNITY)).await;
    let (_, lost) = read_on(&officer, kept.clone(), 1).await;
    assert_eq!(officer.get(&told(&lost)).await.status, 200);
    // The folder of the database as it was before the second one was filed.
    let database = app.connect().await;
    database.batch_execute("DELETE FROM changes WHERE seq = (SELECT max(seq) FROM changes)").await.unwrap();
    officer.get(&told(&lost)).await.is(410, "cursor_history_changed");
    officer.get(&format!("{}&wait=5", told(&lost))).await.is(410, "cursor_history_changed");
    assert_eq!(officer.get(&told(&kept)).await.status, 200, "what is there still is told from there");
    // Another record comes to stand where the second one stood.
    let another = "INSERT INTO changes (tx, seq, kind, record_id, op, version, jurisdiction, changed_at, data) OVERRIDING SYSTEM VALUE \
        SELECT tx + 1, seq + 1, kind, 'another', op, version, jurisdiction, changed_at + interval '1 second', data \
        FROM changes WHERE kind = 'dispute' ORDER BY seq DESC LIMIT 1";
    database.batch_execute(another).await.unwrap();
    officer.get(&told(&lost)).await.is(410, "cursor_history_changed");
}
