//! How long a connection may go without a request. The server itself looks at the first head of a connection, and at
//! connections that rest after an answer; a later head that comes drop by drop, or a body that never ends after the request was
//! refused, would hold its connection for good, and so would a client that does not take its answer.

use std::cell::{Cell, RefCell};
use std::io;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Sleep, sleep};

/// Longest time between the first byte of a head and its last.
pub const LONGEST_HEAD: Duration = Duration::from_secs(10);
/// Longest time in which a client must have taken a part of an answer.
const LONGEST_STALL: Duration = Duration::from_secs(30);
/// How large such a part is, in bytes.
const PART: usize = 16 << 10;
/// How long a connection may rest. Longer than balancers keep idle connections, so that they close them first.
pub const LONGEST_REST: Duration = Duration::from_secs(75);

/// The requests of a connection.
#[derive(Clone, Default)]
pub struct Requests(Rc<Counts>);

#[derive(Default)]
struct Counts {
    running: Cell<usize>,
    begun: Cell<u64>,
    /// Who reads the connection.
    reader: RefCell<Option<Waker>>,
}

/// A request whose head has come.
pub struct Running(Requests);

impl Requests {
    pub fn begin(&self) -> Running {
        self.0.running.set(self.0.running.get() + 1);
        self.0.begun.set(self.0.begun.get() + 1);
        Running(self.clone())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let Requests(counts) = &self.0;
        counts.running.set(counts.running.get() - 1);
        // From now on the connection rests.
        if let Some(reader) = counts.reader.take() {
            reader.wake();
        }
    }
}

/// A connection that ends when it goes without a request for too long.
pub struct Watched<S> {
    stream: S,
    pub requests: Requests,
    longest_head: Duration,
    pause: Option<Pause>,
    stall: Option<Stall>,
}

/// The time in which the client takes nothing, or too little, of an answer.
struct Stall {
    end: Pin<Box<Sleep>>,
    /// Bytes that it took meanwhile.
    taken: usize,
    /// How many requests had begun before it.
    after: u64,
}

/// The time in which no request is running.
struct Pause {
    end: Pin<Box<Sleep>>,
    /// True when the bytes of a head have come.
    in_head: bool,
    /// How many requests had begun before it.
    after: u64,
}

impl<S> Watched<S> {
    pub fn new(stream: S, longest_head: Duration) -> Self {
        Self { stream, requests: Requests::default(), longest_head, pause: None, stall: None }
    }

    /// Notes how the client takes an answer; ready when it does so too slowly.
    fn told(&mut self, written: &Poll<io::Result<usize>>, context: &mut Context<'_>) -> Poll<()> {
        let after = self.requests.0.begun.get();
        let known = self.stall.take().filter(|stall| stall.after == after);
        match (written, known) {
            (Poll::Ready(Ok(bytes)), Some(stall)) if stall.taken + bytes < PART => {
                self.stall = Some(Stall { taken: stall.taken + bytes, ..stall });
                Poll::Pending
            }
            (Poll::Ready(_), _) => Poll::Pending,
            (Poll::Pending, known) => {
                let stall = known.unwrap_or_else(|| Stall { end: Box::pin(sleep(LONGEST_STALL)), taken: 0, after });
                self.stall.insert(stall).end.as_mut().poll(context)
            }
        }
    }

    /// Notes that bytes came, or none; ready when the connection has gone without a request for too long.
    fn heard(&mut self, bytes: usize, context: &mut Context<'_>) -> Poll<()> {
        let counts = &self.requests.0;
        if counts.running.get() > 0 {
            self.pause = None;
            counts.reader.replace(Some(context.waker().clone()));
            return Poll::Pending;
        }
        let after = counts.begun.get();
        let known = self.pause.take().filter(|pause| pause.after == after && (pause.in_head || bytes == 0));
        let longest = if bytes > 0 { self.longest_head } else { LONGEST_REST };
        let pause = known.unwrap_or_else(|| Pause { end: Box::pin(sleep(longest)), in_head: bytes > 0, after });
        self.pause.insert(pause).end.as_mut().poll(context)
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Watched<S> {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(context, buffer);
        let bytes = buffer.filled().len() - before;
        match self.heard(bytes, context) {
            Poll::Ready(()) => Poll::Ready(Err(io::ErrorKind::TimedOut.into())),
            Poll::Pending => read,
        }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Watched<S> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        // While an answer is on its way, the next head may wait.
        self.pause = None;
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        match self.told(&written, context) {
            Poll::Ready(()) => Poll::Ready(Err(io::ErrorKind::TimedOut.into())),
            Poll::Pending => written,
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
