//! The amounts of a refund: what was paid, in shares.
//!
//! * **By item.** A part of a line is its cumulative share of the gross that was paid for it; tax follows from the
//!   gross, and net is the rest. However a line comes back, its parts sum to the whole. The cost that left the stock is
//!   shared in the same way.
//! * **Reductions** land on the lines they belong to: the whole-order discount when the basket is priced, a line of kind
//!   Discount here, on the lines of its tax class. Giving such a line back moves no money: its amount is in the others.
//! * **By amount.** An amount carries the tax of what it reduces: it is spread over what is left of each line. What is
//!   left stays refundable, by item or by amount.
//! * **A fee that is kept** stays with its tax in the sale, and can be given back by amount later.
//!
//! The money goes back to the original payments, in proportion to what is left of each.
//!
//! Out of scope: that no more is refunded than was sold and paid. The schema ensures that
//! (`migrations/order/0003_refunds.sql`, `0006_refund_shares.sql`), even for two simultaneous refunds.

mod left;

pub use left::Left;

use contracts::terms::{LineKind, PaymentMethod};
use kernel::ids::{LineId, PaymentId};
use kernel::text::{Name, Sku};
use kernel::{Currency, Money, MoneyError, Quantity};

use crate::tender::in_coins;

/// The SKU of the line for an adjustment of the amount; it names no variant.
pub const ADJUSTMENT_SKU: &str = "ADJUSTMENT";

/// A line of a completed order, with what was already refunded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SoldLine {
    /// Its number in the order.
    pub line: i64,
    pub id: LineId,
    pub sku: Sku,
    /// As on the receipt.
    pub name: Name,
    pub kind: LineKind,
    /// Decides which lines a line of kind Discount reduces.
    pub tax_class: String,
    pub quantity: i64,
    /// Net of discount, without tax.
    pub line_total: Money,
    pub tax_amount: Money,
    /// The cost of its goods; none when unknown.
    pub cost: Option<Money>,
    /// What was given back of it.
    pub given: Vec<Given>,
}

/// What an item of a refund or a shipment names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Article {
    /// The lines of a SKU, in their order.
    Sku(Sku),
    /// One line.
    Line(LineId),
}

impl Article {
    /// Whether it names each of these lines. A SKU as it is written goes before one that differs only in case or Unicode
    /// form.
    #[must_use]
    pub fn picks(&self, lines: &[(LineId, &Sku)]) -> Vec<bool> {
        match self {
            Self::Line(wanted) => lines.iter().map(|(id, _)| id == wanted).collect(),
            Self::Sku(wanted) if lines.iter().any(|(_, sku)| *sku == wanted) => {
                lines.iter().map(|(_, sku)| *sku == wanted).collect()
            }
            Self::Sku(wanted) => {
                let key = wanted.key();
                lines.iter().map(|(_, sku)| sku.key() == key).collect()
            }
        }
    }
}

impl std::fmt::Display for Article {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Sku(sku) => write!(f, "SKU {sku}"),
            Self::Line(id) => write!(f, "line {id}"),
        }
    }
}

/// An item that comes back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Returned {
    pub article: Article,
    pub quantity: Quantity,
    /// Whether the customer has it. Otherwise what was not sent is refunded first, and is not sent any more.
    pub of_shipped: bool,
}

/// What was given back of a line: units with their money, or its share of an amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Given {
    /// Units of the line that were back before.
    pub before: i64,
    /// Units; zero for a share of an amount.
    pub units: i64,
    pub amount: Taxed,
}

/// An amount with the tax in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taxed {
    pub gross: Money,
    pub tax: Money,
}

impl Taxed {
    #[must_use]
    pub const fn zero(currency: Currency) -> Self {
        Self { gross: Money::zero(currency), tax: Money::zero(currency) }
    }

    /// Of an amount without tax, and its tax.
    pub fn of(net: Money, tax: Money) -> Result<Self, MoneyError> {
        Ok(Self { gross: net.plus(tax)?, tax })
    }

    /// Without the tax.
    pub fn net(self) -> Result<Money, MoneyError> {
        self.gross.minus(self.tax)
    }

    pub fn plus(self, other: Self) -> Result<Self, MoneyError> {
        Ok(Self { gross: self.gross.plus(other.gross)?, tax: self.tax.plus(other.tax)? })
    }

    pub fn minus(self, other: Self) -> Result<Self, MoneyError> {
        Ok(Self { gross: self.gross.minus(other.gross)?, tax: self.tax.minus(other.tax)? })
    }
}

/// A captured payment of an order, with what was already refunded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaidPart {
    pub payment_id: PaymentId,
    pub method: PaymentMethod,
    /// How much is left of it.
    pub remaining: Money,
}

/// A line of the order as a refund believed it to be: two refunds that believed the same cannot both be recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LineState {
    /// Its number in the order.
    pub line: i64,
    /// The units of it that were back.
    pub returned: i64,
    /// What amounts had taken from it, tax included.
    pub reduced: Money,
}

/// What an amount takes from a line of the order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    pub of: LineState,
    pub amount: Taxed,
}

/// A refunded line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefundLine {
    /// The line of the order; none without an order, and for an adjustment.
    pub of: Option<LineState>,
    pub sku: Sku,
    /// As on the receipt.
    pub name: Name,
    pub kind: LineKind,
    pub quantity: Quantity,
    /// The refunded amount, without tax.
    pub line_total: Money,
    /// The refunded tax.
    pub tax_amount: Money,
    /// Whether the goods go back into stock.
    pub restock: bool,
    /// Whether the customer had the goods.
    pub of_shipped: bool,
    /// The value with which they are restocked; none: inventory uses its current average.
    pub cost: Option<Money>,
}

/// A part of the refunded money.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PaidBack {
    /// The payment it goes back to; none without an order.
    pub payment_id: Option<PaymentId>,
    pub method: PaymentMethod,
    pub amount: Money,
}

/// The totals of a refund.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RefundTotals {
    /// Without tax.
    pub subtotal: Money,
    pub tax: Money,
    /// Both.
    pub total: Money,
}

/// Why this cannot be refunded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RefundError {
    /// The order has no such line.
    #[error("the order has no {article}")]
    NotSold { index: usize, article: Article },
    /// More units than are left of the line.
    #[error("only {left} of {sku} are left to refund")]
    TooMany {
        index: usize,
        sku: Sku,
        /// Units that can still be refunded.
        left: i64,
    },
    /// More money than is left of the order.
    #[error("more than was paid and not yet refunded")]
    TooMuch,
    /// A negative adjustment is larger than the sum of the lines.
    #[error("the refund is below zero")]
    BelowZero,
    /// Neither lines nor an adjustment.
    #[error("there is nothing to refund")]
    Nothing,
    /// Beyond the range of an amount.
    #[error("the amount is too large")]
    TooLarge,
}

impl From<MoneyError> for RefundError {
    fn from(_: MoneyError) -> Self {
        Self::TooLarge
    }
}

/// The totals of the lines. Not negative, and not empty.
pub fn totals(currency: Currency, lines: &[RefundLine]) -> Result<RefundTotals, RefundError> {
    if lines.is_empty() {
        return Err(RefundError::Nothing);
    }
    let subtotal = Money::sum(currency, lines.iter().map(|line| line.line_total))?;
    let tax = Money::sum(currency, lines.iter().map(|line| line.tax_amount))?;
    let total = subtotal.plus(tax)?;
    if total.is_negative() { Err(RefundError::BelowZero) } else { Ok(RefundTotals { subtotal, tax, total }) }
}

/// How the money of a refund goes back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payback {
    pub parts: Vec<PaidBack>,
    /// What goes back beyond the total because cash was or is rounded; negative when less goes back.
    pub rounding: Money,
}

/// Spreads the money over the payments in proportion to what is left of each, so that no payment refunds more than it
/// took, and the last refund, of all that is left of the order's total, empties them all. Cash goes back in the coins in
/// which it was taken.
pub fn pay_back(
    total: Money,
    order_left: Money,
    paid: &[PaidPart],
    smallest_coin: Option<Money>,
) -> Result<Payback, RefundError> {
    if total.minor() > order_left.minor() {
        return Err(RefundError::TooMuch);
    }
    let left = Money::sum(total.currency(), paid.iter().map(|part| part.remaining))?;
    let is_last = total == order_left;
    let amount = if is_last || total.minor() > left.minor() { left } else { total };
    let weights: Vec<i64> = paid.iter().map(|part| part.remaining.minor()).collect();
    let mut parts = Vec::with_capacity(paid.len());
    for (part, mut amount) in paid.iter().zip(amount.spread(&weights)?) {
        if part.method == PaymentMethod::Cash && !is_last {
            amount = in_coins(amount, smallest_coin)?;
        }
        if amount.minor() > part.remaining.minor() {
            amount = part.remaining;
        }
        if amount.is_positive() {
            parts.push(PaidBack { payment_id: Some(part.payment_id), method: part.method, amount });
        }
    }
    let back = Money::sum(total.currency(), parts.iter().map(|part| part.amount))?;
    Ok(Payback { parts, rounding: back.minus(total)? })
}

#[cfg(test)]
mod tests;
