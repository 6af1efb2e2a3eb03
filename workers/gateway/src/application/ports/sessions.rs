//! Logins and the sessions they open.

use std::future::Future;

use kernel::ids::UserId;
use kernel::text::Email;
use kernel::{Failure, Timestamp};

use super::Credentials;
use crate::domain::session::RefreshToken;
use crate::domain::throttle::Origin;
use crate::domain::user::User;

/// Whether a login attempt may continue.
#[derive(Debug)]
pub enum Admission {
    /// It is counted; this is the user with the e-mail.
    Admitted {
        /// The attempt, to be deleted when it succeeds.
        attempt: String,
        credentials: Option<Credentials>,
    },
    /// Too many have failed: how long until the next is allowed.
    Limited { wait_seconds: u32 },
}

/// A session as its owner sees it.
#[derive(Debug)]
pub struct OpenSession {
    pub user: User,
    pub session_id: String,
    /// In clear text; only its hash is kept.
    pub refresh_token: String,
    /// When the password was last given in it.
    pub proved_at: Timestamp,
}

/// A refresh token as it is stored.
#[derive(Debug)]
pub struct KnownToken {
    /// Its family.
    pub session_id: String,
    /// When the password was last given in it.
    pub proved_at: Timestamp,
    pub token: RefreshToken,
    /// Its user.
    pub user: User,
}

/// Why a family ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionEnd {
    /// Its owner logged out.
    LoggedOut,
    /// A refresh token was used twice.
    Reused,
}

/// How the exchange of a refresh token ended.
#[derive(Debug)]
pub enum Exchange {
    /// This is the next one.
    Done(String),
    /// Another request used it at the same time.
    Used,
    /// Its family or its user ended at the same time.
    Ended,
}

/// Looking at sessions, and ending them.
pub trait OwnSessions: Sync {
    /// Ends one of a user's sessions. Whether there was one.
    fn end_own(&self, user: UserId, session_id: &str) -> impl Future<Output = Result<bool, Failure>> + Send;
}

/// Logins and the sessions they open.
pub trait Sessions: Sync {
    /// Counts an attempt and returns the user with the e-mail.
    fn admit(
        &self,
        email: &Email,
        origin: Origin<'_>,
    ) -> impl Future<Output = Result<Admission, Failure>> + Send;

    /// Gives a failed attempt more weight, and logs it.
    fn refuse(
        &self,
        email: &Email,
        origin: Origin<'_>,
        attempt: &str,
        why: &str,
    ) -> impl Future<Output = Result<(), Failure>> + Send;

    /// Opens a session, keeps a new hash of the password if there is one, and deletes the attempts that led to it. None when the user was changed in the meantime.
    fn open(
        &self,
        user: User,
        attempt: &str,
        origin: Origin<'_>,
        new_hash: Option<String>,
    ) -> impl Future<Output = Result<Option<OpenSession>, Failure>> + Send;

    /// Marks a session: the password was given in it just now. Deletes the attempts that led to it. None when the session
    /// has ended.
    fn prove(
        &self,
        session_id: &str,
        user: &User,
        attempt: &str,
        origin: Origin<'_>,
    ) -> impl Future<Output = Result<Option<Timestamp>, Failure>> + Send;

    /// What is known about a refresh token.
    fn find_token(
        &self,
        refresh_token: &str,
    ) -> impl Future<Output = Result<Option<KnownToken>, Failure>> + Send;

    /// Exchanges a refresh token for the next one.
    fn exchange(
        &self,
        session_id: &str,
        refresh_token: &str,
    ) -> impl Future<Output = Result<Exchange, Failure>> + Send;

    /// Ends a family.
    fn end(
        &self,
        session_id: &str,
        user: &User,
        why: SessionEnd,
    ) -> impl Future<Output = Result<(), Failure>> + Send;

    /// Deletes expired sessions and attempts.
    fn forget(&self) -> impl Future<Output = Result<(), Failure>> + Send;
}
