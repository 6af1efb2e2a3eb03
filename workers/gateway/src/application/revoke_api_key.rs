//! Makes an API key worthless.

use kernel::Failure;
use kernel::ids::UserId;

use super::ports::Users;

/// Revokes a key; whether there is one. Doing it twice is doing it once.
pub async fn revoke_api_key(users: &impl Users, user: UserId, key: &str) -> Result<bool, Failure> {
    let known = users.has_key(user, key).await?;
    if known {
        users.revoke_key(user, key).await?;
    }
    Ok(known)
}
