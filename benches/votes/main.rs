//! A vote of the owners of 20,000 units: how long the roll, its freezing, a ballot and the count take. Run it with `scripts/bench votes`.

#![allow(clippy::disallowed_methods, reason = "a benchmark has no clock to set")]

use std::process::{Child, Command};
use std::time::{Duration, Instant};

use chrono::{TimeDelta, Utc};
use reqwest::Client;
use serde_json::{Value, json};
use sihe::access::actor::{Grant, Role};
use sihe::access::keys::SigningKey;
use sihe::access::token::Claims;
use tokio_postgres::NoTls;
use uuid::Uuid;

const UNITS: usize = 20_000;
const CONNECTIONS: usize = 32;
/// Ballots in the minute that is measured.
const A_MINUTE: usize = 2_000;
const COMMUNITY: &str = "370202001001";
const SERVICE: &str = "http://127.0.0.1:18090";
const UNLIMITED: &str = "read=4000000000:4000000000,search=4000000000:4000000000,write=4000000000:4000000000,\
    import=4000000000:4000000000,export=4000000000:4000000000,feed=4000000000:4000000000,code=4000000000:4000000000,\
    public=4000000000:4000000000";

/// A process that ends with its owner.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn main() {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(measure());
}

async fn measure() {
    let url = std::env::var("DATABASE_URL").expect("run scripts/bench votes");
    let key_file = std::env::temp_dir().join(format!("sihe-bench-{}.pem", std::process::id()));
    let sihe = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sihe"));
        command.args(arguments).env("DATABASE_URL", &url).env("SIHE_SIGNING_KEY_FILE", &key_file).env("SIHE_RATES", UNLIMITED);
        command.env("SIHE_LISTEN", "127.0.0.1:18090").env("SIHE_WORKERS", "2").env("RUST_LOG", "warn");
        command
    };
    assert!(sihe(&["migrate"]).status().unwrap().success());
    let divisions = concat!(env!("CARGO_MANIFEST_DIR"), "/src/resources/places/jurisdictions/qingdao.csv");
    assert!(sihe(&["import-divisions", divisions]).status().unwrap().success());
    let key = SigningKey::load_or_create(&key_file).unwrap();
    let _service = Running(sihe(&["serve"]).spawn().unwrap());
    let caller = |subject: &str, role: Role, place: &str| Caller::new(&key, subject, role, place);
    let (officer, street) =
        (caller("officer", Role::CommunityOfficer, COMMUNITY), caller("street", Role::StreetOfficer, &COMMUNITY[..9]));
    officer.until_ready().await;
    let (database, connection) = tokio_postgres::connect(&url, NoTls).await.unwrap();
    tokio::spawn(connection);

    let vote = prepared(&officer, &street, &database).await;
    // Each head has an owner with a token of their own.
    let owner = |head: usize| token(&key, &format!("owner {head}"), Role::Resident, COMMUNITY);
    let tokens: Vec<String> = (0..=UNITS).map(owner).collect();
    let subject = "http://127.0.0.1:8080|owner ";
    let agents = "UPDATE vote_heads SET agent = $2 || head::text WHERE vote_id = $1";
    database.execute(agents, &[&vote, &subject]).await.unwrap();
    let opened = "UPDATE owner_votes SET status = 'voting', next_step_at = ends_at WHERE id = $1";
    database.execute(opened, &[&vote]).await.unwrap();

    let every = Duration::from_secs(60) / (A_MINUTE as u32);
    let paced = cast(&tokens, vote, 1..=A_MINUTE, Some(every)).await;
    told(&format!("{A_MINUTE} ballots in a minute over {CONNECTIONS} connections"), paced);
    told("the same rows written without the service", floor(&url, &database, every).await);
    let rest = cast(&tokens, vote, A_MINUTE + 1..=UNITS, None).await;
    told(&format!("{} ballots as fast as they go", UNITS - A_MINUTE), rest);

    let closed = "UPDATE owner_votes SET status = 'counting', ends_at = now(), next_step_at = NULL WHERE id = $1";
    let unlocked = "ALTER TABLE owner_votes DISABLE TRIGGER owner_votes_announced_is_fixed; \
        UPDATE owner_votes SET starts_at = now() - interval '1 day'; ALTER TABLE owner_votes ENABLE TRIGGER owner_votes_announced_is_fixed";
    database.batch_execute(unlocked).await.unwrap();
    database.execute(closed, &[&vote]).await.unwrap();
    let path = format!("/v1/owner-votes/{vote}");
    let (counted, time) = officer.timed(&format!("{path}/count"), json!({})).await;
    println!("{:<60}{:>9.2} s", "count", time.as_secs_f64());
    assert_eq!(counted["result"]["topics"][0]["part"]["heads"], UNITS);
    let begun = Instant::now();
    let archive = officer.get(&format!("{path}/archive.zip?purpose=supervision")).await;
    println!("{:<60}{:>9.2} s ({} MB)", "export", begun.elapsed().as_secs_f64(), archive.len() / 1_000_000);
    let file = std::env::temp_dir().join(format!("sihe-bench-{}.zip", std::process::id()));
    std::fs::write(&file, archive).unwrap();
    let begun = Instant::now();
    assert!(sihe(&["recount", file.to_str().unwrap()]).status().unwrap().success());
    println!("{:<60}{:>9.2} s", "recount", begun.elapsed().as_secs_f64());
    let _ = (std::fs::remove_file(file), std::fs::remove_file(key_file));
}

/// A vote that was announced; tells how long the steps took.
async fn prepared(officer: &Caller, street: &Caller, database: &tokio_postgres::Client) -> Uuid {
    let estate = json!({"jurisdiction": COMMUNITY, "name": format!("小区{}", Uuid::new_v4().simple()),
        "units": UNITS, "households": UNITS, "area": 8956 * UNITS});
    let estate = officer.timed("/v1/estates", estate).await.0["id"].clone();
    let mut lines =
        "building,entrance,number,square_meters,area_basis,sold,delivered_on,owner_name,owner_identity_number\n".to_owned();
    for unit in 0..UNITS {
        let (building, number) = (unit / 200 + 1, unit % 200 + 1);
        lines += &format!("{building},{},{number},89.56,registered,true,2019-06-30,业主,3702021990{unit:08}\n", number % 4 + 1);
    }
    let begun = Instant::now();
    let path = format!("/v1/estate-units/import?estate_id={}", estate.as_str().unwrap());
    let imported =
        officer.send(officer.http.post(format!("{SERVICE}{path}")).header("content-type", "text/csv").body(lines)).await;
    println!("{:<60}{:>9.2} s", format!("import of {UNITS} units"), begun.elapsed().as_secs_f64());
    assert_eq!(imported["created"], UNITS, "{imported}");
    let at = |days| (Utc::now() + TimeDelta::days(days)).to_rfc3339();
    let body = json!({"estate_id": estate, "title": "业主大会会议", "convener": "preparatory_group", "cause": "own_decision",
        "cause_on": "2026-03-01", "topics": [{"title": "使用维修资金", "matter": "use_fund"}, {"title": "选聘物业", "matter": "hire_enterprise"}],
        "secrecy": "named", "starts_at": at(30), "ends_at": at(45)});
    let vote = officer.timed("/v1/owner-votes", body).await.0["id"].clone();
    let path = format!("/v1/owner-votes/{}", vote.as_str().unwrap());
    let posting = json!({"place": "公告栏", "until_on": (Utc::now() + TimeDelta::days(20)).date_naive().to_string()});
    let (published, time) = officer.timed(&format!("{path}/publish-roll"), json!({"posting": posting})).await;
    println!("{:<60}{:>9.2} s", "roll", time.as_secs_f64());
    street.timed(&format!("{path}/confirm"), json!({"version": published["version"]})).await;
    let hung = "UPDATE owner_votes SET preparation = preparation || '{\"roll_published_on\": \"2026-10-01\", \"roll_changed_on\": \"2026-10-01\"}', \
        postings = (SELECT jsonb_agg(posting || '{\"from_on\": \"2026-10-01\"}') FROM jsonb_array_elements(postings) posting)";
    database.batch_execute(hung).await.unwrap();
    let today = (Utc::now() + TimeDelta::hours(8)).date_naive().to_string();
    let announcement = json!({"posting": posting, "observer": "居委会副主任", "committee_told_on": today});
    let (_, time) = officer.timed(&format!("{path}/announce"), announcement).await;
    println!("{:<60}{:>9.2} s", "freezing", time.as_secs_f64());
    vote.as_str().unwrap().parse().unwrap()
}

/// Casts the ballots of heads, each for its owner, over some connections, every so often or as fast as they go.
async fn cast(tokens: &[String], vote: Uuid, heads: std::ops::RangeInclusive<usize>, every: Option<Duration>) -> Vec<Duration> {
    let begun = Instant::now();
    let first = *heads.start();
    let of_connection = (0..CONNECTIONS).map(|connection| {
        let http = Client::new();
        let mine: Vec<usize> = heads.clone().filter(|head| head % CONNECTIONS == connection).collect();
        async move {
            let mut times = Vec::new();
            for head in mine {
                if let Some(every) = every {
                    tokio::time::sleep_until((begun + every * u32::try_from(head - first).unwrap()).into()).await;
                }
                let choices = if head % 3 == 0 { json!([["no"], ["abstain"]]) } else { json!([["yes"], ["yes"]]) };
                let body = json!({"head": head, "choices": choices});
                let owner = Caller { http: http.clone(), token: tokens[head].clone() };
                times.push(owner.timed(&format!("/v1/owner-votes/{vote}/ballots"), body).await.1);
            }
            times
        }
    });
    futures_util::future::join_all(of_connection).await.concat()
}

/// Writes the rows that a ballot leaves, and nothing else, over as many connections.
async fn floor(url: &str, database: &tokio_postgres::Client, every: Duration) -> Vec<Duration> {
    let copies = "DROP TABLE IF EXISTS floor_ballots, floor_audit, floor_replies; CREATE TABLE floor_ballots AS TABLE vote_ballots; \
        ALTER TABLE floor_ballots ADD PRIMARY KEY (id), ADD UNIQUE (vote_id, head, revision), ADD UNIQUE (vote_id, receipt); \
        CREATE TABLE floor_audit AS SELECT * FROM audit_entries WHERE kind = 'ballots'; CREATE INDEX ON floor_audit (record_id, at); \
        CREATE INDEX ON floor_audit (jurisdiction, at)";
    database.batch_execute(copies).await.unwrap();
    let begun = Instant::now();
    let of_connection = (0..CONNECTIONS).map(|connection| async move {
        let (client, driver) = tokio_postgres::connect(url, NoTls).await.unwrap();
        tokio::spawn(driver);
        let ballot = "INSERT INTO floor_ballots SELECT gen_random_uuid(), vote_id, head + $1, revision, channel, sealed, \
            md5($1::text) || md5(head::text || $1::text), cast_at, put_at, counts, set_aside, ended_at, letters, cast_by FROM floor_ballots LIMIT 1";
        let audit = "INSERT INTO floor_audit SELECT * FROM floor_audit LIMIT 1";
        let (ballot, audit) = (client.prepare(ballot).await.unwrap(), client.prepare(audit).await.unwrap());
        let mut times = Vec::new();
        for at in (0..A_MINUTE).filter(|at| at % CONNECTIONS == connection) {
            tokio::time::sleep_until((begun + every * u32::try_from(at).unwrap()).into()).await;
            let begun = Instant::now();
            client.batch_execute("BEGIN").await.unwrap();
            client.execute(&ballot, &[&i32::try_from(100_000 + at).unwrap()]).await.unwrap();
            client.execute(&audit, &[]).await.unwrap();
            client.batch_execute("COMMIT").await.unwrap();
            times.push(begun.elapsed());
        }
        times
    });
    futures_util::future::join_all(of_connection).await.concat()
}

fn told(what: &str, mut times: Vec<Duration>) {
    times.sort_unstable();
    let at = |part: usize| times[(times.len() * part / 100).min(times.len() - 1)].as_secs_f64() * 1000.0;
    println!("{what:<60}{:>9.1} ms median, {:.1} ms p99, {:.1} ms at most", at(50), at(99), at(100));
}

/// Somebody with a token and a connection of their own.
struct Caller {
    http: Client,
    token: String,
}

fn token(key: &SigningKey, subject: &str, role: Role, place: &str) -> String {
    let mut claims = Claims::new("http://127.0.0.1:8080", "sihe", subject.to_owned(), Utc::now(), TimeDelta::hours(3));
    claims.grants = vec![Grant { role, jurisdiction: place.parse().unwrap() }];
    key.sign(&claims).unwrap()
}

impl Caller {
    fn new(key: &SigningKey, subject: &str, role: Role, place: &str) -> Self {
        Self { http: Client::new(), token: token(key, subject, role, place) }
    }

    async fn until_ready(&self) {
        while self.http.get(format!("{SERVICE}/readyz")).send().await.is_err() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    async fn send(&self, request: reqwest::RequestBuilder) -> Value {
        let answer = request.bearer_auth(&self.token).send().await.unwrap();
        let status = answer.status();
        let body = answer.bytes().await.unwrap();
        assert!(status.is_success(), "{status}: {}", String::from_utf8_lossy(&body));
        serde_json::from_slice(&body).unwrap()
    }

    async fn timed(&self, path: &str, body: Value) -> (Value, Duration) {
        let begun = Instant::now();
        let request =
            self.http.post(format!("{SERVICE}{path}")).header("content-type", "application/json").body(body.to_string());
        let answer = self.send(request).await;
        (answer, begun.elapsed())
    }

    async fn get(&self, path: &str) -> Vec<u8> {
        let answer = self.http.get(format!("{SERVICE}{path}")).bearer_auth(&self.token).send().await.unwrap();
        assert!(answer.status().is_success());
        answer.bytes().await.unwrap().to_vec()
    }
}
