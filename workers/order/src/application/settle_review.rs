//! Settles a sale that needed a review, or one that was refused: once, with a note of who and when.

use contracts::terms::ReviewOutcome;
use kernel::ids::OrderId;
use kernel::text::ShortText;
use kernel::{Failure, Timestamp};

use super::ports::reviews::{Reviews, Settling};
use crate::domain::review::{RefusedSale, Review, Settled};

/// Why it is not settled.
#[derive(Debug, thiserror::Error)]
pub enum SettleError {
    #[error("nothing to settle has this id")]
    NotFound,
    #[error("it is settled")]
    Settled,
    #[error(transparent)]
    Failure(#[from] Failure),
}

/// Who settles, and what was found.
#[derive(Debug)]
pub struct Finding {
    pub note: ShortText,
    pub by: String,
    pub at: Timestamp,
}

/// Settles a review. What waits on the suspense accounts is booked away.
pub async fn settle_review(
    reviews: &impl Reviews,
    id: OrderId,
    outcome: ReviewOutcome,
    finding: Finding,
) -> Result<Review, SettleError> {
    let review = reviews.find_review(id).await?.ok_or(SettleError::NotFound)?;
    if review.settled.is_some() {
        return Err(SettleError::Settled);
    }
    let Finding { note, by, at } = finding;
    let review = Review { settled: Some(Settled { outcome, note, by, at }), ..review };
    once(reviews.settle_review(&review).await?, review)
}

/// Settles a refused sale: a person has seen to it. `number` is its sequence number if that cannot be read.
pub async fn settle_refused(
    reviews: &impl Reviews,
    id: &str,
    number: Option<i64>,
    finding: Finding,
) -> Result<RefusedSale, SettleError> {
    let sale = reviews.find_refused(id).await?.ok_or(SettleError::NotFound)?;
    if sale.settled_at.is_some() {
        return Err(SettleError::Settled);
    }
    let Finding { note, by, at } = finding;
    let terminal_sequence = sale.terminal_sequence.or(number);
    let (note, settled_by, settled_at) = (Some(note), Some(by), Some(at));
    let sale = RefusedSale { terminal_sequence, note, settled_by, settled_at, ..sale };
    once(reviews.settle_refused(&sale).await?, sale)
}

fn once<T>(settling: Settling, settled: T) -> Result<T, SettleError> {
    match settling {
        Settling::Now => Ok(settled),
        Settling::Before => Err(SettleError::Settled),
    }
}
