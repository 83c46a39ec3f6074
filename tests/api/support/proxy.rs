//! A way to the database on which connections can fall silent: what is sent is taken, and nothing comes back.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use reqwest::Url;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// A way to the database.
pub struct Proxy {
    /// The database as it is reached through it.
    pub url: String,
    silenced: Arc<AtomicUsize>,
}

impl Proxy {
    pub async fn to(database: &str) -> Self {
        let mut url = Url::parse(database).unwrap();
        let target = (url.host_str().unwrap().to_owned(), url.port().unwrap_or(5432));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        url.set_host(Some("127.0.0.1")).unwrap();
        url.set_port(Some(listener.local_addr().unwrap().port())).unwrap();
        let silenced = Arc::new(AtomicUsize::new(0));
        let known = silenced.clone();
        actix_web::rt::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let Ok(server) = TcpStream::connect(&target).await else { continue };
                let (born, known) = (known.load(Ordering::SeqCst), known.clone());
                let ((from_client, to_client), (from_server, to_server)) = (client.into_split(), server.into_split());
                let silent = move || known.load(Ordering::SeqCst) > born;
                actix_web::rt::spawn(pass(from_client, to_server, silent.clone()));
                actix_web::rt::spawn(pass(from_server, to_client, silent));
            }
        });
        Self { url: url.into(), silenced }
    }

    /// Connections that are open fall silent; new ones work.
    pub fn silence(&self) {
        self.silenced.fetch_add(1, Ordering::SeqCst);
    }
}

async fn pass(mut from: impl AsyncReadExt + Unpin, mut to: impl AsyncWriteExt + Unpin, silent: impl Fn() -> bool) {
    let mut bytes = [0; 16 * 1024];
    while let Ok(read @ 1..) = from.read(&mut bytes).await {
        if !silent() && to.write_all(&bytes[..read]).await.is_err() {
            break;
        }
    }
}
