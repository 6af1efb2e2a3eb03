//! The routes; one file per use case.

mod adjust_stock;
mod alerts;
mod audit;
mod check_availability;
mod deduct_stock;
mod grants;
mod movements;
mod problems;
mod restock_goods;
mod set_reorder_point;
mod show_stock_version;
mod stock;
mod transfers;
mod valuation;
mod warehouses;

use kernel::{Currency, Money};
use web::{Problem, Route};

/// Every route of the service.
pub(crate) fn routes() -> Vec<Route> {
    [
        warehouses::routes(),
        stock::routes(),
        set_reorder_point::routes(),
        adjust_stock::routes(),
        transfers::routes(),
        check_availability::routes(),
        movements::routes(),
        alerts::routes(),
        valuation::routes(),
        deduct_stock::routes(),
        restock_goods::routes(),
        audit::routes(),
        show_stock_version::routes(),
    ]
    .concat()
}

/// An amount that the database stores in minor units, within the range of its CHECK.
fn money(minor: i64, currency: Currency) -> Result<Money, Problem> {
    Money::from_minor(minor, currency).map_err(Problem::internal)
}
