//! The basket of a sale that has already happened: valued as the till said, with everything that a person should review.

use contracts::catalogue::SellableVariant;
use contracts::terms::LineKind;
use kernel::Money;
use kernel::ids::ProductId;
use kernel::text::{Name, Sku};
use selling::pricing::{PriceLine, PriceRequest, PricingError, Taxation, price};
use selling::tender::in_coins;

use super::{
    Basket, BasketError, BasketRequest, Happened, LineFault, Named, VariantName, WantedLine, order_lines,
    price_line, sums,
};
use crate::domain::as_told::{Told, beyond_limits, value};

/// The tax class of an article that the catalogue does not know.
const TAX_CLASS: &str = "standard";

pub(super) fn value_basket(
    request: &BasketRequest<'_>,
    happened: &Happened,
    variants: &[SellableVariant],
    taxation: &Taxation,
) -> Result<Basket, BasketError> {
    let named = Named::new(variants);
    let known: Vec<_> = request.lines.iter().map(|line| named.find(&line.variant)).collect();
    let stand_ins = stand_ins(request, &known)?;
    let found: Vec<&SellableVariant> =
        known.iter().zip(&stand_ins).filter_map(|(known, stand_in)| known.or(stand_in.as_ref())).collect();
    sums(&found, request.lines.iter().map(|line| line.quantity))?;
    let lines = |price: fn(&WantedLine, &SellableVariant) -> (Money, Option<Money>)| -> Vec<PriceLine> {
        let lines = request.lines.iter().zip(&found);
        lines.map(|(wanted, variant)| price_line(wanted, variant, price(wanted, variant))).collect()
    };
    let (listed, sold) = (
        lines(|_, variant| (variant.price, None)),
        lines(|wanted, variant| (wanted.unit_price.unwrap_or(variant.price), wanted.discount)),
    );
    let prices = request.lines.iter().map(|line| line.unit_price);
    let unpriced: Vec<usize> = (0..known.len())
        .filter(|index| known.get(*index).is_some_and(Option::is_none))
        .filter(|index| request.lines.get(*index).is_some_and(|line| line.unit_price.is_none()))
        .collect();
    let discount = request.discount.unwrap_or(Money::zero(request.currency));
    let asked = PriceRequest { currency: request.currency, lines: &sold, discount, taxation };
    let named = prices.clone().all(|price| price.is_some());
    contradiction(&asked, &happened.told, named)?;
    let valued = value(&asked, &in_full(&asked, happened.told)?, &unpriced, named)?;

    let mut reasons = Vec::new();
    if let Some(computed) = valued.computed {
        let total = happened.told.total;
        reasons.push(format!("the till's total is {total}, and today's prices and taxes make {computed}"));
    }
    for ((known, variant), (listed, sold)) in known.iter().zip(&found).zip(listed.iter().zip(&valued.lines)) {
        let sku = &variant.sku;
        match known {
            None => reasons.push(format!("{sku} is not in the catalogue")),
            Some(variant) if !variant.active => reasons.push(format!("{sku} is no longer for sale")),
            Some(_) => {}
        }
        if known.is_some() && listed.unit_price != sold.unit_price {
            reasons.push(format!("{sku} was sold at the till's own price"));
        }
    }
    // What nobody knows has no other price than the till's.
    let list = listed.into_iter().zip(&known).zip(&valued.lines);
    let list: Vec<PriceLine> =
        list.map(|((listed, known), sold)| if known.is_some() { listed } else { sold.clone() }).collect();
    let mut price_deviation = None;
    if let Some(limits) = &happened.limits {
        let given = sold.iter().try_fold(discount, |sum, line| sum.plus(line.discount));
        let given = given.map_err(PricingError::from)?;
        if given.is_positive() {
            reasons.push(format!("a discount of {given} was given"));
        }
        price_deviation = beyond_limits(&list, (&valued.lines, &valued.basket), taxation, limits)?;
        if let Some(deviation) = price_deviation {
            reasons.push(format!(
                "it differs from the list by {deviation} before tax, which is beyond the limits"
            ));
        }
    }
    let totals = valued.basket.totals;
    let lines = order_lines(valued.lines, valued.basket.lines, &found);
    Ok(Basket { lines, totals, reasons, price_deviation })
}

/// A till that names every price has said what it wants, except for tax that is added. To be paid less is no sale; cash
/// is rounded.
fn contradiction(asked: &PriceRequest<'_>, told: &Told, named: bool) -> Result<(), BasketError> {
    if !named || told.is_stated {
        return Ok(());
    }
    let own = asked
        .lines
        .iter()
        .try_fold(asked.discount.negated(), |sum, line| sum.plus(line.subtotal()?.minus(line.discount)?));
    let own = own.map_err(PricingError::from)?;
    let in_cash = in_coins(own, asked.taxation.smallest_coin).map_err(PricingError::from)?;
    if told.total.minor() < own.minor().min(in_cash.minor()) {
        Err(BasketError::PaidTooLittle(own))
    } else {
        Ok(())
    }
}

/// What was told without the rounding of cash: a till that states no total has told what it was paid.
fn in_full(asked: &PriceRequest<'_>, told: Told) -> Result<Told, PricingError> {
    let Ok(basket) = price(asked) else { return Ok(told) };
    let total = basket.totals.total;
    let rounded = !told.is_stated && in_coins(total, asked.taxation.smallest_coin)? == told.total;
    Ok(if rounded { Told { total, ..told } } else { told })
}

/// What stands in for the articles that the catalogue does not know. They have no stock, so they are charges.
fn stand_ins(
    request: &BasketRequest<'_>,
    known: &[Option<&SellableVariant>],
) -> Result<Vec<Option<SellableVariant>>, BasketError> {
    let unnamed = |index| BasketError::Lines(vec![(index, LineFault::Unknown)]);
    let stand_in = |(index, (line, known)): (usize, (&WantedLine, Option<&SellableVariant>))| {
        if known.is_some() {
            return Ok(None);
        }
        let code = match &line.variant {
            VariantName::Sku(sku) => sku.as_str(),
            VariantName::Barcode(barcode) => barcode.as_str(),
        };
        Ok(Some(SellableVariant {
            sku: Sku::parse(code).map_err(|_| unnamed(index))?,
            product_id: ProductId(uuid::Uuid::nil()),
            barcode: None,
            name: Name::parse(&format!("Unknown article {code}")).map_err(|_| unnamed(index))?,
            kind: LineKind::Fee,
            active: false,
            tax_class: TAX_CLASS.to_owned(),
            price: line.unit_price.unwrap_or(Money::zero(request.currency)),
            wholesale: None,
        }))
    };
    request.lines.iter().zip(known.iter().copied()).enumerate().map(stand_in).collect()
}
