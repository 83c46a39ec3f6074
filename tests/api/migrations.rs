//! The structure of the database changes while the service runs.

use std::collections::BTreeMap;
use std::path::Path;

use sihe::access::actor::Role;
use sihe::db::migrations::{self, Direction};

use crate::support::data::*;
use crate::support::process::{KeyFile, Process, run, sihe};
use crate::support::structure::{difference, structure};
use crate::support::{TestApp, TestDatabase, connect};

/// The first one that may meet a database in use.
const FIRST_BESIDE_RUNNING_WORK: &str = "2026-11-27-000025";

#[actix_web::test]
async fn migrations_go_up_down_and_up() {
    let database = TestDatabase::empty().await;
    let options = database.settings().database;
    let structure = async || structure(&connect(&database.url).await).await;
    let count = migrations::run(&options, Direction::Up).await.unwrap().len();
    let first = structure().await;
    let committed = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/structure.sql");
    if std::env::var_os("SIHE_WRITE_STRUCTURE").is_some() {
        std::fs::write(committed, &first).unwrap();
    }
    let known = std::fs::read_to_string(committed).unwrap();
    assert_eq!(difference(&first, &known), None, "set SIHE_WRITE_STRUCTURE to write tests/structure.sql anew");
    assert_eq!(migrations::run(&options, Direction::Up).await.unwrap().len(), 0);
    // Also a database that holds something goes back.
    let rows = "INSERT INTO jurisdictions (code, level, name, parent_code, created_at, updated_at) VALUES
        ('37', 'province', '山东省', NULL, now(), now()), ('3702', 'city', '青岛市', '37', now(), now()),
        ('370202', 'district', '市南区', '3702', now(), now())";
    connect(&database.url).await.batch_execute(rows).await.unwrap();
    assert_eq!(migrations::run(&options, Direction::Down).await.unwrap().len(), count);
    assert_eq!(structure().await, "");
    migrations::run(&options, Direction::Up).await.unwrap();
    assert_eq!(difference(&structure().await, &first), None);
}

#[actix_web::test]
async fn the_program_knows_the_columns_of_the_database() {
    let app = TestApp::start().await;
    // Columns that only programs of before write are no longer known; the next migrations drop them.
    let query = "SELECT table_name::text, column_name::text, data_type::text, is_nullable = 'YES' FROM information_schema.columns
        WHERE table_schema = 'public' AND table_name NOT IN ('__diesel_schema_migrations', 'cross_appointments', 'estates_of_organizations', 'organizations_at_work', 'audit_entries_rest')
        AND (table_name, column_name) NOT IN (('duties', 'created_by'), ('vote_heads', 'delivered_by')) ORDER BY table_name, ordinal_position";
    let mut stored: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in app.connect().await.query(query, &[]).await.unwrap() {
        let plain = match row.get::<_, &str>(2) {
            "uuid" => "Uuid",
            "text" => "Text",
            "bigint" => "Int8",
            "smallint" => "Int2",
            "bytea" => "Bytea",
            "boolean" => "Bool",
            "ARRAY" => "Array<Nullable<Text>>",
            "integer" => "Int4",
            "date" => "Date",
            "double precision" => "Float8",
            "json" => "Json",
            "jsonb" => "Jsonb",
            "timestamp with time zone" => "Timestamptz",
            other => panic!("no name for {other}"),
        };
        let kind = if row.get(3) { format!("Nullable<{plain}>") } else { plain.to_owned() };
        stored.entry(row.get(0)).or_default().push(format!("{} -> {kind}", row.get::<_, &str>(1)));
    }
    let mut known: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let text = include_str!("../../src/db/schema.rs");
    for table in text.split("diesel::table! {").skip(1) {
        let name = table.trim().split(' ').next().unwrap();
        let columns = table
            .lines()
            .filter(|l| l.contains(" -> ") && !l.contains("joinable"))
            .map(|l| l.trim().trim_end_matches(',').to_owned());
        known.insert(name.to_owned(), columns.collect());
    }
    for (table, columns) in &stored {
        assert_eq!(known.get(table), Some(columns), "{table}");
    }
    assert_eq!(known.len(), stored.len());
}

#[actix_web::test]
async fn an_empty_database_is_waited_for() {
    let (app, empty) = (TestApp::start().await, TestDatabase::empty().await);
    let key = KeyFile::of(&app);
    let of_empty = || {
        let mut command = sihe(&app, key.path());
        command.env("DATABASE_URL", &empty.url).env("SIHE_DRAIN_MS", "0");
        command
    };
    let mut process = Process::serve_with_log(of_empty());
    let token = app.key.sign(&app.claims_for_now(Role::CityOfficer, CITY)).unwrap();
    let status = async |path: &str| {
        let answer = app.http.get(format!("{}{path}", process.url)).bearer_auth(&token).send().await.unwrap();
        answer.status().as_u16()
    };
    assert_eq!((status("/healthz").await, status("/readyz").await, status("/v1/disputes").await), (200, 503, 503));
    assert!(run(of_empty(), &["migrate"]).status.success());
    app.until(async || status("/readyz").await == 200 && status("/v1/disputes").await == 200).await;
    app.until(async || process.log.try_iter().any(|line| line.contains("the database is ready"))).await;
    process.signal("TERM");
    assert!(process.child.wait().unwrap().success());
}

#[actix_web::test]
async fn the_structure_is_taken_back_only_on_purpose_and_alone() {
    let app = TestApp::start().await;
    let key = KeyFile::of(&app);
    let errors = |arguments: &[&str]| String::from_utf8(run(sihe(&app, key.path()), arguments).stderr).unwrap();
    assert!(errors(&["migrate", "--down"]).contains("--yes-destroy-data"));
    let other = app.connect().await;
    assert!(errors(&["migrate", "--down", "--yes-destroy-data"]).contains("stop every instance first"));
    assert_eq!(app.count("jurisdictions").await, other.query("SELECT code FROM jurisdictions", &[]).await.unwrap().len() as i64);
}

#[actix_web::test]
async fn a_migration_waits_for_a_busy_table_and_keeps_nobody_waiting() {
    let app = TestApp::start().await;
    let key = KeyFile::of(&app);
    let (busy, other) = (app.connect().await, app.connect().await);
    let undone = "DELETE FROM __diesel_schema_migrations WHERE version = '20261127000031'; ALTER TABLE idempotency_keys DROP COLUMN jurisdiction";
    busy.batch_execute(undone).await.unwrap();
    busy.batch_execute("BEGIN; SELECT count(*) FROM idempotency_keys").await.unwrap();
    let mut command = sihe(&app, key.path());
    let mut migrating = command.arg("migrate").spawn().unwrap();
    app.until(async || app.waiting_for("idempotency_keys").await > 0).await;
    // It lets go again, and whoever wants the table gets it.
    app.until(async || app.waiting_for("idempotency_keys").await == 0).await;
    other.query("SELECT count(*) FROM idempotency_keys", &[]).await.unwrap();
    assert_eq!(migrating.try_wait().unwrap(), None);
    busy.batch_execute("COMMIT").await.unwrap();
    assert!(migrating.wait().unwrap().success());
    other.query("SELECT jurisdiction FROM idempotency_keys", &[]).await.unwrap();
}

#[actix_web::test]
async fn an_index_is_built_beside_running_work_and_again_after_a_broken_attempt() {
    let app = TestApp::start().await;
    let key = KeyFile::of(&app);
    let (busy, other) = (app.connect().await, app.connect().await);
    let undone = "DELETE FROM __diesel_schema_migrations WHERE version = '20261127000028'; DROP INDEX learners_by_subject";
    busy.batch_execute(undone).await.unwrap();
    busy.batch_execute("BEGIN; LOCK TABLE learners IN ROW EXCLUSIVE MODE").await.unwrap();
    let mut command = sihe(&app, key.path());
    let mut migrating = command.arg("migrate").spawn().unwrap();
    let valid = "SELECT count(*) FROM pg_index WHERE indexrelid = to_regclass('learners_by_subject') AND indisvalid = $1";
    let is = async |valid_now: bool| other.query_one(valid, &[&valid_now]).await.unwrap().get::<_, i64>(0) == 1;
    app.until(async || is(false).await).await;
    // Whoever writes need not wait for it.
    other.batch_execute("UPDATE learners SET name = name").await.unwrap();
    let building =
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND query ~ '^CREATE INDEX'";
    other.batch_execute(building).await.unwrap();
    assert!(!migrating.wait().unwrap().success());
    assert!(is(false).await);
    busy.batch_execute("COMMIT").await.unwrap();
    assert!(run(sihe(&app, key.path()), &["migrate"]).status.success());
    assert!(is(true).await);
    // The server ended what a program that is gone had asked for.
    other.batch_execute("DELETE FROM __diesel_schema_migrations WHERE version = '20261127000028'").await.unwrap();
    assert!(run(sihe(&app, key.path()), &["migrate"]).status.success());
}

#[actix_web::test]
async fn rows_are_changed_in_batches_and_each_once() {
    let app = TestApp::start().await;
    let database = app.connect().await;
    // Up to three rows have the same id.
    let table = "CREATE TABLE counted (id uuid NOT NULL, changes int NOT NULL DEFAULT 0);
        INSERT INTO counted (id) SELECT lpad(to_hex(n / 3), 32, '0')::uuid FROM generate_series(3, 2200) AS n";
    database.batch_execute(table).await.unwrap();
    database.batch_execute("CALL update_in_batches('counted', 'id', 'changes = changes + 1', 'changes < 5')").await.unwrap();
    let counted = "SELECT count(*) FILTER (WHERE changes = 1), count(*), count(DISTINCT xmin::text) FROM counted";
    let row = database.query_one(counted, &[]).await.unwrap();
    let [once, all, transactions] = [0, 1, 2].map(|at| row.get::<_, i64>(at));
    assert_eq!((once, all), (2198, 2198));
    assert!(transactions > 3, "{transactions}");
}

/// The statements of a migration, without comments and what functions do.
fn statements(sql: &str) -> Vec<String> {
    let code: String = sql.lines().filter(|line| !line.trim_start().starts_with("--")).map(|line| format!("{line} ")).collect();
    let mut kept = String::new();
    let mut rest = code.as_str();
    while let Some((before, after)) = rest.split_once('$') {
        let (tag, after) = after.split_once('$').expect("a body begins");
        let (_, after) = after.split_once(&format!("${tag}$")).expect("a body ends");
        kept.push_str(before);
        kept.push_str("BODY");
        rest = after;
    }
    kept.push_str(rest);
    kept.split(';').map(|part| part.split_whitespace().collect::<Vec<_>>().join(" ")).filter(|part| !part.is_empty()).collect()
}

/// Why a migration would keep others waiting.
fn faults_of(sql: &str, in_transaction: bool) -> Vec<String> {
    let statements = statements(sql);
    if !in_transaction {
        let beside = [
            "CREATE INDEX CONCURRENTLY IF NOT EXISTS ",
            "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS ",
            "DROP INDEX CONCURRENTLY IF EXISTS ",
            "DO BODY",
            "CALL update_in_batches",
        ];
        let fits = statements.len() == 1
            && (beside.iter().any(|start| statements[0].starts_with(start)) || statements[0].contains(" VALIDATE CONSTRAINT "));
        return if fits { Vec::new() } else { statements };
    }
    let made: Vec<_> =
        statements.iter().filter_map(|s| s.strip_prefix("CREATE TABLE ")).map(|s| s.split([' ', '(']).next().unwrap()).collect();
    let is_on_new_table = |statement: &str| made.iter().any(|table| statement.split([' ', '(']).any(|word| word == *table));
    let waits = |statement: &&String| {
        let rewrites = ["UPDATE ", "DELETE ", "CREATE INDEX ", "CREATE UNIQUE INDEX ", "DROP INDEX ", "DO "]
            .iter()
            .any(|s| statement.starts_with(s))
            || [" SET NOT NULL", " TYPE ", " VALIDATE "].iter().any(|part| statement.contains(part))
            || (statement.contains(" ADD CONSTRAINT ") && !statement.ends_with(" NOT VALID"))
            || (statement.contains("INSERT INTO") && statement.contains("SELECT"));
        rewrites && !is_on_new_table(statement)
    };
    statements.iter().filter(waits).cloned().collect()
}

#[test]
fn migrations_keep_nobody_waiting() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    let mut faults = BTreeMap::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if name.as_str() >= FIRST_BESIDE_RUNNING_WORK {
            let sql = std::fs::read_to_string(path.join("up.sql")).unwrap();
            faults.insert(name, faults_of(&sql, !path.join("metadata.toml").exists()));
        }
    }
    assert!(faults.len() >= 7);
    faults.retain(|_, faults| !faults.is_empty());
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn what_keeps_others_waiting_is_seen() {
    for waits in [
        "ALTER TABLE disputes ADD COLUMN a int; UPDATE disputes SET a = 1;",
        "CREATE INDEX disputes_by_a ON disputes (a);",
        "ALTER TABLE disputes ADD CONSTRAINT disputes_a CHECK (a > 0);",
        "ALTER TABLE disputes ALTER COLUMN a SET NOT NULL;",
    ] {
        assert_eq!(faults_of(waits, true).len(), 1, "{waits}");
    }
    assert!(faults_of("ALTER TABLE disputes ADD CONSTRAINT disputes_a CHECK (a > 0) NOT VALID;", true).is_empty());
    assert!(faults_of("CREATE TABLE new (a int); CREATE INDEX new_by_a ON new (a);", true).is_empty());
    assert_eq!(faults_of("ALTER TABLE disputes ADD COLUMN a int;", false).len(), 1);
    assert_eq!(
        faults_of("CREATE INDEX CONCURRENTLY a ON disputes (a); CREATE INDEX CONCURRENTLY b ON disputes (b);", false).len(),
        2
    );
}
