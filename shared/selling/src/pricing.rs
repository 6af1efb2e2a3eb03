//! The price of a basket, to the cent: the same code runs at the edge and in an offline till.
//!
//! Pure and synchronous, integers only. The rules:
//! * `line_subtotal` is unit price times quantity, including tax where the class is inclusive.
//! * A line of kind Discount carries a positive unit price and is subtracted: its amounts are negative.
//! * The whole-order discount is spread over the lines by largest remainder on `line_subtotal`; lines
//!   that are discounts themselves get no share.
//! * Tax is on the discounted amount. Exclusive: `amount * rate` is added. Inclusive: `amount * rate / (1 + rate)` is part
//!   of it. No rate for a class means no tax. The rates are those of the sale's own day ([`RegionalTaxes::of`]).
//! * Tax is rounded as the region's rule says ([`TaxRounding`]): per line, or once for the document and then spread over
//!   the lines by largest remainder.
//! * `line_total` is net of discount and without tax, so `total` is the sum of `line_total + tax_amount`.
//!
//! Out of scope: where prices and rates come from, and who may give a discount.

mod rounding;
mod tax;
mod taxation;
mod wholesale;

pub use rounding::{RoundedPer, TaxRounding};
pub use tax::{Rate, RateError, TaxRate};
pub use taxation::{RatePeriod, RegionalTaxes, TaxRule, Taxation};
pub use wholesale::{MinimumNotMet, below_minimum, unit_price_for};

use contracts::terms::LineKind;
use kernel::text::{Name, Sku};
use kernel::{Currency, Money, MoneyError, Quantity};

/// A basket to price.
#[derive(Debug, Clone, Copy)]
pub struct PriceRequest<'a> {
    /// The currency of every amount.
    pub currency: Currency,
    pub lines: &'a [PriceLine],
    /// The whole-order discount; zero for none.
    pub discount: Money,
    /// How it is taxed.
    pub taxation: &'a Taxation,
}

/// A line to price.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PriceLine {
    pub sku: Sku,
    /// As on a receipt.
    pub name: Name,
    pub kind: LineKind,
    pub quantity: Quantity,
    /// The price of a unit, never negative; includes tax where the class is inclusive.
    pub unit_price: Money,
    /// Decides the rate.
    pub tax_class: String,
}

/// A basket with its price.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PricedBasket {
    /// One for each line of the request, in the same order.
    pub lines: Vec<PricedLine>,
    pub totals: Totals,
}

/// The totals of a basket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Totals {
    /// The sum of `line_subtotal`: before discount and exclusive tax.
    pub subtotal: Money,
    /// The whole-order discount: the sum of the lines' shares.
    pub discount: Money,
    /// The sum of `tax_amount`, exclusive and inclusive.
    pub tax: Money,
    /// The amount to pay.
    pub total: Money,
}

/// The amounts of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PricedLine {
    /// Unit price times quantity; negative for a line of kind Discount.
    pub line_subtotal: Money,
    /// Its share of the whole-order discount.
    pub discount: Money,
    /// Net of discount, without tax: the revenue of the line.
    pub line_total: Money,
    pub tax_amount: Money,
    /// The tax rate, for the receipt and the tax report.
    pub tax: Option<TaxRate>,
}

/// Why a basket cannot be priced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PricingError {
    /// The line at this index has a negative price.
    #[error("line {0} has a negative price")]
    NegativePrice(usize),
    /// The line at this index, or the discount at the index after the last, is in another currency.
    #[error("line {0} is in another currency")]
    Currency(usize),
    /// A negative discount would be a surcharge.
    #[error("the discount is negative")]
    NegativeDiscount,
    /// The discount is more than the subtotal.
    #[error("the discount exceeds the subtotal")]
    DiscountExceedsSubtotal,
    /// The lines of kind Discount are more than the other lines.
    #[error("the discounts exceed the sale")]
    NegativeTotal,
    /// Beyond the range of an amount.
    #[error("the amount is too large")]
    TooLarge,
}

impl From<MoneyError> for PricingError {
    fn from(_: MoneyError) -> Self {
        // The currencies are compared before anything is added, so only the size can be wrong.
        Self::TooLarge
    }
}

/// Prices a basket. An empty one costs nothing.
pub fn price(request: &PriceRequest<'_>) -> Result<PricedBasket, PricingError> {
    let currency = request.currency;
    let subtotals = line_subtotals(request)?;
    let subtotal = Money::sum(currency, subtotals.iter().copied())?;
    let discount = request.discount;
    if discount.currency() != currency {
        return Err(PricingError::Currency(request.lines.len()));
    }
    if subtotal.is_negative() {
        return Err(PricingError::NegativeTotal);
    }
    if discount.is_negative() {
        return Err(PricingError::NegativeDiscount);
    }
    if discount.minor() > subtotal.minor() {
        return Err(PricingError::DiscountExceedsSubtotal);
    }
    // A weight of zero gets nothing as long as another weight is above zero. There is one: a discount above zero
    // requires a subtotal above zero.
    let weights: Vec<i64> = subtotals.iter().map(|subtotal| subtotal.minor().max(0)).collect();
    let discounts = discount.spread(&weights)?;
    let mut lines = Vec::with_capacity(request.lines.len());
    for ((line, line_subtotal), discount) in request.lines.iter().zip(subtotals).zip(discounts) {
        let tax = request.taxation.rates.iter().find(|rate| rate.tax_class == line.tax_class).cloned();
        let (line_total, tax_amount) = (line_subtotal.minus(discount)?, Money::zero(currency));
        lines.push(PricedLine { line_subtotal, discount, line_total, tax_amount, tax });
    }
    let taxed = lines.iter().map(|line| (line.line_total, line.tax.as_ref()));
    let taxes = request.taxation.rounding.taxes(&taxed.collect::<Vec<_>>())?;
    for (line, tax_amount) in lines.iter_mut().zip(taxes) {
        line.tax_amount = tax_amount;
        if line.tax.as_ref().is_some_and(|tax| tax.inclusive) {
            line.line_total = line.line_total.minus(tax_amount)?;
        }
    }
    let net = Money::sum(currency, lines.iter().map(|line| line.line_total))?;
    let tax = Money::sum(currency, lines.iter().map(|line| line.tax_amount))?;
    let total = net.plus(tax)?;
    if total.is_negative() || tax.is_negative() {
        return Err(PricingError::NegativeTotal);
    }
    Ok(PricedBasket { lines, totals: Totals { subtotal, discount, tax, total } })
}

fn line_subtotals(request: &PriceRequest<'_>) -> Result<Vec<Money>, PricingError> {
    let mut subtotals = Vec::with_capacity(request.lines.len());
    for (index, line) in request.lines.iter().enumerate() {
        if line.unit_price.currency() != request.currency {
            return Err(PricingError::Currency(index));
        }
        if line.unit_price.is_negative() {
            return Err(PricingError::NegativePrice(index));
        }
        subtotals.push(line.subtotal()?);
    }
    Ok(subtotals)
}

impl PriceLine {
    /// Unit price times quantity; negative for a line of kind Discount.
    pub fn subtotal(&self) -> Result<Money, MoneyError> {
        let subtotal = self.unit_price.times(self.quantity.units())?;
        Ok(if self.kind == LineKind::Discount { subtotal.negated() } else { subtotal })
    }
}

#[cfg(test)]
mod tests;
