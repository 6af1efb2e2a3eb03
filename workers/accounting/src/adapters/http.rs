//! The routes, one file per use case.

mod age_receivables;
mod apply_credit;
mod balance_sheet;
mod cash_flow;
mod change_account;
mod close_period;
mod credit_problem;
mod find_account;
mod find_entry;
mod find_invoice;
mod grants;
mod input;
mod journal_problem;
mod list_accounts;
mod list_credits;
mod list_entries;
mod list_invoices;
mod list_payments;
mod list_periods;
mod lookup_sales;
mod open_account;
mod open_period;
mod pay_invoice;
mod pay_out_credit;
mod post_entry;
mod profit_and_loss;
mod record_entry;
mod reverse_payment;
mod section;
mod show_ledger;
mod summary;
mod tax_report;
mod trial_balance;
mod void_entry;

use web::Route;

/// Every route of the service.
#[must_use]
pub fn routes() -> Vec<Route> {
    [
        list_accounts::routes(),
        open_account::routes(),
        find_account::routes(),
        change_account::routes(),
        list_entries::routes(),
        record_entry::routes(),
        find_entry::routes(),
        post_entry::routes(),
        void_entry::routes(),
        show_ledger::routes(),
        trial_balance::routes(),
        profit_and_loss::routes(),
        balance_sheet::routes(),
        cash_flow::routes(),
        tax_report::routes(),
        list_periods::routes(),
        open_period::routes(),
        close_period::routes(),
        list_invoices::routes(),
        find_invoice::routes(),
        pay_invoice::routes(),
        list_payments::routes(),
        reverse_payment::routes(),
        list_credits::routes(),
        apply_credit::routes(),
        pay_out_credit::routes(),
        age_receivables::routes(),
        summary::routes(),
        lookup_sales::routes(),
    ]
    .concat()
}
