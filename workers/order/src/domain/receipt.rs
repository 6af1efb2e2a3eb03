//! The content of a till receipt. Its layout is in [`text`] and [`html`].
//!
//! Pure: the same order, the same refunds and the same print number give the same characters.

pub mod html;
pub mod text;

use std::collections::BTreeMap;

use kernel::{Currency, LocalTime, Money, MoneyError};

use super::order::{Order, PaymentStatus};
use super::pricing::Rate;

/// The content of a receipt, in its order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// The name of the shop.
    pub shop_name: String,
    /// The number of this print: 1 is the original, every later one a copy.
    pub print: i64,
    /// `ORD-2026-000001`.
    pub order_number: String,
    /// When the sale took place, by the clocks of the shop.
    pub sold_at: LocalTime,
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
    pub at: LocalTime,
    pub total: Money,
}

impl Receipt {
    /// The receipt of an order.
    pub fn of(
        order: &Order,
        sold_at: LocalTime,
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
            sold_at,
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

/// The tax of each rate, low rates first. A line without a rate is in none.
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

/// Names may have line breaks and tabs; a receipt must not.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests;
