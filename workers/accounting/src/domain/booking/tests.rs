//! Events and what they book, as text tables: `method amount` or `kind line_total tax cost` in, entry
//! lines out.

use contracts::events::{CompletedLine, RefundedLine, SaleDeviation};
use contracts::terms::{AdjustmentReason, LineKind, SalesChannel};
use kernel::Timestamp;
use kernel::ids::{AdjustmentId, ClosingId, OrderId, RefundId, WarehouseId};
use kernel::text::Sku;

use super::*;

const ID: &str = "0193e9a0-0000-7000-8000-000000000001";

fn usd(amount: &str) -> Money {
    Money::parse(amount, Currency::USD).unwrap()
}

fn at() -> Timestamp {
    Timestamp::parse("2026-11-20T23:30:00Z").unwrap()
}

fn rows(text: &str) -> Vec<Vec<&str>> {
    text.split(',').filter(|row| !row.trim().is_empty()).map(|row| row.split_whitespace().collect()).collect()
}

fn payments(text: &str) -> Vec<PaymentPart> {
    let part =
        |row: Vec<&str>| PaymentPart { method: PaymentMethod::parse(row[0]).unwrap(), amount: usd(row[1]) };
    rows(text).into_iter().map(part).collect()
}

fn sum(currency: Currency, amounts: impl Iterator<Item = Money>) -> Money {
    Money::sum(currency, amounts).unwrap()
}

fn order(channel: SalesChannel, paid: &str, lines: &str) -> OrderCompleted {
    let line = |row: Vec<&str>| CompletedLine {
        sku: Sku::parse("A").unwrap(),
        kind: LineKind::parse(row[0]).unwrap(),
        quantity: 1,
        line_total: usd(row[1]),
        tax_amount: usd(row[2]),
        unit_cost: usd(row[3]),
        cost: usd(row[3]),
    };
    let (payments, lines): (_, Vec<_>) = (payments(paid), rows(lines).into_iter().map(line).collect());
    OrderCompleted {
        order_id: OrderId::parse(ID).unwrap(),
        order_number: "ORD-2026-000001".to_owned(),
        sales_channel: channel,
        customer_id: None,
        customer_name: Some("Ada Ltd".to_owned()),
        sold_at: at(),
        business_day: None,
        currency: Currency::USD,
        subtotal: sum(Currency::USD, lines.iter().map(|line: &CompletedLine| line.line_total)),
        discount: usd("0"),
        tax: sum(Currency::USD, lines.iter().map(|line| line.tax_amount)),
        total: sum(Currency::USD, payments.iter().map(|part: &PaymentPart| part.amount)),
        payments,
        cash_rounding: None,
        lines,
        payment_terms: None,
        purchase_order_number: None,
        deviation: None,
    }
}

fn refund(paid: &str, lines: &str) -> OrderRefunded {
    let line = |row: Vec<&str>| RefundedLine {
        sku: Sku::parse("A").unwrap(),
        kind: LineKind::parse(row[0]).unwrap(),
        quantity: 1,
        line_total: usd(row[1]),
        tax_amount: usd(row[2]),
        restocked: row[3] != "-",
        cost: if row[3] == "-" { usd("0") } else { usd(row[3]) },
    };
    let (payments, lines): (_, Vec<_>) = (payments(paid), rows(lines).into_iter().map(line).collect());
    OrderRefunded {
        refund_id: RefundId::parse(ID).unwrap(),
        order_id: None,
        order_number: None,
        sales_channel: SalesChannel::POS,
        customer_id: None,
        refunded_at: at(),
        business_day: None,
        currency: Currency::USD,
        subtotal: sum(Currency::USD, lines.iter().map(|line: &RefundedLine| line.line_total)),
        tax: sum(Currency::USD, lines.iter().map(|line| line.tax_amount)),
        total: sum(Currency::USD, payments.iter().map(|part: &PaymentPart| part.amount)),
        payments,
        cash_rounding: None,
        lines,
    }
}

/// `Dr 1010 10.00, Cr 4030 10.00`, or `-` for no entry.
fn shown(entry: Option<&EntryDraft>) -> String {
    let Some(entry) = entry else { return "-".to_owned() };
    assert_eq!(entry.entry_date.to_string(), "2026-11-20");
    let line = |line: &EntryLine| {
        let side = if line.direction == Direction::Debit { "Dr" } else { "Cr" };
        format!("{side} {} {}", line.account_code, line.amount.amount())
    };
    entry.lines().iter().map(line).collect::<Vec<_>>().join(", ")
}

#[test]
fn the_rounding_of_cash_has_its_own_account() {
    for (total, paid, expected) in [
        ("1.66", "Cash 1.65", "Dr 1010 1.65, Dr 6520 0.01, Cr 4030 1.66"),
        ("1.68", "Cash 1.70", "Dr 1010 1.70, Cr 4030 1.68, Cr 6520 0.02"),
        ("0.02", "", "Dr 6520 0.02, Cr 4030 0.02"),
    ] {
        let mut sale = order(SalesChannel::POS, paid, &format!("Goods {total} 0 0"));
        sale.cash_rounding = Some(sale.total.minus(usd(total)).unwrap());
        sale.total = usd(total);
        assert_eq!(shown(sold(&sale).entry.as_ref()), expected);
        let mut back = refund(paid, &format!("Goods {total} 0 -"));
        back.cash_rounding = Some(back.total.minus(usd(total)).unwrap());
        back.total = usd(total);
        assert!(refunded(&back).entry.is_some(), "{total}");
        sale.cash_rounding = None;
        assert!(order_completed(&sale, Currency::USD).is_err());
    }
}

fn sold(order: &OrderCompleted) -> Booking {
    order_completed(order, Currency::USD).unwrap()
}

fn refunded(refund: &OrderRefunded) -> Booking {
    order_refunded(refund, Currency::USD).unwrap()
}

#[test]
fn a_sale_books_money_revenue_tax_and_cost() {
    use SalesChannel::{POS, RetailWeb, WholesaleWeb};
    for (channel, paid, lines, expected) in [
        (POS, "Cash 10.00", "Goods 10.00 0 4.00", "Dr 1010 10.00, Dr 5010 4.00, Cr 4030 10.00, Cr 1200 4.00"),
        (
            RetailWeb,
            "Card 10.83",
            "Goods 5.00 0.41 2.00, Goods 5.00 0.42 1.50",
            "Dr 1030 10.83, Dr 5010 3.50, Cr 4010 10.00, Cr 1200 3.50, Cr 2100 0.83",
        ),
        (
            WholesaleWeb,
            "PurchaseOrder 118.00",
            "Goods 100.00 0 60.00, Shipping 15.00 0 0, Fee 3.00 0 0",
            "Dr 1100 118.00, Dr 5010 60.00, Cr 4020 100.00, Cr 1200 60.00, Cr 4100 15.00, Cr 4200 3.00",
        ),
        (
            POS,
            "Cash 4.00, CardTerminal 3.00, BankTransfer 2.00, Card 1.00",
            "Goods 12.00 0 0, Discount -2.00 0 0",
            "Dr 1010 4.00, Dr 1030 4.00, Dr 1020 2.00, Dr 4900 2.00, Cr 4030 12.00",
        ),
        // A sale that was given away still costs its goods; a sale with no price and no cost books nothing.
        (
            POS,
            "Cash 0",
            "Goods 10.00 0 4.00, Discount -10.00 0 0",
            "Dr 5010 4.00, Dr 4900 10.00, Cr 4030 10.00, Cr 1200 4.00",
        ),
        (POS, "", "Goods 0 0 4.00", "Dr 5010 4.00, Cr 1200 4.00"),
        (POS, "Cash 0", "Goods 0 0 0", "-"),
    ] {
        let booking = sold(&order(channel, paid, lines));
        assert_eq!(shown(booking.entry.as_ref()), expected, "{channel} {paid}; {lines}");
        assert_eq!(booking.source.id, format!("order:{ID}"));
    }
}

#[test]
fn a_refund_books_the_reverse() {
    for (paid, lines, expected) in [
        ("Cash 10.00", "Goods 10.00 0 4.00", "Dr 4800 10.00, Dr 1200 4.00, Cr 5010 4.00, Cr 1010 10.00"),
        ("Card 10.80", "Goods 10.00 0.80 -", "Dr 4800 10.00, Dr 2100 0.80, Cr 1030 10.80"),
        ("PurchaseOrder 15.00", "Shipping 15.00 0 -", "Dr 4100 15.00, Cr 1100 15.00"),
        (
            "BankTransfer 8.00",
            "Goods 10.00 0 -, Discount -2.00 0 -",
            "Dr 4800 10.00, Cr 4900 2.00, Cr 1020 8.00",
        ),
        ("PurchaseOrder 27.50", "Discount 27.50 0 -", "Dr 4900 27.50, Cr 1100 27.50"),
    ] {
        let booking = refunded(&refund(paid, lines));
        assert_eq!(shown(booking.entry.as_ref()), expected, "{paid}; {lines}");
    }
}

#[test]
fn a_change_of_stock_stands_against_its_reason() {
    use AdjustmentReason::{CountCorrection, Damaged, Found, InternalUse, Lost, OpeningBalance, Received};
    for (reason, value, expected) in [
        (Received, "50.00", "Dr 1200 50.00, Cr 2200 50.00"),
        (Received, "-5.00", "Dr 2200 5.00, Cr 1200 5.00"),
        (OpeningBalance, "50.00", "Dr 1200 50.00, Cr 3100 50.00"),
        (CountCorrection, "-3.00", "Dr 5100 3.00, Cr 1200 3.00"),
        (CountCorrection, "3.00", "Dr 1200 3.00, Cr 5100 3.00"),
        (Found, "1.00", "Dr 1200 1.00, Cr 5100 1.00"),
        (Damaged, "-1.00", "Dr 5110 1.00, Cr 1200 1.00"),
        (Lost, "-1.00", "Dr 5110 1.00, Cr 1200 1.00"),
        (InternalUse, "-1.00", "Dr 6500 1.00, Cr 1200 1.00"),
        (CountCorrection, "0", "-"),
    ] {
        let change = StockAdjusted {
            adjustment_id: AdjustmentId::parse(ID).unwrap(),
            warehouse_id: WarehouseId::parse(ID).unwrap(),
            reason,
            currency: Currency::USD,
            value: usd(value),
            lines: Vec::new(),
            order_id: None,
            business_day: None,
        };
        let booking = stock_changed(&change, at(), Currency::USD).unwrap();
        assert_eq!(shown(booking.entry.as_ref()), expected, "{reason} {value}");
    }
}

#[test]
fn a_counted_drawer_books_what_it_holds_too_much_or_too_little() {
    for (expected_cash, counted, expected) in [
        ("55.00", Some("54.50"), "Dr 6510 0.50, Cr 1010 0.50"),
        ("55.00", Some("57.00"), "Dr 1010 2.00, Cr 6510 2.00"),
        ("-5.00", Some("0.00"), "Dr 1010 5.00, Cr 6510 5.00"),
        ("55.00", Some("55.00"), "-"),
        ("55.00", None, "-"),
    ] {
        let closing = TillClosed {
            closing_id: ClosingId::parse(ID).unwrap(),
            terminal_id: Code::parse("T1").unwrap(),
            closing_number: 3,
            closed_at: at(),
            business_day: None,
            currency: Currency::USD,
            sales: 4,
            total: usd("70.00"),
            expected_cash: usd(expected_cash),
            counted_cash: counted.map(usd),
        };
        let booking = till_closed(&closing, Currency::USD).unwrap();
        assert_eq!(shown(booking.entry.as_ref()), expected, "{expected_cash} {counted:?}");
        assert_eq!(booking.source.id, format!("closing:{ID}"));
    }
}

#[test]
fn a_document_is_booked_on_its_day_in_the_shop_and_an_older_one_on_its_day_in_utc() {
    let next = Date::parse("2026-11-21").unwrap();
    for (business_day, booked) in [(Some(next), next), (None, at().date())] {
        let sale = OrderCompleted { business_day, ..order(SalesChannel::POS, "Cash 1.00", "Goods 1.00 0 0") };
        let back = OrderRefunded { business_day, ..refund("Cash 1.00", "Goods 1.00 0 -") };
        assert_eq!(sold(&sale).entry.unwrap().entry_date, booked);
        assert_eq!(refunded(&back).entry.unwrap().entry_date, booked);
    }
}

#[test]
fn what_is_on_account_is_billed_with_its_terms() {
    for (terms, due) in [(None, "2026-12-20"), (Some(PaymentTerms::Net60), "2027-01-19")] {
        let event = OrderCompleted {
            payment_terms: terms,
            ..order(
                SalesChannel::WholesaleWeb,
                "PurchaseOrder 60.00, BankTransfer 40.00",
                "Goods 100.00 0 50.00",
            )
        };
        let invoice = sold(&event).invoice.unwrap();
        assert_eq!((invoice.total, invoice.due_date.to_string().as_str()), (usd("60.00"), due));
    }
    let paid = order(SalesChannel::WholesaleWeb, "BankTransfer 1.00", "Goods 1.00 0 0");
    assert_eq!(sold(&paid).invoice, None);
    let credit = refunded(&refund("PurchaseOrder 5.00", "Goods 5.00 0 -")).credit;
    assert_eq!(credit.unwrap().amount, usd("5.00"));
}

#[test]
fn an_event_that_contradicts_itself_is_refused_with_its_sums() {
    let refused = |order: &OrderCompleted| order_completed(order, Currency::USD).unwrap_err().to_string();
    let sale = order(SalesChannel::POS, "Cash 10.00", "Goods 9.99 0 0");
    assert_eq!(
        refused(&sale),
        format!("order:{ID} does not add up: debits are 10.00 USD and credits are 9.99 USD")
    );
    let sale = OrderCompleted { total: usd("11.00"), ..sale };
    assert_eq!(refused(&sale), format!("order:{ID} has payments of 10.00 USD for a total of 11.00 USD"));
    let sale = OrderCompleted { currency: Currency::EUR, ..sale };
    assert_eq!(refused(&sale), format!("order:{ID} is in EUR, and the books are in USD"));
}

/// A deviation of so much in price and in missing goods.
fn deviation(price: &str, missing_cost: &str) -> SaleDeviation {
    SaleDeviation { price: usd(price), missing_cost: usd(missing_cost) }
}

#[test]
fn what_is_beyond_the_limits_waits_on_the_suspense_accounts_until_it_is_settled() {
    use ReviewOutcome::{Accepted, Corrected};
    let settled = |outcome, deviation| DeviationSettled {
        order_id: OrderId::parse(ID).unwrap(),
        order_number: "ORD-2026-000001".to_owned(),
        sales_channel: SalesChannel::POS,
        outcome,
        settled_at: at(),
        currency: Currency::USD,
        deviation,
    };
    for (paid, line, (price, missing), sale, accepted, corrected) in [
        (
            "Cash 0.01",
            "Goods 0.01 0 4.00",
            ("9.99", "0"),
            "Dr 1010 0.01, Dr 5010 4.00, Dr 1900 9.99, Cr 4030 10.00, Cr 1200 4.00",
            "Dr 4900 9.99, Cr 1900 9.99",
            "Dr 4030 9.99, Cr 1900 9.99",
        ),
        (
            "Cash 15.00",
            "Goods 15.00 0 4.00",
            ("-5.00", "0"),
            "Dr 1010 15.00, Dr 5010 4.00, Cr 4030 10.00, Cr 1200 4.00, Cr 1900 5.00",
            "Dr 1900 5.00, Cr 4900 5.00",
            "Dr 1900 5.00, Cr 4030 5.00",
        ),
        // A million units that do not exist: no cost of goods, no gain.
        (
            "Cash 10000000.00",
            "Goods 10000000.00 0 4000000.00",
            ("0", "4000000.00"),
            "Dr 1010 10000000.00, Dr 1900 4000000.00, Dr 5100 4000000.00, Cr 4030 10000000.00, Cr 1200 4000000.00, \
             Cr 2900 4000000.00",
            "Dr 2900 4000000.00, Dr 5010 4000000.00, Cr 1900 4000000.00, Cr 5100 4000000.00",
            "Dr 2900 4000000.00, Cr 1900 4000000.00",
        ),
    ] {
        let order = OrderCompleted {
            deviation: Some(deviation(price, missing)),
            ..order(SalesChannel::POS, paid, line)
        };
        assert_eq!(shown(sold(&order).entry.as_ref()), sale);
        for (outcome, expected) in [(Accepted, accepted), (Corrected, corrected)] {
            let booking =
                deviation_settled(&settled(outcome, deviation(price, missing)), Currency::USD).unwrap();
            assert_eq!(shown(booking.entry.as_ref()), expected, "{outcome}");
            assert_eq!(booking.source.id, format!("settlement:{ID}"));
        }
    }
}
