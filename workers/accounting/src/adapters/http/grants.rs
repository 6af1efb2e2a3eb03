//! The grants of the accounting routes. `web::auth::TABLE` says who has them.

use web::Grant;

/// The books.
pub(crate) const ACCOUNTING_READ: Grant = Grant::new("accounting:read");
/// Entries, accounts, periods.
pub(crate) const ACCOUNTING_WRITE: Grant = Grant::new("accounting:write");
/// Record a payment taken by hand.
pub(crate) const PAYMENT_RECORD: Grant = Grant::new("payments:record");
