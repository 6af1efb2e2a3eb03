//! The summary, and the checks of the books against themselves.

use contracts::ops::{BooksSummary, Check, LookupSales, SaleFound, SalesFound, ServiceReconciliation};
use kernel::Failure;
use serde::Deserialize;
use store::{DatabaseError, Rows, json, values};
use web::audit::Page;
use web::{Audit, Findings, Problem};

use super::journal::BalanceRow;
use super::reports::{Moved, sum_account, sum_cash};
use super::sql::audit as sql;
use super::{Store, money, only};
use crate::domain::chart;
use crate::domain::span::{Span, beginning};

/// A difference, in minor units.
#[derive(Deserialize)]
struct Fault {
    what: String,
    debit_minor: i64,
    credit_minor: i64,
}

#[derive(Deserialize)]
struct WrongEntry {
    what: String,
    total_minor: i64,
    debit_minor: i64,
    credit_minor: i64,
    /// Lines that are missing in the balance of their day.
    lost: i64,
}

/// The numbers of one kind in one year: the last one assigned, how many are in use, and the highest of those.
#[derive(Deserialize)]
struct Numbers {
    what: String,
    last: i64,
    used: i64,
    highest: Option<i64>,
}

#[derive(Deserialize)]
struct Numbered {
    #[serde(flatten)]
    page: Page,
    numbered: i64,
}

#[derive(Deserialize)]
struct Balances {
    checked: i64,
    difference_minor: i64,
}

#[derive(Deserialize)]
#[expect(clippy::struct_field_names, reason = "units last")]
struct ReceivablesRow {
    account_minor: i64,
    open_minor: i64,
    credits_minor: i64,
}

fn faults(rows: Rows, sentence: impl Fn(&Fault) -> String) -> Result<Vec<String>, DatabaseError> {
    Ok(rows.read::<Fault>()?.iter().map(sentence).collect())
}

fn off(fault: &Fault) -> String {
    format!("{}: off by debits {}, credits {}", fault.what, fault.debit_minor, fault.credit_minor)
}

fn wrong_entry(entry: &WrongEntry) -> String {
    let WrongEntry { what, total_minor, debit_minor, credit_minor, lost } = entry;
    let lost = if *lost == 0 { String::new() } else { format!(", {lost} lines in no balance") };
    format!("{what}: total {total_minor}, debits {debit_minor}, credits {credit_minor}{lost}")
}

fn receivables_differ(row: &ReceivablesRow) -> Option<String> {
    if row.account_minor == row.open_minor.saturating_sub(row.credits_minor) {
        return None;
    }
    let (account, open, credits) = (row.account_minor, row.open_minor, row.credits_minor);
    Some(format!("the account has {account} minor units, open invoices {open} less credits {credits}"))
}

fn numbers_check(rows: Rows) -> Result<Check, DatabaseError> {
    let years = rows.read::<Numbers>()?;
    let checked = years.iter().fold(0_i64, |sum, year| sum.saturating_add(year.last));
    let gaps = years
        .iter()
        .filter(|year| year.used != year.last || year.highest != Some(year.last))
        .map(|year| format!("{}: {} numbers in use, {} taken", year.what, year.used, year.last));
    Ok(Check::of("numbers_have_no_gaps", checked, gaps))
}

#[derive(Deserialize)]
struct FoundRow {
    id: String,
    count: i64,
    amount_minor: i64,
}

impl Store<'_> {
    /// What customers owe, and cash and its equivalents, at the end of today; and the inventory account with everything
    /// that is booked, which equals the stock.
    pub(crate) async fn summary(&self) -> Result<BooksSummary, Failure> {
        let until_today = Span::between(beginning(), self.context.today()?);
        let statements = [
            sum_account(chart::RECEIVABLES, &until_today),
            sum_account(chart::INVENTORY, &Span::everything()),
            sum_cash(&until_today),
        ];
        let [receivables, inventory, cash] = self.context.query_all(statements).await?;
        let cash = cash.read::<Moved>()?.iter().fold(0_i64, |sum, moved| {
            sum.saturating_add(moved.debit_minor).saturating_sub(moved.credit_minor)
        });
        let (currency, balance) =
            (self.context.currency(), |rows| only::<BalanceRow>(rows).map(|row| row.balance_minor));
        Ok(BooksSummary {
            receivables: money(balance(receivables)?, currency)?,
            cash: money(cash, currency)?,
            inventory: money(balance(inventory)?, currency)?,
        })
    }

    /// Every check that the books can do alone.
    pub(crate) async fn reconcile(&self, mut audit: Audit) -> Result<ServiceReconciliation, Problem> {
        audit.part("entries", |after, rows| self.check_entries(after, rows)).await?;
        audit.part("totals", |_, _| self.check_totals()).await?;
        audit.part_of_sums("days", |after, rows| self.check_days(after, rows)).await?;
        audit.part("invoices", |after, rows| self.check_invoices(after, rows)).await?;
        audit.part("credits", |after, rows| self.check_credits(after, rows)).await?;
        audit.done()
    }

    async fn check_entries(&self, after: String, rows: usize) -> Result<Findings, DatabaseError> {
        let page = values![after, rows];
        let statements = [sql::COUNT_ENTRIES.bind(page.clone()), sql::WRONG_ENTRIES.bind(page)];
        let [counted, wrong] = self.context.query_all(statements).await?;
        let counted: Numbered = only(counted)?;
        let wrong = wrong.read::<WrongEntry>()?;
        let checks = vec![Check::of("every_entry_balances", counted.numbered, wrong.iter().map(wrong_entry))];
        Ok(counted.page.found(rows, checks))
    }

    /// The checks whose cost depends on the chart of accounts and the calendar, not on the number of sales.
    async fn check_totals(&self) -> Result<Findings, DatabaseError> {
        let [balances, months, receivables, numbers] = self
            .context
            .query_all([
                sql::SUM_BALANCES.bind([]),
                sql::WRONG_MONTHS.bind([]),
                sql::SUM_RECEIVABLES.bind(values![chart::RECEIVABLES]),
                sql::COUNT_NUMBERS.bind([]),
            ])
            .await?;
        let balances: Balances = only(balances)?;
        let difference = match balances.difference_minor {
            0 => None,
            minor => Some(format!("debits exceed credits by {minor} minor units")),
        };
        Ok(Findings::all(vec![
            Check::of("trial_balance_is_zero", balances.checked, difference),
            Check::of("months_are_the_sums_of_their_days", balances.checked, faults(months, off)?),
            Check::of("receivables_are_the_open_invoices", 1, receivables_differ(&only(receivables)?)),
            numbers_check(numbers)?,
        ]))
    }

    async fn check_days(&self, after: String, rows: usize) -> Result<Findings, DatabaseError> {
        // The key is `<account>|<day>`, or nothing.
        let (account, day) = after.split_once('|').unwrap_or_default();
        let page = values![account, day, rows];
        let statements = [sql::COUNT_DAYS.bind(page.clone()), sql::WRONG_DAYS.bind(page)];
        let [counted, wrong] = self.context.query_all(statements).await?;
        let counted: Page = only(counted)?;
        let name = "days_are_the_sums_of_their_lines";
        let checks = vec![Check::of(name, counted.checked, faults(wrong, off)?)];
        Ok(counted.found(rows, checks))
    }

    async fn check_invoices(&self, after: String, rows: usize) -> Result<Findings, DatabaseError> {
        let page = values![after, rows];
        let statements = [sql::COUNT_INVOICES.bind(page.clone()), sql::WRONG_INVOICES.bind(page)];
        let [counted, wrong] = self.context.query_all(statements).await?;
        let counted: Page = only(counted)?;
        let otherwise = |fault: &Fault| format!("{}: paid or credited otherwise", fault.what);
        let name = "invoices_are_the_sums_of_their_payments";
        let checks = vec![Check::of(name, counted.checked, faults(wrong, otherwise)?)];
        Ok(counted.found(rows, checks))
    }

    async fn check_credits(&self, after: String, rows: usize) -> Result<Findings, DatabaseError> {
        let page = values![after, rows];
        let statements = [sql::COUNT_CREDITS.bind(page.clone()), sql::WRONG_CREDITS.bind(page)];
        let [counted, wrong] = self.context.query_all(statements).await?;
        let counted: Page = only(counted)?;
        let otherwise = |fault: &Fault| format!("{}: used otherwise", fault.what);
        let name = "credits_are_the_sums_of_their_uses";
        let checks = vec![Check::of(name, counted.checked, faults(wrong, otherwise)?)];
        Ok(counted.found(rows, checks))
    }

    /// What is booked for these orders and refunds; one with nothing to book counts as booked once.
    pub(crate) async fn lookup_sales(&self, request: &LookupSales) -> Result<SalesFound, DatabaseError> {
        let rows = self.context.query(sql::LOOKUP_SALES.bind(values![json(&request.ids)])).await?;
        let found = rows.read::<FoundRow>()?.into_iter();
        let found = found.map(|row| SaleFound {
            id: row.id,
            count: row.count,
            units: 0,
            amount_minor: row.amount_minor,
        });
        Ok(SalesFound { found: found.collect() })
    }
}
