//! The driver keeps the server's error codes to itself, and the texts that it passes on are in the server's language. A
//! stream that reads along notes which code came with which text. It also ends where an answer is overdue: the network may
//! acknowledge what nobody reads any more.

use std::io;
use std::pin::Pin;
use std::sync::LazyLock;
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use moka::sync::Cache;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Sleep, sleep};

/// Why the server could not do something that was right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// Somebody else was in the way: the next try may succeed.
    Contended,
    /// A statement took too long.
    TimedOut,
    /// The server cannot do it for now: it starts, stops, only reads, has no room left, or was not migrated.
    Unavailable,
}

impl Trouble {
    /// What a code of PostgreSQL's appendix A means; none where it speaks of the statement.
    fn of(code: &str, ran_into_limit: bool) -> Option<Self> {
        match code {
            // A table or a column that is not there: the database has not been migrated.
            "42P01" | "42703" => Some(Self::Unavailable),
            "55P03" => Some(Self::Contended),
            "57014" if ran_into_limit => Some(Self::TimedOut),
            "25006" | "25P03" => Some(Self::Unavailable),
            _ => match &code[..2] {
                "40" => Some(Self::Contended),
                "08" | "53" | "57" | "58" => Some(Self::Unavailable),
                _ => None,
            },
        }
    }
}

/// More texts than a server has for this; those with numbers in them come and go.
static SEEN: LazyLock<Cache<String, Trouble>> = LazyLock::new(|| Cache::new(1000));

/// What the server said with this text.
pub fn trouble(text: &str) -> Option<Trouble> {
    SEEN.get(text)
}

/// A stream of the frontend/backend protocol that is read along.
pub struct Tap<S> {
    stream: S,
    answers: Frames,
    requests: Frames,
    /// Statements end after this time.
    limit: Duration,
    at: Progress,
    patience: Patience,
}

/// How long nothing may be heard while something is asked.
struct Patience {
    longest: Duration,
    /// When something was heard last, or the first question was asked.
    heard_at: Instant,
    alarm: Option<Pin<Box<Sleep>>>,
}

impl Patience {
    fn of(longest: Duration) -> Self {
        Self { longest, heard_at: Instant::now(), alarm: None }
    }

    /// Wakes the task when it is over; an alarm that was set for an earlier answer is set anew.
    fn poll_over(&mut self, context: &mut Context<'_>) -> bool {
        loop {
            let left = self.longest.saturating_sub(self.heard_at.elapsed());
            if left.is_zero() {
                return true;
            }
            let alarm = self.alarm.get_or_insert_with(|| Box::pin(sleep(left)));
            if alarm.as_mut().poll(context).is_pending() {
                return false;
            }
            self.alarm = None;
        }
    }
}

/// How far the conversation has come.
enum Progress {
    /// Nothing was said yet.
    Begin,
    /// The parties agree on how to talk.
    Greeting,
    /// So many requests are not answered; the first of them runs since then.
    Running { waiting: usize, since: Instant },
    /// From here on everything is encrypted.
    Encrypted,
}

impl<S> Tap<S> {
    /// Statements end after `limit`; `silence` is how long an answer may be overdue.
    pub fn new(stream: S, (limit, silence): (Duration, Duration)) -> Self {
        Self {
            stream,
            answers: Frames::default(),
            requests: Frames::default(),
            limit,
            at: Progress::Begin,
            patience: Patience::of(limit.saturating_add(silence)),
        }
    }

    pub fn stream(&self) -> &S {
        &self.stream
    }

    /// True where an answer is overdue.
    fn poll_overdue(&mut self, context: &mut Context<'_>) -> bool {
        matches!(self.at, Progress::Running { waiting: 1.., .. }) && self.patience.poll_over(context)
    }

    fn heard(&mut self, mut bytes: &[u8]) {
        self.patience.heard_at = Instant::now();
        if let (Progress::Begin, Some(first)) = (&self.at, bytes.first()) {
            // One byte answers the question whether to encrypt: yes or no. Without it, a message begins.
            self.at = if *first == b'S' { Progress::Encrypted } else { Progress::Greeting };
            bytes = if *first == b'N' { &bytes[1..] } else { bytes };
        }
        if matches!(self.at, Progress::Encrypted) {
            return;
        }
        let Self { answers, at, limit, .. } = self;
        answers.follow(bytes, |kind, body| match (kind, &mut *at) {
            (b'Z', Progress::Running { waiting, since }) => (*waiting, *since) = (waiting.saturating_sub(1), Instant::now()),
            (b'Z', _) => *at = Progress::Running { waiting: 0, since: Instant::now() },
            (b'E', at) => {
                // What the client sees of it can be shorter than what the server measures.
                let ran_into_limit = matches!(at, Progress::Running { since, .. } if since.elapsed() >= *limit * 9 / 10);
                note(body, ran_into_limit);
            }
            _ => {}
        });
    }

    fn said(&mut self, bytes: &[u8]) {
        let Self { requests, at: Progress::Running { waiting, since }, patience, .. } = self else { return };
        // A Sync or a simple query: each is answered by one ReadyForQuery.
        requests.follow(bytes, |kind, _| {
            if matches!(kind, b'S' | b'Q') {
                *waiting += 1;
                if *waiting == 1 {
                    *since = Instant::now();
                    patience.heard_at = *since;
                }
            }
        });
    }
}

/// Keeps the code that an error comes with, where it tells of trouble.
fn note(error: &[u8], ran_into_limit: bool) {
    let field = |kind: u8| {
        let found = error.split(|byte| *byte == 0).find(|field| field.first() == Some(&kind))?;
        std::str::from_utf8(&found[1..]).ok()
    };
    let (Some(code), Some(text)) = (field(b'C').filter(|code| code.len() == 5 && code.is_ascii()), field(b'M')) else { return };
    if let Some(trouble) = Trouble::of(code, ran_into_limit) {
        SEEN.insert(text.to_owned(), trouble);
    }
}

/// Where a stream of messages is: a byte for the kind, four for the length, the rest.
#[derive(Default)]
struct Frames {
    head: Vec<u8>,
    left: usize,
    /// What was read of a message that is kept.
    body: Vec<u8>,
}

/// Longer errors are not of interest.
const LONGEST: usize = 64 * 1024;

impl Frames {
    /// Reads on and tells of each message that has ended; only of errors what they hold.
    fn follow(&mut self, mut bytes: &[u8], mut each: impl FnMut(u8, &[u8])) {
        while !bytes.is_empty() {
            if self.head.len() < 5 {
                let (head, rest) = bytes.split_at(bytes.len().min(5 - self.head.len()));
                self.head.extend_from_slice(head);
                bytes = rest;
                let [_, a, b, c, d] = self.head[..] else { continue };
                self.left = (u32::from_be_bytes([a, b, c, d]) as usize).saturating_sub(4);
            }
            let (body, rest) = bytes.split_at(bytes.len().min(self.left));
            if self.head[0] == b'E' && self.body.len() < LONGEST {
                self.body.extend_from_slice(body);
            }
            (self.left, bytes) = (self.left - body.len(), rest);
            if self.left == 0 {
                each(self.head[0], &self.body);
                self.head.clear();
                self.body.clear();
            }
        }
    }
}

fn overdue() -> io::Error {
    io::Error::new(io::ErrorKind::TimedOut, "the server does not answer")
}

impl<S: AsyncRead + Unpin> AsyncRead for Tap<S> {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        match Pin::new(&mut self.stream).poll_read(context, buffer)? {
            Poll::Ready(()) => {
                self.heard(&buffer.filled()[before..]);
                Poll::Ready(Ok(()))
            }
            Poll::Pending if self.poll_overdue(context) => Poll::Ready(Err(overdue())),
            Poll::Pending => Poll::Pending,
        }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Tap<S> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = ready!(Pin::new(&mut self.stream).poll_write(context, bytes))?;
        self.said(&bytes[..written]);
        if self.poll_overdue(context) { Poll::Ready(Err(overdue())) } else { Poll::Ready(Ok(written)) }
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn message(kind: u8, body: &[u8]) -> Vec<u8> {
        let length = u32::try_from(body.len() + 4).unwrap().to_be_bytes();
        [&[kind], &length[..], body].concat()
    }

    fn error(code: &str, text: &str) -> Vec<u8> {
        message(b'E', format!("SERROR\0VERROR\0C{code}\0M{text}\0\0").as_bytes())
    }

    fn hears(tap: &mut Tap<()>, bytes: &[u8], pieces: &[usize]) {
        let mut rest = bytes;
        for piece in pieces.iter().cycle() {
            let (now, later) = rest.split_at(rest.len().min(*piece));
            tap.heard(now);
            rest = later;
            if rest.is_empty() {
                return;
            }
        }
    }

    proptest! {
        #[test]
        fn an_error_is_noted_however_the_bytes_come(
            pieces in proptest::collection::vec(1_usize..40, 1..20),
            asked in any::<bool>(),
            rows in 0_usize..5,
        ) {
            let text = format!("磁盘空间不足 {pieces:?} {asked} {rows}");
            let mut said: Vec<u8> = if asked { b"N".to_vec() } else { Vec::new() };
            said.extend(message(b'R', &[0, 0, 0, 0]));
            said.extend(message(b'Z', b"I"));
            (0..rows).for_each(|row| said.extend(message(b'D', &vec![b'E'; row * 7])));
            said.extend(error("53100", &text));
            said.extend(message(b'Z', b"I"));
            hears(&mut Tap::new((), (Duration::from_secs(5), Duration::ZERO)), &said, &pieces);
            prop_assert_eq!(trouble(&text), Some(Trouble::Unavailable));
        }
    }

    #[test]
    fn nothing_is_made_of_what_is_encrypted() {
        let mut tap = Tap::new((), (Duration::ZERO, Duration::ZERO));
        tap.heard(b"S");
        tap.heard(&error("53100", "encrypted"));
        assert_eq!(trouble("encrypted"), None);
    }

    #[test]
    fn a_statement_that_ran_into_its_limit_is_told_from_one_that_was_cancelled() {
        let run = |limit, text: &str| {
            let mut tap = Tap::new((), (limit, Duration::ZERO));
            tap.heard(&[message(b'R', &[0; 4]), message(b'Z', b"I")].concat());
            tap.said(&message(b'Q', b"SELECT 1\0"));
            tap.heard(&error("57014", text));
            trouble(text)
        };
        assert_eq!(run(Duration::ZERO, "语句执行超时"), Some(Trouble::TimedOut));
        assert_eq!(run(Duration::from_secs(3600), "由于用户请求而正在取消查询"), Some(Trouble::Unavailable));
        assert_eq!(Trouble::of("23505", false), None, "what is wrong with a statement is no trouble");
        assert_eq!(Trouble::of("40P01", false), Some(Trouble::Contended));
    }
}
