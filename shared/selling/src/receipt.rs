//! The content of a till receipt. Its layout is in [`text`] and [`html`].
//!
//! Pure: the same order, the same refunds and the same print number give the same characters.

pub mod html;
pub mod text;

use std::collections::BTreeMap;

use contracts::terms::PaymentMethod;
use kernel::{Currency, Money, MoneyError, Timestamp};

use crate::pricing::{PriceLine, PricedLine, Rate};
use crate::tender::CashGiven;

/// The content of a receipt, in its order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// The name of the shop.
    pub shop_name: String,
    /// The number of this print: 1 is the original, every later one a copy.
    pub print: i64,
    /// `ORD-2026-000001`.
    pub order_number: String,
    /// When the sale took place.
    pub sold_at: Timestamp,
    /// The till and the cashier.
    pub terminal_id: Option<String>,
    pub cashier: Option<String>,
    /// The currency of every amount.
    pub currency: Currency,
    pub lines: Vec<ReceiptLine>,
    /// The lines before discount and exclusive tax.
    pub subtotal: Money,
    /// The whole-order discount.
    pub discount: Money,
    /// Tax by rate.
    pub taxes: Vec<TaxLine>,
    /// What was paid.
    pub total: Money,
    pub payments: Vec<ReceiptPayment>,
    /// The refunds since then.
    pub refunds: Vec<ReceiptRefund>,
}

/// A line of a receipt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceiptLine {
    /// What it is.
    pub name: String,
    pub quantity: i64,
    /// The price of one.
    pub unit_price: Money,
    /// Unit price times quantity; negative for a line that is a discount.
    pub amount: Money,
    /// Its share of the whole-order discount.
    pub discount: Money,
}

/// The tax at one rate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaxLine {
    /// The percentage, `8.25`.
    pub rate: String,
    /// Whether prices include it.
    pub inclusive: bool,
    /// The net amount that is taxed.
    pub net: Money,
    pub tax: Money,
}

/// A payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceiptPayment {
    /// In words for the customer.
    pub method: &'static str,
    /// The part of the total that it paid.
    pub amount: Money,
    /// Cash handed over, and the change.
    pub cash: Option<(Money, Money)>,
}

/// A refund.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceiptRefund {
    pub at: Timestamp,
    pub total: Money,
}

impl Receipt {
    /// Whether this print must say that it is a copy.
    #[must_use]
    pub const fn is_copy(&self) -> bool {
        self.print > 1
    }
}

impl ReceiptLine {
    /// A line as it was priced.
    #[must_use]
    pub fn of(item: &PriceLine, price: &PricedLine) -> Self {
        Self {
            name: one_line(item.name.as_str()),
            quantity: item.quantity.units(),
            unit_price: item.unit_price,
            amount: price.line_subtotal,
            discount: price.discount,
        }
    }
}

impl ReceiptPayment {
    /// A payment that was made.
    #[must_use]
    pub fn of(method: PaymentMethod, amount: Money, cash: Option<CashGiven>) -> Self {
        let cash = cash.map(|cash| (cash.tendered, cash.change));
        Self { method: method_words(method), amount, cash }
    }
}

/// The tax of each rate, low rates first. A line without a rate is in none.
pub fn taxes<'a>(
    currency: Currency,
    prices: impl IntoIterator<Item = &'a PricedLine>,
) -> Result<Vec<TaxLine>, MoneyError> {
    let nothing = (Money::zero(currency), Money::zero(currency));
    let mut by_rate = BTreeMap::new();
    for price in prices {
        let Some(tax) = &price.tax else { continue };
        let (net, sum) = by_rate.entry((tax.rate, tax.inclusive)).or_insert(nothing);
        (*net, *sum) = (net.plus(price.line_total)?, sum.plus(price.tax_amount)?);
    }
    let line = |((rate, inclusive), (net, tax)): ((Rate, bool), (Money, Money))| TaxLine {
        rate: rate.to_string(),
        inclusive,
        net,
        tax,
    };
    Ok(by_rate.into_iter().map(line).collect())
}

fn method_words(method: PaymentMethod) -> &'static str {
    match method {
        PaymentMethod::Cash => "Cash",
        PaymentMethod::CardTerminal | PaymentMethod::Card => "Card",
        PaymentMethod::BankTransfer => "Bank transfer",
        PaymentMethod::PurchaseOrder => "On account",
    }
}

/// Names may have line breaks and tabs; a receipt must not.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// `2026-11-20 10:35 UTC`.
fn minute(at: Timestamp) -> String {
    let text = at.to_string();
    let minute = text.get(..16).unwrap_or_default();
    format!("{} UTC", minute.replace('T', " "))
}

#[cfg(test)]
mod tests;
