//! Requests that no good client sends: written to the wire by hand. They block the test's own thread.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use reqwest::Method;
use reqwest::header::{HeaderMap, HeaderName};

use super::{Answer, Caller};

/// A connection to a service that is there.
pub async fn connection(caller: &Caller<'_>, server: &str) -> TcpStream {
    // A server begins to listen when the test's thread lets it.
    assert_eq!(caller.request(Method::GET, "/healthz").to(server).send().await.status, 200);
    let stream = TcpStream::connect(server.trim_start_matches("http://")).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    stream
}

/// The head of a request, after which nothing comes.
pub async fn silent(caller: &Caller<'_>, server: &str, method: &Method, path: &str, headers: &str) -> TcpStream {
    let mut stream = connection(caller, server).await;
    let token = caller.token.as_deref().unwrap_or_default();
    let head = format!("{method} {path} HTTP/1.1\r\nhost: sihe\r\nauthorization: Bearer {token}\r\n{headers}\r\n\r\n");
    stream.write_all(head.as_bytes()).unwrap();
    stream
}

/// The status of the answer that comes next.
pub fn status(stream: &mut TcpStream) -> u16 {
    let mut line = [0; 12];
    stream.read_exact(&mut line).unwrap();
    std::str::from_utf8(&line[9..]).unwrap().parse().unwrap()
}

/// The answer that comes next.
pub fn answer(mut stream: TcpStream) -> Answer {
    let mut bytes = Vec::new();
    let end = loop {
        let mut part = [0; 1024];
        let read = stream.read(&mut part).unwrap();
        assert!(read > 0, "the connection ended without an answer");
        bytes.extend_from_slice(&part[..read]);
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break end;
        }
    };
    let head = std::str::from_utf8(&bytes[..end]).unwrap();
    let mut headers = HeaderMap::new();
    for (name, value) in head.lines().skip(1).filter_map(|line| line.split_once(": ")) {
        headers.append(name.parse::<HeaderName>().unwrap(), value.parse().unwrap());
    }
    let status = head[9..12].parse().unwrap();
    let mut body = bytes.split_off(end + 4);
    let length: usize = headers["content-length"].to_str().unwrap().parse().unwrap();
    let read = body.len();
    body.resize(length, 0);
    stream.read_exact(&mut body[read..]).unwrap();
    Answer { status, headers, body: serde_json::from_slice(&body).unwrap(), bytes: body }
}
