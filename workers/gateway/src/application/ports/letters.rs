//! Dead letters.

use std::future::Future;

use kernel::Failure;
use kernel::ids::MessageId;
use kernel::text::ShortText;

use crate::application::replay_dead_letter::SettleError;
use crate::domain::dead_letter::{Letter, Unseen};

/// Read access to dead letters, and storing them.
pub trait Letters: Sync {
    /// One letter.
    fn find_letter(&self, id: MessageId) -> impl Future<Output = Result<Option<Letter>, Failure>> + Send;

    /// Stores letters as they arrive, each once. Returns for each whether it is stored.
    fn bury(&self, bodies: &[String]) -> impl Future<Output = Vec<bool>> + Send;

    /// The letters that are not settled.
    fn unseen(&self) -> impl Future<Output = Result<Unseen, Failure>> + Send;
}

/// What an admin does with them.
pub trait SettleLetters: Letters {
    /// Settles it as replayed.
    fn replayed(&self, letter: Letter) -> impl Future<Output = Result<Letter, SettleError>> + Send;

    /// Settles it as discarded.
    fn discarded(
        &self,
        letter: Letter,
        reason: ShortText,
    ) -> impl Future<Output = Result<Letter, SettleError>> + Send;

    /// Stores why a replay failed.
    fn replay_failed(&self, letter: &Letter, error: &str)
    -> impl Future<Output = Result<(), Failure>> + Send;
}
