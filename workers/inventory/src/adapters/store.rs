//! The ports over SQL, and the pure reads.

mod audit;
mod catalogue;
mod operation;
mod reads;
mod sql;
mod stock;
mod transfers;
mod warehouses;

pub(crate) use audit::{look_up_sales, reconcile, summarise};
pub(crate) use catalogue::SqlCatalogue;
pub(crate) use reads::{
    MovementFilter, MovementRow, StockFilter, StockRow, find_adjustment, list_alerts, list_movements,
    list_stock, list_stock_of_item, list_totals,
};
pub(crate) use stock::SqlStock;
pub(crate) use transfers::{SqlTransfers, list_transfers};
pub(crate) use warehouses::{SqlWarehouses, list_warehouses};

/// A JSON answer, as a key remembers it.
fn kept(status: u16, etag: Option<i64>, body: String) -> store::KeptAnswer {
    let etag = etag.map(|version| format!("\"{version}\""));
    store::KeptAnswer { status, content_type: "application/json".to_owned(), etag, body }
}

/// Every statement of the service, for the statement test.
#[must_use]
pub fn statements() -> Vec<&'static store::Sql> {
    [sql::all(), store::plumbing::ALL.to_vec()].concat()
}
