//! How many failed logins are too many: a sliding window per e-mail and per client address.

use kernel::Timestamp;
use kernel::text::Email;

/// The window, in seconds.
pub const WINDOW_SECONDS: i64 = 15 * 60;
/// The weight of a failed attempt. An attempt that is still running weighs 1. So a whole shift can log in at once with
/// one e-mail, but a burst of guesses is stopped.
pub const FAILURE_WEIGHT: i64 = 5;
/// The maximum weight of one e-mail within the window: ten failures.
const EMAIL_WEIGHT_MAX: i64 = 10 * FAILURE_WEIGHT;
/// The maximum weight of one address, which many people may share.
const ADDRESS_WEIGHT_MAX: i64 = 100 * FAILURE_WEIGHT;

/// A subject for which failures are counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    /// The e-mail or the address.
    pub subject: String,
    /// The weight allowed within the window.
    pub allowed: i64,
}

/// The subjects of an attempt: the e-mail, and the address if it is known.
#[must_use]
pub fn counted(email: &Email, address: Option<&str>) -> Vec<Counted> {
    let email = Counted { subject: email_subject(email), allowed: EMAIL_WEIGHT_MAX };
    let address = address.map(|address| Counted {
        subject: format!("address:{}", address.chars().take(64).collect::<String>()),
        allowed: ADDRESS_WEIGHT_MAX,
    });
    std::iter::once(email).chain(address).collect()
}

#[must_use]
pub fn email_subject(email: &Email) -> String {
    format!("email:{email}")
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
    fn an_attempt_counts_for_the_email_and_for_the_address() {
        let email = Email::parse("Ada@Example.org").unwrap();
        let subjects =
            |address| counted(&email, address).into_iter().map(|c| c.subject).collect::<Vec<_>>().join(" ");
        assert_eq!(subjects(None), "email:ada@example.org");
        assert_eq!(subjects(Some("10.0.0.1")), "email:ada@example.org address:10.0.0.1");
    }

    #[test]
    fn the_wait_ends_when_the_oldest_failure_leaves_the_window() {
        let now = Timestamp::from_unix_ms(10_000_000_000);
        for (age_seconds, wait) in [(0, 900), (899, 1), (900, 1), (2_000, 1)] {
            assert_eq!(wait_seconds(now.plus_seconds(-age_seconds), now), wait, "{age_seconds}");
        }
    }
}
