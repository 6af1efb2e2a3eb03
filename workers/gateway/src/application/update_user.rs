//! Replaces a user's data, and their password when a new one is given.

use kernel::ids::UserId;

use super::check_password::check_password;
use super::create_user::UserWriteError;
use super::ports::{Breaches, ChangeUsers, UserDraft};
use crate::domain::password::NewPassword;
use crate::domain::user::{User, check_customer};

/// Replaces a user. If a version is given, it must be the current one. A new password comes with the salt for its hash.
pub async fn update_user(
    users: &impl ChangeUsers,
    breaches: &impl Breaches,
    id: UserId,
    if_version: Option<i64>,
    draft: UserDraft,
    password: Option<(NewPassword, [u8; 16])>,
) -> Result<User, UserWriteError> {
    let user = users.find_user(id).await?.ok_or(UserWriteError::Gone)?;
    if if_version.is_some_and(|version| version != user.version) {
        return Err(UserWriteError::Stale);
    }
    check_customer(draft.role, draft.customer_id)?;
    if let Some((password, _)) = &password {
        check_password(breaches, password, &draft.email, &draft.name).await.map_err(UserWriteError::Weak)?;
    }
    let password_hash = password.map(|(password, salt)| password.hash(salt)).transpose()?;
    users.replace(&user, draft, password_hash).await
}
