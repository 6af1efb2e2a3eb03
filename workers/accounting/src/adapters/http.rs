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

use web::{Grant, Routes};

/// Every route of the service.
#[must_use]
pub fn routes() -> Routes<P> {
    let (read, write) = (grants::ACCOUNTING_READ, grants::ACCOUNTING_WRITE);
    Routes::new()
        .get("/accounting/accounts", read, list_accounts::handle)
        .post("/accounting/accounts", write, open_account::handle)
        .get("/accounting/accounts/{code}", read, find_account::handle)
        .put("/accounting/accounts/{code}", write, change_account::handle)
        .get("/accounting/journal-entries", read, list_entries::handle)
        .post("/accounting/journal-entries", write, record_entry::handle)
        .get("/accounting/journal-entries/{id}", read, find_entry::handle)
        .post("/accounting/journal-entries/{id}/post", write, post_entry::handle)
        .post("/accounting/journal-entries/{id}/void", write, void_entry::handle)
        .get("/accounting/ledger/{code}", read, show_ledger::handle)
        .get("/accounting/reports/trial-balance", read, trial_balance::handle)
        .get("/accounting/reports/profit-and-loss", read, profit_and_loss::handle)
        .get("/accounting/reports/balance-sheet", read, balance_sheet::handle)
        .get("/accounting/reports/cash-flow", read, cash_flow::handle)
        .get("/accounting/reports/tax", read, tax_report::handle)
        .get("/accounting/fiscal-periods", read, list_periods::handle)
        .post("/accounting/fiscal-periods", write, open_period::handle)
        .post("/accounting/fiscal-periods/{id}/close", write, close_period::handle)
        .get("/accounting/invoices", read, list_invoices::handle)
        .get("/accounting/invoices/{id}", read, find_invoice::handle)
        .post("/accounting/invoices/{id}/payments", grants::PAYMENT_RECORD, pay_invoice::handle)
        .get("/accounting/receivables/ageing", read, age_receivables::handle)
        .get("/internal/summary", Grant::INTERNAL, summary::handle)
        .get("/internal/reconciliation", Grant::INTERNAL, reconcile::handle)
        .post("/internal/reconciliation/lookup", Grant::INTERNAL, lookup_sales::handle)
}
