//! Makes an API key worthless.

use kernel::Failure;
use kernel::ids::UserId;

use super::ports::RevokeApiKeys;

/// Revokes a key; whether there is one. Doing it twice is doing it once.
pub async fn revoke_api_key(keys: &impl RevokeApiKeys, user: UserId, key: &str) -> Result<bool, Failure> {
    let known = keys.has_key(user, key).await?;
    if known {
        keys.revoke_key(user, key).await?;
    }
    Ok(known)
}
