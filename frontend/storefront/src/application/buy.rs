//! Buying: from a cart to an order to its payment. Each step can be sent twice and happens once.

use kernel::Money;
use serde::Deserialize;

use super::ports::{Refusal, Till};

/// What opens a guest's cart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CartKey {
    pub id: String,
    pub token: String,
}

impl CartKey {
    /// `id.token`, as a browser keeps it.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (id, token) = text.split_once('.')?;
        let is_id = id.len() == 36 && id.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
        let is_token = token.bytes().all(|byte| byte.is_ascii_hexdigit()) && token.len() <= 64;
        (is_id && is_token).then(|| Self { id: id.to_owned(), token: token.to_owned() })
    }
}

impl std::fmt::Display for CartKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.id, self.token)
    }
}

/// A cart with the prices of now.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Cart {
    pub items: Vec<CartLine>,
    /// Whether it can be ordered as it is.
    pub ready: bool,
    pub subtotal: Money,
    pub tax: Money,
    pub total: Money,
}

/// A line of it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CartLine {
    pub sku: String,
    pub name: Option<String>,
    pub quantity: i64,
    pub unit_price: Option<Money>,
    pub previous_price: Option<Money>,
    pub available: i64,
    pub gone: bool,
}

impl CartLine {
    /// What its units come to, by the price that its buyer sees: with the tax where prices include it.
    #[must_use]
    pub fn shown_total(&self) -> Option<Money> {
        self.unit_price.and_then(|price| price.times(self.quantity).ok())
    }
}

impl Cart {
    /// All units.
    #[must_use]
    pub fn units(&self) -> i64 {
        self.items.iter().fold(0, |sum, line| line.quantity.saturating_add(sum))
    }
}

/// An order.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Order {
    pub id: String,
    pub order_number: String,
    pub status: String,
    pub customer: Option<Contact>,
    pub shipping_address: Option<ShippingAddress>,
    pub items: Vec<OrderLine>,
    pub subtotal: Money,
    pub tax: Money,
    pub total: Money,
    pub payments: Vec<Payment>,
    pub cancellation: Option<Cancellation>,
    pub created_at: kernel::Timestamp,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Contact {
    pub name: String,
    pub email: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ShippingAddress {
    pub name: Option<String>,
    pub line1: String,
    pub line2: Option<String>,
    pub city: String,
    pub postal_code: Option<String>,
    pub region: String,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OrderLine {
    pub sku: String,
    pub name: String,
    pub quantity: i64,
    pub unit_price: Money,
}

impl OrderLine {
    /// What its units come to, by the price that its buyer saw.
    #[must_use]
    pub fn shown_total(&self) -> Money {
        self.unit_price.times(self.quantity).unwrap_or(self.unit_price)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Payment {
    pub status: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Cancellation {
    /// Because it ran out.
    pub auto_cancelled: bool,
}

impl Order {
    #[must_use]
    pub fn is_pending(&self) -> bool {
        self.status == "PendingPayment"
    }

    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.status == "Cancelled"
    }

    /// Whether somebody else got the last one: before a payment, or while it was paid, which voids the payment.
    #[must_use]
    pub fn is_lost(&self) -> bool {
        let sold_out = self.cancellation.as_ref().is_some_and(|end| end.auto_cancelled);
        self.is_cancelled() && (sold_out || self.payments.iter().any(|payment| payment.status == "Voided"))
    }

    /// Whether the bank has not said yet what became of an attempt to pay.
    #[must_use]
    pub fn is_being_paid(&self) -> bool {
        let open =
            |payment: &Payment| matches!(payment.status.as_str(), "Pending" | "Unknown" | "Authorised");
        self.is_pending() && self.payments.iter().any(open)
    }
}

/// What became of an attempt to pay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Paid {
    Done,
    Declined,
    /// The bank does not answer.
    Unknown,
    /// Somebody else was faster. A new cart with what is left, if anything is.
    Lost(Option<(CartKey, i64)>),
    /// The order no longer waits for a payment, or was tried too often.
    Not,
    TooOften,
}

/// Pays, and rescues what is left of an order that lost the race.
pub async fn pay(
    till: &impl Till,
    order: (&str, &str),
    warehouse: Option<&str>,
    card: Option<&str>,
    key: &str,
) -> Result<Paid, Refusal> {
    let (id, token) = order;
    match till.pay(id, token, card, key).await {
        Ok(_) => Ok(Paid::Done),
        Err(Refusal::Declined) => Ok(Paid::Declined),
        Err(Refusal::Unknown(_)) => Ok(Paid::Unknown),
        Err(Refusal::TooOften) => Ok(Paid::TooOften),
        Err(Refusal::Conflict) => Ok(Paid::Not),
        Err(Refusal::OutOfStock(left)) => Ok(Paid::Lost(rescue(till, id, token, warehouse, &left).await)),
        Err(refusal) => Err(refusal),
    }
}

/// A new cart with what is left of an order; none when nothing is, or when it cannot be made: the order's page offers it
/// again.
async fn rescue(
    till: &impl Till,
    id: &str,
    token: &str,
    warehouse: Option<&str>,
    left: &[(String, i64)],
) -> Option<(CartKey, i64)> {
    let order = till.order(id, token).await.ok()?;
    let units = |line: &OrderLine| {
        let on_hand =
            left.iter().find(|(sku, _)| *sku == line.sku).map_or(line.quantity, |(_, units)| *units);
        (line.sku.clone(), on_hand.min(line.quantity))
    };
    let items: Vec<(String, i64)> = order.items.iter().map(units).filter(|(_, units)| *units > 0).collect();
    if items.is_empty() {
        return None;
    }
    let (key, cart) = till.start(warehouse?, &items).await.ok()?;
    Some((key, cart.units()))
}
