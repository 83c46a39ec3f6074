//! Runs the server until it is told to stop, and stops without losing a request.

use std::sync::atomic::Ordering;
use std::time::Duration;

use actix_web::HttpServer;
use actix_web::dev::ServerHandle;
use tokio::signal::unix::{SignalKind, signal};

use crate::access::keys::SigningKey;
use crate::app::{self, Shared};
use crate::calendar::Clock;
use crate::changes::upkeep;
use crate::config::Settings;
use crate::db::migrations;
use crate::db::pool::{Db, DbOptions};
use crate::resources;

const BETWEEN_UPKEEPS: Duration = Duration::from_secs(3600);
/// How late what comes by itself may come.
const BETWEEN_STEPS: Duration = Duration::from_secs(30);

/// Serves until SIGTERM or SIGINT.
pub async fn serve(settings: Settings) -> Result<(), String> {
    let key = SigningKey::load_or_create(&settings.signing_key_file)?;
    let shared = Shared::new(&settings, &key, Clock::System)?;
    let background = Db::new(&DbOptions { connections: 4, ..settings.database.clone() })?;
    let pending = migrations::pending(&background).await;
    match pending {
        Ok(0) => {}
        Ok(pending) => log::warn!("{pending} migrations are pending: run `sihe migrate`"),
        Err(_) => log::warn!("the database does not answer or has no migrations yet"),
    }
    let workers = (shared.clone(), settings.database.clone());
    let server = HttpServer::new(move || {
        let (shared, database) = &workers;
        let db = Db::new(database).expect("the database settings were read before");
        app::build(shared, db)
    })
    .workers(settings.workers)
    .keep_alive(Duration::from_secs(75))
    .client_request_timeout(Duration::from_secs(10))
    .shutdown_timeout(30)
    .disable_signals()
    .bind(settings.listen)
    .map_err(|error| format!("SIHE_LISTEN {}: {error}", settings.listen))?
    .run();
    log::info!("serving on http://{}, docs at http://{}/docs/", settings.listen, settings.listen);
    actix_web::rt::spawn(stop_when_told(server.handle(), shared.clone(), settings.drain));
    actix_web::rt::spawn(look_after(background, shared));
    server.await.map_err(|error| error.to_string())
}

/// Says "not ready", goes on serving while balancers turn away, then finishes what is running.
async fn stop_when_told(server: ServerHandle, shared: Shared, drain: Duration) {
    let (Ok(mut terminate), Ok(mut interrupt)) = (signal(SignalKind::terminate()), signal(SignalKind::interrupt())) else {
        log::error!("signals cannot be heard");
        return;
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    log::info!("stopping");
    shared.accepting.0.store(false, Ordering::SeqCst);
    shared.watch.close();
    tokio::time::sleep(drain).await;
    server.stop(true).await;
}

async fn look_after(db: Db, shared: Shared) {
    let upkeep = async {
        loop {
            if let Err(problem) = upkeep::run(&db, shared.clock.now()).await {
                log::warn!(cause = problem.private_cause().unwrap_or_default(); "upkeep failed");
            }
            tokio::time::sleep(BETWEEN_UPKEEPS).await;
        }
    };
    let timely = async {
        loop {
            resources::run_due_jobs(&db, shared.clock.now()).await;
            tokio::time::sleep(BETWEEN_STEPS).await;
        }
    };
    tokio::join!(upkeep, timely, shared.watch.run(&db));
}
