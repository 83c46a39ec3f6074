//! The real program as a process of its own.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use serde_json::Value;
use uuid::Uuid;

use super::TestApp;

/// How long the program may be silent.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(60);

/// The test's signing key as a file in a folder of its own.
pub struct KeyFile {
    folder: PathBuf,
    path: PathBuf,
}

impl KeyFile {
    pub fn of(app: &TestApp) -> Self {
        let folder = std::env::temp_dir().join(format!("sihe-{}", Uuid::new_v4()));
        std::fs::create_dir(&folder).unwrap();
        let path = folder.join("key.pem");
        std::fs::write(&path, app.key.secret()).unwrap();
        Self { folder, path }
    }

    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for KeyFile {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// The program, serving on a port of its own choice, with the key and the database of a test.
pub struct Process {
    pub child: Child,
    pub url: String,
    pub log: Receiver<String>,
}

/// The program with the settings of a test.
pub fn sihe(app: &TestApp, key_file: &std::path::Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sihe"));
    command
        .env_clear()
        .env("DATABASE_URL", &app.database.url)
        .env("SIHE_SIGNING_KEY_FILE", key_file)
        .env("SIHE_LISTEN", format!("127.0.0.1:{}", free_port()))
        .env("SIHE_WORKERS", "1");
    command
}

impl Process {
    /// Starts the program and waits until it serves.
    pub fn serve(command: Command) -> Self {
        Self::serve_with_log(command)
    }

    /// The same; its log can be read.
    pub fn serve_with_log(mut command: Command) -> Self {
        let mut child = command.arg("serve").stderr(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
        let log = BufReader::new(child.stderr.take().unwrap()).lines();
        let (sender, receiver) = channel();
        std::thread::spawn(move || {
            for line in log.map_while(Result::ok) {
                // The log is read on even when nobody wants it, or the program would wait.
                let _ = sender.send(line);
            }
        });
        let url = loop {
            let line = receiver.recv_timeout(ACQUIRE_TIMEOUT).expect("the program did not serve");
            if let Some((_, rest)) = line.split_once("serving on ") {
                break rest.split([',', ' ', '"']).next().unwrap().to_owned();
            }
        };
        Self { child, url, log: receiver }
    }

    /// The next line of a JSON log that fits.
    pub fn next_log(&self, fits: impl Fn(&Value) -> bool) -> Value {
        let next = || self.log.recv_timeout(ACQUIRE_TIMEOUT).ok();
        let mut lines = std::iter::from_fn(next).map(|line| serde_json::from_str(&line).expect("every line is JSON"));
        lines.find(fits).expect("the log ended")
    }

    pub fn signal(&self, name: &str) {
        let status = Command::new("kill").args([format!("-{name}"), self.child.id().to_string()]).status().unwrap();
        assert!(status.success());
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub fn run(mut command: Command, arguments: &[&str]) -> Output {
    command.args(arguments).output().unwrap()
}

pub fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}
