//! A receipt as text in 42 columns: the standard font of the common 80 mm printer.

use kernel::Money;

use super::{Receipt, minute};

/// Characters in a row.
pub const COLUMNS: usize = 42;

/// The receipt, with a line feed after every row.
#[must_use]
pub fn render(receipt: &Receipt) -> String {
    let mut page = Page::default();
    for row in wrapped(&receipt.shop_name, COLUMNS) {
        page.centred(&row);
    }
    if receipt.is_copy() {
        page.centred("*** COPY ***");
    }
    page.rule();
    page.pair("Receipt", &receipt.order_number);
    page.pair("Date", &minute(receipt.sold_at));
    for (label, value) in [("Till", &receipt.terminal_id), ("Cashier", &receipt.cashier)] {
        if let Some(value) = value {
            page.pair(label, value);
        }
    }
    page.rule();
    lines(&mut page, receipt);
    page.rule();
    totals(&mut page, receipt);
    payments(&mut page, receipt);
    page.0
}

fn lines(page: &mut Page, receipt: &Receipt) {
    for line in &receipt.lines {
        for row in wrapped(&line.name, COLUMNS) {
            page.row(&row);
        }
        let units = format!("  {} x {}", line.quantity, line.unit_price.amount());
        page.pair(&units, &line.amount.amount());
        if !line.discount.is_zero() {
            page.amount("  Discount", line.discount.negated());
        }
    }
}

fn totals(page: &mut Page, receipt: &Receipt) {
    page.amount("Subtotal", receipt.subtotal);
    if !receipt.discount.is_zero() {
        page.amount("Discount", receipt.discount.negated());
    }
    for tax in receipt.taxes.iter().filter(|tax| !tax.inclusive) {
        page.amount(&format!("Tax {}% on {}", tax.rate, tax.net.amount()), tax.tax);
    }
    page.amount(&format!("TOTAL {}", receipt.currency), receipt.total);
    for tax in receipt.taxes.iter().filter(|tax| tax.inclusive) {
        page.amount(&format!("  includes tax {}% on {}", tax.rate, tax.net.amount()), tax.tax);
    }
    page.rule();
}

fn payments(page: &mut Page, receipt: &Receipt) {
    for payment in &receipt.payments {
        page.amount(payment.method, payment.amount);
        if let Some((tendered, change)) = payment.cash {
            page.amount("  Tendered", tendered);
            page.amount("  Change", change);
        }
    }
    if !receipt.refunds.is_empty() {
        page.rule();
    }
    for refund in &receipt.refunds {
        page.amount(&format!("Refunded {}", minute(refund.at)), refund.total.negated());
    }
}

/// Rows of the paper.
#[derive(Default)]
struct Page(String);

impl Page {
    fn row(&mut self, text: &str) {
        self.0.push_str(text.trim_end());
        self.0.push('\n');
    }

    fn rule(&mut self) {
        self.row(&"-".repeat(COLUMNS));
    }

    fn centred(&mut self, text: &str) {
        let space = COLUMNS.saturating_sub(text.chars().count()).div_euclid(2);
        self.row(&format!("{}{text}", " ".repeat(space)));
    }

    fn amount(&mut self, label: &str, amount: Money) {
        self.pair(label, &amount.amount());
    }

    /// A label on the left, a value on the right; on two rows when one is too short.
    fn pair(&mut self, label: &str, value: &str) {
        let (label_length, value_length) = (label.chars().count(), value.chars().count());
        let used = label_length.saturating_add(value_length);
        if used < COLUMNS {
            let space = " ".repeat(COLUMNS.saturating_sub(used));
            return self.row(&format!("{label}{space}{value}"));
        }
        self.row(label);
        for part in wrapped(value, COLUMNS) {
            let space = " ".repeat(COLUMNS.saturating_sub(part.chars().count()));
            self.row(&format!("{space}{part}"));
        }
    }
}

/// Breaks a text into rows, at spaces where there are any.
fn wrapped(text: &str, columns: usize) -> Vec<String> {
    let mut rows = vec![String::new()];
    let mut used = 0_usize;
    for word in text.split_whitespace() {
        let length = word.chars().count();
        if used > 0 && used.saturating_add(1).saturating_add(length) > columns {
            rows.push(String::new());
            used = 0;
        }
        if used > 0 {
            push(&mut rows, ' ');
            used = used.saturating_add(1);
        }
        for letter in word.chars() {
            if used == columns {
                rows.push(String::new());
                used = 0;
            }
            push(&mut rows, letter);
            used = used.saturating_add(1);
        }
    }
    rows
}

fn push(rows: &mut [String], letter: char) {
    if let Some(row) = rows.last_mut() {
        row.push(letter);
    }
}
