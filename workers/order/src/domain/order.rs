//! What an order is, in any channel, and what may be done with it in each state.
//!
//! Out of scope: how it is priced ([`selling::pricing`]) and how a checkout proceeds (`checkout`). The wire form is
//! `adapters/http/order_json.rs`.

mod changes;

use contracts::stock::StockItem;
use contracts::terms::{Language, LineKind, PaymentMethod, PaymentTerms, SalesChannel};
use kernel::ids::{CustomerId, OrderId, PaymentId, ProductId, WarehouseId};
use kernel::text::{Code, Email, Name, Region, ShortText, Sku};
use kernel::{Currency, Date, Money, Quantity, TimeZone, Timestamp};
use schemars::JsonSchema;
use selling::pricing::{PriceLine, PricedLine, Totals};
use selling::tender::CashGiven;
use serde::{Deserialize, Serialize};

macro_rules! words {
    ($($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident),* $(,)? })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
        pub enum $name { $($(#[$vdoc])* $variant),* }

        impl $name {
            /// Every value.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The word, as in JSON and in the database.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => stringify!($variant)),* }
            }
        }
    )*};
}

words! {
    /// The status of an order.
    OrderStatus {
        /// Exists and waits for payment; holds no stock.
        PendingPayment,
        /// Payment is authorised and stock is deducted: only completion follows.
        PaymentConfirmed,
        /// Paid, or on account, and the goods belong to the customer.
        Completed,
        /// Ended without a sale.
        Cancelled,
    }

    /// The status of a payment attempt.
    PaymentStatus {
        /// Started; the provider may not know it.
        Pending,
        /// The provider did not answer.
        Unknown,
        /// The money is reserved.
        Authorised,
        /// The money is taken, or on account.
        Captured,
        /// Refused.
        Declined,
        /// Ended before any money moved.
        Voided,
    }
}

mod shipment;
pub use shipment::{
    Carriage, Fulfilment, PickError, Sent, Shipment, ShipmentLine, ShipmentMethod, ShipmentStatus,
    ShipmentStep, pick,
};

/// An order with its lines, payments and shipments.
#[derive(Debug, Clone, PartialEq)]
pub struct Order {
    /// Its id, which the client may choose.
    pub id: OrderId,
    /// `ORD-2026-000001`; empty until the creating batch assigns it.
    pub number: String,
    /// The channel through which it came.
    pub channel: SalesChannel,
    pub status: OrderStatus,
    /// How much of the goods is out.
    pub fulfilment: Fulfilment,
    /// The warehouse that serves it.
    pub warehouse_id: WarehouseId,
    /// The time zone of that warehouse; none for that of the books.
    pub time_zone: Option<TimeZone>,
    /// Its owner, for callers who see only their own orders.
    pub owner: Option<String>,
    /// The hash of the token of a guest who placed it.
    pub guest_token: Option<String>,
    pub customer_id: Option<CustomerId>,
    /// The contact for notices, and the name on the invoice.
    pub contact: Option<Contact>,
    /// The delivery address; decides the tax region.
    pub shipping_address: Option<Address>,
    /// Who gets the invoice, if it is not the delivery address. It never decides the tax.
    pub billing_address: Option<Address>,
    /// The currency of every amount.
    pub currency: Currency,
    pub lines: Vec<OrderLine>,
    pub totals: Totals,
    /// What was paid beyond the total because cash was rounded; negative when less was paid.
    pub cash_rounding: Money,
    /// To which cash is rounded; none when it is not.
    pub smallest_coin: Option<Money>,
    /// The total of its refunds.
    pub refunded: Money,
    /// Payment attempts, oldest first.
    pub payments: Vec<Payment>,
    /// Oldest first.
    pub shipments: Vec<Shipment>,
    /// When a customer on account pays.
    pub payment_terms: Option<PaymentTerms>,
    /// The customer's own number for it.
    pub purchase_order_number: Option<ShortText>,
    /// The till and its sequence number for the sale.
    pub till: Option<TillStamp>,
    /// When the sale took place.
    pub sold_at: Timestamp,
    /// The day to which the sale belongs, in the time zone of its shop; none before somebody pays for it.
    pub business_day: Option<Date>,
    /// Whether a till made it without a connection.
    pub offline: bool,
    /// Why a person should review it.
    pub review_reason: Option<String>,
    /// By how much it differs from the list, net of tax, if that is beyond the shop's limits.
    pub price_deviation: Option<Money>,
    /// What was not in stock, from the deduction until the completion.
    pub missing: Vec<Missing>,
    /// When the payment was certain and the goods were taken from stock.
    pub confirmed_at: Option<Timestamp>,
    pub completed_at: Option<Timestamp>,
    /// Why and when it ended without a sale.
    pub cancellation: Option<Cancellation>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    /// Rises with each change.
    pub version: i64,
}

/// The person an order is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "OrderContact")]
pub struct Contact {
    /// Where notices go.
    pub email: Email,
    /// The name on receipt and invoice.
    pub name: Name,
    /// The language of the notices; none for that of the house.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
}

/// An address, for delivery or for the invoice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Address {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Name>,
    /// Street and number.
    pub line1: ShortText,
    /// The rest of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line2: Option<ShortText>,
    pub city: Name,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub postal_code: Option<Code>,
    /// Country and subdivision. That of the delivery decides the tax.
    pub region: Region,
}

/// The till that made a sale, the cashier, and the till's sequence number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TillStamp {
    pub terminal_id: Code,
    /// Its sequence number, without gaps from 1.
    pub sequence: Option<i64>,
    /// The cashier whom the till names.
    pub cashier_id: Option<String>,
    /// Who sent the sale; none for sales from before this was recorded.
    pub recorded_by: Option<String>,
}

/// Units of an article that were sold and not in stock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    pub units: i64,
    /// What they were booked with.
    pub cost: Money,
}

/// What of a sale is beyond the shop's limits: it waits on the suspense accounts until a manager settles it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deviation {
    /// By how much the sale differs from the list, net of tax: positive when too little was charged.
    pub price: Money,
    /// The cost of units that were not in stock.
    pub missing_cost: Money,
}

/// A line of an order.
#[derive(Debug, Clone, PartialEq)]
pub struct OrderLine {
    /// Its number in the order, which no other line of the order ever has.
    pub line: i64,
    /// What is sold, with the unit price at the time of the order.
    pub item: PriceLine,
    /// Its amounts.
    pub price: PricedLine,
    pub product_id: ProductId,
    /// The cost of its goods; none until stock is deducted.
    pub cost: Option<Money>,
    /// What of the goods was sent; none before the order is completed, and for a sale at a till.
    pub sent: Option<Sent>,
}

/// A payment attempt.
#[derive(Debug, Clone, PartialEq)]
pub struct Payment {
    /// Its id, also at the provider.
    pub id: PaymentId,
    pub method: PaymentMethod,
    pub amount: Money,
    /// Cash received, and the change.
    pub cash: Option<CashGiven>,
    pub status: PaymentStatus,
    /// Why it failed.
    pub failure_reason: Option<String>,
    /// The key of the request that started it.
    pub idempotency_key: Option<String>,
    pub created_at: Timestamp,
}

/// Why and when an order ended without a sale.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "OrderCancellation")]
pub struct Cancellation {
    pub reason: String,
    /// Whether the system did it, because stock ran out or nobody paid in time.
    pub auto_cancelled: bool,
    pub at: Timestamp,
}

/// How long a guest's token opens an order, in seconds: as long as goods may come back.
pub const GUEST_TOKEN_SECONDS: i64 = 90 * 86_400;

impl Order {
    /// A new order of any channel, before its buyer is set.
    #[must_use]
    pub fn new(
        id: OrderId,
        channel: SalesChannel,
        warehouse_id: WarehouseId,
        lines: Vec<OrderLine>,
        totals: Totals,
        now: Timestamp,
    ) -> Self {
        let currency = totals.total.currency();
        Self {
            id,
            number: String::new(),
            channel,
            status: OrderStatus::PendingPayment,
            fulfilment: Fulfilment::Unfulfilled,
            warehouse_id,
            time_zone: None,
            owner: None,
            guest_token: None,
            customer_id: None,
            contact: None,
            shipping_address: None,
            billing_address: None,
            currency,
            lines,
            totals,
            cash_rounding: Money::zero(currency),
            smallest_coin: None,
            refunded: Money::zero(currency),
            payments: Vec::new(),
            shipments: Vec::new(),
            payment_terms: None,
            purchase_order_number: None,
            till: None,
            sold_at: now,
            business_day: None,
            offline: false,
            review_reason: None,
            price_deviation: None,
            missing: Vec::new(),
            confirmed_at: None,
            completed_at: None,
            cancellation: None,
            created_at: now,
            updated_at: now,
            version: 1,
        }
    }

    /// Whether a guest's token, by its hash, still opens it.
    #[must_use]
    pub fn opens(&self, token_hash: &str, now: Timestamp) -> bool {
        let in_time = now < self.created_at.plus_seconds(GUEST_TOKEN_SECONDS);
        in_time && self.guest_token.as_deref() == Some(token_hash)
    }

    /// What the order takes from stock: goods only, one item per SKU. None when the sum of the lines of one SKU is more
    /// than a quantity can be.
    #[must_use]
    pub fn stock_items(&self) -> Option<Vec<StockItem>> {
        stock_items(self.lines.iter().map(|line| (&line.item.sku, line.item.kind, line.item.quantity)))
    }
}

/// Adds up the goods per SKU, in order of first appearance. None: too many units of one SKU.
pub fn stock_items<'a>(
    lines: impl IntoIterator<Item = (&'a Sku, LineKind, Quantity)>,
) -> Option<Vec<StockItem>> {
    let mut items: Vec<StockItem> = Vec::new();
    let mut places = std::collections::BTreeMap::new();
    for (sku, kind, quantity) in lines {
        if kind != LineKind::Goods {
            continue;
        }
        if let Some(item) = places.get(sku).and_then(|place: &usize| items.get_mut(*place)) {
            item.quantity = item.quantity.plus(quantity)?;
        } else {
            places.insert(sku, items.len());
            items.push(StockItem { sku: sku.clone(), quantity });
        }
    }
    Some(items)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_one_sku_are_one_item_and_only_goods_move() {
        let sku = |text: &str| Sku::parse(text).unwrap();
        let (a, b, post) = (sku("A"), sku("B"), sku("POST"));
        let units = |units| Quantity::new(units).unwrap();
        let items = stock_items([
            (&b, LineKind::Goods, units(2)),
            (&a, LineKind::Goods, units(1)),
            (&post, LineKind::Shipping, units(1)),
            (&b, LineKind::Goods, units(3)),
        ]);
        let shown: Vec<_> =
            items.unwrap().iter().map(|item| (item.sku.to_string(), item.quantity.units())).collect();
        assert_eq!(shown, [("B".to_owned(), 5), ("A".to_owned(), 1)]);
        assert_eq!(
            stock_items([(&a, LineKind::Goods, units(1_000_000)), (&a, LineKind::Goods, units(1))]),
            None
        );
    }
}
