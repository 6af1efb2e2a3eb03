//! Changes a variant's retail price or wholesale terms, and nothing else of its product.

use contracts::catalogue::WholesaleTerms;
use kernel::text::Sku;
use kernel::{Money, Timestamp};

use super::ports::Products;
use super::replace_product::save;
use super::{ATTEMPTS_MAX, ChangeError};
use crate::domain::product::Product;

/// The changes; none leaves a value unchanged.
#[derive(Debug, Clone, PartialEq)]
pub struct NewPrices {
    pub price: Option<Money>,
    pub wholesale: NewTerms,
}

/// The change of the wholesale terms.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum NewTerms {
    #[default]
    Keep,
    /// The variant is no longer sold wholesale.
    End,
    Set(WholesaleTerms),
}

/// One read, one batch when anything differs.
pub async fn set_prices(
    products: &impl Products,
    sku: &Sku,
    prices: &NewPrices,
    expected: Option<i64>,
    now: Timestamp,
) -> Result<Product, ChangeError> {
    for _ in 0..ATTEMPTS_MAX {
        let before = products.find_by_sku(sku).await?.ok_or(ChangeError::NotFound)?;
        if expected.is_some_and(|expected| expected != before.version) {
            return Err(ChangeError::Stale);
        }
        let mut after = before.clone();
        let exact = before.variants.iter().any(|variant| variant.sku == *sku);
        let named = |variant: &Sku| if exact { variant == sku } else { variant.key() == sku.key() };
        for variant in after.variants.iter_mut().filter(|variant| named(&variant.sku)) {
            variant.price = prices.price.unwrap_or(variant.price);
            match &prices.wholesale {
                NewTerms::Keep => {}
                NewTerms::End => variant.wholesale = None,
                NewTerms::Set(terms) => variant.wholesale = Some(terms.clone()),
            }
        }
        if let Some(product) = save(products, before, after, now).await? {
            return Ok(product);
        }
    }
    Err(ChangeError::Contended)
}
