//! The ports over SQL.

pub(crate) mod audit;
mod checkouts;
mod lists;
mod order_record;
mod order_row;
mod orders;
pub(crate) mod provider;
pub(crate) mod reactions;
mod sql;

// Money back, customers, tax, receipts.
mod customers;
mod customers_sql;
pub(crate) mod provider_books;
mod receipts;
mod refund_audit;
mod refund_row;
mod refunds;
mod refunds_sql;
mod tax_rates;
mod tills;
mod tills_sql;

pub(crate) use customers::{CustomerFilter, SqlCustomers};
pub(crate) use lists::{OrderFilter, TillRow};
pub(crate) use orders::SqlOrders;
pub(crate) use provider_books::ProviderBooks;
pub(crate) use receipts::SqlReceipts;
pub(crate) use refunds::SqlRefunds;
pub(crate) use tax_rates::SqlTaxRates;
pub(crate) use tills::{SqlTills, TillSummary};

/// Counts what is under way: checkouts and refunds; cancelling is one batch.
pub(crate) fn count_sagas(late: kernel::Timestamp) -> store::Statement {
    sql::audit::COUNT_SAGAS.bind(store::values![late])
}

/// Every statement of the service, for the statement test.
#[must_use]
pub fn statements() -> Vec<&'static store::Sql> {
    [
        sql::all(),
        provider::ALL.to_vec(),
        customers_sql::ALL.to_vec(),
        refunds_sql::ALL.to_vec(),
        tills_sql::ALL.to_vec(),
        store::plumbing::ALL.to_vec(),
    ]
    .concat()
}
