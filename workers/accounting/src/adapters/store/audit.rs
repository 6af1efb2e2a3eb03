//! The summary, and the reconciliation of the books with themselves.

use contracts::ops::{BooksSummary, Check, LookupSales, SaleFound, SalesFound, ServiceReconciliation};
use serde::Deserialize;
use store::{DatabaseError, Rows, json, values};

use super::sql::{audit as sql, reports as reports_sql};
use super::{Store, money, only};
use crate::domain::chart;

#[derive(Deserialize)]
#[expect(clippy::struct_field_names, reason = "units last")]
struct SummaryRow {
    receivables_minor: i64,
    inventory_minor: i64,
    cash_minor: i64,
}

#[derive(Deserialize)]
struct Fault {
    what: String,
    total_minor: i64,
    debit_minor: i64,
    credit_minor: i64,
}

/// The numbers of one kind in one year: the last one taken, how many are in use, and the highest of those.
#[derive(Deserialize)]
struct Numbers {
    what: String,
    last: i64,
    used: i64,
    highest: Option<i64>,
}

#[derive(Deserialize)]
struct Checked {
    checked: i64,
}

#[derive(Deserialize)]
struct Balances {
    checked: i64,
    difference_minor: i64,
    days: i64,
}

#[derive(Deserialize)]
#[expect(clippy::struct_field_names, reason = "units last")]
struct ReceivablesRow {
    account_minor: i64,
    open_minor: i64,
    credits_minor: i64,
}

fn check(name: &str, checked: i64, failures: Vec<String>) -> Check {
    Check { name: name.to_owned(), ok: failures.is_empty(), checked, failures }
}

fn faults(rows: Rows, sentence: impl Fn(&Fault) -> String) -> Result<Vec<String>, DatabaseError> {
    Ok(rows.read::<Fault>()?.iter().map(sentence).collect())
}

fn receivables_differ(row: &ReceivablesRow) -> Vec<String> {
    if row.account_minor == row.open_minor.saturating_sub(row.credits_minor) {
        return Vec::new();
    }
    let (account, open, credits) = (row.account_minor, row.open_minor, row.credits_minor);
    vec![format!("the account has {account} minor units, open invoices {open} less credits {credits}")]
}

fn numbers_check(rows: Rows) -> Result<Check, DatabaseError> {
    let years = rows.read::<Numbers>()?;
    let checked = years.iter().fold(0_i64, |sum, year| sum.saturating_add(year.last));
    let gaps = years
        .iter()
        .filter(|year| year.used != year.last || year.highest != Some(year.last))
        .map(|year| format!("{}: {} numbers in use, {} taken", year.what, year.used, year.last))
        .collect();
    Ok(check("numbers_have_no_gaps", checked, gaps))
}

#[derive(Deserialize)]
struct FoundRow {
    id: String,
    count: i64,
    amount_minor: i64,
}

impl Store<'_> {
    /// What customers owe, cash and its equivalents, and the inventory account.
    pub(crate) async fn summary(&self) -> Result<BooksSummary, DatabaseError> {
        let statement = reports_sql::SUM_FOR_SUMMARY.bind(values![chart::RECEIVABLES, chart::INVENTORY]);
        let row: SummaryRow = only(self.context.query(statement).await?)?;
        let currency = self.context.currency();
        Ok(BooksSummary {
            receivables: money(row.receivables_minor, currency)?,
            cash: money(row.cash_minor, currency)?,
            inventory: money(row.inventory_minor, currency)?,
        })
    }

    /// Every check that the books can do alone, in one read.
    pub(crate) async fn reconcile(&self) -> Result<ServiceReconciliation, DatabaseError> {
        let rows = self
            .context
            .query_all([
                sql::COUNT_ENTRIES.bind([]),
                sql::AUDIT_ENTRIES.bind([]),
                sql::SUM_BALANCES.bind([]),
                sql::AUDIT_BALANCES.bind([]),
                sql::SUM_RECEIVABLES.bind(values![chart::RECEIVABLES]),
                sql::COUNT_INVOICES.bind([]),
                sql::AUDIT_INVOICES.bind([]),
                sql::AUDIT_NUMBERS.bind([]),
            ])
            .await?;
        let [entries, unbalanced, balances, differing, receivables, invoices, unpaid, numbers] = rows;
        let (entries, invoices) = (only::<Checked>(entries)?.checked, only::<Checked>(invoices)?.checked);
        let balances: Balances = only(balances)?;
        let difference = match balances.difference_minor {
            0 => Vec::new(),
            minor => vec![format!("debits exceed credits by {minor} minor units")],
        };
        let checks = vec![
            check(
                "every_entry_balances",
                entries,
                faults(unbalanced, |fault| {
                    let (total, debits, credits) = (fault.total_minor, fault.debit_minor, fault.credit_minor);
                    format!("{}: total {total}, debits {debits}, credits {credits}", fault.what)
                })?,
            ),
            check("trial_balance_is_zero", balances.checked, difference),
            check(
                "balances_are_the_sums_of_the_lines",
                balances.checked.saturating_add(balances.days),
                faults(differing, |fault| {
                    let (debits, credits) = (fault.debit_minor, fault.credit_minor);
                    format!("{}: off by debits {debits}, credits {credits}", fault.what)
                })?,
            ),
            check("receivables_are_the_open_invoices", invoices, receivables_differ(&only(receivables)?)),
            check(
                "invoices_are_the_sums_of_their_payments",
                invoices,
                faults(unpaid, |fault| format!("{}: paid or credited otherwise", fault.what))?,
            ),
            numbers_check(numbers)?,
        ];
        Ok(ServiceReconciliation { checks })
    }

    /// What is booked of these orders and refunds; one that books nothing counts as booked once.
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
