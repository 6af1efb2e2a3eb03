//! Refunds in parts give back the whole, and never more.
#![expect(clippy::arithmetic_side_effects, reason = "a test may panic")]

use super::*;
use kernel::Currency;
use proptest::prelude::*;

mod shares;

fn usd(amount: &str) -> Money {
    Money::parse(amount, Currency::USD).unwrap()
}

fn sku(text: &str) -> Sku {
    Sku::parse(text).unwrap()
}

fn line_id(line: i64) -> LineId {
    LineId::of(kernel::ids::OrderId::parse("0193e9a0-0000-7000-8000-000000000001").unwrap(), line)
}

fn sold(line: i64, name: &str, quantity: i64, total: &str, tax: &str, cost: &str) -> SoldLine {
    SoldLine {
        line,
        id: line_id(line),
        sku: sku(name),
        name: Name::parse(name).unwrap(),
        kind: LineKind::Goods,
        tax_class: "standard".to_owned(),
        quantity,
        line_total: usd(total),
        tax_amount: usd(tax),
        cost: Some(usd(cost)),
        given: Vec::new(),
    }
}

fn item(article: Article, units: i64) -> Returned {
    Returned { article, quantity: Quantity::new(units).unwrap(), of_shipped: false }
}

fn items(items: &[(&str, i64)]) -> Vec<Returned> {
    items.iter().map(|(name, units)| item(Article::Sku(sku(name)), *units)).collect()
}

const NOTHING: Taxed = Taxed::zero(Currency::USD);

/// Takes items back, and writes down what was given.
fn take_back(
    lines: &mut [SoldLine],
    wanted: &[(&str, i64)],
    unshared: Taxed,
) -> Result<Vec<RefundLine>, RefundError> {
    let back = Left::of(Currency::USD, lines, unshared)?.take_back(&items(wanted), true)?;
    for part in &back {
        let of = part.of.unwrap();
        let line = lines.iter_mut().find(|line| line.line == of.line).unwrap();
        let amount = Taxed::of(part.line_total, part.tax_amount)?;
        line.given.push(Given { before: of.returned, units: part.quantity.units(), amount });
    }
    Ok(back)
}

/// Gives an amount, and writes down what was given. Returns what no line was reduced by.
fn give(lines: &mut [SoldLine], amount: Money, unshared: Taxed) -> Result<(RefundLine, Taxed), RefundError> {
    let (back, shares) = Left::of(Currency::USD, lines, unshared)?.give(amount)?;
    let mut rest = Taxed::of(back.line_total, back.tax_amount)?;
    for Share { of, amount } in shares {
        let line = lines.iter_mut().find(|line| line.line == of.line).unwrap();
        line.given.push(Given { before: of.returned, units: 0, amount });
        rest = rest.minus(amount)?;
    }
    Ok((back, unshared.plus(rest)?))
}

/// `gross tax` of each line.
fn shown(lines: &[RefundLine]) -> String {
    let line = |line: &RefundLine| {
        let gross = line.line_total.plus(line.tax_amount).unwrap();
        format!("{} {}", gross.amount(), line.tax_amount.amount())
    };
    lines.iter().map(line).collect::<Vec<_>>().join(", ")
}

#[test]
fn two_units_of_99_cents_come_back_at_99_cents_each() {
    // 7 % is in the price: 0.13 of 1.98.
    let mut lines = [sold(1, "A", 2, "1.85", "0.13", "1")];
    assert_eq!(shown(&take_back(&mut lines, &[("A", 1)], NOTHING).unwrap()), "0.99 0.06");
    assert_eq!(shown(&take_back(&mut lines, &[("A", 1)], NOTHING).unwrap()), "0.99 0.07");
}

#[test]
fn what_an_earlier_rule_gave_back_stays_and_the_rest_is_left() {
    let mut lines = [sold(1, "A", 2, "1.85", "0.13", "1")];
    let amount = Taxed { gross: usd("0.98"), tax: usd("0.06") };
    lines[0].given.push(Given { before: 0, units: 1, amount });
    assert_eq!(shown(&take_back(&mut lines, &[("A", 1)], NOTHING).unwrap()), "1.00 0.07");
    // An amount without tax and without shares: what is left of the money is left of the units.
    let mut lines = [sold(1, "A", 1, "100.00", "20.00", "1")];
    let unshared = Taxed { gross: usd("60.00"), tax: usd("0") };
    assert_eq!(shown(&take_back(&mut lines, &[("A", 1)], unshared).unwrap()), "60.00 20.00");
    // A line of kind Discount that was given back as an item reduces nothing any more.
    let mut lines = [sold(1, "A", 2, "14.00", "0", "1"), sold(2, "OFF", 1, "-2.00", "0", "0")];
    lines[1].kind = LineKind::Discount;
    let amount = |amount| Taxed { gross: usd(amount), tax: usd("0") };
    lines[0].given.push(Given { before: 0, units: 1, amount: amount("7.00") });
    lines[1].given.push(Given { before: 0, units: 1, amount: amount("-2.00") });
    assert_eq!(shown(&take_back(&mut lines, &[("A", 1)], NOTHING).unwrap()), "7.00 0.00");
}

#[test]
fn an_amount_carries_its_tax_and_leaves_the_rest_refundable() {
    let whole = || [sold(1, "A", 2, "100.00", "20.00", "1")];
    let mut lines = whole();
    let (back, rest) = give(&mut lines, usd("60.00"), NOTHING).unwrap();
    assert_eq!((shown(&[back]), rest), ("60.00 10.00".to_owned(), NOTHING));
    assert_eq!(shown(&take_back(&mut lines, &[("A", 1)], NOTHING).unwrap()), "30.00 5.00");
    assert_eq!(shown(&take_back(&mut lines, &[("A", 1)], NOTHING).unwrap()), "30.00 5.00");
    assert_eq!(give(&mut lines, usd("0.01"), NOTHING).unwrap_err(), RefundError::TooMuch);
    // The other way round: what is back is not reduced.
    let mut lines = whole();
    assert_eq!(shown(&take_back(&mut lines, &[("A", 1)], NOTHING).unwrap()), "60.00 10.00");
    assert_eq!(shown(&[give(&mut lines, usd("12.00"), NOTHING).unwrap().0]), "12.00 2.00");
    assert_eq!(shown(&take_back(&mut lines, &[("A", 1)], NOTHING).unwrap()), "48.00 8.00");
}

#[test]
fn a_line_of_kind_discount_is_in_the_lines_of_its_class() {
    let mut lines = [
        sold(1, "A", 2, "100.00", "20.00", "1"),
        sold(2, "B", 1, "50.00", "0", "1"),
        sold(3, "OFF", 1, "-10.00", "-2.00", "0"),
    ];
    lines[1].tax_class = "zero".to_owned();
    lines[2].kind = LineKind::Discount;
    assert_eq!(
        shown(&take_back(&mut lines, &[("A", 1), ("OFF", 1)], NOTHING).unwrap()),
        "54.00 9.00, 0.00 0.00"
    );
    assert_eq!(
        shown(&take_back(&mut lines, &[("B", 1), ("A", 1)], NOTHING).unwrap()),
        "50.00 0.00, 54.00 9.00"
    );
    // More than its class has: on all of them.
    let mut lines = [
        sold(1, "A", 1, "10.00", "0", "1"),
        sold(2, "B", 1, "30.00", "0", "1"),
        sold(3, "OFF", 1, "-20.00", "0", "0"),
    ];
    lines[1].tax_class = "zero".to_owned();
    lines[2].kind = LineKind::Discount;
    assert_eq!(
        shown(&take_back(&mut lines, &[("A", 1), ("B", 1)], NOTHING).unwrap()),
        "5.00 0.00, 15.00 0.00"
    );
}

#[test]
fn a_line_comes_back_in_parts_that_sum_to_the_whole() {
    let mut lines = [sold(1, "A", 3, "0.10", "0.01", "0.05")];
    let mut costs = Vec::new();
    let mut parts = Vec::new();
    for _ in 0..3 {
        let part = take_back(&mut lines, &[("A", 1)], NOTHING).unwrap();
        costs.push(part[0].cost.unwrap().amount());
        parts.push(shown(&part));
    }
    assert_eq!(
        (parts.join(", "), costs.join(" ")),
        ("0.04 0.00, 0.03 0.01, 0.04 0.00".to_owned(), "0.02 0.01 0.02".to_owned())
    );
}

#[test]
fn an_item_takes_from_the_lines_of_its_sku_in_order() {
    let lines = [
        sold(1, "A", 2, "2.00", "0", "1"),
        sold(2, "B", 1, "9", "0", "1"),
        sold(3, "A", 2, "1.00", "0", "1"),
    ];
    let refund =
        Left::of(Currency::USD, &lines, NOTHING).unwrap().take_back(&items(&[("A", 3)]), false).unwrap();
    let line = |line: &RefundLine| (line.of.unwrap().line, line.quantity.units(), line.line_total.amount());
    let shown: Vec<_> = refund.iter().map(line).collect();
    assert_eq!(shown, [(1, 2, "2.00".to_owned()), (3, 1, "0.50".to_owned())]);
    assert!(refund.iter().all(|line| line.cost.is_none()), "what is not restocked brings no value back");
}

#[test]
fn only_goods_go_back_into_stock() {
    let mut postage = sold(1, "POST", 1, "5.00", "0", "0");
    postage.kind = LineKind::Shipping;
    let refund = take_back(&mut [postage], &[("POST", 1)], NOTHING).unwrap();
    assert!(!refund[0].restock && refund[0].cost.is_none());
}

#[test]
fn more_than_was_sold_is_refused_with_the_line() {
    let mut lines = [sold(1, "A", 3, "3.00", "0", "1")];
    take_back(&mut lines, &[("A", 2)], NOTHING).unwrap();
    let refused = |wanted: &[(&str, i64)]| take_back(&mut lines.clone(), wanted, NOTHING).unwrap_err();
    assert_eq!(refused(&[("A", 2)]), RefundError::TooMany { index: 0, sku: sku("A"), left: 1 });
    assert_eq!(refused(&[("A", 1), ("A", 1)]), RefundError::TooMany { index: 1, sku: sku("A"), left: 0 });
    assert_eq!(refused(&[("X", 1)]), RefundError::NotSold { index: 0, article: Article::Sku(sku("X")) });
}

#[test]
fn an_item_names_a_line_or_all_lines_of_its_sku() {
    let lines = [
        sold(1, "A", 2, "2.00", "0", "1"),
        sold(2, "A", 2, "4.00", "0", "1"),
        sold(3, "B", 1, "9.00", "0", "1"),
    ];
    let back = |wanted: Article, units| {
        let mut left = Left::of(Currency::USD, &lines, NOTHING).unwrap();
        let back = left.take_back(&[item(wanted, units)], true)?;
        Ok(back.iter().map(|line| (line.of.unwrap().line, line.quantity.units())).collect::<Vec<_>>())
    };
    assert_eq!(back(Article::Sku(sku("a")), 3), Ok(vec![(1, 2), (2, 1)]));
    assert_eq!(back(Article::Line(line_id(2)), 1), Ok(vec![(2, 1)]));
    let too_many = RefundError::TooMany { index: 0, sku: sku("A"), left: 2 };
    assert_eq!(back(Article::Line(line_id(2)), 3), Err(too_many));
    let unknown = Article::Line(line_id(4));
    assert_eq!(back(unknown.clone(), 1), Err(RefundError::NotSold { index: 0, article: unknown }));
}

#[test]
fn a_fee_is_kept_with_its_tax_and_can_be_given_back_by_amount() {
    let mut lines = [sold(1, "A", 2, "100.00", "20.00", "1")];
    let mut back = take_back(&mut lines, &[("A", 1)], NOTHING).unwrap();
    back.push(Left::keep(usd("6.00"), &back).unwrap());
    assert_eq!(shown(&back), "60.00 10.00, -6.00 -1.00");
    assert_eq!((back[1].kind, totals(Currency::USD, &back).unwrap().total), (LineKind::Fee, usd("54.00")));
    assert_eq!(Left::keep(usd("60.01"), &back[..1]), Err(RefundError::BelowZero));
    assert_eq!(totals(Currency::USD, &[]), Err(RefundError::Nothing));
    let kept = Taxed { gross: usd("-6.00"), tax: usd("-1.00") };
    // The other unit first, then the fee.
    let (back, kept) = give(&mut lines, usd("63.00"), kept).unwrap();
    assert_eq!(
        (shown(std::slice::from_ref(&back)), back.kind),
        ("63.00 10.50".to_owned(), LineKind::Discount)
    );
    assert_eq!(shown(&take_back(&mut lines, &[("A", 1)], kept).unwrap()), "0.00 0.00");
    assert_eq!(give(&mut lines, usd("3.01"), kept).unwrap_err(), RefundError::TooMuch);
    assert_eq!(shown(&[give(&mut lines, usd("3.00"), kept).unwrap().0]), "3.00 0.50");
}

fn paid(method: PaymentMethod, remaining: &str) -> PaidPart {
    PaidPart { payment_id: PaymentId(uuid::Uuid::nil()), method, remaining: usd(remaining) }
}

#[test]
fn money_goes_back_the_way_it_came() {
    let parts = [
        paid(PaymentMethod::Cash, "10.00"),
        paid(PaymentMethod::Card, "20.00"),
        paid(PaymentMethod::CardTerminal, "0"),
    ];
    let shown = |total| {
        pay_back(usd(total), usd("30.00"), &parts, None).map(|back| {
            assert!(back.rounding.is_zero());
            back.parts
                .iter()
                .map(|part| format!("{} {}", part.method, part.amount.amount()))
                .collect::<Vec<_>>()
                .join(", ")
        })
    };
    assert_eq!(shown("30.00").unwrap(), "Cash 10.00, Card 20.00");
    assert_eq!(shown("10.00").unwrap(), "Cash 3.33, Card 6.67");
    assert_eq!(shown("0.00").unwrap(), "");
    assert_eq!(shown("30.01"), Err(RefundError::TooMuch));
}

#[test]
fn cash_goes_back_in_coins_and_all_of_it() {
    // 1.66 was paid with 1.65, 1.68 with 1.70.
    for (total, cash, refunds, expected) in [
        ("1.66", "1.65", &["0.83", "0.83"][..], "0.85 0.02, 0.80 -0.03"),
        ("1.66", "1.65", &["1.66"], "1.65 -0.01"),
        ("1.68", "1.70", &["0.02", "1.66"], "0.00 -0.02, 1.70 0.04"),
        ("1.68", "1.70", &["1.65", "0.03"], "1.65 0.00, 0.05 0.02"),
        ("0.10", "0.10", &["0.03", "0.03", "0.03", "0.01"], "0.05 0.02, 0.05 0.02, 0.00 -0.03, 0.00 -0.01"),
    ] {
        let (mut left, mut part) = (usd(total), paid(PaymentMethod::Cash, cash));
        let mut shown = Vec::new();
        for refund in refunds {
            let back = pay_back(usd(refund), left, std::slice::from_ref(&part), Some(usd("0.05"))).unwrap();
            let amount = back.parts.first().map_or(usd("0"), |part| part.amount);
            shown.push(format!("{} {}", amount.amount(), back.rounding.amount()));
            left = left.minus(usd(refund)).unwrap();
            part.remaining = part.remaining.minus(amount).unwrap();
        }
        assert_eq!(shown.join(", "), expected, "{total}");
        assert!(part.remaining.is_zero());
    }
}

proptest! {
    #[test]
    fn no_payment_gives_back_more_than_it_took(amounts in prop::collection::vec(0_i64..10_000, 1..6), cuts in prop::collection::vec(1_i64..5_000, 1..30)) {
        let cents = |minor| Money::from_minor(minor, Currency::USD).unwrap();
        let mut left: Vec<PaidPart> = amounts.iter().enumerate().map(|(n, amount)| PaidPart {
            payment_id: PaymentId(uuid::Uuid::from_u128(n as u128)), method: PaymentMethod::Card, remaining: cents(*amount),
        }).collect();
        for cut in cuts.into_iter().chain([i64::MAX]) {
            let rest: i64 = left.iter().map(|part| part.remaining.minor()).sum();
            let back = pay_back(cents(cut.min(rest)), cents(rest), &left, None).unwrap().parts;
            prop_assert_eq!(back.iter().map(|part| part.amount.minor()).sum::<i64>(), cut.min(rest));
            for part in back {
                let of = left.iter_mut().find(|paid| Some(paid.payment_id) == part.payment_id).unwrap();
                of.remaining = of.remaining.minus(part.amount).unwrap();
                prop_assert!(!of.remaining.is_negative());
            }
        }
        prop_assert!(left.iter().all(|part| part.remaining.is_zero()));
    }
}
