//! A till receipt: what it says, apart from how it looks ([`text`], [`html`]).
//!
//! Pure: the same order, the same refunds and the same count of prints give the same characters.

pub mod html;
pub mod text;

use std::collections::BTreeMap;

use kernel::{Currency, Money, MoneyError, Timestamp};

use super::order::{Order, PaymentStatus};
use super::pricing::Rate;

/// What a receipt says, in its order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// Whose shop.
    pub shop_name: String,
    /// Which print of it: 1 is the original, every later one a copy.
    pub print: i64,
    /// `ORD-2026-000001`.
    pub order_number: String,
    /// When the sale took place.
    pub sold_at: Timestamp,
    /// The till and who stood at it.
    pub terminal_id: Option<String>,
    pub cashier: Option<String>,
    /// The currency of every amount.
    pub currency: Currency,
    pub lines: Vec<ReceiptLine>,
    /// The lines before discount and exclusive tax.
    pub subtotal: Money,
    /// Discount on the order.
    pub discount: Money,
    /// Tax by rate.
    pub taxes: Vec<TaxLine>,
    /// What was paid.
    pub total: Money,
    pub payments: Vec<ReceiptPayment>,
    /// What went back since.
    pub refunds: Vec<ReceiptRefund>,
}

/// A line of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceiptLine {
    /// What it is.
    pub name: String,
    pub quantity: i64,
    /// The price of one.
    pub unit_price: Money,
    /// Unit price times quantity, below zero for a line that is a discount.
    pub amount: Money,
    /// Its part of the discount on the order.
    pub discount: Money,
}

/// The tax at one rate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaxLine {
    /// The percentage, `8.25`.
    pub rate: String,
    /// Whether the prices contain it.
    pub inclusive: bool,
    /// The sum it is on, without tax.
    pub net: Money,
    pub tax: Money,
}

/// A payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceiptPayment {
    /// In words for the customer.
    pub method: &'static str,
    /// What it paid of the total.
    pub amount: Money,
    /// Cash handed over, and the change.
    pub cash: Option<(Money, Money)>,
}

/// What went back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceiptRefund {
    pub at: Timestamp,
    pub total: Money,
}

impl Receipt {
    /// The receipt of an order.
    pub fn of(
        order: &Order,
        shop_name: String,
        refunds: Vec<ReceiptRefund>,
        print: i64,
    ) -> Result<Self, MoneyError> {
        let captured = order.payments.iter().filter(|payment| payment.status == PaymentStatus::Captured);
        let payments = captured.map(|payment| ReceiptPayment {
            method: method_words(payment.method),
            amount: payment.amount,
            cash: payment.cash.map(|cash| (cash.tendered, cash.change)),
        });
        Ok(Self {
            shop_name,
            print,
            order_number: order.number.clone(),
            sold_at: order.sold_at,
            terminal_id: order.till.as_ref().map(|till| till.terminal_id.to_string()),
            cashier: order.till.as_ref().and_then(|till| till.cashier_id.clone()),
            currency: order.currency,
            lines: order.lines.iter().map(line).collect(),
            subtotal: order.totals.subtotal,
            discount: order.totals.discount,
            taxes: taxes(order)?,
            total: order.totals.total,
            payments: payments.collect(),
            refunds,
        })
    }

    /// Whether this print must say that it is a copy.
    #[must_use]
    pub const fn is_copy(&self) -> bool {
        self.print > 1
    }
}

fn line(line: &super::order::OrderLine) -> ReceiptLine {
    ReceiptLine {
        name: one_line(line.item.name.as_str()),
        quantity: line.item.quantity.units(),
        unit_price: line.item.unit_price,
        amount: line.price.line_subtotal,
        discount: line.price.discount,
    }
}

/// The lines of each rate added up, low rates first. A line without a rate is in none.
fn taxes(order: &Order) -> Result<Vec<TaxLine>, MoneyError> {
    let nothing = (Money::zero(order.currency), Money::zero(order.currency));
    let mut by_rate = BTreeMap::new();
    for price in order.lines.iter().map(|line| &line.price) {
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

fn method_words(method: contracts::terms::PaymentMethod) -> &'static str {
    use contracts::terms::PaymentMethod;
    match method {
        PaymentMethod::Cash => "Cash",
        PaymentMethod::CardTerminal | PaymentMethod::Card => "Card",
        PaymentMethod::BankTransfer => "Bank transfer",
        PaymentMethod::PurchaseOrder => "On account",
    }
}

/// Names may have line breaks and tabs; paper has none.
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
