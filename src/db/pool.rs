//! Connections. Each worker of the server has a pool of its own, so that no lock is shared.
//! Connections refuse writes; only `changes::write` opens a transaction that may write.

use std::sync::Arc;
use std::time::Duration;

use deadpool::managed::{Object, PoolError, Timeouts};
use diesel::{ConnectionError, ConnectionResult};
use diesel_async::AsyncPgConnection;
use diesel_async::pooled_connection::deadpool::Pool;
use diesel_async::pooled_connection::{AsyncDieselConnectionManager, ManagerConfig, RecyclingMethod};
use futures_util::FutureExt;
use rustls_platform_verifier::BuilderVerifierExt;
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::http::codes;
use crate::http::problem::Problem;

/// A connection lent by the pool, given back when dropped.
pub type Connection = Object<AsyncDieselConnectionManager<AsyncPgConnection>>;

/// A pool of connections to the database.
#[derive(Clone)]
pub struct Db {
    pool: Pool<AsyncPgConnection>,
}

/// How to reach the database.
#[derive(Clone)]
pub struct DbOptions {
    pub url: String,
    pub connections: usize,
    pub statement_timeout: Duration,
}

/// How busy a pool is.
pub struct PoolStatus {
    pub open: usize,
    pub idle: usize,
    pub waiting: usize,
}

impl Db {
    /// Makes a pool; connections are opened when they are first needed.
    pub fn new(options: &DbOptions) -> Result<Self, String> {
        let config = Arc::new(connection_config(options)?);
        let mut manager = ManagerConfig::<AsyncPgConnection>::default();
        manager.recycling_method = RecyclingMethod::Fast;
        manager.custom_setup = Box::new(move |_| connect(config.clone()).boxed());
        let manager = AsyncDieselConnectionManager::new_with_config(&options.url, manager);
        let timeout = Some(Duration::from_secs(2));
        let pool = Pool::builder(manager)
            .max_size(options.connections)
            .runtime(deadpool::Runtime::Tokio1)
            .timeouts(Timeouts { wait: timeout, create: Some(Duration::from_secs(5)), recycle: timeout })
            .build()
            .map_err(|error| error.to_string())?;
        Ok(Self { pool })
    }

    /// A connection for reading. Answers 503 when none becomes free in two seconds.
    pub async fn read(&self) -> Result<Connection, Problem> {
        self.pool.get().await.map_err(|error| match error {
            PoolError::Timeout(_) => Problem::new(&codes::OVERLOADED).retry_after(1).cause("no free database connection"),
            error => Problem::new(&codes::UNAVAILABLE).retry_after(5).cause(error),
        })
    }

    pub fn status(&self) -> PoolStatus {
        let status = self.pool.status();
        PoolStatus { open: status.size, idle: status.available, waiting: status.waiting }
    }
}

/// A connection outside the pool.
pub async fn dedicated(options: &DbOptions) -> Result<AsyncPgConnection, String> {
    connect(Arc::new(connection_config(options)?)).await.map_err(|error| error.to_string())
}

fn connection_config(options: &DbOptions) -> Result<tokio_postgres::Config, String> {
    let mut config: tokio_postgres::Config = options.url.parse().map_err(|e| format!("DATABASE_URL: {e}"))?;
    let settings = format!(
        "{} -c default_transaction_read_only=on -c statement_timeout={} -c idle_in_transaction_session_timeout=30000 -c timezone=UTC",
        config.get_options().unwrap_or_default(),
        options.statement_timeout.as_millis(),
    );
    config.options(settings.trim());
    if config.get_application_name().is_none() {
        config.application_name("sihe");
    }
    config.connect_timeout(Duration::from_secs(5));
    Ok(config)
}

async fn connect(config: Arc<tokio_postgres::Config>) -> ConnectionResult<AsyncPgConnection> {
    let bad = |error: &dyn std::fmt::Display| ConnectionError::BadConnection(error.to_string());
    let tls = rustls::ClientConfig::builder_with_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .and_then(|builder| builder.with_platform_verifier())
        .map_err(|e| bad(&e))?
        .with_no_client_auth();
    let (client, connection) = config.connect(MakeRustlsConnect::new(tls)).await.map_err(|e| bad(&e))?;
    AsyncPgConnection::try_from_client_and_connection(client, connection).await
}
