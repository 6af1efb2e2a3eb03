//! A request that waits until somebody else has decided about it, and who may decide.

use contracts::duties::{AboveLimit, ApprovalStatus};
use kernel::Timestamp;
use kernel::ids::UserId;
use kernel::text::ShortText;

use super::user::Role;

/// A request as it was sent, and as it is sent again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptRequest {
    pub method: String,
    /// The path at the service that answers it, with its query.
    pub path: String,
    pub content_type: Option<String>,
    pub if_match: Option<String>,
    pub body: String,
}

/// What was answered when it was sent again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptAnswer {
    pub status: u16,
    pub body: String,
}

/// A request that waits, or has waited.
#[derive(Debug, Clone, PartialEq)]
pub struct Approval {
    pub id: String,
    /// What would happen, as the service said it.
    pub needed: AboveLimit,
    pub request: KeptRequest,
    pub requested_by: UserId,
    /// With what it was asked for: a key may have less than its user.
    pub role: Role,
    pub scope: Option<Vec<String>>,
    pub requested_at: Timestamp,
    pub expires_at: Timestamp,
    pub status: ApprovalStatus,
    pub decided_by: Option<UserId>,
    pub decided_at: Option<Timestamp>,
    pub reason: Option<ShortText>,
    pub answer: Option<KeptAnswer>,
}

/// What somebody decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    Approve,
    Reject(ShortText),
    /// By who asked for it.
    Withdraw,
}

/// Why somebody cannot decide so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Undecidable {
    /// Nobody approves what they asked for themselves.
    #[error("it is the caller's own request")]
    Own,
    /// Only who asked for it withdraws it.
    #[error("it is not the caller's own request")]
    NotOwn,
    /// It was decided before, or its time is over.
    #[error("it is {0:?}")]
    Settled(ApprovalStatus),
}

impl Decision {
    /// Where the approval stands after it.
    #[must_use]
    pub const fn status(&self) -> ApprovalStatus {
        match self {
            Self::Approve => ApprovalStatus::Approved,
            Self::Reject(_) => ApprovalStatus::Rejected,
            Self::Withdraw => ApprovalStatus::Withdrawn,
        }
    }
}

impl Approval {
    /// Where it stands now: who does not decide in time does not decide any more.
    #[must_use]
    pub fn status_at(&self, now: Timestamp) -> ApprovalStatus {
        match self.status {
            ApprovalStatus::Pending if now >= self.expires_at => ApprovalStatus::Expired,
            status => status,
        }
    }

    /// Whether this user may decide so now. The same decision again is the same.
    pub fn check(&self, decision: &Decision, by: UserId, now: Timestamp) -> Result<(), Undecidable> {
        if (self.requested_by == by) != (*decision == Decision::Withdraw) {
            return Err(if self.requested_by == by { Undecidable::Own } else { Undecidable::NotOwn });
        }
        let status = self.status_at(now);
        let approved =
            [ApprovalStatus::Approved, ApprovalStatus::Executed, ApprovalStatus::Failed].contains(&status);
        let is_same = if approved { *decision == Decision::Approve } else { decision.status() == status };
        if status == ApprovalStatus::Pending || (is_same && self.decided_by == Some(by)) {
            Ok(())
        } else {
            Err(Undecidable::Settled(status))
        }
    }
}

#[cfg(test)]
mod tests {
    use contracts::duties::{Action, Deed};
    use kernel::{Currency, Money};

    use super::*;

    #[test]
    fn somebody_else_decides_once_and_in_time() {
        use ApprovalStatus::{Approved, Executed, Expired, Failed, Pending, Rejected, Withdrawn};
        let [one, two, three] = [1, 2, 3]
            .map(|number| UserId::parse(&format!("0193e9a0-0000-7000-8000-00000000000{number}")).unwrap());
        let reject = || Decision::Reject(ShortText::parse("No").unwrap());
        let now = Timestamp::from_unix_ms(1_000_000);
        let amount = Money::zero(Currency::USD);
        let deed = Deed { action: Action::Refund, what: "x".to_owned(), amount, customer_id: None };
        let settled = |status| Err(Undecidable::Settled(status));
        for (status, decided_by, seconds, decision, by, expected) in [
            (Pending, None, 0, Decision::Approve, two, Ok(())),
            (Pending, None, 0, Decision::Approve, one, Err(Undecidable::Own)),
            (Pending, None, 0, reject(), two, Ok(())),
            (Pending, None, 0, reject(), one, Err(Undecidable::Own)),
            (Pending, None, 0, Decision::Withdraw, one, Ok(())),
            (Pending, None, 0, Decision::Withdraw, two, Err(Undecidable::NotOwn)),
            (Pending, None, 59, Decision::Approve, two, Ok(())),
            (Pending, None, 60, Decision::Approve, two, settled(Expired)),
            (Pending, None, 60, Decision::Withdraw, one, settled(Expired)),
            (Approved, Some(two), 99, Decision::Approve, two, Ok(())),
            (Executed, Some(two), 99, Decision::Approve, two, Ok(())),
            (Failed, Some(two), 99, Decision::Approve, two, Ok(())),
            (Executed, Some(two), 99, Decision::Approve, three, settled(Executed)),
            (Executed, Some(two), 99, reject(), two, settled(Executed)),
            (Approved, Some(two), 0, Decision::Withdraw, one, settled(Approved)),
            (Rejected, Some(two), 0, Decision::Approve, two, settled(Rejected)),
            (Rejected, Some(two), 0, reject(), two, Ok(())),
            (Withdrawn, Some(one), 0, Decision::Withdraw, one, Ok(())),
            (Withdrawn, Some(one), 0, Decision::Approve, two, settled(Withdrawn)),
        ] {
            let approval = Approval {
                id: "a".to_owned(),
                needed: AboveLimit { deed: deed.clone(), limit: amount },
                request: KeptRequest {
                    method: "POST".to_owned(),
                    path: "/x".to_owned(),
                    content_type: None,
                    if_match: None,
                    body: String::new(),
                },
                requested_by: one,
                role: Role::Manager,
                scope: None,
                requested_at: now,
                expires_at: now.plus_seconds(60),
                status,
                decided_by,
                decided_at: None,
                reason: None,
                answer: None,
            };
            let outcome = approval.check(&decision, by, now.plus_seconds(seconds));
            assert_eq!(outcome, expected, "{status:?} {decision:?} {by} after {seconds}");
        }
    }
}
