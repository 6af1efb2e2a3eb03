//! The ids of things: ours, and those that clients choose.

use platform::RandomError;

use super::Context;
use crate::Problem;

impl Context {
    /// A new id of any of our id types.
    pub fn new_id<T: From<uuid::Uuid>>(&self) -> Result<T, RandomError> {
        platform::new_id(&*self.world).map(T::from)
    }

    /// The id that a client chose, so that a repeated request is recognised, or a new one. Others must not be able to guess
    /// it, so it is a random UUID: version 4 or 7.
    pub fn given_or_new<T: From<uuid::Uuid> + std::fmt::Display>(
        &self,
        given: Option<T>,
    ) -> Result<T, Problem> {
        let Some(id) = given else { return Ok(self.new_id()?) };
        if is_random(&id.to_string()) {
            Ok(id)
        } else {
            Err(Problem::field("/id", "must be a random UUID: version 4 or 7"))
        }
    }
}

/// Whether a UUID in its usual form says that it is random (RFC 9562, 4.1 and 4.2).
fn is_random(id: &str) -> bool {
    let at = |place: usize| id.as_bytes().get(place).copied().unwrap_or_default();
    b"47".contains(&at(14)) && b"89ab".contains(&at(19))
}
