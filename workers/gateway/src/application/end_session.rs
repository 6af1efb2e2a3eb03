//! Ends one of a user's own sessions, on whatever device it is.

use kernel::Failure;
use kernel::ids::UserId;

use super::ports::OwnSessions;

/// Ends it. Whether there was one.
pub async fn end_session(
    sessions: &impl OwnSessions,
    user: UserId,
    session_id: &str,
) -> Result<bool, Failure> {
    sessions.end_own(user, session_id).await
}
