//! Who is counted as one caller, and what is kept for each.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use actix_web::http::header::{HeaderMap, HeaderName};
use actix_web::{HttpMessage, HttpRequest};

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// One caller: the person or system that the token names, or the address where there is no token.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CallerKey(Arc<str>);

impl CallerKey {
    pub fn new(caller: &str) -> Self {
        Self(caller.into())
    }

    /// The one that was authenticated, otherwise the address. `proxies` stand in front of the service, and each adds
    /// whom it heard to `X-Forwarded-For`; what stands before that anybody could have written.
    pub fn of(request: &HttpRequest, proxies: usize) -> Self {
        if let Some(known) = request.extensions().get::<Self>() {
            return known.clone();
        }
        let forwarded = proxies.checked_sub(1).and_then(|nearer| forwarded(request.headers(), nearer));
        let address = forwarded.or(request.peer_addr().map(|peer| peer.ip()));
        // An IPv4 address may come in the clothes of an IPv6 one.
        match address.map(|address| address.to_canonical()) {
            Some(IpAddr::V6(address)) => Self::new(&network(address).to_string()),
            Some(address) => Self::new(&address.to_string()),
            None => Self::new("unknown"),
        }
    }
}

/// The address before so many nearer ones.
fn forwarded(headers: &HeaderMap, nearer: usize) -> Option<IpAddr> {
    let values: Vec<_> = headers.get_all(FORWARDED_FOR).filter_map(|value| value.to_str().ok()).collect();
    values.iter().rev().flat_map(|value| value.rsplit(',')).nth(nearer)?.trim().parse().ok()
}

/// A household has a whole network of addresses (a /64).
fn network(address: Ipv6Addr) -> Ipv6Addr {
    Ipv6Addr::from_bits(address.to_bits() >> 64 << 64)
}

/// Something for each caller that has a request here, for as long as it has one.
pub struct PerCaller<T>(Mutex<HashMap<CallerKey, Weak<T>>>);

impl<T> Default for PerCaller<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T> PerCaller<T> {
    /// What the caller's other requests have too, or what is made now.
    pub fn of(&self, caller: &CallerKey, make: impl FnOnce() -> T) -> Arc<T> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(held) = known.get(caller).and_then(Weak::upgrade) {
            return held;
        }
        // Before the map would grow, those are dropped who have gone.
        if known.len() == known.capacity() {
            known.retain(|_, held| held.strong_count() > 0);
        }
        let made = Arc::new(make());
        known.insert(caller.clone(), Arc::downgrade(&made));
        made
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn an_address_is_believed_only_from_the_proxies_in_front() {
        let asked = |proxies| {
            let request = TestRequest::default().peer_addr("10.0.0.9:4711".parse().unwrap());
            let request =
                request.append_header((FORWARDED_FOR, "6.6.6.6, 203.0.113.7")).append_header((FORWARDED_FOR, "10.0.0.8"));
            CallerKey::of(&request.to_http_request(), proxies)
        };
        for (proxies, address) in [(0, "10.0.0.9"), (1, "10.0.0.8"), (2, "203.0.113.7"), (3, "6.6.6.6"), (4, "10.0.0.9")] {
            assert_eq!(asked(proxies), CallerKey::new(address), "{proxies}");
        }
    }

    #[test]
    fn a_network_counts_as_one() {
        let of = |peer: &str| CallerKey::of(&TestRequest::default().peer_addr(peer.parse().unwrap()).to_http_request(), 0);
        assert_eq!(of("[2001:db8::1]:1"), of("[2001:db8::2:3]:9"));
        assert_ne!(of("[2001:db8::1]:1"), of("[2001:db8:0:1::1]:1"));
        assert_eq!(of("[::ffff:203.0.113.7]:1"), of("203.0.113.7:9"));
        assert_ne!(of("[::ffff:203.0.113.7]:1"), of("[::ffff:203.0.113.8]:1"));
    }

    #[test]
    fn what_is_kept_goes_with_the_caller() {
        let kept = PerCaller::default();
        let (one, other) = (CallerKey::new("one"), CallerKey::new("other"));
        let held = kept.of(&one, || 1);
        assert!(Arc::ptr_eq(&held, &kept.of(&one, || 2)));
        assert_eq!(*kept.of(&other, || 3), 3);
        drop(held);
        assert_eq!(*kept.of(&one, || 4), 4);
        (0..10_000).for_each(|at| drop(kept.of(&CallerKey::new(&at.to_string()), || at)));
        assert!(kept.0.lock().unwrap().len() < 100);
    }
}
