//! Resumes stopped checkouts, by state and age, a limited number at a time.

use kernel::Timestamp;

use super::ports::checkouts::{Checkout, Checkouts, Ended};
use super::ports::orders::StoredOrder;
use super::ports::peers::{Goods, PaymentProvider};
use super::run_checkout::{Ports, resume};

/// How long a buyer has to confirm a payment with their bank, in seconds.
pub const BUYER_SECONDS_MAX: i64 = 15 * 60;

/// Resumes them, one after the other. Returns how many finished.
pub async fn resume_checkouts<S: Checkouts>(
    ports: &Ports<'_, S, impl Goods, impl PaymentProvider>,
    stopped: Vec<StoredOrder>,
    now: Timestamp,
    mut note: impl FnMut(&Ended) + Send,
) -> u32 {
    let mut resumed: u32 = 0;
    for mut checkout in stopped.into_iter().filter_map(Checkout::resumed) {
        let asked = checkout.order.active_payment().map(|payment| payment.created_at);
        checkout.gives_up = asked.is_some_and(|at| at.plus_seconds(BUYER_SECONDS_MAX) < now);
        let ended = resume(ports, checkout).await;
        if !matches!(ended, Ended::Waiting(..) | Ended::BuyerAsked(..)) {
            resumed = resumed.saturating_add(1);
        }
        note(&ended);
    }
    resumed
}
