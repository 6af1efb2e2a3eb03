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

use web::{Grant, Problem, ProblemCode, Routes};

/// Every route of the service; all others are passed on, or are nothing.
#[must_use]
pub fn routes() -> Routes<P> {
    Routes::new()
        .post_unkeyed("/api/auth/login", Grant::PUBLIC, log_in::handle)
        .post_unkeyed("/api/auth/refresh", Grant::PUBLIC, refresh_session::handle)
        .post_unkeyed("/api/auth/logout", Grant::PUBLIC, log_out::handle)
        .post_unkeyed("/api/auth/password", grants::SELF_READ, change_password::handle)
        .get("/api/auth/me", grants::SELF_READ, show_me::handle)
        .get("/api/users", grants::USER_WRITE, users::list)
        .post("/api/users", grants::USER_WRITE, users::create)
        .get("/api/users/{id}", grants::USER_WRITE, users::show)
        .put("/api/users/{id}", grants::USER_WRITE, users::update)
        .delete("/api/users/{id}", grants::USER_WRITE, users::delete)
        .get("/api/users/{id}/api-keys", grants::USER_WRITE, api_keys::list)
        .post("/api/users/{id}/api-keys", grants::USER_WRITE, api_keys::create)
        .delete("/api/users/{id}/api-keys/{key}", grants::USER_WRITE, api_keys::revoke)
        .get("/api/dashboard", grants::DASHBOARD_READ, show_dashboard::handle)
        .get("/api/ops/reconciliation", grants::OPS_READ, reconcile::handle)
        .get("/api/ops/dead-letters", grants::OPS_READ, dead_letters::list)
        .get("/api/ops/dead-letters/{id}", grants::OPS_READ, dead_letters::show)
        .post("/api/ops/dead-letters/{id}/replay", grants::OPS_WRITE, dead_letters::replay)
        .post("/api/ops/dead-letters/{id}/discard", grants::OPS_WRITE, dead_letters::discard)
        .get("/api/audit-log", grants::USER_WRITE, list_audit::handle)
        .get("/health", Grant::PUBLIC, show_health::handle)
        .get("/metrics", Grant::PUBLIC, show_metrics::handle)
        .fallback(pass_on::handle)
}

/// 429 for too many failed attempts to log in.
fn too_many_attempts(wait_seconds: u32) -> Problem {
    Problem::new(ProblemCode::RateLimited, "Too many attempts have failed. Wait before the next one.")
        .retry_after(wait_seconds)
}
