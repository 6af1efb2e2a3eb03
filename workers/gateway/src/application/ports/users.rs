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

/// What a user is to be; the parts go together.
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
    /// What it is for.
    pub name: Name,
    pub role: Role,
    /// Its first characters.
    pub hint: String,
    /// In clear text; only its hash is kept. None when the request was answered before.
    pub key: Option<String>,
    pub created_at: Timestamp,
}

/// Users as they are, and their own password.
pub trait Users: Sync {
    /// A user who is not deleted.
    fn find_user(&self, id: UserId) -> impl Future<Output = Result<Option<User>, Failure>> + Send;

    /// The same with the hash of the password.
    fn credentials(&self, id: UserId) -> impl Future<Output = Result<Option<Credentials>, Failure>> + Send;

    /// Sets a new password, ends all sessions and forgets the attempts.
    fn set_password(
        &self,
        user: &User,
        password_hash: &str,
        attempt: &str,
    ) -> impl Future<Output = Result<(), ChangePasswordError>> + Send;
}

/// What an admin does with users.
pub trait ChangeUsers: Users {
    /// Adds a user.
    fn create(
        &self,
        draft: UserDraft,
        password_hash: &str,
    ) -> impl Future<Output = Result<User, UserWriteError>> + Send;

    /// Replaces what a user is; ends their sessions when that takes something away from them. Without a hash the
    /// password stays.
    fn replace(
        &self,
        user: &User,
        draft: UserDraft,
        password_hash: Option<String>,
    ) -> impl Future<Output = Result<User, UserWriteError>> + Send;

    /// Removes a user, their sessions and keys.
    fn delete(&self, user: &User) -> impl Future<Output = Result<(), UserWriteError>> + Send;
}

/// Where keys are made.
pub trait MakeApiKeys: Users {
    /// Makes a key.
    fn create_key(
        &self,
        user: &User,
        name: Name,
        role: Role,
    ) -> impl Future<Output = Result<NewApiKey, Failure>> + Send;
}

/// Where keys end.
pub trait RevokeApiKeys: Sync {
    /// Whether the user has such a key, good or revoked.
    fn has_key(&self, user: UserId, key: &str) -> impl Future<Output = Result<bool, Failure>> + Send;

    /// Makes a key worthless, permanently.
    fn revoke_key(&self, user: UserId, key: &str) -> impl Future<Output = Result<(), Failure>> + Send;
}
