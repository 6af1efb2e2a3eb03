//! What the use cases need of the world, in their own words. Every writing method is one whole
//! business transaction.

mod catalogue;
mod stock;
mod transfers;
mod warehouses;

use kernel::Failure;

pub use catalogue::Catalogue;
pub use stock::{Adjustments, Decision, Deductions, Holdings, ReorderPoints, Restocks, Reviews};
pub use transfers::{ChangeTransfers, Transfers};
pub use warehouses::{SaveWarehouses, Warehouses};

/// Why the store moved nothing. A change of stock happens once per id: a repeated call with the same request is
/// answered as the first.
#[derive(Debug, thiserror::Error)]
pub enum Unmoved {
    /// An earlier call with the same id asked for something else, or the state does not allow it.
    #[error("the id or the state does not allow it")]
    Conflict,
    /// At least one line has too little, or had when the order was refused.
    #[error("too little")]
    Short,
    /// At least one SKU is not kept in this warehouse, or there is no such warehouse.
    #[error("unknown stock")]
    UnknownStock,
    /// Units or values beyond what the books can hold.
    #[error("too much")]
    TooMuch,
    /// The outside failed.
    #[error(transparent)]
    Failure(#[from] Failure),
}
