//! Exchanges a refresh token for the next one. A token that is used twice ends its whole family: one of its two users
//! has stolen it, and we cannot know which.

use kernel::{Failure, Timestamp};

use super::ports::{Exchange, KnownToken, OpenSession, SessionEnd, Sessions};
use crate::domain::session::Verdict;

/// Why there is no next token.
#[derive(Debug, thiserror::Error)]
pub enum RefreshError {
    /// The token is unknown, used, revoked or expired.
    #[error("the refresh token is refused")]
    Refused,
    /// The outside failed.
    #[error(transparent)]
    Failure(#[from] Failure),
}

/// (1) Is it known? (2) Is it valid? (3) Exchanges it. Of two simultaneous exchanges one wins, and then the session
/// ends for both.
pub async fn refresh_session(
    sessions: &impl Sessions,
    refresh_token: &str,
    now: Timestamp,
) -> Result<OpenSession, RefreshError> {
    let known = sessions.find_token(refresh_token).await?.ok_or(RefreshError::Refused)?;
    let reused = match known.token.judge(now) {
        Verdict::Refuse => return Err(RefreshError::Refused),
        Verdict::Reused => true,
        Verdict::Exchange => match sessions.exchange(&known.session_id, refresh_token).await? {
            Exchange::Done(refresh_token) => {
                let KnownToken { user, session_id, proved_at, .. } = known;
                return Ok(OpenSession { user, session_id, refresh_token, proved_at });
            }
            Exchange::Used => true,
            Exchange::Ended => false,
        },
    };
    if reused {
        sessions.end(&known.session_id, &known.user, SessionEnd::Reused).await?;
    }
    Err(RefreshError::Refused)
}
