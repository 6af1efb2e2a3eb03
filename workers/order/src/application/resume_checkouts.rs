//! Resumes stopped checkouts, by state and age, a limited number at a time.

use super::ports::checkouts::{Checkout, Checkouts, Ended};
use super::ports::orders::StoredOrder;
use super::ports::peers::{Goods, PaymentProvider};
use super::run_checkout::{Ports, resume};

/// Resumes them, one after the other. Returns how many finished.
pub async fn resume_checkouts<S: Checkouts>(
    ports: &Ports<'_, S, impl Goods, impl PaymentProvider>,
    stopped: Vec<StoredOrder>,
    mut note: impl FnMut(&Ended) + Send,
) -> u32 {
    let mut resumed: u32 = 0;
    for checkout in stopped.into_iter().filter_map(Checkout::resumed) {
        let ended = resume(ports, checkout).await;
        if !matches!(ended, Ended::Waiting(..)) {
            resumed = resumed.saturating_add(1);
        }
        note(&ended);
    }
    resumed
}
