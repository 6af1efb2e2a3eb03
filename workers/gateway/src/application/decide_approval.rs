//! Decides about a request that waits. What is approved is sent again at once; if its service does not answer, the sweep
//! goes on with it.

use kernel::ids::UserId;
use kernel::{Failure, Timestamp};

use super::ports::{Approvals, Services, Users};
use crate::domain::approval::{Approval, Decision, KeptAnswer, Undecidable};
use crate::domain::user::key_may_have;
use contracts::duties::ApprovalStatus;

/// Why it is not decided.
#[derive(Debug, thiserror::Error)]
pub enum DecideError {
    /// The caller cannot decide so.
    #[error(transparent)]
    Undecidable(#[from] Undecidable),
    /// Somebody else was faster.
    #[error("it was decided at the same time")]
    Overtaken,
    /// The outside failed.
    #[error(transparent)]
    Failure(#[from] Failure),
}

/// Decides. The same decision again is the same, and goes on with what has stopped.
pub async fn decide_approval(
    house: &(impl Approvals + Users),
    services: &impl Services,
    approval: Approval,
    decision: &Decision,
    by: UserId,
    now: Timestamp,
) -> Result<Approval, DecideError> {
    approval.check(decision, by, now)?;
    let decided = match approval.status {
        ApprovalStatus::Pending => match house.decide(&approval, decision).await {
            // Perhaps by the caller themselves, who sent it twice.
            Err(DecideError::Overtaken) => {
                let now_is = house.find_approval(&approval.id).await?.ok_or(DecideError::Overtaken)?;
                now_is.check(decision, by, now)?;
                if now_is.status == ApprovalStatus::Pending {
                    return Err(DecideError::Overtaken);
                }
                now_is
            }
            decided => decided?,
        },
        _ => approval,
    };
    Ok(execute(house, services, decided).await?)
}

/// Sends an approved request again. Who asked for it must still have the role with which they did.
pub async fn execute(
    house: &(impl Approvals + Users),
    services: &impl Services,
    approval: Approval,
) -> Result<Approval, Failure> {
    if approval.status != ApprovalStatus::Approved {
        return Ok(approval);
    }
    let requester = house.find_user(approval.requested_by).await?;
    let requester = requester.filter(|user| !user.disabled && key_may_have(user.role, approval.role));
    let answer = match requester {
        None => {
            let body = r#"{"detail":"Who asked for it may do it no more."}"#.to_owned();
            KeptAnswer { status: 403, body }
        }
        Some(requester) => match services.perform(&approval, &requester).await {
            Ok(answer) => answer,
            Err(Failure::Unknown(_)) => return Ok(approval),
            Err(failure) => return Err(failure),
        },
    };
    house.finish(&approval, answer).await
}
