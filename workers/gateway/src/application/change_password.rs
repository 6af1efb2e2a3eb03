//! Lets users choose a new password; all their other sessions end.

use kernel::Failure;
use kernel::ids::UserId;

use super::check_password::check_password;
use super::ports::{Admission, Breaches, Sessions, Users};
use crate::domain::password::{Fit, NewPassword, PasswordError, verify_password};
use crate::domain::throttle::Origin;
use crate::domain::user::User;

/// Why the password was not changed.
#[derive(Debug, thiserror::Error)]
pub enum ChangePasswordError {
    /// The user was removed.
    #[error("the user is gone")]
    Gone,
    /// The given current password is wrong.
    #[error("the current password is wrong")]
    WrongPassword,
    /// The new one is too close to the user's name or e-mail.
    #[error("the new password {0}")]
    Weak(&'static str),
    /// The user was changed at the same time.
    #[error("the user was changed meanwhile")]
    Stale,
    /// Too many attempts have failed: how long until the next is allowed.
    #[error("too many attempts")]
    TooMany { wait_seconds: u32 },
    /// The outside failed.
    #[error(transparent)]
    Failure(#[from] Failure),
}

impl From<PasswordError> for ChangePasswordError {
    fn from(error: PasswordError) -> Self {
        Self::Failure(Failure::Defect(error.to_string()))
    }
}

/// Guessing the current password counts like guessing it at the login.
pub async fn change_password(
    house: &(impl Users + Sessions),
    breaches: &impl Breaches,
    id: UserId,
    current: &str,
    new: &NewPassword,
    keeps_keys: bool,
    salt: [u8; 16],
) -> Result<(), ChangePasswordError> {
    let known = house.credentials(id).await?.ok_or(ChangePasswordError::Gone)?;
    let attempt = match house.admit(&known.user.email, Origin::default()).await? {
        Admission::Admitted { attempt, .. } => attempt,
        Admission::Limited { wait_seconds } => return Err(ChangePasswordError::TooMany { wait_seconds }),
    };
    if verify_password(current, Some(&known.password_hash))? == Fit::Wrong {
        house.refuse(&known.user.email, Origin::default(), &attempt, "wrong current password").await?;
        return Err(ChangePasswordError::WrongPassword);
    }
    let User { email, name, .. } = &known.user;
    check_password(breaches, new, email, name).await.map_err(ChangePasswordError::Weak)?;
    house.set_password(&known.user, &new.hash(salt)?, &attempt, keeps_keys).await
}
