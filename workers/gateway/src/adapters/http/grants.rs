//! The grants of the gateway's own routes.

use web::Grant;

/// The caller's own account.
pub(crate) const SELF_READ: Grant = Grant::new("self:read");
/// Users, their roles and their keys.
pub(crate) const USER_WRITE: Grant = Grant::new("users:write");
/// Requests that wait for somebody else: the caller's own; all, for who may decide.
pub(crate) const APPROVAL_READ: Grant = Grant::new("approvals:read");
/// Approve and reject what others ask for.
pub(crate) const APPROVAL_DECIDE: Grant = Grant::new("approvals:decide");
/// Who changed what.
pub(crate) const AUDIT_READ: Grant = Grant::new("audit:read");
/// The figures of the day.
pub(crate) const DASHBOARD_READ: Grant = Grant::new("dashboard:read");
/// Reconciliation and dead letters.
pub(crate) const OPS_READ: Grant = Grant::new("ops:read");
/// Replay and discard dead letters.
pub(crate) const OPS_WRITE: Grant = Grant::new("ops:write");
