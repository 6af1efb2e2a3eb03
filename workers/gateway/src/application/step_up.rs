//! Proves once more who somebody is: the password, within a session that goes on.

use kernel::ids::UserId;
use kernel::{Failure, Timestamp};

use super::ports::{Admission, Sessions, Users};
use crate::domain::password::{Fit, PasswordError, verify_password};
use crate::domain::throttle::Origin;
use crate::domain::user::User;

/// Why it is not proved.
#[derive(Debug, thiserror::Error)]
pub enum StepUpError {
    /// The user was removed, or the session has ended.
    #[error("the session has ended")]
    Gone,
    /// The password is wrong.
    #[error("the password is wrong")]
    WrongPassword,
    /// Too many attempts have failed: how long until the next is allowed.
    #[error("too many attempts")]
    TooMany { wait_seconds: u32 },
    /// The outside failed.
    #[error(transparent)]
    Failure(#[from] Failure),
}

impl From<PasswordError> for StepUpError {
    fn from(error: PasswordError) -> Self {
        Self::Failure(Failure::Defect(error.to_string()))
    }
}

/// Guessing here counts like guessing at the login. Returns the user, and when it was proved.
pub async fn step_up(
    house: &(impl Users + Sessions),
    id: UserId,
    session_id: &str,
    password: &str,
    origin: Origin<'_>,
) -> Result<(User, Timestamp), StepUpError> {
    let known = house.credentials(id).await?.ok_or(StepUpError::Gone)?;
    let attempt = match house.admit(&known.user.email, origin).await? {
        Admission::Admitted { attempt, .. } => attempt,
        Admission::Limited { wait_seconds } => return Err(StepUpError::TooMany { wait_seconds }),
    };
    if verify_password(password, Some(&known.password_hash))? == Fit::Wrong {
        house.refuse(&known.user.email, origin, &attempt, "wrong password at step-up").await?;
        return Err(StepUpError::WrongPassword);
    }
    let proved_at = house.prove(session_id, &known.user, &attempt, origin).await?;
    Ok((known.user, proved_at.ok_or(StepUpError::Gone)?))
}
