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
    /// What a shopper has put together and not ordered yet.
    CartId,
    /// An order of any channel.
    OrderId,
    /// A line of an order.
    LineId,
    /// A shipment of an order.
    ShipmentId,
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

impl LineId {
    /// The id of a line, which follows from its order and its number: the number, spread over the last 48 bits, and the
    /// order's id.
    #[must_use]
    pub const fn of(order: OrderId, line: i64) -> Self {
        let spread = line.cast_unsigned().wrapping_mul(0x9e37_79b9_7f4b) & 0xffff_ffff_ffff;
        Self(Uuid::from_u128(order.0.as_u128() ^ spread as u128))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_neighbouring_orders_have_their_own_ids() {
        let order =
            |number: u128| OrderId(Uuid::from_u128(0x0193_e9a0_0000_7000_8000_0000_0000_0000 + number));
        let mut ids = std::collections::BTreeSet::new();
        for number in 0..200_u128 {
            assert!((1..=200).all(|line| ids.insert(LineId::of(order(number), line))), "{number}");
        }
        assert_eq!(LineId::of(order(1), 1).to_string(), "0193e9a0-0000-7000-8000-9e3779b97f4a");
    }
}
