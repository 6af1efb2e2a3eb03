//! How often an order may be paid in vain, and how long it waits for its payment.

use kernel::Timestamp;

use super::order::Payment;

/// Whose attempts are counted beyond one order, and how many are allowed within the time.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Counted {
    /// A keyed hash.
    pub subject: String,
    pub allowed: i64,
}

/// Attempts to pay are counted within this time, in seconds.
pub const WINDOW_SECONDS: i64 = 3_600;

/// Seconds until an order may be paid again, if too many attempts were made within an hour. Zero allows any number.
#[must_use]
pub fn wait_seconds(attempts: &[Payment], allowed: usize, now: Timestamp) -> Option<u32> {
    let since = now.plus_seconds(WINDOW_SECONDS.saturating_neg());
    let mut recent = attempts.iter().map(|attempt| attempt.created_at).filter(|at| *at > since);
    // When so many have left the window that one more fits.
    let count = recent.clone().count();
    if allowed == 0 || count < allowed {
        return None;
    }
    let leaves = recent.nth(count.saturating_sub(allowed))?.plus_seconds(WINDOW_SECONDS);
    Some(seconds_until(leaves, now))
}

/// At least one: whoever waits waits.
#[must_use]
pub fn seconds_until(at: Timestamp, now: Timestamp) -> u32 {
    let seconds = at.unix_seconds().saturating_sub(now.unix_seconds());
    u32::try_from(seconds).unwrap_or(1).max(1)
}

#[cfg(test)]
mod tests {
    use contracts::terms::PaymentMethod;
    use kernel::ids::PaymentId;
    use kernel::{Currency, Money};

    use super::*;
    use crate::domain::order::PaymentStatus;

    #[test]
    fn so_many_attempts_are_allowed_in_an_hour() {
        let at = |seconds: i64| Timestamp::from_unix_ms(1_000_000_000).plus_seconds(seconds);
        let attempt = |seconds| Payment {
            id: PaymentId::parse("0193e9a0-0000-7000-8000-000000000001").unwrap(),
            method: PaymentMethod::Card,
            amount: Money::zero(Currency::parse("USD").unwrap()),
            cash: None,
            status: PaymentStatus::Declined,
            failure_reason: None,
            idempotency_key: None,
            created_at: at(seconds),
        };
        let attempts: Vec<Payment> = [0, 600, 1_200].map(attempt).into();
        for (allowed, now, wait) in [
            (4, 1_300, None),
            (3, 1_300, Some(2_300)),
            (3, 3_599, Some(1)),
            (3, 3_600, None),
            (2, 3_600, Some(600)),
            (1, 1_300, Some(3_500)),
            (0, 1_300, None),
        ] {
            assert_eq!(wait_seconds(&attempts, allowed, at(now)), wait, "{allowed} at {now}");
        }
        assert_eq!(wait_seconds(&[], 1, at(0)), None);
    }
}
