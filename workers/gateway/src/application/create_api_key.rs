//! Creates a key with which a program acts for a user.

use kernel::Failure;
use kernel::ids::UserId;
use kernel::text::Name;

use super::ports::{KeyLimits, MakeApiKeys, NewApiKey};
use crate::domain::user::{Role, key_may_have};

/// Why no key was created.
#[derive(Debug, thiserror::Error)]
pub enum CreateApiKeyError {
    /// There is no such user.
    #[error("the user is gone")]
    Gone,
    /// The key would have more rights than its user.
    #[error("the role is not the user's")]
    RoleTooWide,
    /// The outside failed.
    #[error(transparent)]
    Failure(#[from] Failure),
}

/// Creates a key with the given role, or the user's own.
pub async fn create_api_key(
    keys: &impl MakeApiKeys,
    id: UserId,
    name: Name,
    role: Option<Role>,
    limits: KeyLimits,
) -> Result<NewApiKey, CreateApiKeyError> {
    let user = keys.find_user(id).await?.ok_or(CreateApiKeyError::Gone)?;
    let role = role.unwrap_or(user.role);
    if !key_may_have(user.role, role) {
        return Err(CreateApiKeyError::RoleTooWide);
    }
    Ok(keys.create_key(&user, name, role, limits).await?)
}
