//! Removes a user. The id stays known; the personal data is removed.

use kernel::ids::UserId;

use super::create_user::UserWriteError;
use super::ports::ChangeUsers;

/// Removes a user. If a version is given, it must be the current one.
pub async fn delete_user(
    users: &impl ChangeUsers,
    id: UserId,
    if_version: Option<i64>,
) -> Result<(), UserWriteError> {
    let user = users.find_user(id).await?.ok_or(UserWriteError::Gone)?;
    if if_version.is_some_and(|version| version != user.version) {
        return Err(UserWriteError::Stale);
    }
    users.delete(&user).await
}
