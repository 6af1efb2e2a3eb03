//! The routes; one file per use case. Paths are without their version here (see `door`).

mod api_keys;
mod approvals;
mod audit_trail;
mod change_password;
mod dead_letters;
mod grants;
mod list_audit;
mod log_in;
mod log_out;
mod pass_on;
mod password_resets;
mod reconcile;
mod refresh_session;
mod sessions;
mod show_dashboard;
mod show_health;
mod show_me;
mod show_metrics;
mod show_security;
mod step_up;
mod users;

use web::{Problem, ProblemCode, Route};

/// Every route of the service; all other paths are forwarded or do not exist.
pub(crate) fn routes() -> Vec<Route> {
    [
        log_in::routes(),
        refresh_session::routes(),
        log_out::routes(),
        step_up::routes(),
        change_password::routes(),
        password_resets::routes(),
        show_me::routes(),
        sessions::routes(),
        approvals::routes(),
        users::routes(),
        api_keys::routes(),
        show_dashboard::routes(),
        reconcile::routes(),
        dead_letters::routes(),
        audit_trail::routes(),
        list_audit::routes(),
        show_health::routes(),
        show_metrics::routes(),
        show_security::routes(),
    ]
    .concat()
}

pub(crate) use pass_on::fallback;

/// 429 for too many failed attempts to log in.
fn too_many_attempts(wait_seconds: u32) -> Problem {
    Problem::new(ProblemCode::RateLimited, "Too many attempts have failed. Wait before the next one.")
        .retry_after(wait_seconds)
}
