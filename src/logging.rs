//! One line for each log record, as text or as JSON, with its values. Lines are gathered and written
//! together every few milliseconds: a write for each costs a seventh of the reads.

use std::fmt::Write as _;
use std::io::{self, Write};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use chrono::SecondsFormat;
use env_logger::{Env, Target, WriteStyle};
use log::Level;
use log::kv::{Error, Key, Value, VisitSource};
use serde_json::Map;

use crate::calendar::Clock;

/// How long a line may wait.
const WAIT: Duration = Duration::from_millis(20);
const MOST_GATHERED: usize = 1 << 20;
/// What the service says itself. Below `info` libraries tell what they send: the values of statements, and tokens.
const OURS: [&str; 3] = ["sihe", "access", "problem"];

static GATHERED: Mutex<Vec<u8>> = Mutex::new(Vec::new());

/// Takes lines and keeps them until they are flushed.
struct Gathering;

impl Write for Gathering {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut gathered = GATHERED.lock().unwrap_or_else(PoisonError::into_inner);
        gathered.extend_from_slice(bytes);
        let too_much = gathered.len() > MOST_GATHERED;
        drop(gathered);
        if too_much {
            flush();
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Writes what was gathered to standard error.
pub fn flush() {
    let gathered = std::mem::take(&mut *GATHERED.lock().unwrap_or_else(PoisonError::into_inner));
    // Where standard error is closed there is nobody to tell.
    let _ = io::stderr().write_all(&gathered);
}

/// Starts the log on standard error; `RUST_LOG` says what is logged.
pub fn start(json: bool) {
    let mut builder = env_logger::Builder::from_env(Env::default().default_filter_or("info,tokio_postgres=warn"));
    builder.target(Target::Pipe(Box::new(Gathering))).write_style(WriteStyle::Always);
    builder.format(move |out, record| {
        if record.level() > Level::Info && !OURS.iter().any(|own| record.target().starts_with(own)) {
            return Ok(());
        }
        let at = Clock::System.now().to_rfc3339_opts(SecondsFormat::Micros, true);
        if json {
            let mut line = Map::new();
            line.insert("at".into(), at.into());
            line.insert("level".into(), record.level().as_str().into());
            line.insert("target".into(), record.target().into());
            line.insert("message".into(), record.args().to_string().into());
            let _ = record.key_values().visit(&mut Members(&mut line));
            return writeln!(out, "{}", serde_json::Value::Object(line));
        }
        let mut line = format!("{at} {} {} {}", record.level(), record.target(), record.args());
        let _ = record.key_values().visit(&mut Pairs(&mut line));
        writeln!(out, "{line}")
    });
    builder.init();
    std::thread::spawn(|| {
        loop {
            std::thread::sleep(WAIT);
            flush();
        }
    });
}

/// Turns the values of a record into members of a JSON object.
struct Members<'a>(&'a mut Map<String, serde_json::Value>);

impl<'kvs> VisitSource<'kvs> for Members<'_> {
    fn visit_pair(&mut self, key: Key<'kvs>, value: Value<'kvs>) -> Result<(), Error> {
        let value = value.to_u64().map_or_else(|| value.to_string().into(), serde_json::Value::from);
        self.0.insert(key.to_string(), value);
        Ok(())
    }
}

/// Appends the values of a record as `key=value`. A line break in a value does not break the line.
struct Pairs<'a>(&'a mut String);

impl<'kvs> VisitSource<'kvs> for Pairs<'_> {
    fn visit_pair(&mut self, key: Key<'kvs>, value: Value<'kvs>) -> Result<(), Error> {
        let start = self.0.len();
        let _ = write!(self.0, " {key}={value}");
        if self.0.as_bytes()[start..].iter().any(u8::is_ascii_control) {
            let escaped = self.0[start..].escape_debug().to_string();
            self.0.replace_range(start.., &escaped);
        }
        Ok(())
    }
}
