//! Makes an API key invalid, permanently.

use kernel::Failure;
use kernel::ids::UserId;

use super::ports::RevokeApiKeys;

/// Revokes a key. Returns whether it exists. Repeating it has no further effect.
pub async fn revoke_api_key(keys: &impl RevokeApiKeys, user: UserId, key: &str) -> Result<bool, Failure> {
    let known = keys.has_key(user, key).await?;
    if known {
        keys.revoke_key(user, key).await?;
    }
    Ok(known)
}
