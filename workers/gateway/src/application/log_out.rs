//! Ends the session of a refresh token. For an unknown token there is nothing to end; the answer is the same.

use kernel::Failure;

use super::ports::{SessionEnd, Sessions};

/// Ends the token's whole family.
pub async fn log_out(sessions: &impl Sessions, refresh_token: &str) -> Result<(), Failure> {
    match sessions.find_token(refresh_token).await? {
        Some(known) if !known.token.revoked => {
            sessions.end(&known.session_id, &known.user, SessionEnd::LoggedOut).await
        }
        _ => Ok(()),
    }
}
