//! How often a caller may ask, counted in this process alone.

use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use governor::clock::{Clock, DefaultClock};
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::DefaultKeyedStateStore;
use governor::{Quota, RateLimiter};

use super::caller::CallerKey;
use crate::http::codes;
use crate::http::problem::Problem;

/// What requests are counted together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RateClass {
    Read,
    /// Lists that are searched by words.
    Search,
    Write,
    Import,
    Export,
    Feed,
    /// What takes a secret that could be guessed.
    Code,
    /// What needs no token, counted by address.
    Public,
}

impl RateClass {
    pub const ALL: [Self; 8] =
        [Self::Read, Self::Search, Self::Write, Self::Import, Self::Export, Self::Feed, Self::Code, Self::Public];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Search => "search",
            Self::Write => "write",
            Self::Import => "import",
            Self::Export => "export",
            Self::Feed => "feed",
            Self::Code => "code",
            Self::Public => "public",
        }
    }
}

/// After so many requests those are forgotten who have not asked for long.
const BETWEEN_CLEANUPS: u32 = 4096;

/// How often one caller may ask for something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// In the long run.
    pub per_minute: NonZeroU32,
    /// At once.
    pub burst: NonZeroU32,
}

impl Rate {
    fn between(self) -> Duration {
        Duration::from_secs(60) / self.per_minute.get()
    }

    /// How long it takes until the burst is there again after so many requests.
    fn time_for(self, requests: u32) -> u64 {
        (self.between() * requests).as_secs_f64().ceil() as u64
    }
}

/// The rates of all classes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateTable([Rate; RateClass::ALL.len()]);

impl RateTable {
    /// Reads `class=per minute:burst`, separated by commas; every class must be named.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut rates = [None; RateClass::ALL.len()];
        for entry in text.split(',').map(str::trim).filter(|entry| !entry.is_empty()) {
            let (class, rate) = parse_entry(entry).ok_or_else(|| format!("{entry} is not like read=3000:200"))?;
            rates[class as usize] = Some(rate);
        }
        let missing = RateClass::ALL.iter().find(|class| rates[**class as usize].is_none());
        match missing {
            Some(class) => Err(format!("{} is missing", class.as_str())),
            None => Ok(Self(rates.map(|rate| rate.expect("none is missing")))),
        }
    }

    /// The same rate for every class.
    pub fn of_all(rate: Rate) -> Self {
        Self([rate; RateClass::ALL.len()])
    }

    /// For what the service does to itself.
    pub fn unlimited() -> Self {
        Self::of_all(Rate { per_minute: NonZeroU32::MAX, burst: NonZeroU32::MAX })
    }
}

fn parse_entry(entry: &str) -> Option<(RateClass, Rate)> {
    let (name, numbers) = entry.split_once('=')?;
    let (per_minute, burst) = numbers.split_once(':')?;
    let class = RateClass::ALL.iter().copied().find(|class| class.as_str() == name)?;
    Some((class, Rate { per_minute: per_minute.parse().ok()?, burst: burst.parse().ok()? }))
}

type Limiter = RateLimiter<CallerKey, DefaultKeyedStateStore<CallerKey>, DefaultClock, StateInformationMiddleware>;

/// Counts requests.
pub struct Rates {
    limiters: [(Rate, Limiter); RateClass::ALL.len()],
    counted: AtomicU32,
}

/// What is left to a caller.
pub struct Allowance {
    class: RateClass,
    rate: Rate,
    remaining: u32,
}

/// A caller who has asked too often.
pub struct TooOften {
    pub allowance: Allowance,
    /// In seconds, at least one.
    pub retry_after: u32,
}

impl Rates {
    pub fn new(table: RateTable) -> Self {
        let limiters = table.0.map(|rate| {
            let quota = Quota::with_period(rate.between()).map(|quota| quota.allow_burst(rate.burst));
            let quota = quota.expect("a minute is longer than nothing");
            (rate, RateLimiter::keyed(quota).with_middleware())
        });
        Self { limiters, counted: AtomicU32::new(0) }
    }

    /// Counts a request.
    pub fn count(&self, class: RateClass, caller: &CallerKey) -> Result<Allowance, TooOften> {
        let (rate, limiter) = &self.limiters[class as usize];
        if self.counted.fetch_add(1, Ordering::Relaxed) % BETWEEN_CLEANUPS == BETWEEN_CLEANUPS - 1 {
            self.limiters.iter().for_each(|(_, limiter)| limiter.retain_recent());
        }
        let allowance = |remaining| Allowance { class, rate: *rate, remaining };
        match limiter.check_key(caller) {
            Ok(state) => Ok(allowance(state.remaining_burst_capacity())),
            Err(refused) => {
                let wait = refused.wait_time_from(DefaultClock::default().now());
                Err(TooOften { allowance: allowance(0), retry_after: wait.as_secs_f64().ceil().max(1.0) as u32 })
            }
        }
    }
}

impl TooOften {
    pub fn problem(&self) -> Problem {
        let problem = Problem::new(&codes::TOO_MANY_REQUESTS).retry_after(self.retry_after).cause("too often");
        self.allowance.headers().into_iter().fold(problem, |problem, (name, value)| problem.header(name, &value))
    }
}

impl Allowance {
    /// As the client is told of it: the policy and what is left of it.
    pub fn headers(&self) -> [(HeaderName, String); 2] {
        let (class, burst) = (self.class.as_str(), self.rate.burst.get());
        let policy = format!("\"{class}\";q={burst};w={}", self.rate.time_for(burst));
        let left = format!("\"{class}\";r={};t={}", self.remaining, self.rate.time_for(burst - self.remaining.min(burst)));
        [(HeaderName::from_static("ratelimit-policy"), policy), (HeaderName::from_static("ratelimit"), left)]
    }

    pub fn tell(&self, headers: &mut HeaderMap) {
        for (name, value) in self.headers() {
            if let Ok(value) = HeaderValue::try_from(value) {
                headers.insert(name, value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rate(per_minute: u32, burst: u32) -> Rate {
        Rate { per_minute: per_minute.try_into().unwrap(), burst: burst.try_into().unwrap() }
    }

    #[test]
    fn whoever_asks_too_often_waits_and_nobody_else_does() {
        let rates = Rates::new(RateTable::of_all(rate(1, 2)));
        let (one, other) = (CallerKey::new("one"), CallerKey::new("other"));
        let told = |allowance: Allowance| allowance.headers().map(|(_, value)| value);
        let first = rates.count(RateClass::Read, &one).map(told).ok().unwrap();
        assert_eq!(first, ["\"read\";q=2;w=120", "\"read\";r=1;t=60"]);
        assert!(rates.count(RateClass::Read, &one).is_ok());
        let refused = rates.count(RateClass::Read, &one).err().unwrap();
        assert!((1..=60).contains(&refused.retry_after), "{}", refused.retry_after);
        assert_eq!(told(refused.allowance), ["\"read\";q=2;w=120", "\"read\";r=0;t=120"]);
        assert!(rates.count(RateClass::Write, &one).is_ok() && rates.count(RateClass::Read, &other).is_ok());
    }

    #[test]
    fn every_class_has_its_rate() {
        let all = "read=1:1, search=2:2,write=3:3,import=4:4,export=5:5,feed=6:6,code=7:7,public=8:9";
        assert_eq!(RateTable::parse(all).unwrap().0[RateClass::Public as usize], rate(8, 9));
        assert_eq!(RateTable::parse("read=1:1"), Err("search is missing".into()));
        for wrong in ["read=0:1", "read=1", "reads=1:1", "read=1:x"] {
            assert_eq!(RateTable::parse(&format!("{all},{wrong}")), Err(format!("{wrong} is not like read=3000:200")));
        }
    }
}
