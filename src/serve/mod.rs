//! Runs the server until it is told to stop, and stops without losing a request.

use std::net::{SocketAddr, TcpListener};
use std::sync::atomic::Ordering;
use std::time::Duration;

use actix_web::dev::ServerHandle;
use tokio::signal::unix::{SignalKind, signal};

use self::listener::{Serving, server};
use crate::access::keys::SigningKey;
use crate::app::{self, Shared};
use crate::calendar::Clock;
use crate::changes::{readiness, upkeep};
use crate::config::Settings;
use crate::db::pool::{Db, DbOptions};
use crate::resources;

pub mod listener;

const BETWEEN_UPKEEPS: Duration = Duration::from_secs(3600);
const LONGEST_UPKEEP: Duration = Duration::from_secs(1800);
const BETWEEN_CHECKS: Duration = Duration::from_secs(2);
/// How late what comes by itself may come.
const BETWEEN_STEPS: Duration = Duration::from_secs(30);

/// Serves until SIGTERM or SIGINT.
pub async fn serve(settings: Settings) -> Result<(), String> {
    let key = SigningKey::load_or_create(&settings.signing_key_file)?;
    let shared = Shared::new(&settings, &key, Clock::System)?;
    let background = Db::new(&DbOptions { connections: 4, ..settings.database.clone() })?;
    let patient =
        Db::new(&DbOptions { connections: 1, longest_silence: upkeep::LONGEST_STATEMENT, ..settings.database.clone() })?;
    let parts = (shared.clone(), settings.database.clone());
    let serving = Serving { workers: settings.workers, ..Serving::default() };
    let server = server(listen("SIHE_LISTEN", settings.listen)?, serving, move || {
        app::build(&parts.0, Db::new(&parts.1).expect("the database settings were read before"))
    });
    let server = server.map_err(|error| error.to_string())?;
    log::info!("serving on http://{}, docs at http://{}/docs/", settings.listen, settings.listen);
    let for_operators = operators_server(&settings, &shared)?;
    actix_web::rt::spawn(stop_when_told(server.handle(), shared.clone(), settings.drain));
    actix_web::rt::spawn(look_after(background, patient, shared));
    let served = server.await.map_err(|error| error.to_string());
    if let Some(for_operators) = for_operators {
        for_operators.stop(true).await;
    }
    served
}

/// Serves health and measurements with a worker of its own, where an address is set. It answers until the last request is done.
fn operators_server(settings: &Settings, shared: &Shared) -> Result<Option<ServerHandle>, String> {
    let Some(address) = settings.admin_listen else { return Ok(None) };
    let parts = (shared.clone(), DbOptions { connections: 2, ..settings.database.clone() });
    let server = server(listen("SIHE_ADMIN_LISTEN", address)?, Serving::default(), move || {
        app::build_for_operators(&parts.0, Db::new(&parts.1).expect("the database settings were read before"))
    });
    let server = server.map_err(|error| error.to_string())?;
    let handle = server.handle();
    actix_web::rt::spawn(server);
    Ok(Some(handle))
}

fn listen(setting: &str, address: SocketAddr) -> Result<TcpListener, String> {
    TcpListener::bind(address).map_err(|error| format!("{setting} {address}: {error}"))
}

/// Says "not ready", goes on serving while balancers turn away, then finishes what is running.
async fn stop_when_told(server: ServerHandle, shared: Shared, drain: Duration) {
    let (Ok(mut terminate), Ok(mut interrupt)) = (signal(SignalKind::terminate()), signal(SignalKind::interrupt())) else {
        log::error!("signals cannot be heard");
        return;
    };
    tokio::select! { _ = terminate.recv() => {} _ = interrupt.recv() => {} }
    log::info!("stopping");
    shared.accepting.0.store(false, Ordering::SeqCst);
    shared.watch.close();
    tokio::time::sleep(drain).await;
    server.stop(true).await;
}

/// Upkeep and what is due, round after round, whenever the database can be worked with.
async fn look_after(db: Db, patient: Db, shared: Shared) {
    shared.last_round.begin(shared.clock.now());
    let upkeep = async {
        loop {
            match tokio::time::timeout(LONGEST_UPKEEP, upkeep::run(&patient, shared.clock.now())).await {
                Ok(Ok(())) => {}
                Ok(Err(problem)) => log::warn!(cause = problem.private_cause().unwrap_or_default(); "upkeep failed"),
                Err(_) => log::warn!("upkeep took too long"),
            }
            tokio::time::sleep(BETWEEN_UPKEEPS).await;
        }
    };
    let timely = async {
        loop {
            resources::run_due_jobs(&db, shared.clock.now(), |round| shared.last_round.set(shared.clock.now(), round)).await;
            tokio::time::sleep(BETWEEN_STEPS).await;
            wait_until_ready(&db).await;
        }
    };
    wait_until_ready(&db).await;
    tokio::join!(upkeep, timely, shared.watch.run(&db));
}

/// Waits for a database with which the service can work; says once why it waits.
async fn wait_until_ready(db: &Db) {
    let mut told = None;
    while let Err(cause) = readiness::check(db).await {
        if told.as_ref() != Some(&cause) {
            log::warn!(cause = cause.as_str(); "waiting for the database");
            told = Some(cause);
        }
        tokio::time::sleep(BETWEEN_CHECKS).await;
    }
    if told.is_some() {
        log::info!("the database is ready");
    }
}
