use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use sihe::access::actor::Role;
use sihe::changes::jobs::Round;
use uuid::Uuid;

use crate::support::TestApp;
use crate::support::data::*;
use crate::support::process::{KeyFile, Process, run, sihe};

#[actix_web::test]
async fn health_readiness_and_measurements_are_open() {
    let app = TestApp::start().await;
    let anyone = app.anonymous();
    assert_eq!(anyone.get("/healthz").await.body, json!({"status": "ok"}));
    assert_eq!(anyone.get("/readyz").await.body, json!({"status": "ok"}));
    app.officer_of(COMMUNITY).files(&dispute_in(COMMUNITY)).await;
    let text = String::from_utf8(anyone.get("/metrics").await.bytes).unwrap();
    for line in [
        "sihe_requests_total{operation=\"createDispute\",status=\"201\"} 1",
        "sihe_request_duration_seconds_count{operation=\"createDispute\"} 1",
        "sihe_requests_in_flight 0",
        "sihe_database_reads_running 0",
        "sihe_database_writers_open 1",
    ] {
        assert!(text.contains(line), "{line} is not in\n{text}");
    }
    let meaning = anyone.get("/problems/state-conflict").await;
    assert_eq!((&meaning.body["status"], &meaning.body["code"]), (&json!(409), &json!("state_conflict")));
    anyone.get("/problems/nothing").await.is(404, "not_found");
    app.connect()
        .await
        .batch_execute(
            "DELETE FROM __diesel_schema_migrations WHERE version = (SELECT max(version) FROM __diesel_schema_migrations)",
        )
        .await
        .unwrap();
    let unready = anyone.get("/readyz").await;
    unready.is(503, "unavailable");
    assert_eq!(unready.header("retry-after"), Some("5"));
    assert_eq!(anyone.get("/healthz").await.status, 200);
}

#[actix_web::test]
async fn an_instance_whose_clockwork_stands_still_is_not_ready() {
    let app = TestApp::start().await;
    let (anyone, round) = (app.anonymous(), &app.shared.last_round);
    let minutes = chrono::Duration::minutes;
    // Where nothing is done by itself nothing is missed.
    app.clock.advance(minutes(60));
    assert_eq!(anyone.get("/readyz").await.status, 200);
    round.begin(app.clock.now());
    app.clock.advance(minutes(5));
    assert_eq!(anyone.get("/readyz").await.status, 200);
    // A round in which everything failed is none.
    round.set(app.clock.now(), Round { taken: 0, unfinished: 3, working: 0 });
    app.clock.advance(chrono::Duration::seconds(1));
    anyone.get("/readyz").await.is(503, "unavailable");
    assert_eq!(anyone.get("/healthz").await.status, 200);
    round.set(app.clock.now(), Round { taken: 0, unfinished: 2, working: 1 });
    assert_eq!(anyone.get("/readyz").await.status, 200);
}

#[actix_web::test]
async fn every_kind_of_problem_is_documented() {
    let app = TestApp::start().await;
    for kind in sihe::http::codes::KINDS {
        for language in ["zh", "en"] {
            let path = format!("/problems/{}", kind.slug());
            let meaning = app.anonymous().request(Method::GET, &path).header("accept-language", language).send().await;
            assert_eq!((meaning.status, &meaning.body["code"]), (200, &json!(kind.code)));
            assert_eq!(meaning.body["title"].as_str().unwrap().is_ascii(), language == "en");
        }
    }
}

#[actix_web::test]
async fn what_can_be_read_can_be_asked_for_with_head() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    let path = format!("/v1/disputes/{}", officer.files(&dispute_in(COMMUNITY)).await.id());
    for (path, status) in [("/healthz", 200), (path.as_str(), 200), ("/v1/disputes/x", 404)] {
        let request = app.http.head(format!("{}{path}", app.url)).bearer_auth(officer.token.as_ref().unwrap());
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status().as_u16(), status);
        assert_eq!(answer.bytes().await.unwrap().len(), 0);
    }
}

#[actix_web::test]
async fn requests_have_ids() {
    let app = TestApp::start().await;
    let sent = Uuid::new_v4().to_string();
    let get = |id: &str| app.anonymous().request(Method::GET, "/v1/disputes").header("request-id", id).send();
    let echoed = get(&sent).await;
    assert_eq!(echoed.header("request-id"), Some(sent.as_str()));
    assert_eq!(echoed.body["instance"], format!("urn:uuid:{sent}"));
    assert!(get("my own").await.header("request-id").unwrap().parse::<Uuid>().is_ok());
}

#[actix_web::test]
async fn large_answers_are_compressed_and_small_ones_are_not() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    for _ in 0..5 {
        officer.files(&dispute_in(COMMUNITY)).await;
    }
    let get = async |limit: u8, encoding: &str| {
        let request = app.http.get(format!("{}/v1/disputes?limit={limit}", app.url)).bearer_auth(officer.token.as_ref().unwrap());
        let answer = request.header("accept-encoding", encoding).send().await.unwrap();
        answer.headers().get("content-encoding").map(|v| v.to_str().unwrap().to_owned())
    };
    assert_eq!(get(5, "gzip").await.as_deref(), Some("gzip"));
    assert_eq!(get(5, "br, zstd, gzip;q=0.5").await.as_deref(), Some("gzip"));
    assert_eq!(get(1, "gzip").await, None);
    assert_eq!(get(5, "identity").await, None);
}

#[actix_web::test]
async fn browsers_of_listed_origins_may_call() {
    let closed = TestApp::start().await;
    let ask = |app: &TestApp, origin: &str| {
        let request = app.http.request(Method::OPTIONS, format!("{}/v1/disputes", app.url));
        let request = request.header("origin", origin).header("access-control-request-method", "POST");
        request.header("access-control-request-headers", "authorization,idempotency-key").send()
    };
    let allowed =
        |answer: reqwest::Response| answer.headers().get("access-control-allow-origin").map(|v| v.to_str().unwrap().to_owned());
    assert_eq!(allowed(ask(&closed, "https://app.example").await.unwrap()), None);
    let open = TestApp::start_with(|settings| settings.cors_origins = vec!["https://app.example".into()]).await;
    assert_eq!(allowed(ask(&open, "https://app.example").await.unwrap()).as_deref(), Some("https://app.example"));
    assert_eq!(allowed(ask(&open, "https://evil.example").await.unwrap()), None);
}

#[actix_web::test]
async fn when_no_connection_is_free_the_client_is_told_to_come_again() {
    let app = TestApp::start_with(|settings| settings.database.connections = 1).await;
    let officer = app.officer_of(COMMUNITY);
    let body = dispute_in(COMMUNITY);
    let blocker = app.connect().await;
    blocker.batch_execute("BEGIN; LOCK TABLE changes IN SHARE MODE").await.unwrap();
    let second = async {
        let other = app.officer_of(OTHER_COMMUNITY);
        let another = dispute_in(OTHER_COMMUNITY);
        let refused = futures_util::join!(other.post("/v1/disputes", &another), officer.post("/v1/disputes", &body));
        blocker.batch_execute("COMMIT").await.unwrap();
        refused
    };
    let (first, (of_another, of_the_same)) = futures_util::join!(officer.post("/v1/disputes", &body), second);
    assert_eq!(first.status, 201);
    of_another.is(503, "overloaded");
    of_the_same.is(429, "too_many_requests");
    assert_eq!(app.count("disputes").await, 1);
}

#[actix_web::test]
async fn a_statement_that_takes_too_long_is_ended() {
    let app = TestApp::start_with(|settings| settings.database.statement_timeout = Duration::from_millis(200)).await;
    let blocker = app.connect().await;
    blocker.batch_execute("BEGIN; LOCK TABLE disputes IN ACCESS EXCLUSIVE MODE").await.unwrap();
    app.officer_of(COMMUNITY).get("/v1/disputes").await.is(504, "timeout");
}

#[actix_web::test]
async fn trouble_of_the_database_is_told_by_its_code_in_any_language() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    let database = app.connect().await;
    for (code, text, status, told) in [
        ("53100", "设备上没有空间", 503, "unavailable"),
        ("57P01", "由于管理员命令中断联接", 503, "unavailable"),
        ("57014", "由于用户请求而正在取消查询", 503, "unavailable"),
        ("25006", "不能在一个只读模式的事务中执行INSERT", 503, "unavailable"),
        ("40P01", "检测到死锁", 503, "overloaded"),
        ("55P03", "由于锁超时而取消语句", 503, "overloaded"),
        ("XX001", "块中有无效的页", 500, "internal"),
    ] {
        let refuse = format!(
            "CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN RAISE EXCEPTION '{text}' USING ERRCODE = '{code}'; END $$;
            CREATE OR REPLACE TRIGGER refuse BEFORE INSERT ON disputes FOR EACH ROW EXECUTE FUNCTION refuse()"
        );
        database.batch_execute(&refuse).await.unwrap();
        let answer = officer.post("/v1/disputes", &dispute_in(COMMUNITY)).await;
        answer.is(status, told);
        assert_eq!(answer.header("retry-after").is_some(), status == 503, "{code}");
    }
    assert_eq!(app.count("disputes").await, 0);
}

#[actix_web::test]
async fn what_holds_the_feed_back_is_measured() {
    let app = TestApp::start().await;
    let lag = async || {
        let text = String::from_utf8(app.anonymous().get("/metrics").await.bytes).unwrap();
        let line = text.lines().find_map(|line| line.strip_prefix("sihe_feed_lag_milliseconds ")).unwrap();
        line.parse::<i64>().unwrap()
    };
    assert_eq!(lag().await, 0);
    let blocker = app.connect().await;
    blocker.batch_execute("BEGIN; SELECT pg_current_xact_id()").await.unwrap();
    app.officer_of(COMMUNITY).files(&dispute_in(COMMUNITY)).await;
    app.clock.advance(chrono::Duration::seconds(90));
    assert_eq!(lag().await, 90_000, "the oldest change that nobody can read yet is so old");
    blocker.batch_execute("COMMIT").await.unwrap();
    app.until(async || lag().await == 0).await;
}

#[actix_web::test]
async fn a_request_that_takes_too_long_is_measured_under_its_name() {
    let app = TestApp::start_with(|settings| {
        settings.request_timeout = Duration::from_millis(200);
        settings.cors_origins = vec!["https://app.example".into()];
    })
    .await;
    let blocker = app.connect().await;
    blocker.batch_execute("BEGIN; LOCK TABLE disputes IN ACCESS EXCLUSIVE MODE").await.unwrap();
    let get = app.officer_of(COMMUNITY).request(Method::GET, "/v1/disputes").header("origin", "https://app.example");
    let answer = get.send().await;
    answer.is(504, "timeout");
    assert_eq!(answer.header("access-control-allow-origin"), Some("https://app.example"));
    let text = String::from_utf8(app.anonymous().get("/metrics").await.bytes).unwrap();
    assert!(text.contains("sihe_requests_total{operation=\"listDisputes\",status=\"504\"} 1"), "{text}");
}

#[actix_web::test]
async fn a_lost_database_is_a_503_and_comes_back() {
    let app = TestApp::start_with(|settings| settings.database.connections = 2).await;
    let officer = app.officer_of(COMMUNITY);
    officer.files(&dispute_in(COMMUNITY)).await;
    let database = app.connect().await;
    let mine = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()";
    let pids = database.query(mine, &[]).await.unwrap();
    assert!(!pids.is_empty());
    for pid in pids {
        database.execute("SELECT pg_terminate_backend($1)", &[&pid.get::<_, i32>(0)]).await.unwrap();
    }
    let mut answer = officer.get("/v1/disputes").await;
    for _ in 0..5 {
        if answer.status == 200 {
            break;
        }
        assert_eq!(answer.status, 503, "{}", answer.body);
        answer = officer.get("/v1/disputes").await;
    }
    assert_eq!(answer.status, 200);
}

#[actix_web::test]
async fn no_log_at_any_level_tells_of_persons_or_secrets() {
    let app = TestApp::start().await;
    let key = KeyFile::of(&app);
    let mut command = sihe(&app, key.path());
    command.env("RUST_LOG", "trace,tokio_postgres::query=trace").env("SIHE_DRAIN_MS", "0");
    let mut process = Process::serve_with_log(command);
    let token = app.key.sign(&app.claims_for_now(Role::CommunityOfficer, COMMUNITY)).unwrap();
    let mut body = dispute_in(COMMUNITY);
    (body["parties"][0]["name"], body["parties"][0]["phone"]) = (json!("欧阳机密"), json!("13877665544"));
    body["title"] = json!("机密标题");
    let ask = async |method: Method, path: &str, body: &Value| {
        let request = app.http.request(method, format!("{}{path}", process.url)).bearer_auth(&token);
        let request = request.header("content-type", "application/json").header("idempotency-key", "secret-key-1");
        request.body(body.to_string()).send().await.unwrap()
    };
    let filed = ask(Method::POST, "/v1/disputes", &body).await;
    assert_eq!(filed.status().as_u16(), 201);
    let id = serde_json::from_str::<Value>(&filed.text().await.unwrap()).unwrap()["id"].as_str().unwrap().to_owned();
    for (method, path, status) in [
        (Method::GET, format!("/v1/disputes/{id}/disclosure?purpose=handling"), 200),
        (Method::GET, "/v1/disputes?q=%E6%9C%BA%E5%AF%86".into(), 200),
        (Method::POST, "/v1/disputes".into(), 422),
        (Method::POST, format!("/v1/disputes/{id}/resolve"), 422),
    ] {
        assert_eq!(ask(method, &path, &json!({"phone": "13877665544"})).await.status().as_u16(), status, "{path}");
    }
    process.signal("TERM");
    assert!(process.child.wait().unwrap().success());
    let lines: Vec<_> = process.log.iter().collect();
    assert!(lines.iter().any(|line| line.contains("listDisputes")), "{lines:?}");
    for secret in ["欧阳", "13877665544", "机密", "secret-key-1", "%E6%9C%BA", token.rsplit('.').next().unwrap()] {
        assert!(!lines.iter().any(|line| line.contains(secret)), "{secret}");
    }
}

#[actix_web::test]
async fn a_stopped_service_loses_no_request() {
    let app = TestApp::start().await;
    let key = KeyFile::of(&app);
    let mut command = sihe(&app, key.path());
    command.env(
        "SIHE_RATES",
        "read=9999:9999,search=9999:9999,write=999999:9999,import=9:9,export=9:9,feed=99:99,code=9:9,public=99:99",
    );
    let process = Process::serve(command);
    let token = app.key.sign(&app.claims_for_now(Role::CommunityOfficer, COMMUNITY)).unwrap();
    let client = async |_| {
        let mut filed = 0;
        loop {
            let request = app.http.post(format!("{}/v1/disputes", process.url)).bearer_auth(&token);
            match request.header("content-type", "application/json").body(dispute_in(COMMUNITY).to_string()).send().await {
                Ok(answer) => {
                    assert_eq!(answer.status().as_u16(), 201);
                    answer.bytes().await.expect("an answer that began is finished");
                    filed += 1;
                }
                Err(_) => return filed,
            }
        }
    };
    let stopping = async {
        app.until(async || app.count("disputes").await >= 50).await;
        let waiting = app.http.get(format!("{}/v1/changes?cursor=now&wait=25", process.url)).bearer_auth(&token).send();
        let term = async {
            tokio::time::sleep(Duration::from_millis(100)).await;
            process.signal("TERM");
        };
        futures_util::join!(waiting, term).0.unwrap().status().as_u16()
    };
    let (filed, waited) = futures_util::join!(futures_util::future::join_all((0..8).map(client)), stopping);
    assert_eq!(waited, 200, "a waiting reader is answered");
    let stored = app.count("disputes").await;
    assert_eq!(filed.iter().sum::<i64>(), stored, "every stored dispute was answered");
    let mut process = process;
    assert!(process.child.wait().unwrap().success());
}

#[actix_web::test]
async fn without_a_database_the_service_is_alive_but_not_ready() {
    let app = TestApp::start().await;
    let key = KeyFile::of(&app);
    let mut command = sihe(&app, key.path());
    command.env("DATABASE_URL", "postgres://nobody@127.0.0.1:1/nothing");
    let process = Process::serve(command);
    let status = async |path: &str| app.http.get(format!("{}{path}", process.url)).send().await.unwrap().status().as_u16();
    assert_eq!((status("/healthz").await, status("/readyz").await), (200, 503));
    let mut check = sihe(&app, key.path());
    check.env("SIHE_LISTEN", process.url.strip_prefix("http://").unwrap());
    assert!(run(check, &["healthcheck"]).status.success());
    assert!(!run(sihe(&app, key.path()), &["healthcheck"]).status.success());
}

/// What the log of a service says whose database is there, asked thirty times.
async fn log_of_outage(app: &TestApp, url: &str) -> Vec<String> {
    let key = KeyFile::of(app);
    let mut command = sihe(app, key.path());
    command.env("DATABASE_URL", url).env("SIHE_DRAIN_MS", "0");
    let mut process = Process::serve_with_log(command);
    let token = app.key.sign(&app.claims_for_now(Role::CommunityOfficer, COMMUNITY)).unwrap();
    for _ in 0..30 {
        let answer = app.http.get(format!("{}/v1/disputes", process.url)).bearer_auth(&token).send().await.unwrap();
        assert_eq!(answer.status().as_u16(), 503);
        assert!(answer.headers().contains_key("retry-after"));
    }
    process.signal("TERM");
    assert!(process.child.wait().unwrap().success());
    process.log.iter().filter(|line| !line.contains(" access ")).collect()
}

#[actix_web::test]
async fn an_outage_is_told_once_with_its_cause() {
    let app = TestApp::start().await;
    let absent = app.database.url.rsplit_once('/').unwrap().0.to_owned() + "/absent";
    for (url, cause) in [("postgres://sihe@127.0.0.1:1/nothing", "Connection refused"), (&absent, "\"absent\" does not exist")] {
        let lines = log_of_outage(&app, url).await;
        let of_outage: Vec<_> = lines.iter().filter(|line| line.contains("the database cannot be reached")).collect();
        assert_eq!(of_outage.len(), 1, "{lines:#?}");
        assert!(of_outage[0].contains(cause) && of_outage[0].contains("127.0.0.1"), "{of_outage:?}");
        assert!(lines.len() < 10, "{lines:#?}");
    }
}

#[actix_web::test]
async fn the_commands_do_what_they_say() {
    let app = TestApp::start().await;
    let key = KeyFile::of(&app);
    let text = |output: &std::process::Output| String::from_utf8(output.stdout.clone()).unwrap();
    let errors = |output: &std::process::Output| String::from_utf8(output.stderr.clone()).unwrap();

    let mut bare = sihe(&app, key.path());
    bare.env_remove("DATABASE_URL");
    assert_eq!(text(&run(bare, &["openapi"])), sihe::app::contract());

    let mut wrong = sihe(&app, key.path());
    wrong.env("SIHE_LISTEN", "here");
    let refused = run(wrong, &["serve"]);
    assert!(!refused.status.success());
    assert_eq!(errors(&refused), "sihe: SIHE_LISTEN must be an address and port such as 127.0.0.1:8080\n");

    let minted = run(sihe(&app, key.path()), &["token", "--role", "street_officer", "--jurisdiction", STREET]);
    let mut command = sihe(&app, key.path());
    command.env("SIHE_LOG_FORMAT", "json");
    let process = Process::serve_with_log(command);
    let list = app.http.get(format!("{}/v1/disputes?number=D1", process.url)).bearer_auth(text(&minted).trim());
    assert_eq!(list.send().await.unwrap().status().as_u16(), 200);
    let line = process.next_log(|line| line["target"] == "access");
    assert_eq!(
        (&line["operation"], &line["status"], &line["path"]),
        (&json!("listDisputes"), &json!(200), &json!("/v1/disputes"))
    );
    assert!(line["request_id"].is_string() && line["micros"].is_u64());
    assert!(!line.to_string().contains(text(&minted).trim()) && !line.to_string().contains("D1"));

    let mismatch = run(sihe(&app, key.path()), &["token", "--role", "street_officer", "--jurisdiction", DISTRICT]);
    assert_eq!(errors(&mismatch), "sihe: street_officer does not fit the level of 370202\n");

    let seeded = text(&run(sihe(&app, key.path()), &["seed"]));
    assert_eq!(seeded, "2332 divisions, 507 new demo records of organizations, 60 new demo disputes\n");
    assert_eq!(
        text(&run(sihe(&app, key.path()), &["seed"])),
        "2332 divisions, 0 new demo records of organizations, 0 new demo disputes\n"
    );
    let statuses = app.connect().await.query_one("SELECT count(DISTINCT status) FROM disputes", &[]).await.unwrap();
    assert_eq!(statuses.get::<_, i64>(0), 8);

    let file = key.path().with_extension("csv");
    std::fs::write(&file, "code,level,name,parent_code\n3702,town,甲,\n").unwrap();
    let broken = run(sihe(&app, key.path()), &["import-divisions", file.to_str().unwrap()]);
    assert!(!broken.status.success());
    assert!(errors(&broken).ends_with("line 2: unknown level \"town\"\n"), "{}", errors(&broken));
    std::fs::write(&file, include_str!("../../src/resources/places/jurisdictions/qingdao.csv")).unwrap();
    let imported = run(sihe(&app, key.path()), &["import-divisions", file.to_str().unwrap()]);
    assert_eq!(text(&imported), "2272 divisions read, 6 added or changed\n", "seeding kept the names of the small city");
}

#[actix_web::test]
async fn the_key_is_made_once_and_kept_private() {
    use std::os::unix::fs::PermissionsExt;
    let app = TestApp::start().await;
    let key = KeyFile::of(&app);
    let fresh = key.path().with_extension("fresh");
    let mint = || run(sihe(&app, &fresh), &["token", "--role", "auditor", "--jurisdiction", CITY]);
    let makers: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(mint)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let kid = |output: &std::process::Output| {
        let token = String::from_utf8(output.stdout.clone()).unwrap();
        jsonwebtoken::decode_header(token.trim()).unwrap().kid.unwrap()
    };
    assert!(makers.iter().all(|output| kid(output) == kid(&makers[0])), "all that start at once share one key");
    assert_eq!(std::fs::metadata(&fresh).unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn settings_are_documented_in_the_readme() {
    let readme = include_str!("../../README.md");
    for (name, default, _) in sihe::config::VARIABLES {
        assert!(readme.contains(&format!("| `{name}` |")), "{name} is not in README.md");
        assert!(default.is_empty() || readme.contains(&format!("`{default}`")), "{name}'s default is not in README.md");
    }
}
