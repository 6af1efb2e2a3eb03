//! A user who has forgotten the password gets a link by mail, and sets a new one with it.

use kernel::Failure;
use kernel::text::Email;

use super::check_password::check_password;
use super::ports::{Breaches, PasswordResets};
use crate::domain::password::{NewPassword, PasswordError};
use crate::domain::throttle::Origin;

/// Why the password was not reset.
#[derive(Debug, thiserror::Error)]
pub enum ResetPasswordError {
    /// The token is unknown, used, or too old; or its user may not log in.
    #[error("the token is not valid")]
    InvalidToken,
    /// The new password is too easy to guess, or was stolen elsewhere.
    #[error("the new password {0}")]
    Weak(&'static str),
    /// The user was changed at the same time.
    #[error("the user was changed meanwhile")]
    Stale,
    /// Too many links were asked for: how long until the next is allowed.
    #[error("too many requests")]
    TooMany { wait_seconds: u32 },
    /// The outside failed.
    #[error(transparent)]
    Failure(#[from] Failure),
}

impl From<PasswordError> for ResetPasswordError {
    fn from(error: PasswordError) -> Self {
        Self::Failure(Failure::Defect(error.to_string()))
    }
}

/// Sends a link to the user with an e-mail, if there is one. It is the same batch either way: neither the answer nor its
/// time says whether there is.
pub async fn request_reset(
    resets: &impl PasswordResets,
    email: &Email,
    origin: Origin<'_>,
) -> Result<(), ResetPasswordError> {
    resets.request(email, origin).await
}

/// Sets a new password. All sessions and keys of the user end.
pub async fn confirm_reset(
    resets: &impl PasswordResets,
    breaches: &impl Breaches,
    token: &str,
    new: &NewPassword,
    salt: [u8; 16],
) -> Result<(), ResetPasswordError> {
    let user = resets.user_of(token).await?.ok_or(ResetPasswordError::InvalidToken)?;
    check_password(breaches, new, &user.email, &user.name).await.map_err(ResetPasswordError::Weak)?;
    resets.reset(&user, token, &new.hash(salt)?).await
}
