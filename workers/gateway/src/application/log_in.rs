//! Opens a session for an e-mail and a password. All refusals look the same and take the same time.

use kernel::Failure;
use kernel::text::Email;

use super::ports::{Admission, OpenSession, Sessions};
use crate::domain::password::{Fit, PasswordError, hash_again, verify_password};
use crate::domain::throttle::Origin;

/// Why the login was refused.
#[derive(Debug, thiserror::Error)]
pub enum LogInError {
    /// The e-mail is unknown, the password wrong, or the user disabled. The answer does not say which.
    #[error("the credentials are refused")]
    Refused,
    /// Too many attempts have failed: how long until the next is allowed.
    #[error("too many attempts")]
    TooMany { wait_seconds: u32 },
    /// The outside failed.
    #[error(transparent)]
    Failure(#[from] Failure),
}

impl From<PasswordError> for LogInError {
    fn from(error: PasswordError) -> Self {
        Self::Failure(Failure::Defect(error.to_string()))
    }
}

/// (1) Counts the attempt, or refuses it. (2) Compares the password; for an unknown e-mail, with a dummy hash. (3)
/// Opens a session, which also deletes the counted attempts.
pub async fn log_in(
    sessions: &impl Sessions,
    email: &Email,
    password: &str,
    origin: Origin<'_>,
    salt: [u8; 16],
) -> Result<OpenSession, LogInError> {
    let (attempt, credentials) = match sessions.admit(email, origin).await? {
        Admission::Admitted { attempt, credentials } => (attempt, credentials),
        // Not written to the audit log: the failures that led here are in it, and a flood must not fill it.
        Admission::Limited { wait_seconds } => return Err(LogInError::TooMany { wait_seconds }),
    };
    let hash = credentials.as_ref().map(|known| known.password_hash.as_str());
    let fit = verify_password(password, hash)?;
    let fits = fit != Fit::Wrong;
    let new_hash = (fit == Fit::RightAsTyped).then(|| hash_again(password, salt)).transpose()?;
    let why = match credentials {
        Some(known) if fits && !known.user.disabled => {
            if let Some(session) = sessions.open(known.user, &attempt, origin, new_hash).await? {
                return Ok(session);
            }
            "disabled"
        }
        Some(_) if fits => "disabled",
        Some(_) => "wrong password",
        None => "unknown e-mail",
    };
    sessions.refuse(email, origin, &attempt, why).await?;
    Err(LogInError::Refused)
}
