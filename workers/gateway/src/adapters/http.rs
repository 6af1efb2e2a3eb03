//! The route table; one file per use case. Paths stand here without their version (see `door`).

mod api_keys;
mod change_password;
mod dead_letters;
mod list_audit;
mod log_in;
mod log_out;
mod pass_on;
mod reconcile;
mod refresh_session;
mod show_dashboard;
mod show_health;
mod show_me;
mod show_metrics;
mod users;

use platform::Platform;
use web::{Grant, Problem, Routes};

/// Every route of the service; all others are passed on, or are nothing.
#[must_use]
pub fn routes<P: Platform>() -> Routes<P> {
    Routes::new()
        .post_unkeyed("/api/auth/login", Grant::Public, log_in::handle::<P>)
        .post_unkeyed("/api/auth/refresh", Grant::Public, refresh_session::handle::<P>)
        .post_unkeyed("/api/auth/logout", Grant::Public, log_out::handle::<P>)
        .post_unkeyed("/api/auth/password", Grant::SelfRead, change_password::handle::<P>)
        .get("/api/auth/me", Grant::SelfRead, show_me::handle::<P>)
        .get("/api/users", Grant::UserWrite, users::list::<P>)
        .post("/api/users", Grant::UserWrite, users::create::<P>)
        .get("/api/users/{id}", Grant::UserWrite, users::show::<P>)
        .put("/api/users/{id}", Grant::UserWrite, users::update::<P>)
        .delete("/api/users/{id}", Grant::UserWrite, users::delete::<P>)
        .get("/api/users/{id}/api-keys", Grant::UserWrite, api_keys::list::<P>)
        .post("/api/users/{id}/api-keys", Grant::UserWrite, api_keys::create::<P>)
        .delete("/api/users/{id}/api-keys/{key}", Grant::UserWrite, api_keys::revoke::<P>)
        .get("/api/dashboard", Grant::DashboardRead, show_dashboard::handle::<P>)
        .get("/api/ops/reconciliation", Grant::OpsRead, reconcile::handle::<P>)
        .get("/api/ops/dead-letters", Grant::OpsRead, dead_letters::list::<P>)
        .get("/api/ops/dead-letters/{id}", Grant::OpsRead, dead_letters::show::<P>)
        .post("/api/ops/dead-letters/{id}/replay", Grant::OpsWrite, dead_letters::replay::<P>)
        .post("/api/ops/dead-letters/{id}/discard", Grant::OpsWrite, dead_letters::discard::<P>)
        .get("/api/audit-log", Grant::UserWrite, list_audit::handle::<P>)
        .get("/health", Grant::Public, show_health::handle::<P>)
        .get("/metrics", Grant::Public, show_metrics::handle::<P>)
        .fallback(pass_on::handle::<P>)
}

/// 429 for too many failed attempts to log in.
fn too_many_attempts(wait_seconds: u32) -> Problem {
    Problem::new(429, "RATE_LIMITED", "Too many attempts have failed. Wait before the next one.")
        .retry_after(wait_seconds)
}
