//! Lets users choose a new password for themselves; all their sessions end.

use kernel::Failure;
use kernel::ids::UserId;

use super::ports::{Admission, Sessions, UserChange, Users};
use crate::domain::password::{NewPassword, PasswordError, verify_password};

/// Why the password stays.
#[derive(Debug, thiserror::Error)]
pub enum ChangePasswordError {
    /// There is no such user any more.
    #[error("the user is gone")]
    Gone,
    /// The current password is not the one given.
    #[error("the current password is wrong")]
    WrongPassword,
    /// The user was changed at the same time.
    #[error("the user was changed meanwhile")]
    Stale,
    /// Too many attempts have failed.
    #[error("too many attempts")]
    TooMany {
        /// Seconds until the next may be made.
        wait_seconds: u32,
    },
    /// The outside failed.
    #[error(transparent)]
    Failure(#[from] Failure),
}

impl From<PasswordError> for ChangePasswordError {
    fn from(error: PasswordError) -> Self {
        Self::Failure(Failure::Defect(error.to_string()))
    }
}

/// Guessing the current password counts as guessing it at the login.
pub async fn change_password(
    users: &impl Users,
    sessions: &impl Sessions,
    id: UserId,
    current: &str,
    new: &NewPassword,
    salt: [u8; 16],
) -> Result<(), ChangePasswordError> {
    let known = users.credentials(id).await?.ok_or(ChangePasswordError::Gone)?;
    let attempt = match sessions.admit(&known.user.email, None).await? {
        Admission::Admitted { attempt, .. } => attempt,
        Admission::Limited { wait_seconds } => return Err(ChangePasswordError::TooMany { wait_seconds }),
    };
    if !verify_password(current, Some(&known.password_hash))? {
        sessions.refuse(&known.user.email, None, &attempt, "wrong current password").await?;
        return Err(ChangePasswordError::WrongPassword);
    }
    match users.set_password(&known.user, &new.hash(salt)?, &attempt).await? {
        UserChange::Done(_) => Ok(()),
        UserChange::Gone => Err(ChangePasswordError::Gone),
        UserChange::Stale => Err(ChangePasswordError::Stale),
        other => Err(Failure::Defect(format!("a password met {other:?}")).into()),
    }
}
