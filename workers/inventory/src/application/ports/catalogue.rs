//! The items of the catalogue that this service has received.

use std::future::Future;

use contracts::events::ProductData;
use kernel::text::Sku;
use kernel::{Failure, Timestamp};

/// The items.
pub trait Catalogue: Sync {
    /// Keeps a row in every warehouse for these SKUs of a product, and retires the product's other SKUs. A later
    /// message of the catalogue takes precedence.
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

    /// Marks a message as received that changes nothing here.
    fn ignore(&self) -> impl Future<Output = Result<(), Failure>> + Send;
}
