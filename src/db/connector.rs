//! The way to the database: where it is, what every connection is set to, and how what it says is read along.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, LazyLock};
use std::task::{Context, Poll};
use std::time::Duration;

use diesel::{ConnectionError, ConnectionResult};
use diesel_async::AsyncPgConnection;
use rustls_platform_verifier::BuilderVerifierExt;
use socket2::{SockRef, TcpKeepalive};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpStream, UnixStream};
use tokio_postgres::config::{Host, TargetSessionAttrs};
use tokio_postgres::tls::{ChannelBinding, MakeTlsConnect, TlsConnect, TlsStream};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::pool::{ACQUIRE_TIMEOUT, DbOptions};
use super::tap::Tap;

/// After so long without a sign of life a connection counts as lost.
const LONGEST_SILENCE: Duration = Duration::from_secs(30);

/// How a connection is made.
pub struct Connector {
    config: tokio_postgres::Config,
    tls: MakeRustlsConnect,
    statement_timeout: Duration,
}

/// What a client's statements go through: to be polled until it ends.
type Socket = tokio_postgres::Connection<Plain, Secret>;

impl Connector {
    pub fn new(options: &DbOptions) -> Result<Self, String> {
        Ok(Self { config: connection_config(options)?, tls: TLS.clone()?, statement_timeout: options.statement_timeout })
    }

    /// Opens a connection; `ended` is called when it is no more.
    pub async fn open(&self, ended: impl FnOnce() + Send + 'static) -> ConnectionResult<AsyncPgConnection> {
        let (client, socket) = self.connect().await?;
        tokio::spawn(async move {
            if let Err(error) = socket.await {
                log::warn!(target: "database", cause:% = error; "connection lost");
            }
            ended();
        });
        AsyncPgConnection::try_from(client).await
    }

    /// Asks one host after the other.
    async fn connect(&self) -> ConnectionResult<(tokio_postgres::Client, Socket)> {
        let hosts = self.config.get_hosts().len().max(self.config.get_hostaddrs().len());
        let mut refused = ConnectionError::BadConnection("DATABASE_URL names no host".into());
        for at in 0..hosts {
            // Each gets its share of the time that a request waits.
            match tokio::time::timeout(ACQUIRE_TIMEOUT / u32::try_from(hosts).unwrap_or(1), self.connect_to(at)).await {
                Ok(Ok(connected)) => return Ok(connected),
                Ok(Err(error)) => refused = ConnectionError::BadConnection(error),
                Err(_) => refused = ConnectionError::BadConnection("no answer".into()),
            }
        }
        Err(refused)
    }

    async fn connect_to(&self, at: usize) -> Result<(tokio_postgres::Client, Socket), String> {
        let (wire, name) = self.dial(at).await.map_err(|error| error.to_string())?;
        let tls = MakeTlsConnect::<Plain>::make_tls_connect(&mut self.tls.clone(), &name).map_err(|error| error.to_string())?;
        let stream = Tap::new(wire, self.statement_timeout);
        let connected = self.config.connect_raw(stream, ReadAlong { tls, limit: self.statement_timeout }).await;
        connected.map_err(|error| error.to_string())
    }

    /// The wire to a host, and the name that its certificate must bear.
    async fn dial(&self, at: usize) -> io::Result<(Wire, String)> {
        let ports = self.config.get_ports();
        let port = ports.get(at).or(ports.first()).copied().unwrap_or(5432);
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
    limit: Duration,
}

impl TlsConnect<Plain> for ReadAlong {
    type Stream = Secret;
    type Error = <Encryption as TlsConnect<Plain>>::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Secret, Self::Error>> + Send>>;

    fn connect(self, stream: Plain) -> Self::Future {
        Box::pin(async move { Ok(Tap::new(self.tls.connect(stream).await?, self.limit)) })
    }
}

impl<S: TlsStream + Unpin> TlsStream for Tap<S> {
    fn channel_binding(&self) -> ChannelBinding {
        self.stream().channel_binding()
    }
}

fn connection_config(options: &DbOptions) -> Result<tokio_postgres::Config, String> {
    let mut config: tokio_postgres::Config = options.url.parse().map_err(|e| format!("DATABASE_URL: {e}"))?;
    if config.get_target_session_attrs() != TargetSessionAttrs::Any {
        return Err("DATABASE_URL: target_session_attrs cannot be used: every connection begins read-only".into());
    }
    let settings = format!(
        "{} -c default_transaction_read_only=on -c statement_timeout={} -c idle_in_transaction_session_timeout=30000 -c timezone=UTC",
        config.get_options().unwrap_or_default(),
        options.statement_timeout.as_millis(),
    );
    config.options(settings.trim());
    if config.get_application_name().is_none() {
        config.application_name("sihe");
    }
    Ok(config)
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
