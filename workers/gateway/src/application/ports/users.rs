//! Users and their API keys.

use std::future::Future;

use kernel::ids::{CustomerId, UserId};
use kernel::text::{Email, Name};
use kernel::{Failure, Timestamp};

use crate::application::change_password::ChangePasswordError;
use crate::application::create_user::UserWriteError;
use crate::domain::user::{Role, User};

/// A user with the hash of their password.
#[derive(Debug, Clone)]
pub struct Credentials {
    pub user: User,
    /// PHC string.
    pub password_hash: String,
}

/// The new data of a user; the fields must fit together.
#[derive(Debug)]
pub struct UserDraft {
    pub email: Email,
    pub name: Name,
    pub role: Role,
    pub customer_id: Option<CustomerId>,
    pub disabled: bool,
}

/// An API key as its owner sees it once.
#[derive(Debug)]
pub struct NewApiKey {
    pub id: String,
    /// Its purpose.
    pub name: Name,
    pub role: Role,
    /// Its first characters.
    pub hint: String,
    /// In clear text; only its hash is kept. None when the request was answered before.
    pub key: Option<String>,
    pub created_at: Timestamp,
    pub limits: KeyLimits,
}

/// What narrows a key.
#[derive(Debug, Clone)]
pub struct KeyLimits {
    /// The grants that it has, of those of its role; none for all.
    pub scope: Option<Vec<String>>,
    /// The clients that may use it; none for all.
    pub addresses: Option<Vec<String>>,
    pub expires_at: Timestamp,
}

/// Read access to users, and changing their own password.
pub trait Users: Sync {
    /// A user who is not deleted.
    fn find_user(&self, id: UserId) -> impl Future<Output = Result<Option<User>, Failure>> + Send;

    /// The same with the hash of the password.
    fn credentials(&self, id: UserId) -> impl Future<Output = Result<Option<Credentials>, Failure>> + Send;

    /// Sets a new password, ends all sessions but the caller's and, unless they are kept, the keys; deletes the attempts.
    fn set_password(
        &self,
        user: &User,
        password_hash: &str,
        attempt: &str,
        keeps_keys: bool,
    ) -> impl Future<Output = Result<(), ChangePasswordError>> + Send;
}

/// The changes that an admin makes to users.
pub trait ChangeUsers: Users {
    /// Adds a user.
    fn create(
        &self,
        draft: UserDraft,
        password_hash: &str,
    ) -> impl Future<Output = Result<User, UserWriteError>> + Send;

    /// Replaces a user's data; ends their sessions when that removes rights. Without a hash the password stays.
    fn replace(
        &self,
        user: &User,
        draft: UserDraft,
        password_hash: Option<String>,
    ) -> impl Future<Output = Result<User, UserWriteError>> + Send;

    /// Removes a user, their sessions and keys.
    fn delete(&self, user: &User) -> impl Future<Output = Result<(), UserWriteError>> + Send;
}

/// Creating keys.
pub trait MakeApiKeys: Users {
    /// Makes a key.
    fn create_key(
        &self,
        user: &User,
        name: Name,
        role: Role,
        limits: KeyLimits,
    ) -> impl Future<Output = Result<NewApiKey, Failure>> + Send;
}

/// Revoking keys.
pub trait RevokeApiKeys: Sync {
    /// Whether the user has this key, valid or revoked.
    fn has_key(&self, user: UserId, key: &str) -> impl Future<Output = Result<bool, Failure>> + Send;

    /// Makes a key invalid, permanently.
    fn revoke_key(&self, user: UserId, key: &str) -> impl Future<Output = Result<(), Failure>> + Send;
}
