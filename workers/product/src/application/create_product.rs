//! Adds a product to the catalogue, with the handle and the SKUs that the request left out.

use kernel::Timestamp;
use kernel::ids::ProductId;

use super::ports::{Products, Saved};
use super::{ATTEMPTS_MAX, ChangeError};
use crate::domain::draft::ProductDraft;
use crate::domain::product::Product;

/// One read of the names' owners, one batch.
pub async fn create_product(
    products: &impl Products,
    draft: ProductDraft,
    id: ProductId,
    now: Timestamp,
) -> Result<Product, ChangeError> {
    let wanted = draft.wanted(&draft.suggested_handle())?;
    for _ in 0..ATTEMPTS_MAX {
        let claims = products.claims(&wanted).await?;
        let product = draft.clone().create(id, &claims, now)?;
        if products.create(&product).await? == Saved::Done {
            return Ok(product);
        }
    }
    Err(ChangeError::Contended)
}
