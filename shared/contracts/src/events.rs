//! The events, each with its data. All money in one event has one currency, and is written in minor units.

mod books;
mod goods;
mod mail;
mod sales;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::{Queue, Service};

pub use books::{AccountCreated, InvoicePaid, JournalEntryPosted, ReceivableChanged, UserData};
pub use goods::{
    AdjustedLine, PriceChanged, ProductData, StockAdjusted, StockDepleted, StockLow, StockTransferred,
    VariantData, WarehouseChanged,
};
pub use mail::{
    CancelledBecause, CancelledMail, InvoiceMail, MailContent, MailLine, MailRequested, MailTotals,
    OrderMail, OrderName, Recipient, RefundMail, ResetMail, ShipmentMail,
};
pub use sales::{
    CompletedLine, DeviationSettled, OrderCancelled, OrderCompleted, OrderRefunded, OrderSummary,
    OrderedLine, PaymentConfirmed, PaymentPart, RefundedLine, SaleDeviation, TillClosed,
};

macro_rules! events {
    ($($(#[doc = $doc:literal])* $name:ident($data:ty) $(version $version:literal)? by $($producer:ident)and+ => $entity:literal, [$($queue:ident),*];)*) => {
        /// Something that happened in a service, as its producer publishes it. A reader looks at the [`EventKind`], and
        /// reads the data of the kinds that it wants.
        #[derive(Debug, Clone, PartialEq)]
        pub enum Event { $($(#[doc = $doc])* $name($data)),* }

        /// What kind of event it is.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum EventKind { $($(#[doc = $doc])* $name),* }

        impl Event {
            /// Its kind.
            #[must_use]
            pub const fn kind(&self) -> EventKind {
                match self { $(Self::$name(_) => EventKind::$name),* }
            }

            /// An event from its kind and its data, for tools and tests that follow every kind.
            #[cfg(not(target_arch = "wasm32"))]
            pub fn of(kind: EventKind, data: &str) -> serde_json::Result<Self> {
                Ok(match kind { $(EventKind::$name => Self::$name(serde_json::from_str(data)?)),* })
            }

            /// Its data as JSON.
            pub fn data(&self) -> serde_json::Result<Box<RawValue>> {
                match self { $(Self::$name(data) => serde_json::value::to_raw_value(data)),* }
            }
        }

        impl EventKind {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// The event's name, as in `type`.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => stringify!($name)),* }
            }

            /// What it means, for the description.
            #[must_use]
            pub const fn meaning(self) -> &'static str {
                match self { $(Self::$name => concat!($($doc),*)),* }
            }

            /// The version of its data's shape.
            #[must_use]
            pub const fn version(self) -> u32 {
                match self { $(Self::$name => events!(@version $($version)?)),* }
            }

            /// The services that publish it.
            #[must_use]
            pub const fn producers(self) -> &'static [Service] {
                match self { $(Self::$name => &[$(Service::$producer),+]),* }
            }

            /// What the event is about.
            #[must_use]
            pub const fn entity_type(self) -> &'static str {
                match self { $(Self::$name => $entity),* }
            }

            /// The queues whose readers want it.
            #[must_use]
            pub const fn readers(self) -> &'static [Queue] {
                match self { $(Self::$name => &[$(Queue::$queue),*]),* }
            }

            /// The kind of a name.
            #[must_use]
            pub fn parse(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|kind| kind.name() == name)
            }

            /// The schema of its data.
            #[must_use]
            pub fn schema(self, generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
                match self { $(Self::$name => generator.subschema_for::<$data>()),* }
            }
        }
    };
    (@version) => { 1 };
    (@version $version:literal) => { $version };
}

// Version 1 of an event with money wrote it as decimal text. Readers accept both (docs/deploy.md, Upgrading).
events! {
    /// A product with its first variants.
    ProductCreated(ProductData) by Product => "product", [InventoryInbox];
    /// A product changed; variants may be new.
    ProductUpdated(ProductData) by Product => "product", [InventoryInbox];
    /// A product was removed from the catalogue.
    ProductDeleted(ProductData) by Product => "product", [InventoryInbox];
    /// A variant's retail price changed.
    PriceChanged(PriceChanged) version 2 by Product => "product", [OrderInbox];
    /// A warehouse was created or changed.
    WarehouseChanged(WarehouseChanged) by Inventory => "warehouse", [OrderInbox];
    /// The last unit left a warehouse.
    StockDepleted(StockDepleted) by Inventory => "stock", [OrderInbox];
    /// Stock fell to its reorder point.
    StockLow(StockLow) by Inventory => "stock", [];
    /// A transfer was shipped or received.
    StockTransferred(StockTransferred) by Inventory => "transfer", [];
    /// Stock was adjusted for a reason other than buying it.
    StockAdjusted(StockAdjusted) version 2 by Inventory => "adjustment", [AccountingInbox];
    /// Goods came in.
    StockReceived(StockAdjusted) version 2 by Inventory => "adjustment", [AccountingInbox];
    /// An order exists and waits for payment.
    OrderCreated(OrderSummary) version 2 by Order => "order", [];
    /// A payment was taken.
    PaymentConfirmed(PaymentConfirmed) version 2 by Order => "order", [];
    /// Goods are handed over and paid for, or on account.
    OrderCompleted(OrderCompleted) version 2 by Order => "order", [AccountingInbox];
    /// An order ended without a sale.
    OrderCancelled(OrderCancelled) by Order => "order", [];
    /// Money or credit went back, with or without goods.
    OrderRefunded(OrderRefunded) version 2 by Order => "refund", [AccountingInbox];
    /// A manager settled what an offline sale had beyond the shop's limits.
    DeviationSettled(DeviationSettled) version 2 by Order => "order", [AccountingInbox];
    /// A till's day was counted and closed.
    TillClosed(TillClosed) version 2 by Order => "tillClosing", [AccountingInbox];
    /// An account was added to the chart.
    AccountCreated(AccountCreated) by Accounting => "account", [];
    /// An entry was posted.
    JournalEntryPosted(JournalEntryPosted) version 2 by Accounting => "journalEntry", [];
    /// A customer paid an invoice, in part or whole.
    InvoicePaid(InvoicePaid) version 2 by Accounting => "invoice", [OrderInbox];
    /// A payment bounced, or a customer's credit was paid out.
    ReceivableChanged(ReceivableChanged) version 2 by Accounting => "payment", [OrderInbox];
    /// Somebody is to be told something by mail. The order service and the gateway say what; the mail service writes it.
    MailRequested(MailRequested) version 2 by Order and Gateway => "mail", [MailInbox];
    /// A user was added.
    UserCreated(UserData) by Gateway => "user", [OrderInbox];
    /// A user changed.
    UserUpdated(UserData) by Gateway => "user", [OrderInbox];
    /// A user was removed.
    UserDeleted(UserData) by Gateway => "user", [OrderInbox];
}

#[cfg(test)]
mod tests {
    use kernel::{Currency, Money};

    use super::*;

    fn usd(minor: i64) -> Money {
        Money::from_minor(minor, Currency::USD).unwrap()
    }

    /// The form of version 1 is pinned: queues, outboxes and dead letters may hold messages of an older release.
    #[test]
    fn money_is_written_in_minor_units_and_read_in_decimals_too() {
        let event = |money: &str| {
            format!(
                r#"{{"invoiceId":"0193e9a0-0000-7000-8000-000000000001","orderId":"0193e9a0-0000-7000-8000-000000000002","customerId":null,"amount":{money}}}"#
            )
        };
        let (old, new) = (r#"{"amount":"12.50","currency":"USD"}"#, r#"{"minor":1250,"currency":"USD"}"#);
        for money in [old, new] {
            let Ok(Event::InvoicePaid(paid)) = Event::of(EventKind::InvoicePaid, &event(money)) else {
                panic!("{money} is refused")
            };
            assert_eq!(paid.amount, usd(1250));
            assert_eq!(Event::InvoicePaid(paid).data().unwrap().get(), event(new));
        }
    }

    #[test]
    fn a_till_that_nobody_counted_is_read_from_a_message_of_any_version() {
        for (money, counted, expected) in [
            (r#"{"amount":"9.00","currency":"USD"}"#, r#","countedCash":null"#, None),
            (r#"{"amount":"9.00","currency":"USD"}"#, "", None),
            (
                r#"{"amount":"9.00","currency":"USD"}"#,
                r#","countedCash":{"amount":"8.00","currency":"USD"}"#,
                Some(usd(800)),
            ),
            (r#"{"minor":900,"currency":"USD"}"#, r#","countedCash":null"#, None),
            (
                r#"{"minor":900,"currency":"USD"}"#,
                r#","countedCash":{"minor":800,"currency":"USD"}"#,
                Some(usd(800)),
            ),
        ] {
            let data = format!(
                r#"{{"closingId":"0193e9a0-0000-7000-8000-000000000001","terminalId":"T1","closingNumber":1,"closedAt":"2026-11-20T20:00:00.000Z","currency":"USD","sales":1,"total":{money},"expectedCash":{money}{counted}}}"#
            );
            let closed: TillClosed = serde_json::from_str(&data).unwrap();
            assert_eq!(
                (closed.total, closed.expected_cash, closed.counted_cash),
                (usd(900), usd(900), expected)
            );
        }
    }

    /// A money field without `with = "MinorUnits"` would be written as a decimal.
    #[test]
    fn every_event_with_money_tells_minor_units_and_says_version_2() {
        for kind in EventKind::ALL {
            let mut generator = schemars::SchemaGenerator::default();
            let _ = kind.schema(&mut generator);
            let has = |name: &str| generator.definitions().contains_key(name);
            assert!(!has("Money"), "{}", kind.name());
            assert_eq!(kind.version(), if has("MinorUnits") { 2 } else { 1 }, "{}", kind.name());
        }
    }
}
