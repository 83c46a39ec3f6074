//! Every setting: its environment variable, its default and its meaning.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use chrono::TimeDelta;

use crate::db::pool::{DbOptions, LEAST_CONNECTIONS};
use crate::http::limits::rates::RateTable;

/// A statement whose end is so late was lost on its way.
const LONGEST_SILENCE: Duration = Duration::from_secs(10);

/// Name, default (empty: none) and meaning of every setting.
pub const VARIABLES: &[(&str, &str, &str)] = &[
    ("DATABASE_URL", "", "PostgreSQL, such as postgres://user:password@host/sihe?sslmode=require. Required."),
    ("SIHE_LISTEN", "127.0.0.1:8080", "Address and port to serve on."),
    (
        "SIHE_ADMIN_LISTEN",
        "",
        "Address and port for operators: health, readiness and metrics, answered by a worker of their own. The metrics are then served nowhere else.",
    ),
    ("SIHE_SIGNING_KEY_FILE", "sihe-signing-key.pem", "Key of the built-in issuer; made at first start. All instances share it."),
    ("SIHE_ISSUER", "http://127.0.0.1:8080", "Name of the built-in issuer in its tokens."),
    ("SIHE_PUBLIC_URL", "http://127.0.0.1:8080", "Where everybody reaches the service; QR codes of certificates lead there."),
    ("SIHE_AUDIENCE", "sihe", "Audience that tokens must name."),
    ("SIHE_OIDC_ISSUERS", "", "URLs of OIDC issuers to believe, separated by commas; https but on loopback."),
    (
        "SIHE_UNTYPED_ISSUERS",
        "",
        "Those issuers whose access tokens need not say in `typ` that they are some, separated by commas.",
    ),
    ("SIHE_LONGEST_TOKEN_HOURS", "24", "After so many hours a token counts as expired, whatever it says itself."),
    ("SIHE_WORKERS", "0", "Worker threads; 0 for one per core."),
    ("SIHE_DATABASE_CONNECTIONS", "16", "Connections to PostgreSQL, shared out among the workers; each has at least 3."),
    ("SIHE_STATEMENT_TIMEOUT_MS", "5000", "Longest time for one statement, in milliseconds."),
    (
        "SIHE_REQUEST_TIMEOUT_MS",
        "10000",
        "Longest time for one request once its body is read, and for a small body, in milliseconds.",
    ),
    (
        "SIHE_MAX_IN_FLIGHT",
        "512",
        "Requests answered at a time, a quarter of them of one caller; what waits longer than 2 s for its turn gets 503 or 429.",
    ),
    ("SIHE_MAX_FEED_READERS", "2048", "Readers of the feed that may wait at a time, a quarter of them of one caller."),
    (
        "SIHE_RATES",
        "read=3000:200,search=300:30,write=1200:100,import=12:6,export=30:10,feed=3000:600,code=20:10,public=300:60",
        "Requests of one caller to one instance, by class: how many a minute, and how many at once.",
    ),
    (
        "SIHE_TRUSTED_PROXIES",
        "0",
        "Proxies in front that add whom they heard to X-Forwarded-For; callers without a token are told apart by address.",
    ),
    ("SIHE_DRAIN_MS", "3000", "How long to go on serving after SIGTERM while /readyz says 503, in milliseconds."),
    ("SIHE_CORS_ORIGINS", "", "Origins of browsers that may call, separated by commas; none when empty."),
    ("SIHE_LOG_FORMAT", "text", "text or json; what is logged is set by RUST_LOG (default info)."),
];

/// The settings of a process.
#[derive(Clone)]
pub struct Settings {
    pub database: DbOptions,
    pub listen: SocketAddr,
    pub admin_listen: Option<SocketAddr>,
    pub signing_key_file: PathBuf,
    pub issuer: String,
    pub public_url: String,
    pub audience: String,
    pub oidc_issuers: Vec<String>,
    pub untyped_issuers: Vec<String>,
    pub longest_token: TimeDelta,
    pub workers: usize,
    pub request_timeout: Duration,
    pub max_in_flight: usize,
    pub max_feed_readers: usize,
    pub rates: RateTable,
    pub trusted_proxies: usize,
    pub drain: Duration,
    pub cors_origins: Vec<String>,
    pub json_log: bool,
}

impl Settings {
    /// Reads the environment; the first bad setting is the error.
    #[expect(clippy::disallowed_methods, reason = "this is where settings come from")]
    pub fn from_env() -> Result<Self, String> {
        Self::read(|name| std::env::var(name).ok())
    }

    /// Reads the settings from any source of variables.
    pub fn read(source: impl Fn(&str) -> Option<String>) -> Result<Self, String> {
        let get = |name: &str| {
            let given = source(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty());
            let default = VARIABLES.iter().find(|(known, _, _)| *known == name).map_or("", |(_, default, _)| default);
            given.unwrap_or_else(|| default.to_owned())
        };
        let list = |name: &str| -> Vec<String> {
            get(name).split(',').map(str::trim).filter(|one| !one.is_empty()).map(str::to_owned).collect()
        };
        let number = |name: &str, least: u32| match get(name).parse::<u32>() {
            Ok(value) if value >= least => Ok(value),
            _ => Err(format!("{name} must be a whole number of at least {least}")),
        };
        let millis = |name: &str, least: u32| number(name, least).map(|value| Duration::from_millis(value.into()));
        let workers = workers(number("SIHE_WORKERS", 0)?)?;
        Ok(Self {
            database: DbOptions {
                url: Some(get("DATABASE_URL")).filter(|url| !url.is_empty()).ok_or("DATABASE_URL is not set")?,
                connections: (number("SIHE_DATABASE_CONNECTIONS", 1)? as usize).div_ceil(workers).max(LEAST_CONNECTIONS),
                statement_timeout: millis("SIHE_STATEMENT_TIMEOUT_MS", 1)?,
                longest_silence: LONGEST_SILENCE,
            },
            listen: address("SIHE_LISTEN", &get("SIHE_LISTEN"))?,
            admin_listen: list("SIHE_ADMIN_LISTEN").first().map(|given| address("SIHE_ADMIN_LISTEN", given)).transpose()?,
            signing_key_file: get("SIHE_SIGNING_KEY_FILE").into(),
            issuer: get("SIHE_ISSUER"),
            public_url: public(get("SIHE_PUBLIC_URL"))?,
            audience: get("SIHE_AUDIENCE"),
            oidc_issuers: safe(list("SIHE_OIDC_ISSUERS"))?,
            untyped_issuers: list("SIHE_UNTYPED_ISSUERS"),
            longest_token: TimeDelta::hours(number("SIHE_LONGEST_TOKEN_HOURS", 1)?.into()),
            workers,
            request_timeout: millis("SIHE_REQUEST_TIMEOUT_MS", 1)?,
            max_in_flight: number("SIHE_MAX_IN_FLIGHT", 1)? as usize,
            max_feed_readers: number("SIHE_MAX_FEED_READERS", 1)? as usize,
            rates: RateTable::parse(&get("SIHE_RATES")).map_err(|error| format!("SIHE_RATES: {error}"))?,
            trusted_proxies: number("SIHE_TRUSTED_PROXIES", 0)? as usize,
            drain: millis("SIHE_DRAIN_MS", 0)?,
            cors_origins: origins(list("SIHE_CORS_ORIGINS"))?,
            json_log: is_json(&get("SIHE_LOG_FORMAT"))?,
        })
    }
}

fn workers(given: u32) -> Result<usize, String> {
    match given {
        0 => Ok(std::thread::available_parallelism().map_or(1, usize::from)),
        1..=512 => Ok(given as usize),
        _ => Err("SIHE_WORKERS must be at most 512".into()),
    }
}

fn address(setting: &str, given: &str) -> Result<SocketAddr, String> {
    given.parse().map_err(|_| format!("{setting} must be an address and port such as 127.0.0.1:8080"))
}

fn is_json(format: &str) -> Result<bool, String> {
    match format {
        "json" => Ok(true),
        "text" => Ok(false),
        _ => Err("SIHE_LOG_FORMAT must be text or json".into()),
    }
}

fn safe(urls: Vec<String>) -> Result<Vec<String>, String> {
    match urls.iter().find(|url| !is_safe(url)) {
        Some(url) => Err(format!("SIHE_OIDC_ISSUERS: {url} is not an https URL")),
        None => Ok(urls),
    }
}

fn public(url: String) -> Result<String, String> {
    if reqwest::Url::parse(&url).is_ok_and(|url| matches!(url.scheme(), "http" | "https")) {
        Ok(url)
    } else {
        Err("SIHE_PUBLIC_URL must be an address such as https://sihe.example.org".into())
    }
}

fn is_safe(url: &str) -> bool {
    let Ok(url) = reqwest::Url::parse(url) else { return false };
    match url.scheme() {
        "https" => true,
        "http" => matches!(url.host_str(), Some("127.0.0.1" | "localhost" | "[::1]")),
        _ => false,
    }
}

fn origins(origins: Vec<String>) -> Result<Vec<String>, String> {
    let is_origin = |text: &&String| reqwest::Url::parse(text).is_ok_and(|url| url.origin().ascii_serialization() == **text);
    match origins.iter().find(|text| !is_origin(text)) {
        Some(text) => Err(format!("SIHE_CORS_ORIGINS: {text} is not an origin such as https://app.example.org")),
        None => Ok(origins),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> Result<Settings, String> {
        Settings::read(|name| pairs.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned()))
    }

    #[test]
    fn a_bad_setting_is_named() {
        let database = ("DATABASE_URL", "postgres://localhost/sihe");
        assert!(read(&[database]).is_ok());
        assert_eq!(read(&[]).err().unwrap(), "DATABASE_URL is not set");
        for (name, value) in [
            ("SIHE_LISTEN", "here"),
            ("SIHE_WORKERS", "-1"),
            ("SIHE_WORKERS", "513"),
            ("SIHE_CORS_ORIGINS", "*"),
            ("SIHE_CORS_ORIGINS", "https://app.example.org/"),
            ("SIHE_OIDC_ISSUERS", "https:// x"),
            ("SIHE_DATABASE_CONNECTIONS", "0"),
            ("SIHE_OIDC_ISSUERS", "http://example.org"),
            ("SIHE_OIDC_ISSUERS", "http://localhost.example.org"),
            ("SIHE_LOG_FORMAT", "xml"),
            ("SIHE_PUBLIC_URL", "sihe.example.org"),
        ] {
            let error = read(&[database, (name, value)]).err().unwrap();
            assert!(error.starts_with(name) && !error.contains('\n'), "{error}");
        }
    }
}
