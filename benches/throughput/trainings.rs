//! A hundred thousand enrollments: how long lists and figures take, and a crowd that checks in.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use sihe::access::actor::Role;
use sihe::access::keys::SigningKey;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::data::connect;
use crate::load::{self, Case, read_answer};

/// How many learners check in to one session.
const CROWD: usize = 2_000;

/// Fills the database once; later runs keep it, but for the crowd, which has not checked in yet.
pub async fn fill(url: &str) {
    let client = connect(url).await;
    let count: i64 = client.query_one("SELECT count(*) FROM training_enrollments", &[]).await.unwrap().get(0);
    if count < 100_000 {
        println!("loading 100,000 enrollments");
        client.batch_execute(FILL).await.unwrap();
        client.batch_execute("VACUUM ANALYZE").await.unwrap();
    }
    client.batch_execute(AGAIN).await.unwrap();
}

/// Lists and figures, one reader after the other and many at once; then the crowd.
pub fn measure(address: &str, callers: &[String], key: &SigningKey, connections: usize, time: Duration) {
    println!("\ntrainings, 100,000 enrollments of 50,000 learners: median of one reader, and p99 of {connections}");
    let district = "370203";
    for (name, path) in [
        ("enrollments of a district", format!("/v1/training-enrollments?in={district}")),
        ("enrollments of a session", format!("/v1/training-enrollments?session_id={SESSION}")),
        ("learners of a district", format!("/v1/learners?in={district}")),
        ("who lacks hours, district", format!("/v1/learners?in={district}&short_in=2026")),
        ("who lacks none, city", "/v1/learners?complete_in=2026".to_owned()),
        ("sessions", "/v1/training-sessions?status=enrolling".to_owned()),
        ("figures of a district", format!("/v1/indicators?in={district}")),
        ("figures of the city", "/v1/indicators?in=3702".to_owned()),
    ] {
        let case = Case::get("", vec![(path, String::new())]);
        let alone = load::run(&case, address, callers, 1, time);
        let many = load::run(&case, address, callers, connections, time);
        let ms = |time: Duration| time.as_secs_f64() * 1000.0;
        println!("{name:<32}{:>9.1} ms{:>9.1} ms{:>9.0} a second", ms(alone.median), ms(many.p99), many.rate);
    }
    crowd(address, &callers[0], key, connections);
}

/// Everybody checks in as themselves, as fast as the service answers.
fn crowd(address: &str, token: &str, key: &SigningKey, connections: usize) {
    let tokens: Vec<String> =
        (0..CROWD).map(|at| crate::token(key, format!("crowd-{at}"), Role::Resident, &["370202001001"])).collect();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (next, refused) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let code = runtime.block_on(shown_code(address, token));
    let begun = Instant::now();
    let work = (0..connections).map(|_| async {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        let (mut times, mut buffer) = (Vec::new(), Vec::new());
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(token) = tokens.get(at) else { return times };
            let body = format!(r#"{{"code":"{code}"}}"#);
            let request = format!(
                "POST /v1/training-enrollments/{}/check-in HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {token}\r\n\
                 content-type: application/json\r\nidempotency-key: crowd-{}-{at}\r\ncontent-length: {}\r\n\r\n{body}",
                enrollment(at),
                std::process::id(),
                body.len()
            );
            let sent = Instant::now();
            stream.write_all(request.as_bytes()).await.unwrap();
            // One in thousands is taken for whoever was shown the code, and recorded by hand.
            if !read_answer(&mut stream, &mut buffer).await {
                refused.fetch_add(1, Ordering::Relaxed);
            }
            times.push(sent.elapsed());
        }
    });
    let mut times: Vec<Duration> = runtime.block_on(futures_util::future::join_all(work)).concat();
    times.sort();
    let refused = refused.load(Ordering::Relaxed);
    assert!(refused * 100 < CROWD, "{refused} of {CROWD} were refused");
    println!(
        "{CROWD} check in at {connections} connections, {refused} refused: {:.1} s in all, median {:.1} ms, p99 {:.1} ms",
        begun.elapsed().as_secs_f64(),
        times[times.len() / 2].as_secs_f64() * 1000.0,
        times[times.len() * 99 / 100].as_secs_f64() * 1000.0
    );
}

async fn shown_code(address: &str, token: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let path = format!("/v1/training-sessions/{SESSION}/check-in-code");
    let request = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {token}\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut buffer = Vec::new();
    assert!(read_answer(&mut stream, &mut buffer).await);
    let text = String::from_utf8(buffer).unwrap();
    text.split("\"code\":\"").nth(1).unwrap()[..8].to_owned()
}

const SESSION: &str = "019c0000-0000-7000-8000-000000000000";

fn enrollment(at: usize) -> String {
    format!("019c0003-0000-7000-8000-{at:012}")
}

const FILL: &str = "
BEGIN;
CREATE TEMP TABLE communities ON COMMIT DROP AS
    SELECT code, row_number() OVER (ORDER BY md5(code)) - 1 AS place, count(*) OVER () AS total FROM jurisdictions WHERE level = 'community';
INSERT INTO rules (id, jurisdiction, name, value, legal_basis, valid_from, created_by, created_at, updated_at)
SELECT ('019c0004-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, code, 'grid_worker_yearly_hours', 8, 'bench', '2026-01-01', 'bench', now(), now()
FROM (SELECT code, row_number() OVER (ORDER BY code) AS n FROM jurisdictions WHERE level = 'street') AS streets;
INSERT INTO trainings (id, jurisdiction, title, topic, hours, examined, certified, audience_roles, audience_kinds, audience_levels, citations,
    status, created_by, created_at, updated_at)
VALUES ('019c0001-0000-7000-8000-000000000000', '3702', '调解实务', 'negotiation', 8, false, false, '[]', '[]', '[]', '[]', 'published', 'bench', now(), now());
INSERT INTO training_sessions (id, jurisdiction, training_id, title, status, starts_at, ends_at, place, capacity, confirmed_count,
    check_in_opens_at, check_in_closes_at, created_by, created_at, updated_at)
SELECT ('019c0000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, '3702', '019c0001-0000-7000-8000-000000000000', '调解实务', 'enrolling',
    now() + n * interval '1 hour', now() + n * interval '1 hour' + interval '4 hours', '党群服务中心', 5000, 100,
    now(), now() + interval '1 year', 'bench', now(), now()
FROM generate_series(0, 980) AS n;
INSERT INTO learners (id, jurisdiction, subject, name, roles, hours, status, created_by, created_at, updated_at)
SELECT ('019c0002-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, code, CASE WHEN n < 2000 THEN 'http://127.0.0.1:8080|crowd-' || n END, '学员' || n,
    (ARRAY['[\"grid_worker\"]','[\"party_member\"]','[\"party_secretary\", \"party_member\"]','[\"property_manager\"]'])[1 + n % 4]::jsonb,
    jsonb_build_object('2026', n % 60), 'active', 'bench', now(), now() - n * interval '1 second'
FROM generate_series(0, 49999) AS n JOIN communities ON place = (n::bigint * 7919) % total;
INSERT INTO training_enrollments (id, jurisdiction, session_id, training_id, learner_id, subject, learner_name, mandatory, status, hours, corrections,
    settled_at, created_by, created_at, updated_at)
SELECT ('019c0003-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, l.jurisdiction,
    ('019c0000-0000-7000-8000-' || lpad(CASE WHEN n < 2000 THEN 0 ELSE 1 + n / 50000 * 490 + n % 490 END::text, 12, '0'))::uuid,
    '019c0001-0000-7000-8000-000000000000', l.id, l.subject, l.name, false,
    CASE WHEN n < 50000 THEN 'confirmed' ELSE 'absent' END, 0, '[]', CASE WHEN n >= 50000 THEN now() END, 'bench', now(), now() - n * interval '1 second'
FROM generate_series(0, 99999) AS n JOIN learners l ON l.id = ('019c0002-0000-7000-8000-' || lpad((n % 50000)::text, 12, '0'))::uuid;
COMMIT;
";

const AGAIN: &str = "
UPDATE training_enrollments SET status = 'confirmed', checked_in_at = NULL WHERE session_id = '019c0000-0000-7000-8000-000000000000' AND checked_in_at IS NOT NULL;
UPDATE training_sessions SET check_in_opens_at = now() - interval '1 hour', starts_at = now(), ends_at = now() + interval '4 hours'
    WHERE id = '019c0000-0000-7000-8000-000000000000';
";
