//! Compares the service with a bare actix-web + tokio-postgres server that answers the same JSON from
//! the same tables, on 500,000 disputes. Run it with `scripts/bench`.

#![allow(clippy::disallowed_methods, reason = "a benchmark has no clock to set")]

mod data;
mod fairness;
mod floor;
mod load;
mod trainings;

use std::process::{Child, Command};
use std::time::{Duration, Instant};

use load::Case;
use sihe::access::actor::{Grant, Role};
use sihe::access::keys::SigningKey;
use sihe::access::token::Claims;

const CONNECTIONS: usize = 32;
/// One machine plays the part of a city here.
const UNLIMITED: &str = "read=4000000000:4000000000,search=4000000000:4000000000,write=4000000000:4000000000,\
    import=4000000000:4000000000,export=4000000000:4000000000,feed=4000000000:4000000000,code=4000000000:4000000000,\
    public=4000000000:4000000000";
const COMMUNITY: &str = "370202001001";
const STREET: &str = "370203005";
const DISTRICT: &str = "370203";

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if let Some(at) = arguments.iter().position(|a| a == "floor") {
        return floor::serve(&arguments[at + 1]);
    }
    let number = |name: &str, default: u64| std::env::var(name).ok().and_then(|v| v.parse().ok()).unwrap_or(default);
    let (rounds, seconds) = (number("ROUNDS", 5) as usize, number("SECONDS", 4));
    let url = std::env::var("DATABASE_URL").expect("run scripts/bench");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();

    let key_file = std::env::temp_dir().join(format!("sihe-bench-{}.pem", std::process::id()));
    let sihe = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sihe"));
        command.args(arguments).env("DATABASE_URL", &url).env("SIHE_SIGNING_KEY_FILE", &key_file);
        command
            .env("SIHE_LISTEN", "127.0.0.1:18080")
            .env("SIHE_WORKERS", "2")
            .env("RUST_LOG", "info")
            .env("SIHE_RATES", UNLIMITED);
        command
    };
    assert!(sihe(&["migrate"]).status().unwrap().success());
    runtime.block_on(data::fill(&url, || {
        let divisions = concat!(env!("CARGO_MANIFEST_DIR"), "/src/resources/places/jurisdictions/qingdao.csv");
        assert!(sihe(&["import-divisions", divisions]).status().unwrap().success());
    }));
    runtime.block_on(trainings::fill(&url));
    let key = SigningKey::load_or_create(&key_file).unwrap();
    // One caller may use a quarter of the service: a caller for each connection.
    let callers = |name: &str, role: Role, places: &[&str]| -> Vec<String> {
        (0..CONNECTIONS).map(|at| token(&key, format!("{name} {at}"), role, places)).collect()
    };
    let of_city = callers("city", Role::CityOfficer, &["3702"]);
    let districts = runtime.block_on(data::districts(&url));
    let codes: Vec<_> = districts.iter().map(String::as_str).collect();
    let of_districts = callers("districts", Role::DistrictOfficer, &codes);

    let begun = Instant::now();
    let log = std::fs::File::create(std::env::temp_dir().join(format!("sihe-bench-{}.log", std::process::id()))).unwrap();
    let service = Running(sihe(&["serve"]).stderr(log).spawn().unwrap());
    wait_for("127.0.0.1:18080");
    println!("start until ready: {} ms", begun.elapsed().as_millis());
    let own = Command::new(std::env::current_exe().unwrap()).args(["floor", "127.0.0.1:18081"]).env("DATABASE_URL", &url).spawn();
    let _floor = Running(own.unwrap());
    std::thread::sleep(Duration::from_millis(500));

    let ids = runtime.block_on(data::some_ids(&url));
    let communities = runtime.block_on(data::communities(&url));
    let filed = load::file(&of_city[0], &communities[0], "127.0.0.1:18080");
    let to_accept = runtime.block_on(data::to_accept(&url, &filed));
    let cases = [
        Case::get("get one + parties", ids.iter().map(|id| (format!("/v1/disputes/{id}"), format!("/disputes/{id}"))).collect()),
        Case::get(
            "list 50, community",
            vec![(format!("/v1/disputes?in={COMMUNITY}"), format!("/disputes?community={COMMUNITY}"))],
        ),
        Case::get("list 50, street", vec![(format!("/v1/disputes?in={STREET}"), format!("/disputes?street={STREET}"))]),
        Case::get("list 50, district", vec![(format!("/v1/disputes?in={DISTRICT}"), format!("/disputes?district={DISTRICT}"))]),
        Case::get("list 50, city", vec![("/v1/disputes".into(), "/disputes".into())]),
        Case::get(
            "list 50, caller with ten districts",
            vec![("/v1/disputes".into(), format!("/disputes?districts={}", districts.join(",")))],
        )
        .asked_by(of_districts),
        Case::create("create + 2 parties", &communities, "/v1/disputes", "/disputes"),
        Case::accept("accept", &to_accept),
        Case::create("create, floor without audit, feed and history", &communities, "/v1/disputes", "/disputes?bare"),
    ];
    println!("\ntime in the database (EXPLAIN ANALYZE, best of 5)");
    runtime.block_on(data::explain(&url));
    println!("\nrequests a second at {CONNECTIONS} connections, medians of {rounds} alternating rounds of {seconds} s");
    println!("{:<48}{:>9}{:>9}{:>7}{:>12}{:>12}", "", "floor", "sihe", "ratio", "floor p99", "sihe p99");
    let time = Duration::from_secs(seconds);
    for case in &cases {
        let (mut floors, mut services, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..rounds {
            let floor = load::run(case, "127.0.0.1:18081", &[], CONNECTIONS, time);
            let service = load::run(case, "127.0.0.1:18080", case.callers.as_ref().unwrap_or(&of_city), CONNECTIONS, time);
            ratios.push(service.rate / floor.rate);
            floors.push(floor);
            services.push(service);
        }
        let rate = |all: &[load::Outcome]| median(all.iter().map(|o| o.rate).collect());
        let p99 = |all: &[load::Outcome]| median(all.iter().map(|o| o.p99.as_secs_f64() * 1000.0).collect());
        println!(
            "{:<48}{:>9.0}{:>9.0}{:>7.2}{:>9.1} ms{:>9.1} ms",
            case.name,
            rate(&floors),
            rate(&services),
            median(ratios),
            p99(&floors),
            p99(&services)
        );
    }
    let pages = load::run(
        &Case::get("feed", vec![("/v1/changes?cursor=begin&limit=1000".into(), String::new())]),
        "127.0.0.1:18080",
        &of_city,
        1,
        time,
    );
    trainings::measure("127.0.0.1:18080", &of_city, &key, CONNECTIONS, time);
    println!("\nfeed page of 1,000, one reader: {:.1} ms median", pages.median.as_secs_f64() * 1000.0);
    println!("resident memory: {} MiB now, {} MiB at most", memory(&service.0, "VmRSS"), memory(&service.0, "VmHWM"));
    let mut other = sihe(&["serve"]);
    let _other = Running(
        other.env("SIHE_LISTEN", "127.0.0.1:18082").env_remove("SIHE_RATES").stderr(std::process::Stdio::null()).spawn().unwrap(),
    );
    wait_for("127.0.0.1:18082");
    let patient = callers("patient", Role::CommunityOfficer, &[COMMUNITY]);
    fairness::measure("127.0.0.1:18082", &of_city[..1], &patient, time.max(Duration::from_secs(4)));
    runtime.block_on(deadlines(&url));
    let _ = std::fs::remove_file(key_file);
}

/// What two instances do on a morning on which many deadlines have passed.
async fn deadlines(url: &str) {
    const PASSED: i64 = 20_000;
    data::let_pass(url, PASSED).await;
    let begun = Instant::now();
    while data::waiting(url).await > 0 {
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    println!("{PASSED} deadlines worked off by two instances: {} s", begun.elapsed().as_secs());
}

/// A token for somebody who has a role in each of the places.
fn token(key: &SigningKey, subject: String, role: Role, places: &[&str]) -> String {
    let mut claims = Claims::new("http://127.0.0.1:8080", "sihe", subject, chrono::Utc::now(), chrono::TimeDelta::hours(3));
    claims.grants = places.iter().map(|place| Grant { role, jurisdiction: place.parse().unwrap() }).collect();
    key.sign(&claims).unwrap()
}

/// A process that ends with its owner.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Waits until the service answers.
fn wait_for(address: &str) {
    use std::io::{Read, Write};
    let answers = || -> std::io::Result<bool> {
        let mut stream = std::net::TcpStream::connect(address)?;
        stream.write_all(b"GET /readyz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok(answer.starts_with("HTTP/1.1 200"))
    };
    while !answers().unwrap_or(false) {
        std::thread::sleep(Duration::from_millis(2));
    }
}

fn memory(process: &Child, line: &str) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", process.id())).unwrap();
    let value = status.lines().find(|l| l.starts_with(line)).unwrap();
    value.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() / 1024
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
