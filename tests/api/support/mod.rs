//! The running service and its named callers. Only this folder touches the database by itself.

mod caller;
pub mod cells;
mod checker;
pub mod consultation;
pub mod council;
pub mod data;
mod database;
pub mod estate_unit;
pub mod mediation;
pub mod owner_vote;
pub mod process;
pub mod proxy;
pub mod raw;
pub mod samples;
pub mod structure;
pub mod training;
pub mod world;

use std::cell::Cell;
use std::collections::HashMap;
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use actix_web::dev::ServerHandle;
use chrono::{DateTime, TimeDelta, Utc};
use sihe::access::actor::{Grant, Role};
use sihe::access::code::{JurisdictionCode, Level};
use sihe::access::keys::SigningKey;
use sihe::access::token::Claims;
use sihe::app::{self, Shared};
use sihe::calendar::Clock;
use sihe::config::Settings;
use sihe::db::pool::Db;
use sihe::resources::run_due_jobs;
use sihe::serve::listener::{Serving, server};

pub use caller::{Answer, Caller};
pub use checker::Checker;
pub use database::{TestDatabase, connect};
use samples::Fixtures;

/// A service that runs in the test's process, with its own database and a standing clock.
pub struct TestApp {
    pub url: String,
    pub database: TestDatabase,
    pub clock: Clock,
    pub settings: Settings,
    pub key: SigningKey,
    pub http: reqwest::Client,
    pub shared: Shared,
    /// Tokens of callers with one grant, by subject and time.
    tokens: Mutex<HashMap<(String, Option<i64>), String>>,
    /// What samples share for good.
    pub lasting: Fixtures,
    /// What samples share until one of them has changed it.
    pub cases: Fixtures,
    begun: Instant,
    server: ServerHandle,
}

/// A test that takes longer waits for something that does not come.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(600);

/// How long a head may take here.
pub const LONGEST_HEAD: Duration = Duration::from_secs(1);

/// When every test begins: a Monday morning in Qingdao.
pub fn start_of_time() -> DateTime<Utc> {
    "2026-03-02T01:00:00Z".parse().unwrap()
}

/// Serves until it is told to stop.
fn serve(shared: &Shared, settings: &Settings) -> (String, ServerHandle) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let serving = Serving { workers: 1, shutdown_timeout: 1, longest_head: LONGEST_HEAD };
    let parts = (shared.clone(), settings.database.clone());
    let server = server(listener, serving, move || app::build(&parts.0, Db::new(&parts.1).unwrap())).unwrap();
    let handle = server.handle();
    actix_web::rt::spawn(server);
    (url, handle)
}

impl TestApp {
    pub async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    /// Starts with changed settings.
    pub async fn start_with(change: impl FnOnce(&mut Settings)) -> Self {
        let database = TestDatabase::new().await;
        let mut settings = database.settings();
        change(&mut settings);

        let key = SigningKey::ephemeral().unwrap();
        let clock = Clock::standing_at(start_of_time());
        let shared = Shared::new(&settings, &key, clock.clone()).unwrap();
        let (url, handle) = serve(&shared, &settings);
        let background = (shared.watch.clone(), settings.database.clone());
        actix_web::rt::spawn(async move { background.0.run(&Db::new(&background.1).unwrap()).await });
        let http =
            reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).tls_certs_only([]).no_proxy().build().unwrap();
        Self {
            url,
            database,
            clock,
            settings,
            key,
            http,
            shared,
            tokens: Mutex::default(),
            lasting: Fixtures::default(),
            cases: Fixtures::default(),
            begun: Instant::now(),
            server: handle,
        }
    }

    /// Another server of the same service with other settings: where it is, and how it is stopped.
    pub fn beside(&self, change: impl FnOnce(&mut Settings)) -> (String, ServerHandle) {
        let mut settings = self.settings.clone();
        change(&mut settings);
        serve(&Shared::new(&settings, &self.key, self.clock.clone()).unwrap(), &settings)
    }

    /// Somebody without a token.
    pub fn anonymous(&self) -> Caller<'_> {
        Caller { app: self, token: None }
    }

    /// An officer of the level that the code has.
    pub fn officer_of(&self, code: &str) -> Caller<'_> {
        self.caller(self.officer_role(code), code)
    }

    /// Another officer of the same office, for what takes a second person.
    pub fn colleague_of(&self, code: &str) -> Caller<'_> {
        let mut claims = self.claims(&[(self.officer_role(code), code)]);
        claims.sub = format!("colleague of {code}");
        self.with_claims(&claims)
    }

    /// The officer's role of the level that the code has.
    pub fn officer_role(&self, code: &str) -> Role {
        match code.parse::<JurisdictionCode>().unwrap().level() {
            Level::Province => Role::Admin,
            Level::City => Role::CityOfficer,
            Level::District => Role::DistrictOfficer,
            Level::Street => Role::StreetOfficer,
            Level::Community => Role::CommunityOfficer,
            Level::Grid => Role::GridWorker,
        }
    }

    /// A resident with this name.
    pub fn resident(&self, name: &str, code: &str) -> Caller<'_> {
        let mut claims = self.claims(&[(Role::Resident, code)]);
        claims.sub = name.into();
        self.with_claims(&claims)
    }

    pub fn caller(&self, role: Role, code: &str) -> Caller<'_> {
        let claims = self.claims(&[(role, code)]);
        let mut tokens = self.tokens.lock().unwrap();
        let known = tokens.entry((claims.sub.clone(), claims.iat)).or_insert_with(|| self.key.sign(&claims).unwrap());
        self.with_token(known)
    }

    pub fn with_claims(&self, claims: &Claims) -> Caller<'_> {
        self.with_token(&self.key.sign(claims).unwrap())
    }

    pub fn with_token(&self, token: &str) -> Caller<'_> {
        Caller { app: self, token: Some(token.to_owned()) }
    }

    /// Claims of a good token with these grants.
    pub fn claims(&self, grants: &[(Role, &str)]) -> Claims {
        let name = grants.iter().map(|(role, code)| format!("{} {code}", role.as_str())).collect::<Vec<_>>().join(", ");
        let mut claims =
            Claims::new(&self.settings.issuer, &self.settings.audience, name, self.clock.now(), TimeDelta::days(365));
        claims.grants = grants.iter().map(|(role, code)| Grant { role: *role, jurisdiction: code.parse().unwrap() }).collect();
        claims
    }

    /// Claims for a process of its own, which has the system's clock instead of the test's.
    pub fn claims_for_now(&self, role: Role, code: &str) -> Claims {
        let mut claims = self.claims(&[(role, code)]);
        claims.iat = None;
        claims.exp = Utc::now().timestamp() + 3600;
        claims
    }

    /// A connection to the test's database that may write.
    pub async fn connect(&self) -> tokio_postgres::Client {
        self.must_end();
        connect(&self.database.url).await
    }

    /// Lets the service do what the time that has come asks for; says how many steps that were.
    pub async fn run_due_jobs(&self) -> usize {
        let taken = Cell::new(0);
        run_due_jobs(&Db::new(&self.settings.database).unwrap(), self.clock.now(), |round| taken.update(|sum| sum + round.taken))
            .await;
        taken.get()
    }

    /// Fails a test that would go on forever: whatever it waits for, it asks the service or the database.
    pub fn must_end(&self) {
        assert!(self.begun.elapsed() < ACQUIRE_TIMEOUT, "it waits for something that does not come");
    }

    /// Waits until something is so.
    pub async fn until(&self, is_so: impl AsyncFn() -> bool) {
        while !is_so().await {
            self.must_end();
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// How many statements wait for a table of this database; copies of a database have tables of the same number.
    pub async fn waiting_for(&self, table: &str) -> i64 {
        let waiting = "SELECT count(*) FROM pg_locks WHERE relation = $1::text::regclass AND NOT granted \
            AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
        self.connect().await.query_one(waiting, &[&table]).await.unwrap().get(0)
    }

    /// How many rows a table has.
    pub async fn count(&self, table: &str) -> i64 {
        self.connect().await.query_one(&format!("SELECT count(*) FROM {table}"), &[]).await.unwrap().get(0)
    }

    pub fn checker(&self) -> Arc<Checker> {
        Checker::shared()
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        self.shared.watch.close();
        drop(self.server.stop(false));
    }
}
