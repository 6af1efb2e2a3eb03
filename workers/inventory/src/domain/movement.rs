//! A change of one SKU's stock.

use kernel::text::Sku;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What moved the goods.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum MovementKind {
    Sale,
    /// Goods of a refund came back.
    Return,
    /// Counted, broken, lost or found.
    Adjustment,
    /// Goods bought, or brought in when the system starts.
    Receipt,
    /// Units were added that had been sold before they were recorded as received.
    Variance,
    /// They left for another warehouse.
    TransferOut,
    /// They arrived from another warehouse.
    TransferIn,
}

impl MovementKind {
    /// The word, as in JSON and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sale => "Sale",
            Self::Return => "Return",
            Self::Adjustment => "Adjustment",
            Self::Receipt => "Receipt",
            Self::Variance => "Variance",
            Self::TransferOut => "TransferOut",
            Self::TransferIn => "TransferIn",
        }
    }
}

/// The booked movement of one SKU in an operation.
#[derive(Debug, Clone, Deserialize)]
pub struct Moved {
    pub kind: MovementKind,
    pub sku: Sku,
    /// Units; negative when they left.
    pub quantity: i64,
    /// The change of the stock's value at cost, in minor units.
    pub value_minor: i64,
}
