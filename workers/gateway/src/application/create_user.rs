//! Adds a user.

use kernel::Failure;
use kernel::ids::CustomerId;
use kernel::text::{Email, Name};

use super::ports::{UserChange, UserDraft, Users};
use crate::domain::password::{NewPassword, PasswordError};
use crate::domain::user::{Misfit, Role, User, check_customer};

/// What a user shall be.
#[derive(Debug)]
pub struct UserSpec {
    /// What they log in with.
    pub email: Email,
    /// Their name.
    pub name: Name,
    /// What they are.
    pub role: Role,
    /// The customer they act for.
    pub customer_id: Option<CustomerId>,
    /// Whether they are kept out.
    pub disabled: bool,
}

/// Why a user is not written.
#[derive(Debug, thiserror::Error)]
pub enum UserWriteError {
    /// The role does not go with the customer.
    #[error("the role does not go with the customer")]
    Misfit(Misfit),
    /// Another user has the e-mail.
    #[error("the e-mail is taken")]
    EmailTaken,
    /// The user was changed in the meantime.
    #[error("the user was changed meanwhile")]
    Stale,
    /// There is no such user.
    #[error("the user is gone")]
    Gone,
    /// Nobody would be left who can let others in.
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

impl UserSpec {
    /// The spec as a draft, when its parts go together.
    pub(super) fn into_draft(self, password_hash: Option<String>) -> Result<UserDraft, UserWriteError> {
        check_customer(self.role, self.customer_id).map_err(UserWriteError::Misfit)?;
        let Self { email, name, role, customer_id, disabled } = self;
        Ok(UserDraft { email, name, role, customer_id, disabled, password_hash })
    }
}

impl UserChange {
    /// The user, or why there is no change.
    pub(super) fn into_result(self) -> Result<User, UserWriteError> {
        match self {
            Self::Done(user) => Ok(user),
            Self::EmailTaken => Err(UserWriteError::EmailTaken),
            Self::Stale => Err(UserWriteError::Stale),
            Self::Gone => Err(UserWriteError::Gone),
            Self::LastAdmin => Err(UserWriteError::LastAdmin),
        }
    }
}

/// Adds a user.
pub async fn create_user(
    users: &impl Users,
    spec: UserSpec,
    password: &NewPassword,
    salt: [u8; 16],
) -> Result<User, UserWriteError> {
    let draft = spec.into_draft(Some(password.hash(salt)?))?;
    users.create(draft).await?.into_result()
}
