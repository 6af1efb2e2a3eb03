//! Looks straight into the databases, past every service: what a check says must not come from the code
//! that it checks.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use serde::Deserialize;
use serde::de::DeserializeOwned;
use store::{Database, Sqlite, Statement};

/// The rows of a reading statement. A defect of the statement is a defect of this package.
#[allow(clippy::panic, reason = "a check that cannot read must not pass")]
pub(crate) fn rows<T: DeserializeOwned>(database: &Sqlite, text: &'static str) -> Vec<T> {
    let query = pin!(database.query(Statement { text, values: Vec::new() }));
    let Poll::Ready(found) = query.poll(&mut Context::from_waker(Waker::noop())) else { return Vec::new() };
    match found.and_then(store::Rows::read) {
        Ok(rows) => rows,
        Err(error) => panic!("{text}: {error}"),
    }
}

#[derive(Deserialize)]
struct Number {
    n: Option<i64>,
}

/// The one number, named `n`, that a statement answers.
pub(crate) fn number(database: &Sqlite, text: &'static str) -> i64 {
    rows::<Number>(database, text).first().and_then(|row| row.n).unwrap_or_default()
}

/// An invoice that is not paid.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct OpenInvoice {
    pub(crate) id: String,
    pub(crate) open_minor: i64,
}

pub(crate) fn open_invoices(accounting: &Sqlite) -> Vec<OpenInvoice> {
    rows(accounting, "select id, open_minor from invoices where open_minor > 0 order by id")
}

/// How many entries are posted, or voided after that, in the month that may be closed.
pub(crate) fn entries_of_november(accounting: &Sqlite) -> i64 {
    number(
        accounting,
        "select count(*) as n from journal_entries where status <> 'Draft' and entry_date between '2026-11-01' and '2026-11-30'",
    )
}

/// A price that the article whose price moves has or had.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct PriceHad {
    pub(crate) seq: i64,
    pub(crate) price_minor: i64,
}

/// All of them, in the order in which they came.
pub(crate) fn prices_had(product: &Sqlite) -> Vec<PriceHad> {
    rows(product, "select seq, price_minor from price_history where sku = 'SIM-D' order by seq")
}
