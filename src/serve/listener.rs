//! The HTTP server around an application: its time limits on each connection, and how it ends.

use std::fmt::Debug;
use std::io;
use std::net::TcpListener;
use std::time::Duration;

use actix_http::{HttpService, Request, Response};
use actix_server::Server;
use actix_service::{IntoServiceFactory, ServiceFactory, ServiceFactoryExt, fn_service, map_config};
use actix_web::body::MessageBody;
use actix_web::dev::AppConfig;
use actix_web::http::header::CONTENT_LENGTH;
use actix_web::rt::net::TcpStream;
use actix_web::{Error, HttpMessage};

use crate::http::codes;
use crate::http::limits::head::{LONGEST_HEAD, LONGEST_REST, Watched};
use crate::http::operation::LARGEST_FILE;
use crate::http::problem::Problem;

/// How long a client may take to hear the last answer on its connection.
const LONGEST_FAREWELL: Duration = Duration::from_secs(1);

/// How a server is run.
pub struct Serving {
    pub workers: usize,
    /// How long running requests may go on when it is stopped, in seconds.
    pub shutdown_timeout: u64,
    pub longest_head: Duration,
}

impl Default for Serving {
    fn default() -> Self {
        Self { workers: 1, shutdown_timeout: 30, longest_head: LONGEST_HEAD }
    }
}

/// Asks for the body that a client has announced, unless no operation takes one of that size.
async fn invite(request: Request) -> Result<Request, Error> {
    let announced = request.headers().get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    if announced.is_some_and(|size| size > LARGEST_FILE) { Err(Problem::new(&codes::TOO_LARGE).into()) } else { Ok(request) }
}

/// The server; each of its workers makes an application.
pub fn server<I, S, B>(
    listener: TcpListener,
    serving: Serving,
    application: impl Fn() -> I + Send + Clone + 'static,
) -> io::Result<Server>
where
    I: IntoServiceFactory<S, Request>,
    S: ServiceFactory<Request, Config = AppConfig, InitError: Debug> + 'static,
    S::Error: Into<Error> + 'static,
    S::Response: Into<Response<B>> + 'static,
    B: MessageBody + 'static,
{
    let longest_head = serving.longest_head;
    let builder = Server::build().workers(serving.workers).shutdown_timeout(serving.shutdown_timeout).disable_signals();
    let stopping = builder.graceful_shutdown_signal();
    let builder = builder.listen("sihe", listener, move || {
        let stopping = stopping.clone();
        let application = application().into_factory().map_err(|error| error.into().error_response());
        let connections = fn_service(move |stream: TcpStream| async move {
            stream.set_nodelay(true)?;
            let peer = stream.peer_addr().ok();
            Ok((Watched::new(stream, longest_head), peer))
        });
        let http = HttpService::build()
            .graceful_shutdown_signal(move || {
                let signal = stopping.clone();
                async move { signal.notified().await }
            })
            .expect(fn_service(invite))
            .keep_alive(LONGEST_REST)
            .client_request_timeout(longest_head)
            .client_disconnect_timeout(LONGEST_FAREWELL)
            .on_connect_ext(|stream: &Watched<TcpStream>, extensions| {
                extensions.insert(stream.requests.clone());
            })
            .h1(map_config(application, |()| AppConfig::default()));
        connections.and_then(http)
    })?;
    Ok(builder.run())
}
