//! Deletes a product from the catalogue. Its SKUs are never reused.

use kernel::Timestamp;
use kernel::ids::ProductId;

use super::ports::{Products, Saved};
use super::{ATTEMPTS_MAX, ChangeError};
use crate::domain::change::Change;

/// One read, one batch.
pub async fn delete_product(
    products: &impl Products,
    id: ProductId,
    expected: Option<i64>,
    now: Timestamp,
) -> Result<(), ChangeError> {
    for _ in 0..ATTEMPTS_MAX {
        let before = products.find(id).await?.ok_or(ChangeError::NotFound)?;
        if expected.is_some_and(|expected| expected != before.version) {
            return Err(ChangeError::Stale);
        }
        if products.delete(&Change::delete(before, now)).await? == Saved::Done {
            return Ok(());
        }
    }
    Err(ChangeError::Contended)
}
