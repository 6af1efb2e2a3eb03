//! Worked examples, and the law that the parts sum to the whole.

use super::*;
use proptest::prelude::*;

fn usd(amount: &str) -> Money {
    Money::parse(amount, Currency::USD).unwrap()
}

fn line(kind: LineKind, quantity: i64, unit_price: &str, tax_class: &str) -> PriceLine {
    PriceLine {
        sku: Sku::parse("SKU").unwrap(),
        name: Name::parse("Thing").unwrap(),
        kind,
        quantity: Quantity::new(quantity).unwrap(),
        unit_price: usd(unit_price),
        tax_class: tax_class.to_owned(),
    }
}

fn goods(quantity: i64, unit_price: &str, tax_class: &str) -> PriceLine {
    line(LineKind::Goods, quantity, unit_price, tax_class)
}

fn taxation(rounding: TaxRounding) -> Taxation {
    let rates =
        [("sales", "8.25", false), ("vat", "20", true), ("reduced", "5", true), ("half", "50", false)]
            .map(|(class, rate, inclusive)| TaxRate {
                tax_class: class.to_owned(),
                rate: Rate::parse(rate).unwrap(),
                inclusive,
            })
            .into();
    Taxation { rates, rounding }
}

fn basket(lines: &[PriceLine], discount: &str) -> Result<PricedBasket, PricingError> {
    let taxation = &taxation(TaxRounding::default());
    price(&PriceRequest { currency: Currency::USD, lines, discount: usd(discount), taxation })
}

/// `subtotal discount tax total | line_subtotal discount line_total tax_amount | …`
fn shown(basket: &PricedBasket) -> String {
    let row = |amounts: [Money; 4]| amounts.map(Money::amount).join(" ");
    let head = row([basket.totals.subtotal, basket.totals.discount, basket.totals.tax, basket.totals.total]);
    let lines = basket
        .lines
        .iter()
        .map(|line| row([line.line_subtotal, line.discount, line.line_total, line.tax_amount]));
    std::iter::once(head).chain(lines).collect::<Vec<_>>().join(" | ")
}

#[test]
fn worked_examples() {
    let cases: Vec<(&str, Vec<PriceLine>, &str, &str)> = vec![
        // 0.30 * 8.25% = 0.02475.
        (
            "three for ten cents",
            vec![goods(3, "0.10", "sales")],
            "0",
            "0.30 0.00 0.02 0.32 | 0.30 0.00 0.30 0.02",
        ),
        // 12.00 / 1.2 = 10.00.
        (
            "VAT in the price",
            vec![goods(1, "12.00", "vat")],
            "0",
            "12.00 0.00 2.00 12.00 | 12.00 0.00 10.00 2.00",
        ),
        // 9.99 / 6 = 1.665.
        ("VAT, odd cents", vec![goods(1, "9.99", "vat")], "0", "9.99 0.00 1.67 9.99 | 9.99 0.00 8.32 1.67"),
        // 0.05 * 50% = 0.025; 0.15 * 50% = 0.075.
        (
            "half a cent is rounded up",
            vec![goods(1, "0.05", "half"), goods(1, "0.15", "half")],
            "0",
            "0.20 0.00 0.11 0.31 | 0.05 0.00 0.05 0.03 | 0.15 0.00 0.15 0.08",
        ),
        (
            "no rate, no tax",
            vec![goods(2, "5.00", "books")],
            "0",
            "10.00 0.00 0.00 10.00 | 10.00 0.00 10.00 0.00",
        ),
        // A cent over three equal lines: the first line gets it.
        (
            "a discount of one cent",
            vec![goods(1, "1.00", "none"), goods(1, "1.00", "none"), goods(1, "1.00", "none")],
            "0.01",
            "3.00 0.01 0.00 2.99 | 1.00 0.01 0.99 0.00 | 1.00 0.00 1.00 0.00 | 1.00 0.00 1.00 0.00",
        ),
        // 10.00 over 20 and 10: 6.67 and 3.33; VAT of 13.33 is 2.22; 8.25% of 6.67 is 0.55.
        (
            "a discount over two kinds of tax",
            vec![goods(1, "20.00", "vat"), goods(1, "10.00", "sales")],
            "10.00",
            "30.00 10.00 2.77 20.55 | 20.00 6.67 11.11 2.22 | 10.00 3.33 6.67 0.55",
        ),
        (
            "a line of kind Discount is subtracted and takes no part of the order's discount",
            vec![goods(1, "10.00", "sales"), line(LineKind::Discount, 1, "2.00", "sales")],
            "1.00",
            "8.00 1.00 0.57 7.57 | 10.00 1.00 9.00 0.74 | -2.00 0.00 -2.00 -0.17",
        ),
        (
            "everything off",
            vec![goods(1, "10.00", "vat"), goods(3, "0.33", "sales")],
            "10.99",
            "10.99 10.99 0.00 0.00 | 10.00 10.00 0.00 0.00 | 0.99 0.99 0.00 0.00",
        ),
        ("free goods", vec![goods(1, "0", "sales")], "0", "0.00 0.00 0.00 0.00 | 0.00 0.00 0.00 0.00"),
        ("nothing", vec![], "0", "0.00 0.00 0.00 0.00"),
    ];
    for (name, lines, discount, expected) in cases {
        assert_eq!(shown(&basket(&lines, discount).unwrap()), expected, "{name}");
    }
}

#[test]
fn a_thousand_lines_sum_up() {
    let lines: Vec<PriceLine> =
        (1..=1_000).map(|n| goods(n, "0.37", if n % 2 == 0 { "vat" } else { "sales" })).collect();
    let basket = basket(&lines, "1234.56").unwrap();
    assert_eq!(basket.lines.len(), 1_000);
    assert_eq!(basket.totals.subtotal, usd("185185.00"));
    assert_sums(&basket);
}

#[test]
fn what_cannot_be_priced_says_why() {
    let mut euros = goods(1, "1", "vat");
    euros.unit_price = Money::parse("1", Currency::EUR).unwrap();
    let negative = goods(1, "-0.01", "vat");
    let huge = || goods(1_000_000, "90000000000.00", "vat");
    let off = |amount| line(LineKind::Discount, 1, amount, "sales");
    for (lines, discount, error) in [
        (vec![goods(1, "1", "vat"), negative], "0", PricingError::NegativePrice(1)),
        (vec![euros], "0", PricingError::Currency(0)),
        (vec![goods(1, "1", "vat")], "-0.01", PricingError::NegativeDiscount),
        (vec![goods(1, "1", "vat")], "1.01", PricingError::DiscountExceedsSubtotal),
        (vec![], "0.01", PricingError::DiscountExceedsSubtotal),
        (vec![goods(1, "1", "vat"), off("1.01")], "0", PricingError::NegativeTotal),
        // The goods are free of tax, the discount is not: more tax would be returned than was charged.
        (vec![goods(1, "1", "none"), off("1.00")], "0", PricingError::NegativeTotal),
        (vec![huge()], "0", PricingError::TooLarge),
    ] {
        assert_eq!(basket(&lines, discount), Err(error), "{lines:?}");
    }
    let discount = Money::parse("1", Currency::EUR).unwrap();
    let lines = [goods(1, "1", "vat")];
    let request =
        PriceRequest { currency: Currency::USD, lines: &lines, discount, taxation: &Taxation::default() };
    assert_eq!(price(&request), Err(PricingError::Currency(1)));
}

fn assert_sums(basket: &PricedBasket) {
    let sum = |amount: fn(&PricedLine) -> Money| {
        Money::sum(Currency::USD, basket.lines.iter().map(amount)).unwrap()
    };
    assert_eq!(basket.totals.subtotal, sum(|line| line.line_subtotal));
    assert_eq!(basket.totals.discount, sum(|line| line.discount));
    assert_eq!(basket.totals.tax, sum(|line| line.tax_amount));
    assert_eq!(basket.totals.total, sum(|line| line.line_total).plus(basket.totals.tax).unwrap());
    for line in &basket.lines {
        let gross = line.line_subtotal.minus(line.discount).unwrap();
        let inclusive = line.tax.as_ref().is_some_and(|tax| tax.inclusive);
        let rebuilt =
            if inclusive { line.line_total.plus(line.tax_amount).unwrap() } else { line.line_total };
        assert_eq!(rebuilt, gross);
        // A discount never changes the sign of a line.
        assert!(!line.line_subtotal.is_positive() || !gross.is_negative());
    }
    assert!(!basket.totals.total.is_negative() && !basket.totals.tax.is_negative());
}

prop_compose! {
    fn any_line()(
        quantity in 1_i64..5_000,
        cents in 0_i64..1_000_000,
        class in prop::sample::select(vec!["sales", "vat", "reduced", "half", "none"]),
        kind in prop::sample::select(vec![LineKind::Goods, LineKind::Goods, LineKind::Shipping, LineKind::Discount]),
    ) -> PriceLine {
        let mut line = line(kind, quantity, "0", class);
        line.unit_price = Money::from_minor(cents, Currency::USD).unwrap();
        line
    }
}

proptest! {
    #[test]
    fn the_parts_sum_to_the_whole(
        lines in prop::collection::vec(any_line(), 0..60), part in 0_i64..=100, half_even: bool, once: bool,
    ) {
        let rounding = if half_even { kernel::Rounding::HalfEven } else { kernel::Rounding::HalfUp };
        let per = if once { RoundedPer::Document } else { RoundedPer::Line };
        let taxation = taxation(TaxRounding { rounding, per });
        let request = |discount| PriceRequest { currency: Currency::USD, lines: &lines, discount, taxation: &taxation };
        match price(&request(usd("0"))) {
            Ok(whole) => {
                assert_sums(&whole);
                let discount = whole.totals.subtotal.share(part, 100).unwrap();
                match price(&request(discount)) {
                    Ok(basket) => {
                        assert_sums(&basket);
                        prop_assert_eq!(basket.totals.discount, discount);
                        prop_assert!(basket.totals.total.minor() <= whole.totals.total.minor());
                    }
                    // A discount on taxed goods, together with a taxed line of kind Discount.
                    Err(error) => prop_assert_eq!(error, PricingError::NegativeTotal),
                }
            }
            Err(error) => prop_assert_eq!(error, PricingError::NegativeTotal),
        }
    }
}
