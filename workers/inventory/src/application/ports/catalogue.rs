//! What the catalogue told this service.

use std::future::Future;

use contracts::events::ProductData;
use kernel::text::Sku;
use kernel::{Failure, Timestamp};

/// The items that there are.
pub trait Catalogue: Sync {
    /// Keeps a row in every warehouse for these SKUs of a product, and retires the product's others. What the
    /// catalogue said later stands.
    fn keep(
        &self,
        product: &ProductData,
        goods: &[&Sku],
        said_at: Timestamp,
    ) -> impl Future<Output = Result<(), Failure>> + Send;

    /// Retires these SKUs of a product and any others it has; their stock stays.
    fn retire(
        &self,
        product: &ProductData,
        goods: &[&Sku],
        said_at: Timestamp,
    ) -> impl Future<Output = Result<(), Failure>> + Send;

    /// Takes note of a message that changes nothing here.
    fn ignore(&self) -> impl Future<Output = Result<(), Failure>> + Send;
}
