//! Closes a variance: a person has checked why goods were sold that were not recorded as on hand.

use contracts::stock::MovementReviewed;
use kernel::Failure;
use kernel::text::ShortText;

use super::ports::Reviews;

/// Why it was not closed.
#[derive(Debug, thiserror::Error)]
pub enum ReviewMovementError {
    #[error("no such movement")]
    Unknown,
    #[error("the movement does not need a review")]
    NotOpen,
    /// The outside failed.
    #[error(transparent)]
    Failure(#[from] Failure),
}

/// Closes one variance with a note.
pub async fn review_movement(
    reviews: &impl Reviews,
    movement_id: &str,
    note: &ShortText,
) -> Result<MovementReviewed, ReviewMovementError> {
    reviews.review(movement_id, note).await
}
