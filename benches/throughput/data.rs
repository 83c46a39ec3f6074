//! Half a million disputes, evenly over the real communities, of which one in thirty is open.

use tokio_postgres::{Client, NoTls};

const DISPUTES: i64 = 500_000;

pub async fn connect(url: &str) -> Client {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
    tokio::spawn(async move {
        let _ = connection.await;
    });
    client
}

/// Fills the database once; later runs keep it.
pub async fn fill(url: &str, import: impl FnOnce()) {
    let client = connect(url).await;
    let count: i64 = client.query_one("SELECT count(*) FROM disputes", &[]).await.unwrap().get(0);
    if count < DISPUTES {
        println!("loading {DISPUTES} disputes");
        import();
        let script = FILL.replace("{DISPUTES}", &DISPUTES.to_string());
        client.batch_execute(&script).await.unwrap();
        client.batch_execute("VACUUM ANALYZE").await.unwrap();
    }
}

const FILL: &str = "
BEGIN;
CREATE TEMP TABLE communities ON COMMIT DROP AS
    SELECT code, row_number() OVER (ORDER BY md5(code)) - 1 AS place, count(*) OVER () AS total FROM jurisdictions WHERE level = 'community';
CREATE FUNCTION pg_temp.words(texts text) RETURNS text[] LANGUAGE sql IMMUTABLE AS $$
    SELECT array_agg(DISTINCT substr(texts, at, 2)) FROM generate_series(1, char_length(texts) - 1) AS at
$$;
INSERT INTO disputes (id, jurisdiction, title, description, category, estate_name, status, assignee, resolution,
    reported_at, created_by, created_at, updated_at, due_at, progress, terms)
SELECT (lpad(to_hex(1767225600000 + n), 12, '0') || '7' || substr(md5(n::text), 1, 3) || '8' || substr(md5(n::text), 4, 15))::uuid,
    code, title, '自上周起，物业已查看两次，双方对责任有争议。', category,
    '示范小区' || n % 50,
    CASE WHEN n % 30 = 0 THEN (ARRAY['submitted','accepted','assigned','in_handling','in_mediation','suspended','transferred','resolved'])[1 + n / 30 % 8]
        WHEN n % 41 = 0 THEN 'withdrawn' WHEN n % 97 = 0 THEN 'rejected' ELSE 'closed' END,
    '社区物业管理办公室', '双方达成一致', at, 'bench|' || n % 10000, at, at + (n % 1000) * interval '1 minute',
    CASE WHEN n % 30 = 0 AND n / 30 % 8 < 4 THEN at + interval '15 days' END, '{\"clocks\":[]}',
    pg_temp.words(title || '自上周起物业已查看两次双方对责任有争议示范小区') || ARRAY['#' || category, '@' || left(code, 6), '@' || left(code, 9)]
FROM generate_series(0, {DISPUTES} - 1) AS n
JOIN communities ON place = (n::bigint * 7919) % total,
LATERAL (SELECT timestamptz '2025-01-01' + n * interval '1 minute' AS at) AS times,
LATERAL (SELECT (ARRAY['fee','maintenance_fund','parking','leakage','elevator','noise','common_income','service_quality'])[1 + n % 8] AS category,
    CASE WHEN n % 5000 = 17 THEN '管道爆裂，地下室被淹' ELSE (ARRAY['楼上漏水，厨房顶棚受损','车位被长期占用','电梯频繁停运','夜间噪声扰民','物业费调价争议',
        '公共收益未公示','外墙脱落','绿地被占','垃圾清运不及时','供热温度不达标'])[1 + n % 10] END || (n % 97)::text || '号楼' AS title) AS texts;
INSERT INTO dispute_parties (dispute_id, position, role, kind, name, phone)
SELECT id, p, (ARRAY['applicant','respondent'])[1 + p], 'person', '业主' || p, '13800000000' FROM disputes, generate_series(0, 1) AS p;
INSERT INTO dispute_events (dispute_id, version, at, action, to_status, role, caller)
SELECT id, 1, created_at, 'create', 'submitted', 'community_officer', created_by FROM disputes;
INSERT INTO changes (kind, record_id, op, version, jurisdiction, changed_at, data)
SELECT 'dispute', id::text, 'upsert', 1, jurisdiction, created_at, json_build_object('id', id, 'number', number, 'jurisdiction', jurisdiction,
    'title', title, 'description', description, 'category', category, 'estate_name', estate_name, 'status', status, 'assignee', assignee,
    'resolution', resolution, 'reported_at', reported_at, 'version', version, 'created_at', created_at, 'updated_at', updated_at)::text
FROM disputes ORDER BY id;
COMMIT;
";

/// Submitted disputes, all as one that the service itself has filed, to be accepted: those of the run before once more.
pub async fn to_accept(url: &str, filed: &str) -> Vec<String> {
    let client = connect(url).await;
    client.batch_execute(&TO_ACCEPT.replace("{FILED}", filed)).await.unwrap();
    client.batch_execute("VACUUM ANALYZE disputes").await.unwrap();
    let rows =
        client.query("SELECT id::text FROM disputes WHERE created_by = 'accept' ORDER BY md5(id::text)", &[]).await.unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

const TO_ACCEPT: &str = "
INSERT INTO disputes (id, jurisdiction, title, description, category, estate_name, status, reported_at, created_by, created_at, updated_at,
    due_at, next_step_at, terms, progress)
SELECT (lpad(to_hex(1767225600000 + n), 12, '0') || '7' || substr(md5(n::text), 1, 3) || '9' || substr(md5(n::text), 4, 15))::uuid,
    code, title, description, category, estate_name, status, reported_at, 'accept', created_at, updated_at, due_at, next_step_at, terms, progress
FROM disputes AS filed, (SELECT code, row_number() OVER (ORDER BY md5(code)) - 1 AS place, count(*) OVER () AS total
    FROM jurisdictions WHERE level = 'community') AS places, generate_series(0, 99999) AS n
WHERE filed.id = '{FILED}' AND place = n % total AND NOT EXISTS (SELECT FROM disputes WHERE created_by = 'accept');
UPDATE disputes SET (status, progress, due_at, next_step_at) =
    (SELECT status, progress, due_at, next_step_at FROM disputes WHERE id = '{FILED}') WHERE created_by = 'accept' AND status <> 'submitted'";

/// Lets the deadlines of so many disputes pass.
pub async fn let_pass(url: &str, disputes: i64) {
    let pass = "UPDATE disputes SET next_step_at = now() - interval '1 hour',
        progress = replace(progress::text, '\"due_on\":\"' || (progress->'clocks'->0->>'due_on'), '\"due_on\":\"2026-01-05')::json
        WHERE id IN (SELECT id FROM disputes WHERE created_by = 'accept' AND status = 'submitted' ORDER BY id LIMIT $1)";
    assert_eq!(connect(url).await.execute(pass, &[&disputes]).await.unwrap(), disputes.unsigned_abs());
}

/// How many disputes wait for the service.
pub async fn waiting(url: &str) -> i64 {
    let client = connect(url).await;
    client.query_one("SELECT count(*) FROM disputes WHERE next_step_at <= now()", &[]).await.unwrap().get(0)
}

pub async fn some_ids(url: &str) -> Vec<String> {
    let rows = connect(url).await.query("SELECT id::text FROM disputes TABLESAMPLE system (1) LIMIT 2000", &[]).await.unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

/// Ten districts, or all if there are fewer.
pub async fn districts(url: &str) -> Vec<String> {
    let query = "SELECT code FROM jurisdictions WHERE level = 'district' ORDER BY code LIMIT 10";
    connect(url).await.query(query, &[]).await.unwrap().iter().map(|row| row.get(0)).collect()
}

pub async fn communities(url: &str) -> Vec<String> {
    let rows = connect(url)
        .await
        .query("SELECT code FROM jurisdictions WHERE level = 'community' ORDER BY md5(code)", &[])
        .await
        .unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

/// The statements of the lists at every level of the tree, and the feed's page.
pub async fn explain(url: &str) {
    let client = connect(url).await;
    let levels = [("city", "3702"), ("district", "370203"), ("street", "370203005"), ("community", "370202001001")];
    let mut statements = Vec::new();
    for (level, code) in levels {
        let list = |filter: &str, order: &str| {
            format!("SELECT * FROM disputes WHERE {level}_code = '{code}'{filter} ORDER BY {order} LIMIT 51")
        };
        // By status and by report the service reads a city district by district, by status a street in its district.
        let apart = |filter: &str, order: &str| match level {
            "city" => format!(
                "SELECT page.* FROM (SELECT DISTINCT left(code, 6) FROM jurisdictions WHERE parent_code = '{code}' OR code = '{code}') AS place (code), \
                 LATERAL (SELECT * FROM disputes WHERE district_code = place.code{filter} ORDER BY {order} LIMIT 51) AS page ORDER BY {order} LIMIT 51"
            ),
            "street" if !filter.is_empty() => list(&format!(" AND district_code = '{}'{filter}", &code[..6]), order),
            _ => list(filter, order),
        };
        let newest = "updated_at DESC, id DESC";
        statements.push((format!("{level}: newest"), list("", newest)));
        statements.push((format!("{level}: oldest"), list("", "updated_at ASC, id ASC")));
        statements.push((format!("{level}: by report"), apart("", "reported_at DESC, id DESC")));
        let submitted = apart(" AND status = 'submitted'", newest);
        let accepted = apart(" AND status = 'accepted'", newest);
        statements
            .push((format!("{level}: open ones"), format!("({submitted}) UNION ALL ({accepted}) ORDER BY {newest} LIMIT 51")));
        statements.push((format!("{level}: rejected ones (none)"), apart(" AND status = 'rejected'", newest)));
        for (kind, words) in [
            ("common words", "'漏水'"),
            ("rare words", "'爆裂'"),
            ("two common words", "'漏水','厨房'"),
            ("unknown words", "'飞机'"),
            ("one category", "'#parking'"),
            ("no such category", "'#pets'"),
        ] {
            let place = if level == "city" { String::new() } else { format!(",'@{}'", &code[..code.len().min(9)]) };
            statements.push((format!("{level}: {kind}"), list(&format!(" AND terms @> ARRAY[{words}{place}]"), newest)));
        }
        let after =
            " AND updated_at <= '2025-06-01' AND (updated_at < '2025-06-01' OR id < '019b76da-a800-7000-8000-000000000000')";
        statements.push((format!("{level}: a later page"), list(after, newest)));
    }
    let handler = "left(jurisdiction, CASE level WHEN 'city' THEN 4 WHEN 'district' THEN 6 WHEN 'street' THEN 9 ELSE 12 END)";
    statements.push((
        "work of a community".into(),
        format!("SELECT * FROM disputes WHERE {handler} = ANY(ARRAY['370202001001']) AND due_at IS NOT NULL ORDER BY due_at, id LIMIT 200"),
    ));
    statements.push((
        "what may be the same".into(),
        "SELECT * FROM disputes WHERE community_code = '370202001001' AND estate_name = '示范小区7' AND terms @> ARRAY['#leakage'] \
         AND reported_at BETWEEN '2025-05-01' AND '2025-09-01' ORDER BY reported_at DESC LIMIT 200"
            .into(),
    ));
    statements.push((
        "grave ones below a district".into(),
        format!("SELECT * FROM disputes WHERE jurisdiction > '370202' AND jurisdiction < '370202:' AND risk = 'red' AND due_at IS NOT NULL \
                 AND {handler} <> '370202' ORDER BY due_at, id LIMIT 200"),
    ));
    for (level, code) in levels {
        let street = if level == "community" { format!("street_code = '{}' AND ", &code[..9]) } else { String::new() };
        let feed = format!(
            "SELECT * FROM changes WHERE {street}{level}_code = '{code}' AND kind = ANY(ARRAY['dispute']) AND tx >= 0 AND (tx > 0 OR seq > 0) \
             AND tx < feed_horizon() ORDER BY tx, seq LIMIT 1000"
        );
        statements.push((format!("feed of a {level}, page of 1,000"), feed));
    }
    for (name, statement) in statements {
        let mut best = f64::MAX;
        for _ in 0..5 {
            let rows = client.query(&format!("EXPLAIN (ANALYZE, TIMING OFF) {statement}"), &[]).await.unwrap();
            let time = rows
                .iter()
                .map(|row| row.get::<_, String>(0))
                .find_map(|l| l.strip_prefix("Execution Time: ")?.strip_suffix(" ms")?.parse().ok());
            best = best.min(time.unwrap());
        }
        println!("{name:<40}{best:>9.2} ms");
    }
}
