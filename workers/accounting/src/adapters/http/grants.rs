//! What the routes of the books ask for. Who has it stands in `web::auth::TABLE`.

use web::Grant;

/// The books.
pub(crate) const ACCOUNTING_READ: Grant = Grant::new("accounting:read");
/// Entries, accounts, periods.
pub(crate) const ACCOUNTING_WRITE: Grant = Grant::new("accounting:write");
/// Record a payment taken by hand.
pub(crate) const PAYMENT_RECORD: Grant = Grant::new("payments:record");
