//! Refunds in parts give back the whole, and never more.
#![expect(clippy::arithmetic_side_effects, reason = "a test may panic")]

use super::*;
use kernel::Currency;
use proptest::prelude::*;

fn usd(amount: &str) -> Money {
    Money::parse(amount, Currency::USD).unwrap()
}

fn sku(text: &str) -> Sku {
    Sku::parse(text).unwrap()
}

fn sold(line: i64, name: &str, quantity: i64, total: &str, tax: &str, cost: &str) -> SoldLine {
    SoldLine {
        line,
        sku: sku(name),
        name: Name::parse(name).unwrap(),
        kind: LineKind::Goods,
        quantity,
        refunded: 0,
        line_total: usd(total),
        tax_amount: usd(tax),
        cost: Some(usd(cost)),
    }
}

fn items(items: &[(&str, i64)]) -> Vec<(Sku, Quantity)> {
    items.iter().map(|(name, units)| (sku(name), Quantity::new(*units).unwrap())).collect()
}

#[test]
fn a_line_comes_back_in_parts_that_sum_to_the_whole() {
    let mut line = sold(1, "A", 3, "0.10", "0.01", "0.05");
    let mut parts = Vec::new();
    for _ in 0..3 {
        let part = refund_lines(std::slice::from_ref(&line), &items(&[("A", 1)]), true).unwrap();
        parts.push((
            part[0].line_total.amount(),
            part[0].tax_amount.amount(),
            part[0].cost.unwrap().amount(),
        ));
        line.refunded += 1;
    }
    let text = |a: &str, b: &str, c: &str| (a.to_owned(), b.to_owned(), c.to_owned());
    assert_eq!(
        parts,
        [text("0.03", "0.00", "0.02"), text("0.04", "0.01", "0.01"), text("0.03", "0.00", "0.02")]
    );
}

#[test]
fn an_item_takes_from_the_lines_of_its_sku_in_order() {
    let lines = [
        sold(1, "A", 2, "2.00", "0", "1"),
        sold(2, "B", 1, "9", "0", "1"),
        sold(3, "A", 2, "1.00", "0", "1"),
    ];
    let refund = refund_lines(&lines, &items(&[("A", 3)]), false).unwrap();
    let shown: Vec<_> = refund.iter().map(|l| (l.of, l.quantity.units(), l.line_total.amount())).collect();
    assert_eq!(shown, [(Some((1, 0)), 2, "2.00".to_owned()), (Some((3, 0)), 1, "0.50".to_owned())]);
    assert!(refund.iter().all(|line| line.cost.is_none()), "what is not restocked brings no value back");
}

#[test]
fn only_goods_go_back_into_stock() {
    let mut postage = sold(1, "POST", 1, "5.00", "0", "0");
    postage.kind = LineKind::Shipping;
    let refund = refund_lines(&[postage], &items(&[("POST", 1)]), true).unwrap();
    assert!(!refund[0].restock && refund[0].cost.is_none());
}

#[test]
fn more_than_was_sold_is_refused_with_the_line() {
    let mut line = sold(1, "A", 3, "3.00", "0", "1");
    line.refunded = 2;
    let lines = [line];
    let refused = |wanted: &[(&str, i64)]| refund_lines(&lines, &items(wanted), true).unwrap_err();
    assert_eq!(refused(&[("A", 2)]), RefundError::TooMany { index: 0, sku: sku("A"), left: 1 });
    assert_eq!(refused(&[("A", 1), ("A", 1)]), RefundError::TooMany { index: 1, sku: sku("A"), left: 0 });
    assert_eq!(refused(&[("X", 1)]), RefundError::NotSold { index: 0, sku: sku("X") });
}

#[test]
fn an_adjustment_is_a_reduction_given_or_a_fee_kept() {
    assert_eq!(adjustment_line(usd("0")), None);
    let lines = |amount| adjustment_line(usd(amount)).into_iter().collect::<Vec<_>>();
    assert_eq!(lines("5.00")[0].kind, LineKind::Discount);
    assert_eq!(lines("-5.00")[0].kind, LineKind::Fee);
    assert_eq!(totals(Currency::USD, &lines("5.00")).unwrap().total, usd("5.00"));
    assert_eq!(totals(Currency::USD, &lines("-5.00")), Err(RefundError::BelowZero));
    assert_eq!(totals(Currency::USD, &[]), Err(RefundError::Nothing));
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
        pay_back(usd(total), &parts).map(|back| {
            back.iter()
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

proptest! {
    #[test]
    fn any_sequence_of_refunds_gives_back_exactly_what_was_paid(
        quantity in 1_i64..200,
        total in -1_000_000_i64..1_000_000,
        tax in -100_000_i64..100_000,
        cuts in prop::collection::vec(1_i64..50, 1..40),
    ) {
        let cents = |minor| Money::from_minor(minor, Currency::USD).unwrap();
        let mut line = sold(1, "A", quantity, "0", "0", "0");
        (line.line_total, line.tax_amount, line.cost) = (cents(total), cents(tax), Some(cents(total.abs())));
        let mut sums = (0, 0, 0);
        for cut in cuts.into_iter().chain([quantity]) {
            let units = cut.min(line.quantity - line.refunded);
            if units == 0 { continue; }
            let part = &refund_lines(std::slice::from_ref(&line), &items(&[("A", units)]), true).unwrap()[0];
            sums.0 += part.line_total.minor();
            sums.1 += part.tax_amount.minor();
            sums.2 += part.cost.unwrap().minor();
            // A part never has the opposite sign.
            prop_assert!(part.line_total.minor() * total >= 0);
            line.refunded += units;
        }
        prop_assert_eq!(sums, (total, tax, total.abs()));
    }

    #[test]
    fn no_payment_gives_back_more_than_it_took(amounts in prop::collection::vec(0_i64..10_000, 1..6), cuts in prop::collection::vec(1_i64..5_000, 1..30)) {
        let cents = |minor| Money::from_minor(minor, Currency::USD).unwrap();
        let mut left: Vec<PaidPart> = amounts.iter().enumerate().map(|(n, amount)| PaidPart {
            payment_id: PaymentId(uuid::Uuid::from_u128(n as u128)), method: PaymentMethod::Card, remaining: cents(*amount),
        }).collect();
        for cut in cuts.into_iter().chain([i64::MAX]) {
            let rest: i64 = left.iter().map(|part| part.remaining.minor()).sum();
            let back = pay_back(cents(cut.min(rest)), &left).unwrap();
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
