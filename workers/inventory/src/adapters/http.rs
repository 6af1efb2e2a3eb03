//! The route table, and the few answers that several handlers give; one file per use case.

mod adjust_stock;
mod alerts;
mod audit;
mod check_availability;
mod deduct_stock;
mod movements;
mod restock_goods;
mod set_reorder_point;
mod stock;
mod transfers;
mod valuation;
mod warehouses;

use kernel::{Currency, Money};
use platform::Platform;
use web::{FieldError, Grant, Problem, Routes};

use crate::application::explain_refusal::Refusal;
use crate::domain::lines::LinesError;

/// Every route of the service.
#[must_use]
pub fn routes<P: Platform>() -> Routes<P> {
    Routes::new()
        .get("/inventory/warehouses", Grant::AvailabilityRead, warehouses::list::<P>)
        .post("/inventory/warehouses", Grant::WarehouseWrite, warehouses::create::<P>)
        .get("/inventory/warehouses/{id}", Grant::AvailabilityRead, warehouses::find::<P>)
        .put("/inventory/warehouses/{id}", Grant::WarehouseWrite, warehouses::change::<P>)
        .get("/inventory/stock", Grant::InventoryRead, stock::list::<P>)
        .put("/inventory/stock/reorder-point", Grant::InventoryWrite, set_reorder_point::handle::<P>)
        .get("/inventory/{sku}", Grant::InventoryRead, stock::find::<P>)
        .post("/inventory/adjustments", Grant::InventoryWrite, adjust_stock::handle::<P>)
        .get("/inventory/adjustments/{id}", Grant::InventoryRead, adjust_stock::find::<P>)
        .get("/inventory/transfers", Grant::InventoryRead, transfers::list::<P>)
        .post("/inventory/transfers", Grant::InventoryWrite, transfers::create::<P>)
        .get("/inventory/transfers/{id}", Grant::InventoryRead, transfers::find::<P>)
        .post("/inventory/transfers/{id}/ship", Grant::InventoryWrite, transfers::ship::<P>)
        .post("/inventory/transfers/{id}/receive", Grant::InventoryWrite, transfers::receive::<P>)
        .post_unkeyed(
            "/inventory/check-availability",
            Grant::AvailabilityRead,
            check_availability::handle::<P>,
        )
        .get("/inventory/movements", Grant::InventoryRead, movements::list::<P>)
        .post("/inventory/movements/{id}/review", Grant::InventoryWrite, movements::review::<P>)
        .get("/inventory/alerts", Grant::InventoryRead, alerts::list::<P>)
        .get("/inventory/valuation", Grant::InventoryRead, valuation::handle::<P>)
        .post("/inventory/deduct", Grant::Internal, deduct_stock::handle::<P>)
        .post("/internal/stock/restock", Grant::Internal, restock_goods::handle::<P>)
        .get("/internal/summary", Grant::Internal, audit::summarise::<P>)
        .get("/internal/reconciliation", Grant::Internal, audit::reconcile::<P>)
        .post("/internal/reconciliation/lookup", Grant::Internal, audit::look_up::<P>)
}

fn lines_problem(error: &LinesError) -> Problem {
    let pointer = match error {
        LinesError::Empty | LinesError::TooMany(_) => "/items".to_owned(),
        LinesError::Repeated { line } => format!("/items/{line}/sku"),
    };
    Problem::field(pointer, error.to_string())
}

fn unknown_skus(lines: &[usize]) -> Problem {
    let detail = "is not kept in stock: the catalogue has no such goods";
    let error = |line: &usize| FieldError::new(format!("/items/{line}/sku"), detail);
    Problem::validation(lines.iter().map(error).collect())
}

fn unknown_warehouse(pointer: &str) -> Problem {
    Problem::field(pointer, "is not a warehouse")
}

/// Also what a refused order's idempotency key remembers.
pub(crate) fn out_of_stock(availability: &[contracts::stock::ItemAvailability]) -> Problem {
    Problem::new(409, "OUT_OF_STOCK", "There is not enough stock for every line.")
        .with("availability", &availability)
}

fn too_much() -> Problem {
    Problem::field("/items", "would make more units or a larger value than stock can have")
}

fn refused(refusal: &Refusal) -> Problem {
    match refusal {
        Refusal::UnknownWarehouse => unknown_warehouse("/warehouseId"),
        Refusal::UnknownSkus(lines) => unknown_skus(lines),
        Refusal::OutOfStock(availability) => out_of_stock(availability),
    }
}

/// An amount that the database keeps in minor units, within the bounds of its CHECK.
fn money(minor: i64, currency: Currency) -> Result<Money, Problem> {
    Money::from_minor(minor, currency).map_err(Problem::internal)
}
