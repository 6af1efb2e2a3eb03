//! How many requests a client may send: a bucket for each class of requests and each client, which refills evenly. An
//! empty bucket refuses until it holds a request again (the generic cell rate algorithm).

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv6Addr};

use kernel::Timestamp;

/// The most buckets. When there are more, those that have refilled by half are forgotten.
const BUCKETS_MAX: usize = 20_000;
const MINUTE_US: i64 = 60_000_000;

/// What kind of request it is: each has its own limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// Logging in, refreshing, changing a password: by address.
    SignIn,
    /// Reading without an account: by address. What the catalogue's memory answers does not count.
    GuestRead,
    /// Changing something without an account, or with a token that is not valid: by address.
    GuestWrite,
    /// Everything with an account: by user, or by key.
    Caller,
}

impl Class {
    /// The setting with the requests per minute.
    #[must_use]
    pub const fn setting(self) -> &'static str {
        match self {
            Self::SignIn => "RATE_SIGN_IN",
            Self::GuestRead => "RATE_GUEST_READ",
            Self::GuestWrite => "RATE_GUEST_WRITE",
            Self::Caller => "RATE_CALLER",
        }
    }

    /// The platform's limiter, which counts for all isolates of a place. Users and keys are known: for them each isolate
    /// counts alone, and a till's sale pays nothing.
    #[must_use]
    pub const fn binding(self) -> Option<&'static str> {
        match self {
            Self::SignIn => Some("LIMIT_SIGN_IN"),
            Self::GuestRead => Some("LIMIT_GUEST_READ"),
            Self::GuestWrite => Some("LIMIT_GUEST_WRITE"),
            Self::Caller => None,
        }
    }

    /// The class of a request by somebody without an account, by whether it only reads; the path is without its version.
    #[must_use]
    pub fn of_guest(reads: bool, path: &str) -> Self {
        match path {
            "/api/auth/login"
            | "/api/auth/refresh"
            | "/api/auth/logout"
            | "/api/auth/password-resets"
            | "/api/auth/password-resets/confirm" => Self::SignIn,
            _ if reads => Self::GuestRead,
            _ => Self::GuestWrite,
        }
    }
}

/// Whom an address stands for. A customer of a provider has a whole /64 of IPv6 (RFC 6177), so that counts as one.
#[must_use]
pub fn client(address: Option<&str>) -> String {
    let Some(address) = address else { return "unknown".to_owned() };
    match address.parse::<IpAddr>().map(|address| address.to_canonical()) {
        Ok(IpAddr::V4(address)) => address.to_string(),
        Ok(IpAddr::V6(address)) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{}/64", Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
        // Not an address of the platform: all of these are one client.
        Err(_) => "unknown".to_owned(),
    }
}

/// The buckets of an isolate.
#[derive(Debug, Default)]
pub struct Buckets(BTreeMap<(Class, String), i64>);

impl Buckets {
    /// Takes a request out of the client's bucket, or says in how many seconds there is one. A bucket holds the requests
    /// of a minute.
    pub fn take(&mut self, class: Class, client: &str, per_minute: u32, now: Timestamp) -> Result<(), u32> {
        let now = now.unix_ms().saturating_mul(1_000);
        let each = MINUTE_US.div_euclid(i64::from(per_minute.max(1))).max(1);
        let key = (class, client.to_owned());
        // When the bucket will be full again.
        let full_at = self.0.get(&key).copied().unwrap_or(now).max(now).min(now.saturating_add(MINUTE_US));
        let after = full_at.saturating_add(each);
        let over = after.saturating_sub(now.saturating_add(MINUTE_US));
        if over > 0 {
            return Err(u32::try_from(over.div_euclid(1_000_000).saturating_add(1)).unwrap_or(u32::MAX));
        }
        if self.0.len() >= BUCKETS_MAX {
            self.0.retain(|_, full_at| *full_at > now.saturating_add(MINUTE_US.div_euclid(2)));
            if self.0.len() >= BUCKETS_MAX {
                self.0.clear();
            }
        }
        self.0.insert(key, after);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ipv6_client_is_its_network() {
        for (address, wanted) in [
            (Some("203.0.113.7"), "203.0.113.7"),
            (Some("::ffff:203.0.113.7"), "203.0.113.7"),
            (Some("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64"),
            (Some("2001:db8:1:2::1"), "2001:db8:1:2::/64"),
            (Some("2001:db8:1:3::1"), "2001:db8:1:3::/64"),
            (Some("rubbish"), "unknown"),
            (None, "unknown"),
        ] {
            assert_eq!(client(address), wanted, "{address:?}");
        }
    }

    #[test]
    fn a_bucket_holds_a_minute_and_refills_evenly() {
        let at = |ms: i64| Timestamp::from_unix_ms(1_000_000_000 + ms);
        let mut buckets = Buckets::default();
        let mut take = |ms| buckets.take(Class::SignIn, "a", 6, at(ms));
        assert!((0..6).all(|_| take(0).is_ok()));
        assert_eq!(take(0), Err(11));
        assert_eq!(take(9_999), Err(1));
        assert_eq!((take(10_000), take(10_000)), (Ok(()), Err(11)));
        assert!((0..6).all(|_| take(80_000).is_ok()), "full again, and not fuller");
        assert!(take(80_000).is_err());
        let mut other = |class, client| buckets.take(class, client, 6, at(80_000)).is_ok();
        assert!(other(Class::SignIn, "b") && other(Class::GuestRead, "a"), "each has its own");
    }

    #[test]
    fn whatever_is_sent_no_minute_has_more_than_twice_the_limit_and_memory_is_bounded() {
        let mut buckets = Buckets::default();
        let mut admitted = 0;
        for ms in 0..60_000 {
            let now = Timestamp::from_unix_ms(5_000_000 + ms);
            admitted += u32::from(buckets.take(Class::GuestRead, "a", 100, now).is_ok());
        }
        assert!((100..=200).contains(&admitted), "{admitted}");
        for client in 0..50_000 {
            let _ =
                buckets.take(Class::GuestRead, &client.to_string(), 100, Timestamp::from_unix_ms(5_000_000));
            assert!(buckets.0.len() <= BUCKETS_MAX);
        }
    }

    #[test]
    fn what_a_guest_sends_has_a_class() {
        for (reads, path, class) in [
            (false, "/api/auth/login", Class::SignIn),
            (true, "/api/products", Class::GuestRead),
            (true, "/health", Class::GuestRead),
            (false, "/api/orders/retail", Class::GuestWrite),
        ] {
            assert_eq!(Class::of_guest(reads, path), class, "{path}");
        }
    }
}
