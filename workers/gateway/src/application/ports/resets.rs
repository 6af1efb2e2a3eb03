//! Links for a new password.

use std::future::Future;

use kernel::Failure;
use kernel::text::Email;

use crate::application::reset_password::ResetPasswordError;
use crate::domain::throttle::Origin;
use crate::domain::user::User;

/// Links for a new password.
pub trait PasswordResets: Sync {
    /// Makes a link for the user with the e-mail, if there is one, and has it mailed.
    fn request(
        &self,
        email: &Email,
        origin: Origin<'_>,
    ) -> impl Future<Output = Result<(), ResetPasswordError>> + Send;

    /// The user of a token that is valid now.
    fn user_of(&self, token: &str) -> impl Future<Output = Result<Option<User>, Failure>> + Send;

    /// Uses the token up: sets the password, ends all sessions, keys and other links, and has the user told.
    fn reset(
        &self,
        user: &User,
        token: &str,
        password_hash: &str,
    ) -> impl Future<Output = Result<(), ResetPasswordError>> + Send;
}
