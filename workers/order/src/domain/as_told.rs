//! What a sale that has already happened was worth: as the till said, whatever the prices and taxes are today.
//!
//! The till's total is a fact. If today's prices and rates make another total, the lines are valued so that they sum to
//! the till's: prices that the till named stay as long as tax alone explains the difference; otherwise the total is
//! spread over the lines. The result keeps the rules of a priced basket: unit price times quantity, less the line's
//! discount, is what was charged for the line.
//!
//! Also how far the sale is from the list, and whether that is within the shop's limits.

use contracts::terms::LineKind;
use kernel::{Money, MoneyError};

use super::order::OrderLine;

use selling::pricing::{
    PriceLine, PriceRequest, PricedBasket, PricedLine, PricingError, TaxRate, Taxation, Totals, price,
};

/// What the till said about a sale.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Told {
    pub total: Money,
    /// Whether the till stated it. Otherwise it is what was paid.
    pub is_stated: bool,
    /// The tax in it, if the till said so.
    pub tax: Option<Money>,
}

/// By how much an offline sale may differ before a manager has to settle it. Set by the shop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The most by which a unit price may differ from the list, in percent.
    pub price_percent: i64,
    /// The most of a sale that may be discount, in percent.
    pub discount_percent: i64,
    /// The most units of one article that may be missing in stock.
    pub shortage_units: i64,
}

/// Whether the lines of kind Discount take off more than so many percent of the others, before tax.
#[must_use]
pub fn discounts_exceed(lines: &[OrderLine], percent: i64) -> bool {
    let sum = |discounts: bool| {
        let lines = lines.iter().filter(|line| (line.item.kind == LineKind::Discount) == discounts);
        lines.fold(0_i64, |sum, line| sum.saturating_add(line.price.line_total.minor()))
    };
    sum(true).saturating_neg().saturating_mul(100) > sum(false).saturating_mul(percent)
}

/// A basket, valued, with the unit prices that were charged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Valued {
    pub lines: Vec<PriceLine>,
    pub basket: PricedBasket,
    /// What today's prices and rates make, if that is another total.
    pub computed: Option<Money>,
}

/// Values a basket as the till said. `unpriced` are the lines whose price nobody knows, by index: they are worth what
/// the others leave of the total. `named` says whether the till named every unit price.
pub fn value(
    request: &PriceRequest<'_>,
    told: &Told,
    unpriced: &[usize],
    named: bool,
) -> Result<Valued, PricingError> {
    use PricingError::{DiscountExceedsSubtotal, LineDiscount, NegativeTotal};
    let lines = request.lines.to_vec();
    let computed = match price(request) {
        Ok(basket)
            if basket.totals.total == told.total && told.tax.is_none_or(|tax| tax == basket.totals.tax) =>
        {
            return Ok(Valued { lines, basket, computed: None });
        }
        Ok(basket) => Some(basket),
        // Prices have fallen so far that the discount exceeds them; what was paid is still a fact.
        Err(DiscountExceedsSubtotal | LineDiscount(_) | NegativeTotal) => None,
        Err(error) => return Err(error),
    };
    let charged = match computed.as_ref().filter(|_| named && told.tax.is_none()) {
        Some(basket) => taxed_otherwise(basket, told.total)?,
        None => None,
    };
    let charged = match charged {
        Some(charged) => charged,
        None => spread(request, computed.as_ref(), told, unpriced)?,
    };
    let basket = rebuilt(request, computed.as_ref(), &charged)?;
    let lines = lines
        .into_iter()
        .zip(&basket.1)
        .map(|(line, unit_price)| PriceLine { unit_price: *unit_price, ..line });
    let total = computed.map(|basket| basket.totals.total).filter(|total| *total != told.total);
    Ok(Valued { lines: lines.collect(), basket: basket.0, computed: total })
}

/// What was charged for a line: with its tax, and the tax in it.
#[derive(Debug, Clone, Copy)]
struct Charged {
    gross: Money,
    tax: Money,
}

/// The till named every price, so the difference is tax, where tax is added to the price: then the lines keep their net
/// amounts.
fn taxed_otherwise(basket: &PricedBasket, total: Money) -> Result<Option<Vec<Charged>>, MoneyError> {
    let nets = basket.lines.iter().map(|line| line.line_total);
    let net = Money::sum(total.currency(), nets)?;
    let tax = total.minus(net)?;
    let inclusive = basket.lines.iter().any(|line| line.tax.as_ref().is_some_and(|tax| tax.inclusive));
    if inclusive || tax.is_negative() || tax.minor() > net.minor() {
        return Ok(None);
    }
    let taxes = tax.spread(&weights(
        basket.lines.iter().map(
            |line| {
                if basket.totals.tax.is_zero() { line.line_total } else { line.tax_amount }
            },
        ),
    ))?;
    let charged = basket
        .lines
        .iter()
        .zip(taxes)
        .map(|(line, tax)| Ok(Charged { gross: line.line_total.plus(tax)?, tax }));
    charged.collect::<Result<Vec<_>, MoneyError>>().map(Some)
}

/// Spreads the till's total over the lines. Lines of kind Discount keep their amounts.
fn spread(
    request: &PriceRequest<'_>,
    computed: Option<&PricedBasket>,
    told: &Told,
    unpriced: &[usize],
) -> Result<Vec<Charged>, PricingError> {
    let currency = request.currency;
    let mut gross = Vec::with_capacity(request.lines.len());
    for (index, line) in request.lines.iter().enumerate() {
        gross.push(match computed.and_then(|basket| basket.lines.get(index)) {
            Some(priced) => priced.line_total.plus(priced.tax_amount)?,
            None => line.subtotal()?,
        });
    }
    let is_discount =
        |index: usize| request.lines.get(index).is_some_and(|line| line.kind == LineKind::Discount);
    let sum = |wanted: &dyn Fn(usize) -> bool| {
        Money::sum(
            currency,
            gross.iter().enumerate().filter(|(index, _)| wanted(*index)).map(|(_, gross)| *gross),
        )
    };
    // What the lines that are no discounts have to sum to.
    let rest = told.total.minus(sum(&is_discount)?)?;
    let left = rest.minus(sum(&|index| !is_discount(index) && !unpriced.contains(&index))?)?;
    let only_unpriced = !unpriced.is_empty() && !left.is_negative();
    let takes = |index: usize| {
        if only_unpriced { unpriced.contains(&index) } else { !is_discount(index) }
    };
    let places: Vec<usize> = (0..gross.len()).filter(|index| takes(*index)).collect();
    let units =
        || places.iter().filter_map(|place| request.lines.get(*place)).map(|line| line.quantity.units());
    let mut shares = weights(places.iter().filter_map(|place| gross.get(*place).copied()));
    if only_unpriced || shares.iter().all(|weight| *weight == 0) {
        shares = units().collect();
    }
    if places.is_empty() && !rest.is_zero() {
        return Err(PricingError::NegativeTotal);
    }
    let shares = if only_unpriced { left } else { rest }.spread(&shares)?;
    for (place, share) in places.into_iter().zip(shares) {
        if let Some(gross) = gross.get_mut(place) {
            *gross = share;
        }
    }
    let tax_amounts = match told.tax {
        Some(tax) => tax.spread(&weights(gross.iter().copied()))?,
        None => contained(request, &gross)?,
    };
    Ok(gross.into_iter().zip(tax_amounts).map(|(gross, tax)| Charged { gross, tax }).collect())
}

fn weights(amounts: impl Iterator<Item = Money>) -> Vec<i64> {
    amounts.map(|amount| amount.minor().max(0)).collect()
}

fn rate_of<'a>(request: &PriceRequest<'a>, line: &PriceLine) -> Option<&'a TaxRate> {
    request.taxation.rates.iter().find(|rate| rate.tax_class == line.tax_class)
}

/// The tax that each amount contains, also where tax is added to prices.
fn contained(request: &PriceRequest<'_>, gross: &[Money]) -> Result<Vec<Money>, MoneyError> {
    let rates = request.lines.iter().map(|line| rate_of(request, line));
    let inclusive = |rate: Option<&TaxRate>| rate.map(|rate| TaxRate { inclusive: true, ..rate.clone() });
    let rates: Vec<Option<TaxRate>> = rates.map(inclusive).collect();
    let amounts: Vec<_> = gross.iter().copied().zip(rates.iter().map(Option::as_ref)).collect();
    request.taxation.rounding.taxes(&amounts)
}

/// The basket in which each line was charged like this, and the unit prices. A unit price is rounded up, and the line's
/// discount takes the rest.
fn rebuilt(
    request: &PriceRequest<'_>,
    computed: Option<&PricedBasket>,
    charged: &[Charged],
) -> Result<(PricedBasket, Vec<Money>), PricingError> {
    let currency = request.currency;
    let (mut lines, mut unit_prices) = (Vec::with_capacity(charged.len()), Vec::with_capacity(charged.len()));
    for (index, (line, charged)) in request.lines.iter().zip(charged).enumerate() {
        let rate = rate_of(request, line);
        let line_total = charged.gross.minus(charged.tax)?;
        let inclusive = rate.is_some_and(|rate| rate.inclusive);
        let amount = if inclusive { charged.gross } else { line_total };
        let known = computed.and_then(|basket| basket.lines.get(index));
        let units = line.quantity.units();
        let (unit_price, line_subtotal) = if line.kind == LineKind::Discount {
            let unit_price =
                Money::from_minor(amount.minor().saturating_neg().max(0).div_euclid(units), currency)?;
            (unit_price, unit_price.times(units)?.negated())
        } else {
            let before = amount.plus(known.map_or(Money::zero(currency), |known| known.discount))?;
            let up = before.minor().saturating_neg().div_euclid(units).saturating_neg();
            let unit_price = Money::from_minor(up, currency)?;
            (unit_price, unit_price.times(units)?)
        };
        lines.push(PricedLine {
            line_subtotal,
            discount: line_subtotal.minus(amount)?,
            line_total,
            tax_amount: charged.tax,
            tax: rate.cloned(),
        });
        unit_prices.push(unit_price);
    }
    let sum = |amount: fn(&PricedLine) -> Money| Money::sum(currency, lines.iter().map(amount));
    let tax = sum(|line| line.tax_amount)?;
    let totals = Totals {
        subtotal: sum(|line| line.line_subtotal)?,
        discount: sum(|line| line.discount)?,
        tax,
        total: sum(|line| line.line_total)?.plus(tax)?,
    };
    Ok((PricedBasket { lines, totals }, unit_prices))
}

/// By how much a sale differs from the list, net of tax, if that is beyond the shop's limits: positive when too little
/// was charged. `listed` are the sold lines at list prices.
pub fn beyond_limits(
    listed: &[PriceLine],
    sold: (&[PriceLine], &PricedBasket),
    taxation: &Taxation,
    limits: &Limits,
) -> Result<Option<Money>, PricingError> {
    let (lines, basket) = sold;
    let currency = basket.totals.total.currency();
    let exceeds = |part: i128, whole: Money, percent: i64| {
        part.saturating_mul(100) > i128::from(whole.minor()).saturating_mul(i128::from(percent))
    };
    // What has no list price differs from none.
    let repriced = listed.iter().zip(lines).any(|(listed, sold)| {
        let by = listed.unit_price.minor().abs_diff(sold.unit_price.minor());
        listed.unit_price.is_positive() && exceeds(i128::from(by), listed.unit_price, limits.price_percent)
    });
    let subtotal = |discounts: bool| {
        let wanted = lines.iter().zip(&basket.lines);
        let wanted = wanted.filter(move |(line, _)| (line.kind == LineKind::Discount) == discounts);
        Money::sum(currency, wanted.map(|(_, priced)| priced.line_subtotal))
    };
    // Lines of kind Discount are negative.
    let (full, reduced) = (subtotal(false)?, basket.totals.discount.minus(subtotal(true)?)?);
    let discounted = exceeds(i128::from(reduced.minor()), full, limits.discount_percent);
    if !repriced && !discounted {
        return Ok(None);
    }
    let goods: Vec<PriceLine> =
        listed.iter().filter(|line| line.kind != LineKind::Discount).cloned().collect();
    let list = price(&PriceRequest { currency, lines: &goods, discount: Money::zero(currency), taxation })?;
    let net = |basket: &PricedBasket| basket.totals.total.minus(basket.totals.tax);
    Ok(Some(net(&list)?.minus(net(basket)?)?).filter(|difference| !difference.is_zero()))
}

#[cfg(test)]
mod tests;
