//! Any sale, any history of returns: compared with a computation of its own in whole numbers.

use super::*;
use crate::pricing::{PriceLine, PriceRequest, Rate, TaxRate, Taxation, price};

/// `amount * numerator / denominator`, to the nearest, ties to even.
fn nearest(amount: i64, numerator: i64, denominator: i64) -> i64 {
    let (product, denominator) = (i128::from(amount) * i128::from(numerator), i128::from(denominator));
    let floor = product.div_euclid(denominator);
    let twice = product.rem_euclid(denominator) * 2;
    let up = twice > denominator || (twice == denominator && floor % 2 != 0);
    i64::try_from(floor + i128::from(up)).unwrap()
}

fn rates(ppm: &[(i64, bool)]) -> Vec<TaxRate> {
    let rate = |(class, (ppm, inclusive)): (usize, &(i64, bool))| TaxRate {
        tax_class: class.to_string(),
        rate: Rate::from_ppm(*ppm).unwrap(),
        inclusive: *inclusive,
    };
    ppm.iter().enumerate().map(rate).collect()
}

/// A sale: units, price in cents, tax class and kind of each line; the whole-order discount in percent.
fn sale(lines: &[(i64, i64, usize, LineKind)], rates: Vec<TaxRate>, percent: i64) -> Option<Vec<SoldLine>> {
    let item = |(index, (units, cents, class, kind)): (usize, &(i64, i64, usize, LineKind))| PriceLine {
        sku: sku(&format!("SKU-{index}")),
        name: Name::parse("Thing").unwrap(),
        kind: *kind,
        quantity: Quantity::new(*units).unwrap(),
        unit_price: Money::from_minor(*cents, Currency::USD).unwrap(),
        tax_class: class.to_string(),
        // Every third line has a discount of its own.
        discount: Money::from_minor(
            if index % 3 == 2 && *kind != LineKind::Discount { units * cents / 7 } else { 0 },
            Currency::USD,
        )
        .unwrap(),
    };
    let items: Vec<PriceLine> = lines.iter().enumerate().map(item).collect();
    let left = |item: &PriceLine| item.subtotal().unwrap().minor() - item.discount.minor();
    let subtotal = items.iter().map(left).sum::<i64>();
    let discount = Money::from_minor(subtotal.max(0) * percent / 100, Currency::USD).unwrap();
    let taxation = &Taxation { rates, ..Taxation::default() };
    let request = PriceRequest { currency: Currency::USD, lines: &items, discount, taxation };
    let priced = price(&request).ok()?;
    let line = |(number, (item, priced)): (i64, (PriceLine, crate::pricing::PricedLine))| SoldLine {
        line: number,
        id: line_id(number),
        sku: item.sku,
        name: item.name,
        kind: item.kind,
        tax_class: item.tax_class,
        quantity: item.quantity.units(),
        line_total: priced.line_total,
        tax_amount: priced.tax_amount,
        cost: None,
        given: Vec::new(),
    };
    Some((1..).zip(items.into_iter().zip(priced.lines)).map(line).collect())
}

fn sum(lines: &[SoldLine]) -> (i64, i64) {
    let gross = |line: &SoldLine| line.line_total.minor() + line.tax_amount.minor();
    (lines.iter().map(gross).sum(), lines.iter().map(|line| line.tax_amount.minor()).sum())
}

prop_compose! {
    fn any_line()(
        units in 1_i64..30,
        cents in 0_i64..20_000,
        class in 0_usize..4,
        kind in prop::sample::select(vec![LineKind::Goods, LineKind::Goods, LineKind::Shipping, LineKind::Discount]),
    ) -> (i64, i64, usize, LineKind) {
        // A discount is small, so that most baskets with one can be sold.
        if kind == LineKind::Discount { (1, cents / 10, class, kind) } else { (units, cents, class, kind) }
    }
}

fn any_rates() -> impl Strategy<Value = Vec<(i64, bool)>> {
    prop::collection::vec((0_i64..=300_000, any::<bool>()), 4)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    /// Each part is its share of the gross paid, and the parts of a line sum to the line.
    #[test]
    fn a_part_is_its_cumulative_share(
        line in any_line(), rates_ppm in any_rates(), percent in 0_i64..=100, cuts in prop::collection::vec(1_i64..12, 0..20),
    ) {
        prop_assume!(line.3 != LineKind::Discount);
        let mut lines = sale(&[line], rates(&rates_ppm), percent).unwrap();
        let ((paid, tax), quantity) = (sum(&lines), line.0);
        let (mut before, mut sums) = (0, (0, 0));
        for cut in cuts.into_iter().chain([quantity]) {
            let units = cut.min(quantity - before);
            if units == 0 { continue; }
            let part = &take_back(&mut lines, &[("SKU-0", units)], NOTHING).unwrap()[0];
            let gross = part.line_total.minor() + part.tax_amount.minor();
            let due = nearest(paid, before + units, quantity) - nearest(paid, before, quantity);
            prop_assert_eq!(gross, due);
            // Tax is within a cent of its share of the gross, and never more than the gross.
            let exact = if paid == 0 { 0 } else { nearest(tax, gross, paid) };
            prop_assert!((part.tax_amount.minor() - exact).abs() <= 1);
            prop_assert!(part.tax_amount.minor() >= 0 && part.line_total.minor() >= 0);
            sums = (sums.0 + gross, sums.1 + part.tax_amount.minor());
            before += units;
        }
        prop_assert_eq!(sums, (paid, tax));
    }

    /// Whatever comes back by item or by amount, in any order: nothing is below zero, and all of it is what was paid.
    #[test]
    fn any_history_gives_back_what_was_paid(
        wares in prop::collection::vec(any_line(), 1..6),
        rates_ppm in any_rates(),
        percent in 0_i64..=100,
        steps in prop::collection::vec((0_usize..6, 1_i64..30, 1_i64..=100, 0_u8..4), 0..25),
        earlier in prop::collection::vec((0_usize..6, 1_i64..30), 0..3),
    ) {
        let sold = sale(&wares, rates(&rates_ppm), percent);
        prop_assume!(sold.is_some());
        let mut lines = sold.unwrap();
        let (paid, tax) = sum(&lines);
        let mut back = (0, 0);
        let mut unshared = NOTHING;
        // What the earlier rule gave back: net and tax rounded apart, lines of kind Discount as they are.
        for (index, units) in earlier {
            let Some(line) = lines.get_mut(index) else { continue };
            let before = line.returned();
            let units = units.min(line.quantity - before);
            let part = |whole: Money| nearest(whole.minor(), before + units, line.quantity) - nearest(whole.minor(), before, line.quantity);
            let (net, taxed) = (part(line.line_total), part(line.tax_amount));
            let fits = units > 0 && (0..=paid).contains(&(back.0 + net + taxed)) && (0..=tax).contains(&(back.1 + taxed));
            if !fits { continue; }
            let cents = |minor| Money::from_minor(minor, Currency::USD).unwrap();
            line.given.push(Given { before, units, amount: Taxed::of(cents(net), cents(taxed)).unwrap() });
            back = (back.0 + net + taxed, back.1 + taxed);
        }
        let all = lines.iter().map(|line| (line.line, line.quantity)).collect::<Vec<_>>();
        let last = all.iter().map(|(line, units)| (usize::try_from(line - 1).unwrap(), *units, 0, 0));
        for (index, units, percent, what) in steps.into_iter().chain(last) {
            let amount = Money::from_minor((paid - back.0) * percent / 100, Currency::USD).unwrap();
            let parts = if what == 3 && amount.is_positive() {
                let (part, rest) = give(&mut lines, amount, unshared).unwrap();
                prop_assert_eq!(part.line_total.plus(part.tax_amount).unwrap(), amount);
                unshared = rest;
                vec![part]
            } else {
                let Some(line) = lines.get(index) else { continue };
                let units = units.min(line.quantity - line.returned());
                if units == 0 { continue; }
                let name = line.sku.to_string();
                take_back(&mut lines, &[(&name, units)], unshared).unwrap()
            };
            for part in parts {
                let gross = part.line_total.minor() + part.tax_amount.minor();
                prop_assert!(gross >= 0, "{part:?}");
                back = (back.0 + gross, back.1 + part.tax_amount.minor());
            }
        }
        let rest = paid - back.0;
        prop_assert!(rest >= 0);
        if rest > 0 {
            // Only an earlier rule leaves money without units.
            let (part, _) = give(&mut lines, Money::from_minor(rest, Currency::USD).unwrap(), unshared).unwrap();
            back = (back.0 + rest, back.1 + part.tax_amount.minor());
        }
        prop_assert_eq!(back, (paid, tax));
    }
}
