//! A load generator: keep-alive connections that send one request after the other.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use uuid::Uuid;

/// What is asked, of the service and of the floor.
pub struct Case {
    pub name: &'static str,
    targets: Vec<(String, String)>,
    bodies: Vec<String>,
    /// Who ask the service, where it is not everybody.
    pub callers: Option<Vec<String>>,
    /// How long each connection rests after an answer.
    pause: Duration,
    /// Where the next run begins: what was accepted cannot be accepted again.
    next: Arc<AtomicUsize>,
}

/// What a run measured.
pub struct Outcome {
    pub rate: f64,
    pub median: Duration,
    pub p99: Duration,
}

impl Case {
    pub fn get(name: &'static str, targets: Vec<(String, String)>) -> Self {
        Self { name, targets, bodies: Vec::new(), callers: None, pause: Duration::ZERO, next: Arc::default() }
    }

    /// The same, asked of the service by others.
    pub fn asked_by(self, callers: Vec<String>) -> Self {
        Self { callers: Some(callers), ..self }
    }

    /// The same, with a rest after each answer.
    pub fn at_rest(self, pause: Duration) -> Self {
        Self { pause, ..self }
    }

    /// Accepts one dispute after the other.
    pub fn accept(name: &'static str, ids: &[String]) -> Self {
        let targets = ids.iter().map(|id| (format!("/v1/disputes/{id}/accept"), format!("/disputes/{id}/accept")));
        Self { bodies: vec!["{}".into()], ..Self::get(name, targets.collect()) }
    }

    /// Creates in one community after the other.
    pub fn create(name: &'static str, communities: &[String], service: &str, floor: &str) -> Self {
        let body = |code: &String| {
            format!(
                r#"{{"jurisdiction":"{code}","title":"楼上漏水，厨房顶棚受损","description":"自上周起渗水，物业已查看两次。","category":"leakage","estate_name":"示范小区","parties":[{{"role":"applicant","kind":"person","name":"业主甲","phone":"13800000000"}},{{"role":"respondent","kind":"organization","name":"示范物业服务企业"}}]}}"#
            )
        };
        Self { bodies: communities.iter().map(body).collect(), ..Self::get(name, vec![(service.into(), floor.into())]) }
    }

    fn request(&self, at: usize, token: Option<&str>) -> Vec<u8> {
        let (service, floor) = &self.targets[at % self.targets.len()];
        let path = if token.is_some() { service } else { floor };
        let body = self.bodies.get(at % self.bodies.len().max(1));
        let method = if body.is_some() { "POST" } else { "GET" };
        let mut head = format!("{method} {path} HTTP/1.1\r\nhost: localhost\r\n");
        if let Some(token) = token {
            head += &format!("authorization: Bearer {token}\r\n");
        }
        if let Some(body) = body {
            head += &format!(
                "content-type: application/json\r\nidempotency-key: {}\r\ncontent-length: {}\r\n",
                Uuid::new_v4(),
                body.len()
            );
        }
        head += "\r\n";
        head += body.map_or("", String::as_str);
        head.into_bytes()
    }
}

/// Files a dispute and gives its id.
pub fn file(token: &str, community: &str, address: &str) -> String {
    let case = Case::create("", &[community.to_owned()], "/v1/disputes", "");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(&case.request(0, Some(token))).await.unwrap();
        let mut buffer = Vec::new();
        assert!(read_answer(&mut stream, &mut buffer).await);
        let text = String::from_utf8(buffer).unwrap();
        text.split("\"id\":\"").nth(1).unwrap()[..36].to_owned()
    })
}

/// Loads a server for a while; each connection asks as one of the callers, the floor as nobody. Every answer must be a success.
pub fn run(case: &Case, address: &str, callers: &[String], connections: usize, time: Duration) -> Outcome {
    let (outcome, refused) = press(case, address, callers, connections, time);
    assert_eq!(refused, 0, "{}: requests were refused", case.name);
    outcome
}

/// The same, whatever is answered; tells also how many requests were refused.
pub fn press(case: &Case, address: &str, callers: &[String], connections: usize, time: Duration) -> (Outcome, usize) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let begun = Instant::now();
    let caller = |at: usize| if callers.is_empty() { None } else { Some(callers[at % callers.len()].as_str()) };
    let work = (0..connections).map(|at| connection(case, address, caller(at), begun + time));
    let done = runtime.block_on(futures_util::future::join_all(work));
    let elapsed = begun.elapsed().as_secs_f64();
    let refused = done.iter().map(|(_, refused)| refused).sum();
    let mut times: Vec<Duration> = done.into_iter().flat_map(|(times, _)| times).collect();
    times.sort();
    let outcome =
        Outcome { rate: times.len() as f64 / elapsed, median: times[times.len() / 2], p99: times[times.len() * 99 / 100] };
    (outcome, refused)
}

async fn connection(case: &Case, address: &str, token: Option<&str>, until: Instant) -> (Vec<Duration>, usize) {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.set_nodelay(true).unwrap();
    let (mut times, mut refused) = (Vec::new(), 0);
    let mut buffer = Vec::with_capacity(1 << 16);
    while Instant::now() < until {
        let begun = Instant::now();
        stream.write_all(&case.request(case.next.fetch_add(1, Ordering::Relaxed), token)).await.unwrap();
        refused += usize::from(!read_answer(&mut stream, &mut buffer).await);
        times.push(begun.elapsed());
        if !case.pause.is_zero() {
            tokio::time::sleep(case.pause).await;
        }
    }
    (times, refused)
}

/// Reads one answer with a length; true for a success.
pub async fn read_answer(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> bool {
    buffer.clear();
    loop {
        assert!(stream.read_buf(buffer).await.unwrap() > 0, "the server closed the connection");
        let Some(end) = buffer.windows(4).position(|w| w == b"\r\n\r\n") else { continue };
        let head = std::str::from_utf8(&buffer[..end]).unwrap();
        let success = head.starts_with("HTTP/1.1 20");
        let length =
            head.lines().find_map(|l| l.to_ascii_lowercase().strip_prefix("content-length: ")?.parse::<usize>().ok()).unwrap();
        while buffer.len() < end + 4 + length {
            assert!(stream.read_buf(buffer).await.unwrap() > 0, "the server closed the connection");
        }
        return success;
    }
}
