//! Refuses what is too much at once and ends what takes too long.

use std::sync::atomic::AtomicI64;
use std::time::Duration;

use actix_web::Error;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::web::Data;
use prometheus_client::metrics::gauge::Gauge;

use super::codes;
use super::observe::Metrics;
use super::problem::Problem;

/// How much longer a request for the feed may take than another: the longest wait it can ask for.
const LONGEST_WAIT: Duration = Duration::from_secs(25);

/// How much the service takes on.
pub struct Limits {
    /// Requests answered at a time.
    pub in_flight: i64,
    /// Longest time for one request.
    pub time: Duration,
}

/// The layer around each operation. Readers of the feed wait most of their time: they are counted by
/// themselves.
pub async fn limit(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let (Some(limits), Some(metrics)) =
        (request.app_data::<Data<Limits>>().cloned(), request.app_data::<Data<Metrics>>().cloned())
    else {
        return Ok(request.error_response(Problem::internal("the app has no limits")));
    };
    let waits = request.path() == "/v1/changes";
    let counted = Counted::new(if waits { &metrics.feed_readers } else { &metrics.in_flight });
    if counted.others >= limits.in_flight {
        return Ok(request.error_response(Problem::new(&codes::OVERLOADED).retry_after(1).cause("too many requests at once")));
    }
    let time = if waits { limits.time + LONGEST_WAIT } else { limits.time };
    let kept = request.request().clone();
    match tokio::time::timeout(time, next.call(request)).await {
        Ok(answered) => Ok(answered?.map_into_boxed_body()),
        Err(_) => {
            let problem = Problem::new(&codes::TIMEOUT).retry_after(1).cause("the request took too long");
            Ok(ServiceResponse::from_err(problem, kept))
        }
    }
}

/// Counts a request while it is being answered.
struct Counted<'a> {
    gauge: &'a Gauge<i64, AtomicI64>,
    others: i64,
}

impl<'a> Counted<'a> {
    fn new(gauge: &'a Gauge<i64, AtomicI64>) -> Self {
        Self { gauge, others: gauge.inc() }
    }
}

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.gauge.dec();
    }
}
