//! Closes a variance: somebody looked why goods were sold that were not known to be there.

use contracts::stock::MovementReviewed;
use kernel::Failure;
use kernel::text::ShortText;

use super::ports::{Reviewed, Stock};

/// Why it was not closed.
#[derive(Debug, thiserror::Error)]
pub enum ReviewMovementError {
    /// There is no such movement.
    #[error("no such movement")]
    Unknown,
    /// It waits for no review.
    #[error("the movement waits for no review")]
    NotOpen,
    /// The outside failed.
    #[error(transparent)]
    Failure(#[from] Failure),
}

/// Closes one variance with a note.
pub async fn review_movement(
    stock: &impl Stock,
    movement_id: &str,
    note: &ShortText,
) -> Result<MovementReviewed, ReviewMovementError> {
    match stock.review(movement_id, note).await? {
        Reviewed::Done(review) => Ok(review),
        Reviewed::Unknown => Err(ReviewMovementError::Unknown),
        Reviewed::NotOpen => Err(ReviewMovementError::NotOpen),
    }
}
