//! What the service measures of itself.

use std::sync::atomic::AtomicI64;
use std::time::Instant;

use actix_web::body::MessageBody;
use actix_web::dev::ServiceResponse;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

use super::operation::{ByRoute, Operation};

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Labels {
    operation: &'static str,
    status: u16,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct OperationLabel {
    operation: &'static str,
}

/// How busy the connections to the database are.
#[derive(Default)]
pub struct PoolGauges {
    pub writers_open: Gauge<i64, AtomicI64>,
    pub writers_waiting: Gauge<i64, AtomicI64>,
    pub reads_running: Gauge<i64, AtomicI64>,
}

/// How what is done by itself goes on.
#[derive(Default)]
pub struct JobGauges {
    /// Seconds since this process last went through it.
    pub last_round: Gauge<i64, AtomicI64>,
    /// Kinds of it that the last round did not finish.
    pub unfinished: Gauge<i64, AtomicI64>,
    /// Records that wait for another try.
    pub failing: Gauge<i64, AtomicI64>,
}

/// What the service measures of itself.
pub struct Metrics {
    pub registry: Registry,
    requests: Family<Labels, Counter>,
    seconds: Family<OperationLabel, Histogram>,
    pub in_flight: Gauge<i64, AtomicI64>,
    pub feed_readers: Gauge<i64, AtomicI64>,
    pub pool: PoolGauges,
    /// Milliseconds for which readers of the feed have been kept waiting by a running transaction.
    pub feed_lag: Gauge<i64, AtomicI64>,
    pub jobs: JobGauges,
    operations: ByRoute<&'static str>,
}

impl Metrics {
    pub fn new(operations: &[Operation]) -> Self {
        let mut registry = Registry::with_prefix("sihe");
        let requests = Family::default();
        let seconds = Family::new_with_constructor(histogram as fn() -> Histogram);
        let (in_flight, feed_readers, feed_lag) = (Gauge::default(), Gauge::default(), Gauge::default());
        let (pool, jobs) = (PoolGauges::default(), JobGauges::default());
        registry.register("feed_readers", "Readers of the feed, most of them waiting", feed_readers.clone());
        registry.register("requests", "Requests by operation and status", requests.clone());
        registry.register_with_unit("request_duration", "Time to answer", Unit::Seconds, seconds.clone());
        registry.register("requests_in_flight", "Requests being answered now", in_flight.clone());
        registry.register("database_writers_open", "Connections open for writing", pool.writers_open.clone());
        registry.register("database_writers_waiting", "Writes waiting for a connection", pool.writers_waiting.clone());
        registry.register("database_reads_running", "Reads running", pool.reads_running.clone());
        registry.register("feed_lag_milliseconds", "Age of the oldest change that readers cannot see yet", feed_lag.clone());
        registry.register(
            "jobs_last_round_seconds",
            "Time since the last round of what is done by itself",
            jobs.last_round.clone(),
        );
        registry.register("jobs_unfinished", "Kinds of such work that the last round did not finish", jobs.unfinished.clone());
        registry.register("jobs_failing", "Records that wait for another try at such work", jobs.failing.clone());
        let names = ByRoute::of(operations, |operation| Some(operation.id));
        Self { registry, requests, seconds, in_flight, feed_readers, pool, feed_lag, jobs, operations: names }
    }

    pub fn operation(&self, response: &ServiceResponse<impl MessageBody>) -> &'static str {
        self.operations.get(response.request()).copied().unwrap_or("none")
    }

    pub fn record(&self, operation: &'static str, status: u16, started: Instant) {
        self.requests.get_or_create(&Labels { operation, status }).inc();
        self.seconds.get_or_create(&OperationLabel { operation }).observe(started.elapsed().as_secs_f64());
    }
}

fn histogram() -> Histogram {
    Histogram::new([0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0])
}
