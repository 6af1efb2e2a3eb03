//! How many failed logins are too many: a sliding window for each e-mail at each address, and wider ones for what many
//! addresses or many e-mails have in common.
//!
//! Nobody is locked out by the mistakes of others: guesses from elsewhere count for their own address. Guesses from many
//! addresses slow down new devices, but not a device that has signed in before, which counts alone.

use kernel::Timestamp;
use kernel::text::Email;

/// The window, in seconds.
pub const WINDOW_SECONDS: i64 = 15 * 60;
/// The weight of a failed attempt. An attempt that is still running weighs 1. So a whole shift can log in at once with
/// one e-mail, but a burst of guesses is stopped.
pub const FAILURE_WEIGHT: i64 = 5;
/// The maximum weight of one e-mail at one address, or on one known device, within the window: ten failures.
const NEAR_WEIGHT_MAX: i64 = 10 * FAILURE_WEIGHT;
/// The maximum weight of one e-mail from everywhere, and of one address, which many people may share.
const FAR_WEIGHT_MAX: i64 = 100 * FAILURE_WEIGHT;

/// A subject for which failures are counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    /// The e-mail, the address, both together, or the device.
    pub subject: String,
    /// The weight allowed within the window.
    pub allowed: i64,
}

/// Where an attempt comes from.
#[derive(Debug, Clone, Copy, Default)]
pub struct Origin<'a> {
    /// The client's address, for the log.
    pub address: Option<&'a str>,
    /// Whom the address stands for.
    pub client: &'a str,
    /// The client's program, for its user to recognise the session by.
    pub agent: Option<&'a str>,
    /// The device, if this user has signed in on it before.
    pub device: Option<&'a str>,
}

/// The subjects of an attempt. The first one is the nearest: who knows the password has it deleted.
#[must_use]
pub fn counted(email: &Email, origin: Origin<'_>) -> Vec<Counted> {
    let near = |subject| Counted { subject, allowed: NEAR_WEIGHT_MAX };
    let far = |subject| Counted { subject, allowed: FAR_WEIGHT_MAX };
    let client = match origin.client {
        "" => "unknown",
        client => client,
    };
    let mut all = match origin.device {
        Some(device) => vec![near(format!("device:{device}"))],
        None => vec![near(format!("email:{email} from {client}")), far(format!("email:{email}"))],
    };
    all.extend(origin.address.map(|_| far(format!("address:{client}"))));
    all
}

/// Seconds until the oldest failure leaves the window.
#[must_use]
pub fn wait_seconds(oldest: Timestamp, now: Timestamp) -> u32 {
    let seconds = oldest.plus_seconds(WINDOW_SECONDS).unix_seconds().saturating_sub(now.unix_seconds());
    u32::try_from(seconds.max(1)).unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_attempt_counts_where_it_comes_from() {
        let email = Email::parse("Ada@Example.org").unwrap();
        let subjects = |origin| {
            let all = counted(&email, origin).into_iter();
            all.map(|c| format!("{}={}", c.subject, c.allowed)).collect::<Vec<_>>().join(" ")
        };
        let unknown = Origin::default();
        assert_eq!(subjects(unknown), "email:ada@example.org from unknown=50 email:ada@example.org=500");
        let address = Origin { address: Some("10.0.0.1"), client: "10.0.0.1", ..unknown };
        assert_eq!(
            subjects(address),
            "email:ada@example.org from 10.0.0.1=50 email:ada@example.org=500 address:10.0.0.1=500"
        );
        let known = Origin { device: Some("d"), ..address };
        assert_eq!(subjects(known), "device:d=50 address:10.0.0.1=500");
    }

    #[test]
    fn the_wait_ends_when_the_oldest_failure_leaves_the_window() {
        let now = Timestamp::from_unix_ms(10_000_000_000);
        for (age_seconds, wait) in [(0, 900), (899, 1), (900, 1), (2_000, 1)] {
            assert_eq!(wait_seconds(now.plus_seconds(-age_seconds), now), wait, "{age_seconds}");
        }
    }
}
