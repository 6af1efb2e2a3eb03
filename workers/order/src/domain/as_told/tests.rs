use kernel::text::{Name, Sku};
use kernel::{Currency, Quantity};
use proptest::prelude::*;

use super::*;
use selling::pricing::Rate;

fn usd(amount: &str) -> Money {
    Money::parse(amount, Currency::USD).unwrap()
}

fn line(sku: &str, kind: LineKind, units: i64, unit_price: Money) -> PriceLine {
    PriceLine {
        sku: Sku::parse(sku).unwrap(),
        name: Name::parse(sku).unwrap(),
        kind,
        quantity: Quantity::new(units).unwrap(),
        unit_price,
        tax_class: "standard".to_owned(),
        discount: usd("0"),
    }
}

fn rate(percent: &str, inclusive: bool) -> Taxation {
    taxed(Rate::parse(percent).unwrap(), inclusive)
}

fn taxed(rate: Rate, inclusive: bool) -> Taxation {
    let rate = TaxRate { tax_class: "standard".to_owned(), rate, inclusive };
    Taxation { rates: vec![rate], ..Taxation::default() }
}

fn untaxed() -> Taxation {
    Taxation::default()
}

fn request<'a>(lines: &'a [PriceLine], discount: Money, taxation: &'a Taxation) -> PriceRequest<'a> {
    PriceRequest { currency: Currency::USD, lines, discount, taxation }
}

fn told(total: &str, tax: Option<&str>) -> Told {
    Told { total: usd(total), is_stated: true, tax: tax.map(usd) }
}

/// Total, tax and the unit prices of what was sold at 10.00 and 5.00.
fn valued(taxation: &Taxation, discount: &str, told: &Told, named: bool) -> (Money, Money, Vec<Money>) {
    let lines = [line("A", LineKind::Goods, 1, usd("10.00")), line("B", LineKind::Goods, 2, usd("5.00"))];
    let valued = value(&request(&lines, usd(discount), taxation), told, &[], named).unwrap();
    let totals = valued.basket.totals;
    (totals.total, totals.tax, valued.lines.iter().map(|line| line.unit_price).collect())
}

#[test]
fn the_tills_total_is_a_fact_whatever_prices_and_taxes_are_today() {
    let list = || vec![usd("10.00"), usd("5.00")];
    for (rates, discount, told, named, total, tax, unit_prices) in [
        // As today.
        (untaxed(), "0", told("20.00", None), false, "20.00", "0", list()),
        (rate("10", false), "0", told("22.00", None), false, "22.00", "2.00", list()),
        // The prices were higher, or lower, when it was sold.
        (untaxed(), "0", told("24.00", None), false, "24.00", "0", vec![usd("12.00"), usd("6.00")]),
        (untaxed(), "0", told("10.00", None), false, "10.00", "0", vec![usd("5.00"), usd("2.50")]),
        (rate("25", true), "0", told("10.00", None), false, "10.00", "2.00", vec![usd("5.00"), usd("2.50")]),
        // The prices are named, so the tax was another.
        (rate("10", false), "0", told("24.00", None), true, "24.00", "4.00", list()),
        (rate("10", false), "0", told("20.00", None), true, "20.00", "0", list()),
        // The till said what the tax was.
        (rate("10", false), "0", told("24.00", Some("4.00")), false, "24.00", "4.00", list()),
        // Today's prices are less than the discount.
        (untaxed(), "30.00", told("70.00", None), false, "70.00", "0", vec![usd("35.00"), usd("17.50")]),
        // Given away.
        (untaxed(), "0", told("0", None), false, "0", "0", vec![usd("0"), usd("0")]),
    ] {
        let found = valued(&rates, discount, &told, named);
        assert_eq!(found, (usd(total), usd(tax), unit_prices), "{told:?} {discount}");
    }
}

#[test]
fn an_article_that_nobody_knows_is_worth_what_the_others_leave() {
    let lines = [line("A", LineKind::Goods, 1, usd("10.00")), line("X", LineKind::Fee, 3, usd("0"))];
    let valued = value(&request(&lines, usd("0"), &untaxed()), &told("20.00", None), &[1], false).unwrap();
    let amounts: Vec<_> = valued.basket.lines.iter().map(|line| line.line_total).collect();
    assert_eq!(amounts, [usd("10.00"), usd("10.00")]);
    assert_eq!(valued.lines[1].unit_price, usd("3.34"));
    assert_eq!(valued.basket.lines[1].discount, usd("0.02"));
}

#[test]
fn a_sale_is_within_the_limits_or_waits_for_a_manager() {
    let limits = Limits { price_percent: 20, discount_percent: 20, shortage_units: 20 };
    let listed = [line("A", LineKind::Goods, 2, usd("10.00"))];
    let off = |amount: &str| line("OFF", LineKind::Discount, 1, usd(amount));
    for (price_of_a, discount, reduction, expected) in [
        ("10.00", "0", None, None),
        ("8.00", "0", None, None),
        ("7.99", "0", None, Some("4.02")),
        ("0.01", "0", None, Some("19.98")),
        ("12.01", "0", None, Some("-4.02")),
        ("10.00", "4.00", None, None),
        ("10.00", "4.01", None, Some("4.01")),
        ("10.00", "0", Some("4.00"), None),
        ("10.00", "0", Some("5.00"), Some("5.00")),
        ("10.00", "2.00", Some("3.00"), Some("5.00")),
    ] {
        let mut lines = vec![line("A", LineKind::Goods, 2, usd(price_of_a))];
        let mut listed = listed.to_vec();
        lines.extend(reduction.map(off));
        listed.extend(reduction.map(off));
        let basket = price(&request(&lines, usd(discount), &untaxed())).unwrap();
        let beyond = beyond_limits(&listed, (&lines, &basket), &untaxed(), &limits).unwrap();
        assert_eq!(beyond, expected.map(usd), "{price_of_a} {discount} {reduction:?}");
    }
}

#[allow(clippy::arithmetic_side_effects, reason = "small amounts")]
mod properties {
    use super::*;

    proptest! {
        /// Whatever was sold and whatever the till said, the parts sum to its total, and a line is its unit price times its
        /// quantity, less its discount.
        #[test]
        fn the_parts_of_a_sale_sum_to_what_the_till_said(
            sold in prop::collection::vec((0_i64..100_000, 1_i64..50, prop::bool::weighted(0.2)), 1..6),
            discount in 0_i64..5_000,
            total in 0_i64..1_000_000,
            ppm in 0_i64..300_000,
            inclusive: bool,
            named: bool,
            tax in prop::option::of(0_i64..1_000),
        ) {
            let minor = |minor| Money::from_minor(minor, Currency::USD).unwrap();
            let mut lines = vec![line("FIRST", LineKind::Goods, 1, minor(100))];
            lines.extend(sold.iter().map(|(price, units, is_fee)| {
                line("A", if *is_fee { LineKind::Fee } else { LineKind::Goods }, *units, minor(*price))
            }));
            let rates = taxed(Rate::from_ppm(ppm).unwrap(), inclusive);
            let told = Told { total: minor(total), is_stated: true, tax: tax.map(|tax| minor(tax.min(total))) };
            let valued = value(&request(&lines, minor(discount), &rates), &told, &[], named).unwrap();
            let totals = valued.basket.totals;
            prop_assert_eq!(totals.total, told.total);
            if let Some(tax) = told.tax {
                prop_assert_eq!(totals.tax, tax);
            }
            let sum = |amount: fn(&PricedLine) -> i64| valued.basket.lines.iter().map(amount).sum::<i64>();
            prop_assert_eq!(sum(|line| line.line_total.minor() + line.tax_amount.minor()), total);
            prop_assert_eq!(sum(|line| line.discount.minor()), totals.discount.minor());
            for (line, priced) in valued.lines.iter().zip(&valued.basket.lines) {
                prop_assert_eq!(line.subtotal().unwrap(), priced.line_subtotal);
                let net = priced.line_subtotal.minor() - priced.discount.minor();
                let tax = if inclusive { priced.tax_amount.minor() } else { 0 };
                prop_assert_eq!(net, priced.line_total.minor() + tax);
            }
        }
    }
}
