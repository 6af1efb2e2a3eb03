//! Processes events of the catalogue: goods get a row of stock in every warehouse.

use contracts::events::ProductData;
use contracts::terms::LineKind;
use kernel::text::Sku;
use kernel::{Failure, Timestamp};

use super::ports::Catalogue;

/// A product exists, or changed.
pub async fn take_in_product(
    catalogue: &impl Catalogue,
    product: &ProductData,
    said_at: Timestamp,
) -> Result<(), Failure> {
    catalogue.keep(product, &goods(product), said_at).await
}

/// A product was removed.
pub async fn retire_product(
    catalogue: &impl Catalogue,
    product: &ProductData,
    said_at: Timestamp,
) -> Result<(), Failure> {
    catalogue.retire(product, &goods(product), said_at).await
}

/// Only goods have stock.
fn goods(product: &ProductData) -> Vec<&Sku> {
    product
        .variants
        .iter()
        .filter(|variant| variant.kind == LineKind::Goods)
        .map(|variant| &variant.sku)
        .collect()
}
