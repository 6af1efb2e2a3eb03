//! What the use cases need from the outside, in their own terms. Every writing method is one whole business
//! transaction.

mod catalogue;
mod stock;
mod transfers;
mod warehouses;

use kernel::Failure;

pub use catalogue::Catalogue;
pub use stock::{Adjustments, Decision, Deductions, Holdings, ReorderPoints, Restocks, Reviews};
pub use transfers::{ChangeTransfers, Transfers};
pub use warehouses::{SaveWarehouses, Warehouses};

/// Why the store moved nothing. A change of stock happens once per id: a repeated call with the same request gets the
/// answer of the first.
#[derive(Debug, thiserror::Error)]
pub enum Unmoved {
    /// An earlier call with the same id had another request, or the state does not allow it.
    #[error("the id or the state does not allow it")]
    Conflict,
    /// At least one line has too little stock, or had too little when the order was refused.
    #[error("too little")]
    Short,
    /// At least one SKU is not kept in this warehouse, or the warehouse does not exist.
    #[error("unknown stock")]
    UnknownStock,
    /// Units or values beyond the range of the books.
    #[error("too much")]
    TooMuch,
    /// The outside failed.
    #[error(transparent)]
    Failure(#[from] Failure),
}
