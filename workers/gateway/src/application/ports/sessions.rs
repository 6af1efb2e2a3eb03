//! Logins and the sessions they open.

use std::future::Future;

use kernel::Failure;
use kernel::text::Email;

use super::Credentials;
use crate::domain::session::RefreshToken;
use crate::domain::user::User;

/// Whether an attempt to log in may go on.
#[derive(Debug)]
pub enum Admission {
    /// It is counted, and this is who has the e-mail.
    Admitted {
        /// The attempt, to be forgotten when it succeeds.
        attempt: String,
        credentials: Option<Credentials>,
    },
    /// Too many have failed: how long until the next may be made.
    Limited { wait_seconds: u32 },
}

/// A session as its owner carries it.
#[derive(Debug)]
pub struct OpenSession {
    pub user: User,
    /// In clear text; only its hash is kept.
    pub refresh_token: String,
}

/// A refresh token as it is known here.
#[derive(Debug)]
pub struct KnownToken {
    /// Its family.
    pub session_id: String,
    pub token: RefreshToken,
    /// Whose it is.
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
    /// It was used by another at the same time.
    Used,
    /// Its family or its user ended at the same time.
    Ended,
}

/// Logins and the sessions they open.
pub trait Sessions: Sync {
    /// Counts an attempt and answers who has the e-mail.
    fn admit(
        &self,
        email: &Email,
        address: Option<&str>,
    ) -> impl Future<Output = Result<Admission, Failure>> + Send;

    /// Lets a failed attempt weigh more, and keeps a record of it.
    fn refuse(
        &self,
        email: &Email,
        address: Option<&str>,
        attempt: &str,
        why: &str,
    ) -> impl Future<Output = Result<(), Failure>> + Send;

    /// Opens a session and forgets the attempts that led to it. None when the user was disabled in
    /// the meantime.
    fn open(
        &self,
        user: User,
        attempt: &str,
        address: Option<&str>,
    ) -> impl Future<Output = Result<Option<OpenSession>, Failure>> + Send;

    /// What is known of a refresh token.
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

    /// Forgets sessions and attempts that have ended by age.
    fn forget(&self) -> impl Future<Output = Result<(), Failure>> + Send;
}
