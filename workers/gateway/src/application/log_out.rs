//! Ends the session of a refresh token. An unknown token has none to end: nobody is told the difference.

use kernel::Failure;

use super::ports::{SessionEnd, Sessions};

/// Ends the whole family of the token.
pub async fn log_out(sessions: &impl Sessions, refresh_token: &str) -> Result<(), Failure> {
    match sessions.find_token(refresh_token).await? {
        Some(known) if !known.token.revoked => {
            sessions.end(&known.session_id, &known.user, SessionEnd::LoggedOut).await
        }
        _ => Ok(()),
    }
}
