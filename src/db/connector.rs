//! The way to the database: where it is, what every connection is set to, and how what it says is read along.

use std::error::Error;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock};
use std::task::{Context, Poll};
use std::time::Duration;

use diesel::{ConnectionError, ConnectionResult};
use diesel_async::AsyncPgConnection;
use rustls_platform_verifier::BuilderVerifierExt;
use socket2::{SockRef, TcpKeepalive};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpStream, UnixStream};
use tokio_postgres::SimpleQueryMessage;
use tokio_postgres::config::{Host, TargetSessionAttrs};
use tokio_postgres::tls::{ChannelBinding, MakeTlsConnect, TlsConnect, TlsStream};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::pool::{ACQUIRE_TIMEOUT, DbOptions};
use super::tap::Tap;
use crate::http::repeats;

/// After so long without a sign of life a connection counts as lost.
const LONGEST_SILENCE: Duration = Duration::from_secs(30);

/// How a connection is made.
pub struct Connector {
    config: tokio_postgres::Config,
    tls: MakeRustlsConnect,
    /// How long statements run, and how long their end may be overdue.
    times: (Duration, Duration),
    /// What each connection begins with.
    begin: String,
    /// Whether only a standby will do, or only a server that is none.
    in_recovery: Option<bool>,
    /// Connections that could not be opened since one could.
    failures: AtomicU64,
}

/// An error with everything that led to it.
fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        if !text.contains(&cause_text) {
            text.push_str(": ");
            text.push_str(&cause_text);
        }
        source = cause.source();
    }
    text
}

/// What a client's statements go through: to be polled until it ends.
type Socket = tokio_postgres::Connection<Plain, Secret>;

impl Connector {
    pub fn new(options: &DbOptions) -> Result<Self, String> {
        let (config, in_recovery) = connection_config(options)?;
        let tls = TLS.clone()?;
        // Said after the start, since poolers take no options at it.
        let begin = format!(
            "SET default_transaction_read_only = on; SET statement_timeout = {}; SET idle_in_transaction_session_timeout = 30000; \
            SET tcp_keepalives_idle = 30; SET tcp_keepalives_interval = 10; SET tcp_keepalives_count = 3; SET tcp_user_timeout = 30000; \
            SET timezone = 'UTC'; SELECT pg_is_in_recovery()",
            options.statement_timeout.as_millis()
        );
        let times = (options.statement_timeout, options.longest_silence);
        Ok(Self { config, tls, times, begin, in_recovery, failures: AtomicU64::new(0) })
    }

    /// Opens a connection; `ended` is called when it is no more.
    pub async fn open(&self, ended: impl FnOnce() + Send + 'static) -> ConnectionResult<AsyncPgConnection> {
        let (client, socket) = self.connect().await?;
        tokio::spawn(async move {
            if let Err(error) = socket.await {
                let cause = chain(&error);
                if let Some(left_out) = repeats::due(&cause) {
                    log::warn!(target: "database", cause = cause.as_str(), left_out = left_out; "connection lost");
                }
            }
            ended();
        });
        AsyncPgConnection::try_from(client).await
    }

    /// Opens a connection to a host that serves what is wanted. An outage is told when it begins and when it is over.
    async fn connect(&self) -> ConnectionResult<(tokio_postgres::Client, Socket)> {
        let connected = self.connect_to_any().await;
        match &connected {
            Ok(_) => match self.failures.swap(0, Ordering::Relaxed) {
                0 => {}
                failures => log::info!(target: "database", failures = failures; "the database can be reached again"),
            },
            Err(cause) => {
                self.failures.fetch_add(1, Ordering::Relaxed);
                let cause = cause.to_string();
                if let Some(left_out) = repeats::due(&cause) {
                    log::error!(target: "database", cause = cause.as_str(), left_out = left_out; "the database cannot be reached");
                }
            }
        }
        connected
    }

    /// Asks one host after the other.
    async fn connect_to_any(&self) -> ConnectionResult<(tokio_postgres::Client, Socket)> {
        let hosts = self.config.get_hosts().len().max(self.config.get_hostaddrs().len());
        let mut refused = ConnectionError::BadConnection("DATABASE_URL names no host".into());
        for at in 0..hosts {
            // Each gets its share of the time that a request waits.
            match tokio::time::timeout(ACQUIRE_TIMEOUT / u32::try_from(hosts).unwrap_or(1), self.connect_to(at)).await {
                Ok(Ok(connected)) => return Ok(connected),
                Ok(Err(error)) => refused = ConnectionError::BadConnection(format!("{}: {error}", self.host(at))),
                Err(_) => refused = ConnectionError::BadConnection(format!("{}: no answer", self.host(at))),
            }
        }
        Err(refused)
    }

    async fn connect_to(&self, at: usize) -> Result<(tokio_postgres::Client, Socket), String> {
        let (wire, name) = self.dial(at).await.map_err(|error| chain(&error))?;
        let tls = MakeTlsConnect::<Plain>::make_tls_connect(&mut self.tls.clone(), &name).map_err(|error| chain(&error))?;
        let stream = Tap::new(wire, self.times);
        let connected = self.config.connect_raw(stream, ReadAlong { tls, times: self.times }).await;
        let (client, mut socket) = connected.map_err(|error| chain(&error))?;
        let told = tokio::select! {
            told = client.simple_query(&self.begin) => told.map_err(|error| chain(&error))?,
            ended = &mut socket => return Err(ended.err().map_or_else(|| "closed".into(), |error| chain(&error))),
        };
        let reads_only = told.iter().find_map(|message| match message {
            SimpleQueryMessage::Row(row) => row.get(0).map(|value| value == "t"),
            _ => None,
        });
        match (self.in_recovery, reads_only) {
            (Some(false), Some(true)) => return Err("it only reads: a standby".into()),
            (Some(true), Some(false)) => return Err("it takes writes".into()),
            _ => {}
        }
        Ok((client, socket))
    }

    fn port(&self, at: usize) -> u16 {
        let ports = self.config.get_ports();
        ports.get(at).or(ports.first()).copied().unwrap_or(5432)
    }

    /// How the log names a host.
    fn host(&self, at: usize) -> String {
        match (self.config.get_hosts().get(at), self.config.get_hostaddrs().get(at)) {
            (Some(Host::Tcp(name)), _) => format!("{name}:{}", self.port(at)),
            (Some(Host::Unix(folder)), _) => folder.display().to_string(),
            (None, Some(address)) => SocketAddr::new(*address, self.port(at)).to_string(),
            (None, None) => "no host".into(),
        }
    }

    /// The wire to a host, and the name that its certificate must bear.
    async fn dial(&self, at: usize) -> io::Result<(Wire, String)> {
        let port = self.port(at);
        let address = self.config.get_hostaddrs().get(at).map(ToString::to_string);
        let name = match self.config.get_hosts().get(at) {
            Some(Host::Unix(folder)) => {
                let socket = UnixStream::connect(folder.join(format!(".s.PGSQL.{port}"))).await?;
                return Ok((Wire::Unix(socket), String::new()));
            }
            Some(Host::Tcp(name)) => name.clone(),
            None => address.clone().unwrap_or_default(),
        };
        let socket = TcpStream::connect((address.as_ref().unwrap_or(&name).as_str(), port)).await?;
        socket.set_nodelay(true)?;
        if self.config.get_keepalives() {
            let idle = self.config.get_keepalives_idle().min(LONGEST_SILENCE);
            let interval = self.config.get_keepalives_interval().unwrap_or(LONGEST_SILENCE / 3);
            let keepalive = TcpKeepalive::new().with_time(idle).with_interval(interval).with_retries(3);
            SockRef::from(&socket).set_tcp_keepalive(&keepalive)?;
        }
        // What was sent and not acknowledged for so long is lost: the other machine is gone.
        SockRef::from(&socket)
            .set_tcp_user_timeout(Some(self.config.get_tcp_user_timeout().copied().unwrap_or(LONGEST_SILENCE)))?;
        Ok((Wire::Tcp(socket), name))
    }
}

/// What bytes travel on.
enum Wire {
    Tcp(TcpStream),
    Unix(UnixStream),
}

impl AsyncRead for Wire {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Tcp(socket) => Pin::new(socket).poll_read(context, buffer),
            Self::Unix(socket) => Pin::new(socket).poll_read(context, buffer),
        }
    }
}

impl AsyncWrite for Wire {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Tcp(socket) => Pin::new(socket).poll_write(context, bytes),
            Self::Unix(socket) => Pin::new(socket).poll_write(context, bytes),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Tcp(socket) => Pin::new(socket).poll_flush(context),
            Self::Unix(socket) => Pin::new(socket).poll_flush(context),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Tcp(socket) => Pin::new(socket).poll_shutdown(context),
            Self::Unix(socket) => Pin::new(socket).poll_shutdown(context),
        }
    }
}

type Plain = Tap<Wire>;
type Encryption = <MakeRustlsConnect as MakeTlsConnect<Plain>>::TlsConnect;
type Secret = Tap<<MakeRustlsConnect as MakeTlsConnect<Plain>>::Stream>;

/// Encrypts, and reads along what was decrypted.
struct ReadAlong {
    tls: Encryption,
    times: (Duration, Duration),
}

impl TlsConnect<Plain> for ReadAlong {
    type Stream = Secret;
    type Error = <Encryption as TlsConnect<Plain>>::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Secret, Self::Error>> + Send>>;

    fn connect(self, stream: Plain) -> Self::Future {
        Box::pin(async move { Ok(Tap::new(self.tls.connect(stream).await?, self.times)) })
    }
}

impl<S: TlsStream + Unpin> TlsStream for Tap<S> {
    fn channel_binding(&self) -> ChannelBinding {
        self.stream().channel_binding()
    }
}

fn connection_config(options: &DbOptions) -> Result<(tokio_postgres::Config, Option<bool>), String> {
    let mut config: tokio_postgres::Config = options.url.parse().map_err(|e| format!("DATABASE_URL: {e}"))?;
    // Every connection begins read-only, so that the driver cannot tell a standby by that: the server is asked itself.
    let in_recovery = match config.get_target_session_attrs() {
        TargetSessionAttrs::ReadWrite => Some(false),
        TargetSessionAttrs::ReadOnly => Some(true),
        _ => None,
    };
    config.target_session_attrs(TargetSessionAttrs::Any);
    if config.get_application_name().is_none() {
        config.application_name("sihe");
    }
    Ok((config, in_recovery))
}

/// The authorities of the system are read once: that takes longer than to connect.
static TLS: LazyLock<Result<MakeRustlsConnect, String>> = LazyLock::new(tls);

/// Trusts the authorities of the system. Without any a plain connection still works, a secure one does not.
fn tls() -> Result<MakeRustlsConnect, String> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let builder = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?;
    let config = match builder.clone().with_platform_verifier() {
        Ok(trusting) => trusting.with_no_client_auth(),
        Err(error) => {
            log::warn!(target: "database", cause:% = error; "no authority to trust");
            builder.with_root_certificates(rustls::RootCertStore::empty()).with_no_client_auth()
        }
    };
    Ok(MakeRustlsConnect::new(config))
}
