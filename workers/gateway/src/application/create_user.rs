//! Adds a user.

use kernel::Failure;

use super::check_password::check_password;
use super::ports::{Breaches, ChangeUsers, UserDraft};
use crate::domain::password::{NewPassword, PasswordError};
use crate::domain::user::{Misfit, User, check_customer};

/// Why a user was not written.
#[derive(Debug, thiserror::Error)]
pub enum UserWriteError {
    /// The role and the customer do not fit together.
    #[error(transparent)]
    Misfit(#[from] Misfit),
    /// The password is too close to the user's name or e-mail.
    #[error("the password {0}")]
    Weak(&'static str),
    /// Another user has the e-mail.
    #[error("the e-mail is taken")]
    EmailTaken,
    /// The user was changed in the meantime.
    #[error("the user was changed meanwhile")]
    Stale,
    /// There is no such user.
    #[error("the user is gone")]
    Gone,
    /// No admin would be left who can manage users.
    #[error("the last admin stays")]
    LastAdmin,
    /// The outside failed.
    #[error(transparent)]
    Failure(#[from] Failure),
}

impl From<PasswordError> for UserWriteError {
    fn from(error: PasswordError) -> Self {
        Self::Failure(Failure::Defect(error.to_string()))
    }
}

/// Adds a user.
pub async fn create_user(
    users: &impl ChangeUsers,
    breaches: &impl Breaches,
    draft: UserDraft,
    password: &NewPassword,
    salt: [u8; 16],
) -> Result<User, UserWriteError> {
    check_customer(draft.role, draft.customer_id)?;
    check_password(breaches, password, &draft.email, &draft.name).await.map_err(UserWriteError::Weak)?;
    users.create(draft, &password.hash(salt)?).await
}
