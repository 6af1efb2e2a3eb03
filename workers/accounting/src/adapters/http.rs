//! The route table; one file per use case.

mod age_receivables;
mod balance_sheet;
mod cash_flow;
mod change_account;
mod close_period;
mod find_account;
mod find_entry;
mod find_invoice;
mod input;
mod journal_problem;
mod list_accounts;
mod list_entries;
mod list_invoices;
mod list_periods;
mod lookup_sales;
mod open_account;
mod open_period;
mod pay_invoice;
mod post_entry;
mod profit_and_loss;
mod reconcile;
mod record_entry;
mod section;
mod show_ledger;
mod summary;
mod tax_report;
mod trial_balance;
mod void_entry;

use platform::Platform;
use web::{Grant, Routes};

/// Every route of the service.
#[must_use]
pub fn routes<P: Platform>() -> Routes<P> {
    let (read, write) = (Grant::AccountingRead, Grant::AccountingWrite);
    Routes::new()
        .get("/accounting/accounts", read, list_accounts::handle::<P>)
        .post("/accounting/accounts", write, open_account::handle::<P>)
        .get("/accounting/accounts/{code}", read, find_account::handle::<P>)
        .put("/accounting/accounts/{code}", write, change_account::handle::<P>)
        .get("/accounting/journal-entries", read, list_entries::handle::<P>)
        .post("/accounting/journal-entries", write, record_entry::handle::<P>)
        .get("/accounting/journal-entries/{id}", read, find_entry::handle::<P>)
        .post("/accounting/journal-entries/{id}/post", write, post_entry::handle::<P>)
        .post("/accounting/journal-entries/{id}/void", write, void_entry::handle::<P>)
        .get("/accounting/ledger/{code}", read, show_ledger::handle::<P>)
        .get("/accounting/reports/trial-balance", read, trial_balance::handle::<P>)
        .get("/accounting/reports/profit-and-loss", read, profit_and_loss::handle::<P>)
        .get("/accounting/reports/balance-sheet", read, balance_sheet::handle::<P>)
        .get("/accounting/reports/cash-flow", read, cash_flow::handle::<P>)
        .get("/accounting/reports/tax", read, tax_report::handle::<P>)
        .get("/accounting/fiscal-periods", read, list_periods::handle::<P>)
        .post("/accounting/fiscal-periods", write, open_period::handle::<P>)
        .post("/accounting/fiscal-periods/{id}/close", write, close_period::handle::<P>)
        .get("/accounting/invoices", read, list_invoices::handle::<P>)
        .get("/accounting/invoices/{id}", read, find_invoice::handle::<P>)
        .post("/accounting/invoices/{id}/payments", Grant::PaymentRecord, pay_invoice::handle::<P>)
        .get("/accounting/receivables/ageing", read, age_receivables::handle::<P>)
        .get("/internal/summary", Grant::Internal, summary::handle::<P>)
        .get("/internal/reconciliation", Grant::Internal, reconcile::handle::<P>)
        .post("/internal/reconciliation/lookup", Grant::Internal, lookup_sales::handle::<P>)
}
