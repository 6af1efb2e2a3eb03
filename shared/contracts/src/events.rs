//! The events, each with its data. Money in one event is of one currency.

mod books;
mod goods;
mod sales;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::{Queue, Service};

pub use books::{AccountCreated, InvoicePaid, JournalEntryPosted, UserData};
pub use goods::{
    PriceChanged, ProductData, StockAdjusted, StockChange, StockDepleted, StockLow, StockTransferred,
    VariantData, WarehouseChanged,
};
pub use sales::{
    CompletedLine, OrderCancelled, OrderCompleted, OrderRefunded, OrderSummary, PaymentConfirmed,
    PaymentPart, RefundedLine, TillClosed,
};

macro_rules! events {
    ($($(#[doc = $doc:literal])* $name:ident($data:ty) by $producer:ident => $entity:literal, [$($queue:ident),*];)*) => {
        /// Something that happened in a service, for whoever publishes it. A reader knows it by its [`EventKind`], and
        /// reads the data of those that it wants.
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

            /// The service that publishes it.
            #[must_use]
            pub const fn producer(self) -> Service {
                match self { $(Self::$name => Service::$producer),* }
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
}

events! {
    /// A product with its first variants.
    ProductCreated(ProductData) by Product => "product", [InventoryInbox];
    /// A product changed; variants may be new.
    ProductUpdated(ProductData) by Product => "product", [InventoryInbox];
    /// A product is gone from the catalogue.
    ProductDeleted(ProductData) by Product => "product", [InventoryInbox];
    /// A variant's retail price changed.
    PriceChanged(PriceChanged) by Product => "product", [OrderInbox];
    /// A warehouse was created or changed.
    WarehouseChanged(WarehouseChanged) by Inventory => "warehouse", [OrderInbox];
    /// The last unit left a warehouse.
    StockDepleted(StockDepleted) by Inventory => "stock", [OrderInbox];
    /// Stock fell to its reorder point.
    StockLow(StockLow) by Inventory => "stock", [];
    /// A transfer was shipped or received.
    StockTransferred(StockTransferred) by Inventory => "transfer", [];
    /// Stock was adjusted for a reason other than buying it.
    StockAdjusted(StockAdjusted) by Inventory => "adjustment", [AccountingInbox];
    /// Goods came in.
    StockReceived(StockAdjusted) by Inventory => "adjustment", [AccountingInbox];
    /// An order exists and waits for payment.
    OrderCreated(OrderSummary) by Order => "order", [];
    /// A payment was taken.
    PaymentConfirmed(PaymentConfirmed) by Order => "order", [];
    /// Goods are handed over and paid for, or on account.
    OrderCompleted(OrderCompleted) by Order => "order", [AccountingInbox];
    /// An order ended without a sale.
    OrderCancelled(OrderCancelled) by Order => "order", [];
    /// Money or credit went back, with or without goods.
    OrderRefunded(OrderRefunded) by Order => "refund", [AccountingInbox];
    /// A till's day was counted and closed.
    TillClosed(TillClosed) by Order => "tillClosing", [AccountingInbox];
    /// An account was added to the chart.
    AccountCreated(AccountCreated) by Accounting => "account", [];
    /// An entry was posted.
    JournalEntryPosted(JournalEntryPosted) by Accounting => "journalEntry", [];
    /// A customer paid an invoice, in part or whole.
    InvoicePaid(InvoicePaid) by Accounting => "invoice", [OrderInbox];
    /// A user was added.
    UserCreated(UserData) by Gateway => "user", [];
    /// A user changed.
    UserUpdated(UserData) by Gateway => "user", [];
    /// A user was removed.
    UserDeleted(UserData) by Gateway => "user", [];
}
