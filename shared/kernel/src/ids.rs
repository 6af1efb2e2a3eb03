//! Identities: UUIDs with a type each, so that an order id is never taken for a product id.

use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl $name {
            /// Parses the hyphenated form.
            #[must_use]
            pub fn parse(text: &str) -> Option<Self> {
                Uuid::try_parse(text).ok().map(Self)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                std::fmt::Display::fmt(&self.0, f)
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }
    )*};
}

ids! {
    /// A product.
    ProductId,
    /// A category.
    CategoryId,
    /// A warehouse or shop that holds stock.
    WarehouseId,
    /// A stock adjustment.
    AdjustmentId,
    /// A stock transfer.
    TransferId,
    /// A customer.
    CustomerId,
    /// An order of any channel.
    OrderId,
    /// A payment, successful or not.
    PaymentId,
    /// A refund or credit note.
    RefundId,
    /// A closing of a till's day.
    ClosingId,
    /// A journal entry.
    EntryId,
    /// A fiscal period.
    PeriodId,
    /// An invoice.
    InvoiceId,
    /// A customer's credit: the id of the refund, the credit note or the payment that left it.
    CreditId,
    /// A user of the system.
    UserId,
    /// A message between services.
    MessageId,
    /// A mail to a person.
    MailId,
    /// A run of the reconciliation.
    ReconciliationId,
}
