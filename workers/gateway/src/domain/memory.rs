//! What an isolate keeps of the answers that guests get, and when it may show one again.
//!
//! The rule: an answer is shown again only if the version under which it is kept was confirmed as current at most a
//! second ago, counted from before the question; and it is kept only under a version that was known before the answer
//! was fetched. So a change in between can only make an answer newer than its version, never older, and none is ever
//! more than a second old.

use std::collections::BTreeMap;
use std::sync::Arc;

use kernel::Timestamp;

/// How long ago the version was confirmed, at most.
pub const AGE_MS_MAX: i64 = 1_000;
/// How long an answer is kept at most, whatever the version says: it also depends on what no version counts, such as
/// the code that made it.
pub const LIFETIME_MS_MAX: i64 = 60_000;
/// The most answers.
pub const ENTRIES_MAX: usize = 20_000;
/// The most bytes of all answers: an isolate has 128 MB.
pub const BYTES_MAX: usize = 16 * 1024 * 1024;
/// The most bytes of one answer.
pub const ANSWER_BYTES_MAX: usize = 256 * 1024;
/// What an answer takes besides itself: its key, its headers, its places in the maps.
const ENTRY_BYTES: usize = 512;

/// Answers of the kind `T` by key, all of one version.
#[derive(Debug)]
pub struct Memory<T> {
    version: Option<i64>,
    /// The question whose answer was this version.
    confirmed: Option<Question>,
    /// The last question that somebody began to ask.
    asked: Option<Question>,
    entries: BTreeMap<String, Entry<T>>,
    bytes: usize,
}

/// Which version is the current one? Asked by one caller, at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Question {
    number: u64,
    asked_at: Timestamp,
}

#[derive(Debug)]
struct Entry<T> {
    answer: Arc<T>,
    bytes: usize,
    kept_at: Timestamp,
}

impl<T> Default for Memory<T> {
    fn default() -> Self {
        Self { version: None, confirmed: None, asked: None, entries: BTreeMap::new(), bytes: 0 }
    }
}

/// Whether `now` is within some time after `then`. A clock that was set back makes it false.
fn within(then: Timestamp, now: Timestamp, ms_max: i64) -> bool {
    (0..=ms_max).contains(&now.unix_ms().saturating_sub(then.unix_ms()))
}

impl<T> Memory<T> {
    /// What is kept under a key and may be shown now.
    #[must_use]
    pub fn recall(&self, key: &str, now: Timestamp) -> Option<Arc<T>> {
        let confirmed = self.confirmed.is_some_and(|question| within(question.asked_at, now, AGE_MS_MAX));
        let entry = self.entries.get(key).filter(|_| confirmed)?;
        within(entry.kept_at, now, LIFETIME_MS_MAX).then(|| entry.answer.clone())
    }

    /// The question for the version, if it is this caller's turn: nobody has begun to ask within the last second. One
    /// who never gets an answer holds up nobody for longer.
    pub fn begin_asking(&mut self, now: Timestamp) -> Option<Question> {
        if self.asked.is_some_and(|question| within(question.asked_at, now, AGE_MS_MAX)) {
            return None;
        }
        let number = self.asked.map_or(0, |question| question.number.wrapping_add(1));
        self.asked = Some(Question { number, asked_at: now });
        self.asked
    }

    /// The answer to a question. Another version than before makes everything that is kept worthless. The answer to an
    /// older question than the one that is answered already says nothing new.
    pub fn confirm(&mut self, question: Question, version: i64) {
        if self.confirmed.is_some_and(|last| question.number < last.number) {
            return;
        }
        if self.version != Some(version) {
            self.forget();
        }
        self.version = Some(version);
        self.confirmed = Some(question);
    }

    /// The version under which an answer may be kept that is fetched from now on. It need not be confirmed: if it is no
    /// longer the current one, the next confirmation drops the answer.
    #[must_use]
    pub fn version(&self) -> Option<i64> {
        self.version
    }

    /// Keeps an answer of so many bytes that was fetched after `version` was known. Does nothing when that is no longer
    /// the version here, or when the answer is too large. A memory that is full is emptied: what is read often comes
    /// back at once.
    pub fn keep(&mut self, key: String, version: i64, answer: Arc<T>, bytes: usize, now: Timestamp) {
        if self.version != Some(version) || bytes > ANSWER_BYTES_MAX {
            return;
        }
        let bytes = bytes.saturating_add(ENTRY_BYTES);
        if self.entries.len() >= ENTRIES_MAX || self.bytes.saturating_add(bytes) > BYTES_MAX {
            self.forget();
        }
        let before = self.entries.insert(key, Entry { answer, bytes, kept_at: now });
        self.bytes = self.bytes.saturating_add(bytes).saturating_sub(before.map_or(0, |entry| entry.bytes));
    }

    /// How many answers are kept, and their bytes.
    #[must_use]
    pub fn size(&self) -> (usize, usize) {
        (self.entries.len(), self.bytes)
    }

    fn forget(&mut self) {
        self.entries.clear();
        self.bytes = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(ms: i64) -> Timestamp {
        Timestamp::from_unix_ms(1_000_000_i64.saturating_add(ms))
    }

    /// A memory that was told this version at the time 0.
    fn memory(version: i64) -> Memory<&'static str> {
        let mut memory = Memory::default();
        confirm(&mut memory, 0, version);
        memory
    }

    fn confirm(memory: &mut Memory<&'static str>, ms: i64, version: i64) {
        let question = memory.begin_asking(at(ms)).unwrap();
        memory.confirm(question, version);
    }

    fn shown(memory: &Memory<&'static str>, ms: i64) -> Option<&'static str> {
        memory.recall("/products", at(ms)).map(|answer| *answer)
    }

    #[test]
    fn an_answer_is_shown_for_a_second_after_its_version_was_asked_for() {
        let mut memory = memory(7);
        memory.keep("/products".to_owned(), 7, Arc::new("old"), 3, at(600));
        for (ms, expected) in [(600, Some("old")), (1_000, Some("old")), (1_001, None), (-1, None)] {
            assert_eq!(shown(&memory, ms), expected, "{ms}");
        }
        // The same version again: the answer is still the current one, for a second after the question.
        confirm(&mut memory, 1_500, 7);
        assert_eq!((shown(&memory, 2_500), shown(&memory, 2_501)), (Some("old"), None));
        // Another: it is not.
        confirm(&mut memory, 2_600, 8);
        assert_eq!((shown(&memory, 2_600), memory.size()), (None, (0, 0)));
    }

    #[test]
    fn one_asks_in_a_second_and_who_never_hears_holds_up_nobody() {
        let mut memory = Memory::<()>::default();
        let turns = [0, 1, 1_000, 1_001, 1_002, 2_001, 2_002].map(|ms| memory.begin_asking(at(ms)).is_some());
        assert_eq!(turns, [true, false, false, true, false, false, true]);
        assert!(memory.begin_asking(at(-5_000)).is_some(), "the clock was set back");
    }

    #[test]
    fn an_answer_of_another_version_is_not_kept() {
        let mut memory = memory(8);
        memory.keep("/products".to_owned(), 7, Arc::new("fetched under the version before"), 3, at(1));
        assert_eq!(shown(&memory, 2), None);
        let mut empty = Memory::default();
        empty.keep("/products".to_owned(), 7, Arc::new("of an unknown version"), 3, at(1));
        assert_eq!(empty.size(), (0, 0));
    }

    #[test]
    fn a_late_answer_to_an_older_question_takes_nothing_back() {
        let mut memory = memory(7);
        let slow = memory.begin_asking(at(2_000)).unwrap();
        confirm(&mut memory, 3_500, 9);
        memory.keep("/products".to_owned(), 9, Arc::new("new"), 3, at(3_600));
        memory.confirm(slow, 8);
        assert_eq!((memory.version(), shown(&memory, 4_000)), (Some(9), Some("new")));
    }

    #[test]
    fn a_clock_that_is_set_back_shows_nothing_from_the_future() {
        let mut memory = memory(7);
        memory.keep("/products".to_owned(), 7, Arc::new("old"), 3, at(100));
        confirm(&mut memory, -50_000, 7);
        assert_eq!(shown(&memory, -50_000), None, "it was kept in what is now the future");
    }

    #[test]
    fn nothing_is_kept_for_longer_than_a_minute() {
        let mut memory = memory(7);
        memory.keep("/products".to_owned(), 7, Arc::new("old"), 3, at(0));
        confirm(&mut memory, 59_500, 7);
        assert_eq!((shown(&memory, 60_000), shown(&memory, 60_001)), (Some("old"), None));
    }

    #[test]
    fn the_memory_is_bounded() {
        let mut memory = memory(7);
        let mut keep = |key: String, bytes| {
            memory.keep(key, 7, Arc::new("x"), bytes, at(0));
            memory.size()
        };
        assert_eq!(keep("/large".to_owned(), ANSWER_BYTES_MAX + 1), (0, 0), "too large by itself");
        for number in 1..=ENTRIES_MAX {
            assert_eq!(keep(format!("/{number}"), 3), (number, number * (3 + ENTRY_BYTES)));
        }
        assert_eq!(keep("/one-more".to_owned(), 3), (1, 3 + ENTRY_BYTES), "it was full");
        let mut most = 0;
        for number in 0..1_000 {
            let (_, bytes) = keep(format!("/{number}"), ANSWER_BYTES_MAX);
            assert!(bytes <= BYTES_MAX);
            most = most.max(bytes);
        }
        assert!(most > BYTES_MAX - 2 * ANSWER_BYTES_MAX);
        let before = keep("/again".to_owned(), 5);
        assert_eq!(keep("/again".to_owned(), 5), before, "the same key takes the place of the first");
    }
}
