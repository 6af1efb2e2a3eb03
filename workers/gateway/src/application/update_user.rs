//! Replaces what a user is, and their password when one is given.

use kernel::ids::UserId;

use super::create_user::{UserSpec, UserWriteError};
use super::ports::Users;
use crate::domain::password::NewPassword;
use crate::domain::user::User;

/// Replaces a user, of the version given if one is.
pub async fn update_user(
    users: &impl Users,
    id: UserId,
    if_version: Option<i64>,
    spec: UserSpec,
    password: Option<&NewPassword>,
    salt: [u8; 16],
) -> Result<User, UserWriteError> {
    let user = users.find(id).await?.ok_or(UserWriteError::Gone)?;
    if if_version.is_some_and(|version| version != user.version) {
        return Err(UserWriteError::Stale);
    }
    let draft = spec.into_draft(password.map(|password| password.hash(salt)).transpose()?)?;
    users.replace(&user, draft).await?.into_result()
}
