//! Replaces a product with all its variants: new ones are added, missing ones are deleted.

use kernel::Timestamp;
use kernel::ids::ProductId;

use super::ports::{Products, Saved};
use super::{ATTEMPTS_MAX, ChangeError};
use crate::domain::change::Change;
use crate::domain::draft::{Claims, ProductDraft, Wanted};
use crate::domain::product::Product;

/// One read of the product, one more of the owners of names that are new to it, one batch when anything differs.
/// `expected` is the version that the caller read, if given.
pub async fn replace_product(
    products: &impl Products,
    id: ProductId,
    draft: &ProductDraft,
    expected: Option<i64>,
    now: Timestamp,
) -> Result<Product, ChangeError> {
    for _ in 0..ATTEMPTS_MAX {
        let before = products.find(id).await?.ok_or(ChangeError::NotFound)?;
        if expected.is_some_and(|expected| expected != before.version) {
            return Err(ChangeError::Stale);
        }
        let handle = draft.handle.as_ref().unwrap_or(&before.handle);
        let foreign = not_its_own(draft.wanted(handle)?, &before);
        let nothing = foreign.handles.is_empty() && foreign.skus.is_empty() && foreign.barcodes.is_empty();
        let claims = if nothing { Claims::default() } else { products.claims(&foreign).await? };
        let after = draft.clone().over(before.clone(), &claims)?;
        if let Some(product) = save(products, before, after, now).await? {
            return Ok(product);
        }
    }
    Err(ChangeError::Contended)
}

/// Writes the differences; none when another writer was faster.
pub(super) async fn save(
    products: &impl Products,
    before: Product,
    after: Product,
    now: Timestamp,
) -> Result<Option<Product>, ChangeError> {
    let change = Change::between(before, after.clone(), now);
    let product = change.as_ref().map_or(after, |change| change.after.clone());
    let saved = products.replace(&product, change.as_ref()).await?;
    Ok((saved == Saved::Done).then_some(product))
}

/// The names that are new to the product.
fn not_its_own(mut wanted: Wanted, product: &Product) -> Wanted {
    wanted.handles.remove(&product.handle);
    for variant in &product.variants {
        wanted.skus.remove(&variant.sku);
        if let Some(barcode) = &variant.barcode {
            wanted.barcodes.remove(barcode);
        }
    }
    wanted
}
