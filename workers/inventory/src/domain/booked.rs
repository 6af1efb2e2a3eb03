//! What an operation moved, and what its caller is told of it: always made of its movements, which never change.

use std::collections::BTreeMap;

use contracts::stock::{
    AdjustStock, Adjustment, DeductStock, DeductedItem, GoodsRestocked, RestockGoods, StockDeducted, Transfer,
    TransferItem, TransferStatus,
};
use contracts::events::StockChange;
use kernel::ids::AdjustmentId;
use kernel::money::MoneyError;
use kernel::text::Sku;
use kernel::{Currency, Money, Quantity, Timestamp};

/// The movements of an operation: units and value of each SKU.
#[derive(Debug)]
pub struct Booked {
    /// When.
    pub at: Timestamp,
    currency: Currency,
    moved: BTreeMap<Sku, Moved>,
}

/// What an operation moved of one SKU.
#[derive(Debug, Clone, Copy, Default)]
pub struct Moved {
    /// Units, whatever their direction.
    pub value_minor: i64,
    /// Units that came in as a variance, because the sale was of more than was known to be there.
    pub shortage: i64,
}

/// Movements that do not fit what was asked for: a defect.
#[derive(Debug, thiserror::Error)]
pub enum BookedError {
    #[error("the operation has no movement of {0}")]
    Missing(Sku),
    #[error(transparent)]
    Money(#[from] MoneyError),
}
