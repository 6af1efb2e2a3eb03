//! Sessions: how long they last, and what happens to a refresh token that is used.

use kernel::Timestamp;

/// How long an access token is valid, in seconds.
pub const ACCESS_TOKEN_SECONDS: i64 = 15 * 60;
/// How long a session lasts without being used, in seconds: each use issues a new refresh token.
pub const REFRESH_TOKEN_SECONDS: i64 = 30 * 86_400;

/// How long a session lasts at most, in seconds, however often it is used.
pub const SESSION_SECONDS_MAX: i64 = 90 * 86_400;
/// How long a device is known after a login, in seconds.
pub const DEVICE_TOKEN_SECONDS: i64 = 180 * 86_400;

/// What is known about a refresh token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefreshToken {
    /// Whether it was exchanged before.
    pub used: bool,
    /// Whether its family has ended.
    pub revoked: bool,
    /// When its family expires.
    pub expires_at: Timestamp,
    /// Whether its user is locked out.
    pub disabled: bool,
}

/// What happens to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It is exchanged for the next one.
    Exchange,
    /// It was copied: one of its two users is a thief, so the session ends for both.
    Reused,
    /// It is not valid.
    Refuse,
}

impl RefreshToken {
    /// What happens to it now.
    #[must_use]
    pub fn judge(&self, now: Timestamp) -> Verdict {
        if self.revoked || self.disabled || now >= self.expires_at {
            Verdict::Refuse
        } else if self.used {
            Verdict::Reused
        } else {
            Verdict::Exchange
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refresh_token_is_good_once() {
        let now = Timestamp::from_unix_ms(1_000_000);
        let fresh =
            RefreshToken { used: false, revoked: false, expires_at: now.plus_seconds(1), disabled: false };
        for (token, verdict) in [
            (fresh.clone(), Verdict::Exchange),
            (RefreshToken { used: true, ..fresh.clone() }, Verdict::Reused),
            (RefreshToken { used: true, revoked: true, ..fresh.clone() }, Verdict::Refuse),
            (RefreshToken { expires_at: now, ..fresh.clone() }, Verdict::Refuse),
            (RefreshToken { disabled: true, ..fresh }, Verdict::Refuse),
        ] {
            assert_eq!(token.judge(now), verdict, "{token:?}");
        }
    }
}
