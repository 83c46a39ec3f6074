//! Keeps one caller from stopping the others: how often they ask, how much at a time, and how large and slow their bodies are.

pub mod body;
pub mod caller;
pub mod head;
mod held;
pub mod rates;
pub mod slots;

use std::sync::atomic::AtomicI64;
use std::time::Duration;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::web::{Data, Query};
use actix_web::{Error, HttpMessage, HttpRequest};
use moka::sync::Cache;
use prometheus_client::metrics::gauge::Gauge;

use self::caller::CallerKey;
use self::held::held_until_sent;
use self::rates::{RateClass, Rates};
use self::slots::{Present, Slot, Slots};
use super::codes;
use super::metrics::Metrics;
use super::problem::Problem;

/// How much longer a request for the feed may take than another: the longest wait it can ask for.
const LONGEST_WAIT: Duration = Duration::from_secs(25);

/// How much the service takes on.
pub struct Limits {
    /// Longest time for one request once its body is read, and for a small body.
    pub time: Duration,
    /// Proxies in front of the service.
    pub proxies: usize,
    pub rates: Rates,
    pub slots: Slots,
    pub shut_out: ShutOut,
}

/// Refuses a caller who has no right.
pub type Check = fn(&HttpRequest) -> Result<(), Problem>;

/// What an operation is to the limits.
#[derive(Clone, Copy)]
pub struct Traffic {
    pub class: RateClass,
    /// The largest body, in bytes; none is read where it is 0.
    pub largest_body: usize,
    /// Asked before a body is read.
    pub check: Option<Check>,
}

impl Traffic {
    fn class_of(self, request: &ServiceRequest) -> RateClass {
        if self.class == RateClass::Read && searches(request.query_string()) { RateClass::Search } else { self.class }
    }
}

/// True when words are looked for.
fn searches(query: &str) -> bool {
    let pairs = Query::<Vec<(String, String)>>::from_query(query).map(Query::into_inner).unwrap_or_default();
    pairs.iter().any(|(name, words)| name == "q" && !words.is_empty())
}

/// How long an address that sent too many bad tokens must wait with new ones.
const SHUT_OUT_FOR: Duration = Duration::from_secs(10);
const MOST_SHUT_OUT: u64 = 10_000;

/// Addresses from which too many bad tokens came: to find out that a token is bad takes time.
pub struct ShutOut(Cache<CallerKey, ()>);

impl Default for ShutOut {
    fn default() -> Self {
        Self(Cache::builder().max_capacity(MOST_SHUT_OUT).time_to_live(SHUT_OUT_FOR).build())
    }
}

impl Limits {
    /// Refuses a token that was not seen before where too many bad ones came from.
    pub fn admit_unknown_token(&self, request: &HttpRequest) -> Result<(), Problem> {
        let address = CallerKey::of(request, self.proxies);
        if !self.shut_out.0.contains_key(&address) {
            return Ok(());
        }
        match self.rates.count(RateClass::Public, &address) {
            Ok(_) => Ok(()),
            Err(refused) => Err(refused.problem()),
        }
    }

    /// Counts a bad token.
    pub fn count_bad_token(&self, request: &HttpRequest) {
        let address = CallerKey::of(request, self.proxies);
        if self.rates.count(RateClass::Public, &address).is_err() {
            self.shut_out.0.insert(address, ());
        }
    }
}

/// The layer around each operation.
pub async fn limit(
    traffic: Traffic,
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse, Error> {
    let (Some(limits), Some(metrics)) =
        (request.app_data::<Data<Limits>>().cloned(), request.app_data::<Data<Metrics>>().cloned())
    else {
        return Ok(request.error_response(Problem::internal("the app has no limits")));
    };
    let caller = CallerKey::of(request.request(), limits.proxies);
    request.extensions_mut().insert(caller.clone());
    let (allowance, response) = match limits.rates.count(traffic.class_of(&request), &caller) {
        Ok(allowance) => (allowance, admit(traffic, &limits, &metrics, &caller, request, next).await),
        Err(refused) => return Ok(refuse(request.into_parts().0, refused.problem()).await),
    };
    let mut response = response?;
    allowance.tell(response.headers_mut());
    Ok(response)
}

/// The layer around what is no operation: only how often it is asked for is limited.
pub async fn limit_rate(
    class: RateClass,
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse, Error> {
    let Some(limits) = request.app_data::<Data<Limits>>().cloned() else {
        return Ok(request.error_response(Problem::internal("the app has no limits")));
    };
    match limits.rates.count(class, &CallerKey::of(request.request(), limits.proxies)) {
        Ok(_) => Ok(next.call(request).await?.map_into_boxed_body()),
        Err(refused) => Ok(refuse(request.into_parts().0, refused.problem()).await),
    }
}

/// How long a caller who asks too often waits for the refusal: whoever asks again at once would keep a worker busy with it.
const BEFORE_REFUSAL: Duration = Duration::from_millis(100);

async fn refuse(request: HttpRequest, problem: Problem) -> ServiceResponse {
    if problem.kind.code == codes::TOO_MANY_REQUESTS.code {
        tokio::time::sleep(BEFORE_REFUSAL).await;
    }
    ServiceResponse::from_err(problem, request)
}

/// Answers a request once it is read and has its turn.
async fn admit(
    traffic: Traffic,
    limits: &Limits,
    metrics: &Metrics,
    caller: &CallerKey,
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse, Error> {
    let kept = request.request().clone();
    let (_present, slot) = match place(traffic, limits, caller, &mut request).await {
        Ok(place) => place,
        Err(problem) => return Ok(refuse(kept, problem).await),
    };
    let reads_feed = traffic.class == RateClass::Feed;
    let _counted = Counted::new(if reads_feed { &metrics.feed_readers } else { &metrics.in_flight });
    let time = if reads_feed { limits.time + LONGEST_WAIT } else { limits.time };
    match tokio::time::timeout(time, next.call(request)).await {
        Ok(answered) => Ok(held_until_sent(answered?, slot)),
        Err(_) => {
            let problem = Problem::new(&codes::TIMEOUT).retry_after(1).cause("the request took too long");
            Ok(ServiceResponse::from_err(problem, kept))
        }
    }
}

async fn place(
    traffic: Traffic,
    limits: &Limits,
    caller: &CallerKey,
    request: &mut ServiceRequest,
) -> Result<(Option<Present>, Slot), Problem> {
    if traffic.class == RateClass::Feed {
        return Ok((None, limits.slots.take_for_feed(caller)?));
    }
    let mut present = limits.slots.enter(caller)?;
    if traffic.largest_body > 0 {
        traffic.check.map_or(Ok(()), |check| check(request.request()))?;
        body::receive(request, traffic.largest_body, limits.time, &mut present).await?;
    }
    let slot = limits.slots.take(&present).await?;
    Ok((Some(present), slot))
}

/// Counts a request while it is being answered.
struct Counted<'a>(&'a Gauge<i64, AtomicI64>);

impl<'a> Counted<'a> {
    fn new(gauge: &'a Gauge<i64, AtomicI64>) -> Self {
        gauge.inc();
        Self(gauge)
    }
}

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.0.dec();
    }
}
