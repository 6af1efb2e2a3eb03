//! The amounts of a refund, and the saga that performs it.
//!
//! A line is refunded in proportion, as the difference of two cumulative shares: however it is split, refunding
//! everything returns exactly what was paid, and restores exactly the cost that left the stock. The money goes back to
//! the original payments, in proportion to what is left of each.
//!
//! Out of scope: that no more is refunded than was sold and paid. The schema ensures that
//! (`migrations/order/0003_refunds.sql`), even for two simultaneous refunds.

mod record;
mod saga;

pub use record::{PaybackStatus, Refund, RefundPayment, number_parts};
pub use saga::{Progress, RefundStatus, Step, next_step};

use contracts::terms::{LineKind, PaymentMethod};
use kernel::ids::PaymentId;
use kernel::text::{Name, Sku};
use kernel::{Money, MoneyError, Quantity};

/// The SKU of the line for an adjustment of the amount; it names no variant.
pub const ADJUSTMENT_SKU: &str = "ADJUSTMENT";

/// A line of a completed order, with what was already refunded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SoldLine {
    /// Its number in the order.
    pub line: i64,
    pub sku: Sku,
    /// As on the receipt.
    pub name: Name,
    pub kind: LineKind,
    pub quantity: i64,
    /// Units already refunded.
    pub refunded: i64,
    /// Net of discount, without tax.
    pub line_total: Money,
    pub tax_amount: Money,
    /// The cost of its goods; none when unknown.
    pub cost: Option<Money>,
}

/// A captured payment of an order, with what was already refunded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaidPart {
    pub payment_id: PaymentId,
    pub method: PaymentMethod,
    /// How much is left of it.
    pub remaining: Money,
}

/// A refunded line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefundLine {
    /// The line of the order, and the units of it that were refunded before; none without an order.
    pub of: Option<(i64, i64)>,
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
    /// The order has no such SKU.
    #[error("the order has no SKU {sku}")]
    NotSold {
        index: usize,
        /// The missing SKU.
        sku: Sku,
    },
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

/// The lines of a refund of an order. An item takes from the order's lines of its SKU, however it is written, in their
/// order.
pub fn refund_lines(
    sold: &[SoldLine],
    items: &[(Sku, Quantity)],
    restock: bool,
) -> Result<Vec<RefundLine>, RefundError> {
    let mut taken = vec![0_i64; sold.len()];
    let mut lines = Vec::with_capacity(items.len());
    for (index, (sku, quantity)) in items.iter().enumerate() {
        let mut wanted = quantity.units();
        let mut left = 0_i64;
        let mut known = false;
        let exact = sold.iter().any(|sold| sold.sku == *sku);
        let key = sku.key();
        let named = |sold: &Sku| if exact { sold == sku } else { sold.key() == key };
        for (sold, taken) in sold.iter().zip(&mut taken).filter(|(sold, _)| named(&sold.sku)) {
            known = true;
            let before = sold.refunded.saturating_add(*taken);
            let free = sold.quantity.saturating_sub(before).max(0);
            left = left.saturating_add(free);
            if let Some(units) = Quantity::new(wanted.min(free)) {
                lines.push(refund_line(sold, before, units, restock)?);
                *taken = taken.saturating_add(units.units());
                wanted = wanted.saturating_sub(units.units());
            }
        }
        if !known {
            return Err(RefundError::NotSold { index, sku: sku.clone() });
        }
        if wanted > 0 {
            return Err(RefundError::TooMany { index, sku: sku.clone(), left });
        }
    }
    Ok(lines)
}

fn refund_line(
    sold: &SoldLine,
    before: i64,
    quantity: Quantity,
    restock: bool,
) -> Result<RefundLine, RefundError> {
    let after = before.saturating_add(quantity.units());
    let part = |whole: Money| {
        whole.share(after, sold.quantity).and_then(|up_to| up_to.minus(whole.share(before, sold.quantity)?))
    };
    let restock = restock && sold.kind == LineKind::Goods;
    Ok(RefundLine {
        of: Some((sold.line, before)),
        sku: sold.sku.clone(),
        name: sold.name.clone(),
        kind: sold.kind,
        quantity,
        line_total: part(sold.line_total)?,
        tax_amount: part(sold.tax_amount)?,
        restock,
        cost: sold.cost.filter(|_| restock).map(part).transpose()?,
    })
}

/// The line of an adjustment: above zero a later price reduction (kind Discount), below zero a fee that is kept (kind
/// Fee). None for zero.
#[must_use]
pub fn adjustment_line(amount: Money) -> Option<RefundLine> {
    let (kind, name) = if amount.is_negative() {
        (LineKind::Fee, "Fee kept")
    } else {
        (LineKind::Discount, "Reduction given")
    };
    let (Ok(sku), Ok(name), Some(quantity)) =
        (Sku::parse(ADJUSTMENT_SKU), Name::parse(name), Quantity::new(1))
    else {
        return None;
    };
    let tax_amount = Money::zero(amount.currency());
    (!amount.is_zero()).then_some(RefundLine {
        of: None,
        sku,
        name,
        kind,
        quantity,
        line_total: amount,
        tax_amount,
        restock: false,
        cost: None,
    })
}

/// The totals of the lines. Not negative, and not empty.
pub fn totals(currency: kernel::Currency, lines: &[RefundLine]) -> Result<RefundTotals, RefundError> {
    if lines.is_empty() {
        return Err(RefundError::Nothing);
    }
    let subtotal = Money::sum(currency, lines.iter().map(|line| line.line_total))?;
    let tax = Money::sum(currency, lines.iter().map(|line| line.tax_amount))?;
    let total = subtotal.plus(tax)?;
    if total.is_negative() { Err(RefundError::BelowZero) } else { Ok(RefundTotals { subtotal, tax, total }) }
}

/// Spreads the money over the payments in proportion to what is left of each, so that no payment refunds more than it
/// took, and the last refund empties them all.
pub fn pay_back(total: Money, paid: &[PaidPart]) -> Result<Vec<PaidBack>, RefundError> {
    let left = Money::sum(total.currency(), paid.iter().map(|part| part.remaining))?;
    if total.minor() > left.minor() {
        return Err(RefundError::TooMuch);
    }
    let weights: Vec<i64> = paid.iter().map(|part| part.remaining.minor()).collect();
    let amounts = total.spread(&weights)?;
    let parts = paid.iter().zip(amounts).filter(|(_, amount)| amount.is_positive());
    Ok(parts
        .map(|(part, amount)| PaidBack { payment_id: Some(part.payment_id), method: part.method, amount })
        .collect())
}

#[cfg(test)]
mod tests;
