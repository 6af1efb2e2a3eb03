//! When a mail is sent again, and when we give up.
//!
//! SMTP has no transaction that both sides agree on: a connection that breaks after the last line leaves us without
//! knowing whether the server has the mail (RFC 1047). Then there are two choices, maybe twice or maybe never. We choose
//! **maybe twice**, because a customer who is not told is worse off than one who is told twice, and keep it rare: the
//! second attempt comes late, when a slow server is done, and only once; it has the same Message-ID, by which mailboxes
//! drop the copy. A provider that knows a mail by our key takes it once however often we ask, so there it is exactly once.

use kernel::Timestamp;

/// What became of an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The server has taken it, under this name if it has one.
    Accepted { provider_id: Option<String> },
    /// Not now: nothing was taken.
    Delayed(String),
    /// Never: nothing was taken. `dead_address` when there is no such mailbox.
    Refused { detail: String, dead_address: bool },
    /// It may have been taken.
    Unknown(String),
}

impl Outcome {
    /// The word in the database.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Accepted { .. } => "Accepted",
            Self::Delayed(_) => "Delayed",
            Self::Refused { .. } => "Refused",
            Self::Unknown(_) => "Unknown",
        }
    }

    /// What went wrong.
    #[must_use]
    pub fn detail(&self) -> Option<&str> {
        match self {
            Self::Accepted { .. } => None,
            Self::Delayed(detail) | Self::Refused { detail, .. } | Self::Unknown(detail) => Some(detail),
        }
    }
}

/// What is known of a mail's round when an attempt has ended.
#[derive(Debug, Clone, Copy)]
pub struct Round {
    /// When it began.
    pub queued_at: Timestamp,
    /// Attempts, with the one that has ended.
    pub attempts: i64,
    /// Those of them whose outcome is unknown, with this one.
    pub unknown: i64,
    /// Whether the other side takes a mail once, however often it is asked.
    pub is_idempotent: bool,
}

/// What follows from an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    Sent,
    /// Try again at this time.
    Again(Timestamp),
    /// Give up, for this reason.
    Failed(String),
}

/// An attempt that has not ended after this long, in seconds, never will: its Worker stopped.
pub const ATTEMPT_SECONDS_MAX: i64 = 5 * 60;
/// How long a mail is tried, in seconds: mail servers give up after days, too (RFC 5321, 4.5.4.1).
const GIVE_UP_SECONDS: i64 = 3 * 86_400;
/// The waits between attempts, in seconds; the last one repeats.
const WAITS_SECONDS: [i64; 8] = [60, 300, 900, 1_800, 3_600, 7_200, 14_400, 28_800];
/// The wait after an attempt of unknown outcome: a slow server has ten minutes to finish (RFC 5321, 4.5.3.2.6).
const UNKNOWN_WAIT_SECONDS: i64 = 15 * 60;
/// The most attempts with an unknown outcome, where each may have been taken.
const UNKNOWN_MAX: i64 = 2;

/// Whether a mail is no news any more.
#[must_use]
pub fn is_too_late(queued_at: Timestamp, now: Timestamp) -> bool {
    now > queued_at.plus_seconds(GIVE_UP_SECONDS)
}

/// The rule.
#[must_use]
pub fn next(outcome: &Outcome, round: Round, now: Timestamp) -> Next {
    match outcome {
        Outcome::Accepted { .. } => Next::Sent,
        Outcome::Refused { detail, .. } => Next::Failed(detail.clone()),
        Outcome::Delayed(detail) | Outcome::Unknown(detail) if is_too_late(round.queued_at, now) => {
            Next::Failed(format!("given up after three days: {detail}"))
        }
        Outcome::Unknown(detail) if !round.is_idempotent => {
            if round.unknown >= UNKNOWN_MAX {
                Next::Failed(format!("it may have arrived, nobody knows: {detail}"))
            } else {
                Next::Again(now.plus_seconds(UNKNOWN_WAIT_SECONDS))
            }
        }
        Outcome::Delayed(_) | Outcome::Unknown(_) => Next::Again(now.plus_seconds(wait(round.attempts))),
    }
}

/// The wait after so many attempts.
fn wait(attempts: i64) -> i64 {
    let place = usize::try_from(attempts.saturating_sub(1)).unwrap_or_default();
    let [.., last] = WAITS_SECONDS;
    WAITS_SECONDS.get(place).copied().unwrap_or(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn round(attempts: i64, unknown: i64, is_idempotent: bool) -> Round {
        Round { queued_at: Timestamp::from_unix_ms(0), attempts, unknown, is_idempotent }
    }

    #[test]
    fn what_follows_from_each_outcome() {
        let now = Timestamp::from_unix_ms(1_000_000);
        let again = |seconds| Next::Again(now.plus_seconds(seconds));
        let delayed = Outcome::Delayed("busy".to_owned());
        let unknown = Outcome::Unknown("cut".to_owned());
        let refused = Outcome::Refused { detail: "no".to_owned(), dead_address: true };
        for (outcome, round, expected) in [
            (&Outcome::Accepted { provider_id: None }, round(1, 0, false), Next::Sent),
            (&delayed, round(1, 0, false), again(60)),
            (&delayed, round(3, 0, false), again(900)),
            (&delayed, round(99, 0, false), again(28_800)),
            (&refused, round(1, 0, true), Next::Failed("no".to_owned())),
            (&unknown, round(1, 1, false), again(900)),
            (&unknown, round(2, 2, false), Next::Failed("it may have arrived, nobody knows: cut".to_owned())),
            (&unknown, round(2, 2, true), again(300)),
        ] {
            assert_eq!(next(outcome, round, now), expected, "{outcome:?} {round:?}");
        }
        let late = Timestamp::from_unix_ms(0).plus_seconds(GIVE_UP_SECONDS + 1);
        assert!(matches!(next(&delayed, round(9, 0, true), late), Next::Failed(_)));
    }

    #[test]
    fn a_mail_that_is_always_delayed_ends_within_a_week() {
        let (mut now, mut attempts) = (Timestamp::from_unix_ms(0), 0);
        loop {
            attempts += 1;
            match next(&Outcome::Delayed("busy".to_owned()), round(attempts, 0, false), now) {
                Next::Again(at) => {
                    assert!(at > now);
                    now = at;
                }
                Next::Failed(_) => break,
                Next::Sent => panic!("nobody took it"),
            }
        }
        assert!(now < Timestamp::from_unix_ms(0).plus_seconds(7 * 86_400) && attempts > 10, "{attempts}");
    }
}
