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
use web::{FieldError, Grant, Problem, ProblemCode, Routes};

use crate::application::explain_refusal::Refusal;
use crate::domain::lines::LinesError;

/// Every route of the service.
#[must_use]
pub fn routes() -> Routes<P> {
    Routes::new()
        .get("/inventory/warehouses", grants::AVAILABILITY_READ, warehouses::list)
        .post("/inventory/warehouses", grants::WAREHOUSE_WRITE, warehouses::create)
        .get("/inventory/warehouses/{id}", grants::AVAILABILITY_READ, warehouses::find)
        .put("/inventory/warehouses/{id}", grants::WAREHOUSE_WRITE, warehouses::change)
        .get("/inventory/stock", grants::INVENTORY_READ, stock::list)
        .put("/inventory/stock/reorder-point", grants::INVENTORY_WRITE, set_reorder_point::handle)
        .get("/inventory/{sku}", grants::INVENTORY_READ, stock::find)
        .post("/inventory/adjustments", grants::INVENTORY_WRITE, adjust_stock::handle)
        .get("/inventory/adjustments/{id}", grants::INVENTORY_READ, adjust_stock::find)
        .get("/inventory/transfers", grants::INVENTORY_READ, transfers::list)
        .post("/inventory/transfers", grants::INVENTORY_WRITE, transfers::create)
        .get("/inventory/transfers/{id}", grants::INVENTORY_READ, transfers::find)
        .post("/inventory/transfers/{id}/ship", grants::INVENTORY_WRITE, transfers::ship)
        .post("/inventory/transfers/{id}/receive", grants::INVENTORY_WRITE, transfers::receive)
        .post_unkeyed("/inventory/check-availability", grants::AVAILABILITY_READ, check_availability::handle)
        .get("/inventory/movements", grants::INVENTORY_READ, movements::list)
        .post("/inventory/movements/{id}/review", grants::INVENTORY_WRITE, movements::review)
        .get("/inventory/alerts", grants::INVENTORY_READ, alerts::list)
        .get("/inventory/valuation", grants::INVENTORY_READ, valuation::handle)
        .post("/inventory/deduct", Grant::INTERNAL, deduct_stock::handle)
        .post("/internal/stock/restock", Grant::INTERNAL, restock_goods::handle)
        .get("/internal/summary", Grant::INTERNAL, audit::summarise)
        .get("/internal/reconciliation", Grant::INTERNAL, audit::reconcile)
        .post("/internal/reconciliation/lookup", Grant::INTERNAL, audit::look_up)
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
    Problem::new(ProblemCode::OutOfStock, "There is not enough stock for every line.")
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
