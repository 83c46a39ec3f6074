//! The real program as a process of its own.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Output, Stdio};

use super::TestApp;

/// The program, serving on a port of its own choice, with the key and the schema of a test.
pub struct Process {
    pub child: Child,
    pub url: String,
}

/// The program with the settings of a test.
pub fn sihe(app: &TestApp, key_file: &std::path::Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sihe"));
    command
        .env_clear()
        .env("DATABASE_URL", &app.database_url)
        .env("SIHE_SIGNING_KEY_FILE", key_file)
        .env("SIHE_LISTEN", format!("127.0.0.1:{}", free_port()))
        .env("SIHE_WORKERS", "1");
    command
}

impl Process {
    /// Starts the program and waits until it serves.
    pub fn serve(mut command: Command) -> Self {
        let mut child = command.arg("serve").stderr(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
        let mut log = BufReader::new(child.stderr.take().unwrap()).lines();
        let url = loop {
            let line = log.next().expect("the program ended before it served").unwrap();
            if let Some((_, rest)) = line.split_once("serving on ") {
                break rest.split([',', ' ']).next().unwrap().to_owned();
            }
        };
        std::thread::spawn(move || log.for_each(drop));
        Self { child, url }
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

fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}
