//! Builds the application: its parts, its layers and its routes. Used by the server and the tests.

use std::sync::atomic::AtomicBool;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use actix_cors::Cors;
use actix_web::body::{BodySize, MessageBody};
use actix_web::dev::{ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::http::header::{CONTENT_ENCODING, ETAG, HeaderName, HeaderValue, LINK, LOCATION, RETRY_AFTER, WWW_AUTHENTICATE};
use actix_web::middleware::{Compress, Condition, Next, from_fn};
use actix_web::web::{self, Data};
use actix_web::{App, Error};
use chrono::{DateTime, Utc};
use futures_util::try_join;
use utoipa_swagger_ui::{Config, SwaggerUi};

use crate::access::inheritance::Predecessors;
use crate::access::keys::{PublishedKeys, Signer, SigningKey};
use crate::access::resource::ProtectedResource;
use crate::access::revocation::{Load, News, Revocations};
use crate::access::token::{Issuers, Trust, authenticate};
use crate::calendar::Clock;
use crate::changes::jobs::LastRound;
use crate::changes::notifier::FeedNotifier;
use crate::config::Settings;
use crate::db::cursor::CursorKey;
use crate::db::pool::{Db, DbOptions, Pools};
use crate::http::answer::accepts_json;
use crate::http::codes;
use crate::http::idempotency::FingerprintKey;
use crate::http::limits::rates::{RateClass, Rates};
use crate::http::limits::slots::Slots;
use crate::http::limits::{Limits, ShutOut, limit_rate};
use crate::http::metrics::Metrics;
use crate::http::observe::observe;
use crate::http::openapi::document;
use crate::http::operation::{Operation, register};
use crate::http::problem::Problem;
use crate::resources::SLICES;
use crate::resources::deliberation::owner_votes::keys::VoteKeys;
use crate::resources::disputes::party_code::PartyKey;
use crate::resources::places::estate_units::owners::OwnerKey;
use crate::resources::places::jurisdictions;
use crate::resources::reference::token_revocations;
use crate::resources::service::{Accepting, Contract};
use crate::resources::training::certificates::PublicUrl;
use crate::resources::training::training_sessions::check_in_code::CheckInKey;

/// Bodies below this size, in bytes, are not worth compressing.
const WORTH_COMPRESSING: u64 = 1024;

/// What the workers of a process share.
#[derive(Clone)]
pub struct Shared {
    pub clock: Data<Clock>,
    pub watch: Data<FeedNotifier>,
    pub accepting: Data<Accepting>,
    pub last_round: Data<LastRound>,
    operations: Arc<Vec<Operation>>,
    issuers: Data<Issuers>,
    revocations: Data<Revocations>,
    resource: Data<ProtectedResource>,
    cursors: Data<CursorKey>,
    check_ins: Data<CheckInKey>,
    party_codes: Data<PartyKey>,
    owner_keys: Data<OwnerKey>,
    vote_keys: Data<VoteKeys>,
    receipts: Data<Signer>,
    fingerprints: Data<FingerprintKey>,
    public_url: Data<PublicUrl>,
    metrics: Data<Metrics>,
    keys: Data<PublishedKeys>,
    contract: Data<Contract>,
    limits: Data<Limits>,
    pools: Data<Pools>,
    origins: Arc<Vec<String>>,
    /// True when the measurements are served on a port of their own.
    measured_apart: bool,
}

/// The contract as it is committed and served, written once.
pub fn contract() -> &'static str {
    static CONTRACT: LazyLock<String> = LazyLock::new(|| {
        serde_json::to_string_pretty(&document(&SLICES.operations())).expect("the contract is plain data") + "\n"
    });
    &CONTRACT
}

/// Which tokens are believed.
fn trust(settings: &Settings) -> Trust {
    Trust {
        issuer: settings.issuer.clone(),
        audience: settings.audience.clone(),
        oidc: settings.oidc_issuers.clone(),
        untyped: settings.untyped_issuers.clone(),
        longest: settings.longest_token,
    }
}

/// What is known of revoked tokens, read over a connection of its own.
fn revocations(settings: &Settings, issuers: &Issuers) -> Result<Revocations, String> {
    let load: Load = |db, since| Box::pin(news(db, since));
    // Every request waits for it: what does not answer is given up soon.
    let (statement_timeout, longest_silence) = (Duration::from_secs(2), Duration::from_secs(1));
    let options = DbOptions { connections: 1, statement_timeout, longest_silence, ..settings.database.clone() };
    let one_connection = Db::new(&options)?;
    Ok(Revocations::new(load, one_connection, settings.longest_token, issuers.forgetting()))
}

impl Shared {
    /// How many requests are being answered now.
    pub fn in_flight(&self) -> i64 {
        self.metrics.in_flight.get()
    }

    pub fn new(settings: &Settings, key: &SigningKey, clock: Clock) -> Result<Self, String> {
        let operations = SLICES.operations();
        let trust = trust(settings);
        let believed = [&trust.issuer].into_iter().chain(&trust.oidc).cloned().collect();
        let issuers = Issuers::new(trust, key, clock.clone())?;
        let revocations = revocations(settings, &issuers)?;
        Ok(Self {
            clock: Data::new(clock),
            watch: Data::new(FeedNotifier::default()),
            accepting: Data::new(Accepting(AtomicBool::new(true))),
            last_round: Data::default(),
            issuers: Data::new(issuers),
            revocations: Data::new(revocations),
            resource: Data::new(ProtectedResource::new(&settings.public_url, believed, &operations)),
            cursors: Data::new(CursorKey::new(key.derive("sihe cursor v1"))),
            check_ins: Data::new(CheckInKey::new(key.derive("sihe check-in v1"))),
            party_codes: Data::new(PartyKey::new(key.derive("sihe party code v1"))),
            owner_keys: Data::new(OwnerKey::new(key.derive("sihe unit owner v1"))),
            vote_keys: Data::new(VoteKeys::new(key.derive("sihe owner vote v1"))),
            receipts: Data::new(key.signer("receipt+jwt")),
            fingerprints: Data::new(FingerprintKey(key.derive("sihe fingerprint v1"))),
            public_url: Data::new(PublicUrl(settings.public_url.clone())),
            metrics: Data::new(Metrics::new(&operations)),
            pools: Data::new(Pools::default()),
            keys: Data::new(PublishedKeys(key.public_keys())),
            contract: Data::new(Contract(contract())),
            limits: Data::new(Limits {
                time: settings.request_timeout,
                proxies: settings.trusted_proxies,
                rates: Rates::new(settings.rates),
                slots: Slots::new(settings.max_in_flight, settings.max_feed_readers),
                shut_out: ShutOut::default(),
            }),
            origins: Arc::new(settings.cors_origins.clone()),
            measured_apart: settings.admin_listen.is_some(),
            operations: Arc::new(operations),
        })
    }

    /// Gives an application what its operations and layers ask for.
    fn provide(&self, db: Db, config: &mut web::ServiceConfig) {
        config
            .app_data(Data::new(db))
            .app_data(self.pools.clone())
            .app_data(self.clock.clone())
            .app_data(self.watch.clone())
            .app_data(self.accepting.clone())
            .app_data(self.last_round.clone())
            .app_data(self.issuers.clone())
            .app_data(self.revocations.clone())
            .app_data(self.resource.clone())
            .app_data(Data::new(Predecessors(|db, codes| Box::pin(jurisdictions::store::predecessors(db, codes)))))
            .app_data(Data::new(SLICES))
            .app_data(self.cursors.clone())
            .app_data(self.check_ins.clone())
            .app_data(self.party_codes.clone())
            .app_data(self.owner_keys.clone())
            .app_data(self.vote_keys.clone())
            .app_data(self.receipts.clone())
            .app_data(self.fingerprints.clone())
            .app_data(self.public_url.clone())
            .app_data(self.metrics.clone())
            .app_data(self.keys.clone())
            .app_data(self.contract.clone())
            .app_data(self.limits.clone());
    }
}

/// What every instance must know of revoked tokens and jurisdictions.
async fn news(db: Db, since: DateTime<Utc>) -> Result<News, Problem> {
    let (revoked, successions) = try_join!(token_revocations::store::since(&db, since), jurisdictions::store::successions(&db))?;
    Ok(News { revoked, successions })
}

/// One worker's application. The first layer named is the innermost.
pub fn build(
    shared: &Shared,
    db: Db,
) -> App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody + use<>>,
        Error = Error,
        InitError = (),
    > + use<>,
> {
    let (operations, apart) = (shared.operations.clone(), shared.measured_apart);
    shared.pools.watch(&db);
    App::new()
        .configure(|config| shared.provide(db, config))
        .wrap(from_fn(limit_docs))
        .wrap(from_fn(authenticate))
        .wrap(from_fn(negotiate))
        .wrap(Compress::default())
        .wrap(Condition::new(!shared.origins.is_empty(), cors(&shared.origins)))
        .wrap(from_fn(observe))
        .configure(|config| register(operations.iter().filter(|o| !apart || o.path != "/metrics"), config))
        .service(
            SwaggerUi::new("/docs/{_:.*}")
                .config(Config::from("/openapi.json").try_it_out_enabled(true).persist_authorization(true).validator_url("none")),
        )
        .service(web::redirect("/docs", "/docs/"))
        .default_service(web::to(no_such_path))
}

/// The application on the port for operators: how the service is, and nothing else.
pub fn build_for_operators(
    shared: &Shared,
    db: Db,
) -> App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody + use<>>,
        Error = Error,
        InitError = (),
    > + use<>,
> {
    let operations = shared.operations.clone();
    App::new()
        .configure(|config| shared.provide(db, config))
        .wrap(from_fn(observe))
        .configure(|config| register(operations.iter().filter(|operation| operation.traffic.is_none()), config))
        .default_service(web::to(no_such_path))
}

async fn no_such_path() -> Result<&'static str, Problem> {
    Err(Problem::new(&codes::NOT_FOUND))
}

fn cors(origins: &[String]) -> Cors {
    let cors = Cors::default()
        .allow_any_method()
        .allow_any_header()
        .expose_headers([
            ETAG,
            LINK,
            LOCATION,
            HeaderName::from_static("request-id"),
            HeaderName::from_static("idempotency-replayed"),
            HeaderName::from_static("ratelimit"),
            HeaderName::from_static("ratelimit-policy"),
            RETRY_AFTER,
            WWW_AUTHENTICATE,
        ])
        .max_age(3600);
    origins.iter().fold(cors, |cors, origin| cors.allowed_origin(origin))
}

/// The files of the docs are no operations, but limited like them.
async fn limit_docs(request: ServiceRequest, next: Next<impl MessageBody + 'static>) -> Result<ServiceResponse, Error> {
    if request.path().starts_with("/docs") {
        return limit_rate(RateClass::Public, request, next).await;
    }
    Ok(next.call(request).await?.map_into_boxed_body())
}

/// Refuses clients that take no JSON. Marks small bodies as encoded already, so that the layer
/// above leaves them as they are.
async fn negotiate(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    // What is named like a file is one; everything else is JSON.
    let is_file = request.path().rsplit('/').next().is_some_and(|name| name.contains('.'));
    if request.path().starts_with("/v1/") && !is_file && !accepts_json(request.headers()) {
        return Ok(request.error_response(Problem::new(&codes::NOT_ACCEPTABLE)));
    }
    let mut response = next.call(request).await?.map_into_boxed_body();
    if matches!(response.response().body().size(), BodySize::Sized(size) if size < WORTH_COMPRESSING) {
        response.headers_mut().insert(CONTENT_ENCODING, HeaderValue::from_static("identity"));
    }
    Ok(response)
}
