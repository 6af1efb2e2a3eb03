//! The statements, by subject.

pub(super) mod attempts;
pub(super) mod audit;
pub(super) mod carts;
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
pub(super) mod shipments;
pub(super) mod tax_rates;
#[cfg(feature = "test-provider")]
pub(crate) mod test_provider;
pub(super) mod tills;

use store::Sql;

/// Every statement of these modules.
pub(super) fn all() -> Vec<&'static Sql> {
    [
        attempts::ALL,
        audit::ALL,
        carts::ALL,
        checkout::ALL,
        customers::ALL,
        notices::ALL,
        placing::ALL,
        provider::ALL,
        #[cfg(feature = "test-provider")]
        test_provider::ALL,
        reading::ALL,
        receipts::ALL,
        refund_audit::ALL,
        refunds::ALL,
        reviews::ALL,
        shipments::ALL,
        tax_rates::ALL,
        tills::ALL,
    ]
    .concat()
}
