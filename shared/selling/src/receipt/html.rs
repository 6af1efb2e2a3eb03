//! A receipt as a separate page that a browser prints on 80 mm paper. maud escapes everything.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::{Receipt, minute};

/// An 80 mm printer prints 72 mm.
const STYLE: &str = "@page{size:80mm auto;margin:4mm}\
body{font:12px/1.4 ui-monospace,Menlo,Consolas,monospace;width:72mm;max-width:100%;margin:0 auto;color:#000;background:#fff}\
h1{font-size:16px;text-align:center;margin:0}p{text-align:center;margin:2px 0}\
table{width:100%;border-collapse:collapse;border-top:1px dashed #000;margin-top:4px}\
td,th{padding:1px 0;font-weight:normal;text-align:left;vertical-align:top;overflow-wrap:anywhere}\
td:last-child{text-align:right;white-space:nowrap;padding-left:8px}\
.total th,.total td{font-weight:bold;font-size:14px}.less th{padding-left:12px}";

/// The page.
#[must_use]
pub fn render(receipt: &Receipt) -> String {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width";
                title { "Receipt " (receipt.order_number) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                h1 { (receipt.shop_name) }
                @if receipt.is_copy() { p { strong { "COPY" } } }
                (head(receipt))
                (lines(receipt))
                (totals(receipt))
                (payments(receipt))
                @if !receipt.refunds.is_empty() { (refunds(receipt)) }
            }
        }
    };
    page.into_string()
}

fn row(class: &str, label: &str, value: &str) -> Markup {
    html! { tr class=[(!class.is_empty()).then_some(class)] { th { (label) } td { (value) } } }
}

fn head(receipt: &Receipt) -> Markup {
    html! {
        table {
            (row("", "Receipt", &receipt.order_number))
            (row("", "Date", &minute(receipt.sold_at)))
            @if let Some(terminal) = &receipt.terminal_id { (row("", "Till", terminal)) }
            @if let Some(cashier) = &receipt.cashier { (row("", "Cashier", cashier)) }
        }
    }
}

fn lines(receipt: &Receipt) -> Markup {
    html! {
        table {
            @for line in &receipt.lines {
                tr { th colspan="2" { (line.name) } }
                (row("less", &format!("{} × {}", line.quantity, line.unit_price.amount()), &line.amount.amount()))
                @if !line.discount.is_zero() {
                    (row("less", "Discount", &line.discount.negated().amount()))
                }
            }
        }
    }
}

fn totals(receipt: &Receipt) -> Markup {
    html! {
        table {
            (row("", "Subtotal", &receipt.subtotal.amount()))
            @if !receipt.discount.is_zero() {
                (row("", "Discount", &receipt.discount.negated().amount()))
            }
            @for tax in receipt.taxes.iter().filter(|tax| !tax.inclusive) {
                (row("", &format!("Tax {}% on {}", tax.rate, tax.net.amount()), &tax.tax.amount()))
            }
            (row("total", &format!("TOTAL {}", receipt.currency), &receipt.total.amount()))
            @for tax in receipt.taxes.iter().filter(|tax| tax.inclusive) {
                (row("less", &format!("includes tax {}% on {}", tax.rate, tax.net.amount()), &tax.tax.amount()))
            }
        }
    }
}

fn payments(receipt: &Receipt) -> Markup {
    html! {
        table {
            @for payment in &receipt.payments {
                (row("", payment.method, &payment.amount.amount()))
                @if let Some((tendered, change)) = payment.cash {
                    (row("less", "Tendered", &tendered.amount()))
                    (row("less", "Change", &change.amount()))
                }
            }
        }
    }
}

fn refunds(receipt: &Receipt) -> Markup {
    html! {
        table {
            @for refund in &receipt.refunds {
                (row("", &format!("Refunded {}", minute(refund.at)), &refund.total.negated().amount()))
            }
        }
    }
}
