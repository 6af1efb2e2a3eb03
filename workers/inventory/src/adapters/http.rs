//! The route table; one file per use case.

mod deduct_stock;

use platform::Platform;
use web::{Grant, Routes};

/// Every route of the service.
#[must_use]
pub fn routes<P: Platform>() -> Routes<P> {
    Routes::new().post("/inventory/deduct", Grant::Internal, deduct_stock::handle::<P>)
}
