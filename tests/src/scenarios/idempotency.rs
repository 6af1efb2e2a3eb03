//! `Idempotency-Key` on every POST that creates or moves something, through the public door.
//!
//! [`CASES`] has each such route once, with what it needs and how its effect is counted by reading;
//! [`EXEMPT`] has the others, each with the reason. A test compares both with the route tables of the
//! services. [`laws`] says what must hold for each case; a suite runs it over all of them, or over those
//! that are `core` where a request costs more.

mod back_office;
mod case;
mod guests;
mod keys;
pub mod laws;
mod outcomes;
mod sales;
mod shipments;
mod stock;
mod time;

pub use case::{Case, Run, Trial, uuid};
pub use guests::guests_with_one_key_are_kept_apart;
pub use keys::{
    a_key_does_no_harm_to_what_replaces, a_key_is_its_users_whatever_they_show, a_malformed_key_is_refused,
};
pub use outcomes::{
    a_refusal_that_ended_a_checkout_is_the_answer_to_its_key, till_sales_with_one_id_are_one_sale,
};

pub use time::{a_request_that_stopped_is_taken_up, keys_are_kept_for_a_week_and_ids_for_ever};

use crate::Api;

/// Routes that take no key, with the reason; the paths as the services have them.
pub const EXEMPT: &[(&str, &str)] = &[
    ("/api/auth/login", "each sign-in is a session of its own, and a replay would keep its tokens"),
    ("/api/auth/refresh", "a refresh token works once; a replay would keep the next one"),
    ("/api/auth/logout", "ending a session that is over is the same thing"),
    ("/api/auth/password", "the same change again is refused, and no trace of a password is kept"),
    ("/api/auth/step-up", "another proof is another one, and a replay would keep its token"),
    ("/api/approvals/{id}/approve", "to decide again in the same way is the same decision"),
    ("/api/approvals/{id}/reject", "to decide again in the same way is the same decision"),
    ("/api/approvals/{id}/withdraw", "to decide again in the same way is the same decision"),
    ("/api/auth/password-resets", "each link is another one, and the answer is always the same"),
    ("/api/auth/password-resets/confirm", "a link works once, and no trace of a password is kept"),
    ("/mail/bounces", "a report that comes again changes nothing"),
    ("/api/ops/reconciliation/runs", "it reads; while a run is under way, the answer is that run"),
    ("/inventory/check-availability", "it reads"),
    ("/payments/webhooks/stripe", "an event has an id of its own, and only makes us look"),
    ("/carts", "a cart sells and moves nothing, and one that nobody uses expires; an account has one"),
];

/// Every route that takes a key.
pub const CASES: &[&[Case]] = &[sales::CASES, shipments::CASES, stock::CASES, back_office::CASES];

/// The scenario that every suite runs: the laws, for what sells and moves stock.
pub(super) fn what_sells_and_moves_keeps_its_keys(api: &dyn Api) {
    let run = Run::new(api);
    for case in CASES.iter().copied().flatten().filter(|case| case.core) {
        laws::a_repetition_replays_the_first_answer(&run, case);
        laws::another_body_is_refused_and_another_caller_is_not_known(&run, case);
        laws::requests_at_once_have_one_effect(&run, case, 8);
    }
    run.shop().reconcile();
}
