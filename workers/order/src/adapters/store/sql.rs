//! The statements, by subject.

pub(super) mod audit;
pub(super) mod checkout;
pub(super) mod customers;
pub(super) mod notices;
pub(super) mod placing;
pub(crate) mod provider;
pub(super) mod reading;
pub(super) mod receipts;
pub(super) mod refund_audit;
pub(super) mod refunds;
pub(super) mod reviews;
pub(super) mod tax_rates;
pub(super) mod tills;

use store::Sql;

/// Every statement of these modules.
pub(super) fn all() -> Vec<&'static Sql> {
    [
        audit::ALL,
        checkout::ALL,
        customers::ALL,
        notices::ALL,
        placing::ALL,
        provider::ALL,
        reading::ALL,
        receipts::ALL,
        refund_audit::ALL,
        refunds::ALL,
        reviews::ALL,
        tax_rates::ALL,
        tills::ALL,
    ]
    .concat()
}
