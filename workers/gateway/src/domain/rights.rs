//! Which sessions have ended, as an isolate knows it, and for how long it may rely on that.
//!
//! The rule: a token is accepted only if the list of ended sessions was complete at most four seconds ago, counted from
//! before the question. The fifth second is for the way to the service. Where the list cannot be had, nobody is let in.

use std::collections::BTreeMap;

use kernel::Timestamp;

use super::session::ACCESS_TOKEN_SECONDS;

/// How old the list may be, at most.
pub const AGE_MS_MAX: i64 = 4_000;
/// After this time one request asks anew. The others go on with what is known, as long as it is not too old.
pub const ASK_AFTER_MS: i64 = 1_000;
/// How long an ended session is remembered, in seconds: a little longer than its last access token is valid.
pub const REMEMBERED_SECONDS: i64 = ACCESS_TOKEN_SECONDS + 60;

/// A session that ended before its time.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
pub struct Revocation {
    pub number: i64,
    pub session_id: String,
    pub revoked_at: Timestamp,
}

/// Whether a session's tokens are good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    Good,
    Ended,
    /// What is known is too old.
    Unknown,
}

/// What an isolate knows.
#[derive(Debug, Default)]
pub struct Rights {
    ended: BTreeMap<String, Timestamp>,
    /// The number of the last revocation that is known.
    last: i64,
    /// When the question was asked whose answer made the list complete.
    complete_at: Option<Timestamp>,
    /// When somebody last began to ask.
    asked_at: Option<Timestamp>,
}

/// A clock that was set back makes it false.
fn within(then: Option<Timestamp>, now: Timestamp, ms_max: i64) -> bool {
    then.is_some_and(|then| (0..=ms_max).contains(&now.unix_ms().saturating_sub(then.unix_ms())))
}

impl Rights {
    /// Whether a session's tokens are good now.
    #[must_use]
    pub fn standing(&self, session: &str, now: Timestamp) -> Standing {
        if self.ended.contains_key(session) {
            Standing::Ended
        } else if within(self.complete_at, now, AGE_MS_MAX) {
            Standing::Good
        } else {
            Standing::Unknown
        }
    }

    /// Whether it is this caller's turn to ask: nobody has within the last second, or what is known is too old. The
    /// number after which the answer has to begin.
    pub fn begin_asking(&mut self, now: Timestamp) -> Option<i64> {
        let somebody_asks = within(self.asked_at, now, ASK_AFTER_MS);
        if somebody_asks && within(self.complete_at, now, AGE_MS_MAX) {
            return None;
        }
        self.asked_at = Some(now);
        Some(self.last)
    }

    /// Adds a part of an answer. Returns the number after which the next part begins.
    pub fn learn(&mut self, revocations: Vec<Revocation>, now: Timestamp) -> i64 {
        let old = now.plus_seconds(-REMEMBERED_SECONDS);
        if !revocations.is_empty() {
            self.ended.retain(|_, revoked_at| *revoked_at >= old);
        }
        let mut last = self.last;
        for revocation in revocations {
            last = last.max(revocation.number);
            if revocation.revoked_at >= old {
                self.ended.insert(revocation.session_id, revocation.revoked_at);
            }
        }
        self.last = last;
        last
    }

    /// The answer to a question of this time is complete.
    pub fn complete(&mut self, asked_at: Timestamp) {
        self.complete_at = Some(self.complete_at.map_or(asked_at, |before| before.max(asked_at)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(ms: i64) -> Timestamp {
        Timestamp::from_unix_ms(1_000_000_i64.saturating_add(ms))
    }

    fn revocation(number: i64, session_id: &str, ms: i64) -> Revocation {
        Revocation { number, session_id: session_id.to_owned(), revoked_at: at(ms) }
    }

    #[test]
    fn a_token_is_good_for_four_seconds_after_the_list_was_complete() {
        let mut rights = Rights::default();
        assert_eq!(rights.standing("a", at(0)), Standing::Unknown, "nothing is known");
        assert_eq!(rights.begin_asking(at(0)), Some(0));
        rights.complete(at(0));
        for (ms, standing) in [
            (0, Standing::Good),
            (4_000, Standing::Good),
            (4_001, Standing::Unknown),
            (-1, Standing::Unknown),
        ] {
            assert_eq!(rights.standing("a", at(ms)), standing, "{ms}");
        }
        rights.learn(vec![revocation(7, "a", 10)], at(20));
        assert_eq!(rights.standing("a", at(9_000)), Standing::Ended, "this does not change any more");
        assert_eq!(
            rights.begin_asking(at(9_000)),
            Some(7),
            "the next answer begins where the last one ended"
        );
    }

    #[test]
    fn one_asks_in_a_second_but_nobody_relies_on_what_is_too_old() {
        let mut rights = Rights::default();
        rights.complete(at(0));
        let turns =
            [0, 1_000, 1_001, 2_000, 2_002, 4_001, 4_002].map(|ms| rights.begin_asking(at(ms)).is_some());
        assert_eq!(turns, [true, false, true, false, true, true, true]);
    }

    #[test]
    fn a_late_answer_takes_nothing_back() {
        let mut rights = Rights::default();
        rights.learn(vec![revocation(9, "b", 0)], at(0));
        rights.complete(at(5_000));
        assert_eq!(rights.learn(vec![revocation(8, "a", 0)], at(0)), 9);
        rights.complete(at(1_000));
        assert_eq!(rights.standing("c", at(9_000)), Standing::Good);
        assert_eq!(rights.standing("a", at(9_000)), Standing::Ended);
    }

    #[test]
    fn what_can_have_no_token_any_more_is_forgotten() {
        let mut rights = Rights::default();
        rights.learn(vec![revocation(1, "a", 0)], at(0));
        let later = at((REMEMBERED_SECONDS + 1) * 1_000);
        rights.learn(vec![Revocation { number: 2, session_id: "b".to_owned(), revoked_at: later }], later);
        assert_eq!(rights.ended.keys().collect::<Vec<_>>(), ["b"]);
    }
}
