//! One line for each log record, as text or as JSON, with its values. Written without colors and
//! without the search for them.

use std::fmt::Write as _;
use std::io::Write as _;

use chrono::{SecondsFormat, Utc};
use env_logger::{Env, Target, WriteStyle};
use log::kv::{Error, Key, Value, VisitSource};
use serde_json::Map;

/// Starts the log on standard error; `RUST_LOG` says what is logged.
pub fn start(json: bool) {
    let mut builder = env_logger::Builder::from_env(Env::default().default_filter_or("info"));
    builder.target(Target::Pipe(Box::new(std::io::stderr()))).write_style(WriteStyle::Always);
    builder.format(move |out, record| {
        let at = Utc::now().to_rfc3339_opts(SecondsFormat::Micros, true);
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
        if self.0[start..].contains(char::is_control) {
            let escaped = self.0[start..].escape_debug().to_string();
            self.0.replace_range(start.., &escaped);
        }
        Ok(())
    }
}
