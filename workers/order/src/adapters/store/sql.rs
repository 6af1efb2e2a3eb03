//! The statements over orders, their lines, payments and tills.

pub(super) mod audit;
pub(super) mod checkout;
pub(super) mod placing;
pub(super) mod reading;

use store::Sql;

/// Every statement of these modules.
pub(super) fn all() -> Vec<&'static Sql> {
    [audit::ALL, checkout::ALL, placing::ALL, reading::ALL].concat()
}
