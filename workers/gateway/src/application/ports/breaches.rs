//! A list of stolen passwords.

use std::future::Future;

/// A list of stolen passwords that is asked without naming one.
pub trait Breaches: Sync {
    /// The hashes that begin so, without these five characters; none when the list does not answer, or there is none.
    fn suffixes(&self, prefix: &str) -> impl Future<Output = Option<Vec<String>>> + Send;
}
