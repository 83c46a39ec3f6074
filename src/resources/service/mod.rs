//! What surrounds the API: health, metrics, keys, the contract and the meaning of problem codes.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use chrono::TimeDelta;
use futures_util::try_join;
use serde::Serialize;
use tokio::time::timeout;
use utoipa::ToSchema;

use crate::access::keys::PublishedKeys;
use crate::access::resource::ProtectedResource;
use crate::calendar::Clock;
use crate::changes::feed;
use crate::changes::jobs::{self, LastRound};
use crate::changes::readiness;
use crate::changes::relocation::Relocation;
use crate::changes::slice::Slice;
use crate::db::pool::{Db, Pools};
use crate::http::codes;
use crate::http::metrics::Metrics;
use crate::http::operation::{Operation, Public, operations};
use crate::http::path::Id;
use crate::http::problem::{Language, Problem};

pub const SLICE: Slice = Slice {
    resource: None,
    record: None,
    noun: "service",
    about: "What surrounds the API: health, metrics, keys, the contract and the meaning of problem codes.",
    tables: &[],
    operations,
    jobs: &[],
    relocation: Relocation::Stays("it has no records"),
};

fn operations() -> Vec<Operation> {
    operations![get_health, get_readiness, get_metrics, list_keys, get_protected_resource, get_contract, get_problem]
}

/// True while the service takes new work; false once it is stopping.
pub struct Accepting(pub AtomicBool);

/// The OpenAPI document as text.
pub struct Contract(pub &'static str);

/// After this time without a round of what is done by itself, something is wrong.
const LONGEST_ROUND: TimeDelta = TimeDelta::minutes(5);
const LONGEST_LOOK: Duration = Duration::from_secs(2);

/// The state of the service.
#[derive(Serialize, ToSchema)]
pub struct Health {
    /// Always `ok`; otherwise the answer is a problem.
    #[schema(max_length = 10)]
    pub status: &'static str,
}

/// Check that the process is alive.
#[utoipa::path(get, path = "/healthz",
    responses((status = 200, description = "The process is alive.", body = Health)))]
async fn get_health(_: Public) -> HttpResponse {
    HttpResponse::Ok().json(Health { status: "ok" })
}

/// Check that the service can work: the database answers, has every migration, takes writes and belongs to its cluster.
#[utoipa::path(get, path = "/readyz",
    responses((status = 200, description = "The service can work.", body = Health)))]
async fn get_readiness(
    _: Public,
    db: Db,
    accepting: Data<Accepting>,
    last_round: Data<LastRound>,
    clock: Data<Clock>,
) -> Result<HttpResponse, Problem> {
    let unavailable = |cause: &str| Problem::new(&codes::UNAVAILABLE).retry_after(5).cause(cause);
    if !accepting.0.load(Ordering::SeqCst) {
        // The log has said it already.
        return Err(Problem::new(&codes::UNAVAILABLE).retry_after(5));
    }
    if last_round.age(clock.now()).is_some_and(|age| age > LONGEST_ROUND) {
        return Err(unavailable("what is due by itself has not been done for long"));
    }
    readiness::check(&db).await.map_err(|cause| unavailable(&cause))?;
    Ok(HttpResponse::Ok().json(Health { status: "ok" }))
}

/// Get the measurements in the format of Prometheus.
#[utoipa::path(get, path = "/metrics",
    responses((status = 200, description = "Measurements.", body = String, content_type = "application/openmetrics-text")))]
async fn get_metrics(
    _: Public,
    db: Db,
    pools: Data<Pools>,
    metrics: Data<Metrics>,
    last_round: Data<LastRound>,
    clock: Data<Clock>,
) -> Result<HttpResponse, Problem> {
    let pool = pools.status();
    metrics.pool.writers_open.set(i64::try_from(pool.writers_open).unwrap_or(i64::MAX));
    metrics.pool.writers_waiting.set(i64::try_from(pool.writers_waiting).unwrap_or(i64::MAX));
    metrics.pool.reads_running.set(i64::try_from(pool.reads_running).unwrap_or(i64::MAX));
    let asked = async { try_join!(feed::oldest_unsettled(&db), jobs::failing(&db)) };
    // Whoever watches hears the rest also while the database does not answer.
    if let Ok(Ok((oldest, failing))) = timeout(LONGEST_LOOK, asked).await {
        metrics.feed_lag.set(oldest.map_or(0, |at| (clock.now() - at).num_milliseconds().max(0)));
        metrics.jobs.failing.set(failing);
    }
    metrics.jobs.last_round.set(last_round.age(clock.now()).map_or(0, |age| age.num_seconds()));
    metrics.jobs.unfinished.set(i64::try_from(last_round.unfinished()).unwrap_or(i64::MAX));
    let mut text = String::new();
    prometheus_client::encoding::text::encode(&mut text, &metrics.registry).map_err(Problem::internal)?;
    Ok(HttpResponse::Ok().content_type("application/openmetrics-text; version=1.0.0; charset=utf-8").body(text))
}

/// A set of public keys (RFC 7517).
#[derive(Serialize, ToSchema)]
pub struct KeySet {
    #[schema(max_items = 10, value_type = Vec<Object>)]
    pub keys: Vec<serde_json::Value>,
}

/// Get the public keys of the built-in issuer.
#[utoipa::path(get, path = "/.well-known/jwks.json",
    responses((status = 200, description = "A JSON Web Key Set.", body = KeySet)))]
async fn list_keys(_: Public, keys: Data<PublishedKeys>) -> HttpResponse {
    HttpResponse::Ok().insert_header(("Cache-Control", "public, max-age=300")).json(&keys.0)
}

/// Get what an app must know to ask for a token (RFC 9728).
#[utoipa::path(get, path = "/.well-known/oauth-protected-resource",
    responses((status = 200, description = "The service as OAuth 2.0 sees it.", body = ProtectedResource)))]
async fn get_protected_resource(_: Public, resource: Data<ProtectedResource>) -> HttpResponse {
    HttpResponse::Ok().insert_header(("Cache-Control", "public, max-age=300")).json(&*resource)
}

/// Get this contract.
#[utoipa::path(get, path = "/openapi.json",
    responses((status = 200, description = "The OpenAPI document.", body = OpenApiDocument)))]
async fn get_contract(_: Public, contract: Data<Contract>) -> HttpResponse {
    HttpResponse::Ok().content_type("application/json").body(contract.0)
}

/// An OpenAPI document.
#[derive(Serialize, ToSchema)]
pub struct OpenApiDocument {
    /// The version of the OpenAPI specification.
    #[schema(max_length = 10)]
    pub openapi: String,
    #[serde(flatten)]
    pub rest: serde_json::Map<String, serde_json::Value>,
}

/// What a problem code means.
#[derive(Serialize, ToSchema)]
pub struct ProblemMeaning {
    #[schema(max_length = 100)]
    pub code: &'static str,
    /// The HTTP status code it comes with.
    #[schema(minimum = 400, maximum = 599)]
    pub status: u16,
    #[schema(max_length = 200)]
    pub title: &'static str,
    #[schema(max_length = 1000)]
    pub detail: &'static str,
}

/// Get the meaning of a problem code, in the language of `Accept-Language`.
#[utoipa::path(get, path = "/problems/{code}",
    params(("code" = String, Path, description = "The code with hyphens, as in a problem's `type`.", max_length = 100)),
    responses((status = 200, description = "What it means.", body = ProblemMeaning)))]
async fn get_problem(_: Public, request: HttpRequest, code: Id<String>) -> Result<HttpResponse, Problem> {
    let language = Language::of(request.headers());
    let kind = codes::KINDS.iter().find(|kind| kind.slug() == code.0).ok_or_else(|| Problem::new(&codes::NOT_FOUND))?;
    let mut response = HttpResponse::Ok();
    response.insert_header(("Content-Language", language.tag())).insert_header(("Vary", "Accept-Language"));
    Ok(response.json(ProblemMeaning {
        code: kind.code,
        status: kind.status,
        title: kind.title.in_language(language),
        detail: kind.detail.in_language(language),
    }))
}
