//! The text of the receipt, to the character.

use super::*;
use kernel::Currency;

fn usd(amount: &str) -> Money {
    Money::parse(amount, Currency::USD).unwrap()
}

fn line(name: &str, quantity: i64, price: &str, amount: &str, discount: &str) -> ReceiptLine {
    ReceiptLine {
        name: name.to_owned(),
        quantity,
        unit_price: usd(price),
        amount: usd(amount),
        discount: usd(discount),
    }
}

fn tax(rate: &str, inclusive: bool, net: &str, tax: &str) -> TaxLine {
    TaxLine { rate: rate.to_owned(), inclusive, net: usd(net), tax: usd(tax) }
}

/// Two kinds of tax, a discount, split tender with change.
fn receipt() -> Receipt {
    Receipt {
        shop_name: "Harbour Street".to_owned(),
        print: 1,
        order_number: "ORD-2026-000001".to_owned(),
        sold_at: Timestamp::parse("2026-11-20T10:35:59Z").unwrap(),
        terminal_id: Some("TILL-1".to_owned()),
        cashier: Some("ada".to_owned()),
        currency: Currency::USD,
        lines: vec![
            line("Mug, \"Tom & Jerry\" <large>", 1, "20.00", "20.00", "6.67"),
            line("A book with a name that is longer than the paper is wide", 2, "5.00", "10.00", "3.33"),
        ],
        subtotal: usd("30.00"),
        discount: usd("10.00"),
        taxes: vec![tax("8.25", false, "6.67", "0.55"), tax("20", true, "11.11", "2.22")],
        total: usd("20.55"),
        payments: vec![
            ReceiptPayment { method: "Card", amount: usd("10.00"), cash: None },
            ReceiptPayment { method: "Cash", amount: usd("10.55"), cash: Some((usd("20.00"), usd("9.45"))) },
        ],
        refunds: vec![],
    }
}

const PAPER: &str = "              Harbour Street
------------------------------------------
Receipt                    ORD-2026-000001
Date                  2026-11-20 10:35 UTC
Till                                TILL-1
Cashier                                ada
------------------------------------------
Mug, \"Tom & Jerry\" <large>
  1 x 20.00                          20.00
  Discount                           -6.67
A book with a name that is longer than the
paper is wide
  2 x 5.00                           10.00
  Discount                           -3.33
------------------------------------------
Subtotal                             30.00
Discount                            -10.00
Tax 8.25% on 6.67                     0.55
TOTAL USD                            20.55
  includes tax 20% on 11.11           2.22
------------------------------------------
Card                                 10.00
Cash                                 10.55
  Tendered                           20.00
  Change                              9.45
";

#[test]
fn the_text_is_42_columns_wide() {
    assert_eq!(text::render(&receipt()), PAPER);
}

#[test]
fn a_second_print_is_a_copy_and_shows_what_went_back() {
    let at = Timestamp::parse("2026-11-21T09:00:00Z").unwrap();
    let again = Receipt { print: 2, refunds: vec![ReceiptRefund { at, total: usd("5.00") }], ..receipt() };
    let title = "              Harbour Street\n";
    let copy = PAPER.replacen(title, &format!("{title}               *** COPY ***\n"), 1);
    let refund = "------------------------------------------\nRefunded 2026-11-21 09:00 UTC        -5.00\n";
    assert_eq!(text::render(&again), format!("{copy}{refund}"));
    assert!(html::render(&again).contains("<strong>COPY</strong>"));
    assert!(html::render(&again).contains("<th>Refunded 2026-11-21 09:00 UTC</th><td>-5.00</td>"));
    assert!(!html::render(&receipt()).contains("COPY"));
}

#[test]
fn nothing_is_wider_than_the_paper() {
    let long = "Donaudampfschifffahrtsgesellschaftskapitänsmütze".repeat(3);
    let wide = Receipt {
        shop_name: long.clone(),
        terminal_id: Some(long.clone()),
        cashier: Some("0193e9a0-0000-7000-8000-000000000001".to_owned()),
        lines: vec![line(&long, 1_000_000, "80000000.00", "80000000000000.00", "0")],
        total: usd("90071992547409.91"),
        ..receipt()
    };
    for row in text::render(&wide).lines() {
        assert!(row.chars().count() <= text::COLUMNS, "{row}");
    }
}

#[test]
fn the_page_escapes_what_people_typed() {
    let page = html::render(&receipt());
    assert!(page.starts_with("<!DOCTYPE html><html lang=\"en\">"), "{page}");
    assert!(page.contains("<th colspan=\"2\">Mug, &quot;Tom &amp; Jerry&quot; &lt;large&gt;</th>"), "{page}");
    assert!(page.contains("<tr class=\"total\"><th>TOTAL USD</th><td>20.55</td></tr>"), "{page}");
    assert!(page.contains("@page{size:80mm auto"), "{page}");
}
