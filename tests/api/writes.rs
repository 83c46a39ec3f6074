use futures_util::future::join_all;
use serde_json::json;
use sihe::access::actor::Role;
use sihe::changes::{archive, upkeep};
use uuid::Uuid;

use crate::support::TestApp;
use crate::support::data::*;
use crate::support::mediation::*;
use crate::support::process::{KeyFile, Process, sihe};

fn key() -> String {
    Uuid::new_v4().to_string()
}

#[actix_web::test]
async fn what_was_sent_cannot_be_guessed_from_what_is_kept_for_retries() {
    let app = TestApp::start().await;
    let (key, body) = (key(), dispute_in(COMMUNITY));
    assert_eq!(app.officer_of(COMMUNITY).post_once(&key, "/v1/disputes", &body).await.status, 201);
    let kept = "SELECT fingerprint, sha256(convert_to($1, 'UTF8')) FROM idempotency_keys WHERE key = $2";
    let request = format!("POST /v1/disputes\n{body}");
    let row = app.connect().await.query_one(kept, &[&request, &key]).await.unwrap();
    let (fingerprint, plain): (Vec<u8>, Vec<u8>) = (row.get(0), row.get(1));
    assert_eq!(fingerprint.len(), 32);
    assert_ne!(fingerprint, plain);
    // What was answered cannot be read without the client's key and the secret of the service.
    let row = app.connect().await.query_one("SELECT body FROM idempotency_keys WHERE key = $1", &[&key]).await.unwrap();
    let saved: String = row.get(0);
    assert!(saved.len() > 100 && !saved.contains('{') && !saved.contains("漏水"));
}

#[actix_web::test]
async fn a_retry_of_what_only_the_audit_tells_is_answered_too() {
    let app = TestApp::start().await;
    let admin = app.caller(sihe::access::actor::Role::Admin, CITY);
    let (key, body) = (key(), json!({"jurisdiction": CITY, "issuer": app.settings.issuer, "jti": "x", "reason": "手机遗失"}));
    let first = admin.post_once(&key, "/v1/token-revocations", &body).await;
    let again = admin.post_once(&key, "/v1/token-revocations", &body).await;
    assert_eq!((first.status, again.status, again.header("idempotency-replayed")), (201, 201, Some("true")));
    assert_eq!(first.bytes, again.bytes);
    assert_eq!(app.count("token_revocations").await, 1);
    let elsewhere = app.caller(sihe::access::actor::Role::Admin, OTHER_CITY);
    elsewhere.post_once(&key, "/v1/token-revocations", &body).await.is(422, "validation_failed");
}

#[actix_web::test]
async fn a_retry_gets_the_same_answer() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    let (key, body) = (key(), dispute_in(COMMUNITY));
    let first = officer.post_once(&key, "/v1/disputes", &body).await;
    assert_eq!((first.status, first.header("idempotency-replayed")), (201, None));
    app.clock.advance(chrono::Duration::days(6));
    for sent in [key.clone(), format!("\"{key}\"")] {
        let again = officer.post_once(&sent, "/v1/disputes", &body).await;
        assert_eq!((again.status, again.header("idempotency-replayed")), (201, Some("true")));
        assert_eq!(again.bytes, first.bytes);
        for name in ["location", "etag"] {
            assert_eq!(again.header(name), first.header(name));
        }
    }
    let action = format!("/v1/disputes/{}/accept", first.id());
    let accept_key = self::key();
    let accepted = officer.post_once(&accept_key, &action, &json!({})).await;
    let again = officer.post_once(&accept_key, &action, &json!({})).await;
    assert_eq!((again.status, again.bytes), (200, accepted.bytes));
    for (rows, expected) in [("disputes", 1), ("audit_entries WHERE kind = 'dispute'", 2), ("changes WHERE kind = 'dispute'", 2)]
    {
        assert_eq!(app.count(rows).await, expected, "{rows}");
    }
}

#[actix_web::test]
async fn a_key_belongs_to_one_caller_and_one_request() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    let (key, body) = (key(), dispute_in(COMMUNITY));
    let first = officer.post_once(&key, "/v1/disputes", &body).await;
    let mut other = body.clone();
    other["title"] = "另一件".into();
    officer.post_once(&key, "/v1/disputes", &other).await.is(422, "idempotency_key_reused");
    officer.post_once(&key, &format!("/v1/disputes/{}/accept", first.id()), &json!({})).await.is(422, "idempotency_key_reused");
    let neighbor = app.officer_of(STREET).post_once(&key, "/v1/disputes", &body).await;
    assert_eq!((neighbor.status, neighbor.header("idempotency-replayed")), (201, None));
    for (bad, rule) in [("short", "min_length"), (&*"x".repeat(256), "max_length"), ("with space 1", "format")] {
        let answer = officer.post_once(bad, "/v1/disputes", &body).await;
        answer.is(400, "invalid_header");
        assert_eq!(answer.errors(), [format!("Idempotency-Key {rule}")]);
    }
    assert_eq!(app.count("disputes").await, 2);
}

#[actix_web::test]
async fn a_refusal_is_not_kept() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    let id = officer.files(&dispute_in(COMMUNITY)).await.id();
    let (key, start) = (key(), format!("/v1/disputes/{id}/start"));
    officer.post_once(&key, &start, &json!({})).await.is(409, "state_conflict");
    officer.does(&id, "accept", json!({})).await;
    officer.does(&id, "assign", body_of("assign")).await;
    let started = officer.post_once(&key, &start, &json!({})).await;
    assert_eq!((started.status, started.header("idempotency-replayed")), (200, None));
}

#[actix_web::test]
async fn a_replay_is_for_those_who_may_still_read() {
    let app = TestApp::start().await;
    let (community, street) = (app.officer_of(COMMUNITY), app.officer_of(STREET));
    let (key, body) = (key(), dispute_in(COMMUNITY));
    let filed = community.post_once(&key, "/v1/disputes", &body).await;
    let path = format!("/v1/disputes/{}", filed.id());
    assert_eq!(street.patch(&path, 1, &json!({"jurisdiction": OTHER_COMMUNITY})).await.status, 200);
    community.post_once(&key, "/v1/disputes", &body).await.is(404, "not_found");
}

#[actix_web::test]
async fn whoever_is_no_guest_any_more_gets_no_replay_of_what_has_changed() {
    let app = TestApp::start().await;
    let (officer, guest) = (app.officer_of(COMMUNITY), app.officer_of(OTHER_COMMUNITY));
    let id = officer.files(&dispute_in(COMMUNITY)).await.id();
    let invitation = json!({"jurisdiction": OTHER_COMMUNITY, "reason": "共商"});
    officer.does(&id, "invite", invitation.clone()).await;
    let (key, path, said) = (key(), format!("/v1/disputes/{id}/remark"), json!({"note": "我方愿意配合"}));
    assert_eq!(guest.post_once(&key, &path, &said).await.status, 200);
    officer.does(&id, "accept", json!({})).await;
    assert_eq!(guest.post_once(&key, &path, &said).await.header("idempotency-replayed"), Some("true"));
    officer.does(&id, "uninvite", invitation).await;
    guest.post_once(&key, &path, &said).await.is(404, "not_found");
}

#[actix_web::test]
async fn whoever_mediates_a_case_no_more_gets_no_replay_of_what_they_made_in_it() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    let (zhang, subject) = mediator_named(&app, "zhang");
    let committee = app.officer_of(CITY).mediation_committee(COMMUNITY, Some(&subject)).await;
    let id = officer.handled(COMMUNITY).await;
    let case = officer.mediated(&id, &committee, Stage::Selected).await;
    zhang.acts(&format!("/v1/mediations/{}/give-notice", case.mediation), json!({"given_on": "2026-03-02"})).await;
    let (key, mut session) = (key(), slot(&app));
    session["mediation_id"] = json!(case.mediation);
    let made = zhang.post_once(&key, "/v1/mediation-sessions", &session).await;
    assert_eq!(zhang.post_once(&key, "/v1/mediation-sessions", &session).await.body, made.body);
    let recusal = json!({"kind": "recusal", "reason": "系当事人亲属"});
    officer.acts(&format!("/v1/mediations/{}/exclude", case.mediation), recusal).await;
    zhang.get(&format!("/v1/mediation-sessions/{}", made.id())).await.is(404, "not_found");
    zhang.post_once(&key, "/v1/mediation-sessions", &session).await.is(404, "not_found");
}

#[actix_web::test]
async fn a_member_who_has_left_gets_no_replay_of_what_they_filed_for_the_organization() {
    let app = TestApp::start().await;
    let enterprise = app.officer_of(COMMUNITY).organization("property_enterprise", COMMUNITY).await;
    let mut claims = app.claims(&[(Role::OrganizationMember, COMMUNITY)]);
    (claims.sub, claims.organization) = ("member".into(), Some(enterprise.parse().unwrap()));
    let member = app.with_claims(&claims);
    claims.organization = Some(uuid::Uuid::now_v7());
    let former = app.with_claims(&claims);
    let mut body = dispute_in(COMMUNITY);
    body["parties"][0] = json!({"role": "applicant", "kind": "organization", "name": "物业", "organization_id": enterprise});
    let key = key();
    assert_eq!(member.post_once(&key, "/v1/disputes", &body).await.status, 201);
    assert_eq!(member.post_once(&key, "/v1/disputes", &body).await.header("idempotency-replayed"), Some("true"));
    former.post_once(&key, "/v1/disputes", &body).await.is(404, "not_found");
}

#[actix_web::test]
async fn a_resident_may_retry_after_an_officer_moved_the_dispute() {
    let app = TestApp::start().await;
    let (resident, street) = (app.resident("wang", COMMUNITY), app.officer_of(STREET));
    let (key, body) = (key(), dispute_in(COMMUNITY));
    let filed = resident.post_once(&key, "/v1/disputes", &body).await;
    street.patch(&format!("/v1/disputes/{}", filed.id()), 1, &json!({"jurisdiction": OTHER_COMMUNITY})).await;
    let again = resident.post_once(&key, "/v1/disputes", &body).await;
    assert_eq!((again.status, again.bytes), (201, filed.bytes));
}

#[actix_web::test]
async fn a_hundred_equal_posts_make_one_row() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    let (key, body) = (key(), dispute_in(COMMUNITY));
    let answers = join_all((0..100).map(|_| officer.post_once(&key, "/v1/disputes", &body))).await;
    let fresh = |answer: &&crate::support::Answer| answer.status == 201 && answer.header("idempotency-replayed").is_none();
    assert_eq!(answers.iter().filter(fresh).count(), 1);
    for answer in &answers {
        match answer.status {
            201 => assert_eq!(answer.id(), answers.iter().find(fresh).unwrap().id()),
            409 => answer.is(409, "idempotency_in_progress"),
            // So many at once may find no free connection; they are told to come again.
            _ => answer.is(503, "overloaded"),
        }
        assert_eq!(answer.header("retry-after").is_some(), answer.status != 201);
    }
    for table in ["disputes", "dispute_events", "changes WHERE kind = 'dispute'", "idempotency_keys"] {
        assert_eq!(app.count(table).await, 1, "{table}");
    }
}

#[actix_web::test]
async fn keys_are_forgotten_after_seven_days() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    let (key, body) = (key(), dispute_in(COMMUNITY));
    officer.post_once(&key, "/v1/disputes", &body).await;
    let db = sihe::db::pool::Db::new(&app.settings.database).unwrap();
    app.clock.advance(chrono::Duration::days(7));
    upkeep::run(&db, app.clock.now()).await.unwrap();
    assert_eq!(app.count("idempotency_keys").await, 1);
    app.clock.advance(chrono::Duration::seconds(1));
    upkeep::run(&db, app.clock.now()).await.unwrap();
    assert_eq!(app.count("idempotency_keys").await, 0);
    assert_eq!(officer.post_once(&key, "/v1/disputes", &body).await.header("idempotency-replayed"), None);
}

#[actix_web::test]
async fn every_write_is_audited_and_the_audit_cannot_be_changed() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    let filed = officer.files(&dispute_in(COMMUNITY)).await;
    let id = filed.id();
    let accepted = officer.does(&id, "accept", json!({})).await;
    let database = app.connect().await;
    let rows = database
        .query("SELECT caller, client_id, role, action, record_id, jurisdiction, request_id::text, before::text, after::text FROM audit_entries WHERE kind = 'dispute' ORDER BY id", &[])
        .await
        .unwrap();
    let text = |row: usize, column: usize| rows[row].get::<_, Option<String>>(column).unwrap_or_default();
    assert_eq!(
        (0..6).map(|c| text(1, c)).collect::<Vec<_>>(),
        [
            &format!("{}|community_officer {COMMUNITY}", app.settings.issuer),
            "sihe-command-line",
            "community_officer",
            "disputes:accept",
            &id,
            COMMUNITY,
        ]
    );
    assert_eq!(text(1, 6), accepted.header("request-id").unwrap());
    assert_eq!(rows[0].get::<_, Option<String>>(7), None);
    assert!(text(0, 8).contains("\"title\""), "a new record is kept whole");
    assert!(text(1, 7).contains("\"submitted\"") && text(1, 8).contains("\"accepted\""));
    assert!(!text(1, 7).contains("\"title\"") && !text(1, 8).contains("\"title\""), "what has not changed is not kept again");
    for table in ["audit_entries", "dispute_events"] {
        for statement in [format!("DELETE FROM {table}"), format!("UPDATE {table} SET caller = 'x'"), format!("TRUNCATE {table}")]
        {
            let error = database.batch_execute(&statement).await.unwrap_err();
            assert!(error.as_db_error().unwrap().message().ends_with("is append only"), "{statement}");
        }
    }
}

#[actix_web::test]
async fn a_month_of_the_audit_goes_to_a_file_and_comes_back() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    let id = officer.files(&dispute_in(COMMUNITY)).await.id();
    officer.does(&id, "accept", json!({})).await;
    let db = sihe::db::pool::Db::new(&app.settings.database).unwrap();
    upkeep::run(&db, app.clock.now()).await.unwrap();
    assert_eq!(app.count("audit_entries_rest").await, 0, "each month has its own table");
    let database = app.connect().await;
    let error = database.batch_execute("DELETE FROM audit_entries_2026_03").await.unwrap_err();
    assert!(error.as_db_error().unwrap().message().ends_with("is append only"));
    let dump = async || {
        let rows = database.query("SELECT e::text FROM audit_entries e ORDER BY id", &[]).await.unwrap();
        rows.iter().map(|row| row.get::<_, String>(0)).collect::<Vec<_>>()
    };
    let before = dump().await;
    assert!(before.len() > 1);

    let folder = std::env::temp_dir().join(format!("sihe-{}", Uuid::new_v4()));
    std::fs::create_dir(&folder).unwrap();
    let (file, march) = (folder.join("march.jsonl"), "2026-03".parse().unwrap());
    let refused = archive::archive(&db, march, &file, app.clock.now()).await.unwrap_err();
    assert_eq!(refused, "2026-03 is not over");
    let april = app.clock.now() + chrono::TimeDelta::days(31);
    let seal = archive::archive(&db, march, &file, april).await.unwrap();
    assert_eq!((seal.month.as_str(), seal.entries), ("2026-03", before.len()));
    let mode = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&file).unwrap().permissions());
    assert_eq!(mode & 0o777, 0o600, "entries tell of people");
    assert_eq!(dump().await, <Vec<String>>::new());
    assert_eq!(archive::archive(&db, march, &file, april).await.unwrap_err(), "the audit has no month 2026-03");
    // An entry that comes late makes its month anew.
    officer.does(&id, "assign", body_of("assign")).await;
    upkeep::run(&db, app.clock.now()).await.unwrap();
    let late = dump().await;
    assert_eq!(archive::archive(&db, march, &file, april).await.unwrap_err(), format!("{} is there already", file.display()));
    assert_eq!(dump().await, late, "nothing goes that was not written");
    let second = folder.join("second.jsonl");
    archive::archive(&db, march, &second, april).await.unwrap();

    // A file with a changed letter, or a line less, is refused.
    let text = std::fs::read_to_string(&file).unwrap();
    let less = text.split_once('\n').unwrap().1.to_owned();
    for broken in [text.replacen("submitted", "submittee", 1), less, String::new()] {
        let path = folder.join("broken.jsonl");
        std::fs::write(&path, broken).unwrap();
        assert!(archive::restore(&db, &path).await.unwrap_err().ends_with("is not as it was written"));
    }
    // What an interrupted attempt left behind is no hindrance.
    database.batch_execute("SELECT create_audit_month('2026-03-01')").await.unwrap();
    assert_eq!(archive::restore(&db, &file).await.unwrap(), ("2026-03".to_owned(), before.len()));
    assert_eq!(dump().await, before);
    for _ in 0..2 {
        assert_eq!(archive::restore(&db, &second).await.unwrap(), ("2026-03".to_owned(), late.len()));
        assert_eq!(dump().await, [before.clone(), late.clone()].concat(), "read back twice it is there once");
    }
    std::fs::remove_dir_all(folder).unwrap();
}

#[actix_web::test]
async fn entries_are_written_while_their_month_is_made() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    let db = sihe::db::pool::Db::new(&app.settings.database).unwrap();
    let body = dispute_in(COMMUNITY);
    let filing = join_all((0..20).map(|_| officer.post("/v1/disputes", &body)));
    let (filed, first, second) =
        futures_util::join!(filing, archive::keep_months(&db, app.clock.now()), archive::keep_months(&db, app.clock.now()));
    assert!(
        filed.iter().all(|answer| answer.status == 201),
        "{:?}",
        filed.iter().map(|answer| answer.status).collect::<Vec<_>>()
    );
    first.and(second).unwrap();
    archive::keep_months(&db, app.clock.now()).await.unwrap();
    assert_eq!(app.count("audit_entries_2026_03 WHERE kind = 'dispute'").await, 20);
}

#[actix_web::test]
async fn what_was_cancelled_leaves_nothing_open() {
    let app = TestApp::start_with(|settings| {
        settings.request_timeout = std::time::Duration::from_millis(300);
        settings.database.connections = 1;
    })
    .await;
    let officer = app.officer_of(COMMUNITY);
    let (key, body) = (key(), dispute_in(COMMUNITY));
    let blocker = app.connect().await;
    blocker.batch_execute("BEGIN; LOCK TABLE changes IN ACCESS EXCLUSIVE MODE").await.unwrap();
    officer.post_once(&key, "/v1/disputes", &body).await.is(504, "timeout");
    blocker.batch_execute("COMMIT").await.unwrap();
    // The only connection was given up with its transaction; the retry gets a new one.
    let mut answer = officer.post_once(&key, "/v1/disputes", &body).await;
    while answer.status == 409 {
        answer = officer.post_once(&key, "/v1/disputes", &body).await;
    }
    assert_eq!((answer.status, answer.header("idempotency-replayed")), (201, None));
    assert_eq!(app.count("disputes").await, 1);
}

#[actix_web::test]
async fn a_process_killed_before_its_commit_leaves_nothing() {
    let app = TestApp::start().await;
    let key_file = KeyFile::of(&app);
    let token = app.key.sign(&app.claims_for_now(Role::CommunityOfficer, COMMUNITY)).unwrap();
    let (key, body) = (key(), dispute_in(COMMUNITY));
    let post = |url: String| {
        let request = app.http.post(format!("{url}/v1/disputes")).bearer_auth(&token).header("idempotency-key", &key);
        request.header("content-type", "application/json").body(body.to_string()).send()
    };

    // The work is done, then the row of the feed has to wait: there the process is killed.
    let blocker = app.connect().await;
    blocker.batch_execute("BEGIN; LOCK TABLE changes IN SHARE MODE").await.unwrap();
    let mut process = Process::serve(sihe(&app, key_file.path()));
    let posting = post(process.url.clone());
    let killing = async {
        app.until(async || app.waiting_for("changes").await > 0).await;
        process.signal("KILL");
        process.child.wait().unwrap();
    };
    let (posted, ()) = futures_util::join!(posting, killing);
    assert!(posted.is_err(), "the client was cut off");
    blocker.batch_execute("COMMIT").await.unwrap();

    let process = Process::serve(sihe(&app, key_file.path()));
    for table in ["disputes", "dispute_parties", "dispute_events", "idempotency_keys", "changes WHERE kind = 'dispute'"] {
        assert_eq!(app.count(table).await, 0, "{table}");
    }
    let statuses =
        [post(process.url.clone()).await.unwrap().status().as_u16(), post(process.url.clone()).await.unwrap().status().as_u16()];
    assert_eq!(statuses, [201, 201]);
    for table in ["disputes", "dispute_events", "idempotency_keys", "changes WHERE kind = 'dispute'"] {
        assert_eq!(app.count(table).await, 1, "{table}");
    }
}

#[actix_web::test]
async fn an_app_that_only_writes_is_told_again_what_it_wrote() {
    let app = TestApp::start().await;
    let mut claims = app.claims(&[(Role::CommunityOfficer, COMMUNITY)]);
    claims.scope = "disputes:write".into();
    let writer = app.with_claims(&claims);
    let (key, body) = (key(), dispute_in(COMMUNITY));
    let first = writer.post_once(&key, "/v1/disputes", &body).await;
    writer.get(&format!("/v1/disputes/{}", first.id())).await.is(403, "insufficient_scope");
    let again = writer.post_once(&key, "/v1/disputes", &body).await;
    assert_eq!((again.status, again.bytes), (201, first.bytes));
}
